//! What the server keeps secret: that it stays so, opens where it should, and is written as documented.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod canary;
mod envelope;
mod keyring;
mod known_answers;
mod masking;
mod password;
mod search;
mod second_factor;

use std::convert::Infallible;

use jiedui::secrets::Place;
use rand::SeedableRng;
use rand::rand_core::{TryCryptoRng, TryRng};
use rand_chacha::ChaCha20Rng;

/// Draws `first`, `first + 1`, … (modulo 256), so that an answer can be computed elsewhere.
struct Counting(u8);

impl TryRng for Counting {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for byte in out {
            *byte = self.0;
            self.0 = self.0.wrapping_add(1);
        }
        Ok(())
    }
}

/// Only tests may count and call it random.
impl TryCryptoRng for Counting {}

fn dice(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// Where an invented child's key lies.
const KEY: Place<'static> = Place { table: "child", id: "c-7", column: "data_key" };
/// And her name.
const NAME: Place<'static> = Place { table: "child", id: "c-7", column: "name" };
