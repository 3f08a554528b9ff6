//! What rows of volunteers, pairs and replies become.

use jiedui::model::VolunteerId;
use jiedui::model::child::Sex;
use jiedui::model::volunteer::{ScreeningResult, UnitKind};

use crate::input_county::{Cells, County, only, sound_child, sound_volunteer, told};

#[test]
fn a_passed_check_counts_only_with_kind_authority_date_and_reference() {
    for header in ["查询类型", "查询机关", "查询日期", "查询编号"] {
        let (unit, report) = County::with_volunteer(header, "").volunteer();
        assert_eq!(unit.lead().screening.as_ref().unwrap().result, ScreeningResult::Pending, "{header}");
        assert_eq!(only(&report, "ScreeningIncomplete").column.unwrap().0, header);
        let (unit, _) = {
            let mut county = County::with_volunteer(header, "");
            county.volunteers[0] = county.volunteers[0].clone().with("查询结果", "未通过");
            county.volunteer()
        };
        assert_eq!(
            unit.lead().screening.as_ref().unwrap().result,
            ScreeningResult::Barred,
            "a bar stands: {header}"
        );
    }
    let (unit, report) = County::with_volunteer("查询日期", "2026-11-25").volunteer();
    only(&report, "FutureDate");
    assert_eq!(unit.lead().screening.as_ref().unwrap().result, ScreeningResult::Pending);
    let (unit, report) = County::with_volunteer("查询结果", "有点问题").volunteer();
    only(&report, "ScreeningUnreadable");
    assert!(unit.lead().held, "words about a record that nobody understands hold the volunteer");
}

#[test]
fn rows_of_one_unit_join_under_the_lead() {
    let mut county = County::sound();
    county.volunteers = vec![
        sound_volunteer("V2").with("组队编号", "U1").with("性别", "男").with("可结对户数", "9"),
        sound_volunteer("V1")
            .with("组队编号", "U1")
            .with("负责人", "是")
            .with("组队形式", "家庭")
            .with("可结对户数", "2"),
    ];
    county.children[0] = sound_child("C1").with("回避志愿者", "V2");
    let loaded = county.load();
    let unit = &loaded.instance.volunteers[0];
    assert_eq!(
        (unit.id.as_str(), unit.unit, unit.capacity, unit.adults.len()),
        ("V1", UnitKind::Family, 2, 2)
    );
    assert_eq!((unit.lead().sex, unit.adults[1].sex), (Sex::Female, Sex::Male));
    assert_eq!(
        loaded.instance.children[0].excluded_volunteers,
        [VolunteerId::new("V1")],
        "whoever of the unit is named"
    );
    assert_eq!(told(&loaded.report), Vec::<String>::new());
    county.volunteers[0] = county.volunteers[0].clone().with("负责人", "是");
    let loaded = county.load();
    only(&loaded.report, "UnitLead");
    assert_eq!(loaded.instance.volunteers[0].id.as_str(), "V2", "two leads: the first counts");
    county.volunteers[1] = county.volunteers[1].clone().with("出生日期", "");
    let loaded = county.load();
    assert_eq!((loaded.instance.volunteers.len(), loaded.report.counts.rejected_volunteer_rows), (0, 2));
    only(&loaded.report, "AdultUnknown");
    assert_eq!(only(&loaded.report, "UnitIncomplete").row, Some(2), "the sound row hears why it stays out");
}

#[test]
fn a_limit_or_capacity_that_cannot_be_read_keeps_the_volunteer_out() {
    let cases = [
        ("可结对户数", "-1"),
        ("可结对户数", "99999999999"),
        ("可结对户数", "几户"),
        ("儿童年龄", "小的"),
        ("儿童性别", "乖的"),
        ("儿童类别", "听话的"),
        ("承诺服务至", "再说"),
        ("服务区划", "全县"),
        ("限定区划", "990101、山上"),
        ("可达公里", "-3"),
        ("最多兄弟姐妹数", "0"),
        ("每周分钟上限", "很多"),
        ("服务场所", "天上"),
    ];
    for (header, cell) in cases {
        let loaded = County::with_volunteer(header, cell).load();
        let finding = only(&loaded.report, "VolunteerLimit");
        assert_eq!((finding.column.unwrap().0, loaded.instance.volunteers.len()), (header, 0), "{cell}");
        assert!(!finding.remedy.zh.is_empty());
    }
}

