//! Compact JWE: their structure, and their decryption with keys that everybody knows.

use std::sync::LazyLock;

use josie::DecryptionKey;
use josie::EncryptedJwe;
use josie::EncryptionKey;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jwk;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Limits;
use josie::Password;
use josie::Policy;
use josie::RandomFailed;
use josie::Refused;
use josie::Registry;
use josie::SecureRandom;
use josie::UnverifiedJws;

/// The structure of a compact JWE: it is read the same again, by larger limits too, and is no JWS.
pub fn compact_jwe(input: &[u8]) {
    let Ok(token) = str::from_utf8(input) else {
        return;
    };
    let Ok(jwe) = EncryptedJwe::parse(token, &Limits::default()) else {
        return;
    };
    assert_eq!(token.matches('.').count(), 4);
    assert!(token.bytes().all(|octet| ALPHABET.contains(&octet)));
    assert!(UnverifiedJws::parse(token, &Limits::default()).is_err());
    assert_eq!(JweAlg::from_name(jwe.alg().name()), Some(jwe.alg()));
    assert_eq!(JweEnc::from_name(jwe.enc().name()), Some(jwe.enc()));
    assert!(jwe.kid().is_none_or(|kid| kid.len() <= Limits::default().kid_bytes()));

    let larger = Limits::default().with_token_bytes(usize::MAX).with_json_depth(64);
    let again = EncryptedJwe::parse(token, &larger).unwrap();
    assert_eq!(again.header(), jwe.header());
    assert_eq!(format!("{again:?}"), format!("{jwe:?}"));
}

/// Any text as a token; then an honest token, changed where the input says so: it must not decrypt any more.
///
/// The input of the second: which token, how many changes modulo 4, three octets for each, the plaintext.
pub fn jwe_decrypt(input: &[u8]) {
    if let Ok(token) = str::from_utf8(input) {
        decrypt_text(token);
    }
    let [family, changes, rest @ ..] = input else {
        return;
    };
    let family = &FAMILIES[usize::from(*family) % FAMILIES.len()];
    let Some((changes, plaintext)) = rest.split_at_checked(usize::from(changes % 4) * 3) else {
        return;
    };
    let (honest, plaintext) = family.honest(plaintext);
    decrypt_changed(family, &honest, plaintext, changes);
}

fn decrypt_text(token: &str) {
    let no_keys = KeySet::from_iter([]);
    let without_keys = Jwe::decrypt(token, &no_keys, &POLICY).unwrap_err();
    match Jwe::decrypt(token, &KEYS, &POLICY) {
        Ok(jwe) => {
            assert_eq!(without_keys, Error::UnknownKey);
            assert!(jwe.plaintext().len() < token.len());
            let again = Jwe::decrypt(token, &KEYS, &POLICY).unwrap();
            assert_eq!(again.plaintext(), jwe.plaintext());
            compact_jwe(token.as_bytes());
        }
        // Whatever a key is needed for has one outcome, or two where the registry lacks a cipher.
        Err(
            Error::UnknownKey
            | Error::DecryptionFailed
            | Error::Refused(Refused::UnsupportedEncryption),
        ) => assert_eq!(without_keys, Error::UnknownKey),
        // Everything else is known before any key is looked at.
        Err(error) => assert_eq!(error, without_keys),
    }
}

fn decrypt_changed(family: &Family, honest: &str, plaintext: &[u8], changes: &[u8]) {
    let mut changed = honest.as_bytes().to_vec();
    for [high, low, octet] in changes.as_chunks().0 {
        let at = usize::from(u16::from_be_bytes([*high, *low])) % changed.len();
        let other = ALPHABET[usize::from(*octet) % ALPHABET.len()];
        match usize::from(*octet) / ALPHABET.len() {
            0 | 1 => changed[at] = other,
            2 => changed.insert(at, other),
            _ => drop(changed.remove(at)),
        }
    }
    let changed = str::from_utf8(&changed).unwrap();
    match Jwe::decrypt(changed, &KEYS, &POLICY) {
        Ok(jwe) => {
            assert_eq!(changed, honest);
            assert_eq!(jwe.alg(), family.key.alg());
            assert_eq!(jwe.plaintext(), plaintext);
        }
        Err(Error::DecryptionFailed | Error::Malformed(_) | Error::Refused(_)) => {
            assert_ne!(changed, honest);
        }
        // Another `alg` or `enc`, a `kid`, another `p2c`.
        Err(Error::UnknownKey | Error::Limit(_)) => assert_ne!(changed, honest),
        Err(error) => panic!("{error:?}"),
    }
}

/// A key made for the tests, and the tokens that are made for it.
struct Family {
    key: DecryptionKey,
    tokens: Tokens,
}

