//! Section IV for JWS in a JSON serialization or with a detached payload: base64url, parts and lengths.

use josie::Error;
use josie::Jws;
use josie::JwsJson;
use josie::KeySet;
use josie::Limit;
use josie::Limits;
use josie::Malformed;
use josie::Part;
use serde_json::Value;
use serde_json::json;

use crate::documents::allowing;
use crate::documents::entry;
use crate::documents::flattened;
use crate::documents::general;
use crate::documents::in_every_form;
use crate::documents::read;
use crate::documents::read_by;
use crate::documents::with;
use crate::peers::CLAIMS;
use crate::peers::HEADER;
use crate::peers::Peer;
use crate::peers::b64u;
use crate::peers::family_peers;
use crate::peers::padded;
use crate::peers::secret_peers;
use crate::peers::wide;
use crate::peers::with_members;

const MEMBERS: [(&str, Part); 3] =
    [("protected", Part::Header), ("payload", Part::Payload), ("signature", Part::Signature)];

/// Every member of base64url in another spelling is refused in the flattened and in the general form.
fn assert_respelt_is_refused(peer: &Peer, respell: impl Fn(&str) -> Option<String>) {
    for spaces in 0..3 {
        let honest = flattened(peer, peer.header() + &" ".repeat(spaces));
        assert_eq!(read(peer, &honest.to_string()).unwrap(), CLAIMS.as_bytes());
        for (name, part) in MEMBERS {
            let Some(other) = respell(honest[name].as_str().unwrap()) else { continue };
            let hostile = with(honest.clone(), json!({ name: other }));
            let expected = Error::Malformed(Malformed::Base64url(part));
            assert_eq!(read(peer, &hostile.to_string()).unwrap_err(), expected, "{name} {other}");
            let payload = hostile["payload"].clone();
            let mut entry = hostile;
            entry.as_object_mut().unwrap().remove("payload");
            let hostile = json!({ "payload": payload, "signatures": [entry] }).to_string();
            assert_eq!(read(peer, &hostile).unwrap_err(), expected, "{name} {other}");
        }
    }
}

#[test]
fn a46_padding_in_a_member_of_a_document_is_refused() {
    for peer in family_peers() {
        for padding in ["=", "==", "===", "%3D"] {
            assert_respelt_is_refused(&peer, |text| Some(format!("{text}{padding}")));
        }
    }
}

#[test]
fn a47_standard_alphabet_in_a_member_of_a_document_is_refused() {
    for peer in secret_peers() {
        for foreign in ["+", "/"] {
            assert_respelt_is_refused(&peer, |text| Some(format!("{foreign}{}", &text[1..])));
            assert_respelt_is_refused(&peer, |text| Some(format!("{foreign}{foreign}-_{text}")));
        }
    }
}

#[test]
fn a48_characters_outside_the_alphabet_in_a_member_of_a_document_are_refused() {
    for peer in secret_peers() {
        for foreign in [" ", "\n", "\t", "\0", "\u{200b}", "\u{feff}", "\u{ff0e}", ".", "\u{e9}"] {
            assert_respelt_is_refused(&peer, |text| Some(format!("{foreign}{text}")));
            assert_respelt_is_refused(&peer, |text| Some(format!("{text}{foreign}")));
            let within = |text: &str| Some(format!("{}{foreign}{}", &text[..8], &text[8..]));
            assert_respelt_is_refused(&peer, within);
        }
    }
}

#[test]
fn a49_members_of_impossible_length_are_refused() {
    for peer in secret_peers() {
        assert_respelt_is_refused(&peer, |text| {
            let missing = (5 - text.len() % 4) % 4;
            Some(format!("{text}{}", "A".repeat(missing)))
        });
    }
}

/// Verifies as a compact token over [`CLAIMS`], by a slice and in chunks alike.
fn detached(peer: &Peer, token: &str) -> Result<(), Error> {
    let policy = allowing(peer.alg).limits(wide()).build().unwrap();
    let (octets, keys) = (CLAIMS.as_bytes(), &peer.keys);
    let by_slice = Jws::verify_detached(token, octets, keys, &policy).map(drop);
    let by_chunks = Jws::verify_detached_from(token, octets, keys, &policy).map(drop);
    assert_eq!(by_slice, by_chunks);
    by_slice
}

/// The three parts of an honest token, and the honest detached token.
fn honest_parts(peer: &Peer) -> ([String; 3], String) {
    let honest = peer.token(HEADER, CLAIMS);
    let parts: Vec<&str> = honest.split('.').collect();
    let [header, payload, signature] = parts[..] else { panic!() };
    let token = format!("{header}..{signature}");
    ([header, payload, signature].map(str::to_owned), token)
}

#[test]
fn a46_a49_detached_token_in_another_spelling_is_refused() {
    for peer in secret_peers() {
        let ([header, _, signature], honest) = honest_parts(&peer);
        assert_eq!(detached(&peer, &honest), Ok(()));
        for extra in ["=", "==", "A", " ", "\n", "+", "/", "\0"] {
            for (token, part) in [
                (format!("{header}{extra}..{signature}"), Part::Header),
                (format!("{header}..{signature}{extra}"), Part::Signature),
                (format!("{header}..{extra}{signature}"), Part::Signature),
            ] {
                let expected = match (extra, part) {
                    // 20 characters and one more cannot be; 43 and one more are another signature.
                    ("A", Part::Signature) => Error::InvalidSignature,
                    _ => Error::Malformed(Malformed::Base64url(part)),
                };
                assert_eq!(detached(&peer, &token), Err(expected), "{token}");
            }
        }
    }
}

