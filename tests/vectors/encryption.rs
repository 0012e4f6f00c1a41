//! Encrypted tokens, whole.

use josie::DecryptionKey;
use josie::EncryptedJwe;
use josie::EncryptionKey;
use josie::Error;
use josie::Expect;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jwk;
use josie::JwsAlg;
use josie::Jwt;
use josie::KeyManagementMode;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Limits;
use josie::NoClaims;
use josie::Password;
use josie::Policy;
#[cfg(feature = "deflate")]
use josie::Refused;
use josie::Registry;
use serde_json::Map;
use serde_json::Value;

use crate::model::Case;
use crate::model::Key;
use crate::model::Strength;
use crate::model::decode;
use crate::model::encode;
use crate::runner::Outcome;
use crate::runner::Runner;
use crate::scripted::Scripted;
use crate::vector::assert_claims;
use crate::vector::flipped;
use crate::vector::is_in_josies_form;
use crate::vector::long_ago;
use crate::vector::parse_jwk;

impl Runner<'_> {
    /// A token that decrypts, of which no changed copy does, and that josie writes itself where it can be asked to.
    pub(crate) fn encrypted_token(&mut self, case: &Case, token: &str) -> Outcome {
        if let Err(error) = EncryptedJwe::parse(token, &Limits::default()) {
            refused_as_nested(token, &error);
            return Err(error.code());
        }
        let recipient = &case.recipients[0];
        let alg = JweAlg::from_name(&recipient.alg).unwrap();
        let enc = enc_of(case);
        let key = decryption_key(&case.keys[recipient.key], alg, enc, &self.registry)?;
        let policy = policy(case, alg, enc);
        let keys = KeySet::from(key.clone());

        let jwe = Jwe::decrypt(token, &keys, &policy).map_err(|error| error.code())?;

        let plaintext = decode(case.plaintext_b64u.as_ref().unwrap());
        assert_eq!(jwe.plaintext(), plaintext, "{}", case.id);
        assert_eq!((jwe.alg(), jwe.enc()), (alg, enc), "{}", case.id);
        if case.compressed_b64u.is_some() {
            self.compressed_token(case, token, &key);
        }
        for changed in changed_tokens(token) {
            let error = Jwe::decrypt(&changed, &keys, &policy).unwrap_err();
            assert_eq!(error, Error::DecryptionFailed, "{}: {changed}", case.id);
        }
        if protected(case).get("cty").is_some_and(|cty| cty == "jwk+json") {
            self.jwk(&serde_json::from_slice(&plaintext).unwrap())?;
            encrypted_key(token, &plaintext, &key, &policy);
        }
        if case.nested.is_some() {
            self.nested_token(case, token, &keys, (alg, enc));
        }
        let own = own_token(case, &key, &plaintext);
        let jwe = Jwe::decrypt(&own, &keys, &policy).unwrap();
        assert_eq!(jwe.plaintext(), plaintext, "{}", case.id);
        if let Some(own) = self.scripted_token(case, alg, &plaintext) {
            assert_eq!(own, token, "{}", case.id);
            self.whole_tokens.insert(case.id.clone());
        }
        Ok(strength(case, alg))
    }

    /// josie's token from the vector's random octets, if the vector fixes them and its header is in josie's form.
    fn scripted_token(&self, case: &Case, alg: JweAlg, plaintext: &[u8]) -> Option<String> {
        let protected_b64u = case.protected_b64u.as_ref().unwrap();
        let form =
            ["alg", "kid", "epk", "apu", "apv", "tag", "iv", "p2s", "p2c", "enc", "zip", "typ"];
        // Ephemeral keys and OAEP seeds are the backend's, and so few iterations are not to be had from a key.
        let is_fixed = match alg.mode() {
            KeyManagementMode::DirectEncryption => true,
            KeyManagementMode::KeyWrapping => alg.min_iterations().is_none(),
            _ => false,
        };
        let is_compressed = case.compressed_b64u.is_some();
        if !is_fixed || is_compressed || !is_in_josies_form(protected_b64u, &form) {
            return None;
        }
        let cek = (alg != JweAlg::Dir).then(|| decode(case.cek_b64u.as_ref().unwrap()));
        let wrap_iv = protected(case).get("iv").map(|iv| decode(iv.as_str().unwrap()));
        let iv = decode(case.iv_b64u.as_ref().unwrap());
        let random = Scripted::new(cek.into_iter().chain(wrap_iv).chain([iv]));
        let registry = Registry { random, ..self.registry };
        let key = &case.keys[case.recipients[0].key];
        let key = decryption_key(key, alg, enc_of(case), &registry).unwrap();

        let token = own_token(case, &key, plaintext);

        random.assert_finished();
        Some(token)
    }

    /// Compression is refused unless it is allowed, and josie makes such tokens as well.
    #[cfg(feature = "deflate")]
    fn compressed_token(&self, case: &Case, token: &str, key: &DecryptionKey) {
        let (keys, enc) = (KeySet::from(key.clone()), enc_of(case));
        let strict = Policy::encrypted(&[key.alg()], &[enc]).build().unwrap();
        let error = Jwe::decrypt(token, &keys, &strict).unwrap_err();
        assert_eq!(error, Error::Refused(Refused::Compression), "{}", case.id);

        let plaintext = decode(case.plaintext_b64u.as_ref().unwrap());
        let own = key.encryption_key(enc).unwrap();
        let own = Jwe::encrypt_compressed(&plaintext, &Header::new(), &own).unwrap();
        let jwe = Jwe::decrypt(&own, &keys, &policy(case, key.alg(), enc)).unwrap();
        assert_eq!(jwe.plaintext(), plaintext, "{}", case.id);
    }

    #[cfg(not(feature = "deflate"))]
    fn compressed_token(&self, case: &Case, _token: &str, _key: &DecryptionKey) {
        panic!("{} was decompressed without the feature", case.id);
    }

    /// The plaintext is a signed token, and both layers are held to one policy.
    fn nested_token(
        &self,
        case: &Case,
        token: &str,
        keys: &KeySet<DecryptionKey>,
        (alg, enc): (JweAlg, JweEnc),
    ) {
        let nested = case.nested.as_ref().unwrap();
        let signed = decode(case.plaintext_b64u.as_ref().unwrap());
        let inner = decode(str::from_utf8(&signed).unwrap().split('.').next().unwrap());
        let inner: Map<String, Value> = serde_json::from_slice(&inner).unwrap();
        let inner_alg = JwsAlg::from_name(inner["alg"].as_str().unwrap()).unwrap();
        let verifying = self.verifying_key(&nested.keys[0].jwk, inner_alg).unwrap();
        let policy = long_ago(&[inner_alg]).encrypted(&[alg], &[enc]).build().unwrap();

        let jwt = Jwt::decrypt_and_verify(token, keys, &KeySet::from(verifying), &policy).unwrap();

        assert_claims(jwt, &serde_json::from_slice(&decode(&nested.payload_b64u)).unwrap());
    }

    pub(crate) fn encryption_key(
        &self,
        public: &KeyMaterial,
        alg: JweAlg,
        enc: JweEnc,
    ) -> Result<EncryptionKey, &'static str> {
        EncryptionKey::new(public, alg, enc, &self.registry).map_err(|error| error.code())
    }
}

