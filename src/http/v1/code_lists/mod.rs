//! The code lists that fields are written in.

pub(in crate::http) mod get;
pub(in crate::http) mod list;

use data_encoding::HEXLOWER;
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::children::LegalBasisKind;
use super::children::consents_create::{ConsentChannel, ConsentMethod, ConsentPurpose, GuardianRelation};
use super::conflicts::create::ConflictKind;
use super::exports::reveal::ExportPurpose;
use super::people::words::{EraseReason, Listed, RevealPurpose};
use super::volunteers::bar::BarReason;
use super::volunteers::suspend::SuspendReason;
use crate::model::code_list;

/// Name, titles in Chinese and English, words with their Chinese names.
type AskedList = (&'static str, (&'static str, &'static str), &'static [(&'static str, &'static str)]);

/// Every list by name: what sheets hold, and what requests alone hold.
fn all() -> Vec<code_list::CodeList> {
    let asked: [AskedList; 11] = [
        ("bar_reasons", ("永久禁止的原因", "why a volunteer is barred"), BarReason::NAMES),
        ("conflict_kinds", ("须回避的原因", "why two must not be paired"), ConflictKind::NAMES),
        ("consent_channels", ("答复的途径", "by which channel an answer came"), ConsentChannel::NAMES),
        ("consent_methods", ("答复的方式", "how an answer was given"), ConsentMethod::NAMES),
        ("consent_purposes", ("同意的事项", "what is agreed to"), ConsentPurpose::NAMES),
        ("consent_relations", ("与儿童的关系", "what the giver is to the child"), GuardianRelation::NAMES),
        ("erase_reasons", ("清除的原因", "why somebody is erased"), EraseReason::NAMES),
        ("export_purposes", ("完整导出的用途", "why people leave as a file"), ExportPurpose::NAMES),
        ("legal_bases", ("法律依据", "why a child's data may be kept"), LegalBasisKind::NAMES),
        ("reveal_purposes", ("查看完整字段的用途", "why fields are shown in full"), RevealPurpose::NAMES),
        ("suspend_reasons", ("暂停服务的原因", "why a volunteer is suspended"), SuspendReason::NAMES),
    ];
    let mut lists = code_list::all();
    lists.extend(asked.map(|(name, title, names)| code_list::list(name, title, names.iter().copied())));
    lists.sort_by_key(|list| list.name);
    lists
}

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
