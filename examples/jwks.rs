//! An identity provider's JWK set: what is taken of it, what is not and why, and a key that is published.
//!
//! `cargo run --release --example jwks`

use std::error::Error as StdError;

use josie::{
    Header, Jws, JwsAlg, KeyError, KeySet, Policy, PublicJwkSet, SigningKey, VerifyingKey,
};

fn main() -> Result<(), Box<dyn StdError>> {
    // The provider: two keys, of which it publishes the public halves.
    let keys = [
        SigningKey::generate(JwsAlg::Es256)?.with_kid("2026-01"),
        SigningKey::generate(JwsAlg::Ed25519)?.with_thumbprint_kid()?,
    ];
    let published: PublicJwkSet =
        keys.iter().map(SigningKey::public_jwk).collect::<Result<_, _>>()?;
    let document = serde_json::to_string_pretty(&published)?;
    println!("The provider publishes\n{document}\n");

    // Documents of real life have more in them: keys of types to come, broken ones, a secret by mistake.
    let mut document: serde_json::Value = serde_json::from_str(&document)?;
    let others = serde_json::json!([
        {"kty": "AKP", "kid": "post-quantum", "alg": "ML-DSA-44", "pub": "AA"},
        {"kty": "RSA", "kid": "broken", "n": "AQAB==", "e": "AQAB"},
        {"kty": "oct", "kid": "by mistake", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"},
    ]);
    if let (Some(keys), Some(others)) = (document["keys"].as_array_mut(), others.as_array()) {
        keys.extend(others.iter().cloned());
    }

    // The API: it fetches the document with whatever HTTP client it has, and lists the algorithms that it expects.
    let set = PublicJwkSet::parse(&document.to_string())?;
    let (known, report) = KeySet::from_jwk_set(&set, &[JwsAlg::Es256, JwsAlg::Ed25519]);
    println!("The API takes of it\n{report}");
    assert_eq!(known.len(), 2);
    let reasons: Vec<_> = report.refused().map(|(_, reason)| reason.code()).collect();
    assert_eq!(reasons, ["jwk_unknown_key_type", "jwk_malformed_member", "key_symmetric"]);

    // Every key that was taken verifies.
    let policy = Policy::signed(JwsAlg::MODERN).build()?;
    for key in &keys {
        let token = Jws::sign(b"any octets", &Header::new(), key)?;
        let jws = Jws::verify(&token, &known, &policy)?;
        println!("verified a token under {} with kid {:?}", jws.alg(), jws.kid());
    }

    // The same key as PEM, for those who know no JWK. Private keys leave only by methods that say so.
    let public: VerifyingKey = keys[0].verifying_key();
    println!("\nThe first key in PEM\n{}", public.material().to_spki_pem()?);
    assert_eq!(public.material().to_private_jwk().unwrap_err(), KeyError::PrivateKeyNeeded);
    println!("and its private half, which prints as {:?}", keys[0].material().to_private_jwk()?);
    Ok(())
}
