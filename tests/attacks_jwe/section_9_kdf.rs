//! Section IX: what goes into the key that ECDH-ES agrees upon.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::DecryptKeyInput;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jwk;
use josie::KeyManagementHeader;
use josie::KeyManagementMode;
use josie::KeySet;
use josie::Limit;
use josie::Malformed;
use josie::Policy;
use serde_json::Value;
use serde_json::json;

use crate::common::registries;
use crate::sealing::Draft;
use crate::sealing::PLAINTEXT;
use crate::sealing::Sealer;
use crate::sealing::b64u;
use crate::sealing::random;
use crate::sealing::sealers;
use crate::sealing::sealers_with;

const ECDH_ES: [JweAlg; 4] =
    [JweAlg::EcdhEs, JweAlg::EcdhEsA128Kw, JweAlg::EcdhEsA192Kw, JweAlg::EcdhEsA256Kw];

fn agreeing() -> Vec<Sealer> {
    let sealers = sealers_with(&ECDH_ES);
    assert!(!sealers.is_empty());
    sealers
}

/// A token of josie's own with names of the parties.
fn with_parties(sealer: &Sealer, apu: &[u8], apv: &[u8]) -> Result<String, Error> {
    let key = sealer.encryption_key().with_parties(apu, apv);
    Jwe::encrypt(PLAINTEXT, &Header::new(), &key)
}

#[test]
fn a122_parties_of_another_type_are_malformed_for_every_algorithm() {
    for sealer in sealers() {
        let draft = sealer.draft();
        assert_eq!(sealer.decrypt(&draft.compact()).unwrap().plaintext(), PLAINTEXT);
        for name in ["apu", "apv"] {
            let error = |value: Value| sealer.error(&draft.clone().with(name, value).compact());
            for value in [json!(null), json!(1), json!(["QQ"]), json!({}), json!(false)] {
                let wrong_type = Error::Malformed(Malformed::HeaderType(name));
                assert_eq!(error(value.clone()), wrong_type, "{value}");
            }
            for value in ["!", "A", "QQ==", "QR", "Q+", " QQ", "\u{e4}"] {
                let no_base64url = Error::Malformed(Malformed::HeaderValue(name));
                assert_eq!(error(json!(value)), no_base64url, "{value}");
            }
        }
    }
}

#[test]
fn a122_parties_are_as_long_as_a_header_may_be() {
    for sealer in agreeing() {
        for (apu, apv) in [(1, 1), (5000, 5000), (11_000, 0), (0, 11_000)] {
            let token = with_parties(&sealer, &vec![b'A'; apu], &vec![b'B'; apv]).unwrap();
            assert_eq!(sealer.decrypt(&token).unwrap().plaintext(), PLAINTEXT, "{apu} {apv}");
        }
        for (len, limit) in [(16 * 1024, Limit::Header), (300_000, Limit::Token)] {
            let apu = json!("A".repeat(len));
            let error = sealer.error(&sealer.draft().with("apu", apu).compact());
            assert_eq!(error, Error::Limit(limit), "{len}");
        }
        let too_long = with_parties(&sealer, &[b'A'; 16 * 1024], b"").unwrap_err();
        assert_eq!(too_long, Error::Limit(Limit::Header));
    }
}

/// Whoever sealed the draft knows its key, and seals it again under a header that says something else.
fn claiming(draft: &Draft, apu: &str, apv: &str) -> String {
    draft.clone().with("apu", json!(b64u(apu))).with("apv", json!(b64u(apv))).compact()
}

#[test]
fn a122_the_names_of_the_parties_go_into_the_key() {
    for sealer in agreeing() {
        // Of a party without a name the length is zero (RFC 7518 sections 4.6.1.2 and 4.6.2).
        let draft = sealer.draft();
        assert_eq!(sealer.decrypt(&draft.compact()).unwrap().plaintext(), PLAINTEXT);
        assert_eq!(sealer.decrypt(&claiming(&draft, "", "")).unwrap().plaintext(), PLAINTEXT);

        for (apu, apv) in
            [("Alice", ""), ("", "Bob"), ("Alice", "Bob"), ("\0", ""), ("", "\0"), ("\0\0\0\0", "")]
        {
            let token = claiming(&draft, apu, apv);
            assert_eq!(sealer.error(&token), Error::DecryptionFailed, "{apu:?} {apv:?}");
        }
    }
}

