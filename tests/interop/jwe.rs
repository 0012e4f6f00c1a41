//! JWE in every serialization, with several recipients, unprotected headers and additional authenticated data.

use josie::DecryptionKey;
use josie::Error;
use josie::Header;
use josie::JweAlg;
use josie::JweBuilder;
use josie::JweEnc;
use josie::JweJson;
use josie::KeySet;
use josie::Malformed;
use josie::Policy;
use josie::UnprotectedHeader;
use serde_json::Value;
use serde_json::json;

use super::jws::Form;
use super::keys;
use super::keys::Recipient;
use super::lacks;
use super::peer;
use super::peer::Outcome;
use super::peer::Peer;

const PLAINTEXT: &[u8] = b"any octets \0\xff";
const AAD: &[u8] = b"not secret \0\xff";
const URL: &str = "https://example.com/keys";

/// How a JWE is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    form: Form,
    has_aad: bool,
    /// With a header that all recipients share.
    is_shared: bool,
}

impl Shape {
    const COMPACT: Self = Self { form: Form::Compact, has_aad: false, is_shared: false };

    fn json() -> Vec<Self> {
        let mut shapes = Vec::new();
        for form in [Form::Flattened, Form::General] {
            for (has_aad, is_shared) in [(false, false), (true, false), (false, true), (true, true)]
            {
                shapes.push(Self { form, has_aad, is_shared });
            }
        }
        shapes
    }
}

/// A JWE that is to be made, for one recipient, or two in the general form.
struct Case {
    shape: Shape,
    enc: JweEnc,
    keys: Vec<DecryptionKey>,
    context: String,
}

/// Every algorithm and curve with every content encryption algorithm in the compact form, and in every other form with
/// one of them. Of passwords, which take many iterations, each form once.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (index, recipient) in keys::recipients().into_iter().enumerate() {
        let one = JweEnc::ALL[index % JweEnc::ALL.len()];
        for enc in JweEnc::ALL {
            if *enc == one || !keys::is_password(recipient.0) {
                cases.push(Case::new(Shape::COMPACT, recipient, *enc));
            }
        }
        for shape in Shape::json() {
            let has_everything = shape.has_aad && shape.is_shared;
            if has_everything || !keys::is_password(recipient.0) {
                cases.push(Case::new(shape, recipient, one));
            }
        }
    }
    cases
}

impl Case {
    fn new(shape: Shape, recipient: Recipient, enc: JweEnc) -> Self {
        let (alg, crv) = recipient;
        let mut keys = vec![keys::decryption_key(recipient, enc)];
        if shape.form == Form::General && !keys::is_direct(alg) {
            // An algorithm that every package has.
            let other = if alg == JweAlg::A128Kw { JweAlg::A256GcmKw } else { JweAlg::A128Kw };
            keys.push(keys::decryption_key((other, None), enc));
        }
        Self { shape, enc, keys, context: format!("{alg} {crv:?} {enc} {shape:?}") }
    }

    fn alg(&self) -> JweAlg {
        self.keys[0].alg()
    }

    /// Encrypts with josie.
    fn encrypt(&self) -> String {
        let header = Header::new();
        let shared = UnprotectedHeader::new().with_param("jku", URL);
        let own = UnprotectedHeader::new().with_kid_of_key();
        let keys: Vec<_> =
            self.keys.iter().map(|key| key.encryption_key(self.enc).unwrap()).collect();
        let mut builder = JweBuilder::new(&header);
        for key in &keys {
            builder = if self.shape.is_shared {
                builder.recipient_with(&own, key)
            } else {
                builder.recipient(key)
            };
        }
        if self.shape.is_shared {
            builder = builder.shared_unprotected(&shared);
        }
        if self.shape.has_aad {
            builder = builder.aad(AAD);
        }
        let token = match self.shape.form {
            Form::Compact => builder.compact(PLAINTEXT),
            Form::Flattened => builder.flattened(PLAINTEXT),
            Form::General => builder.general(PLAINTEXT),
        };
        token.unwrap()
    }

    /// What the others need to know to encrypt.
    fn encrypt_job(&self) -> Value {
        let mut protected = json!({"enc": self.enc.name()});
        let alg_is_protected = self.keys.len() == 1 && !self.shape.is_shared;
        if alg_is_protected {
            protected["alg"] = self.alg().name().into();
        }
        let recipients = self.keys.iter().map(|key| {
            let mut recipient = json!({"alg": key.alg().name(), "jwk": keys::encrypting_jwk(key)});
            if self.shape.form != Form::Compact {
                recipient["header"] = json!({"kid": key.kid()});
                if !alg_is_protected {
                    recipient["header"]["alg"] = key.alg().name().into();
                }
            }
            recipient
        });
        let recipients = recipients.collect::<Vec<_>>();
        if self.shape.form == Form::Compact {
            protected["kid"] = json!(self.keys[0].kid());
        }
        let mut job = json!({
            "operation": "encrypt",
            "form": self.shape.form,
            "plaintext": peer::encode(PLAINTEXT),
            "protected": protected,
            "recipients": recipients,
        });
        if self.shape.is_shared {
            job["unprotected"] = json!({"jku": URL});
        }
        if self.shape.has_aad {
            job["aad"] = peer::encode(AAD).into();
        }
        job
    }

    /// What another needs to know to decrypt as one of the recipients.
    fn decrypt_job(&self, key: &DecryptionKey, token: &str) -> Value {
        json!({
            "operation": "decrypt",
            "form": self.shape.form,
            "token": token,
            "alg": key.alg().name(),
            "enc": self.enc.name(),
            "jwk": keys::decrypting_jwk(key),
        })
    }

