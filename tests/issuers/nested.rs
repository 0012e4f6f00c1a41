//! Signed, then encrypted to one recipient by several issuers.

use josie::ClaimReason;
use josie::DecryptionKey;
use josie::Error;
use josie::GenerateInput;
use josie::Header;
use josie::Issuers;
use josie::Jwe;
use josie::JweAlg;
use josie::JweEnc;
use josie::Jwt;
use josie::KeySet;
use josie::Limit;
use josie::Limits;
use josie::Malformed;
use josie::NoClaims;
use josie::Policy;
use josie::PolicyBuilder;
use josie::Refused;
use serde_json::json;

use crate::parties::A;
use crate::parties::B;
use crate::parties::EXP;
use crate::parties::Parties;
use crate::parties::keys;
use crate::parties::policy;
use crate::parties::raw;
use crate::parties::token;

/// A recipient of tokens that two issuers sign.
struct Recipient {
    parties: Parties,
    key: DecryptionKey,
    issuers: Issuers,
}

impl Recipient {
    fn all() -> Vec<Self> {
        let recipient = |parties: Parties| {
            let input = GenerateInput::default();
            let alg = JweAlg::A256Kw;
            let key = DecryptionKey::generate_with(alg, &input, &parties.registry).unwrap();
            Self { issuers: parties.issuers(), parties, key }
        };
        Parties::all().into_iter().map(recipient).collect()
    }

    fn seal(&self, inner: &str) -> String {
        self.seal_with(inner, &Header::new().with_cty("JWT"))
    }

    fn seal_with(&self, inner: &str, header: &Header) -> String {
        let key = self.key.encryption_key(JweEnc::A256Gcm).unwrap();
        Jwe::encrypt(inner.as_bytes(), header, &key).unwrap()
    }

    fn open(&self, token: &str) -> Result<String, Error> {
        self.open_by(&self.issuers, token)
    }

    fn open_by(&self, issuers: &Issuers, token: &str) -> Result<String, Error> {
        let policy = Policy::encrypted(&[JweAlg::A256Kw], &[JweEnc::A256Gcm]).build().unwrap();
        let keys = KeySet::from(self.key.clone());
        let jwt: Jwt<NoClaims> = issuers.decrypt_and_verify(token, &keys, &policy)?;
        Ok(jwt.into_claims().iss.unwrap())
    }
}

