//! `jiedui template` hands out sheets that read back empty, and never touches a file that exists.

use std::path::Path;
use std::process::{Command, Output};

use jiedui::input::load;
use jiedui::input::policy::{DEFAULT_PRESET, parse, preset};
use jiedui::input::table::read_sheet;
use jiedui::input::write::template;
use tempfile::TempDir;

use crate::input_county::County;

fn run(out: &Path, options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_jiedui"))
        .args(["template", "--out"])
        .arg(out)
        .args(options)
        .output()
        .expect("the program runs")
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The program refused, naming this file in two languages.
fn assert_refused(output: &Output, file: &str) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains(file) && text.contains("已存在") && text.contains("--out"), "{text}");
}

#[test]
fn either_form_reads_back_with_every_column_and_nobody_in_it() {
    for (option, files) in [
        (None, template::SHEETS.iter().map(|sheet| sheet.file).collect::<Vec<_>>()),
        (Some("--xlsx"), vec![template::WORKBOOK]),
    ] {
        let folder = TempDir::new().unwrap();
        let out = folder.path().join("新建").join("名单");
        let output = run(&out, option.as_slice());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut expected: Vec<&str> = files.into_iter().chain(["policy.toml"]).collect();
        expected.sort_unstable();
        assert_eq!(names(&out), expected, "nothing else is left behind");
        for sheet in template::SHEETS {
            let file = if option.is_some() { template::WORKBOOK } else { sheet.file };
            let read = read_sheet(&out.join(file), sheet.columns, &[sheet.name])
                .unwrap_or_else(|error| panic!("{error}"));
            assert!(sheet.columns.iter().all(|column| read.has(column)), "{file}");
            assert!(read.unknown_headers().is_empty() && read.rows.is_empty(), "{file}");
        }
    }
}

#[test]
fn the_rules_that_it_writes_are_the_ones_that_hold_without_a_file() {
    let county = County::sound();
    let without = county.load().policy;
    let out = TempDir::new().unwrap();
    assert!(run(out.path(), &["--xlsx"]).status.success());
    let text = std::fs::read_to_string(out.path().join("policy.toml")).unwrap();
    assert_eq!(text, preset(DEFAULT_PRESET).expect("a preset"), "with its comments");
    assert!(
        parse(&text, "policy.toml").is_ok_and(|file| file.run.is_none()),
        "the dates are the office's own"
    );
    std::fs::copy(out.path().join("policy.toml"), county.folder.path().join("policy.toml")).unwrap();
    let with = load(county.folder.path(), &county.options).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(with.policy, without);
}

#[test]
fn a_file_that_exists_stays_as_it_is_and_no_other_is_written() {
    // One that would be written late, so that a writer that looks too late is found out.
    let late = template::SHEETS.last().expect("sheets").file;
    for (options, file) in [(&[][..], late), (&[][..], "policy.toml"), (&["--xlsx"][..], template::WORKBOOK)]
    {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(file);
        std::fs::write(&path, "金丝雀").unwrap();
        assert_refused(&run(folder.path(), options), file);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "金丝雀");
        assert_eq!(names(folder.path()), [file]);
    }
}

#[test]
fn what_an_earlier_run_left_unfinished_is_named_and_kept() {
    let folder = TempDir::new().unwrap();
    let part = format!("{}.part", template::SHEETS[0].file);
    std::fs::write(folder.path().join(&part), "金丝雀").unwrap();
    assert_refused(&run(folder.path(), &[]), &part);
    assert_eq!(names(folder.path()), [part]);
}

#[test]
fn a_second_run_is_refused_and_changes_nothing() {
    let folder = TempDir::new().unwrap();
    assert!(run(folder.path(), &[]).status.success());
    let before: Vec<Vec<u8>> =
        names(folder.path()).iter().map(|name| std::fs::read(folder.path().join(name)).unwrap()).collect();
    assert_refused(&run(folder.path(), &[]), template::SHEETS[0].file);
    let after: Vec<Vec<u8>> =
        names(folder.path()).iter().map(|name| std::fs::read(folder.path().join(name)).unwrap()).collect();
    assert_eq!(after, before);
}

#[test]
fn a_folder_that_cannot_be_made_is_named_with_the_cure() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("名单");
    std::fs::write(&file, "").unwrap();
    let output = run(&file.join("里面"), &[]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("名单") && text.contains("choose another"), "{text}");
}
