//! A registry that believes whatever document it is handed: the halves are compared all the same.

use josie::GenerateInput;
use josie::JwsAlg;
use josie::KeyError;
use josie::KeyMaterial;
use josie::Registry;
use josie::SignatureAlgorithm;
use josie::Signer;
use josie::Verifier;

use crate::documents::Document;
use crate::doors::Wanted;

/// Signs with a key of its own, whatever key it is given.
#[derive(Debug)]
struct Careless {
    inner: &'static dyn SignatureAlgorithm,
    own: KeyMaterial,
}

impl SignatureAlgorithm for Careless {
    fn alg(&self) -> JwsAlg {
        self.inner.alg()
    }

    fn verifier(&self, key: &KeyMaterial) -> Result<Box<dyn Verifier>, KeyError> {
        self.inner.verifier(key)
    }

    fn signer(&self, _key: &KeyMaterial) -> Result<Box<dyn Signer>, KeyError> {
        self.inner.signer(&self.own)
    }

    fn generate(&self, input: &GenerateInput) -> Result<KeyMaterial, KeyError> {
        self.inner.generate(input)
    }
}

/// Keys of each type, with the public members of another key.
fn keys() -> [(JwsAlg, Document, Document); 3] {
    let (rsa, ec, okp) =
        (Document::private("rsa2048"), Document::private("p256"), Document::private("ed25519"));
    let foreign_rsa = rsa.clone().with("n", Document::public("rsa3072").0["n"].clone());
    let foreign_ec = ec.clone().with_octets("x", &[1; 32]);
    let foreign_okp = okp.clone().with("x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    [
        (JwsAlg::Rs256, rsa, foreign_rsa),
        (JwsAlg::Es256, ec, foreign_ec),
        (JwsAlg::Ed25519, okp, foreign_okp),
    ]
}

fn each(mut check: impl FnMut(&dyn Fn(&Document) -> Result<(), KeyError>, &Document, &Document)) {
    for (alg, honest, foreign) in keys() {
        for (_, registry) in Wanted::Sign(alg).registries() {
            let inner = registry.signature(alg).unwrap();
            let own = honest.raw().unwrap();
            let careless: &dyn SignatureAlgorithm = Box::leak(Box::new(Careless { inner, own }));
            let registry = Registry { signatures: Box::leak(Box::new([careless])), ..registry };
            let sign = |key: &Document| Wanted::Sign(alg).bind(&key.raw()?, &registry);
            check(&sign, &honest, &foreign);
        }
    }
}

#[test]
fn a148_public_half_that_the_registry_did_not_look_at_is_compared() {
    each(|sign, honest, foreign| {
        assert_eq!(sign(foreign), Err(KeyError::Inconsistent), "{foreign}");
        assert_eq!(sign(honest), Ok(()), "{honest}");
    });
}

#[test]
fn a159_public_key_signs_nothing_whatever_the_registry_would_do() {
    each(|sign, honest, _| {
        let public = honest.clone().public_half();
        assert_eq!(sign(&public), Err(KeyError::PrivateKeyNeeded), "{public}");
        assert_eq!(sign(honest), Ok(()), "{honest}");
    });
}
