//! Keys and certificates in DER, written from values that need not belong together.

use josie::Curve;

/// PKCS#8 around PKCS#1: `integers` are n, e, d, p, q, dp, dq and qi.
pub(crate) fn rsa_pkcs8(version: u8, integers: &[Vec<u8>]) -> Vec<u8> {
    let integers: Vec<u8> = integers.iter().flat_map(|value| integer(value)).collect();
    let key = tlv(0x30, &[&[2, 1, version], &integers]);
    pkcs8(0, &rsa_algorithm(), &key, &[])
}

pub(crate) fn rsa_spki(n: &[u8], e: &[u8]) -> Vec<u8> {
    spki(&rsa_algorithm(), &tlv(0x30, &[&integer(n), &integer(e)]))
}

/// PKCS#8 around SEC1 with the public key.
pub(crate) fn ec_pkcs8(crv: Curve, d: &[u8], point: &[u8]) -> Vec<u8> {
    let public = tlv(0xa1, &[&bit_string(point)]);
    let key = tlv(0x30, &[&[2, 1, 1], &tlv(0x04, &[d]), &public]);
    pkcs8(0, &algorithm(crv), &key, &[])
}

pub(crate) fn ec_spki(crv: Curve, point: &[u8]) -> Vec<u8> {
    spki(&algorithm(crv), point)
}

/// PKCS#8 of version 2, which has the public key (RFC 8410 section 7).
pub(crate) fn okp_pkcs8(crv: Curve, d: &[u8], x: &[u8]) -> Vec<u8> {
    // RFC 5958 section 2: an implicitly tagged BIT STRING.
    pkcs8(1, &algorithm(crv), &tlv(0x04, &[d]), &tlv(0x81, &[&[0], x]))
}

pub(crate) fn okp_spki(crv: Curve, x: &[u8]) -> Vec<u8> {
    spki(&algorithm(crv), x)
}

/// A certificate of this key, with `junk` octets of an extension. It was valid for a second in 1970, its issuer is
/// itself by name, and its signature is none.
pub(crate) fn certificate(spki: &[u8], junk: usize) -> Vec<u8> {
    let ecdsa_sha256 = tlv(0x30, &[&oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2])]);
    let common_name = tlv(0x30, &[&oid(&[0x55, 4, 3]), &tlv(0x0c, &[b"made for the tests"])]);
    let name = tlv(0x30, &[&tlv(0x31, &[&common_name])]);
    let (from, to) = (tlv(0x17, &[b"700101000000Z"]), tlv(0x17, &[b"700101000001Z"]));
    let extension = tlv(0x30, &[&oid(&[0x2a, 3]), &tlv(0x04, &[&vec![0; junk]])]);
    let extensions = tlv(0xa3, &[&tlv(0x30, &[&extension])]);
    let tbs = tlv(
        0x30,
        &[
            &[0xa0, 3, 2, 1, 2],
            &[2, 1, 1],
            &ecdsa_sha256,
            &name,
            &tlv(0x30, &[&from, &to]),
            &name,
            spki,
            &extensions,
        ],
    );
    tlv(0x30, &[&tbs, &ecdsa_sha256, &bit_string(b"no signature")])
}

fn pkcs8(version: u8, algorithm: &[u8], key: &[u8], public: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&[2, 1, version], algorithm, &tlv(0x04, &[key]), public])
}

fn spki(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    tlv(0x30, &[algorithm, &bit_string(key)])
}

fn rsa_algorithm() -> Vec<u8> {
    tlv(0x30, &[&oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]), &[5, 0]])
}

fn algorithm(crv: Curve) -> Vec<u8> {
    let named: &[u8] = match crv {
        Curve::P256 => &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
        Curve::P384 => &[0x2b, 0x81, 4, 0, 0x22],
        Curve::P521 => &[0x2b, 0x81, 4, 0, 0x23],
        Curve::Secp256k1 => &[0x2b, 0x81, 4, 0, 0x0a],
        Curve::X25519 => return tlv(0x30, &[&oid(&[0x2b, 0x65, 0x6e])]),
        Curve::Ed25519 => return tlv(0x30, &[&oid(&[0x2b, 0x65, 0x70])]),
        _ => panic!("{crv} has no identifier here"),
    };
    tlv(0x30, &[&oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]), &oid(named)])
}

/// A positive INTEGER, which begins with a zero octet where the first bit is set.
fn integer(value: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if value.first().is_some_and(|first| *first >= 0x80) { &[0] } else { &[] };
    tlv(0x02, &[sign, value])
}

fn bit_string(octets: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], octets])
}

fn oid(content: &[u8]) -> Vec<u8> {
    tlv(0x06, &[content])
}

fn tlv(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let length: Vec<u8> =
        contents.len().to_be_bytes().into_iter().skip_while(|octet| *octet == 0).collect();
    let header = match &*length {
        [] => vec![tag, 0],
        [short @ 0..0x80] => vec![tag, *short],
        long => [&[tag, 0x80 | u8::try_from(long.len()).unwrap()], long].concat(),
    };
    [header, contents].concat()
}
