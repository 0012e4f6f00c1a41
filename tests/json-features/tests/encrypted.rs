//! The rules on the headers of encrypted tokens, with all of serde_json's features on.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::Claims;
use josie::ContentInput;
use josie::DecryptionKey;
use josie::EncryptKeyInput;
use josie::EncryptedJwe;
use josie::Error;
use josie::Expect;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::KeyMaterial;
use josie::KeyParams;
use josie::KeySet;
use josie::Limit;
use josie::Limits;
use josie::Malformed;
use josie::Part;
use josie::Password;
use josie::Policy;
use josie::Registry;
use josie::SealedJwt;
use josie::SecretBytes;
use josie::SigningKey;
use serde_json::Map;
use serde_json::Value;

/// Seals under a header that was written by hand.
fn seal(header: &str, encrypted_key: &[u8], cek: &SecretBytes) -> String {
    let header = URL_SAFE_NO_PAD.encode(header);
    let content = Registry::default().content_encryption(JweEnc::A128Gcm).unwrap();
    let mut sealed = Vec::with_capacity(64);
    sealed.extend_from_slice(b"content");
    let input = ContentInput::new(&[0; 12], header.as_bytes());
    content.cipher(cek).unwrap().seal(&input, &mut sealed).unwrap();
    let (ciphertext, tag) = sealed.split_at(b"content".len());
    let parts = [encrypted_key, &[0; 12], ciphertext, tag].map(|part| URL_SAFE_NO_PAD.encode(part));
    format!("{header}.{}", parts.join("."))
}

