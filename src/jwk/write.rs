//! Writing JWKs: public ones for whoever asks, private ones only as a text that is wiped.

use core::mem;

use serde::Serialize;
use serde::Serializer;
use serde::ser::SerializeMap;
use zeroize::Zeroizing;

use super::Jwk;
use super::PublicJwk;
use crate::base64url;
use crate::error::KeyError;
use crate::material::KeyMaterial;
use crate::material::KeyParams;
use crate::secret::SecretBytes;
use crate::secret::SecretText;
use crate::secret::SecretWriter;

/// What of a key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Public,
    /// Everything: the public half, the private one, and the secret of a symmetric key.
    Private,
}

impl KeyMaterial {
    /// The public key as a JWK with what the material says that it is for; the private half is left out.
    ///
    /// ```
    /// use josie::{Curve, KeyError, KeyMaterial};
    ///
    /// let x = [[9].as_slice(), &[0; 31]].concat();
    /// let jwk = KeyMaterial::okp(Curve::Ed25519, Some(x), None)?.with_kid("a").to_public_jwk()?;
    /// assert_eq!(jwk.as_jwk().kid(), Some("a"));
    ///
    /// let error = KeyMaterial::oct(vec![7; 32]).to_public_jwk().unwrap_err();
    /// assert_eq!(error, KeyError::SymmetricKey);
    /// # Ok::<(), KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::SymmetricKey`] for a symmetric key, [`KeyError::PublicHalfMissing`] if the document had a private
    /// EC or OKP key alone; the keys made from it compute it.
    pub fn to_public_jwk(&self) -> Result<PublicJwk, KeyError> {
        Jwk::from(self.clone()).to_public()
    }

    /// The whole key as a JWK, **with its private half or secret**, as a text that is wiped when it is dropped.
    ///
    /// ```
    /// use josie::{Jwk, KeyMaterial};
    ///
    /// let text = KeyMaterial::oct(vec![7; 32]).with_kid("a").to_private_jwk()?;
    /// assert_eq!(Jwk::parse(text.expose())?.kid(), Some("a"));
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::PrivateKeyNeeded`] if there is nothing private in it, [`KeyError::PublicHalfMissing`] if the
    /// document had a private EC or OKP key alone, which is no JWK (RFC 7518 section 6.2.1); the keys made from it
    /// compute the rest.
    pub fn to_private_jwk(&self) -> Result<SecretText, KeyError> {
        Jwk::from(self.clone()).to_private_json()
    }
}

impl Jwk {
    /// The public key alone, with the members that do not concern the private half. Its certificates are checked as
    /// [`certificates`](Self::certificates) does: what is published as a certificate is one, and that of this key.
    ///
    /// ```
    /// use josie::Jwk;
    ///
    /// let jwk = Jwk::parse(
    ///     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    ///         "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#,
    /// )?;
    /// let text = serde_json::to_string(&jwk.to_public()?).unwrap();
    /// assert!(!text.contains("\"d\""));
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::SymmetricKey`] for a symmetric key. [`KeyError::PublicHalfMissing`] if the key was made from a
    /// private EC or OKP key alone. Those of [`certificates`](Self::certificates).
    pub fn to_public(&self) -> Result<PublicJwk, KeyError> {
        if matches!(self.material().params(), KeyParams::Oct(_)) {
            return Err(KeyError::SymmetricKey);
        }
        let material = self.material().public_half().ok_or(KeyError::PublicHalfMissing)?;
        // They are text until then: a private key in their place would leave with them.
        self.certificates()?;
        Ok(PublicJwk(Self { material, certificates: self.certificates.clone() }))
    }

    /// The whole key, **with its private half or secret**, as a text that is wiped when it is dropped.
    ///
    /// ```
    /// use josie::Jwk;
    ///
    /// let text = r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T","kid":"a"}"#;
    /// assert_eq!(Jwk::parse(text)?.to_private_json()?.expose(), text);
    /// # Ok::<(), josie::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`KeyMaterial::to_private_jwk`].
    pub fn to_private_json(&self) -> Result<SecretText, KeyError> {
        if !self.is_private() {
            return Err(KeyError::PrivateKeyNeeded);
        }
        check_complete(self.material())?;
        Ok(secret_json(&Written { jwk: self, half: Half::Private }))
    }
}

