//! Which key of a set an encrypted token is tried with.

use josie::DecryptionKey;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Policy;
use josie::Registry;

use crate::common::registries;

const PLAINTEXT: &[u8] = b"the quick brown fox jumps over the lazy dog";

#[test]
fn token_with_a_kid_is_tried_with_the_key_of_that_kid_only() {
    for (name, registry) in registries() {
        let [a, b] = [1, 2].map(|seed| wrapping(seed, &registry));
        let keys: KeySet<_> =
            [a.clone().with_kid("a"), b.clone().with_kid("b")].into_iter().collect();

        assert_eq!(decrypt(&token(&a.clone().with_kid("a")), &keys), Ok(()), "{name}");
        assert_eq!(decrypt(&token(&b.clone().with_kid("b")), &keys), Ok(()), "{name}");
        // The right secret under the wrong name, and under none of the names.
        let misnamed = token(&a.clone().with_kid("b"));
        assert_eq!(decrypt(&misnamed, &keys), Err(Error::DecryptionFailed), "{name}");
        let unnamed = token(&a.with_kid("c"));
        assert_eq!(decrypt(&unnamed, &keys), Err(Error::UnknownKey), "{name}");
        let more = keys.try_up_to(8);
        assert_eq!(decrypt(&misnamed, &more), Err(Error::DecryptionFailed), "{name}");
        assert_eq!(decrypt(&unnamed, &more), Err(Error::UnknownKey), "{name}");
    }
}

#[test]
fn key_without_a_kid_is_tried_if_no_key_has_the_kid_of_the_token() {
    for (name, registry) in registries() {
        let [named, nameless] = [1, 2].map(|seed| wrapping(seed, &registry));
        let keys: KeySet<_> = [named.clone().with_kid("a"), nameless.clone()].into_iter().collect();

        assert_eq!(decrypt(&token(&nameless.clone().with_kid("b")), &keys), Ok(()), "{name}");
        // Where one has it, the other is not tried.
        let error = decrypt(&token(&nameless.with_kid("a")), &keys);
        assert_eq!(error, Err(Error::DecryptionFailed), "{name}");
        assert_eq!(decrypt(&token(&named.with_kid("a")), &keys), Ok(()), "{name}");
    }
}

#[test]
fn kid_does_not_make_up_for_another_alg() {
    for (name, registry) in registries() {
        let secret = KeyMaterial::oct(vec![7; 16]).with_kid("a");
        let wrap = DecryptionKey::new(&secret, JweAlg::A128Kw, &registry).unwrap();
        let gcm = DecryptionKey::new(&secret, JweAlg::A128GcmKw, &registry).unwrap();
        let direct = DecryptionKey::direct(&secret, JweEnc::A128Gcm, &registry).unwrap();

        for (key, others) in
            [(&wrap, [&gcm, &direct]), (&gcm, [&wrap, &direct]), (&direct, [&wrap, &gcm])]
        {
            let token = token(key);
            let others: KeySet<_> = others.into_iter().cloned().collect();
            assert_eq!(decrypt(&token, &others), Err(Error::UnknownKey), "{} {name}", key.alg());
            let all: KeySet<_> = [&wrap, &gcm, &direct].into_iter().cloned().collect();
            assert_eq!(decrypt(&token, &all), Ok(()), "{} {name}", key.alg());
        }
    }
}

#[test]
fn token_without_a_kid_is_tried_with_one_key_unless_more_are_allowed() {
    for (name, registry) in registries() {
        let keys = [1, 2, 3].map(|seed| wrapping(seed, &registry));
        let set = || -> KeySet<_> { keys.iter().cloned().collect() };
        for key in &keys {
            let token = token(key);
            assert_eq!(decrypt(&token, &set()), Err(Error::AmbiguousKey), "{name}");
            assert_eq!(decrypt(&token, &set().try_up_to(2)), Err(Error::AmbiguousKey), "{name}");
            // Whichever it is: opening in vain leaves the content for the next key.
            assert_eq!(decrypt(&token, &set().try_up_to(3)), Ok(()), "{name}");
        }
        let stranger = token(&wrapping(4, &registry));
        let error = decrypt(&stranger, &set().try_up_to(3));
        assert_eq!(error, Err(Error::DecryptionFailed), "{name}");
        let nobody = KeySet::from_iter([]);
        assert_eq!(decrypt(&stranger, &nobody), Err(Error::UnknownKey), "{name}");
    }
}

#[test]
fn no_more_than_eight_keys_are_tried() {
    for (name, registry) in registries() {
        let keys = |count: u8| -> KeySet<_> {
            (0..count).map(|seed| wrapping(seed, &registry)).collect::<KeySet<_>>().try_up_to(100)
        };
        let last_of_eight = token(&wrapping(7, &registry));

        assert_eq!(decrypt(&last_of_eight, &keys(8)), Ok(()), "{name}");
        assert_eq!(decrypt(&last_of_eight, &keys(9)), Err(Error::AmbiguousKey), "{name}");
        let none = [wrapping(7, &registry)].into_iter().collect::<KeySet<_>>().try_up_to(0);
        assert_eq!(decrypt(&last_of_eight, &none), Ok(()), "{name}");
    }
}

#[test]
fn keys_for_dir_with_two_content_encryption_algorithms_share_a_set() {
    for (name, registry) in registries() {
        let direct = |octet: u8, enc: JweEnc| {
            let secret = KeyMaterial::oct(vec![octet; enc.key_len()]);
            DecryptionKey::direct(&secret, enc, &registry).unwrap()
        };
        let (small, large) = (direct(1, JweEnc::A128Gcm), direct(1, JweEnc::A256Gcm));
        let keys: KeySet<_> = [small.clone(), large.clone()].into_iter().collect();

        assert_eq!(decrypt(&token(&small), &keys), Ok(()), "{name}");
        assert_eq!(decrypt(&token(&large), &keys), Ok(()), "{name}");
        assert_eq!(decrypt(&token(&large), &KeySet::from(small.clone())), Err(Error::UnknownKey));
        let other = direct(2, JweEnc::A128Gcm);
        let three: KeySet<_> = [small.clone(), large.clone(), other.clone()].into_iter().collect();
        assert_eq!(decrypt(&token(&small), &three), Err(Error::AmbiguousKey), "{name}");
        assert_eq!(decrypt(&token(&large), &three), Ok(()), "{name}");
        let three = three.try_up_to(2);
        assert_eq!(decrypt(&token(&small), &three), Ok(()), "{name}");
        assert_eq!(decrypt(&token(&other), &three), Ok(()), "{name}");
    }
}

fn wrapping(seed: u8, registry: &Registry) -> DecryptionKey {
    DecryptionKey::new(&KeyMaterial::oct(vec![seed; 16]), JweAlg::A128Kw, registry).unwrap()
}

fn token(key: &DecryptionKey) -> String {
    let encs = [JweEnc::A128Gcm, JweEnc::A256Gcm];
    let key = encs.into_iter().find_map(|enc| key.encryption_key(enc).ok()).unwrap();
    Jwe::encrypt(PLAINTEXT, &Header::new(), &key).unwrap()
}

fn decrypt(token: &str, keys: &KeySet<DecryptionKey>) -> Result<(), Error> {
    let policy = Policy::encrypted(JweAlg::ALL, JweEnc::ALL).build().unwrap();
    let jwe = Jwe::decrypt(token, keys, &policy)?;
    assert_eq!(jwe.plaintext(), PLAINTEXT);
    Ok(())
}
