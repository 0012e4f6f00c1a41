//! No work is done for a token that structure, policy or the choice of the key refuses, and for any other exactly the
//! work that it takes.

use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::KeyManagementMode;
use josie::KeySet;
use josie::Limit;
use josie::Limits;
use josie::Malformed;
use josie::NoClaims;
use josie::Part;
use josie::Policy;
use josie::Refused;
use josie::Registry;
use josie::SealedJwt;
use serde_json::json;

use crate::counted::Counter;
use crate::counted::Counts;
use crate::counted::NOTHING;
use crate::counted::recipients;
use crate::passwords::PBES2;
use crate::passwords::with_p2c;
use crate::sealing::PLAINTEXT;
use crate::sealing::Sealer;
use crate::sealing::Token;
use crate::sealing::b64u;
use crate::sealing::sealers;

#[test]
fn an_honest_token_takes_one_operation_of_each_kind() {
    for recipient in recipients() {
        recipient.assert_honest(&recipient.sealer.draft().compact());
    }
}

#[test]
fn a_token_that_fails_at_its_tag_takes_as_much_as_an_honest_one() {
    for recipient in recipients() {
        let honest = recipient.sealer.draft().seal();
        recipient.assert_honest(&honest.compact());
        let mut wrong_tag = honest;
        wrong_tag.tag[0] ^= 1;

        let (error, counts) = recipient.fail(&wrong_tag.compact());

        assert_eq!(error, Error::DecryptionFailed);
        assert_eq!(counts, recipient.expected(), "{}", recipient.sealer.alg);
    }
}

// RFC 7516 section 11.5. With a public key, it takes no more and no less than an honest token.
#[test]
fn a_token_that_fails_at_its_encrypted_key_goes_all_the_way_with_a_random_one() {
    for recipient in recipients() {
        let honest = recipient.sealer.draft().seal();
        recipient.assert_honest(&honest.compact());
        if honest.encrypted_key.is_empty() {
            continue;
        }
        let mut wrong_key = honest;
        wrong_key.encrypted_key[0] ^= 1;

        let (error, counts) = recipient.fail(&wrong_key.compact());

        assert_eq!(error, Error::DecryptionFailed);
        let expected = Counts { random: 1, ..recipient.expected() };
        assert_eq!(counts, expected, "{}", recipient.sealer.alg);
    }
}

#[test]
fn a_token_that_is_no_compact_jwe_costs_nothing() {
    for recipient in recipients() {
        let honest = recipient.sealer.draft().compact();
        recipient.assert_honest(&honest);
        let parts: Vec<&str> = honest.split('.').collect();
        for count in [1, 3, 4] {
            let token = parts[..count].join(".");
            recipient.assert_free("parts", &token, Error::Malformed(Malformed::JweParts));
        }
        for token in [String::new(), format!("{honest}."), format!("{honest}.AA")] {
            recipient.assert_free("parts", &token, Error::Malformed(Malformed::JweParts));
        }
        let which = [Part::Header, Part::EncryptedKey, Part::Iv, Part::Ciphertext, Part::Tag];
        for (place, part) in which.into_iter().enumerate() {
            for fault in ["!", "=", "A", " "] {
                let mut parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
                // Four symbols more are as many octets as before and three.
                parts[place].push_str(if fault == "A" { "AAAAA" } else { fault });
                if fault == "A" && parts[place].len() % 4 != 1 {
                    continue;
                }
                let malformed = Error::Malformed(Malformed::Base64url(part));
                recipient.assert_free("base64url", &parts.join("."), malformed);
            }
        }
        let limits = Limits::default().with_token_bytes(honest.len() - 1);
        let policy = Policy::encrypted(&[recipient.sealer.alg], &[recipient.sealer.enc]);
        let policy = policy.limits(limits).build().unwrap();
        recipient.assert_free_by("length", &honest, &policy, Error::Limit(Limit::Token));
    }
}

