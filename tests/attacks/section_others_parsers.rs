//! Section XIV: no input makes a parser panic, and no other input passes for an honest token.

use josie::Error;
use josie::Jwk;
use josie::JwkSet;
use josie::KeyMaterial;
use josie::Limits;
use josie::Malformed;
use josie::UnverifiedJws;
use proptest::prelude::*;

use crate::peers::CLAIMS;
use crate::peers::JWK;
use crate::peers::Peer;
use crate::peers::b64u;
use crate::peers::family_peers;
use crate::peers::key_file;
use crate::peers::secret_peers;

/// What is done to an honest text.
#[derive(Clone, Debug)]
enum Edit {
    Replace(prop::sample::Index, char),
    Insert(prop::sample::Index, String),
    Remove(prop::sample::Index),
    Cut(prop::sample::Index),
    Swap(prop::sample::Index, prop::sample::Index),
    Repeat(prop::sample::Index),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let symbol = prop_oneof![
        prop::sample::select("ABYZabyz0189-_.=+/ \n{}[]\":,\\".chars().collect::<Vec<_>>()),
        any::<char>(),
    ];
    let edit = prop_oneof![
        (any::<prop::sample::Index>(), symbol).prop_map(|(at, c)| Edit::Replace(at, c)),
        (any::<prop::sample::Index>(), ".{1,4}").prop_map(|(at, text)| Edit::Insert(at, text)),
        any::<prop::sample::Index>().prop_map(Edit::Remove),
        any::<prop::sample::Index>().prop_map(Edit::Cut),
        any::<(prop::sample::Index, prop::sample::Index)>().prop_map(|(a, b)| Edit::Swap(a, b)),
        any::<prop::sample::Index>().prop_map(Edit::Repeat),
    ];
    prop::collection::vec(edit, 1..4)
}

fn edited(text: &str, edits: &[Edit]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for edit in edits {
        if chars.is_empty() {
            break;
        }
        match edit {
            Edit::Replace(at, c) => *at.get_mut(&mut chars) = *c,
            Edit::Insert(at, text) => {
                let at = at.index(chars.len());
                chars.splice(at..at, text.chars());
            }
            Edit::Remove(at) => {
                chars.remove(at.index(chars.len()));
            }
            Edit::Cut(at) => chars.truncate(at.index(chars.len())),
            Edit::Swap(a, b) => {
                let len = chars.len();
                chars.swap(a.index(len), b.index(len));
            }
            Edit::Repeat(at) => chars.extend_from_within(at.index(chars.len())..),
        }
    }
    chars.into_iter().collect()
}

/// Everything that reads text that somebody else wrote.
fn read_as_everything(text: &str, peers: &[Peer]) {
    if let Ok(unverified) = UnverifiedJws::parse(text, &Limits::default()) {
        let _ = unverified.dangerous_unverified_claims();
        let _ = format!("{unverified:?}");
    }
    for peer in peers {
        let _ = peer.verify(text).map_err(|error| format!("{error} {error:?}"));
    }
    let _ = Jwk::parse(text).map_err(|error| format!("{error} {error:?}"));
    let _ = JwkSet::parse(text).map_err(|error| format!("{error} {error:?}"));
    let _ = KeyMaterial::from_pem(text).map_err(|error| format!("{error} {error:?}"));
    let _ = KeyMaterial::from_der(text.as_bytes()).map_err(|error| format!("{error} {error:?}"));
}

fn pem(name: &str) -> String {
    String::from_utf8(key_file(name)).unwrap()
}

