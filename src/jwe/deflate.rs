//! Compressed plaintexts: raw DEFLATE (RFC 7516 section 4.1.3, RFC 1951).

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::DecompressorOxide;
use miniz_oxide::inflate::core::decompress as inflate;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;

use crate::error::Error;
use crate::error::Limit;
use crate::error::Malformed;
use crate::limits::Limits;
use crate::secret::SecretBytes;

/// Compresses what a reader with the default limits would decompress.
pub(super) fn compress(plaintext: &[u8], limits: &Limits) -> Result<Vec<u8>, Error> {
    const LEVEL: u8 = 6;
    if plaintext.len() > limits.plaintext_bytes() {
        return Err(Error::Limit(Limit::Plaintext));
    }
    Ok(compress_to_vec(plaintext, LEVEL))
}

/// Decompresses one complete stream with nothing behind it, to at most the limit.
pub(super) fn decompress(content: &[u8], limits: &Limits) -> Result<SecretBytes, Error> {
    // As long as the plaintext may get, so that it never grows: the limit holds while it is written, and no copy
    // of the plaintext is left behind.
    let mut plaintext = SecretBytes::new(vec![0; limits.plaintext_bytes()]);
    let mut state = DecompressorOxide::new();
    let (status, read, written) = inflate(
        &mut state,
        content,
        plaintext.expose_mut(),
        0,
        TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
    );
    match status {
        TINFLStatus::Done if read == content.len() => {
            let written = plaintext.expose().get(..written).unwrap_or_default();
            Ok(SecretBytes::new(written.to_vec()))
        }
        TINFLStatus::HasMoreOutput => Err(Error::Limit(Limit::Plaintext)),
        _ => Err(Error::Malformed(Malformed::Compressed)),
    }
}
