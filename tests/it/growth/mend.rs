//! A pass mended after declines costs the same as one over all admissible pairs but those declined.

use jiedui::assignment::certificate;
use jiedui::candidates::Prepared;
use jiedui::pipeline::pose;
use jiedui::plan::mend::{Held, mend};
use jiedui::plan::{Outline, Pass, SolvedPass};
use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};

use super::crowd::crowd;
use super::people::policy_of;
use super::{TINY, grown, proves_all, solved_whole};

fn held(solved: &SolvedPass) -> Held {
    let problem = &solved.pass.problem;
    let row = |group: u32| {
        problem.row_rights(group).iter().copied().zip(problem.row_costs(group).iter().copied()).collect()
    };
    let chosen = solved.solution.chosen.iter();
    Held {
        rows: (0..problem.left_count() as u32).map(row).collect(),
        chosen: chosen.map(|arc| arc.map(|arc| problem.arc_right(arc as usize))).collect(),
        price: solved.solution.price.clone(),
    }
}

/// Declines every `every`-th chosen pair; how many.
fn decline(prepared: &Prepared<'_>, outline: &Outline, solved: &SolvedPass, every: usize) -> usize {
    let held = held(solved);
    let chosen = (0_u32..).zip(&held.chosen).filter_map(|(group, right)| Some((group, (*right)?)));
    let declined: Vec<(u32, u32)> = chosen.step_by(every).collect();
    let mut barred = outline.clone();
    for (group, right) in &declined {
        barred.barred.insert((*group, outline.places[*right as usize].volunteer));
    }
    let mended = mend(prepared, barred.clone(), held, &declined).unwrap();
    let whole = Pass::over_all_pairs(prepared, barred).unwrap();
    assert_eq!(mended.solution.objective.total(), solved_whole(&whole));
    proves_all(&mended, &whole);
    let proof =
        certificate::check(&mended.pass.problem, &mended.solution.chosen, &mended.solution.price).unwrap();
    assert_eq!(proof.dual, mended.solution.objective.total());
    assert_eq!(mended.counts.kept, mended.pass.graph.arc_count() as u64);
    for group in 0..whole.graph.groups.len() {
        assert_eq!(mended.pass.graph.row(group).is_empty(), whole.graph.row(group).is_empty());
    }
    declined.len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_mended_pass_costs_what_the_whole_one_costs_without_the_declined(
        seed in any::<u64>(),
        every in 1..=6_usize
    ) {
        let instance = crowd(seed, 30, 24);
        let policy = policy_of(seed);
        let prepared = Prepared::new(&instance, &policy, seed, false);
        let posed = pose(&prepared).unwrap();
        for outline in [posed.lead, posed.service] {
            for lists in TINY {
                let solved = grown(&prepared, outline.clone(), lists);
                let chosen = solved.solution.chosen.iter().flatten().count();
                prop_assert_eq!(decline(&prepared, &outline, &solved, every), chosen.div_ceil(every));
            }
        }
    }
}
