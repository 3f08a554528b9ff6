//! `[[rules_off]]`: which rules are switched off, why, and by whom.

use super::super::RuleException;
use super::super::check::about;
use super::super::problem::PolicyProblem;
use super::super::tree::Node;
use super::{Rule, Text, chosen, text};

/// Rules without which nobody would be safe: off for nobody, whatever the reason.
const NEVER_OFF: [Rule; 8] = [
    Rule::GuardianConsent,
    Rule::EntitledGuardian,
    Rule::ChildWish,
    Rule::NotBarred,
    Rule::IdentityClear,
    Rule::ScreeningPassed,
    Rule::AdultVolunteer,
    Rule::NoConflict,
];

/// Off only where this many different people approve (S16).
const APPROVERS_OF_GENDER: usize = 2;

/// The rules that are switched off. A code that is no rule was told of already and is left out.
pub(super) fn exceptions(root: &Node, problems: &mut Vec<PolicyProblem>) -> Vec<RuleException> {
    let mut exceptions: Vec<RuleException> = Vec::new();
    for (position, node) in root.items("rules_off").iter().enumerate() {
        let Some(rule) = Rule::by_code(&text(node, "code")) else { continue };
        let approved_by = chosen(node, "approved_by").map(|name| name.trim().to_owned()).collect();
        let exception = RuleException { rule, reason: text(node, "reason"), approved_by };
        let path = |key: &str| format!("rules_off[{}].{key}", position + 1);
        let code = node.at("code").unwrap_or(node);
        if NEVER_OFF.contains(&rule) {
            problems.push(about(code, &path("code"), never_off(rule), keep()));
        } else if exceptions.iter().any(|other| other.rule == rule) {
            let cause = Text::fixed("这条规则写了两次", "this rule stands twice");
            problems.push(about(code, &path("code"), cause, Text::fixed("只留一处", "keep one of them")));
        } else if rule.takes_two_approvers() && different_names(&exception.approved_by) < APPROVERS_OF_GENDER
        {
            let listed = node.at("approved_by").unwrap_or(node);
            problems.push(about(listed, &path("approved_by"), needs_approval(), name_two()));
        }
        exceptions.push(exception);
    }
    exceptions
}

/// Names that differ in more than blanks and capitals.
fn different_names(names: &[String]) -> usize {
    let plain = |name: &String| -> String {
        name.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
    };
    let mut names: Vec<String> = names.iter().map(plain).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    names.len()
}

fn never_off(rule: Rule) -> Text {
    let (zh, en) = rule.texts();
    Text::composed(
        format!("这条规则保护儿童，不可停用（{zh}；依据 {}）", rule.sources().0),
        format!("this rule protects children and is never switched off ({en}; {})", rule.sources().1),
    )
}

fn keep() -> Text {
    Text::fixed("删去这一节 [[rules_off]]", "remove this [[rules_off]] section")
}

fn needs_approval() -> Text {
    Text::fixed(
        "男志愿者与女童的规则只有两名不同人员批准才可停用（H13）",
        "the rule on men and girls is switched off by two different approvers only (H13)",
    )
}

fn name_two() -> Text {
    Text::fixed(
        "写 approved_by = [\"批准人一\", \"批准人二\"]，两人不同，或删去这一节",
        "write approved_by = [\"first approver\", \"second approver\"], two different people, or remove the section",
    )
}
