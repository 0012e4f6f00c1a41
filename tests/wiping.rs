//! Whether secrets are wiped: the memory of this process, read through the operating system, has none of them left when
//! the keys are dropped. One test and no other, since what another thread holds would be found as well.
//!
//! On aws-lc-rs, which wipes its key objects; ring does not, and josie says so.
#![cfg(all(target_os = "linux", feature = "aws-lc-rs"))]

use std::fs;
use std::fs::File;
use std::os::unix::fs::FileExt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::*;

/// What the memory holds is this, changed: the process would otherwise find what it looks for in itself.
const MASK: u8 = 0xa5;

/// The octets of a secret, masked.
struct Hidden(Vec<u8>);

impl Hidden {
    /// `seed`: which secret.
    fn new(seed: u8, len: usize) -> Self {
        let octet = |index: usize| (index as u8).wrapping_mul(151) ^ seed.wrapping_mul(29) ^ 0x3c;
        Self((0..len).map(octet).collect())
    }

    /// The private half of the key of `tests/data/keys/encrypted.pkcs8.pem`.
    #[cfg(feature = "encrypted-pkcs8")]
    fn encrypted() -> Self {
        let text = include_str!("data/keys/expected.json");
        let expected: serde_json::Value = serde_json::from_str(text).unwrap();
        let hex = expected["ed25519"]["d"].as_str().unwrap();
        let octet = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap() ^ MASK;
        Self((0..hex.len()).step_by(2).map(octet).collect())
    }

    /// The secret, in a buffer that josie is going to own.
    fn secret(&self) -> SecretBytes {
        let mut octets = Vec::with_capacity(self.0.len());
        octets.extend(self.0.iter().map(|octet| octet ^ MASK));
        SecretBytes::new(octets)
    }

    /// Pieces of the secret, masked, in each spelling that may be left behind: raw, as in DER; and in base64, as in a JWK
    /// or, where another octet may be the first of three, in PEM. Not of its first 16 octets, nor of what base64 makes of
    /// the first 12: that is where an allocator keeps its own pointers in what was given back to it.
    fn traces(&self) -> Vec<Vec<u8>> {
        let secret = self.secret();
        let mask = |octets: &[u8]| octets.iter().map(|octet| octet ^ MASK).collect();
        let mut traces: Vec<Vec<u8>> = vec![mask(&secret.expose()[16..32])];
        for first in 12..15 {
            let octets = &secret.expose()[first..first + 15];
            for base64 in [URL_SAFE_NO_PAD.encode(octets), STANDARD.encode(octets)] {
                traces.push(mask(SecretText::new(base64).expose().as_bytes()));
            }
        }
        traces
    }
}

/// The number of traces of the secret in the memory that the allocator hands out.
fn found(hidden: &Hidden) -> usize {
    let traces = hidden.traces();
    let memory = File::open("/proc/self/mem").unwrap();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    // On the stack: in the memory that it reads, what it finds would be found again.
    let mut buffer = [0_u8; 1 << 16];
    let mut found = 0;
    // The stack of this thread: what was passed by value there is for the next calls to write over.
    let here = std::ptr::from_ref(&hidden) as u64;
    let is_stack = |(start, end): &(u64, u64)| (*start..*end).contains(&here);
    for (start, end) in maps.lines().filter_map(heap_region).filter(|region| !is_stack(region)) {
        let mut at = start;
        while at < end {
            let len = buffer.len().min((end - at) as usize);
            let Ok(read) = memory.read_at(&mut buffer[..len], at) else { break };
            found += traces.iter().map(|trace| count(&buffer[..read], trace)).sum::<usize>();
            // A trace may lie across the end of what was read.
            at +=
                if read == len && at + read as u64 != end { read as u64 - 32 } else { read as u64 };
            if read == 0 {
                break;
            }
        }
        buffer.fill(0);
    }
    found
}

/// Memory that can be written and belongs to no file: what the allocator hands out, and stacks.
fn heap_region(line: &str) -> Option<(u64, u64)> {
    let mut fields = line.split_ascii_whitespace();
    let (range, rights) = (fields.next()?, fields.next()?);
    let name = fields.nth(3).unwrap_or_default();
    if !rights.starts_with("rw") || !(name.is_empty() || name == "[heap]") {
        return None;
    }
    let (start, end) = range.split_once('-')?;
    Some((u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?))
}

