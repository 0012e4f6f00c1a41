//! What holds a secret shows nothing of it, and cannot be copied, compared or written by accident.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

#[path = "../common/mod.rs"]
mod common;
mod types;
mod walk;

use std::thread;

use josie::JwsAlg;
use josie::KeyError;
use josie::VerifyingKey;

/// A million secrets of every length from 32 to 255 octets: none is taken for a document. The octets are those of a
/// generator with fixed seeds, so that a failure can be found again.
#[test]
fn million_random_secrets_of_every_length_are_accepted() {
    const THREADS: u64 = 4;
    const ROUNDS: usize = 250_000;
    thread::scope(|scope| {
        for seed in 1..=THREADS {
            let mut octets = random_octets(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let secret: Vec<u8> = octets.by_ref().take(32 + round % 224).collect();

                    let key = VerifyingKey::from_secret(&secret, JwsAlg::Hs256);
                    assert!(key.is_ok(), "{seed} {round} {key:?}");
                }
            });
        }
    });

    // Their twins are refused if they are too short, and nothing else is wrong with them.
    let short: Vec<u8> = random_octets(1).take(31).collect();
    let error = VerifyingKey::from_secret(&short, JwsAlg::Hs256).unwrap_err();
    assert_eq!(error, KeyError::SecretTooShort { alg: "HS256", min: 32, found: 31 });
}

/// The octets of xorshift64*, eight at a time.
fn random_octets(seed: u64) -> impl Iterator<Item = u8> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes()
    })
    .flatten()
}
