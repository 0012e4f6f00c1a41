//! The codes are part of the interface: logs, metrics and alerts are built on them.

use std::collections::BTreeSet;

use super::*;
use crate::alg::Curve;
use crate::alg::JweEnc;
use crate::alg::KeyType;
use crate::time::ClockError;

#[test]
fn codes_of_errors_are_those_of_every_version() {
    let part = Part::Header;
    let claim = |reason| Error::claim("exp", reason);
    assert_codes(&[
        (Error::Malformed(Malformed::Parts).code(), "malformed_parts"),
        (Error::Malformed(Malformed::JweParts).code(), "malformed_jwe_parts"),
        (Error::Malformed(Malformed::Base64url(part)).code(), "malformed_base64url"),
        (Error::Malformed(Malformed::Json(part)).code(), "malformed_json"),
        (Error::Malformed(Malformed::NotAnObject(part)).code(), "malformed_not_an_object"),
        (Error::Malformed(Malformed::DuplicateMember(part)).code(), "malformed_duplicate_member"),
        (Error::Malformed(Malformed::MissingAlg).code(), "malformed_missing_alg"),
        (
            Error::Malformed(Malformed::MissingParameter("enc")).code(),
            "malformed_missing_parameter",
        ),
        (Error::Malformed(Malformed::HeaderType("kid")).code(), "malformed_header_type"),
        (Error::Malformed(Malformed::HeaderValue("p2s")).code(), "malformed_header_value"),
        (Error::Malformed(Malformed::Crit).code(), "malformed_crit"),
        (Error::Malformed(Malformed::JweHeader("enc")).code(), "malformed_jwe_header"),
        (Error::Malformed(Malformed::EmptySignature).code(), "malformed_empty_signature"),
        (Error::Malformed(Malformed::Compressed).code(), "malformed_compressed"),
        (Error::Malformed(Malformed::MissingMember("payload")).code(), "malformed_missing_member"),
        (Error::Malformed(Malformed::MemberType("payload")).code(), "malformed_member_type"),
        (Error::Malformed(Malformed::EmptyMember("aad")).code(), "malformed_empty_member"),
        (Error::Malformed(Malformed::MixedForms("payload")).code(), "malformed_mixed_forms"),
        (Error::Malformed(Malformed::AttachedPayload).code(), "malformed_attached_payload"),
        (Error::Malformed(Malformed::OverlappingHeaders).code(), "malformed_overlapping_headers"),
        (
            Error::Malformed(Malformed::UnprotectedParameter("crit")).code(),
            "malformed_unprotected_parameter",
        ),
        (
            Error::Malformed(Malformed::UnencodedNotCritical).code(),
            "malformed_unencoded_not_critical",
        ),
        (Error::Malformed(Malformed::MixedUnencoded).code(), "malformed_mixed_unencoded"),
        (Error::Malformed(Malformed::UnencodedPayload).code(), "malformed_unencoded_payload"),
        (
            Error::Malformed(Malformed::NotTheOnlyRecipient).code(),
            "malformed_not_the_only_recipient",
        ),
        (Error::Refused(Refused::UnknownAlgorithm).code(), "refused_unknown_algorithm"),
        (Error::Refused(Refused::Algorithm).code(), "refused_algorithm"),
        (Error::Refused(Refused::UnknownEncryption).code(), "refused_unknown_encryption"),
        (Error::Refused(Refused::Encryption).code(), "refused_encryption"),
        (Error::Refused(Refused::UnsupportedEncryption).code(), "refused_unsupported_encryption"),
        (Error::Refused(Refused::Compression).code(), "refused_compression"),
        (Error::Refused(Refused::ContentType).code(), "refused_content_type"),
        (Error::Refused(Refused::FromAnyone).code(), "refused_from_anyone"),
        (Error::Refused(Refused::Type).code(), "refused_type"),
        (Error::Refused(Refused::Critical).code(), "refused_critical"),
        (Error::Refused(Refused::CriticalValue).code(), "refused_critical_value"),
        (Error::Refused(Refused::UnprotectedAlgorithm).code(), "refused_unprotected_algorithm"),
        (Error::Refused(Refused::UnprotectedEncryption).code(), "refused_unprotected_encryption"),
        (Error::Refused(Refused::UnencodedPayload).code(), "refused_unencoded_payload"),
        (Error::Limit(Limit::Token).code(), "limit_token"),
        (Error::Limit(Limit::Header).code(), "limit_header"),
        (Error::Limit(Limit::Depth).code(), "limit_depth"),
        (Error::Limit(Limit::Kid).code(), "limit_kid"),
        (Error::Limit(Limit::Iterations).code(), "limit_iterations"),
        (Error::Limit(Limit::Plaintext).code(), "limit_plaintext"),
        (Error::Limit(Limit::Signatures).code(), "limit_signatures"),
        (Error::Limit(Limit::Recipients).code(), "limit_recipients"),
        (Error::Unwritable(Unwritable::NoKey).code(), "unwritable_no_key"),
        (Error::Unwritable(Unwritable::SeveralKeys).code(), "unwritable_several_keys"),
        (Error::Unwritable(Unwritable::UnprotectedHeader).code(), "unwritable_unprotected_header"),
        (Error::Unwritable(Unwritable::Aad).code(), "unwritable_aad"),
        (Error::Unwritable(Unwritable::UnencodedPayload).code(), "unwritable_unencoded_payload"),
        (
            Error::Unwritable(Unwritable::NotTheOnlyRecipient).code(),
            "unwritable_not_the_only_recipient",
        ),
        (
            Error::Unwritable(Unwritable::DifferentEncryption).code(),
            "unwritable_different_encryption",
        ),
        (
            Error::Unwritable(Unwritable::AmbiguousEmbeddedKey).code(),
            "unwritable_ambiguous_embedded_key",
        ),
        (Error::UnknownKey.code(), "unknown_key"),
        (Error::AmbiguousKey.code(), "ambiguous_key"),
        (Error::UnknownIssuer.code(), "unknown_issuer"),
        (Error::InvalidSignature.code(), "invalid_signature"),
        (Error::SignersMissing(Box::new([Ok(())])).code(), "signers_missing"),
        // That of what is inside.
        (Error::EmbeddedKey(Box::new(KeyError::SymmetricKey)).code(), "key_symmetric"),
        (Error::Read(std::io::ErrorKind::UnexpectedEof).code(), "read"),
        (Error::OtherPayload.code(), "other_payload"),
        (Error::DecryptionFailed.code(), "decryption_failed"),
        (Error::Expired.code(), "expired"),
        (Error::NotYetValid.code(), "not_yet_valid"),
        (claim(ClaimReason::Missing).code(), "claim_missing"),
        (claim(ClaimReason::Invalid).code(), "claim_invalid"),
        (claim(ClaimReason::Mismatch).code(), "claim_mismatch"),
        (claim(ClaimReason::Unexpected).code(), "claim_unexpected"),
        (claim(ClaimReason::TooOld).code(), "claim_too_old"),
        (claim(ClaimReason::InTheFuture).code(), "claim_in_the_future"),
        (Error::ClaimsType { line: 1, column: 1 }.code(), "claims_type"),
        (Error::ReservedClaim("exp").code(), "reserved_claim"),
        (Error::Clock(ClockError).code(), "clock"),
        (Error::ReservedHeader("alg").code(), "reserved_header"),
        (Error::DuplicateHeader.code(), "duplicate_header"),
        (Error::NoPublicKey.code(), "no_public_key"),
        (Error::Serialize.code(), "serialize"),
        (Error::Unsupported { alg: "EdDSA", what: "signing in chunks" }.code(), "unsupported"),
        (Error::SigningFailed.code(), "signing_failed"),
        (Error::EncryptionFailed.code(), "encryption_failed"),
    ]);
}

