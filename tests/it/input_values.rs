//! Cells as offices write them are read to one meaning, or refused with a remedy; no text makes a parser panic.

use jiedui::input::values::codes::{
    parse_age_range, parse_categories, parse_consent_giver, parse_screening_result, parse_sex,
};
use jiedui::input::values::coordinates::{parse_datum, parse_point};
use jiedui::input::values::dates::{parse_date, parse_period};
use jiedui::input::values::hours::parse_week;
use jiedui::input::values::id_number::{agree, check_sign, parse_id_number};
use jiedui::input::values::kinds::{parse_grade, parse_groups};
use jiedui::input::values::numbers::{parse_decimal, parse_whole, parse_yes_no};
use jiedui::input::values::phones::parse_phone;
use jiedui::input::values::regions::parse_region;
use jiedui::input::values::skills::parse_skills;
use jiedui::input::values::time_zones::parse_time_zone;
use jiedui::input::values::{ValueProblem, codes, lists};
use jiedui::model::RegionCode;
use jiedui::model::child::{Category, ConsentGiver, Sex};
use jiedui::model::location::Datum;
use jiedui::model::need::{Grade, NeedKind, Subject};
use jiedui::model::volunteer::ScreeningResult;
use jiff::civil::date;
use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

#[test]
fn dates_in_every_office_spelling_are_the_same_day() {
    let may_day = date(2013, 5, 1);
    let spellings = [
        "2013.5.1",
        "2013/05/01",
        "2013-5-1",
        "2013年5月1日",
        "20130501",
        "41395",
        "２０１３．５．１",
        "2013-05-01 00:00:00",
        "2013年05月01号",
        " 2013 . 5 . 1 ",
        "2013/5/1 0:00:00",
        "2013、5、1",
    ];
    for spelling in spellings {
        assert_eq!(parse_date(spelling).map_err(|problem| problem.to_string()), Ok(may_day), "{spelling}");
    }
}

#[test]
fn dates_that_are_incomplete_or_impossible_are_refused() {
    let refused = [
        "2013年5月",
        "2013.5",
        "2013",
        "201305",
        "13.5.1",
        "5/1/2013",
        "2013-2-29",
        "2013-13-1",
        "1.5",
        "3013-1-1",
        "昨天",
        "",
        "99999",
        "0",
        "2013-05-01-02",
        "-5",
    ];
    for text in refused {
        assert!(parse_date(text).is_err(), "{text}");
    }
    assert!(parse_date("2013年5月").unwrap_err().remedy.zh.contains("补全"));
}

proptest! {
    #[test]
    fn a_division_is_enclosed_by_just_those_that_contain_it(
        digits in "[01]{12}", other in "[01]{12}", levels in (0_usize..5, 0_usize..5),
    ) {
        let code = |digits: &str, level: usize| RegionCode::parse(&digits[..[2, 4, 6, 9, 12][level]]).unwrap();
        let (inner, outer) = (code(&digits, levels.0), code(&other, levels.1));
        let enclosing: Vec<RegionCode> = inner.enclosing().collect();
        prop_assert_eq!(enclosing.contains(&outer), outer.contains(inner), "{} around {}", outer, inner);
        prop_assert!(enclosing.windows(2).all(|two| two[0] != two[1]), "each once: {:?}", enclosing);
    }

    #[test]
    fn excel_serial_days_count_from_the_last_days_of_1899(days in 10_000i64..=73_050) {
        // Oracle: 1900-03-01 is day 61 in every Excel, since the 29 February that never was is day 60.
        let expected = date(1900, 3, 1).checked_add(jiff::Span::new().days(days - 61)).unwrap();
        prop_assert_eq!(parse_date(&days.to_string()).unwrap(), expected);
    }

    #[test]
    fn every_day_is_read_back_from_every_spelling(year in 1900i16..=2100, month in 1i8..=12, day in 1i8..=28) {
        let written = date(year, month, day);
        for text in [
            written.to_string(),
            format!("{year}.{month}.{day}"),
            format!("{year}/{month:02}/{day:02}"),
            format!("{year}年{month}月{day}日"),
            format!("{year}{month:02}{day:02}"),
        ] {
            prop_assert_eq!(parse_date(&text).unwrap(), written);
        }
    }

    #[test]
    fn one_wrong_digit_of_an_id_number_is_always_found(
        body in "[1-6][0-9]{5}19[5-9][0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{2}[1-9]",
        place in 0usize..17,
        step in 1u8..=9,
    ) {
        let mut number = body.into_bytes();
        number.push(check_sign(&number));
        let sound = String::from_utf8(number.clone()).unwrap();
        prop_assert!(parse_id_number(&sound).is_ok(), "{}", sound);
        number[place] = b'0' + (number[place] - b'0' + step) % 10;
        prop_assert!(parse_id_number(&String::from_utf8(number).unwrap()).is_err());
    }

    #[test]
    fn no_text_makes_a_parser_panic_and_no_problem_quotes_it(text in any::<String>()) {
        read_by_every_parser(&text)?;
    }

    #[test]
    fn no_office_like_text_makes_a_parser_panic(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..12)
    ) {
        read_by_every_parser(&pieces.concat())?;
    }
}

