//! Section VI: none, several and very many signatures.

use std::sync::atomic::Ordering;

use josie::Error;
use josie::JwsJson;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Limit;
use josie::Malformed;
use josie::SignedBy;
use josie::UnverifiedJwsJson;
use josie::VerifyingKey;
use serde_json::Value;
use serde_json::json;

use crate::common::counting::counting;
use crate::documents::allowing;
use crate::documents::by;
use crate::documents::entry;
use crate::documents::entry_over;
use crate::documents::general;
use crate::documents::read;
use crate::documents::read_by;
use crate::peers::CLAIMS;
use crate::peers::HEADER;
use crate::peers::SECRET;
use crate::peers::b64u;
use crate::peers::family_peers;
use crate::peers::secret_peers;
use crate::peers::wide;
use crate::peers::with_members;

#[test]
fn a69_no_signature_is_no_signature() {
    for peer in family_peers() {
        for (signatures, reason) in [
            (json!([]), Malformed::EmptyMember("signatures")),
            (json!([{}]), Malformed::MissingMember("signature")),
            (json!(null), Malformed::MemberType("signatures")),
            (json!({}), Malformed::MemberType("signatures")),
            (json!([null]), Malformed::MemberType("signatures")),
            (json!([[]]), Malformed::MemberType("signatures")),
        ] {
            let document = json!({ "payload": b64u(CLAIMS), "signatures": signatures }).to_string();
            for signers in [SignedBy::All, SignedBy::Any, SignedBy::AtLeast(1)] {
                let error = read_by(&peer, &document, &by(&peer, signers)).unwrap_err();
                assert_eq!(error, Error::Malformed(reason), "{document}");
            }
        }
        let nothing = json!({ "payload": b64u(CLAIMS) }).to_string();
        let error = Error::Malformed(Malformed::MissingMember("signature"));
        assert_eq!(read(&peer, &nothing).unwrap_err(), error);
        assert!(read(&peer, &general(&[entry(&peer, peer.header())])).is_ok());
    }
}

