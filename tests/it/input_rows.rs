//! What a row becomes: a person, a held volunteer, a quarantined child, never nothing.

use jiedui::input::rule::{InputRule, Severity, documentation};
use jiedui::model::Season;
use jiedui::model::child::{Answer, Category, ConsentGiver, LegalBasis, ParentStanding, RiskLevel, Sex};
use jiedui::model::instance::Flag;
use jiedui::model::location::{Datum, Precision};
use jiedui::model::need::{Grade, Mode, NeedKind, Strength, Subject};
use jiedui::model::volunteer::{Reach, UnitKind};
use jiff::civil::date;

use crate::input_county::{County, only, sound_child, told};

#[test]
fn a_sound_county_loads_without_a_word() {
    let loaded = County::sound().load();
    assert_eq!(told(&loaded.report), Vec::<String>::new());
    let (child, volunteer) = (&loaded.instance.children[0], &loaded.instance.volunteers[0]);
    assert_eq!(
        (child.birth, child.sex, child.place.precision),
        (date(2015, 5, 1), Sex::Female, Precision::Village)
    );
    assert_eq!(child.place.region.as_str(), "990101101201", "the missing code is taken from the places");
    assert_eq!(child.consent.answer, Answer::Yes(Some(date(2026, 10, 1))));
    assert_eq!((volunteer.capacity, volunteer.unit, volunteer.reach), (1, UnitKind::Person, Reach::Default));
    let counts = loaded.report.counts;
    assert_eq!((counts.children, counts.volunteers, counts.adults, counts.quarantined), (1, 1, 1, 0));
}

#[test]
fn a_blank_safety_cell_is_no_yes() {
    let mut county = County::sound();
    for header in ["结对同意", "同意人身份", "本人意愿", "父母状况"] {
        county.children[0] = county.children[0].clone().with(header, "");
    }
    for header in ["同意查询", "查询结果", "培训", "协议"] {
        county.volunteers[0] = county.volunteers[0].clone().with(header, "");
    }
    let loaded = county.load();
    let (child, adult) = (&loaded.instance.children[0], loaded.instance.volunteers[0].lead());
    assert_eq!((child.consent.answer, child.wish), (Answer::Unknown, Answer::Unknown));
    assert_eq!(
        (child.consent.giver, child.parents.standing),
        (ConsentGiver::CarerAlone, ParentStanding::Unknown)
    );
    assert_eq!(
        (adult.query_consent, adult.training, adult.agreement),
        (Answer::Unknown, Answer::Unknown, Answer::Unknown)
    );
    assert_eq!((&adult.screening, adult.held), (&None, false));
}

#[test]
fn an_unreadable_safety_cell_counts_as_blank_and_is_told() {
    for header in ["结对同意", "同意人身份", "本人意愿", "父母状况"] {
        let (child, report) = County::with_child(header, "大概可以").child();
        let finding = only(&report, "ChildSafetyField");
        assert_eq!(
            (finding.column.unwrap().0, finding.row, finding.file.as_str()),
            (header, Some(2), "children.csv")
        );
        assert!(child.flags.contains(&Flag::FieldDropped));
        let nothing_passed = child.consent.answer == Answer::Unknown
            || child.wish == Answer::Unknown
            || child.consent.giver == ConsentGiver::CarerAlone
            || child.parents.standing == ParentStanding::Unknown;
        assert!(nothing_passed, "{header}");
    }
    for header in ["同意查询", "培训", "协议"] {
        let (unit, report) = County::with_volunteer(header, "大概可以").volunteer();
        only(&report, "VolunteerSafetyField");
        let adult = unit.lead();
        assert!(
            [adult.query_consent, adult.training, adult.agreement].contains(&Answer::Unknown),
            "{header}"
        );
    }
}

#[test]
fn a_thing_dated_after_the_run_is_not_done_yet() {
    for (header, cell) in [("同意日期", "2026-11-25"), ("意愿日期", "2027.1.1")] {
        let (child, report) = County::with_child(header, cell).child();
        only(&report, "FutureDate");
        assert!(child.consent.answer == Answer::Unknown || child.wish == Answer::Unknown, "{header}");
    }
    let (unit, report) = County::with_volunteer("培训", "2026.12.5").volunteer();
    only(&report, "FutureDate");
    assert_eq!(unit.lead().training, Answer::Unknown);
    let (unit, _) = County::with_volunteer("培训", "2026.10.5").volunteer();
    assert_eq!(unit.lead().training, Answer::Yes(Some(date(2026, 10, 5))));
}

