//! Writing claims: the registered ones first, then the caller's members.

use serde::Serialize;

use super::Claims;
use super::read::check_custom;
use crate::error::ClaimReason;
use crate::error::Error;

impl<T: Serialize> Claims<T> {
    /// The JSON of the claims set, held to what a reader holds it to.
    pub(crate) fn to_json(&self, max_depth: usize) -> Result<Vec<u8>, Error> {
        if self.exp.is_none() && !self.without_exp {
            return Err(Error::claim("exp", ClaimReason::Missing));
        }
        if self.aud.as_ref().is_some_and(|aud| aud.values().is_empty()) {
            return Err(Error::claim("aud", ClaimReason::Invalid));
        }
        let mut out = Vec::with_capacity(256);
        write_member(&mut out, "iss", self.iss.as_ref())?;
        write_member(&mut out, "sub", self.sub.as_ref())?;
        write_member(&mut out, "aud", self.aud.as_ref())?;
        write_member(&mut out, "exp", self.exp.as_ref())?;
        write_member(&mut out, "nbf", self.nbf.as_ref())?;
        write_member(&mut out, "iat", self.iat.as_ref())?;
        write_member(&mut out, "jti", self.jti.as_ref())?;
        self.write_custom(&mut out, max_depth)?;
        Ok(out)
    }

    fn write_custom(&self, out: &mut Vec<u8>, max_depth: usize) -> Result<(), Error> {
        let start = out.len();
        write_json(out, &self.custom)?;
        match out.get(start..) {
            Some(b"{}") => {
                // Nothing of the caller's own: the object is what was written before, closed.
                out.truncate(start);
                if out.is_empty() {
                    out.push(b'{');
                }
                out.push(b'}');
            }
            Some(custom @ [b'{', ..]) => {
                check_custom(custom, max_depth)?;
                // The caller's object goes on where the registered claims end.
                if start > 0
                    && let Some(brace) = out.get_mut(start)
                {
                    *brace = b',';
                }
            }
            _ => return Err(Error::Serialize),
        }
        Ok(())
    }
}

fn write_member<V: Serialize>(
    out: &mut Vec<u8>,
    name: &str,
    value: Option<&V>,
) -> Result<(), Error> {
    let Some(value) = value else { return Ok(()) };
    out.push(if out.is_empty() { b'{' } else { b',' });
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    write_json(out, value)
}

fn write_json<V: Serialize>(out: &mut Vec<u8>, value: &V) -> Result<(), Error> {
    serde_json::to_writer(out, value).map_err(|_| Error::Serialize)
}
