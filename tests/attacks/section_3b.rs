//! Section III: RSA paddings that no primitive writes, signed by hand with the private key.

use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeyParams;
use josie::KeyType;
use josie::RsaParams;
use josie::RsaPrivate;
use josie::VerifyingKey;

use crate::authors::Author;
use crate::authors::assert_signature_is_refused;
use crate::authors::assert_signature_verifies;
use crate::authors::authors_of;
use crate::authors::authors_with;
use crate::authors::honest_input;
use crate::numbers::Modulus;
use crate::numbers::from_hex;
use crate::numbers::sha;

#[test]
fn a38_pkcs1_encoding_that_differs_in_anything_is_refused() {
    for (alg, authors) in authors_of_each([JwsAlg::Rs256, JwsAlg::Rs384, JwsAlg::Rs512]) {
        let key = PrivateKey::of(&authors[0]);
        let input = honest_input(alg);
        let message = input.as_bytes();
        let bits = hash_bits(alg);
        let hash = sha(bits, message);
        let honest = key.sign(&pkcs1(&digest_info(bits, &hash)));
        assert_eq!(honest, authors[0].sign(message), "{alg}");
        let sha1 = sha(1, message);

        let mut infos = digest_infos_that_differ(bits, &hash);
        infos.push(hash.clone());
        infos.push([&from_hex("3021300906052b0e03021a05000414")[..], &sha1].concat());
        for other in [256, 384, 512].into_iter().filter(|other| *other != bits) {
            infos.push(digest_info(other, &hash));
            infos.push(digest_info(other, &sha(other, message)));
        }
        let encodings = infos.iter().map(|info| pkcs1(info));
        for encoding in encodings.chain(paddings_that_differ(&digest_info(bits, &hash))) {
            assert_refused_by_each(&authors, &key.sign(&encoding));
        }
        assert_verified_by_each(&authors, &honest);
    }
}

/// DigestInfo that some readers took for the honest one: without NULL, in BER, with something inside or after.
fn digest_infos_that_differ(bits: usize, hash: &[u8]) -> Vec<Vec<u8>> {
    let oid = &digest_info(bits, hash)[4..15];
    let octets = value(0x04, hash);
    let algorithm = |parameters: &[u8]| value(0x30, &[oid, parameters].concat());
    let info = |algorithm: &[u8], rest: &[u8]| value(0x30, &[algorithm, rest].concat());
    let null = algorithm(&[5, 0]);
    let contents = [&null[..], &octets].concat();
    let len = u8::try_from(contents.len()).unwrap();
    let hash_len = u8::try_from(hash.len()).unwrap();
    vec![
        info(&algorithm(&[]), &octets),
        info(&algorithm(&[5, 1, 0]), &octets),
        info(&algorithm(&[4, 0]), &octets),
        info(&algorithm(&value(0x04, &[0x5a; 16])), &octets),
        info(&algorithm(&[5, 0, 5, 0]), &octets),
        info(&algorithm(&[5, 0x81, 0]), &octets),
        info(&null, &[&octets[..], &[5, 0]].concat()),
        info(&null, &[&octets[..], &[0x5a; 8]].concat()),
        info(&null, &value(0x24, &octets)),
        info(&null, &value(0x03, hash)),
        info(&null, &[&[4, 0x81, hash_len], hash].concat()),
        [&[0x30, 0x81, len], &contents[..]].concat(),
        [&[0x30, 0x82, 0, len], &contents[..]].concat(),
        [&[0x30, 0x80], &contents[..], &[0, 0]].concat(),
        [&digest_info(bits, hash)[..], &[0]].concat(),
        [&digest_info(bits, hash)[..], &[0x5a; 100]].concat(),
    ]
}

