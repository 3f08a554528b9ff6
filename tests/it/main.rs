//! One integration binary: everything a user can see.

#[cfg(feature = "server")]
mod accounts;
mod answers;
mod assignment;
#[cfg(feature = "server")]
mod canaries;
mod cancel;
#[cfg(feature = "server")]
mod concerns;
mod explain_verb;
mod files;
mod growth;
#[cfg(feature = "server")]
mod http;
#[cfg(feature = "server")]
mod imports;
mod input_county;
mod input_files;
mod input_hours;
mod input_round_trip;
mod input_rows;
mod input_values;
mod input_volunteers;
mod layers;
mod match_bad_input;
mod measures;
#[cfg(feature = "server")]
mod operation;
#[cfg(feature = "server")]
mod outbox;
mod pairing_oracle;
#[cfg(feature = "server")]
mod pairings;
#[cfg(feature = "server")]
mod people;
mod plan_folder;
mod policy;
#[cfg(feature = "server")]
mod postgres;
#[cfg(feature = "server")]
mod promises;
mod repair_verb;
mod roster;
#[cfg(feature = "server")]
mod runs;
mod same_answer;
#[cfg(feature = "server")]
mod season;
#[cfg(feature = "server")]
mod secrets;
#[cfg(feature = "server")]
mod served;
#[cfg(feature = "server")]
mod store;
mod synthetic;
mod synthetic_loading;
mod table;
mod table_hostile;
mod template_verb;
#[cfg(feature = "server")]
mod torture;
mod writers;