#[test]
fn a_malformed_header_costs_nothing() {
    for recipient in recipients() {
        let draft = recipient.sealer.draft();
        recipient.assert_honest(&draft.compact());
        let header = &draft.header;
        let long_kid = format!(r#"{{"kid":"{}","#, "a".repeat(1025));
        let deep = format!(r#"{{"x":{}{},"#, "[".repeat(32), "]".repeat(32));
        let large = format!(r#"{{"x":"{}","#, "a".repeat(16 * 1024));
        for (header, expected) in [
            (header.replace('}', ""), Error::Malformed(Malformed::Json(Part::Header))),
            (format!("{header}{header}"), Error::Malformed(Malformed::Json(Part::Header))),
            (format!("[{header}]"), Error::Malformed(Malformed::NotAnObject(Part::Header))),
            (
                header.replacen('{', r#"{"enc":"A128GCM","#, 1),
                Error::Malformed(Malformed::DuplicateMember(Part::Header)),
            ),
            (header.replacen('{', &long_kid, 1), Error::Limit(Limit::Kid)),
            (header.replacen('{', &deep, 1), Error::Limit(Limit::Depth)),
            (header.replacen('{', &large, 1), Error::Limit(Limit::Header)),
            (header.replacen('{', r#"{"crit":[],"#, 1), Error::Malformed(Malformed::Crit)),
        ] {
            let mut malformed = draft.clone();
            malformed.header = header;
            recipient.assert_free(&malformed.header, &malformed.compact(), expected);
        }
        for (name, expected) in
            [("alg", Malformed::MissingAlg), ("enc", Malformed::MissingParameter("enc"))]
        {
            let without = draft.clone().without(name).compact();
            recipient.assert_free(name, &without, Error::Malformed(expected));
        }
    }
}

#[test]
fn a_header_that_the_policy_does_not_allow_costs_nothing() {
    for recipient in recipients() {
        let draft = recipient.sealer.draft();
        let honest = draft.compact();
        recipient.assert_honest(&honest);
        let critical = json!(["x"]);
        for (subject, token, reason) in [
            ("alg", draft.clone().with("alg", json!("RSA1_5")), Refused::UnknownAlgorithm),
            ("alg", draft.clone().with("alg", json!("none")), Refused::UnknownAlgorithm),
            ("enc", draft.clone().with("enc", json!("A128CBC")), Refused::UnknownEncryption),
            ("crit", draft.clone().with("x", json!(1)).with("crit", critical), Refused::Critical),
            ("typ", draft.clone().with("typ", json!("at+jwt")), Refused::Type),
            ("zip", draft.clone().with("zip", json!("DEF")), Refused::Compression),
            ("zip", draft.clone().with("zip", json!("GZIP")), Refused::Compression),
        ] {
            recipient.assert_free(subject, &token.compact(), Error::Refused(reason));
        }
        let Sealer { alg, enc, .. } = recipient.sealer;
        let other_algs: Vec<JweAlg> =
            JweAlg::ALL.iter().copied().filter(|other| *other != alg).collect();
        let other_encs: Vec<JweEnc> =
            JweEnc::ALL.iter().copied().filter(|other| *other != enc).collect();
        for (policy, reason) in [
            (Policy::encrypted(&other_algs, &[enc]), Refused::Algorithm),
            (Policy::encrypted(&[alg], &other_encs), Refused::Encryption),
            (Policy::signed(JwsAlg::MODERN), Refused::Algorithm),
        ] {
            let policy = policy.build().unwrap();
            recipient.assert_free_by("policy", &honest, &policy, Error::Refused(reason));
        }
    }
}

#[test]
fn a_password_token_outside_the_limits_costs_nothing() {
    for recipient in recipients() {
        let Sealer { alg, enc, .. } = recipient.sealer;
        if !PBES2.contains(&alg) {
            continue;
        }
        let draft = recipient.sealer.draft();
        recipient.assert_honest(&draft.compact());
        for count in ["0", "1", "999", "1200001", "2147483647", "4294967296"] {
            let token = with_p2c(draft.clone(), count).compact();
            recipient.assert_free(count, &token, Error::Limit(Limit::Iterations));
        }
        let wrong_type = Error::Malformed(Malformed::HeaderType("p2c"));
        recipient.assert_free("p2c", &with_p2c(draft.clone(), "-1").compact(), wrong_type);
        let salt = draft.clone().with("p2s", json!(b64u([7; 7]))).compact();
        recipient.assert_free("p2s", &salt, Error::Malformed(Malformed::HeaderValue("p2s")));
        for algs in [JweAlg::SYMMETRIC, JweAlg::ASYMMETRIC] {
            let policy = Policy::encrypted(algs, &[enc]).build().unwrap();
            let refused = Error::Refused(Refused::Algorithm);
            recipient.assert_free_by("preset", &draft.compact(), &policy, refused);
        }
    }
}

#[test]
fn a_token_without_exactly_one_key_costs_nothing() {
    for recipient in recipients() {
        let draft = recipient.sealer.draft();
        recipient.assert_honest(&draft.clone().with("kid", json!("a")).compact());
        let other_kid = draft.clone().with("kid", json!("b")).compact();
        recipient.assert_free("kid", &other_kid, Error::UnknownKey);

        let token = draft.compact();
        let key = recipient.keys.iter().next().unwrap();
        let two: KeySet<_> = [key.clone(), key.clone().with_kid("b")].into_iter().collect();
        let decrypt = |keys: &KeySet<_>| {
            recipient.counter.during(|| Jwe::decrypt(&token, keys, &recipient.policy()))
        };
        let (jwe, counts) = decrypt(&two);
        assert_eq!((jwe.unwrap_err(), counts), (Error::AmbiguousKey, NOTHING));
        let (jwe, counts) = decrypt(&[].into_iter().collect());
        assert_eq!((jwe.unwrap_err(), counts), (Error::UnknownKey, NOTHING));
        // The first one opens it, and the second one is left alone.
        let (jwe, counts) = decrypt(&two.try_up_to(2));
        assert_eq!(jwe.unwrap().plaintext(), PLAINTEXT);
        assert_eq!(counts, recipient.expected());
    }
}

#[test]
fn a_part_of_a_length_that_everybody_can_see_to_be_wrong_costs_nothing() {
    for recipient in recipients() {
        let honest = recipient.sealer.draft().seal();
        recipient.assert_honest(&honest.compact());
        let changed = |octets: &[u8]| {
            let mut lengths = vec![[octets, &[0]].concat(), [octets, &[0; 4096]].concat()];
            if let Some((_, shorter)) = octets.split_last() {
                lengths.extend([shorter.to_vec(), Vec::new()]);
            }
            lengths
        };
        let mut tokens = Vec::new();
        for encrypted_key in changed(&honest.encrypted_key) {
            tokens.push(Token { encrypted_key, ..honest.clone() });
        }
        for iv in changed(&honest.iv) {
            tokens.push(Token { iv, ..honest.clone() });
        }
        for tag in changed(&honest.tag) {
            tokens.push(Token { tag, ..honest.clone() });
        }
        for token in tokens {
            recipient.assert_free("length", &token.compact(), Error::DecryptionFailed);
        }
    }
}

#[test]
fn an_enc_that_the_registry_does_not_have_costs_nothing() {
    for sealer in sealers().into_iter().filter(|sealer| sealer.alg != JweAlg::Dir) {
        let (registry, counter) = Counter::around(sealer.registry);
        let draft = sealer.draft();
        let decrypt = |registry: Registry| {
            let keys = KeySet::from(Sealer { registry, ..sealer.clone() }.key());
            counter.during(|| Jwe::decrypt(&draft.compact(), &keys, &sealer.policy()))
        };
        assert_eq!(decrypt(registry).0.unwrap().plaintext(), PLAINTEXT);

        let (jwe, counts) = decrypt(Registry { content_encryption: &[], ..registry });

        assert_eq!(jwe.unwrap_err(), Error::Refused(Refused::UnsupportedEncryption));
        assert_eq!(counts, NOTHING);
    }
}

#[test]
fn a_token_that_does_not_hold_what_is_wanted_costs_nothing() {
    for recipient in recipients() {
        let Sealer { alg, enc, .. } = recipient.sealer;
        let policy = JwtPolicy::encrypted(&[alg], &[enc]).allow_missing_exp();
        let policy = policy.signed(JwsAlg::MODERN).build().unwrap();
        let draft = recipient.sealer.draft().plaintext(*b"{}");
        let nested = draft.clone().with("cty", json!("JWT")).compact();
        let bare = draft.compact();
        let refused = Error::Refused(Refused::ContentType);
        let issuers = [].into_iter().collect();

        let open = |token: &str| {
            recipient.counter.during(|| {
                SealedJwt::<NoClaims>::dangerous_decrypt_from_anyone(
                    token,
                    &recipient.keys,
                    &policy,
                )
                .map(|_| ())
            })
        };
        let open_nested = |token: &str| {
            recipient.counter.during(|| {
                Jwt::<NoClaims>::decrypt_and_verify(token, &recipient.keys, &issuers, &policy)
                    .map(|_| ())
            })
        };
        assert_eq!(open(&bare), (Ok(()), recipient.expected()));
        assert_eq!(open(&nested), (Err(refused.clone()), NOTHING));
        assert_eq!(open_nested(&bare), (Err(refused), NOTHING));
        // It is opened, and what it holds is no signed token.
        let inside = Error::Malformed(Malformed::Parts);
        assert_eq!(open_nested(&nested), (Err(inside), recipient.expected()));
    }
}

#[test]
fn making_a_token_draws_and_computes_what_it_takes() {
    for recipient in recipients() {
        // Made with as many iterations as josie demands, these take long.
        if PBES2.contains(&recipient.sealer.alg) {
            continue;
        }
        let key = recipient.keys.iter().next().unwrap();
        let key = key.encryption_key(recipient.sealer.enc).unwrap();

        let encrypt = || Jwe::encrypt(PLAINTEXT, &Header::new(), &key);
        let (token, counts) = recipient.counter.during(encrypt);

        recipient.assert_honest(&token.unwrap());
        let random = match recipient.sealer.alg.mode() {
            // The initialization vector; and where there is one a key; and with AES-GCM one more to wrap it.
            KeyManagementMode::DirectEncryption | KeyManagementMode::DirectKeyAgreement => 1,
            _ if recipient.sealer.alg.name().ends_with("GCMKW") => 3,
            _ => 2,
        };
        let managed = usize::from(recipient.sealer.alg != JweAlg::Dir);
        let expected = Counts { encrypt_key: managed, cipher: managed, seal: 1, random, ..NOTHING };
        assert_eq!(counts, expected, "{} {}", recipient.sealer.alg, recipient.sealer.enc);
    }
}
