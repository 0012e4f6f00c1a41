//! A random generator that says what a vector says.

use std::collections::VecDeque;
use std::sync::Mutex;

use josie::RandomFailed;
use josie::SecureRandom;

/// Hands out the given octets in their order, each whole. It fails when it is asked for anything else.
#[derive(Debug)]
pub(crate) struct Scripted(Mutex<VecDeque<Vec<u8>>>);

impl Scripted {
    /// Registries hold generators for the life of the program, hence the leak.
    pub(crate) fn new(script: impl IntoIterator<Item = Vec<u8>>) -> &'static Self {
        Box::leak(Box::new(Self(Mutex::new(script.into_iter().collect()))))
    }

    /// Nothing of the script may be left over.
    pub(crate) fn assert_finished(&self) {
        assert_eq!(self.0.lock().unwrap().len(), 0, "octets that nobody asked for");
    }
}

impl SecureRandom for Scripted {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomFailed> {
        let next = self.0.lock().unwrap().pop_front().ok_or(RandomFailed)?;
        if next.len() != out.len() {
            return Err(RandomFailed);
        }
        out.copy_from_slice(&next);
        Ok(())
    }
}
