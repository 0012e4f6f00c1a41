//! Section X: compressed plaintexts, which are off, bounded, and complete.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josie::EncryptedJwe;
use josie::Error;
use josie::Header;
use josie::Jwe;
use josie::JweEnc;
use josie::Limits;
use josie::Malformed;
use josie::Refused;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::content::direct_sealers;
use crate::content::with_every_enc;
use crate::sealing::PLAINTEXT;
use crate::sealing::sealers;

/// [`PLAINTEXT`] as a DEFLATE stream of one stored block (RFC 1951 section 3.2.4).
fn stored_plaintext() -> Vec<u8> {
    let len = u16::try_from(PLAINTEXT.len()).unwrap();
    [&[1][..], &len.to_le_bytes(), &(!len).to_le_bytes(), PLAINTEXT].concat()
}

#[test]
fn a135_compression_that_the_policy_does_not_allow_is_refused() {
    for sealer in sealers() {
        let draft = sealer.draft();
        assert_eq!(sealer.decrypt(&draft.compact()).unwrap().plaintext(), PLAINTEXT);

        let compressed = draft.with("zip", json!("DEF")).plaintext(stored_plaintext()).compact();

        assert_eq!(sealer.error(&compressed), Error::Refused(Refused::Compression));
    }
}

#[test]
fn a135_a_zip_that_is_no_text_is_malformed() {
    for sealer in sealers() {
        let draft = sealer.draft();
        assert_eq!(sealer.decrypt(&draft.compact()).unwrap().plaintext(), PLAINTEXT);
        for zip in [json!(null), json!(1), json!([]), json!(["DEF"]), json!({}), json!(true)] {
            let error = sealer.error(&draft.clone().with("zip", zip.clone()).compact());
            assert_eq!(error, Error::Malformed(Malformed::HeaderType("zip")), "{zip}");
        }
    }
}

#[test]
fn a136_nothing_is_compressed_unless_it_is_asked_for() {
    for sealer in with_every_enc(sealers()) {
        // Made with as many iterations as josie demands, these take long, and are made by the same code.
        if sealer.alg.min_iterations().is_some() {
            continue;
        }
        let token = sealer.honest();
        // The header in full, so that no way of saying it is missed.
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
        let header: Map<String, Value> = serde_json::from_slice(&header).unwrap();
        assert_eq!(header.get("zip"), None);
        assert_eq!(
            EncryptedJwe::parse(&token, &Limits::default()).unwrap().header().param("zip"),
            None
        );
        assert_eq!(sealer.decrypt(&token).unwrap().plaintext(), PLAINTEXT);
    }
    for sealer in direct_sealers(JweEnc::GCM) {
        // As long as the plaintext, which every compression would make shorter.
        let plaintext = [b'a'; 10_000];
        let key = sealer.encryption_key();
        let token = Jwe::encrypt(&plaintext, &Header::new(), &key).unwrap();
        assert_eq!(token.split('.').nth(3).unwrap().len(), (plaintext.len() * 4).div_ceil(3));
    }
}

#[cfg(feature = "deflate")]
mod with_deflate {
    use josie::KeySet;
    use josie::Limit;
    use josie::Policy;
    use miniz_oxide::deflate::compress_to_vec;
    use miniz_oxide::deflate::compress_to_vec_zlib;

    use super::*;
    use crate::sealing::Sealer;
    use crate::streams::stored;
    use crate::streams::zeros;

    /// The default limit on what is decompressed, which RFC 8725's revision suggests.
    const CAP: usize = 250_000;

    fn policy(sealer: &Sealer, limits: Limits) -> Policy {
        Policy::encrypted(&[sealer.alg], &[sealer.enc])
            .allow_deflate()
            .limits(limits)
            .build()
            .unwrap()
    }

    /// What becomes of a token whose content is this stream.
    fn decrypt_by(sealer: &Sealer, stream: &[u8], limits: Limits) -> Result<Vec<u8>, Error> {
        let token = sealer.draft().with("zip", json!("DEF")).plaintext(stream).compact();
        Jwe::decrypt(&token, &KeySet::from(sealer.key()), &policy(sealer, limits))
            .map(|jwe| jwe.plaintext().to_vec())
    }

    fn decrypt(sealer: &Sealer, stream: &[u8]) -> Result<Vec<u8>, Error> {
        decrypt_by(sealer, stream, Limits::default())
    }

