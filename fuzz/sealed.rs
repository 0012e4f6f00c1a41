//! Headers and plaintexts that are sealed under a key that everybody knows, so that what stands behind the
//! authentication tag is reached.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::Claims;
use josie::ContentInput;
use josie::DecryptionKey;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jws;
use josie::Jwt;
use josie::JwtPolicy;
use josie::KeySet;
use josie::Malformed;
use josie::Origin;
use josie::Policy;
use josie::Refused;
use josie::Registry;
use josie::SealedJwt;
use serde_json::Map;
use serde_json::Value;

use super::KEY;
use super::KEYS;
use super::POLICIES;

/// A nested JWT is accepted when the signed one in it is, and a sealed one when its claims are. The input: a token;
/// a plaintext; a header and a plaintext with a line feed between them.
pub fn nested_jwt(input: &[u8]) {
    if let Ok(token) = str::from_utf8(input) {
        check_kinds(token);
    }
    let at = input.iter().position(|octet| *octet == b'\n');
    if let Some((header, [_, plaintext @ ..])) = at.map(|at| input.split_at(at)) {
        check_kinds(&seal(header, plaintext));
    }
    let around_a_jwt = seal(br#"{"alg":"dir","enc":"A128GCM","cty":"JWT"}"#, input);
    let around_claims = seal(br#"{"alg":"dir","enc":"A128GCM"}"#, input);
    let with_these_claims = Jws::sign(input, &Header::jwt(), &KEY).unwrap();
    for policy in POLICIES.iter() {
        let alone = match str::from_utf8(input) {
            Ok(token) => verified(token, policy),
            Err(_) => Err(Error::Malformed(Malformed::Parts)),
        };
        assert_eq!(nested(&around_a_jwt, policy), alone);
        assert_eq!(sealed(&around_a_jwt, policy), Err(Error::Refused(Refused::ContentType)));
        assert_eq!(sealed(&around_claims, policy), verified(&with_these_claims, policy));
        assert_eq!(nested(&around_claims, policy), Err(Error::Refused(Refused::ContentType)));
    }
}

/// Any octets as what was compressed: a plaintext within the limit, or one of two errors.
pub fn inflate(input: &[u8]) {
    let token = seal_compressed(input);
    let policy = Policy::encrypted(&[JweAlg::Dir], JweEnc::GCM).build().unwrap();
    let error = Jwe::decrypt(&token, &SEALING_KEYS, &policy).unwrap_err();
    assert_eq!(error, Error::Refused(Refused::Compression));
    #[cfg(feature = "deflate")]
    deflate::check(input);
}

/// Octets that are said to be compressed.
fn seal_compressed(content: &[u8]) -> String {
    seal(br#"{"alg":"dir","enc":"A128GCM","zip":"DEF"}"#, content)
}

/// No token is both a nested and a sealed one, and one policy at most accepts it.
fn check_kinds(token: &str) {
    let (mut nested_ones, mut sealed_ones) = (0, 0);
    for policy in POLICIES.iter() {
        nested_ones += usize::from(nested(token, policy).is_ok());
        sealed_ones += usize::from(sealed(token, policy).is_ok());
    }
    assert!(nested_ones + sealed_ones <= 1);
}

/// The claims of a nested JWT, which hold also for what is in it.
fn nested(token: &str, policy: &JwtPolicy) -> Result<Claims<Map<String, Value>>, Error> {
    let jwt: Jwt<Map<String, Value>> =
        Jwt::decrypt_and_verify(token, &SEALING_KEYS, &KEYS, policy)?;
    let jwe = open(token);
    assert_repeated(jwe.header(), jwt.claims());
    let inner = str::from_utf8(jwe.plaintext()).unwrap();
    assert_eq!(verified(inner, policy).as_ref(), Ok(jwt.claims()));
    Ok(jwt.into_claims())
}

/// The claims of a sealed JWT, which would hold also if they were signed.
fn sealed(token: &str, policy: &JwtPolicy) -> Result<Claims<Map<String, Value>>, Error> {
    let jwt: SealedJwt<Map<String, Value>> =
        SealedJwt::dangerous_decrypt_from_anyone(token, &SEALING_KEYS, policy)?;
    assert_eq!(jwt.origin(), Origin::KeyHolder);
    let jwe = open(token);
    assert_repeated(jwe.header(), jwt.claims());
    let signed = Jws::sign(jwe.plaintext(), &Header::jwt(), &KEY).unwrap();
    assert_eq!(verified(&signed, policy).as_ref(), Ok(jwt.claims()));
    Ok(jwt.into_claims())
}

fn verified(token: &str, policy: &JwtPolicy) -> Result<Claims<Map<String, Value>>, Error> {
    Jwt::verify(token, &KEYS, policy).map(Jwt::into_claims)
}

/// RFC 7519 section 5.3: claims that the header repeats have the same values.
fn assert_repeated(header: &Header, claims: &Claims<Map<String, Value>>) {
    for (name, claim) in [("iss", &claims.iss), ("sub", &claims.sub)] {
        if let Some(repeated) = header.param(name) {
            assert_eq!(repeated.as_str(), claim.as_deref());
        }
    }
    if let Some(repeated) = header.param("aud") {
        let one = repeated.as_str().map(|one| vec![Value::from(one)]);
        let repeated = one.as_ref().or(repeated.as_array()).unwrap();
        assert_eq!(claims.aud.as_ref().unwrap().values(), repeated.as_slice());
    }
}

fn open(token: &str) -> Jwe {
    let policy = Policy::encrypted(&[JweAlg::Dir], JweEnc::GCM).typ(josie::Expect::Any);
    Jwe::decrypt(token, &SEALING_KEYS, &policy.build().unwrap()).unwrap()
}

/// Any header and any plaintext as a compact JWE that was encrypted with `dir` and A128GCM. The initialization
/// vector repeats, which only a key without secrets can bear.
fn seal(header: &[u8], plaintext: &[u8]) -> String {
    let header = URL_SAFE_NO_PAD.encode(header);
    let registry = Registry::default();
    let content = registry.content_encryption(JweEnc::A128Gcm).unwrap();
    let cipher = content.cipher(&josie::SecretBytes::new(SECRET.to_vec())).unwrap();
    let iv = [0x24; 12];
    let mut sealed = Vec::with_capacity(plaintext.len() + JweEnc::A128Gcm.tag_len());
    sealed.extend_from_slice(plaintext);
    cipher.seal(&ContentInput::new(&iv, header.as_bytes()), &mut sealed).unwrap();
    let (ciphertext, tag) = sealed.split_at(plaintext.len());
    let [iv, ciphertext, tag] = [&iv[..], ciphertext, tag].map(|part| URL_SAFE_NO_PAD.encode(part));
    format!("{header}..{iv}.{ciphertext}.{tag}")
}

/// Made for the tests, known to everybody.
const SECRET: [u8; 16] = [0x5a; 16];

static SEALING_KEYS: LazyLock<KeySet<DecryptionKey>> = LazyLock::new(|| {
    KeySet::from(DecryptionKey::direct_from_secret(&SECRET, JweEnc::A128Gcm).unwrap())
});

#[cfg(feature = "deflate")]
mod deflate {
    use josie::Error;
    use josie::Header;
    use josie::Jwe;
    use josie::JweAlg;
    use josie::JweEnc;
    use josie::Limit;
    use josie::Limits;
    use josie::Malformed;
    use josie::Policy;

    use super::SEALING_KEYS;
    use super::seal_compressed;

    /// Small, so that many inputs reach it.
    const LIMIT: usize = 10_000;

    pub(super) fn check(input: &[u8]) {
        let token = &seal_compressed(input);
        match decrypt(token, LIMIT) {
            Ok(plaintext) => {
                assert_is_one_stream(input);
                // The limit is the plaintext's length to the octet.
                assert!(plaintext.len() <= LIMIT);
                assert_eq!(decrypt(token, plaintext.len()), Ok(plaintext.clone()));
                if let Some(less) = plaintext.len().checked_sub(1) {
                    assert_eq!(decrypt(token, less), Err(Error::Limit(Limit::Plaintext)));
                }
                assert_eq!(compressed_and_decrypted(&plaintext), Ok(plaintext));
            }
            Err(Error::Limit(Limit::Plaintext)) => {}
            Err(error) => assert_eq!(error, Error::Malformed(Malformed::Compressed)),
        }
        let again = compressed_and_decrypted(input);
        match input.len() {
            0..=LIMIT => assert_eq!(again.as_deref(), Ok(input)),
            _ => assert_eq!(again, Err(Error::Limit(Limit::Plaintext))),
        }
    }

    /// RFC 1951 section 3.2.3: what has an end has nothing behind it, and is not complete before.
    fn assert_is_one_stream(input: &[u8]) {
        let longer = seal_compressed(&[input, &[0]].concat());
        assert_eq!(decrypt(&longer, LIMIT), Err(Error::Malformed(Malformed::Compressed)));
        let (_, shorter) = input.split_last().unwrap();
        assert!(decrypt(&seal_compressed(shorter), LIMIT).is_err());
    }

    fn compressed_and_decrypted(plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        let recipient = SEALING_KEYS.iter().next().unwrap();
        let key = recipient.encryption_key(JweEnc::A128Gcm).unwrap();
        decrypt(&Jwe::encrypt_compressed(plaintext, &Header::new(), &key)?, LIMIT)
    }

    fn decrypt(token: &str, limit: usize) -> Result<Vec<u8>, Error> {
        let policy = Policy::encrypted(&[JweAlg::Dir], JweEnc::GCM)
            .limits(Limits::default().with_plaintext_bytes(limit))
            .allow_deflate()
            .build()
            .unwrap();
        Jwe::decrypt(token, &SEALING_KEYS, &policy).map(|jwe| jwe.plaintext().to_vec())
    }
}