#[test]
fn a_child_under_fourteen_without_a_legal_basis_is_quarantined_and_counted() {
    let loaded = County::with_child("法律依据", "").load();
    assert_eq!((loaded.instance.children.len(), loaded.instance.registered()), (0, 1));
    let quarantined = &loaded.instance.quarantined[0];
    assert_eq!(quarantined.rule, InputRule::NoLegalBasis.code());
    assert_eq!((quarantined.township.as_str(), quarantined.village.as_str()), ("甲镇", "东村"));
    let finding = only(&loaded.report, "NoLegalBasis");
    assert!(finding.remedy.zh.contains("法定职责"));
    // 14 on the day of the run.
    let mut older = County::with_child("法律依据", "");
    older.children[0] = older.children[0].clone().with("出生日期", "2012-11-24");
    assert!(older.child().0.legal_basis.is_none());
    let mut a_day_younger = County::with_child("法律依据", "");
    a_day_younger.children[0] = a_day_younger.children[0].clone().with("出生日期", "2012-11-25");
    assert_eq!(a_day_younger.load().instance.quarantined.len(), 1);
    let (child, _) = County::with_child("法律依据", "法定职责：示例县民政局，示例〔2026〕1号").child();
    let duty = LegalBasis::StatutoryDuty {
        authority: "示例县民政局".into(),
        document: "示例〔2026〕1号".into(),
    };
    assert_eq!(child.legal_basis, Some(duty));
    let half = County::with_child("法律依据", "法定职责").load();
    assert_eq!(half.instance.quarantined.len(), 1, "a duty without authority and document is none");
}

#[test]
fn missing_sex_and_birth_come_from_a_sound_id_number_else_the_row_waits() {
    // Made from the standard's address example, born 2015-05-01, sequence 002 (female).
    let mut body = b"11010520150501002".to_vec();
    body.push(jiedui::input::values::id_number::check_sign(&body));
    let number = String::from_utf8(body).unwrap();
    let mut county = County::with_child("身份证号", &number);
    county.children[0] = county.children[0].clone().with("性别", "").with("出生日期", "");
    let (child, report) = county.child();
    assert_eq!(
        (child.sex, child.birth, told(&report)),
        (Sex::Female, date(2015, 5, 1), Vec::<String>::new())
    );
    assert_eq!(child.id_number.unwrap().expose(), number);
    for (header, rule) in [("性别", InputRule::ChildSexUnknown), ("出生日期", InputRule::ChildBirthUnknown)]
    {
        let loaded = County::with_child(header, "").load();
        assert_eq!(loaded.instance.quarantined[0].rule, rule.code());
    }
}

#[test]
fn a_broken_child_id_drops_the_field_and_a_broken_volunteer_id_holds_her() {
    // Excel's work, a slip, an old number, and a sound number of somebody else.
    for number in ["110105201505010000", "1.10105E+17", "110105150501002", "11010519491231002X"] {
        let (child, report) = County::with_child("身份证号", number).child();
        assert_eq!((child.id_number, child.flags), (None, vec![Flag::IdNumberDropped, Flag::FieldDropped]));
        let shown = only(&report, "ChildIdNumber").value.clone().unwrap();
        assert!(shown.contains('*') && !shown.contains(&number[4..11]), "masked: {shown}");
        let (unit, report) = County::with_volunteer("身份证号", number).volunteer();
        only(&report, "VolunteerIdNumber");
        assert!(unit.lead().held, "{number}");
        assert_eq!(report.counts.held, 1);
    }
}

#[test]
fn blank_hours_take_the_policys_by_season_and_say_so() {
    let (child, report) = County::with_child("可服务时段", "").child();
    only(&report, "ChildHoursAssumed");
    assert!(child.availability.assumed && child.flags.contains(&Flag::HoursAssumed));
    let loaded = County::with_child("可服务时段", "").load();
    for season in Season::ALL {
        assert_eq!(child.availability.week(season), loaded.policy.default_hours.child[season.index()]);
    }
    let mut county = County::with_child("学期时段", "学校：周三 17:00-18:00");
    county.children[0] = county.children[0].clone().with("春节时段", "无");
    let (child, _) = county.child();
    assert_eq!(child.availability.week(Season::Term).minutes(), 60, "its own column");
    assert_eq!(child.availability.week(Season::WinterHoliday).minutes(), 240, "the general column");
    assert!(child.availability.week(Season::SpringFestival).is_empty(), "无 is an answer");
    assert!(!child.availability.assumed);
    county.children[0] = county.children[0].clone().with("可服务时段", "");
    let (child, _) = county.child();
    assert_eq!(child.availability.week(Season::Term).minutes(), 60);
    assert_eq!(
        child.availability.week(Season::SummerHoliday),
        loaded.policy.default_hours.child[Season::SummerHoliday.index()]
    );
    assert!(child.availability.assumed);
}