    #[test]
    fn a133_a_bomb_is_stopped_at_the_limit() {
        let written_by_a_compressor = compress_to_vec(&vec![0; 10_000_000], 9);
        for sealer in direct_sealers(JweEnc::ALL) {
            let small = decrypt(&sealer, &zeros(900)).unwrap();
            assert_eq!(small, vec![0; 258 * 900 + 1]);

            // A thousand to one, as much as DEFLATE can.
            for matches in [1000, 40_000, 700_000] {
                let error = decrypt(&sealer, &zeros(matches)).unwrap_err();
                assert_eq!(error, Error::Limit(Limit::Plaintext), "{matches}");
            }
            let error = decrypt(&sealer, &written_by_a_compressor).unwrap_err();
            assert_eq!(error, Error::Limit(Limit::Plaintext));
        }
    }

    #[test]
    fn a133_a_billion_octets_are_stopped_at_the_limit_whatever_the_token_may_be() {
        let stream = zeros(1_000_000_000 / 258);
        let limits = Limits::default().with_token_bytes(4_000_000);
        for sealer in direct_sealers(&[JweEnc::A128Gcm]) {
            let small = decrypt_by(&sealer, &zeros(900), limits).unwrap();
            assert_eq!(small.len(), 258 * 900 + 1);

            let error = decrypt_by(&sealer, &stream, limits).unwrap_err();

            assert_eq!(error, Error::Limit(Limit::Plaintext));
            // By default such a token is too long to begin with.
            assert_eq!(decrypt(&sealer, &stream).unwrap_err(), Error::Limit(Limit::Token));
        }
    }

    #[test]
    fn a134_exactly_the_limit_is_decompressed_and_one_octet_more_is_not() {
        let limits = |cap| Limits::default().with_plaintext_bytes(cap);
        for sealer in direct_sealers(JweEnc::ALL) {
            assert_eq!(Limits::default().plaintext_bytes(), CAP);
            let text = b"any octets ".repeat(CAP / 11 + 1);
            // Compressed well, quickly, and not at all.
            let streams = |len: usize| [9, 1, 0].map(|level| compress_to_vec(&text[..len], level));
            for stream in streams(CAP) {
                let limits = Limits::default().with_token_bytes(1_000_000);
                assert_eq!(decrypt_by(&sealer, &stream, limits).unwrap(), text[..CAP]);
            }
            for stream in streams(CAP + 1) {
                let limits = Limits::default().with_token_bytes(1_000_000);
                let error = decrypt_by(&sealer, &stream, limits).unwrap_err();
                assert_eq!(error, Error::Limit(Limit::Plaintext));
            }
            for cap in [0, 1, 2, 257, 258, 259, 32_768, 32_769] {
                for stream in streams(cap) {
                    let plaintext = decrypt_by(&sealer, &stream, limits(cap)).unwrap();
                    assert_eq!(plaintext, text[..cap]);
                }
                for stream in streams(cap + 1) {
                    let error = decrypt_by(&sealer, &stream, limits(cap)).unwrap_err();
                    assert_eq!(error, Error::Limit(Limit::Plaintext), "{cap}");
                }
            }
            // A higher limit lets through what the default one stops, and a lower one stops it.
            let stream = zeros(1000);
            let len = 258 * 1000 + 1;
            assert_eq!(decrypt_by(&sealer, &stream, limits(len)).unwrap(), vec![0; len]);
            let error = decrypt_by(&sealer, &stream, limits(len - 1)).unwrap_err();
            assert_eq!(error, Error::Limit(Limit::Plaintext));
        }
    }

    #[test]
    fn a134_many_small_blocks_count_as_what_they_hold() {
        for sealer in direct_sealers(&[JweEnc::A128Gcm]) {
            let limits = Limits::default().with_plaintext_bytes(20_000);
            let decrypt = |stream: &[u8]| decrypt_by(&sealer, stream, limits);
            let exact = [&b"x"[..]; 20_000];
            let more = [&b"x"[..]; 20_001];
            // Blocks that hold nothing are work without output: the length of the token bounds them.
            let empty = [&b""[..]; 30_000];

            assert_eq!(decrypt(&stored(&exact)).unwrap(), vec![b'x'; 20_000]);
            assert_eq!(decrypt(&stored(&more)).unwrap_err(), Error::Limit(Limit::Plaintext));
            assert_eq!(decrypt(&stored(&empty)).unwrap(), b"");
            // Full, and then only blocks that hold nothing.
            let full = vec![b'x'; 20_000];
            assert_eq!(decrypt(&stored(&[&full, b"", b""])).unwrap(), full);
            let error = decrypt(&stored(&[&full, b"", b"x"])).unwrap_err();
            assert_eq!(error, Error::Limit(Limit::Plaintext));
        }
    }

