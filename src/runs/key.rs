//! Who is who in the files of a plan, by ids of the store: kept beside them, since the ids of a plan are drawn from everybody's rows
//! and cannot be drawn again once somebody was erased. Nothing of anybody stands in it but ids that nobody chose.
//!
//! In: the people of a run and the ids drawn for them. Out: an archive; and who is to be left out where somebody was erased.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::snapshot::Snapshot;
use super::{RunFault, archive};
use crate::candidates::Group;
use crate::plan::ids::PlanIds;

/// The one file of the archive.
const KEY_FILE: &str = "key.json";

/// Who is who in the files of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanKey {
    /// In the order of the run: the id of a child, and that in the plan.
    pub children: Vec<(String, String)>,
    /// In the order of the run: ids of the adults of a unit, the lead first, and the unit's id in the plan.
    pub volunteers: Vec<(Vec<String>, String)>,
    /// In the order of the lead pass, which is how changes and proposals number groups: of each, the id of a child in the plan. The files
    /// of a plan list groups by their ids, in another order.
    pub groups: Vec<String>,
}

impl PlanKey {
    /// Of a plan that was made just now.
    pub fn of(snapshot: &Snapshot, ids: &PlanIds, groups: &[Group]) -> Self {
        let children = snapshot.children.iter().map(|child| child.id.clone());
        let firsts = groups.iter().filter_map(|group| group.children.iter().min());
        Self {
            groups: firsts.map(|child| ids.children[*child as usize].clone()).collect(),
            children: children.zip(ids.children.iter().cloned()).collect(),
            volunteers: snapshot.adults.iter().cloned().zip(ids.volunteers.iter().cloned()).collect(),
        }
    }

    /// As an archive.
    ///
    /// # Errors
    /// None that plain data can cause.
    pub fn pack(&self) -> Result<Vec<u8>, RunFault> {
        let text = serde_json::to_vec(self).map_err(|_| RunFault::Unreadable(KEY_FILE))?;
        archive::pack([(KEY_FILE, text.as_slice())])
    }

    /// From its archive.
    ///
    /// # Errors
    /// Where it is none.
    pub fn unpack(bytes: &[u8]) -> Result<Self, RunFault> {
        let file = archive::unpack(bytes)?.remove(KEY_FILE).unwrap_or_default();
        serde_json::from_slice(&file).map_err(|_| RunFault::Unreadable(KEY_FILE))
    }

    /// Adults of whose unit somebody was erased: a unit takes part whole or not at all.
    pub fn left_out_with(&self, erased: &BTreeSet<String>) -> BTreeSet<String> {
        let broken = self.volunteers.iter().map(|(adults, _)| adults);
        let broken = broken.filter(|adults| adults.iter().any(|adult| erased.contains(adult)));
        broken.flatten().cloned().collect()
    }

    /// The numbers of groups, by the id in the plan of one child of each.
    pub fn group_numbers(&self) -> HashMap<&str, u32> {
        self.groups.iter().map(String::as_str).zip(0..).collect()
    }

    /// Indices of children in a snapshot by their ids in the plan.
    pub fn children_of(&self, snapshot: &Snapshot) -> HashMap<&str, u32> {
        let at: HashMap<&str, u32> =
            snapshot.children.iter().map(|child| child.id.as_str()).zip(0..).collect();
        let known =
            self.children.iter().filter_map(|(id, of_plan)| Some((of_plan.as_str(), *at.get(id.as_str())?)));
        known.collect()
    }

    /// Indices of volunteer units in a snapshot by their ids in the plan.
    pub fn volunteers_of(&self, snapshot: &Snapshot) -> HashMap<&str, u32> {
        let at: HashMap<&str, u32> =
            snapshot.volunteers.iter().map(|unit| unit.id.as_str()).zip(0..).collect();
        let index = |adults: &[String]| at.get(adults.first()?.as_str()).copied();
        let known =
            self.volunteers.iter().filter_map(|(adults, of_plan)| Some((of_plan.as_str(), index(adults)?)));
        known.collect()
    }

    /// By the id of who leads a unit, those included of whom somebody was erased: the number that it bears in the order of the run.
    pub fn unit_numbers(&self) -> HashMap<&str, u32> {
        let numbered = self.volunteers.iter().zip(0..);
        numbered.filter_map(|((adults, _), number)| Some((adults.first()?.as_str(), number))).collect()
    }
}
