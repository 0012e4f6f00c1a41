//! Section XIV: secrets, and what an attacker writes, stay out of `Debug`, `Display` and JSON.

use std::fmt::Display;

use josie::ClaimReason;
use josie::EcParams;
use josie::Error;
use josie::Expect;
use josie::Jwk;
use josie::JwkSet;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeyParams;
use josie::KeySet;
use josie::Limits;
use josie::OctParams;
use josie::OkpParams;
use josie::Part;
use josie::PublicJwk;
use josie::PublicJwkSet;
use josie::Registry;
use josie::RsaParams;
use josie::RsaPrivate;
use josie::SecretBytes;
use josie::SigningKey;
use josie::UnverifiedJws;
use josie::VerifyingKey;
use serde::Serialize;

use crate::common::assert_not::assert_not;
use crate::common::hiding::assert_hides;
use crate::common::hiding::chain;
use crate::common::hiding::debug;
use crate::common::hiding::secrets;
use crate::common::registries;
use crate::peers::CLAIMS;
use crate::peers::SECRET;
use crate::peers::b64u;
use crate::peers::key_file;
use crate::peers::rules;
use crate::peers::secret_peers;

fn private_materials(registry: &Registry) -> Vec<(JwsAlg, KeyMaterial)> {
    let mut materials = vec![
        (JwsAlg::Hs256, KeyMaterial::oct(SECRET.to_vec())),
        (JwsAlg::Hs512, KeyMaterial::oct([SECRET, SECRET.map(|octet| !octet)].concat())),
    ];
    for (alg, name) in [
        (JwsAlg::Rs256, "rsa2048"),
        (JwsAlg::Ps512, "rsa3072"),
        (JwsAlg::Es256, "p256"),
        (JwsAlg::Es384, "p384"),
        (JwsAlg::Es512, "p521"),
        (JwsAlg::Es256K, "secp256k1"),
        (JwsAlg::Ed25519, "ed25519"),
        (JwsAlg::EdDsa, "ed25519-v2"),
    ] {
        if registry.signature(alg).is_some() {
            let pem = String::from_utf8(key_file(&format!("{name}.pkcs8.pem"))).unwrap();
            materials.push((alg, KeyMaterial::from_pem(&pem).unwrap()));
        }
    }
    materials
}

#[test]
fn a187_debug_of_every_key_hides_its_secret() {
    for (_, registry) in registries() {
        for (alg, material) in private_materials(&registry) {
            // A key without its public half is completed by the backend, or not taken.
            let Ok(signing) = SigningKey::new(&material, alg, &registry) else {
                panic!("{alg} {material:?}");
            };
            let verifying = signing.verifying_key();
            let mut texts = vec![
                debug(&material),
                debug(material.params()),
                debug(&signing),
                debug(&verifying),
                debug(&KeySet::from(signing.clone())),
                debug(&KeySet::from(verifying.clone())),
                debug(&KeySet::from(material.clone())),
                debug(&Some(vec![material.clone()])),
            ];
            texts.push(match material.params() {
                KeyParams::Oct(oct) => debug(oct) + &debug(oct.k()),
                KeyParams::Rsa(rsa) => debug(rsa) + &debug(rsa.private().unwrap()),
                KeyParams::Ec(ec) => debug(ec) + &debug(ec.d().unwrap()),
                KeyParams::Okp(okp) => debug(okp) + &debug(okp.d().unwrap()),
                other => debug(other),
            });
            if let Ok(public) = verifying.public_jwk() {
                texts.push(debug(&public) + &serde_json::to_string(&public).unwrap());
            }
            for secret in secrets(&material) {
                for text in &texts {
                    assert_hides(text, secret);
                }
            }
        }
    }
}

/// JWKs of the secrets, whole and broken in every way that quotes nothing.
fn secret_jwks() -> Vec<String> {
    let k = b64u(SECRET);
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    [
        r#"{"kty":"oct","k":"<K>"}"#,
        r#"{"kty":"oct","k":"<K>","k":"<K>"}"#,
        r#"{"kty":"oct","k":"<K>="}"#,
        r#"{"kty":"oct","k":["<K>"]}"#,
        r#"{"kty":"oct","k":"<K>""#,
        r#"{"kty":"oct","k":"<K>"}<K>"#,
        r#"{"kty":"<K>","k":"<K>"}"#,
        r#"{"kty":["<K>"]}"#,
        r#"{"kty":"oct","use":1,"k":"<K>"}"#,
        r#"{"kty":"oct","alg":"<K>","k":"<K><K>"}"#,
        r#"{"kty":"OKP","crv":"<K>","d":"<K>","x":"<X>"}"#,
        r#"{"kty":"OKP","crv":"Ed25519","d":"<K>","x":"<X>"}"#,
        r#"{"kty":"OKP","crv":"Ed25519","d":"<K>AAAA","x":"<X>"}"#,
        r#"{"kty":"EC","crv":"P-256","d":"<K>","x":"<X>","y":"<X>"}"#,
        r#"{"kty":"EC","crv":"P-384","d":"<K>","x":"<X>","y":"<X>"}"#,
        r#"{"kty":"RSA","n":"<X>","e":"AQAB","d":"<K>"}"#,
        r#"{"kty":"RSA","n":"<X>","e":"AQAB","d":"<K>","p":"<K>","q":"<K>","dp":"<K>","dq":"<K>","qi":"<K>"}"#,
    ]
    .map(|jwk| jwk.replace("<K>", &k).replace("<X>", x))
    .to_vec()
}

