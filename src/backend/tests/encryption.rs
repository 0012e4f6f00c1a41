//! Key management and content encryption algorithms.
