//! What an encrypted token is made of, to be put together in any serialization, as it is or with something changed.

use josie::Error;
use josie::Malformed;
use josie::Part;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::model::Case;
use crate::model::Form;
use crate::model::decode;
use crate::model::encode;
use crate::vector::flipped;

/// The parts of a JWE, as they are written.
#[derive(Clone)]
pub(crate) struct Parts {
    /// `protected`, `aad`, `iv`, `ciphertext` and `tag`, as far as they are there.
    texts: Map<String, Value>,
    shared: Option<Map<String, Value>>,
    recipients: Vec<RecipientParts>,
}

#[derive(Clone)]
struct RecipientParts {
    header: Option<Map<String, Value>>,
    encrypted_key: Option<String>,
}

/// A token that is not the vector's any more, and what it is refused with.
pub(crate) type Change = (Parts, Error);

impl Parts {
    pub(crate) fn of(case: &Case) -> Self {
        let texts = [
            ("protected", &case.protected_b64u),
            ("aad", &case.aad_b64u),
            ("iv", &case.iv_b64u),
            ("ciphertext", &case.ciphertext_b64u),
            ("tag", &case.tag_b64u),
        ];
        let present = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let texts = texts
            .into_iter()
            .filter_map(|(name, text)| Some((name.to_owned(), present(text)?.into())));
        let recipients = case.recipients.iter().map(|recipient| RecipientParts {
            header: recipient.header.clone(),
            encrypted_key: present(&recipient.encrypted_key_b64u),
        });
        Self {
            texts: texts.collect(),
            shared: case.unprotected.clone(),
            recipients: recipients.collect(),
        }
    }

    /// For one of the recipients.
    pub(crate) fn only(&self, index: usize) -> Self {
        Self { recipients: vec![self.recipients[index].clone()], ..self.clone() }
    }

    /// RFC 7516 section 7.
    pub(crate) fn write(&self, form: Form) -> Value {
        if form == Form::Compact {
            return self.write_compact().into();
        }
        let mut recipients: Vec<_> = self.recipients.iter().map(RecipientParts::write).collect();
        let mut document = match form {
            Form::General => Map::from_iter([("recipients".to_owned(), json!(recipients))]),
            _ => recipients.remove(0),
        };
        document
            .extend(self.shared.clone().map(|shared| ("unprotected".to_owned(), shared.into())));
        document.extend(self.texts.clone());
        document.into()
    }

    fn write_compact(&self) -> String {
        let [RecipientParts { header: None, encrypted_key }] = &self.recipients[..] else {
            panic!("not to be had in the compact form");
        };
        let key = encrypted_key.as_deref().unwrap_or_default();
        let text = |name: &str| self.texts.get(name).map_or("", |text| text.as_str().unwrap());
        [text("protected"), key, text("iv"), text("ciphertext"), text("tag")].join(".")
    }

    /// With a member in the unprotected headers that nobody authenticated, which the compact form does not have.
    pub(crate) fn with_notes(&self) -> Self {
        let mut noted = self.clone();
        let shared = noted.shared.get_or_insert_default();
        shared.insert("for all".to_owned(), "by anybody".into());
        for recipient in &mut noted.recipients {
            let header = recipient.header.get_or_insert_default();
            header.insert("for one".to_owned(), "by anybody".into());
        }
        noted
    }

    /// A changed octet in each part but what belongs to one recipient.
    pub(crate) fn changes(&self, form: Form) -> Vec<Change> {
        let mut changes = Vec::new();
        for name in self.texts.keys() {
            let octets = decode(self.texts[name].as_str().unwrap());
            if name != "protected" {
                let with = |octets: &Vec<u8>| (self.with(name, octets), Error::DecryptionFailed);
                changes.extend(flipped(&octets).iter().map(with));
                continue;
            }
            // It says the same.
            let more = [&octets[..], b" "].concat();
            changes.push((self.with(name, &more), Error::DecryptionFailed));
            // Without its braces it says nothing.
            let all = flipped(&octets);
            for broken in [all.first(), all.last()] {
                let error = Error::Malformed(Malformed::Json(Part::Header));
                changes.push((self.with(name, broken.unwrap()), error));
            }
        }
        let mut other = self.clone();
        if other.texts.remove("aad").is_none() {
            other = self.with("aad", b"\0");
        }
        if form != Form::Compact {
            changes.push((other, Error::DecryptionFailed));
        }
        changes
    }

    /// A changed octet in each part that belongs to one recipient, to be decrypted with the key of that one.
    pub(crate) fn changes_for(&self, index: usize) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut with = |error: Error, change: &dyn Fn(&mut RecipientParts)| {
            let mut parts = self.clone();
            change(&mut parts.recipients[index]);
            changes.push((parts, error));
        };
        let RecipientParts { header, encrypted_key } = &self.recipients[index];
        for changed in encrypted_key.iter().flat_map(|text| flipped(&decode(text))) {
            with(Error::DecryptionFailed, &|one| one.encrypted_key = Some(encode(&changed)));
        }
        let insert = |one: &mut RecipientParts, name: &str, text: &str| {
            one.header.as_mut().unwrap().insert(name.to_owned(), text.into());
        };
        for (name, value) in header.iter().flatten() {
            if name == "kid" {
                with(Error::UnknownKey, &|one| insert(one, name, "another"));
            }
            if ["iv", "tag"].contains(&name.as_str()) {
                for changed in flipped(&decode(value.as_str().unwrap())) {
                    with(Error::DecryptionFailed, &|one| insert(one, name, &encode(&changed)));
                }
            }
        }
        if self.shared.as_ref().is_some_and(|shared| shared.contains_key("kid")) {
            let mut parts = self.clone();
            parts.shared.as_mut().unwrap().insert("kid".to_owned(), "another".into());
            changes.push((parts, Error::UnknownKey));
        }
        changes
    }

    /// josie's document, in the general form, has the vector's protected header, content and shared header. Its
    /// recipient `own_index` has what the vector's `index` has.
    pub(crate) fn assert_made(&self, own: &Value, pairs: &[(usize, usize)]) {
        for name in ["protected", "aad", "iv", "ciphertext", "tag"] {
            assert_eq!(own.get(name), self.texts.get(name), "{name}");
        }
        for (own_index, index) in pairs {
            let own = &own["recipients"][own_index];
            let RecipientParts { header, encrypted_key } = &self.recipients[*index];
            assert_eq!(own.get("encrypted_key"), encrypted_key.clone().map(Value::from).as_ref());
            // Some have their `alg` in the shared header, where josie writes none.
            if let Some(header) = header {
                assert_eq!(own["header"], Value::from(header.clone()));
            }
        }
    }

    fn with(&self, name: &str, octets: &[u8]) -> Self {
        let mut parts = self.clone();
        parts.texts.insert(name.to_owned(), encode(octets).into());
        parts
    }
}

impl RecipientParts {
    fn write(&self) -> Map<String, Value> {
        let mut members = Map::new();
        members.extend(self.header.clone().map(|header| ("header".to_owned(), header.into())));
        let key = self.encrypted_key.clone();
        members.extend(key.map(|key| ("encrypted_key".to_owned(), key.into())));
        members
    }
}