proptest! {
    #[test]
    fn a192_arbitrary_text_makes_no_parser_panic(text: String) {
        read_as_everything(&text, &secret_peers());
    }

    #[test]
    fn a192_arbitrary_text_of_tokens_and_json_makes_no_parser_panic(
        text in r#"[A-Za-z0-9_\-.={}\[\]":, \\u]{0,200}"#,
    ) {
        read_as_everything(&text, &secret_peers());
    }

    #[test]
    fn a192_arbitrary_octets_in_any_segment_make_no_parser_panic(
        header: Vec<u8>,
        payload: Vec<u8>,
        signature: Vec<u8>,
    ) {
        for peer in secret_peers() {
            let signed = peer.token(&header, &payload);
            prop_assert!(peer.verify(&signed).is_err());
            let signed = peer.token(peer.header(), &payload);
            prop_assert!(peer.verify(&signed).is_err());
            let jws = peer.verify_jws(&signed).unwrap();
            prop_assert_eq!(jws.payload(), &payload[..]);
            let forged =
                format!("{}.{}.{}", b64u(peer.header()), b64u(&payload), b64u(&signature));
            let error = peer.verify_jws(&forged).unwrap_err();
            let expected = if signature.is_empty() {
                Error::Malformed(Malformed::EmptySignature)
            } else {
                Error::InvalidSignature
            };
            prop_assert_eq!(error, expected);
        }
    }

    #[test]
    fn a192_arbitrary_octets_make_no_key_parser_panic(octets: Vec<u8>) {
        prop_assert!(KeyMaterial::from_der(&octets).is_err());
        // Behind the start of a structure that is one.
        for start in [&[0x30, 0x82][..], &[0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0]] {
            let _ = KeyMaterial::from_der(&[start, &octets].concat());
        }
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", b64u(&octets));
        let _ = KeyMaterial::from_pem(&pem);
    }

    #[test]
    fn a192_edited_headers_and_claims_make_no_parser_panic(
        header in edits(),
        claims in edits(),
    ) {
        let members = r#"{"alg":"HS256","typ":"JWT","kid":"a","crit":["x"],"x":{"y":[1,null]}}"#;
        let payload = r#"{"iss":"a","aud":["b"],"exp":1700003600.5,"nbf":1e9,"x":{"y":[{"z":-1.5e3}]}}"#;
        for peer in secret_peers() {
            let token = peer.token(edited(members, &header), edited(CLAIMS, &claims));
            read_as_everything(&token, std::slice::from_ref(&peer));
            let token = peer.token(peer.header(), edited(payload, &claims));
            read_as_everything(&token, std::slice::from_ref(&peer));
        }
    }

    #[test]
    fn a192_edited_key_documents_make_no_parser_panic(
        edits in edits(),
        octets in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        read_as_everything(&edited(JWK, &edits), &[]);
        read_as_everything(&edited(&format!(r#"{{"keys":[{JWK},{{}}]}}"#), &edits), &[]);
        for name in ["rsa2048.pkcs8", "p256.pkcs8", "ed25519.pkcs8", "p521.spki", "rsa2048.spki"] {
            read_as_everything(&edited(&pem(&format!("{name}.pem")), &edits), &[]);
            let mut der = key_file(&format!("{name}.der"));
            for (at, octet) in &octets {
                *at.get_mut(&mut der) = *octet;
            }
            let _ = KeyMaterial::from_der(&der);
            let cut = octets[0].0.index(der.len());
            let _ = KeyMaterial::from_der(&der[..cut]);
        }
    }
}

#[test]
fn a192_edited_tokens_are_never_accepted() {
    let peers = family_peers();
    let tokens: Vec<(&Peer, String)> = peers.iter().map(|peer| (peer, peer.honest())).collect();
    for (peer, token) in &tokens {
        assert!(peer.verify(token).is_ok());
    }
    proptest!(|(edits in edits(), which: prop::sample::Index)| {
        let (peer, token) = which.get(&tokens);
        let hostile = edited(token, &edits);
        if hostile != *token {
            prop_assert!(peer.verify(&hostile).is_err(), "{hostile}");
        }
    });
}

#[test]
fn a192_tokens_with_any_part_of_another_are_never_accepted() {
    for peer in family_peers() {
        let other = |claims: &str| peer.token(peer.header(), claims);
        let [left, right] = [CLAIMS, r#"{"sub":"mallory","exp":1700003600}"#].map(other);
        let [left, right] = [&left, &right].map(|token| token.split('.').collect::<Vec<_>>());
        for choice in 0..8 {
            let parts: Vec<&str> = (0..3)
                .map(|index| if choice >> index & 1 == 0 { left[index] } else { right[index] })
                .collect();
            let outcome = peer.verify(&parts.join("."));
            // The headers are equal, so the payload and the signature must be of one token.
            if choice >> 1 & 1 == choice >> 2 & 1 {
                assert!(outcome.is_ok());
            } else {
                assert_eq!(outcome.unwrap_err(), Error::InvalidSignature);
            }
        }
    }
}
