//! Files made to hurt: each ends in a message, soon, and within bounded memory.

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use jiedui::input::columns::children;
use jiedui::input::table::{TableError, TableProblem, read_sheet, sheet_names};
use proptest::prelude::{any, prop, proptest};
use rust_xlsxwriter::Workbook;
use zip::write::SimpleFileOptions;

use crate::table::file;

/// What a hostile file may add to the memory of the program.
const MOST_GROWTH_KB: u64 = 128 << 10;

fn read(path: &Path) -> Result<usize, TableError> {
    read_sheet(path, children::ALL, &["儿童"]).map(|sheet| sheet.rows.len())
}

fn problem(name: &str, bytes: &[u8]) -> TableProblem {
    let (_folder, path) = file(name, bytes);
    read(&path).expect_err("it is refused").problem
}

/// Reads the file named by the environment, and prints by how many kilobytes that raised the peak of memory.
#[test]
#[ignore = "a program of its own, so that no other test is measured: run by `growth_of_reading`"]
fn program_that_reads_one_file() {
    let path = std::env::var_os("JIEDUI_TEST_FILE").expect("named by the other test");
    let peak = || {
        let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number")
    };
    let before = peak();
    let told = match read(Path::new(&path)) {
        Ok(rows) => format!("{rows} rows"),
        Err(error) => format!("{:?}", error.problem),
    };
    println!("growth {} kB; {told}", peak() - before);
}

/// Growth of the peak in kilobytes, and what came of the file.
fn growth_of_reading(path: &Path) -> (u64, String) {
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "table_hostile::program_that_reads_one_file", "--ignored", "--nocapture"])
        .env("JIEDUI_TEST_FILE", path)
        .output()
        .expect("runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let line = text.lines().find_map(|line| line.split_once("growth ")).expect("it measures").1;
    let (growth, told) = line.split_once(" kB; ").expect("both");
    (growth.parse().expect("a number"), told.to_owned())
}

#[test]
fn a_line_of_200_megabytes_is_refused_in_little_memory() {
    let (_folder, path) = file("children.csv", "儿童编号,姓名\nC1,".as_bytes());
    let mut long = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    let part = vec![b'x'; 1 << 20];
    for _ in 0..200 {
        long.write_all(&part).unwrap();
    }
    let (growth, told) = growth_of_reading(&path);
    assert_eq!(told, format!("{:?}", TableProblem::RecordTooLong { row: 2 }));
    assert!(growth < MOST_GROWTH_KB / 8, "{growth} kB");
}

#[test]
fn a_file_of_nothing_but_zeros_or_commas_is_refused_in_little_memory() {
    let (_folder, path) = file("children.csv", b"");
    let mut zeros = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    zeros.seek(SeekFrom::Start(200 << 20)).unwrap();
    zeros.write_all(b"\0").unwrap();
    let (growth, told) = growth_of_reading(&path);
    assert_eq!(told, format!("{:?}", TableProblem::RecordTooLong { row: 1 }));
    assert!(growth < MOST_GROWTH_KB / 8, "{growth} kB");
    let wide = format!("儿童编号,姓名\nC1{}甲\n", ",".repeat(2000));
    assert_eq!(problem("children.csv", wide.as_bytes()), TableProblem::TooManyColumns { row: 2 });
}

/// A workbook of which one part is replaced.
pub(crate) fn with_part(name: &str, content: &[u8]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("儿童").expect("a sound workbook");
    sheet.write_string(0, 0, "儿童编号").expect("a sound workbook");
    sheet.write_string(0, 1, "姓名").expect("a sound workbook");
    let sound = book.save_to_buffer().expect("a sound workbook");
    let mut from = zip::ZipArchive::new(std::io::Cursor::new(sound)).expect("a sound workbook");
    let mut to = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index).expect("a sound workbook");
        let part_name = part.name().expect("a sound workbook").into_owned();
        to.start_file(part_name.as_str(), SimpleFileOptions::default()).expect("a sound workbook");
        if part_name == name {
            to.write_all(content).expect("a sound workbook");
        } else {
            std::io::copy(&mut part, &mut to).expect("a sound workbook");
        }
    }
    to.finish().expect("a sound workbook").into_inner()
}

