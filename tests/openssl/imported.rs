//! What OpenSSL writes is read.

use josie::HashAlg;
use josie::KeyMaterial;
#[cfg(feature = "encrypted-pkcs8")]
use josie::Password;

use super::tool::KINDS;
use super::tool::OpenSsl;

/// The key is private, and its values are those of the SPKI and PKCS#8 files that OpenSSL wrote for it.
fn assert_is_key(openssl: &OpenSsl, material: &KeyMaterial, context: &str) {
    let private =
        KeyMaterial::from_der(&openssl.run("pkcs8 -topk8 -nocrypt -in key.pem -outform DER"));
    let public =
        KeyMaterial::from_der(&openssl.run("pkey -in key.pem -pubout -outform DER")).unwrap();
    let (written, expected) =
        (material.to_pkcs8_der().unwrap(), private.unwrap().to_pkcs8_der().unwrap());
    assert_eq!(written.expose(), expected.expose(), "{context}");
    if let Some(half) = material.public_half() {
        assert_eq!(half.to_spki_der().unwrap(), public.to_spki_der().unwrap(), "{context}");
    }
}

#[test]
fn keys_of_every_type_are_read_and_written_again_to_the_octet() {
    let Some(openssl) = OpenSsl::find() else { return };
    for (name, kind) in KINDS {
        openssl.run(&format!("genpkey {kind} -out key.pem"));
        let private_der = openssl.run("pkcs8 -topk8 -nocrypt -in key.pem -outform DER");
        let public_der = openssl.run("pkey -in key.pem -pubout -outform DER");
        let public_pem = openssl.text("pkey -in key.pem -pubout");
        let private_pem = String::from_utf8(openssl.read("key.pem")).unwrap();

        let private = KeyMaterial::from_pem(&private_pem).unwrap();
        let public = KeyMaterial::from_pem(&public_pem).unwrap();

        assert_eq!(private.to_pkcs8_pem().unwrap().expose(), private_pem, "{name}");
        assert_eq!(private.to_pkcs8_der().unwrap().expose(), private_der, "{name}");
        assert_eq!(public.to_spki_pem().unwrap(), public_pem, "{name}");
        assert_eq!(public.to_spki_der().unwrap(), public_der, "{name}");
        let from_der = KeyMaterial::from_der(&private_der).unwrap();
        assert_eq!(from_der.to_pkcs8_der().unwrap().expose(), private_der, "{name}");
        assert_is_key(&openssl, &from_der, name);
    }
}

#[test]
fn traditional_keys_are_read() {
    let Some(openssl) = OpenSsl::find() else { return };
    for (name, kind) in &KINDS[..6] {
        openssl.run(&format!("genpkey {kind} -out key.pem"));
        let text = openssl.text("pkey -in key.pem -traditional");
        let der = openssl.run("pkey -in key.pem -traditional -outform DER");

        assert!(!text.contains("BEGIN PRIVATE KEY"), "{name}");
        assert_is_key(&openssl, &KeyMaterial::from_pem(&text).unwrap(), name);
        assert_is_key(&openssl, &KeyMaterial::from_der(&der).unwrap(), name);
    }
}

#[test]
fn an_rsa_public_key_in_pkcs1_is_read() {
    let Some(openssl) = OpenSsl::find() else { return };
    openssl.run(&format!("genpkey {} -out key.pem", KINDS[0].1));
    let text = openssl.text("rsa -in key.pem -RSAPublicKey_out");

    let material = KeyMaterial::from_pem(&text).unwrap();

    assert!(text.starts_with("-----BEGIN RSA PUBLIC KEY-----"));
    assert_eq!(material.to_spki_pem().unwrap(), openssl.text("pkey -in key.pem -pubout"));
}

#[test]
fn curve_parameters_before_a_key_are_read() {
    let Some(openssl) = OpenSsl::find() else { return };
    for curve in ["prime256v1", "secp384r1", "secp521r1", "secp256k1"] {
        let text = openssl.text(&format!("ecparam -name {curve} -genkey"));
        openssl.write("key.pem", text.as_bytes());

        assert!(text.starts_with("-----BEGIN EC PARAMETERS-----"), "{curve}");
        assert_is_key(&openssl, &KeyMaterial::from_pem(&text).unwrap(), curve);
        assert_is_key(&openssl, &KeyMaterial::all_from_pem(&text).unwrap()[0], curve);
    }
}

