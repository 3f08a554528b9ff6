//! Holds a plan against the inputs: its pairs are admissible at their costs, and its prices rule out every pair that it
//! does not hold.
//!
//! Shares neither trees nor bounds with the search that made the plan: volunteers stand by the division that they keep to
//! and sorted by latitude, each group looks at every volunteer of a division around it in the band that the farthest reach
//! allows, and asks the rules and the score about each pair whose way and price alone do not settle it. Above five thousand
//! million pairs to be looked at this plain way would take hours, and the search of [`growth`](crate::plan::growth) does it.
//!
//! Cost: O(g·b) for g groups and b volunteers in the bands of a group; time O(v log v) more to sort v volunteers.

use std::collections::HashMap;

use rayon::prelude::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::{Finding, Findings};
use crate::candidates::meeting::asks_for_visit;
use crate::candidates::rules::{pair_may_meet, unit_verdict, verdict};
use crate::candidates::travel::distance_km;
use crate::candidates::{Group, Prepared, Scope};
use crate::model::{Location, RegionCode, Rule};
use crate::plan::folder::read::Folder;
use crate::plan::folder::wire::PassCertificate;
use crate::plan::folder::write::{describe, fingerprint};
use crate::plan::folder::{ARCS, CERTIFICATE, PEOPLE, PLAN, tables};
use crate::plan::growth::PairSearch;
use crate::plan::ids::PlanIds;
use crate::plan::pass::PassKind;
use crate::plan::{Outline, PlanOptions};
use crate::scoring::score;

/// Up to so many pairs in bands, every one is looked at the plain way.
const PLAIN_UP_TO: u64 = 5_000_000_000;
/// Kilometres of a degree of latitude, rounded down so that a band is never too narrow.
const KM_A_DEGREE: f64 = 111.0;

/// Checks that the certificate speaks of exactly the groups and places of the inputs, that every pair of `arcs.csv` is
/// admissible at its cost, and where there are prices, that no admissible pair is left out which they do not rule out.
///
/// `outlines` are the questions posed anew from the same inputs and policy; `options` must carry the seed of the
/// plan and the digest of the inputs.
///
/// # Errors
/// Everything that differs.
pub fn against_inputs(
    folder: &Folder,
    prepared: &Prepared<'_>,
    options: &PlanOptions,
    outlines: &[&Outline],
) -> Result<(), Vec<Finding>> {
    let mut findings = Findings::default();
    if fingerprint(&options.digest) != folder.plan.inputs_sha256 {
        findings.add(
            PLAN,
            0,
            "方案出自别的人员、日期或规则（inputs_sha256 不符）：请指向原来的资料",
            "the plan was made from other people, dates or policy (inputs_sha256 differs): name the original inputs",
        );
        return Err(findings.0);
    }
    let groups: Vec<&[Group]> = outlines.iter().map(|outline| outline.groups.as_slice()).collect();
    let ids = PlanIds::draw(prepared, options, &groups);
    if let Some(people) = folder.bytes.get(PEOPLE) {
        compare_lines(PEOPLE, people, &tables::people(prepared, &ids), &mut findings);
    }
    for ((outline, groups), written) in outlines.iter().zip(&ids.groups).zip(&folder.certificate.passes) {
        let before = findings.0.len();
        compare_entries(folder, &describe(prepared, outline.frame(), &ids, groups), written, &mut findings);
        // Prices of other groups or places than the inputs have would be put to the wrong people.
        if findings.0.len() == before {
            let named = Named { folder, prepared, outline, ids: &ids, groups, written };
            named.check_arcs(&mut findings);
            named.check_left_out(&mut findings);
        }
    }
    if findings.0.is_empty() { Ok(()) } else { Err(findings.0) }
}

/// A pass of the inputs with the ids of the plan.
struct Named<'v> {
    folder: &'v Folder,
    prepared: &'v Prepared<'v>,
    outline: &'v Outline,
    ids: &'v PlanIds,
    groups: &'v [String],
    written: &'v PassCertificate,
}

/// A volunteer with an open place.
struct Standing {
    location: Location,
    reach_km: f64,
    volunteer: u32,
    right: u32,
    price: i64,
}