const PIECES: &[&str] = &[
    "周",
    "一",
    "末",
    "至",
    "-",
    "：",
    ":",
    "；",
    "、",
    "，",
    "次日",
    "上午",
    "晚上",
    "16",
    "24",
    "0",
    "99",
    "半",
    "点",
    "分",
    "（",
    "）",
    "年级",
    "高",
    "初",
    "小学",
    "学业辅导",
    "数学",
    "必需",
    "每周",
    "分钟",
    "权重",
    "%",
    "有效期至",
    "2013",
    ".",
    "5",
    "年",
    "月",
    "日",
    "E+",
    "X",
    "000",
    "UTC",
    "+",
    "东",
    "区",
    "岁",
    "以上",
    "pm",
    "am",
    "Mon",
    "学校",
    " ",
    "\u{3000}",
    "\u{feff}",
    "é",
    "𠮷",
    "'",
    "-",
    "18446744073709551616",
];

fn read_by_every_parser(text: &str) -> Result<(), proptest::test_runner::TestCaseError> {
    let today = date(2026, 11, 24);
    let problems: Vec<Option<ValueProblem>> = vec![
        parse_week(text).err(),
        parse_date(text).err(),
        parse_period(text).err(),
        parse_id_number(text).err(),
        parse_region(text).err(),
        parse_phone(text).err(),
        parse_datum(text).err(),
        parse_point(text, text, Datum::Gcj02).err(),
        parse_whole(text, 0, 200).err(),
        parse_decimal(text, 0.0, 10.0).err(),
        parse_yes_no(text).err(),
        parse_time_zone(text, today).err(),
        parse_age_range(text).err(),
        parse_sex(text).err(),
        parse_categories(text).err(),
        codes::parse_risk(text).err(),
        codes::parse_standing(text).err(),
        codes::parse_volunteer_kinds(text).err(),
        codes::parse_unit_kind(text).err(),
        codes::parse_screening_kind(text).err(),
        codes::parse_pair_state(text).err(),
        parse_groups(text).1.into_iter().next(),
        parse_skills(text).1.into_iter().next(),
    ];
    let _ = (parse_grade(text), lists::items(text), codes::parse_languages(text));
    // A marker that no message can hold by chance.
    let quoted = text.chars().filter(char::is_ascii_digit).count() > 12;
    for problem in problems.into_iter().flatten().filter(|_| quoted) {
        let said = format!("{}{}", problem.cause, problem.remedy);
        prop_assert!(!said.contains(text), "{}", said);
    }
    Ok(())
}

#[test]
fn the_standards_own_numbers_are_sound_and_tell_sex_and_birth() {
    let woman = parse_id_number("11010519491231002X").unwrap();
    assert_eq!((woman.sex, woman.birth), (Sex::Female, date(1949, 12, 31)));
    assert_eq!(parse_id_number("１１０１０５１９４９１２３１００２ｘ").unwrap(), woman);
    assert_eq!(parse_id_number("'11010519491231002X").unwrap(), woman);
    let other = parse_id_number("440524188001010014").unwrap_err();
    assert!(other.cause.zh.contains("出生日期"), "born 1880: sound sign, impossible person: {other}");
    assert_eq!(check_sign(b"44052418800101001"), b'4');
}

#[test]
fn a_number_is_compared_with_sex_and_birth() {
    let id = parse_id_number("11010519491231002X").unwrap();
    assert!(agree(&id, Some(Sex::Female), Some(date(1949, 12, 31))).is_ok());
    assert!(agree(&id, None, None).is_ok());
    assert!(agree(&id, Some(Sex::Male), None).unwrap_err().cause.en.contains("sex"));
    assert!(agree(&id, None, Some(date(1949, 12, 30))).unwrap_err().cause.en.contains("birth"));
}

