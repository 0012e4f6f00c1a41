#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| josie_fuzz::jwe_json(input));