#[test]
fn codes_of_key_errors_are_those_of_every_version() {
    let (alg, format) = ("RS256", KeyFormat::Jwk);
    let (expected, found) = (KeyType::Rsa, KeyType::Ec);
    let wrong_curve = KeyError::WrongCurve { alg, expected: Curve::P256, found: Curve::P384 };
    let iterations = KeyError::Iterations { alg, min: 2, max: 3, found: 1 };
    assert_codes(&[
        (KeyError::Unsupported { alg, what: "signing" }.code(), "key_unsupported"),
        (KeyError::WrongKeyType { alg, expected, found }.code(), "key_wrong_key_type"),
        (wrong_curve.code(), "key_wrong_curve"),
        (KeyError::UnsuitableCurve { alg, found: Curve::Ed25519 }.code(), "key_unsuitable_curve"),
        (KeyError::SecretLength { alg, expected: 16, found: 15 }.code(), "key_secret_length"),
        (KeyError::PasswordNeeded(alg).code(), "key_password_needed"),
        (KeyError::NotForPasswords(alg).code(), "key_not_for_passwords"),
        (KeyError::EmptyPassword.code(), "key_empty_password"),
        (iterations.code(), "key_iterations"),
        (KeyError::ScryptCost.code(), "key_scrypt_cost"),
        (KeyError::DirectNeedsEnc.code(), "key_direct_needs_enc"),
        (
            KeyError::WrongEnc { expected: JweEnc::A128Gcm, found: JweEnc::A256Gcm }.code(),
            "key_wrong_enc",
        ),
        (KeyError::SecretTooShort { alg, min: 32, found: 31 }.code(), "key_secret_too_short"),
        (KeyError::SecretIsKey(format).code(), "key_secret_is_key"),
        (KeyError::RsaSize { bits: 1024 }.code(), "key_rsa_size"),
        (KeyError::RsaExponent.code(), "key_rsa_exponent"),
        (KeyError::InvalidValue("n").code(), "key_invalid_value"),
        (KeyError::InvalidPoint(Curve::P256).code(), "key_invalid_point"),
        (KeyError::Inconsistent.code(), "key_inconsistent"),
        (KeyError::PrivateKeyNeeded.code(), "key_private_key_needed"),
        (KeyError::PublicKeyNeeded.code(), "key_public_key_needed"),
        (KeyError::SymmetricKey.code(), "key_symmetric"),
        (KeyError::PublicHalfMissing.code(), "key_public_half_missing"),
        (KeyError::AlgMismatch(alg).code(), "key_alg_mismatch"),
        (KeyError::UseMismatch.code(), "key_use_mismatch"),
        (KeyError::KeyOpsMismatch.code(), "key_ops_mismatch"),
        (KeyError::NotListed.code(), "key_not_listed"),
        (KeyError::AmbiguousAlg.code(), "key_ambiguous_alg"),
        (KeyError::Format { expected: "JWK", found: format }.code(), "key_format"),
        (KeyError::UnknownKeyAlgorithm.code(), "key_unknown_key_algorithm"),
        (KeyError::WrongPassword.code(), "key_wrong_password"),
        (KeyError::CertificateMismatch("x5c").code(), "key_certificate_mismatch"),
        (KeyError::NoKeyMaterial.code(), "key_no_key_material"),
        (KeyError::KidNeeded.code(), "key_kid_needed"),
        (KeyError::DuplicateKid.code(), "key_duplicate_kid"),
        (KeyError::UnknownKid.code(), "key_unknown_kid"),
        (KeyError::PrimaryKey.code(), "key_primary_key"),
        (KeyError::OutsidePeriod.code(), "key_outside_period"),
        // Those of what is inside.
        (
            KeyError::PemBlock { number: 2, reason: Box::new(KeyError::Encoding(KeyFormat::Sec1)) }
                .code(),
            "key_encoding",
        ),
        (KeyError::Token(Box::new(Error::DecryptionFailed)).code(), "decryption_failed"),
        (KeyError::GenerationFailed.code(), "key_generation_failed"),
        (KeyError::Jwk(JwkError::Json).code(), "jwk_json"),
        (KeyError::Jwk(JwkError::NotAnObject).code(), "jwk_not_an_object"),
        (KeyError::Jwk(JwkError::DuplicateMember).code(), "jwk_duplicate_member"),
        (KeyError::Jwk(JwkError::Depth).code(), "jwk_depth"),
        (KeyError::Jwk(JwkError::Limit).code(), "jwk_limit"),
        (KeyError::Jwk(JwkError::Missing("k")).code(), "jwk_missing_member"),
        (KeyError::Jwk(JwkError::Member("k")).code(), "jwk_malformed_member"),
        (KeyError::Jwk(JwkError::UnknownKeyType).code(), "jwk_unknown_key_type"),
        (KeyError::Jwk(JwkError::UnknownCurve).code(), "jwk_unknown_curve"),
        (KeyError::Jwk(JwkError::UnknownAlg).code(), "jwk_unknown_alg"),
        (KeyError::Jwk(JwkError::Contradiction).code(), "jwk_contradiction"),
        (KeyError::Jwk(JwkError::IncompleteRsa).code(), "jwk_incomplete_rsa"),
        (KeyError::Jwk(JwkError::MultiPrimeRsa).code(), "jwk_multi_prime_rsa"),
    ]);
}

