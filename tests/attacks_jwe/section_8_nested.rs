//! Section VIII: encrypted tokens where signed ones are wanted, and nested ones that hold something else than one signed
//! token.

use josie::ClaimReason;
use josie::Claims;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::Jws;
use josie::Jwt;
use josie::JwtPolicy;
use josie::KeySet;
use josie::KeyType;
use josie::Limit;
use josie::Malformed;
use josie::NoClaims;
use josie::Origin;
use josie::Part;
use josie::Policy;
use josie::Refused;
use josie::SealedJwt;
use serde_json::json;

use crate::nesting::CLAIMS;
use crate::nesting::Exchange;
use crate::nesting::SIGNATURE;
use crate::nesting::claim;
use crate::nesting::exchanges;
use crate::sealing::b64u;
use crate::sealing::sealers_with;

/// Anybody who knows the public key can encrypt; that is no signature.
#[test]
fn a94_token_that_is_only_encrypted_is_not_taken_for_a_signed_one() {
    for exchange in exchanges() {
        let forged = exchange.unsigned(CLAIMS).compact();
        assert!(exchange.unseal(&forged).is_ok(), "{}", exchange.name());
        assert!(exchange.open(&exchange.nested(CLAIMS)).is_ok(), "{}", exchange.name());

        let keys = KeySet::from(exchange.issuer.verifying_key());
        let policy = exchange.rules().build().unwrap();
        let five_parts = Error::Malformed(Malformed::Parts);
        let as_jwt = Jwt::<NoClaims>::verify(&forged, &keys, &policy);
        assert_eq!(as_jwt.unwrap_err(), five_parts);
        let signed = Policy::signed(&[SIGNATURE]).build().unwrap();
        assert_eq!(Jws::verify(&forged, &keys, &signed).unwrap_err(), five_parts);
        let nested = exchange.open(&forged);
        assert_eq!(nested.unwrap_err(), Error::Refused(Refused::ContentType));
    }
}

#[test]
fn a94_token_from_anybody_needs_the_dangerous_entry_point() {
    for exchange in exchanges() {
        let token = exchange.unsigned(CLAIMS).compact();
        let keys = KeySet::from(exchange.sealer.key());
        let policy = exchange.rules().build().unwrap();
        let outcome = SealedJwt::<NoClaims>::decrypt(&token, &keys, &policy);
        let origin = exchange.unseal(&token).unwrap().origin();

        if exchange.sealer.alg.kty() == KeyType::Oct {
            assert_eq!(outcome.unwrap().origin(), Origin::KeyHolder);
            assert_eq!(origin, Origin::KeyHolder);
        } else {
            assert_eq!(outcome.unwrap_err(), Error::Refused(Refused::FromAnyone));
            assert_eq!(origin, Origin::Anyone);
        }
    }
}

#[test]
fn a94_token_that_is_only_signed_is_not_taken_for_a_nested_one() {
    for exchange in exchanges() {
        let signed = exchange.signed(CLAIMS);
        let verifying = KeySet::from(exchange.issuer.verifying_key());
        let policy = exchange.rules().build().unwrap();
        assert!(Jwt::<NoClaims>::verify(&signed, &verifying, &policy).is_ok());

        let three_parts = Error::Malformed(Malformed::JweParts);
        assert_eq!(exchange.open(&signed).unwrap_err(), three_parts);
        assert_eq!(exchange.unseal(&signed).unwrap_err(), three_parts);
        let keys = KeySet::from(exchange.sealer.key());
        let sealed = SealedJwt::<NoClaims>::decrypt(&signed, &keys, &policy);
        assert_eq!(sealed.unwrap_err(), three_parts);
    }
}

#[test]
fn a94_nested_token_is_not_taken_for_one_that_is_only_encrypted() {
    for exchange in exchanges() {
        let nested = exchange.around(exchange.signed(CLAIMS));
        assert!(exchange.open(&nested.compact()).is_ok(), "{}", exchange.name());

        let error = exchange.unseal(&nested.compact()).unwrap_err();
        assert_eq!(error, Error::Refused(Refused::ContentType));
        // Where it does not say so, its content shows it: a token is no JSON.
        let error = exchange.unseal(&nested.without("cty").compact()).unwrap_err();
        assert_eq!(error, Error::Malformed(Malformed::Json(Part::Payload)));
    }
}

#[test]
fn a94_claims_are_not_sealed_as_what_says_that_it_is_a_nested_token() {
    for sealer in sealers_with(&[JweAlg::Dir]) {
        let claims = Claims::new(NoClaims {}).without_exp();
        let seal = |cty| {
            let header = Header::new().with_cty(cty);
            SealedJwt::encrypt(&claims, &header, &sealer.encryption_key())
        };
        assert!(seal("example+json").is_ok());

        for cty in ["JWT", "jwt", "application/jwt"] {
            assert_eq!(seal(cty).unwrap_err(), Error::Refused(Refused::ContentType), "{cty}");
        }
    }
}

