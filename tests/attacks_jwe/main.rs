//! The catalogue of attacks on encrypted tokens, one test for each: what must be refused, with the error that says
//! so, beside the honest token that differs in the attacked property alone.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

// Only AWS-LC agrees on keys and encrypts with RSA.
#[cfg(feature = "aws-lc-rs")]
mod agreeing;
mod beyond;
mod beyond_backends;
// Documents made by hand.
#[path = "../jwe_json/by_hand.rs"]
#[allow(dead_code)]
mod by_hand;
#[path = "../common/mod.rs"]
mod common;
mod content;
mod counted;
mod counting;
mod encrypted_keys;
#[cfg(feature = "aws-lc-rs")]
mod integers;
mod nesting;
mod passwords;
mod sealing;
// Only AWS-LC has AES-CBC.
#[cfg(feature = "aws-lc-rs")]
mod section_10_cbc;
mod section_10_gcm;
mod section_10_header;
mod section_10_zip;
mod section_6_json;
mod section_8_confusion;
mod section_8_nested;
mod section_8_nested_header;
#[cfg(feature = "aws-lc-rs")]
mod section_9_agreement;
mod section_9_encrypted_key;
#[cfg(feature = "aws-lc-rs")]
mod section_9_ephemeral_key;
mod section_9_errors;
mod section_9_gcm_key_wrap;
#[cfg(feature = "aws-lc-rs")]
mod section_9_kdf;
#[cfg(feature = "aws-lc-rs")]
mod section_9_oaep;
mod section_9_passwords;
mod section_9_rsa;
#[cfg(feature = "deflate")]
mod streams;
mod verdicts;
