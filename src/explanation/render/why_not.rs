//! Why not this volunteer, in sentences.

use super::insisting::{moves, price};
use super::words;
use crate::explanation::Language;
use crate::explanation::why_not::{Because, WhyNot};

/// The answer as text; it must be reduced to its audience already.
pub fn why_not(answer: &WhyNot, language: Language) -> String {
    let child = words::subject(&answer.child, &answer.with_siblings, language);
    let volunteer = words::volunteer(&answer.volunteer, language);
    let chinese = language == Language::Chinese;
    match &answer.because {
        Because::Paired if chinese => format!("{child}现在就与志愿者 {volunteer} 结对。\n"),
        Because::Paired => format!("{child}is paired with volunteer {volunteer} already.\n"),
        Because::Forbidden { rules, places_held } => {
            let mut text = if chinese {
                format!("{child}不能与志愿者 {volunteer} 结对：\n")
            } else {
                format!("{child}may not be paired with volunteer {volunteer}:\n")
            };
            for rule in rules {
                text.extend(["  ", &words::rule(*rule, language), "\n"]);
            }
            if *places_held {
                text.push_str(language.pick((
                    "  她的名额都已由现有结对占用，本次匹配不会动这些结对。\n",
                    "  Her places are all held by pairs that stand, which a run does not move.\n",
                )));
            }
            text
        }
        Because::ChildStands { with, .. } => {
            let with = words::volunteer(with, language);
            if chinese {
                format!("规则允许，但 {child}已与志愿者 {with} 结对，本次匹配不会动这一对。\n")
            } else {
                format!(
                    "The rules allow it, but {child}stands with volunteer {with}, and a run does not move that pair.\n"
                )
            }
        }
        Because::Price { cost_points, insisting } => {
            let (cost, price) = (words::minutes(i128::from(*cost_points)), price(insisting, language));
            let mut text = if chinese {
                format!(
                    "{child}可以与志愿者 {volunteer} 结对（这一对的代价为 {cost} 分钟）。\n如果一定要这样：{price}。\n要变动的人：\n"
                )
            } else {
                format!(
                    "{child}may be paired with volunteer {volunteer} (the pair itself costs {cost} minutes).\nTo insist on it: {price}.\nWho would change:\n"
                )
            };
            text.push_str(&moves(insisting, language));
            text
        }
        Because::NoChoice if chinese => {
            format!("{child}若与志愿者 {volunteer} 结对，必有一名须安排的儿童落空，因此不可行。\n")
        }
        Because::NoChoice => {
            format!(
                "With {child}and volunteer {volunteer} paired, a child who must be placed could not be: it cannot be done.\n"
            )
        }
    }
}
