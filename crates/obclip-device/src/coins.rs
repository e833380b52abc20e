//! Randomness as an argument. Draws of unmentioned attributes are secret, so they must never
//! come from the seed that travels.

use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::error::Error;

/// A stream of uniform draws: SHA-256 over a secret key and a counter.
pub struct Coins {
    key: [u8; 32],
    counter: u64,
}

impl Coins {
    /// Fresh coins of the operating system.
    pub fn from_os() -> Result<Self, Error> {
        Ok(Self::from_key(fresh_bytes()?))
    }

    /// The same coins every time, for tests and experiments.
    pub fn from_key(key: [u8; 32]) -> Self {
        Self { key, counter: 0 }
    }

    /// A uniform number below `n` (at least 1), without modulo bias.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let n = n.max(1) as u64;
        let fair = u64::MAX - u64::MAX % n;
        loop {
            let draw = self.next();
            if draw < fair {
                return (draw % n) as usize;
            }
        }
    }

    fn next(&mut self) -> u64 {
        let digest = Sha256::new().chain_update(self.key).chain_update(self.counter.to_le_bytes());
        self.counter += 1;
        let bytes: [u8; 32] = digest.finalize().into();
        u64::from_le_bytes(std::array::from_fn(|i| bytes[i]))
    }
}

impl Drop for Coins {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

/// 32 bytes of the operating system, for a request's seed.
pub fn fresh_bytes() -> Result<[u8; 32], Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| Error::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_repeatable_and_reach_every_value_evenly() {
        let mut counts = [0; 5];
        let mut coins = Coins::from_key([1; 32]);
        (0..5000).for_each(|_| counts[coins.below(5)] += 1);
        assert!(counts.iter().all(|count| (900..1100).contains(count)), "{counts:?}");
        let draws = |key| (0..20).map(|_| Coins::from_key(key).below(1000)).collect::<Vec<_>>();
        assert_eq!(draws([2; 32]), draws([2; 32]));
        assert_ne!(draws([2; 32]), draws([3; 32]));
    }
}
