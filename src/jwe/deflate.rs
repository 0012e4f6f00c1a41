//! Compressed plaintexts: raw DEFLATE (RFC 7516 section 4.1.3, RFC 1951).

use miniz_oxide::deflate::core::CompressorOxide;
use miniz_oxide::deflate::core::TDEFLFlush;
use miniz_oxide::deflate::core::TDEFLStatus;
use miniz_oxide::deflate::core::compress as deflate;
use miniz_oxide::deflate::core::create_comp_flags_from_zip_params;
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
pub(super) fn compress(plaintext: &[u8], limits: &Limits) -> Result<SecretBytes, Error> {
    const LEVEL: i32 = 6;
    if plaintext.len() > limits.plaintext_bytes() {
        return Err(Error::Limit(Limit::Plaintext));
    }
    // More than what does not compress takes, so that it never grows and leaves a copy behind.
    let room = plaintext.len().saturating_add(plaintext.len() / 8).saturating_add(128);
    let mut compressed = SecretBytes::new(vec![0; room]);
    let mut state = CompressorOxide::new(create_comp_flags_from_zip_params(LEVEL, 0, 0));
    let (status, _, written) =
        deflate(&mut state, plaintext, compressed.expose_mut(), TDEFLFlush::Finish);
    if status != TDEFLStatus::Done {
        return Err(Error::EncryptionFailed);
    }
    compressed.buffer_mut().truncate(written);
    Ok(compressed)
}

/// Decompresses one complete stream with nothing behind it, to at most the limit.
pub(super) fn decompress(content: &[u8], limits: &Limits) -> Result<SecretBytes, Error> {
    const FIRST_LEN: usize = 4096;
    let limit = limits.plaintext_bytes();
    let mut state = DecompressorOxide::new();
    let (mut read, mut written) = (0_usize, 0_usize);
    // As long as what has come out asks for, never as long as the limit alone would let it get. What it outgrows is
    // wiped.
    let mut plaintext = SecretBytes::new(vec![0; limit.min(FIRST_LEN)]);
    loop {
        let (status, more_read, more_written) = inflate(
            &mut state,
            content.get(read..).unwrap_or_default(),
            plaintext.expose_mut(),
            written,
            TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
        );
        read = read.saturating_add(more_read);
        written = written.saturating_add(more_written);
        match status {
            TINFLStatus::Done if read == content.len() => {
                plaintext.buffer_mut().truncate(written);
                return Ok(plaintext);
            }
            TINFLStatus::HasMoreOutput if plaintext.len() < limit => {
                let len = limit.min(plaintext.len().saturating_mul(2));
                let mut larger = Vec::with_capacity(len);
                larger.extend_from_slice(plaintext.expose());
                larger.resize(len, 0);
                plaintext = SecretBytes::new(larger);
            }
            TINFLStatus::HasMoreOutput => return Err(Error::Limit(Limit::Plaintext)),
            _ => return Err(Error::Malformed(Malformed::Compressed)),
        }
    }
}
