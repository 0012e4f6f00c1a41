//! Section IV: one token has one spelling.

use std::collections::BTreeSet;

use josie::ClaimReason;
use josie::Error;
use josie::Jwk;
use josie::JwkError;
use josie::JwkSet;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Malformed;
use josie::Part;
use josie::VerifyingKey;

use crate::common::registries;
use crate::peers::CLAIMS;
use crate::peers::HEADER;
use crate::peers::PARTS;
use crate::peers::Peer;
use crate::peers::claim;
use crate::peers::family_peers;
use crate::peers::policy;
use crate::peers::rules;
use crate::peers::secret_peers;

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn not_base64url(part: Part) -> Error {
    Error::Malformed(Malformed::Base64url(part))
}

/// The spellings of the same octets that differ in the unused bits of the last symbol: 15, 3 or none.
fn with_trailing_bits(text: &str) -> Vec<String> {
    let spare = match text.len() % 4 {
        2 => 4,
        3 => 2,
        _ => return vec![],
    };
    let (start, last) = text.split_at(text.len() - 1);
    let last = ALPHABET.find(last).unwrap();
    (1..1 << spare).map(|bits| format!("{start}{}", &ALPHABET[last + bits..][..1])).collect()
}

/// Headers and payloads of every length modulo 3.
fn honest_tokens(peer: &Peer) -> Vec<String> {
    (0..3)
        .map(|spaces| {
            let pad = " ".repeat(spaces);
            peer.token(peer.header() + &pad, format!("{CLAIMS}{pad}"))
        })
        .collect()
}

#[test]
fn a45_non_zero_trailing_bits_in_any_segment_are_refused() {
    for peer in family_peers() {
        let mut respellings = [0; 3];
        for token in honest_tokens(&peer) {
            let parts: Vec<&str> = token.split('.').collect();

            assert!(peer.verify(&token).is_ok());
            for (index, part) in PARTS.into_iter().enumerate() {
                for text in with_trailing_bits(parts[index]) {
                    let hostile = peer.respelt(&token, part, |_| text.clone());

                    assert_eq!(peer.verify(&hostile).unwrap_err(), not_base64url(part));
                    respellings[index] += 1;
                }
            }
        }
        assert!(respellings.iter().all(|count| *count > 0), "{}", peer.alg);
    }
}

