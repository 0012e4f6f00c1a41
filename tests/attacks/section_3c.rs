//! Section III: MACs, what errors say of them, and keys that are looked up by the header.

use std::error::Error as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use josie::Error;
use josie::JwsAlg;
use josie::KeyParams;
use josie::KeySet;
use josie::KeyType;
use josie::Limits;
use josie::Malformed;
use josie::Policy;
use josie::Refused;
use josie::UnverifiedJws;
use josie::VerifyingKey;
use serde_json::json;

use crate::authors::authors;
use crate::authors::authors_of;
use crate::authors::authors_with;
use crate::authors::b64u;
use crate::authors::fixture;
use crate::authors::honest_input;
use crate::authors::token_signed_with;
use crate::authors::verify;

#[test]
fn a41_truncated_or_extended_mac_is_refused() {
    for author in authors_of(KeyType::Oct) {
        let mac = author.sign(honest_input(author.alg).as_bytes());
        let keys = author.keys();
        let result = |mac: &[u8]| verify(&token_signed_with(author.alg, mac), &keys, JwsAlg::ALL);

        assert_eq!(result(b""), Err(Error::Malformed(Malformed::EmptySignature)), "{author}");
        for len in (1..=2 * mac.len() + 1).filter(|len| *len != mac.len()) {
            let cycled: Vec<u8> = mac.iter().copied().cycle().take(len).collect();
            let mut padded = mac.clone();
            padded.resize(len, 0);
            for other in [cycled, padded, vec![0; len]] {
                assert_eq!(result(&other), Err(Error::InvalidSignature), "{author}: {len}");
            }
        }
        for from in 1..mac.len() {
            assert_eq!(result(&mac[from..]), Err(Error::InvalidSignature), "{author}: {from}");
        }
        assert_eq!(result(&mac), Ok(()), "{author}");
    }
}

#[test]
fn a41_mac_of_a_longer_hash_cut_to_length_is_refused() {
    for author in authors_of(KeyType::Oct) {
        for other in [JwsAlg::Hs256, JwsAlg::Hs384, JwsAlg::Hs512] {
            let mut mac = author
                .with(author.material.clone(), other)
                .sign(honest_input(author.alg).as_bytes());
            mac.resize(author.alg.signature_len().unwrap(), 0);
            let result = verify(&token_signed_with(author.alg, &mac), &author.keys(), JwsAlg::ALL);
            let expected = if other == author.alg { Ok(()) } else { Err(Error::InvalidSignature) };
            assert_eq!(result, expected, "{author}: {other}");
        }
    }
}

#[test]
fn a42_every_flipped_bit_of_a_mac_is_refused_alike() {
    for author in authors_of(KeyType::Oct) {
        let mac = author.sign(honest_input(author.alg).as_bytes());
        let keys = author.keys();
        let result = |mac: &[u8]| verify(&token_signed_with(author.alg, mac), &keys, JwsAlg::ALL);

        for bit in 0..8 * mac.len() {
            let mut flipped = mac.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(result(&flipped), Err(Error::InvalidSignature), "{author}: bit {bit}");
        }
        assert_eq!(result(&mac), Ok(()), "{author}");
    }
}

#[test]
fn a43_error_and_debug_texts_hold_neither_the_mac_nor_the_secret() {
    for author in authors_of(KeyType::Oct) {
        let mac = author.sign(honest_input(author.alg).as_bytes());
        let KeyParams::Oct(oct) = author.material.params() else {
            panic!("not a secret");
        };
        let keys = author.keys();
        let wrong = token_signed_with(author.alg, &vec![0; mac.len()]);
        let unverified = UnverifiedJws::parse(&wrong, &Limits::default()).unwrap();
        let error = verify(&wrong, &keys, JwsAlg::ALL).unwrap_err();
        assert_eq!(error, Error::InvalidSignature);
        assert!(error.source().is_none());

        let texts = [
            format!("{error}"),
            format!("{error:?} {error:#?}"),
            error.code().to_owned(),
            format!("{unverified:?} {unverified:#?}"),
            format!("{keys:?} {keys:#?} {:?}", author.verifying_key()),
            format!("{:?} {:#?}", author.material, author.material.params()),
        ];
        for text in &texts {
            for octets in [&mac[..], oct.k().expose()] {
                for shown in printed_forms(octets) {
                    assert!(!text.contains(&shown), "{author}: {text}");
                }
            }
        }
        let honest = verify(&token_signed_with(author.alg, &mac), &keys, JwsAlg::ALL);
        assert_eq!(honest, Ok(()), "{author}");
    }
}

/// The first octets as they would stand in a text: enough to know one by, whatever follows.
fn printed_forms(octets: &[u8]) -> [String; 7] {
    let first = &octets[..6];
    let hex: String = first.iter().map(|octet| format!("{octet:02x}")).collect();
    let decimal = format!("{first:?}");
    let lines = format!("{first:#?}");
    [
        hex.to_uppercase(),
        hex,
        b64u(first),
        STANDARD.encode(first),
        decimal.trim_matches(['[', ']']).to_owned(),
        lines.trim_matches(['[', ']']).trim().to_owned(),
        format!("{first:02x?}").trim_matches(['[', ']']).to_owned(),
    ]
}

#[test]
fn a43_signature_that_does_not_verify_carries_no_reason() {
    for author in authors() {
        let honest = author.sign(honest_input(author.alg).as_bytes());
        let mut flipped = honest.clone();
        flipped[0] ^= 1;
        let foreign = author.stranger().sign(honest_input(author.alg).as_bytes());
        let short = honest[1..].to_vec();

        for signature in [flipped, foreign, short, vec![0; honest.len()], vec![0xff; 7]] {
            let result =
                verify(&token_signed_with(author.alg, &signature), &author.keys(), JwsAlg::ALL);
            assert_eq!(result, Err(Error::InvalidSignature), "{author}");
        }
        let result = verify(&token_signed_with(author.alg, &honest), &author.keys(), JwsAlg::ALL);
        assert_eq!(result, Ok(()), "{author}");
    }
}

#[test]
fn a44_key_looked_up_by_the_header_stays_bound_to_its_algorithm() {
    for owner in authors_with(JwsAlg::Rs256) {
        let look_up = |unverified: &UnverifiedJws<'_>| -> KeySet<VerifyingKey> {
            assert_eq!(unverified.kid(), Some("tenant"));
            KeySet::from(owner.verifying_key().with_kid("tenant"))
        };
        let verify_by_header = |token: &str, algs: &[JwsAlg]| {
            let unverified = UnverifiedJws::parse(token, &Limits::default())?;
            let keys = look_up(&unverified);
            unverified.verify(&keys, &Policy::signed(algs).build().unwrap()).map(drop)
        };
        let attacker = owner.with_secret(&fixture("rsa2048.spki.pem"), JwsAlg::Hs256);
        let token = attacker.honest_with_kid("tenant");
        let lying = attacker.token(&json!({ "alg": "RS256", "kid": "tenant" }));

        let refused = verify_by_header(&token, &[JwsAlg::Rs256]);
        assert_eq!(refused, Err(Error::Refused(Refused::Algorithm)), "{owner}");
        assert_eq!(verify_by_header(&token, JwsAlg::ALL), Err(Error::UnknownKey), "{owner}");
        assert_eq!(verify_by_header(&lying, JwsAlg::ALL), Err(Error::InvalidSignature), "{owner}");
        let honest = verify_by_header(&owner.honest_with_kid("tenant"), JwsAlg::ALL);
        assert_eq!(honest, Ok(()), "{owner}");
    }
}