    /// Decrypts with josie as one of the recipients.
    fn decrypt(&self, key: &DecryptionKey, token: &str) -> Result<JweJson, Error> {
        let algs: Vec<_> = self.keys.iter().map(DecryptionKey::alg).collect();
        let policy = Policy::encrypted(&algs, &[self.enc]).build().unwrap();
        let keys = KeySet::from(key.clone());
        match self.shape.form {
            Form::Compact => JweJson::decrypt_any_form(token, &keys, &policy),
            Form::Flattened | Form::General => JweJson::decrypt(token, &keys, &policy),
        }
    }

    /// The token with another ciphertext.
    fn changed(&self, token: &str) -> String {
        match self.shape.form {
            Form::Compact => {
                let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
                parts[3] = peer::changed(&parts[3]);
                parts.join(".")
            }
            Form::Flattened | Form::General => {
                let mut document: Value = serde_json::from_str(token).unwrap();
                let ciphertext = peer::changed(document["ciphertext"].as_str().unwrap());
                document["ciphertext"] = ciphertext.into();
                document.to_string()
            }
        }
    }

    fn aad(&self) -> Option<&[u8]> {
        self.shape.has_aad.then_some(AAD)
    }
}

/// The package's error for a ciphertext that is not authentic.
pub(crate) fn decryption_failed(peer: Peer) -> Outcome {
    let name = match peer {
        Peer::Jose => "ERR_JWE_DECRYPTION_FAILED",
        Peer::Joserfc => "DecodeError",
        Peer::Jwcrypto => "InvalidJWEData",
    };
    Outcome::Refused(name.to_owned())
}

#[test]
fn what_josie_encrypts_is_decrypted_and_refused_once_it_is_changed() {
    let Some(peers) = peer::peers() else { return };
    let cases = cases();
    let mut jobs = Vec::new();
    let mut of_jobs = Vec::new();
    for case in &cases {
        let token = case.encrypt();
        let changed = case.changed(&token);
        for key in &case.keys {
            jobs.extend([case.decrypt_job(key, &token), case.decrypt_job(key, &changed)]);
            of_jobs.push((case, key));
        }
    }

    for peer in peers {
        let mut combinations = 0;
        for ((case, key), outcomes) in of_jobs.iter().zip(peer.run(&jobs).chunks(2)) {
            let expected = if lacks::lacks_jwe_alg(peer, key.alg()) {
                [Outcome::Unsupported, Outcome::Unsupported]
            } else if lacks::refuses_iterations(peer, key.alg()) {
                // As if the key did not fit.
                [decryption_failed(peer), decryption_failed(peer)]
            } else {
                combinations += 1;
                let aad = case.aad().map(peer::encode);
                let done = json!({"plaintext": peer::encode(PLAINTEXT), "aad": aad});
                [Outcome::Done(done), decryption_failed(peer)]
            };
            assert_eq!(outcomes, expected, "{peer:?} {} by {}", case.context, key.alg());
        }
        let expected = match peer {
            Peer::Jose => 478,
            Peer::Joserfc => 444,
            Peer::Jwcrypto => 450,
        };
        assert_eq!(combinations, expected, "{peer:?}");
    }
}

#[test]
fn what_others_encrypt_is_decrypted_and_refused_once_it_is_changed() {
    let Some(peers) = peer::peers() else { return };
    let cases = cases();
    let jobs: Vec<_> = cases.iter().map(Case::encrypt_job).collect();

    for peer in peers {
        let (mut combinations, mut without_member) = (0, 0);
        for (case, outcome) in cases.iter().zip(peer.run(&jobs)) {
            let context = format!("{peer:?} {}", case.context);
            if lacks::lacks_jwe_alg(peer, case.alg()) {
                assert_eq!(outcome, Outcome::Unsupported, "{context}");
                continue;
            }
            let mut token = outcome.token().to_owned();
            if lacks::writes_empty_encrypted_key(peer, case.alg(), case.shape.form) {
                without_member += 1;
                let error = case.decrypt(&case.keys[0], &token).unwrap_err();
                assert_eq!(error, Error::Malformed(Malformed::EmptyMember("encrypted_key")));
                token = without_encrypted_key(&token);
            }
            let changed = case.changed(&token);
            for key in &case.keys {
                combinations += 1;
                let jwe = case.decrypt(key, &token).unwrap_or_else(|e| panic!("{context}: {e}"));
                assert_eq!(jwe.plaintext(), PLAINTEXT, "{context}");
                assert_eq!(jwe.aad(), case.aad(), "{context}");
                let url = case.shape.is_shared.then(|| json!(URL));
                assert_eq!(jwe.shared_unprotected().param("jku"), url.as_ref(), "{context}");
                let error = case.decrypt(key, &changed).unwrap_err();
                assert_eq!(error, Error::DecryptionFailed, "{context}");
            }
        }
        let expected = match peer {
            Peer::Jose => (478, 0),
            Peer::Joserfc => (442, 40),
            Peer::Jwcrypto => (442, 0),
        };
        assert_eq!((combinations, without_member), expected, "{peer:?}");
    }
}

/// The document for one recipient, without a member that is not to be there if it is empty.
fn without_encrypted_key(token: &str) -> String {
    let mut document: Value = serde_json::from_str(token).unwrap();
    let recipient = match document.get_mut("recipients") {
        Some(recipients) => &mut recipients[0],
        None => &mut document,
    };
    assert_eq!(recipient.as_object_mut().unwrap().remove("encrypted_key"), Some(json!("")));
    document.to_string()
}
