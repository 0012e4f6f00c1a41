//! An API that takes tokens of two issuers, each by its own keys and rules.
//!
//! `cargo run --release --example issuers`
//!
//! Each issuer has its own keys, its own algorithms and its own rules. What an issuer may say, no other one can say in
//! its name, even if both call their keys the same.

use std::error::Error as StdError;
use std::time::Duration;

use josie::{
    ClaimReason, Claims, Error, Header, Issuers, JwsAlg, Jwt, JwtPolicy, KeySet, NoClaims,
    PolicyError, PublicJwkSet, Refused, SigningKey, VerifyingKey,
};

const STAFF: &str = "https://id.example";
const PARTNER: &str = "https://partner.example";
const API: &str = "https://api.example";

fn main() -> Result<(), Box<dyn StdError>> {
    // What only the issuers have. Both call their key "1", which nobody can keep them from doing.
    let staff = SigningKey::generate(JwsAlg::Es256)?.with_kid("1");
    let partner = SigningKey::generate(JwsAlg::Ed25519)?.with_kid("1");

    println!("The API knows two issuers, each by the JWK set that it publishes");
    let issuers = known_issuers(published_keys(&staff)?, published_keys(&partner)?)?;
    println!("   {issuers:?}");

    println!("\nA token is verified by the rules of the issuer that it names");
    let access = Header::typed("at+jwt");
    let token = issue(STAFF, &access, &staff)?;
    show("staff", &issuers, &token, Ok(STAFF))?;
    let from_partner = issue(PARTNER, &Header::jwt(), &partner)?;
    let missing = Error::Claim { name: "scope".into(), reason: ClaimReason::Missing };
    show("partner, without scope", &issuers, &from_partner, Err(missing))?;

    println!("\nThe partner signs in the name of the staff, with its own key \"1\"");
    let forged = issue(STAFF, &access, &partner)?;
    show("forged", &issuers, &forged, Err(Error::Refused(Refused::Algorithm)))?;
    let other = SigningKey::generate(JwsAlg::Es256)?.with_kid("1");
    let forged = issue(STAFF, &access, &other)?;
    show("forged, same algorithm", &issuers, &forged, Err(Error::InvalidSignature))?;

    println!("\nNames are compared as they are; who is not on the list is nobody");
    for name in ["https://id.example/", "https://ID.example", "https://stranger.example"] {
        show(name, &issuers, &issue(name, &access, &staff)?, Err(Error::UnknownIssuer))?;
    }

    println!("\nThe staff's issuer publishes a new key, and the API fetches the set again");
    let new = SigningKey::generate(JwsAlg::Es256)?.with_kid("2");
    let new_token = issue(STAFF, &access, &new)?;
    show("before", &issuers, &new_token, Err(Error::UnknownKey))?;
    let refreshed = issuers.with_keys(STAFF, published_keys(&new)?)?;
    show("after", &refreshed, &new_token, Ok(STAFF))?;
    // A request that began with the old value ends with it.
    show("old value", &issuers, &token, Ok(STAFF))?;

    println!("\nThe staff's issuer is taken out");
    show("staff", &refreshed.without(STAFF), &new_token, Err(Error::UnknownIssuer))?;

    println!("\nEverything went as it should.");
    Ok(())
}

/// Made once, when the API starts. Each issuer has a policy, whose `iss` is set by the name.
fn known_issuers(
    staff: KeySet<VerifyingKey>,
    partner: KeySet<VerifyingKey>,
) -> Result<Issuers, PolicyError> {
    let staff_policy = JwtPolicy::signed(&[JwsAlg::Es256]).aud(API).typ("at+jwt");
    let partner_policy = JwtPolicy::signed(JwsAlg::MODERN)
        .aud(API)
        .claim("scope", "read")
        .leeway(Duration::from_secs(30));
    let issuers =
        Issuers::new().with(STAFF, staff, staff_policy)?.with(PARTNER, partner, partner_policy)?;
    for name in issuers.names() {
        // A mistake in the configuration shows here and not with the first token.
        if let (Some(policy), Some(keys)) = (issuers.policy(name), issuers.keys(name)) {
            policy.check_keys(keys)?;
        }
    }
    Ok(issuers)
}

/// What an issuer publishes, as the API reads it.
fn published_keys(key: &SigningKey) -> Result<KeySet<VerifyingKey>, Box<dyn StdError>> {
    let set: PublicJwkSet = [key.public_jwk()?].into_iter().collect();
    let set = PublicJwkSet::parse(&serde_json::to_string(&set)?)?;
    let (keys, _) = KeySet::from_jwk_set(&set, JwsAlg::MODERN);
    Ok(keys)
}

fn issue(issuer: &str, header: &Header, key: &SigningKey) -> Result<String, Error> {
    let claims =
        Claims::new(NoClaims {}).issuer(issuer).audience(API).expires_in(Duration::from_secs(300));
    Jwt::sign(&claims, header, key)
}

/// Prints what becomes of a token; anything but what is expected ends the example.
fn show(
    what: &str,
    issuers: &Issuers,
    token: &str,
    expected: Result<&str, Error>,
) -> Result<(), Box<dyn StdError>> {
    let outcome = issuers.verify::<NoClaims>(token).map(|jwt| jwt.into_claims().iss);
    match &outcome {
        Ok(iss) => println!("   {what:<26} accepted, from {}", iss.as_deref().unwrap_or_default()),
        Err(error) => println!("   {what:<26} refused: {error}"),
    }
    if outcome == expected.map(|iss| Some(iss.to_owned())) {
        Ok(())
    } else {
        Err("not as said".into())
    }
}