#[test]
fn a50_detached_token_of_any_number_of_segments_but_three_is_refused() {
    for peer in secret_peers() {
        let ([header, _, signature], honest) = honest_parts(&peer);
        let parts = Error::Malformed(Malformed::Parts);
        for token in [
            String::new(),
            header.clone(),
            format!("{header}.{signature}"),
            format!("{header}...{signature}"),
            format!(".{honest}."),
            format!("{honest}.AAAA"),
            format!("{header}....{signature}"),
        ] {
            assert_eq!(detached(&peer, &token), Err(parts.clone()), "{token}");
        }
        let empty = Error::Malformed(Malformed::EmptySignature);
        assert_eq!(detached(&peer, &format!("{header}..")), Err(empty));
        let no_header = format!("..{signature}");
        assert_eq!(
            detached(&peer, &no_header),
            Err(Error::Malformed(Malformed::Json(Part::Header)))
        );
        assert_eq!(detached(&peer, &honest), Ok(()));
    }
}

#[test]
fn a51_detached_tokens_of_many_dots_are_refused() {
    for peer in secret_peers() {
        let (_, honest) = honest_parts(&peer);
        let strict = allowing(peer.alg).build().unwrap();
        let million = 1024 * 1024;
        for hostile in
            [".".repeat(million), "a.".repeat(million), honest.clone() + &".".repeat(million)]
        {
            assert_eq!(detached(&peer, &hostile), Err(Error::Malformed(Malformed::Parts)));
            let result = Jws::verify_detached(&hostile, b"", &peer.keys, &strict);
            assert_eq!(result.unwrap_err(), Error::Limit(Limit::Token));
        }
        assert_eq!(detached(&peer, &honest), Ok(()));
    }
}

#[test]
fn a52_oversized_members_are_refused_before_they_are_decoded() {
    for peer in secret_peers() {
        let honest = flattened(&peer, HEADER);
        let policy = allowing(peer.alg).limits(wide().with_header_bytes(16_384)).build().unwrap();
        let undecodable = "!".repeat(1024 * 1024);
        for name in ["protected", "payload", "signature", "other"] {
            let hostile = with(honest.clone(), json!({ name: undecodable })).to_string();
            assert_eq!(read(&peer, &hostile).unwrap_err(), Error::Limit(Limit::Token), "{name}");
        }
        let header = with(honest.clone(), json!({ "protected": undecodable })).to_string();
        assert_eq!(read_by(&peer, &header, &policy).unwrap_err(), Error::Limit(Limit::Header));
        let header = with(honest.clone(), json!({ "header": { "x": undecodable } })).to_string();
        assert_eq!(read_by(&peer, &header, &policy).unwrap_err(), Error::Limit(Limit::Header));
        let long = flattened(&peer, padded(HEADER, 16_384)).to_string();
        assert!(read(&peer, &long).is_ok());
        assert!(read(&peer, &honest.to_string()).is_ok());
    }
}

#[test]
fn a53_one_document_may_be_written_in_many_ways_and_says_the_same_in_all() {
    for peer in secret_peers() {
        let honest = flattened(&peer, HEADER);
        let text = honest.to_string();
        let escaped = text.replace("payload", "pay\\u006coad").replace("eyJ", "\\u0065y\\u004a");
        let spaced = text.replace(',', ",\n ").replace(':', " : ");
        let extended = with(honest, json!({ "x": 1 })).to_string();
        for spelling in [text, escaped, spaced, extended] {
            // So nobody takes the text of it for its identity; what is signed is one.
            assert_eq!(read(&peer, &spelling).unwrap(), CLAIMS.as_bytes(), "{spelling}");
        }
    }
}

#[test]
fn a54_embedded_nul_in_an_unprotected_kid_is_a_character_like_any_other() {
    for peer in secret_peers() {
        let key = peer.keys.iter().next().unwrap();
        let policy = allowing(peer.alg).build().unwrap();
        let named = |kid: &str| KeySet::from(key.clone().with_kid(kid));
        let document = |kid: &str| {
            with(flattened(&peer, HEADER), json!({ "header": { "kid": kid } })).to_string()
        };
        let verify =
            |document: &str, keys: &KeySet<_>| JwsJson::verify(document, keys, &policy).map(drop);

        assert_eq!(verify(&document("a\0b"), &named("a\0b")), Ok(()));
        for other in ["a", "a\0", "a\0c", "b", ""] {
            assert_eq!(verify(&document("a\0b"), &named(other)), Err(Error::UnknownKey));
        }
        assert_eq!(verify(&document("a"), &named("a\0b")), Err(Error::UnknownKey));
        assert_eq!(verify(&document("a"), &named("a")), Ok(()));
    }
}

#[test]
fn a52_limits_hold_in_every_form() {
    for peer in secret_peers() {
        let longest = padded(HEADER, 16_384);
        assert_eq!(in_every_form(&peer, &longest), Ok(()));
        let limit = Err(Error::Limit(Limit::Header));
        assert_eq!(in_every_form(&peer, padded(HEADER, 16_385)), limit);
        let kid = |len| with_members(HEADER, &format!(r#""kid":"{}""#, "k".repeat(len)));
        assert_eq!(in_every_form(&peer, kid(1024)), Ok(()));
        assert_eq!(in_every_form(&peer, kid(1025)), Err(Error::Limit(Limit::Kid)));
        let most: Vec<Value> = vec![entry(&peer, HEADER); Limits::default().signatures()];
        assert!(read(&peer, &general(&most)).is_ok());
        assert_eq!(b64u(HEADER).len(), 20);
    }
}
