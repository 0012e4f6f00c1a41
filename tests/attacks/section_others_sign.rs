//! Section XIV: what a signer is asked to write is held to what a verifier is asked to read.

use std::collections::BTreeMap;

use josie::Claims;
use josie::Error;
use josie::Header;
use josie::Jws;
use josie::JwsAlg;
use josie::Jwt;
use josie::KeyMaterial;
use josie::Limit;
use josie::Malformed;
use josie::NoClaims;
use josie::NumericDate;
use josie::Part;
use josie::SigningKey;
use serde::Serialize;
use serde::Serializer;
use serde::ser::SerializeMap;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::peers::Peer;
use crate::peers::SECRET;
use crate::peers::secret_peers;

fn key(peer: &Peer) -> SigningKey {
    SigningKey::new(&KeyMaterial::oct(SECRET.to_vec()), JwsAlg::Hs256, &peer.registry).unwrap()
}

fn claims<T>(custom: T) -> Claims<T> {
    Claims::new(custom).expires_at(NumericDate::from_secs(1_700_003_600).unwrap())
}

fn sign_with(header: &Header, key: &SigningKey) -> Result<String, Error> {
    let jwt = Jwt::sign(&claims(NoClaims {}), header, key);
    let jws = Jws::sign(b"{}", header, key);
    assert_eq!(jwt.as_ref().err(), jws.as_ref().err());
    jwt
}

