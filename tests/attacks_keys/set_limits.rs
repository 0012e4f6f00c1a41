//! JWK sets that are large, deep or full of junk: what is refused is refused before it is read.

use josie::JwkError;
use josie::JwkSet;
use josie::JwsAlg;
use josie::KeyError;
use josie::Limits;
use josie::PublicJwkSet;
use serde_json::json;

use crate::documents::Document;
use crate::doors::Wanted;

const TOO_LARGE: KeyError = KeyError::Jwk(JwkError::Limit);

/// How many usable keys a set has that is read as published and as one's own.
#[track_caller]
fn count(text: &str) -> Result<usize, KeyError> {
    let public = PublicJwkSet::parse(text).map(|set| set.keys().count());
    let own = JwkSet::parse(text).map(|set| set.keys().count());
    assert_eq!(public, own);
    public
}

fn repeated(entry: &str, times: usize) -> String {
    format!(r#"{{"keys":[{}]}}"#, vec![entry; times].join(","))
}

#[test]
fn a155_set_of_more_than_a_thousand_entries_is_refused() {
    let good = Document::public("ed25519").text();
    for (entry, usable) in [(&*good, 1), ("{}", 0), ("0", 0), (r#"{"kty":"oct","k":5}"#, 0)] {
        assert_eq!(count(&repeated(entry, 1001)), Err(TOO_LARGE), "{entry}");
        assert_eq!(count(&repeated(entry, 1000)), Ok(usable * 1000), "{entry}");
    }
}

#[test]
fn a155_limit_on_entries_is_the_caller_s_to_lower_and_to_raise() {
    let set = repeated("{}", 3);
    for (limit, expected) in [(2, Err(TOO_LARGE)), (3, Ok(()))] {
        let limits = Limits::default().with_jwk_set_keys(limit);
        assert_eq!(PublicJwkSet::parse_with(&set, &limits).map(drop), expected);
        assert_eq!(JwkSet::parse_with(&set, &limits).map(drop), expected);
    }
    let more = Limits::default().with_jwk_set_keys(1001);
    assert_eq!(JwkSet::parse_with(&repeated("{}", 1001), &more).map(drop), Ok(()));
}

// What comes after the first entry too many is not even looked at: it is no JSON, and nobody says so.
#[test]
fn a155_set_of_a_million_entries_costs_no_more_than_one_of_a_thousand() {
    let million = repeated("{}", 1_000_000);
    assert_eq!(count(&million), Err(TOO_LARGE));

    let thousand = "{},".repeat(1001);
    assert_eq!(count(&format!(r#"{{"keys":[{thousand}}}no JSON"#)), Err(TOO_LARGE));
    let few = "{},".repeat(999);
    let unread = Err(KeyError::Jwk(JwkError::Json));
    assert_eq!(count(&format!(r#"{{"keys":[{few}}}no JSON"#)), unread);
    assert_eq!(count(&format!(r#"{{"keys":[{few}{{}}]}}"#)), Ok(0));
}

#[test]
fn a155_entries_with_huge_values_are_refused_for_what_they_are() {
    for alg in [JwsAlg::Rs256, JwsAlg::Ps512] {
        let wanted = Wanted::Verify(alg);
        let huge = Document::public("rsa2048").with_octets("n", &[0xff; 1 << 20]);
        let good = Document::public("rsa2048");
        for (context, registry) in wanted.registries() {
            let entries = [huge.0.clone(), good.0.clone(), huge.0.clone()];
            let outcomes = wanted.outcomes(&entries, &registry);
            let refused = Err(KeyError::RsaSize { bits: 8 << 20 });
            assert_eq!(outcomes, [refused.clone(), Ok(()), refused], "{context}");
        }
    }
}

#[test]
fn a155_junk_that_is_nested_deeply_is_refused_where_it_is() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let entry = |depth: usize| {
        let good = Document::public("ed25519").text();
        format!(r#"{},"junk":{}}}"#, good.trim_end_matches('}'), nested(depth))
    };
    let good = Document::public("ed25519").text();
    for depth in [30, 40, 100, 10_000] {
        // Within an entry it is the entry's own.
        let set = format!(r#"{{"keys":[{},{good}]}}"#, entry(depth));
        assert_eq!(count(&set), Ok(1), "{depth}");
        let parsed = JwkSet::parse(&set).unwrap();
        let reason = parsed.entries().next().unwrap().unwrap_err().reason().clone();
        assert_eq!(reason, KeyError::Jwk(JwkError::Depth), "{depth}");
    }
    assert_eq!(count(&format!(r#"{{"keys":[{},{good}]}}"#, entry(29))), Ok(2));
    for depth in [32, 40, 100, 10_000] {
        let set = format!(r#"{{"junk":{},"keys":[{good}]}}"#, nested(depth));
        assert_eq!(count(&set), Err(KeyError::Jwk(JwkError::Depth)), "{depth}");
    }
    assert_eq!(count(&format!(r#"{{"junk":{},"keys":[{good}]}}"#, nested(31))), Ok(1));
}

#[test]
fn a155_entry_with_very_many_members_or_operations_is_read() {
    let good = Document::public("ed25519");
    let operations: Vec<String> = (0..100_000).map(|number| number.to_string()).collect();
    let members = operations.iter().fold(good.clone(), |key, name| key.with(name, 1));
    let many = good.clone().with("key_ops", json!(operations));
    let twice = many.clone().with("key_ops", json!([&operations[..], &operations[..1]].concat()));

    let set = |entry: &Document| json!({ "keys": [entry.0] }).to_string();
    assert_eq!(count(&set(&members)), Ok(1));
    assert_eq!(count(&set(&many)), Ok(1));
    assert_eq!(count(&set(&twice)), Ok(0));
}
