//! Requests to a certificate authority, each signed by the key of an account (ACME, RFC 8555 section 6.2).
//!
//! `cargo run --release --example acme`
//!
//! A request is a flattened JWS whose protected header has the `url` that it is for, a `nonce` that is used once, and
//! either the public key itself, as `jwk`, or the account's name, as `kid`. The key in a header is worth nothing until
//! somebody knows whose it is: the server keeps accounts by the thumbprint of their key.

use std::collections::HashMap;
use std::collections::HashSet;
use std::error::Error as StdError;
use std::fmt;

use josie::{
    Error, Header, JwsAlg, JwsBuilder, KeySet, Limits, Policy, Refused, Registry, SigningKey,
    Thumbprint, UnverifiedJwsJson, UnverifiedSignature, VerifyingKey,
};

const NEW_ACCOUNT: &str = "https://ca.example/new-account";
const ORDERS: &str = "https://ca.example/orders";

fn main() -> Result<(), Box<dyn StdError>> {
    let mut server = Server::new()?;
    let key = SigningKey::generate(JwsAlg::Es256)?;

    println!("A client makes an account: the request carries the public key");
    let nonce = server.nonce();
    let by_key = Header::new().with_embedded_jwk();
    let request = sign(&by_key, &nonce, NEW_ACCOUNT, br#"{"termsOfServiceAgreed":true}"#, &key)?;
    println!("   {request}");
    let account = server.new_account(&request)?;
    println!("   account {account}");

    println!("\nFrom then on it names the account; an empty payload only asks");
    let key = key.with_kid(&account);
    let nonce = server.nonce();
    let request = sign(&Header::new(), &nonce, ORDERS, b"", &key)?;
    println!("   {}", show(&server.orders(&request), Ok(&account))?);

    println!("\nWhat the server refuses");
    println!("   again: {}", show(&server.orders(&request), Err(Problem::Nonce))?);
    let nonce = server.nonce();
    let elsewhere = sign(&Header::new(), &nonce, NEW_ACCOUNT, b"", &key)?;
    println!("   for another url: {}", show(&server.orders(&elsewhere), Err(Problem::Url))?);
    let nonce = server.nonce();
    let both = sign(&by_key, &nonce, ORDERS, b"", &key)?;
    println!("   jwk and kid: {}", show(&server.orders(&both), Err(Problem::Header))?);
    let stranger = SigningKey::generate(JwsAlg::Es256)?.with_kid(&account);
    let nonce = server.nonce();
    let forged = sign(&Header::new(), &nonce, ORDERS, b"", &stranger)?;
    let invalid = Problem::Token(Error::InvalidSignature);
    println!("   another key: {}", show(&server.orders(&forged), Err(invalid))?);
    let secret = SigningKey::generate(JwsAlg::Hs256)?.with_kid(&account);
    let nonce = server.nonce();
    let mac = sign(&Header::new(), &nonce, ORDERS, b"", &secret)?;
    let not_allowed = Problem::Token(Error::Refused(Refused::Algorithm));
    println!("   a MAC: {}", show(&server.orders(&mac), Err(not_allowed))?);

    println!("\nEverything went as it should.");
    Ok(())
}

/// The client's part.
fn sign(
    header: &Header,
    nonce: &str,
    url: &str,
    payload: &[u8],
    key: &SigningKey,
) -> Result<String, Error> {
    let header = header.clone().with_param("nonce", nonce).with_param("url", url);
    JwsBuilder::new().signature(&header, key).flattened(payload)
}

/// A certificate authority with accounts and nothing else.
struct Server {
    policy: Policy,
    accounts: HashMap<String, (Thumbprint, VerifyingKey)>,
    nonces: HashSet<String>,
    counter: u64,
}

impl Server {
    fn new() -> Result<Self, Box<dyn StdError>> {
        // RFC 8555 section 6.2: no MAC. What is not on the list is refused, and so is `b64`, which nobody allows.
        let policy = Policy::signed(JwsAlg::MODERN).limits(Limits::default().with_signatures(1));
        Ok(Self {
            policy: policy.build()?,
            accounts: HashMap::new(),
            nonces: HashSet::new(),
            counter: 0,
        })
    }

    /// A nonce for the next request. A real one cannot be guessed.
    fn nonce(&mut self) -> String {
        self.counter += 1;
        let nonce = format!("nonce-{}", self.counter);
        self.nonces.insert(nonce.clone());
        nonce
    }

    fn new_account(&mut self, request: &str) -> Result<String, Problem> {
        let unverified = UnverifiedJwsJson::parse(request, self.policy.limits())?;
        let signature = only_signature(&unverified)?;
        if signature.kid().is_some() {
            return Err(Problem::Header);
        }
        let embedded = signature.embedded_key(&self.policy, &Registry::default())?;
        let keys = KeySet::from(embedded.key().clone());
        let payload = self.verify(unverified, &keys, NEW_ACCOUNT)?;
        if payload != br#"{"termsOfServiceAgreed":true}"# {
            return Err(Problem::Payload);
        }
        // One key, one account.
        let known = self.accounts.iter().find(|(_, (print, _))| print == embedded.thumbprint());
        if let Some((account, _)) = known {
            return Ok(account.clone());
        }
        let account = format!("https://ca.example/account/{}", self.accounts.len() + 1);
        let key = embedded.key().clone().with_kid(&account);
        self.accounts.insert(account.clone(), (embedded.thumbprint().clone(), key));
        Ok(account)
    }

    /// Returns the account whose orders these are.
    fn orders(&mut self, request: &str) -> Result<String, Problem> {
        let unverified = UnverifiedJwsJson::parse(request, self.policy.limits())?;
        let signature = only_signature(&unverified)?;
        let has_jwk = signature.header().is_some_and(|header| header.param("jwk").is_some());
        let account = match signature.kid() {
            Some(account) if !has_jwk => account.to_owned(),
            _ => return Err(Problem::Header),
        };
        let keys = self.accounts.get(&account).map(|(_, key)| key.clone()).into_iter().collect();
        let payload = self.verify(unverified, &keys, ORDERS)?;
        // RFC 8555 section 6.3: to ask is to send nothing.
        if payload.is_empty() { Ok(account) } else { Err(Problem::Payload) }
    }

    fn verify(
        &mut self,
        unverified: UnverifiedJwsJson<'_>,
        keys: &KeySet<VerifyingKey>,
        url: &str,
    ) -> Result<Vec<u8>, Problem> {
        let jws = unverified.verify(keys, &self.policy)?;
        let header = jws.signatures().valid().next().ok_or(Problem::Header)?.header();
        let param = |name| header.param(name).and_then(|value| value.as_str());
        // RFC 8555 section 6.4: the request is for where it was sent to.
        if param("url") != Some(url) {
            return Err(Problem::Url);
        }
        // RFC 8555 section 6.5: a nonce is good for one request.
        if !param("nonce").is_some_and(|nonce| self.nonces.remove(nonce)) {
            return Err(Problem::Nonce);
        }
        Ok(jws.into_payload())
    }
}

