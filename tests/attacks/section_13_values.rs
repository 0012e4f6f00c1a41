//! Section XIII: who issued a token, for whom, about whom, and what kind of token it is.

use josie::ClaimReason;
use josie::Error;
use josie::Expect;
use josie::JwtPolicyBuilder;

use crate::peers::CLAIMS;
use crate::peers::Peer;
use crate::peers::claim;
use crate::peers::rules;
use crate::peers::secret_peers;
use crate::peers::wide;

const EXP: &str = r#""exp":1700003600"#;

/// The outcome for claims with this member beside `exp`.
fn outcome(peer: &Peer, name: &str, value: &str, rules: JwtPolicyBuilder) -> Option<Error> {
    peer.claims_by(&format!(r#"{{{EXP},"{name}":{value}}}"#), rules).err()
}

#[test]
fn a174_audiences_that_only_resemble_are_refused() {
    let mismatch = || Some(claim("aud", ClaimReason::Mismatch));
    let invalid = || Some(claim("aud", ClaimReason::Invalid));
    let me = || rules().aud("me");
    for peer in secret_peers() {
        for honest in [
            r#""me""#,
            r#"["me"]"#,
            r#"["you","me"]"#,
            r#"["me","me"]"#,
            r#"["","me"]"#,
            r#""\u006de""#,
        ] {
            assert_eq!(outcome(&peer, "aud", honest, me()), None, "{honest}");
        }
        for other in [
            r#""""#,
            r#""m""#,
            r#""me2""#,
            r#""me ""#,
            r#"" me""#,
            r#""ME""#,
            r#""me,you""#,
            r#""me you""#,
            r#"["m","e"]"#,
            r#"["you"]"#,
            r#"[""]"#,
            r#""[\"me\"]""#,
            r#""me\u0000""#,
        ] {
            assert_eq!(outcome(&peer, "aud", other, me()), mismatch(), "{other}");
        }
        for wrong in [
            "[]",
            "[[]]",
            r#"[["me"]]"#,
            "[1]",
            r#"["me",1]"#,
            r#"["me",null]"#,
            r#"["me",["you"]]"#,
            r#"{"0":"me"}"#,
            r#"{"me":true}"#,
            "null",
            "[null]",
            "1",
            "true",
            "0",
        ] {
            for rules in [me(), rules(), rules().aud(Expect::Any), rules().aud(Expect::Absent)] {
                assert_eq!(outcome(&peer, "aud", wrong, rules), invalid(), "{wrong}");
            }
        }
        assert_eq!(peer.claims_by(CLAIMS, me()).unwrap_err(), claim("aud", ClaimReason::Missing));
        let several = || rules().aud(["a", "b"]);
        assert_eq!(outcome(&peer, "aud", r#"["c","b"]"#, several()), None);
        assert_eq!(outcome(&peer, "aud", r#"["c","ab"]"#, several()), mismatch());

        let many = |last: &str| format!(r#"[{}"{last}"]"#, r#""you","#.repeat(1_000_000));
        let wide = || me().limits(wide());
        assert_eq!(outcome(&peer, "aud", &many("me"), wide()), None);
        assert_eq!(outcome(&peer, "aud", &many("them"), wide()), mismatch());
    }
}

#[test]
fn a175_audience_or_issuer_that_nobody_expects_is_refused() {
    for peer in secret_peers() {
        for (name, any) in [("aud", rules().aud(Expect::Any)), ("iss", rules().iss(Expect::Any))] {
            let unexpected = claim(name, ClaimReason::Unexpected);
            assert_eq!(outcome(&peer, name, r#""me""#, rules()), Some(unexpected));
            assert_eq!(outcome(&peer, name, r#""me""#, any.clone()), None);
            assert_eq!(peer.claims_by(CLAIMS, any).unwrap_err(), claim(name, ClaimReason::Missing));
        }
        let array = outcome(&peer, "aud", r#"["me"]"#, rules());
        assert_eq!(array, Some(claim("aud", ClaimReason::Unexpected)));
        assert!(peer.claims_by(CLAIMS, rules()).is_ok());
        // `sub` and `jti` are data, unless the policy says otherwise.
        for (name, absent) in
            [("sub", rules().sub(Expect::Absent)), ("jti", rules().jti(Expect::Absent))]
        {
            let unexpected = claim(name, ClaimReason::Unexpected);
            assert_eq!(outcome(&peer, name, r#""a""#, rules()), None);
            assert_eq!(outcome(&peer, name, r#""a""#, absent), Some(unexpected));
        }
    }
}

/// What is almost `https://a`.
const NEARLY: [&str; 16] = [
    "https://a/",
    "https://",
    "https://a.evil",
    "https://ab",
    "http://a",
    "HTTPS://A",
    "https://A",
    "https://a ",
    " https://a",
    "https://a\\n",
    "https://a#",
    "https:\\/\\/a?",
    "xhttps://a",
    "https://а",
    "",
    "https://a,https://b",
];

#[test]
fn a176_issuers_that_only_resemble_are_refused() {
    for peer in secret_peers() {
        for (name, rules) in [
            ("iss", rules().iss("https://a")),
            ("iss", rules().iss(["https://b", "https://a"])),
            ("sub", rules().sub("https://a")),
            ("jti", rules().jti("https://a")),
            ("aud", rules().aud("https://a")),
            ("x", rules().claim("x", "https://a")),
        ] {
            for honest in [r#""https://a""#, r#""https:\/\/\u0061""#] {
                assert_eq!(outcome(&peer, name, honest, rules.clone()), None);
            }
            for nearly in NEARLY {
                assert_eq!(
                    outcome(&peer, name, &format!(r#""{nearly}""#), rules.clone()),
                    Some(claim(name, ClaimReason::Mismatch)),
                    "{name} {nearly}"
                );
            }
            assert_eq!(outcome(&peer, "y", "1", rules), Some(claim(name, ClaimReason::Missing)));
        }
    }
}

#[test]
fn a177_iss_sub_and_jti_of_another_type_are_refused() {
    for peer in secret_peers() {
        for name in ["iss", "sub", "jti"] {
            for rules in [
                rules().iss("https://good").sub("https://good").jti("https://good"),
                rules().iss(Expect::Any).sub(Expect::Any).jti(Expect::Any),
                rules(),
            ] {
                for value in [
                    r#"["https://evil","https://good"]"#,
                    r#"["https://good"]"#,
                    "[]",
                    "{}",
                    r#"{"https://good":1}"#,
                    "1",
                    "true",
                    "null",
                ] {
                    assert_eq!(
                        outcome(&peer, name, value, rules.clone()),
                        Some(claim(name, ClaimReason::Invalid)),
                        "{name} {value}"
                    );
                }
            }
        }
        let good = rules().iss("https://good");
        assert_eq!(outcome(&peer, "iss", r#""https://good""#, good), None);
    }
}

#[test]
fn a185_jti_is_a_string_or_nothing() {
    for peer in secret_peers() {
        for value in ["1", "[]", "{}", "null", "true"] {
            let invalid = claim("jti", ClaimReason::Invalid);
            assert_eq!(outcome(&peer, "jti", value, rules()), Some(invalid));
        }
        let payload = format!(r#"{{{EXP},"jti":"a\u0000b"}}"#);
        let jwt = peer.claims_by(&payload, rules().jti(Expect::Any)).unwrap();
        assert_eq!(jwt.claims().jti.as_deref(), Some("a\0b"));
        assert_eq!(
            peer.claims_by(CLAIMS, rules().jti(Expect::Any)).unwrap_err(),
            claim("jti", ClaimReason::Missing)
        );
    }
}

#[test]
fn a206_texts_compare_code_point_by_code_point() {
    for peer in secret_peers() {
        for (name, rules) in [
            ("iss", rules().iss("caf\u{e9}")),
            ("sub", rules().sub("caf\u{e9}")),
            ("aud", rules().aud("caf\u{e9}")),
            ("x", rules().claim("x", "caf\u{e9}")),
        ] {
            for honest in ["caf\u{e9}", r"caf\u00e9", r"caf\u00E9"] {
                let value = format!(r#""{honest}""#);
                assert_eq!(outcome(&peer, name, &value, rules.clone()), None);
            }
            for other in
                ["cafe\u{301}", "cafe", "caf\u{c9}", "ｃafé", "caf\u{e9}\u{200b}", r"cafe\u0301"]
            {
                assert_eq!(
                    outcome(&peer, name, &format!(r#""{other}""#), rules.clone()),
                    Some(claim(name, ClaimReason::Mismatch)),
                    "{other}"
                );
            }
        }
    }
}
