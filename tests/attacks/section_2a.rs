//! Section II: keys that the token brings along or points to.

use std::io::ErrorKind;
use std::net::TcpListener;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use josie::Error;
use josie::Header;
use josie::Jwk;
use josie::Jws;
use josie::JwsAlg;
use josie::KeyParams;
use josie::KeySet;
use josie::KeyType;
use josie::Limit;
use josie::SigningKey;
use josie::VerifyingKey;
use serde_json::Value;
use serde_json::json;

use crate::authors::Author;
use crate::authors::CLAIMS;
use crate::authors::authors;
use crate::authors::authors_of;
use crate::authors::authors_with;
use crate::authors::b64u;
use crate::authors::fixture;
use crate::authors::from_b64u;
use crate::authors::private_fixture;
use crate::authors::verify;
use crate::numbers::sha;

#[test]
fn a21_embedded_jwk_of_the_attacker_is_no_key() {
    for owner in asymmetric_authors() {
        let attacker = owner.stranger();
        let mut with_kid = attacker.public_jwk();
        with_kid["kid"] = json!("owner");

        for jwk in [attacker.public_jwk(), attacker.bare_jwk(), with_kid] {
            for mut header in [json!({}), json!({ "kid": "owner" })] {
                header["alg"] = json!(attacker.alg.name());
                header["jwk"] = jwk.clone();
                assert_token_brings_no_key(&owner, &attacker.token(&header));
            }
        }
        let key = SigningKey::new(&owner.material, owner.alg, &owner.registry).unwrap();
        let honest = Jws::sign(CLAIMS, &Header::new().with_embedded_jwk(), &key).unwrap();
        assert_eq!(verify(&honest, &owner.keys(), JwsAlg::ALL), Ok(()), "{owner}");
    }
}

#[test]
fn a22_embedded_private_or_symmetric_jwk_is_no_key() {
    for owner in authors() {
        let attacker = owner.stranger();
        let header = json!({ "alg": attacker.alg.name(), "jwk": private_jwk(&attacker) });

        assert_token_brings_no_key(&owner, &attacker.token(&header));
        assert_eq!(verify(&owner.honest(), &owner.keys(), JwsAlg::ALL), Ok(()), "{owner}");
    }
}

#[test]
fn a22_signer_embeds_the_public_members_alone() {
    for owner in asymmetric_authors() {
        let key = SigningKey::new(&owner.material, owner.alg, &owner.registry).unwrap();

        let token = Jws::sign(CLAIMS, &Header::new().with_embedded_jwk(), &key).unwrap();

        let header: Value = serde_json::from_slice(&header_of(&token)).unwrap();
        let mut names: Vec<_> = header["jwk"].as_object().unwrap().keys().collect();
        names.sort();
        let expected: &[&str] = match owner.alg.kty() {
            KeyType::Rsa => &["e", "kty", "n"],
            KeyType::Ec => &["crv", "kty", "x", "y"],
            _ => &["crv", "kty", "x"],
        };
        assert_eq!(names, expected, "{owner}");
        assert_eq!(header["jwk"], owner.bare_jwk(), "{owner}");
    }
}

#[test]
fn a22_signer_embeds_no_symmetric_key_and_no_jwk_of_the_caller() {
    for owner in authors() {
        let key = SigningKey::new(&owner.material, owner.alg, &owner.registry).unwrap();

        let by_hand = Header::new().with_param("jwk", private_jwk(&owner));
        let result = Jws::sign(CLAIMS, &by_hand, &key);
        assert_eq!(result, Err(Error::ReservedHeader("jwk")), "{owner}");
        if owner.alg.kty() == KeyType::Oct {
            let result = Jws::sign(CLAIMS, &Header::new().with_embedded_jwk(), &key);
            assert_eq!(result, Err(Error::NoPublicKey), "{owner}");
        }
        let honest = Jws::sign(CLAIMS, &Header::new(), &key).unwrap();
        assert_eq!(verify(&honest, &owner.keys(), JwsAlg::ALL), Ok(()), "{owner}");
    }
}

#[test]
fn a23_jku_is_not_followed() {
    for owner in asymmetric_authors() {
        assert_address_is_not_followed(&owner, "jku");
    }
}

#[test]
fn a24_x5u_is_not_followed() {
    for owner in asymmetric_authors() {
        assert_address_is_not_followed(&owner, "x5u");
    }
}

/// A token that points elsewhere is one like any other, and nobody looks there.
fn assert_address_is_not_followed(owner: &Author, parameter: &str) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let host = listener.local_addr().unwrap();
    let attacker = owner.stranger();

    for address in [
        format!("http://{host}/keys"),
        format!("https://{host}/keys"),
        format!("http://id.example@{host}/keys"),
        format!("//{host}"),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "file:///etc/passwd".to_owned(),
        "data:application/json,{}".to_owned(),
        "\\\\host\\share".to_owned(),
        String::new(),
    ] {
        let header = json!({ "alg": owner.alg.name(), parameter: address });
        assert_token_brings_no_key(owner, &attacker.token(&header));
        let honest = verify(&owner.token(&header), &owner.keys(), JwsAlg::ALL);
        assert_eq!(honest, Ok(()), "{owner}: {address}");
    }
    let visitor = listener.accept().map(drop).map_err(|error| error.kind());
    assert_eq!(visitor, Err(ErrorKind::WouldBlock), "{owner}");
}