/// What a policy does not mention it refuses: encryption as well as signatures.
#[test]
fn a94_policy_for_one_kind_of_token_refuses_the_other() {
    for exchange in exchanges() {
        let (alg, enc) = (exchange.sealer.alg, exchange.sealer.enc);
        let refused = Error::Refused(Refused::Algorithm);
        let decryption_keys = KeySet::from(exchange.sealer.key());
        let verifying_keys = KeySet::from(exchange.issuer.verifying_key());
        let (nested, signed) = (exchange.nested(CLAIMS), exchange.signed(CLAIMS));
        assert!(exchange.open(&nested).is_ok(), "{}", exchange.name());

        let only_signed = JwtPolicy::signed(&[SIGNATURE]).build().unwrap();
        let only_encrypted = JwtPolicy::encrypted(&[alg], &[enc]).build().unwrap();
        for policy in [&only_signed, &only_encrypted] {
            let outcome: Result<Jwt, Error> =
                Jwt::decrypt_and_verify(&nested, &decryption_keys, &verifying_keys, policy);
            assert_eq!(outcome.unwrap_err(), refused);
        }
        let outcome = Jwt::<NoClaims>::verify(&signed, &verifying_keys, &only_encrypted);
        assert_eq!(outcome.unwrap_err(), refused);
        let sealed = exchange.unsigned(CLAIMS).compact();
        let outcome = exchange.unseal_by(&sealed, JwtPolicy::signed(&[SIGNATURE]));
        assert_eq!(outcome.unwrap_err(), refused);
        let signed_policy = Policy::signed(&[SIGNATURE]).build().unwrap();
        let outcome = Jwe::decrypt(&sealed, &decryption_keys, &signed_policy);
        assert_eq!(outcome.unwrap_err(), refused);
        let outcome = Jws::verify(&signed, &verifying_keys, &exchange.sealer.policy());
        assert_eq!(outcome.unwrap_err(), refused);
    }
}

