//! Writing the JSON serializations.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::base64url;
use crate::document;
use crate::error::Error;
use crate::jwe::encrypt::SealedJwe;
use crate::jwe::encrypt::SealedRecipient;
use crate::limits::Limits;

impl SealedJwe {
    /// The flattened form of what has one recipient (RFC 7516 section 7.2.2).
    pub(in crate::jwe) fn to_flattened(&self) -> Result<String, Error> {
        self.to_json(Some(WrittenRecipient::new(&self.first)), None)
    }

    /// The general form (RFC 7516 section 7.2.1).
    pub(in crate::jwe) fn to_general(&self) -> Result<String, Error> {
        let recipients = [&self.first].into_iter().chain(&self.others);
        self.to_json(None, Some(recipients.map(WrittenRecipient::new).collect()))
    }

    fn to_json(
        &self,
        only: Option<WrittenRecipient<'_>>,
        recipients: Option<Vec<WrittenRecipient<'_>>>,
    ) -> Result<String, Error> {
        let (ciphertext, tag) = self.ciphertext_and_tag()?;
        let (header, encrypted_key) =
            only.map_or((None, None), |only| (only.header, only.encrypted_key));
        let written = Written {
            protected: &self.protected,
            unprotected: self.shared.as_deref(),
            header,
            encrypted_key,
            recipients,
            aad: self.aad.as_deref(),
            iv: base64url::encode(&self.iv),
            ciphertext: base64url::encode(ciphertext),
            tag: base64url::encode(tag),
        };
        document::write(&written, &Limits::default())
    }
}

/// The members of both forms. What is empty is absent.
#[derive(Serialize)]
struct Written<'a> {
    protected: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unprotected: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encrypted_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipients: Option<Vec<WrittenRecipient<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aad: Option<&'a str>,
    iv: String,
    ciphertext: String,
    tag: String,
}

/// One recipient of the general form.
#[derive(Serialize)]
struct WrittenRecipient<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encrypted_key: Option<String>,
}

impl<'a> WrittenRecipient<'a> {
    fn new(recipient: &'a SealedRecipient) -> Self {
        let SealedRecipient { header, encrypted_key } = recipient;
        let has_key = !encrypted_key.is_empty();
        let encrypted_key = has_key.then(|| base64url::encode(encrypted_key));
        Self { header: header.as_deref(), encrypted_key }
    }
}
