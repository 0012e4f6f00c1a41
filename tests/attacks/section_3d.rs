//! Section III: RSA signatures of another length or value.

use josie::Error;
use josie::JwsAlg;
use josie::KeyParams;
use josie::KeyType;
use josie::Malformed;
use serde_json::json;

use crate::authors::Author;
use crate::authors::CLAIMS;
use crate::authors::assert_signature_is_refused;
use crate::authors::assert_signature_verifies;
use crate::authors::authors_of;
use crate::authors::honest_input;
use crate::authors::signing_input;
use crate::authors::token_signed_with;
use crate::authors::token_with;
use crate::authors::verify;
use crate::numbers::add;
use crate::numbers::sub;

/// The length in octets of the modulus and so of a signature.
const LEN: usize = 256;

#[test]
fn a39_rsa_signature_of_another_length_is_refused() {
    for author in authors_of(KeyType::Rsa) {
        let honest = author.sign(honest_input(author.alg).as_bytes());
        assert_eq!(honest.len(), LEN);

        let empty = verify(&token_signed_with(author.alg, b""), &author.keys(), JwsAlg::ALL);
        assert_eq!(empty, Err(Error::Malformed(Malformed::EmptySignature)), "{author}");
        for len in [1, 2, 64, 128, 255, 257, 258, 384, 512, 1024, 16_384] {
            assert_signature_is_refused(&author, &vec![1; len]);
            let mut resized = honest.clone();
            resized.resize(len, 0);
            assert_signature_is_refused(&author, &resized);
            if len > LEN {
                let zeros = vec![0; len - LEN];
                assert_signature_is_refused(&author, &[&zeros[..], &honest].concat());
            }
        }
        assert_signature_verifies(&author, &honest);
    }
}

#[test]
fn a39_rsa_signature_without_its_leading_zero_is_refused() {
    for author in authors_of(KeyType::Rsa) {
        let (input, signature) = signed(&author, |signature| signature[0] == 0);

        let stripped = verify(&token_with(&input, &signature[1..]), &author.keys(), JwsAlg::ALL);
        assert_eq!(stripped, Err(Error::InvalidSignature), "{author}");
        let honest = verify(&token_with(&input, &signature), &author.keys(), JwsAlg::ALL);
        assert_eq!(honest, Ok(()), "{author}");
    }
}

#[test]
fn a39_rsa_signature_not_below_the_modulus_is_refused() {
    for author in authors_of(KeyType::Rsa) {
        let KeyParams::Rsa(rsa) = author.material.params() else {
            panic!("not RSA");
        };
        let n = rsa.n().to_vec();
        let room = sub(&[0xff; LEN], &n);
        let (input, signature) = signed(&author, |signature| *signature < room[..]);
        let plus_n = add(&signature, &n, LEN).unwrap();
        let longer = add(&signature, &n, LEN + 1).unwrap();
        let zero = vec![0; LEN];
        let one = add(&zero, &[1], LEN).unwrap();
        let minus_one = sub(&n, &one);

        for bad in
            [plus_n, longer, zero, one, minus_one, n.clone(), vec![0xff; LEN], sub(&n, &signature)]
        {
            let result = verify(&token_with(&input, &bad), &author.keys(), JwsAlg::ALL);
            assert_eq!(result, Err(Error::InvalidSignature), "{author}");
        }
        let honest = verify(&token_with(&input, &signature), &author.keys(), JwsAlg::ALL);
        assert_eq!(honest, Ok(()), "{author}");
    }
}

/// The first of many signing inputs whose signature is as wanted.
fn signed(author: &Author, wanted: impl Fn(&[u8]) -> bool) -> (String, Vec<u8>) {
    (0..20_000)
        .map(|nonce| {
            let header = json!({ "alg": author.alg.name(), "nonce": nonce }).to_string();
            let input = signing_input(header.as_bytes(), CLAIMS);
            let signature = author.sign(input.as_bytes());
            (input, signature)
        })
        .find(|(_, signature)| wanted(signature))
        .unwrap()
}
