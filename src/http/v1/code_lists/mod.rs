//! The code lists that fields are written in.

pub(in crate::http) mod get;
pub(in crate::http) mod list;

use data_encoding::HEXLOWER;
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::model::code_list;

/// A word of a code list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CodeItem {
    /// The stable word, as it stands in fields.
    code: &'static str,
    /// Its Chinese name.
    name_zh: &'static str,
}

/// A code list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CodeList {
    /// Its stable name.
    name: &'static str,
    /// Chinese title.
    title_zh: &'static str,
    /// English title.
    title_en: &'static str,
    /// Changes whenever a word of the list does.
    version: String,
    /// The words, in their order.
    items: Vec<CodeItem>,
}

impl From<code_list::CodeList> for CodeList {
    fn from(list: code_list::CodeList) -> Self {
        let mut digest = Sha256::new();
        for item in &list.items {
            digest.update(format!("{}\t{}\n", item.code, item.zh));
        }
        let version = HEXLOWER.encode(&digest.finalize()[..6]);
        let item = |item: code_list::CodeItem| CodeItem { code: item.code, name_zh: item.zh };
        let (title_zh, title_en) = list.title;
        Self {
            name: list.name,
            title_zh,
            title_en,
            version,
            items: list.items.into_iter().map(item).collect(),
        }
    }
}