/// RFC 8555 section 6.2: one signature, and nothing unprotected.
fn only_signature<'d>(
    unverified: &'d UnverifiedJwsJson<'_>,
) -> Result<UnverifiedSignature<'d>, Problem> {
    // The policy's limits let no second one pass.
    let signature = unverified.signatures().next().ok_or(Problem::Header)?;
    if signature.unprotected().is_empty() { Ok(signature) } else { Err(Problem::Header) }
}

/// Why a request is refused.
#[derive(Debug, PartialEq)]
enum Problem {
    Token(Error),
    Header,
    Url,
    Nonce,
    Payload,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Token(error)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(error) => error.fmt(f),
            Self::Header => f.write_str("the header is not that of a request"),
            Self::Url => f.write_str("the request is for another url"),
            Self::Payload => f.write_str("the payload is not that of this request"),
            Self::Nonce => f.write_str("the nonce is not known, or was used"),
        }
    }
}

impl StdError for Problem {}

/// What became of a request; anything but what is expected ends the example.
fn show(
    outcome: &Result<String, Problem>,
    expected: Result<&String, Problem>,
) -> Result<String, Box<dyn StdError>> {
    if outcome.as_ref() != expected.as_ref().copied() {
        return Err("not as said".into());
    }
    Ok(match outcome {
        Ok(account) => format!("accepted, from {account}"),
        Err(problem) => format!("refused: {problem}"),
    })
}
