//! A table is the same whatever file it came in, and a file that is no table is told where and why.

use std::path::PathBuf;

use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};
use jiedui::input::columns::{Column, children, places, volunteers};
use jiedui::input::table::{Sheet, SkipReason, TableProblem, read_sheet};
use jiedui::spreadsheet::harmless;
use proptest::prelude::{any, prop, prop_assert_eq, proptest};
use rust_xlsxwriter::{Format, Workbook};
use tempfile::TempDir;

/// A file with these bytes, in a folder of its own.
pub(crate) fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    (folder, path)
}

fn read_as(name: &str, bytes: &[u8], columns: &'static [Column]) -> Result<Sheet, TableProblem> {
    let (_folder, path) = file(name, bytes);
    read_sheet(&path, columns, &["儿童"]).map_err(|error| {
        let text = error.to_string();
        assert!(text.contains(name) && text.contains(" / "), "names the file, in two languages: {text}");
        error.problem
    })
}

fn read(bytes: &[u8]) -> Result<Sheet, TableProblem> {
    read_as("children.csv", bytes, children::ALL)
}

fn sheet(text: &str) -> Sheet {
    read(text.as_bytes()).unwrap_or_else(|problem| panic!("{problem:?}"))
}

/// Row numbers and cells under some columns.
fn cells(sheet: &Sheet, columns: &[Column]) -> Vec<(u32, Vec<String>)> {
    let row_cells = |row| columns.iter().map(|column| sheet.cell(row, column).to_owned()).collect();
    sheet.rows.iter().map(|row| (row.number, row_cells(row))).collect()
}

fn delimited(rows: &[Vec<String>], delimiter: u8) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("written");
    }
    String::from_utf8(writer.into_inner().expect("flushed")).expect("UTF-8")
}

/// The bytes of a text with a byte order mark or without; `None` where the encoding lacks a sign.
fn encoded(text: &str, encoding: &'static Encoding, mark: bool) -> Option<Vec<u8>> {
    let text = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
    if encoding == UTF_16LE {
        return Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    }
    if encoding == UTF_16BE {
        return Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    }
    let (bytes, _, lacks) = encoding.encode(&text);
    (!lacks).then(|| bytes.into_owned())
}

const ENCODINGS: [(&Encoding, bool); 6] =
    [(UTF_8, false), (UTF_8, true), (UTF_16LE, true), (UTF_16BE, true), (GBK, false), (GB18030, false)];

fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("儿童").expect("a name");
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write_string(row as u32, column as u16, cell).expect("written");
        }
    }
    book.save_to_buffer().expect("saved")
}

/// The three columns that the tests of this file write.
const THREE: [Column; 3] = [children::ID, children::NEEDS, children::TOWNSHIP];

fn three_headers() -> Vec<String> {
    THREE.map(|column| column.zh.to_owned()).to_vec()
}

#[test]
fn every_encoding_delimiter_and_container_reads_the_same_cells() {
    let mut rows = vec![three_headers()];
    for (number, needs) in
        ["陪伴；辅导：数学", "一,二\t三;四", "他说“好”", "a \"b\" c", "一行\n又一行", ""].iter().enumerate()
    {
        rows.push(vec![format!("C{number}"), (*needs).to_owned(), "旧司镇".to_owned()]);
    }
    let expected: Vec<(u32, Vec<String>)> = (2u32..).zip(rows[1..].iter().cloned()).collect();
    for delimiter in [b',', b';', b'\t'] {
        let text = delimited(&rows, delimiter);
        for (encoding, mark) in ENCODINGS {
            for text in [text.clone(), text.replace('\n', "\r\n"), text.replace('\n', "\r")] {
                let bytes = encoded(&text, encoding, mark).expect("every sign is in GBK");
                let read = read(&bytes).unwrap_or_else(|problem| panic!("{}: {problem:?}", encoding.name()));
                assert_eq!(cells(&read, &THREE), expected, "{} {delimiter} {mark}", encoding.name());
            }
        }
    }
    let read = read_as("名单.xlsx", &workbook(&rows), children::ALL).expect("a workbook");
    assert_eq!(cells(&read, &THREE), expected);
    assert_eq!(read.file, "名单.xlsx#儿童");
}

proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    #[test]
    fn any_cell_survives_being_written_and_read(
        texts in prop::collection::vec(any::<String>(), 1..8),
        delimiter in prop::sample::select(&b",;\t"[..]),
    ) {
        let texts: Vec<String> = texts.iter().map(|text| text.replace(['\r', '\u{1a}'], "")).collect();
        let row = |(number, text): (usize, &String)| {
            vec![format!("C{number}"), harmless(text).into_owned(), "旧司镇".to_owned()]
        };
        let mut rows = vec![three_headers()];
        rows.extend(texts.iter().enumerate().map(row));
        let text = delimited(&rows, delimiter);
        for (encoding, mark) in ENCODINGS {
            let Some(bytes) = encoded(&text, encoding, mark) else { continue };
            let sheet = read(&bytes).unwrap_or_else(|problem| panic!("{}: {problem:?}", encoding.name()));
            let came: Vec<&str> = sheet.rows.iter().map(|row| sheet.cell(row, &children::NEEDS)).collect();
            let went: Vec<&str> = texts.iter().map(|text| text.trim()).collect();
            prop_assert_eq!(came, went, "{}", encoding.name());
        }
    }
}

#[test]
fn rows_are_numbered_as_excel_shows_them() {
    // Each id says in which row of Excel it stands; a cell of three lines is one row, a blank line is one too.
    let text = "登记表,,\n\n儿童编号,需求,乡镇\nR4,陪伴,\nR5,\"一\n二\n三\",\n\n\n,,\nR9,\"x\n\",\nR10,,";
    for text in [text.to_owned(), text.replace('\n', "\r\n"), text.replace('\n', "\r"), format!("{text}\n\n")]
    {
        let sheet = sheet(&text);
        let expected: Vec<String> = sheet.rows.iter().map(|row| format!("R{}", row.number)).collect();
        let ids: Vec<&str> = sheet.rows.iter().map(|row| sheet.cell(row, &children::ID)).collect();
        assert_eq!(ids, expected);
        assert_eq!(ids, ["R4", "R5", "R9", "R10"]);
    }
}

#[test]
fn a_title_a_header_of_two_rows_and_what_stands_below_a_list_all_load() {
    let text = "\
来凤县困境儿童摸底登记表（2026年11月）,,,,,,
编号,姓名,家庭住址,,监护情况,,备注
,,乡镇,村,监护人,联系电话,
C1,甲,旧司镇,一村,乙,,
编号,姓名,乡镇,村,监护人,联系电话,备注
C2,丙,翔凤镇,,丁,,已搬走
,,,,,,
合计：2人,,,,,,
填表人：戊　审核人：己,,,,,,
注：电话可空,,,,,,";
    let sheet = sheet(text);
    let columns = [children::ID, children::NAME, children::TOWNSHIP, children::VILLAGE, children::GUARDIAN];
    let row = |cells: [&str; 5]| cells.map(str::to_owned).to_vec();
    let expected =
        [(4, row(["C1", "甲", "旧司镇", "一村", "乙"])), (6, row(["C2", "丙", "翔凤镇", "", "丁"]))];
    assert_eq!(cells(&sheet, &columns), expected);
    assert_eq!(sheet.unknown_headers(), ["备注"]);
    let skipped: Vec<_> = sheet.skipped.iter().map(|row| (row.number, row.reason)).collect();
    let footer = SkipReason::Footer;
    assert_eq!(skipped, [(5, SkipReason::RepeatedHeader), (8, footer), (9, footer), (10, footer)]);
}

#[test]
fn sums_over_many_columns_are_a_footer_and_people_with_such_names_are_not() {
    let sheet = sheet(
        "姓名,儿童编号,乡镇,村,监护人,联系电话,性别,类别\n\
        注某某,C1,甲镇,东村,乙,1,女,孤儿\n共青,C2,甲镇,东村,乙,1,女,孤儿\n合计,2,1,1,2人,2,2,2\n",
    );
    assert_eq!(sheet.rows.len(), 2);
    assert_eq!(sheet.skipped.len(), 1);
}