impl Named<'_> {
    /// Every pair of `arcs.csv` may be, at its cost.
    fn check_arcs(&self, findings: &mut Findings) {
        let group_of: HashMap<&str, u32> = self.groups.iter().map(String::as_str).zip(0..).collect();
        let places = self.outline.places.iter().map(|place| place.volunteer);
        let unit_of: HashMap<&str, u32> =
            places.map(|unit| (self.ids.volunteers[unit as usize].as_str(), unit)).collect();
        for arc in self.folder.arcs.iter().filter(|arc| arc.pass == self.written.pass) {
            let (Some(group), Some(unit)) =
                (group_of.get(arc.left.as_str()), unit_of.get(arc.right.as_str()))
            else {
                continue; // named by the check of the folder alone
            };
            let members = &self.outline.groups[*group as usize];
            let broken = verdict(self.prepared, &members.children, *unit, members.scope).broken;
            if let Some(rule) = broken.first() {
                let zh = format!("按资料不可结对（{}）", rule.code());
                findings.add(ARCS, arc.line, zh, format!("the inputs forbid this pair ({})", rule.code()));
            } else if self.outline.barred.contains(&(*group, *unit)) {
                findings.add(
                    ARCS,
                    arc.line,
                    "兄弟姐妹未能同行，不可结对",
                    "a brother or sister could not join her",
                );
            } else if score(self.prepared, members, *unit) != Some(arc.score) {
                findings.add(ARCS, arc.line, "代价与资料不符", "the cost differs from what the inputs give");
            }
        }
    }

    /// No admissible pair has cost + v < u.
    fn check_left_out(&self, findings: &mut Findings) {
        let prices: HashMap<&str, i64> =
            self.written.right.iter().filter_map(|entry| Some((entry.id.as_str(), entry.v?))).collect();
        let worths: HashMap<&str, i64> =
            self.written.left.iter().filter_map(|entry| Some((entry.id.as_str(), entry.u?))).collect();
        if self.written.dual.is_none() {
            return;
        }
        let place_id = |volunteer: u32| self.ids.volunteers[volunteer as usize].as_str();
        let price: Vec<i64> = self
            .outline
            .places
            .iter()
            .map(|place| prices.get(place_id(place.volunteer)).copied().unwrap_or(0))
            .collect();
        let worth: Vec<i64> =
            self.groups.iter().map(|id| worths.get(id.as_str()).copied().unwrap_or(0)).collect();
        let bands = Bands::new(self.prepared, self.outline, &price);
        let all: Vec<u32> = (0..worth.len() as u32).collect();
        let looked_at: u64 =
            all.par_iter().map(|group| bands.of(*group).map(|band| band.len() as u64).sum::<u64>()).sum();
        let violated: Vec<(u32, u32)> = if looked_at <= PLAIN_UP_TO {
            let found = |group: u32| bands.violated(group, worth[group as usize]).map(|right| (group, right));
            all.into_par_iter().filter_map(found).collect()
        } else {
            let search = PairSearch::new(self.prepared, self.outline);
            let ready = search.prices(&price);
            let found = |group: u32| {
                let found = search.volunteers_of(group, Some(&ready), 1, worth[group as usize]);
                found.items.first().map(|(right, _)| (group, *right))
            };
            all.into_par_iter().filter_map(found).collect()
        };
        for (group, right) in violated {
            let id = &self.groups[group as usize];
            let unit = place_id(self.outline.places[right as usize].volunteer);
            let line = super::certificate_line(self.folder, &self.written.pass, "left", id);
            let zh = format!("{id} 与 {unit} 可以结对，而证明未将其排除");
            let en = format!("{id} and {unit} may be paired, and the prices do not rule it out");
            findings.add(CERTIFICATE, line, zh, en);
        }
    }
}

/// Volunteers with an open place who pass the rules of their own: for each division that some keep to (H15), and for none, from
/// south to north.
struct Bands<'b> {
    prepared: &'b Prepared<'b>,
    outline: &'b Outline,
    of_division: HashMap<Option<RegionCode>, Vec<Standing>>,
    farthest_deg: f64,
}

impl<'b> Bands<'b> {
    fn new(prepared: &'b Prepared<'b>, outline: &'b Outline, price: &[i64]) -> Self {
        let scope = match outline.kind {
            PassKind::Lead => Scope::Lead,
            PassKind::Service => Scope::Service(0),
        };
        let mut of_division: HashMap<Option<RegionCode>, Vec<Standing>> = HashMap::new();
        let mut farthest_km = 0.0;
        for ((right, place), price) in (0_u32..).zip(&outline.places).zip(price) {
            if !unit_verdict(prepared, place.volunteer, scope).admissible() {
                continue;
            }
            let person = prepared.volunteer_of(place.volunteer);
            let reach_km = prepared.volunteers[place.volunteer as usize].reach_km;
            let standing = Standing {
                location: person.place.location,
                reach_km,
                volunteer: place.volunteer,
                right,
                price: *price,
            };
            let keeps_to = person.region_scope.filter(|_| prepared.policy.enforces(Rule::RegionScope));
            of_division.entry(keeps_to).or_default().push(standing);
            farthest_km = f64::max(farthest_km, reach_km);
        }
        for standing in of_division.values_mut() {
            standing.sort_by(|a, b| {
                a.location.latitude_deg().total_cmp(&b.location.latitude_deg()).then(a.right.cmp(&b.right))
            });
        }
        Self { prepared, outline, of_division, farthest_deg: farthest_km / KM_A_DEGREE }
    }