fn count(memory: &[u8], masked: &[u8]) -> usize {
    let first = masked[0] ^ MASK;
    let is_here = |at: &usize| {
        memory[*at..].len() >= masked.len()
            && memory[*at..].iter().zip(masked).all(|(octet, masked)| *octet == masked ^ MASK)
    };
    memory
        .iter()
        .enumerate()
        .filter(|(_, octet)| **octet == first)
        .map(|(at, _)| at)
        .filter(is_here)
        .count()
}

fn private_jwk(d: &Hidden) -> SecretText {
    let material = KeyMaterial::oct(d.secret());
    material.with_kid("a").to_private_jwk().unwrap()
}

#[test]
fn nothing_is_left_of_a_secret_when_its_keys_are_dropped() {
    // What is kept is found: the search works.
    let kept = Hidden::new(1, 64);
    let secret = kept.secret();
    assert!(found(&kept) >= 1);
    drop(secret);
    assert_eq!(found(&kept), 0);

    let hmac = Hidden::new(2, 64);
    use_of_an_hmac_secret(&hmac);
    assert_eq!(found(&hmac), 0, "HMAC");

    let wrapping = Hidden::new(3, 32);
    use_of_a_wrapping_key(&wrapping);
    assert_eq!(found(&wrapping), 0, "AES-KW");

    let direct = Hidden::new(4, 32);
    use_of_a_content_key(&direct);
    assert_eq!(found(&direct), 0, "dir");

    let payload = Hidden::new(20, 48);
    use_of_an_unencoded_payload(&payload);
    assert_eq!(found(&payload), 0, "payload");

    let jwk = Hidden::new(5, 48);
    use_of_a_private_jwk(&jwk);
    assert_eq!(found(&jwk), 0, "JWK");

    for (seed, crv, alg) in [(6, Curve::P256, JwsAlg::Es256), (7, Curve::P384, JwsAlg::Es384)] {
        let d = Hidden::new(seed, crv.field_len());
        let material = KeyMaterial::ec(crv, None, Some(d.secret())).unwrap();
        use_of_a_private_key(material, alg);
        assert_eq!(found(&d), 0, "{crv}");
    }
    let d = Hidden::new(8, 32);
    let material = KeyMaterial::okp(Curve::Ed25519, None, Some(d.secret())).unwrap();
    use_of_a_private_key(material, JwsAlg::Ed25519);
    assert_eq!(found(&d), 0, "Ed25519");

    #[cfg(feature = "encrypted-pkcs8")]
    {
        let d = Hidden::encrypted();
        use_of_an_encrypted_key(&d);
        assert_eq!(found(&d), 0, "encrypted PKCS#8");
    }
}

fn use_of_an_hmac_secret(hidden: &Hidden) {
    let key = {
        let secret = hidden.secret();
        SigningKey::from_secret(secret.expose(), JwsAlg::Hs512).unwrap()
    };
    let token = Jws::sign(b"any octets", &Header::new(), &key).unwrap();
    let policy = Policy::signed(&[JwsAlg::Hs512]).build().unwrap();
    let _ = Jws::verify(&token, &KeySet::from(key.verifying_key()), &policy).unwrap();
    let named = key.with_thumbprint_kid().unwrap();
    assert!(named.material().to_private_jwk().is_ok());
}

fn use_of_a_wrapping_key(hidden: &Hidden) {
    let key = {
        let secret = hidden.secret();
        DecryptionKey::from_secret(secret.expose(), JweAlg::A256Kw).unwrap()
    };
    round_trip(&key);
    assert!(key.material().unwrap().to_private_jwk().is_ok());
}

fn use_of_a_content_key(hidden: &Hidden) {
    let key = {
        let secret = hidden.secret();
        DecryptionKey::direct_from_secret(secret.expose(), JweEnc::A256Gcm).unwrap()
    };
    round_trip(&key);
}

fn round_trip(key: &DecryptionKey) {
    let sender = key.encryption_key(JweEnc::A256Gcm).unwrap();
    let token = Jwe::encrypt(b"any octets", &Header::new(), &sender).unwrap();
    let policy = Policy::encrypted(&[key.alg()], &[JweEnc::A256Gcm]).build().unwrap();
    let _ = Jwe::decrypt(&token, &KeySet::from(key.clone()), &policy).unwrap();
}

