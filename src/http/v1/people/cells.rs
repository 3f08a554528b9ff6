//! The cells of a person on the wire: an object with the keys of the sheets' columns, each text.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::http::checks::Checks;
use crate::input::columns::{self, Column};

/// Longest text of a cell.
const LONGEST: usize = 2_000;
/// Columns that are fields of their own.
const FIELDS: [&str; 2] = ["id", "region_code"];
/// Columns of a child that records stand for.
const CHILD_RECORDS: [&str; 7] =
    ["legal_basis", "consent", "consent_date", "consent_giver", "wish", "wish_date", "excluded_volunteers"];

fn is_sent(column: &Column) -> bool {
    let screening = column.key.starts_with("screening_") || column.key == "query_consent";
    !FIELDS.contains(&column.key) && !CHILD_RECORDS.contains(&column.key) && !screening
}

/// The columns of a child that are cells.
pub(in crate::http) fn child_columns() -> impl Iterator<Item = &'static Column> {
    columns::children::ALL.iter().filter(|column| is_sent(column))
}

/// The columns of a volunteer that are cells.
pub(in crate::http) fn volunteer_columns() -> impl Iterator<Item = &'static Column> {
    columns::volunteers::ALL.iter().filter(|column| is_sent(column))
}

fn schema(columns: impl Iterator<Item = &'static Column>, text: &Value) -> Schema {
    let properties: Map<String, Value> = columns
        .map(|column| {
            let description = format!("{}：{} / {}", column.zh, column.note_zh, column.note_en);
            let mut property = text.clone();
            property["description"] = description.into();
            (column.key.to_owned(), property)
        })
        .collect();
    let object = json!({"type": "object", "properties": properties, "additionalProperties": false});
    Schema::try_from(object).unwrap_or_default()
}

macro_rules! wire_cells {
    ($sent:ident $sent_name:literal $shown:ident $shown_name:literal $columns:ident) => {
        /// Cells as they are sent; `null` empties one.
        #[derive(Debug, Default, Deserialize)]
        #[serde(transparent)]
        pub(in crate::http) struct $sent(pub(in crate::http) BTreeMap<String, Option<String>>);

        impl JsonSchema for $sent {
            fn schema_name() -> Cow<'static, str> {
                $sent_name.into()
            }

            fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
                schema($columns(), &json!({"type": ["string", "null"], "maxLength": LONGEST}))
            }
        }

        impl $sent {
            /// Every key is a column's, and no text too long.
            pub(in crate::http) fn check(&self, checks: &mut Checks) {
                check(&self.0, $columns().map(|column| column.key), checks);
            }

            /// Those that hold something.
            pub(in crate::http) fn filled(self) -> BTreeMap<String, String> {
                self.0.into_iter().filter_map(|(key, text)| Some((key, text?))).collect()
            }
        }

        /// Cells as they are shown; personal ones stand apart, masked.
        #[derive(Debug, Default, Serialize)]
        #[serde(transparent)]
        pub(in crate::http) struct $shown(pub(in crate::http) BTreeMap<String, String>);

        impl JsonSchema for $shown {
            fn schema_name() -> Cow<'static, str> {
                $shown_name.into()
            }

            fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
                let shown = $columns().filter(|column| !column.personal);
                let mut schema = schema(shown, &json!({"type": "string"}));
                // Names that an office wrote where numbers belong show as stars.
                if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
                    properties.insert("excluded_volunteers".to_owned(), json!({"type": "string"}));
                }
                schema
            }
        }
    };
}

wire_cells!(SentChildCells "ChildCells" ShownChildCells "ChildCellsShown" child_columns);
wire_cells!(SentVolunteerCells "VolunteerCells" ShownVolunteerCells "VolunteerCellsShown" volunteer_columns);

fn check<'a>(
    cells: &BTreeMap<String, Option<String>>,
    known: impl Iterator<Item = &'a str>,
    checks: &mut Checks,
) {
    let known: Vec<&str> = known.collect();
    for (key, text) in cells {
        // A key that is no column's is not repeated: it may be anything.
        let is_known = known.contains(&key.as_str());
        checks.hold(is_known, "/cells", "unknown_cell", "有不认识的栏目", "there is a key that is no column");
        if let (true, Some(text)) = (is_known, text) {
            checks.length(&format!("/cells/{key}"), text, 0..=LONGEST);
        }
    }
}

/// Fields to be shown in full are columns that may be sealed.
pub(in crate::http) fn check_fields(
    checks: &mut Checks,
    fields: &[String],
    columns: impl Iterator<Item = &'static Column>,
) {
    let known: Vec<&str> = columns.map(|column| column.key).collect();
    checks.hold(
        (1..=60).contains(&fields.len()),
        "/fields",
        "length",
        "须列出 1 至 60 个字段",
        "must name 1 to 60 fields",
    );
    let all_known = fields.iter().all(|field| known.contains(&field.as_str()));
    checks.hold(
        all_known,
        "/fields",
        "unknown_field",
        "有不认识的字段",
        "there is a field that is no column",
    );
}