    /// Where each child must be met who must be met in person: anywhere of its places.
    fn visits(&self, group: &Group) -> Vec<Vec<Location>> {
        let of_child = |child: &u32| {
            let person = self.prepared.child_of(*child);
            let due: &[usize] = match &group.scope {
                Scope::Lead => &self.prepared.children[*child as usize].required,
                Scope::Service(need) => std::slice::from_ref(need),
            };
            let visited = due
                .iter()
                .any(|need| asks_for_visit(self.prepared, &person.needs[*need], person.call_device));
            let school = person.school.as_ref().map(|school| school.location);
            visited.then(|| std::iter::once(person.place.location).chain(school).collect())
        };
        group.children.iter().filter_map(of_child).collect()
    }

    /// The volunteers whom the place of the first child, and the first child that must be met, let come into question.
    fn of(&self, group: u32) -> impl Iterator<Item = &[Standing]> {
        let members = &self.outline.groups[group as usize];
        let visits = self.visits(members);
        let sites = visits.first().into_iter().flatten().map(Location::latitude_deg);
        let (south, north) = sites
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(south, north), at| (south.min(at), north.max(at)));
        let (south, north) = if visits.is_empty() {
            (f64::NEG_INFINITY, f64::INFINITY)
        } else {
            (south - self.farthest_deg, north + self.farthest_deg)
        };
        let region = self.prepared.child_of(members.children[0]).place.region;
        let divisions = region.enclosing().map(Some).chain(std::iter::once(None));
        divisions.filter_map(|division| self.of_division.get(&division)).map(move |standing| {
            let first = standing.partition_point(|one| one.location.latitude_deg() < south);
            let end = standing.partition_point(|one| one.location.latitude_deg() <= north);
            &standing[first..end]
        })
    }

    /// A volunteer for whom the prices leave the pair open, if there is one.
    fn violated(&self, group: u32, worth: i64) -> Option<u32> {
        let members = &self.outline.groups[group as usize];
        let visits = self.visits(members);
        let violates = |one: &&Standing| {
            // A pair costs at least nothing, so that a price of u and more rules it out.
            if one.price >= worth || self.outline.barred.contains(&(group, one.volunteer)) {
                return false;
            }
            let near = |sites: &Vec<Location>| {
                sites.iter().any(|site| distance_km(one.location, *site) <= one.reach_km)
            };
            let may_meet = |child: &u32| pair_may_meet(self.prepared, *child, one.volunteer, members.scope);
            visits.iter().all(near)
                && members.children.iter().all(may_meet)
                && score(self.prepared, members, one.volunteer)
                    .is_some_and(|score| score.total() + one.price < worth)
                && verdict(self.prepared, &members.children, one.volunteer, members.scope).admissible()
        };
        self.of(group).flatten().find(violates).map(|one| one.right)
    }
}

/// Names the first line that differs: lines are sorted, so everything after it may merely be shifted.
fn compare_lines(file: &'static str, written: &[u8], derived: &[u8], findings: &mut Findings) {
    if written == derived {
        return;
    }
    let lines =
        |bytes: &[u8]| -> Vec<Vec<u8>> { bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect() };
    let (written, derived) = (lines(written), lines(derived));
    let same = written.iter().zip(&derived).take_while(|(a, b)| a == b).count();
    findings.add(
        file,
        same as u64 + 1,
        format!("与按资料重新推导的内容不符（写出 {} 行，应有 {} 行）", written.len() - 1, derived.len() - 1),
        format!(
            "differs from what the inputs give ({} lines written, {} derived)",
            written.len() - 1,
            derived.len() - 1
        ),
    );
}

fn compare_entries(
    folder: &Folder,
    derived: &PassCertificate,
    written: &PassCertificate,
    findings: &mut Findings,
) {
    let mut bare = written.clone();
    bare.left.iter_mut().for_each(|entry| entry.u = None);
    bare.right.iter_mut().for_each(|entry| entry.v = None);
    let mut derived = derived.clone();
    derived.left.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    derived.right.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    let differs = "与按资料重新推导的内容不符";
    let different_left =
        bare.left.iter().zip(&derived.left).find(|(a, b)| a != b).map(|(a, _)| ("left", &a.id));
    let different_right =
        bare.right.iter().zip(&derived.right).find(|(a, b)| a != b).map(|(a, _)| ("right", &a.id));
    for (side, id) in different_left.into_iter().chain(different_right) {
        let line = super::certificate_line(folder, &written.pass, side, id);
        findings.add(CERTIFICATE, line, differs, "differs from what the inputs give");
    }
    let shape = |pass: &PassCertificate| (pass.step, pass.load_step, pass.left.len(), pass.right.len());
    if shape(&bare) != shape(&derived) {
        findings.add(
            CERTIFICATE,
            0,
            differs,
            "step, load step or number of entries differs from what the inputs give",
        );
    }
}