/// A signed token in an encrypted one that says of its payload that it is not encoded, and is refused for that.
fn use_of_an_unencoded_payload(hidden: &Hidden) {
    let key = DecryptionKey::generate_direct(JweEnc::A256Gcm).unwrap();
    let signer = SigningKey::generate(JwsAlg::Hs256).unwrap();
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#);
    let secret = hidden.secret();
    let payload = SecretText::new(URL_SAFE_NO_PAD.encode(secret.expose()));
    let mut inner = Vec::with_capacity(1024);
    for part in [&header, ".", payload.expose(), ".", &URL_SAFE_NO_PAD.encode([0; 32])] {
        inner.extend_from_slice(part.as_bytes());
    }
    let inner = SecretBytes::new(inner);
    let outer = Header::new().with_cty("JWT");
    let sender = key.encryption_key(JweEnc::A256Gcm).unwrap();
    let token = Jwe::encrypt(inner.expose(), &outer, &sender).unwrap();
    let policy = JwtPolicy::signed(&[JwsAlg::Hs256]).encrypted(&[JweAlg::Dir], JweEnc::ALL);
    let keys = KeySet::from(signer.verifying_key());

    let opened: Result<Jwt, Error> =
        Jwt::decrypt_and_verify(&token, &KeySet::from(key), &keys, &policy.build().unwrap());

    assert_eq!(opened.unwrap_err(), Error::Refused(Refused::UnencodedPayload));
}

/// Written, read, encrypted, decrypted, in a set and alone, and broken.
fn use_of_a_private_jwk(hidden: &Hidden) {
    let text = private_jwk(hidden);
    let jwk = Jwk::parse(text.expose()).unwrap();
    let password = Password::new("correct horse battery staple").unwrap();
    let sealed = jwk.encrypt_with_password(&password).unwrap();
    let opened = Jwk::decrypt_with_password(&sealed, &password).unwrap();
    let set: JwkSet = [jwk, opened].into_iter().collect();
    let text = set.to_private_json().unwrap();
    assert_eq!(JwkSet::parse(text.expose()).unwrap().keys().count(), 2);
    assert_eq!(PublicJwkSet::parse(text.expose()).unwrap().keys().count(), 0);
    let published: PublicJwkSet = serde_json::from_str(text.expose()).unwrap();
    assert_eq!(published.keys().count(), 0);
    let (keys, _) = SigningKey::all_from_jwk_set(&set, &[JwsAlg::Hs256]);
    assert_eq!(keys.len(), 2);
}

#[cfg(feature = "encrypted-pkcs8")]
fn use_of_an_encrypted_key(hidden: &Hidden) {
    let pem = include_str!("data/keys/encrypted.pkcs8.pem");
    let material = KeyMaterial::from_encrypted_pem(pem, &Password::new("josie").unwrap()).unwrap();
    assert!(found(hidden) >= 1);
    drop(material);
}

fn use_of_a_private_key(material: KeyMaterial, alg: JwsAlg) {
    let key = SigningKey::new(&material, alg, &Registry::aws_lc_rs()).unwrap();
    drop(material);
    let token = Jws::sign(b"any octets", &Header::new(), &key).unwrap();
    let policy = Policy::signed(&[alg]).build().unwrap();
    let _ = Jws::verify(&token, &KeySet::from(key.verifying_key()), &policy).unwrap();
    let material = key.material();
    let text = material.to_private_jwk().unwrap();
    let again = Jwk::parse(text.expose()).unwrap();
    let pem = material.to_pkcs8_pem().unwrap();
    let der = material.to_pkcs8_der().unwrap();
    let read = [KeyMaterial::from_pem(pem.expose()), KeyMaterial::from_der(der.expose())];
    assert!(
        read.iter().all(|read| SigningKey::new(
            read.as_ref().unwrap(),
            alg,
            &Registry::aws_lc_rs()
        )
        .is_ok())
    );
    assert_eq!(again.thumbprint(HashAlg::Sha256), material.thumbprint(HashAlg::Sha256));
}
