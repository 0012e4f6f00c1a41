//! JWS in every serialization, detached and unencoded.

use josie::Error;
use josie::Header;
use josie::Jws;
use josie::JwsAlg;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::KeySet;
use josie::Malformed;
use josie::Policy;
use josie::SigningKey;
use josie::UnprotectedHeader;
use josie::VerifyingKey;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use super::keys;
use super::lacks;
use super::peer;
use super::peer::Outcome;
use super::peer::Peer;

/// A serialization, of a JWS or a JWE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Form {
    Compact,
    Flattened,
    General,
}

/// How a JWS is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) form: Form,
    pub(crate) is_detached: bool,
    pub(crate) is_unencoded: bool,
}

impl Shape {
    fn all() -> Vec<Self> {
        let mut shapes = Vec::new();
        for form in [Form::Compact, Form::Flattened, Form::General] {
            for (is_detached, is_unencoded) in
                [(false, false), (true, false), (false, true), (true, true)]
            {
                shapes.push(Self { form, is_detached, is_unencoded });
            }
        }
        shapes
    }

    /// As much as the shape can hold.
    fn payload(self) -> &'static [u8] {
        match (self.is_unencoded, self.is_detached, self.form) {
            (false, _, _) => b"any octets \0\xff",
            (true, false, Form::Compact) => b"characters-of-URLs",
            (true, _, _) => "$.02 \u{e9}".as_bytes(),
        }
    }
}

/// A JWS that is to be made: one signature, or two in the general form.
struct Case {
    shape: Shape,
    keys: Vec<SigningKey>,
}

/// Every algorithm in every shape.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for shape in Shape::all() {
        for alg in JwsAlg::ALL {
            // An algorithm that every package has.
            let other = if *alg == JwsAlg::Es256 { JwsAlg::Ed25519 } else { JwsAlg::Es256 };
            let mut algs = vec![*alg];
            if shape.form == Form::General {
                algs.push(other);
            }
            cases.push(Case { shape, keys: algs.into_iter().map(keys::signing_key).collect() });
        }
    }
    cases
}

impl Case {
    fn alg(&self) -> JwsAlg {
        self.keys[0].alg()
    }

    /// What the others need to know about the case; `jwk` gives their keys.
    fn job(&self, operation: &str, jwk: fn(&SigningKey) -> Value) -> Value {
        let signatures = self.keys.iter().map(|key| {
            let mut protected = json!({"alg": key.alg().name()});
            if self.shape.is_unencoded {
                protected["b64"] = json!(false);
                protected["crit"] = json!(["b64"]);
            }
            let mut signature =
                json!({"alg": key.alg().name(), "jwk": jwk(key), "protected": protected});
            match self.shape.form {
                Form::Compact => signature["protected"]["kid"] = json!(key.kid()),
                Form::Flattened | Form::General => signature["header"] = json!({"kid": key.kid()}),
            }
            signature
        });
        json!({
            "operation": operation,
            "form": self.shape.form,
            "payload": peer::encode(self.shape.payload()),
            "detached": self.shape.is_detached,
            "unencoded": self.shape.is_unencoded,
            "signatures": signatures.collect::<Vec<_>>(),
        })
    }

    /// Signs with josie.
    fn sign(&self) -> String {
        let (header, unprotected) = (Header::new(), UnprotectedHeader::new().with_kid_of_key());
        let mut builder = JwsBuilder::new();
        for key in &self.keys {
            builder = match self.shape.form {
                Form::Compact => builder.signature(&header, key),
                Form::Flattened | Form::General => {
                    builder.signature_with(&header, &unprotected, key)
                }
            };
        }
        if self.shape.is_detached {
            builder = builder.detached();
        }
        if self.shape.is_unencoded {
            builder = builder.unencoded();
        }
        let payload = self.shape.payload();
        let token = match self.shape.form {
            Form::Compact => builder.compact(payload),
            Form::Flattened => builder.flattened(payload),
            Form::General => builder.general(payload),
        };
        token.unwrap()
    }

    /// Verifies with josie; `payload` is what is detached, if it is.
    fn verify(&self, token: &str, payload: &[u8]) -> Result<Vec<u8>, Error> {
        let keys: KeySet<VerifyingKey> = self.keys.iter().map(SigningKey::verifying_key).collect();
        let algs: Vec<_> = self.keys.iter().map(SigningKey::alg).collect();
        let mut policy = Policy::signed(&algs);
        if self.shape.is_unencoded {
            policy = policy.allow_unencoded();
        }
        let policy = policy.build().unwrap();
        match (self.shape.form, self.shape.is_detached) {
            (Form::Compact, false) => Ok(Jws::verify(token, &keys, &policy)?.into_payload()),
            (Form::Compact, true) => {
                Jws::verify_detached(token, payload, &keys, &policy).map(|_| payload.to_vec())
            }
            (_, false) => Ok(JwsJson::verify(token, &keys, &policy)?.into_payload()),
            (_, true) => {
                JwsJson::verify_detached(token, payload, &keys, &policy).map(|_| payload.to_vec())
            }
        }
    }

