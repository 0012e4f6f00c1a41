//! JSON Object Signing and Encryption: JWS ([RFC 7515]), JWE ([RFC 7516]), JWK ([RFC 7517]) and JWT ([RFC 7519]).
//!
//! Three things make a token trusted, and each is a value of its own:
//!
//! 1. A **key** is bound to exactly one algorithm in one role when it is made: [`SigningKey`], [`VerifyingKey`],
//!    [`EncryptionKey`], [`DecryptionKey`], collected in a [`KeySet`]. The token's header is only compared with
//!    it.
//! 2. A **policy** says what is acceptable: [`Policy`] for any JWS or JWE, [`JwtPolicy`] for claims as well. What
//!    it does not mention is refused or has the meaning that [`JwtPolicyBuilder`] lists.
//! 3. A **token** is a chain of types: `&str`, [`UnverifiedJws`], [`Jws`], [`Jwt`], and `&str`, [`EncryptedJwe`],
//!    [`Jwe`]. Payload, plaintext and claims exist only on the right-hand ones.
//!
//! # Sign and verify a JWT
//!
//! ```
//! # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
//! use std::time::Duration;
//!
//! use josie::{Claims, Error, Header, Jwt, JwsAlg, JwtPolicy, KeySet, NoClaims, SigningKey};
//!
//! let key = SigningKey::generate(JwsAlg::Ed25519)?;
//! let claims = Claims::new(NoClaims {})
//!     .issuer("https://id.example")
//!     .subject("alice")
//!     .audience("https://api.example")
//!     .expires_in(Duration::from_secs(300));
//! let token = Jwt::sign(&claims, &Header::jwt(), &key)?;
//!
//! // Made once, kept for the life of a server.
//! let keys = KeySet::from(key.verifying_key());
//! let policy = JwtPolicy::signed(JwsAlg::MODERN)
//!     .iss("https://id.example")
//!     .aud("https://api.example")
//!     .build()?;
//!
//! let jwt: Jwt = Jwt::verify(&token, &keys, &policy)?;
//! assert_eq!(jwt.claims().sub.as_deref(), Some("alice"));
//!
//! // Without the audience in the policy, a token that names one is not for this service.
//! let careless = JwtPolicy::signed(JwsAlg::MODERN).iss("https://id.example").build()?;
//! let error = Jwt::<NoClaims>::verify(&token, &keys, &careless).unwrap_err();
//! assert_eq!(error.code(), "claim_unexpected");
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Sign and verify any octets
//!
//! ```
//! # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
//! use josie::{Error, Header, Jws, JwsAlg, KeySet, Policy, SigningKey};
//!
//! let key = SigningKey::from_secret(&[0x5a; 32], JwsAlg::Hs256)?;
//! let token = Jws::sign(b"a document", &Header::typed("example+jws"), &key)?;
//!
//! let policy = Policy::signed(&[JwsAlg::Hs256]).typ("example+jws").build()?;
//! let keys = KeySet::from(key.verifying_key());
//! assert_eq!(Jws::verify(&token, &keys, &policy)?.payload(), b"a document");
//!
//! let tampered = token.replace("YSBk", "YSBl");
//! assert_eq!(Jws::verify(&tampered, &keys, &policy).unwrap_err(), Error::InvalidSignature);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Encrypt
//!
//! A signed token hides nothing, and an encrypted one says nothing about who wrote it if it was encrypted to a
//! public key. What must be both secret and believed is signed, then encrypted: [`Jwt::sign_and_encrypt`] and
//! [`Jwt::decrypt_and_verify`], which takes no token that is only one of the two.
//!
//! ```
//! # #[cfg(feature = "aws-lc-rs")] {
//! use std::time::Duration;
//!
//! use josie::{
//!     Claims, DecryptionKey, Header, Jwt, JweAlg, JweEnc, JwsAlg, JwtPolicy, KeySet, NoClaims, SigningKey,
//! };
//!
//! // The service's key pair, whose public half the issuer knows.
//! let service = DecryptionKey::generate(JweAlg::EcdhEs)?;
//! let recipient = service.encryption_key(JweEnc::A256Gcm)?;
//!
//! let key = SigningKey::generate(JwsAlg::Ed25519)?;
//! let claims = Claims::new(NoClaims {}).subject("alice").expires_in(Duration::from_secs(300));
//! let token = Jwt::sign_and_encrypt(&claims, &Header::jwt(), &key, &recipient)?;
//!
//! let policy = JwtPolicy::signed(JwsAlg::MODERN).encrypted(JweAlg::ASYMMETRIC, JweEnc::ALL).build()?;
//! let (keys, issuers) = (KeySet::from(service), KeySet::from(key.verifying_key()));
//! let jwt: Jwt = Jwt::decrypt_and_verify(&token, &keys, &issuers, &policy)?;
//! assert_eq!(jwt.claims().sub.as_deref(), Some("alice"));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Which algorithms? For the recipient's key, [`JweAlg::EcdhEs`] on P-256 or X25519, or [`JweAlg::RsaOaep256`]; for a
//! shared secret [`JweAlg::A256Kw`], or [`JweAlg::Dir`] for fewer than 2^32 tokens; for the content
//! [`JweEnc::A256Gcm`]. A JWT that a service seals for itself with a shared secret is a [`SealedJwt`]; octets that
//! are no claims are a [`Jwe`]. What an encrypted token does not prove: who wrote it (but for shared secrets:
//! somebody who has it), and how old it is.
//!
//! # Other forms
//!
//! [`Jws::sign`] and [`Jwe::encrypt`] write the compact form. [`JwsBuilder`] and [`JweBuilder`] write every form: flattened
//! and general JSON, several signatures or recipients, detached and unencoded payloads, payloads in chunks, additional
//! authenticated data. [`JwsJson`] and [`JweJson`] are what is read from JSON. Each entry point takes one form, but for
//! [`JwsJson::verify_any_form`] and [`JweJson::decrypt_any_form`]; a JWT is always compact.
//!
//! Of several signatures the policy says which must be there, by [`SignedBy`]. What stands in an [`UnprotectedHeader`]
//! anybody can change, so it is another type than [`Header`], and no rule looks at it.
//!
//! ```
//! # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
//! use josie::{Header, JwsAlg, JwsBuilder, JwsJson, KeySet, Policy, SignedBy, SigningKey};
//!
//! let alice = SigningKey::generate(JwsAlg::Ed25519)?.with_kid("alice");
//! let bob = SigningKey::generate(JwsAlg::Es256)?.with_kid("bob");
//! let header = Header::typed("contract");
//! let document =
//!     JwsBuilder::new().signature(&header, &alice).signature(&header, &bob).general(b"a contract")?;
//!
//! let keys: KeySet<_> = [alice.verifying_key(), bob.verifying_key()].into_iter().collect();
//! let policy = Policy::signed(JwsAlg::MODERN).typ("contract").signed_by(SignedBy::AtLeast(2)).build()?;
//! assert_eq!(JwsJson::verify(&document, &keys, &policy)?.payload(), b"a contract");
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Keys, sets, issuers and rotation
//!
//! A document is read as what it is, by [`Jwk::parse`], [`KeyMaterial::from_pem`] or [`KeyMaterial::from_der`]. It
//! becomes a key when it is bound to an algorithm, by [`SigningKey::from_jwk_with`] or [`SigningKey::new`] and their
//! like; with the default registry also in one step, as by `SigningKey::from_pem`.
//!
//! - **From a key**: [`SigningKey::public_jwk`] is what others may have. [`SigningKey::material`] is the whole key, to
//!   be written by [`KeyMaterial::to_spki_pem`], [`KeyMaterial::to_pkcs8_pem`] or [`KeyMaterial::to_private_jwk`];
//!   private keys come out as [`SecretText`]. [`Jwk::encrypt`] keeps them under a shared key or a password.
//! - **Sets**: [`PublicJwkSet`] is what is published, [`JwkSet`] one of one's own. [`KeySet::from_jwk_set_with`] binds
//!   what it can of a published set, and its [`Report`] says what became of the rest.
//! - **Several issuers**: [`Issuers`] verifies a token with the keys and the policy of the issuer that it names.
//! - **Rotation**: a [`KeyRing`] has the key that is used now, and those that are still or already accepted.
//! - **Names and bindings**: [`Thumbprint`] names a key by its hash, [`Confirmation`] binds a token to a key or a
//!   certificate. The certificates of a JWK are handed out by [`Jwk::certificates`] and never trusted.
//!
//! ```
//! # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
//! use josie::{
//!     Clock, Header, Jws, JwsAlg, KeyRing, KeySet, Policy, PublicJwkSet, SigningKey, SystemClock,
//! };
//!
//! // An issuer in the middle of a rotation publishes both keys, and signs with the new one.
//! let now = SystemClock.now()?;
//! let ring = KeyRing::new(SigningKey::generate(JwsAlg::Es256)?.with_kid("2026-01"))?
//!     .add(SigningKey::generate(JwsAlg::Ed25519)?.with_kid("2026-02"))?
//!     .promote("2026-02")?;
//! let token = Jws::sign(b"a document", &Header::new(), ring.primary_at(now)?)?;
//! let document = serde_json::to_string(&ring.public_jwk_set_at(now)?)?;
//!
//! // Whoever verifies has fetched the document.
//! let (keys, _) = KeySet::from_jwk_set(&PublicJwkSet::parse(&document)?, JwsAlg::MODERN);
//! let policy = Policy::signed(JwsAlg::MODERN).build()?;
//! assert_eq!(keys.len(), 2);
//! assert_eq!(Jws::verify(&token, &keys, &policy)?.kid(), Some("2026-02"));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Registries
//!
//! Which algorithms exist and who computes them is a [`Registry`], a value like any other. The feature
//! `aws-lc-rs` (on by default) has all of [`JwsAlg::ALL`], [`JweAlg::ALL`] and [`JweEnc::ALL`]. The feature `ring`
//! has all signatures but ES512 and ES256K, and of encryption what needs neither a public key, nor CBC, nor AES-GCM
//! with 192-bit keys.
//! They can be on together. The short constructors such as [`SigningKey::generate`] use
//! [`Registry::default`]; [`SigningKey::new`] takes any registry, also one with an implementation of your own.
//! With neither feature there is no default, and the short constructors do not exist.
//!
//! # Features
//!
//! - `aws-lc-rs` (on by default), `ring`: the registries above.
//! - `deflate`: compressed content of encrypted tokens (`zip`), which a policy has to allow and a caller to ask for.
//! - `encrypted-pkcs8`: `KeyMaterial::from_encrypted_pem` and `from_encrypted_der` read private keys that are encrypted
//!   with a password.
//!
//! # Errors
//!
//! One type for each moment: [`KeyError`] when a key is read, made, kept or written, [`PolicyError`] when a policy is
//! built, [`Error`] when a token is processed. Each has a `code()` that stays the same across versions. None contains text of
//! the token, values of claims or key material.
//!
//! [RFC 7515]: https://www.rfc-editor.org/rfc/rfc7515
//! [RFC 7516]: https://www.rfc-editor.org/rfc/rfc7516
//! [RFC 7517]: https://www.rfc-editor.org/rfc/rfc7517
//! [RFC 7519]: https://www.rfc-editor.org/rfc/rfc7519

