//! Sheets that tests upload, and what they do with them.

use serde_json::Value;

use crate::http::server::{COUNTY, Client};

/// CSV's media type.
pub(super) const CSV: &str = "text/csv";
/// A workbook's.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Townships and villages of a county (invented names under codes of a real one).
pub(super) const TABLE: &str = "code,name,provinceCode,cityCode,areaCode,streetCode
42,湖北省,,,,
4228,恩施州,42,,,
422827,来凤县,42,4228,,
422827100,翔凤镇,42,4228,422827,
422827101,百福司镇,42,4228,422827,
422827100201,和平村,42,4228,422827,422827100
422827101201,兴安村委会,42,4228,422827,422827101
422827101202,河东社区居委会,42,4228,422827,422827101
";

/// Loads [`TABLE`].
pub(super) fn load_divisions(admin: &Client) {
    admin.upload("/regions/import", CSV, TABLE.into()).expect(200);
}

/// Uploads a sheet of children for [`COUNTY`].
pub(super) fn upload_children(client: &Client, sheet: &str) -> Value {
    let path = format!("/imports?kind=children&region={}", &COUNTY[..6]);
    client.upload(&path, CSV, sheet.as_bytes().to_vec()).expect(201).body
}

/// Uploads a sheet of volunteers for [`COUNTY`].
pub(super) fn upload_volunteers(client: &Client, sheet: &str) -> Value {
    let path = format!("/imports?kind=volunteers&region={}", &COUNTY[..6]);
    client.upload(&path, CSV, sheet.as_bytes().to_vec()).expect(201).body
}

/// Commits an import.
pub(super) fn commit(client: &Client, import: &Value) -> Value {
    let path = format!("/imports/{}/commit", import["id"].as_str().unwrap());
    client.post(&path, &Value::Null).expect(200).body
}

/// Rows of an import with a status.
pub(super) fn rows(client: &Client, import: &Value, status: &str) -> Vec<Value> {
    let path = format!("/imports/{}/rows?status={status}&limit=200", import["id"].as_str().unwrap());
    client.get(&path).expect(200).body["items"].as_array().unwrap().clone()
}

/// Cells of a CSV text, the headers first.
pub(super) fn cells(csv: &[u8]) -> Vec<Vec<String>> {
    let text = csv.strip_prefix(b"\xef\xbb\xbf").unwrap_or(csv);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}
