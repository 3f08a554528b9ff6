//! The sparse graph of admissible pairs, in compressed rows.

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::groups::Group;
use super::meeting::asks_for_visit;
use super::places::{on_unit_sphere, squared_chord};
use super::prepared::Prepared;
use super::rules::{Scope, child_verdict, pair_verdict, siblings_fit, unit_verdict};
use crate::model::Location;

/// Groups and, for each, the volunteers who may serve it.
#[derive(Clone, Debug, Default)]
pub struct CandidateGraph {
    /// Left nodes, in stable order.
    pub groups: Vec<Group>,
    /// Row `g` of [`volunteers`](Self::volunteers) is `row_start[g]..row_start[g + 1]`.
    pub row_start: Vec<usize>,
    /// Volunteer indices; within a row in stable order.
    pub volunteers: Vec<u32>,
}

impl CandidateGraph {
    /// The volunteers who may serve a group.
    pub fn row(&self, group: usize) -> &[u32] {
        &self.volunteers[self.row_start[group]..self.row_start[group + 1]]
    }

    /// Number of admissible pairs.
    pub fn arc_count(&self) -> usize {
        self.volunteers.len()
    }
}

/// Finds every admissible pair of the groups.
///
/// A group with a need to be met in person looks round each home and school within the farthest reach of any
/// eligible volunteer, in an R*-tree over points on the unit sphere; a group without looks at everybody.
/// Rows come out in the order of the groups on any number of threads.
///
/// # Complexity
/// O(v log v) for the tree over v eligible volunteers; a query costs O(log v + found), each found pair a
/// constant number of rules.
pub fn candidate_graph(prepared: &Prepared<'_>, groups: Vec<Group>) -> CandidateGraph {
    let lead = Eligible::new(prepared, Scope::Lead);
    let services = Eligible::new(prepared, Scope::Service(0));
    let rows: Vec<Vec<u32>> = groups
        .par_iter()
        .map(|group| match group.scope {
            Scope::Lead => row(prepared, &lead, group),
            Scope::Service(_) => row(prepared, &services, group),
        })
        .collect();
    let mut row_start = Vec::with_capacity(groups.len() + 1);
    row_start.push(0);
    let mut volunteers = Vec::with_capacity(rows.iter().map(Vec::len).sum());
    for row in rows {
        volunteers.extend(row);
        row_start.push(volunteers.len());
    }
    CandidateGraph { groups, row_start, volunteers }
}

/// The units that pass the rules of their own, and where they are. Positions are in stable order.
struct Eligible {
    units: Vec<u32>,
    tree: RTree<GeomWithData<[f64; 3], u32>>,
    farthest_km: f64,
}

impl Eligible {
    fn new(prepared: &Prepared<'_>, scope: Scope) -> Self {
        let order = &prepared.volunteer_order;
        let units: Vec<u32> =
            order.iter().copied().filter(|unit| unit_verdict(prepared, *unit, scope).admissible()).collect();
        let points = units.iter().zip(0..).map(|(unit, position)| {
            GeomWithData::new(on_unit_sphere(prepared.volunteer_of(*unit).place.location), position)
        });
        let farthest_km =
            units.iter().map(|unit| prepared.volunteers[*unit as usize].reach_km).fold(0.0, f64::max);
        Self { tree: RTree::bulk_load(points.collect()), farthest_km, units }
    }

    /// Positions of the units within the farthest reach of any of the points, ascending.
    fn near(&self, points: &[Location]) -> Vec<u32> {
        // Half a metre more than the reach, so that rounding in the chord loses nobody.
        let within = squared_chord(self.farthest_km + 0.0005);
        let mut positions: Vec<u32> = points
            .iter()
            .flat_map(|point| self.tree.locate_within_distance(on_unit_sphere(*point), within))
            .map(|found| found.data)
            .collect();
        positions.sort_unstable();
        positions.dedup();
        positions
    }
}

/// The volunteers who may serve a group.
fn row(prepared: &Prepared<'_>, eligible: &Eligible, group: &Group) -> Vec<u32> {
    if !group.children.iter().all(|child| child_verdict(prepared, *child).admissible()) {
        return Vec::new();
    }
    let admissible = |unit: u32| {
        siblings_fit(prepared, unit, group.children.len())
            && group
                .children
                .iter()
                .all(|child| pair_verdict(prepared, *child, unit, group.scope).admissible())
    };
    match points_to_reach(prepared, group) {
        None => eligible.units.iter().copied().filter(|unit| admissible(*unit)).collect(),
        Some(points) => eligible
            .near(&points)
            .into_iter()
            .map(|position| eligible.units[position as usize])
            .filter(|unit| admissible(*unit))
            .collect(),
    }
}

/// Homes and schools of the children who must be met in person; `None` where nobody must.
fn points_to_reach(prepared: &Prepared<'_>, group: &Group) -> Option<Vec<Location>> {
    let mut points = Vec::new();
    for child in group.children.iter().copied() {
        let person = prepared.child_of(child);
        let due: &[usize] = match &group.scope {
            Scope::Lead => &prepared.children[child as usize].required,
            Scope::Service(need) => std::slice::from_ref(need),
        };
        if due.iter().any(|need| asks_for_visit(prepared, &person.needs[*need], person.call_device)) {
            points.push(person.place.location);
            points.extend(person.school.as_ref().map(|school| school.location));
        }
    }
    (!points.is_empty()).then_some(points)
}
