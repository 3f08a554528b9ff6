//! Version 1 of the API: a folder a resource, a file an endpoint.

pub(super) mod api_keys;
pub(super) mod audit_events;
pub(super) mod bars;
pub(super) mod children;
pub(super) mod code_lists;
pub(super) mod concerns;
pub(super) mod conflicts;
pub(super) mod consent_texts;
pub(super) mod exports;
pub(super) mod import_templates;
pub(super) mod imports;
pub(super) mod invitations;
pub(super) mod me;
pub(super) mod operation;
pub(super) mod pairings;
pub(super) mod people;
pub(super) mod policies;
pub(super) mod regions;
pub(super) mod runs;
pub(super) mod sessions;
pub(super) mod setup;
pub(super) mod tasks;
pub(super) mod teams;
pub(super) mod users;
pub(super) mod volunteers;
