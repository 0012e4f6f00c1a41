//! Documents of keys: JWK, JWK sets, PEM and DER.

use josie::HashAlg;
use josie::Header;
use josie::Jwk;
use josie::JwkSet;
use josie::Jws;
use josie::JwsAlg;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Policy;
use josie::PublicJwk;
use josie::PublicJwkSet;
use josie::Registry;
use josie::SigningKey;
use josie::VerifyingKey;

/// One JWK: what is read can be bound or is refused, and is written and read again as the same key.
pub fn jwk(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    let Ok(jwk) = Jwk::parse(text) else {
        return;
    };
    bind(jwk.material());
    // The document of a key is not itself a secret.
    assert!(VerifyingKey::from_secret(input, JwsAlg::Hs256).is_err());
    let thumbprint = jwk.thumbprint(HashAlg::Sha256).unwrap();
    let bound = VerifyingKey::from_jwk(&jwk, JwsAlg::Es256);
    assert!(bound.is_err() || jwk.certificates().is_ok());
    if let Ok(private) = jwk.to_private_json() {
        let again = Jwk::parse(private.expose()).unwrap();
        assert_eq!(again.thumbprint(HashAlg::Sha256).unwrap(), thumbprint);
        assert_eq!(again.to_private_json().unwrap().expose(), private.expose());
        assert!(PublicJwk::try_from(again).is_err());
    }
    if let Ok(public) = jwk.to_public() {
        let written = serde_json::to_string(&public).unwrap();
        let read: PublicJwk = serde_json::from_str(&written).unwrap();
        assert_eq!(read.thumbprint(HashAlg::Sha256).unwrap(), thumbprint);
        assert_eq!(serde_json::to_string(&read).unwrap(), written);
    }
}

/// A JWK set: every entry has an outcome, no secret is taken for a public key, and what is written again binds to the
/// same keys.
pub fn jwk_set(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    let (own, set) = (JwkSet::parse(text), PublicJwkSet::parse(text));
    assert_eq!(own.is_ok(), set.is_ok());
    let (Ok(own), Ok(set)) = (own, set) else {
        return;
    };
    let public = own.keys().filter(|jwk| !jwk.is_private()).count();
    assert_eq!(set.keys().count(), public);
    let (keys, report) = KeySet::from_jwk_set(&set, JwsAlg::MODERN);
    assert_eq!(report.entries().len(), set.entries().count());
    assert_eq!(report.to_string().lines().count(), set.entries().count());
    assert!(keys.len() <= public);
    let (signing, own_report) = SigningKey::all_from_jwk_set(&own, JwsAlg::MODERN);
    assert_eq!(own_report.entries().len(), report.entries().len());
    assert!(signing.len() + public <= own.keys().count());

    let written = serde_json::to_string(&set).unwrap();
    let (again, _) = KeySet::from_jwk_set(&PublicJwkSet::parse(&written).unwrap(), JwsAlg::MODERN);
    let names = |keys: &KeySet<VerifyingKey>| {
        keys.iter().map(|key| (key.alg(), key.kid().map(str::to_owned))).collect::<Vec<_>>()
    };
    assert_eq!(names(&again), names(&keys));
    let written = own.to_private_json().unwrap();
    let again = JwkSet::parse(written.expose()).unwrap();
    assert_eq!(again.to_private_json().unwrap().expose(), written.expose());
}

/// Keys in PEM: what is read can be bound or is refused, is no secret, and is written and read again as the same key.
pub fn pem(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    let alone = KeyMaterial::from_pem(text);
    let all = KeyMaterial::all_from_pem(text);
    if let Ok(material) = &alone {
        bind(material);
        let bundle = all.as_deref().unwrap();
        assert_eq!(bundle.len(), 1);
        assert_eq!(exported(&bundle[0]), exported(material));
    }
    if let Ok(bundle) = &all {
        assert!(alone.is_ok() || bundle.len() > 1 || text.len() > 64 * 1024);
        assert!(VerifyingKey::from_secret(input, JwsAlg::Hs256).is_err());
        bundle.iter().for_each(assert_same_when_written);
    }
}

/// A key in DER: what is read can be bound or is refused, is no secret, and is written and read again as the same key.
pub fn der(input: &[u8]) {
    if let Ok(material) = KeyMaterial::from_der(input) {
        bind(&material);
        assert!(VerifyingKey::from_secret(input, JwsAlg::Hs256).is_err());
        assert_same_when_written(&material);
    }
}

/// What is written of a key, private and public half, in PEM.
fn exported(material: &KeyMaterial) -> (Option<String>, Option<String>) {
    let private = material.to_pkcs8_pem().ok().map(|text| text.expose().to_owned());
    (private, material.to_spki_pem().ok())
}

fn assert_same_when_written(material: &KeyMaterial) {
    let (private, public) = exported(material);
    assert_eq!(private.is_some(), material.is_private());
    assert_eq!(public.is_some(), material.public_half().is_some());
    if let Some(text) = &private {
        let again = KeyMaterial::from_pem(text).unwrap();
        assert_eq!(exported(&again).0, private);
        let der = material.to_pkcs8_der().unwrap();
        let again = KeyMaterial::from_der(der.expose()).unwrap();
        assert_eq!(exported(&again).0, private);
    }
    if let Some(text) = &public {
        let thumbprint = |key: &KeyMaterial| key.thumbprint(HashAlg::Sha256).unwrap().to_string();
        let again = KeyMaterial::from_pem(text).unwrap();
        assert_eq!((exported(&again).1, thumbprint(&again)), (public, thumbprint(material)));
        let again = KeyMaterial::from_der(&material.to_spki_der().unwrap()).unwrap();
        assert_eq!(thumbprint(&again), thumbprint(material));
    }
}

fn bind(material: &KeyMaterial) {
    let registry = Registry::default();
    for &alg in JwsAlg::ALL {
        let verifying = VerifyingKey::new(material, alg, &registry);
        let signing = SigningKey::new(material, alg, &registry);
        assert!(signing.is_err() || material.is_private());
        if let (Ok(verifying), Ok(signing)) = (verifying, signing) {
            let token = Jws::sign(b"payload", &Header::new(), &signing).unwrap();
            let policy = Policy::signed(&[alg]).build().unwrap();
            let _ = Jws::verify(&token, &KeySet::from(verifying), &policy).unwrap();
        }
    }
}
