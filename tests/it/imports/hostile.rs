//! Files made to hurt, sent to the program itself: each is refused with place and cure, and within bounded memory.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use jiedui::model::Role;
use rust_xlsxwriter::Workbook;
use zip::write::SimpleFileOptions;

use super::sheets::{CSV, XLSX};
use crate::http::server::Server;
use crate::served::{Client, Place, Served};
use crate::store::ground::runtime;
use crate::table_hostile::with_part;

/// What a hostile file may add to the memory of the program.
const MOST_GROWTH_KB: u64 = 128 << 10;
/// Linux tells processes' times in hundredths of a second.
const TICKS_A_SECOND: u64 = 100;
const PATH: &str = "/imports?kind=children&region=422827";
const OCTETS: &str = "application/octet-stream";

/// A workbook of half a megabyte that unpacks to half a gigabyte.
fn zip_bomb() -> Vec<u8> {
    let mut to = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_level(Some(9));
    to.start_file("[Content_Types].xml", options).unwrap();
    to.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..510 {
        to.write_all(&blanks).unwrap();
    }
    to.finish().unwrap().into_inner()
}

/// A sheet with headers and one cell in the last corner.
fn far_cell() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("儿童").unwrap();
    sheet.write_string(0, 0, "儿童编号").unwrap();
    sheet.write_string(0, 1, "姓名").unwrap();
    sheet.write_string(1_048_575, 16_383, "C1").unwrap();
    book.save_to_buffer().unwrap()
}

fn million_texts() -> Vec<u8> {
    let mut texts = String::from(
        r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>儿童编号</t></si><si><t>姓名</t></si>"#,
    );
    (0..1_000_000).for_each(|number| texts.extend(["<si><t>", &number.to_string(), "</t></si>"]));
    texts.push_str("</sst>");
    with_part("xl/sharedStrings.xml", texts.as_bytes())
}

/// An archive whose names climb out of any folder, with a workbook in it.
fn climbing_names() -> Vec<u8> {
    let mut to = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in
        ["../../jiedui-was-here", "/tmp/jiedui-was-here", "..\\..\\jiedui-was-here", "a/../../list.xlsx"]
    {
        to.start_file(name, SimpleFileOptions::default()).unwrap();
        to.write_all(&far_cell()).unwrap();
    }
    to.finish().unwrap().into_inner()
}

/// As many short rows as an upload may have bytes.
fn short_rows() -> Vec<u8> {
    let mut sheet = "儿童编号,姓名\n".as_bytes().to_vec();
    while sheet.len() < (64 << 20) - 4 {
        sheet.extend_from_slice(b"1,a\n");
    }
    sheet
}

fn broken_gbk() -> Vec<u8> {
    let mut sheet = encoding_rs::GBK.encode("儿童编号,姓名\nC1,覃一\nC2,").0.into_owned();
    sheet.extend_from_slice(&[0x81, 0x20, 0xff, 0xff, b'\n']);
    sheet
}

fn wide() -> Vec<u8> {
    let headers: Vec<String> = (0..10_000).map(|number| format!("列{number}")).collect();
    format!("儿童编号,姓名,{}\nC1,覃一,{}\n", headers.join(","), "x,".repeat(10_000)).into_bytes()
}

/// Name of the case, media type, file, code, and a piece of the sentence.
type Case = (&'static str, &'static str, Vec<u8>, &'static str, &'static str);

fn cases() -> Vec<Case> {
    let old = [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat();
    let picture = [&b"\x89PNG\r\n\x1a\n"[..], &[0xff; 100]].concat();
    vec![
        ("a zip bomb", XLSX, zip_bomb(), "import_too_large", "解压后"),
        ("a cell at XFD1048576", XLSX, far_cell(), "file_rejected", "第1048576行"),
        ("a million shared texts", XLSX, million_texts(), "file_rejected", "没有一行数据"),
        ("sixteen million short rows", CSV, short_rows(), "import_too_large", "超过 200000 行"),
        ("an old .xls", OCTETS, old, "file_rejected", "另存为 .xlsx"),
        ("a picture", OCTETS, picture, "file_rejected", "有不属于"),
        (
            "a page named as a workbook",
            XLSX,
            b"<html><table></table></html>".to_vec(),
            "file_rejected",
            "不是 Excel",
        ),
        ("an archive that is none", XLSX, b"PK\x03\x04 and no archive".to_vec(), "file_rejected", "已损坏"),
        ("names that climb", XLSX, climbing_names(), "file_rejected", "已损坏"),
        ("broken GBK", CSV, broken_gbk(), "file_rejected", "第3行"),
        ("ten thousand columns", CSV, wide(), "file_rejected", "第1行"),
        ("a table of something else", CSV, b"a,b\n1,2\n".to_vec(), "file_rejected", "儿童编号"),
        ("nothing", CSV, Vec::new(), "file_rejected", "空"),
    ]
}

#[test]
fn every_hostile_file_is_refused_with_place_and_cure() {
    let server = Server::start();
    let client = server.log_in_as(Role::Coordinator);
    for (name, media_type, file, code, said) in cases() {
        let answer = client.upload(PATH, media_type, file);
        assert_eq!(answer.code(), code, "{name}: {}", answer.text);
        let detail = answer.text_of("/detail");
        assert!(detail.contains(said), "{name}: {detail}");
        assert!(!detail.contains("/tmp") && !detail.contains(".tmp"), "{name}: {detail}");
    }
    assert!(!Path::new("/tmp/jiedui-was-here").exists());
    assert_eq!(server.counted("imports"), 0);
    assert_eq!(client.upload(PATH, "image/png", vec![1]).expect(415).code(), "unsupported_media_type");
}

/// Highest memory of a process so far, kilobytes.
fn peak(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// What a hostile file may cost: two seconds of a processor, and six where the program is built without optimisation.
const MOST_TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 6 } else { 2 });

