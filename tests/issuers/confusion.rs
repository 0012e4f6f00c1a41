//! A178 of the catalogue: the key of one issuer for a token in the name of another; and policies that must not mix.

use core::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::ClaimReason;
use josie::Claims;
use josie::Error;
use josie::Header;
use josie::Issuers;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::NoClaims;
use josie::Refused;
use serde_json::Map;
use serde_json::Value;

use crate::parties::A;
use crate::parties::B;
use crate::parties::EXP;
use crate::parties::Parties;
use crate::parties::assert_accepted;
use crate::parties::assert_refused;
use crate::parties::fresh;
use crate::parties::keys;
use crate::parties::policy;
use crate::parties::raw;
use crate::parties::token;

#[test]
fn a178_key_of_another_issuer_with_the_same_kid_is_refused() {
    for parties in Parties::all() {
        let issuers = parties.issuers();
        assert_accepted(&issuers, &token(A, &parties.a[0]), A);
        assert_accepted(&issuers, &token(B, &parties.b[0]), B);

        assert_refused(&issuers, &token(A, &parties.b[0]), Error::InvalidSignature);
        assert_refused(&issuers, &token(B, &parties.a[0]), Error::InvalidSignature);
    }
}

#[test]
fn a178_key_of_another_issuer_with_its_own_kid_is_unknown() {
    for parties in Parties::all() {
        let issuers = parties.issuers();
        assert_accepted(&issuers, &token(A, &parties.a[1]), A);
        assert_accepted(&issuers, &token(B, &parties.b[1]), B);

        assert_refused(&issuers, &token(A, &parties.b[1]), Error::UnknownKey);
        assert_refused(&issuers, &token(B, &parties.a[1]), Error::UnknownKey);
    }
}

#[test]
fn a178_key_of_another_issuer_with_the_kid_of_the_named_one_is_refused() {
    for parties in Parties::all() {
        let issuers = parties.issuers();
        assert_accepted(&issuers, &token(A, &parties.a[1]), A);

        let borrowed = parties.b[1].clone().with_kid("a");

        assert_refused(&issuers, &token(A, &borrowed), Error::InvalidSignature);
    }
}

// Without a `kid`, whatever fits `alg` is tried, and those are the keys of the named issuer still.
#[test]
fn a178_key_of_another_issuer_without_kid_is_refused() {
    for Parties { registry, .. } in Parties::all() {
        let [a, b] = [(); 2].map(|()| [fresh(JwsAlg::Es256, &registry)]);
        let issuers = Issuers::new()
            .with(A, keys(&a), policy())
            .unwrap()
            .with(B, keys(&b), policy())
            .unwrap();
        assert_accepted(&issuers, &token(A, &a[0]), A);
        assert_accepted(&issuers, &token(B, &b[0]), B);

        assert_refused(&issuers, &token(A, &b[0]), Error::InvalidSignature);
        assert_refused(&issuers, &token(B, &a[0]), Error::InvalidSignature);
    }
}

#[test]
fn algorithm_of_another_entry_is_refused() {
    for parties in Parties::all() {
        let [a, b] = [&parties.a, &parties.b].map(|[es256, _]| {
            [es256.clone(), fresh(JwsAlg::Ed25519, &parties.registry).with_kid("2")]
        });
        // Both have both kinds of keys, but their policies do not.
        let issuers = Issuers::new()
            .with(A, keys(&a), JwtPolicy::signed(&[JwsAlg::Es256]))
            .unwrap()
            .with(B, keys(&b), JwtPolicy::signed(&[JwsAlg::Ed25519]))
            .unwrap();
        assert_accepted(&issuers, &token(A, &a[0]), A);
        assert_accepted(&issuers, &token(B, &b[1]), B);

        assert_refused(&issuers, &token(A, &a[1]), Error::Refused(Refused::Algorithm));
        assert_refused(&issuers, &token(B, &b[0]), Error::Refused(Refused::Algorithm));
    }
}

#[test]
fn unsecured_token_is_refused_as_by_jwt_verify() {
    for parties in Parties::all() {
        let issuers = parties.issuers();
        let payload = format!(r#"{{"iss":"{A}",{EXP}}}"#);
        let honest = raw(&payload, &parties.a[0]);
        assert_accepted(&issuers, &honest, A);

        let [header, payload] = [r#"{"alg":"none","typ":"JWT"}"#, &payload];
        let b64u = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let (_, signature) = honest.rsplit_once('.').unwrap();
        for signature in ["", signature] {
            let unsecured = format!("{}.{}.{signature}", b64u(header), b64u(payload));

            let expected = Error::Refused(Refused::UnknownAlgorithm);
            let by_jwt = Jwt::<NoClaims>::verify(
                &unsecured,
                &keys(&parties.a),
                &policy().iss(A).build().unwrap(),
            );
            assert_eq!(by_jwt.unwrap_err(), expected);
            assert_refused(&issuers, &unsecured, expected);
        }
    }
}

#[test]
fn audience_and_type_of_another_entry_are_refused() {
    for parties in Parties::all() {
        let issuers = Issuers::new()
            .with(A, keys(&parties.a), policy().aud("api").typ("at+jwt"))
            .unwrap()
            .with(B, keys(&parties.b), policy().aud("admin").typ("jwt"))
            .unwrap();
        let sign = |issuer: &str, aud: &str, typ: &str, key| {
            let claims = Claims::new(Map::<String, Value>::new()).issuer(issuer).audience(aud);
            let claims = claims.expires_in(Duration::from_secs(300));
            Jwt::sign(&claims, &Header::typed(typ), key).unwrap()
        };
        let [a, b] = [&parties.a[0], &parties.b[0]];
        assert_accepted(&issuers, &sign(A, "api", "at+jwt", a), A);
        assert_accepted(&issuers, &sign(B, "admin", "jwt", b), B);

        let mismatch = Error::Claim { name: "aud".into(), reason: ClaimReason::Mismatch };
        assert_refused(&issuers, &sign(A, "admin", "at+jwt", a), mismatch.clone());
        assert_refused(&issuers, &sign(B, "api", "jwt", b), mismatch);
        assert_refused(&issuers, &sign(A, "api", "jwt", a), Error::Refused(Refused::Type));
        assert_refused(&issuers, &sign(B, "admin", "at+jwt", b), Error::Refused(Refused::Type));
    }
}
