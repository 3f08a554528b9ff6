//! Weekly hours as offices write them, against a week filled in by hand.

use jiedui::input::values::hours::{parse_hours, parse_week};
use jiedui::model::{Site, WeekMask};

/// The oracle for hours: days (0 = Monday) and minutes, written out.
fn week(stretches: &[(usize, u32, u32)]) -> WeekMask {
    let mut week = WeekMask::EMPTY;
    for (day, start_min, end_min) in stretches {
        let mut minute = *start_min;
        while minute < *end_min {
            week.insert((day * 48 + (minute / 30) as usize) % (7 * 48));
            minute += 30;
        }
    }
    week
}

const fn clock(hours: u32, minutes: u32) -> u32 {
    hours * 60 + minutes
}

#[test]
fn hours_in_every_office_spelling_mean_the_same() {
    let (four, six) = (clock(16, 0), clock(18, 0));
    let mon_wed = week(&[(0, four, six), (2, four, six)]);
    let spellings = [
        "周一、周三 16:00-18:00",
        "周一，周三16:00-18:00",
        "周一、三 16:00-18:00",
        "周一三 16:00-18:00",
        "星期一、星期三 16：00—18：00",
        "星期一 星期三 16:00~18:00",
        "礼拜一和礼拜三 16:00至18:00",
        "每周一、每周三 16点-18点",
        "周1、周3 16时-18时",
        "周一、周三 下午4:00-6:00",
        "周一、周三下午4点到6点",
        "周一 16:00-18:00；周三 16:00-18:00",
        "周一 16:00-18:00，周三 16:00-18:00",
        "周一、周三 16:00-17:00、17:00-18:00",
        "周一/周三 1600-1800",
        "周一、周三 16:00——18:00",
        "周一、周三　１６：００－１８：００",
        "周一、周三 16:00:00-18:00:00",
        "Mon, Wed 16:00-18:00",
        "Monday and Wednesday 4 pm - 6 pm",
        "mon, wed 4-6 pm",
        "Wed, Mon 16:00 to 18:00",
        "周一、周三 16:00-18:00。",
    ];
    for spelling in spellings {
        assert_eq!(parse_week(spelling).map_err(|problem| problem.to_string()), Ok(mon_wed), "{spelling}");
    }
}

#[test]
fn words_for_days_and_parts_of_the_day_have_their_hours() {
    let on = |days: &[usize], start: u32, end: u32| -> WeekMask {
        week(&days.iter().map(|day| (*day, start, end)).collect::<Vec<_>>())
    };
    let (every, work, weekend) = ([0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4], [5, 6]);
    let morning = (clock(8, 0), clock(12, 0));
    let cases = [
        ("周六上午", on(&[5], morning.0, morning.1)),
        ("Sat morning", on(&[5], morning.0, morning.1)),
        ("周日下午", on(&[6], clock(14, 0), clock(18, 0))),
        ("星期天晚上", on(&[6], clock(19, 0), clock(21, 0))),
        ("每天中午", on(&every, clock(12, 0), clock(14, 0))),
        ("工作日 17:00-18:30", on(&work, clock(17, 0), clock(18, 30))),
        ("周一至周五 17:00-18:30", on(&work, clock(17, 0), clock(18, 30))),
        ("周末", on(&weekend, clock(8, 0), clock(20, 0))),
        ("周末全天", on(&weekend, clock(8, 0), clock(20, 0))),
        ("双休日上午", on(&weekend, morning.0, morning.1)),
        ("weekend 9-11 am", on(&weekend, clock(9, 0), clock(11, 0))),
        ("周六至周一 9:00-10:00", on(&[5, 6, 0], clock(9, 0), clock(10, 0))),
        ("不限", on(&every, clock(8, 0), clock(20, 0))),
        ("周六上午、下午", on(&[5], morning.0, morning.1).or(&on(&[5], clock(14, 0), clock(18, 0)))),
        ("周六上午9:00-下午3:00", on(&[5], clock(9, 0), clock(15, 0))),
        ("周五晚上7点半-9点", on(&[4], clock(19, 30), clock(21, 0))),
        ("周五中午12:30-1:30", on(&[4], clock(12, 30), clock(13, 30))),
        ("周六 16:10-18:20", on(&[5], clock(16, 30), clock(18, 0))),
        ("周六 00:00-24:00", on(&[5], 0, clock(24, 0))),
        ("无", WeekMask::EMPTY),
    ];
    for (text, expected) in cases {
        assert_eq!(parse_week(text).map_err(|problem| problem.to_string()), Ok(expected), "{text}");
    }
}

#[test]
fn hours_past_midnight_run_into_the_next_day_and_round_the_week() {
    let friday_night = week(&[(4, clock(22, 0), clock(25, 0))]);
    for text in ["周五 22:00-次日01:00", "周五 22:00-01:00", "周五22:00至第二天1:00", "周五晚上10点-次日1点"]
    {
        assert_eq!(parse_week(text).map_err(|problem| problem.to_string()), Ok(friday_night), "{text}");
    }
    let sunday_night = week(&[(6, clock(22, 0), clock(24, 0)), (0, 0, clock(1, 0))]);
    assert_eq!(parse_week("周日 22:00-次日01:00").unwrap(), sunday_night);
}

#[test]
fn a_site_before_hours_holds_for_its_own_stretch() {
    let read = parse_hours("周一、周三 16:00-18:00；周六上午；学校：周一至周四 17:00-18:00").unwrap();
    let home = week(&[(0, 960, 1080), (2, 960, 1080), (5, 480, 720)]);
    let school = week(&[(0, 1020, 1080), (1, 1020, 1080), (2, 1020, 1080), (3, 1020, 1080)]);
    assert_eq!(read, [(Site::Home, home), (Site::School, school)]);
    assert_eq!(parse_hours("community_site: Sat morning").unwrap()[0].0, Site::CommunitySite);
    assert_eq!(parse_hours("无").unwrap(), [(Site::Home, WeekMask::EMPTY)]);
}

#[test]
fn hours_that_could_mean_two_things_are_refused_with_a_remedy() {
    let refused = [
        "16:00-18:00",
        "上午",
        "周一 16:00",
        "周一 18:00-16:00",
        "周一 16:00-16:00",
        "周一 16:00-16:20",
        "周一 25:00-26:00",
        "周一 16:70-18:00",
        "周八 16:00-18:00",
        "放学后",
        "周一（单周）16:00-18:00",
        "周一 08:00-次日10:00",
        "周一-",
        "周一 凌晨",
        "monkey 16:00-18:00",
        "",
        "；；",
    ];
    for text in refused {
        let problem = parse_week(text).expect_err(text);
        assert!(!problem.remedy.zh.is_empty() && !problem.remedy.en.is_empty(), "{text}");
    }
}
