//! Secrets that are none: empty, short, guessable.

use josie::JweAlg;
use josie::JweEnc;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyType;
use josie::Password;
use josie::Registry;

use crate::documents::Document;
use crate::doors::Wanted;
use crate::doors::assert_everywhere;

/// Every algorithm with a shared secret in both of its roles, and as many octets as it takes at least.
fn roles() -> Vec<(Wanted, usize)> {
    let hmac = JwsAlg::SYMMETRIC.iter().flat_map(|alg| {
        let min = alg.min_secret_len().unwrap();
        [(Wanted::Sign(*alg), min), (Wanted::Verify(*alg), min)]
    });
    let wrapping = JweAlg::ALL.iter().filter(|alg| alg.kty() == KeyType::Oct);
    let wrapping = wrapping.filter(|alg| alg.min_iterations().is_none());
    let wrapping = wrapping.filter_map(|alg| Some((*alg, alg.kek_len()?)));
    let wrapping =
        wrapping.flat_map(|(alg, len)| [(Wanted::Encrypt(alg), len), (Wanted::Decrypt(alg), len)]);
    let direct = JweEnc::ALL.iter().flat_map(|enc| {
        [Wanted::EncryptDirectly(*enc), Wanted::DecryptDirectly(*enc)]
            .map(|wanted| (wanted, enc.key_len()))
    });
    let roles: Vec<_> = hmac.chain(wrapping).chain(direct).collect();
    assert_eq!(roles.len(), 2 * (3 + 6 + 6));
    roles
}

/// The error of a secret of another length.
fn wrong_length(wanted: Wanted, needed: usize, found: usize) -> KeyError {
    let alg = wanted.name();
    match wanted {
        Wanted::Sign(_) | Wanted::Verify(_) => KeyError::SecretTooShort { alg, min: needed, found },
        _ => KeyError::SecretLength { alg, expected: needed, found },
    }
}

/// By every door, and by that for raw secrets.
#[track_caller]
fn assert_secret(secret: &[u8], wanted: Wanted, expected: &Result<(), KeyError>) {
    // What the key is for keeps an entry of a set from being nobody's.
    let document = Document::secret(1).with_octets("k", secret).with("alg", wanted.name());
    assert_everywhere(&document, wanted, expected);
    if wanted.is_in(&Registry::default()) {
        assert_eq!(wanted.bind_secret(secret), *expected, "{wanted}");
    }
}

#[test]
fn a140_empty_secret_is_no_key_for_anything() {
    for (wanted, needed) in roles() {
        assert_secret(b"", wanted, &Err(wrong_length(wanted, needed, 0)));
        assert_secret(&Document::secret(needed).octets("k"), wanted, &Ok(()));
    }
}

#[test]
fn a140_empty_password_is_refused() {
    assert_eq!(Password::new("").map(drop), Err(KeyError::EmptyPassword));
    assert_eq!(Password::new(" ").map(drop), Ok(()));
}

#[test]
fn a141_secret_that_is_one_octet_short_is_refused() {
    for (wanted, needed) in roles() {
        let short = Document::secret(needed - 1).octets("k");
        assert_secret(&short, wanted, &Err(wrong_length(wanted, needed, needed - 1)));
        assert_secret(&Document::secret(needed).octets("k"), wanted, &Ok(()));
    }
}

// Only HMAC takes longer ones, of which nothing is cut off.
#[test]
fn a141_secret_that_is_one_octet_long_is_not_cut() {
    for (wanted, needed) in roles() {
        let expected = match wanted {
            Wanted::Sign(_) | Wanted::Verify(_) => Ok(()),
            _ => Err(wrong_length(wanted, needed, needed + 1)),
        };
        assert_secret(&Document::secret(needed + 1).octets("k"), wanted, &expected);
        assert_secret(&Document::secret(needed).octets("k"), wanted, &Ok(()));
    }
}

#[test]
fn a141_words_of_guessing_lists_are_refused() {
    for word in [
        "secret",
        "password",
        "changeme",
        "your-256-bit-secret",
        "your-384-bit-secret",
        "jwt_secret_key",
        "/etc/keys/hmac.key",
        "00000000000000000000000000000000000000000000000000000000"[..31].as_ref(),
    ] {
        for alg in JwsAlg::SYMMETRIC {
            let needed = alg.min_secret_len().unwrap();
            for wanted in [Wanted::Sign(*alg), Wanted::Verify(*alg)] {
                let expected = Err(wrong_length(wanted, needed, word.len()));
                assert_secret(word.as_bytes(), wanted, &expected);
                // What makes it too short is its length and nothing else.
                assert_secret(word.repeat(needed).as_bytes(), wanted, &Ok(()));
            }
        }
    }
}