impl Serialize for PublicJwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { jwk: &self.0, half: Half::Public }.serialize(serializer)
    }
}

/// A JWK on its way into a document. It is not public: nothing else writes private keys.
pub(super) struct Written<'a> {
    pub(super) jwk: &'a Jwk,
    pub(super) half: Half,
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let material = self.jwk.material();
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in members(material, self.half) {
            map.serialize_entry(name, &**value)?;
        }
        let restrictions = &material.restrictions;
        for (name, value) in [
            ("kid", material.kid()),
            ("alg", restrictions.alg.as_deref()),
            ("use", restrictions.public_use.as_deref()),
        ] {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        if let Some(key_ops) = &restrictions.key_ops {
            map.serialize_entry("key_ops", key_ops)?;
        }
        if let Some(certificates) = &self.jwk.certificates {
            certificates.write(&mut map)?;
        }
        map.end()
    }
}

/// The JSON of something that only this module can write, and that has secrets in it.
pub(super) fn secret_json(value: &impl Serialize) -> SecretText {
    let mut octets = SecretBytes::new(Vec::with_capacity(4096));
    // Strings, arrays and maps with string keys, written to memory, cannot fail; if they did, nothing would be there.
    let written = serde_json::to_writer(SecretWriter(&mut octets), value);
    debug_assert!(written.is_ok(), "a JWK is JSON");
    SecretText::new(String::from_utf8(mem::take(octets.buffer_mut())).unwrap_or_default())
}

/// Refuses a private EC or OKP key whose document did not have the public half.
pub(super) fn check_complete(material: &KeyMaterial) -> Result<(), KeyError> {
    let is_complete = match material.params() {
        KeyParams::Oct(_) | KeyParams::Rsa(_) => true,
        KeyParams::Ec(ec) => ec.public().is_some(),
        KeyParams::Okp(okp) => okp.x().is_some(),
    };
    if is_complete { Ok(()) } else { Err(KeyError::PublicHalfMissing) }
}

/// The members that make up the key (RFC 7518 section 6, RFC 8037 section 2), as text.
pub(super) fn members(
    material: &KeyMaterial,
    half: Half,
) -> Vec<(&'static str, Zeroizing<String>)> {
    let mut values: Vec<(&'static str, &[u8])> = Vec::new();
    let private = half == Half::Private;
    match material.params() {
        KeyParams::Oct(oct) if private => values.push(("k", oct.k().expose())),
        KeyParams::Oct(_) => {}
        KeyParams::Rsa(rsa) => {
            values.extend([("n", rsa.n()), ("e", rsa.e())]);
            if let Some(key) = rsa.private().filter(|_| private) {
                let secrets = [
                    ("d", &key.d),
                    ("p", &key.p),
                    ("q", &key.q),
                    ("dp", &key.dp),
                    ("dq", &key.dq),
                    ("qi", &key.qi),
                ];
                values.extend(secrets.map(|(name, value)| (name, value.expose())));
            }
        }
        KeyParams::Ec(ec) => {
            values.extend(ec.public().map(|(x, _)| ("x", x)));
            values.extend(ec.public().map(|(_, y)| ("y", y)));
            values.extend(ec.d().filter(|_| private).map(|d| ("d", d.expose())));
        }
        KeyParams::Okp(okp) => {
            values.extend(okp.x().map(|x| ("x", x)));
            values.extend(okp.d().filter(|_| private).map(|d| ("d", d.expose())));
        }
    }
    let plain = |text: &str| Zeroizing::new(text.to_owned());
    let mut members = vec![("kty", plain(material.kty().name()))];
    members.extend(material.crv().map(|crv| ("crv", plain(crv.name()))));
    members.extend(
        values.into_iter().map(|(name, value)| (name, Zeroizing::new(base64url::encode(value)))),
    );
    members
}
