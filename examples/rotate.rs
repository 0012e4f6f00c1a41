//! One key takes over from another, and no token is lost.
//!
//! `cargo run --release --example rotate`
//!
//! Tokens of this issuer are good for an hour, and whoever verifies them keeps its key set for ten minutes. The times
//! are made up, so that a day passes at once; a server would ask `SystemClock.now()?`.

use std::error::Error as StdError;
use std::time::Duration;

use josie::{
    Claims, Clock, ClockError, Error, Header, JwsAlg, Jwt, JwtPolicy, KeyPeriod, KeyRing, KeySet,
    NoClaims, NumericDate, PublicJwkSet, SigningKey, VerifyingKey,
};

const TOKEN_LIFETIME: Duration = Duration::from_secs(60 * 60);
const CACHE: Duration = Duration::from_secs(10 * 60);

fn main() -> Result<(), Box<dyn StdError>> {
    let noon = NumericDate::from_secs(1_800_014_400).ok_or("no such date")?;

    println!("12:00  the issuer has one key");
    let ring = KeyRing::new(SigningKey::generate(JwsAlg::Es256)?.with_kid("spring"))?;
    let cached = fetch(&ring, noon)?;
    let token = issue(&ring, noon)?;
    show("a token", verify(&token, &cached, noon), Ok("spring"))?;

    println!("12:05  it makes the next one and publishes it, and does not use it yet");
    let now = noon.saturating_add(Duration::from_secs(5 * 60));
    let ring = ring.add(SigningKey::generate(JwsAlg::Ed25519)?.with_kid("summer"))?;
    let token = issue(&ring, now)?;
    // This is why: whoever has an old copy of the set does not know the new key.
    show("a token, old key set", verify(&token, &cached, now), Ok("spring"))?;
    let too_early = issue(&ring.promote("summer")?, now)?;
    show("the new key, old set", verify(&too_early, &cached, now), Err(Error::UnknownKey))?;

    println!("12:15  every copy of the set has it by now: it takes over");
    let now = now.saturating_add(CACHE);
    let cached = fetch(&ring, now)?;
    let old_token = issue(&ring, now)?;
    // The old key is done when its last token has expired, and everybody may forget it then.
    let end = now.saturating_add(TOKEN_LIFETIME);
    let ring = ring.promote("summer")?.with_period("spring", KeyPeriod::ending(end))?;
    let token = issue(&ring, now)?;
    show("a new token", verify(&token, &cached, now), Ok("summer"))?;
    show("the last old token", verify(&old_token, &fetch(&ring, now)?, now), Ok("spring"))?;

    println!("13:14  the last old token is about to expire");
    let now = NumericDate::from_secs(end.as_secs() - 1).ok_or("no such date")?;
    show("the last old token", verify(&old_token, &fetch(&ring, now)?, now), Ok("spring"))?;

    println!("13:15  the old key is no longer published");
    let keys = fetch(&ring, end)?;
    show("an old token", verify(&old_token, &keys, end), Err(Error::UnknownKey))?;
    show("a new token", verify(&issue(&ring, end)?, &keys, end), Ok("summer"))?;

    println!("later  it is retired; what is left is a ring of one key, as at noon");
    let ring = ring.retire("spring")?;
    assert_eq!(ring.keys().count(), 1);
    show("a new token", verify(&issue(&ring, end)?, &fetch(&ring, end)?, end), Ok("summer"))?;

    println!("\nEverything went as it should.");
    Ok(())
}

/// The issuer signs with whatever is its primary key.
fn issue(ring: &KeyRing<SigningKey>, now: NumericDate) -> Result<String, Box<dyn StdError>> {
    let claims = Claims::new(NoClaims {})
        .issuer("https://id.example")
        .expires_at(now.saturating_add(TOKEN_LIFETIME));
    Ok(Jwt::sign(&claims, &Header::jwt(), ring.primary_at(now)?)?)
}

/// A service fetches what the issuer publishes: a JWK set, as JSON.
fn fetch(
    ring: &KeyRing<SigningKey>,
    now: NumericDate,
) -> Result<KeySet<VerifyingKey>, Box<dyn StdError>> {
    let published = serde_json::to_string(&ring.public_jwk_set_at(now)?)?;
    let set = PublicJwkSet::parse(&published)?;
    let (keys, _) = KeySet::from_jwk_set(&set, JwsAlg::MODERN);
    Ok(keys)
}

/// A service verifies with its copy of the keys, and says which one it was.
fn verify(token: &str, keys: &KeySet<VerifyingKey>, now: NumericDate) -> Result<String, Error> {
    let policy = JwtPolicy::signed(JwsAlg::MODERN).iss("https://id.example").clock(At(now));
    let policy = policy.build().expect("a policy that can be met");
    let jwt: Jwt = Jwt::verify(token, keys, &policy)?;
    Ok(jwt.kid().unwrap_or_default().to_owned())
}

/// A clock that stands still.
struct At(NumericDate);

impl Clock for At {
    fn now(&self) -> Result<NumericDate, ClockError> {
        Ok(self.0)
    }
}

/// Prints what became of a token; anything but what is expected ends the example.
fn show(
    what: &str,
    outcome: Result<String, Error>,
    expected: Result<&str, Error>,
) -> Result<(), Box<dyn StdError>> {
    match &outcome {
        Ok(kid) => println!("       {what:<22} accepted, signed by {kid}"),
        Err(error) => println!("       {what:<22} refused: {error}"),
    }
    if outcome == expected.map(str::to_owned) { Ok(()) } else { Err("not as said".into()) }
}