/// EMSA-PKCS1-v1_5 around the right DigestInfo with something else around it.
fn paddings_that_differ(info: &[u8]) -> Vec<Vec<u8>> {
    let honest = pkcs1(info);
    let separator = MODULUS_LEN - info.len() - 1;
    let altered = |at: usize, octet: u8| {
        let mut encoding = honest.clone();
        encoding[at] = octet;
        encoding
    };
    let mut short = [&[0, 1][..], &[0xff; 8], &[0], info].concat();
    short.resize(MODULUS_LEN, 0x5a);
    let mut shorter = [&[0, 1][..], &[0xff; 2], &[0], info].concat();
    shorter.resize(MODULUS_LEN, 0);
    let mut unpadded = [&[0, 1, 0][..], info].concat();
    unpadded.resize(MODULUS_LEN, 0xff);
    let zeros = [&vec![0; MODULUS_LEN - info.len()][..], info].concat();
    vec![
        altered(0, 1),
        altered(1, 0),
        altered(1, 2),
        altered(2, 0),
        altered(2, 0xfe),
        altered(separator / 2, 0),
        altered(separator - 1, 0xfe),
        altered(separator, 1),
        altered(separator, 0xff),
        short,
        shorter,
        unpadded,
        zeros,
    ]
}

#[test]
fn a38_rsa_key_with_another_exponent_than_usual_is_refused() {
    for author in authors_of(KeyType::Rsa) {
        let rsa = rsa_params(&author);
        let bound = |e: &[u8]| {
            let material = KeyMaterial::rsa_public(rsa.n(), e).unwrap();
            VerifyingKey::new(&material, author.alg, &author.registry).map(drop)
        };

        for e in [
            "01",
            "02",
            "03",
            "05",
            "11",
            "0101",
            "ffff",
            "010000",
            "010002",
            "0200000001",
            "ffffffffffffffff",
        ] {
            assert_eq!(bound(&from_hex(e)), Err(KeyError::RsaExponent), "{author}: {e}");
        }
        assert_eq!(bound(rsa.n()), Err(KeyError::RsaExponent), "{author}");
        for e in ["010001", "010003", "01ffffffff"] {
            assert_eq!(bound(&from_hex(e)), Ok(()), "{author}: {e}");
        }
    }
}

#[test]
fn a40_pss_salt_or_mask_of_another_hash_is_refused() {
    for (alg, authors) in authors_of_each([JwsAlg::Ps256, JwsAlg::Ps384, JwsAlg::Ps512]) {
        let key = PrivateKey::of(&authors[0]);
        let input = honest_input(alg);
        let message = input.as_bytes();
        let bits = hash_bits(alg);
        let hash = sha(bits, message);
        let salt_len = bits / 8;
        let longest = MODULUS_LEN - salt_len - 2;

        for other in [0, 1, 8, 20, 32, 48, 64, salt_len - 1, salt_len + 1, longest] {
            if other != salt_len {
                assert_refused_by_each(
                    &authors,
                    &key.sign(&pss(bits, bits, &hash, &vec![0x5a; other])),
                );
            }
        }
        for mask_bits in [1, 256, 384, 512].into_iter().filter(|mask_bits| *mask_bits != bits) {
            assert_refused_by_each(
                &authors,
                &key.sign(&pss(bits, mask_bits, &hash, &vec![0x5a; salt_len])),
            );
            assert_refused_by_each(
                &authors,
                &key.sign(&pss(mask_bits, mask_bits, &hash, &vec![0x5a; salt_len])),
            );
        }
        let honest = pss(bits, bits, &hash, &vec![0x5a; salt_len]);
        for (at, flipped) in
            [(0, 0x80), (MODULUS_LEN - 1, 0x01), (MODULUS_LEN - 2, 0x01), (1, 0x01)]
        {
            let mut altered = honest.clone();
            altered[at] ^= flipped;
            assert_refused_by_each(&authors, &key.sign(&altered));
        }
        assert_refused_by_each(&authors, &key.sign(&pkcs1(&digest_info(bits, &hash))));
        assert_verified_by_each(&authors, &key.sign(&honest));
    }
}

fn assert_refused_by_each(authors: &[Author], signature: &[u8]) {
    for author in authors {
        assert_signature_is_refused(author, signature);
    }
}