enum Tokens {
    /// With the plaintext that the input has.
    Any(EncryptionKey),
    /// One that was made beforehand, where making one takes randomness or too many iterations. It is a seed too.
    One(&'static str),
}

impl Family {
    /// An honest token and its plaintext.
    fn honest<'p>(&self, plaintext: &'p [u8]) -> (String, &'p [u8]) {
        match &self.tokens {
            Tokens::Any(key) => (Jwe::encrypt(plaintext, &Header::new(), key).unwrap(), plaintext),
            Tokens::One(token) => (token.trim_end().to_owned(), b"The true sign of intelligence"),
        }
    }

    fn direct(secret: Vec<u8>, enc: JweEnc) -> Self {
        let material = KeyMaterial::oct(secret);
        let key = DecryptionKey::direct(&material, enc, &Registry::default()).unwrap();
        let sender = EncryptionKey::new(&material, JweAlg::Dir, enc, &REPEATING).unwrap();
        Self { key, tokens: Tokens::Any(sender) }
    }

    fn shared(secret: Vec<u8>, alg: JweAlg) -> Self {
        let material = KeyMaterial::oct(secret);
        let key = DecryptionKey::new(&material, alg, &Registry::default()).unwrap();
        let sender = EncryptionKey::new(&material, alg, JweEnc::A128Gcm, &REPEATING).unwrap();
        Self { key, tokens: Tokens::Any(sender) }
    }

    fn private(material: &KeyMaterial, alg: JweAlg, token: &'static str) -> Self {
        let key = DecryptionKey::new(material, alg, &Registry::default()).unwrap();
        Self { key, tokens: Tokens::One(token) }
    }
}

/// Every family of algorithms that the registry has. The shared keys of `dir` with AES-GCM and of A128KW are those
/// of RFC 7520 section 5.6.1 and RFC 7516 appendix A.3.3, whose tokens are seeds.
static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| {
    let registry = Registry::default();
    let secret = |jwk| {
        let jwk = Jwk::parse(jwk).unwrap();
        let josie::KeyParams::Oct(oct) = jwk.material().params() else { panic!("no secret") };
        oct.k().expose().to_vec()
    };
    let password = Password::new("made for the tests, known to everybody").unwrap();
    let pbes2 = JweAlg::Pbes2Hs256A128Kw;
    let mut families = vec![
        Family::direct(secret(r#"{"kty":"oct","k":"XctOhJAkA-pD9Lh7ZgW_2A"}"#), JweEnc::A128Gcm),
        Family::shared(secret(r#"{"kty":"oct","k":"GawgguFyGrWKav7AX4VKUg"}"#), JweAlg::A128Kw),
        Family::shared(vec![0x5a; 16], JweAlg::A128GcmKw),
        Family {
            key: DecryptionKey::for_password(&password, pbes2, &registry).unwrap(),
            tokens: Tokens::One(include_str!("corpus/jwe_decrypt/honest-pbes2")),
        },
    ];
    if registry.content_encryption(JweEnc::A128CbcHs256).is_some() {
        families.push(Family::direct(vec![0x5a; 32], JweEnc::A128CbcHs256));
    }
    if registry.key_management(JweAlg::RsaOaep256).is_some() {
        let rsa = KeyMaterial::from_pem(include_str!("corpus/pem/rsa2048-pkcs8.pem")).unwrap();
        let token = include_str!("corpus/jwe_decrypt/honest-rsa-oaep-256");
        families.push(Family::private(&rsa, JweAlg::RsaOaep256, token));
    }
    if registry.key_management(JweAlg::EcdhEs).is_some() {
        let p256 = KeyMaterial::from_pem(include_str!("corpus/pem/p256-pkcs8.pem")).unwrap();
        let token = include_str!("corpus/jwe_decrypt/honest-ecdh-es-p256");
        families.push(Family::private(&p256, JweAlg::EcdhEs, token));
        let x25519 = Jwk::parse(include_str!("corpus/jwk/x25519-private")).unwrap();
        let token = include_str!("corpus/jwe_decrypt/honest-ecdh-es-x25519");
        families.push(Family::private(x25519.material(), JweAlg::EcdhEs, token));
    }
    families
});

/// Both keys for ECDH-ES may be tried, so that what the first did not open is there for the second.
pub(super) static KEYS: LazyLock<KeySet<DecryptionKey>> = LazyLock::new(|| {
    FAMILIES.iter().map(|family| family.key.clone()).collect::<KeySet<_>>().try_up_to(2)
});

/// Few iterations, so that an input takes little time.
pub(super) static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let limits = Limits::default().with_iterations(1, 1000);
    Policy::encrypted(JweAlg::ALL, JweEnc::ALL).limits(limits).build().unwrap()
});

/// For senders only: a recipient who replaced a faulty content encryption key by octets that repeat would find the
/// sender's own.
pub(super) static REPEATING: LazyLock<Registry> =
    LazyLock::new(|| Registry { random: &Repeating, ..Registry::default() });

/// A generator with which one input always makes the same token.
#[derive(Debug)]
struct Repeating;

impl SecureRandom for Repeating {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomFailed> {
        out.fill(0x24);
        Ok(())
    }
}

/// What a compact token is written with.
const ALPHABET: &[u8; 65] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
