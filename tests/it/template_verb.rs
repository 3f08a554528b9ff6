//! `jiedui template` hands out sheets that read back empty, and never touches what exists.

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

#[test]
fn either_form_reads_back_with_every_column_and_nobody_in_it() {
    let csv: Vec<&str> = template::SHEETS.iter().map(|sheet| sheet.file).collect();
    for (option, files) in [(None, csv), (Some("--xlsx"), vec![template::WORKBOOK])] {
        let folder = TempDir::new().unwrap();
        let out = folder.path().join("名单");
        let output = run(&out, option.as_slice());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut expected: Vec<&str> = files.into_iter().chain(["policy.toml"]).collect();
        expected.sort_unstable();
        assert_eq!(names(&out), expected);
        assert_eq!(names(folder.path()), ["名单"], "nothing is left beside it");
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
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("名单");
    assert!(run(&out, &["--xlsx"]).status.success());
    let text = std::fs::read_to_string(out.join("policy.toml")).unwrap();
    assert_eq!(text, preset(DEFAULT_PRESET).expect("a preset"), "with its comments");
    assert!(
        parse(&text, "policy.toml").is_ok_and(|file| file.run.is_none()),
        "the dates are the office's own"
    );
    std::fs::copy(out.join("policy.toml"), county.folder.path().join("policy.toml")).unwrap();
    let with = load(county.folder.path(), &county.options).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(with.policy, without);
}

#[test]
fn a_folder_that_exists_stays_as_it_is() {
    for options in [&[][..], &["--xlsx"][..]] {
        let folder = TempDir::new().unwrap();
        let out = folder.path().join("名单");
        std::fs::create_dir(&out).unwrap();
        std::fs::write(out.join("children.csv"), "金丝雀").unwrap();
        let output = run(&out, options);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains("名单 已存在") && text.contains("--out"), "{text}");
        assert_eq!(names(folder.path()), ["名单"]);
        assert_eq!(names(&out), ["children.csv"]);
        assert_eq!(std::fs::read_to_string(out.join("children.csv")).unwrap(), "金丝雀");
    }
}
