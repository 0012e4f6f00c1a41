//! Critical header extensions that an application understands (RFC 7515 section 4.1.11).

use core::fmt;
use std::sync::Arc;

use serde_json::Value;
use thiserror::Error as ThisError;

use crate::error::Error;
use crate::error::PolicyError;
use crate::error::Refused;
use crate::header::Header;
use crate::header::REGISTERED;

/// What a handler of a critical header extension returns to refuse its value; see
/// [`critical`](crate::PolicyBuilder::critical).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[error("critical header extension refused")]
#[allow(clippy::exhaustive_structs)] // It says nothing by design.
pub struct CritRefused;

/// What an application knows of an extension.
pub(super) trait Handler:
    Fn(&Value, &Header) -> Result<(), CritRefused> + Send + Sync
{
}

impl<F: Fn(&Value, &Header) -> Result<(), CritRefused> + Send + Sync> Handler for F {}

/// The handlers by the names of the extensions.
#[derive(Clone, Default)]
pub(super) struct Critical {
    handlers: Vec<(String, Arc<dyn Handler>)>,
}

impl Critical {
    /// Adds a handler, which replaces one of the same name.
    pub(super) fn insert(&mut self, name: String, handler: Arc<dyn Handler>) {
        self.handlers.retain(|(known, _)| *known != name);
        self.handlers.push((name, handler));
    }

    /// Refuses handlers for what josie itself knows.
    pub(super) fn check_names(&self) -> Result<(), PolicyError> {
        let is_reserved = |name: &str| name == "b64" || REGISTERED.contains(&name);
        match self.handlers.iter().find(|(name, _)| is_reserved(name)) {
            Some((name, _)) => Err(PolicyError::ReservedCritical { name: name.clone() }),
            None => Ok(()),
        }
    }

    /// Runs the handler of each critical parameter, all of which are in the header.
    pub(super) fn check(&self, header: &Header) -> Result<(), Error> {
        for name in header.critical() {
            let handler = self.handlers.iter().find(|(known, _)| known == name);
            let (Some((_, handler)), Some(value)) = (handler, header.param(name)) else {
                return Err(Error::Refused(Refused::Critical));
            };
            handler(value, header).map_err(|CritRefused| Error::Refused(Refused::CriticalValue))?;
        }
        Ok(())
    }
}

/// Shows the names only.
impl fmt::Debug for Critical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.handlers.iter().map(|(name, _)| name)).finish()
    }
}
