//! What was read, written out in canonical form and read again is the same.

use jiedui::input::write::canonical;
use jiedui::input::{Loaded, load};
use jiedui::model::location::{Datum, Precision};
use jiedui::model::{Availability, Instance, Place};
use proptest::prelude::{Just, Strategy, any, prop, prop_assert_eq, proptest};

use crate::input_county::{Cells, County, sound_child, sound_volunteer};
use crate::input_files::without_rows;

/// Office cells by column, each of which can be read.
const CHILD_CELLS: &[(&str, &[&str])] = &[
    ("姓名", &["甲某某", "=甲", "甲,乙", "\"甲\""]),
    ("性别", &["女", "男"]),
    ("出生日期", &["2012.5.1", "2015/05/01", "41395"]),
    ("联系电话", &["13800000001", "0718-6281234", ""]),
    ("类别", &["孤儿", "留守儿童、困境儿童", "流动儿童", ""]),
    ("监护风险", &["高", "中", "低", ""]),
    ("风险评估日期", &["2026.3.1", ""]),
    ("独居", &["是", "否", ""]),
    ("春节无人在家", &["是", ""]),
    ("家庭编号", &["F1", "F2", ""]),
    ("监护人", &["乙某某", ""]),
    ("法律依据", &["监护人同意", "法定职责：示例县民政局，示例〔2026〕1号"]),
    ("结对同意", &["同意", "不同意", ""]),
    ("同意日期", &["2026.10.1", ""]),
    ("同意人身份", &["监护人", "受托照护人（有协议）", "照料人", ""]),
    ("本人意愿", &["愿意", "不愿意", ""]),
    ("意愿日期", &["2026.10.2", ""]),
    ("语言", &["普通话、土家语", "西南官话", ""]),
    ("曾结对志愿者", &["V1", "V0、V2", ""]),
    ("回避志愿者", &["V1", "V9", ""]),
    (
        "需求",
        &[
            "陪伴",
            "辅导：数学、语文 三年级（必需，线下，每周90分钟，权重150%）；连线（线上）",
            "心理；活动（希望，均可）",
            "",
        ],
    ),
    (
        "可服务时段",
        &["周六上午", "周一、周三 16:00-18:00；学校：工作日 17:00-18:30", "周五 22:00-次日01:00", "无", ""],
    ),
    ("学期时段", &["学校：周三 17:00-18:00", ""]),
    ("寒假时段", &["每天全天", ""]),
    ("春节时段", &["无", ""]),
    ("暑假时段", &["父母所在城市：每天晚上；周末上午", ""]),
    ("父母状况", &["正常", "在押", "已故或失联", ""]),
    ("父母可通话时段", &["周日 19:00-20:30", "无", ""]),
    ("父母时区", &["东京", "UTC-3:30", ""]),
    ("父母返乡", &["2027.1.25-2027.2.20", ""]),
    ("通话设备", &["家中", "学校", "社区场所", "无", ""]),
    ("村", &["东村", "西村", "北村", ""]),
    ("学校乡镇", &["甲镇", ""]),
    ("学校村", &["西村"]),
];

const VOLUNTEER_CELLS: &[(&str, &[&str])] = &[
    ("姓名", &["丙某某", "+丙", "丙\n丁"]),
    ("组队编号", &["U1", "U2", "", ""]),
    ("负责人", &["是", "", ""]),
    ("组队形式", &["个人", "家庭", "团队", ""]),
    ("性别", &["女", "男"]),
    ("身份证号", &["11010519491231002X", "110105491231002", ""]),
    ("手机", &["13900000001", ""]),
    ("志愿者类型", &["巾帼志愿者、教师", "大学生", ""]),
    ("志愿服务队", &["示例队", ""]),
    ("同意查询", &["是", "否", ""]),
    ("查询类型", &["从业查询", "无犯罪记录证明", ""]),
    ("查询结果", &["通过", "未通过", "查询中", ""]),
    ("从业查询有效期至", &["2027.9.14", ""]),
    ("培训", &["已完成", "2026.9.1", ""]),
    ("协议", &["已签", "2026.9.2", ""]),
    ("可结对户数", &["0", "3", ""]),
    ("专项服务名额", &["5", ""]),
    ("最多兄弟姐妹数", &["2", ""]),
    ("承诺服务至", &["2027.12.31", ""]),
    (
        "技能",
        &[
            "学业辅导：数学、语文（至六年级）；心理支持（二级心理咨询师，有效期至2028-06-30）",
            "安全教育、辅导",
            "",
        ],
    ),
    ("可达公里", &["12.5", ""]),
    ("可达分钟", &["40", "", ""]),
    ("可服务时段", &["周六上午", "每天 19:00-21:00", ""]),
    ("暑假时段", &["工作日 9:00-11:00", ""]),
    ("语言", &["普通话、土家语", ""]),
    ("儿童年龄", &["6-12", "6岁以上", "12岁以下", ""]),
    ("儿童性别", &["女", ""]),
    ("服务场所", &["学校、社区场所", ""]),
    ("服务区划", &["990101", ""]),
    ("限定区划", &["990101101、990101102", ""]),
    ("回避村", &["东村", "东村、西村", ""]),
    ("儿童类别", &["留守儿童", ""]),
    ("每周分钟上限", &["120", ""]),
    ("村", &["东村", "北村", ""]),
];

