//! Which key format some octets are in, if they are in one.

use std::collections::BTreeMap;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::GeneralPurpose;
use base64::engine::GeneralPurposeConfig;
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use super::der::whole_document;
use crate::error::KeyFormat;

/// The start of a PEM block (RFC 7468 section 2).
pub(crate) const PEM_BEGIN: &str = "-----BEGIN ";

/// The format of octets that are a key, a JWK set or a certificate, as a text or in DER.
///
/// Such a document is no HMAC secret: whoever knows the public key would know it. A look at the
/// first octets never decides, since one random secret in 65 536 looks like DER there; the whole
/// document must parse.
pub(crate) fn detect(octets: &[u8]) -> Option<KeyFormat> {
    document(octets).or_else(|| document(&base64_text(octets)?))
}

/// The format that a PEM label names (RFC 7468 sections 5, 10, 11 and 13).
pub(crate) fn labelled(label: &[u8]) -> KeyFormat {
    match label {
        b"PRIVATE KEY" => KeyFormat::Pkcs8,
        b"ENCRYPTED PRIVATE KEY" => KeyFormat::EncryptedPkcs8,
        b"PUBLIC KEY" => KeyFormat::Spki,
        b"RSA PRIVATE KEY" => KeyFormat::Pkcs1PrivateKey,
        b"RSA PUBLIC KEY" => KeyFormat::Pkcs1PublicKey,
        b"EC PRIVATE KEY" => KeyFormat::Sec1,
        b"CERTIFICATE" | b"X509 CERTIFICATE" | b"TRUSTED CERTIFICATE" => KeyFormat::Certificate,
        b"OPENSSH PRIVATE KEY" => KeyFormat::OpenSsh,
        _ => KeyFormat::OtherPem,
    }
}

fn document(octets: &[u8]) -> Option<KeyFormat> {
    whole_document(octets)
        .or_else(|| pem(octets))
        .or_else(|| openssh_public_key(octets))
        .or_else(|| openssh_blob(octets))
        .or_else(|| json(octets))
}

// Anywhere in the text and with any line ends, also none: some configurations keep a PEM text on
// one line.
fn pem(text: &[u8]) -> Option<KeyFormat> {
    // One search for nearly every input: what all the marks below have in common.
    split_once(text, b"BEGIN ")?;
    // RFC 4716 section 3.1. Four hyphens and a space: no PEM. Half of it is none, and hides nothing behind it.
    let ssh2 = split_once(text, b"---- BEGIN SSH2 ").map(|(_, after)| after);
    if ssh2.is_some_and(|after| split_once(after, b"---- END SSH2 ").is_some()) {
        return Some(KeyFormat::OpenSsh);
    }
    let (_, after) = split_once(text, PEM_BEGIN.as_bytes())?;
    // The first line is enough: a text that was cut off, or read up to its first line end, is as public.
    let (label, rest) = split_once(after, b"-----")?;
    if split_once(rest, PEM_BEGIN.as_bytes()).is_some() {
        return Some(KeyFormat::SeveralPemBlocks);
    }
    Some(labelled(label))
}

// A line of `authorized_keys`, `known_hosts` or a `.pub` file: options or a host may stand before
// the type.
fn openssh_public_key(text: &[u8]) -> Option<KeyFormat> {
    let text = without_byte_order_mark(text);
    let mut words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let mut previous: &[u8] = b"";
    words
        .any(|word| {
            let is_key = is_openssh_key_type(previous) && is_openssh_blob(word);
            previous = word;
            is_key
        })
        .then_some(KeyFormat::OpenSsh)
}

// The blob by itself, in which the type stands again behind its length (RFC 4253 section 6.6).
fn openssh_blob(octets: &[u8]) -> Option<KeyFormat> {
    let (len, rest) = octets.split_first_chunk()?;
    let key_type = rest.get(..usize::try_from(u32::from_be_bytes(*len)).ok()?)?;
    is_openssh_key_type(key_type).then_some(KeyFormat::OpenSsh)
}

fn is_openssh_key_type(word: &[u8]) -> bool {
    let plain = [&b"ssh-rsa"[..], b"ssh-dss", b"ssh-ed25519", b"ssh-ed448"];
    plain.contains(&word)
        || word.starts_with(b"ecdsa-sha2-")
        // Hardware keys (`sk-..`) and OpenSSH certificates.
        || word.ends_with(b"@openssh.com")
}

// The blob begins with the length of its type in four octets (RFC 4253 section 6.6), three of them
// zero, so its base64 begins with four times A.
fn is_openssh_blob(word: &[u8]) -> bool {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    word.starts_with(b"AAAA") && word.iter().all(is_base64)
}

// RFC 7517 section 4.1: every JWK has `kty`; section 5: every JWK set has `keys`.
fn json(text: &[u8]) -> Option<KeyFormat> {
    let text = without_byte_order_mark(text).trim_ascii_start();
    if !text.starts_with(b"{") {
        return None;
    }
    // A map and not a struct with two members: a second `kty` must not hide the first.
    let members: BTreeMap<String, IgnoredAny> = serde_json::from_slice(text).ok()?;
    if members.contains_key("kty") {
        return Some(KeyFormat::Jwk);
    }
    members.contains_key("keys").then_some(KeyFormat::JwkSet)
}

/// The octets of a text that is base64 or base64url, with or without padding and line ends.
///
/// DER is often kept so where a configuration takes one line, and a `did:jwk` is a JWK in
/// base64url.
fn base64_text(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let text = without_byte_order_mark(text);
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte);
    if !text.iter().all(|byte| is_base64(byte) || byte.is_ascii_whitespace()) {
        return None;
    }
    // Both are made as long as they can get, so that no copy of a secret is left behind by growing.
    let mut characters = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut octets = Zeroizing::new(Vec::with_capacity(text.len()));
    characters.extend(text.iter().filter_map(|byte| match byte {
        b'-' => Some(b'+'),
        b'_' => Some(b'/'),
        _ => (!byte.is_ascii_whitespace()).then_some(*byte),
    }));
    LENIENT.decode_vec(&*characters, &mut octets).ok()?;
    Some(octets)
}

fn without_byte_order_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)
}

fn split_once<'a>(text: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = text.windows(mark.len()).position(|window| window == mark)?;
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.strip_prefix(mark)?))
}

#[cfg(test)]
mod tests;