#[test]
fn inner_token_is_verified_by_the_issuer_that_it_names() {
    for recipient in Recipient::all() {
        let Parties { a, b, .. } = &recipient.parties;
        let open = |inner: &str| recipient.open(&recipient.seal(inner));
        assert_eq!(open(&token(A, &a[0])), Ok(A.to_owned()));
        assert_eq!(open(&token(B, &b[0])), Ok(B.to_owned()));

        assert_eq!(open(&token(A, &b[0])), Err(Error::InvalidSignature));
        assert_eq!(open(&token(A, &b[1])), Err(Error::UnknownKey));
        assert_eq!(open(&token("https://c.example", &a[0])), Err(Error::UnknownIssuer));
        assert_eq!(open(r#"{"iss":"https://a.example"}"#), Err(Error::Malformed(Malformed::Parts)));
    }
}

#[test]
fn token_that_is_only_signed_or_only_encrypted_is_refused() {
    for recipient in Recipient::all() {
        let signed = token(A, &recipient.parties.a[0]);
        assert_eq!(recipient.open(&recipient.seal(&signed)), Ok(A.to_owned()));

        let parts = Error::Malformed(Malformed::JweParts);
        assert_eq!(recipient.open(&signed), Err(parts));
        let unmarked = recipient.seal_with(&signed, &Header::new());
        assert_eq!(recipient.open(&unmarked), Err(Error::Refused(Refused::ContentType)));
        let twice = recipient.seal(&recipient.seal(&signed));
        assert_eq!(recipient.open(&twice), Err(Error::Malformed(Malformed::Parts)));
    }
}

#[test]
fn policy_of_the_outer_layer_holds_for_it() {
    for recipient in Recipient::all() {
        let outer = recipient.seal(&token(A, &recipient.parties.a[0]));
        let keys = KeySet::from(recipient.key.clone());
        let open = |policy: &Policy| {
            recipient.issuers.decrypt_and_verify::<NoClaims>(&outer, &keys, policy).map(|_| ())
        };
        let policy = |encs: &[JweEnc], len: usize| {
            let limits = Limits::default().with_token_bytes(len);
            Policy::encrypted(&[JweAlg::A256Kw], encs).limits(limits).build().unwrap()
        };
        assert_eq!(open(&policy(&[JweEnc::A256Gcm], outer.len())), Ok(()));

        let too_long = open(&policy(&[JweEnc::A256Gcm], outer.len() - 1));
        assert_eq!(too_long, Err(Error::Limit(Limit::Token)));
        let other_enc = open(&policy(&[JweEnc::A128Gcm], outer.len()));
        assert_eq!(other_enc, Err(Error::Refused(Refused::Encryption)));
    }
}

#[test]
fn limits_of_the_entry_hold_for_the_inner_token() {
    for recipient in Recipient::all() {
        let Parties { a, b, .. } = &recipient.parties;
        let [for_a, for_b] = [token(A, &a[0]), token(B, &b[0])];
        let issuers = |len: usize| {
            let limits = Limits::default().with_token_bytes(len);
            let small = Issuers::new().with(A, keys(a), policy().limits(limits)).unwrap();
            small.with(B, keys(b), policy()).unwrap()
        };
        let open =
            |len: usize, inner: &str| recipient.open_by(&issuers(len), &recipient.seal(inner));
        assert_eq!(open(for_a.len(), &for_a), Ok(A.to_owned()));

        assert_eq!(open(for_a.len() - 1, &for_a), Err(Error::Limit(Limit::Token)));
        assert_eq!(open(for_a.len() - 1, &for_b), Ok(B.to_owned()));
    }
}

// The limits of the policy are those of the encrypted token, whose header is less deep than what it holds.
#[test]
fn limits_of_the_outer_layer_do_not_hold_for_the_inner_token() {
    for recipient in Recipient::all() {
        let key = &recipient.parties.a[0];
        let inner = |iss: &str| raw(format!(r#"{{"iss":"{iss}",{EXP},"x":[[[]]]}}"#), key);
        let limits = Limits::default().with_json_depth(2);
        let policy = Policy::encrypted(&[JweAlg::A256Kw], &[JweEnc::A256Gcm]).limits(limits);
        let policy = policy.build().unwrap();
        let decryption_keys = KeySet::from(recipient.key.clone());
        let open = |issuers: &Issuers, inner: &str| {
            let token = recipient.seal(inner);
            issuers.decrypt_and_verify::<NoClaims>(&token, &decryption_keys, &policy).map(|_| ())
        };
        assert_eq!(open(&recipient.issuers, &inner(A)), Ok(()));

        let shallow = Limits::default().with_json_depth(3);
        let own = keys(&recipient.parties.a);
        let only_a = Issuers::new().with(A, own, crate::parties::policy().limits(shallow)).unwrap();
        assert_eq!(open(&only_a, &inner(B)), Err(Error::Limit(Limit::Depth)));
    }
}

#[test]
fn type_of_the_outer_layer_is_that_of_its_policy() {
    for recipient in Recipient::all() {
        let inner = token(A, &recipient.parties.a[0]);
        let decryption_keys = KeySet::from(recipient.key.clone());
        let open = |outer: Header, policy: PolicyBuilder| {
            let token = recipient.seal_with(&inner, &outer.with_cty("JWT"));
            recipient
                .issuers
                .decrypt_and_verify::<NoClaims>(&token, &decryption_keys, &policy.build().unwrap())
                .map(|_| ())
        };
        let policy = || Policy::encrypted(&[JweAlg::A256Kw], &[JweEnc::A256Gcm]);
        assert_eq!(open(Header::new(), policy()), Ok(()));
        assert_eq!(open(Header::jwt(), policy()), Ok(()));
        assert_eq!(open(Header::typed("a"), policy().typ("a")), Ok(()));

        let refused = Err(Error::Refused(Refused::Type));
        assert_eq!(open(Header::typed("a"), policy()), refused);
        assert_eq!(open(Header::typed("a"), policy().typ("b")), refused);
    }
}

// RFC 7519 section 5.3. What the outer header says of the issuer is compared, and chooses nothing.
#[test]
fn issuer_of_the_outer_header_is_that_of_the_claims() {
    for recipient in Recipient::all() {
        let Parties { a, b, .. } = &recipient.parties;
        let open = |outer: &str, inner: &str| {
            let header = Header::new().with_cty("JWT").with_param("iss", json!(outer));
            recipient.open(&recipient.seal_with(inner, &header))
        };
        assert_eq!(open(A, &token(A, &a[0])), Ok(A.to_owned()));

        let mismatch = Error::Claim { name: "iss".into(), reason: ClaimReason::Mismatch };
        assert_eq!(open(B, &token(A, &a[0])), Err(mismatch));
        assert_eq!(open(A, &token(B, &a[0])), Err(Error::InvalidSignature));
        assert_eq!(open(A, &token(A, &b[0])), Err(Error::InvalidSignature));
    }
}
