//! Texts with several blocks.

use josie::Curve;
use josie::HashAlg;
use josie::KeyError;
use josie::KeyFormat;
use josie::KeyMaterial;
use josie::KeyType;

use super::PKCS8;
use super::SEC1;
use super::SPKI;
use super::expected;
use super::found;
use super::in_block;
use super::pem;
use super::pem_error;
use super::values;

const EC_PARAMETERS: &str =
    "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";

fn all_error(text: &str) -> KeyError {
    KeyMaterial::all_from_pem(text).unwrap_err()
}

fn thumbprint(key: &KeyMaterial) -> String {
    key.thumbprint(HashAlg::Sha256).unwrap().to_string()
}

#[test]
fn a_bundle_with_text_between_its_blocks_has_its_keys_in_their_order() {
    let keys = KeyMaterial::all_from_pem(&pem("bundle.pem")).unwrap();

    let [certificate, other, private] = &keys[..] else { panic!("{keys:?}") };
    assert!(!certificate.is_private() && !other.is_private() && private.is_private());
    assert_eq!(thumbprint(certificate), thumbprint(private));
    assert_eq!(other.kty(), KeyType::Rsa);
    assert_eq!(values(private), expected()["p256"]);
    assert_eq!(found(pem_error(&pem("bundle.pem"))), KeyFormat::SeveralPemBlocks);
}

#[test]
fn a_bundle_of_one_block_has_one_key() {
    let keys = KeyMaterial::all_from_pem(&pem("ed25519.spki.pem")).unwrap();

    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].crv(), Some(Curve::Ed25519));
}

#[test]
fn a_block_of_a_bundle_that_is_no_key_is_named_with_its_reason() {
    let key = pem("p256.spki.pem");
    let format = |found| KeyError::Format { expected: "key or certificate", found };
    for (block, reason) in [
        (key.replace("MFkw", "MFk="), SPKI),
        (key.replace("PUBLIC", "PRIVATE"), PKCS8),
        (key.replace("END PUBLIC", "END PRIVATE"), SPKI),
        (key.replace("-----END PUBLIC KEY-----\n", ""), SPKI),
        ("-----\n".to_owned(), KeyError::Encoding(KeyFormat::Pem)),
        (EC_PARAMETERS.to_owned(), format(KeyFormat::OtherPem)),
        (pem("openssh.pem"), format(KeyFormat::OpenSsh)),
        (pem("encrypted.pkcs8.pem"), format(KeyFormat::EncryptedPkcs8)),
        (pem("rsa2048.pkcs1-encrypted.pem"), format(KeyFormat::EncryptedTraditional)),
        (pem("ed448.spki.pem"), KeyError::UnknownKeyAlgorithm),
        (pem("ed448.certificate.pem"), KeyError::UnknownKeyAlgorithm),
    ] {
        assert_eq!(all_error(&block), in_block(1, reason.clone()), "{block}");
        assert_eq!(
            all_error(&format!("{key}{key}{block}")),
            in_block(3, reason.clone()),
            "{block}"
        );
        let middle = format!("{key}{block}{key}");
        assert_eq!(all_error(&middle), in_block(2, reason), "{block}");
    }
    assert_eq!(KeyMaterial::all_from_pem(&key.repeat(3)).unwrap().len(), 3);
}

#[test]
fn a_bundle_without_blocks_or_over_1_mib_is_refused() {
    let key = pem("p256.spki.pem");
    let text = " ".repeat(1024 * 1024 - key.len()) + &key;

    assert_eq!(KeyMaterial::all_from_pem(&text).unwrap().len(), 1);
    assert_eq!(found(all_error(&format!(" {text}"))), KeyFormat::Unknown);
    assert_eq!(found(all_error("")), KeyFormat::Unknown);
    assert_eq!(found(all_error("no key")), KeyFormat::Unknown);
    assert_eq!(found(all_error(r#"{"kty":"oct","k":"AA"}"#)), KeyFormat::Jwk);
}

#[test]
fn several_blocks_of_which_one_is_broken_are_refused_with_its_number() {
    let key = pem("p256.spki.pem");
    let unended = key.replace("-----END PUBLIC KEY-----\n", "");

    assert_eq!(pem_error(&format!("{key}{unended}")), in_block(2, SPKI));
    assert_eq!(pem_error(&format!("{unended}{key}")), in_block(1, SPKI));
    assert_eq!(pem_error(&unended), SPKI);
    assert!(KeyMaterial::from_pem(&key).is_ok());
}

#[test]
fn ec_parameters_before_a_key_on_their_curve_are_accepted() {
    let text = pem("p256.ecparam.pem");

    let alone = KeyMaterial::from_pem(&text).unwrap();
    assert_eq!(values(&alone), expected()["p256"]);
    let bundle = format!("{}{text}{text}{}", pem("x25519.spki.pem"), pem("certificate.pem"));
    let kinds: Vec<_> = KeyMaterial::all_from_pem(&bundle)
        .unwrap()
        .iter()
        .map(|key| (key.crv().unwrap(), key.is_private()))
        .collect();
    let p256 = Curve::P256;
    assert_eq!(kinds, [(Curve::X25519, false), (p256, true), (p256, true), (p256, false)]);
}

#[test]
fn ec_parameters_of_another_or_no_curve_are_refused() {
    let parameters = |base64: &str| EC_PARAMETERS.replace("BggqhkjOPQMBBw==", base64);
    let other = KeyError::Encoding(KeyFormat::OtherPem);
    let p256 = pem("p256.sec1.pem");
    for (text, error) in [
        (EC_PARAMETERS.to_owned() + &pem("p384.sec1.pem"), in_block(1, KeyError::Inconsistent)),
        // brainpoolP256r1; explicit parameters; trailing octets; no base64; headers.
        (parameters("BgkrJAMDAggBAQc=") + &p256, in_block(1, KeyError::UnknownKeyAlgorithm)),
        (parameters("MAMCAQE=") + &p256, in_block(1, other.clone())),
        (parameters("BggqhkjOPQMBBwA=") + &p256, in_block(1, other.clone())),
        (parameters("Bggqh!jOPQMBBw==") + &p256, in_block(1, other.clone())),
        (parameters("Proc-Type: 4,CLEAR\n\nBggqhkjOPQMBBw==") + &p256, in_block(1, other)),
        (EC_PARAMETERS.to_owned() + &p256.replace("MHcC", "MHcD"), in_block(2, SEC1)),
    ] {
        assert_eq!(pem_error(&text), error, "{text}");
        assert_eq!(all_error(&text), error, "{text}");
    }
    assert!(KeyMaterial::from_pem(&(EC_PARAMETERS.to_owned() + &p256)).is_ok());
}
