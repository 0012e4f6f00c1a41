//! JWTs: claims of every kind, an audience that is not the reader's, and the end of a token's time.

use std::time::Duration;

use josie::ClaimReason;
use josie::Claims;
use josie::Error;
use josie::Header;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::KeySet;
use josie::NumericDate;
use josie::SigningKey;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use super::jws;
use super::keys;
use super::lacks;
use super::peer;
use super::peer::Outcome;
use super::peer::Peer;

const ISS: &str = "https://id.example";
const AUD: &str = "https://api.example";
const OTHER_AUD: &str = "https://other.example";

/// Claims that no RFC registers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Own {
    roles: Vec<String>,
    address: Address,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Address {
    country: String,
}

fn claims() -> Claims<Own> {
    let address = Address { country: "\u{f6}".to_owned() };
    Claims::new(Own { roles: vec!["a".to_owned(), "\u{1f511}".to_owned()], address })
        .issuer(ISS)
        .subject("alice")
        .audience(AUD)
        .expires_in(Duration::from_secs(3600))
        .not_before(NumericDate::from_secs(1_700_000_000).unwrap())
        .issued_now()
        .id("1")
}

fn expired() -> Claims<Own> {
    claims().expires_at(NumericDate::from_secs(1_700_000_001).unwrap())
}

/// The claims as JSON.
fn json_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&peer::decode(payload)).unwrap()
}

fn check_job(key: &SigningKey, token: &str, aud: &str) -> Value {
    json!({
        "operation": "check",
        "token": token,
        "alg": key.alg().name(),
        "jwk": keys::verifying_jwk(key),
        "iss": ISS,
        "aud": aud,
    })
}

/// The package's errors for a token that has expired, and for another audience.
fn refusals(peer: Peer) -> [Outcome; 2] {
    let names = match peer {
        Peer::Jose => ["ERR_JWT_EXPIRED", "ERR_JWT_CLAIM_VALIDATION_FAILED"],
        Peer::Joserfc => ["ExpiredTokenError", "InvalidClaimError"],
        Peer::Jwcrypto => ["JWTExpired", "JWTInvalidClaimValue"],
    };
    names.map(|name| Outcome::Refused(name.to_owned()))
}

/// The token with another signature.
fn changed(token: &str) -> String {
    let (input, signature) = token.rsplit_once('.').unwrap();
    format!("{input}.{}", peer::changed(signature))
}

#[test]
fn what_josie_issues_is_accepted_and_refused_once_it_is_not_right() {
    let Some(peers) = peer::peers() else { return };
    let keys: Vec<_> = JwsAlg::ALL.iter().map(|alg| keys::signing_key(*alg)).collect();
    let mut tokens = Vec::new();
    let mut jobs = Vec::new();
    for key in &keys {
        let token = Jwt::sign(&claims(), &Header::jwt(), key).unwrap();
        let late = Jwt::sign(&expired(), &Header::jwt(), key).unwrap();
        jobs.extend([
            check_job(key, &token, AUD),
            check_job(key, &late, AUD),
            check_job(key, &token, OTHER_AUD),
            check_job(key, &changed(&token), AUD),
        ]);
        tokens.push(token);
    }

    for peer in peers {
        for ((key, token), outcomes) in keys.iter().zip(&tokens).zip(peer.run(&jobs).chunks(4)) {
            let expected = if lacks::lacks_jws_alg(peer, key.alg()) {
                [(); 4].map(|()| Outcome::Unsupported)
            } else {
                let [expired, other_audience] = refusals(peer);
                let accepted = Outcome::Done(json!({"claims": json_of(token)}));
                [accepted, expired, other_audience, jws::invalid_signature(peer)]
            };
            assert_eq!(outcomes, expected, "{peer:?} {}", key.alg());
        }
    }
}

#[test]
fn what_others_issue_is_accepted_and_refused_once_it_is_not_right() {
    let Some(peers) = peer::peers() else { return };
    let keys: Vec<_> = JwsAlg::ALL.iter().map(|alg| keys::signing_key(*alg)).collect();
    let claims = [claims(), expired()];
    let mut jobs = Vec::new();
    for key in &keys {
        for claims in &claims {
            // As josie writes them.
            let token = Jwt::sign(claims, &Header::jwt(), key).unwrap();
            jobs.push(json!({
                "operation": "issue",
                "claims": json_of(&token),
                "alg": key.alg().name(),
                "jwk": keys::private_jwk(key),
            }));
        }
    }

    for peer in peers {
        for (key, outcomes) in keys.iter().zip(peer.run(&jobs).chunks(2)) {
            let context = format!("{peer:?} {}", key.alg());
            if lacks::lacks_jws_alg(peer, key.alg()) {
                assert_eq!(outcomes, [Outcome::Unsupported, Outcome::Unsupported], "{context}");
                continue;
            }
            let (token, late) = (outcomes[0].token(), outcomes[1].token());
            let set = KeySet::from(key.verifying_key());
            let policy = |aud| JwtPolicy::signed(&[key.alg()]).iss(ISS).aud(aud).build().unwrap();
            let verify = |token: &str, aud| Jwt::<Own>::verify(token, &set, &policy(aud));

            let jwt = verify(token, AUD).unwrap();
            assert_eq!(jwt.header(), &Header::jwt(), "{context}");
            assert_eq!(jwt.into_claims(), claims[0], "{context}");
            assert_eq!(verify(late, AUD).unwrap_err(), Error::Expired, "{context}");
            let reason = ClaimReason::Mismatch;
            let error = Error::Claim { name: "aud".into(), reason };
            assert_eq!(verify(token, OTHER_AUD).unwrap_err(), error, "{context}");
            let error = verify(&changed(token), AUD).unwrap_err();
            assert_eq!(error, Error::InvalidSignature, "{context}");
        }
    }
}