#[test]
fn an_ended_pair_teaches_what_it_was() {
    let pair = |well: &str| {
        Cells::of(&[
            ("儿童编号", "C1"),
            ("志愿者编号", "V1"),
            ("状态", "已结束"),
            ("结束日期", "2026.9.1"),
            ("相处", well),
        ])
    };
    let taught = |well: &str| {
        let mut county = County::sound();
        county.pairs = vec![pair(well)];
        let child = county.load().instance.children.remove(0);
        (child.previous_volunteers.len(), child.excluded_volunteers.len())
    };
    assert_eq!((taught("好"), taught("不好"), taught("")), ((1, 0), (0, 1), (0, 0)));
    assert_eq!(taught("说不清"), (0, 1), "a memory that cannot be read brings nobody back");
}

#[test]
fn pairs_and_replies_of_unknown_people_are_told_and_counted() {
    let mut county = County::sound();
    county.pairs = vec![
        Cells::of(&[("儿童编号", "C9"), ("志愿者编号", "V1"), ("状态", "保持")]),
        Cells::of(&[("儿童编号", "C1"), ("志愿者编号", "V9"), ("状态", "保持")]),
        Cells::of(&[("儿童编号", "C1"), ("志愿者编号", "V1"), ("状态", "")]),
        Cells::of(&[("儿童编号", "C1"), ("志愿者编号", "V1"), ("状态", "保持")]),
        Cells::of(&[("儿童编号", "C1"), ("志愿者编号", "V1"), ("状态", "保持")]),
    ];
    county.replies = vec![
        Cells::of(&[("儿童编号", "C1"), ("志愿者编号", "V1"), ("答复", "接受"), ("日期", "2026.11.2")]),
        Cells::of(&[
            ("儿童编号", "C1"),
            ("志愿者编号", "V1"),
            ("答复", "婉拒"),
            ("日期", "2026.11.3"),
            ("理由", "搬家"),
        ]),
        Cells::of(&[("儿童编号", "C7"), ("志愿者编号", "V1"), ("答复", "接受")]),
    ];
    let loaded = county.load();
    assert_eq!(loaded.instance.existing_pairs.len(), 1);
    assert_eq!((loaded.report.counts.pair_rows, loaded.report.counts.rejected_pairs), (5, 4));
    let unknown = told(&loaded.report).iter().filter(|rule| *rule == "UnknownPerson").count();
    assert_eq!(unknown, 3);
    assert_eq!(loaded.instance.replies.len(), 1);
    assert!(!loaded.instance.replies[0].accepted, "the later answer counts");
    assert_eq!(loaded.report.counts.rejected_replies, 2);
}

#[test]
fn undated_contradictory_replies_leave_the_refusal_whatever_their_order() {
    for answers in [["接受", "婉拒"], ["婉拒", "接受"]] {
        let mut county = County::sound();
        county.replies = answers
            .iter()
            .map(|answer| Cells::of(&[("儿童编号", "C1"), ("志愿者编号", "V1"), ("答复", answer)]))
            .collect();
        let loaded = county.load();
        assert!(!loaded.instance.replies[0].accepted);
    }
}

#[test]
fn a_living_pair_of_a_quarantined_child_still_takes_a_place() {
    let mut county = County::with_child("法律依据", "");
    county.pairs = vec![Cells::of(&[("儿童编号", "C1"), ("志愿者编号", "V1"), ("状态", "保持")])];
    let loaded = county.load();
    only(&loaded.report, "KeptPairOfQuarantined");
    assert_eq!(loaded.instance.volunteers[0].capacity, 0, "she is not free for another child");
}