/// A token with `dir` and these members more in its header, given as JSON.
fn direct(members: &str) -> String {
    let header = format!(r#"{{"alg":"dir","enc":"A128GCM"{members}}}"#);
    seal(&header, b"", &SecretBytes::new(vec![7; 16]))
}

fn decrypt(token: &str, key: DecryptionKey) -> Result<Jwe, Error> {
    let policy = Policy::encrypted(&[key.alg()], &[JweEnc::A128Gcm]).build().unwrap();
    Jwe::decrypt(token, &KeySet::from(key), &policy)
}

fn decrypt_direct(members: &str) -> Result<Jwe, Error> {
    let key = DecryptionKey::direct_from_secret(&[7; 16], JweEnc::A128Gcm).unwrap();
    decrypt(&direct(members), key)
}

fn nested(depth: usize, inner: &str) -> String {
    format!("{}{inner}{}", "[".repeat(depth), "]".repeat(depth))
}

#[test]
fn header_with_a_duplicate_beside_numbers_is_refused() {
    let decrypts = [
        r#","x":1"#,
        r#","x":{"a":1,"b":1.5}"#,
        r#","x":[{"a":1},{"a":1e3}]"#,
        r#","epk":{"kty":"EC","n":1}"#,
    ];
    for members in decrypts {
        assert_eq!(decrypt_direct(members).unwrap().plaintext(), b"content", "{members}");
    }
    let refused = [
        r#","x":1,"x":1"#,
        r#","enc":"A128GCM""#,
        r#","x":1,"\u0078":2"#,
        r#","x":{"a":1,"b":1.5,"a":1}"#,
        r#","x":[{"a":1},{"a":1e3,"a":2}]"#,
        r#","epk":{"kty":"EC","n":1,"n":1}"#,
    ];
    for members in refused {
        let expected = Error::Malformed(Malformed::DuplicateMember(Part::Header));
        assert_eq!(decrypt_direct(members).unwrap_err(), expected, "{members}");
    }
}

#[test]
fn header_with_numbers_is_read_within_its_limits() {
    let at = decrypt_direct(&format!(r#","x":{}"#, nested(31, "1.50"))).unwrap();
    assert_eq!(at.header().param("x").unwrap().to_string(), nested(31, "1.50"));

    let over = decrypt_direct(&format!(r#","x":{}"#, nested(32, "1.50")));
    assert_eq!(over.unwrap_err(), Error::Limit(Limit::Depth));
}

#[test]
fn object_that_looks_like_raw_json_is_refused_in_a_header() {
    let hidden = r#","x":{"$serde_json::private::RawValue":"{\"a\":1,\"a\":2}"}"#;

    let error = decrypt_direct(hidden).unwrap_err();

    assert_eq!(error, Error::Malformed(Malformed::Json(Part::Header)));
}

#[test]
fn number_of_iterations_is_an_integer_within_the_limits() {
    let alg = JweAlg::Pbes2Hs256A128Kw;
    let password = "made for the tests, known to everybody";
    let material = KeyMaterial::oct(password.as_bytes().to_vec());
    let registry = Registry::default();
    let encryptor = registry.key_management(alg).unwrap().encryptor(&material).unwrap();
    let cek = SecretBytes::new(vec![7; 16]);
    let input = EncryptKeyInput::new(JweEnc::A128Gcm, registry.random).with_iterations(1000);
    let encrypted = encryptor.encrypt_key(&input.with_cek(&cek)).unwrap();
    let salt = URL_SAFE_NO_PAD.encode(encrypted.header.p2s.unwrap());
    let outcome = |p2c: &str| {
        let header =
            format!(r#"{{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2s":"{salt}","p2c":{p2c}}}"#);
        let key = DecryptionKey::from_password(&Password::new(password).unwrap(), alg).unwrap();
        decrypt(&seal(&header, &encrypted.encrypted_key, &cek), key)
    };

    assert_eq!(outcome("1000").unwrap().plaintext(), b"content");
    for p2c in ["0", "999", "1200001", "4294967296", "4294968296", "18446744073709551615"] {
        assert_eq!(outcome(p2c).unwrap_err(), Error::Limit(Limit::Iterations), "{p2c}");
    }
    for p2c in [
        "1e3",
        "1E3",
        "1000.0",
        "10000e-1",
        "1e999",
        "-1000",
        "-0",
        "18446744073709551616",
        "18446744073709552616",
        r#""1000""#,
        "[1000]",
        "null",
    ] {
        let expected = Error::Malformed(Malformed::HeaderType("p2c"));
        assert_eq!(outcome(p2c).unwrap_err(), expected, "{p2c}");
    }
    for p2c in ["01000", "+1000", "1000.", r#"{"$serde_json::private::Number":"1000"}"#] {
        let expected = Error::Malformed(Malformed::Json(Part::Header));
        assert_eq!(outcome(p2c).unwrap_err(), expected, "{p2c}");
    }
}

#[test]
fn ephemeral_key_is_read_with_numbers_in_its_other_members() {
    let alg = JweAlg::EcdhEs;
    let registry = Registry::default();
    let algorithm = registry.key_management(alg).unwrap();
    let private = algorithm.generate(&josie::GenerateInput::default()).unwrap();
    let encryptor = algorithm.encryptor(&private.public_half().unwrap()).unwrap();
    let input = EncryptKeyInput::new(JweEnc::A128Gcm, registry.random);
    let agreed = encryptor.encrypt_key(&input).unwrap();
    let epk = agreed.header.epk.unwrap();
    let KeyParams::Ec(ec) = epk.params() else { panic!("not an EC key") };
    let (x, y) = ec.public().unwrap();
    let [x, y] = [x, y].map(|octets| URL_SAFE_NO_PAD.encode(octets));
    let cek = agreed.agreed_cek.unwrap();
    let key = DecryptionKey::new(&private, alg, &registry).unwrap();
    let outcome = |epk: &str| {
        let header = format!(r#"{{"alg":"ECDH-ES","enc":"A128GCM","epk":{epk}}}"#);
        decrypt(&seal(&header, b"", &cek), key.clone())
    };

    for others in ["", r#","a":1"#, r#","a":[1,{"b":-2.50e3}]"#, r#","ext":true,"a":null"#] {
        let epk = format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"{others}}}"#);
        assert_eq!(outcome(&epk).unwrap().plaintext(), b"content", "{others}");
        // The members of a key have no order.
        let epk = format!(r#"{{"y":"{y}","x":"{x}","crv":"P-256"{others},"kty":"EC"}}"#);
        assert_eq!(outcome(&epk).unwrap().plaintext(), b"content", "{others}");
    }
    for epk in [
        "1".to_owned(),
        format!(r#"{{"kty":"EC","crv":"P-256","x":1,"y":"{y}"}}"#),
        format!(r#"{{"kty":"EC","crv":256,"x":"{x}","y":"{y}"}}"#),
        format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}","d":"{x}"}}"#),
    ] {
        assert_eq!(outcome(&epk).unwrap_err(), Error::DecryptionFailed, "{epk}");
    }
    let twice = format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}","a":1,"a":1}}"#);
    let expected = Error::Malformed(Malformed::DuplicateMember(Part::Header));
    assert_eq!(outcome(&twice).unwrap_err(), expected);
}

#[test]
fn parameters_with_numbers_are_read_as_they_were_written() {
    let key = DecryptionKey::generate_direct(JweEnc::A128Gcm).unwrap();
    // `1e400` is too great for a number without `arbitrary_precision`.
    let param: Value = serde_json::from_str(r#"{"b":[1,2.50,-3e3],"a":1e400}"#).unwrap();
    let header = Header::new().with_param("x", param.clone());

    let token = Jwe::encrypt(b"", &header, &key.encryption_key(JweEnc::A128Gcm).unwrap()).unwrap();

    let encrypted = EncryptedJwe::parse(&token, &Limits::default()).unwrap();
    assert_eq!(encrypted.header().param("x").unwrap().to_string(), param.to_string());
    assert_eq!(decrypt(&token, key).unwrap().header().param("x"), Some(&param));
}

#[test]
fn nested_and_sealed_claims_with_numbers_are_read_as_they_were_written() {
    let custom: Map<String, Value> =
        serde_json::from_str(r#"{"z":0.10,"a":[1,{"b":18446744073709551616}]}"#).unwrap();
    let claims = Claims::new(custom).subject("alice").without_exp();
    let signing = SigningKey::from_secret(&[7; 32], JwsAlg::Hs256).unwrap();
    let issuers = KeySet::from(signing.verifying_key());
    let key = DecryptionKey::generate(JweAlg::A128Kw).unwrap();
    let encryption = key.encryption_key(JweEnc::A128Gcm).unwrap();
    let keys = KeySet::from(key);
    let policy = JwtPolicy::signed(&[JwsAlg::Hs256])
        .encrypted(&[JweAlg::A128Kw], &[JweEnc::A128Gcm])
        .aud(Expect::Absent)
        .allow_missing_exp()
        .build()
        .unwrap();

    let nested = Jwt::sign_and_encrypt(&claims, &Header::jwt(), &signing, &encryption).unwrap();
    let sealed = SealedJwt::encrypt(&claims, &Header::jwt(), &encryption).unwrap();

    let jwt = Jwt::decrypt_and_verify(&nested, &keys, &issuers, &policy).unwrap();
    assert_eq!(jwt.claims(), &claims);
    let jwt = SealedJwt::decrypt(&sealed, &keys, &policy).unwrap();
    assert_eq!(jwt.claims(), &claims);
    let written = serde_json::to_string(&jwt.claims().custom).unwrap();
    assert_eq!(written, r#"{"z":0.10,"a":[1,{"b":18446744073709551616}]}"#);
}