#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::as_conversions,
        clippy::exhaustive_enums,
        clippy::exhaustive_structs,
        clippy::incompatible_msrv
    )
)]

mod alg;
mod at_rest;
mod backend;
mod base64url;
mod claims;
mod confirmation;
mod document;
mod error;
mod hash;
mod header;
mod issuers;
mod json;
mod jwe;
mod jwk;
mod jws;
mod jwt;
mod key;
mod key_ring;
mod limits;
mod management;
mod material;
mod pkix;
mod policy;
mod registry;
mod secret;
mod time;

pub use alg::{Curve, JweAlg, JweEnc, JwsAlg, KeyManagementMode, KeyType};
pub use claims::{Audience, Claims, NoClaims};
pub use confirmation::Confirmation;
pub use error::{
    ClaimReason, Error, JwkError, KeyError, KeyFormat, Limit, Malformed, Part, PolicyError,
    Refused, Unwritable,
};
pub use hash::HashAlg;
pub use header::{Header, UnprotectedHeader};
pub use issuers::Issuers;
pub use jwe::{EncryptedJwe, EncryptedJweJson, Jwe, JweBuilder, JweJson, JweRecipient};
pub use jwk::{Jwk, JwkSet, PublicJwk, PublicJwkSet, Thumbprint, UnusableJwk};
pub use jws::{
    EmbeddedKey, Jws, JwsBuilder, JwsJson, JwsSignature, JwsSignatures, SignatureOutcome,
    UnverifiedClaims, UnverifiedJws, UnverifiedJwsJson, UnverifiedSignature,
};
pub use jwt::{Jwt, Origin, SealedJwt};
pub use key::{
    DecryptionKey, EncryptionKey, KeySet, Password, Report, ReportEntry, SigningKey, VerifyingKey,
};
pub use key_ring::{KeyPeriod, KeyRing, RingKey};
pub use limits::Limits;
pub use management::KeyManagementHeader;
pub use material::{EcParams, KeyMaterial, KeyParams, OctParams, OkpParams, RsaParams, RsaPrivate};
pub use policy::{
    CritRefused, Expect, JwtPolicy, JwtPolicyBuilder, Policy, PolicyBuilder, SignedBy,
};
pub use registry::{
    ContentCipher, ContentEncryptionAlgorithm, ContentInput, DecryptKeyInput, DecryptionFailed,
    EncryptKeyInput, EncryptedKey, EncryptionFailed, GenerateInput, InvalidSignature, KeyDecryptor,
    KeyEncryptor, KeyManagementAlgorithm, RandomFailed, Registry, RsaBits, SecureRandom, SignInput,
    SignatureAlgorithm, Signer, SigningContext, SigningFailed, Verifier, VerifyInput,
    VerifyingContext,
};
pub use secret::{SecretBytes, SecretText};
pub use time::{Clock, ClockError, NumericDate, SystemClock};

/// The examples of README.md, compiled and run.
#[cfg(all(doctest, feature = "aws-lc-rs"))]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
