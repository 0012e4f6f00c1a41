//! Thumbprints as text: in base64url, and as URIs (RFC 9278).

use josie::HashAlg;
use josie::Thumbprint;

use crate::Json;
use crate::b64u;
use crate::thumbprints::KEYS;

#[test]
fn thumbprint_uri_round_trips_with_every_hash() {
    for name in KEYS {
        for hash in HashAlg::ALL.iter().copied() {
            let thumbprint = Json::public(name).parse().unwrap().thumbprint(hash).unwrap();

            let uri = thumbprint.uri();

            let expected = format!("urn:ietf:params:oauth:jwk-thumbprint:{hash}:{thumbprint}");
            assert_eq!(uri, expected, "{name}");
            assert_eq!(Thumbprint::from_uri(&uri), Some(thumbprint.clone()), "{name}");
            let text = thumbprint.to_string();
            assert_eq!(Thumbprint::parse(hash, &text), Some(thumbprint), "{name}");
        }
    }
}

#[test]
fn text_that_is_no_thumbprint_uri_is_none() {
    let thumbprint = Json::public("p256").parse().unwrap().thumbprint(HashAlg::Sha256).unwrap();
    let (honest, text) = (thumbprint.uri(), thumbprint.to_string());
    let prefix = "urn:ietf:params:oauth:jwk-thumbprint:";
    let hostile = [
        // The hash function: unknown, in upper case, missing, another one than the length says.
        honest.replace("sha-256", "md5"),
        honest.replace("sha-256", "sha-1"),
        honest.replace("sha-256", "sha256"),
        honest.replace("sha-256", "SHA-256"),
        honest.replace("sha-256", "S256"),
        honest.replace("sha-256", ""),
        honest.replace("sha-256:", ""),
        honest.replace("sha-256", "sha-384"),
        honest.replace("sha-256", "sha-512"),
        honest.replace("sha-256", "sha-256-128"),
        // The prefix: in upper case, another one, none.
        honest.to_uppercase(),
        honest.replace("urn:", "URN:"),
        honest.replace("ietf", "IETF"),
        honest.replace("jwk-thumbprint", "JWK-thumbprint"),
        honest.replace("oauth", "jose"),
        honest.replace("jwk-thumbprint", "ckt"),
        honest.replace("urn:", ""),
        honest.replace("sha-256:", "sha-256/"),
        format!("sha-256:{text}"),
        text.clone(),
        prefix.to_owned(),
        format!("{prefix}sha-256:"),
        String::new(),
        // The digest: of another length, in another alphabet, with something around it.
        format!("{prefix}sha-256:{}", &text[..42]),
        format!("{prefix}sha-256:{}", b64u(&thumbprint.digest()[1..])),
        format!("{prefix}sha-256:{}", b64u(&[thumbprint.digest(), &[0]].concat())),
        format!("{prefix}sha-256:{}", "+".repeat(42) + "8"),
        format!("{honest}="),
        format!("{honest} "),
        format!(" {honest}"),
        format!("{honest}\n"),
        format!("{honest}:"),
        format!("{honest}?+a"),
        format!("{honest}#a"),
        honest.replace("sha-256", "sha%2D256"),
    ];

    for uri in hostile {
        assert_ne!(uri, honest);
        assert_eq!(Thumbprint::from_uri(&uri), None, "{uri:?}");
    }
    assert!(Thumbprint::from_uri(&format!("{prefix}sha-256:{}", "-".repeat(42) + "8")).is_some());
    assert_eq!(Thumbprint::from_uri(&honest), Some(thumbprint));
}

#[test]
fn digest_of_another_length_than_the_hash_is_no_thumbprint() {
    for hash in HashAlg::ALL.iter().copied() {
        for len in [0, 20, 31, 32, 33, 47, 48, 49, 63, 64, 65] {
            let parsed = Thumbprint::parse(hash, &b64u(&vec![0xfb; len]));

            assert_eq!(parsed.is_some(), len == hash.digest_len(), "{len} {hash}");
        }
    }
}
