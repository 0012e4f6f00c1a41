//! Which algorithms each registry has.

use super::registries;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
#[cfg(feature = "ring")]
use crate::alg::KeyType;
use crate::registry::Registry;

#[test]
fn content_encryption_tables_have_each_algorithm_once_and_print_its_name_alone() {
    for registry in registries() {
        for enc in JweEnc::ALL {
            let found = registry.content_encryption.iter().filter(|entry| entry.enc() == *enc);
            assert!(found.count() <= 1, "{enc}");
        }
        let printed = format!("{:?}", registry.content_encryption(JweEnc::A256Gcm).unwrap());
        assert_eq!(printed, "Gcm(A256GCM)");
    }
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn aws_lc_has_every_algorithm() {
    let registry = Registry::aws_lc_rs();
    assert!(JweEnc::ALL.iter().all(|enc| registry.content_encryption(*enc).is_some()));
}

#[cfg(feature = "ring")]
#[test]
fn ring_has_gcm_with_128_and_256_bits() {
    let registry = Registry::ring();
    let found: Vec<_> = registry.content_encryption.iter().map(|entry| entry.enc()).collect();
    assert_eq!(found, [JweEnc::A128Gcm, JweEnc::A256Gcm]);
}

#[test]
fn key_management_tables_have_each_algorithm_once_and_print_its_name_alone() {
    for registry in registries() {
        assert!(registry.key_management(JweAlg::Dir).is_none());
        for alg in JweAlg::ALL {
            let found = registry.key_management.iter().filter(|entry| entry.alg() == *alg);
            assert!(found.count() <= 1, "{alg}");
        }
        let printed = format!("{:?}", registry.key_management(JweAlg::A128Kw).unwrap());
        assert_eq!(printed, "KeyWrap(A128KW)");
    }
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn aws_lc_has_every_algorithm_but_dir() {
    let registry = Registry::aws_lc_rs();
    let missing: Vec<_> =
        JweAlg::ALL.iter().filter(|alg| registry.key_management(**alg).is_none()).collect();
    assert_eq!(missing, [&JweAlg::Dir]);
}

#[cfg(feature = "ring")]
#[test]
fn ring_has_what_takes_shared_keys_but_not_gcm_with_192_bits() {
    let registry = Registry::ring();
    for alg in JweAlg::ALL {
        let expected = alg.kty() == KeyType::Oct && !matches!(alg, JweAlg::Dir | JweAlg::A192GcmKw);
        assert_eq!(registry.key_management(*alg).is_some(), expected, "{alg}");
    }
}
