//! Turns for work that takes much memory: so many at once, and so many who may wait for theirs. Whoever comes beyond is
//! asked to come again, so that uploads do not pile up. What is sent for long is sent under a turn that ends by itself, so that
//! a client who does not read takes nobody's place.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::AbortHandle;

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

/// Something that is held under a turn, for so long and no longer.
#[derive(Debug)]
pub struct Held<T> {
    content: Arc<Mutex<Option<(T, SemaphorePermit<'static>)>>>,
    end: AbortHandle,
}

impl<T: Send + 'static> Held<T> {
    /// Holds it until it is dropped, or the time is over; to be called within a runtime.
    pub fn new(content: T, turn: SemaphorePermit<'static>, most: Duration) -> Self {
        let content = Arc::new(Mutex::new(Some((content, turn))));
        let taken = Arc::clone(&content);
        let end = tokio::spawn(async move {
            tokio::time::sleep(most).await;
            taken.lock().unwrap_or_else(PoisonError::into_inner).take();
        });
        Self { content, end: end.abort_handle() }
    }

    /// Uses what is held; `None` once the time is over.
    pub fn with<R>(&self, body: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        content.as_mut().map(|(content, _)| body(content))
    }
}

impl<T> Drop for Held<T> {
    fn drop(&mut self) {
        self.end.abort();
        self.content.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
