//! One row under the numbered rules, apart from any sheet.

use jiedui::input::person_check::{Outcome, PersonCheck};
use jiedui::input::policy;
use jiedui::input::rule::InputRule;
use jiff::civil::date;

use super::made::{VILLAGE, cells, child_cells, volunteer_cells};

fn with_check<T>(body: impl FnOnce(PersonCheck<'_>) -> T) -> T {
    let policy = policy::parse(policy::preset("balanced").unwrap(), "balanced.toml").unwrap().policy;
    body(PersonCheck { policy: &policy, today: date(2026, 3, 1), datum: None })
}

#[test]
fn a_home_is_known_by_its_code_or_its_coordinates() {
    with_check(|check| {
        let mut row = child_cells(1);
        row.extend(cells(&[("id", "C1"), ("legal_basis", "监护人同意"), ("region_code", VILLAGE)]));
        assert_eq!(check.child(&row).outcome, Outcome::Usable);
        for key in ["longitude", "latitude", "datum"] {
            row.remove(key);
        }
        assert_eq!(check.child(&row).outcome, Outcome::Usable, "the code of a village");
        row.insert("school_township".to_owned(), "另一镇".to_owned());
        let checked = check.child(&row);
        assert!(checked.findings.iter().all(|finding| finding.rule != InputRule::ChildField));
        row.insert("region_code".to_owned(), "422827000000".to_owned());
        let unknown = Outcome::Quarantined(InputRule::ChildPlaceUnknown);
        assert_eq!(check.child(&row).outcome, unknown, "a county is no home");
    });
}

#[test]
fn volunteers_are_held_or_kept_out_by_their_own_rules() {
    with_check(|check| {
        let mut row = volunteer_cells(1);
        row.extend(cells(&[("id", "V1"), ("region_code", VILLAGE)]));
        assert_eq!(check.volunteer(&row).outcome, Outcome::Usable);
        let with = |pairs: &[(&str, &str)]| {
            let mut row = row.clone();
            row.extend(cells(pairs));
            check.volunteer(&row).outcome
        };
        assert_eq!(with(&[("screening_result", "好像可以")]), Outcome::Held);
        assert_eq!(with(&[("id_number", "99010119880312999")]), Outcome::Held);
        assert_eq!(with(&[("capacity", "很多")]), Outcome::Quarantined(InputRule::VolunteerLimit));
        assert_eq!(with(&[("sex", ""), ("id_number", "")]), Outcome::Quarantined(InputRule::AdultUnknown));
        let second = [("unit", "U1"), ("lead", ""), ("capacity", "很多")];
        assert_eq!(with(&second), Outcome::Usable, "what she says for a unit is read from its lead");
    });
}

#[test]
fn findings_never_quote_what_is_personal() {
    with_check(|check| {
        let canaries = [("name", "金丝雀"), ("phone", "1990000777"), ("id_number", "990101201505019999")];
        let mut row = child_cells(1);
        row.extend(cells(&canaries));
        row.extend(cells(&[
            ("birth_date", "金丝雀 二零一五"),
            ("household", "金丝雀家"),
            ("risk", "金丝雀 高"),
        ]));
        let checked = check.child(&row);
        assert!(checked.findings.len() >= 4);
        let told = format!("{:?}", checked.findings);
        for (_, canary) in canaries {
            assert!(!told.contains(canary), "{told}");
        }
    });
}
