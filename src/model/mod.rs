//! The nouns of jiedui: children, volunteers, needs, hours, places, the policy.
//!
//! Plain values with their invariants. What is *absent* here: file formats, serde, SQL, HTTP, the clock
//! and random numbers. `input` makes these values from sheets; every later stage only reads them.

pub mod availability;
pub mod child;
pub mod clock;
pub mod code_list;
pub mod id;
pub mod instance;
pub mod location;
pub mod need;
pub mod pairing;
pub mod policy;
pub mod private;
pub mod region;
pub mod role;
pub mod rule;
pub mod season;
pub mod volunteer;

pub use availability::{Availability, AvailabilityRow, Site, WeekMask};
pub use child::Child;
pub use clock::{Clock, SetClock};
pub use id::{ChildId, HouseholdId, VolunteerId};
pub use instance::Instance;
pub use location::{Location, Place};
pub use need::{Need, NeedKind};
pub use pairing::{ExistingPair, Reply};
pub use policy::Policy;
pub use private::Private;
pub use region::RegionCode;
pub use role::Role;
pub use rule::Rule;
pub use season::{Period, Season};
pub use volunteer::Volunteer;
