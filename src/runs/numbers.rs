//! Who the groups and people of a plan are, by the numbers that they bear in it as it is stored, also once somebody was erased.

use std::collections::HashMap;

/// Who the people of a run are, and which numbers volunteers bear in the plan as it is stored, which is how the table names them. These
/// are their own, unless somebody was erased since.
#[derive(Clone, Debug, Default)]
pub struct RunPeople<'s> {
    pub(super) children: Vec<&'s str>,
    pub(super) volunteers: Vec<&'s str>,
    /// Of everybody, those included who take no part since somebody of their unit was erased.
    number_of: HashMap<&'s str, u32>,
    index_of: HashMap<u32, u32>,
}

impl<'s> RunPeople<'s> {
    /// Ids of the children and of the volunteers, in the run's order.
    pub fn new(children: Vec<&'s str>, volunteers: Vec<&'s str>) -> Self {
        let number_of = volunteers.iter().copied().zip(0..).collect();
        Self::numbered(children, volunteers, number_of)
    }

    /// As above, of those who remain; with the numbers of everybody. Nobody is proposed who bears none.
    pub fn numbered(
        children: Vec<&'s str>,
        volunteers: Vec<&'s str>,
        number_of: HashMap<&'s str, u32>,
    ) -> Self {
        let indices = volunteers.iter().zip(0_u32..);
        let index_of = indices.filter_map(|(id, index)| Some((*number_of.get(id)?, index))).collect();
        Self { children, volunteers, number_of, index_of }
    }

    /// The number of a volunteer.
    pub(super) fn number(&self, id: &str) -> Option<u32> {
        self.number_of.get(id).copied()
    }

    /// The index of who bears a number; none where she takes no part.
    pub(super) fn index(&self, number: u32) -> Option<u32> {
        self.index_of.get(&number).copied()
    }
}

/// Which numbers groups bear in the plan as it is stored: by index, ascending, and how many there are.
#[derive(Clone, Debug)]
pub struct Numbers(Vec<u32>, u32);

impl Numbers {
    /// So many groups, all of them there.
    pub fn all(groups: usize) -> Self {
        Self((0..groups as u32).collect(), groups as u32)
    }

    /// By index, ascending: the number of a group; and how many numbers there are.
    pub fn some(groups: Vec<u32>, many: u32) -> Self {
        Self(groups, many)
    }

    /// The number of a group.
    pub fn group(&self, index: u32) -> u32 {
        self.0[index as usize]
    }

    /// The index of a number; none where nobody bears it any more.
    pub(super) fn index(&self, number: u32) -> Option<u32> {
        self.0.binary_search(&number).ok().map(|index| index as u32)
    }

    /// How many groups the stored plan has; brothers and sisters who joined a standing pair are numbered behind them.
    pub fn groups(&self) -> u32 {
        self.1
    }
}
