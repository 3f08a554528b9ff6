//! The way in that is left when no admin can open one: the server's own terminal.

use serde_json::json;

use crate::http::server::{Client, PASSWORD, totp_code};
use crate::postgres::Cluster;
use crate::served::{Place, Served};

/// An admin who has set up an app; her login.
fn first_admin(served: &Served) -> &'static str {
    let mut client = Client::at(&served.url);
    let token = served.setup_token.clone().unwrap();
    let body = json!({"token": token, "login": "li.admin", "password": PASSWORD, "name": "李试"});
    client.post("/setup", &body).expect(201);
    client.log_in("li.admin", PASSWORD).expect(201);
    let secret = client.post("/me/totp", &json!({})).expect(200).text_of("/secret");
    // The program in a process of its own reads the machine's clock; a code is good for its step and those beside it.
    let seconds = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    client.post("/me/totp/confirm", &json!({"code": totp_code(&secret, seconds)})).expect(200);
    "li.admin"
}

#[test]
fn an_admin_who_lost_password_and_phone_gets_in_again_at_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let places =
        [Place::sqlite(folder.path()), Place::postgres(folder.path(), Cluster::shared().database(""))];
    for place in places {
        let served = Served::start(&place);
        let login = first_admin(&served);
        assert!(served.stop());

        let (well, said) = place.run(&["invite", "nobody"]);
        assert!(!well && said.contains("nobody has this login"), "{said}");
        let (well, said) = place.run(&["invite", login, "--forget-second-factor"]);
        assert!(well, "{said}");
        let token = said.split_once("/invitation#").unwrap().1.trim().to_owned();

        let served = Served::start(&place);
        let mut client = Client::at(&served.url);
        client.log_in(login, PASSWORD).expect(201);
        let new = json!({"token": token, "password": "a quite new password"});
        client.post("/invitations/accept", &new).expect(204);
        client.get("/me").expect(401);
        client.log_in(login, PASSWORD).expect(401);
        let begun = client.log_in(login, "a quite new password").expect(201);
        assert_eq!(begun.text_of("/second_factor"), "enrolment_needed");
        assert!(served.stop());
        std::fs::remove_file(folder.path().join("keys")).unwrap();
    }
}
