//! Limits: those of any entry until the entry is known, then its own.

use josie::Error;
use josie::Header;
use josie::Issuers;
use josie::Jws;
use josie::Limit;
use josie::Limits;
use josie::Refused;

use crate::parties::A;
use crate::parties::B;
use crate::parties::EXP;
use crate::parties::Parties;
use crate::parties::assert_accepted;
use crate::parties::assert_refused;
use crate::parties::keys;
use crate::parties::policy;
use crate::parties::raw;
use crate::parties::token;

/// Issuer `A` with these limits, and `B` with the default ones.
fn issuers(parties: &Parties, limits: Limits) -> Issuers {
    Issuers::new()
        .with(A, keys(&parties.a), policy().limits(limits))
        .unwrap()
        .with(B, keys(&parties.b), policy())
        .unwrap()
}

#[test]
fn token_that_is_longer_than_its_entry_allows_is_refused() {
    for parties in Parties::all() {
        let token = |issuer, key| raw(format!(r#"{{"iss":"{issuer}",{EXP},"x":"{X}"}}"#), key);
        let [a, b] = [token(A, &parties.a[0]), token(B, &parties.b[0])];
        let exactly = issuers(&parties, Limits::default().with_token_bytes(a.len()));
        assert_accepted(&exactly, &a, A);

        let too_little = issuers(&parties, Limits::default().with_token_bytes(a.len() - 1));

        assert_refused(&too_little, &a, Error::Limit(Limit::Token));
        assert_accepted(&too_little, &b, B);
    }
}

#[test]
fn claims_that_are_deeper_than_their_entry_allows_are_refused() {
    for parties in Parties::all() {
        let token = |issuer, key| raw(format!(r#"{{"iss":"{issuer}",{EXP},"x":[[[]]]}}"#), key);
        let [a, b] = [token(A, &parties.a[0]), token(B, &parties.b[0])];
        assert_accepted(&issuers(&parties, Limits::default().with_json_depth(4)), &a, A);

        let too_little = issuers(&parties, Limits::default().with_json_depth(3));

        assert_refused(&too_little, &a, Error::Limit(Limit::Depth));
        assert_accepted(&too_little, &b, B);
    }
}

#[test]
fn header_and_kid_that_are_longer_than_their_entry_allows_are_refused() {
    for parties in Parties::all() {
        let long = "k".repeat(100);
        let [a, b] = [&parties.a, &parties.b].map(|[key, _]| [key.clone().with_kid(&long)]);
        let issuers = |limits| {
            Issuers::new()
                .with(A, keys(&a), policy().limits(limits))
                .unwrap()
                .with(B, keys(&b), policy())
                .unwrap()
        };
        let [for_a, for_b] = [token(A, &a[0]), token(B, &b[0])];
        assert_accepted(&issuers(Limits::default().with_kid_bytes(100)), &for_a, A);

        let short_kid = issuers(Limits::default().with_kid_bytes(99));
        let short_header = issuers(Limits::default().with_header_bytes(100));

        assert_refused(&short_kid, &for_a, Error::Limit(Limit::Kid));
        assert_accepted(&short_kid, &for_b, B);
        assert_refused(&short_header, &for_a, Error::Limit(Limit::Header));
        assert_accepted(&short_header, &for_b, B);
    }
}

// Not the default ones beside them, and not those of an entry that is gone.
#[test]
fn token_of_nobody_is_held_to_what_any_entry_allows() {
    for parties in Parties::all() {
        let token = raw(format!(r#"{{"iss":"nobody",{EXP},"x":"{X}"}}"#), &parties.a[0]);
        let large = Limits::default().with_token_bytes(token.len());
        let small = Limits::default().with_token_bytes(token.len() - 1);
        let with = |issuers: Issuers, name, limits| {
            issuers.with(name, keys(&parties.a), policy().limits(limits)).unwrap()
        };
        let only_small = with(Issuers::new(), A, small);
        let both = with(only_small.clone(), B, large);
        assert_refused(&both, &token, Error::UnknownIssuer);
        assert_refused(
            &with(with(Issuers::new(), A, large), B, small),
            &token,
            Error::UnknownIssuer,
        );
        assert_refused(&both.without(A), &token, Error::UnknownIssuer);
        assert_refused(&both.with_keys(A, keys(&[])).unwrap(), &token, Error::UnknownIssuer);

        for held_to_the_small in [
            only_small.clone(),
            with(only_small.clone(), B, small),
            both.without(B),
            both.without(B).with_keys(A, keys(&parties.a)).unwrap(),
        ] {
            assert_refused(&held_to_the_small, &token, Error::Limit(Limit::Token));
        }
    }
}

#[test]
fn other_limits_change_nothing_of_the_order_of_errors() {
    for parties in Parties::all() {
        let issuers = issuers(&parties, Limits::default().with_json_depth(3));
        let deep = format!(r#"{{"iss":"{A}",{EXP},"x":[[[]]]}}"#);
        assert_refused(&issuers, &raw(&deep, &parties.a[0]), Error::Limit(Limit::Depth));

        // Its own limit on the payload is looked at when the signature is valid.
        assert_refused(&issuers, &raw(&deep, &parties.b[0]), Error::InvalidSignature);
        let typed = Jws::sign(deep.as_bytes(), &Header::typed("at+jwt"), &parties.a[0]).unwrap();
        assert_refused(&issuers, &typed, Error::Refused(Refused::Type));
    }
}

const X: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
