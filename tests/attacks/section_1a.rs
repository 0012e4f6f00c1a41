//! Section I: unsecured tokens, and headers that do not say one `alg`.

use josie::Error;
use josie::JwsAlg;
use josie::KeyType;
use josie::Malformed;
use josie::Part;
use josie::Refused;
use serde_json::json;

use crate::authors::CLAIMS;
use crate::authors::authors;
use crate::authors::authors_of;
use crate::authors::b64u;
use crate::authors::signing_input;
use crate::authors::verify;

const UNKNOWN_ALGORITHM: Error = Error::Refused(Refused::UnknownAlgorithm);

#[test]
fn a01_unsecured_token_with_alg_none_is_refused() {
    for author in authors() {
        let unsecured = signing_input(br#"{"alg":"none"}"#, CLAIMS) + ".";
        let signed_anyway = author.token(&json!({ "alg": "none" }));

        for token in [unsecured, signed_anyway] {
            let result = verify(&token, &author.keys(), JwsAlg::ALL);
            assert_eq!(result, Err(UNKNOWN_ALGORITHM), "{author}");
        }
        let honest = verify(&author.honest(), &author.keys(), JwsAlg::ALL);
        assert_eq!(honest, Ok(()), "{author}");
    }
}

#[test]
fn a02_other_spellings_of_alg_none_are_refused() {
    for author in authors_of(KeyType::Oct) {
        for spelling in spellings_of_none() {
            let header = format!(r#"{{"alg":"{spelling}"}}"#);
            let unsecured = signing_input(header.as_bytes(), CLAIMS) + ".";
            let signed_anyway = author.token_over(header.as_bytes(), CLAIMS);

            for token in [unsecured, signed_anyway] {
                let result = verify(&token, &author.keys(), JwsAlg::ALL);
                assert_eq!(result, Err(UNKNOWN_ALGORITHM), "{author}: {spelling:?}");
            }
        }
        let honest = verify(&author.honest(), &author.keys(), JwsAlg::ALL);
        assert_eq!(honest, Ok(()), "{author}");
    }
}

/// The JSON text of every spelling, between the quotes.
fn spellings_of_none() -> Vec<String> {
    let cases = (0..16).map(|capitals: usize| {
        "none"
            .chars()
            .enumerate()
            .map(|(at, c)| if capitals >> at & 1 == 1 { c.to_ascii_uppercase() } else { c })
            .collect()
    });
    let surroundings =
        [" ", "\\t", "\\n", "\\r\\n", "\\u0000", "\\u00a0", "\\ufeff", "\\u200b", "\u{3000}"]
            .into_iter()
            .flat_map(|around| [format!("{around}none"), format!("none{around}")]);
    let others = [
        "",
        " ",
        "ｎｏｎｅ",
        "nоne",
        "n\\u006fne",
        "\\u004eone",
        "null",
        "false",
        "0",
        "none;HS256",
    ];
    cases.chain(surroundings).chain(others.map(str::to_owned)).collect()
}

#[test]
fn a02_absent_alg_is_refused() {
    for author in authors() {
        for header in [r#"{}"#, r#"{"typ":"JWT"}"#, r#"{"Alg":"HS256"}"#, r#"{"alg ":"HS256"}"#] {
            let unsecured = signing_input(header.as_bytes(), CLAIMS) + ".";
            let signed_anyway = author.token_over(header.as_bytes(), CLAIMS);

            for token in [unsecured, signed_anyway] {
                let result = verify(&token, &author.keys(), JwsAlg::ALL);
                assert_eq!(
                    result,
                    Err(Error::Malformed(Malformed::MissingAlg)),
                    "{author}: {header}"
                );
            }
        }
        let honest = verify(&author.honest(), &author.keys(), JwsAlg::ALL);
        assert_eq!(honest, Ok(()), "{author}");
    }
}

#[test]
fn a03_empty_signature_under_a_real_alg_is_malformed() {
    for author in authors() {
        let honest = author.honest();
        let (input, _) = honest.rsplit_once('.').unwrap();
        let empty = format!("{input}.");

        let result = verify(&empty, &author.keys(), JwsAlg::ALL);
        assert_eq!(result, Err(Error::Malformed(Malformed::EmptySignature)), "{author}");
        assert_eq!(verify(&honest, &author.keys(), JwsAlg::ALL), Ok(()), "{author}");
    }
}

#[test]
fn a03_missing_signature_part_is_malformed() {
    for author in authors() {
        let honest = author.honest();
        let (input, _) = honest.rsplit_once('.').unwrap();

        let result = verify(input, &author.keys(), JwsAlg::ALL);
        assert_eq!(result, Err(Error::Malformed(Malformed::Parts)), "{author}");
        assert_eq!(verify(&honest, &author.keys(), JwsAlg::ALL), Ok(()), "{author}");
    }
}

#[test]
fn a12_alg_of_an_unprotected_header_is_not_read() {
    for author in authors() {
        let protected = b64u(br#"{"kid":"1"}"#);
        let input = format!("{protected}.{}", b64u(CLAIMS));
        let signature = b64u(&author.sign(input.as_bytes()));
        let flattened = json!({
            "payload": b64u(CLAIMS), "protected": protected,
            "header": { "alg": author.alg.name() }, "signature": signature,
        });

        let as_json = verify(&flattened.to_string(), &author.keys(), JwsAlg::ALL);
        assert_eq!(as_json, Err(Error::Malformed(Malformed::Parts)), "{author}");
        let compact = verify(&format!("{input}.{signature}"), &author.keys(), JwsAlg::ALL);
        assert_eq!(compact, Err(Error::Malformed(Malformed::MissingAlg)), "{author}");
        let honest = verify(&author.honest_with_kid("1"), &author.keys(), JwsAlg::ALL);
        assert_eq!(honest, Ok(()), "{author}");
    }
}

#[test]
fn a13_two_headers_that_disagree_on_alg_are_refused() {
    for author in authors() {
        let honest = author.honest();
        let parts: Vec<_> = honest.split('.').collect();
        let flattened = json!({
            "payload": parts[1], "protected": parts[0],
            "header": { "alg": "HS256" }, "signature": parts[2],
        });
        let twice = format!(r#"{{"alg":"{}","alg":"HS256"}}"#, author.alg);
        let compact = author.token_over(twice.as_bytes(), CLAIMS);

        let as_json = verify(&flattened.to_string(), &author.keys(), JwsAlg::ALL);
        assert_eq!(as_json, Err(Error::Malformed(Malformed::Parts)), "{author}");
        let result = verify(&compact, &author.keys(), JwsAlg::ALL);
        let duplicate = Error::Malformed(Malformed::DuplicateMember(Part::Header));
        assert_eq!(result, Err(duplicate), "{author}");
        assert_eq!(verify(&honest, &author.keys(), JwsAlg::ALL), Ok(()), "{author}");
    }
}
