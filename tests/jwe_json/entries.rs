//! Which entry point takes which form, and that all of them say the same of one token.

use josie::EncryptedJwe;
use josie::EncryptedJweJson;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweBuilder;
use josie::JweEnc;
use josie::JweJson;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::KeySet;
use josie::Limits;
use josie::Malformed;
use josie::NoClaims;
use josie::Part;
use josie::SealedJwt;
use serde_json::Value;
use serde_json::json;

use crate::by_hand::ByHand;
use crate::by_hand::policy;
use crate::sealing::Draft;
use crate::sealing::PLAINTEXT;
use crate::sealing::Sealer;
use crate::sealing::b64u;
use crate::sealing::sealers;
use crate::sealing::sealers_with;

/// The flattened form of a compact token.
fn flattened(draft: &Draft) -> Value {
    let token = draft.seal();
    let mut document = json!({
        "protected": token.header,
        "iv": b64u(&token.iv),
        "ciphertext": b64u(&token.ciphertext),
        "tag": b64u(&token.tag),
    });
    if !token.encrypted_key.is_empty() {
        document["encrypted_key"] = json!(b64u(&token.encrypted_key));
    }
    document
}

#[test]
fn compact_entry_points_take_no_json() {
    for sealer in sealers_with(&[JweAlg::Dir, JweAlg::A128Kw]) {
        let keys = KeySet::from(sealer.key());
        let by_hand = ByHand::new(&[&sealer]).protect();
        let draft = sealer.draft().plaintext(*b"{}");
        let rules = || JwtPolicy::encrypted(&[sealer.alg], &[sealer.enc]).allow_missing_exp();
        let sealed = rules().build().unwrap();
        let nested = rules().signed(JwsAlg::MODERN).build().unwrap();
        assert!(SealedJwt::<NoClaims>::decrypt(&draft.compact(), &keys, &sealed).is_ok());
        assert_eq!(Jwe::decrypt(&draft.compact(), &keys, &policy()).unwrap().plaintext(), b"{}");

        for document in [by_hand.flattened(), by_hand.general(), flattened(&draft)] {
            let text = document.to_string();
            let malformed = Error::Malformed(Malformed::JweParts);

            let jwe = Jwe::decrypt(&text, &keys, &policy());
            assert_eq!(jwe.unwrap_err(), malformed);
            let jwe = EncryptedJwe::parse(&text, &Limits::default());
            assert_eq!(jwe.unwrap_err(), malformed);
            let jwt = SealedJwt::<NoClaims>::decrypt(&text, &keys, &sealed);
            assert_eq!(jwt.unwrap_err(), malformed);
            let issuers = [].into_iter().collect();
            let jwt = Jwt::<NoClaims>::decrypt_and_verify(&text, &keys, &issuers, &nested);
            assert_eq!(jwt.unwrap_err(), malformed);
            assert!(JweJson::decrypt(&text, &keys, &policy()).is_ok());
        }
    }
}

#[test]
fn json_entry_points_take_no_compact_token() {
    for sealer in sealers() {
        let keys = KeySet::from(sealer.key());
        let draft = sealer.draft();
        let malformed = Error::Malformed(Malformed::Json(Part::Document));
        let document = flattened(&draft).to_string();
        assert!(JweJson::decrypt(&document, &keys, &policy()).is_ok());
        assert!(EncryptedJweJson::parse(&document, &Limits::default()).is_ok());

        let jwe = JweJson::decrypt(&draft.compact(), &keys, &policy());
        assert_eq!(jwe.unwrap_err(), malformed);
        let compact = draft.compact();
        let jwe = EncryptedJweJson::parse(&compact, &Limits::default());
        assert_eq!(jwe.unwrap_err(), malformed);
    }
}

#[test]
fn one_entry_point_takes_every_form() {
    for sealer in sealers() {
        let keys = KeySet::from(sealer.key().with_kid("mine"));
        let draft = sealer.draft();
        let by_hand = ByHand::new(&[&sealer]);
        for token in [
            draft.compact(),
            flattened(&draft).to_string(),
            by_hand.flattened().to_string(),
            by_hand.general().to_string(),
            format!(" \r\n\t{}", by_hand.general()),
        ] {
            let jwe = JweJson::decrypt_any_form(&token, &keys, &policy()).unwrap();

            assert_eq!(jwe.plaintext(), PLAINTEXT);
            assert_eq!((jwe.alg(), jwe.enc(), jwe.recipient()), (sealer.alg, sealer.enc, 0));
            assert_eq!((jwe.kid(), jwe.key_kid()), (None, Some("mine")));
        }
        for (token, malformed) in [
            (format!(" {}", draft.compact()), Malformed::Base64url(Part::Header)),
            (format!("\u{a0}{}", by_hand.general()), Malformed::JweParts),
            (format!("{{{}", draft.compact()), Malformed::Json(Part::Document)),
            (String::new(), Malformed::JweParts),
        ] {
            let error = JweJson::decrypt_any_form(&token, &keys, &policy()).unwrap_err();
            assert_eq!(error, Error::Malformed(malformed), "{token}");
        }
    }
}

