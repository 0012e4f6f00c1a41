//! ECDH-ES with NIST curves (RFC 7518 section 4.6) and X25519 (RFC 8037 section 3.2). *ring* agrees with ephemeral
//! keys only, which cannot decrypt.

use core::fmt;

use aws_lc_rs::agreement;
use aws_lc_rs::agreement::ParsedPublicKey;
use aws_lc_rs::agreement::PrivateKey;
use aws_lc_rs::error::Unspecified;

use super::concat_kdf::Context;
use super::key_agreement::agree;
use super::key_agreement::generate;
use super::key_agreement::material;
use super::key_agreement::parse;
use super::key_agreement::private_value;
use super::key_agreement::public_octets;

use crate::alg::Curve;
use crate::alg::JweAlg;
use crate::backend::key_wrap::Kek;
use crate::backend::params;
use crate::error::KeyError;
use crate::management::KeyManagementHeader;
use crate::material::KeyMaterial;
use crate::registry::DecryptKeyInput;
use crate::registry::DecryptionFailed;
use crate::registry::EncryptKeyInput;
use crate::registry::EncryptedKey;
use crate::registry::EncryptionFailed;
use crate::registry::GenerateInput;
use crate::registry::KeyDecryptor;
use crate::registry::KeyEncryptor;
use crate::registry::KeyManagementAlgorithm;
use crate::secret::SecretBytes;

pub(super) static ECDH_ES: EcdhEs = EcdhEs { alg: JweAlg::EcdhEs };

pub(super) static ECDH_ES_A128KW: EcdhEs = EcdhEs { alg: JweAlg::EcdhEsA128Kw };

pub(super) static ECDH_ES_A192KW: EcdhEs = EcdhEs { alg: JweAlg::EcdhEsA192Kw };

pub(super) static ECDH_ES_A256KW: EcdhEs = EcdhEs { alg: JweAlg::EcdhEsA256Kw };

/// ECDH-ES, directly or with one length of AES Key Wrap.
pub(super) struct EcdhEs {
    alg: JweAlg,
}

impl EcdhEs {
    /// Which agreement the curve takes part in, if any.
    fn agreement(&self, crv: Curve) -> Result<&'static agreement::Algorithm, KeyError> {
        match crv {
            Curve::P256 => Ok(&agreement::ECDH_P256),
            Curve::P384 => Ok(&agreement::ECDH_P384),
            Curve::P521 => Ok(&agreement::ECDH_P521),
            Curve::X25519 => Ok(&agreement::X25519),
            // RFC 7518 section 6.2.1.1, RFC 8037 section 3.2: the others are for signatures.
            found => Err(KeyError::UnsuitableCurve { alg: self.alg.name(), found }),
        }
    }

    fn curve(&self, key: &KeyMaterial) -> Result<Curve, KeyError> {
        key.crv().ok_or_else(|| params::wrong_key_type(self.alg.name(), self.alg.kty(), key))
    }
}

impl KeyManagementAlgorithm for EcdhEs {
    fn alg(&self) -> JweAlg {
        self.alg
    }

    fn encryptor(&self, key: &KeyMaterial) -> Result<Box<dyn KeyEncryptor>, KeyError> {
        let crv = self.curve(key)?;
        let agreement = self.agreement(crv)?;
        let point = public_octets(key).ok_or(KeyError::PublicHalfMissing)?;
        let recipient = parse(agreement, &point).ok_or(KeyError::InvalidPoint(crv))?;
        Ok(Box::new(EcdhEncryptor { alg: self.alg, crv, agreement, recipient }))
    }

    fn decryptor(&self, key: &KeyMaterial) -> Result<Box<dyn KeyDecryptor>, KeyError> {
        let crv = self.curve(key)?;
        let agreement = self.agreement(crv)?;
        let d = private_value(key).ok_or(KeyError::PrivateKeyNeeded)?;
        let private = PrivateKey::from_private_key(agreement, d.expose())
            .map_err(|_| KeyError::InvalidValue("d"))?;
        let public = material(crv, &private, None).map_err(|Unspecified| KeyError::Inconsistent)?;
        if let Some(point) = public_octets(key) {
            // By itself first, so that it is not taken for that of another key.
            parse(agreement, &point).ok_or(KeyError::InvalidPoint(crv))?;
            if public_octets(&public) != Some(point) {
                return Err(KeyError::Inconsistent);
            }
        }
        Ok(Box::new(EcdhDecryptor { alg: self.alg, crv, agreement, private, public }))
    }

