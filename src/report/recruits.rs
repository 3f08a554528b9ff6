//! The recruiting table: one row a recruit, in the order of the answer. For the coordinator's desk: a row often speaks of a
//! single child, so the [notice](crate::explanation::render::recruit::notice) is what may be posted.

use crate::explanation::Language;
use crate::explanation::recruit::Recruit;
use crate::explanation::render::recruit::{hours, skill};
use crate::explanation::render::words::minutes;
use crate::spreadsheet::SafeCsv;

/// The table as CSV; `classes` are the Chinese names of the priority classes, the highest first.
pub fn csv<'c>(recruits: &[Recruit], classes: impl IntoIterator<Item = &'c str>) -> Vec<u8> {
    let first = ["序号", "乡镇", "技能", "时段", "语言"].map(str::to_owned);
    let by_class = classes.into_iter().map(|class| format!("预计新增结对儿童（{class}）"));
    let mut table = SafeCsv::new(first.into_iter().chain(by_class).chain(["预计节省分钟".to_owned()]));
    for recruit in recruits {
        let (wanted, effect) = (&recruit.wanted, &recruit.effect);
        let named = wanted.skill.as_ref().map(|wanted| skill(wanted, Language::Chinese));
        let first = [
            recruit.number.to_string(),
            wanted.township.name.clone(),
            named.unwrap_or_else(|| "不需专长".to_owned()),
            hours(wanted.hours, Language::Chinese).to_owned(),
            wanted.languages.join("、"),
        ];
        let by_class = effect.children.iter().map(|count| count.children.to_string());
        table.row(first.into_iter().chain(by_class).chain([minutes(effect.saved_points)]));
    }
    table.finish()
}
