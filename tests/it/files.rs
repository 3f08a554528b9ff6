//! Folders are there whole or not at all, and what stood before is never lost.

#![expect(clippy::unwrap_used, reason = "a test stops where its ground gives way")]

use std::fs;
use std::path::Path;

use jiedui::files::{Files, replace_folder, write_folder};

fn one_file(text: &str) -> Files {
    Files::from([("one.txt", text.as_bytes().to_vec())])
}

/// The disk refuses the second file, after the first is written.
fn refused() -> Files {
    Files::from([("a.txt", b"written".to_vec()), ("no-such-folder/b.txt", b"refused".to_vec())])
}

/// What lies in a folder, in order.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_folder_that_cannot_be_written_leaves_nothing() {
    let place = tempfile::tempdir().unwrap();
    write_folder(&place.path().join("plan"), &refused()).expect_err("there is no folder for the second file");
    assert!(names(place.path()).is_empty());
}

#[test]
fn a_former_folder_is_kept_under_the_other_name() {
    let place = tempfile::tempdir().unwrap();
    let (plan, kept) = (place.path().join("plan"), place.path().join("plan-1"));
    write_folder(&plan, &one_file("former")).unwrap();
    replace_folder(&plan, &kept, &one_file("new")).unwrap();
    assert_eq!(names(place.path()), ["plan", "plan-1"]);
    assert_eq!(fs::read_to_string(plan.join("one.txt")).unwrap(), "new");
    assert_eq!(fs::read_to_string(kept.join("one.txt")).unwrap(), "former");
}

#[test]
fn a_former_folder_stays_in_its_place_if_the_new_one_cannot_be_written() {
    let place = tempfile::tempdir().unwrap();
    let (plan, kept) = (place.path().join("plan"), place.path().join("plan-1"));
    write_folder(&plan, &one_file("former")).unwrap();
    replace_folder(&plan, &kept, &refused()).expect_err("there is no folder for the second file");
    assert_eq!(names(place.path()), ["plan"]);
    assert_eq!(fs::read_to_string(plan.join("one.txt")).unwrap(), "former");
}

#[test]
fn a_kept_folder_is_never_overwritten() {
    let place = tempfile::tempdir().unwrap();
    let (plan, kept) = (place.path().join("plan"), place.path().join("plan-1"));
    write_folder(&plan, &one_file("former")).unwrap();
    write_folder(&kept, &one_file("older")).unwrap();
    replace_folder(&plan, &kept, &one_file("new")).expect_err("the name is taken");
    assert_eq!(names(place.path()), ["plan", "plan-1"]);
    assert_eq!(fs::read_to_string(plan.join("one.txt")).unwrap(), "former");
    assert_eq!(fs::read_to_string(kept.join("one.txt")).unwrap(), "older");
}