#[test]
fn headers_are_known_in_either_language_with_stars_blanks_and_remarks() {
    let sheet = sheet("ID,姓 名*,出生日期（必填）,性别 sex,联系电话（可空）,属相\nC1,甲,2015-05-01,女,,羊\n");
    for column in [children::ID, children::NAME, children::BIRTH_DATE, children::SEX, children::PHONE] {
        assert!(sheet.has(&column), "{}", column.zh);
    }
    assert_eq!(sheet.unknown_headers(), ["属相"]);
}

#[test]
fn a_columns_own_name_goes_before_its_aliases_and_two_of_a_kind_are_refused() {
    let beside = sheet("编号,儿童编号,姓名\n1,C1,甲\n");
    assert_eq!(cells(&beside, &[children::ID]), [(2, vec!["C1".to_owned()])]);
    assert_eq!(beside.unknown_headers(), ["编号"]);
    let twice = read("儿童编号,姓名,村,姓名\nC1,甲,东村,乙\n".as_bytes()).unwrap_err();
    let places = vec!["B".to_owned(), "D".to_owned()];
    assert_eq!(twice, TableProblem::DuplicateHeader { row: 1, header: "姓名", places });
}

#[test]
fn without_a_header_the_message_tells_what_was_recognised_and_nothing_of_people() {
    let problem = read("金丝雀,女,旧司镇\n红雀,男,翔凤镇\n".as_bytes()).unwrap_err();
    assert!(matches!(&problem, TableProblem::NoHeader { found, .. } if found.is_empty()));
    let one = read("金丝雀,姓名,红雀\n蓝雀,a,b\n".as_bytes()).unwrap_err();
    assert!(matches!(&one, TableProblem::NoHeader { found, .. } if *found == ["姓名"]));
    let (_folder, path) = file("children.csv", "金丝雀,姓名,红雀\n".as_bytes());
    let text = read_sheet(&path, children::ALL, &[]).unwrap_err().to_string();
    assert!(
        text.contains("姓名") && !text.contains('雀') && !text.contains(path.to_str().unwrap()),
        "{text}"
    );
}

#[test]
fn a_comma_that_was_not_quoted_names_its_row_and_the_cure() {
    let text = "儿童编号,需求,乡镇\nC1,陪伴,甲镇\nC2,陪伴,辅导,甲镇\n";
    assert_eq!(read(text.as_bytes()).unwrap_err(), TableProblem::RowTooWide { row: 3, cells: 4, headers: 3 });
    // What Excel writes: a remark right of the table widens every row, the header's as well.
    assert_eq!(sheet("儿童编号,需求,\nC1,陪伴,已搬走\nC2,,\n").rows.len(), 2);
}

#[test]
fn a_quote_left_open_names_the_row_where_it_opens() {
    let text = "儿童编号,需求,乡镇\nC1,陪伴,甲镇\nC2,\"陪伴,甲镇\nC3,陪伴,甲镇\n";
    assert_eq!(read(text.as_bytes()).unwrap_err(), TableProblem::OpenQuote { row: 3 });
    assert_eq!(read(text.trim_end().as_bytes()).unwrap_err(), TableProblem::OpenQuote { row: 3 });
}

#[test]
fn bytes_that_are_no_text_name_their_row_instead_of_becoming_other_signs() {
    let text = "儿童编号,姓名,需求,乡镇\nC1,甲某某,陪伴走访和学业辅导,旧司镇\nC2,乙某某,陪伴,翔凤镇\n";
    let broken = |mut bytes: Vec<u8>, wanted: &[u8]| {
        let at = bytes.windows(wanted.len()).rposition(|window| window == wanted).expect("there");
        bytes[at] = 0xff;
        read(&bytes).unwrap_err()
    };
    let told = |encoding| TableProblem::Undecodable { row: 3, encoding };
    let mark = "\u{feff}".as_bytes().to_vec();
    assert_eq!(broken([mark, text.as_bytes().to_vec()].concat(), "翔".as_bytes()), told("UTF-8"));
    assert_eq!(broken(text.as_bytes().to_vec(), "翔".as_bytes()), told("UTF-8"));
    let gbk = encoded(text, GBK, false).expect("in GBK");
    assert_eq!(broken(gbk, &encoded("翔", GBK, false).expect("in GBK")), told("gb18030"));
}

