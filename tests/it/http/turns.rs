//! Work that takes much memory: so many at once, so many who wait.

use futures_util::FutureExt;
use jiedui::http::problem::Code;
use jiedui::http::turns::Turns;

#[test]
fn whoever_comes_when_too_many_wait_is_asked_to_come_again() {
    let turns = Turns::new(1, 1);
    let first = turns.take().now_or_never().unwrap().unwrap();
    let mut second = Box::pin(turns.take());
    assert!((&mut second).now_or_never().is_none());
    let third = turns.take().now_or_never().unwrap();
    assert_eq!(third.unwrap_err().code, Code::RateLimited);
    drop(first);
    assert!(second.now_or_never().unwrap().is_ok());
    assert!(turns.take().now_or_never().unwrap().is_ok());
}
