//! Certificates of keys, and thumbprints of both.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use josie::Confirmation;
use josie::HashAlg;
use josie::Jwk;
use josie::KeyError;
use josie::PublicJwk;
use josie::Thumbprint;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;

use crate::model::Case;
use crate::model::CertificateThumbprints;
use crate::model::Strength;
use crate::model::decode;
use crate::model::encode;
use crate::runner::Outcome;
use crate::runner::Runner;
use crate::vector::flipped;
use crate::vector::parse_jwk;

impl Runner<'_> {
    /// The thumbprint of the key, of the text that is hashed read as a key; and its URI.
    pub(crate) fn thumbprint(&self, case: &Case) -> Outcome {
        let jwk = &case.keys[0].jwk;
        let canonical = case.canonical.as_ref().unwrap();
        let expected = case.thumbprint_b64u.as_ref().unwrap();
        let hash = HashAlg::from_name(case.hash.as_ref().unwrap()).unwrap();
        assert_eq!(hash, HashAlg::Sha256, "{}", case.id);
        assert_eq!(encode(&Sha256::digest(canonical)), *expected, "{}", case.id);
        self.jwk(jwk)?;

        let thumbprint = parse_jwk(jwk)?.thumbprint(hash).unwrap();
        let of_canonical = Jwk::parse(canonical).unwrap().thumbprint(hash).unwrap();

        assert_eq!(thumbprint.to_string(), *expected, "{}", case.id);
        assert_eq!(of_canonical, thumbprint, "{}", case.id);
        assert_eq!(thumbprint.digest(), decode(expected), "{}", case.id);
        assert_eq!(Thumbprint::parse(hash, expected), Some(thumbprint.clone()), "{}", case.id);
        if let Some(uri) = &case.uri {
            assert_eq!(thumbprint.uri(), *uri, "{}", case.id);
            assert_eq!(Thumbprint::from_uri(uri), Some(thumbprint), "{}", case.id);
        }
        // RFC 9449 section 6.1: what a token is bound to.
        let public: PublicJwk = serde_json::from_str(canonical).unwrap();
        let written = serde_json::to_value(Confirmation::of_key(&public).unwrap()).unwrap();
        assert_eq!(written, json!({"jkt": expected}), "{}", case.id);
        Ok(Strength::Reproduced)
    }

    /// What a token is bound to that is bound to the certificate of the key, which is read as well.
    pub(crate) fn certificate_thumbprint(&self, case: &Case) -> Outcome {
        let jwk = &case.keys[0].jwk;
        let expected = case.x5t_s256.as_ref().unwrap();
        let der = STANDARD.decode(case.certificate_der_b64.as_ref().unwrap()).unwrap();
        self.jwk(jwk)?;
        assert_eq!(parse_jwk(jwk)?.certificates(), Ok(vec![der.clone()]), "{}", case.id);
        assert_named(jwk, "x5t#S256", expected);

        let cnf = Confirmation::of_certificate(&der);

        let written = serde_json::to_value(&cnf).unwrap();
        assert_eq!(written, json!({"x5t#S256": expected}), "{}", case.id);
        assert_eq!(serde_json::from_value::<Confirmation>(written).unwrap(), cnf, "{}", case.id);
        assert_eq!(cnf.check_certificate(&der), Ok(()), "{}", case.id);
        for changed in flipped(&der) {
            let error = cnf.check_certificate(&changed).unwrap_err();
            assert_eq!(error.code(), "claim_mismatch", "{}", case.id);
        }
        Ok(Strength::Reproduced)
    }

    /// A chain by itself is that of the key in its first certificate, and of no other key.
    pub(crate) fn certificate_chain(&self, case: &Case) -> Outcome {
        let x5c = case.x5c.as_ref().unwrap();
        let (n, e) = rsa_key(&STANDARD.decode(&x5c[0]).unwrap());
        let jwk = json!({"kty": "RSA", "n": encode(&n), "e": encode(&e), "x5c": x5c});
        let Value::Object(jwk) = jwk else { panic!("{jwk}") };

        let outcome = self.jwk(&jwk)?;

        assert_certified(&jwk, case.computed.as_ref().unwrap());
        let mut other = jwk.clone();
        other.insert("n".to_owned(), encode(&flipped(&n)[1]).into());
        let error = parse_jwk(&other)?.certificates().unwrap_err();
        assert_eq!(error, KeyError::CertificateMismatch("x5c"), "{}", case.id);
        Ok(outcome)
    }
}

/// The certificates of a key as they stand in its `x5c`, each of them read; null without any.
pub(crate) fn x5c(jwk: &Jwk) -> Value {
    match jwk.certificates().unwrap() {
        none if none.is_empty() => Value::Null,
        chain => chain.iter().map(|der| STANDARD.encode(der)).collect(),
    }
}

/// The thumbprints are those of the key's certificate, and no others are.
pub(crate) fn assert_certified(jwk: &Map<String, Value>, computed: &CertificateThumbprints) {
    assert_named(jwk, "x5t", &computed.x5t);
    assert_named(jwk, "x5t#S256", &computed.x5t_s256);
}

fn assert_named(jwk: &Map<String, Value>, name: &'static str, thumbprint: &str) {
    let with = |thumbprint: &str| {
        let mut jwk = jwk.clone();
        jwk.insert(name.to_owned(), thumbprint.into());
        parse_jwk(&jwk).unwrap().certificates()
    };

    assert!(with(thumbprint).is_ok(), "{name}");
    for changed in flipped(&decode(thumbprint)) {
        let error = with(&encode(&changed)).unwrap_err();
        assert_eq!(error, KeyError::CertificateMismatch(name));
    }
}

/// `n` and `e` of the 2048-bit key in a certificate: a sequence of two integers (RFC 8017 appendix A.1.1).
fn rsa_key(certificate: &[u8]) -> (Vec<u8>, Vec<u8>) {
    // The lengths of a modulus of 256 octets after a zero, and of an exponent of three.
    let start = [0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00];
    let at = certificate.windows(start.len()).position(|octets| octets == start).unwrap();
    let (n, rest) = certificate[at + start.len()..].split_at(256);
    assert_eq!(rest[..2], [0x02, 0x03]);
    (n.to_vec(), rest[2..5].to_vec())
}
