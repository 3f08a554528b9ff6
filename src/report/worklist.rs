//! The worklist of a provisional plan: which missing papers would unlock whom, by village.
//!
//! A paper unlocks the children whose planned pair waits for it. Papers come ranked by that number, the
//! villages of a paper together, with the days on which parents are home to sign.

use std::collections::{BTreeMap, BTreeSet};

use crate::candidates::Prepared;
use crate::candidates::papers::Paper;
use crate::candidates::rules::Holder;
use crate::model::Place;
use crate::plan::Plan;
use crate::spreadsheet::SafeCsv;

/// One paper to get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    /// What.
    pub paper: Paper,
    /// Whose: the county's number of the child, or of the volunteer unit.
    pub holder: String,
    /// Position of the adult in the unit, from 1; none for a child.
    pub adult: Option<u32>,
    /// Township of the holder.
    pub township: String,
    /// Village of the holder.
    pub village: String,
    /// Children whose planned pair waits for it.
    pub unlocks: usize,
    /// Days on which the child's parents are home.
    pub parents_home: String,
}

/// The papers that a provisional plan counts as arrived, the most useful first, then by place and number.
pub fn errands(prepared: &Prepared<'_>, plan: &Plan) -> Vec<Errand> {
    let mut unlocked: BTreeMap<(Holder, Paper), BTreeSet<u32>> = BTreeMap::new();
    let pairs = plan.pairs.iter().map(|pair| (pair.child, &pair.awaited));
    let services = plan.services.iter().map(|service| (service.child, &service.awaited));
    for (child, awaited) in pairs.chain(services) {
        for missing in awaited {
            unlocked.entry((missing.holder, missing.paper)).or_default().insert(child);
        }
    }
    let mut errands: Vec<Errand> = unlocked
        .into_iter()
        .map(|((holder, paper), children)| errand(prepared, holder, paper, children.len()))
        .collect();
    errands.sort_by(|a, b| {
        let place = |errand: &Errand| (errand.township.clone(), errand.village.clone());
        b.unlocks
            .cmp(&a.unlocks)
            .then_with(|| place(a).cmp(&place(b)))
            .then_with(|| (&a.holder, a.adult, a.paper).cmp(&(&b.holder, b.adult, b.paper)))
    });
    errands
}

fn errand(prepared: &Prepared<'_>, holder: Holder, paper: Paper, unlocks: usize) -> Errand {
    let (own_id, adult, place, home): (&str, Option<u32>, &Place, String) = match holder {
        Holder::Child(child) => {
            let child = prepared.child_of(child);
            let home = child.parents.home.map(|days| format!("{} – {}", days.first, days.last));
            (child.id.as_str(), None, &child.place, home.unwrap_or_default())
        }
        Holder::Adult(unit, adult) => {
            let unit = prepared.volunteer_of(unit);
            (unit.id.as_str(), Some(adult + 1), &unit.place, String::new())
        }
    };
    Errand {
        paper,
        holder: own_id.to_owned(),
        adult,
        township: place.township.to_string(),
        village: place.village.to_string(),
        unlocks,
        parents_home: home,
    }
}

/// `worklist.csv`: quarantined rows first, for they cannot even be planned; then the papers of the plan.
pub fn table(prepared: &Prepared<'_>, plan: &Plan) -> Vec<u8> {
    let mut text = SafeCsv::new([
        "乡镇 township",
        "村 village",
        "手续 paper",
        "paper_en",
        "儿童或志愿者 holder",
        "第几位成人 adult",
        "可解锁儿童数 unlocks",
        "父母在家 parents_home",
    ]);
    let mut quarantined: Vec<_> = prepared.instance.quarantined.iter().collect();
    quarantined.sort_by_key(|row| (&row.township, &row.village, &row.id));
    for row in quarantined {
        let own_id = row.id.as_ref().map_or("", |id| id.as_str());
        let what = format!("隔离：{}", row.rule);
        let en = format!("quarantined: {}", row.rule);
        text.row([&row.township, &row.village, &what, &en, own_id, "", "1", ""]);
    }
    for errand in errands(prepared, plan) {
        let (zh, en) = errand.paper.texts();
        let adult = errand.adult.map(|adult| adult.to_string()).unwrap_or_default();
        let unlocks = errand.unlocks.to_string();
        let cells = [&errand.township, &errand.village, zh, en, &errand.holder, &adult, &unlocks];
        text.row(cells.into_iter().chain([errand.parents_home.as_str()]));
    }
    text.finish()
}
