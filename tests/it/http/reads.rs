//! Reading changes nothing, but for the trail of who read.

use jiedui::http::endpoint::Access;
use jiedui::http::table;
use jiedui::model::Role;

use super::samples::{Whose, ask, caller, path};
use super::server::Server;

#[test]
fn no_get_changes_anything_but_the_audit_trail() {
    let server = Server::start();
    for endpoint in table::all().into_iter().filter(|endpoint| endpoint.method == "GET") {
        let roles = match endpoint.access {
            Access::Everybody | Access::LoggedIn => Role::ALL,
            Access::Roles(roles) => roles,
        };
        for role in roles {
            let caller = caller(&server, *role);
            let path = path(&server, &endpoint, Whose::Own, &caller);
            let before = server.dump(&["audit_events", "audit_head"]);
            ask(&server, &endpoint, &path, &caller);
            let after = server.dump(&["audit_events", "audit_head"]);
            assert!(before == after, "GET {} as {} changed the database", endpoint.path, role.word());
        }
    }
}

#[test]
fn use_of_a_session_is_written_at_most_once_a_minute() {
    let server = Server::start();
    let client = server.log_in_as(Role::Volunteer);
    let used_at = || client.get("/me/sessions").expect(200).text_of("/items/0/used_at");
    let begun = used_at();
    server.clock.advance_ms(59_000);
    for _ in 0..50 {
        assert_eq!(used_at(), begun);
    }
    server.clock.advance_ms(1_000);
    client.get("/me").expect(200);
    // It is written aside; until then every request asks for it again.
    let written = (0..10_000).any(|_| {
        std::thread::yield_now();
        used_at() != begun
    });
    assert!(written, "it was never written");
}
