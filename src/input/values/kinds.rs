//! The grammar that needs and skills share: `学业辅导：数学、语文 三年级（必需，线下）；陪伴`.
//!
//! Out: groups of one kind with its subjects, a school year and the words in the bracket.

use super::lists::{one_of, pieces_outside_brackets, split_bracket};
use super::{Text, ValueProblem};
use crate::model::need::{Grade, NeedKind, Subject};

/// One kind and what was said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindGroup {
    /// The kind.
    pub kind: NeedKind,
    /// Subjects of tutoring; empty where none is named.
    pub subjects: Vec<Subject>,
    /// School year, where one stands outside the bracket.
    pub grade: Option<Grade>,
    /// The words in the bracket.
    pub options: Vec<String>,
    /// The text of the group, for messages.
    pub text: String,
}

/// Cuts a cell into groups; every piece that cannot be read is a problem, the others stand.
pub fn parse_groups(text: &str) -> (Vec<KindGroup>, Vec<ValueProblem>) {
    let mut groups = Vec::new();
    let mut problems = Vec::new();
    for segment in pieces_outside_brackets(text, &['；', ';', '\n']) {
        // 陪伴、辅导：数学、语文 — after a tutoring word, subjects and a school year belong to it.
        let mut open = None;
        for piece in pieces_outside_brackets(&segment, &['、', '，', ',', '/', '／', '+']) {
            if let Err(problem) = add_piece(&piece, &mut groups, &mut open) {
                problems.push(problem.at(piece));
            }
        }
    }
    (groups, problems)
}

/// `open` is the index of the tutoring group that further subjects join.
fn add_piece(piece: &str, groups: &mut Vec<KindGroup>, open: &mut Option<usize>) -> Result<(), ValueProblem> {
    let (head, bracket) = split_bracket(piece)?;
    let options = pieces_outside_brackets(bracket, &['，', ',', '、', '；', ';']);
    let continues = open.filter(|_| details(head).is_some()).map(|index| &mut groups[index]);
    if let (Some(group), Some((subjects, grade))) = (continues, details(head)) {
        group.subjects.extend(subjects);
        group.grade = grade.or(group.grade);
        group.options.extend(options);
        group.text.push('、');
        group.text.push_str(piece);
        return Ok(());
    }
    *open = None;
    let (name, rest) = head.split_once(':').unwrap_or((head, ""));
    let (kind, mut subjects) = parse_kind(name.trim())?;
    let (more, grade) =
        if rest.trim().is_empty() { (Vec::new(), None) } else { details(rest).ok_or_else(no_subject)? };
    subjects.extend(more);
    if kind == NeedKind::Tutoring {
        *open = Some(groups.len());
    } else if !subjects.is_empty() {
        return Err(no_subject());
    }
    groups.push(KindGroup { kind, subjects, grade, options, text: piece.to_owned() });
    Ok(())
}

/// Subjects and a school year parted by blanks; `None` where a word is neither.
fn details(text: &str) -> Option<(Vec<Subject>, Option<Grade>)> {
    let (mut subjects, mut grade) = (Vec::new(), None);
    let mut words = text.split_whitespace().peekable();
    words.peek()?;
    for word in words {
        if let Some(year) = parse_grade(word) {
            grade = Some(year);
        } else if matches!(word, "全科" | "各科" | "所有科目") {
            // Every subject: what no subject means.
        } else {
            subjects.push(parse_subject(word)?);
        }
    }
    Some((subjects, grade))
}

fn parse_kind(name: &str) -> Result<(NeedKind, Vec<Subject>), ValueProblem> {
    if matches!(name, "作业辅导" | "作业" | "家庭作业") {
        return Ok((NeedKind::Tutoring, vec![Subject::Homework]));
    }
    let kind = one_of(
        name,
        &[
            (
                NeedKind::PsychologicalSupport,
                &["心理支持", "心理", "心理辅导", "心理咨询", "心理疏导", "psychological_support"],
            ),
            (NeedKind::SupportiveListening, &["倾听陪伴", "倾听", "谈心", "supportive_listening"]),
            (NeedKind::Tutoring, &["学业辅导", "辅导", "学习辅导", "功课辅导", "课业辅导", "tutoring"]),
            (NeedKind::VideoCall, &["亲情连线", "连线", "视频连线", "视频通话", "视频", "video_call"]),
            (
                NeedKind::Companionship,
                &["陪伴走访", "陪伴", "走访", "家访", "探访", "关爱陪伴", "companionship"],
            ),
            (NeedKind::SafetyEducation, &["安全教育", "安全", "safety_education"]),
            (
                NeedKind::CarerGuidance,
                &["家庭教育", "政策宣讲", "家庭教育指导", "家教指导", "carer_guidance"],
            ),
            (NeedKind::Activities, &["课外活动", "活动", "兴趣活动", "activities"]),
        ],
    )?;
    Ok((kind, Vec::new()))
}

fn parse_subject(word: &str) -> Option<Subject> {
    let word = word.to_lowercase();
    let named =
        Subject::ALL.into_iter().find(|subject| word == subject.names().0 || word == subject.names().1);
    named.or(match word.as_str() {
        "外语" => Some(Subject::English),
        "作业辅导" | "家庭作业" => Some(Subject::Homework),
        "maths" | "math" => Some(Subject::Mathematics),
        _ => None,
    })
}

/// School years by number.
const YEARS: [&str; 12] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];

/// A school year: 三年级, 3年级, 小学三年级, 初一, 高中二年级, 幼儿园, grade 3.
pub fn parse_grade(word: &str) -> Option<Grade> {
    if matches!(word, "幼儿园" | "学前" | "学前班" | "小班" | "中班" | "大班") {
        return Some(Grade(0));
    }
    let (base, longest, rest) =
        [("初中", 6, 3), ("初", 6, 3), ("高中", 9, 3), ("高", 9, 3), ("小学", 0, 6), ("grade", 0, 12)]
            .iter()
            .find_map(|(stage, base, longest)| Some((*base, *longest, word.strip_prefix(stage)?)))
            .unwrap_or((0, 12, word));
    let number =
        rest.trim().strip_suffix("年级").or_else(|| (rest.len() < word.len()).then_some(rest.trim()))?;
    let year = YEARS.iter().position(|name| *name == number).map(|index| index as u8 + 1);
    let year = year.or_else(|| number.parse().ok()).filter(|year| (1..=longest).contains(year))?;
    Some(Grade(base + year))
}

fn no_subject() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("科目或年级读不懂", "subject or school year cannot be read"),
        Text::fixed(
            "科目写语文、数学、英语、物理、化学或作业，年级写“三年级”“初一”",
            "subjects are 语文, 数学, 英语, 物理, 化学, 作业; a school year is written 三年级 or 初一",
        ),
    )
}
