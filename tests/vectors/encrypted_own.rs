//! josie's own encrypted tokens over the plaintexts and headers of the vectors, from their random octets where those
//! can be given.

use josie::DecryptionKey;
use josie::EncryptionKey;
use josie::Header;
use josie::Jwe;
use josie::JweAlg;
use josie::JweBuilder;
use josie::KeyManagementMode;
use josie::KeySet;
use josie::Registry;
use josie::UnprotectedHeader;
use serde_json::Map;
use serde_json::Value;

use crate::encrypted_parts::Parts;
use crate::encryption::decrypt;
use crate::encryption::decryption_key;
use crate::encryption::enc_of;
use crate::encryption::members_for;
use crate::encryption::plaintext_of;
use crate::encryption::policy;
use crate::encryption::protected;
use crate::encryption::with_kid;
use crate::encryption::write;
use crate::model::Case;
use crate::model::Form;
use crate::model::Token;
use crate::model::decode;
use crate::runner::Runner;
use crate::scripted::Scripted;
use crate::vector::is_in_josies_form;

impl Runner<'_> {
    /// A fresh token decrypts for every recipient. What the vector fixes is the vector's own.
    pub(crate) fn own_encrypted_token(
        &mut self,
        case: &Case,
        token: &Token,
        keys: &[(usize, DecryptionKey)],
    ) {
        let own = OwnToken::new(case, keys);
        let form = if own.recipients.len() > 1 { Form::General } else { token.form };
        for made in own.write(form) {
            for (_, key) in keys {
                let keys = KeySet::from(key.clone());
                let jwe = decrypt(form, &made, &keys, &policy(case)).unwrap();
                assert_eq!(jwe.plaintext(), plaintext_of(case), "{}", case.id);
            }
        }
        if case.compressed_b64u.is_some() {
            return;
        }
        if is_whole(case) {
            let made = scripted(case, self.registry, &[0], token.form);
            let made = made.iter().map(|made| match token.form {
                Form::Compact => made.clone().into(),
                _ => serde_json::from_str::<Value>(made).unwrap(),
            });
            for made in made {
                assert_eq!(made, token.value, "{}", case.id);
            }
            self.whole_tokens.insert(format!("{} {}", case.id, token.name()));
        } else if !protected(case).contains_key("alg") {
            // josie writes `alg` beside the protected header only for several recipients. Where there is one, it is
            // addressed twice.
            let mut indices: Vec<usize> = keys.iter().map(|(index, _)| *index).collect();
            if let [only] = indices[..] {
                indices.push(only);
            }
            let fixed = |(_, index): &(usize, usize)| is_fixed(alg_of(case, *index));
            let pairs: Vec<_> = indices.iter().copied().enumerate().filter(fixed).collect();
            assert!(!pairs.is_empty(), "{}", case.id);
            for made in scripted(case, self.registry, &indices, Form::General) {
                let made: Value = serde_json::from_str(&made).unwrap();
                Parts::of(case).assert_made(&made, &pairs);
            }
        }
    }
}

/// josie's token from the vector's random octets, for these recipients, by each function that writes it.
fn scripted(case: &Case, registry: Registry, indices: &[usize], form: Form) -> Vec<String> {
    let wraps = indices.iter().filter_map(|index| {
        let recipient = &case.recipients[*index];
        Some(decode(members_for(case, recipient).get("iv")?.as_str().unwrap()))
    });
    let has_cek = alg_of(case, indices[0]) != JweAlg::Dir;
    let cek = has_cek.then(|| decode(case.cek_b64u.as_ref().unwrap()));
    let iv = decode(case.iv_b64u.as_ref().unwrap());
    let script: Vec<_> = cek.into_iter().chain(wraps).chain([iv]).collect();
    let times = if form == Form::Compact { 2 } else { 1 };
    let random = Scripted::new(vec![script; times].concat());
    let registry = Registry { random, ..registry };
    let keys = indices.iter().map(|index| {
        let recipient = &case.recipients[*index];
        let alg = alg_of(case, *index);
        let key = decryption_key(&case.keys[recipient.key], alg, enc_of(case), &registry).unwrap();
        (*index, with_kid(key, case, recipient))
    });
    let keys: Vec<_> = keys.collect();

    let made = OwnToken::new(case, &keys).write(form);

    random.assert_finished();
    assert_eq!(made.len(), times, "{}", case.id);
    made
}

/// What josie's token is made from.
struct OwnToken<'c> {
    case: &'c Case,
    header: Header,
    shared: UnprotectedHeader,
    recipients: Vec<(UnprotectedHeader, EncryptionKey)>,
}

impl<'c> OwnToken<'c> {
    fn new(case: &'c Case, keys: &[(usize, DecryptionKey)]) -> Self {
        let mut header = Header::new();
        for (name, value) in others(&protected(case)) {
            header = header.with_param(name, value);
        }
        let recipients = keys.iter().map(|(index, key)| {
            let own = case.recipients[*index].header.clone().unwrap_or_default();
            (unprotected(&own), key.encryption_key(enc_of(case)).unwrap())
        });
        let shared = unprotected(&case.unprotected.clone().unwrap_or_default());
        Self { case, header, shared, recipients: recipients.collect() }
    }

    /// By each function that writes this form.
    fn write(&self, form: Form) -> Vec<String> {
        let plaintext = plaintext_of(self.case);
        let mut builder = JweBuilder::new(&self.header);
        for (unprotected, key) in &self.recipients {
            builder = builder.recipient_with(unprotected, key);
        }
        let aad = decode(self.case.aad_b64u.as_deref().unwrap_or_default());
        builder = builder.shared_unprotected(&self.shared).aad(&aad);
        let mut made = vec![write(&builder, form, &plaintext).unwrap()];
        if form == Form::Compact {
            let (_, key) = &self.recipients[0];
            made.push(Jwe::encrypt(&plaintext, &self.header, key).unwrap());
        }
        made
    }
}

/// Whether all random octets of the token can be given, and josie has its headers where and as the vector has them.
fn is_whole(case: &Case) -> bool {
    let form = ["alg", "kid", "epk", "apu", "apv", "tag", "iv", "p2s", "p2c", "enc", "zip", "typ"];
    let protected_b64u = case.protected_b64u.as_deref().unwrap_or_default();
    case.recipients.len() == 1
        && is_fixed(alg_of(case, 0))
        && protected(case).contains_key("alg")
        && is_in_josies_form(protected_b64u, &form)
}

/// Ephemeral keys and OAEP seeds are the backend's, and so few iterations are not to be had from a key.
fn is_fixed(alg: JweAlg) -> bool {
    match alg.mode() {
        KeyManagementMode::DirectEncryption => true,
        KeyManagementMode::KeyWrapping => alg.min_iterations().is_none(),
        _ => false,
    }
}

fn alg_of(case: &Case, index: usize) -> JweAlg {
    JweAlg::from_name(&case.recipients[index].alg).unwrap()
}

fn unprotected(header: &Map<String, Value>) -> UnprotectedHeader {
    let add = |unprotected: UnprotectedHeader, (name, value)| unprotected.with_param(name, value);
    others(header).into_iter().fold(UnprotectedHeader::new(), add)
}

/// The parameters that josie does not write itself.
fn others(header: &Map<String, Value>) -> Vec<(String, Value)> {
    let by_josie = ["alg", "enc", "kid", "epk", "iv", "tag", "p2s", "p2c", "zip"];
    let others = header.clone().into_iter().filter(|(name, _)| !by_josie.contains(&name.as_str()));
    others.inspect(|(name, _)| assert!(["cty", "jku"].contains(&name.as_str()), "{name}")).collect()
}
