//! Randomness that the host draws and a step spends.
use crate::encoding::sha256_of_parts;
use alloc::vec::Vec;
use core::convert::Infallible;
use core::fmt;
use rsa::rand_core::{TryCryptoRng, TryRng};
use thiserror::Error as ThisError;
use zeroize::Zeroize;

/// Thirty-two bytes from the operating system's generator. Not `Clone`: each step gets its own. Overwritten when
/// it is dropped.
pub struct Entropy([u8; 32]);

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
    /// from a cryptographic generator.
    ///
    /// # Errors
    /// [`EntropyError::Constant`] if all are equal.
    pub fn new(bytes: [u8; 32]) -> Result<Self, EntropyError> {
        let [first, rest @ ..] = &bytes;
        if rest.iter().all(|byte| byte == first) { Err(EntropyError::Constant) } else { Ok(Self(bytes)) }
    }

    /// Bytes for one purpose: those of another label tell nothing about them.
    pub(crate) fn derive(&self, label: &str) -> [u8; 32] {
        sha256_of_parts([b"msal-proto".as_slice(), label.as_bytes(), &self.0])
    }

    /// As many bytes as a signer wants, for one purpose.
    pub(crate) fn rng(&self, label: &str) -> Drbg {
        Drbg { seed: self.derive(label), counter: 0, block: Vec::new() }
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
    block: Vec<u8>,
}

impl Drbg {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            if self.block.is_empty() {
                let block = sha256_of_parts([&self.seed[..], &self.counter.to_be_bytes()]);
                self.counter = self.counter.wrapping_add(1);
                self.block.extend_from_slice(&block);
            }
            *byte = self.block.pop().unwrap_or_default();
        }
    }
}

impl Drop for Drbg {
    fn drop(&mut self) {
        self.seed.zeroize();
        self.block.zeroize();
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