fn rows(
    cells: &'static [(&'static str, &'static [&'static str])],
    sound: fn(&str) -> Cells,
    letter: &'static str,
) -> impl Strategy<Value = Vec<Cells>> {
    let row = cells.iter().map(|(_, options)| prop::sample::select(*options)).collect::<Vec<_>>();
    prop::collection::vec(row, 1..5).prop_map(move |rows| {
        let row = |(at, values): (usize, Vec<&str>)| {
            let id = format!("{letter}{at}");
            cells.iter().zip(values).fold(sound(&id), |row, ((header, _), value)| row.with(header, value))
        };
        rows.into_iter().enumerate().map(row).collect()
    })
}

fn pairs() -> impl Strategy<Value = Vec<Cells>> {
    let state = prop::sample::select(&["保持", "指定", "已结束"][..]);
    let well = prop::sample::select(&["好", "不好", ""][..]);
    let pair = (0usize..5, 0usize..5, state, well).prop_map(|(child, volunteer, state, well)| {
        Cells::of(&[
            ("儿童编号", &format!("C{child}")),
            ("志愿者编号", &format!("V{volunteer}")),
            ("状态", state),
            ("开始日期", "2025.9.1"),
            ("相处", well),
        ])
    });
    prop::collection::vec(pair, 0..5)
}

fn replies() -> impl Strategy<Value = Vec<Cells>> {
    let reply = (0usize..5, 0usize..5, any::<bool>()).prop_map(|(child, volunteer, yes)| {
        Cells::of(&[
            ("儿童编号", &format!("C{child}")),
            ("志愿者编号", &format!("V{volunteer}")),
            ("答复", if yes { "接受" } else { "婉拒" }),
            ("理由", "路远，\"不便\""),
            ("日期", "2026.11.2"),
        ])
    });
    prop::collection::vec(reply, 0..4)
}

/// Writes the four canonical sheets beside the county's places and reads them.
fn written_and_read(first: &Loaded, county: &County) -> Loaded {
    let twin = County { children: Vec::new(), volunteers: Vec::new(), ..County::sound() };
    twin.write();
    let sheets = [
        ("children.csv", canonical::children(&first.instance.children)),
        ("volunteers.csv", canonical::volunteers(&first.instance.volunteers)),
        ("existing_pairs.csv", canonical::existing_pairs(&first.instance.existing_pairs)),
        ("replies.csv", canonical::replies(&first.instance.replies)),
    ];
    for (file, bytes) in sheets {
        std::fs::write(twin.folder.path().join(file), bytes).expect("written");
    }
    load(twin.folder.path(), &county.options).unwrap_or_else(|error| panic!("{error}"))
}

/// What a canonical file keeps: hours and points themselves, not that they were assumed or looked up.
fn alike(instance: Instance) -> Instance {
    let hours = |availability: &mut Availability| availability.assumed = false;
    let place = |place: &mut Place| (place.precision, place.source_datum) = (Precision::Exact, Datum::Wgs84);
    let mut instance = without_rows(instance);
    for child in &mut instance.children {
        child.flags.clear();
        hours(&mut child.availability);
        hours(&mut child.parents.availability);
        place(&mut child.place);
    }
    for unit in &mut instance.volunteers {
        unit.flags.clear();
        hours(&mut unit.availability);
        place(&mut unit.place);
    }
    instance.quarantined.clear();
    instance
}

proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(96))]

    #[test]
    fn reading_what_was_written_gives_what_was_read(
        children in rows(CHILD_CELLS, sound_child, "C"),
        volunteers in rows(VOLUNTEER_CELLS, sound_volunteer, "V"),
        pairs in pairs(),
        replies in replies(),
        county in Just(()).prop_map(|()| County::sound()),
    ) {
        let mut county = county;
        (county.children, county.volunteers, county.pairs, county.replies) = (children, volunteers, pairs, replies);
        let first = county.load();
        let second = written_and_read(&first, &county);
        prop_assert_eq!(alike(first.instance), alike(second.instance));
    }
}
