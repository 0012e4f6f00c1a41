//! The files of `test-vectors/`: their schema, of which only the members that are used here are read.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Map;
use serde_json::Value;

#[derive(Deserialize)]
pub(crate) struct VectorFile {
    schema: String,
    pub(crate) cases: Vec<Case>,
}

impl VectorFile {
    pub(crate) fn read(name: &str) -> Self {
        let file: Self = read_json(name);
        assert_eq!(file.schema, "jose-vectors/1", "{name}");
        file
    }
}

#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) expect: String,
    #[serde(default)]
    pub(crate) keys: Vec<Key>,
    #[serde(default)]
    pub(crate) signers: Vec<Signer>,
    #[serde(default)]
    pub(crate) tokens: Vec<Token>,
    pub(crate) payload_b64u: Option<String>,
    /// `false`: the payload is not encoded (RFC 7797).
    pub(crate) b64: Option<bool>,
    pub(crate) jwt: Option<JwtPart>,
    // Of `jwe`.
    pub(crate) enc: Option<String>,
    pub(crate) protected_b64u: Option<String>,
    /// The unprotected header that the recipients share.
    pub(crate) unprotected: Option<Map<String, Value>>,
    #[serde(default)]
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) cek_b64u: Option<String>,
    pub(crate) content_aad: Option<String>,
    pub(crate) compressed_b64u: Option<String>,
    pub(crate) nested: Option<Nested>,
    // Of `jwe` and `aead`.
    pub(crate) plaintext_b64u: Option<String>,
    pub(crate) iv_b64u: Option<String>,
    pub(crate) ciphertext_b64u: Option<String>,
    pub(crate) tag_b64u: Option<String>,
    // Of `aead`.
    pub(crate) key_b64u: Option<String>,
    pub(crate) mac_key_b64u: Option<String>,
    pub(crate) aad_b64u: Option<String>,
    pub(crate) aad_length_b64u: Option<String>,
    pub(crate) mac_b64u: Option<String>,
    // Of `keywrap`.
    pub(crate) kek_b64u: Option<String>,
    pub(crate) key_data_b64u: Option<String>,
    pub(crate) wrapped_b64u: Option<String>,
    // Of `agreement`.
    pub(crate) header: Option<Map<String, Value>>,
    pub(crate) kdf: Option<Kdf>,
    pub(crate) made: Option<Made>,
    // Of `jwkset`.
    pub(crate) jwks: Option<Value>,
    // Of `signature`.
    pub(crate) alg: Option<String>,
    pub(crate) message_b64u: Option<String>,
    pub(crate) signature_b64u: Option<String>,
    // Of `base64url`.
    pub(crate) octets_b64u: Option<String>,
    pub(crate) octets_hex: Option<String>,
    // Of `x5c`.
    pub(crate) x5c: Option<Vec<String>>,
    // Of `x5c`, and of a `jwk` that has one.
    pub(crate) computed: Option<CertificateThumbprints>,
    // Of `jwk`.
    pub(crate) raw: Option<RawOkp>,
    // Of `certthumbprint`.
    pub(crate) certificate_der_b64: Option<String>,
    #[serde(rename = "x5t_S256")]
    pub(crate) x5t_s256: Option<String>,
    // Of `thumbprint`.
    pub(crate) canonical: Option<String>,
    pub(crate) hash: Option<String>,
    pub(crate) thumbprint_b64u: Option<String>,
    pub(crate) uri: Option<String>,
}

/// The thumbprints of the first certificate of a chain.
#[derive(Deserialize)]
pub(crate) struct CertificateThumbprints {
    pub(crate) x5t: String,
    #[serde(rename = "x5t#S256")]
    pub(crate) x5t_s256: String,
}

/// The octets of an OKP key.
#[derive(Deserialize)]
pub(crate) struct RawOkp {
    pub(crate) d_hex: String,
    pub(crate) x_hex: String,
}

