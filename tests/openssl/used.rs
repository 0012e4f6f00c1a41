//! The same key signs with the one and verifies with the other.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::Error;
use josie::GenerateInput;
use josie::Header;
use josie::Jws;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Policy;
use josie::Registry;
use josie::RsaBits;
use josie::SigningKey;
use josie::VerifyingKey;

use super::common::registries;
use super::tool::OpenSsl;

/// How OpenSSL signs and verifies as the algorithm does, apart from the names of files.
const ALGORITHMS: &[(JwsAlg, &str, &str)] = &[
    (JwsAlg::Rs256, "-quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048", "-digest sha256"),
    (
        JwsAlg::Ps256,
        "-quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        "-digest sha256 -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:digest",
    ),
    (JwsAlg::Ed25519, "-algorithm ED25519", ""),
];

fn command(operation: &str, options: &str) -> String {
    let space = if options.is_empty() { "" } else { " " };
    format!("pkeyutl {operation} -rawin -in input{space}{options}")
}

/// The signing input of a token, and its signature.
fn parts(token: &str) -> (&str, Vec<u8>) {
    let (input, signature) = token.rsplit_once('.').unwrap();
    (input, URL_SAFE_NO_PAD.decode(signature).unwrap())
}

fn signing_key(alg: JwsAlg, registry: &Registry, openssl: &OpenSsl, kind: &str) -> SigningKey {
    match SigningKey::generate_with(alg, &GenerateInput::new(RsaBits::B2048), registry) {
        // *ring* makes no RSA keys.
        Err(KeyError::Unsupported { .. }) => {
            openssl.run(&format!("genpkey {kind} -out made.pem"));
            let text = String::from_utf8(openssl.read("made.pem")).unwrap();
            SigningKey::new(&KeyMaterial::from_pem(&text).unwrap(), alg, registry).unwrap()
        }
        key => key.unwrap(),
    }
}

#[test]
fn what_josie_signs_verifies_with_the_exported_public_key() {
    let Some(openssl) = OpenSsl::find() else { return };
    for (name, registry) in registries() {
        for &(alg, kind, options) in ALGORITHMS {
            let key = signing_key(alg, &registry, &openssl, kind);
            let token = Jws::sign(b"any octets", &Header::new(), &key).unwrap();
            let (input, signature) = parts(&token);
            let public = key.verifying_key().material().to_spki_pem().unwrap();
            openssl.write("public.pem", public.as_bytes());
            openssl.write("signature", &signature);
            let verify = command("-verify -pubin -inkey public.pem -sigfile signature", options);

            openssl.write("input", input.as_bytes());
            assert!(openssl.accepts(&verify), "{name} {alg}");
            openssl.write("input", format!("{input}A").as_bytes());
            assert!(!openssl.accepts(&verify), "{name} {alg}");
        }
    }
}

#[test]
fn what_openssl_signs_with_the_exported_private_key_verifies() {
    let Some(openssl) = OpenSsl::find() else { return };
    for (name, registry) in registries() {
        for &(alg, kind, options) in ALGORITHMS {
            let key = signing_key(alg, &registry, &openssl, kind);
            let private = key.material().to_pkcs8_pem().unwrap();
            openssl.write("key.pem", private.expose().as_bytes());
            let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}"}}"#));
            let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode("any octets"));
            openssl.write("input", input.as_bytes());
            let signature = openssl.run(&command("-sign -inkey key.pem", options));
            let token = format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature));

            let public = openssl.text("pkey -in key.pem -pubout");
            let public = KeyMaterial::from_pem(&public).unwrap();
            let keys = KeySet::from(VerifyingKey::new(&public, alg, &registry).unwrap());
            let policy = Policy::signed(&[alg]).build().unwrap();

            let jws = Jws::verify(&token, &keys, &policy).unwrap();
            assert_eq!(jws.payload(), b"any octets", "{name} {alg}");
            let changed = token.replacen("YW55", "YW56", 1);
            let error = Jws::verify(&changed, &keys, &policy).unwrap_err();
            assert_eq!(error, Error::InvalidSignature, "{name} {alg}");
        }
    }
}

#[test]
fn keys_that_openssl_made_sign_in_each_form() {
    let Some(openssl) = OpenSsl::find() else { return };
    for (name, registry) in registries() {
        openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem");
        openssl.run("req -x509 -new -key key.pem -subj /CN=josie -out certificate.pem");
        let certificate = openssl.text("x509 -in certificate.pem -text");
        let public = KeyMaterial::from_pem(&certificate).unwrap();
        let keys = KeySet::from(VerifyingKey::new(&public, JwsAlg::Es256, &registry).unwrap());
        let policy = Policy::signed(&[JwsAlg::Es256]).build().unwrap();

        for form in ["", " -traditional"] {
            let text = openssl.text(&format!("pkey -in key.pem{form}"));
            let private = KeyMaterial::from_pem(&text).unwrap();
            let key = SigningKey::new(&private, JwsAlg::Es256, &registry).unwrap();
            let token = Jws::sign(b"any octets", &Header::new(), &key).unwrap();

            let jws = Jws::verify(&token, &keys, &policy).unwrap();
            assert_eq!(jws.payload(), b"any octets", "{name}{form}");
        }
        let error = SigningKey::new(&public, JwsAlg::Es256, &registry).unwrap_err();
        assert_eq!(error, KeyError::PrivateKeyNeeded, "{name}");
    }
}