#[test]
fn cells_of_a_workbook_read_as_they_look() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name(" Children ").unwrap();
    let day = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    let time = Format::new().set_num_format("hh:mm");
    let columns = [
        children::ID,
        children::ID_NUMBER,
        children::BIRTH_DATE,
        children::LIVING_ALONE,
        children::LONGITUDE,
        children::PARENT_HOURS,
        children::PHONE,
    ];
    for (place, column) in (0u16..).zip(&columns) {
        sheet.write_string(2, place, column.key).unwrap();
    }
    sheet.write_number(4, 0, 12).unwrap();
    sheet.write_number(4, 1, 110_105_201_505_010_024_f64).unwrap();
    sheet.write_number_with_format(4, 2, 42125, &day).unwrap();
    sheet.write_boolean(4, 3, true).unwrap();
    sheet.write_number(4, 4, 109.4).unwrap();
    sheet.write_number_with_format(4, 5, 0.8125, &time).unwrap();
    sheet.write_formula(4, 6, rust_xlsxwriter::Formula::new("=NA()").set_result("#N/A")).unwrap();
    let (_folder, path) = file("a.xlsx", &book.save_to_buffer().unwrap());
    let read = read_sheet(&path, children::ALL, &["儿童", "children"]).unwrap();
    // Excel keeps fifteen digits of a number: the ID number is broken, and shows it.
    let expected = ["12", "110105201505010020", "2015-05-01", "是", "109.4", "19:30", "#N/A"];
    assert_eq!(cells(&read, &columns), [(5, expected.map(str::to_owned).to_vec())]);
}

#[test]
fn a_cell_merged_over_rows_holds_for_each_of_them() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 2, "登记表", &plain).unwrap();
    for (place, column) in (0u16..).zip([children::TOWNSHIP, children::ID, children::VILLAGE]) {
        sheet.write_string(1, place, column.zh).unwrap();
    }
    sheet.merge_range(2, 0, 4, 0, "旧司镇", &plain).unwrap();
    for (row, id) in (2u32..).zip(["C1", "C2", "C3", "C4"]) {
        sheet.write_string(row, 1, id).unwrap();
    }
    let read = read_as("a.xlsx", &book.save_to_buffer().unwrap(), children::ALL).unwrap();
    let townships: Vec<&str> = read.rows.iter().map(|row| read.cell(row, &children::TOWNSHIP)).collect();
    assert_eq!(townships, ["旧司镇", "旧司镇", "旧司镇", ""]);
}

#[test]
fn sheets_are_found_by_name_and_the_message_lists_those_there_are() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("封面").unwrap();
    book.add_worksheet().set_name("汇总").unwrap();
    let problem = read_as("a.xlsx", &book.save_to_buffer().unwrap(), volunteers::ALL).unwrap_err();
    let found = vec!["封面".to_owned(), "汇总".to_owned()];
    assert_eq!(problem, TableProblem::NoSheet { wanted: vec!["儿童".to_owned()], found });
}

#[test]
fn the_example_of_the_template_is_skipped_and_told() {
    let sheet = read_as(
        "places.csv",
        "行政区划代码,乡镇,村\n990101100000,示例镇,示例村\n990101101000,示例一镇,\n".as_bytes(),
        places::ALL,
    )
    .unwrap();
    assert_eq!(cells(&sheet, &[places::TOWNSHIP]), [(3, vec!["示例一镇".to_owned()])]);
    assert_eq!(sheet.skipped[0].reason, SkipReason::Example);
}

#[test]
fn whoever_has_a_number_that_begins_as_the_examples_do_is_an_example() {
    // As the notes of the template say: somebody may copy the example to try it, and an invented child is nobody.
    let sheet = sheet("儿童编号,姓名\n示例-C001,甲\n示例-C002,乙\n 示例3 ,丙\nC示例,丁\nC1,示例儿童\n");
    let kept: Vec<&str> = sheet.rows.iter().map(|row| sheet.cell(row, &children::ID)).collect();
    assert_eq!(kept, ["C示例", "C1"]);
    let skipped: Vec<_> = sheet.skipped.iter().map(|row| (row.number, row.reason)).collect();
    assert_eq!(skipped, [2, 3, 4].map(|number| (number, SkipReason::Example)));
}
