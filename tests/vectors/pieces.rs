//! What encrypted tokens are made of, through the traits of the registry: content, encrypted keys, agreements.

use josie::ContentInput;
use josie::DecryptKeyInput;
use josie::DecryptionFailed;
use josie::DecryptionKey;
use josie::EncryptKeyInput;
use josie::JweAlg;
use josie::JweEnc;
use josie::JwsAlg;
use josie::KeyManagementHeader;
use josie::KeyManagementMode;
use josie::KeyMaterial;
use josie::SecretBytes;
use josie::SignInput;
use serde_json::Map;
use serde_json::Value;

use crate::encryption::enc_of;
use crate::exceptions::Unit;
use crate::model::Case;
use crate::model::Recipient;
use crate::model::Strength;
use crate::model::decode;
use crate::runner::Outcome;
use crate::runner::Runner;
use crate::scripted::Scripted;
use crate::vector::flipped;
use crate::vector::parse_jwk;
use crate::vector::public_members;

impl Runner<'_> {
    /// The content and the encrypted keys of a token, whatever its form.
    pub(crate) fn pieces(&self, case: &Case) {
        let judge = |form: &str, alg: &str, outcome: Outcome| {
            let unit = Unit { case: &case.id, kind: &case.kind, form: form.to_owned(), alg };
            self.exceptions.judge(&unit, outcome);
        };
        let plaintext = case.compressed_b64u.as_ref().or(case.plaintext_b64u.as_ref()).unwrap();
        let outcome = self.content(
            case,
            &decode(case.cek_b64u.as_ref().unwrap()),
            &decode(plaintext),
            case.content_aad.as_ref().unwrap().as_bytes(),
        );
        judge("content", case.enc.as_ref().unwrap(), outcome);
        for recipient in &case.recipients {
            match JweAlg::from_name(&recipient.alg) {
                Some(JweAlg::Dir) => {}
                Some(alg) => judge("recipient", alg.name(), self.recipient(case, recipient, alg)),
                None => assert_eq!(recipient.alg, "RSA1_5"),
            }
        }
    }

    /// A content encryption algorithm by itself, and what its tag is made of.
    pub(crate) fn aead(&self, case: &Case) -> Outcome {
        let aad = decode(case.aad_b64u.as_ref().unwrap());
        let key = decode(case.key_b64u.as_ref().unwrap());
        let plaintext = decode(case.plaintext_b64u.as_ref().unwrap());
        let outcome = self.content(case, &key, &plaintext, &aad)?;

        // RFC 7518 section 5.2.2.1: the MAC is over AAD, IV, ciphertext and AL, the length of the AAD in bits.
        let al = u64::try_from(aad.len() * 8).unwrap().to_be_bytes();
        assert_eq!(al, *decode(case.aad_length_b64u.as_ref().unwrap()), "{}", case.id);
        let (iv, ciphertext) = (&case.iv_b64u, &case.ciphertext_b64u);
        let [iv, ciphertext] = [iv, ciphertext].map(|part| decode(part.as_ref().unwrap()));
        let alg = match enc_of(case) {
            JweEnc::A128CbcHs256 => JwsAlg::Hs256,
            JweEnc::A192CbcHs384 => JwsAlg::Hs384,
            _ => JwsAlg::Hs512,
        };
        let mac_key = KeyMaterial::oct(decode(case.mac_key_b64u.as_ref().unwrap()));
        let signer = self.registry.signature(alg).unwrap().signer(&mac_key).unwrap();
        let mac = signer.sign(&SignInput::new(&[&aad[..], &iv, &ciphertext, &al].concat()));
        assert_eq!(mac.unwrap(), decode(case.mac_b64u.as_ref().unwrap()), "{}", case.id);
        Ok(outcome)
    }

    /// Both ways; and nothing opens that differs in one bit of ciphertext, tag, IV or AAD.
    fn content(&self, case: &Case, cek: &[u8], plaintext: &[u8], aad: &[u8]) -> Outcome {
        let material = KeyMaterial::oct(cek.to_vec());
        // The same rules as for a token first.
        DecryptionKey::direct(&material, enc_of(case), &self.registry)
            .map_err(|error| error.code())?;
        let algorithm = self.registry.content_encryption(enc_of(case)).unwrap();
        let cipher = algorithm.cipher(&SecretBytes::new(cek.to_vec())).unwrap();
        let iv = decode(case.iv_b64u.as_ref().unwrap());
        let input = ContentInput::new(&iv, aad);
        let open = |sealed: &[u8], input: &ContentInput<'_>| {
            let mut in_out = sealed.to_vec();
            cipher.open(input, &mut in_out).map(|()| in_out)
        };

        let mut sealed = Vec::with_capacity(plaintext.len() + 64);
        sealed.extend_from_slice(plaintext);
        cipher.seal(&input, &mut sealed).unwrap();

        let (ciphertext, tag) = (&case.ciphertext_b64u, &case.tag_b64u);
        let [ciphertext, tag] = [ciphertext, tag].map(|part| decode(part.as_ref().unwrap()));
        assert_eq!(sealed, [ciphertext, tag].concat(), "{}", case.id);
        assert_eq!(open(&sealed, &input).unwrap(), plaintext, "{}", case.id);
        let more_aad = [aad, b"\0"].concat();
        let (ivs, aads) = (flipped(&iv), [flipped(aad), vec![more_aad]].concat());
        let changed = flipped(&sealed).into_iter().map(|sealed| open(&sealed, &input));
        let changed = changed
            .chain(ivs.iter().map(|iv| open(&sealed, &ContentInput::new(iv, aad))))
            .chain(aads.iter().map(|aad| open(&sealed, &ContentInput::new(&iv, aad))));
        for opened in changed {
            assert_eq!(opened.unwrap_err(), DecryptionFailed, "{}", case.id);
        }
        Ok(Strength::Reproduced)
    }

    /// One encrypted key: decrypted, and made again if all that goes into it can be given.
    fn recipient(&self, case: &Case, recipient: &Recipient, alg: JweAlg) -> Outcome {
        let key = &case.keys[recipient.key];
        let material = parse_jwk(&key.jwk)?.material().clone();
        if key.password_text.is_none() {
            DecryptionKey::new(&material, alg, &self.registry).map_err(|error| error.code())?;
        }
        let header = management_header(&members(case, recipient));
        let encrypted_key = decode(recipient.encrypted_key_b64u.as_deref().unwrap_or_default());
        let cek = SecretBytes::new(decode(case.cek_b64u.as_ref().unwrap()));
        let input = DecryptKeyInput::new(enc_of(case), &encrypted_key, &header);
        let algorithm = self.registry.key_management(alg).unwrap();

        let decrypted = algorithm.decryptor(&material).unwrap().decrypt_key(&input).unwrap();

        assert_eq!(decrypted.expose(), cek.expose(), "{}", case.id);
        if alg.mode() == KeyManagementMode::KeyWrapping {
            self.wrap(case, &material, alg, &cek, &header, &encrypted_key);
            return Ok(Strength::Reproduced);
        }
        if let Some(ephemeral) = &recipient.epk {
            // The sender's half of the agreement gives the same key.
            let sender = parse_jwk(ephemeral)?;
            let recipient = parse_jwk(&public_members(&key.jwk))?;
            let mut header = header.clone();
            header.epk = Some(recipient.material().clone());
            let input = DecryptKeyInput::new(enc_of(case), &encrypted_key, &header);
            let sent = algorithm.decryptor(sender.material()).unwrap().decrypt_key(&input);
            assert_eq!(sent.unwrap().expose(), cek.expose(), "{}", case.id);
        }
        Ok(Strength::Verified)
    }

    /// The vector's encrypted key again, from its salt or initialization vector.
    fn wrap(
        &self,
        case: &Case,
        material: &KeyMaterial,
        alg: JweAlg,
        cek: &SecretBytes,
        header: &KeyManagementHeader,
        encrypted_key: &[u8],
    ) {
        let random = Scripted::new(header.p2s.iter().chain(&header.iv).cloned());
        let input = EncryptKeyInput::new(enc_of(case), random)
            .with_cek(cek)
            .with_iterations(header.p2c.unwrap_or(0));
        let encryptor = self.registry.key_management(alg).unwrap().encryptor(material).unwrap();

        let encrypted = encryptor.encrypt_key(&input).unwrap();

        random.assert_finished();
        assert_eq!(encrypted.encrypted_key, encrypted_key, "{}", case.id);
        assert_eq!(encrypted.header.tag, header.tag, "{}", case.id);
        assert_eq!(encrypted.header.iv, header.iv, "{}", case.id);
        assert_eq!(encrypted.header.p2s, header.p2s, "{}", case.id);
        assert_eq!(encrypted.header.p2c, header.p2c, "{}", case.id);
    }

    /// AES Key Wrap by itself, both ways.
    pub(crate) fn key_wrap(&self, case: &Case) -> Outcome {
        let alg = JweAlg::from_name(case.alg.as_ref().unwrap()).unwrap();
        let kek = KeyMaterial::oct(decode(case.kek_b64u.as_ref().unwrap()));
        let key_data = SecretBytes::new(decode(case.key_data_b64u.as_ref().unwrap()));
        let wrapped = decode(case.wrapped_b64u.as_ref().unwrap());
        let algorithm = self.registry.key_management(alg).unwrap();
        let (encryptor, decryptor) =
            (algorithm.encryptor(&kek).unwrap(), algorithm.decryptor(&kek).unwrap());
        let nothing = Scripted::new([]);
        let input = EncryptKeyInput::new(JweEnc::A128Gcm, nothing).with_cek(&key_data);
        let header = KeyManagementHeader::default();
        let unwrap = |octets: &[u8]| {
            decryptor.decrypt_key(&DecryptKeyInput::new(JweEnc::A128Gcm, octets, &header))
        };

        let encrypted = encryptor.encrypt_key(&input).unwrap();

        assert_eq!(encrypted.encrypted_key, wrapped, "{}", case.id);
        assert_eq!(unwrap(&wrapped).unwrap().expose(), key_data.expose(), "{}", case.id);
        for changed in flipped(&wrapped) {
            assert_eq!(unwrap(&changed).unwrap_err(), DecryptionFailed, "{}", case.id);
        }
        Ok(Strength::Reproduced)
    }

    /// Either side, with its own private key and the other's public one, comes to the key of the vector.
    pub(crate) fn agreement(&self, case: &Case) -> Outcome {
        let alg = JweAlg::from_name(case.alg.as_ref().unwrap()).unwrap();
        let (encrypted_key, expected) = match (&case.kdf, &case.made) {
            (Some(kdf), _) => (Vec::new(), decode(&kdf.derived_key_b64u)),
            (None, Some(made)) => (decode(&made.encrypted_key_b64u), decode(&made.cek_b64u)),
            // Without either there is nothing to compare: it has to be refused before.
            (None, None) => (Vec::new(), Vec::new()),
        };
        let [ephemeral, recipient] = &case.keys[..] else { panic!("{}", case.id) };
        for (own, other) in [(ephemeral, recipient), (recipient, ephemeral)] {
            let own = parse_jwk(&own.jwk)?;
            let other = parse_jwk(&public_members(&other.jwk))?;
            DecryptionKey::new(own.material(), alg, &self.registry)
                .map_err(|error| error.code())?;
            let mut header = management_header(case.header.as_ref().unwrap());
            header.epk = Some(other.material().clone());
            let input = DecryptKeyInput::new(enc_of(case), &encrypted_key, &header);
            let decryptor = self.registry.key_management(alg).unwrap().decryptor(own.material());

            let key = decryptor.unwrap().decrypt_key(&input).unwrap();

            assert_eq!(key.expose(), expected, "{}", case.id);
        }
        Ok(Strength::Reproduced)
    }
}

/// The protected header, and that of the recipient.
fn members(case: &Case, recipient: &Recipient) -> Map<String, Value> {
    let protected = case.protected_b64u.as_deref().filter(|text| !text.is_empty());
    let mut members: Map<String, Value> =
        protected.map_or_else(Map::new, |text| serde_json::from_slice(&decode(text)).unwrap());
    members.extend(recipient.header.clone().unwrap_or_default());
    members
}

fn management_header(members: &Map<String, Value>) -> KeyManagementHeader {
    let octets = |name: &str| members.get(name).map(|text| decode(text.as_str().unwrap()));
    let mut header = KeyManagementHeader::default();
    header.epk = members.get("epk").and_then(|epk| {
        let Value::Object(epk) = epk else { panic!("{epk}") };
        Some(parse_jwk(epk).ok()?.material().clone())
    });
    header.apu = octets("apu");
    header.apv = octets("apv");
    header.iv = octets("iv");
    header.tag = octets("tag");
    header.p2s = octets("p2s");
    header.p2c = members.get("p2c").map(|p2c| p2c.as_u64().unwrap().try_into().unwrap());
    header
}
