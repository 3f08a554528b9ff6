//! jiedui 结对 pairs volunteers one-to-one with children who need them.
//!
//! In: a county's sheets and a policy. Out: a plan folder that says who is paired with whom and why the others are
//! not, with prices that prove the plan cheapest among all that the rules admit.
//!
//! # Map
//!
//! Data flows one way; nothing imports upward (`tests/it/layers.rs` reads every `use crate::` and holds it against this).
//!
//! | layer | from → to |
//! |---|---|
//! | [`input`] | sheets and policy file → [`Instance`](model::Instance), [`Policy`](model::Policy), numbered findings |
//! | [`model`] | the nouns: child, volunteer, need, hours, place, season, rule |
//! | [`candidates`] | hard rules; trees over people, searched best first |
//! | [`scoring`] | admissible pair → whole points, one function a term; bounds on pairs nobody looked at |
//! | [`assignment`] | graph, costs, capacities → chosen arcs and prices; the certificate checker |
//! | [`plan`] | passes grown until exact → pairs, services, backups, reasons; the plan folder and its verification |
//! | [`explanation`] | a loaded plan and a question → an answer as data, reduced to what its audience may know; sentences apart |
//! | [`pipeline`] | instance and policy → plan: the one way through that every caller shares |
//!
//! Round it lie the edges: [`report`] (summary, worklist, roster, measures), [`synthetic`] (invented counties),
//! [`spreadsheet`] and [`files`] (safe cells, whole folders), and `cli`, one file a verb, behind the feature of that name.
//! Behind the feature `server` stand five more edges: `secrets` (keys and what they seal, passwords, tokens, masking; it knows nothing
//! else of ours), `store` (people, accounts, runs and the audit trail in SQLite or PostgreSQL; it knows no HTTP), `runs` (people of the
//! store → a plan kept beside them; it joins `store` and `pipeline`), `delivery` (what the store's outbox holds, told by mail, short message or
//! file) and `http` (the API over all of them, made from one table of endpoints).
//! The command line alone joins them all and lets clock and randomness in.
//!
//! # Invariants, as what is absent
//!
//! - [`assignment`] and [`model`] import nothing of ours. `assignment` knows no people: left, right, arc, cost, capacity,
//!   price. `model` knows no serde, no files.
//! - [`candidates`] knows no cost: an unsafe pair is not dear, it has no arc. [`scoring`] forbids nothing.
//! - The checker ([`assignment::certificate`]) calls no solver; [`plan::verify`] reads a folder and solves nothing.
//! - No clock and no ambient randomness in any layer: day, period and seed come with the inputs. No result depends on the number of
//!   threads or on the order of a hash map.
//! - No floating-point number in a cost or a price. Distances become whole minutes before anything is compared by cost.
//! - No county number, name or phone in what `match` writes but `people.csv` and `worklist.csv`. Names are in rosters alone.
//! - No half-written folder: [`files::write_folder`] writes aside and renames.
//!
//! # Walkthrough
//!
//! [`input::load`](fn@input::load) reads every sheet to its end and tells each fault by rule and row. [`pipeline::make_plan`] prepares
//! ages, classes and weekly hours ([`candidates::Prepared`]), takes out the pairs that stand
//! ([`candidates::standing`]), says what leaving each child or household alone costs ([`plan::outline`]), searches the cheapest
//! volunteers who break no rule, solves over these ([`assignment::solve`]), and adds pairs until the prices rule out every
//! admissible pair that is not held ([`plan::growth`]). A second pass of the same engine gives separate services to
//! specialists. [`plan::compose`] reads pairs, backups and reasons out of both; [`plan::folder::write::render`] checks the
//! proof once more and writes it under ids drawn for this plan alone. The repository's `docs/ARCHITECTURE.md` follows one
//! child's row through all of it.
//!
//! # Example
//!
//! A plan for the synthetic county of Laifeng, and its proof checked apart from the solver:
//!
//! ```
//! use std::ops::ControlFlow;
//! use std::path::Path;
//!
//! use jiedui::assignment::{Method, Status, certificate};
//! use jiedui::input::write::canonical::digest;
//! use jiedui::input::{LoadOptions, load};
//! use jiedui::pipeline::make_plan;
//! use jiedui::plan::PlanOptions;
//!
//! let county = load(Path::new("data/laifeng"), &LoadOptions::default())?;
//! let options = PlanOptions {
//!     seed: 0,
//!     method: Method::Exact,
//!     provisional: false,
//!     digest: digest(&county.instance, &county.policy),
//! };
//! let go_on = &mut |_, _| ControlFlow::Continue(());
//! let plan = make_plan(&county.instance, &county.policy, options, go_on)?;
//! assert_eq!(plan.status, Status::Optimal);
//!
//! for solved in &plan.passes {
//!     let proof = certificate::check(&solved.pass.problem, &solved.solution.chosen, &solved.solution.price);
//!     let proof = proof.expect("no violation");
//!     assert_eq!(proof.primal, proof.dual);
//! }
//! assert_eq!(plan.pairs.len() + plan.unmatched.len(), county.instance.children.len());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod assignment;
pub mod candidates;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "server")]
pub mod delivery;
pub mod explanation;
pub mod files;
#[cfg(feature = "server")]
pub mod http;
pub mod input;
pub mod model;
pub mod pipeline;
pub mod plan;
pub mod report;
#[cfg(feature = "server")]
pub mod runs;
pub mod scoring;
#[cfg(feature = "server")]
pub mod secrets;
pub mod spreadsheet;
#[cfg(feature = "server")]
pub mod store;
pub mod synthetic;
