//! The policy file: what it means, what it refuses, and that its guide tells the truth.

mod mistakes;

use jiedui::input::policy::guide::key_table;
use jiedui::input::policy::{DEFAULT_PRESET, PRESETS, PolicyFile, canonical, parse, preset, write};
use jiedui::model::location::Datum;
use jiedui::model::need::NeedKind;
use jiedui::model::policy::{ClassCondition, CoverageMode, SiblingPolicy};
use jiedui::model::season::{Period, Season};
use jiedui::model::{Policy, Rule};
use jiff::civil::date;
use proptest::prelude::{Just, any, prop, prop_assert_eq, prop_oneof, proptest};

fn read(text: &str) -> PolicyFile {
    parse(text, "policy.toml").unwrap_or_else(|error| panic!("{error}"))
}

fn balanced() -> Policy {
    read(preset(DEFAULT_PRESET).expect("it ships with the program")).policy
}

#[test]
fn presets_parse_and_differ_from_each_other() {
    let policies: Vec<_> = PRESETS
        .iter()
        .map(|(name, ..)| {
            let policy = read(preset(name).unwrap()).policy;
            assert_eq!(policy.name, *name);
            policy
        })
        .collect();
    for (position, policy) in policies.iter().enumerate() {
        for other in &policies[..position] {
            assert_ne!(policy.exchange, other.exchange);
            assert_ne!(policy.travel, other.travel);
            assert_eq!(policy.classes, other.classes);
            assert_eq!(policy.eligibility, other.eligibility);
        }
    }
    assert!(preset("no-such").is_none());
}

/// "Weighs travel most" is a claim about the others: one minute of travel buys more of everything else elsewhere.
#[test]
fn nearby_weighs_travel_most_and_needs_first_weighs_needs_and_common_time_most() {
    let [balanced, nearby, needs_first] =
        PRESETS.map(|(name, ..)| read(preset(name).unwrap()).policy.exchange);
    assert!(nearby.wished_need_missed_min < balanced.wished_need_missed_min);
    assert!(balanced.wished_need_missed_min < needs_first.wished_need_missed_min);
    assert!(nearby.half_hour_short_min < balanced.half_hour_short_min);
    assert!(balanced.half_hour_short_min < needs_first.half_hour_short_min);
    assert!(nearby.further_household_min <= balanced.further_household_min);
    assert!(nearby.home_language_missing_min <= balanced.home_language_missing_min);
    assert!(nearby.continuity_lost_min <= balanced.continuity_lost_min);
}

#[test]
fn every_switch_of_every_preset_is_strict() {
    for (name, ..) in PRESETS {
        let policy = read(preset(name).unwrap()).policy;
        assert!(policy.eligibility.screening_covers_period);
        assert!(!policy.eligibility.accept_no_conviction);
        assert!(policy.eligibility.screening_days <= 365);
        assert!(policy.eligibility.wish_from_age <= 8);
        assert!(policy.rules_off.is_empty());
        assert!(policy.statutory_duty.is_none());
        assert!(policy.need(NeedKind::PsychologicalSupport).qualification_needed);
        assert_eq!(policy.siblings, SiblingPolicy::SameVolunteer);
        assert_eq!(policy.coverage, CoverageMode::Lexicographic);
    }
}

#[test]
fn calls_with_parents_pause_at_the_festival_and_company_never_does() {
    let policy = balanced();
    let festival = policy.calendar.season_of(date(2027, 2, 6));
    assert_eq!(festival, Season::SpringFestival);
    assert!(!policy.need(NeedKind::VideoCall).seasons.contains(&festival));
    assert_eq!(policy.need(NeedKind::Companionship).seasons, Season::ALL);
    assert_eq!(policy.calendar.season_of(date(2027, 1, 22)), Season::Term);
    assert_eq!(policy.calendar.season_of(date(2027, 2, 26)), Season::WinterHoliday);
    assert_eq!(policy.calendar.season_of(date(2027, 9, 1)), Season::Term);
}

#[test]
fn a_partial_file_is_the_preset_with_those_changes() {
    let text = r#"
        siblings = "free"
        [exchange]
        wished_need_missed_min = 25
        [travel]
        speed_kmh = 42
        [eligibility]
        seasonal_pairings = false
        [needs.tutoring]
        seasons = ["summer_holiday", "term"]
        [default_hours.child]
        term = "无"
        [[classes]]
        name_zh = "全部"
        name_en = "all"
        any_of = ["everybody"]
        unmatched_min = 60
    "#;
    let mut expected = balanced();
    expected.siblings = SiblingPolicy::Free;
    expected.exchange.wished_need_missed_min = 25;
    expected.travel.speed_kmh = 42.0;
    expected.eligibility.seasonal_min_days = None;
    expected.needs[NeedKind::Tutoring.index()].seasons = vec![Season::Term, Season::SummerHoliday];
    expected.default_hours.child[Season::Term.index()] = jiedui::model::WeekMask::EMPTY;
    expected.classes.truncate(1);
    expected.classes[0].name_zh = "全部".into();
    expected.classes[0].name_en = "all".into();
    expected.classes[0].any_of = vec![ClassCondition::Everybody];
    expected.classes[0].unmatched_min = 60;
    assert_eq!(read(text).policy, expected);
    assert_eq!(read(&format!("extends = \"balanced\"\n{text}")).policy, expected);
    assert_ne!(read(&format!("extends = \"nearby\"\n{text}")).policy, expected);
}

