//! Every type that holds a secret, with a secret in it: what it shows, and what the errors show that it takes part in.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use josie::*;

use crate::common::hiding::assert_hides;
use crate::common::hiding::chain;
use crate::common::hiding::debug;
use crate::common::hiding::secrets;
use crate::common::registries;
use crate::types::SECRET_BEARING;

/// A key of one's own, what is known of it, and what it is for.
struct Case {
    material: KeyMaterial,
    signs: Option<JwsAlg>,
    decrypts: Option<JweAlg>,
}

fn fixture(name: &str) -> KeyMaterial {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    let pem = fs::read_to_string(directory.join(format!("{name}.pkcs8.pem"))).unwrap();
    KeyMaterial::from_pem(&pem).unwrap().with_kid(name)
}

fn cases() -> Vec<Case> {
    let secret: Vec<u8> =
        (0..64).map(|index| 131_u8.wrapping_mul(index).wrapping_add(77)).collect();
    let oct = |len| KeyMaterial::oct(secret[..len].to_vec()).with_kid("oct");
    let case = |material, signs, decrypts| Case { material, signs, decrypts };
    vec![
        case(oct(64), Some(JwsAlg::Hs256), None),
        case(oct(32), Some(JwsAlg::Hs256), Some(JweAlg::A256Kw)),
        case(oct(16), None, Some(JweAlg::A128GcmKw)),
        case(oct(16), None, Some(JweAlg::Dir)),
        case(fixture("rsa2048"), Some(JwsAlg::Rs256), Some(JweAlg::RsaOaep256)),
        case(fixture("p256"), Some(JwsAlg::Es256), Some(JweAlg::EcdhEs)),
        case(fixture("p384"), Some(JwsAlg::Es384), None),
        case(fixture("p521"), Some(JwsAlg::Es512), Some(JweAlg::EcdhEsA128Kw)),
        case(fixture("secp256k1"), Some(JwsAlg::Es256K), None),
        case(fixture("ed25519"), Some(JwsAlg::Ed25519), None),
        case(fixture("x25519"), None, Some(JweAlg::EcdhEs)),
    ]
}

