//! A rotation of keys that decrypt, second by second: every sender and every recipient has a cache.

use josie::DecryptionKey;
use josie::EncryptionKey;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::KeyRing;
use josie::NumericDate;
use josie::Policy;
use josie::PublicJwkSet;
use josie::Registry;

use crate::common::registries;
use crate::script::CACHE;
use crate::script::Cached;
use crate::script::END;
use crate::script::LIFETIME;
use crate::script::Steps;
use crate::script::TICK;
use crate::script::assert_unknown_within;
use crate::script::date;
use crate::script::decryption_key;
use crate::script::is_looked_at;
use crate::script::ticks;

/// A rotation that waits for the recipients, then for the senders, then for the tokens.
const PATIENT: Steps = Steps {
    add: 100,
    promote: 100 + CACHE,
    end: 200 + CACHE + LIFETIME,
    retire: 200 + CACHE + LIFETIME,
};

const ENC: JweEnc = JweEnc::A256Gcm;

/// How a sender comes by its key.
fn fetch(
    ring: &KeyRing<DecryptionKey>,
    alg: JweAlg,
    now: NumericDate,
    registry: &Registry,
) -> EncryptionKey {
    if JweAlg::SYMMETRIC.contains(&alg) {
        return ring.encryption_key_at(now, ENC).unwrap();
    }
    let published = serde_json::to_string(&ring.public_jwk_set_at(now).unwrap()).unwrap();
    let set = PublicJwkSet::parse(&published).unwrap();
    let (keys, _) = EncryptionKey::all_from_jwk_set_with(&set, &[alg], ENC, registry);
    let [key] = <[_; 1]>::try_from(keys).unwrap();
    key
}

/// What was seen on a walk through a rotation.
#[derive(Default)]
struct Seen {
    /// When a sender encrypted to the old key for the last time.
    last_of_old: Option<NumericDate>,
    /// Honest tokens that a recipient refused while they were good.
    refused: Vec<(NumericDate, Error)>,
    /// What became of a token that somebody encrypts to the old key at any time, at each recipient.
    old: Vec<(NumericDate, Result<(), Error>)>,
}

fn walk(steps: Steps, alg: JweAlg, registry: &Registry) -> Seen {
    let [old, next] = ["1", "2"].map(|kid| decryption_key(alg, kid, registry));
    let policy = Policy::encrypted(&[alg], &[ENC]).build().unwrap();
    let late = encrypt(&old.encryption_key(ENC).unwrap());
    let mut ring = KeyRing::new(old).unwrap();
    let mut senders = Cached::of_every_age(|| fetch(&ring, alg, date(0), registry));
    let mut recipients = Cached::of_every_age(|| ring.key_set_at(date(0)));
    let mut tokens = Vec::new();
    let mut seen = Seen::default();
    for now in ticks() {
        ring = steps.take(ring, &next, now).unwrap();
        for sender in &mut senders {
            let key = sender.at(now, || fetch(&ring, alg, now, registry));
            if key.kid() == Some("1") {
                seen.last_of_old = Some(now);
            }
            tokens.push((encrypt(key), date(now.as_secs() + LIFETIME)));
        }
        for recipient in &mut recipients {
            let keys = recipient.at(now, || ring.key_set_at(now));
            let decrypt = |token: &str| Jwe::decrypt(token, keys, &policy).map(|_| ());
            for (token, _) in tokens.iter().filter(|(_, end)| is_looked_at(*end, now)) {
                seen.refused.extend(decrypt(token).err().map(|error| (now, error)));
            }
            seen.old.push((now, decrypt(&late)));
        }
    }
    seen
}

fn encrypt(key: &EncryptionKey) -> String {
    Jwe::encrypt(b"any octets", &Header::new(), key).unwrap()
}

fn walks(steps: Steps) -> Vec<Seen> {
    let mut walks = Vec::new();
    for (_, registry) in registries() {
        for alg in [JweAlg::A256Kw, JweAlg::EcdhEs] {
            // Not every registry has public keys.
            if registry.key_management(alg).is_some() {
                walks.push(walk(steps, alg, &registry));
            }
        }
    }
    walks
}

#[test]
fn rotation_that_waits_refuses_no_honest_token() {
    for seen in walks(PATIENT) {
        assert_eq!(seen.refused, []);
        // The last one whose cache was filled before the promotion.
        assert_eq!(seen.last_of_old, Some(date(PATIENT.promote - TICK + CACHE - TICK)));
    }
}

#[test]
fn rotation_that_does_not_wait_for_the_recipients_refuses_new_tokens() {
    for seen in walks(Steps { add: PATIENT.promote, ..PATIENT }) {
        assert_unknown_within(&seen.refused, PATIENT.promote..PATIENT.promote + CACHE);
    }
}

// With keys that sign, this would be enough: there, nobody uses the old key after the promotion.
#[test]
fn rotation_that_does_not_wait_for_the_senders_refuses_old_tokens() {
    let end = PATIENT.promote + CACHE;
    for seen in walks(Steps { end, ..PATIENT }) {
        assert_unknown_within(&seen.refused, end..PATIENT.end);
    }
}

#[test]
fn key_whose_period_is_over_decrypts_nothing_once_the_caches_are_new() {
    for (retire, gone) in [(END, PATIENT.end), (PATIENT.end, PATIENT.end), (400, 400)] {
        for seen in walks(Steps { retire, ..PATIENT }) {
            for (now, outcome) in seen.old {
                if now < date(gone) {
                    assert_eq!(outcome, Ok(()), "{now}");
                }
                if now >= date(gone + CACHE) {
                    assert_eq!(outcome, Err(Error::UnknownKey), "{now}");
                }
            }
        }
    }
}
