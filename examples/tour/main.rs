//! The main job, end to end, on real input: run it with `cargo run --release --example tour`.
//!
//! It ends with exit code 0 only if everything went as it says.

mod encrypted;
mod signed;

use std::error::Error as StdError;

use josie::Error;
use serde_json::Value;

use self::encrypted::Service;
use self::signed::Issuer;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn StdError>>;

fn main() -> Outcome {
    println!("1. The published tokens of RFC 7515 and RFC 7520, with their keys");
    signed::verify_the_published()?;

    println!("\n2. A fresh key, a token of our own, verified under a policy");
    let issuer = Issuer::new()?;
    issuer.issue_and_verify()?;

    println!("\n3. An RS256 token and a JWK set of several keys");
    signed::verify_with_jwk_set()?;

    println!("\n4. What is refused, and how it says so");
    issuer.show_refusals()?;

    println!("\n5. Encrypted to an RSA key and to an X25519 key");
    encrypted::decrypt_the_published()?;
    encrypted::encrypt_to_public_keys()?;

    println!("\n6. Signed by the issuer, then encrypted to a service");
    let service = Service::new()?;
    let token = service.send_from(&issuer)?;
    service.receive(&issuer, &token)?;

    println!("\n7. What the service refuses");
    service.show_refusals(&issuer, &token)?;

    println!("\nEverything went as it should.");
    Ok(())
}

pub(crate) fn load(file: &str, id: &str) -> Outcome<Value> {
    let path = format!("{}/test-vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    let document: Value = serde_json::from_slice(&std::fs::read(path)?)?;
    let cases = document["cases"].as_array().ok_or("no cases")?;
    let case = cases.iter().find(|case| case["id"] == id).ok_or("no such case")?;
    Ok(case.clone())
}

pub(crate) fn compact_token(case: &Value) -> Outcome<&str> {
    let tokens = case["tokens"].as_array().ok_or("no tokens")?;
    let compact = tokens.iter().find(|token| token["form"] == "compact");
    text(&compact.ok_or("no compact token")?["value"])
}

pub(crate) fn text(value: &Value) -> Outcome<&str> {
    Ok(value.as_str().ok_or("not a string")?)
}

pub(crate) fn ensure(holds: bool, what: &str) -> Outcome {
    if holds { Ok(()) } else { Err(format!("not as said: {what}").into()) }
}

/// Prints how a token was refused; anything else ends the tour.
pub(crate) fn as_expected(what: &str, outcome: Result<(), Error>, expected: &Error) -> Outcome {
    match outcome {
        Err(error) if error == *expected => {
            println!("   {what:<20} {:<26} {error}", error.code());
            Ok(())
        }
        Err(error) => Err(format!("{what}: {error}, not: {expected}").into()),
        Ok(()) => Err(format!("{what}: accepted").into()),
    }
}
