//! RSA keys with which everybody can sign, or which cost whoever verifies.

use josie::Jws;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeySet;
use josie::Policy;
use josie::VerifyingKey;
use wycheproof_ng_kdf_jose::json_web::TestName;
use wycheproof_ng_kdf_jose::json_web::TestSet;

use crate::common::registries;
use crate::documents::Document;
use crate::doors::RSA_ROLES;
use crate::doors::assert_as_jwk;
use crate::doors::assert_everywhere;

/// The private key with an odd modulus of this many bits.
fn with_modulus_of(bits: usize) -> Document {
    let mut n = vec![0xab; bits.div_ceil(8)];
    n[0] = u8::try_from(0xff >> (n.len() * 8 - bits)).unwrap();
    Document::private("rsa2048").with_octets("n", &n)
}

#[test]
fn a142_small_rsa_modulus_is_refused_to_sign_verify_and_encrypt() {
    for wanted in RSA_ROLES {
        for bits in [8, 512, 528, 768, 1023, 2040, 2047] {
            let small = wanted.half(&with_modulus_of(bits));
            assert_everywhere(&small, wanted, &Err(KeyError::RsaSize { bits }));
        }
        // A pair that works.
        let small = wanted.half(&Document::private("rsa1024"));
        assert_everywhere(&small, wanted, &Err(KeyError::RsaSize { bits: 1024 }));

        for honest in ["rsa2048", "rsa3072"] {
            assert_everywhere(&wanted.half(&Document::private(honest)), wanted, &Ok(()));
        }
    }
}

#[test]
fn a143_huge_rsa_modulus_is_refused_before_any_work() {
    for wanted in RSA_ROLES {
        for bits in [8193, 8200, 16_384, 65_536] {
            let huge = wanted.half(&with_modulus_of(bits));
            assert_everywhere(&huge, wanted, &Err(KeyError::RsaSize { bits }));
        }
        if !wanted.is_private() {
            let largest = wanted.half(&with_modulus_of(8192));
            assert_everywhere(&largest, wanted, &Ok(()));
        }
        let honest = wanted.half(&Document::private("rsa3072"));
        assert_everywhere(&honest, wanted, &Ok(()));
    }
}

// In DER and PEM the document itself is too long.
#[test]
fn a143_rsa_modulus_of_a_million_bits_is_refused_as_a_jwk() {
    let n = vec![0xff; 131_072];
    let mut e = n.clone();
    e[131_071] = 0xfd;
    for wanted in RSA_ROLES {
        let honest = wanted.half(&Document::private("rsa2048"));
        for huge in [
            honest.clone().with_octets("n", &n),
            honest.clone().with_octets("n", &n).with_octets("e", &e),
        ] {
            let expected = Err(KeyError::RsaSize { bits: 1_048_576 });
            assert_as_jwk(&huge, wanted, &expected);
        }
        assert_as_jwk(&honest, wanted, &Ok(()));
    }
}

#[test]
fn a143_huge_rsa_exponent_is_refused() {
    let n = Document::public("rsa2048").octets("n");
    let mut e = n.clone();
    e[255] ^= 2;
    for wanted in RSA_ROLES {
        for e in [&e[..], &[0xff; 256], &[1; 1025], &[2, 0, 0, 0, 1], &[1, 0, 0, 0, 0, 0, 0, 0, 1]]
        {
            let honest = wanted.half(&Document::private("rsa2048"));
            let huge = honest.clone().with_octets("e", e);
            assert_everywhere(&huge, wanted, &Err(KeyError::RsaExponent));
            assert_everywhere(&honest, wanted, &Ok(()));
        }
        if !wanted.is_private() {
            let largest =
                Document::public("rsa2048").with_octets("e", &[1, 0xff, 0xff, 0xff, 0xff]);
            assert_everywhere(&largest, wanted, &Ok(()));
        }
    }
}

#[test]
fn a144_rsa_exponent_that_is_one_small_or_even_is_refused() {
    for wanted in RSA_ROLES {
        let honest = wanted.half(&Document::private("rsa2048"));
        // With 1 a signature is the padded message itself.
        for e in [&[1][..], &[2], &[3], &[5], &[17], &[0xff, 0xff], &[1, 0, 0], &[1, 0, 2]] {
            let weak = honest.clone().with_octets("e", e);
            assert_everywhere(&weak, wanted, &Err(KeyError::RsaExponent));
        }
        assert_everywhere(&honest, wanted, &Ok(()));
    }
}

