//! Section IV: what a token costs before anybody knows whose it is.

use josie::Error;
use josie::Limit;
use josie::Limits;
use josie::Malformed;
use josie::Part;
use josie::UnverifiedJws;

use crate::peers::CLAIMS;
use crate::peers::HEADER;
use crate::peers::b64u;
use crate::peers::padded;
use crate::peers::rules;
use crate::peers::secret_peers;
use crate::peers::wide;

const MIB: usize = 1024 * 1024;

fn parse_error(token: &str, limits: &Limits) -> Error {
    UnverifiedJws::parse(token, limits).unwrap_err()
}

#[test]
fn a51_tokens_of_many_dots_are_refused_at_the_third() {
    let parts = Error::Malformed(Malformed::Parts);
    for peer in secret_peers() {
        let honest = peer.honest();

        assert!(peer.verify(&honest).is_ok());
        for hostile in [
            ".".repeat(10 * MIB),
            "a.".repeat(5 * MIB),
            honest.clone() + &".".repeat(10 * MIB),
            ".".repeat(10 * MIB) + &honest,
        ] {
            assert_eq!(peer.verify(&hostile).unwrap_err(), Error::Limit(Limit::Token));
            assert_eq!(peer.verify_by(&hostile, rules().limits(wide())).unwrap_err(), parts);
        }
        // As many as fit into a token.
        let most = Limits::default().token_bytes();
        for hostile in [".".repeat(most), "a.".repeat(most / 2)] {
            assert_eq!(peer.verify(&hostile).unwrap_err(), parts);
        }
    }
}

#[test]
fn a52_token_one_byte_over_the_limit_is_refused_before_it_is_decoded() {
    assert_eq!(Limits::default().token_bytes(), 262_144);
    for peer in secret_peers() {
        // 20 characters of header, 43 of signature, two dots: 262 079 are left, 196 559 octets.
        let claims = |len: usize| padded(CLAIMS, len);
        let largest = peer.token(HEADER, claims(196_559));
        let too_large = peer.token(HEADER, claims(196_560));

        assert_eq!((largest.len(), too_large.len()), (262_144, 262_145));
        assert!(peer.verify(&largest).is_ok());
        assert_eq!(peer.verify(&too_large).unwrap_err(), Error::Limit(Limit::Token));
        let raised = rules().limits(Limits::default().with_token_bytes(262_145));
        assert!(peer.verify_by(&too_large, raised).is_ok());
        let lowered = rules().limits(Limits::default().with_token_bytes(262_143));
        assert_eq!(peer.verify_by(&largest, lowered).unwrap_err(), Error::Limit(Limit::Token));
        // Not even the number of parts is looked at.
        assert_eq!(peer.verify(&"\n".repeat(262_145)).unwrap_err(), Error::Limit(Limit::Token));
    }
}

#[test]
fn a52_header_one_byte_over_the_limit_is_refused() {
    assert_eq!(Limits::default().header_bytes(), 16_384);
    for peer in secret_peers() {
        let header = |len: usize| padded(HEADER, len);

        assert!(peer.verify(&peer.token(header(16_384), CLAIMS)).is_ok());
        for len in [16_385, 16_386, 16_387, 20_000, 180_000] {
            assert_eq!(
                peer.verify(&peer.token(header(len), CLAIMS)).unwrap_err(),
                Error::Limit(Limit::Header)
            );
        }
        let raised = rules().limits(Limits::default().with_header_bytes(16_385));
        assert!(peer.verify_by(&peer.token(header(16_385), CLAIMS), raised).is_ok());
        // What is too long is not decoded, so what it consists of does not matter.
        let undecodable = peer.respelt(&peer.honest(), Part::Header, |_| "!".repeat(30_000));
        assert_eq!(peer.verify(&undecodable).unwrap_err(), Error::Limit(Limit::Header));
    }
}

#[test]
fn a52_oversized_segments_are_refused() {
    for peer in secret_peers() {
        let honest = peer.honest();
        let header = peer.token(padded(HEADER, 10 * MIB), CLAIMS);
        let signature = peer.respelt(&honest, Part::Signature, |_| "A".repeat(16 * MIB));
        let payload = peer.token(HEADER, vec![b' '; 10 * MIB]);

        assert!(peer.verify(&honest).is_ok());
        for hostile in [&header, &signature, &payload] {
            assert_eq!(peer.verify(hostile).unwrap_err(), Error::Limit(Limit::Token));
        }
        let long_token = Limits::default().with_token_bytes(usize::MAX);
        assert_eq!(parse_error(&header, &long_token), Error::Limit(Limit::Header));
        assert_eq!(
            peer.verify_by(&signature, rules().limits(long_token)).unwrap_err(),
            Error::InvalidSignature
        );
        assert_eq!(
            peer.verify_by(&payload, rules().limits(long_token)).unwrap_err(),
            Error::Malformed(Malformed::Json(Part::Payload))
        );
    }
}

#[test]
fn a52_kid_one_byte_over_the_limit_is_refused() {
    assert_eq!(Limits::default().kid_bytes(), 1024);
    for peer in secret_peers() {
        let token = |kid: &str| peer.token(format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#), CLAIMS);

        assert!(peer.verify(&token(&"k".repeat(1024))).is_ok());
        // Bytes count, not characters, and what an escape stands for, not how it is written.
        assert!(peer.verify(&token(&r"\u0061".repeat(1024))).is_ok());
        for kid in ["k".repeat(1025), "é".repeat(513), r"\u0061".repeat(1025)] {
            assert_eq!(peer.verify(&token(&kid)).unwrap_err(), Error::Limit(Limit::Kid));
        }
        let raised = rules().limits(Limits::default().with_kid_bytes(1025));
        assert!(peer.verify_by(&token(&"k".repeat(1025)), raised).is_ok());
    }
}

#[test]
fn a52_limits_of_zero_refuse_everything() {
    for peer in secret_peers() {
        let honest = peer.honest();
        let limits = Limits::default();

        assert!(peer.verify(&honest).is_ok());
        for (limits, limit) in [
            (limits.with_token_bytes(0), Limit::Token),
            (limits.with_header_bytes(0), Limit::Header),
            (limits.with_json_depth(0), Limit::Depth),
        ] {
            assert_eq!(parse_error(&honest, &limits), Error::Limit(limit));
        }
        let with_kid = b64u(r#"{"alg":"HS256","kid":"a"}"#) + ".e30.AA";
        assert_eq!(parse_error(&with_kid, &limits.with_kid_bytes(0)), Error::Limit(Limit::Kid));
    }
}
