//! Every mistake is told, with its key and line, and all of them at once.

use jiedui::input::policy::keys::KEYS;
use jiedui::input::policy::{PolicyError, parse, preset};
use jiedui::model::Rule;
use toml::Value;

/// The complete preset with its optional parts switched on, so that every key of the list occurs.
fn complete() -> toml::Table {
    let optional = r#"
        [run]
        date = 2027-03-01
        from = 2027-03-01
        to = 2027-08-31
        [coordinates]
        datum = "GCJ-02"
        [legal_basis]
        authority = "示例县民政局"
        document = "示例〔2026〕1号"
        [[rules_off]]
        code = "H18"
        reason = "全县通用普通话"
        approved_by = ["示例一"]
    "#;
    let text = format!(
        "extends = \"balanced\"\n{}\n{optional}",
        preset("balanced").expect("it ships with the program")
    );
    text.parse().expect("the preset is TOML")
}

fn refused(text: &str) -> PolicyError {
    parse(text, "policy.toml").expect_err(text)
}

/// The keys told of, in order.
fn keys_of(error: &PolicyError) -> Vec<&str> {
    error.problems.iter().map(|problem| problem.key.as_str()).collect()
}

/// Paths to every value that is no table, as messages show them.
fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Table(table) => {
            for (key, child) in table {
                leaves(child, &if path.is_empty() { key.clone() } else { format!("{path}.{key}") }, found);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_table) => {
            for (position, item) in items.iter().enumerate() {
                leaves(item, &format!("{path}[{}]", position + 1), found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

fn at<'a>(root: &'a mut Value, path: &str) -> &'a mut Value {
    path.split('.').fold(root, |value, part| match part.trim_end_matches(']').split_once('[') {
        Some((key, number)) => &mut value[key][number.parse::<usize>().expect("a position") - 1],
        None => &mut value[part],
    })
}

/// Values of each kind that no key of that kind takes.
fn wrong_values(sound: &Value) -> Vec<Value> {
    let mut wrong = vec![Value::String(" ".into()), Value::Array(vec![Value::Boolean(true)])];
    match sound {
        Value::Integer(_) | Value::Float(_) => wrong.extend([
            Value::Integer(-1),
            Value::Integer(i64::MAX),
            Value::Float(f64::NAN),
            Value::Float(f64::INFINITY),
            Value::Boolean(true),
        ]),
        Value::Boolean(_) => wrong.push(Value::Integer(1)),
        Value::String(_) | Value::Datetime(_) => wrong.extend([Value::Integer(3), Value::Boolean(false)]),
        Value::Array(_) => wrong.extend([
            Value::Array(vec![Value::String(" ".into())]),
            Value::String("term".into()),
            Value::Integer(1),
        ]),
        Value::Table(_) => unreachable!("leaves are no tables"),
    }
    wrong
}

#[test]
fn every_key_set_wrongly_is_named_and_nothing_else_is() {
    let sound = Value::Table(complete());
    let mut paths = Vec::new();
    leaves(&sound, "", &mut paths);
    assert!(paths.len() > KEYS.len());
    for path in &paths {
        for wrong in wrong_values(at(&mut sound.clone(), path)) {
            let mut broken = sound.clone();
            *at(&mut broken, path) = wrong;
            let text = toml::to_string(&broken).unwrap();
            let error = refused(&text);
            assert_eq!(keys_of(&error), [path], "{error}\n{text}");
        }
    }
}

/// So that the test above tries them all.
#[test]
fn the_complete_preset_holds_every_key() {
    let mut paths = Vec::new();
    leaves(&Value::Table(complete()), "", &mut paths);
    for key in KEYS {
        let known: Vec<&str> = key.pattern.split('.').collect();
        let occurs = paths.iter().any(|path| {
            let plain: String = path.chars().filter(|c| !c.is_ascii_digit()).collect();
            let own: Vec<&str> = plain.split('.').collect();
            own.len() == known.len()
                && own.iter().zip(&known).all(|(own, known)| *known == "*" || own == known)
        });
        assert!(occurs, "{}", key.pattern);
    }
}

#[test]
fn a_key_left_out_of_a_list_item_or_an_optional_section_is_named() {
    let sound = Value::Table(complete());
    for path in
        ["classes[2].any_of", "calendar[3].to", "run.from", "legal_basis.document", "rules_off[1].reason"]
    {
        let (table, key) = path.rsplit_once('.').unwrap();
        let mut broken = sound.clone();
        at(&mut broken, table).as_table_mut().unwrap().remove(key).unwrap();
        assert_eq!(keys_of(&refused(&toml::to_string(&broken).unwrap())), [path]);
    }
}

#[test]
fn all_mistakes_are_told_at_once_with_their_lines() {
    let text = "siblings = \"some\"\nextends = \"none\"\n[travel]\nspeed = 30\ndetour = 0.9\n\n[needs.dancing]\nseasons = []\n";
    let error = refused(text);
    let told: Vec<_> = error.problems.iter().map(|problem| (problem.key.as_str(), problem.line)).collect();
    let expected = [
        ("siblings", Some(1)),
        ("extends", Some(2)),
        ("travel.speed", Some(4)),
        ("travel.detour", Some(5)),
        ("needs.dancing", Some(7)),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_message_gives_place_value_cause_and_remedy_in_both_languages() {
    let error = refused("[travel]\ndetour = 0.9\n");
    let expected = "policy.toml 有 1 处要改 / 1 to correct:\n\
                    第2行 travel.detour = 0.9：超出允许范围。写 1 到 5 的数\n  \
                    line 2 travel.detour = 0.9: outside the range allowed; write a number from 1 to 5";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn broken_toml_is_told_with_its_line() {
    for (text, line) in [("[travel\n", 1), ("[travel]\ndetour = \n", 2), ("\nname = “均衡”\n", 2)] {
        let error = refused(text);
        assert!(error.problems.iter().any(|problem| problem.line == Some(line)), "{error}");
    }
    let error = refused("[travel]\ndetour = 2\ndetour = 2\n[run]\ndate = 2027-02-30\n");
    assert_eq!(keys_of(&error), ["detour", "date"]);
    assert_eq!(error.problems[0].line, Some(3));
    assert!(error.to_string().contains("第5行 date：") && error.to_string().contains("2027-03-01"));
}

#[test]
fn a_section_written_as_a_value_is_named_once() {
    for text in
        ["travel = 3", "needs = []", "needs.tutoring = true", "default_hours.child = \"无\"", "run = 1"]
    {
        let path = text.split_once(" = ").unwrap().0;
        assert_eq!(keys_of(&refused(text)), [path]);
    }
    assert_eq!(keys_of(&refused("classes = [3]")), ["classes[1]"]);
    assert_eq!(keys_of(&refused("classes = []")), ["classes"]);
    assert_eq!(keys_of(&refused("[classes]\nname_zh = \"甲\"")), ["classes"]);
    assert_eq!(keys_of(&refused("extends = \"no-such\"")), ["extends"]);
}

/// Each line of the table breaks one tie between keys.
#[test]
fn keys_that_do_not_fit_each_other_are_refused() {
    let class = |name: &str, any_of: &str, price: u32| {
        format!(
            "[[classes]]\nname_zh = \"{name}\"\nname_en = \"{name}\"\nany_of = [\"{any_of}\"]\nunmatched_min = {price}\n"
        )
    };
    let span = |from: &str, to: &str| format!("[[calendar]]\nseason = \"term\"\nfrom = {from}\nto = {to}\n");
    let run = |date: &str, from: &str, to: &str| format!("[run]\ndate = {date}\nfrom = {from}\nto = {to}\n");
    let cases = [
        (class("a", "risk_high", 9), "classes[1].any_of"),
        (class("a", "everybody", 9) + &class("b", "everybody", 9), "classes[1].any_of"),
        (class("a", "risk_high", 9) + &class("b", "everybody", 10), "classes[2].unmatched_min"),
        (span("2027-02-02", "2027-02-01"), "calendar[1].to"),
        (span("2027-02-01", "2027-02-05") + &span("2027-02-05", "2027-02-06"), "calendar[2].from"),
        (span("2027-02-01", "2027-02-05") + &span("2027-01-05", "2027-01-06"), "calendar[2].from"),
        (run("2027-03-01", "2027-04-01", "2027-03-31"), "run.to"),
        (run("2027-04-01", "2027-03-01", "2027-03-31"), "run.date"),
        ("[travel]\nround_up_min = 30\nmax_travel_min = 20\n".to_owned(), "travel.max_travel_min"),
        ("[eligibility]\nmin_term_days = 20\n".to_owned(), "eligibility.seasonal_min_days"),
        (
            "[default_hours.parent]\nterm = \"学校：周一 17:00-18:00\"\n".to_owned(),
            "default_hours.parent.term",
        ),
        ("[needs.tutoring]\nseasons = [\"term\", \"term\"]\n".to_owned(), "needs.tutoring.seasons"),
        (
            "[needs.psychological_support]\nqualification_needed = false\n".to_owned(),
            "needs.psychological_support.qualification_needed",
        ),
        ("[eligibility]\nwish_from_age = 9\n".to_owned(), "eligibility.wish_from_age"),
        ("[eligibility]\nscreening_days = 366\n".to_owned(), "eligibility.screening_days"),
    ];
    for (text, key) in cases {
        assert_eq!(keys_of(&refused(&text)), [key], "{text}");
    }
    let twins = class("a", "risk_high", 9) + &class("a", "everybody", 9);
    assert_eq!(keys_of(&refused(&twins)), ["classes[2].name_zh", "classes[2].name_en"]);
}

fn off(code: &str, rest: &str) -> String {
    format!("[[rules_off]]\ncode = \"{code}\"\nreason = \"示例理由\"\n{rest}\n")
}

#[test]
fn rules_that_protect_children_are_never_off_whoever_approves() {
    let two = "approved_by = [\"示例一\", \"示例二\"]";
    for code in ["H01", "H02", "H03", "H04", "H05", "H07", "H10", "H14"] {
        let error = refused(&off(code, two));
        assert_eq!(keys_of(&error), ["rules_off[1].code"]);
        let (zh, en) = Rule::by_code(code).unwrap().sources();
        let cause = &error.problems[0].cause;
        assert!(cause.zh.contains(zh) && cause.en.contains(en), "{error}");
    }
    let others = ["H06", "H08", "H09", "H11", "H12", "H15", "H16", "H17", "H18", "H19", "H20", "H21"];
    assert!(others.iter().all(|code| parse(&off(code, ""), "policy.toml").is_ok()));
}

#[test]
fn the_rule_on_men_and_girls_takes_two_different_approvers() {
    let names = ["", "approved_by = [\"示例一\"]", "approved_by = [\"Li Si\", \"li si \"]"];
    for one in names {
        let error = refused(&off("H13", one));
        assert_eq!(keys_of(&error), ["rules_off[1].approved_by"]);
        assert!(error.problems[0].cause.en.contains("H13"));
    }
    let file = parse(&off("H13", "approved_by = [\"示例一\", \"示例二\"]"), "policy.toml").unwrap();
    assert_eq!(file.policy.rules_off, [Rule::Gender]);
    assert_eq!(file.exceptions[0].approved_by, ["示例一", "示例二"]);
}

#[test]
fn a_rule_stands_once_and_under_a_known_code() {
    assert_eq!(keys_of(&refused(&(off("H18", "") + &off("H18", "")))), ["rules_off[2].code"]);
    assert_eq!(keys_of(&refused(&off("H99", ""))), ["rules_off[1].code"]);
    assert_eq!(
        keys_of(&refused("[[rules_off]]\ncode = \"H18\"\nreason = \" \u{3000}\"")),
        ["rules_off[1].reason"]
    );
}