/// A token that is refused for its header is refused for the same reason where two layers are asked for.
fn refused_as_nested(token: &str, expected: &Error) {
    let policy = long_ago(JwsAlg::ALL).encrypted(JweAlg::ALL, JweEnc::ALL).build().unwrap();
    let (decryption, verifying) = (KeySet::from_iter([]), KeySet::from_iter([]));
    let jwt = Jwt::<NoClaims>::decrypt_and_verify(token, &decryption, &verifying, &policy);
    assert_eq!(jwt.unwrap_err(), *expected);
}

/// The plaintext is a private key (RFC 7517 section 7), which josie decrypts, and encrypts again.
fn encrypted_key(token: &str, plaintext: &[u8], key: &DecryptionKey, policy: &Policy) {
    let expected: Value = serde_json::from_slice(plaintext).unwrap();
    let keys = KeySet::from(key.clone());
    let jwk = Jwk::decrypt(token, &keys, policy).unwrap();

    let own = jwk.encrypt(&key.encryption_key(JweEnc::A128Gcm).unwrap()).unwrap();

    let policy = Policy::encrypted(&[key.alg()], &[JweEnc::A128Gcm]).build().unwrap();
    for jwk in [jwk, Jwk::decrypt(&own, &keys, &policy).unwrap()] {
        let written = jwk.to_private_json().unwrap();
        assert_eq!(serde_json::from_str::<Value>(written.expose()).unwrap(), expected);
    }
}

