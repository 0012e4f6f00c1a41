//! JSON Web Encryption (RFC 7516): one core, and the serializations as thin adapters around it.

mod builder;
mod compact;
mod decrypt;
#[cfg(feature = "deflate")]
mod deflate;
mod encrypt;
mod encrypted;
mod json;

use core::fmt;

pub use self::builder::JweBuilder;
pub use self::encrypted::EncryptedJwe;
pub use self::json::EncryptedJweJson;
pub use self::json::JweJson;
pub use self::json::JweRecipient;
use crate::alg::JweAlg;
use crate::alg::JweEnc;
use crate::header::Header;
use crate::secret::SecretBytes;

/// A decrypted JWE: its content is authentic under one of the caller's keys, and its header acceptable under the
/// caller's policy.
///
/// The only ways to get one are [`Jwe::decrypt`] and [`EncryptedJwe::decrypt`]. **It tells who can read the content,
/// not who wrote it**: with RSA-OAEP and ECDH-ES that is anybody who knows the public key. Where it matters, sign
/// first: [`Jwt::sign_and_encrypt`](crate::Jwt::sign_and_encrypt).
///
/// The plaintext is wiped when it is dropped.
///
/// ```
/// # #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] {
/// use josie::{DecryptionKey, Header, Jwe, JweAlg, JweEnc, KeySet, Policy};
///
/// let key = DecryptionKey::generate(JweAlg::A256Kw)?;
/// let token = Jwe::encrypt(b"any octets", &Header::new(), &key.encryption_key(JweEnc::A256Gcm)?)?;
///
/// let policy = Policy::encrypted(&[JweAlg::A256Kw], &[JweEnc::A256Gcm]).build()?;
/// let jwe = Jwe::decrypt(&token, &KeySet::from(key), &policy)?;
/// assert_eq!(jwe.plaintext(), b"any octets");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It does not stand in for a signed token. This compiles:
///
/// ```
/// use josie::{Error, Jws, Jwt, JwtPolicy};
///
/// fn claims(jws: Jws, policy: &JwtPolicy) -> Result<Jwt, Error> {
///     Jwt::from_jws(jws, policy)
/// }
/// ```
///
/// and this does not:
///
/// ```compile_fail,E0308
/// use josie::{Error, Jwe, Jwt, JwtPolicy};
///
/// fn claims(jwe: Jwe, policy: &JwtPolicy) -> Result<Jwt, Error> {
///     Jwt::from_jws(jwe, policy)
/// }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Jwe {
    alg: JweAlg,
    enc: JweEnc,
    kid: Option<String>,
    header: Header,
    plaintext: SecretBytes,
}

impl Jwe {
    /// The plaintext.
    #[must_use]
    pub fn plaintext(&self) -> &[u8] {
        self.plaintext.expose()
    }

    /// The plaintext, taken out; it is still wiped when it is dropped.
    #[must_use]
    pub fn into_plaintext(self) -> SecretBytes {
        self.plaintext
    }

    /// The protected header, beside `alg`, `enc`, `kid` and `zip`.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The key management algorithm.
    #[must_use]
    pub fn alg(&self) -> JweAlg {
        self.alg
    }

    /// The content encryption algorithm.
    #[must_use]
    pub fn enc(&self) -> JweEnc {
        self.enc
    }

    /// The token's `kid`.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// What a sealed JWT keeps of the JWE that it was read from.
    pub(crate) fn into_header(self) -> (JweAlg, JweEnc, Option<String>, Header) {
        (self.alg, self.enc, self.kid, self.header)
    }
}

/// Shows the header and the length of the plaintext.
impl fmt::Debug for Jwe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwe")
            .field("alg", &self.alg)
            .field("enc", &self.enc)
            .field("kid", &self.kid)
            .field("header", &self.header)
            .field("plaintext_bytes", &self.plaintext.len())
            .finish()
    }
}
