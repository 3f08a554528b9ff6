//! Turns for work that takes much memory: so many at once, and so many who may wait for theirs. Whoever comes beyond is
//! asked to come again, so that uploads do not pile up.

use tokio::sync::{Semaphore, SemaphorePermit};

use super::problem::{Code, Problem};

/// When somebody who could not wait may come again, seconds.
const RETRY_AFTER_S: u64 = 10;

/// Who works, and who waits.
#[derive(Debug)]
pub struct Turns {
    working: Semaphore,
    waiting: Semaphore,
}

impl Turns {
    /// So many at once, and so many who wait.
    pub fn new(at_once: usize, waiting: usize) -> Self {
        Self { working: Semaphore::new(at_once), waiting: Semaphore::new(waiting) }
    }

    /// Waits for a turn, which lasts while what is given is held.
    ///
    /// # Errors
    /// `rate_limited` where too many wait already.
    pub async fn take(&self) -> Result<SemaphorePermit<'_>, Problem> {
        if let Ok(turn) = self.working.try_acquire() {
            return Ok(turn);
        }
        let full = || Problem { retry_after_s: Some(RETRY_AFTER_S), ..Problem::new(Code::RateLimited) };
        let _place = self.waiting.try_acquire().map_err(|_| full())?;
        self.working.acquire().await.map_err(|_| full())
    }
}
