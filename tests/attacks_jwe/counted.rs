//! The built-in registries with every operation counted, and recipients that use them.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use josie::ContentCipher;
use josie::ContentEncryptionAlgorithm;
use josie::ContentInput;
use josie::DecryptKeyInput;
use josie::DecryptionFailed;
use josie::DecryptionKey;
use josie::EncryptKeyInput;
use josie::EncryptedKey;
use josie::EncryptionFailed;
use josie::Error;
use josie::GenerateInput;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeyDecryptor;
use josie::KeyEncryptor;
use josie::KeyError;
use josie::KeyManagementAlgorithm;
use josie::KeyManagementMode;
use josie::KeyMaterial;
use josie::KeySet;
use josie::KeyType;
use josie::Policy;
use josie::RandomFailed;
use josie::Registry;
use josie::SecretBytes;
use josie::SecureRandom;

use crate::content::with_every_enc;
use crate::sealing::PLAINTEXT;
use crate::sealing::Sealer;
use crate::sealing::sealers;

/// How often each operation was done.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    encrypt_key: AtomicUsize,
    decrypt_key: AtomicUsize,
    cipher: AtomicUsize,
    seal: AtomicUsize,
    open: AtomicUsize,
    random: AtomicUsize,
}

/// What a [`Counter`] has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Key derivations, agreements, wraps and RSA encryptions.
    pub(crate) encrypt_key: usize,
    /// Key derivations, agreements, unwraps and RSA decryptions.
    pub(crate) decrypt_key: usize,
    /// Key schedules of content encryption keys.
    pub(crate) cipher: usize,
    pub(crate) seal: usize,
    pub(crate) open: usize,
    /// Draws from the random generator.
    pub(crate) random: usize,
}

impl Counter {
    /// A registry that does what `inner` does and counts it, and its counter.
    pub(crate) fn around(inner: Registry) -> (Registry, &'static Self) {
        let counter: &'static Self = Box::leak(Box::default());
        let key_management = inner.key_management.iter().map(|inner| {
            let counted: &dyn KeyManagementAlgorithm = counted(counter, *inner);
            counted
        });
        let content_encryption = inner.content_encryption.iter().map(|inner| {
            let counted: &dyn ContentEncryptionAlgorithm = counted(counter, *inner);
            counted
        });
        let registry = Registry {
            key_management: key_management.collect::<Vec<_>>().leak(),
            content_encryption: content_encryption.collect::<Vec<_>>().leak(),
            random: counted(counter, inner.random),
            ..inner
        };
        (registry, counter)
    }

    /// What was done during `work`.
    pub(crate) fn during<T>(&self, work: impl FnOnce() -> T) -> (T, Counts) {
        self.take();
        let outcome = work();
        (outcome, self.take())
    }

    fn take(&self) -> Counts {
        let take = |count: &AtomicUsize| count.swap(0, Ordering::SeqCst);
        Counts {
            encrypt_key: take(&self.encrypt_key),
            decrypt_key: take(&self.decrypt_key),
            cipher: take(&self.cipher),
            seal: take(&self.seal),
            open: take(&self.open),
            random: take(&self.random),
        }
    }
}

/// What a token costs that is refused in time.
pub(crate) const NOTHING: Counts =
    Counts { encrypt_key: 0, decrypt_key: 0, cipher: 0, seal: 0, open: 0, random: 0 };

/// A recipient whose work is counted.
pub(crate) struct Recipient {
    pub(crate) sealer: Sealer,
    pub(crate) keys: KeySet<DecryptionKey>,
    pub(crate) counter: &'static Counter,
}

/// Every sealer, and the same key on the same registry, counted.
pub(crate) fn recipients() -> Vec<Recipient> {
    let counted = |sealer: Sealer| {
        let (registry, counter) = Counter::around(sealer.registry);
        let keys = KeySet::from(Sealer { registry, ..sealer.clone() }.key().with_kid("a"));
        Recipient { sealer, keys, counter }
    };
    with_every_enc(sealers()).into_iter().map(counted).collect()
}

impl Recipient {
    pub(crate) fn policy(&self) -> Policy {
        self.sealer.policy()
    }

    /// What an honest token takes.
    pub(crate) fn expected(&self) -> Counts {
        match self.sealer.alg.mode() {
            // The key schedule was made with the key.
            KeyManagementMode::DirectEncryption => Counts { open: 1, ..NOTHING },
            // Of a public key, the key that stands in for one that does not decrypt is drawn in any case.
            _ => Counts {
                random: usize::from(self.sealer.alg.kty() != KeyType::Oct),
                decrypt_key: 1,
                cipher: 1,
                open: 1,
                ..NOTHING
            },
        }
    }