/// RFC 8725 section 3.1: encryption around it does not make `none` a signature.
#[test]
fn a95_unsecured_token_inside_is_refused() {
    for exchange in exchanges() {
        assert!(exchange.open(&exchange.nested(CLAIMS)).is_ok(), "{}", exchange.name());
        let signed = exchange.signed(CLAIMS);
        let (_, signature) = signed.rsplit_once('.').unwrap();

        for alg in ["none", "None", "NONE", "nOnE", "", "none "] {
            let input = format!("{}.{}", b64u(json!({"alg": alg}).to_string()), b64u(CLAIMS));
            for signature in ["", "AA", signature] {
                let token = exchange.around(format!("{input}.{signature}")).compact();
                let error = exchange.open(&token).unwrap_err();
                assert_eq!(error, Error::Refused(Refused::UnknownAlgorithm), "{alg:?}");
            }
        }
        for (header, error) in [
            (r#"{"typ":"JWT"}"#, Error::Malformed(Malformed::MissingAlg)),
            (r#"{"alg":null}"#, Error::Malformed(Malformed::HeaderType("alg"))),
        ] {
            let token = exchange.around(format!("{}.{}.", b64u(header), b64u(CLAIMS))).compact();
            assert_eq!(exchange.open(&token).unwrap_err(), error, "{header}");
        }
    }
}

#[test]
fn a95_token_inside_whose_signature_is_not_the_issuers_is_refused() {
    for exchange in exchanges() {
        let signed = exchange.signed(CLAIMS);
        assert!(exchange.open(&exchange.around(signed.clone()).compact()).is_ok());
        let (input, signature) = signed.rsplit_once('.').unwrap();
        let (header, _) = input.split_once('.').unwrap();

        let other_claims = b64u(CLAIMS.replace("alice", "admin"));
        let by_a_stranger = Exchange { issuer: exchange.stranger(), ..exchange.clone() };
        for (inner, error) in [
            (format!("{header}.{other_claims}.{signature}"), Error::InvalidSignature),
            (format!("{input}.{}", b64u([0; 64])), Error::InvalidSignature),
            (format!("{input}.{}", &signature[4..]), Error::InvalidSignature),
            (format!("{input}."), Error::Malformed(Malformed::EmptySignature)),
            (by_a_stranger.signed(CLAIMS), Error::InvalidSignature),
        ] {
            let token = exchange.around(inner).compact();
            assert_eq!(exchange.open(&token).unwrap_err(), error);
        }
        let named = exchange.stranger().with_kid("another");
        let inner = Jws::sign(CLAIMS.as_bytes(), &Header::new(), &named).unwrap();
        let verifying = exchange.issuer.verifying_key().with_kid("issuer");
        let outcome: Result<Jwt, Error> = Jwt::decrypt_and_verify(
            &exchange.around(inner).compact(),
            &KeySet::from(exchange.sealer.key()),
            &KeySet::from(verifying),
            &exchange.rules().build().unwrap(),
        );
        assert_eq!(outcome.unwrap_err(), Error::UnknownKey);
    }
}

#[test]
fn a96_plaintext_that_is_no_signed_token_is_refused() {
    for exchange in exchanges() {
        let signed = exchange.signed(CLAIMS);
        assert!(exchange.open(&exchange.around(signed.clone()).compact()).is_ok());
        let parts = Error::Malformed(Malformed::Parts);
        let header = Error::Malformed(Malformed::Base64url(Part::Header));
        let payload = Error::Malformed(Malformed::Base64url(Part::Payload));
        let signature = Error::Malformed(Malformed::Base64url(Part::Signature));

        for (inner, error) in [
            (CLAIMS.as_bytes().to_vec(), parts.clone()),
            (br#"{"iss":"a.example.org","exp":1700003600}"#.to_vec(), payload),
            (b64u(CLAIMS).into_bytes(), parts.clone()),
            (json!(signed).to_string().into_bytes(), header.clone()),
            (format!("{signed}\n").into_bytes(), signature),
            (format!(" {signed}").into_bytes(), header),
            (vec![], parts.clone()),
            (vec![0xff, 0xfe], parts),
        ] {
            let token = exchange.around(inner.clone()).compact();
            let error_of_token = exchange.open(&token).unwrap_err();
            assert_eq!(error_of_token, error, "{:?}", String::from_utf8_lossy(&inner));
        }
    }
}

/// The rules on claims are about the signed token; what the header outside says is no claim.
#[test]
fn a96_claims_rules_are_applied_to_the_token_inside() {
    for exchange in exchanges() {
        let rules = || exchange.rules().iss("issuer").aud("api");
        let honest = r#"{"iss":"issuer","aud":"api","exp":1700003600}"#;
        assert!(exchange.open_by(&exchange.nested(honest), rules()).is_ok());

        for (claims, error) in [
            (r#"{"iss":"issuer","aud":"api","exp":1700000000}"#, Error::Expired),
            (r#"{"iss":"issuer","aud":"api"}"#, claim("exp", ClaimReason::Missing)),
            (
                r#"{"iss":"issuer","aud":"api","exp":1700003600,"nbf":1700000001}"#,
                Error::NotYetValid,
            ),
            (
                r#"{"iss":"other","aud":"api","exp":1700003600}"#,
                claim("iss", ClaimReason::Mismatch),
            ),
            (r#"{"aud":"api","exp":1700003600}"#, claim("iss", ClaimReason::Missing)),
            (
                r#"{"iss":"issuer","aud":["x"],"exp":1700003600}"#,
                claim("aud", ClaimReason::Mismatch),
            ),
            (r#"{"iss":"issuer","exp":1700003600}"#, claim("aud", ClaimReason::Missing)),
            (r#"{"iss":1,"aud":"api","exp":1700003600}"#, claim("iss", ClaimReason::Invalid)),
        ] {
            let outside = exchange
                .around(exchange.signed(claims))
                .with("exp", json!(1_700_003_600))
                .with("nbf", json!(0));
            for token in [exchange.nested(claims), outside.compact()] {
                let outcome = exchange.open_by(&token, rules());
                assert_eq!(outcome.unwrap_err(), error, "{claims}");
            }
        }
        let unexpected = exchange.open(&exchange.nested(honest)).unwrap_err();
        assert_eq!(unexpected, claim("iss", ClaimReason::Unexpected));
    }
}

/// There are two layers. What is encrypted once more is not opened once more; and each layer makes a token a third
/// longer, so that the limit on its length ends it.
#[test]
fn a97_tokens_of_more_than_two_layers_are_refused() {
    for exchange in exchanges() {
        let mut token = exchange.nested(CLAIMS);
        assert!(exchange.open(&token).is_ok(), "{}", exchange.name());
        let limit = exchange.rules().build().unwrap().limits().token_bytes();

        let mut layers = 2;
        while layers < 1000 {
            token = exchange.around(token).compact();
            layers += 1;
            if token.len() > limit {
                break;
            }
            let error = exchange.open(&token).unwrap_err();
            assert_eq!(error, Error::Malformed(Malformed::Parts), "{layers} layers");
        }

        assert!((10..1000).contains(&layers), "{layers}");
        assert_eq!(exchange.open(&token).unwrap_err(), Error::Limit(Limit::Token));
        let unsealed = exchange.unseal(&exchange.unsigned(&exchange.nested(CLAIMS)).compact());
        assert_eq!(unsealed.unwrap_err(), Error::Malformed(Malformed::Json(Part::Payload)));
    }
}
