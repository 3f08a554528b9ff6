//! Every endpoint, one line each: routes, authorization matrix and OpenAPI document are made from this list.

use super::endpoint::Endpoint;
use super::v1;

/// All endpoints below `/api/v1`.
pub fn all() -> Vec<Endpoint> {
    let mut endpoints = vec![
        v1::audit_events::list_audit_events::endpoint(),
        v1::audit_events::verify_audit_events::endpoint(),
        v1::audit_events::export_audit_events::endpoint(),
        v1::operation::version::endpoint(),
        v1::setup::set_up::endpoint(),
        v1::sessions::log_in::endpoint(),
        v1::sessions::give_second_factor::endpoint(),
        v1::sessions::log_out::endpoint(),
        v1::me::get_me::endpoint(),
        v1::me::change_password::endpoint(),
        v1::me::begin_totp::endpoint(),
        v1::me::confirm_totp::endpoint(),
        v1::me::list_sessions::endpoint(),
        v1::me::end_sessions::endpoint(),
        v1::me::end_session::endpoint(),
        v1::invitations::accept_invitation::endpoint(),
        v1::users::list_users::endpoint(),
        v1::users::create_user::endpoint(),
        v1::users::get_user::endpoint(),
        v1::users::change_user::endpoint(),
        v1::users::disable_user::endpoint(),
        v1::users::enable_user::endpoint(),
        v1::users::invite_user::endpoint(),
        v1::api_keys::list_api_keys::endpoint(),
        v1::api_keys::create_api_key::endpoint(),
        v1::api_keys::revoke_api_key::endpoint(),
        v1::teams::list_teams::endpoint(),
        v1::teams::create_team::endpoint(),
        v1::teams::get_team::endpoint(),
        v1::teams::change_team::endpoint(),
        v1::regions::list::endpoint(),
        v1::regions::import::endpoint(),
        v1::regions::get::endpoint(),
        v1::regions::patch::endpoint(),
        v1::regions::boundary::endpoint(),
        v1::regions::boundary_put::endpoint(),
        v1::regions::places::endpoint(),
        v1::regions::places_put::endpoint(),
        v1::code_lists::list::endpoint(),
        v1::code_lists::get::endpoint(),
        v1::policies::list::endpoint(),
        v1::policies::create::endpoint(),
        v1::policies::presets::endpoint(),
        v1::policies::get::endpoint(),
        v1::policies::publish::endpoint(),
        v1::import_templates::get::endpoint(),
        v1::imports::list::endpoint(),
        v1::imports::create::endpoint(),
        v1::imports::get::endpoint(),
        v1::imports::rows::endpoint(),
        v1::imports::errors::endpoint(),
        v1::imports::commit::endpoint(),
        v1::imports::discard::endpoint(),
        v1::exports::get::endpoint(),
        v1::exports::reveal::endpoint(),
        v1::exports::statistics::endpoint(),
    ];
    endpoints.extend(people());
    endpoints.extend(runs());
    endpoints.extend(pairings());
    endpoints.extend(concerns());
    endpoints.extend(promises());
    endpoints
}

/// Runs.
fn runs() -> Vec<Endpoint> {
    vec![
        v1::runs::list::endpoint(),
        v1::runs::create::endpoint(),
        v1::runs::get::endpoint(),
        v1::runs::cancel::endpoint(),
        v1::runs::publish::endpoint(),
        v1::runs::events::endpoint(),
        v1::runs::metrics::endpoint(),
        v1::runs::unmatched::endpoint(),
        v1::runs::certificate::endpoint(),
        v1::runs::explain_child::endpoint(),
        v1::runs::explain_proposal::endpoint(),
        v1::runs::recruits::endpoint(),
        v1::runs::frontier::endpoint(),
        v1::runs::what_if::endpoint(),
        v1::runs::compare::endpoint(),
    ]
}

/// Living pairs and what has to be done about them.
fn pairings() -> Vec<Endpoint> {
    vec![
        v1::pairings::list::endpoint(),
        v1::pairings::get::endpoint(),
        v1::pairings::history::endpoint(),
        v1::pairings::guardian_answer::endpoint(),
        v1::pairings::child_answer::endpoint(),
        v1::pairings::conflict::endpoint(),
        v1::pairings::activate::endpoint(),
        v1::pairings::suspend::endpoint(),
        v1::pairings::resume::endpoint(),
        v1::pairings::end::endpoint(),
        v1::pairings::calendar::endpoint(),
        v1::pairings::contacts_list::endpoint(),
        v1::pairings::contacts_create::endpoint(),
        v1::pairings::contacts_amend::endpoint(),
        v1::consent_texts::get::endpoint(),
        v1::me::list_pairings::endpoint(),
        v1::me::reveal_pairing::endpoint(),
        v1::me::report_conflict::endpoint(),
        v1::me::create_contact::endpoint(),
        v1::me::get_capacity::endpoint(),
        v1::me::put_capacity::endpoint(),
        v1::me::get_availability::endpoint(),
        v1::me::put_availability::endpoint(),
        v1::tasks::list::endpoint(),
        v1::tasks::done::endpoint(),
    ]
}

