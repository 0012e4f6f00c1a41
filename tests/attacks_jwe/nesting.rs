//! Signed tokens inside encrypted ones, made by hand: an issuer who signs anything, and somebody who encrypts anything
//! for the same recipient.

use josie::ClaimReason;
use josie::Clock;
use josie::ClockError;
use josie::Error;
use josie::GenerateInput;
use josie::Header;
use josie::JweAlg;
use josie::Jws;
use josie::JwsAlg;
use josie::Jwt;
use josie::JwtPolicy;
use josie::JwtPolicyBuilder;
use josie::KeySet;
use josie::NumericDate;
use josie::SealedJwt;
use josie::SigningKey;
use serde_json::json;

use crate::sealing::Draft;
use crate::sealing::Sealer;
use crate::sealing::sealers_with;

/// What every honest token says: not expired by the clock of [`Exchange::rules`].
pub(crate) const CLAIMS: &str = r#"{"sub":"alice","exp":1700003600}"#;

/// The algorithm of the signatures.
pub(crate) const SIGNATURE: JwsAlg = JwsAlg::Es256;

/// A recipient of encrypted tokens, and an issuer whom they trust.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) sealer: Sealer,
    pub(crate) issuer: SigningKey,
}

/// One exchange for each kind of key management.
pub(crate) fn exchanges() -> Vec<Exchange> {
    let sealers = sealers_with(&[
        JweAlg::Dir,
        JweAlg::A256Kw,
        JweAlg::A128GcmKw,
        JweAlg::RsaOaep256,
        JweAlg::EcdhEs,
        JweAlg::EcdhEsA128Kw,
    ]);
    sealers
        .into_iter()
        .map(|sealer| Exchange { issuer: signing_key(&sealer, SIGNATURE), sealer })
        .collect()
}

impl Exchange {
    /// A key for signatures that the recipient does not know.
    pub(crate) fn stranger(&self) -> SigningKey {
        signing_key(&self.sealer, SIGNATURE)
    }

    /// A signed token.
    pub(crate) fn signed(&self, claims: &str) -> String {
        Jws::sign(claims.as_bytes(), &Header::new(), &self.issuer).unwrap()
    }

    /// An encrypted token in the making that says that it holds a JWT, whatever `inner` is.
    pub(crate) fn around(&self, inner: impl Into<Vec<u8>>) -> Draft {
        self.sealer.draft().with("cty", json!("JWT")).plaintext(inner)
    }

    /// An encrypted token in the making that holds claims, and no signature.
    pub(crate) fn unsigned(&self, claims: &str) -> Draft {
        self.sealer.draft().plaintext(claims)
    }

    /// A nested token.
    pub(crate) fn nested(&self, claims: &str) -> String {
        self.around(self.signed(claims)).compact()
    }

    /// A policy in the making for nested tokens, with a clock that stands still.
    pub(crate) fn rules(&self) -> JwtPolicyBuilder {
        let (alg, enc) = (self.sealer.alg, self.sealer.enc);
        JwtPolicy::signed(&[SIGNATURE]).encrypted(&[alg], &[enc]).clock(At(1_700_000_000))
    }

    /// Decrypts and verifies.
    pub(crate) fn open(&self, token: &str) -> Result<Jwt, Error> {
        self.open_by(token, self.rules())
    }

    /// Decrypts and verifies by these rules.
    pub(crate) fn open_by(&self, token: &str, rules: JwtPolicyBuilder) -> Result<Jwt, Error> {
        let decryption_keys = KeySet::from(self.sealer.key());
        let verifying_keys = KeySet::from(self.issuer.verifying_key());
        Jwt::decrypt_and_verify(token, &decryption_keys, &verifying_keys, &rules.build().unwrap())
    }

    /// Decrypts a token that is only encrypted.
    pub(crate) fn unseal(&self, token: &str) -> Result<SealedJwt, Error> {
        self.unseal_by(token, self.rules())
    }

    /// Decrypts a token that is only encrypted by these rules.
    pub(crate) fn unseal_by(
        &self,
        token: &str,
        rules: JwtPolicyBuilder,
    ) -> Result<SealedJwt, Error> {
        let keys = KeySet::from(self.sealer.key());
        SealedJwt::dangerous_decrypt_from_anyone(token, &keys, &rules.build().unwrap())
    }

    /// For messages: the algorithm and the registry.
    pub(crate) fn name(&self) -> String {
        format!("{} on {}", self.sealer.alg, self.sealer.name)
    }
}

pub(crate) fn claim(name: &'static str, reason: ClaimReason) -> Error {
    Error::Claim { name: name.into(), reason }
}

/// A clock that stands still.
struct At(u64);

impl Clock for At {
    fn now(&self) -> Result<NumericDate, ClockError> {
        NumericDate::from_secs(self.0).ok_or(ClockError)
    }
}

fn signing_key(sealer: &Sealer, alg: JwsAlg) -> SigningKey {
    let implementation = sealer.registry.signature(alg).unwrap();
    let material = implementation.generate(&GenerateInput::default()).unwrap();
    SigningKey::new(&material, alg, &sealer.registry).unwrap()
}
