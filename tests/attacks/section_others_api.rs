//! Section XIV: what the interface makes impossible, when the clock fails, and what is done before what.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;

use josie::Audience;
use josie::ClaimReason;
use josie::Claims;
use josie::ClockError;
use josie::Confirmation;
use josie::CritRefused;
use josie::DecryptionKey;
use josie::EmbeddedKey;
use josie::EncryptedJweJson;
use josie::EncryptionKey;
use josie::Error;
use josie::HashAlg;
use josie::Header;
use josie::Issuers;
use josie::JweAlg;
use josie::JweBuilder;
use josie::JweJson;
use josie::JweRecipient;
use josie::Jwk;
use josie::JwkSet;
use josie::Jws;
use josie::JwsBuilder;
use josie::JwsJson;
use josie::JwsSignature;
use josie::JwsSignatures;
use josie::Jwt;
use josie::JwtPolicy;
use josie::JwtPolicyBuilder;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeyPeriod;
use josie::KeyRing;
use josie::KeySet;
use josie::Limits;
use josie::NoClaims;
use josie::Part;
use josie::Password;
use josie::Policy;
use josie::PolicyBuilder;
use josie::PolicyError;
use josie::PublicJwk;
use josie::PublicJwkSet;
use josie::Registry;
use josie::Report;
use josie::ReportEntry;
use josie::SecretBytes;
use josie::SecretText;
use josie::SignatureAlgorithm;
use josie::SignatureOutcome;
use josie::SignedBy;
use josie::Signer;
use josie::SigningKey;
use josie::SystemClock;
use josie::Thumbprint;
use josie::UnprotectedHeader;
use josie::UnusableJwk;
use josie::UnverifiedClaims;
use josie::UnverifiedJws;
use josie::UnverifiedJwsJson;
use josie::UnverifiedSignature;
use josie::Verifier;
use josie::VerifyingKey;

use crate::common::counting::counting;
use crate::peers::At;
use crate::peers::CLAIMS;
use crate::peers::HEADER;
use crate::peers::Peer;
use crate::peers::SECRET;
use crate::peers::b64u;
use crate::peers::claim;
use crate::peers::policy;
use crate::peers::rules;
use crate::peers::secret_peers;
use crate::peers::wide;

const LAST: u64 = 253_402_300_799;

#[test]
fn a197_every_public_type_is_send_and_sync() {
    fn check<T: Send + Sync + 'static>() {}

    check::<Audience>();
    check::<Claims<NoClaims>>();
    check::<ClockError>();
    check::<Confirmation>();
    check::<CritRefused>();
    check::<DecryptionKey>();
    check::<EncryptedJweJson<'static>>();
    check::<EmbeddedKey>();
    check::<EncryptionKey>();
    check::<Error>();
    check::<HashAlg>();
    check::<Header>();
    check::<Issuers>();
    check::<JweBuilder<'static>>();
    check::<JweJson>();
    check::<JweRecipient<'static>>();
    check::<Jwk>();
    check::<JwkSet>();
    check::<Jws>();
    check::<JwsBuilder<'static>>();
    check::<JwsJson>();
    check::<JwsSignature>();
    check::<JwsSignatures>();
    check::<Jwt<NoClaims>>();
    check::<JwtPolicy>();
    check::<JwtPolicyBuilder>();
    check::<KeyError>();
    check::<KeyMaterial>();
    check::<KeyPeriod>();
    check::<KeyRing<DecryptionKey>>();
    check::<KeyRing<SigningKey>>();
    check::<KeySet<DecryptionKey>>();
    check::<KeySet<SigningKey>>();
    check::<KeySet<VerifyingKey>>();
    check::<Limits>();
    check::<Password>();
    check::<Policy>();
    check::<PolicyBuilder>();
    check::<PolicyError>();
    check::<PublicJwk>();
    check::<PublicJwkSet>();
    check::<Registry>();
    check::<Report<JweAlg>>();
    check::<Report>();
    check::<ReportEntry>();
    check::<SecretBytes>();
    check::<SecretText>();
    check::<SignatureOutcome>();
    check::<SignedBy>();
    check::<SigningKey>();
    check::<SystemClock>();
    check::<Thumbprint>();
    check::<UnusableJwk>();
    check::<UnprotectedHeader>();
    check::<UnverifiedClaims>();
    check::<UnverifiedJws<'static>>();
    check::<UnverifiedJwsJson<'static>>();
    check::<UnverifiedSignature<'static>>();
    check::<VerifyingKey>();
    check::<Box<dyn SignatureAlgorithm>>();
    check::<Box<dyn Signer>>();
    check::<Box<dyn Verifier>>();
}

#[test]
fn a197_what_is_kept_for_the_life_of_a_server_can_be_copied() {
    fn check<T: Clone + Send + Sync + 'static>() {}

    check::<DecryptionKey>();
    check::<EncryptionKey>();
    check::<Issuers>();
    check::<JwtPolicy>();
    check::<KeyRing<DecryptionKey>>();
    check::<KeyRing<SigningKey>>();
    check::<KeySet<DecryptionKey>>();
    check::<KeySet<VerifyingKey>>();
    check::<Policy>();
    check::<Registry>();
    check::<SigningKey>();
    check::<VerifyingKey>();
}

