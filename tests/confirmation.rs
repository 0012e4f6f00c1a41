//! The claim `cnf`: what a token is bound to, and who may use it (RFC 7800, RFC 8705 section 3.1, RFC 9449 section 6.1).
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

mod common;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::ClaimReason;
use josie::Claims;
use josie::Confirmation;
use josie::Error;
use josie::HashAlg;
use josie::Header;
use josie::Jws;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Malformed;
use josie::Part;
use josie::PublicJwk;
use josie::Registry;
use josie::SigningKey;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::json;

use crate::common::registries;

/// The key of the proofs in RFC 9449, and its thumbprint in section 6.1.
const RFC9449_KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
    "y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"}"#;
const RFC9449_JKT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

/// The public key of RFC 8037 appendix A.2.
const OTHER_KEY: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

const CERTIFICATE: &[u8] = b"octets in the place of a certificate, which nobody looks into";

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Access {
    cnf: Confirmation,
}

fn key(text: &str) -> PublicJwk {
    serde_json::from_str(text).unwrap()
}

fn parse(text: &str) -> Confirmation {
    serde_json::from_str(text).unwrap()
}

fn claim(reason: ClaimReason) -> Error {
    Error::Claim { name: "cnf".into(), reason }
}

/// The claims of a token that is correctly signed over `{"cnf":<cnf>}`.
fn read<T: DeserializeOwned>(cnf: &str, registry: &Registry) -> Result<T, Error> {
    let secret = KeyMaterial::oct(vec![7; 32]);
    let signer = SigningKey::new(&secret, JwsAlg::Hs256, registry).unwrap();
    let payload = format!(r#"{{"cnf":{cnf}}}"#);
    let token = Jws::sign(payload.as_bytes(), &Header::jwt(), &signer).unwrap();
    let policy = JwtPolicy::signed(&[JwsAlg::Hs256]).allow_missing_exp().build().unwrap();
    let jwt = Jwt::<T>::verify(&token, &KeySet::from(signer.verifying_key()), &policy)?;
    Ok(jwt.into_claims().custom)
}

#[test]
fn key_of_rfc_9449_has_the_jkt_of_rfc_9449() {
    let cnf = Confirmation::of_key(&key(RFC9449_KEY)).unwrap();

    assert_eq!(serde_json::to_value(&cnf).unwrap(), json!({"jkt": RFC9449_JKT}));
    assert_eq!(cnf.jkt().unwrap().to_string(), RFC9449_JKT);
    assert_eq!(cnf.jkt().unwrap().hash(), HashAlg::Sha256);
    assert_eq!(cnf.x5t_s256(), None);
}

#[test]
fn certificate_of_rfc_8705_has_the_thumbprint_of_rfc_8705() {
    let vectors: Value =
        serde_json::from_str(include_str!("../test-vectors/rfc8705.json")).unwrap();
    let case = &vectors["cases"][0];
    let der = STANDARD.decode(case["certificate_der_b64"].as_str().unwrap()).unwrap();

    let cnf = Confirmation::of_certificate(&der);

    assert_eq!(serde_json::to_value(&cnf).unwrap(), json!({"x5t#S256": case["x5t_S256"]}));
    assert_eq!(cnf.x5t_s256(), case["x5t_S256"].as_str());
    assert_eq!(cnf.jkt(), None);
}

#[test]
fn token_is_bound_to_the_key_and_to_no_other() {
    for (name, registry) in registries() {
        let (own, other) = (key(RFC9449_KEY), key(OTHER_KEY));
        let cnf = serde_json::to_string(&Confirmation::of_key(&own).unwrap()).unwrap();

        let Access { cnf } = read(&cnf, &registry).unwrap();

        assert_eq!(cnf.check_key(&own), Ok(()), "{name}");
        assert_eq!(cnf.check_key(&other), Err(claim(ClaimReason::Mismatch)), "{name}");
        let missing = Err(claim(ClaimReason::Missing));
        assert_eq!(cnf.check_certificate(CERTIFICATE), missing, "{name}");
    }
}

#[test]
fn token_is_bound_to_the_certificate_and_to_no_other() {
    for (name, registry) in registries() {
        let cnf = serde_json::to_string(&Confirmation::of_certificate(CERTIFICATE)).unwrap();

        let Access { cnf } = read(&cnf, &registry).unwrap();

        assert_eq!(cnf.check_certificate(CERTIFICATE), Ok(()), "{name}");
        for other in [&CERTIFICATE[1..], &[CERTIFICATE, b"\0"].concat(), b""] {
            let mismatch = Err(claim(ClaimReason::Mismatch));
            assert_eq!(cnf.check_certificate(other), mismatch, "{name}");
        }
        assert_eq!(cnf.check_key(&key(RFC9449_KEY)), Err(claim(ClaimReason::Missing)), "{name}");
    }
}

#[test]
fn token_may_be_bound_to_a_key_and_a_certificate() {
    let own = key(RFC9449_KEY);
    let made = Confirmation::of_key(&own).unwrap().and_certificate(CERTIFICATE);

    let cnf = parse(&serde_json::to_string(&made).unwrap());

    assert_eq!(cnf, made);
    assert_eq!(cnf.check_key(&own), Ok(()));
    assert_eq!(cnf.check_certificate(CERTIFICATE), Ok(()));
    // One that fits does not make up for one that does not.
    assert_eq!(cnf.check_key(&key(OTHER_KEY)), Err(claim(ClaimReason::Mismatch)));
    assert_eq!(cnf.check_certificate(b"another one"), Err(claim(ClaimReason::Mismatch)));
}

#[test]
fn what_the_jwk_says_beside_the_key_does_not_unbind_the_token() {
    let cnf = Confirmation::of_key(&key(RFC9449_KEY)).unwrap();
    let decorated =
        RFC9449_KEY.replacen('{', r#"{"kid":"b","use":"sig","alg":"ES256","x5u":"https://a","#, 1);

    assert_eq!(cnf.check_key(&key(&decorated)), Ok(()));
}

#[test]
fn members_that_josie_does_not_know_are_ignored() {
    for other in [
        format!(r#""jwk":{OTHER_KEY}"#),
        r#""jwe":"not.looked.at""#.to_owned(),
        r#""jku":1,"kid":["a",null]"#.to_owned(),
        r#""JKT":"","x5t#s256":null,"x5t":"""#.to_owned(),
    ] {
        let cnf = parse(&format!(r#"{{{other},"jkt":"{RFC9449_JKT}"}}"#));

        assert_eq!(cnf, Confirmation::of_key(&key(RFC9449_KEY)).unwrap(), "{other}");
        assert_eq!(cnf.check_key(&key(OTHER_KEY)), Err(claim(ClaimReason::Mismatch)), "{other}");
    }
}

#[test]
fn cnf_of_which_josie_understands_nothing_confirms_nothing() {
    for (name, registry) in registries() {
        let own = format!(r#"{{"jwk":{RFC9449_KEY}}}"#);
        for text in ["{}", &own, r#"{"kid":"a"}"#, &format!(r#"{{"JKT":"{RFC9449_JKT}"}}"#)] {
            let Access { cnf } = read(text, &registry).unwrap();

            let missing = Err(claim(ClaimReason::Missing));
            assert_eq!(cnf.check_key(&key(RFC9449_KEY)), missing, "{text} on {name}");
            assert_eq!(cnf.check_certificate(CERTIFICATE), missing, "{text} on {name}");
        }
        let known = format!(r#"{{"jkt":"{RFC9449_JKT}"}}"#);
        let Access { cnf } = read(&known, &registry).unwrap();
        assert_eq!(cnf.check_key(&key(RFC9449_KEY)), Ok(()), "{name}");
    }
}

#[test]
fn value_that_is_no_canonical_base64url_of_32_octets_is_refused() {
    // Its last symbol has unused bits, and it has symbols that differ between the alphabets.
    let octets = [0xff; 32];
    let honest = URL_SAFE_NO_PAD.encode(octets);
    let hostile = [
        URL_SAFE.encode(octets),
        STANDARD.encode(octets),
        honest.replace('_', "/"),
        format!("{}9", &honest[..42]),
        format!("{honest}\\n"),
        format!(" {honest}"),
        URL_SAFE_NO_PAD.encode([0xff; 31]),
        URL_SAFE_NO_PAD.encode([0xff; 33]),
        URL_SAFE_NO_PAD.encode([0xff; 20]),
        "ff".repeat(32),
        String::new(),
    ]
    .map(|text| format!("\"{text}\""));
    let other_types = ["null", "1", "true", "{}", "[]"].map(str::to_owned);
    for (name, registry) in registries() {
        for member in ["jkt", "x5t#S256"] {
            let accepted: Result<Access, Error> =
                read(&format!(r#"{{"{member}":"{honest}"}}"#), &registry);
            assert!(accepted.is_ok(), "{member} on {name}");
            let listed = format!("[\"{honest}\"]");
            for value in hostile.iter().chain(&other_types).chain([&listed]) {
                let error = read::<Access>(&format!(r#"{{"{member}":{value}}}"#), &registry);

                let error = error.unwrap_err();
                assert!(
                    matches!(error, Error::ClaimsType { .. }),
                    "{error:?} for {value} on {name}"
                );
            }
        }
    }
}

#[test]
fn cnf_that_is_no_object_is_refused() {
    for (name, registry) in registries() {
        let jkt = format!("\"{RFC9449_JKT}\"");
        for cnf in ["null", "1", "[]", "\"jkt\"", &jkt, &format!("[{jkt}]"), "true"] {
            let error = read::<Access>(cnf, &registry).unwrap_err();

            assert!(matches!(error, Error::ClaimsType { .. }), "{error:?} for {cnf} on {name}");
        }
        assert!(read::<Access>(&format!(r#"{{"jkt":{jkt}}}"#), &registry).is_ok(), "{name}");
    }
}

#[test]
fn member_that_stands_twice_is_refused() {
    let once = format!(r#""jkt":"{RFC9449_JKT}""#);
    let (escaped, other) =
        (once.replace("jkt", r"\u006akt"), once.replace(RFC9449_JKT, &"A".repeat(43)));
    for (name, registry) in registries() {
        assert!(read::<Access>(&format!("{{{once}}}"), &registry).is_ok(), "{name}");
        assert!(read::<Access>(&format!("{{{escaped}}}"), &registry).is_ok(), "{name}");
        for second in [&once, &escaped, &other, &format!(r#""a":{{"b":1,"b":1}},{once}"#)] {
            let cnf = format!("{{{once},{second}}}");

            let error = read::<Access>(&cnf, &registry).unwrap_err();

            let expected = Error::Malformed(Malformed::DuplicateMember(Part::Payload));
            assert_eq!(error, expected, "{second} on {name}");
            // Outside of a token as well.
            let error = serde_json::from_str::<Confirmation>(&cnf).unwrap_err().to_string();
            assert!(error.starts_with("\"cnf\" is malformed"), "{second}: {error}");
        }
    }
}

#[test]
fn cnf_that_is_deeper_than_32_levels_is_refused() {
    let nested = |levels: usize| {
        let (open, close) = ("[".repeat(levels - 1), "]".repeat(levels - 1));
        format!(r#"{{"jkt":"{RFC9449_JKT}","other":{open}{close}}}"#)
    };

    assert!(serde_json::from_str::<Confirmation>(&nested(32)).is_ok());
    let error = serde_json::from_str::<Confirmation>(&nested(33)).unwrap_err();
    assert!(error.to_string().starts_with("\"cnf\" is malformed"), "{error}");
}

#[test]
fn cnf_is_read_wherever_the_claims_type_has_it() {
    #[derive(Deserialize)]
    struct Optional {
        cnf: Option<Confirmation>,
    }
    #[derive(Deserialize)]
    struct Flattened {
        #[serde(flatten)]
        inner: Access,
    }
    for (name, registry) in registries() {
        let expected = Confirmation::of_key(&key(RFC9449_KEY)).unwrap();
        let text = serde_json::to_string(&expected).unwrap();

        let optional: Optional = read(&text, &registry).unwrap();
        let flattened: Flattened = read(&text, &registry).unwrap();
        let none: Optional = read("null", &registry).unwrap();

        assert_eq!(optional.cnf.as_ref(), Some(&expected), "{name}");
        assert_eq!(flattened.inner.cnf, expected, "{name}");
        assert_eq!(none.cnf, None, "{name}");
    }
}

#[test]
fn claims_with_a_cnf_are_what_was_signed() {
    for (name, registry) in registries() {
        let secret = KeyMaterial::oct(vec![7; 32]);
        let signer = SigningKey::new(&secret, JwsAlg::Hs256, &registry).unwrap();
        let cnf = Confirmation::of_key(&key(OTHER_KEY)).unwrap().and_certificate(CERTIFICATE);
        let claims = Claims::new(Access { cnf }).without_exp();

        let token = Jwt::sign(&claims, &Header::jwt(), &signer).unwrap();

        let policy = JwtPolicy::signed(&[JwsAlg::Hs256]).allow_missing_exp().build().unwrap();
        let keys = KeySet::from(signer.verifying_key());
        let jwt: Jwt<Access> = Jwt::verify(&token, &keys, &policy).unwrap();
        assert_eq!(jwt.claims().custom, claims.custom, "{name}");
    }
}

#[test]
fn error_of_reading_does_not_quote_the_text() {
    for text in [
        r#"{"jkt":"mallory was here"}"#,
        r#"{"x5t#S256":31337}"#,
        r#""mallory was here""#,
        r#"{"mallory was here":1,"mallory was here":2}"#,
    ] {
        let error = serde_json::from_str::<Confirmation>(text).unwrap_err();

        let shown = format!("{error} {error:?}");
        assert!(shown.starts_with("\"cnf\" is malformed"), "{shown}");
        assert!(!shown.contains("mallory") && !shown.contains("31337"), "{shown}");
    }
    assert_eq!(
        parse(&format!(r#"{{"jkt":"{RFC9449_JKT}"}}"#)).jkt().unwrap().to_string(),
        RFC9449_JKT
    );
}