#[test]
fn a45_non_zero_trailing_bits_in_a_jwk_member_are_refused() {
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let d = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
    for (name, honest, jwk) in [
        ("k", d, r#"{"kty":"oct","k":"VALUE"}"#.to_owned()),
        ("x", x, r#"{"kty":"OKP","crv":"Ed25519","x":"VALUE"}"#.to_owned()),
        ("d", d, format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","d":"VALUE"}}"#)),
        ("n", "AQAB_w", r#"{"kty":"RSA","n":"VALUE","e":"AQAB"}"#.to_owned()),
        ("e", "AQ", r#"{"kty":"RSA","n":"AQAB","e":"VALUE"}"#.to_owned()),
        ("y", x, format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"VALUE"}}"#)),
    ] {
        assert!(Jwk::parse(&jwk.replace("VALUE", honest)).is_ok(), "{name}");
        let malformed = KeyError::Jwk(JwkError::Member(name));
        for text in with_trailing_bits(honest) {
            let hostile = jwk.replace("VALUE", &text);
            let set = JwkSet::parse(&format!(r#"{{"keys":[{hostile}]}}"#)).unwrap();

            assert_eq!(Jwk::parse(&hostile).unwrap_err(), malformed);
            assert_eq!(*set.entries().next().unwrap().unwrap_err().reason(), malformed);
        }
        for padded in [format!("{honest}="), format!("{honest}=="), format!("{honest} ")] {
            let error = Jwk::parse(&jwk.replace("VALUE", &padded)).unwrap_err();

            assert_eq!(error, malformed, "{padded}");
        }
    }
}

#[test]
fn a46_padding_in_any_segment_is_refused() {
    for peer in family_peers() {
        for token in honest_tokens(&peer) {
            assert!(peer.verify(&token).is_ok());
            for part in PARTS {
                for padding in ["=", "==", "===", "====", "%3D", "%3d"] {
                    let hostile = peer.respelt(&token, part, |text| format!("{text}{padding}"));

                    assert_eq!(peer.verify(&hostile).unwrap_err(), not_base64url(part));
                }
            }
        }
    }
}

#[test]
fn a47_standard_alphabet_alone_or_mixed_is_refused() {
    for peer in secret_peers() {
        // Every alignment of these has both symbols; the signature is drawn until it has.
        let header = r#"{"alg":"HS256","x":"???>>>???>>>"}"#;
        let token = (0..)
            .map(|n| {
                let claims = format!(r#"{{"n":{n},"exp":1700003600,"x":"???>>>???>>>"}}"#);
                peer.token(header, claims)
            })
            .find(|token| token.split('.').all(|part| part.contains('-') && part.contains('_')))
            .unwrap();

        assert!(peer.verify(&token).is_ok());
        for part in PARTS {
            for hostile in [
                peer.respelt(&token, part, |text| text.replace('-', "+")),
                peer.respelt(&token, part, |text| text.replace('_', "/")),
                peer.respelt(&token, part, |text| text.replacen('-', "+", 1)),
                peer.respelt(&token, part, |text| text.replacen('_', "/", 1)),
                peer.respelt(&token, part, |text| text.replace('-', "+").replace('_', "/")),
                peer.respelt(&token, part, |text| text.replace('-', "%2D")),
            ] {
                assert_eq!(peer.verify(&hostile).unwrap_err(), not_base64url(part));
            }
        }
    }
}

#[test]
fn a48_characters_outside_the_alphabet_are_refused_in_every_place() {
    let ascii = (0..=0x7f_u8).map(char::from).filter(|c| *c != '.' && !ALPHABET.contains(*c));
    let strangers: Vec<char> =
        ascii.chain("\u{80}\u{a0}éſ\u{200b}\u{2028}\u{feff}．Ａ\u{1d7d8}".chars()).collect();
    for peer in secret_peers() {
        let token = peer.honest();

        assert!(peer.verify(&token).is_ok());
        for part in PARTS {
            for stranger in &strangers {
                for place in [0, 1, 2] {
                    let hostile = peer.respelt(&token, part, |text| {
                        let (left, right) = text.split_at(place * text.len() / 2);
                        format!("{left}{stranger}{right}")
                    });

                    assert_eq!(
                        peer.verify(&hostile).unwrap_err(),
                        not_base64url(part),
                        "{stranger:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a49_segments_of_impossible_length_are_refused() {
    for peer in family_peers() {
        for token in honest_tokens(&peer) {
            assert!(peer.verify(&token).is_ok());
            for part in PARTS {
                for symbol in ALPHABET.chars() {
                    // One symbol over a whole number of groups holds six bits: no octet.
                    let hostile = peer.respelt(&token, part, |text| {
                        format!("{}{symbol}", &text[..text.len() / 4 * 4])
                    });

                    assert_eq!(peer.verify(&hostile).unwrap_err(), not_base64url(part));
                }
            }
        }
        let one_symbol = peer.respelt(&peer.honest(), Part::Signature, |_| "A".to_owned());
        assert_eq!(peer.verify(&one_symbol).unwrap_err(), not_base64url(Part::Signature));
    }
}

#[test]
fn a50_any_number_of_segments_but_three_is_refused() {
    let parts = Error::Malformed(Malformed::Parts);
    for peer in secret_peers() {
        let token = peer.honest();
        let (signing_input, signature) = token.rsplit_once('.').unwrap();
        let (header, payload) = signing_input.split_once('.').unwrap();

        assert!(peer.verify(&token).is_ok());
        for hostile in [
            String::new(),
            header.to_owned(),
            signing_input.to_owned(),
            format!("{token}."),
            format!(".{token}"),
            format!(".{token}."),
            format!("{token}.{signature}"),
            format!("{token}.."),
            format!("{token}.a.b"),
            format!("{token}.{token}"),
            format!("{header}..{payload}.{signature}"),
            format!("{header}.{payload}..{signature}"),
            // Correctly signed over a signing input with one dot too many.
            peer.seal(&format!("{header}.{payload}.")),
            peer.seal(&format!("{header}.{payload}.{payload}")),
            peer.seal(header),
        ] {
            assert_eq!(peer.verify(&hostile).unwrap_err(), parts, "{hostile}");
        }
        for dots in (0..=8).filter(|dots| *dots != 2) {
            assert_eq!(peer.verify(&".".repeat(dots)).unwrap_err(), parts);
        }
    }
}

#[test]
fn a50_empty_segments_are_refused() {
    let no_header = Error::Malformed(Malformed::Json(Part::Header));
    for peer in secret_peers() {
        let token = peer.honest();
        let (header, rest) = token.split_once('.').unwrap();
        let (payload, signature) = rest.split_once('.').unwrap();

        assert!(peer.verify(&token).is_ok());
        for hostile in
            ["..".to_owned(), format!("..{signature}"), peer.seal(&format!(".{payload}"))]
        {
            assert_eq!(peer.verify(&hostile).unwrap_err(), no_header);
        }
        assert_eq!(
            peer.verify(&format!("{header}.{payload}.")).unwrap_err(),
            Error::Malformed(Malformed::EmptySignature)
        );
        // A JWS may have an empty payload, a JWT may not.
        let no_payload = peer.seal(&format!("{header}."));
        assert_eq!(peer.verify_jws(&no_payload).unwrap().payload(), b"");
        assert_eq!(
            peer.verify(&no_payload).unwrap_err(),
            Error::Malformed(Malformed::Json(Part::Payload))
        );
    }
}

#[test]
fn a53_every_other_spelling_of_a_token_is_refused() {
    for peer in family_peers() {
        for token in honest_tokens(&peer) {
            let mut spellings = BTreeSet::new();
            for (index, _) in token.char_indices().chain([(token.len(), '.')]) {
                let (left, right) = token.split_at(index);
                for inserted in ["=", " ", "\n", "\r\n", "\t", "\0", "\u{feff}", "%0A"] {
                    spellings.insert(format!("{left}{inserted}{right}"));
                }
            }
            let parts: Vec<&str> = token.split('.').collect();
            for index in 0..3 {
                for text in with_trailing_bits(parts[index]) {
                    let mut respelt = parts.clone();
                    respelt[index] = &text;
                    spellings.insert(respelt.join("."));
                }
            }
            spellings.extend([token.replace('-', "+"), token.replace('_', "/")]);
            spellings.remove(&token);

            let accepted: Vec<_> = spellings
                .iter()
                .chain([&token])
                .filter(|spelling| peer.verify(spelling).is_ok())
                .collect();

            assert_eq!(accepted, [&token]);
            for spelling in &spellings {
                let error = peer.verify(spelling).unwrap_err();
                let malformed = PARTS.map(not_base64url).contains(&error);
                assert!(malformed, "{error:?}: {spelling:?}");
            }
        }
    }
}

#[test]
fn a53_every_other_character_at_every_place_is_refused() {
    for peer in secret_peers() {
        let token = peer.honest();

        assert!(peer.verify(&token).is_ok());
        for (index, original) in token.char_indices() {
            for other in (0..=0x7f_u8).map(char::from).filter(|c| *c != original) {
                let hostile = format!("{}{other}{}", &token[..index], &token[index + 1..]);

                assert!(peer.verify(&hostile).is_err(), "{hostile}");
            }
        }
    }
}

#[test]
fn a54_embedded_nul_is_a_character_like_any_other() {
    let secret = |octet: u8| KeyMaterial::oct(vec![octet; 32]);
    for (_, registry) in registries() {
        let first = Peer::new(registry, JwsAlg::Hs256, &secret(1));
        let second = Peer::new(registry, JwsAlg::Hs256, &secret(2));
        let bound = |octet, kid: &str| {
            VerifyingKey::new(&secret(octet).with_kid(kid), JwsAlg::Hs256, &registry).unwrap()
        };
        let keys = KeySet::from_iter([bound(1, "a"), bound(2, "a\0b")]);
        let header = r#"{"alg":"HS256","kid":"a\u0000b"}"#;
        let verify = |token: &str, keys: &KeySet<VerifyingKey>| {
            josie::Jwt::<josie::NoClaims>::verify(token, keys, &policy(rules()))
        };

        let jwt = verify(&second.token(header, CLAIMS), &keys).unwrap();
        assert_eq!(jwt.kid(), Some("a\0b"));
        assert_eq!(
            verify(&first.token(header, CLAIMS), &keys).unwrap_err(),
            Error::InvalidSignature
        );
        for kid in ["a", "a\0", "a\0c", "\0b"] {
            let other = KeySet::from(bound(2, kid));
            assert_eq!(
                verify(&second.token(header, CLAIMS), &other).unwrap_err(),
                Error::UnknownKey
            );
        }
        let trusted = |iss: &str| {
            let claims = format!(r#"{{"iss":"{iss}","exp":1700003600}}"#);
            first.claims_by(&claims, rules().iss("https://a"))
        };
        assert!(trusted("https://a").is_ok());
        for iss in [r"https://a\u0000", r"https://a\u0000.evil"] {
            assert_eq!(trusted(iss).unwrap_err(), claim("iss", ClaimReason::Mismatch));
        }
        let raw = verify(&first.token(HEADER, "{\"sub\":\"a\0\",\"exp\":1700003600}"), &first.keys);
        assert_eq!(raw.unwrap_err(), Error::Malformed(Malformed::Json(Part::Payload)));
    }
}
