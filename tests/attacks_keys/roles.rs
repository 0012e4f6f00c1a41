//! Keys of one role in the place of another: the types keep them apart, and so do the halves of the key.

use josie::Claims;
use josie::DecryptionKey;
use josie::EncryptionKey;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::Jwk;
use josie::JwkSet;
use josie::Jws;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeySet;
use josie::NoClaims;
use josie::Policy;
use josie::PublicJwk;
use josie::PublicJwkSet;
use josie::Report;
use josie::SigningKey;
use josie::VerifyingKey;

use crate::common::assert_not::assert_not;
use crate::documents::Document;
use crate::doors::Wanted;
use crate::doors::assert_everywhere;

#[test]
fn a159_public_key_has_no_way_to_sign_or_decrypt() {
    // What signs and decrypts takes these types and no other.
    let _: fn(&[u8], &Header, &SigningKey) -> Result<String, Error> = Jws::sign;
    let _: fn(&Claims<NoClaims>, &Header, &SigningKey) -> Result<String, Error> = Jwt::sign;
    let _: fn(&str, &KeySet<DecryptionKey>, &Policy) -> Result<Jwe, Error> = Jwe::decrypt;

    assert_not!(VerifyingKey, Into<SigningKey>);
    assert_not!(VerifyingKey, AsRef<SigningKey>);
    assert_not!(VerifyingKey, std::ops::Deref);
    assert_not!(VerifyingKey, Into<DecryptionKey>);
    assert_not!(EncryptionKey, Into<DecryptionKey>);
    assert_not!(EncryptionKey, Into<KeySet<DecryptionKey>>);
    assert_not!(EncryptionKey, std::ops::Deref);
    assert_not!(PublicJwk, Into<SigningKey>);
    assert_not!(PublicJwk, Into<DecryptionKey>);
    assert_not!(PublicJwkSet, Into<JwkSet>);
}

#[test]
fn a159_private_key_does_not_pass_for_a_public_one() {
    // What verifies, encrypts and publishes takes these types and no other.
    let _: fn(&str, &KeySet<VerifyingKey>, &Policy) -> Result<Jws, Error> = Jws::verify;
    let _: fn(&str, &KeySet<VerifyingKey>, &JwtPolicy) -> Result<Jwt, Error> = Jwt::verify;
    let _: fn(&[u8], &Header, &EncryptionKey) -> Result<String, Error> = Jwe::encrypt;
    let _: fn(&PublicJwkSet, &[JwsAlg]) -> (KeySet<VerifyingKey>, Report) = KeySet::from_jwk_set;

    assert_not!(SigningKey, Into<VerifyingKey>);
    assert_not!(SigningKey, Into<KeySet<VerifyingKey>>);
    assert_not!(SigningKey, std::ops::Deref);
    assert_not!(DecryptionKey, Into<EncryptionKey>);
    assert_not!(DecryptionKey, std::ops::Deref);
    assert_not!(SigningKey, Into<PublicJwk>);
    assert_not!(DecryptionKey, Into<PublicJwk>);
    assert_not!(Jwk, Into<PublicJwk>);
    assert_not!(KeyMaterial, Into<PublicJwk>);
    assert_not!(JwkSet, Into<PublicJwkSet>);
    assert_not!(JwkSet, serde::Serialize);
    assert_not!(Jwk, serde::Serialize);
    assert_not!(KeyMaterial, serde::Serialize);
}

/// Each kind of key pair, with what the private half does and what the public one does.
const PAIRS: [(&str, Wanted, Wanted); 7] = [
    ("rsa2048", Wanted::Sign(JwsAlg::Rs256), Wanted::Verify(JwsAlg::Rs256)),
    ("rsa2048", Wanted::Decrypt(JweAlg::RsaOaep), Wanted::Encrypt(JweAlg::RsaOaep)),
    ("p256", Wanted::Sign(JwsAlg::Es256), Wanted::Verify(JwsAlg::Es256)),
    ("p256", Wanted::Decrypt(JweAlg::EcdhEs), Wanted::Encrypt(JweAlg::EcdhEs)),
    ("secp256k1", Wanted::Sign(JwsAlg::Es256K), Wanted::Verify(JwsAlg::Es256K)),
    ("ed25519", Wanted::Sign(JwsAlg::Ed25519), Wanted::Verify(JwsAlg::Ed25519)),
    ("x25519", Wanted::Decrypt(JweAlg::EcdhEs), Wanted::Encrypt(JweAlg::EcdhEs)),
];

#[test]
fn a159_public_half_signs_and_decrypts_nothing() {
    for (key, wanted, _) in PAIRS {
        assert_everywhere(&Document::public(key), wanted, &Err(KeyError::PrivateKeyNeeded));
        assert_everywhere(&Document::private(key), wanted, &Ok(()));
    }
}

#[test]
fn a159_private_half_verifies_and_encrypts_nothing() {
    for (key, _, wanted) in PAIRS {
        assert_everywhere(&Document::private(key), wanted, &Err(KeyError::PublicKeyNeeded));
        assert_everywhere(&Document::public(key), wanted, &Ok(()));
    }
}
