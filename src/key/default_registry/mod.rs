//! The constructors that use the default registry. Without a backend there is none, and neither are they.

mod encryption;
mod signatures;
