//! What a plan folder holds of a pass, in the numbers of an outline posed from the same inputs.

use std::collections::HashMap;

use super::read::{Folder, FolderError};
use super::tables::need_code;
use super::{ARCS, CERTIFICATE, PAIRS, PEOPLE};
use crate::candidates::{Prepared, Scope};
use crate::plan::Outline;
use crate::plan::mend::Held;

/// Reads the pairs held, the choice and the prices of one pass.
///
/// # Errors
/// A folder without its key or without prices, or one whose groups or places are not those of the outline.
pub fn held(folder: &Folder, prepared: &Prepared<'_>, outline: &Outline) -> Result<Held, FolderError> {
    let numbers = Numbers::of(folder, prepared, outline)?;
    let (mut rows, mut chosen) = (vec![Vec::new(); outline.groups.len()], vec![None; outline.groups.len()]);
    for arc in folder.arcs.iter().filter(|arc| arc.pass == outline.kind.code()) {
        let (group, right) = numbers.pair(&arc.left, &arc.right).ok_or_else(|| foreign(ARCS, arc.line))?;
        rows[group as usize].push((right, arc.cost));
    }
    for row in &mut rows {
        row.sort_unstable();
    }
    let placed =
        folder.pairs.iter().filter(|pair| pair.pass == outline.kind.code() && !pair.group.is_empty());
    for pair in placed {
        let (group, right) =
            numbers.pair(&pair.group, &pair.volunteer).ok_or_else(|| foreign(PAIRS, pair.line))?;
        chosen[group as usize] = Some(right);
    }
    Ok(Held { rows, chosen, price: numbers.price })
}

fn foreign(file: &'static str, line: u64) -> FolderError {
    FolderError::new(
        file,
        Some(line),
        "与资料不符：请用 verify --inputs 查明",
        "does not agree with the sheets: verify --inputs tells where",
    )
}

/// Groups and right nodes by plan id.
struct Numbers<'f> {
    groups: HashMap<&'f str, u32>,
    rights: HashMap<&'f str, u32>,
    price: Vec<i64>,
}

impl<'f> Numbers<'f> {
    fn of(folder: &'f Folder, prepared: &Prepared<'_>, outline: &Outline) -> Result<Self, FolderError> {
        let people = folder.people.as_ref().ok_or_else(|| {
            FolderError::new(
                PEOPLE,
                None,
                "缺少此文件（评估用的副本没有）",
                "is missing, as in copies for evaluators",
            )
        })?;
        let pass = folder.certificate.passes.iter().find(|pass| pass.pass == outline.kind.code());
        let differs = || {
            FolderError::new(
                CERTIFICATE,
                None,
                "儿童组或名额与资料不符：请重新 match",
                "groups or places are not those of the sheets: run match again",
            )
        };
        let pass = pass.ok_or_else(differs)?;
        let instance = prepared.instance;
        let children: HashMap<&str, u32> =
            instance.children.iter().map(|child| child.id.as_str()).zip(0..).collect();
        let units: HashMap<&str, u32> =
            instance.volunteers.iter().map(|unit| unit.id.as_str()).zip(0..).collect();
        let child_of = |id: &String| people.get(id).and_then(|own| children.get(own.as_str())).copied();
        let unit_of = |id: &String| people.get(id).and_then(|own| units.get(own.as_str())).copied();
        let mut posed: HashMap<(Vec<u32>, Option<String>), u32> = HashMap::new();
        for (group, number) in outline.groups.iter().zip(0..) {
            let mut members = group.children.clone();
            members.sort_unstable();
            let need = match group.scope {
                Scope::Lead => None,
                Scope::Service(need) => Some(need_code(prepared, group.children[0], need)),
            };
            posed.insert((members, need), number);
        }
        let places: HashMap<u32, u32> = outline.places.iter().map(|place| place.volunteer).zip(0..).collect();
        let (mut groups, mut rights) = (HashMap::new(), HashMap::new());
        for entry in &pass.left {
            let members: Option<Vec<u32>> = entry.children.iter().map(child_of).collect();
            let mut members = members.ok_or_else(differs)?;
            members.sort_unstable();
            let group = posed.get(&(members, entry.need.clone())).copied();
            let priced = group.filter(|group| outline.unmatched_price(*group as usize) == entry.unmatched);
            groups.insert(entry.id.as_str(), priced.ok_or_else(differs)?);
        }
        let mut price = vec![0; outline.places.len()];
        for entry in &pass.right {
            let right = unit_of(&entry.id).and_then(|unit| places.get(&unit)).copied().ok_or_else(differs)?;
            rights.insert(entry.id.as_str(), right);
            price[right as usize] = entry.v.ok_or_else(|| {
                let zh = "没有价格，不是由 exact 得出并证明的方案：请用 exact 重新 match";
                let en =
                    "has no prices, so no plan that exact made and proved: run match with the exact method";
                FolderError::new(CERTIFICATE, None, zh, en)
            })?;
        }
        if groups.len() != outline.groups.len() || rights.len() != outline.places.len() {
            return Err(differs());
        }
        Ok(Self { groups, rights, price })
    }

    fn pair(&self, group: &str, volunteer: &str) -> Option<(u32, u32)> {
        self.groups.get(group).copied().zip(self.rights.get(volunteer).copied())
    }
}