#[test]
fn numbers_spoiled_by_excel_are_told_apart_from_slips() {
    for text in ["1.10105E+17", "110105194912310000", "110105194912310000.0"] {
        assert!(parse_id_number(text).unwrap_err().cause.zh.contains("Excel"), "{text}");
    }
    assert!(parse_id_number("110105491231002").unwrap_err().cause.zh.contains("十五位"));
    assert!(parse_id_number("110105194912310021").unwrap_err().cause.zh.contains("校验码"));
    assert!(parse_id_number("1101051949123100").unwrap_err().cause.zh.contains("十七位"));
    assert!(parse_region("4.22827E+11").unwrap_err().cause.zh.contains("Excel"));
    assert_eq!(parse_region("422827.0").unwrap(), parse_region("422827").unwrap());
    assert_eq!(parse_region("４２２８２７１００２０１").unwrap().as_str(), "422827100201");
    for text in ["4228", "42"] {
        assert!(parse_region(text).is_ok(), "{text}");
    }
    for text in ["42282", "来凤县", "000000", "4228271002011", ""] {
        assert!(parse_region(text).is_err(), "{text}");
    }
    assert!(parse_phone("1.38E+10").unwrap_err().cause.zh.contains("科学计数"));
}

#[test]
fn coordinates_of_the_three_systems_meet_in_one_point() {
    let (east, north) = (109.407_2, 29.493_5);
    let gcj = coordtransform::wgs84_to_gcj02(east, north);
    let bd = coordtransform::wgs84_to_bd09(east, north);
    let text = |degrees: f64| degrees.to_string();
    let points = [
        parse_point(&text(east), &text(north), Datum::Wgs84).unwrap(),
        parse_point(&text(gcj.0), &text(gcj.1), Datum::Gcj02).unwrap(),
        parse_point(&text(bd.0), &text(bd.1), Datum::Bd09).unwrap(),
    ];
    for point in points {
        // A metre is 9e-6 degrees.
        assert!((point.longitude_deg() - east).abs() < 9e-6 && (point.latitude_deg() - north).abs() < 9e-6);
    }
    assert!(
        (gcj.0 - east).abs() > 1e-3,
        "the offset is real: unconverted points would be off by more than 100 m"
    );
    assert_eq!(points[0].longitude_deg().to_bits(), east.to_bits(), "WGS-84 stays as it was written");
}

#[test]
fn coordinates_swapped_outside_or_off_the_earth_are_told_apart() {
    let cause =
        |east: &str, north: &str| parse_point(east, north, Datum::Wgs84).unwrap_err().cause.en.to_string();
    assert!(cause("29.49", "109.41").contains("swapped"));
    assert!(
        cause("29.49", "85.0").contains("swapped"),
        "a latitude below 90 is swapped as well where it only fits so"
    );
    assert!(cause("-0.12", "51.5").contains("outside China"));
    assert!(cause("1094.1", "29.49").contains("out of range"));
    assert!(cause("109.41", "NaN").contains("no number"));
    assert!(cause("109.41", "").contains("no number"));
    assert!(parse_datum("西安80").unwrap_err().remedy.zh.contains("WGS-84"));
    for (text, datum) in
        [("wgs84", Datum::Wgs84), ("GCJ-02", Datum::Gcj02), ("百度", Datum::Bd09), ("bd09", Datum::Bd09)]
    {
        assert_eq!(parse_datum(text).unwrap(), datum);
    }
}

#[test]
fn clocks_of_parents_abroad_are_minutes_east_of_greenwich() {
    let winter = date(2026, 12, 1);
    let cases = [
        ("UTC+9", 540),
        ("utc+09:00", 540),
        ("GMT-3:30", -210),
        ("+8", 480),
        ("东九区", 540),
        ("西五区", -300),
        ("东京", 540),
        ("Asia/Tokyo", 540),
        ("北京时间", 480),
        ("UTC", 0),
        ("Europe/London", 0),
        ("Asia/Kathmandu", 345),
    ];
    for (text, minutes) in cases {
        // Quarter hours do not fit the half-hours of a week.
        let expected = if minutes % 30 == 0 { Some(minutes) } else { None };
        assert_eq!(parse_time_zone(text, winter).ok(), expected, "{text}");
    }
    assert_eq!(
        parse_time_zone("Europe/London", date(2026, 7, 1)),
        Ok(60),
        "summer time counts on the day of the run"
    );
    for text in ["火星", "UTC+25", "UTC+", "25", "", "东区"] {
        assert!(parse_time_zone(text, winter).is_err(), "{text}");
    }
}