#[test]
fn a25_certificate_chain_of_the_attacker_is_no_key() {
    let certificate = fixture("certificate.der");
    let standard = STANDARD.encode(&certificate);
    for owner in authors_with(JwsAlg::Es256) {
        let attacker = owner.with(private_fixture("p256"), JwsAlg::Es256);
        for x5c in [
            json!([standard]),
            json!([standard, standard, standard]),
            json!([b64u(&certificate)]),
            json!(standard),
            json!([]),
            json!([""]),
            json!([1, null]),
            Value::Null,
        ] {
            let header = json!({ "alg": "ES256", "x5c": x5c });
            assert_token_brings_no_key(&owner, &attacker.token(&header));
            let honest = verify(&owner.token(&header), &owner.keys(), JwsAlg::ALL);
            assert_eq!(honest, Ok(()), "{owner}: {x5c}");
        }
    }
}

#[test]
fn a25_certificate_chain_of_any_length_is_limited_before_it_is_read() {
    let certificate = STANDARD.encode(fixture("certificate.der"));
    for owner in authors_with(JwsAlg::Es256) {
        let chain = |len: usize| json!({ "alg": "ES256", "x5c": vec![certificate.as_str(); len] });
        for (len, expected) in [
            (10_000, Err(Error::Limit(Limit::Token))),
            (100, Err(Error::Limit(Limit::Header))),
            (3, Ok(())),
        ] {
            let result = verify(&owner.token(&chain(len)), &owner.keys(), JwsAlg::ALL);
            assert_eq!(result, expected, "{owner}: {len} certificates");
        }
    }
}

#[test]
fn a26_certificate_members_of_a_jwk_do_not_replace_its_key() {
    let certificate = fixture("certificate.der");
    for owner in authors_with(JwsAlg::Es256) {
        let attacker = owner.with(private_fixture("p256"), JwsAlg::Es256);
        let mut jwk = owner.public_jwk();
        jwk["x5c"] = json!([STANDARD.encode(&certificate)]);
        jwk["x5t"] = json!(b64u(&sha(1, &certificate)));
        jwk["x5t#S256"] = json!(b64u(&sha(256, b"another certificate")));
        let jwk = Jwk::parse(&jwk.to_string()).unwrap();
        let key = VerifyingKey::new(jwk.material(), JwsAlg::Es256, &owner.registry).unwrap();
        let keys = KeySet::from(key);

        let forged = verify(&attacker.honest(), &keys, JwsAlg::ALL);
        assert_eq!(forged, Err(Error::InvalidSignature), "{owner}");
        assert_eq!(verify(&owner.honest(), &keys, JwsAlg::ALL), Ok(()), "{owner}");
    }
}

#[test]
fn a26_certificate_thumbprint_in_the_header_selects_no_key() {
    let certificate = fixture("certificate.der");
    for owner in authors_with(JwsAlg::Es256) {
        let attacker = owner.with(private_fixture("p256"), JwsAlg::Es256);
        for (name, bits) in [("x5t", 1), ("x5t#S256", 256)] {
            let thumbprint = b64u(&sha(bits, &certificate));
            let header = json!({ "alg": "ES256", name: thumbprint });
            let as_kid = KeySet::from(owner.verifying_key().with_kid(&thumbprint));

            assert_token_brings_no_key(&owner, &attacker.token(&header));
            let crossed = verify(&attacker.token(&header), &as_kid, JwsAlg::ALL);
            assert_eq!(crossed, Err(Error::InvalidSignature), "{owner}: {name}");
            let honest = verify(&owner.token(&header), &owner.keys(), JwsAlg::ALL);
            assert_eq!(honest, Ok(()), "{owner}: {name}");
        }
    }
}

/// A token of somebody else is refused by the owner's key, and by no key.
fn assert_token_brings_no_key(owner: &Author, token: &str) {
    let with_key = verify(token, &owner.keys(), JwsAlg::ALL);
    assert_eq!(with_key, Err(Error::InvalidSignature), "{owner}");
    let without_key = verify(token, &KeySet::from_iter([]), JwsAlg::ALL);
    assert_eq!(without_key, Err(Error::UnknownKey), "{owner}");
}

fn asymmetric_authors() -> Vec<Author> {
    [KeyType::Rsa, KeyType::Ec, KeyType::Okp].into_iter().flat_map(authors_of).collect()
}

fn header_of(token: &str) -> Vec<u8> {
    let (header, _) = token.split_once('.').unwrap();
    from_b64u(&json!(header))
}

fn private_jwk(author: &Author) -> Value {
    let secrets = match author.material.params() {
        KeyParams::Oct(oct) => return json!({ "kty": "oct", "k": b64u(oct.k().expose()) }),
        KeyParams::Rsa(rsa) => {
            let private = rsa.private().unwrap();
            vec![
                ("d", &private.d),
                ("p", &private.p),
                ("q", &private.q),
                ("dp", &private.dp),
                ("dq", &private.dq),
                ("qi", &private.qi),
            ]
        }
        KeyParams::Ec(ec) => vec![("d", ec.d().unwrap())],
        KeyParams::Okp(okp) => vec![("d", okp.d().unwrap())],
        _ => panic!("unknown type of key"),
    };
    let mut jwk = author.bare_jwk();
    for (name, value) in secrets {
        jwk[name] = json!(b64u(value.expose()));
    }
    jwk
}
