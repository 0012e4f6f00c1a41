//! The catalogue of attacks on tokens, one test for each: what must be refused, with the error that says so,
//! beside the honest token that differs in the attacked property alone.
#![cfg(any(feature = "aws-lc-rs", feature = "ring"))]

mod authors;
mod beyond;
#[path = "../common/mod.rs"]
mod common;
mod documents;
mod numbers;
mod peers;
mod section_11_thumbprints;
mod section_13_custom;
mod section_13_dates;
mod section_13_kinds;
mod section_13_types;
mod section_13_values;
mod section_1a;
mod section_1b;
mod section_1c;
mod section_1d;
mod section_1e;
mod section_2a;
mod section_2b;
mod section_3a;
mod section_3b;
mod section_3c;
mod section_3d;
mod section_4;
mod section_4_documents;
mod section_4_limits;
mod section_5;
mod section_5_documents;
mod section_5_limits;
mod section_5_text;
mod section_6_forms;
mod section_6_headers;
mod section_6_signatures;
mod section_7_critical;
mod section_7_detached;
mod section_others_api;
mod section_others_header;
mod section_others_parsers;
mod section_others_secrets;
mod section_others_sign;
