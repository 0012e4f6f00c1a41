//! Section IX: the document of the ephemeral key of ECDH-ES. What is wrong with it the sender does not learn (RFC 7516
//! section 11.5); what it has beside the key is ignored.

use std::fs;
use std::path::PathBuf;

use josie::Curve;
use josie::Error;
use josie::Jwe;
use josie::JweAlg;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Limit;
use josie::Limits;
use josie::Malformed;
use josie::Part;
use josie::Policy;
use serde_json::Value;
use serde_json::json;

use crate::agreeing::agreeing_sealers;
use crate::agreeing::crv;
use crate::agreeing::draft_for;
use crate::agreeing::from_b64u;
use crate::agreeing::sealers_on_prime_curves;
use crate::agreeing::shared_secret;
use crate::agreeing::with_private_key_one;
use crate::sealing::Draft;
use crate::sealing::Sealer;
use crate::sealing::b64u;
use crate::sealing::public_jwk;
use crate::verdicts::assert_decrypts;
use crate::verdicts::assert_fails;

/// The coordinates of an ephemeral key.
const COORDINATES: [&str; 2] = ["x", "y"];

#[test]
fn a104_epk_that_is_no_object_is_refused() {
    for sealer in agreeing_sealers() {
        let twin = sealer.draft();
        let honest = twin.member("epk");
        assert_decrypts(&sealer, &twin.compact());

        for epk in [
            json!(null),
            json!(true),
            json!(1),
            json!(""),
            json!(honest.to_string()),
            json!(b64u(honest.to_string())),
            json!([]),
            json!([honest]),
            json!({}),
            json!({"keys": [honest]}),
            json!({"jwk": honest}),
        ] {
            let token = twin.clone().with("epk", epk.clone()).compact();
            assert_fails(&sealer, &token, epk);
        }
        assert_fails(&sealer, &twin.clone().without("epk").compact(), "absent");
        let elsewhere = twin.clone().without("epk").with("jwk", honest).compact();
        assert_fails(&sealer, &elsewhere, "in another parameter");
    }
}

#[test]
fn a104_epk_of_another_type_or_curve_is_refused() {
    for sealer in agreeing_sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());

        for (member, values) in [
            ("kty", json!(["ec", "okp", "RSA", "oct", "", "EC ", 1, null, ["EC"]])),
            ("crv", json!(["p-256", "secp256r1", "x25519", "", "P-256 ", "X448", 1, null, []])),
            ("crv", json!(["secp256k1", "Ed25519"])),
        ] {
            for value in values.as_array().unwrap() {
                assert_fails(&sealer, &with_member(&twin, member, value.clone()), value);
            }
            assert_fails(&sealer, &without_member(&twin, member), member);
        }
        // The same values under the name of another type and curve.
        let own = crv(&sealer);
        for other in [Curve::P256, Curve::P384, Curve::P521, Curve::X25519] {
            if other != own {
                let token = with_member(&twin, "crv", json!(other.name()));
                assert_fails(&sealer, &token, other);
            }
        }
        let other_type = if own == Curve::X25519 { "EC" } else { "OKP" };
        assert_fails(&sealer, &with_member(&twin, "kty", json!(other_type)), other_type);
    }
}

#[test]
fn a104_epk_that_is_an_honest_key_of_another_curve_is_refused() {
    for sealer in agreeing_sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());

        for name in ["p256", "p384", "p521", "secp256k1", "x25519", "ed25519"] {
            let public = public_fixture(name);
            if public.crv() != sealer.material.crv() {
                let token = twin.clone().with("epk", public_jwk(&public)).compact();
                assert_fails(&sealer, &token, name);
            }
        }
        for epk in [
            json!({"kty": "oct", "k": b64u([7; 32])}),
            json!({"kty": "RSA", "n": b64u([0xc5; 256]), "e": "AQAB"}),
        ] {
            assert_fails(&sealer, &twin.clone().with("epk", epk.clone()).compact(), epk);
        }
    }
}

#[test]
fn a104_epk_with_a_coordinate_that_is_missing_or_of_another_type_is_refused() {
    for sealer in agreeing_sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());

        for name in coordinates(&sealer) {
            assert_fails(&sealer, &without_member(&twin, name), format!("no {name}"));
            let honest = twin.member("epk")[*name].clone();
            for value in [json!(null), json!(1), json!(true), json!([honest]), json!({"x": honest})]
            {
                assert_fails(&sealer, &with_member(&twin, name, value.clone()), value);
            }
        }
    }
}