#[test]
fn a144_rsa_modulus_that_is_even_is_refused() {
    for wanted in RSA_ROLES {
        let honest = wanted.half(&Document::private("rsa2048"));
        let even = honest.clone().changed("n", |n| n[255] &= 0xfe);

        assert_everywhere(&even, wanted, &Err(KeyError::InvalidValue("n")));
        assert_everywhere(&honest, wanted, &Ok(()));
    }
}

#[test]
fn a144_rsa_integer_of_zero_or_with_leading_zeros_is_refused() {
    for member in ["n", "e"] {
        for wanted in RSA_ROLES {
            let honest = wanted.half(&Document::private("rsa2048"));
            let padded = honest.clone().changed(member, |octets| octets.insert(0, 0));
            let long =
                honest.clone().changed(member, |octets| *octets = [&[0; 9], &**octets].concat());
            let expected = KeyError::InvalidValue(member);
            for weak in [
                padded,
                long,
                honest.clone().with_octets(member, &[0]),
                honest.clone().with_octets(member, &[]),
            ] {
                assert_as_jwk(&weak, wanted, &Err(expected.clone()));
                assert_eq!(weak.raw().map(drop), Err(expected.clone()), "{wanted}");
            }
            assert_everywhere(&honest, wanted, &Ok(()));
        }
    }
}

/// The product of two big-endian integers.
fn product(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut product = vec![0_u8; a.len() + b.len()];
    for (i, x) in a.iter().enumerate().rev() {
        let mut carry = 0;
        for (j, y) in b.iter().enumerate().rev() {
            let sum = u32::from(product[i + j + 1]) + u32::from(*x) * u32::from(*y) + carry;
            product[i + j + 1] = u8::try_from(sum % 256).unwrap();
            carry = sum / 256;
        }
        product[i] = u8::try_from(carry).unwrap();
    }
    product
}

// Whether a public modulus is a product of two primes nobody can see; the private half shows that they are one.
#[test]
fn a144_rsa_modulus_that_is_a_square_signs_and_decrypts_nothing() {
    let honest = Document::private("rsa2048");
    let (p, q) = (honest.octets("p"), honest.octets("q"));
    assert_eq!(product(&p, &q), honest.octets("n"));
    let square = honest.clone().with_octets("n", &product(&p, &p)).with_octets("q", &p);
    let square = square.clone().with("dq", square.0["dp"].clone());

    for wanted in RSA_ROLES {
        let expected = if wanted.is_private() { Err(KeyError::Inconsistent) } else { Ok(()) };
        assert_everywhere(&wanted.half(&square), wanted, &expected);
        assert_everywhere(&wanted.half(&honest), wanted, &Ok(()));
    }
}

/// Whether the modulus has the fingerprint of CVE-2017-15361: modulo each small prime it is a power of 65537.
fn has_roca_fingerprint(n: &[u8]) -> bool {
    let primes = (3_u32..168).filter(|n| (2..*n).all(|divisor| n % divisor != 0));
    primes.clone().count() == 38
        && primes.into_iter().all(|prime| {
            let residue = n.iter().fold(0, |rest, octet| (rest * 256 + u32::from(*octet)) % prime);
            let mut powers = std::iter::successors(Some(1), |power| Some(power * 65537 % prime));
            powers.by_ref().take(168).any(|power| power == residue)
        })
}

// Documented in SECURITY.md: no modulus is searched for the fingerprints of bad generators, by none of the backends
// either. Such a key is well-formed, and has to be found by other means before it is trusted.
#[test]
fn a145_key_with_the_fingerprint_of_a_bad_generator_has_to_be_found_by_others() {
    let set = TestSet::load(TestName::JsonWebCrypto).unwrap();
    let group = set.test_groups.iter().find(|group| group.group_comment == "jws_rsa_roca_key");
    let group = group.unwrap();
    let public = Document(group.public_key.clone().unwrap());
    assert!(has_roca_fingerprint(&public.octets("n")));
    let token = group.tests[0].jws.as_ref().unwrap().as_str().unwrap();
    let policy = Policy::signed(&[JwsAlg::Rs256]).build().unwrap();

    for (name, registry) in registries() {
        let jwk = public.parse().unwrap();
        let key = VerifyingKey::new(jwk.material(), JwsAlg::Rs256, &registry).unwrap();
        let verified = Jws::verify(token, &KeySet::from(key), &policy);
        assert_eq!(verified.map(|jws| jws.payload().to_vec()), Ok(b"foo".to_vec()), "{name}");
    }
    for honest in ["rsa1024", "rsa2048", "rsa3072"] {
        assert!(!has_roca_fingerprint(&Document::public(honest).octets("n")), "{honest}");
    }
}
