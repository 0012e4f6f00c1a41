//! Which public types hold a secret, and what none of them does.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs;
use std::hash::Hash;
use std::path::PathBuf;

use josie::*;
use serde::Serialize;

use crate::common::assert_not::assert_not;

/// The names of types, none of which can be written, shown, compared or copied by accident.
macro_rules! secret_bearing {
    ($($name:ident $(<$argument:ty>)?,)+) => {
        /// The public types that hold a secret.
        pub(crate) const SECRET_BEARING: &[&str] = &[$(stringify!($name)),+];

        #[test]
        fn what_holds_a_secret_is_not_written_shown_compared_or_copied() {
            $(
                assert_not!($name $(<$argument>)?, Serialize);
                assert_not!($name $(<$argument>)?, Display);
                assert_not!($name $(<$argument>)?, PartialEq);
                assert_not!($name $(<$argument>)?, PartialOrd);
                assert_not!($name $(<$argument>)?, Hash);
                assert_not!($name $(<$argument>)?, Copy);
                assert_not!($name $(<$argument>)?, std::ops::Deref);
                assert_not!($name $(<$argument>)?, AsRef<[u8]>);
                assert_not!($name $(<$argument>)?, AsRef<str>);
            )+
        }
    };
}

secret_bearing! {
    DecryptionKey,
    EcParams,
    EncryptedKey,
    EncryptionKey,
    Issuers,
    Jwe,
    JweJson,
    Jwk,
    JwkSet,
    // Whose keys of HMAC hold their secret, as those of the next ones do.
    JwsBuilder,
    JwsJson,
    JwsSignature,
    JwsSignatures,
    KeyMaterial,
    KeyParams,
    KeyRing<SigningKey>,
    KeySet<VerifyingKey>,
    OctParams,
    OkpParams,
    Password,
    RsaParams,
    RsaPrivate,
    SecretBytes,
    SecretText,
    SealedJwt<NoClaims>,
    SignatureOutcome,
    SigningKey,
    UnusableJwk,
    VerifyingKey,
}

/// The other public names: they hold nothing secret, or borrow it for one call.
const HARMLESS: &[&str] = &[
    "Audience",
    "ClaimReason",
    "Claims",
    "Clock",
    "ClockError",
    "Confirmation",
    "ContentCipher",
    "ContentEncryptionAlgorithm",
    "ContentInput",
    "CritRefused",
    "Curve",
    "DecryptKeyInput",
    "DecryptionFailed",
    "EmbeddedKey",
    "EncryptKeyInput",
    "EncryptedJwe",
    "EncryptedJweJson",
    "EncryptionFailed",
    "Error",
    "Expect",
    "GenerateInput",
    "HashAlg",
    "Header",
    "InvalidSignature",
    "JweAlg",
    // It borrows keys and AAD until the token is made.
    "JweBuilder",
    "JweEnc",
    "JweRecipient",
    "JwkError",
    "Jws",
    "JwsAlg",
    "Jwt",
    "JwtPolicy",
    "JwtPolicyBuilder",
    "KeyDecryptor",
    "KeyEncryptor",
    "KeyError",
    "KeyFormat",
    "KeyManagementAlgorithm",
    "KeyManagementHeader",
    "KeyManagementMode",
    "KeyPeriod",
    "KeyType",
    "Limit",
    "Limits",
    "Malformed",
    "NoClaims",
    "NumericDate",
    "Origin",
    "Part",
    "Policy",
    "PolicyBuilder",
    "PolicyError",
    "PublicJwk",
    // Its unusable entries are shown as `UnusableJwk` and not written.
    "PublicJwkSet",
    "RandomFailed",
    "Refused",
    "Registry",
    "Report",
    "ReportEntry",
    "RingKey",
    "RsaBits",
    "SecureRandom",
    "SignInput",
    "SignatureAlgorithm",
    "SignedBy",
    "Signer",
    "SigningContext",
    "SigningFailed",
    "SystemClock",
    "Thumbprint",
    "UnprotectedHeader",
    "UnverifiedClaims",
    "UnverifiedJws",
    "UnverifiedJwsJson",
    "UnverifiedSignature",
    "Unwritable",
    "Verifier",
    "VerifyInput",
    "VerifyingContext",
];

#[test]
fn every_public_name_is_known_to_hold_a_secret_or_not() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("src/lib.rs")).unwrap();
    let exports = text.split("pub use ").skip(1).map(|rest| rest.split(';').next().unwrap());
    let public: BTreeSet<String> = exports
        .flat_map(|export| {
            let names = export.rsplit("::").next().unwrap().trim_matches(['{', '}']).to_owned();
            names.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>()
        })
        .filter(|name| name.starts_with(|first: char| first.is_ascii_uppercase()))
        .collect();

    let known: BTreeSet<String> =
        SECRET_BEARING.iter().chain(HARMLESS).map(|&name| name.to_owned()).collect();

    assert!(public.len() > 80);
    assert_eq!(public.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!(known.difference(&public).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!(known.len(), SECRET_BEARING.len() + HARMLESS.len());
}