    pub(crate) fn assert_honest(&self, token: &str) {
        let (jwe, counts) = self.counter.during(|| Jwe::decrypt(token, &self.keys, &self.policy()));
        assert_eq!(jwe.unwrap().plaintext(), PLAINTEXT);
        assert_eq!(counts, self.expected(), "{} {}", self.sealer.alg, self.sealer.enc);
    }

    /// The error of a token that must not decrypt, and what it took.
    pub(crate) fn fail(&self, token: &str) -> (Error, Counts) {
        let decrypt = || Jwe::decrypt(token, &self.keys, &self.policy());
        let (jwe, counts) = self.counter.during(decrypt);
        (jwe.unwrap_err(), counts)
    }

    pub(crate) fn assert_free(&self, subject: &str, token: &str, expected: Error) {
        self.assert_free_by(subject, token, &self.policy(), expected);
    }

    pub(crate) fn assert_free_by(
        &self,
        subject: &str,
        token: &str,
        policy: &Policy,
        expected: Error,
    ) {
        let (jwe, counts) = self.counter.during(|| Jwe::decrypt(token, &self.keys, policy));
        let subject = format!("{} {}: {subject}", self.sealer.alg, self.sealer.enc);
        assert_eq!(jwe.unwrap_err(), expected, "{subject}");
        assert_eq!(counts, NOTHING, "{subject}");
    }
}

fn add_one(count: &AtomicUsize) {
    count.fetch_add(1, Ordering::SeqCst);
}

/// Something of a registry, and where its work is counted.
#[derive(Debug)]
struct Counted<T> {
    counter: &'static Counter,
    inner: T,
}

fn counted<T>(counter: &'static Counter, inner: T) -> &'static Counted<T> {
    Box::leak(Box::new(Counted { counter, inner }))
}

impl SecureRandom for Counted<&'static dyn SecureRandom> {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomFailed> {
        add_one(&self.counter.random);
        self.inner.fill(out)
    }
}

impl KeyManagementAlgorithm for Counted<&'static dyn KeyManagementAlgorithm> {
    fn alg(&self) -> JweAlg {
        self.inner.alg()
    }

    fn encryptor(&self, key: &KeyMaterial) -> Result<Box<dyn KeyEncryptor>, KeyError> {
        let inner = self.inner.encryptor(key)?;
        Ok(Box::new(Counted { counter: self.counter, inner }))
    }

    fn decryptor(&self, key: &KeyMaterial) -> Result<Box<dyn KeyDecryptor>, KeyError> {
        let inner = self.inner.decryptor(key)?;
        Ok(Box::new(Counted { counter: self.counter, inner }))
    }

    fn generate(&self, input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        self.inner.generate(input)
    }
}

impl KeyEncryptor for Counted<Box<dyn KeyEncryptor>> {
    fn encrypt_key(&self, input: &EncryptKeyInput<'_>) -> Result<EncryptedKey, EncryptionFailed> {
        add_one(&self.counter.encrypt_key);
        self.inner.encrypt_key(input)
    }
}

impl KeyDecryptor for Counted<Box<dyn KeyDecryptor>> {
    fn decrypt_key(&self, input: &DecryptKeyInput<'_>) -> Result<SecretBytes, DecryptionFailed> {
        add_one(&self.counter.decrypt_key);
        self.inner.decrypt_key(input)
    }

    fn public_half(&self) -> Option<KeyMaterial> {
        self.inner.public_half()
    }
}

impl ContentEncryptionAlgorithm for Counted<&'static dyn ContentEncryptionAlgorithm> {
    fn enc(&self) -> JweEnc {
        self.inner.enc()
    }

    fn cipher(&self, cek: &SecretBytes) -> Result<Box<dyn ContentCipher>, KeyError> {
        add_one(&self.counter.cipher);
        let inner = self.inner.cipher(cek)?;
        Ok(Box::new(Counted { counter: self.counter, inner }))
    }
}

impl ContentCipher for Counted<Box<dyn ContentCipher>> {
    fn seal(&self, input: &ContentInput<'_>, in_out: &mut Vec<u8>) -> Result<(), EncryptionFailed> {
        add_one(&self.counter.seal);
        self.inner.seal(input, in_out)
    }

    fn open(&self, input: &ContentInput<'_>, in_out: &mut Vec<u8>) -> Result<(), DecryptionFailed> {
        add_one(&self.counter.open);
        self.inner.open(input, in_out)
    }
}