#[test]
fn a_zip_bomb_is_refused_before_it_is_opened() {
    let blanks = vec![b' '; 64 << 20];
    for part in ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"] {
        let bomb = with_part(part, &blanks);
        assert!(bomb.len() < 200_000, "{} bytes", bomb.len());
        let (_folder, path) = file("a.xlsx", &bomb);
        let (growth, told) = growth_of_reading(&path);
        assert!(told.starts_with("TooLarge"), "{part}: {told}");
        assert!(growth < MOST_GROWTH_KB / 8, "{part}: {growth} kB");
        assert!(matches!(sheet_names(&path).unwrap_err().problem, TableProblem::TooLarge { .. }));
    }
}

#[test]
fn a_cell_in_the_last_corner_costs_one_cell() {
    for (column, expected) in
        [(16_383, format!("{:?}", TableProblem::TooManyColumns { row: 1_048_576 })), (0, "1 rows".to_owned())]
    {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("儿童").unwrap();
        sheet.write_string(0, 0, "儿童编号").unwrap();
        sheet.write_string(0, 1, "姓名").unwrap();
        sheet.write_string(1_048_575, column, "C1").unwrap();
        let (_folder, path) = file("a.xlsx", &book.save_to_buffer().unwrap());
        let (growth, told) = growth_of_reading(&path);
        assert_eq!(told, expected);
        assert!(growth < MOST_GROWTH_KB / 8, "{growth} kB");
    }
}

#[test]
fn one_text_in_thousands_of_cells_is_counted_each_time() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("儿童").unwrap();
    let long = "长".repeat(32_000);
    (0..5_000).for_each(|row| {
        sheet.write_string(row, 0, &long).unwrap();
    });
    assert!(matches!(problem("a.xlsx", &book.save_to_buffer().unwrap()), TableProblem::TooLarge { .. }));
}

#[test]
fn a_million_shared_texts_load_or_are_refused_within_bounds() {
    let mut texts = String::from(
        r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>儿童编号</t></si><si><t>姓名</t></si>"#,
    );
    (0..1_000_000).for_each(|number| texts.extend(["<si><t>", &number.to_string(), "</t></si>"]));
    texts.push_str("</sst>");
    let (_folder, path) = file("a.xlsx", &with_part("xl/sharedStrings.xml", texts.as_bytes()));
    let (growth, told) = growth_of_reading(&path);
    assert_eq!(told, "0 rows");
    assert!(growth < MOST_GROWTH_KB, "{growth} kB");
}

#[test]
fn files_that_are_not_what_they_are_named_say_so() {
    let old = [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat();
    assert_eq!(problem("a.xls", &old), TableProblem::OldOrLocked);
    assert_eq!(problem("a.xlsx", &old), TableProblem::OldOrLocked);
    assert_eq!(problem("a.xlsx", b"<html><table></table></html>"), TableProblem::NoWorkbook);
    assert_eq!(problem("a.xlsx", b"PK\x03\x04 and no archive"), TableProblem::BrokenWorkbook);
    assert_eq!(problem("children.csv", b""), TableProblem::Empty);
    assert_eq!(problem("children.csv", b"\r\n\r\n"), TableProblem::Empty);
    let picture = [&b"\x89PNG\r\n\x1a\n"[..], &[0xff; 100]].concat();
    let refused = problem("children.csv", &picture);
    assert!(matches!(refused, TableProblem::Undecodable { .. }), "{refused:?}");
    let (_folder, path) =
        file("b.xlsx", &with_part("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"));
    assert!(matches!(read(&path).unwrap_err().problem, TableProblem::BrokenWorkbook | TableProblem::Empty));
}

#[test]
fn a_file_that_cannot_be_opened_is_named_without_its_folder() {
    let (folder, path) = file("children.csv", b"");
    let text = read(&path.with_file_name("gone.csv")).unwrap_err().to_string();
    assert!(text.contains("gone.csv") && !text.contains(folder.path().to_str().unwrap()), "{text}");
}

/// A sound workbook whose bytes are then changed.
static SOUND: LazyLock<Vec<u8>> = LazyLock::new(|| with_part("none", b""));

proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(96))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        for name in ["a.csv", "a.xlsx"] {
            let (_folder, path) = file(name, &bytes);
            let _ = read(&path);
        }
    }

    #[test]
    fn no_change_to_a_workbook_makes_the_reader_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = SOUND.clone();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let (_folder, path) = file("a.xlsx", &bytes);
        let _ = read(&path);
        bytes.truncate(cut.index(bytes.len()));
        let (_folder, path) = file("b.xlsx", &bytes);
        let _ = read(&path);
    }
}
