//! Section V: one JSON text has one meaning.

use josie::ClaimReason;
use josie::Error;
use josie::Jwk;
use josie::JwkError;
use josie::JwkSet;
use josie::KeyError;
use josie::Malformed;
use josie::Part;
use josie::Refused;
use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;

use crate::peers::CLAIMS;
use crate::peers::HEADER;
use crate::peers::JWK;
use crate::peers::claim;
use crate::peers::rules;
use crate::peers::secret_peers;
use crate::peers::with_members;

const DUPLICATE_IN_HEADER: Error = Error::Malformed(Malformed::DuplicateMember(Part::Header));
const DUPLICATE_IN_PAYLOAD: Error = Error::Malformed(Malformed::DuplicateMember(Part::Payload));
const DUPLICATE_IN_JWK: KeyError = KeyError::Jwk(JwkError::DuplicateMember);

#[test]
fn a55_duplicate_header_members_are_refused() {
    for peer in secret_peers() {
        assert!(peer.verify(&peer.honest()).is_ok());
        for (name, first, second) in [
            ("alg", r#""none""#, r#""HS256""#),
            ("alg", r#""HS256""#, r#""HS256""#),
            ("kid", r#""a""#, r#""b""#),
            ("typ", r#""JWT""#, r#""at+jwt""#),
            ("cty", r#""JWT""#, r#""JWT""#),
            ("crit", r#"["b64"]"#, r#"["x"]"#),
            ("b64", "true", "false"),
            ("enc", r#""A128GCM""#, r#""A256GCM""#),
            ("zip", r#""DEF""#, r#""DEF""#),
            ("p2c", "1000", "1000000000"),
            ("epk", "{}", r#"{"kty":"EC"}"#),
            ("jwk", "{}", "{}"),
            ("iss", r#""a""#, r#""b""#),
            ("x", "null", "null"),
            ("", "1", "2"),
        ] {
            let others = if name == "alg" { "" } else { r#""alg":"HS256","# };
            for header in [
                format!(r#"{{{others}"{name}":{first},"{name}":{second}}}"#),
                format!(r#"{{"{name}":{second},{others}"y":1,"{name}":{first}}}"#),
            ] {
                assert_eq!(peer.header_error(&header), DUPLICATE_IN_HEADER, "{header}");
            }
        }
        for (nested, twin) in [
            (r#""x":{"a":1,"a":1}"#, r#""x":{"a":1,"b":1}"#),
            (r#""x":[0,{"a":[{"b":1,"b":2}]}]"#, r#""x":[{"b":1},{"b":2}]"#),
            (r#""jwk":{"kty":"oct","kty":"RSA"}"#, r#""jwk":{"kty":"oct"}"#),
        ] {
            let header = with_members(HEADER, nested);
            assert_eq!(peer.header_error(&header), DUPLICATE_IN_HEADER, "{header}");
            assert!(peer.verify(&peer.token(with_members(HEADER, twin), CLAIMS)).is_ok());
        }
    }
}

#[test]
fn a56_duplicate_claims_at_any_depth_are_refused() {
    #[derive(Debug, Deserialize)]
    struct Role {
        #[expect(dead_code, reason = "only its type is wanted")]
        role: Option<Value>,
    }

    for peer in secret_peers() {
        for hostile in [
            r#"{"sub":"a","sub":"admin","exp":9999999999}"#,
            r#"{"exp":1,"exp":9999999999}"#,
            r#"{"exp":9999999999,"exp":9999999999}"#,
            r#"{"exp":9999999999,"aud":"a","x":1,"aud":["b"]}"#,
            r#"{"exp":9999999999,"iss":"a","iss":"a"}"#,
            r#"{"exp":9999999999,"nbf":1,"nbf":1}"#,
            r#"{"exp":9999999999,"iat":1,"iat":1}"#,
            r#"{"exp":9999999999,"jti":"a","jti":"a"}"#,
            r#"{"exp":9999999999,"role":"user","role":"admin"}"#,
            r#"{"role":"user","exp":9999999999,"role":null}"#,
            r#"{"exp":9999999999,"role":{"a":1,"a":2}}"#,
            r#"{"exp":9999999999,"role":[[{"a":{"b":1,"c":2,"b":3}}]]}"#,
            r#"{"exp":9999999999,"ignored":{"a":1,"a":2}}"#,
            r#"{"exp":9999999999,"ignored":[{"a":1,"a":1}]}"#,
            r#"{"exp":9999999999,"":1,"":1}"#,
        ] {
            assert_eq!(peer.claims_error(hostile), DUPLICATE_IN_PAYLOAD, "{hostile}");
            assert_eq!(peer.verify_as::<Role>(hostile).unwrap_err(), DUPLICATE_IN_PAYLOAD);
            assert_eq!(
                peer.verify_as::<Map<String, Value>>(hostile).unwrap_err(),
                DUPLICATE_IN_PAYLOAD
            );
        }
        let twin = r#"{"exp":9999999999,"role":[{"a":1},{"a":1}],"ignored":{"role":1,"exp":2}}"#;
        assert!(peer.verify(&peer.token(HEADER, twin)).is_ok());
        assert!(peer.verify_as::<Role>(twin).is_ok());
        assert!(peer.verify_as::<Map<String, Value>>(twin).is_ok());
    }
}

#[test]
fn a57_duplicates_hidden_by_escapes_are_refused() {
    for peer in secret_peers() {
        for header in [
            r#"{"alg":"HS256","\u0061lg":"HS256"}"#,
            r#"{"\u0061\u006c\u0067":"none","alg":"HS256"}"#,
            r#"{"alg":"HS256","\u0061LG":1,"aLG":1,"\u0061lg":1}"#,
            r#"{"alg":"HS256","a/b":1,"a\/b":1}"#,
            r#"{"alg":"HS256","😀":1,"\ud83d\ude00":1}"#,
            r#"{"alg":"HS256","jwk":{"kty":"oct","k\u0074y":"RSA"}}"#,
        ] {
            assert_eq!(peer.header_error(header), DUPLICATE_IN_HEADER, "{header}");
        }
        for claims in [
            r#"{"exp":9999999999,"sub":"a","\u0073ub":"admin"}"#,
            r#"{"\u0065xp":9999999999,"exp":9999999999}"#,
            r#"{"exp":9999999999,"x":{"A":1,"\u0041":2}}"#,
        ] {
            assert_eq!(peer.claims_error(claims), DUPLICATE_IN_PAYLOAD, "{claims}");
        }
        // An escaped name is that name.
        let twin = peer.token(r#"{"\u0061lg":"HS256"}"#, r#"{"\u0065xp":9999999999}"#);
        assert!(peer.verify(&twin).is_ok());
    }
    for jwk in [
        with_members(JWK, r#""k\u0074y":"oct""#),
        with_members(JWK, r#""k":"AA""#),
        with_members(JWK, r#""other":{"a":1,"\u0061":1}"#),
    ] {
        let set = JwkSet::parse(&format!(r#"{{"keys":[{jwk},{JWK}]}}"#)).unwrap();

        assert_eq!(Jwk::parse(&jwk).unwrap_err(), DUPLICATE_IN_JWK);
        assert_eq!(*set.entries().next().unwrap().unwrap_err().reason(), DUPLICATE_IN_JWK);
        assert_eq!(set.keys().count(), 1);
    }
    for set in [
        r#"{"keys":[],"k\u0065ys":[]}"#,
        r#"{"keys":[],"x":1,"\u0078":1}"#,
        r#"{"keys":[],"x":{"a":1,"a":1}}"#,
    ] {
        assert_eq!(JwkSet::parse(set).unwrap_err(), DUPLICATE_IN_JWK, "{set}");
    }
    assert!(Jwk::parse(JWK).is_ok());
    assert!(JwkSet::parse(r#"{"k\u0065ys":[],"x":{"a":1,"b":1}}"#).is_ok());
}

#[test]
fn a58_names_in_another_case_are_other_names() {
    for peer in secret_peers() {
        for header in [r#"{"ALG":"HS256"}"#, r#"{"Alg":"HS256","aLg":"HS256"}"#] {
            assert_eq!(peer.header_error(header), Error::Malformed(Malformed::MissingAlg));
        }
        for alg in ["hs256", "Hs256", "HS256 ", "ＨＳ256", "hS256"] {
            assert_eq!(
                peer.header_error(format!(r#"{{"alg":"{alg}"}}"#)),
                Error::Refused(Refused::UnknownAlgorithm)
            );
        }
        for claims in [r#"{"Exp":9999999999}"#, r#"{"EXP":9999999999}"#, r#"{"exp ":9999999999}"#] {
            assert_eq!(peer.claims_error(claims), claim("exp", ClaimReason::Missing));
        }
        let access = rules().typ("at+jwt");
        let wrong_typ = peer.token(r#"{"alg":"HS256","TYP":"at+jwt"}"#, CLAIMS);
        assert_eq!(peer.verify_by(&wrong_typ, access).unwrap_err(), Error::Refused(Refused::Type));

        // Beside the right names they are parameters and claims that nobody knows.
        let twin = peer.token(
            r#"{"ALG":"none","alg":"HS256","KID":"b","Crit":[],"B64":false,"ENC":1}"#,
            r#"{"Exp":1,"exp":9999999999,"NBF":"never","Aud":"you","Iss":0}"#,
        );
        let jwt = peer.verify(&twin).unwrap();
        assert_eq!(jwt.kid(), None);
        assert_eq!(jwt.claims().aud, None);
    }
    assert_eq!(
        Jwk::parse(&JWK.replace("kty", "KTY")).unwrap_err(),
        KeyError::Jwk(JwkError::Missing("kty"))
    );
    assert_eq!(
        JwkSet::parse(r#"{"Keys":[]}"#).unwrap_err(),
        KeyError::Jwk(JwkError::Missing("keys"))
    );
    assert!(Jwk::parse(&with_members(JWK, r#""KTY":"RSA","K":"AA""#)).is_ok());
}
