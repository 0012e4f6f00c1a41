//! Section X: tags and initialization vectors of another length, plaintext that is not authentic, and where
//! initialization vectors come from.

use std::collections::HashSet;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use josie::ContentCipher;
use josie::ContentEncryptionAlgorithm;
use josie::ContentInput;
use josie::DecryptionFailed;
use josie::DecryptionKey;
use josie::EncryptionFailed;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeySet;
use josie::RandomFailed;
use josie::Registry;
use josie::SecretBytes;
use josie::SecureRandom;

use crate::common::registries;
use crate::content::direct_sealers;
use crate::content::opener;
use crate::content::with_every_enc;
use crate::sealing::PLAINTEXT;
use crate::sealing::Sealer;
use crate::sealing::Token;
use crate::sealing::random;
use crate::sealing::sealers;

#[test]
fn a125_a_tag_of_another_length_does_not_decrypt() {
    for sealer in with_every_enc(sealers()) {
        let decrypt = opener(&sealer);
        let honest = sealer.draft().seal();
        assert_eq!(decrypt(&honest.compact()).unwrap().plaintext(), PLAINTEXT);
        let with_tag = |tag: Vec<u8>| Token { tag, ..honest.clone() }.compact();

        // Each of them is the beginning of the right one (RFC 7518 section 5.3: 128 bits).
        for len in 0..honest.tag.len() {
            let error = decrypt(&with_tag(honest.tag[..len].to_vec())).unwrap_err();
            assert_eq!(error, Error::DecryptionFailed, "{} {}: {len}", sealer.alg, sealer.enc);
        }
        for more in [1, 8, 16, 1000] {
            let error = decrypt(&with_tag([&honest.tag[..], &vec![0; more]].concat())).unwrap_err();
            assert_eq!(error, Error::DecryptionFailed, "{} {}: {more}", sealer.alg, sealer.enc);
        }
    }
}

#[test]
fn a125_octets_moved_between_ciphertext_and_tag_do_not_decrypt() {
    for sealer in with_every_enc(sealers()) {
        let decrypt = opener(&sealer);
        let honest = sealer.draft().seal();
        assert_eq!(decrypt(&honest.compact()).unwrap().plaintext(), PLAINTEXT);
        // Both in a row are what the cipher gets.
        let row = [&honest.ciphertext[..], &honest.tag].concat();
        for boundary in (0..=row.len()).filter(|boundary| *boundary != honest.ciphertext.len()) {
            let (ciphertext, tag) = row.split_at(boundary);
            let moved =
                Token { ciphertext: ciphertext.to_vec(), tag: tag.to_vec(), ..honest.clone() };
            let error = decrypt(&moved.compact()).unwrap_err();
            assert_eq!(error, Error::DecryptionFailed, "{} {}: {boundary}", sealer.alg, sealer.enc);
        }
    }
}

#[test]
fn a126_an_initialization_vector_of_another_length_does_not_decrypt() {
    for sealer in with_every_enc(sealers()) {
        let decrypt = opener(&sealer);
        let honest = sealer.draft().seal();
        assert_eq!(decrypt(&honest.compact()).unwrap().plaintext(), PLAINTEXT);
        for len in (0..=32).filter(|len| *len != sealer.enc.iv_len()) {
            // The right one, cut or followed by zeros, and any.
            let mut padded = honest.iv.clone();
            padded.resize(len, 0);
            for iv in [padded, random(&sealer.registry, len)] {
                let token = Token { iv, ..honest.clone() };
                let error = decrypt(&token.compact()).unwrap_err();
                assert_eq!(error, Error::DecryptionFailed, "{} {}: {len}", sealer.alg, sealer.enc);
            }
        }
    }
}

/// What [`Leaky`] leaves behind.
const LEFTOVER: &[u8] = b"plaintext that nobody has authenticated";

/// A backend that decrypts before it checks, and leaves the outcome where it was asked for it.
#[derive(Debug)]
struct Leaky;

impl ContentEncryptionAlgorithm for Leaky {
    fn enc(&self) -> JweEnc {
        JweEnc::A128Gcm
    }

    fn cipher(&self, _cek: &SecretBytes) -> Result<Box<dyn ContentCipher>, KeyError> {
        Ok(Box::new(Self))
    }
}

