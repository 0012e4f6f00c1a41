//! Keys by themselves: read, bound, and written again.

use josie::DecryptionKey;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jwk;
use josie::JwkSet;
use josie::JwsAlg;
use josie::KeyType;
use josie::PublicJwk;
use serde_json::Map;
use serde_json::Value;

use crate::model::Strength;
use crate::runner::Outcome;
use crate::runner::Runner;
use crate::vector::parse_jwk;
use crate::vector::public_members;

impl Runner<'_> {
    /// The key is read, bound, and says of itself what the document says.
    pub(crate) fn jwk(&self, jwk: &Map<String, Value>) -> Outcome {
        let parsed = parse_jwk(jwk)?;
        let is_private = jwk.contains_key("d") || jwk.contains_key("k");
        assert_eq!(parsed.kty().name(), jwk["kty"]);
        assert_eq!(parsed.kid(), jwk.get("kid").and_then(Value::as_str));
        assert_eq!(parsed.alg(), jwk.get("alg").and_then(Value::as_str));
        assert_eq!(parsed.crv().map(|crv| crv.name()), jwk.get("crv").and_then(Value::as_str));
        assert_eq!(parsed.is_private(), is_private);
        let is_for_encryption = jwk.get("use").is_some_and(|only| only == "enc")
            || parsed.alg().is_some_and(|own| JwsAlg::from_name(own).is_none());
        let written = if is_for_encryption {
            self.bound_for_encryption(jwk, &parsed)?
        } else {
            self.bound_for_signatures(jwk, &parsed)?
        };
        let Some(written) = written else {
            assert_eq!(parsed.kty(), KeyType::Oct);
            return Ok(Strength::Verified);
        };
        let written = serde_json::to_value(written).unwrap();
        for name in ["kty", "crv", "x", "y", "n", "e", "kid"] {
            assert_eq!(written.get(name), jwk.get(name), "{name}");
        }
        Ok(Strength::Verified)
    }

    /// The public half, if there is one, as josie writes it.
    fn bound_for_signatures(
        &self,
        jwk: &Map<String, Value>,
        parsed: &Jwk,
    ) -> Result<Option<PublicJwk>, &'static str> {
        let mut algs = JwsAlg::ALL.iter().copied().filter(|alg| {
            alg.kty() == parsed.kty() && (alg.crv().is_none() || alg.crv() == parsed.crv())
        });
        let own = parsed.alg().map(|own| JwsAlg::from_name(own).unwrap());
        let alg = own.or_else(|| algs.next()).unwrap();
        let key = if parsed.is_private() {
            self.signing_key(jwk, alg)?.verifying_key()
        } else {
            self.verifying_key(jwk, alg)?
        };
        Ok(key.public_jwk().ok())
    }

    /// The public half, if there is one, as josie writes it.
    fn bound_for_encryption(
        &self,
        jwk: &Map<String, Value>,
        parsed: &Jwk,
    ) -> Result<Option<PublicJwk>, &'static str> {
        let enc = parsed.alg().and_then(JweEnc::from_name);
        if let Some(enc) = enc {
            return match DecryptionKey::direct(parsed.material(), enc, &self.registry) {
                Ok(key) => Ok(key.encryption_key(enc).unwrap().public_jwk().ok()),
                Err(error) => Err(error.code()),
            };
        }
        let alg = match parsed.alg() {
            Some(own) => JweAlg::from_name(own).unwrap(),
            None if parsed.kty() == KeyType::Rsa => JweAlg::RsaOaep256,
            None => JweAlg::EcdhEs,
        };
        if parsed.is_private() {
            let key = DecryptionKey::new(parsed.material(), alg, &self.registry);
            key.map_err(|error| error.code())?;
        }
        let public = parse_jwk(&public_members(jwk))?;
        let key = self.encryption_key(public.material(), alg, JweEnc::A128Gcm)?;
        Ok(key.public_jwk().ok())
    }

    /// Every entry of a set is a key that is read and bound.
    pub(crate) fn jwk_set(&self, set: &Value) -> Outcome {
        let parsed = JwkSet::parse(&set.to_string()).unwrap();
        let keys = set["keys"].as_array().unwrap();
        assert_eq!(parsed.keys().count(), keys.len());
        for (key, parsed) in keys.iter().zip(parsed.keys()) {
            let Value::Object(jwk) = key else { panic!("{key}") };
            assert_eq!(parsed.kid(), jwk.get("kid").and_then(Value::as_str));
            self.jwk(jwk)?;
        }
        Ok(Strength::Verified)
    }
}
