//! Documents made by hand: JWS in the JSON serializations and with detached payloads, correctly signed, so that only the
//! attacked property is wrong.

use josie::Error;
use josie::Jws;
use josie::JwsAlg;
use josie::JwsJson;
use josie::Policy;
use josie::PolicyBuilder;
use josie::SignedBy;
use serde_json::Value;
use serde_json::json;

use crate::peers::CLAIMS;
use crate::peers::Peer;
use crate::peers::b64u;

/// One signature over [`CLAIMS`] under any octets as its protected header.
pub(crate) fn entry(peer: &Peer, header: impl AsRef<[u8]>) -> Value {
    entry_over(peer, header, &b64u(CLAIMS))
}

/// One signature over the payload as it is written.
pub(crate) fn entry_over(peer: &Peer, header: impl AsRef<[u8]>, payload: &str) -> Value {
    let protected = b64u(header);
    let signature = b64u(peer.signature(&format!("{protected}.{payload}")));
    json!({ "protected": protected, "signature": signature })
}

/// A flattened JWS over [`CLAIMS`].
pub(crate) fn flattened(peer: &Peer, header: impl AsRef<[u8]>) -> Value {
    with(entry(peer, header), json!({ "payload": b64u(CLAIMS) }))
}

/// A general JWS of these signatures over [`CLAIMS`].
pub(crate) fn general(entries: &[Value]) -> String {
    json!({ "payload": b64u(CLAIMS), "signatures": entries }).to_string()
}

/// The object with these members, or with them in place of its own.
pub(crate) fn with(mut object: Value, members: Value) -> Value {
    object.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    object
}

/// What the tests allow if they say nothing else.
pub(crate) fn allowing(alg: JwsAlg) -> PolicyBuilder {
    Policy::signed(&[alg])
}

pub(crate) fn by(peer: &Peer, signers: SignedBy) -> Policy {
    allowing(peer.alg).signed_by(signers).build().unwrap()
}

/// The payload of a document.
pub(crate) fn read(peer: &Peer, document: &str) -> Result<Vec<u8>, Error> {
    read_by(peer, document, &allowing(peer.alg).build().unwrap())
}

/// The payload of a document by this policy.
pub(crate) fn read_by(peer: &Peer, document: &str, policy: &Policy) -> Result<Vec<u8>, Error> {
    JwsJson::verify(document, &peer.keys, policy).map(JwsJson::into_payload)
}

/// The same payload under this header in every form that is not simply compact; the outcome must be the same for all.
pub(crate) fn in_every_form(peer: &Peer, header: impl AsRef<[u8]>) -> Result<(), Error> {
    in_every_form_by(peer, header, &allowing(peer.alg).build().unwrap())
}

pub(crate) fn in_every_form_by(
    peer: &Peer,
    header: impl AsRef<[u8]>,
    policy: &Policy,
) -> Result<(), Error> {
    let keys = &peer.keys;
    let entry = entry(peer, header);
    let several = json!({ "signatures": [entry] }).to_string();
    let attached = with(entry.clone(), json!({ "payload": b64u(CLAIMS) })).to_string();
    let text = |name: &str| entry[name].as_str().unwrap();
    let compact = format!("{}..{}", text("protected"), text("signature"));
    let (alone, octets) = (entry.to_string(), CLAIMS.as_bytes());
    let outcomes = [
        JwsJson::verify(&attached, keys, policy).map(drop),
        JwsJson::verify(&general(&[entry]), keys, policy).map(drop),
        JwsJson::verify_detached(&alone, octets, keys, policy).map(drop),
        JwsJson::verify_detached(&several, octets, keys, policy).map(drop),
        Jws::verify_detached(&compact, octets, keys, policy).map(drop),
        JwsJson::verify_detached_from(&alone, octets, keys, policy).map(drop),
        JwsJson::verify_detached_from(&several, octets, keys, policy).map(drop),
        Jws::verify_detached_from(&compact, octets, keys, policy).map(drop),
    ];
    for outcome in &outcomes {
        assert_eq!(*outcome, outcomes[0]);
    }
    outcomes[0].clone()
}
