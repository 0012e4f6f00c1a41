//! PKCS#8 keys that are encrypted with a password (RFC 5958 section 3, RFC 8018).

use der::Decode;
use der::ErrorKind;
use pkcs5::pbes2::Kdf;
use pkcs5::pbes2::PBES2_OID;
use pkcs5::pbes2::Parameters;
use pkcs5::pbes2::ScryptParams;
use zeroize::Zeroizing;

use super::der::EncryptedPrivateKeyInfo;
use super::der::whole_document;
use super::import::MAX_INPUT_LEN;
use super::import::alone;
use super::import::blocks;
use super::import::no_document;
use super::import::other_format;
use super::read;
use crate::error::KeyError;
use crate::error::KeyFormat;
use crate::material::KeyMaterial;

const EXPECTED: &str = "encrypted PKCS#8 private key";
const EXPECTED_PEM: &str = "encrypted PKCS#8 private key in PEM";
const EXPECTED_DER: &str = "encrypted PKCS#8 private key in DER";

const MALFORMED: KeyError = KeyError::Encoding(KeyFormat::EncryptedPkcs8);

/// scrypt keeps this many bytes (RFC 7914 section 2): `128 * N * r`.
const MAX_SCRYPT_BYTES: u64 = 64 * 1024 * 1024;

/// And it does as much work for each of its lanes, one after the other: `128 * N * r * p`.
const MAX_SCRYPT_WORK: u64 = 4 * MAX_SCRYPT_BYTES;

/// The key in a PEM text with one block `ENCRYPTED PRIVATE KEY`.
pub(crate) fn open_pem(
    text: &str,
    password: &[u8],
    max_iterations: u32,
) -> Result<KeyMaterial, KeyError> {
    let blocks = blocks(text, MAX_INPUT_LEN, EXPECTED_PEM).map_err(|error| alone(error, text))?;
    let [block] = blocks.as_slice() else {
        return Err(other_format(EXPECTED, KeyFormat::SeveralPemBlocks));
    };
    match block.format() {
        KeyFormat::EncryptedPkcs8 => open(&block.decode()?, password, max_iterations),
        found => Err(other_format(EXPECTED, found)),
    }
}

/// The key in an EncryptedPrivateKeyInfo.
pub(crate) fn open_der(
    der: &[u8],
    password: &[u8],
    max_iterations: u32,
) -> Result<KeyMaterial, KeyError> {
    if der.len() > MAX_INPUT_LEN {
        return Err(other_format(EXPECTED_DER, KeyFormat::Unknown));
    }
    match whole_document(der) {
        Some(KeyFormat::EncryptedPkcs8) => open(der, password, max_iterations),
        Some(found) => Err(other_format(EXPECTED, found)),
        None => Err(no_document(der, EXPECTED_DER)),
    }
}

fn open(der: &[u8], password: &[u8], max_iterations: u32) -> Result<KeyMaterial, KeyError> {
    let info = EncryptedPrivateKeyInfo::from_der(der).map_err(|_| MALFORMED)?;
    let algorithm = info.encryption_algorithm;
    // RFC 8018 section 6.1: PBES1 is kept for compatibility only, with DES and RC2.
    if algorithm.algorithm != PBES2_OID {
        return Err(KeyError::UnknownKeyAlgorithm);
    }
    let parameters = algorithm.parameters.ok_or(MALFORMED)?;
    let scheme = Parameters::try_from(parameters).map_err(|error| match error.kind() {
        ErrorKind::OidUnknown { .. } => KeyError::UnknownKeyAlgorithm,
        _ => MALFORMED,
    })?;
    // Before the work, which whoever wrote the file chooses.
    check_work(&scheme.kdf, max_iterations)?;
    // Decrypted in place, and wiped with what the padding leaves.
    let mut buffer = Zeroizing::new(info.encrypted_data.as_bytes().to_vec());
    let key = scheme.decrypt_in_place(password, &mut buffer).map_err(|error| match error {
        // The length of the derived key is stated, and is not that of the cipher's key.
        pkcs5::Error::AlgorithmParametersInvalid { .. } => MALFORMED,
        _ => KeyError::WrongPassword,
    })?;
    // Without authentication, as of AES-CBC, a wrong password in 256 leaves the padding of a right one. What is wrong
    // about octets that it makes would say something of those that it does not.
    read::private_key(key).map_err(|_| KeyError::WrongPassword)
}