/// Changes to an honest token, one at a time, that all forms refuse for the same reason.
fn changes(sealer: &Sealer) -> Vec<Draft> {
    let draft = || sealer.draft();
    let mut changed: Vec<Draft> = [
        ("alg", json!("RSA1_5")),
        ("alg", json!("none")),
        ("alg", json!(1)),
        ("alg", json!("A256GCMKW")),
        ("alg", json!("PBES2-HS256+A128KW")),
        ("enc", json!("A128CBC")),
        ("enc", json!(null)),
        ("enc", json!("A256GCM")),
        ("kid", json!(1)),
        ("kid", json!("other")),
        ("kid", json!("a".repeat(1025))),
        ("typ", json!("at+jwt")),
        ("cty", json!(1)),
        ("zip", json!("DEF")),
        ("zip", json!("GZIP")),
        ("b64", json!(true)),
        ("crit", json!([])),
        ("crit", json!(["x"])),
        ("x", json!("a".repeat(16 * 1024))),
        ("iv", json!("=")),
        ("p2c", json!("1000")),
        ("p2s", json!("QR")),
        ("epk", json!({"kty": "oct"})),
    ]
    .into_iter()
    .map(|(name, value)| draft().with(name, value))
    .collect();
    changed.extend(["alg", "enc"].map(|name| draft().without(name)));
    changed.push(draft().with("x", json!(1)).with("crit", json!(["x"])));
    for header in ["", "null", "[]", "{", r#"{"alg":"dir","alg":"dir"}"#] {
        let mut other = draft();
        other.header = header.to_owned();
        // An empty protected header is an empty member in JSON, which has an error of its own.
        if !header.is_empty() {
            changed.push(other);
        }
    }
    changed
}

#[test]
fn flattened_form_with_all_protected_is_refused_as_the_compact_form_is() {
    for sealer in sealers() {
        let keys = KeySet::from(sealer.key().with_kid("mine"));
        let policy = sealer.policy();
        let honest = sealer.draft();
        assert!(Jwe::decrypt(&honest.compact(), &keys, &policy).is_ok());
        assert!(JweJson::decrypt(&flattened(&honest).to_string(), &keys, &policy).is_ok());
        let mut seen = Vec::new();
        for draft in changes(&sealer) {
            let compact = Jwe::decrypt(&draft.compact(), &keys, &policy).map(|_| ());
            let document = flattened(&draft).to_string();

            let json = JweJson::decrypt(&document, &keys, &policy).map(|_| ());

            assert_eq!(json, compact, "{}", draft.header);
            if let Err(error) = compact {
                seen.push(error.code());
            }
        }
        seen.sort_unstable();
        seen.dedup();
        assert!(seen.len() > 12, "{seen:?}");
    }
}

#[test]
fn unverified_json_shows_its_headers_and_nothing_of_its_content() {
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        let document = ByHand::new(&[&sealer]).own(0, "kid", json!("shown")).flattened();
        let text = document.to_string();
        let encrypted = EncryptedJweJson::parse(&text, &Limits::default()).unwrap();

        let shown = format!("{encrypted:?}");

        assert!(shown.contains("shown") && shown.contains("A128Kw"), "{shown}");
        assert!(!shown.contains(document["ciphertext"].as_str().unwrap()), "{shown}");
    }
}

#[test]
fn decrypted_json_is_shown_without_its_plaintext() {
    for sealer in sealers_with(&[JweAlg::A128Kw]) {
        let key = sealer.encryption_key();
        let header = Header::typed("example");
        let builder = JweBuilder::new(&header).recipient(&key).aad(b"for everybody");
        let document = builder.flattened(b"for nobody else").unwrap();
        let keys = KeySet::from(sealer.key());
        let policy =
            josie::Policy::encrypted(&[sealer.alg], JweEnc::ALL).typ("example").build().unwrap();

        let jwe = JweJson::decrypt(&document, &keys, &policy).unwrap();

        let shown = format!("{jwe:?}");
        assert!(shown.contains("example") && shown.contains("plaintext_bytes: 15"), "{shown}");
        assert!(!shown.contains("nobody") && !shown.contains(&format!("{:?}", b"nobody")));
    }
}