/// Writes these entries as an object, whatever they are.
struct Entries(Vec<(&'static str, Value)>);

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[test]
fn a200_header_parameters_that_josie_writes_cannot_be_set() {
    for peer in secret_peers() {
        let key = key(&peer).with_kid("a");
        for name in ["alg", "kid", "typ", "jwk", "crit", "b64", "enc", "zip"] {
            for value in [Value::Null, json!("none"), json!(false), json!(["x"]), json!({})] {
                let header = Header::jwt().with_param("x", 1).with_param(name, value);
                assert_eq!(sign_with(&header, &key).unwrap_err(), Error::ReservedHeader(name));
            }
            // Another spelling is another parameter, for the signer and the verifier.
            let header = Header::jwt().with_param(name.to_uppercase(), 1);
            let jwt = peer.verify(&sign_with(&header, &key).unwrap()).unwrap();
            assert_eq!(*jwt.header(), header);
        }
        let header = Header::jwt().with_param("x", 1);
        let keys = josie::KeySet::from(key.verifying_key());
        let policy = josie::Policy::signed(&[JwsAlg::Hs256]).build().unwrap();
        let jws = Jws::verify(&sign_with(&header, &key).unwrap(), &keys, &policy).unwrap();
        assert_eq!((jws.kid(), jws.header()), (Some("a"), &header));
    }
}

#[test]
fn a200_header_parameters_named_twice_are_refused() {
    for peer in secret_peers() {
        let key = key(&peer);
        for header in [
            Header::new().with_param("x", 1).with_param("x", 1),
            Header::new().with_param("x", 1).with_param("y", 1).with_param("x", 2),
            Header::new().with_cty("a").with_cty("b"),
        ] {
            assert_eq!(sign_with(&header, &key).unwrap_err(), Error::DuplicateHeader);
        }
        let header =
            Header::new().with_param("x", json!({"a": 1})).with_param("X", 1).with_cty("a");
        let jwt = peer.verify(&sign_with(&header, &key).unwrap()).unwrap();
        assert_eq!(*jwt.header(), header);
    }
}

#[test]
fn a200_headers_that_nobody_would_read_are_not_written() {
    let nested = |levels| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    for peer in secret_peers() {
        let key = key(&peer);
        let text = |len: usize| Header::new().with_param("x", "A".repeat(len));
        // `{"alg":"HS256","x":""}` are 22 octets.
        assert!(peer.verify(&sign_with(&text(16_362), &key).unwrap()).is_ok());
        assert_eq!(sign_with(&text(16_363), &key).unwrap_err(), Error::Limit(Limit::Header));

        let deep = |levels| Header::new().with_param("x", nested(levels));
        assert!(peer.verify(&sign_with(&deep(31), &key).unwrap()).is_ok());
        assert_eq!(sign_with(&deep(32), &key).unwrap_err(), Error::Limit(Limit::Depth));

        let kid = |len: usize| key.clone().with_kid("k".repeat(len));
        assert!(peer.verify(&sign_with(&Header::new(), &kid(1024)).unwrap()).is_ok());
        assert_eq!(sign_with(&Header::new(), &kid(1025)).unwrap_err(), Error::Limit(Limit::Kid));
        let cty = Header::new().with_param("cty", 1);
        assert_eq!(
            sign_with(&cty, &key).unwrap_err(),
            Error::Malformed(Malformed::HeaderType("cty"))
        );
        let embedded = Header::new().with_embedded_jwk();
        assert_eq!(sign_with(&embedded, &key).unwrap_err(), Error::NoPublicKey);
    }
}

#[test]
fn a200_tokens_over_the_limit_are_not_written() {
    for peer in secret_peers() {
        let key = key(&peer);
        // 20 characters of header, 43 of signature and two dots leave room for 196 559 octets.
        let payload = vec![b' '; 196_560];
        let token = Jws::sign(&payload[1..], &Header::new(), &key).unwrap();
        assert_eq!(peer.verify_jws(&token).unwrap().payload(), &payload[1..]);
        assert_eq!(
            Jws::sign(&payload, &Header::new(), &key).unwrap_err(),
            Error::Limit(Limit::Token)
        );
        let huge = claims(BTreeMap::from([("x", "A".repeat(200_000))]));
        assert_eq!(Jwt::sign(&huge, &Header::new(), &key).unwrap_err(), Error::Limit(Limit::Token));
    }
}

#[test]
fn a200_claims_with_a_name_twice_are_not_written() {
    let duplicate = Error::Malformed(Malformed::DuplicateMember(Part::Payload));
    for peer in secret_peers() {
        let key = key(&peer);
        let sign = |entries| Jwt::sign(&claims(Entries(entries)), &Header::new(), &key);
        for entries in [
            vec![("role", json!("user")), ("role", json!("admin"))],
            vec![("a", json!(1)), ("b", json!(1)), ("a", json!(1))],
        ] {
            assert_eq!(sign(entries).unwrap_err(), duplicate);
        }
        let nested = BTreeMap::from([("x", Entries(vec![("a", json!(1)), ("a", json!(2))]))]);
        assert_eq!(Jwt::sign(&claims(nested), &Header::new(), &key).unwrap_err(), duplicate);
        let reserved = vec![("role", json!("user")), ("exp", json!(9_999_999_999_u64))];
        assert_eq!(sign(reserved).unwrap_err(), Error::ReservedClaim("exp"));

        let twin = sign(vec![("a", json!(1)), ("b", json!({"a": 1}))]).unwrap();
        assert!(peer.verify(&twin).is_ok());
    }
}

#[test]
fn a200_claims_that_are_no_object_are_not_written() {
    fn error<T: Serialize>(custom: T, key: &SigningKey) -> Option<Error> {
        Jwt::sign(&claims(custom), &Header::new(), key).err()
    }

    for peer in secret_peers() {
        let key = key(&peer);
        for value in [json!(null), json!([]), json!([{}]), json!("{}"), json!(1), json!(true)] {
            assert_eq!(error(value, &key), Some(Error::Serialize));
        }
        assert_eq!(error((), &key), Some(Error::Serialize));
        assert_eq!(error(None::<NoClaims>, &key), Some(Error::Serialize));
        assert_eq!(error(vec![("a", 1)], &key), Some(Error::Serialize));
        // Names that are no strings, and a type that gives up.
        assert_eq!(error(BTreeMap::from([(vec![1], 1)]), &key), Some(Error::Serialize));
        assert_eq!(error(BTreeMap::from([("x", std::path::Path::new("a"))]), &key), None);
        assert_eq!(error(json!({}), &key), None);
        assert_eq!(error(Some(NoClaims {}), &key), None);
    }
}

#[test]
fn a200_claims_that_are_too_deep_are_not_written() {
    let nested = |levels| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    for peer in secret_peers() {
        let key = key(&peer);
        let sign = |levels| {
            Jwt::sign(&claims(BTreeMap::from([("x", nested(levels))])), &Header::new(), &key)
        };
        assert!(peer.verify(&sign(31).unwrap()).is_ok());
        assert_eq!(sign(32).unwrap_err(), Error::Limit(Limit::Depth));
    }
}

#[test]
fn a200_what_is_signed_is_what_is_read() {
    for peer in secret_peers() {
        let key = key(&peer);
        let custom: Map<String, Value> =
            serde_json::from_value(json!({"x": {"y": [1, -1.5, "é\u{0}\"\\", null]}, "": {}}))
                .unwrap();
        let claims = claims(custom).subject("a\"b\u{0}").audience(["me", "you"]).id("\u{1f600}");
        let token = Jwt::sign(&claims, &Header::jwt(), &key).unwrap();
        let policy = crate::peers::policy(crate::peers::rules().aud("me"));
        let jwt = Jwt::<Map<String, Value>>::verify(&token, &peer.keys, &policy).unwrap();
        assert_eq!(*jwt.claims(), claims);
    }
}
