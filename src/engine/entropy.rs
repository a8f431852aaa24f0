//! Randomness that the host draws and a step spends.
use crate::encoding::sha256_of_parts;
use core::convert::Infallible;
use core::fmt;
use rsa::rand_core::{TryCryptoRng, TryRng};
use thiserror::Error as ThisError;
use zeroize::{Zeroize, Zeroizing};

/// Thirty-two bytes from the operating system's generator. Not `Clone`: each step gets its own. Overwritten when
/// it is dropped.
// In words, which are overwritten faster: every step has one.
pub struct Entropy([u64; 4]);

/// What is no entropy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum EntropyError {
    /// All bytes are equal, as from a generator that failed.
    #[error("the entropy's bytes are all equal; take 32 bytes of the system's generator for each step")]
    Constant,
    /// They are those of the step before.
    #[error(
        "the entropy is that of the step before; take 32 fresh bytes of the system's generator for each step"
    )]
    Repeated,
}

impl Entropy {
    /// Takes bytes that nobody has seen. That they are good cannot be checked: it is the host's duty to take them
    /// from a cryptographic generator. Fewer do not compile:
    ///
    /// ```compile_fail,E0308
    /// let too_few = msal_proto::engine::Entropy::new([7; 16]);
    /// ```
    ///
    /// # Errors
    /// [`EntropyError::Constant`] if all are equal.
    pub fn new(bytes: [u8; 32]) -> Result<Self, EntropyError> {
        let [first, ..] = bytes;
        if bytes == [first; 32] {
            return Err(EntropyError::Constant);
        }
        let mut words = [0; 4];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
            *word = u64::from_ne_bytes(*bytes);
        }
        Ok(Self(words))
    }

    /// Bytes for one purpose: those of another label tell nothing about them.
    pub(crate) fn derive(&self, label: &str) -> [u8; 32] {
        let words = Zeroizing::new(self.0.map(u64::to_ne_bytes));
        sha256_of_parts([b"msal-proto".as_slice(), label.as_bytes(), words.as_flattened()])
    }

    /// As many bytes as a signer wants, for one purpose.
    pub(crate) fn rng(&self, label: &str) -> Drbg {
        Drbg { seed: self.derive(label), counter: 0 }
    }
}

impl Drop for Entropy {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A generator that hashes a seed and a counter. What a caller gave never reaches a signer as it is: constant
/// bytes would switch RSA's blinding off or let it draw for ever.
pub(crate) struct Drbg {
    seed: [u8; 32],
    counter: u64,
}

impl Drbg {
    /// Each call begins a new block, so nothing that was drawn is kept.
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let mut block = sha256_of_parts([&self.seed[..], &self.counter.to_be_bytes()]);
            self.counter = self.counter.wrapping_add(1);
            for (byte, fresh) in chunk.iter_mut().zip(block) {
                *byte = fresh;
            }
            block.zeroize();
        }
    }
}

impl Drop for Drbg {
    fn drop(&mut self) {
        self.seed.zeroize();
    }
}

impl TryRng for Drbg {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Drbg {}

#[cfg(test)]
mod tests {
    use super::*;

    fn entropy(first: u8) -> Entropy {
        Entropy::new(core::array::from_fn(|i| first ^ i as u8)).unwrap()
    }

    fn drawn(entropy: &Entropy, label: &str) -> [u8; 700] {
        let mut bytes = [0; 700];
        entropy.rng(label).try_fill_bytes(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn smm_15_constant_bytes_are_refused() {
        for byte in 0..=u8::MAX {
            assert_eq!(Entropy::new([byte; 32]).unwrap_err(), EntropyError::Constant);
        }
        for place in 0..32 {
            let mut bytes = [0; 32];
            bytes[place] = 1;
            assert!(Entropy::new(bytes).is_ok());
        }
    }

    #[test]
    fn smm_15_what_is_drawn_is_not_what_was_given() {
        let mut nearly = [0; 32];
        nearly[31] = 1;
        let drawn = drawn(&Entropy::new(nearly).unwrap(), "a");
        let zeroes = drawn.iter().filter(|byte| **byte == 0).count();
        assert!(zeroes < 20, "{zeroes} of 700 bytes are zero");
    }

    #[test]
    fn smm_16_purposes_are_separated() {
        let one = entropy(1);
        assert_eq!(one.derive("state"), entropy(1).derive("state"));
        assert_ne!(one.derive("state"), one.derive("nonce"));
        assert_ne!(one.derive("state"), entropy(2).derive("state"));
        assert_eq!(drawn(&one, "state"), drawn(&one, "state"));
        assert_ne!(drawn(&one, "state"), drawn(&one, "nonce"));
        // What a purpose is given is not the beginning of what its generator gives.
        assert_ne!(drawn(&one, "state")[..32], one.derive("state"));
    }

    #[test]
    fn blocks_do_not_repeat() {
        let bytes = drawn(&entropy(1), "state");
        let mut blocks: alloc::vec::Vec<_> = bytes.chunks_exact(32).collect();
        blocks.sort_unstable();
        blocks.dedup();
        assert_eq!(blocks.len(), 21);
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(alloc::format!("{:?}", entropy(1)), "[redacted]");
    }
}