    #[test]
    fn a135_another_name_of_a_compression_is_refused() {
        for sealer in sealers() {
            let policy = policy(&sealer, Limits::default());
            let error = |zip| {
                let draft = sealer.draft().with("zip", json!(zip)).plaintext(stored_plaintext());
                Jwe::decrypt(&draft.compact(), &KeySet::from(sealer.key()), &policy).unwrap_err()
            };
            assert_eq!(decrypt(&sealer, &stored_plaintext()).unwrap(), PLAINTEXT);
            for zip in ["def", "Def", "GZIP", "DEFLATE", "", " DEF", "DEF ", "DEF\0", "none"] {
                assert_eq!(error(zip), Error::Refused(Refused::Compression), "{zip:?}");
            }
        }
    }

    #[test]
    fn a135_what_is_not_one_complete_stream_is_malformed() {
        let malformed = Error::Malformed(Malformed::Compressed);
        let dynamic = compress_to_vec(&PLAINTEXT.repeat(20), 6);
        let plaintexts = [
            (stored_plaintext(), PLAINTEXT.to_vec()),
            (compress_to_vec(PLAINTEXT, 6), PLAINTEXT.to_vec()),
            (dynamic, PLAINTEXT.repeat(20)),
            (compress_to_vec(b"", 6), Vec::new()),
        ];
        // Enough, and cheaper to wipe many times than the default.
        let limits = Limits::default().with_plaintext_bytes(2000);
        for sealer in direct_sealers(JweEnc::ALL) {
            let decrypt = |stream: &[u8]| decrypt_by(&sealer, stream, limits);
            for (stream, plaintext) in &plaintexts {
                assert_eq!(decrypt(stream).unwrap(), *plaintext);
                for garbage in [&b"\0"[..], b"junk", &[0; 8], &[0xff; 100], stream] {
                    let error = decrypt(&[stream, garbage].concat()).unwrap_err();
                    assert_eq!(error, malformed, "{} + {}", stream.len(), garbage.len());
                }
                for len in 0..stream.len() {
                    let error = decrypt(&stream[..len]).unwrap_err();
                    assert_eq!(error, malformed, "{len} of {}", stream.len());
                }
                // RFC 1950 and RFC 1952: wrapped.
                let zlib = compress_to_vec_zlib(plaintext, 6);
                assert_eq!(decrypt(&zlib).unwrap_err(), malformed);
                let gzip = [&b"\x1f\x8b\x08\0\0\0\0\0\0\x03"[..], stream, &[0; 8]].concat();
                assert_eq!(decrypt(&gzip).unwrap_err(), malformed);
            }
            // No stream at all, a block of the reserved type, and one whose length and its complement differ.
            for stream in [&b"plaintext"[..], &[7], &[1, 1, 0, 0, 0, b'x']] {
                assert_eq!(decrypt(stream).unwrap_err(), malformed);
            }
        }
    }

    #[test]
    fn a135_a_stream_is_read_only_after_its_tag() {
        for sealer in direct_sealers(JweEnc::ALL) {
            let compressed =
                |stream: &[u8]| sealer.draft().with("zip", json!("DEF")).plaintext(stream).seal();
            let policy = policy(&sealer, Limits::default());
            assert_eq!(decrypt(&sealer, &stored_plaintext()).unwrap(), PLAINTEXT);
            for stream in [stored_plaintext(), b"junk".to_vec(), zeros(40_000)] {
                let mut token = compressed(&stream);
                token.tag[0] ^= 1;
                let keys = KeySet::from(sealer.key());
                let error = Jwe::decrypt(&token.compact(), &keys, &policy).unwrap_err();
                assert_eq!(error, Error::DecryptionFailed);
            }
        }
    }

    #[test]
    fn a136_what_is_compressed_says_so_and_is_allowed_by_name() {
        for sealer in direct_sealers(JweEnc::ALL) {
            let key = sealer.encryption_key();
            let token = Jwe::encrypt_compressed(PLAINTEXT, &Header::new(), &key).unwrap();
            let keys = KeySet::from(sealer.key());

            let jwe = Jwe::decrypt(&token, &keys, &policy(&sealer, Limits::default())).unwrap();
            assert_eq!(jwe.plaintext(), PLAINTEXT);
            assert_eq!(sealer.error(&token), Error::Refused(Refused::Compression));

            let error = Jwe::encrypt_compressed(&vec![0; CAP + 1], &Header::new(), &key);
            assert_eq!(error.unwrap_err(), Error::Limit(Limit::Plaintext));
            assert!(Jwe::encrypt_compressed(&vec![0; CAP], &Header::new(), &key).is_ok());
        }
    }
}