#[test]
fn codes_of_policy_errors_are_those_of_every_version() {
    assert_codes(&[
        (PolicyError::NoAlgorithm.code(), "policy_no_algorithm"),
        (PolicyError::Leeway.code(), "policy_leeway"),
        (PolicyError::NoValue { name: "aud".to_owned() }.code(), "policy_no_value"),
        (PolicyError::RegisteredClaim("exp").code(), "policy_registered_claim"),
        (PolicyError::OtherIssuer.code(), "policy_other_issuer"),
        (PolicyError::DuplicateIssuer.code(), "policy_duplicate_issuer"),
        (PolicyError::UnknownIssuer.code(), "policy_unknown_issuer"),
        (PolicyError::NoUsableKey.code(), "policy_no_usable_key"),
        (PolicyError::SignersMissing.code(), "policy_signers_missing"),
        (PolicyError::NoSigner.code(), "policy_no_signer"),
        (
            PolicyError::ReservedCritical { name: "exp".to_owned() }.code(),
            "policy_reserved_critical",
        ),
    ]);
}

#[test]
fn missing_signers_are_told_with_how_many_signatures_are_valid() {
    let outcomes = [Ok(()), Err(Error::UnknownKey), Err(Error::InvalidSignature)];

    let text = Error::SignersMissing(outcomes.into()).to_string();

    assert_eq!(text, "the signatures are not those that the policy asks for: 1 of 3 valid");
}

fn assert_codes(table: &[(&str, &str)]) {
    for (found, expected) in table {
        assert_eq!(found, expected);
    }
    let distinct: BTreeSet<_> = table.iter().map(|(code, _)| code).collect();
    assert_eq!(distinct.len(), table.len());
}
