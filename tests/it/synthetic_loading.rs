//! The synthetic counties through the reader: clean sheets without a finding, the first sheet with the meant ones.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiedui::input::rule::InputRule;
use jiedui::input::{Finding, LoadOptions, Loaded, load};
use jiedui::synthetic::{Published, first_sheet, write_generated};

use super::synthetic::{committed, plan};

fn loaded(folder: &Path) -> Loaded {
    match load(folder, &LoadOptions::default()) {
        Ok(loaded) => loaded,
        Err(error) => panic!("{:?}", error.report.findings),
    }
}

#[test]
fn clean_sheets_load_without_a_finding() {
    for published in [
        Published::Laifeng,
        Published::LaifengGbk,
        Published::LaifengXlsx,
        Published::Lingshi,
        Published::Guangan,
    ] {
        let loaded = loaded(&committed(published));
        let found: Vec<&Finding> = loaded.report.findings.iter().take(3).collect();
        assert!(found.is_empty(), "{}: {found:?}", published.name());
        assert_eq!(loaded.instance.registered() as u32, published.plan().children);
        assert_eq!(loaded.report.counts.adults as u32, published.plan().volunteers);
        assert_eq!(loaded.instance.dates.today, Published::TODAY);
        assert_eq!(loaded.instance.dates.period, published.plan().period());
    }
    let folder = tempfile::tempdir().unwrap();
    write_generated(&plan(2_000, 1_500, 4), "", folder.path()).unwrap();
    assert_eq!(loaded(folder.path()).report.findings, Vec::new());
}

#[test]
fn the_three_shapes_of_laifeng_are_one_instance() {
    let plain = loaded(&committed(Published::Laifeng)).instance;
    assert!(!plain.existing_pairs.is_empty() && !plain.replies.is_empty());
    for other in [Published::LaifengGbk, Published::LaifengXlsx] {
        assert!(loaded(&committed(other)).instance == plain, "{}", other.name());
    }
}

#[test]
fn the_first_sheet_has_the_faults_that_were_meant_and_no_others() {
    let loaded = loaded(&committed(Published::LaifengFirstSheet));
    let meant = [
        // The totals and the signature below the people.
        InputRule::RowSkipped,
        InputRule::ChildIdNumber,
        InputRule::ChildSexUnknown,
        InputRule::ChildBirthUnknown,
        InputRule::VolunteerIdNumber,
        InputRule::NoPhone,
        InputRule::TownshipSeat,
        InputRule::NeedsAssumed,
        InputRule::ChildHoursAssumed,
        InputRule::VolunteerHoursAssumed,
        InputRule::LanguageAssumed,
    ];
    let rules: BTreeSet<InputRule> = loaded.report.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, BTreeSet::from(meant));
    let rows = |rule: InputRule| -> Vec<u32> {
        loaded
            .report
            .findings
            .iter()
            .filter(|finding| finding.rule == rule)
            .filter_map(|found| found.row)
            .collect()
    };
    // Title and two header rows stand above the first person.
    let row = |number: usize| vec![number as u32 + 3];
    assert_eq!(rows(InputRule::ChildBirthUnknown), row(first_sheet::WITHOUT_BIRTH_DATE));
    assert_eq!(rows(InputRule::ChildSexUnknown), row(first_sheet::WITHOUT_SEX));
    assert_eq!(rows(InputRule::NoPhone), row(first_sheet::WITHOUT_PHONE));
    assert_eq!(rows(InputRule::VolunteerIdNumber), row(first_sheet::BROKEN_VOLUNTEER));
    assert_eq!(loaded.instance.registered(), 90);
    assert_eq!(loaded.instance.quarantined.len(), 2);
    assert_eq!(loaded.report.counts.held, 1);
}

#[test]
fn the_first_sheet_is_about_the_same_people_as_the_clean_one() {
    let clean = loaded(&committed(Published::Laifeng)).instance;
    let first = loaded(&committed(Published::LaifengFirstSheet)).instance;
    let known: BTreeMap<_, _> = clean.children.iter().map(|child| (&child.id, child)).collect();
    for child in &first.children {
        let same = known[&child.id];
        assert_eq!(
            (child.sex, child.birth, &child.place.township),
            (same.sex, same.birth, &same.place.township)
        );
        assert!(child.name == same.name && child.guardian == same.guardian);
    }
}
