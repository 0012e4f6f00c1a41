//! Sections VII, VIII and XIV, as far as a header of a compact JWS goes: `crit`, `b64` and what belongs to JWE.

use josie::Error;
use josie::Jws;
use josie::Jwt;
use josie::Malformed;
use josie::Part;
use josie::Refused;
use josie::UnverifiedClaims;
use josie::UnverifiedJws;

use crate::common::assert_not::assert_not;
use crate::peers::CLAIMS;
use crate::peers::HEADER;
use crate::peers::Peer;
use crate::peers::b64u;
use crate::peers::family_peers;
use crate::peers::secret_peers;
use crate::peers::with_members;

/// Why these header members are refused, by the JWS and the JWT entry points alike.
fn error(peer: &Peer, members: &str) -> Error {
    let token = peer.token(with_members(&peer.header(), members), CLAIMS);
    let error = peer.verify(&token).unwrap_err();
    assert_eq!(peer.verify_jws(&token).unwrap_err(), error, "{members}");
    error
}

#[test]
fn a82_unknown_critical_extensions_are_refused() {
    for peer in family_peers() {
        for members in [
            r#""crit":["bork"],"bork":1"#,
            r#""bork":null,"crit":["bork"]"#,
            r#""crit":["bork","b\u006frk2"],"bork2":[],"bork":{}"#,
            r#""crit":["CRIT"],"CRIT":1"#,
            r#""crit":["http://example.com/UNDEFINED"],"http://example.com/UNDEFINED":true"#,
            r#""crit":["iss"],"iss":"a""#,
        ] {
            assert_eq!(error(&peer, members), Error::Refused(Refused::Critical), "{members}");
        }
        let twin = with_members(&peer.header(), r#""bork":1,"CRIT":["bork"]"#);
        assert!(peer.verify(&peer.token(twin, CLAIMS)).is_ok());
    }
}

#[test]
fn a83_malformed_crit_is_refused() {
    for peer in secret_peers() {
        for crit in [
            "[]",
            r#""b64""#,
            "[1]",
            r#"[""]"#,
            r#"["b64","b64"]"#,
            "null",
            "{}",
            "true",
            "1",
            r#"["x",1]"#,
            r#"["x",null]"#,
            r#"[["x"]]"#,
            r#"{"x":1}"#,
            r#"["x","x"]"#,
            r#"["x","\u0078"]"#,
            r#""x""#,
            r#""""#,
        ] {
            for b64 in ["", r#","b64":true"#] {
                assert_eq!(
                    error(&peer, &format!(r#""x":1,"crit":{crit}{b64}"#)),
                    Error::Malformed(Malformed::Crit),
                    "{crit}"
                );
            }
        }
        // An empty name that is there is a name.
        let empty = error(&peer, r#""":1,"crit":[""]"#);
        assert_eq!(empty, Error::Refused(Refused::Critical));
        assert!(peer.verify(&peer.token(with_members(HEADER, r#""x":1"#), CLAIMS)).is_ok());
    }
}

#[test]
fn a84_crit_of_a_registered_name_is_refused() {
    for peer in secret_peers() {
        for name in [
            "alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit",
            "epk", "apu", "apv", "iv", "tag", "p2s", "p2c", "enc", "zip",
        ] {
            let there = match name {
                "alg" | "crit" => String::new(),
                _ => format!(r#","{name}":"a""#),
            };
            assert_eq!(
                error(&peer, &format!(r#""crit":["{name}"]{there}"#)),
                Error::Malformed(Malformed::Crit),
                "{name}"
            );
            assert_eq!(
                error(&peer, &format!(r#""x":1,"crit":["x","{name}"]{there}"#)),
                Error::Malformed(Malformed::Crit),
                "{name}"
            );
        }
        assert!(peer.verify(&peer.token(with_members(HEADER, r#""typ":"JWT""#), CLAIMS)).is_ok());
    }
}

#[test]
fn a85_crit_of_an_absent_name_is_refused() {
    for peer in secret_peers() {
        for members in [
            r#""crit":["x"]"#,
            r#""crit":["exp"]"#,
            r#""crit":["b64"]"#,
            r#""crit":["nope","x"],"x":1"#,
            r#""crit":["X"],"x":1"#,
            r#""crit":["x"],"y":{"x":1}"#,
            r#""crit":["sub"]"#,
        ] {
            assert_eq!(error(&peer, members), Error::Malformed(Malformed::Crit), "{members}");
        }
        assert!(peer.verify(&peer.honest()).is_ok());
    }
}

#[test]
fn a88_b64_is_refused_with_and_without_crit() {
    for peer in secret_peers() {
        let refused = Error::Refused(Refused::UnencodedPayload);
        let not_critical = Error::Malformed(Malformed::UnencodedNotCritical);
        for (members, expected) in [
            (r#""b64":false"#, &not_critical),
            (r#""b64":false,"x":1,"crit":["x"]"#, &not_critical),
            (r#""b64":true"#, &refused),
            (r#""b64":false,"crit":["b64"]"#, &refused),
            (r#""crit":["b64"],"b64":true"#, &refused),
        ] {
            assert_eq!(error(&peer, members), *expected, "{members}");
            // Signed over the payload as it is, while the token has it encoded.
            let header = b64u(with_members(HEADER, members));
            let signature = b64u(peer.signature(&format!("{header}.{CLAIMS}")));
            let token = format!("{header}.{}.{signature}", b64u(CLAIMS));
            assert_eq!(peer.verify(&token).unwrap_err(), *expected);
        }
        assert!(peer.verify(&peer.honest()).is_ok());
    }
}

#[test]
fn a89_b64_that_is_no_boolean_is_refused() {
    for peer in secret_peers() {
        for b64 in [r#""false""#, "0", "1", "null", "[]", "[false]", "{}", r#""""#] {
            for crit in ["", r#","crit":["b64"]"#] {
                assert_eq!(
                    error(&peer, &format!(r#""b64":{b64}{crit}"#)),
                    Error::Malformed(Malformed::HeaderType("b64")),
                    "{b64}"
                );
            }
        }
        assert!(peer.verify(&peer.honest()).is_ok());
    }
}

#[test]
fn a92_unencoded_payload_is_refused() {
    let header = with_members(HEADER, r#""b64":false,"crit":["b64"]"#);
    for peer in secret_peers() {
        // Claims as they are, or text that would be base64url too; a dot would be one of the token's.
        let refused = Error::Refused(Refused::UnencodedPayload);
        for (payload, error) in [
            (CLAIMS, &refused),
            ("e30", &refused),
            ("", &refused),
            (r#"{"exp":1e9.5}"#, &Error::Malformed(Malformed::UnencodedPayload)),
        ] {
            let token = peer.seal(&format!("{}.{payload}", b64u(&header)));
            assert_eq!(peer.verify(&token).unwrap_err(), *error);
            assert_eq!(peer.verify_jws(&token).unwrap_err(), *error);
        }
        let detached = peer.seal(&format!("{}.{}", b64u(HEADER), b64u(CLAIMS)));
        assert!(peer.verify(&detached).is_ok());
        let (signing_input, signature) = detached.rsplit_once('.').unwrap();
        let (header, _) = signing_input.split_once('.').unwrap();
        assert_eq!(
            peer.verify(&format!("{header}..{signature}")).unwrap_err(),
            Error::InvalidSignature
        );
    }
}

#[test]
fn a99_encrypted_tokens_and_their_headers_are_refused() {
    // RFC 7516 appendix A.1, shortened: five parts.
    let jwe = format!("{}.AAAA.AAAA.AAAA.AAAA", b64u(r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#));
    for peer in family_peers() {
        assert!(peer.verify(&peer.honest()).is_ok());
        assert_eq!(peer.verify(&jwe).unwrap_err(), Error::Malformed(Malformed::Parts));
        for (name, values) in [("enc", ["A128GCM", "none"]), ("zip", ["DEF", ""])] {
            for value in values {
                assert_eq!(
                    error(&peer, &format!(r#""{name}":"{value}""#)),
                    Error::Malformed(Malformed::JweHeader(name))
                );
            }
            for value in ["1", "null", "[]"] {
                assert_eq!(
                    error(&peer, &format!(r#""{name}":{value}"#)),
                    Error::Malformed(Malformed::HeaderType(name))
                );
            }
        }
        for alg in
            ["dir", "A128KW", "RSA-OAEP", "RSA1_5", "ECDH-ES", "PBES2-HS256+A128KW", "A256GCM"]
        {
            let token = peer.token(format!(r#"{{"alg":"{alg}"}}"#), CLAIMS);
            assert_eq!(
                peer.verify(&token).unwrap_err(),
                Error::Refused(Refused::UnknownAlgorithm),
                "{alg}"
            );
        }
    }
}

#[test]
fn a101_what_is_unverified_turns_into_nothing_that_is_trusted() {
    assert_not!(UnverifiedJws<'static>, Into<Jws>);
    assert_not!(UnverifiedJws<'static>, Into<Jwt>);
    assert_not!(UnverifiedJws<'static>, AsRef<[u8]>);
    assert_not!(UnverifiedJws<'static>, std::ops::Deref);
    assert_not!(UnverifiedClaims, Into<Jwt>);
    assert_not!(UnverifiedClaims, Into<josie::Claims>);
    assert_not!(UnverifiedClaims, Into<josie::Claims<serde_json::Map<String, serde_json::Value>>>);
    assert_not!(UnverifiedClaims, std::ops::Deref);
    assert_not!(UnverifiedClaims, serde::Serialize);
    assert_not!(Jws, serde::Deserialize<'static>);
    assert_not!(Jwt, serde::Deserialize<'static>);
    assert_not!(Jwt, Default);
    assert_not!(Jws, Default);
    // What is said of a forged token stays readable, and apart.
    for peer in secret_peers() {
        let forged = peer.respelt(&peer.honest(), Part::Signature, |_| "AAAA".to_owned());
        let unverified = UnverifiedJws::parse(&forged, &josie::Limits::default()).unwrap();
        let claims = unverified.dangerous_unverified_claims().unwrap();
        assert_eq!(claims.sub(), Some("alice"));
        assert_eq!(peer.verify(&forged).unwrap_err(), Error::InvalidSignature);
    }
}

#[test]
fn a205_compressed_payload_is_neither_inflated_nor_accepted() {
    // DEFLATE of one stored block: `{}`.
    let stored = [1, 2, 0, 0xfd, 0xff, b'{', b'}'];
    for peer in secret_peers() {
        let zipped = peer.token(r#"{"alg":"HS256","zip":"DEF"}"#, stored);
        assert_eq!(
            peer.verify(&zipped).unwrap_err(),
            Error::Malformed(Malformed::JweHeader("zip"))
        );
        let plain = peer.token(HEADER, stored);
        assert_eq!(peer.verify_jws(&plain).unwrap().payload(), stored);
        assert_eq!(
            peer.verify(&plain).unwrap_err(),
            Error::Malformed(Malformed::Json(Part::Payload))
        );
        // `cty` is the application's.
        let typed = peer.token(r#"{"alg":"HS256","cty":"application/gzip"}"#, CLAIMS);
        assert_eq!(peer.verify(&typed).unwrap().header().cty(), Some("application/gzip"));
    }
}