fn assert_verified_by_each(authors: &[Author], signature: &[u8]) {
    for author in authors {
        assert_signature_verifies(author, signature);
    }
}

/// For each algorithm, its author in every registry: all have one key, and what it signs is made once.
fn authors_of_each(algs: [JwsAlg; 3]) -> [(JwsAlg, Vec<Author>); 3] {
    algs.map(|alg| (alg, authors_with(alg)))
}

fn hash_bits(alg: JwsAlg) -> usize {
    alg.name()[2..].parse().unwrap()
}

/// The bare private operation, RSASP1 of RFC 8017 section 5.2.1.
struct PrivateKey {
    n: Modulus,
    p: (Modulus, Vec<u8>),
    q: (Modulus, Vec<u8>),
    /// 1 modulo p, and 0 modulo q.
    one_and_zero: Vec<u8>,
}

impl PrivateKey {
    fn of(author: &Author) -> Self {
        let rsa = rsa_params(author);
        let RsaPrivate { p, q, dp, dq, qi, .. } = rsa.private().unwrap();
        let n = Modulus::new(rsa.n());
        Self {
            p: (Modulus::new(p.expose()), dp.expose().to_vec()),
            q: (Modulus::new(q.expose()), dq.expose().to_vec()),
            one_and_zero: n.mul(q.expose(), qi.expose()),
            n,
        }
    }

    fn sign(&self, encoding: &[u8]) -> Vec<u8> {
        let root = |(prime, exponent): &(Modulus, Vec<u8>)| prime.pow(encoding, exponent);
        let of_p = self.n.mul(&root(&self.p), &self.one_and_zero);
        let of_q = root(&self.q);
        let surplus = self.n.mul(&of_q, &self.one_and_zero);
        let without_surplus = self.n.sub(&of_q, &surplus);
        self.n.add(&of_p, &without_surplus)
    }
}

fn rsa_params(author: &Author) -> &RsaParams {
    match author.material.params() {
        KeyParams::Rsa(rsa) => rsa,
        _ => panic!("not RSA"),
    }
}

const MODULUS_LEN: usize = 256;

/// EMSA-PKCS1-v1_5 (RFC 8017 section 9.2).
fn pkcs1(info: &[u8]) -> Vec<u8> {
    [&[0, 1][..], &vec![0xff; MODULUS_LEN - info.len() - 3], &[0], info].concat()
}

/// DigestInfo in DER (RFC 8017 section 9.2 note 1).
fn digest_info(bits: usize, hash: &[u8]) -> Vec<u8> {
    let oid = match bits {
        256 => 1,
        384 => 2,
        _ => 3,
    };
    let oid = [&from_hex("06096086480165030402")[..], &[oid]].concat();
    let algorithm = value(0x30, &[&oid[..], &[5, 0]].concat());
    value(0x30, &[algorithm, value(0x04, hash)].concat())
}

fn value(tag: u8, contents: &[u8]) -> Vec<u8> {
    let len = u8::try_from(contents.len()).unwrap();
    let length: &[u8] = if len < 0x80 { &[len] } else { &[0x81, len] };
    [&[tag], length, contents].concat()
}

/// EMSA-PSS (RFC 8017 section 9.1.1) for 2047 bits.
fn pss(hash_bits: usize, mask_bits: usize, hash: &[u8], salt: &[u8]) -> Vec<u8> {
    let digest = sha(hash_bits, &[&[0; 8], hash, salt].concat());
    let padding = MODULUS_LEN - digest.len() - salt.len() - 2;
    let block = [&vec![0; padding][..], &[1], salt].concat();
    let mask =
        (0_u32..).flat_map(|count| sha(mask_bits, &[&digest[..], &count.to_be_bytes()].concat()));
    let mut encoding: Vec<u8> = block.iter().zip(mask).map(|(octet, mask)| octet ^ mask).collect();
    encoding[0] &= 0x7f;
    [&encoding[..], &digest, &[0xbc]].concat()
}