#[test]
fn phones_keep_their_digits_and_lose_their_dress() {
    for text in [
        "138 1234 1234",
        "138-1234-1234",
        "+86 13812341234",
        "8613812341234",
        "１３８１２３４１２３４",
        "13812341234.0",
    ] {
        assert_eq!(parse_phone(text).unwrap().expose(), "13812341234", "{text}");
    }
    assert_eq!(parse_phone("(0718)6281234").unwrap().expose(), "07186281234");
    for text in ["1381234123", "138123412345", "无电话", "12345", "12012341234"] {
        assert!(parse_phone(text).is_err(), "{text}");
    }
}

#[test]
fn numbers_and_bounds_are_named_in_the_remedy() {
    assert_eq!(parse_whole("３户", 0, 200).unwrap(), 3);
    assert_eq!(parse_whole("2.0", 0, 200).unwrap(), 2);
    assert_eq!(parse_whole("0", 0, 200).unwrap(), 0, "a capacity of nothing is an answer");
    for text in ["-1", "201", "99999999999999999999", "两", "1.5", ""] {
        let problem = parse_whole(text, 0, 200).expect_err(text);
        assert!(problem.remedy.en.contains("0 to 200"), "{text}");
    }
    assert!((parse_decimal("12.5公里", 0.0, 100.0).unwrap() - 12.5).abs() < f64::EPSILON);
    assert_eq!((parse_yes_no("是"), parse_yes_no("否"), parse_yes_no("×")), (Ok(true), Ok(false), Ok(false)));
}

#[test]
fn ages_lists_and_code_words_are_read_as_offices_write_them() {
    assert_eq!(parse_age_range("6-12").unwrap(), (Some(6), Some(12)));
    assert_eq!(parse_age_range("6至12岁").unwrap(), (Some(6), Some(12)));
    assert_eq!(parse_age_range("6岁以上").unwrap(), (Some(6), None));
    assert_eq!(parse_age_range("12岁以下").unwrap(), (None, Some(12)));
    for text in ["12-6", "-", "老人", "6-120"] {
        assert!(parse_age_range(text).is_err(), "{text}");
    }
    let categories = parse_categories("留守儿童，困境儿童、留守儿童").unwrap();
    assert_eq!(categories, [Category::LeftBehind, Category::InDifficulty]);
    assert_eq!(parse_categories("留守儿童、少年").unwrap_err().fragment.as_deref(), Some("少年"));
    assert_eq!(parse_consent_giver("受托照护人（有协议）").unwrap(), ConsentGiver::CarerWithAgreement);
    assert!(parse_consent_giver("奶奶").is_err(), "a grandmother may be guardian or carer");
    assert_eq!(parse_screening_result("不合格").unwrap(), ScreeningResult::Barred);
    assert!(parse_screening_result("基本通过").is_err());
}

#[test]
fn skills_carry_subjects_grades_and_qualifications() {
    let text = "学业辅导：数学、语文（至六年级）；心理支持（二级心理咨询师，有效期至2028-06-30）；安全教育";
    let (skills, problems) = parse_skills(text);
    assert!(problems.is_empty(), "{problems:?}");
    let subjects: Vec<_> =
        skills.iter().map(|skill| (skill.kind, skill.subject, skill.up_to_grade)).collect();
    assert_eq!(subjects[0], (NeedKind::Tutoring, Some(Subject::Mathematics), Some(Grade(6))));
    assert_eq!(subjects[1], (NeedKind::Tutoring, Some(Subject::Chinese), Some(Grade(6))));
    let counsellor = skills[2].qualification.as_ref().unwrap();
    assert_eq!(
        (counsellor.title.as_str(), counsellor.valid_through),
        ("二级心理咨询师", Some(date(2028, 6, 30)))
    );
    assert_eq!((skills[3].kind, skills.len()), (NeedKind::SafetyEducation, 4));
    let (kept, problems) = parse_skills("安全教育、魔术；心理支持（有效期至2028-06-30）");
    assert_eq!((kept.len(), problems.len()), (1, 2), "what is sound stands, the rest is told");
}

#[test]
fn school_years_count_on_through_the_stages() {
    for (text, year) in [
        ("三年级", 3),
        ("3年级", 3),
        ("小学三年级", 3),
        ("初一", 7),
        ("初中二年级", 8),
        ("高三", 12),
        ("九年级", 9),
        ("大班", 0),
    ] {
        assert_eq!(parse_grade(text), Some(Grade(year)), "{text}");
    }
    for text in ["十三年级", "初四", "三", "0年级", "年级", "高"] {
        assert_eq!(parse_grade(text), None, "{text}");
    }
}