/// What was shown of a key, by the type that showed it.
#[derive(Default)]
struct Shown(Vec<(&'static str, String)>);

impl Shown {
    fn add(&mut self, name: &'static str, text: impl Into<String>) {
        self.0.push((name, text.into()));
    }
}

#[test]
fn every_type_that_holds_a_secret_shows_nothing_of_it() {
    let mut walked = BTreeSet::new();
    for (name, registry) in registries() {
        for case in cases() {
            let mut shown = Shown::default();
            show_material(&case, &mut shown);
            show_keys(&case, &registry, &mut shown);
            show_errors(&case, &registry, &mut shown);

            for secret in secrets(&case.material) {
                for (_, text) in &shown.0 {
                    assert_hides(text, secret);
                }
            }
            assert!(shown.0.len() > 15, "{name} {:?}", case.material);
            walked.extend(shown.0.iter().map(|(name, _)| *name));
        }
    }
    let missing: Vec<_> = SECRET_BEARING.iter().filter(|name| !walked.contains(*name)).collect();
    assert_eq!(missing, Vec::<&&str>::new());
}

fn show_material(case: &Case, shown: &mut Shown) {
    let material = &case.material;
    shown.add("KeyMaterial", debug(material));
    shown.add("KeyParams", debug(material.params()));
    match material.params() {
        KeyParams::Oct(oct) => {
            shown.add("OctParams", debug(oct));
            shown.add("SecretBytes", debug(oct.k()));
            let password = Password::new(hex(oct.k().expose())).unwrap();
            shown.add("Password", debug(&password));
        }
        KeyParams::Rsa(rsa) => {
            shown.add("RsaParams", debug(rsa));
            shown.add("RsaPrivate", debug(rsa.private().unwrap()));
        }
        KeyParams::Ec(ec) => shown.add("EcParams", debug(ec)),
        KeyParams::Okp(okp) => shown.add("OkpParams", debug(okp)),
        other => panic!("{other:?}"),
    }
    if let Ok(der) = material.to_pkcs8_der() {
        shown.add("SecretBytes", debug(&der));
        shown.add("SecretText", debug(&material.to_pkcs8_pem().unwrap()));
        shown.add("KeyError", chain(&KeyMaterial::from_der(&der.expose()[1..]).unwrap_err()));
        let pem = material.to_pkcs8_pem().unwrap();
        let relabelled = pem.expose().replace("PRIVATE", "EC PRIVATE");
        shown.add("KeyError", chain(&KeyMaterial::from_pem(&relabelled).unwrap_err()));
        let twice = format!("{0}{0}", pem.expose().replacen('M', "-", 1));
        shown.add("KeyError", chain(&KeyMaterial::all_from_pem(&twice).unwrap_err()));
    }
    let jwk = Jwk::from(material.clone());
    shown.add("Jwk", debug(&jwk));
    if let Ok(public) = jwk.to_public() {
        shown.add("PublicJwk", debug(&public) + &serde_json::to_string(&public).unwrap());
    }
    // A key of which the document had the private half alone is no JWK yet.
    if let Ok(text) = jwk.to_private_json() {
        shown.add("SecretText", debug(&text));
        let broken = text.expose().replacen("\"kty\"", "\"kyt\"", 1);
        let document = format!(r#"{{"keys":[{},{broken}]}}"#, text.expose());
        let own = JwkSet::parse(&document).unwrap();
        shown.add("JwkSet", debug(&own));
        shown.add("SecretText", debug(&own.to_private_json().unwrap()));
        let published = PublicJwkSet::parse(&document).unwrap();
        assert_eq!(published.keys().count(), 0);
        shown.add("PublicJwkSet", debug(&published) + &serde_json::to_string(&published).unwrap());
        for unusable in published.entries().filter_map(Result::err) {
            shown.add("UnusableJwk", debug(unusable) + &chain(unusable.reason()));
            shown.add("SecretText", debug(unusable.text()));
        }
    }
}

fn show_keys(case: &Case, registry: &Registry, shown: &mut Shown) {
    if let Some(alg) = case.signs.filter(|alg| registry.signature(*alg).is_some()) {
        let key = SigningKey::new(&case.material, alg, registry).unwrap();
        shown.add("KeyMaterial", debug(&key.material()) + &debug(&key.verifying_key().material()));
        shown.add("SigningKey", debug(&key));
        shown.add("VerifyingKey", debug(&key.verifying_key()));
        shown.add("KeySet", debug(&KeySet::from(key.verifying_key())));
        shown.add("KeySet", debug(&KeySet::from(key.clone())));
        shown.add("KeyRing", debug(&KeyRing::new(key.clone()).unwrap()));
        let keys = KeySet::from(key.verifying_key());
        let issuers = Issuers::new().with("issuer", keys, JwtPolicy::signed(&[alg])).unwrap();
        shown.add("Issuers", debug(&issuers));
        show_signatures(case, &key, shown);
    }
    let Some(alg) = case.decrypts else {
        return;
    };
    let key = match alg {
        JweAlg::Dir => DecryptionKey::direct(&case.material, JweEnc::A128Gcm, registry),
        _ if registry.key_management(alg).is_none() => return,
        _ => DecryptionKey::new(&case.material, alg, registry),
    };
    let key = key.unwrap();
    let sender = key.encryption_key(JweEnc::A128Gcm).unwrap();
    shown.add("DecryptionKey", debug(&key));
    shown.add("EncryptionKey", debug(&sender));
    shown.add("KeySet", debug(&KeySet::from(key.clone())));
    shown.add("KeyRing", debug(&KeyRing::new(key.clone()).unwrap()));
    shown.add("KeyMaterial", debug(&key.material().unwrap()) + &debug(&sender.material().unwrap()));
    show_contents(case, &key, shown);
    if let Some(implementation) = registry.key_management(alg) {
        let encryptor = implementation.encryptor(&case.material);
        let input = EncryptKeyInput::new(JweEnc::A128Gcm, registry.random);
        let secret = SecretBytes::new(secrets(&case.material)[0].to_vec());
        shown.add("EncryptKeyInput", debug(&input.with_cek(&secret)));
        let encrypted = encryptor.and_then(|encryptor| {
            let cek = SecretBytes::new(vec![7; 16]);
            let input = if alg == JweAlg::EcdhEs { input } else { input.with_cek(&cek) };
            encryptor.encrypt_key(&input).map_err(|_| KeyError::GenerationFailed)
        });
        shown.add("EncryptedKey", encrypted.map_or_else(|error| chain(&error), |key| debug(&key)));
    }
}

/// The secret as what is signed with itself.
fn show_signatures(case: &Case, key: &SigningKey, shown: &mut Shown) {
    let header = Header::new();
    let builder = JwsBuilder::new().signature(&header, key);
    let document = builder.flattened(secrets(&case.material)[0]).unwrap();
    shown.add("JwsBuilder", debug(&builder));
    let policy = Policy::signed(&[key.alg()]).build().unwrap();
    let jws = JwsJson::verify(&document, &KeySet::from(key.verifying_key()), &policy).unwrap();
    shown.add("JwsJson", debug(&jws));
    shown.add("JwsSignatures", debug(jws.signatures()));
    shown.add("SignatureOutcome", debug(&jws.signatures().outcomes()[0]));
    shown.add("JwsSignature", debug(jws.signatures().valid().next().unwrap()));
}

/// The secret as what is encrypted.
fn show_contents(case: &Case, key: &DecryptionKey, shown: &mut Shown) {
    let sender = key.encryption_key(JweEnc::A128Gcm).unwrap();
    let keys = KeySet::from(key.clone());
    let token = Jwe::encrypt(secrets(&case.material)[0], &Header::new(), &sender).unwrap();
    let policy = Policy::encrypted(&[key.alg()], &[JweEnc::A128Gcm]).build().unwrap();
    let jwe = Jwe::decrypt(&token, &keys, &policy).unwrap();
    shown.add("Jwe", debug(&jwe) + &debug(&jwe.clone().into_plaintext()));
    let jwe = JweJson::decrypt_any_form(&token, &keys, &policy).unwrap();
    shown.add("JweJson", debug(&jwe) + &debug(&jwe.clone().into_plaintext()));
    let claims = Claims::new(NoClaims {}).subject(hex(secrets(&case.material)[0])).without_exp();
    let token = SealedJwt::encrypt(&claims, &Header::jwt(), &sender).unwrap();
    let policy = JwtPolicy::encrypted(&[key.alg()], &[JweEnc::A128Gcm]).allow_missing_exp();
    let sealed: SealedJwt =
        SealedJwt::dangerous_decrypt_from_anyone(&token, &keys, &policy.build().unwrap()).unwrap();
    shown.add("SealedJwt", debug(&sealed));
}

/// Every error that a use of the key for something else gives.
fn show_errors(case: &Case, registry: &Registry, shown: &mut Shown) {
    let material = &case.material;
    let mut add = |error: Option<KeyError>| {
        if let Some(error) = error {
            shown.add("KeyError", chain(&error));
        }
    };
    for alg in JwsAlg::ALL {
        add(SigningKey::new(material, *alg, registry).err());
        add(VerifyingKey::new(material, *alg, registry).err());
    }
    for alg in JweAlg::ALL {
        add(DecryptionKey::new(material, *alg, registry).err());
        add(EncryptionKey::new(material, *alg, JweEnc::A128Gcm, registry).err());
    }
    for secret in secrets(material) {
        let hex = hex(secret);
        add(KeyMaterial::from_der(secret).err());
        add(KeyMaterial::from_pem(&hex).err());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{hex}\n-----END PRIVATE KEY-----\n");
        add(KeyMaterial::from_pem(&pem).err());
        add(Jwk::parse(&hex).err());
        add(Jwk::parse(&format!(r#"{{"kty":"{hex}","k":"{hex}"}}"#)).err());
        add(Jwk::parse(&format!(r#"{{"kty":"oct","k":"{hex}="}}"#)).err());
        add(JwkSet::parse(&format!(r#"{{"keys":"{hex}"}}"#)).err());
        add(Jwk::decrypt_with_password(&hex, &Password::new(hex.clone()).unwrap()).err());
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
