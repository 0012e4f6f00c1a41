//! What josie writes is read by OpenSSL, which finds the same public half.

use josie::Curve;
use josie::DecryptionKey;
use josie::GenerateInput;
use josie::JweAlg;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::Registry;
use josie::RsaBits;
use josie::SigningKey;

use super::common::registries;
use super::tool::OpenSsl;

/// A fresh key of each type that the registry makes.
fn fresh(registry: &Registry) -> Vec<(&'static str, KeyMaterial)> {
    let input = GenerateInput::new(RsaBits::B2048);
    let signing = [
        ("RSA", JwsAlg::Rs256),
        ("P-256", JwsAlg::Es256),
        ("P-384", JwsAlg::Es384),
        ("P-521", JwsAlg::Es512),
        ("secp256k1", JwsAlg::Es256K),
        ("Ed25519", JwsAlg::Ed25519),
    ]
    .map(|(name, alg)| {
        (name, SigningKey::generate_with(alg, &input, registry).map(|key| key.material()))
    });
    let x25519 = GenerateInput::default().with_curve(Curve::X25519);
    let agreeing = DecryptionKey::generate_with(JweAlg::EcdhEs, &x25519, registry)
        .and_then(|key| key.material());
    signing
        .into_iter()
        .chain([("X25519", agreeing)])
        .filter_map(|(name, key)| match key {
            Ok(key) => Some((name, key)),
            Err(KeyError::Unsupported { .. }) => None,
            Err(error) => panic!("{name}: {error:?}"),
        })
        .collect()
}

#[test]
fn fresh_keys_are_read_with_the_same_public_half() {
    let Some(openssl) = OpenSsl::find() else { return };
    for (registry_name, registry) in registries() {
        let keys = fresh(&registry);
        let expected = if registry_name == "ring" { 3 } else { 7 };
        assert_eq!(keys.len(), expected, "{registry_name}");

        for (name, material) in keys {
            openssl.write("key.pem", material.to_pkcs8_pem().unwrap().expose().as_bytes());
            openssl.write("key.der", material.to_pkcs8_der().unwrap().expose());
            openssl.write("public.pem", material.to_spki_pem().unwrap().as_bytes());
            let spki = material.to_spki_der().unwrap();

            for command in [
                "pkey -in key.pem -pubout -outform DER",
                "pkey -in key.der -inform DER -pubout -outform DER",
                "pkey -in public.pem -pubin -pubout -outform DER",
            ] {
                assert_eq!(openssl.run(command), spki, "{registry_name} {name} {command}");
            }
            let again = openssl.run("pkcs8 -topk8 -nocrypt -in key.pem -outform DER");
            assert_eq!(again, material.to_pkcs8_der().unwrap().expose(), "{name}");
            // A check of the whole key; OpenSSL has none for these curves.
            if !name.ends_with("25519") {
                openssl.run("pkey -in key.pem -check -noout");
            }
        }
    }
}

#[test]
fn an_ec_key_without_its_public_half_is_read() {
    let Some(openssl) = OpenSsl::find() else { return };
    openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem");
    let whole = KeyMaterial::from_der(&openssl.run("pkey -in key.pem -outform DER")).unwrap();
    let josie::KeyParams::Ec(ec) = whole.params() else { panic!("not EC") };
    let alone = KeyMaterial::ec(Curve::P256, None, ec.d().cloned()).unwrap();

    openssl.write("alone.der", alone.to_pkcs8_der().unwrap().expose());

    let public = openssl.run("pkey -in alone.der -inform DER -pubout -outform DER");
    assert_eq!(public, whole.to_spki_der().unwrap());
}
