//! AES-GCM with 192-bit keys, which only AWS-LC has.

use aws_lc_rs::aead;

use super::shared::gcm::Gcm;
use super::shared::gcm_key_wrap::GcmKeyWrap;

use crate::alg::JweAlg;
use crate::alg::JweEnc;

pub(super) static A192GCM: Gcm = Gcm { enc: JweEnc::A192Gcm, algorithm: &aead::AES_192_GCM };

pub(super) static A192GCMKW: GcmKeyWrap =
    GcmKeyWrap { alg: JweAlg::A192GcmKw, algorithm: &aead::AES_192_GCM };
