//! Writing each form by each algorithm, and where the parameters stand then.

use josie::DecryptionKey;
use josie::EncryptionKey;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweBuilder;
use josie::JweEnc;
use josie::JweJson;
use josie::KeyMaterial;
use josie::KeySet;
use josie::UnprotectedHeader;
use serde_json::Value;
use serde_json::json;

use crate::by_hand::policy;
use crate::by_hand::sharing;
use crate::common::registries;
use crate::sealing::PLAINTEXT;
use crate::sealing::Sealer;
use crate::sealing::sealers;
use crate::sealing::sealers_with;

/// The sealers that take no password, which josie writes with many iterations.
fn quick_sealers() -> Vec<Sealer> {
    sealers().into_iter().filter(|sealer| sealer.alg.min_iterations().is_none()).collect()
}

fn parse(document: &str) -> Value {
    serde_json::from_str(document).unwrap()
}

/// The names of the members, in alphabetical order.
fn names(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// The protected header.
fn protected(document: &Value) -> Value {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let octets = URL_SAFE_NO_PAD.decode(document["protected"].as_str().unwrap()).unwrap();
    serde_json::from_slice(&octets).unwrap()
}

#[test]
fn every_algorithm_is_written_and_read_in_every_form() {
    for sealer in sealers() {
        let key = sealer.encryption_key();
        let keys = KeySet::from(sealer.key());
        let header = Header::new().with_param("x", 1);
        let builder = JweBuilder::new(&header).recipient(&key);
        let document = builder.flattened(PLAINTEXT).unwrap();
        let jwe = JweJson::decrypt(&document, &keys, &policy()).unwrap();
        assert_eq!(jwe.plaintext(), PLAINTEXT);
        assert_eq!((jwe.alg(), jwe.enc(), jwe.recipient()), (sealer.alg, sealer.enc, 0));
        assert_eq!(protected(&parse(&document))["alg"], sealer.alg.name());
        // One form is enough of what takes long.
        if sealer.alg.min_iterations().is_some() {
            continue;
        }
        let token = builder.compact(PLAINTEXT).unwrap();
        assert_eq!(Jwe::decrypt(&token, &keys, &policy()).unwrap().plaintext(), PLAINTEXT);
        let document = builder.general(PLAINTEXT).unwrap();
        let jwe = JweJson::decrypt(&document, &keys, &policy()).unwrap();
        assert_eq!(jwe.plaintext(), PLAINTEXT);
    }
}

#[test]
fn every_content_encryption_is_written_and_read_in_every_form() {
    for (_, registry) in registries() {
        for enc in JweEnc::ALL.iter().copied() {
            if registry.content_encryption(enc).is_none() {
                continue;
            }
            let key = DecryptionKey::generate_direct_with(enc, &registry).unwrap();
            let recipient = key.encryption_key(enc).unwrap();
            let header = Header::new();
            let builder = JweBuilder::new(&header).recipient(&recipient);
            let keys = KeySet::from(key);
            for aad in [&b""[..], b"a", b"authenticated"] {
                let builder = builder.clone().aad(aad);
                for document in [builder.flattened(PLAINTEXT), builder.general(PLAINTEXT)] {
                    let jwe = JweJson::decrypt(&document.unwrap(), &keys, &policy()).unwrap();
                    assert_eq!(jwe.plaintext(), PLAINTEXT);
                    // Empty data is none.
                    assert_eq!(jwe.aad(), Some(aad).filter(|aad| !aad.is_empty()));
                }
            }
        }
    }
}

#[test]
fn one_document_is_written_for_up_to_sixteen_keys_of_all_algorithms() {
    for (name, _) in registries() {
        let here = sharing(quick_sealers());
        let here: Vec<_> = here.into_iter().filter(|sealer| sealer.name == name).collect();
        for some in here.chunks(16) {
            let keys: Vec<EncryptionKey> = some
                .iter()
                .enumerate()
                .map(|(index, sealer)| sealer.encryption_key().with_kid(index.to_string()))
                .collect();
            let header = Header::new();
            let builder = keys.iter().fold(JweBuilder::new(&header), JweBuilder::recipient);

            let document = builder.aad(b"for all").general(PLAINTEXT).unwrap();

            assert_eq!(names(&protected(&parse(&document))), ["enc"]);
            for (index, sealer) in some.iter().enumerate() {
                let key = sealer.key().with_kid(index.to_string());
                let jwe = JweJson::decrypt(&document, &KeySet::from(key), &policy()).unwrap();
                assert_eq!(jwe.plaintext(), PLAINTEXT);
                assert_eq!((jwe.recipient(), jwe.alg()), (index, sealer.alg));
                assert_eq!(jwe.kid(), Some(index.to_string().as_str()));
                assert_eq!(jwe.aad(), Some(&b"for all"[..]));
            }
        }
    }
}

#[test]
fn passwords_and_keys_open_one_document() {
    for (name, registry) in registries() {
        let algs = [JweAlg::Pbes2Hs512A256Kw];
        let password = sealers_with(&algs).into_iter().find(|one| one.name == name).unwrap();
        let shared = KeyMaterial::oct(vec![0x5a; 16]);
        let shared = DecryptionKey::new(&shared, JweAlg::A128Kw, &registry).unwrap();
        let keys = [password.encryption_key(), shared.encryption_key(password.enc).unwrap()];
        let header = Header::new();
        let builder = keys.iter().fold(JweBuilder::new(&header), JweBuilder::recipient);

        let document = builder.general(PLAINTEXT).unwrap();

        for (index, key) in [password.key(), shared].into_iter().enumerate() {
            let jwe = JweJson::decrypt(&document, &KeySet::from(key), &policy()).unwrap();
            assert_eq!((jwe.recipient(), jwe.plaintext()), (index, PLAINTEXT));
        }
    }
}

#[test]
fn what_belongs_to_the_only_key_is_protected() {
    for sealer in quick_sealers() {
        let key = sealer.encryption_key().with_kid("a");
        let header = Header::typed("example").with_critical_param("x", 1);
        let builder = JweBuilder::new(&header).recipient(&key);
        let flattened = parse(&builder.flattened(PLAINTEXT).unwrap());
        let general = parse(&builder.general(PLAINTEXT).unwrap());
        for document in [&flattened, &general] {
            let header = protected(document);
            assert_eq!(header["alg"], sealer.alg.name());
            assert_eq!(header["enc"], sealer.enc.name());
            assert_eq!((&header["kid"], &header["typ"]), (&json!("a"), &json!("example")));
            assert_eq!((&header["x"], &header["crit"]), (&json!(1), &json!(["x"])));
            assert!(document.get("header").is_none() && document.get("unprotected").is_none());
        }
        let has_key = !matches!(sealer.alg, JweAlg::Dir | JweAlg::EcdhEs);
        let expected: &[&str] = if has_key { &["encrypted_key"] } else { &[] };
        assert_eq!(names(&general["recipients"][0]), expected);
        assert_eq!(flattened.get("encrypted_key").is_some(), has_key);
    }
}

#[test]
fn kid_of_the_only_key_stands_in_its_own_header_where_that_is_wanted() {
    for sealer in quick_sealers() {
        let key = sealer.encryption_key().with_kid("a");
        let header = Header::new();
        let own = UnprotectedHeader::new().with_kid_of_key().with_param("note", 1);
        let builder = JweBuilder::new(&header).recipient_with(&own, &key);
        let flattened = parse(&builder.flattened(PLAINTEXT).unwrap());
        let general = parse(&builder.general(PLAINTEXT).unwrap());

        assert_eq!(flattened["header"], json!({"kid": "a", "note": 1}));
        assert_eq!(general["recipients"][0]["header"], json!({"kid": "a", "note": 1}));
        for document in [flattened, general] {
            assert!(protected(&document).get("kid").is_none());
            let keys = KeySet::from(sealer.key().with_kid("a"));
            let jwe = JweJson::decrypt(&document.to_string(), &keys, &policy()).unwrap();
            assert_eq!((jwe.kid(), jwe.unprotected().kid()), (Some("a"), Some("a")));
        }

        // Where it is not wanted it stays protected, whatever else is in that header.
        let own = UnprotectedHeader::new().with_param("note", 1);
        let builder = JweBuilder::new(&header).recipient_with(&own, &key);
        let flattened = parse(&builder.flattened(PLAINTEXT).unwrap());
        assert_eq!(flattened["header"], json!({"note": 1}));
        assert_eq!(protected(&flattened)["kid"], "a");
        let keys = KeySet::from(sealer.key().with_kid("a"));
        let jwe = JweJson::decrypt(&flattened.to_string(), &keys, &policy()).unwrap();
        assert_eq!((jwe.kid(), jwe.unprotected().kid()), (Some("a"), None));
    }
}

#[test]
fn what_belongs_to_one_of_several_keys_stands_in_its_own_header() {
    for sealer in sharing(quick_sealers()) {
        let left = sealer.encryption_key().with_kid("left");
        let right = sealer.encryption_key();
        let header = Header::typed("example").with_cty("text/plain");
        let own = UnprotectedHeader::new().with_param("note", "right");
        let shared = UnprotectedHeader::new().with_param("jku", "https://keys.example");
        let builder = JweBuilder::new(&header)
            .recipient(&left)
            .recipient_with(&own, &right)
            .shared_unprotected(&shared);

        let document = parse(&builder.general(PLAINTEXT).unwrap());

        assert_eq!(names(&protected(&document)), ["cty", "enc", "typ"]);
        assert_eq!(document["unprotected"], json!({"jku": "https://keys.example"}));
        let headers: Vec<&Value> =
            document["recipients"].as_array().unwrap().iter().map(|one| &one["header"]).collect();
        assert_eq!(headers[0]["kid"], "left");
        assert_eq!(headers[1]["note"], "right");
        assert!(headers[1].get("kid").is_none());
        assert!(headers.iter().all(|header| header["alg"] == sealer.alg.name()));
    }
}

#[test]
fn every_document_has_a_content_encryption_key_and_an_iv_of_its_own() {
    for sealer in sharing(quick_sealers()) {
        let key = sealer.encryption_key();
        let header = Header::new();
        let builder = JweBuilder::new(&header).recipient(&key).recipient(&key);
        let [left, right] = [0, 1].map(|_| parse(&builder.general(PLAINTEXT).unwrap()));

        assert_ne!(left["iv"], right["iv"]);
        // AES-KW has no randomness but the content encryption key.
        let keys = |document: &Value| document["recipients"][0]["encrypted_key"].clone();
        assert_ne!(keys(&left), keys(&right));
        // With the same key, the other's content does not open.
        let mut mixed = left.clone();
        mixed["recipients"] = right["recipients"].clone();
        let error = JweJson::decrypt(&mixed.to_string(), &KeySet::from(sealer.key()), &policy());
        assert_eq!(error.unwrap_err(), josie::Error::DecryptionFailed);
    }
}

#[test]
fn public_key_of_the_only_recipient_is_embedded_where_that_is_wanted() {
    for sealer in quick_sealers() {
        let key = sealer.encryption_key();
        let header = Header::new().with_embedded_jwk();
        let builder = JweBuilder::new(&header).recipient(&key);
        if sealer.alg.kty() == josie::KeyType::Oct {
            let error = builder.flattened(PLAINTEXT).unwrap_err();
            assert_eq!(error, josie::Error::NoPublicKey);
            continue;
        }

        let document = parse(&builder.flattened(PLAINTEXT).unwrap());

        let header = protected(&document);
        assert!(header["jwk"].is_object());
        assert!(header["jwk"].get("d").is_none());
    }
}
