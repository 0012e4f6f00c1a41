//! The blocks of a PEM text (RFC 7468), and what may stand around them.

use der::pem::Decoder;
use zeroize::Zeroizing;

use super::format::PEM_BEGIN;
use super::format::labelled;
use super::import::EXPECTED;
use super::import::other_format;
use crate::error::KeyError;
use crate::error::KeyFormat;

/// What each line before a block, between two and after one does not have, and each boundary has.
const HYPHENS: &str = "-----";

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The label of curve parameters, which stand before a SEC1 key (RFC 5915 section 4).
pub(super) const EC_PARAMETERS: &str = "EC PARAMETERS";

/// One block, whose label at its end is that at its beginning.
#[derive(Clone, Copy)]
pub(super) struct Block<'t> {
    pub(super) label: &'t str,
    text: &'t str,
}

impl<'t> Block<'t> {
    /// The blocks of a text. All of the text is read: what is no block has no line that looks like part of one.
    ///
    /// The error says which block is broken, counted from 1.
    pub(super) fn all(text: &'t str) -> Result<Vec<Self>, (usize, KeyError)> {
        // Editors on Windows put one before the first line, which nobody sees there.
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let mut blocks = Vec::new();
        let mut open = None;
        let mut line_start = 0;
        for line in text.split(['\n', '\r']) {
            let (start, end) = (line_start, line_start + line.len());
            line_start = end + 1;
            if !line.contains(HYPHENS) {
                continue;
            }
            match (open.take(), begins(line), ends(line)) {
                (None, Some(label), _) => open = Some((label, start)),
                // RFC 7468 section 2: writers must put the same label there; josie insists.
                (Some((label, start)), _, Some(end_label)) if label == end_label => {
                    let text = text.get(start..end).unwrap_or_default().trim_ascii();
                    blocks.push(Block { label, text });
                }
                (Some((label, _)), _, _) => {
                    return Err((blocks.len() + 1, broken(label)));
                }
                (None, None, _) => {
                    return Err((blocks.len() + 1, KeyError::Encoding(meant(line))));
                }
            }
        }
        match open {
            Some((label, _)) => Err((blocks.len() + 1, broken(label))),
            None => Ok(blocks),
        }
    }

    pub(super) fn format(self) -> KeyFormat {
        labelled(self.label.as_bytes())
    }

    /// The octets that it encodes.
    pub(super) fn decode(self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.decoded().ok_or_else(|| self.refusal())
    }

    fn decoded(self) -> Option<Zeroizing<Vec<u8>>> {
        // RFC 7468 section 2: parsers may handle other line lengths than 64.
        let mut decoder = Decoder::new_detect_wrap(self.text.as_bytes()).ok()?;
        let mut der = Zeroizing::new(vec![0; decoder.remaining_len()]);
        decoder.decode(&mut der).ok()?;
        decoder.is_finished().then_some(der)
    }

    // RFC 7468 section 2 has no headers. Those of RFC 1421 section 4.6.1.1 say that the key is encrypted.
    fn refusal(self) -> KeyError {
        let is_encrypted = || {
            self.text.split(['\n', '\r']).any(|line| {
                line.strip_prefix("Proc-Type:").is_some_and(|value| value.contains("ENCRYPTED"))
            })
        };
        match self.format() {
            KeyFormat::Pkcs1PrivateKey | KeyFormat::Sec1 if is_encrypted() => {
                other_format(EXPECTED, KeyFormat::EncryptedTraditional)
            }
            format => KeyError::Encoding(format),
        }
    }
}

/// Whether there may be more than one block.
pub(super) fn has_several_blocks(text: &str) -> bool {
    text.matches(PEM_BEGIN).nth(1).is_some()
}

fn begins(line: &str) -> Option<&str> {
    label(line.trim_ascii().strip_prefix(PEM_BEGIN)?)
}

fn ends(line: &str) -> Option<&str> {
    label(line.trim_ascii().strip_prefix("-----END ")?)
}

fn label(rest: &str) -> Option<&str> {
    rest.strip_suffix(HYPHENS).filter(|label| !label.contains(HYPHENS))
}

fn broken(label: &str) -> KeyError {
    KeyError::Encoding(labelled(label.as_bytes()))
}

/// What a line was meant to begin, for an error message and nothing else.
fn meant(line: &str) -> KeyFormat {
    line.split_once(PEM_BEGIN)
        .and_then(|(_, rest)| rest.split_once(HYPHENS))
        .map_or(KeyFormat::Pem, |(label, _)| labelled(label.as_bytes()))
}
