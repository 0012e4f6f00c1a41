//! Strict JSON (RFC 8259, RFC 7493): UTF-8, one value, no duplicate member at any depth, bounded depth, no
//! lone surrogates.
//!
//! The text is read once, by `serde_json`, through a [`Strict`] wrapper that checks names and depth as the
//! values pass by. What was checked is therefore what is returned; there is no second parser that could read
//! the same text otherwise. The wrapper reaches into the caller's own types as well.

mod key;
mod raw;
mod strict;
mod text;

use core::cell::Cell;
use core::marker::PhantomData;

use serde::de::DeserializeSeed;
use serde::de::IgnoredAny;
use serde_json::error::Category;

pub(crate) use self::raw::raw_elements;
pub(crate) use self::raw::raw_members;
pub(crate) use self::raw::string;
pub(crate) use self::strict::Strict;
pub(crate) use self::text::Text;

/// The deepest nesting that can be allowed. One level more is the last that the reader below gets through, and
/// is needed to tell what is too deep from what is not JSON.
pub(crate) const MAX_DEPTH: usize = 126;

/// Why a text was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonError {
    /// Not one JSON text in UTF-8.
    Syntax,
    /// A name stands twice in one object.
    Duplicate,
    /// Objects and arrays are nested too deeply.
    Depth,
    /// Well-formed as far as it was read, but not what the seed wanted, at this line and column.
    Type { line: usize, column: usize },
}

/// One strict reading: what its wrappers share.
#[derive(Default)]
pub(crate) struct Reading<'w> {
    fault: Cell<Option<Fault>>,
    /// Whether anything failed, also what the caller's type then took a default for.
    has_failed: Cell<bool>,
    armed: Cell<Option<&'w Watch<'w>>>,
}

impl<'w> Reading<'w> {
    /// Reads one JSON text strictly, with `seed` deciding what is made of it.
    ///
    /// `max_depth`: how many objects and arrays may be open at once, at most [`MAX_DEPTH`].
    pub(crate) fn read<'de, S: DeserializeSeed<'de>>(
        &'w self,
        text: &'de [u8],
        max_depth: usize,
        seed: S,
    ) -> Result<S::Value, JsonError> {
        // Checked for the whole text, since text that is skipped would otherwise be skipped as octets.
        let text = core::str::from_utf8(text).map_err(|_| JsonError::Syntax)?;
        let mut reader = serde_json::Deserializer::from_str(text);
        let result = seed
            .deserialize(self.wrap(&mut reader, max_depth))
            .and_then(|value| reader.end().map(|()| value));
        match (self.broken_rule(), result) {
            // What failed was left where it failed, so that the rest may have been read from within a string
            // or a value, or in place of what a broken text lacks. Of a text that is JSON, none of that can
            // come to an end.
            (None, Ok(value)) if self.has_failed.get() => check(text, max_depth).map(|()| value),
            (None, Ok(value)) => Ok(value),
            // Not only by the error: a caller's type may have taken a default in its place.
            (Some(broken), _) => Err(broken),
            (None, Err(error)) => Err(classify(&error)),
        }
    }

    /// Makes the deserializer of a value strict.
    pub(crate) fn wrap<D>(&'w self, inner: D, max_depth: usize) -> Strict<'w, D> {
        Strict::new(inner, self, max_depth.min(MAX_DEPTH))
    }

    /// Tells `watch` of the value of the object member whose name was read last.
    pub(crate) fn arm(&self, watch: &'w Watch<'w>) {
        self.armed.set(Some(watch));
    }

    #[inline]
    fn disarm(&self) -> Option<&'w Watch<'w>> {
        self.armed.take()
    }

    /// What made this reading fail, if that was one of its own rules.
    #[inline]
    pub(crate) fn broken_rule(&self) -> Option<JsonError> {
        self.fault.get().map(JsonError::from)
    }

    fn fault<E: serde::de::Error>(&self, fault: Fault) -> E {
        self.fault.set(Some(fault));
        E::custom("strict JSON")
    }

    /// Notes a failure, since the caller's type may go on as if there was none.
    fn note<T, E>(&self, result: Result<T, E>) -> Result<T, E> {
        if result.is_err() {
            self.has_failed.set(true);
        }
        result
    }
}

fn classify(error: &serde_json::Error) -> JsonError {
    match error.classify() {
        Category::Data => JsonError::Type { line: error.line(), column: error.column() },
        Category::Io | Category::Syntax | Category::Eof => JsonError::Syntax,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Duplicate,
    Depth,
    /// A name that makes serde_json read a string as JSON, which nothing would check, or as a number.
    PrivateName,
}

impl From<Fault> for JsonError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Duplicate => Self::Duplicate,
            Fault::Depth => Self::Depth,
            Fault::PrivateName => Self::Syntax,
        }
    }
}

/// Checks the structure of one JSON text and keeps nothing of it.
pub(crate) fn check(text: &str, max_depth: usize) -> Result<(), JsonError> {
    let seed = PhantomData::<IgnoredAny>;
    Reading::default().read(text.as_bytes(), max_depth, seed).map(|_| ())
}

/// One member whose value is compared with a list of strings while it passes by on its way into the caller's
/// type: which strings it may be, and whether it was one of them.
pub(crate) struct Watch<'w> {
    allowed: &'w [String],
    matched: Cell<bool>,
}

impl<'w> Watch<'w> {
    pub(crate) fn new(allowed: &'w [String]) -> Self {
        Self { allowed, matched: Cell::new(false) }
    }

    /// Whether the value was a string of the list.
    pub(crate) fn matched(&self) -> bool {
        self.matched.get()
    }

    fn see(&self, value: &str) {
        self.matched.set(self.allowed.iter().any(|allowed| allowed == value));
    }
}

#[cfg(test)]
mod tests;
