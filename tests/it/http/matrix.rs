//! Who may call what, asked of the running server and held against the table of endpoints.
//!
//! Each role calls each endpoint, with an object of her own county or account and with a foreign one. What the table
//! does not allow is refused before anything else is looked at; what it allows is found or not by whose object it is. The
//! whole matrix is a snapshot, so that a change of anybody's rights is seen in the review.

use std::fmt::Write;

use jiedui::http::endpoint::{Access, Endpoint, Scope};
use jiedui::http::table;
use jiedui::model::Role;

use super::samples::{self, Whose, ask, names, path};
use super::server::Server;

/// A role, or nobody, and the answers to her requests: for her own object and for a foreign one.
type Asked = (Option<Role>, [(u16, String); 2]);

/// Status and code of each role's request, own object and foreign.
fn row(server: &Server, endpoint: &Endpoint) -> Vec<Asked> {
    let callers = Role::ALL.iter().copied().map(Some).chain([None]);
    let asked = callers.map(|role| {
        let answers = [Whose::Own, Whose::Foreign].map(|whose| {
            // A caller each: a request may log her out.
            let caller = role.map_or_else(|| server.anonymous(), |role| samples::caller(server, role));
            let path = path(server, endpoint, whose, &caller);
            let answer = ask(server, endpoint, &path, &caller);
            let code = answer.code().to_owned();
            (answer.status, code)
        });
        (role, answers)
    });
    asked.collect()
}

#[test]
fn every_role_reaches_what_the_table_allows_and_nothing_else() {
    let mut matrix = String::new();
    for endpoint in table::all() {
        let server = Server::start();
        // There is always an admin left.
        server.log_in_as(Role::Admin);
        let _ = writeln!(matrix, "{} {} ({})", endpoint.method, endpoint.path, endpoint.name);
        // Roles with the same answers share a line.
        let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
        for (role, answers) in row(&server, &endpoint) {
            let at = format!("{} {} as {role:?}", endpoint.method, endpoint.path);
            for (status, code) in &answers {
                match (endpoint.access, role) {
                    (Access::Everybody, _) => assert_ne!(code, "unauthenticated", "{at}"),
                    (_, None) => assert_eq!((*status, code.as_str()), (401, "unauthenticated"), "{at}"),
                    (Access::Roles(roles), Some(role)) if !roles.contains(&role) => {
                        assert_eq!((*status, code.as_str()), (403, "forbidden"), "{at}");
                    }
                    _ => assert_ne!(*status, 401, "{at} {code}"),
                }
                assert!(*status < 500, "{at}: {status} {code}");
            }
            if let Some(role) = role
                && is_allowed(&endpoint, role)
            {
                check_objects(&endpoint, role, &answers, &at);
            }
            let word = role.map_or("nobody", Role::word);
            let text = shown(&answers);
            match lines.iter_mut().find(|(line, _)| *line == text) {
                Some((_, words)) => words.push(word),
                None => lines.push((text, vec![word])),
            }
        }
        for (text, words) in lines {
            let _ = writeln!(matrix, "    {text}: {}", words.join(" "));
        }
    }
    insta::assert_snapshot!("authorization_matrix", matrix);
}

/// A foreign object is not found, unless the caller answers for the whole deployment and the object is no account of hers.
fn check_objects(endpoint: &Endpoint, role: Role, answers: &[(u16, String); 2], at: &str) {
    let wide = matches!(role, Role::Admin | Role::Auditor | Role::Analyst);
    let beyond = match endpoint.scope {
        Scope::Own => true,
        Scope::Region => !wide,
        Scope::None | Scope::Everywhere => false,
    };
    if beyond && !names(endpoint).is_empty() {
        assert_eq!(answers[1].0, 404, "{at}: a foreign object");
    }
}

fn is_allowed(endpoint: &Endpoint, role: Role) -> bool {
    match endpoint.access {
        Access::Everybody | Access::LoggedIn => true,
        Access::Roles(roles) => roles.contains(&role),
    }
}

fn shown(answers: &[(u16, String); 2]) -> String {
    let [own, foreign] = answers;
    let text = |(status, code): &(u16, String)| {
        if code.is_empty() { status.to_string() } else { format!("{status} {code}") }
    };
    if own == foreign { text(own) } else { format!("{} · foreign {}", text(own), text(foreign)) }
}
