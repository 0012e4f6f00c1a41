//! Thumbprints (RFC 7638) and thumbprint URIs (RFC 9278).

use core::fmt;

use super::Jwk;
use super::PublicJwk;
use super::write::Half;
use super::write::check_complete;
use super::write::members;
use crate::alg::KeyType;
use crate::base64url;
use crate::error::KeyError;
use crate::hash::HashAlg;
use crate::material::KeyMaterial;
use crate::secret::SecretBytes;

/// What every thumbprint URI begins with (RFC 9278 section 3).
const URI_PREFIX: &str = "urn:ietf:params:oauth:jwk-thumbprint:";

/// The thumbprint of a key: a hash of the members that make up its public key (RFC 7638 section 3).
///
/// Since every value of a key has one spelling in josie, a key has one thumbprint, and two keys with the same one
/// are the same key. There is one exception: an X25519 key may be one that is not reduced (RFC 7748 section 5), and
/// then has another thumbprint than the same key in its usual form. Whether an EC key is a point at all is not known
/// before it is bound. A thumbprint of a public key is no secret; with [`Display`](fmt::Display) it is base64url, as it
/// stands in a `kid` or a `jkt`.
///
/// ```
/// use josie::{HashAlg, PublicJwk, Thumbprint};
///
/// // RFC 8037 appendix A.3
/// let jwk: PublicJwk = serde_json::from_str(
///     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
/// )?;
/// let thumbprint = jwk.thumbprint(HashAlg::Sha256)?;
/// assert_eq!(thumbprint.to_string(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
/// assert_eq!(Thumbprint::from_uri(&thumbprint.uri()), Some(thumbprint));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Thumbprint {
    hash: HashAlg,
    digest: Vec<u8>,
}

impl Thumbprint {
    /// Reads a thumbprint URI (RFC 9278 section 3); `None` if the text is none, its hash function is not known, or
    /// the digest is not as long as that function makes them.
    ///
    /// ```
    /// use josie::{HashAlg, Thumbprint};
    ///
    /// let uri = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
    /// assert_eq!(Thumbprint::from_uri(uri).unwrap().hash(), HashAlg::Sha256);
    /// assert_eq!(Thumbprint::from_uri("urn:ietf:params:oauth:jwk-thumbprint:md5:NzbLsXh8"), None);
    /// ```
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        // RFC 8141 sections 3.1 and 3.2: only the scheme and the namespace have no case, and nobody varies them.
        let (hash, digest) = uri.strip_prefix(URI_PREFIX)?.split_once(':')?;
        let hash = HashAlg::from_name(hash)?;
        Self::parse(hash, digest)
    }

    /// Reads the base64url of a digest, such as a `jkt`; `None` if it is none, or has another length.
    #[must_use]
    pub fn parse(hash: HashAlg, text: &str) -> Option<Self> {
        let digest = base64url::decode(text).ok()?;
        (digest.len() == hash.digest_len()).then_some(Self { hash, digest })
    }

    /// The thumbprint as a URI (RFC 9278 section 3).
    #[must_use]
    pub fn uri(&self) -> String {
        format!("{URI_PREFIX}{}:{self}", self.hash)
    }

    /// The hash function.
    #[must_use]
    pub fn hash(&self) -> HashAlg {
        self.hash
    }

    /// The digest: 32, 48 or 64 bytes.
    #[must_use]
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url::encode(&self.digest))
    }
}

impl KeyMaterial {
    /// The thumbprint of the public key (RFC 7638); the private half does not change it.
    ///
    /// That of a symmetric key is a hash of the secret. It tells nothing of a random one, but whoever sees it can
    /// find a guessable one by trying (RFC 7638 section 7).
    ///
    /// ```
    /// use josie::{Curve, HashAlg, KeyError, KeyMaterial, SecretBytes};
    ///
    /// let private = KeyMaterial::okp(Curve::Ed25519, None, Some(SecretBytes::new(vec![7; 32])))?;
    /// assert_eq!(private.thumbprint(HashAlg::Sha256), Err(KeyError::PublicHalfMissing));
    /// # Ok::<(), KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::PublicHalfMissing`] if the document had a private EC or OKP key alone; the keys made from it
    /// compute it.
    pub fn thumbprint(&self, hash: HashAlg) -> Result<Thumbprint, KeyError> {
        check_complete(self)?;
        let mut members = match self.kty() {
            KeyType::Oct => members(self, Half::Private),
            _ => members(self, Half::Public),
        };
        // RFC 7638 section 3.3: no white space, and the names in lexicographic order. No value needs an escape.
        members.sort_by_key(|(name, _)| *name);
        // The secret of a symmetric key is a part of what is hashed.
        let mut json = SecretBytes::new(Vec::with_capacity(1024));
        for (index, (name, value)) in members.iter().enumerate() {
            json.append(if index == 0 { b"{\"" } else { b",\"" });
            json.append(name.as_bytes());
            json.append(b"\":\"");
            json.append(value.as_bytes());
            json.append(b"\"");
        }
        json.append(b"}");
        Ok(Thumbprint { hash, digest: hash.digest(json.expose()) })
    }
}

impl Jwk {
    /// The thumbprint of the public key (RFC 7638); see [`KeyMaterial::thumbprint`].
    ///
    /// # Errors
    ///
    /// Those of [`KeyMaterial::thumbprint`], none of which concerns a key that was read from a JWK.
    pub fn thumbprint(&self, hash: HashAlg) -> Result<Thumbprint, KeyError> {
        self.material().thumbprint(hash)
    }
}

impl PublicJwk {
    /// The thumbprint of the key (RFC 7638).
    ///
    /// ```
    /// use josie::{HashAlg, PublicJwk};
    ///
    /// let jwk: PublicJwk = serde_json::from_str(
    ///     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    /// )?;
    /// assert_eq!(jwk.thumbprint(HashAlg::Sha512)?.digest().len(), 64);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`KeyMaterial::thumbprint`], none of which concerns a public key.
    pub fn thumbprint(&self, hash: HashAlg) -> Result<Thumbprint, KeyError> {
        self.as_jwk().thumbprint(hash)
    }
}