impl ContentCipher for Leaky {
    fn seal(
        &self,
        _input: &ContentInput<'_>,
        in_out: &mut Vec<u8>,
    ) -> Result<(), EncryptionFailed> {
        in_out.extend_from_slice(LEFTOVER);
        Err(EncryptionFailed)
    }

    fn open(
        &self,
        _input: &ContentInput<'_>,
        in_out: &mut Vec<u8>,
    ) -> Result<(), DecryptionFailed> {
        in_out.clear();
        in_out.extend_from_slice(LEFTOVER);
        Err(DecryptionFailed)
    }
}

#[test]
fn a131_nothing_comes_out_of_a_backend_that_leaves_plaintext_with_its_error() {
    for sealer in direct_sealers(&[JweEnc::A128Gcm]) {
        let token = sealer.honest();
        let registry = Registry { content_encryption: &[&Leaky], ..sealer.registry };
        let leaky = Sealer { registry, ..sealer.clone() };

        let error = leaky.error(&token);
        let sealed = Jwe::encrypt(PLAINTEXT, &Header::new(), &leaky.encryption_key());

        assert_eq!(error, Error::DecryptionFailed);
        assert_eq!(format!("{error} {error:?}"), "decryption failed DecryptionFailed");
        assert_eq!(sealed.unwrap_err(), Error::EncryptionFailed);
        // Nor does it reach the key that is tried next.
        for keys in [[leaky.key(), sealer.key()], [sealer.key(), leaky.key()]] {
            let keys = keys.into_iter().collect::<KeySet<_>>().try_up_to(2);
            let jwe = Jwe::decrypt(&token, &keys, &sealer.policy()).unwrap();
            assert_eq!(jwe.plaintext(), PLAINTEXT);
        }
    }
}

#[test]
fn a132_ten_thousand_tokens_have_as_many_initialization_vectors() {
    for sealer in direct_sealers(JweEnc::ALL) {
        let key = sealer.encryption_key();
        let iv = || {
            let token = Jwe::encrypt(b"", &Header::new(), &key).unwrap();
            token.split('.').nth(2).unwrap().to_owned()
        };

        let ivs: HashSet<String> = (0..10_000).map(|_| iv()).collect();

        assert_eq!(ivs.len(), 10_000, "{} on {}", sealer.enc, sealer.name);
    }
}

/// A generator that fails after some draws.
#[derive(Debug)]
struct FailsAfter {
    draws: AtomicUsize,
    inner: &'static dyn SecureRandom,
}

impl SecureRandom for FailsAfter {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomFailed> {
        let left = self.draws.load(Ordering::SeqCst);
        self.draws.store(left.checked_sub(1).ok_or(RandomFailed)?, Ordering::SeqCst);
        self.inner.fill(out)
    }
}

fn failing_after(draws: usize, registry: Registry) -> Registry {
    let random = FailsAfter { draws: AtomicUsize::new(draws), inner: registry.random };
    Registry { random: Box::leak(Box::new(random)), ..registry }
}

#[test]
fn a132_nothing_is_encrypted_without_random_octets() {
    for sealer in with_every_enc(sealers()) {
        let broken = Sealer { registry: failing_after(0, sealer.registry), ..sealer };

        let outcome = Jwe::encrypt(PLAINTEXT, &Header::new(), &broken.encryption_key());

        let subject = format!("{} {} on {}", broken.alg, broken.enc, broken.name);
        assert_eq!(outcome.unwrap_err(), Error::EncryptionFailed, "{subject}");
    }
}

#[test]
fn a132_no_draw_of_a_token_may_fail() {
    for (name, registry) in registries() {
        let material = KeyMaterial::oct(random(&registry, 16));
        let encrypt = |draws| {
            let registry = failing_after(draws, registry);
            let key = DecryptionKey::new(&material, JweAlg::A128GcmKw, &registry).unwrap();
            Jwe::encrypt(PLAINTEXT, &Header::new(), &key.encryption_key(JweEnc::A128Gcm).unwrap())
        };

        // The content encryption key, the initialization vector that wraps it, and that of the content.
        for draws in 0..3 {
            assert_eq!(encrypt(draws).unwrap_err(), Error::EncryptionFailed, "{name}: {draws}");
        }
        assert_eq!(encrypt(3).unwrap().split('.').count(), 5);
    }
}