/// The recipient's key, with its `kid` only where tokens have it.
fn decryption_key(
    key: &Key,
    alg: JweAlg,
    enc: JweEnc,
    registry: &Registry,
) -> Result<DecryptionKey, &'static str> {
    let jwk = parse_jwk(&key.jwk)?;
    let key = match &key.password_text {
        Some(text) => {
            DecryptionKey::for_password(&Password::new(text.as_str()).unwrap(), alg, registry)
        }
        None if alg == JweAlg::Dir => DecryptionKey::direct(jwk.material(), enc, registry),
        None => DecryptionKey::new(jwk.material(), alg, registry),
    };
    key.map_err(|error| error.code())
}

/// josie's token over the vector's plaintext and header, uncompressed.
fn own_token(case: &Case, key: &DecryptionKey, plaintext: &[u8]) -> String {
    let key = key.encryption_key(enc_of(case)).unwrap();
    let mut header = Header::new();
    for (name, value) in &protected(case) {
        if name == "cty" {
            header = header.with_param(name.as_str(), value.clone());
        } else {
            let by_josie = ["alg", "enc", "kid", "epk", "iv", "tag", "p2s", "p2c", "zip"];
            assert!(by_josie.contains(&name.as_str()), "{name}");
        }
    }
    Jwe::encrypt(plaintext, &header, &key).unwrap()
}

/// A policy that allows what the vector has and nothing else; compression where josie is built with it.
fn policy(case: &Case, alg: JweAlg, enc: JweEnc) -> Policy {
    let builder = Policy::encrypted(&[alg], &[enc]).typ(Expect::Any);
    let builder = match &case.compressed_b64u {
        #[cfg(feature = "deflate")]
        Some(_) => builder.allow_deflate(),
        _ => builder,
    };
    builder.build().unwrap()
}

/// Copies with one bit changed of each part but the header, and one with another octet in the header that says the
/// same.
fn changed_tokens(token: &str) -> Vec<String> {
    let parts: Vec<&str> = token.split('.').collect();
    let with = |index: usize, octets: &[u8]| {
        let encoded = encode(octets);
        let mut parts = parts.clone();
        parts[index] = &encoded;
        parts.join(".")
    };
    let mut changed = vec![with(0, &[&decode(parts[0])[..], b" "].concat())];
    for (index, part) in parts.iter().enumerate().skip(1) {
        changed.extend(flipped(&decode(part)).iter().map(|octets| with(index, octets)));
    }
    changed
}

/// *Reproduced* is what the vector's inputs fix and josie can be given. The ephemeral key of an agreement is drawn by
/// the backend, so those tokens are *verified*; so are compressed ones, of which every encoder makes another.
fn strength(case: &Case, alg: JweAlg) -> Strength {
    let is_given =
        matches!(alg.mode(), KeyManagementMode::DirectEncryption | KeyManagementMode::KeyWrapping);
    if is_given && case.compressed_b64u.is_none() {
        assert!(case.recipients[0].reproducible, "{}", case.id);
        Strength::Reproduced
    } else {
        Strength::Verified
    }
}

pub(crate) fn enc_of(case: &Case) -> JweEnc {
    JweEnc::from_name(case.enc.as_ref().unwrap()).unwrap()
}

fn protected(case: &Case) -> Map<String, Value> {
    serde_json::from_slice(&decode(case.protected_b64u.as_ref().unwrap())).unwrap()
}