/// Concerns.
fn concerns() -> Vec<Endpoint> {
    vec![
        v1::concerns::list::endpoint(),
        v1::concerns::create::endpoint(),
        v1::concerns::get::endpoint(),
        v1::concerns::assign::endpoint(),
        v1::concerns::entries_create::endpoint(),
        v1::concerns::report_to_authority::endpoint(),
        v1::concerns::close::endpoint(),
        v1::concerns::reopen::endpoint(),
        v1::concerns::receipts::endpoint(),
    ]
}

/// Proposals, offers and their links.
fn promises() -> Vec<Endpoint> {
    vec![
        v1::proposals::list::endpoint(),
        v1::proposals::list_of_run::endpoint(),
        v1::proposals::get::endpoint(),
        v1::proposals::pin::endpoint(),
        v1::proposals::unpin::endpoint(),
        v1::proposals::reject::endpoint(),
        v1::proposals::swap::endpoint(),
        v1::proposals::approve::endpoint(),
        v1::proposals::approve_many::endpoint(),
        v1::proposals::offer::endpoint(),
        v1::proposals::offer_many::endpoint(),
        v1::offers::list::endpoint(),
        v1::offers::get::endpoint(),
        v1::offers::resend::endpoint(),
        v1::offers::revoke::endpoint(),
        v1::offers::record::endpoint(),
        v1::offer_links::get::endpoint(),
        v1::offer_links::accept::endpoint(),
        v1::offer_links::decline::endpoint(),
        v1::offer_links::conflict::endpoint(),
        v1::me::offers::list::endpoint(),
        v1::me::offers::get::endpoint(),
        v1::me::offers::answers::accept_endpoint(),
        v1::me::offers::answers::decline_endpoint(),
        v1::me::offers::answers::conflict_endpoint(),
    ]
}

/// Children, volunteers, bars and conflicts.
fn people() -> Vec<Endpoint> {
    vec![
        v1::children::list::endpoint(),
        v1::children::create::endpoint(),
        v1::children::search::endpoint(),
        v1::children::get::endpoint(),
        v1::children::patch::endpoint(),
        v1::children::archive::endpoint(),
        v1::children::needs_put::endpoint(),
        v1::children::availability_get::endpoint(),
        v1::children::availability_put::endpoint(),
        v1::children::legal_bases_list::endpoint(),
        v1::children::legal_bases_create::endpoint(),
        v1::children::legal_bases_end::endpoint(),
        v1::children::consents_list::endpoint(),
        v1::children::consents_create::endpoint(),
        v1::children::consents_withdraw::endpoint(),
        v1::children::wishes_list::endpoint(),
        v1::children::wishes_create::endpoint(),
        v1::children::reveal::endpoint(),
        v1::children::restore::endpoint(),
        v1::children::erase::endpoint(),
        v1::children::history::endpoint(),
        v1::volunteers::list::endpoint(),
        v1::volunteers::create::endpoint(),
        v1::volunteers::search::endpoint(),
        v1::volunteers::get::endpoint(),
        v1::volunteers::patch::endpoint(),
        v1::volunteers::archive::endpoint(),
        v1::volunteers::screenings_list::endpoint(),
        v1::volunteers::screenings_create::endpoint(),
        v1::volunteers::capacity_put::endpoint(),
        v1::volunteers::availability_get::endpoint(),
        v1::volunteers::availability_put::endpoint(),
        v1::volunteers::suspend::endpoint(),
        v1::volunteers::resume::endpoint(),
        v1::volunteers::bar::endpoint(),
        v1::volunteers::reveal::endpoint(),
        v1::volunteers::restore::endpoint(),
        v1::volunteers::erase::endpoint(),
        v1::volunteers::history::endpoint(),
        v1::bars::list::endpoint(),
        v1::bars::lift::endpoint(),
        v1::conflicts::list::endpoint(),
        v1::conflicts::create::endpoint(),
        v1::conflicts::clear::endpoint(),
    ]
}
