//! What the test files share.

#![allow(dead_code, unused_imports, unused_macros)] // Each test file uses a part of it.

pub(crate) mod assert_not;
pub(crate) mod counting;
pub(crate) mod exceptions;
pub(crate) mod hiding;

use josie::Registry;

/// Every registry that is built in, with the name that exceptions and failure messages call it by.
pub(crate) fn registries() -> Vec<(&'static str, Registry)> {
    vec![
        #[cfg(feature = "aws-lc-rs")]
        ("aws-lc-rs", Registry::aws_lc_rs()),
        #[cfg(feature = "ring")]
        ("ring", Registry::ring()),
    ]
}