/// RFC 7518 section 6.2.1.2: the length of a coordinate is that of the field, and no zero is left out.
#[test]
fn a104_epk_with_a_coordinate_of_another_length_is_refused() {
    for sealer in agreeing_sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());

        for name in coordinates(&sealer) {
            let honest = from_b64u(&twin.member("epk")[*name]);
            for octets in [
                vec![],
                vec![0],
                honest[1..].to_vec(),
                honest[..honest.len() - 1].to_vec(),
                [&[0], &honest[..]].concat(),
                [&honest[..], &[0]].concat(),
                [&honest[..], &honest[..]].concat(),
                [&[4], &honest[..], &honest[..]].concat(),
                [&[2], &honest[..]].concat(),
            ] {
                let token = with_member(&twin, name, json!(b64u(&octets)));
                assert_fails(&sealer, &token, format!("{name} of {} octets", octets.len()));
            }
        }
    }
}

/// Put together, the two coordinates would still be the octets of the honest point.
#[test]
fn a104_epk_with_an_octet_moved_between_its_coordinates_is_refused() {
    for sealer in sealers_on_prime_curves() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());
        let epk = twin.member("epk");
        let point = [from_b64u(&epk["x"]), from_b64u(&epk["y"])].concat();

        let half = point.len() / 2;
        for cut in [0, 1, half - 1, half + 1, point.len()] {
            let mut epk = epk.clone();
            let (x, y) = point.split_at(cut);
            (epk["x"], epk["y"]) = (json!(b64u(x)), json!(b64u(y)));
            let token = twin.clone().with("epk", epk).compact();
            assert_fails(&sealer, &token, format!("x of {cut} octets"));
        }
    }
}

/// One coordinate in 256 begins with a zero octet, without which it would be the same integer.
#[test]
fn a104_epk_with_a_coordinate_without_its_leading_zero_is_refused() {
    for sealer in sealers_on_prime_curves() {
        if sealer.alg != JweAlg::EcdhEs {
            continue;
        }
        for name in COORDINATES {
            let begins_with_zero = |draft: &Draft| from_b64u(&draft.member("epk")[name])[0] == 0;
            let twin = (0..100_000).map(|_| sealer.draft()).find(begins_with_zero).unwrap();
            assert_decrypts(&sealer, &twin.compact());

            let shorter = b64u(&from_b64u(&twin.member("epk")[name])[1..]);
            assert_fails(&sealer, &with_member(&twin, name, json!(shorter)), name);
        }
    }
}

#[test]
fn a104_epk_with_a_coordinate_that_is_not_canonical_base64url_is_refused() {
    for sealer in agreeing_sealers() {
        for name in coordinates(&sealer) {
            // One that has a character of the URL-safe alphabet.
            let has_url_safe = |draft: &Draft| text(draft, name).contains(['-', '_']);
            let twin = (0..1000).map(|_| sealer.draft()).find(has_url_safe).unwrap();
            assert_decrypts(&sealer, &twin.compact());
            let honest = text(&twin, name);

            let mut spellings = vec![
                honest.replace('-', "+").replace('_', "/"),
                format!("{honest}="),
                format!("{honest}\n"),
                format!(" {honest}"),
                format!("{honest}\0"),
                format!("{}\r\n{}", &honest[..20], &honest[20..]),
            ];
            if honest.len() % 4 == 3 {
                // The last character has two bits that belong to no octet.
                let (rest, last) = honest.split_at(honest.len() - 1);
                spellings.push(format!("{rest}{}", next_character(last)));
            }
            for spelling in spellings {
                let token = with_member(&twin, name, json!(spelling));
                assert_fails(&sealer, &token, format!("{spelling:?}"));
            }
        }
    }
}

#[test]
fn a104_epk_with_a_duplicate_member_is_malformed() {
    for sealer in agreeing_sealers() {
        let mut draft = sealer.draft();
        assert_decrypts(&sealer, &draft.compact());

        draft.header = draft.header.replace("\"crv\":", "\"crv\":\"P-256\",\"crv\":");

        let error = sealer.error(&draft.compact());
        assert_eq!(error, Error::Malformed(Malformed::DuplicateMember(Part::Header)));
    }
}