#[derive(Deserialize)]
pub(crate) struct Key {
    pub(crate) jwk: Map<String, Value>,
    pub(crate) password_text: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Signer {
    pub(crate) alg: String,
    pub(crate) key: Option<usize>,
    /// None if `alg` is not protected.
    pub(crate) protected_b64u: Option<String>,
    /// The unprotected header of this signature.
    pub(crate) header: Option<Map<String, Value>>,
    pub(crate) signing_input: String,
    pub(crate) signature_b64u: String,
}

#[derive(Deserialize)]
pub(crate) struct Recipient {
    pub(crate) alg: String,
    pub(crate) key: usize,
    /// The unprotected header of this recipient.
    pub(crate) header: Option<Map<String, Value>>,
    pub(crate) encrypted_key_b64u: Option<String>,
    pub(crate) reproducible: bool,
    /// The ephemeral key, with its private half.
    pub(crate) epk: Option<Map<String, Value>>,
}

/// The keys of the signed token that is the plaintext.
#[derive(Deserialize)]
pub(crate) struct Nested {
    pub(crate) keys: Vec<Key>,
    pub(crate) payload_b64u: String,
}

/// What a key agreement derives.
#[derive(Deserialize)]
pub(crate) struct Kdf {
    pub(crate) derived_key_b64u: String,
}

/// What was computed for this collection where the document stops at the shared secret.
#[derive(Deserialize)]
pub(crate) struct Made {
    pub(crate) cek_b64u: String,
    pub(crate) encrypted_key_b64u: String,
}

#[derive(Deserialize)]
pub(crate) struct Token {
    pub(crate) form: Form,
    /// Whether the payload is not in it.
    pub(crate) detached: bool,
    /// A string if it is compact, else an object.
    pub(crate) value: Value,
}

/// A serialization.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    Compact,
    Flattened,
    General,
}

impl Token {
    /// `compact`, `general` or `flattened`, with `detached ` before it where the payload is not inside.
    pub(crate) fn name(&self) -> String {
        let form = match self.form {
            Form::Compact => "compact",
            Form::Flattened => "flattened",
            Form::General => "general",
        };
        format!("{}{form}", if self.detached { "detached " } else { "" })
    }
}

/// A token as it would be sent.
pub(crate) fn text(token: &Value) -> String {
    match token {
        Value::String(text) => text.clone(),
        json => json.to_string(),
    }
}

#[derive(Deserialize)]
pub(crate) struct JwtPart {
    pub(crate) claims: Map<String, Value>,
}

/// `test-vectors/expectations.json`.
#[derive(Deserialize)]
pub(crate) struct Expectations {
    /// By file, then by the id of the case.
    pub(crate) files: BTreeMap<String, BTreeMap<String, Stated>>,
    /// By registry, then by `with deflate` and `without deflate`.
    totals: BTreeMap<String, BTreeMap<String, Totals>>,
    /// The tokens that josie writes as they are, by the id of the case and the form: by registry, `*` is every one.
    whole_tokens: BTreeMap<String, BTreeSet<String>>,
}

impl Expectations {
    pub(crate) fn totals_on(&self, registry: &str) -> Totals {
        self.totals[registry][built()]
    }

    pub(crate) fn whole_tokens_on(&self, registry: &str) -> BTreeSet<String> {
        let everywhere = self.whole_tokens["*"].iter();
        everywhere.chain(self.whole_tokens.get(registry).into_iter().flatten()).cloned().collect()
    }
}

/// A strength, which may depend on the registry or on the feature `deflate`.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Stated {
    Everywhere(Strength),
    /// By the name of a registry, or by `with deflate` and `without deflate`.
    Depends(BTreeMap<String, Strength>),
}

impl Stated {
    pub(crate) fn on(&self, registry: &str) -> Strength {
        match self {
            Self::Everywhere(strength) => *strength,
            Self::Depends(strengths) => {
                *strengths.get(registry).unwrap_or_else(|| &strengths[built()])
            }
        }
    }
}

fn built() -> &'static str {
    if cfg!(feature = "deflate") { "with deflate" } else { "without deflate" }
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Strength {
    Reproduced,
    Verified,
    Refused,
}

/// How many reach each strength.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counts {
    pub(crate) reproduced: usize,
    pub(crate) verified: usize,
    pub(crate) refused: usize,
}

impl Counts {
    pub(crate) fn of<'s>(strengths: impl IntoIterator<Item = &'s Strength>) -> Self {
        let mut counts = Self::default();
        for strength in strengths {
            *match strength {
                Strength::Reproduced => &mut counts.reproduced,
                Strength::Verified => &mut counts.verified,
                Strength::Refused => &mut counts.refused,
            } += 1;
        }
        counts
    }
}

/// What one registry makes of all files.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Totals {
    pub(crate) cases: Counts,
    /// Every token of every case.
    pub(crate) tokens: Counts,
}

pub(crate) fn json_files() -> BTreeSet<String> {
    fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".json"))
        .collect()
}

pub(crate) fn read_json<T: DeserializeOwned>(name: &str) -> T {
    let text = fs::read_to_string(directory().join(name)).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub(crate) fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

pub(crate) fn encode(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("test-vectors")
}
