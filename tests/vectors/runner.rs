//! Runs cases through the public API and says which strength each reaches.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use josie::Header;
use josie::Jwk;
use josie::Jws;
use josie::JwsAlg;
use josie::KeyMaterial;
use josie::KeyParams;
use josie::Registry;
use josie::SignInput;
use josie::SigningKey;
use josie::VerifyInput;
use josie::VerifyingKey;
use serde_json::Map;
use serde_json::Value;

use crate::exceptions::Exceptions;
use crate::exceptions::Unit;
use crate::model::Case;
use crate::model::Signer;
use crate::model::Strength;
use crate::model::VectorFile;
use crate::model::decode;
use crate::model::hex;
use crate::vector::alg_name;
use crate::vector::flipped;
use crate::vector::is_deterministic;
use crate::vector::is_private;
use crate::vector::parse_jwk;
use crate::vector::public_members;
use crate::vector::strength;

/// What one registry made of all files.
pub(crate) struct Run {
    pub(crate) registry: &'static str,
    /// By file, then by the id of the case.
    pub(crate) strengths: BTreeMap<String, BTreeMap<String, Strength>>,
    /// By the id of the case and the form of the token.
    pub(crate) tokens: BTreeMap<(String, String), Strength>,
    /// Those that josie writes itself as they are, `id form`.
    pub(crate) whole_tokens: BTreeSet<String>,
    pub(crate) unused_exceptions: Vec<String>,
}

impl Run {
    pub(crate) fn new(
        name: &'static str,
        registry: Registry,
        files: &BTreeMap<String, VectorFile>,
    ) -> Self {
        let exceptions = Exceptions::read(name);
        let (tokens, whole_tokens) = (BTreeMap::new(), BTreeSet::new());
        let mut runner = Runner { registry, exceptions, tokens, whole_tokens };
        let strengths = files
            .iter()
            .map(|(file, content)| {
                let cases = content.cases.iter();
                let strengths = cases.map(|case| (case.id.clone(), runner.case(case)));
                (file.clone(), strengths.collect())
            })
            .collect();
        Self {
            registry: name,
            strengths,
            tokens: runner.tokens,
            whole_tokens: runner.whole_tokens,
            unused_exceptions: runner.exceptions.unused(),
        }
    }
}

/// A strength, or the code of josie's error. Whatever else goes wrong is a failed assertion.
pub(crate) type Outcome = Result<Strength, &'static str>;

pub(crate) struct Runner<'r> {
    pub(crate) registry: Registry,
    pub(crate) exceptions: Exceptions<'r>,
    tokens: BTreeMap<(String, String), Strength>,
    pub(crate) whole_tokens: BTreeSet<String>,
}