    /// The token and the detached payload, one of which has another first character.
    fn changed(&self, token: &str) -> (String, Vec<u8>) {
        let payload = self.shape.payload();
        if self.shape.is_detached {
            let other = [b"A", &payload[1..]].concat();
            return (token.to_owned(), other);
        }
        let token = match self.shape.form {
            Form::Compact => {
                let (header, rest) = token.split_once('.').unwrap();
                format!("{header}.{}", peer::changed(rest))
            }
            Form::Flattened | Form::General => {
                let mut document: Value = serde_json::from_str(token).unwrap();
                document["payload"] = peer::changed(document["payload"].as_str().unwrap()).into();
                document.to_string()
            }
        };
        (token, payload.to_vec())
    }

    /// josie's error for a changed payload.
    fn error(&self) -> Error {
        match self.shape.form {
            Form::Compact | Form::Flattened => Error::InvalidSignature,
            Form::General => Error::SignersMissing(Box::new([
                Err(Error::InvalidSignature),
                Err(Error::InvalidSignature),
            ])),
        }
    }
}

/// The package's error for a signature that does not verify.
pub(crate) fn invalid_signature(peer: Peer) -> Outcome {
    let name = match peer {
        Peer::Jose => "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
        Peer::Joserfc => "BadSignatureError",
        Peer::Jwcrypto => "InvalidJWSSignature",
    };
    Outcome::Refused(name.to_owned())
}

#[test]
fn what_josie_signs_is_verified_and_refused_once_it_is_changed() {
    let Some(peers) = peer::peers() else { return };
    let cases = cases();
    let mut jobs = Vec::new();
    for case in &cases {
        let token = case.sign();
        let (changed, other) = case.changed(&token);
        for (token, payload) in [(token, case.shape.payload()), (changed, &other)] {
            let mut job = case.job("verify", keys::verifying_jwk);
            job["token"] = token.into();
            job["payload"] = peer::encode(payload).into();
            jobs.push(job);
        }
    }

    for peer in peers {
        let mut combinations = 0;
        for (case, outcomes) in cases.iter().zip(peer.run(&jobs).chunks(2)) {
            let (shape, alg) = (case.shape, case.alg());
            let expected = if lacks::lacks_jws_alg(peer, alg) || lacks::cannot_verify(peer, shape) {
                [Outcome::Unsupported, Outcome::Unsupported]
            } else {
                combinations += 1;
                let payload = json!({"payload": peer::encode(shape.payload())});
                [Outcome::Done(payload), invalid_signature(peer)]
            };
            assert_eq!(outcomes, expected, "{peer:?} {shape:?} {alg}");
        }
        let expected = match peer {
            Peer::Jose => 14 * 12,
            Peer::Joserfc => 15 * 12,
            Peer::Jwcrypto => 15 * 11,
        };
        assert_eq!(combinations, expected, "{peer:?}");
    }
}

#[test]
fn what_others_sign_is_verified_and_refused_once_it_is_changed() {
    let Some(peers) = peer::peers() else { return };
    let cases = cases();
    let jobs: Vec<_> = cases.iter().map(|case| case.job("sign", keys::private_jwk)).collect();

    for peer in peers {
        let (mut combinations, mut without_member) = (0, 0);
        for (case, outcome) in cases.iter().zip(peer.run(&jobs)) {
            let context = format!("{peer:?} {:?} {}", case.shape, case.alg());
            if lacks::lacks_jws_alg(peer, case.alg()) || lacks::cannot_sign(peer, case.shape) {
                assert_eq!(outcome, Outcome::Unsupported, "{context}");
                continue;
            }
            combinations += 1;
            let mut token = outcome.token().to_owned();
            let payload = case.shape.payload();
            if lacks::writes_empty_payload(peer, case.shape) {
                without_member += 1;
                let error = case.verify(&token, payload);
                assert_eq!(error, Err(Error::Malformed(Malformed::AttachedPayload)), "{context}");
                token = without_payload(&token);
            }
            assert_eq!(case.verify(&token, payload).as_deref(), Ok(payload), "{context}");
            let (changed, other) = case.changed(&token);
            assert_eq!(case.verify(&changed, &other), Err(case.error()), "{context}");
        }
        let expected = match peer {
            Peer::Jose => (14 * 11, 0),
            Peer::Joserfc => (15 * 12, 0),
            Peer::Jwcrypto => (15 * 12, 15 * 4),
        };
        assert_eq!((combinations, without_member), expected, "{peer:?}");
    }
}

/// The document without a member that is not to be there if it is detached.
fn without_payload(token: &str) -> String {
    let mut document: Value = serde_json::from_str(token).unwrap();
    assert_eq!(document.as_object_mut().unwrap().remove("payload"), Some(json!("")));
    document.to_string()
}
