//! What a small county has already: living, pinned and ended pairs, answers by phone; and the list of pairs that
//! somebody would make by hand.
//!
//! Cost: O(children × volunteers of their townships); for small counties only.

use std::collections::BTreeMap;

use super::children::{SyntheticChild, children};
use super::plan::CountyPlan;
use super::record::{DateStyle, Record, cell};
use super::volunteers::{SyntheticVolunteer, volunteers};
use crate::model::child::Sex;

/// Rows of `existing_pairs.csv` and `replies.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// Kept, pinned and ended pairs.
    pub existing_pairs: Vec<Record>,
    /// Answers to proposals.
    pub replies: Vec<Record>,
}

/// What became of a pair.
#[derive(Clone, Copy)]
enum Story {
    Kept,
    Pinned,
    Ended(&'static str),
    Declined(&'static str),
    Accepted,
}

const STORIES: [Story; 14] = [
    Story::Kept,
    Story::Ended("好"),
    Story::Declined("路途太远"),
    Story::Kept,
    Story::Accepted,
    Story::Pinned,
    Story::Declined("近期家中有病人"),
    Story::Ended("不好"),
    Story::Kept,
    Story::Pinned,
    Story::Declined("时间不合适"),
    Story::Ended("好"),
    Story::Accepted,
    Story::Declined("希望结对同村儿童"),
];

/// A few kept, pinned, ended, accepted and declined pairs: every second child whose papers are in order, with the first
/// free woman of the same township whose papers are in order too.
pub fn history(plan: &CountyPlan) -> History {
    let all: Vec<SyntheticVolunteer> = volunteers(plan).collect();
    let mut taken = vec![false; all.len()];
    let mut told = History { existing_pairs: Vec::new(), replies: Vec::new() };
    let mut stories = STORIES.into_iter().enumerate().peekable();
    let ready = children(plan).filter(|child| child.papers_in_order && !child.has_siblings);
    for child in ready.step_by(2) {
        let Some((number, story)) = stories.peek().copied() else { break };
        let free = (0..all.len()).find(|index| !taken[*index] && suits(&all[*index], &child));
        let Some(index) = free else { continue };
        taken[index] = true;
        stories.next();
        tell(plan, &mut told, story, number as i32, (&child.id, &all[index].id));
    }
    told
}

/// A woman who comes alone from the same township, with papers in order and no wishes against it.
fn suits(volunteer: &SyntheticVolunteer, child: &SyntheticChild) -> bool {
    let unlimited = ["儿童年龄", "儿童性别", "服务场所", "回避村", "儿童类别", "每周分钟上限"];
    volunteer.lead
        && volunteer.alone
        && volunteer.papers_in_order
        && volunteer.sex == Sex::Female
        && volunteer.township == child.township
        && cell(&volunteer.record, "承诺服务至").is_empty()
        && cell(&child.record, "回避志愿者") != volunteer.id
        && goes_far(volunteer)
        && unlimited.iter().all(|header| cell(&volunteer.record, header).is_empty())
}

/// Eight kilometres or half an hour: most of a township.
fn goes_far(volunteer: &SyntheticVolunteer) -> bool {
    let at_least = |header: &str, least: u32| {
        cell(&volunteer.record, header).parse().is_ok_and(|said: u32| said >= least)
    };
    let says_nothing =
        ["可达公里", "可达分钟"].iter().all(|header| cell(&volunteer.record, header).is_empty());
    says_nothing || at_least("可达公里", 8) || at_least("可达分钟", 30)
}

/// Writes one story down.
fn tell(plan: &CountyPlan, told: &mut History, story: Story, number: i32, (child, volunteer): (&str, &str)) {
    let day = |days: i32| DateStyle::Iso.text(plan.days_ago(days));
    let mut pair = |state: &str, began: String, ended: String, went_well: &str| {
        told.existing_pairs.push(vec![
            ("儿童编号", child.to_owned()),
            ("志愿者编号", volunteer.to_owned()),
            ("状态", state.to_owned()),
            ("开始日期", began),
            ("结束日期", ended),
            ("相处", went_well.to_owned()),
        ]);
    };
    match story {
        Story::Kept => pair("保持", day(300 + number), String::new(), "好"),
        Story::Pinned => pair("指定", String::new(), String::new(), ""),
        Story::Ended(went_well) => pair("已结束", day(420 + number), day(25 + 5 * number), went_well),
        Story::Declined(_) | Story::Accepted => {
            let (answer, reason) = match story {
                Story::Declined(reason) => ("婉拒", reason),
                _ => ("接受", ""),
            };
            told.replies.push(vec![
                ("儿童编号", child.to_owned()),
                ("志愿者编号", volunteer.to_owned()),
                ("答复", answer.to_owned()),
                ("理由", reason.to_owned()),
                ("日期", day(2 + number)),
            ]);
        }
    }
}

/// The list as a clerk would make it: township by township, first come first served, a passed check is a passed check
/// whatever its date. Women for girls, mostly; and the volunteer whom everybody knows gets one more child than she
/// asked for. Columns 儿童编号, 志愿者编号.
pub fn hand_made_pairs(plan: &CountyPlan) -> Vec<Record> {
    let known: Vec<SyntheticVolunteer> =
        volunteers(plan).filter(|volunteer| volunteer.lead && looks_checked(volunteer)).collect();
    let mut left: Vec<u32> = known.iter().map(|volunteer| volunteer.capacity).collect();
    let mut last_of: BTreeMap<u32, usize> = BTreeMap::new();
    let mut pairs = Vec::new();
    for (number, child) in children(plan).enumerate() {
        if cell(&child.record, "结对同意") == "不同意" {
            continue;
        }
        let careless = number % 11 == 4;
        let beloved = last_of.get(&child.township).copied().filter(|_| number % 17 == 16);
        let next = (0..known.len()).find(|index| {
            let volunteer = &known[*index];
            let fits = careless || child.sex == Sex::Male || volunteer.sex == Sex::Female;
            let forced = !careless || child.sex == Sex::Male || volunteer.sex == Sex::Male;
            volunteer.township == child.township && left[*index] > 0 && fits && forced
        });
        let Some(index) = beloved.or(next) else { continue };
        left[index] = left[index].saturating_sub(1);
        last_of.insert(child.township, index);
        pairs.push(vec![("儿童编号", child.id), ("志愿者编号", known[index].id.clone())]);
    }
    pairs
}

/// What the clerk looks at: the word 通过.
fn looks_checked(volunteer: &SyntheticVolunteer) -> bool {
    cell(&volunteer.record, "查询结果") == "通过"
}