impl Runner<'_> {
    fn case(&mut self, case: &Case) -> Strength {
        for signer in &case.signers {
            match signer.key {
                Some(key) => self.signer(case, signer, &case.keys[key].jwk),
                None => assert_eq!(signer.alg, "none", "{}", case.id),
            }
        }
        if case.kind == "jwe" {
            self.pieces(case);
        }
        let strength = if case.tokens.is_empty() {
            let outcome = self.without_token(case);
            self.judge(case, case.kind.clone(), outcome)
        } else {
            self.tokens(case)
        };
        let is_accepted = matches!(strength, Strength::Reproduced | Strength::Verified);
        assert!(case.expect == "valid" || !is_accepted, "{}", case.id);
        strength
    }

    fn judge(&self, case: &Case, form: String, outcome: Outcome) -> Strength {
        let unit = Unit { case: &case.id, kind: &case.kind, form, alg: alg_name(case) };
        self.exceptions.judge(&unit, outcome)
    }

    /// The signature over the vector's own signing input, whatever the form of the token around it.
    fn signer(&self, case: &Case, signer: &Signer, jwk: &Map<String, Value>) {
        let message = signer.signing_input.as_bytes();
        let signature = decode(&signer.signature_b64u);
        let unit =
            Unit { case: &case.id, kind: &case.kind, form: "signer".to_owned(), alg: &signer.alg };
        let outcome = self.bare_signature(&signer.alg, jwk, message, &signature);
        self.exceptions.judge(&unit, outcome);
    }

    /// One case in several forms, which reach the same strength.
    fn tokens(&mut self, case: &Case) -> Strength {
        let mut reached = Vec::new();
        for token in &case.tokens {
            let outcome = match case.kind.as_str() {
                "jwe" => self.encrypted_token(case, token),
                _ => self.signed_token(case, token),
            };
            let strength = self.judge(case, token.name(), outcome);
            let again = self.tokens.insert((case.id.clone(), token.name()), strength);
            assert_eq!(again, None, "{} has two tokens in one form", case.id);
            reached.push(strength);
        }
        assert!(reached.windows(2).all(|two| two[0] == two[1]), "{}: {reached:?}", case.id);
        reached[0]
    }

    fn without_token(&self, case: &Case) -> Outcome {
        match case.kind.as_str() {
            "jwk" => self.key(case),
            "signature" => self.bare_signature(
                case.alg.as_ref().unwrap(),
                &case.keys[0].jwk,
                &decode(case.message_b64u.as_ref().unwrap()),
                &decode(case.signature_b64u.as_ref().unwrap()),
            ),
            "base64url" => self.base64url(case),
            "x5c" => self.certificate_chain(case),
            "certthumbprint" => self.certificate_thumbprint(case),
            "thumbprint" => self.thumbprint(case),
            "aead" => self.aead(case),
            "keywrap" => self.key_wrap(case),
            "agreement" => self.agreement(case),
            "jwkset" => self.jwk_set(case.jwks.as_ref().unwrap()),
            kind => panic!("{}: {kind}", case.id),
        }
    }

    /// A signature by itself, through the traits of the registry.
    fn bare_signature(
        &self,
        alg: &str,
        jwk: &Map<String, Value>,
        message: &[u8],
        signature: &[u8],
    ) -> Outcome {
        let parsed = parse_jwk(jwk)?;
        let alg = JwsAlg::from_name(alg).unwrap();
        // The same rules as for a token first.
        if is_private(jwk) {
            self.signing_key(jwk, alg)?;
        }
        self.verifying_key(jwk, alg)?;
        let algorithm = self.registry.signature(alg).unwrap();
        let verifier = algorithm.verifier(parsed.material()).unwrap();
        let is_valid = |message: &[u8], signature: &[u8]| {
            let input = VerifyInput::new(message, signature);
            verifier.verify(&input).is_ok()
        };

        assert!(is_valid(message, signature));
        for changed in flipped(signature) {
            assert!(!is_valid(message, &changed));
        }
        for changed in flipped(message) {
            assert!(!is_valid(&changed, signature));
        }
        assert!(!is_valid(&[message, b"\0"].concat(), signature));
        if !is_private(jwk) {
            return Ok(strength(alg));
        }
        let signer = algorithm.signer(parsed.material()).unwrap();
        let own = signer.sign(&SignInput::new(message)).unwrap();
        if is_deterministic(alg) {
            assert_eq!(own, signature);
        } else {
            assert_eq!(own.len(), signature.len());
            assert!(is_valid(message, &own));
        }
        Ok(strength(alg))
    }

    /// Octets as the payload of a token, and back as the secret of a JWK.
    fn base64url(&self, case: &Case) -> Outcome {
        let text = case.octets_b64u.as_ref().unwrap();
        let octets = decode(text);
        assert_eq!(Some(hex(&octets)), case.octets_hex);
        let secret = KeyMaterial::oct(vec![1; 32]);
        let key = SigningKey::new(&secret, JwsAlg::Hs256, &self.registry).unwrap();

        let token = Jws::sign(&octets, &Header::new(), &key).unwrap();
        let jwk = Jwk::parse(&format!(r#"{{"kty":"oct","k":"{text}"}}"#)).unwrap();

        assert_eq!(token.split('.').nth(1), Some(text.as_str()));
        let KeyParams::Oct(oct) = jwk.material().params() else { panic!("{:?}", jwk.kty()) };
        assert_eq!(oct.k().expose(), octets);
        Ok(Strength::Reproduced)
    }

    pub(crate) fn signing_key(
        &self,
        jwk: &Map<String, Value>,
        alg: JwsAlg,
    ) -> Result<SigningKey, &'static str> {
        SigningKey::new(parse_jwk(jwk)?.material(), alg, &self.registry)
            .map_err(|error| error.code())
    }

    /// From the public members alone.
    pub(crate) fn verifying_key(
        &self,
        jwk: &Map<String, Value>,
        alg: JwsAlg,
    ) -> Result<VerifyingKey, &'static str> {
        let public = public_members(jwk);
        VerifyingKey::new(parse_jwk(&public)?.material(), alg, &self.registry)
            .map_err(|error| error.code())
    }
}