#[test]
fn a197_limits_and_leeway_of_one_policy_change_no_other() {
    for peer in secret_peers() {
        let strict = policy(rules());
        let lax = policy(rules().limits(wide()).allow_missing_exp());
        let long = peer.token(HEADER, vec![b' '; 300_000]);
        let no_exp = peer.token(HEADER, "{}");
        let verify = |token: &str, policy: &JwtPolicy| -> Result<Jwt, Error> {
            Jwt::verify(token, &peer.keys, policy)
        };

        assert!(verify(&no_exp, &lax).is_ok());
        assert_eq!(verify(&no_exp, &strict).unwrap_err(), claim("exp", ClaimReason::Missing));
        assert_eq!(verify(&long, &strict).unwrap_err().code(), "limit_token");
        assert_eq!(verify(&long, &lax).unwrap_err().code(), "malformed_json");
    }
}

#[test]
fn a198_policy_and_keys_are_unchanged_by_use_from_several_threads() {
    for peer in secret_peers() {
        let policy = policy(rules().claim("role", "admin"));
        let outcomes = [
            (peer.token(HEADER, r#"{"exp":1700003600,"role":"admin"}"#), None),
            (
                peer.token(HEADER, r#"{"exp":1700003600,"role":"user"}"#),
                Some(claim("role", ClaimReason::Mismatch)),
            ),
            (peer.honest(), Some(claim("role", ClaimReason::Missing))),
            (peer.token(HEADER, r#"{"exp":1}"#), Some(Error::Expired)),
            (peer.honest() + "AAAA", Some(Error::InvalidSignature)),
        ];
        let keys = &peer.keys;
        thread::scope(|scope| {
            for start in 0..4 {
                let (policy, outcomes) = (&policy, &outcomes);
                scope.spawn(move || {
                    for (token, outcome) in outcomes.iter().cycle().skip(start).take(500) {
                        let error = Jwt::<NoClaims>::verify(token, keys, policy).err();
                        assert_eq!(error, *outcome);
                    }
                });
            }
        });
    }
}

/// A key set in which the verifications of `peer`'s key are counted.
fn counted(peer: &Peer, kids: &[&str]) -> (KeySet<VerifyingKey>, &'static AtomicUsize) {
    let (registry, verified) = counting(peer.alg, &peer.registry);
    let keys = kids
        .iter()
        .map(|kid| {
            let material = KeyMaterial::oct(SECRET.to_vec()).with_kid(*kid);
            VerifyingKey::new(&material, peer.alg, &registry).unwrap()
        })
        .collect();
    (keys, verified)
}

/// Tokens that are refused before any key is used, each with its error's code.
fn refused_before_cryptography(peer: &Peer) -> Vec<(String, &'static str)> {
    let honest = peer.token(r#"{"alg":"HS256","kid":"a"}"#, CLAIMS);
    let header =
        |members: &str| peer.token(format!(r#"{{"alg":"HS256","kid":"a"{members}}}"#), CLAIMS);
    let deep = format!(r#","x":{}{}"#, "[".repeat(40), "]".repeat(40));
    vec![
        (honest.clone() + ".", "malformed_parts"),
        (".".repeat(100), "malformed_parts"),
        (honest.clone() + "=", "malformed_base64url"),
        (peer.respelt(&honest, Part::Header, |text| format!("{text}=")), "malformed_base64url"),
        (peer.respelt(&honest, Part::Payload, |text| format!("{text} ")), "malformed_base64url"),
        (peer.respelt(&honest, Part::Signature, |_| String::new()), "malformed_empty_signature"),
        (peer.token("", CLAIMS), "malformed_json"),
        (peer.token("[]", CLAIMS), "malformed_not_an_object"),
        (peer.token(r#"{"kid":"a"}"#, CLAIMS), "malformed_missing_alg"),
        (header(r#","alg":"HS256""#), "malformed_duplicate_member"),
        (header(r#","typ":1"#), "malformed_header_type"),
        (header(r#","crit":[]"#), "malformed_crit"),
        (header(r#","enc":"A128GCM""#), "malformed_jwe_header"),
        (header(r#","zip":"DEF""#), "malformed_jwe_header"),
        (peer.token(HEADER, vec![b' '; 300_000]), "limit_token"),
        (header(&format!(r#","x":"{}""#, "A".repeat(20_000))), "limit_header"),
        (header(&deep), "limit_depth"),
        (
            header("").replace(
                &b64u(r#"{"alg":"HS256","kid":"a"}"#),
                &b64u(format!(r#"{{"alg":"HS256","kid":"{}"}}"#, "k".repeat(2000))),
            ),
            "limit_kid",
        ),
        (peer.token(r#"{"alg":"none","kid":"a"}"#, CLAIMS), "refused_unknown_algorithm"),
        (peer.token(r#"{"alg":"HS384","kid":"a"}"#, CLAIMS), "refused_algorithm"),
        (peer.token(r#"{"alg":"RS256","kid":"a"}"#, CLAIMS), "refused_algorithm"),
        (header(r#","typ":"at+jwt""#), "refused_type"),
        (header(r#","crit":["x"],"x":1"#), "refused_critical"),
        (header(r#","b64":false"#), "malformed_unencoded_not_critical"),
        (header(r#","b64":true"#), "refused_unencoded_payload"),
        (header(r#","b64":false,"crit":["b64"]"#), "refused_unencoded_payload"),
        (peer.token(r#"{"alg":"HS256","kid":"c"}"#, CLAIMS), "unknown_key"),
        (peer.token(HEADER, CLAIMS), "ambiguous_key"),
    ]
}

#[test]
fn a209_tokens_that_are_refused_for_their_form_cost_no_cryptography() {
    for peer in secret_peers() {
        let (keys, verified) = counted(&peer, &["a", "b"]);
        let policy = policy(rules());
        let verify = |token: &str| Jwt::<NoClaims>::verify(token, &keys, &policy);

        for (token, code) in refused_before_cryptography(&peer) {
            assert_eq!(verify(&token).unwrap_err().code(), code, "{token:.200}");
            assert_eq!(verified.load(Ordering::SeqCst), 0, "{code}");
        }
        let honest = peer.token(r#"{"alg":"HS256","kid":"a"}"#, CLAIMS);
        assert!(verify(&honest).is_ok());
        assert_eq!(verified.load(Ordering::SeqCst), 1);

        // From here on, one key, used once, whatever the claims say.
        for payload in ["", "[]", r#"{"exp":1}"#, r#"{"exp":1,"exp":2}"#] {
            let token = peer.token(r#"{"alg":"HS256","kid":"a"}"#, payload);
            verified.store(0, Ordering::SeqCst);
            assert!(verify(&token).is_err());
            assert_eq!(verified.load(Ordering::SeqCst), 1, "{payload}");
        }
    }
}

#[test]
fn a209_token_is_tried_with_no_more_keys_than_the_set_allows() {
    for peer in secret_peers() {
        let kids = ["a"; 9];
        let policy = policy(rules());
        let token = peer.token(r#"{"alg":"HS256","kid":"a"}"#, CLAIMS);
        let forged = peer.respelt(&token, Part::Signature, |_| "A".repeat(43));
        for (allowed, keys_in_set, tried) in [
            (1, 1, 1),
            (1, 2, 0),
            (2, 2, 2),
            (2, 3, 0),
            (8, 8, 8),
            (8, 9, 0),
            (1000, 9, 0),
            (0, 1, 1),
        ] {
            let (keys, verified) = counted(&peer, &kids[..keys_in_set]);
            let keys = keys.try_up_to(allowed);
            let error = Jwt::<NoClaims>::verify(&forged, &keys, &policy).unwrap_err();
            let expected = if tried == 0 { Error::AmbiguousKey } else { Error::InvalidSignature };
            assert_eq!(error, expected, "{allowed} {keys_in_set}");
            assert_eq!(verified.load(Ordering::SeqCst), tried);

            // The honest token ends with the first key that fits.
            if tried > 0 {
                assert!(Jwt::<NoClaims>::verify(&token, &keys, &policy).is_ok());
                assert_eq!(verified.load(Ordering::SeqCst), tried + 1);
            }
        }
    }
}

fn exp_at(peer: &Peer, exp: u64, now: u64) -> Option<Error> {
    peer.claims_by(&format!(r#"{{"exp":{exp}}}"#), rules().clock(At(now))).err()
}

#[test]
fn a202_clock_without_a_time_accepts_nothing() {
    for peer in secret_peers() {
        let token = peer.token(r#"{"alg":"HS256"}"#, r#"{"exp":253402300799}"#);
        let no_time = |policy: JwtPolicy, token: &str| -> Result<Jwt, Error> {
            Jwt::verify(token, &peer.keys, &policy)
        };
        // `At` knows no time after the year 9999.
        let broken = rules().clock(At(LAST + 1));

        for rules in [broken.clone(), broken.clone().allow_missing_exp()] {
            for token in [token.clone(), peer.token(r#"{"alg":"HS256"}"#, "{}")] {
                assert_eq!(
                    no_time(rules.clone().build().unwrap(), &token).unwrap_err(),
                    Error::Clock(ClockError)
                );
            }
        }
        // The signature comes first.
        let forged = peer.respelt(&token, Part::Signature, |_| "A".repeat(43));
        assert_eq!(no_time(broken.build().unwrap(), &forged).unwrap_err(), Error::InvalidSignature);
        assert!(no_time(rules().build().unwrap(), &token).is_ok());
        assert_eq!(exp_at(&peer, 1, 0), None);
        assert_eq!(exp_at(&peer, 0, 0), Some(Error::Expired));
        // The system's own clock: after 2023, before the year 9999.
        let system = || rules().clock(SystemClock);
        assert!(peer.claims_by(r#"{"exp":253402300799}"#, system()).is_ok());
        assert_eq!(peer.claims_by(r#"{"exp":1700000000}"#, system()).unwrap_err(), Error::Expired);
    }
}
