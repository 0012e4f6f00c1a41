//! Tokens that are encrypted.

use josie::{
    Curve, DecryptionKey, EncryptionKey, Error, GenerateInput, Header, Jwe, JweAlg, JweEnc, Jwk,
    JwsAlg, Jwt, JwtPolicy, KeySet, Limit, Malformed, Password, Policy, Registry, RsaBits,
};

use super::signed::{Access, Issuer};
use super::{Outcome, as_expected, compact_token, ensure, load, text};

/// Decrypts the token of RFC 7516 appendix A.1, which was encrypted to an RSA key.
pub(crate) fn decrypt_the_published() -> Outcome {
    let case = load("rfc7516.json", "rfc7516-A.1")?;
    let jwk = Jwk::parse(&case["keys"][0]["jwk"].to_string())?;
    let keys = KeySet::from(DecryptionKey::from_jwk(&jwk, JweAlg::RsaOaep)?);
    let policy = Policy::encrypted(&[JweAlg::RsaOaep], &[JweEnc::A256Gcm]).build()?;

    let jwe = Jwe::decrypt(compact_token(&case)?, &keys, &policy)?;

    ensure(jwe.plaintext() == text(&case["plaintext_text"])?.as_bytes(), "the plaintext")?;
    println!("   rfc7516-A.1  {:<14} {:<8} decrypted", jwe.alg().name(), jwe.enc().name());
    Ok(())
}

/// Encrypts to public keys, which is all that a sender has, and decrypts with the private ones.
pub(crate) fn encrypt_to_public_keys() -> Outcome {
    let registry = Registry::default();
    for (name, alg, input) in [
        ("RSA", JweAlg::RsaOaep256, GenerateInput::new(RsaBits::B2048)),
        ("X25519", JweAlg::EcdhEs, GenerateInput::default().with_curve(Curve::X25519)),
    ] {
        let private = DecryptionKey::generate_with(alg, &input, &registry)?.with_kid(name);
        let published = private.encryption_key(JweEnc::A256Gcm)?.public_jwk()?;

        let recipient = EncryptionKey::from_jwk(published.as_jwk(), alg, JweEnc::A256Gcm)?;
        let token = Jwe::encrypt(b"for your eyes only", &Header::new(), &recipient)?;

        let policy = Policy::encrypted(&[alg], &[JweEnc::A256Gcm]).build()?;
        let jwe = Jwe::decrypt(&token, &KeySet::from(private), &policy)?;
        ensure(jwe.plaintext() == b"for your eyes only", "the plaintext")?;
        println!("   {name:<12} {:<14} {:<8} there and back", alg.name(), jwe.enc().name());
    }
    Ok(())
}

/// A service that takes only tokens that are signed by the issuer and encrypted to itself.
pub(crate) struct Service {
    keys: KeySet<DecryptionKey>,
    recipient: EncryptionKey,
    policy: JwtPolicy,
}

impl Service {
    pub(crate) fn new() -> Outcome<Self> {
        let key = DecryptionKey::generate(JweAlg::EcdhEsA256Kw)?.with_kid("service-1");
        let recipient = key.encryption_key(JweEnc::A256Gcm)?;
        let keys = KeySet::from(key);
        let policy = JwtPolicy::signed(JwsAlg::MODERN)
            .encrypted(JweAlg::ASYMMETRIC, JweEnc::ALL)
            .iss("https://id.example")
            .aud("https://api.example")
            .build()?;
        policy.check_decryption_keys(&keys)?;
        Ok(Self { keys, recipient, policy })
    }

    pub(crate) fn send_from(&self, issuer: &Issuer) -> Outcome<String> {
        let (header, claims) = (Header::jwt(), issuer.claims());
        let token = Jwt::sign_and_encrypt(&claims, &header, &issuer.key, &self.recipient)?;
        println!("   issued    {}...", token.get(..60).unwrap_or(&token));
        Ok(token)
    }

    fn read(&self, issuer: &Issuer, token: &str) -> Result<Jwt<Access>, Error> {
        Jwt::decrypt_and_verify(token, &self.keys, &issuer.keys, &self.policy)
    }

    pub(crate) fn receive(&self, issuer: &Issuer, token: &str) -> Outcome {
        let jwt = self.read(issuer, token)?;

        ensure(*jwt.claims() == issuer.claims(), "the claims")?;
        println!("   verified  alg {} within {}", jwt.alg(), self.recipient.alg());
        println!("   claims    sub {:?}, {:?}", jwt.claims().sub, jwt.claims().custom);
        Ok(())
    }

    pub(crate) fn show_refusals(&self, issuer: &Issuer, honest: &str) -> Outcome {
        let merely_signed = Jwt::sign(&issuer.claims(), &Header::jwt(), &issuer.key)?;
        let error = Error::Malformed(Malformed::JweParts);
        self.refused(issuer, "merely signed", &merely_signed, &error)?;

        let (rest, tag) = honest.rsplit_once('.').ok_or("no dot")?;
        let first = if tag.starts_with('A') { "B" } else { "A" };
        let flipped = format!("{rest}.{first}{}", tag.get(1..).ok_or("no tag")?);
        self.refused(issuer, "flipped tag bit", &flipped, &Error::DecryptionFailed)?;

        self.refuse_bomb()
    }

    /// A token that asks for two thousand million iterations before anybody can tell that it is worthless.
    fn refuse_bomb(&self) -> Outcome {
        let (alg, enc) = (JweAlg::Pbes2Hs256A128Kw, JweEnc::A128Gcm);
        let password = Password::new("correct horse battery staple")?;
        let keys = KeySet::from(DecryptionKey::from_password(&password, alg)?);
        // Even where passwords are allowed.
        let policy = Policy::encrypted(&[alg], &[enc]).build()?;
        // {"alg":"PBES2-HS256+A128KW","p2s":"c2FsdHNhbHQ","p2c":2000000000,"enc":"A128GCM"}
        let header = "eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJwMnMiOiJjMkZzZEhOaGJIUSIsInAyYyI6MjAwMDAwMDAwMCwiZW5jIjoiQTEyOEdDTSJ9";
        let bomb = format!("{header}.AAAA.AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA");

        let outcome = Jwe::decrypt(&bomb, &keys, &policy).map(|_| ());
        as_expected("PBES2 bomb", outcome, &Error::Limit(Limit::Iterations))
    }

    fn refused(&self, issuer: &Issuer, what: &str, token: &str, expected: &Error) -> Outcome {
        as_expected(what, self.read(issuer, token).map(|_| ()), expected)
    }
}
