//! Keys by themselves: read, bound, and written again.

use josie::DecryptionKey;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jwk;
use josie::JwkSet;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeyParams;
use josie::KeyType;
use josie::PublicJwk;
use josie::PublicJwkSet;
use josie::UnusableJwk;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::certificates::assert_certified;
use crate::certificates::x5c;
use crate::model::Case;
use crate::model::Strength;
use crate::model::hex;
use crate::runner::Outcome;
use crate::runner::Runner;
use crate::vector::is_private;
use crate::vector::parse_jwk;
use crate::vector::public_members;

impl Runner<'_> {
    /// A key, with what the document says of its octets and its certificates.
    pub(crate) fn key(&self, case: &Case) -> Outcome {
        let jwk = &case.keys[0].jwk;
        let outcome = self.jwk(jwk)?;
        if let Some(raw) = &case.raw {
            let parsed = parse_jwk(jwk)?;
            let KeyParams::Okp(okp) = parsed.material().params() else { panic!("{}", case.id) };
            assert_eq!(hex(okp.d().unwrap().expose()), raw.d_hex, "{}", case.id);
            assert_eq!(hex(okp.x().unwrap()), raw.x_hex, "{}", case.id);
        }
        if let Some(computed) = &case.computed {
            assert_certified(jwk, computed);
        }
        Ok(outcome)
    }

    /// The key is read, says of itself what the document says, is written as the document has it, and is bound.
    pub(crate) fn jwk(&self, jwk: &Map<String, Value>) -> Outcome {
        let parsed = parse_jwk(jwk)?;
        assert_eq!(parsed.kty().name(), jwk["kty"]);
        assert_eq!(parsed.kid(), jwk.get("kid").and_then(Value::as_str));
        assert_eq!(parsed.alg(), jwk.get("alg").and_then(Value::as_str));
        assert_eq!(parsed.public_use(), jwk.get("use").and_then(Value::as_str));
        assert_eq!(parsed.crv().map(|crv| crv.name()), jwk.get("crv").and_then(Value::as_str));
        assert_eq!(parsed.is_private(), is_private(jwk));
        assert_eq!(x5c(&parsed), jwk.get("x5c").cloned().unwrap_or_default());
        assert_written_again(jwk, &parsed);
        let is_for_encryption = jwk.get("use").is_some_and(|only| only == "enc")
            || parsed.alg().is_some_and(|own| JwsAlg::from_name(own).is_none());
        let bound = if is_for_encryption {
            self.bound_for_encryption(jwk, &parsed)?
        } else {
            self.bound_for_signatures(jwk, &parsed)?
        };
        bound.assert_key_of(jwk, &parsed);
        Ok(Strength::Verified)
    }

    fn bound_for_signatures(
        &self,
        jwk: &Map<String, Value>,
        parsed: &Jwk,
    ) -> Result<Bound, &'static str> {
        let mut algs = JwsAlg::ALL.iter().copied().filter(|alg| {
            alg.kty() == parsed.kty() && (alg.crv().is_none() || alg.crv() == parsed.crv())
        });
        let own = parsed.alg().map(|own| JwsAlg::from_name(own).unwrap());
        let alg = own.or_else(|| algs.next()).unwrap();
        let verifying = self.verifying_key(jwk, alg)?;
        let private = match parsed.is_private() {
            true => Some(self.signing_key(jwk, alg)?.material()),
            false => None,
        };
        Ok(Bound { alg: alg.name(), only: "sig", private, public: verifying.public_jwk() })
    }

    fn bound_for_encryption(
        &self,
        jwk: &Map<String, Value>,
        parsed: &Jwk,
    ) -> Result<Bound, &'static str> {
        let (material, registry) = (parsed.material(), &self.registry);
        if let Some(enc) = parsed.alg().and_then(JweEnc::from_name) {
            let key = DecryptionKey::direct(material, enc, registry);
            let key = key.map_err(|error| error.code())?;
            let public = key.encryption_key(enc).unwrap().public_jwk();
            let private = Some(key.material().unwrap());
            return Ok(Bound { alg: enc.name(), only: "enc", private, public });
        }
        let alg = match parsed.alg() {
            Some(own) => JweAlg::from_name(own).unwrap(),
            None if parsed.kty() == KeyType::Rsa => JweAlg::RsaOaep256,
            None => JweAlg::EcdhEs,
        };
        let private = match parsed.is_private() {
            true => {
                let key = DecryptionKey::new(material, alg, registry);
                Some(key.map_err(|error| error.code())?.material().unwrap())
            }
            false => None,
        };
        let public = parse_jwk(&public_members(jwk))?;
        let public = self.encryption_key(public.material(), alg, JweEnc::A128Gcm)?.public_jwk();
        Ok(Bound { alg: alg.name(), only: "enc", private, public })
    }

    /// A set is written as the document has it, and every entry is a key like one by itself.
    pub(crate) fn jwk_set(&self, set: &Value) -> Outcome {
        let keys = set["keys"].as_array().unwrap();
        let parsed = JwkSet::parse(&set.to_string()).unwrap();
        let published = PublicJwkSet::parse(&set.to_string()).unwrap();
        assert_eq!(parsed.entries().count(), keys.len());
        assert_eq!(published.entries().count(), keys.len());
        let written = parsed.to_private_json().unwrap();
        assert_eq!(serde_json::from_str::<Value>(written.expose()).unwrap(), *set);
        let public: Vec<_> =
            keys.iter().filter(|key| !is_private(key.as_object().unwrap())).collect();
        assert_eq!(serde_json::to_value(&published).unwrap(), json!({"keys": public}));
        for ((key, parsed), published) in keys.iter().zip(parsed.entries()).zip(published.entries())
        {
            let Value::Object(jwk) = key else { panic!("{key}") };
            assert_written_again(jwk, parsed.unwrap());
            let refused = match parsed.unwrap().kty() {
                _ if !is_private(jwk) => None,
                KeyType::Oct => Some(&KeyError::SymmetricKey),
                _ => Some(&KeyError::PublicKeyNeeded),
            };
            assert_eq!(published.err().map(UnusableJwk::reason), refused);
            self.jwk(jwk)?;
        }
        Ok(Strength::Verified)
    }
}

