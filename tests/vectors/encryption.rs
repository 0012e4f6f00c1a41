//! Encrypted tokens, whole.

use josie::DecryptionKey;
use josie::EncryptedJwe;
use josie::EncryptionKey;
use josie::Error;
use josie::Expect;
#[cfg(feature = "deflate")]
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweBuilder;
use josie::JweEnc;
use josie::JweJson;
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
use josie::SecretBytes;
use serde_json::Map;
use serde_json::Value;

use crate::encrypted_parts::Parts;
use crate::exceptions::Unit;
use crate::model::Case;
use crate::model::Form;
use crate::model::Key;
use crate::model::Recipient;
use crate::model::Strength;
use crate::model::Token;
use crate::model::decode;
use crate::model::text;
use crate::runner::Outcome;
use crate::runner::Runner;
use crate::vector::assert_claims;
use crate::vector::long_ago;
use crate::vector::parse_jwk;

impl Runner<'_> {
    /// A token that decrypts, of which no changed copy does, and that josie writes itself where it can be asked to.
    pub(crate) fn encrypted_token(&mut self, case: &Case, token: &Token) -> Outcome {
        let parts = Parts::of(case);
        assert_eq!(parts.write(token.form), token.value, "{}", case.id);
        let (form, document) = (token.form, text(&token.value));
        if form == Form::Compact
            && let Err(error) = EncryptedJwe::parse(&document, &Limits::default())
        {
            refused_as_nested(&document, &error);
        }
        let keys = self.decryption_keys(case)?;
        let all = || keys.iter().map(|(_, key)| key.clone()).collect::<KeySet<_>>();
        let policy = policy(case);

        let jwe = decrypt(form, &document, &all(), &policy).map_err(|error| error.code())?;

        let plaintext = plaintext_of(case);
        assert_eq!(jwe.plaintext(), plaintext, "{}", case.id);
        assert_eq!(jwe.recipient(), keys[0].0, "{}", case.id);
        for (changed, expected) in parts.changes(form) {
            let changed = text(&changed.write(form));
            let error = decrypt(form, &changed, &all(), &policy).unwrap_err();
            assert_eq!(error, expected, "{}: {changed}", case.id);
        }
        for index in 0..case.recipients.len() {
            match keys.iter().find(|(known, _)| *known == index) {
                Some((_, key)) => check_recipient(case, token, index, key, &policy),
                None => self.passed_over(case, &parts.only(index), index, &all()),
            }
        }
        let (_, key) = &keys[0];
        if case.compressed_b64u.is_some() {
            self.compressed_token(case, token, key);
        }
        if form == Form::Compact {
            self.compact_token(case, &document, key)?;
        }
        self.own_encrypted_token(case, token, &keys);
        Ok(strength(case))
    }

    /// What is inside a compact token, which is the only form of a JWT and of an encrypted key.
    fn compact_token(
        &self,
        case: &Case,
        token: &str,
        key: &DecryptionKey,
    ) -> Result<(), &'static str> {
        let plaintext = plaintext_of(case);
        if protected(case).get("cty").is_some_and(|cty| cty == "jwk+json") {
            self.jwk(&serde_json::from_slice(&plaintext).unwrap())?;
            encrypted_key(token, &plaintext, key, &policy(case));
        }
        if case.nested.is_some() {
            self.nested_token(case, token, &KeySet::from(key.clone()), (key.alg(), enc_of(case)));
        }
        Ok(())
    }

    /// The keys of the recipients by their places, with the `kid` that the token names them by. Those for algorithms
    /// that josie does not know are not there, nor are those that the registry cannot make, if there is another.
    fn decryption_keys(&self, case: &Case) -> Result<Vec<(usize, DecryptionKey)>, &'static str> {
        let mut keys = Vec::new();
        let mut refused = None;
        for (index, recipient) in case.recipients.iter().enumerate() {
            let Some(alg) = JweAlg::from_name(&recipient.alg) else { continue };
            let key = &case.keys[recipient.key];
            match decryption_key(key, alg, enc_of(case), &self.registry) {
                Ok(key) => keys.push((index, with_kid(key, case, recipient))),
                Err(code) => refused = Some(code),
            }
        }
        match refused {
            Some(code) if keys.is_empty() => Err(code),
            _ => Ok(keys),
        }
    }

    /// A recipient of a token that others decrypt; by itself it is refused.
    fn passed_over(&self, case: &Case, only: &Parts, index: usize, keys: &KeySet<DecryptionKey>) {
        let alg = &case.recipients[index].alg;
        for form in [Form::Flattened, Form::General] {
            let error = decrypt(form, &text(&only.write(form)), keys, &policy(case)).unwrap_err();
            let passed_over = "passed over".to_owned();
            let unit = Unit { case: &case.id, kind: &case.kind, form: passed_over, alg };
            self.exceptions.judge(&unit, Err(error.code()));
        }
    }

    /// Compression is refused unless it is allowed, and josie makes such tokens as well.
    #[cfg(feature = "deflate")]
    fn compressed_token(&self, case: &Case, token: &Token, key: &DecryptionKey) {
        let (keys, enc) = (KeySet::from(key.clone()), enc_of(case));
        let strict = Policy::encrypted(&[key.alg()], &[enc]).build().unwrap();
        let error = decrypt(token.form, &text(&token.value), &keys, &strict).unwrap_err();
        assert_eq!(error, Error::Refused(Refused::Compression), "{}", case.id);

        let plaintext = plaintext_of(case);
        let (header, own) = (Header::new(), key.encryption_key(enc).unwrap());
        let builder = JweBuilder::new(&header).recipient(&own).compressed();
        let mut made = vec![write(&builder, token.form, &plaintext)];
        if token.form == Form::Compact {
            made.push(Jwe::encrypt_compressed(&plaintext, &header, &own));
        }
        for own in made {
            let own = own.unwrap();
            let jwe = decrypt(token.form, &own, &keys, &policy(case)).unwrap();
            assert_eq!(jwe.plaintext(), plaintext, "{}", case.id);
        }
    }

    #[cfg(not(feature = "deflate"))]
    fn compressed_token(&self, case: &Case, _token: &Token, _key: &DecryptionKey) {
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
pub(crate) fn decryption_key(
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

pub(crate) fn with_kid(key: DecryptionKey, case: &Case, recipient: &Recipient) -> DecryptionKey {
    match members_for(case, recipient).get("kid") {
        Some(kid) => key.with_kid(kid.as_str().unwrap()),
        None => key,
    }
}

/// The token in this form and no other; the function that takes any form says the same.
pub(crate) fn decrypt(
    form: Form,
    document: &str,
    keys: &KeySet<DecryptionKey>,
    policy: &Policy,
) -> Result<JweJson, Error> {
    let jwe = JweJson::decrypt_any_form(document, keys, policy);
    let of_this_form = match form {
        Form::Compact => Jwe::decrypt(document, keys, policy).map(Jwe::into_plaintext),
        _ => JweJson::decrypt(document, keys, policy).map(JweJson::into_plaintext),
    };
    let of_this_form = of_this_form.as_ref().map(SecretBytes::expose).map_err(Error::clone);
    assert_eq!(of_this_form, jwe.as_ref().map(JweJson::plaintext).map_err(Error::clone));
    jwe
}

pub(crate) fn write(
    builder: &JweBuilder<'_>,
    form: Form,
    plaintext: &[u8],
) -> Result<String, Error> {
    match form {
        Form::Compact => builder.compact(plaintext),
        Form::Flattened => builder.flattened(plaintext),
        Form::General => builder.general(plaintext),
    }
}

/// With the key of one recipient alone the token decrypts, as that recipient, and says what the vector says.
fn check_recipient(case: &Case, token: &Token, index: usize, key: &DecryptionKey, policy: &Policy) {
    let keys = KeySet::from(key.clone());
    let (recipient, form) = (&case.recipients[index], token.form);
    let jwe = decrypt(form, &text(&token.value), &keys, policy).unwrap();

    assert_eq!(jwe.plaintext(), plaintext_of(case), "{}", case.id);
    assert_eq!((jwe.alg(), jwe.enc()), (key.alg(), enc_of(case)), "{}", case.id);
    assert_eq!((jwe.recipient(), jwe.key_kid()), (index, key.kid()), "{}", case.id);
    let kid = members_for(case, recipient).get("kid").cloned();
    assert_eq!(jwe.kid(), kid.as_ref().and_then(Value::as_str), "{}", case.id);
    let aad = case.aad_b64u.as_ref().filter(|aad| !aad.is_empty());
    assert_eq!(jwe.aad(), aad.map(|aad| decode(aad)).as_deref(), "{}", case.id);
    for (name, value) in &protected(case) {
        match name.as_str() {
            "alg" | "enc" | "kid" | "zip" => {}
            _ => assert_eq!(jwe.header().param(name), Some(value), "{}", case.id),
        }
    }
    let headers =
        [(jwe.shared_unprotected(), &case.unprotected), (jwe.unprotected(), &recipient.header)];
    for (own, theirs) in headers {
        for (name, value) in theirs.iter().flatten() {
            match name.as_str() {
                "alg" => assert_eq!(value, jwe.alg().name(), "{}", case.id),
                "kid" => assert_eq!(own.kid(), value.as_str(), "{}", case.id),
                _ => assert_eq!(own.param(name), Some(value), "{}", case.id),
            }
        }
    }

    let parts = Parts::of(case);
    for (changed, expected) in parts.changes_for(index) {
        let changed = text(&changed.write(form));
        let error = decrypt(form, &changed, &keys, policy).unwrap_err();
        assert_eq!(error, expected, "{}: {changed}", case.id);
    }
    if form != Form::Compact {
        // What nobody authenticated is nothing that anybody is held to.
        let jwe = decrypt(form, &text(&parts.with_notes().write(form)), &keys, policy).unwrap();
        let by_anybody = Some(Value::from("by anybody"));
        assert_eq!(jwe.shared_unprotected().param("for all"), by_anybody.as_ref(), "{}", case.id);
        assert_eq!(jwe.unprotected().param("for one"), by_anybody.as_ref(), "{}", case.id);
    }
}

/// A policy that allows what the vector has and nothing else; compression where josie is built with it. All algorithms
/// where josie has none of them: then it is not for the policy that the token is refused.
pub(crate) fn policy(case: &Case) -> Policy {
    let algs = case.recipients.iter().filter_map(|recipient| JweAlg::from_name(&recipient.alg));
    let algs = match algs.collect::<Vec<_>>() {
        none if none.is_empty() => JweAlg::ALL.to_vec(),
        algs => algs,
    };
    let builder = Policy::encrypted(&algs, &[enc_of(case)]).typ(Expect::Any);
    let builder = match &case.compressed_b64u {
        #[cfg(feature = "deflate")]
        Some(_) => builder.allow_deflate(),
        _ => builder,
    };
    builder.build().unwrap()
}

/// *Reproduced* is what the vector's inputs fix and josie can be given. The ephemeral key of an agreement is drawn by
/// the backend, so those tokens are *verified*; so are compressed ones, of which every encoder makes another, and
/// those with a recipient that josie does not have.
fn strength(case: &Case) -> Strength {
    let is_given = |recipient: &Recipient| match JweAlg::from_name(&recipient.alg) {
        Some(alg) => matches!(
            alg.mode(),
            KeyManagementMode::DirectEncryption | KeyManagementMode::KeyWrapping
        ),
        None => false,
    };
    if case.recipients.iter().all(is_given) && case.compressed_b64u.is_none() {
        let is_reproducible = case.recipients.iter().all(|recipient| recipient.reproducible);
        assert!(is_reproducible, "{}", case.id);
        Strength::Reproduced
    } else {
        Strength::Verified
    }
}

pub(crate) fn enc_of(case: &Case) -> JweEnc {
    JweEnc::from_name(case.enc.as_ref().unwrap()).unwrap()
}

pub(crate) fn plaintext_of(case: &Case) -> Vec<u8> {
    decode(case.plaintext_b64u.as_ref().unwrap())
}

/// The protected header; empty if there is none.
pub(crate) fn protected(case: &Case) -> Map<String, Value> {
    let text = case.protected_b64u.as_ref().filter(|text| !text.is_empty());
    text.map_or_else(Map::new, |text| serde_json::from_slice(&decode(text)).unwrap())
}

/// All headers of one recipient.
pub(crate) fn members_for(case: &Case, recipient: &Recipient) -> Map<String, Value> {
    let mut members = protected(case);
    for header in [&case.unprotected, &recipient.header] {
        members.extend(header.clone().unwrap_or_default());
    }
    members
}