#[test]
fn needs_are_read_with_the_policys_defaults_and_blank_means_company() {
    let text = "学业辅导：数学、语文 三年级（必需，线下，每周90分钟，权重150%）；亲情连线；陪伴（希望）";
    let county = County::with_child("需求", text);
    let (child, _) = county.child();
    let policy = county.load().policy;
    let kinds: Vec<_> = child.needs.iter().map(|need| (need.kind, need.subject)).collect();
    assert_eq!(
        kinds,
        [
            (NeedKind::Tutoring, Some(Subject::Mathematics)),
            (NeedKind::Tutoring, Some(Subject::Chinese)),
            (NeedKind::VideoCall, None),
            (NeedKind::Companionship, None),
        ]
    );
    for tutoring in &child.needs[..2] {
        assert_eq!(
            (tutoring.grade, tutoring.strength, tutoring.mode),
            (Some(Grade(3)), Strength::Required, Mode::InPerson)
        );
        assert_eq!((tutoring.minutes_per_week, tutoring.weight_percent), (90, 150));
    }
    let call = policy.need(NeedKind::VideoCall);
    assert_eq!(
        (child.needs[2].mode, child.needs[2].minutes_per_week),
        (call.default_mode, call.default_minutes)
    );
    assert_eq!((child.needs[2].strength, child.needs[2].weight_percent), (call.default_strength, 100));
    let (child, report) = County::with_child("需求", "").child();
    only(&report, "NeedsAssumed");
    assert_eq!((child.needs.len(), child.needs[0].kind), (1, NeedKind::Companionship));
    let (child, report) = County::with_child("需求", "陪伴、魔法；辅导：炼金术；陪伴").child();
    assert_eq!((child.needs.len(), told(&report)), (1, vec!["ChildField".to_owned(); 3]));
}

#[test]
fn a_place_is_exact_or_its_village_or_its_seat_or_told_missing() {
    let mut county = County::with_child("经度", "109.41");
    county.children[0] = county.children[0].clone().with("纬度", "29.51").with("坐标系", "BD-09");
    let (child, _) = county.child();
    assert_eq!((child.place.precision, child.place.source_datum), (Precision::Exact, Datum::Bd09));
    assert!((child.place.location.longitude_deg() - 109.41).abs() > 1e-3, "converted");
    let (child, _) = County::with_child("乡镇", "甲").child();
    assert_eq!(child.place.precision, Precision::Village, "offices leave the ending out");
    let (child, report) = County::with_child("村", "北村").child();
    only(&report, "TownshipSeat");
    assert_eq!((child.place.precision, &*child.place.village), (Precision::TownshipSeat, "北村"));
    assert!(child.flags.contains(&Flag::TownshipSeat));
    let loaded = County::with_child("乡镇", "丙镇").load();
    assert_eq!(loaded.instance.quarantined[0].rule, InputRule::ChildPlaceUnknown.code());
    let loaded = County::with_volunteer("乡镇", "丙镇").load();
    only(&loaded.report, "VolunteerPlaceUnknown");
    assert_eq!((loaded.instance.volunteers.len(), loaded.report.counts.rejected_volunteer_rows), (0, 1));
}

#[test]
fn coordinates_without_a_datum_are_not_used() {
    let mut county = County::with_child("经度", "109.41");
    county.children[0] = county.children[0].clone().with("纬度", "29.51");
    let (child, report) = county.child();
    only(&report, "DatumUnknown");
    assert_eq!(child.place.precision, Precision::Village, "the village stands in");
    county.options.datum = Some(Datum::Gcj02);
    let (child, report) = county.child();
    assert_eq!((child.place.source_datum, told(&report)), (Datum::Gcj02, Vec::<String>::new()));
    county.children[0] = county.children[0].clone().with("坐标系", "WGS-84");
    assert_eq!(county.child().0.place.source_datum, Datum::Wgs84, "the row goes before the file");
    county.children[0] = county.children[0].clone().with("坐标系", "地方坐标");
    assert_eq!(only(&county.child().1, "DatumUnknown").column.unwrap().0, "坐标系");
}

