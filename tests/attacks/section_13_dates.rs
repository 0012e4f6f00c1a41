//! Section XIII: dates. What is there and wrong is never as if it were not there.

use std::time::Duration;

use josie::ClaimReason;
use josie::Claims;
use josie::Error;
use josie::Header;
use josie::Jwt;
use josie::KeyMaterial;
use josie::Malformed;
use josie::NoClaims;
use josie::NumericDate;
use josie::Part;
use josie::PolicyError;
use josie::SigningKey;

use crate::peers::At;
use crate::peers::NOW;
use crate::peers::Peer;
use crate::peers::SECRET;
use crate::peers::claim;
use crate::peers::rules;
use crate::peers::secret_peers;

const SECOND: Duration = Duration::from_secs(1);
const LAST: u64 = 253_402_300_799;

/// Verifies claims that have `exp` and this date.
fn with_date(peer: &Peer, name: &str, value: &str) -> Result<Jwt, Error> {
    let exp = if name == "exp" { "" } else { r#""exp":1700003600,"# };
    peer.claims_by(&format!(r#"{{{exp}"{name}":{value}}}"#), rules())
}

fn exp_at(peer: &Peer, exp: &str, now: u64, leeway: u64) -> Option<Error> {
    let rules = rules().clock(At(now)).leeway(Duration::from_secs(leeway));
    peer.claims_by(&format!(r#"{{"exp":{exp}}}"#), rules).err()
}

fn nbf_at(peer: &Peer, nbf: &str, now: u64, leeway: u64) -> Option<Error> {
    let rules = rules().clock(At(now)).leeway(Duration::from_secs(leeway)).allow_missing_exp();
    peer.claims_by(&format!(r#"{{"nbf":{nbf}}}"#), rules).err()
}

fn iat_error(peer: &Peer, iat: &str, rules: josie::JwtPolicyBuilder) -> Option<Error> {
    peer.claims_by(&format!(r#"{{"exp":1700003600,"iat":{iat}}}"#), rules).err()
}

#[test]
fn a167_dates_of_another_type_are_refused_even_where_none_is_required() {
    for peer in secret_peers() {
        for name in ["exp", "nbf", "iat"] {
            for value in [
                r#""9999999999""#,
                r#""1700000000""#,
                r#""""#,
                r#""never""#,
                "true",
                "false",
                "[]",
                "{}",
                "[9999999999]",
                r#"{"secs":9999999999}"#,
                r#""NaN""#,
                r#""1e400""#,
            ] {
                let invalid = claim(name, ClaimReason::Invalid);
                let payload = format!(r#"{{"{name}":{value}}}"#);
                let lax = rules().allow_missing_exp();

                assert_eq!(with_date(&peer, name, value).unwrap_err(), invalid, "{value}");
                assert_eq!(peer.claims_by(&payload, lax).unwrap_err(), invalid);
            }
        }
        for (name, value) in [("exp", "1700000001"), ("nbf", "1699999999.5"), ("iat", "1.7e9")] {
            assert!(with_date(&peer, name, value).is_ok(), "{name}");
        }
    }
}

#[test]
fn a168_null_is_neither_absent_nor_a_value() {
    for peer in secret_peers() {
        let claims = |member: &str| format!(r#"{{"x":1,{member}}}"#);
        assert!(peer.claims_by(&claims(r#""y":null"#), rules().allow_missing_exp()).is_ok());
        for name in ["exp", "nbf", "iat", "iss", "sub", "aud", "jti"] {
            let payload = claims(&format!(r#""{name}":null"#));
            let rules = || rules().allow_missing_exp();
            for rules in [
                rules(),
                rules().iss("a").aud("a").sub("a").jti("a"),
                rules()
                    .iss(josie::Expect::Any)
                    .aud(josie::Expect::Any)
                    .sub(josie::Expect::Any)
                    .jti(josie::Expect::Any),
                rules()
                    .iss(josie::Expect::Absent)
                    .aud(josie::Expect::Absent)
                    .sub(josie::Expect::Absent)
                    .jti(josie::Expect::Absent),
                rules().max_age(Duration::MAX),
            ] {
                assert_eq!(
                    peer.claims_by(&payload, rules).unwrap_err(),
                    claim(name, ClaimReason::Invalid)
                );
            }
        }
    }
}

#[test]
fn a169_numbers_that_are_no_date_are_refused() {
    for peer in secret_peers() {
        for name in ["exp", "nbf", "iat"] {
            for number in [
                "-1",
                "-1.0",
                "-0.5",
                "-1e-3",
                "-9223372036854775808",
                "-9223372036854775809",
                "9007199254740993",
                "9223372036854775807",
                "9223372036854775808",
                "18446744073709551615",
                "18446744073709551616",
                "253402300800",
                "253402300800.0",
                "2.534023008e11",
                "1e12",
                "1e300",
                "1.7976931348623157e308",
            ] {
                assert_eq!(
                    with_date(&peer, name, number).unwrap_err(),
                    claim(name, ClaimReason::Invalid),
                    "{number}"
                );
            }
            for number in ["1e400", "-1e400", &"9".repeat(10_000)] {
                assert_eq!(
                    with_date(&peer, name, number).unwrap_err(),
                    Error::Malformed(Malformed::Json(Part::Payload))
                );
            }
        }
        for number in ["1700000001", "1700000001.0", "1.7000000010e9", "17000000010e-1"] {
            let jwt = with_date(&peer, "exp", number).unwrap();
            assert_eq!(jwt.claims().exp.unwrap().as_secs(), NOW + 1);
        }
        for number in ["253402300799", "253402300799.0", "253402300799.5"] {
            let jwt = with_date(&peer, "exp", number).unwrap();
            assert_eq!(jwt.claims().exp, Some(NumericDate::MAX));
        }
        assert_eq!(nbf_at(&peer, "253402300799.5", LAST, 0), None);
        assert_eq!(nbf_at(&peer, "253402300799.5", LAST - 1, 0), Some(Error::NotYetValid));
    }
}

#[test]
fn a169_fractions_count_for_the_stricter_side() {
    for peer in secret_peers() {
        assert_eq!(exp_at(&peer, "100.9", 99, 0), None);
        assert_eq!(exp_at(&peer, "100.9", 100, 0), Some(Error::Expired));
        assert_eq!(exp_at(&peer, "100.000001", 100, 0), Some(Error::Expired));
        assert_eq!(nbf_at(&peer, "100.1", 101, 0), None);
        assert_eq!(nbf_at(&peer, "100.1", 100, 0), Some(Error::NotYetValid));
        assert_eq!(nbf_at(&peer, "99.999999", 99, 0), Some(Error::NotYetValid));

        // Too old counts from the second before, in the future from the second after.
        let old = || rules().max_age(60 * SECOND);
        assert_eq!(iat_error(&peer, "1699999940", old()), None);
        assert_eq!(iat_error(&peer, "1699999940.9", old()), None);
        for iat in ["1699999939.9", "1699999939"] {
            let too_old = claim("iat", ClaimReason::TooOld);
            assert_eq!(iat_error(&peer, iat, old()), Some(too_old));
        }
        let future = || rules().refuse_future_iat();
        assert_eq!(iat_error(&peer, "1699999999.1", future()), None);
        for iat in ["1700000000.1", "1700000001"] {
            let early = claim("iat", ClaimReason::InTheFuture);
            assert_eq!(iat_error(&peer, iat, future()), Some(early));
            assert_eq!(iat_error(&peer, iat, future().leeway(SECOND)), None);
        }
    }
}

#[test]
fn a169_sums_beyond_the_last_date_do_not_wrap() {
    for peer in secret_peers() {
        let last = LAST.to_string();
        assert_eq!(exp_at(&peer, &last, LAST - 1, 600), None);
        assert_eq!(exp_at(&peer, &last, LAST, 0), Some(Error::Expired));
        assert_eq!(nbf_at(&peer, &last, LAST, 600), None);
        assert_eq!(nbf_at(&peer, &last, LAST - 601, 600), Some(Error::NotYetValid));

        let rules = || rules().max_age(Duration::MAX).leeway(600 * SECOND);
        assert_eq!(iat_error(&peer, "0", rules()), None);
        assert_eq!(iat_error(&peer, &last, rules()), Some(claim("iat", ClaimReason::InTheFuture)));
    }
}

#[test]
fn a170_zero_is_a_date_long_ago() {
    for peer in secret_peers() {
        for zero in ["0", "0.0", "-0", "-0.0", "0e5", "1e-400", "0.9"] {
            let payload = format!(r#"{{"exp":{zero}}}"#);
            assert_eq!(peer.claims_by(&payload, rules()).unwrap_err(), Error::Expired, "{zero}");
            let lax = rules().allow_missing_exp();
            assert_eq!(peer.claims_by(&payload, lax).unwrap_err(), Error::Expired);
            assert!(with_date(&peer, "nbf", zero).is_ok());
            assert_eq!(
                iat_error(&peer, zero, rules().max_age(60 * SECOND)),
                Some(claim("iat", ClaimReason::TooOld))
            );
        }
        assert!(peer.claims_by(r#"{"exp":1700000001}"#, rules()).is_ok());
    }
}

#[test]
fn a171_missing_exp_is_refused_on_both_sides() {
    let missing = claim("exp", ClaimReason::Missing);
    for peer in secret_peers() {
        for claims in [r#"{"sub":"a"}"#, "{}", r#"{"x":{"exp":9999999999}}"#] {
            assert_eq!(peer.claims_by(claims, rules()).unwrap_err(), missing);
            assert!(peer.claims_by(claims, rules().allow_missing_exp()).is_ok());
        }
        assert!(peer.claims_by(r#"{"exp":1700000001}"#, rules()).is_ok());

        let material = KeyMaterial::oct(SECRET.to_vec());
        let key = SigningKey::new(&material, peer.alg, &peer.registry).unwrap();
        let claims = Claims::new(NoClaims {}).subject("a");
        let sign = |claims: &Claims| Jwt::sign(claims, &Header::jwt(), &key);
        assert_eq!(sign(&claims).unwrap_err(), missing);
        assert!(sign(&claims.clone().expires_at(NumericDate::MAX)).is_ok());
        assert!(sign(&claims.without_exp()).is_ok());
    }
}

#[test]
fn a172_dates_at_their_boundaries_are_judged_to_the_second() {
    let expired = || Some(Error::Expired);
    let early = || Some(Error::NotYetValid);
    for peer in secret_peers() {
        for (now, leeway, outcome) in [
            (999, 0, None),
            (1000, 0, expired()),
            (1001, 0, expired()),
            (1000, 1, None),
            (1001, 1, expired()),
            (1059, 60, None),
            (1060, 60, expired()),
            (1599, 600, None),
            (1600, 600, expired()),
            (0, 0, None),
            (LAST, 600, expired()),
        ] {
            assert_eq!(exp_at(&peer, "1000", now, leeway), outcome, "{now} {leeway}");
        }
        for (now, leeway, outcome) in [
            (1001, 0, None),
            (1000, 0, None),
            (999, 0, early()),
            (940, 60, None),
            (939, 60, early()),
            (400, 600, None),
            (399, 600, early()),
            (0, 0, early()),
            (LAST, 0, None),
        ] {
            assert_eq!(nbf_at(&peer, "1000", now, leeway), outcome, "{now} {leeway}");
        }
        // Fractions of the leeway are dropped.
        let half = rules().clock(At(1000)).leeway(Duration::from_millis(1999));
        assert!(peer.claims_by(r#"{"exp":1000}"#, half.clone()).is_ok());
        assert_eq!(peer.claims_by(r#"{"exp":999}"#, half).unwrap_err(), Error::Expired);
    }
}

#[test]
fn a172_leeway_over_ten_minutes_is_refused() {
    for leeway in
        [600 * SECOND + Duration::from_nanos(1), 601 * SECOND, 3600 * SECOND, Duration::MAX]
    {
        assert_eq!(rules().leeway(leeway).build().unwrap_err(), PolicyError::Leeway);
    }
    assert!(rules().leeway(600 * SECOND).build().is_ok());
}

#[test]
fn a173_iat_is_required_and_compared_only_where_the_policy_asks() {
    let in_the_future = || Some(claim("iat", ClaimReason::InTheFuture));
    let too_old = || Some(claim("iat", ClaimReason::TooOld));
    for peer in secret_peers() {
        let minute = || rules().max_age(60 * SECOND);
        let no_future = || rules().refuse_future_iat();
        for (iat, rules, outcome) in [
            ("1700000000", minute(), None),
            ("1699999940", minute(), None),
            ("1699999939", minute(), too_old()),
            ("1700000001", minute(), in_the_future()),
            ("1700003600", minute(), in_the_future()),
            ("1699999938", minute().leeway(2 * SECOND), None),
            ("1699999937", minute().leeway(2 * SECOND), too_old()),
            ("1700000002", minute().leeway(2 * SECOND), None),
            ("1700000003", minute().leeway(2 * SECOND), in_the_future()),
            ("0", no_future(), None),
            ("1700000000", no_future(), None),
            ("1700000001", no_future(), in_the_future()),
            ("1700000000", rules().max_age(Duration::ZERO), None),
            ("1699999999", rules().max_age(Duration::ZERO), too_old()),
            ("1700003600", rules(), None),
            ("0", rules(), None),
        ] {
            assert_eq!(iat_error(&peer, iat, rules), outcome, "{iat}");
        }
        for rules in [minute(), no_future()] {
            assert_eq!(
                peer.claims_by(r#"{"exp":1700003600}"#, rules).unwrap_err(),
                claim("iat", ClaimReason::Missing)
            );
        }
        for rules in [minute(), no_future(), rules()] {
            let invalid = claim("iat", ClaimReason::Invalid);
            assert_eq!(iat_error(&peer, r#""1700000000""#, rules), Some(invalid));
        }
    }
}