    fn generate(&self, input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        let crv = input.crv.unwrap_or(Curve::P256);
        let agreement = self.agreement(crv)?;
        generate(crv, agreement).map_err(|Unspecified| KeyError::GenerationFailed)
    }
}

impl fmt::Debug for EcdhEs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EcdhEs({})", self.alg)
    }
}

struct EcdhEncryptor {
    alg: JweAlg,
    crv: Curve,
    agreement: &'static agreement::Algorithm,
    recipient: ParsedPublicKey,
}

impl KeyEncryptor for EcdhEncryptor {
    fn encrypt_key(&self, input: &EncryptKeyInput<'_>) -> Result<EncryptedKey, EncryptionFailed> {
        // Direct Key Agreement makes the content encryption key, the others wrap the one that they are given.
        if input.cek.is_some() != self.alg.kek_len().is_some() {
            return Err(EncryptionFailed);
        }
        // RFC 7518 section 4.6.1.1: a fresh key for each agreement.
        let ephemeral = PrivateKey::generate(self.agreement).map_err(|_| EncryptionFailed)?;
        let epk = material(self.crv, &ephemeral, None).map_err(|Unspecified| EncryptionFailed)?;
        let context = Context { alg: self.alg, enc: input.enc, apu: input.apu, apv: input.apv };
        let agreed = agree(self.crv, &ephemeral, self.recipient.clone(), &context)
            .map_err(|Unspecified| EncryptionFailed)?;
        let header = KeyManagementHeader {
            epk: Some(epk),
            apu: input.apu.map(<[u8]>::to_vec),
            apv: input.apv.map(<[u8]>::to_vec),
            ..KeyManagementHeader::default()
        };
        match input.cek {
            None => Ok(EncryptedKey::agreed(agreed, header)),
            Some(cek) => {
                let kek = Kek::new(agreed.expose()).ok_or(EncryptionFailed)?;
                Ok(EncryptedKey::encrypted(kek.wrap(cek)?, header))
            }
        }
    }
}

struct EcdhDecryptor {
    alg: JweAlg,
    crv: Curve,
    agreement: &'static agreement::Algorithm,
    private: PrivateKey,
    public: KeyMaterial,
}

impl KeyDecryptor for EcdhDecryptor {
    fn decrypt_key(&self, input: &DecryptKeyInput<'_>) -> Result<SecretBytes, DecryptionFailed> {
        let header = input.header;
        // RFC 7516 section 5.2 step 10: in Direct Key Agreement there is no encrypted key.
        if self.alg.kek_len().is_none() && !input.encrypted_key.is_empty() {
            return Err(DecryptionFailed);
        }
        // RFC 7518 section 4.6.1.1: a public key on the recipient's own curve.
        let epk = header.epk.as_ref().filter(|epk| !epk.is_private());
        let epk = epk.filter(|epk| epk.crv() == Some(self.crv)).ok_or(DecryptionFailed)?;
        // RFC 8725 section 3.4: agreements with points off the curve give the private key away.
        let epk = public_octets(epk)
            .and_then(|point| parse(self.agreement, &point))
            .ok_or(DecryptionFailed)?;
        let (apu, apv) = (header.apu.as_deref(), header.apv.as_deref());
        let context = Context { alg: self.alg, enc: input.enc, apu, apv };
        let agreed = agree(self.crv, &self.private, epk, &context)
            .map_err(|Unspecified| DecryptionFailed)?;
        if self.alg.kek_len().is_none() {
            return Ok(agreed);
        }
        Kek::new(agreed.expose()).ok_or(DecryptionFailed)?.unwrap(input.encrypted_key)
    }

    fn public_half(&self) -> Option<KeyMaterial> {
        Some(self.public.clone())
    }
}