#[test]
fn coordinates_off_the_map_are_told_and_not_shown() {
    for (east, north) in [("29.51", "109.41"), ("1094.1", "29.51"), ("0", "0")] {
        let mut county = County::with_child("经度", east);
        county.children[0] = county.children[0].clone().with("纬度", north).with("坐标系", "WGS-84");
        let (child, report) = county.child();
        let finding = only(&report, "PointUnreadable");
        assert!(finding.value.as_ref().is_none_or(|value| value.contains('*')), "masked");
        assert_eq!(child.place.precision, Precision::Village);
    }
}

#[test]
fn one_village_name_in_two_townships_is_told_apart_by_its_code_and_never_guessed() {
    let mut county = County::sound();
    let twin = county.places[1].clone().with("行政区划代码", "990101101203").with("经度", "109.44");
    county.places.push(twin);
    assert_eq!(county.child().0.place.precision, Precision::TownshipSeat, "two villages of one name");
    county.children[0] = county.children[0].clone().with("行政区划代码", "990101101203");
    let (child, _) = county.child();
    assert_eq!(child.place.precision, Precision::Village);
    assert!((child.place.location.longitude_deg() - 109.44).abs() < 1e-9);
}

#[test]
fn one_phone_serves_several_children_and_none_is_flagged() {
    let mut county = County::sound();
    county.children.push(sound_child("C2").with("家庭编号", "F1"));
    assert_eq!(told(&county.load().report), Vec::<String>::new());
    let (child, report) = County::with_child("联系电话", "").child();
    only(&report, "NoPhone");
    assert_eq!((child.phone, child.flags), (None, vec![Flag::NoPhone]));
}

#[test]
fn blank_category_and_risk_stand_in_and_say_so() {
    let mut county = County::with_child("类别", "");
    county.children[0] = county.children[0].clone().with("监护风险", "");
    let (child, report) = county.child();
    assert_eq!(
        (child.categories.as_slice(), child.risk.level),
        (&[Category::InDifficulty][..], RiskLevel::Low)
    );
    assert_eq!(told(&report), ["CategoryAssumed", "RiskAssumed"]);
}

#[test]
fn nobody_of_eighteen_and_nobody_unborn_is_a_child() {
    for (birth, loads) in
        [("2008-11-24", false), ("2008-11-25", true), ("2026-11-24", true), ("2026-11-25", false)]
    {
        let mut county = County::with_child("出生日期", birth);
        county.children[0] = county.children[0].clone().with("法律依据", "监护人同意");
        assert_eq!(county.load().instance.children.len() == 1, loads, "{birth}");
    }
}

#[test]
fn capacity_zero_a_week_of_commitment_and_a_huge_household_load() {
    let (unit, report) = County::with_volunteer("可结对户数", "0").volunteer();
    assert_eq!((unit.capacity, told(&report)), (0, Vec::<String>::new()));
    let (unit, _) = County::with_volunteer("承诺服务至", "2026-12-07").volunteer();
    assert_eq!(unit.committed_through, Some(date(2026, 12, 7)));
    let mut county = County::sound();
    county.children = (0..60).map(|n| sound_child(&format!("C{n}")).with("家庭编号", "F1")).collect();
    let loaded = county.load();
    assert_eq!(loaded.instance.children.iter().filter(|child| child.household.is_some()).count(), 60);
}

#[test]
fn every_rule_has_a_number_a_cause_and_a_remedy_in_both_languages() {
    let mut codes: Vec<&str> = InputRule::ALL.iter().map(|rule| rule.code()).collect();
    assert!(codes.is_sorted(), "numbers rise");
    codes.dedup();
    assert_eq!(codes.len(), InputRule::ALL.len(), "no number twice");
    for rule in InputRule::ALL {
        for text in [rule.cause(), rule.remedy()] {
            assert!(
                text.zh.chars().any(|c| c as u32 > 0x3000)
                    && text.en.chars().any(|c| c.is_ascii_alphabetic())
            );
        }
    }
    let grave = |rule: &&InputRule| rule.severity() == Severity::RejectsFile;
    assert!(InputRule::ALL.iter().filter(grave).all(|rule| rule.code() < "I020"));
}

#[test]
fn the_page_of_rules_is_the_list() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/INPUT_RULES.md")).unwrap();
    assert_eq!(page, documentation(), "write docs/INPUT_RULES.md anew from input::rule::documentation");
}