#[test]
fn a187_errors_and_jwks_hide_the_secret() {
    for (_, registry) in registries() {
        let mut texts = Vec::new();
        for text in secret_jwks() {
            match Jwk::parse(&text) {
                Ok(jwk) => {
                    texts.push(debug(&jwk));
                    for alg in JwsAlg::ALL {
                        let bound = SigningKey::new(jwk.material(), *alg, &registry);
                        texts.extend(bound.err().map(|error| chain(&error)));
                        let bound = VerifyingKey::new(jwk.material(), *alg, &registry);
                        texts.extend(bound.err().map(|error| chain(&error)));
                    }
                }
                Err(error) => texts.push(chain(&error)),
            }
            let deserialized: Result<Jwk, _> = serde_json::from_str(&text);
            texts.extend(deserialized.err().map(|error| chain(&error)));
            let deserialized: Result<PublicJwk, _> = serde_json::from_str(&text);
            texts.extend(deserialized.err().map(|error| chain(&error)));
            if let Ok(set) = PublicJwkSet::parse(&format!(r#"{{"keys":[{text}]}}"#)) {
                let (keys, report) = KeySet::from_jwk_set_with(&set, JwsAlg::ALL, &registry);
                assert!(keys.is_empty());
                texts.push(debug(&set) + &debug(&report));
            }
        }
        let encoded = b64u(SECRET);
        for secret in [&SECRET[..31], &SECRET[..], encoded.as_bytes()] {
            let material = KeyMaterial::oct(secret.to_vec());
            for alg in JwsAlg::ALL {
                let bound = VerifyingKey::new(&material, *alg, &registry);
                texts.extend(bound.err().map(|error| chain(&error)));
            }
            texts.push(chain(&KeyMaterial::from_der(secret).unwrap_err()));
        }
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{encoded}\n-----END PRIVATE KEY-----\n");
        texts.push(chain(&KeyMaterial::from_pem(&pem).unwrap_err()));
        texts.push(chain(&KeyMaterial::from_pem(&encoded).unwrap_err()));

        assert!(texts.len() > 50);
        for text in texts {
            assert_hides(&text, &SECRET);
        }
    }
}

#[test]
fn a188_errors_of_tokens_quote_nothing_of_them() {
    let mark = "Xq7Zp2Lm9Rt4Vw8K";
    for peer in secret_peers() {
        let header = |members: &str| {
            let members = members.replace("MARK", mark);
            peer.token(format!(r#"{{"alg":"HS256"{members}}}"#), CLAIMS)
        };
        let claims = |members: &str| {
            let members = members.replace("MARK", mark);
            peer.token(r#"{"alg":"HS256"}"#, format!(r#"{{"exp":1700003600{members}}}"#))
        };
        let honest = header(r#","x":"MARK""#);
        let hostile = [
            header(&format!(r#","x":"{}""#, "MARK".repeat(1_000_000))),
            header(r#","kid":"MARK""#).replace('.', ".."),
            header(r#","typ":"MARK""#),
            header(r#","MARK":1,"MARK":1"#),
            header(r#","crit":["MARK"],"MARK":1"#),
            header(r#","crit":["MARK"]"#),
            header(r#","kid":["MARK"]"#),
            header(r#","x":MARK"#),
            peer.token(format!(r#"{{"alg":"{mark}"}}"#), CLAIMS),
            peer.token(format!(r#""{mark}""#), CLAIMS),
            claims(r#","iss":"MARK""#),
            claims(r#","aud":["MARK"]"#),
            claims(r#","sub":["MARK"]"#),
            claims(r#","MARK":1,"MARK":1"#),
            claims(r#","x":MARK"#),
            peer.token(r#"{"alg":"HS256"}"#, format!(r#"{{"exp":1,"x":"{mark}"}}"#)),
            peer.respelt(&honest, Part::Signature, |_| b64u(mark)),
            peer.respelt(&honest, Part::Signature, |text| format!("{text}={mark}")),
            mark.repeat(100),
        ];
        let hexadecimal: String = mark.bytes().map(|octet| format!("{octet:02x}")).collect();

        assert!(peer.verify(&honest).is_ok());
        for token in hostile {
            let error = peer.verify(&token).unwrap_err();
            let text = chain(&error);
            assert!(error.to_string().len() <= 200, "{text}");
            for trace in [mark, &b64u(mark), &hexadecimal, &token[..token.len().min(16)]] {
                assert!(!text.contains(trace), "{trace} in {text}");
            }
        }
    }
}

#[test]
fn a189_secrets_are_not_serialized_displayed_or_compared() {
    assert_not!(SecretBytes, Serialize);
    assert_not!(SecretBytes, Display);
    assert_not!(SecretBytes, PartialEq);
    assert_not!(SecretBytes, std::ops::Deref);
    assert_not!(SecretBytes, Copy);
    assert_not!(KeyMaterial, Serialize);
    assert_not!(KeyMaterial, Display);
    assert_not!(KeyMaterial, PartialEq);
    assert_not!(KeyParams, Serialize);
    assert_not!(OctParams, Serialize);
    assert_not!(RsaParams, Serialize);
    assert_not!(RsaPrivate, Serialize);
    assert_not!(EcParams, Serialize);
    assert_not!(OkpParams, Serialize);
    assert_not!(Jwk, Serialize);
    assert_not!(JwkSet, Serialize);
    assert_not!(SigningKey, Serialize);
    assert_not!(SigningKey, Display);
    assert_not!(VerifyingKey, Serialize);
    assert_not!(KeySet<SigningKey>, Serialize);
    assert_not!(KeySet<VerifyingKey>, Serialize);
    // The public half is, and a private key does not pass for one.
    let private = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let symmetric = format!(r#"{{"kty":"oct","k":"{}"}}"#, b64u(SECRET));
    for (text, error) in
        [(private, KeyError::PublicKeyNeeded), (&*symmetric, KeyError::SymmetricKey)]
    {
        let jwk = Jwk::parse(text).unwrap();
        assert_eq!(PublicJwk::try_from(jwk).unwrap_err(), error);
        let reading = serde_json::from_str::<PublicJwk>(text).unwrap_err().to_string();
        assert!(reading.starts_with(&error.to_string()), "{reading}");
    }
    let public =
        Jwk::parse(&private.replace(r#""d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","#, ""));
    assert!(PublicJwk::try_from(public.unwrap()).is_ok());
}

#[test]
fn a191_what_a_token_says_breaks_no_line_of_a_log() {
    let hostile = [
        r"\r\nX-Injected: 1",
        r"\u001b[2J",
        r"\u2028X-Injected",
        r"<b>X-Injected",
        r"%0d%0aX-Injected",
    ];
    for peer in secret_peers() {
        for value in hostile {
            let kid = peer.token(format!(r#"{{"alg":"HS256","kid":"{value}"}}"#), CLAIMS);
            let stranger = VerifyingKey::new(
                &KeyMaterial::oct(SECRET.to_vec()).with_kid("a"),
                JwsAlg::Hs256,
                &peer.registry,
            );
            let policy = crate::peers::policy(rules());
            let unknown = josie::Jwt::<josie::NoClaims>::verify(
                &kid,
                &KeySet::from(stranger.unwrap()),
                &policy,
            );
            assert_eq!(unknown.as_ref().unwrap_err(), &Error::UnknownKey);
            let errors = [
                unknown.unwrap_err(),
                peer.header_error(format!(r#"{{"alg":"{value}"}}"#)),
                peer.header_error(format!(r#"{{"alg":"HS256","typ":"{value}"}}"#)),
                peer.header_error(format!(r#"{{"alg":"HS256","crit":["{value}"]}}"#)),
                peer.header_error(format!(r#"{{"alg":"HS256","{value}":1,"{value}":1}}"#)),
                peer.claims_error(format!(r#"{{"exp":1700003600,"iss":"{value}"}}"#)),
                peer.claims_error(format!(r#"{{"exp":1700003600,"{value}":1,"{value}":1}}"#)),
            ];
            for error in errors {
                let text = format!("{error} {error:?} {}", error.code());
                assert!(!text.contains(['\r', '\n', '\u{1b}', '\u{2028}']), "{text}");
                assert!(!text.contains("X-Injected"), "{text}");
            }
            // Where the header itself is shown, it is escaped; a key with this `kid` is found by it whole.
            let unverified = UnverifiedJws::parse(&kid, &Limits::default()).unwrap();
            let material = KeyMaterial::oct(SECRET.to_vec()).with_kid(unverified.kid().unwrap());
            let key = VerifyingKey::new(&material, JwsAlg::Hs256, &peer.registry).unwrap();
            let shown = format!("{unverified:?} {material:?} {key:?}");
            assert!(!shown.contains(['\r', '\n', '\u{1b}', '\u{2028}']), "{shown}");
            let policy = crate::peers::policy(rules());
            let jwt = josie::Jwt::<josie::NoClaims>::verify(&kid, &KeySet::from(key), &policy);
            assert!(jwt.is_ok());
        }
        // The one text in an error that is not josie's is a name from the policy.
        let name = "a\r\nX-Injected: 1";
        let error = peer.claims_by(CLAIMS, rules().claim(name, Expect::Any)).unwrap_err();
        assert_eq!(error, Error::Claim { name: name.into(), reason: ClaimReason::Missing });
        assert!(!format!("{error} {error:?}").contains(['\r', '\n']));
        let none = rules().claim(name, Vec::new()).build().unwrap_err();
        assert!(!format!("{none} {none:?}").contains(['\r', '\n']));
    }
}