fn check_work(kdf: &Kdf, max_iterations: u32) -> Result<(), KeyError> {
    match kdf {
        Kdf::Pbkdf2(pbkdf2) if !(1..=max_iterations).contains(&pbkdf2.iteration_count) => {
            Err(KeyError::Iterations {
                alg: "PBKDF2",
                min: 1,
                max: max_iterations,
                found: pbkdf2.iteration_count,
            })
        }
        Kdf::Pbkdf2(_) => Ok(()),
        Kdf::Scrypt(scrypt) => check_scrypt(scrypt),
        _ => Err(KeyError::UnknownKeyAlgorithm),
    }
}

fn check_scrypt(scrypt: &ScryptParams) -> Result<(), KeyError> {
    let (n, r, p) =
        (scrypt.cost_parameter, u64::from(scrypt.block_size), u64::from(scrypt.parallelization));
    // RFC 7914 section 2: N is a power of two and more than 1; r and p are positive.
    if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
        return Err(MALFORMED);
    }
    let bytes = n.saturating_mul(r).saturating_mul(128);
    if bytes > MAX_SCRYPT_BYTES || bytes.saturating_mul(p) > MAX_SCRYPT_WORK {
        return Err(KeyError::ScryptCost);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use pkcs5::pbes2::Pbkdf2Params;
    use pkcs5::pbes2::Salt;

    use super::*;

    fn scrypt(n: u64, r: u16, p: u16) -> Result<(), KeyError> {
        check_scrypt(&ScryptParams {
            salt: Salt::new([0; 8]).unwrap(),
            cost_parameter: n,
            block_size: r,
            parallelization: p,
            key_length: None,
        })
    }

    #[test]
    fn iterations_are_bounded_on_both_sides() {
        for (count, is_allowed) in
            [(0, false), (1, true), (1000, true), (1001, false), (u32::MAX, false)]
        {
            let kdf = Kdf::Pbkdf2(Pbkdf2Params {
                iteration_count: count,
                ..Pbkdf2Params::hmac_sha256(1, &[0; 8]).unwrap()
            });
            let refused = KeyError::Iterations { alg: "PBKDF2", min: 1, max: 1000, found: count };

            let expected = if is_allowed { Ok(()) } else { Err(refused) };
            assert_eq!(check_work(&kdf, 1000), expected);
        }
    }

    #[test]
    fn scrypt_is_bounded_in_memory_and_work() {
        assert_eq!(scrypt(1 << 16, 8, 1), Ok(()));
        assert_eq!(scrypt(1 << 16, 9, 1), Err(KeyError::ScryptCost));
        assert_eq!(scrypt(1 << 17, 8, 1), Err(KeyError::ScryptCost));
        assert_eq!(scrypt(1 << 16, 8, 4), Ok(()));
        assert_eq!(scrypt(1 << 16, 8, 5), Err(KeyError::ScryptCost));
        assert_eq!(scrypt(2, u16::MAX, u16::MAX), Err(KeyError::ScryptCost));
        assert_eq!(scrypt(1 << 63, u16::MAX, u16::MAX), Err(KeyError::ScryptCost));
    }

    #[test]
    fn scrypt_parameters_that_it_does_not_have_are_malformed() {
        for (n, r, p) in [(0, 8, 1), (1, 8, 1), (3, 8, 1), (u64::MAX, 8, 1), (16, 0, 1), (16, 8, 0)]
        {
            assert_eq!(scrypt(n, r, p), Err(MALFORMED), "{n} {r} {p}");
        }
        assert_eq!(scrypt(2, 1, 1), Ok(()));
    }
}
