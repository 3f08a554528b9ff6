//! How often somebody may ask: by address, by caller, and less often for what few should see.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::authentication::Caller;
use super::endpoint::Endpoint;
use super::problem::{Code, Problem};

/// Requests in a period.
#[derive(Clone, Copy, Debug)]
pub struct Budgets {
    /// Of one address, a second.
    pub address_per_second: NonZeroU32,
    /// Of one caller, to scarce endpoints, a minute.
    pub scarce_per_minute: NonZeroU32,
    /// Of one address without a login, to scarce endpoints, a minute.
    pub anonymous_scarce_per_minute: NonZeroU32,
}

impl Default for Budgets {
    fn default() -> Self {
        let number = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Self {
            address_per_second: number(200),
            scarce_per_minute: number(60),
            anonymous_scarce_per_minute: number(20),
        }
    }
}

/// What was asked lately.
pub struct Limits {
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    scarce: DefaultKeyedRateLimiter<String>,
    anonymous_scarce: DefaultKeyedRateLimiter<IpAddr>,
}

impl Limits {
    /// Nothing was asked yet.
    pub fn new(budgets: Budgets) -> Self {
        Self {
            addresses: RateLimiter::keyed(Quota::per_second(budgets.address_per_second)),
            scarce: RateLimiter::keyed(Quota::per_minute(budgets.scarce_per_minute)),
            anonymous_scarce: RateLimiter::keyed(Quota::per_minute(budgets.anonymous_scarce_per_minute)),
        }
    }

    /// Counts a request of an address.
    pub(super) fn admit_address(&self, address: IpAddr) -> Result<(), Problem> {
        self.addresses.check_key(&network(address)).map_err(|_| limited(1))
    }

    /// Counts a request to a scarce endpoint.
    pub(super) fn admit(
        &self,
        endpoint: &Endpoint,
        caller: Option<&Caller>,
        address: IpAddr,
    ) -> Result<(), Problem> {
        if !endpoint.scarce {
            return Ok(());
        }
        let admitted = match caller {
            Some(caller) => self.scarce.check_key(&caller.user_id).is_ok(),
            None => self.anonymous_scarce.check_key(&network(address)).is_ok(),
        };
        if admitted { Ok(()) } else { Err(limited(60)) }
    }

    /// Forgets who has not asked for long.
    pub fn forget(&self) {
        self.addresses.retain_recent();
        self.scarce.retain_recent();
        self.anonymous_scarce.retain_recent();
    }
}

fn limited(retry_after_s: u64) -> Problem {
    Problem { retry_after_s: Some(retry_after_s), ..Problem::new(Code::RateLimited) }
}

/// One subscriber has a whole /64 of IPv6.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}