#[test]
fn a74_signature_of_the_attacker_beside_an_honest_one_lends_it_nothing() {
    for [peer, mallory] in secret_peers().into_iter().zip(strangers()).map(|(a, b)| [a, b]) {
        let admin = entry(&mallory, with_members(HEADER, r#""kid":"admin","role":"root""#));
        let honest = entry(&peer, HEADER);
        let keys = peer.keys.iter().next().unwrap().clone();
        let unknown = || Err(Error::UnknownKey);

        let alone = general(std::slice::from_ref(&honest));
        assert!(read(&peer, &alone).is_ok());
        for (entries, which) in [([admin.clone(), honest.clone()], 1), ([honest, admin], 0)] {
            let document = general(&entries);
            let named = KeySet::from(keys.clone().with_kid("legit"));
            let mut outcomes = vec![unknown(), unknown()];
            outcomes[which] = Ok(());

            let verify = |signers| JwsJson::verify(&document, &named, &by(&peer, signers));
            let error = verify(SignedBy::All).unwrap_err();
            assert_eq!(error, Error::SignersMissing(outcomes.clone().into()));
            let error = verify(SignedBy::kids(["admin"])).unwrap_err();
            assert_eq!(error, Error::SignersMissing(outcomes.into()));
            // Whoever is content with any learns which, and sees the header of that one alone.
            let jws = verify(SignedBy::Any).unwrap();
            let valid: Vec<_> = jws.signatures().valid().collect();
            assert_eq!(valid.len(), 1);
            assert_eq!((valid[0].kid(), valid[0].key().kid()), (None, Some("legit")));
            assert_eq!(valid[0].header().param("role"), None);
            let outcome = jws.signatures().outcomes()[1 - which].signature();
            assert_eq!(outcome.unwrap_err(), &Error::UnknownKey);
        }
    }
}

/// For each of the secret peers somebody in the same registry whose key nobody knows.
fn strangers() -> Vec<crate::peers::Peer> {
    let material = KeyMaterial::oct(vec![0x77; 32]);
    let stranger =
        |(_, registry)| crate::peers::Peer::new(registry, josie::JwsAlg::Hs256, &material);
    crate::common::registries().into_iter().map(stranger).collect()
}

#[test]
fn a74_valid_signature_is_not_one_over_another_payload() {
    for peer in secret_peers() {
        let elsewhere = entry_over(&peer, HEADER, &b64u(r#"{"sub":"mallory"}"#));
        let document = general(&[elsewhere, entry(&peer, HEADER)]);
        let error = read(&peer, &document).unwrap_err();
        assert_eq!(error, Error::SignersMissing([Err(Error::InvalidSignature), Ok(())].into()));
        let any = read_by(&peer, &document, &by(&peer, SignedBy::Any)).unwrap();
        assert_eq!(any, CLAIMS.as_bytes());
        let two = read_by(&peer, &document, &by(&peer, SignedBy::AtLeast(2))).unwrap_err();
        assert_eq!(two.code(), "signers_missing");
    }
}

#[test]
fn a75_signatures_are_counted_before_any_is_decoded() {
    for peer in secret_peers() {
        let (registry, verified) = counting(peer.alg, &peer.registry);
        let material = KeyMaterial::oct(SECRET.to_vec());
        let key = VerifyingKey::new(&material, peer.alg, &registry).unwrap();
        let keys = KeySet::from(key);
        let policy = allowing(peer.alg).limits(wide()).build().unwrap();
        let honest = entry(&peer, HEADER);
        let verify =
            |entries: &[Value]| JwsJson::verify(&general(entries), &keys, &policy).map(drop);
        let limit = Err(Error::Limit(Limit::Signatures));

        for stub in [json!({}), json!(0), json!({ "protected": "!" }), honest.clone()] {
            assert_eq!(verify(&vec![stub; 200_000]), limit);
        }
        assert_eq!(verify(&vec![honest.clone(); 17]), limit);
        assert_eq!(verified.load(Ordering::SeqCst), 0);
        assert_eq!(verify(&vec![honest; 16]), Ok(()));
        assert_eq!(verified.load(Ordering::SeqCst), 16);
    }
}

#[test]
fn a75_document_at_the_limit_of_its_length_has_no_room_for_more_work() {
    let stubs = general(&vec![json!({}); 80_000]);
    assert!((200_000..262_144).contains(&stubs.len()));
    let error = UnverifiedJwsJson::parse(&stubs, &josie::Limits::default()).unwrap_err();
    assert_eq!(error, Error::Limit(Limit::Signatures));
    let stubs = general(&vec![json!({}); 90_000]);
    let error = UnverifiedJwsJson::parse(&stubs, &josie::Limits::default()).unwrap_err();
    assert_eq!(error, Error::Limit(Limit::Token));
}

#[test]
fn a77_mixed_b64_among_signatures_is_malformed() {
    for peer in secret_peers() {
        let raw = with_members(HEADER, r#""b64":false,"crit":["b64"]"#);
        // Octets that are themselves when they are encoded and when they are not.
        let both = "eA";
        let document = |headers: &[&str]| {
            let entries: Vec<_> =
                headers.iter().map(|header| entry_over(&peer, header, both)).collect();
            json!({ "payload": both, "signatures": entries }).to_string()
        };
        for signers in [SignedBy::All, SignedBy::Any, SignedBy::AtLeast(1)] {
            let policy = allowing(peer.alg).signed_by(signers).allow_unencoded().build().unwrap();
            let mixed = Error::Malformed(Malformed::MixedUnencoded);
            for headers in [[&*raw, HEADER], [HEADER, &*raw]] {
                assert_eq!(read_by(&peer, &document(&headers), &policy).unwrap_err(), mixed);
            }
            let raw_twice = read_by(&peer, &document(&[&raw]), &policy).unwrap();
            assert_eq!(raw_twice, b"eA");
            assert_eq!(read_by(&peer, &document(&[HEADER]), &policy).unwrap(), b"x");
        }
    }
}
