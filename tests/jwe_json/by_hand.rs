//! JWE in the JSON serializations made by hand: any headers, AAD and recipients, correctly encrypted, so that only the
//! tested property is wrong.

use josie::ContentInput;
use josie::DecryptionKey;
use josie::Error;
use josie::JweAlg;
use josie::JweEnc;
use josie::JweJson;
use josie::KeySet;
use josie::Policy;
use josie::Registry;
use josie::SecretBytes;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::sealing::PLAINTEXT;
use crate::sealing::Sealer;
use crate::sealing::b64u;
use crate::sealing::random;

/// All that a document is made of, to be changed before it is sealed.
#[derive(Clone)]
pub(crate) struct ByHand {
    pub(crate) registry: Registry,
    pub(crate) enc: JweEnc,
    pub(crate) cek: SecretBytes,
    /// The JSON of the protected header, if there is one.
    pub(crate) protected: Option<String>,
    pub(crate) shared: Map<String, Value>,
    pub(crate) recipients: Vec<Recipient>,
    /// The text of the AAD, if there is one.
    pub(crate) aad: Option<String>,
    pub(crate) plaintext: Vec<u8>,
}

#[derive(Clone)]
pub(crate) struct Recipient {
    pub(crate) header: Map<String, Value>,
    pub(crate) encrypted_key: Vec<u8>,
}

impl ByHand {
    /// A document for the keys of these, who all have one `enc`. Only `enc` is protected.
    pub(crate) fn new(sealers: &[&Sealer]) -> Self {
        let first = sealers[0];
        let mut cek = SecretBytes::new(random(&first.registry, first.enc.key_len()));
        let mut recipients = Vec::new();
        for sealer in sealers {
            let draft = sealer.draft_with_cek(cek.expose().to_vec());
            let mut header: Map<String, Value> = serde_json::from_str(&draft.header).unwrap();
            header.remove("enc").unwrap();
            recipients.push(Recipient { header, encrypted_key: draft.encrypted_key });
            if sealers.len() == 1 {
                cek = draft.cek;
            }
        }
        Self {
            registry: first.registry,
            enc: first.enc,
            cek,
            protected: Some(json!({"enc": first.enc.name()}).to_string()),
            shared: Map::new(),
            recipients,
            aad: None,
            plaintext: PLAINTEXT.to_vec(),
        }
    }

    /// The same with all of the only recipient's header protected.
    pub(crate) fn protect(mut self) -> Self {
        let mut header: Map<String, Value> =
            serde_json::from_str(self.protected.as_deref().unwrap()).unwrap();
        header.append(&mut self.recipients[0].header);
        self.protected = Some(Value::Object(header).to_string());
        self
    }

    /// The same with one more member in the protected header.
    pub(crate) fn protected(mut self, name: &str, value: Value) -> Self {
        let mut header: Map<String, Value> =
            serde_json::from_str(self.protected.as_deref().unwrap()).unwrap();
        header.insert(name.to_owned(), value);
        self.protected = Some(Value::Object(header).to_string());
        self
    }

    /// The same with one more member in the shared header.
    pub(crate) fn shared(mut self, name: &str, value: Value) -> Self {
        self.shared.insert(name.to_owned(), value);
        self
    }

    /// The same with one more member in the header of one recipient.
    pub(crate) fn own(mut self, index: usize, name: &str, value: Value) -> Self {
        self.recipients[index].header.insert(name.to_owned(), value);
        self
    }

    /// The same with this text as the AAD.
    pub(crate) fn aad(mut self, text: &str) -> Self {
        self.aad = Some(text.to_owned());
        self
    }

    /// The general form.
    pub(crate) fn general(&self) -> Value {
        let mut document = self.seal();
        let recipients = self.recipients.iter().map(Recipient::members).map(Value::Object);
        document.insert("recipients".to_owned(), recipients.collect());
        Value::Object(document)
    }

    /// The flattened form, with the first recipient.
    pub(crate) fn flattened(&self) -> Value {
        let mut document = self.seal();
        document.append(&mut self.recipients[0].members());
        Value::Object(document)
    }

    fn seal(&self) -> Map<String, Value> {
        let protected = self.protected.as_ref().map(b64u);
        let mut input = protected.clone().unwrap_or_default();
        if let Some(aad) = &self.aad {
            input = format!("{input}.{aad}");
        }
        let iv = random(&self.registry, self.enc.iv_len());
        let mut sealed = Vec::with_capacity(self.plaintext.len() + 64);
        sealed.extend_from_slice(&self.plaintext);
        let content = self.registry.content_encryption(self.enc).unwrap();
        let cipher = content.cipher(&self.cek).unwrap();
        cipher.seal(&ContentInput::new(&iv, input.as_bytes()), &mut sealed).unwrap();
        let tag = sealed.split_off(sealed.len() - self.enc.tag_len());
        let mut document = Map::new();
        let mut insert = |name: &str, value: Value| document.insert(name.to_owned(), value);
        if let Some(protected) = protected {
            insert("protected", json!(protected));
        }
        if !self.shared.is_empty() {
            insert("unprotected", Value::Object(self.shared.clone()));
        }
        if let Some(aad) = &self.aad {
            insert("aad", json!(aad));
        }
        insert("iv", json!(b64u(iv)));
        insert("ciphertext", json!(b64u(sealed)));
        insert("tag", json!(b64u(tag)));
        document
    }
}

impl Recipient {
    fn members(&self) -> Map<String, Value> {
        let mut members = Map::new();
        if !self.header.is_empty() {
            members.insert("header".to_owned(), Value::Object(self.header.clone()));
        }
        if !self.encrypted_key.is_empty() {
            members.insert("encrypted_key".to_owned(), json!(b64u(&self.encrypted_key)));
        }
        members
    }
}

/// A policy that allows every algorithm.
pub(crate) fn policy() -> Policy {
    Policy::encrypted(JweAlg::ALL, JweEnc::ALL).build().unwrap()
}

/// Decrypts with these keys and a policy that allows every algorithm.
pub(crate) fn decrypt<const N: usize>(
    document: &Value,
    keys: [DecryptionKey; N],
) -> Result<JweJson, Error> {
    let keys: KeySet<_> = keys.into_iter().collect();
    JweJson::decrypt(&document.to_string(), &keys, &policy())
}

/// Asserts that the key of this sealer opens the document.
#[track_caller]
pub(crate) fn assert_opens(sealer: &Sealer, document: &Value) {
    let _ = opened(sealer, document);
}

/// What the key of this sealer opens.
#[track_caller]
pub(crate) fn opened(sealer: &Sealer, document: &Value) -> JweJson {
    let jwe = decrypt(document, [sealer.key()]);
    let jwe = jwe.unwrap_or_else(|error| panic!("{} on {}: {error}", sealer.alg, sealer.name));
    assert_eq!(jwe.plaintext(), PLAINTEXT, "{} on {}", sealer.alg, sealer.name);
    jwe
}

/// The error of a document that the key of this sealer must not open.
#[track_caller]
pub(crate) fn error(sealer: &Sealer, document: &Value) -> Error {
    decrypt(document, [sealer.key()]).unwrap_err()
}

/// The sealers whose algorithms allow other recipients.
pub(crate) fn sharing(sealers: Vec<Sealer>) -> Vec<Sealer> {
    let alone = [JweAlg::Dir, JweAlg::EcdhEs];
    sealers.into_iter().filter(|sealer| !alone.contains(&sealer.alg)).collect()
}