/// RFC 7518 section 4.6.1.1: a public key. Whoever sends the private half gives the content away.
#[test]
fn a106_epk_with_a_private_half_is_refused() {
    for sealer in agreeing_sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());

        let field_len = crv(&sealer).field_len();
        for d in [
            json!(b64u(vec![1; field_len])),
            json!(b64u(vec![0; field_len])),
            json!(b64u([1])),
            json!(""),
            json!("?"),
            json!(1),
            json!(null),
        ] {
            assert_fails(&sealer, &with_member(&twin, "d", d.clone()), d);
        }
    }
}

/// A private half that belongs to the public one.
#[test]
fn a106_epk_with_its_own_private_half_is_refused() {
    for sealer in sealers_on_prime_curves() {
        let ephemeral = with_private_key_one(&sealer).material;
        let epk = public_jwk(&ephemeral);
        let z = shared_secret(&sealer, &from_b64u(&epk["x"]), &from_b64u(&epk["y"]));
        let twin = draft_for(&sealer, epk, &z);
        assert_decrypts(&sealer, &twin.compact());

        let mut one = vec![0; crv(&sealer).field_len()];
        *one.last_mut().unwrap() = 1;
        assert_fails(&sealer, &with_member(&twin, "d", json!(b64u(one))), "d");
    }
}

/// RFC 7517 section 4: members that are not understood are ignored. What the document says that it is for is no
/// concern of a key that lives for one token.
#[test]
fn a106_epk_with_other_members_is_read_without_them() {
    for sealer in agreeing_sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());

        for (name, value) in [
            ("junk", json!({"deep": [[[[1, "d", null]]]]})),
            ("D", json!("AQ")),
            ("kid", json!("a")),
            ("use", json!("sig")),
            ("alg", json!("ES256")),
            ("key_ops", json!(["sign"])),
            ("x5u", json!("https://attacker.example/")),
            ("x5c", json!(["A".repeat(10_000)])),
        ] {
            assert_decrypts(&sealer, &with_member(&twin, name, value));
        }
    }
}

#[test]
fn a106_epk_of_a_mebibyte_is_over_the_limits() {
    for sealer in agreeing_sealers() {
        let twin = sealer.draft();
        assert_decrypts(&sealer, &twin.compact());

        let token = with_member(&twin, "x5c", json!(["A".repeat(1 << 20)]));

        assert_eq!(sealer.error(&token), Error::Limit(Limit::Token));
        // The header has a limit of its own.
        let limits = Limits::default().with_token_bytes(usize::MAX);
        let policy =
            Policy::encrypted(&[sealer.alg], &[sealer.enc]).limits(limits).build().unwrap();
        let error = Jwe::decrypt(&token, &KeySet::from(sealer.key()), &policy).unwrap_err();
        assert_eq!(error, Error::Limit(Limit::Header));
    }
}

/// The coordinates that the sealer's curve has.
fn coordinates(sealer: &Sealer) -> &'static [&'static str] {
    if crv(sealer) == Curve::X25519 { &COORDINATES[..1] } else { &COORDINATES }
}

fn text(draft: &Draft, coordinate: &str) -> String {
    draft.member("epk")[coordinate].as_str().unwrap().to_owned()
}

/// The token whose ephemeral key has another value for one member.
fn with_member(draft: &Draft, name: &str, value: Value) -> String {
    let mut epk = draft.member("epk");
    epk[name] = value;
    draft.clone().with("epk", epk).compact()
}

fn without_member(draft: &Draft, name: &str) -> String {
    let mut epk = draft.member("epk");
    epk.as_object_mut().unwrap().remove(name).unwrap();
    draft.clone().with("epk", epk).compact()
}

/// The character behind this one in the alphabet of base64url.
fn next_character(character: &str) -> char {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let at = ALPHABET.find(character).unwrap();
    ALPHABET[at + 1..].chars().next().unwrap()
}

/// A public key made for the tests.
fn public_fixture(name: &str) -> KeyMaterial {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys");
    let text = fs::read_to_string(path.join(format!("{name}.spki.pem"))).unwrap();
    KeyMaterial::from_pem(&text).unwrap()
}
