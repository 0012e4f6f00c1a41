//! What is made once and kept for the life of a server can be shared between its threads and copied.

use josie::Error;
use josie::Jwk;
use josie::JwkSet;
use josie::Jws;
use josie::Jwt;
use josie::JwtPolicy;
use josie::KeyError;
use josie::KeyMaterial;
use josie::KeySet;
use josie::Limits;
use josie::Policy;
use josie::PolicyError;
use josie::PublicJwk;
use josie::Registry;
use josie::SigningKey;
use josie::UnverifiedJws;
use josie::VerifyingKey;

fn shared_and_cloned<T: Clone + Send + Sync + 'static>() {}

fn shared<T: Send + Sync>() {}

#[test]
fn keys_policies_and_registries_are_shared_and_cloned() {
    shared_and_cloned::<SigningKey>();
    shared_and_cloned::<VerifyingKey>();
    shared_and_cloned::<KeySet<VerifyingKey>>();
    shared_and_cloned::<KeyMaterial>();
    shared_and_cloned::<Jwk>();
    shared_and_cloned::<JwkSet>();
    shared_and_cloned::<PublicJwk>();
    shared_and_cloned::<Policy>();
    shared_and_cloned::<JwtPolicy>();
    shared_and_cloned::<Limits>();
    shared_and_cloned::<Registry>();
}

#[test]
fn tokens_and_errors_are_shared() {
    shared_and_cloned::<Jws>();
    shared_and_cloned::<Jwt>();
    shared_and_cloned::<Error>();
    shared_and_cloned::<KeyError>();
    shared_and_cloned::<PolicyError>();
    shared::<UnverifiedJws<'_>>();
}