#[test]
fn certificates_have_the_key_that_they_were_made_for() {
    let Some(openssl) = OpenSsl::find() else { return };
    for (name, kind) in &KINDS[..7] {
        openssl.run(&format!("genpkey {kind} -out key.pem"));
        openssl.run("req -x509 -new -key key.pem -subj /CN=josie -out certificate.pem");
        let with_text = openssl.text("x509 -in certificate.pem -text");
        let der = openssl.run("x509 -in certificate.pem -outform DER");
        let public = openssl.text("pkey -in key.pem -pubout");

        for material in [KeyMaterial::from_pem(&with_text), KeyMaterial::from_der(&der)] {
            assert_eq!(material.unwrap().to_spki_pem().unwrap(), public, "{name}");
        }
    }
}

#[test]
fn a_bundle_from_pkcs12_is_read() {
    let Some(openssl) = OpenSsl::find() else { return };
    openssl.run(&format!("genpkey {} -out key.pem", KINDS[2].1));
    openssl.run("req -x509 -new -key key.pem -subj /CN=josie -out certificate.pem");
    openssl
        .run("pkcs12 -export -inkey key.pem -in certificate.pem -passout pass:josie -out all.p12");
    let text = openssl.text("pkcs12 -in all.p12 -passin pass:josie -nodes");

    let keys = KeyMaterial::all_from_pem(&text).unwrap();

    assert!(text.contains("Bag Attributes"));
    let [certificate, private] = &keys[..] else { panic!("{keys:?}") };
    assert_is_key(&openssl, private, "pkcs12");
    let thumbprint = |key: &KeyMaterial| key.thumbprint(HashAlg::Sha256).unwrap().to_string();
    assert_eq!(thumbprint(certificate), thumbprint(private));
}

#[cfg(feature = "encrypted-pkcs8")]
#[test]
fn encrypted_keys_are_read() {
    let Some(openssl) = OpenSsl::find() else { return };
    let password = Password::new("made for the tests").unwrap();
    openssl.write("password", b"made for the tests");
    for (name, kind) in KINDS {
        openssl.run(&format!("genpkey {kind} -out key.pem"));
        for encryption in [
            "",
            " -v2 aes-128-cbc -v2prf hmacWithSHA1",
            " -v2 aes-192-cbc -v2prf hmacWithSHA384",
            " -v2 aes-256-cbc -v2prf hmacWithSHA512 -iter 1",
            " -scrypt -scrypt_N 512",
        ] {
            let command = format!("pkcs8 -topk8 -in key.pem -passout file:password{encryption}");
            let text = openssl.text(&command);
            let der = openssl.run(&format!("{command} -outform DER"));

            for material in [
                KeyMaterial::from_encrypted_pem(&text, &password),
                KeyMaterial::from_encrypted_der(&der, &password),
            ] {
                assert_is_key(&openssl, &material.unwrap(), &format!("{name}{encryption}"));
            }
        }
    }
}

#[test]
fn encrypted_keys_are_refused_by_name_where_no_password_is_given() {
    let Some(openssl) = OpenSsl::find() else { return };
    openssl.run(&format!("genpkey {} -out key.pem", KINDS[2].1));
    let text = openssl.text("pkcs8 -topk8 -in key.pem -passout pass:josie");
    let old = openssl.text("ec -in key.pem -aes128 -passout pass:josie");

    for (text, found) in
        [(text, josie::KeyFormat::EncryptedPkcs8), (old, josie::KeyFormat::EncryptedTraditional)]
    {
        let error = josie::KeyError::Format { expected: "key or certificate", found };
        assert_eq!(KeyMaterial::from_pem(&text).unwrap_err(), error);
    }
    let plain = String::from_utf8(openssl.read("key.pem")).unwrap();
    assert!(KeyMaterial::from_pem(&plain).is_ok());
}
