//! policy.toml and README.md of a generated folder.

use super::identity::{ID_PREFIX, NAME_MARK, PHONE_PREFIX};
use super::plan::CountyPlan;

/// The dates of the run; everything else is the balanced preset's. The first sheet rests on the office's statutory duty,
/// since it has no consents to speak of.
pub(super) fn policy_text(plan: &CountyPlan, statutory_duty: bool) -> String {
    let period = plan.period();
    let duty = if statutory_duty {
        format!(
            "\n# 依法定职责处理全表信息，文号为虚构。 · The whole sheet is processed under a statutory duty (invented).\n\
             [legal_basis]\nauthority = \"{}民政局\"\ndocument = \"虚构〔2026〕1号\"\n",
            plan.name
        )
    } else {
        String::new()
    };
    format!(
        "# {}（虚构数据）的规则：未写的键都按预设。 · Keys that are not named here are the preset's.\n\
         extends = \"balanced\"\n\n[run]\ndate = {}\nfrom = {}\nto = {}\n{duty}",
        plan.name, plan.today, period.first, period.last
    )
}

/// What the folder is and how it was made.
pub(super) fn readme_text(plan: &CountyPlan, command: &str) -> String {
    format!(
        "# {name}：虚构数据 · a synthetic county\n\n\
         本目录由程序生成，人员、电话、身份证号、村名和经历均为虚构，与任何真实的人无关。\n\
         Everybody and everything in this folder is invented by a program.\n\n\
         - {children} children, {volunteers} volunteers, seed {seed}, for a run on {today}\n\
         - made by `{command}`; the same command gives the same bytes\n\
         - every name ends with {NAME_MARK}; every ID number begins with {ID_PREFIX}, which is no province's code;\n  \
           every phone begins with {PHONE_PREFIX}, an area code not in use\n\
         - ages, sexes and carers of the children follow the Ministry of Civil Affairs' profile of rural left-behind\n  \
           children (2018); all other shares are invented\n",
        name = plan.name,
        children = plan.children,
        volunteers = plan.volunteers,
        seed = plan.seed,
        today = plan.today,
    )
}
