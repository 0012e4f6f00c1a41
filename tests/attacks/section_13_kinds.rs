//! Section XIII: whose key, what kind of token, and what counts as a claims set.

use josie::ClaimReason;
use josie::Error;
use josie::Expect;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicyBuilder;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Malformed;
use josie::NoClaims;
use josie::Part;
use josie::Policy;
use josie::Refused;
use josie::VerifyingKey;
use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::common::registries;
use crate::peers::CLAIMS;
use crate::peers::HEADER;
use crate::peers::Peer;
use crate::peers::b64u;
use crate::peers::claim;
use crate::peers::policy;
use crate::peers::rules;
use crate::peers::secret_peers;

const EXP: &str = r#""exp":1700003600"#;

#[test]
fn a178_key_of_another_issuer_is_refused() {
    let secret = |octet: u8| KeyMaterial::oct(vec![octet; 32]);
    for (_, registry) in registries() {
        let alice = Peer::new(registry, JwsAlg::Hs256, &secret(1));
        let mallory = Peer::new(registry, JwsAlg::Hs256, &secret(2));
        let token = |peer: &Peer, kid: &str, iss: &str| {
            peer.token(
                format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#),
                format!(r#"{{{EXP},"iss":"{iss}"}}"#),
            )
        };
        let material = secret(1).with_kid("a");
        let keys = KeySet::from(VerifyingKey::new(&material, JwsAlg::Hs256, &registry).unwrap());
        let policy = policy(rules().iss("alice"));
        let error = |token: &str| Jwt::<NoClaims>::verify(token, &keys, &policy).err();

        assert_eq!(error(&token(&alice, "a", "alice")), None);
        assert_eq!(error(&token(&mallory, "m", "alice")), Some(Error::UnknownKey));
        assert_eq!(error(&token(&mallory, "a", "alice")), Some(Error::InvalidSignature));
        assert_eq!(
            error(&token(&alice, "a", "mallory")),
            Some(claim("iss", ClaimReason::Mismatch))
        );
    }
}

#[test]
fn a179_typ_is_compared_as_a_media_type() {
    const ACCESS: [&str; 4] = ["at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt"];
    const JWT: [&str; 4] = ["JWT", "jwt", "application/jwt", "APPLICATION/JWT"];
    const OTHERS: [&str; 14] = [
        "at+jwt ",
        " at+jwt",
        "text/at+jwt",
        "application/x/at+jwt",
        "application//at+jwt",
        "application/application/at+jwt",
        "application/",
        "application/x/jwt",
        "",
        "at+jwt;v=1",
        "logout+jwt",
        "dpop+jwt",
        "secevent+jwt",
        "JOSE",
    ];
    for peer in secret_peers() {
        let error = |typ: Option<&str>, rules: JwtPolicyBuilder| {
            let header = match typ {
                Some(typ) => format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#),
                None => HEADER.to_owned(),
            };
            let token = peer.token(header, CLAIMS);
            // A JWS verified under a policy that does not look at `typ`, then read as a JWT under one that does.
            let any = Policy::signed(&[peer.alg]).typ(Expect::Any).build().unwrap();
            let jws = josie::Jws::verify(&token, &peer.keys, &any).unwrap();
            let from_jws = Jwt::<NoClaims>::from_jws(jws, &policy(rules.clone())).err();
            let verified = peer.verify_by(&token, rules).err();
            assert_eq!(from_jws, verified, "{typ:?}");
            verified
        };
        let refused = Some(Error::Refused(Refused::Type));
        let all = || ACCESS.into_iter().chain(JWT).chain(OTHERS);

        for typ in all() {
            let is_jwt = JWT.contains(&typ);
            let is_access = ACCESS.contains(&typ);
            let expect = |accepted| if accepted { None } else { refused.clone() };
            assert_eq!(error(Some(typ), rules()), expect(is_jwt), "{typ}");
            for at in ["at+jwt", "application/at+jwt", "AT+JWT"] {
                assert_eq!(error(Some(typ), rules().typ(at)), expect(is_access), "{typ}");
            }
            let both = rules().typ(["JWT", "at+jwt"]);
            assert_eq!(error(Some(typ), both), expect(is_jwt || is_access), "{typ}");
            assert_eq!(error(Some(typ), rules().typ(Expect::Any)), None, "{typ}");
            assert_eq!(error(Some(typ), rules().typ(Expect::Absent)), refused, "{typ}");
        }
        for (rules, outcome) in [
            (rules(), None),
            (rules().typ("at+jwt"), refused.clone()),
            (rules().typ("JWT"), refused.clone()),
            (rules().typ(Expect::Any), None),
            (rules().typ(Expect::Absent), None),
        ] {
            assert_eq!(error(None, rules), outcome);
        }
    }
}

#[test]
fn a180_typ_that_is_no_string_or_stands_elsewhere_is_refused() {
    for peer in secret_peers() {
        let access = || rules().typ("at+jwt");
        let honest = peer.token(r#"{"alg":"HS256","typ":"at+jwt"}"#, CLAIMS);
        assert!(peer.verify_by(&honest, access()).is_ok());
        for name in ["typ", "cty", "kid"] {
            for value in ["1", "null", "true", "[]", r#"["at+jwt"]"#, r#"{"at+jwt":1}"#] {
                let token = peer.token(format!(r#"{{"alg":"HS256","{name}":{value}}}"#), CLAIMS);
                for rules in [access(), rules(), rules().typ(Expect::Any)] {
                    assert_eq!(
                        peer.verify_by(&token, rules).unwrap_err(),
                        Error::Malformed(Malformed::HeaderType(name)),
                        "{name} {value}"
                    );
                }
            }
        }
        for token in [
            peer.token(HEADER, format!(r#"{{{EXP},"typ":"at+jwt"}}"#)),
            peer.token(r#"{"alg":"HS256","header":{"typ":"at+jwt"}}"#, CLAIMS),
            peer.token(r#"{"alg":"HS256","cty":"at+jwt"}"#, CLAIMS),
        ] {
            assert_eq!(
                peer.verify_by(&token, access()).unwrap_err(),
                Error::Refused(Refused::Type)
            );
        }
    }
}

#[test]
fn a181_claims_set_that_is_no_object_is_refused() {
    fn errors(peer: &Peer, payload: &[u8]) -> [Error; 5] {
        let policy = policy(rules().allow_missing_exp());
        let token = peer.token(HEADER, payload);
        [
            Jwt::<NoClaims>::verify(&token, &peer.keys, &policy).unwrap_err(),
            Jwt::<Map<String, Value>>::verify(&token, &peer.keys, &policy).unwrap_err(),
            Jwt::<Value>::verify(&token, &peer.keys, &policy).unwrap_err(),
            Jwt::<Option<NoClaims>>::verify(&token, &peer.keys, &policy).unwrap_err(),
            Jwt::<()>::verify(&token, &peer.keys, &policy).unwrap_err(),
        ]
    }

    let not_an_object = Error::Malformed(Malformed::NotAnObject(Part::Payload));
    let not_json = Error::Malformed(Malformed::Json(Part::Payload));
    for peer in secret_peers() {
        for payload in ["[]", r#"[["exp",9999999999]]"#, r#""x""#, "1", "-1", "1.5", "null", "true"]
        {
            for error in errors(&peer, payload.as_bytes()) {
                assert_eq!(error, not_an_object, "{payload}");
            }
        }
        let nested_token = peer.honest();
        for payload in [b"".as_slice(), b" ", b"\xff", b"{\xff}", b"{", nested_token.as_bytes()] {
            for error in errors(&peer, payload) {
                assert_eq!(error, not_json, "{payload:?}");
            }
        }
        assert!(peer.claims_by("{}", rules().allow_missing_exp()).is_ok());
    }
}

#[test]
fn a184_bad_signature_hides_every_fault_of_the_claims() {
    for peer in secret_peers() {
        for (claims, error) in [
            (r#"{"exp":1}"#.to_owned(), Error::Expired),
            (format!(r#"{{{EXP},"nbf":1700000001}}"#), Error::NotYetValid),
            ("{}".to_owned(), claim("exp", ClaimReason::Missing)),
            (format!(r#"{{{EXP},"aud":1}}"#), claim("aud", ClaimReason::Invalid)),
            (
                format!(r#"{{{EXP},{EXP}}}"#),
                Error::Malformed(Malformed::DuplicateMember(Part::Payload)),
            ),
            ("[]".to_owned(), Error::Malformed(Malformed::NotAnObject(Part::Payload))),
            ("\0".to_owned(), Error::Malformed(Malformed::Json(Part::Payload))),
        ] {
            let honest = peer.token(HEADER, &claims);
            let signing_input = format!("{}.{}", b64u(HEADER), b64u(&claims));
            let mut mac = peer.signature(&signing_input);
            mac[31] ^= 1;
            let forged = format!("{signing_input}.{}", b64u(mac));

            assert_eq!(peer.verify(&honest).unwrap_err(), error);
            assert_eq!(peer.verify(&forged).unwrap_err(), Error::InvalidSignature);
        }
    }
}

#[test]
fn a186_names_of_fields_are_names_like_any_other() {
    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Flags {
        admin: bool,
    }

    let payload = r#"{"exp":1700003600,"__proto__":{"admin":true},"constructor":1,"toString":"x",
        "custom":{"admin":true},"without_exp":true,"claims":{"admin":true},"$ref":"a"}"#;
    for peer in secret_peers() {
        let jwt = peer.verify_as::<Map<String, Value>>(payload).unwrap();
        let mut expected: Map<String, Value> = serde_json::from_str(payload).unwrap();
        expected.remove("exp");
        assert_eq!(jwt.claims().custom, expected);
        assert_eq!(jwt.claims().custom["__proto__"], json!({"admin": true}));
        let typed = peer.verify_as::<Flags>(payload).unwrap();
        assert_eq!(typed.claims().custom, Flags { admin: false });

        let no_exp = r#"{"without_exp":true,"exp_required":false,"custom":{"exp":9999999999}}"#;
        assert_eq!(
            peer.verify_as::<NoClaims>(no_exp).unwrap_err(),
            claim("exp", ClaimReason::Missing)
        );
    }
}