#[test]
fn a122_changed_names_in_a_token_do_not_decrypt() {
    for sealer in agreeing() {
        let honest = with_parties(&sealer, b"Alice", b"Bob").unwrap();
        assert_eq!(sealer.decrypt(&honest).unwrap().plaintext(), PLAINTEXT);
        let (header, rest) = honest.split_once('.').unwrap();
        for (from, to) in [
            (b64u("Alice"), b64u("Mallory")),
            (b64u("Bob"), b64u("Mallory")),
            (b64u("Bob"), String::new()),
            (r#""apu""#.to_owned(), r#""apx""#.to_owned()),
            (r#""apv""#.to_owned(), r#""apx""#.to_owned()),
        ] {
            let text = decode(header);
            assert!(text.contains(&from));
            let token = format!("{}.{rest}", b64u(text.replace(&from, &to)));
            assert_eq!(sealer.error(&token), Error::DecryptionFailed, "{from} {to}");
        }
    }
}

fn decode(part: &str) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn a122_an_agreed_content_encryption_key_is_for_its_enc_alone() {
    // Both take 32 octets.
    let (gcm, cbc) = (JweEnc::A256Gcm, JweEnc::A128CbcHs256);
    for sealer in agreeing() {
        for (from, to) in [(gcm, cbc), (cbc, gcm)] {
            let draft = Sealer { enc: from, ..sealer.clone() }.draft();
            let mut other = draft.clone().with("enc", json!(to.name()));
            other.enc = to;
            other.iv = random(&sealer.registry, to.iv_len());
            let policy = Policy::encrypted(&[sealer.alg], &[gcm, cbc]).build().unwrap();
            let decrypt = |token: &str| Jwe::decrypt(token, &KeySet::from(sealer.key()), &policy);
            assert_eq!(decrypt(&draft.compact()).unwrap().plaintext(), PLAINTEXT);

            let outcome = decrypt(&other.compact());

            // RFC 7518 section 4.6.2: AlgorithmID is "enc" here and "alg" where the agreed key wraps another.
            if sealer.alg.mode() == KeyManagementMode::DirectKeyAgreement {
                assert_eq!(outcome.unwrap_err(), Error::DecryptionFailed);
            } else {
                assert_eq!(outcome.unwrap().plaintext(), PLAINTEXT);
            }
        }
    }
}

#[test]
fn a122_a_token_for_one_algorithm_is_none_for_another() {
    for sealer in agreeing() {
        let draft = sealer.draft();
        assert_eq!(sealer.decrypt(&draft.compact()).unwrap().plaintext(), PLAINTEXT);
        for alg in ECDH_ES.into_iter().filter(|alg| *alg != sealer.alg) {
            let other = Sealer { alg, ..sealer.clone() };
            let token = draft.clone().with("alg", json!(alg.name())).compact();
            assert_eq!(other.error(&token), Error::DecryptionFailed, "{} {alg}", sealer.alg);
        }
    }
}

/// The document of the appendix.
const APPENDIX_C: &str = include_str!("../data/jwe/rfc7518-appendix-c.json");

#[test]
fn a122_the_example_of_rfc_7518_is_derived_from_its_own_fields_and_no_others() {
    let example: Value = serde_json::from_str(APPENDIX_C).unwrap();
    let jwk = |name: &str| Jwk::parse(&example[name].to_string()).unwrap().material().clone();
    let text = |name: &str| example[name].as_str().unwrap().as_bytes().to_vec();
    let mut header = KeyManagementHeader::default();
    header.epk = Some(jwk("epk"));
    (header.apu, header.apv) = (Some(text("apu")), Some(text("apv")));
    let changed = |change: &dyn Fn(&mut KeyManagementHeader)| {
        let mut header = header.clone();
        change(&mut header);
        header
    };
    for (_, registry) in registries() {
        let Some(implementation) = registry.key_management(JweAlg::EcdhEs) else { continue };
        let decryptor = implementation.decryptor(&jwk("recipient")).unwrap();
        let derive = |enc: JweEnc, header: &KeyManagementHeader| {
            let cek = decryptor.decrypt_key(&DecryptKeyInput::new(enc, &[], header)).unwrap();
            b64u(cek.expose())
        };
        let expected = example["derived_key"].as_str().unwrap();
        assert_eq!(derive(JweEnc::A128Gcm, &header), expected);

        for other in [
            changed(&|header| header.apu = None),
            changed(&|header| header.apv = None),
            changed(&|header| header.apu = Some(b"alice".to_vec())),
            changed(&|header| header.apu = Some(b"Alice\0".to_vec())),
            changed(&|header| header.apv = Some(b"Bo".to_vec())),
            changed(&|header| std::mem::swap(&mut header.apu, &mut header.apv)),
            changed(&|header| {
                (header.apu, header.apv) = (Some(b"AliceB".to_vec()), Some(b"ob".to_vec()));
            }),
            changed(&|header| header.epk = jwk("recipient").public_half()),
        ] {
            assert_ne!(derive(JweEnc::A128Gcm, &other), expected, "{other:?}");
        }
        // Not even the beginning of a longer key is the same.
        for enc in [JweEnc::A192Gcm, JweEnc::A256Gcm, JweEnc::A128CbcHs256] {
            assert!(!derive(enc, &header).starts_with(&expected[..20]), "{enc}");
        }
    }
}