#[test]
fn a_file_with_nothing_but_dates_means_the_balanced_rules() {
    let text = "[run]\ndate = 2027-02-25\nfrom = \"2027.3.1\"\nto = \"2027年8月31日\"";
    let file = read(text);
    assert_eq!(file.policy, balanced());
    let run = file.run.unwrap();
    assert_eq!(run.today, date(2027, 2, 25));
    assert_eq!(Some(run.period), Period::new(date(2027, 3, 1), date(2027, 8, 31)));
    assert_eq!(read("").policy, balanced());
    assert!(read("").run.is_none());
}

#[test]
fn coordinate_system_and_statutory_duty_hold_for_the_whole_sheet() {
    let text = "[coordinates]\ndatum = \"gcj02\"\n[legal_basis]\nauthority = \"示例县民政局\"\ndocument = \"示例〔2026〕1号\"";
    let file = read(text);
    assert_eq!(file.datum, Some(Datum::Gcj02));
    let duty = file.policy.statutory_duty.unwrap();
    assert_eq!((duty.authority.as_str(), duty.document.as_str()), ("示例县民政局", "示例〔2026〕1号"));
}

#[test]
fn a_rule_is_off_only_with_its_reason_and_the_reason_is_kept() {
    let file = read("[[rules_off]]\ncode = \"H18\"\nreason = \" 全县通用普通话 \"");
    assert!(!file.policy.enforces(Rule::Language));
    assert_eq!(file.exceptions[0].reason, "全县通用普通话");
    let others = Rule::ALL.into_iter().filter(|rule| *rule != Rule::Language);
    others.for_each(|rule| assert!(file.policy.enforces(rule)));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    assert_eq!(read("\u{feff}[travel]\r\ndetour = 1.8\r\n").policy.travel.detour.to_bits(), 1.8f64.to_bits());
}

proptest! {
    #[test]
    fn a_written_policy_reads_back_the_same(
        base in prop_oneof![Just("balanced"), Just("nearby"), Just("needs-first")],
        detour in 1.0f64..=5.0, minutes in 0u32..=1440, seasonal in any::<bool>(),
        slots in prop::collection::vec(0usize..336, 0..40), name in "[^ \t\r\n\u{200b}]{1,12}",
    ) {
        let mut file = read(&format!("extends = \"{base}\"\n[[rules_off]]\ncode = \"H15\"\nreason = \"两县联合\""));
        // Outer blanks are trimmed and a blank name is refused, so the odd characters stand inside.
        file.policy.name = format!("甲{name}乙");
        file.policy.travel.detour = detour;
        file.policy.exchange.continuity_lost_min = minutes;
        file.policy.eligibility.seasonal_min_days = seasonal.then_some(30);
        let week = &mut file.policy.default_hours.volunteer[0];
        *week = jiedui::model::WeekMask::EMPTY;
        for slot in &slots {
            week.insert(*slot);
        }
        file.exceptions[0].approved_by = vec!["示例 \"引号\"".to_owned()];
        prop_assert_eq!(read(&write(&file)), file);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>(), tail in "[a-z_.=\\[\\]\"0-9\n -]{0,60}") {
        let _ = parse(&text, "policy.toml");
        let _ = parse(&tail, "policy.toml");
    }
}

#[test]
fn equal_policies_have_equal_canonical_texts_and_others_do_not() {
    let texts = PRESETS.map(|(name, ..)| canonical(&read(preset(name).unwrap()).policy));
    assert_eq!(texts[0], canonical(&balanced()));
    assert_ne!(texts[0], texts[1]);
    assert_ne!(canonical(&read("[[rules_off]]\ncode = \"H18\"\nreason = \"x\"").policy), texts[0]);
}

const GUIDE: &str = include_str!("../../docs/POLICY.md");

#[test]
fn the_guide_lists_exactly_the_keys_that_the_reader_knows() {
    let (_, rest) = GUIDE.split_once("<!-- keys: written from the code -->\n").unwrap();
    let (table, _) = rest.split_once("<!-- end of keys -->").unwrap();
    assert_eq!(table.trim(), key_table().trim(), "put this table into docs/POLICY.md:\n{}", key_table());
}

#[test]
fn every_example_of_the_guide_is_a_policy() {
    let examples: Vec<&str> =
        GUIDE.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(examples.len() >= 3);
    for text in examples {
        read(text);
    }
}
