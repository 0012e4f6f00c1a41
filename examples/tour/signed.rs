//! Tokens that are signed.

use std::time::Duration;

use josie::{
    ClaimReason, Claims, Clock, Error, Header, Jwk, Jws, JwsAlg, Jwt, JwtPolicy, KeySet, Limits,
    NoClaims, NumericDate, Policy, PublicJwkSet, Refused, SigningKey, SystemClock, UnverifiedJws,
    VerifyingKey,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Outcome, as_expected, compact_token, ensure, load, text};

/// Verifies the published tokens of RFC 7515 and RFC 7520 with their keys.
pub(crate) fn verify_the_published() -> Outcome {
    for (file, case) in [
        ("rfc7515.json", "rfc7515-A.1"),
        ("rfc7515.json", "rfc7515-A.2"),
        ("rfc7515.json", "rfc7515-A.3"),
        ("rfc7515.json", "rfc7515-A.4"),
        ("rfc7520.json", "rfc7520-4.1"),
        ("rfc7520.json", "rfc7520-4.2"),
        ("rfc7520.json", "rfc7520-4.3"),
        ("rfc7520.json", "rfc7520-4.4"),
    ] {
        verify_published(&load(file, case)?)?;
    }
    Ok(())
}

/// Verifies the compact token of a published case and compares its payload.
fn verify_published(case: &Value) -> Outcome {
    let (id, alg) = (text(&case["id"])?, alg(&case["signers"][0]["alg"])?);
    let token = compact_token(case)?;
    let jwk = Jwk::parse(&case["keys"][0]["jwk"].to_string())?;
    let key = SigningKey::from_jwk(&jwk, alg)?.verifying_key();
    let policy = Policy::signed(&[alg]).build()?;

    let jws = Jws::verify(token, &KeySet::from(key), &policy)?;

    ensure(String::from_utf8_lossy(jws.payload()) == text(&case["payload_text"])?, "the payload")?;
    println!("   {id:<12} {alg:<6} verified, payload of {} bytes", jws.payload().len());
    Ok(())
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Access {
    scope: String,
    admin: bool,
}

/// An issuer and what an API that trusts it knows.
pub(crate) struct Issuer {
    pub(crate) key: SigningKey,
    pub(crate) keys: KeySet<VerifyingKey>,
    policy: JwtPolicy,
    now: NumericDate,
}

impl Issuer {
    pub(crate) fn new() -> Outcome<Self> {
        let key = SigningKey::generate(JwsAlg::Es256)?.with_kid("2026-01");
        let keys = KeySet::from(key.verifying_key());
        let policy = JwtPolicy::signed(JwsAlg::MODERN)
            .iss("https://id.example")
            .aud("https://api.example")
            .build()?;
        policy.check_keys(&keys)?;
        Ok(Self { key, keys, policy, now: SystemClock.now()? })
    }

    pub(crate) fn claims(&self) -> Claims<Access> {
        Claims::new(Access { scope: "read write".into(), admin: false })
            .issuer("https://id.example")
            .subject("alice")
            .audience("https://api.example")
            .issued_at(self.now)
            .expires_at(self.now.saturating_add(Duration::from_secs(300)))
    }

    fn sign(&self, claims: &Claims<Access>) -> Outcome<String> {
        Ok(Jwt::sign(claims, &Header::jwt(), &self.key)?)
    }

    fn verify(&self, token: &str) -> Result<Jwt<Access>, Error> {
        Jwt::verify(token, &self.keys, &self.policy)
    }

    pub(crate) fn issue_and_verify(&self) -> Outcome {
        let token = self.sign(&self.claims())?;
        println!("   issued    {}...", token.get(..60).unwrap_or(&token));

        let jwt = self.verify(&token)?;

        ensure(*jwt.claims() == self.claims(), "the claims")?;
        println!("   verified  alg {}, kid {:?}", jwt.alg(), jwt.kid().unwrap_or_default());
        println!("   claims    sub {:?}, {:?}", jwt.claims().sub, jwt.claims().custom);
        Ok(())
    }

    pub(crate) fn show_refusals(&self) -> Outcome {
        let honest = self.sign(&self.claims())?;
        let (signing_input, signature) = honest.rsplit_once('.').ok_or("no dot")?;
        let (_, payload) = signing_input.split_once('.').ok_or("no dot")?;

        let minute_ago = self.now.saturating_sub(Duration::from_secs(60));
        let expired = self.sign(&self.claims().expires_at(minute_ago))?;
        self.refused("expired", &expired, &Error::Expired)?;

        let elsewhere = self.sign(&self.claims().audience("https://other.example"))?;
        let mismatch = Error::Claim { name: "aud".into(), reason: ClaimReason::Mismatch };
        self.refused("another audience", &elsewhere, &mismatch)?;

        // {"alg":"none"}, which no list of algorithms can even name
        let unsecured = format!("eyJhbGciOiJub25lIn0.{payload}.");
        self.refused("alg none", &unsecured, &Error::Refused(Refused::UnknownAlgorithm))?;

        let confused = self.token_signed_with_the_public_key()?;
        self.refused("HS256 by public key", &confused, &Error::Refused(Refused::Algorithm))?;

        let first = if signature.starts_with('A') { "B" } else { "A" };
        let rest = signature.get(1..).ok_or("no signature")?;
        let flipped = format!("{signing_input}.{first}{rest}");
        self.refused("flipped bits", &flipped, &Error::InvalidSignature)?;

        let stranger = SigningKey::generate(JwsAlg::Es256)?.with_kid("unknown");
        let unknown = Jwt::sign(&self.claims(), &Header::jwt(), &stranger)?;
        self.refused("unknown kid", &unknown, &Error::UnknownKey)
    }

    /// The classic attack: whoever knows the public key makes an HMAC with it. josie refuses the text as a
    /// secret, so this takes the public point's own octets, which look like any secret.
    fn token_signed_with_the_public_key(&self) -> Outcome<String> {
        let public = serde_json::to_value(self.key.verifying_key().public_jwk()?)?;
        let as_text = SigningKey::from_secret(public.to_string().as_bytes(), JwsAlg::Hs256);
        ensure(as_text.is_err(), "a public JWK is no secret")?;
        let point = format!("{}{}", text(&public["x"])?, text(&public["y"])?);
        let secret = SigningKey::from_secret(point.as_bytes(), JwsAlg::Hs256)?.with_kid("2026-01");
        Ok(Jwt::sign(&self.claims(), &Header::jwt(), &secret)?)
    }

    fn refused(&self, what: &str, token: &str, expected: &Error) -> Outcome {
        as_expected(what, self.verify(token).map(|_| ()), expected)
    }
}

/// Verifies the RS256 token of RFC 7520 section 4.1 with a set such as an identity provider publishes.
pub(crate) fn verify_with_jwk_set() -> Outcome {
    let mut entries = Vec::new();
    for (file, case) in [
        ("rfc7520.json", "rfc7520-3.1"),
        ("rfc7520.json", "rfc7520-3.3"),
        ("rfc8037.json", "rfc8037-A.2"),
        ("rfc7520.json", "rfc7520-3.5"),
    ] {
        entries.push(load(file, case)?["keys"][0]["jwk"].clone());
    }
    let set = PublicJwkSet::parse(&serde_json::json!({ "keys": entries }).to_string())?;
    let (keys, report) =
        KeySet::from_jwk_set(&set, &[JwsAlg::Rs256, JwsAlg::Es512, JwsAlg::Ed25519]);
    for entry in report.entries() {
        match &entry.outcome {
            Ok(alg) => println!("   key {}     bound to {alg}", entry.index),
            Err(reason) => println!("   key {}     not used: {reason}", entry.index),
        }
    }
    ensure(keys.len() == 3, "three keys of four")?;

    let case = load("rfc7520.json", "rfc7520-4.1")?;
    let token = compact_token(&case)?;
    let unverified = UnverifiedJws::parse(token, &Limits::default())?;
    println!("   token     says alg {}, kid {:?}", unverified.alg(), unverified.kid());
    let jws = unverified.verify(&keys, &Policy::signed(JwsAlg::OPENID).build()?)?;
    println!("   verified  {:?}...", String::from_utf8_lossy(&jws.payload()[..48]));

    // The payload is prose, so it is no JWT, whatever its signature.
    let policy = JwtPolicy::signed(JwsAlg::OPENID).build()?;
    ensure(Jwt::<NoClaims>::verify(token, &keys, &policy).is_err(), "prose is no claims set")
}

fn alg(value: &Value) -> Outcome<JwsAlg> {
    Ok(JwsAlg::from_name(text(value)?).ok_or("unknown alg")?)
}
