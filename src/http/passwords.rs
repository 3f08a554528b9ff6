//! Slow work on passwords: on threads of its own, no more at once than there are cores, with a bounded queue.

use std::sync::Arc;

use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::problem::{Code, Problem};
use crate::secrets::Password;
use crate::store::Store;

/// How many may wait for each that works; whoever comes then is told to come again.
const WAITING_EACH: usize = 32;

/// Hashes and verifies passwords.
pub struct Passwords {
    /// Who may work.
    working: Arc<Semaphore>,
    /// Who may work or wait.
    waiting: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            working: Arc::new(Semaphore::new(cores)),
            waiting: Arc::new(Semaphore::new(cores * (1 + WAITING_EACH))),
        }
    }
}

impl Passwords {
    /// What is to be stored of a password.
    ///
    /// # Errors
    /// `rate_limited` where too many wait.
    pub async fn hash(&self, store: &Store, password: String) -> Result<String, Problem> {
        let mut random = store.with_random(ChaCha20Rng::from_rng);
        self.work(move || Password::hash(&password, &mut random)).await
    }

    /// Whether this is the password of a stored form. Where there is none, the same work is done and the answer is no.
    ///
    /// # Errors
    /// `rate_limited` where too many wait.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, Problem> {
        self.work(move || match stored {
            Some(stored) => Password::verify(&password, &stored),
            None => Password::dummy_verify(&password),
        })
        .await
    }

    async fn work<T: Send + 'static>(&self, body: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let busy = || Problem { retry_after_s: Some(2), ..Problem::new(Code::RateLimited) };
        let waiting = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| busy())?;
        let working: OwnedSemaphorePermit =
            Arc::clone(&self.working).acquire_owned().await.map_err(|_| busy())?;
        let done = tokio::task::spawn_blocking(move || {
            // Held by the thread, not by the request: one that goes away must not let another begin.
            let _permits = (waiting, working);
            body()
        });
        done.await.map_err(|error| Problem { cause: Some(Box::new(error)), ..Problem::new(Code::Internal) })
    }
}