/// The processor's time that a process has had so far. It is the same on an idle and on a busy machine.
fn processor_time(id: u32) -> Duration {
    let status = std::fs::read_to_string(format!("/proc/{id}/stat")).expect("Linux");
    // After the name, which is in brackets, the twelfth and thirteenth field: ticks for itself and for the system.
    let fields: Vec<&str> = status.rsplit(')').next().expect("fields").split_whitespace().collect();
    let ticks: u64 = fields[11..13].iter().map(|ticks| ticks.parse::<u64>().expect("a number")).sum();
    Duration::from_millis(ticks * 1_000 / TICKS_A_SECOND)
}

#[test]
fn no_hostile_file_takes_much_memory_or_time() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(&Place::sqlite(folder.path()));
    let lines = runtime().block_on(async {
        let client = Client::first_admin(&served).await;
        let (mut before, mut spent) = (peak(served.id()), processor_time(served.id()));
        for (number, (name, media_type, file, code, _)) in cases().into_iter().enumerate() {
            let path = format!("/api/v1{PATH}");
            let answer = client.upload(&path, &format!("hostile-{number}"), media_type, file).await;
            assert_eq!(answer.json()["code"], code, "{name}: {}", answer.json());
            let (after, spent_after) = (peak(served.id()), processor_time(served.id()));
            let took = spent_after.saturating_sub(spent);
            // The kernel counts pages a thread at a time, so that a peak may seem to shrink a little.
            let growth = after.saturating_sub(before);
            eprintln!("{name}: {growth} kB more, {took:?}");
            assert!(growth <= MOST_GROWTH_KB, "{name}: {growth} kB");
            assert!(took <= MOST_TIME, "{name}: {took:?}");
            (before, spent) = (after, spent_after);
        }
        client.lines()
    });
    for framing in ["content-length: 209715200", "transfer-encoding: chunked"] {
        let before = peak(served.id());
        let status = status_of_too_long_a_body(&served, framing, &lines);
        assert_eq!(status, "HTTP/1.1 413", "{framing}");
        let status = status_of_too_long_a_body(&served, framing, "");
        assert_eq!(status, "HTTP/1.1 401", "{framing}");
        assert!(peak(served.id()).saturating_sub(before) <= MOST_GROWTH_KB);
    }
    served.stop();
}

/// Sends 200 MB of a table, and reads with what status it is refused. The server may end the connection before it has all.
fn status_of_too_long_a_body(served: &Served, framing: &str, lines: &str) -> String {
    let address = served.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /api/v1{PATH} HTTP/1.1\r\nhost: {address}\r\ncontent-type: text/csv\r\nconnection: close\r\n\
         idempotency-key: long-{}\r\n{lines}{framing}\r\n\r\n",
        framing.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // Answered while it is sent: what came must not be lost when the connection ends.
    let reader = std::thread::spawn({
        let mut stream = stream.try_clone().unwrap();
        move || {
            let mut answer = [0; 12];
            let read = stream.read_exact(&mut answer);
            read.map(|()| String::from_utf8_lossy(&answer).into_owned()).unwrap_or_default()
        }
    });
    let piece = vec![b'x'; 1 << 20];
    let chunk = [format!("{:x}\r\n", piece.len()).as_bytes(), &piece, b"\r\n"].concat();
    let (piece, end) =
        if framing.starts_with("transfer") { (&chunk, &b"0\r\n\r\n"[..]) } else { (&piece, &b""[..]) };
    let sent = (0..200).try_for_each(|_| stream.write_all(piece));
    let _ = sent.and_then(|()| stream.write_all(end));
    reader.join().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn an_uploaded_file_has_no_name_that_could_stay_behind() {
    let file = jiedui::http::uploaded_file::UploadedFile::new().unwrap();
    file.writer().unwrap().write_all("覃金丝雀".as_bytes()).unwrap();
    assert_eq!(std::fs::read_to_string(file.path()).unwrap(), "覃金丝雀");
    let place = std::fs::read_link(file.path()).unwrap();
    assert!(place.to_string_lossy().ends_with(" (deleted)") && !place.exists(), "{}", place.display());
}