/// What the keys that were made from a JWK give back.
struct Bound {
    alg: &'static str,
    /// What `use` the key writes.
    only: &'static str,
    private: Option<KeyMaterial>,
    public: Result<PublicJwk, KeyError>,
}

impl Bound {
    /// The document's members, and what the key is bound to.
    fn assert_key_of(self, jwk: &Map<String, Value>, parsed: &Jwk) {
        let bound = |mut members: Map<String, Value>| {
            members.retain(|name, _| !name.starts_with("x5"));
            members.insert("alg".to_owned(), self.alg.into());
            members.insert("use".to_owned(), self.only.into());
            Value::Object(members)
        };
        if let Some(private) = self.private {
            let text = private.to_private_jwk().unwrap();
            let written: Value = serde_json::from_str(text.expose()).unwrap();
            assert_eq!(written, bound(jwk.clone()));
        }
        if parsed.kty() == KeyType::Oct {
            assert_eq!(self.public.unwrap_err(), KeyError::SymmetricKey);
            return;
        }
        let written = serde_json::to_value(self.public.unwrap()).unwrap();
        assert_eq!(written, bound(public_members(jwk)));
    }
}

/// The public half and the whole, each with every member of the document and no other, also when it is read again.
fn assert_written_again(jwk: &Map<String, Value>, parsed: &Jwk) {
    if parsed.kty() == KeyType::Oct {
        assert_eq!(parsed.to_public().unwrap_err(), KeyError::SymmetricKey);
    } else {
        let members = Value::Object(public_members(jwk));
        let written = serde_json::to_string(&parsed.to_public().unwrap()).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), members);
        let again: PublicJwk = serde_json::from_str(&written).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), written);
    }
    if !parsed.is_private() {
        assert_eq!(parsed.to_private_json().unwrap_err(), KeyError::PrivateKeyNeeded);
        return;
    }
    let members = Value::Object(jwk.clone());
    let written = parsed.to_private_json().unwrap();
    assert_eq!(serde_json::from_str::<Value>(written.expose()).unwrap(), members);
    let again = Jwk::parse(written.expose()).unwrap();
    assert_eq!(again.to_private_json().unwrap().expose(), written.expose());
}
