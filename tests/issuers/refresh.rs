//! New keys for an issuer: who holds the old value goes on with it, and nobody waits for anybody.

use std::sync::Barrier;
use std::sync::RwLock;
use std::thread;

use josie::Error;
use josie::Issuers;
use josie::JwsAlg;
use josie::PolicyError;
use josie::SigningKey;

use crate::parties::A;
use crate::parties::B;
use crate::parties::Parties;
use crate::parties::assert_accepted;
use crate::parties::assert_refused;
use crate::parties::fresh;
use crate::parties::keys;
use crate::parties::token;

#[test]
fn refreshed_keys_replace_those_of_one_issuer_in_the_new_value_alone() {
    for parties in Parties::all() {
        let next = [fresh(JwsAlg::Es256, &parties.registry).with_kid("next")];
        let old = parties.issuers();

        let new = old.with_keys(A, keys(&next)).unwrap();

        assert_accepted(&old, &token(A, &parties.a[0]), A);
        assert_refused(&old, &token(A, &next[0]), Error::UnknownKey);
        assert_accepted(&new, &token(A, &next[0]), A);
        assert_refused(&new, &token(A, &parties.a[0]), Error::UnknownKey);
        for issuers in [&old, &new] {
            assert_accepted(issuers, &token(B, &parties.b[0]), B);
            assert_refused(issuers, &token(B, &next[0]), Error::UnknownKey);
        }
    }
}

#[test]
fn refreshed_keys_of_an_issuer_that_is_not_there_are_refused() {
    for parties in Parties::all() {
        let issuers = parties.issuers();
        assert_eq!(issuers.with_keys(B, keys(&parties.a)).unwrap().len(), 2);

        let error = issuers.with_keys("https://c.example", keys(&parties.a)).unwrap_err();

        assert_eq!(error, PolicyError::UnknownIssuer);
    }
}

#[test]
fn issuer_that_is_taken_out_is_unknown_in_the_new_value_alone() {
    for parties in Parties::all() {
        let old = parties.issuers();

        let new = old.without(A);

        assert_refused(&new, &token(A, &parties.a[0]), Error::UnknownIssuer);
        assert_accepted(&new, &token(B, &parties.b[0]), B);
        assert_accepted(&old, &token(A, &parties.a[0]), A);
        assert_eq!(new.without("https://c.example").names().collect::<Vec<_>>(), [B]);
        assert!(new.without(B).is_empty());
    }
}

// What a value accepts depends on that value alone, whatever becomes of its successors meanwhile.
#[test]
fn threads_that_hold_old_values_go_on_while_keys_are_refreshed() {
    const GENERATIONS: usize = 4;
    for parties in Parties::all() {
        let signers: Vec<_> = (0..GENERATIONS)
            .map(|n| fresh(JwsAlg::Es256, &parties.registry).with_kid(n.to_string()))
            .collect();
        let first = parties.issuers().with_keys(A, keys(&signers[..1])).unwrap();
        let current = RwLock::new(first);
        let barrier = Barrier::new(GENERATIONS + 1);

        thread::scope(|scope| {
            for generation in 0..GENERATIONS {
                let held: Issuers = current.read().unwrap().clone();
                let (signers, barrier, current, parties) = (&signers, &barrier, &current, &parties);
                scope.spawn(move || {
                    barrier.wait();
                    for _ in 0..20 {
                        for (n, signer) in signers.iter().enumerate() {
                            let token = token(A, signer);
                            if n == generation {
                                assert_accepted(&held, &token, A);
                            } else {
                                assert_refused(&held, &token, Error::UnknownKey);
                            }
                        }
                        // Whichever generation this is, the other issuer is the same.
                        let latest = current.read().unwrap().clone();
                        assert_accepted(&latest, &token(B, &parties.b[0]), B);
                    }
                });
                if let Some(next) = signers.get(generation + 1..generation + 2) {
                    let next = held_keys(current, next);
                    *current.write().unwrap() = next;
                }
            }
            barrier.wait();
            for _ in 0..20 {
                let next = held_keys(&current, &signers[GENERATIONS - 1..]);
                *current.write().unwrap() = next;
            }
        });

        assert_accepted(&current.read().unwrap(), &token(A, &signers[GENERATIONS - 1]), A);
    }
}

fn held_keys(current: &RwLock<Issuers>, next: &[SigningKey]) -> Issuers {
    current.read().unwrap().with_keys(A, keys(next)).unwrap()
}
