//! The ids under which a plan may be shown.
//!
//! Arcs and prices locate a child once its id is known, so a plan speaks of nobody by the county's own
//! numbers: ids are random for each plan. They are drawn by ChaCha from SHA-256 over the whole canonical
//! input and the seed: the same input gives the same bytes, and without the input, names and homes included,
//! nobody can draw them again. The key from ids to people is `people.csv` alone.

use std::collections::HashSet;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use sha2::{Digest, Sha256};

use super::PlanOptions;
use crate::candidates::{Group, Prepared, Scope};

const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const SYMBOLS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// The ids of a plan. The first symbol is a letter, so that no spreadsheet takes an id for a number.
#[derive(Clone, Debug)]
pub struct PlanIds {
    /// By child index.
    pub children: Vec<String>,
    /// By volunteer index.
    pub volunteers: Vec<String>,
    /// By pass, by group: a single child's group for a lead bears the child's id.
    pub groups: Vec<Vec<String>>,
}

impl PlanIds {
    /// Draws the ids, in stable order of the people.
    pub fn draw(prepared: &Prepared<'_>, options: &PlanOptions, groups_by_pass: &[&[Group]]) -> Self {
        let mut draw = Draw::new(options);
        let mut children = vec![String::new(); prepared.instance.children.len()];
        for child in &prepared.child_order {
            children[*child as usize] = draw.next_id();
        }
        let mut volunteers = vec![String::new(); prepared.instance.volunteers.len()];
        for volunteer in &prepared.volunteer_order {
            volunteers[*volunteer as usize] = draw.next_id();
        }
        let mut id_of = |group: &Group| match (group.scope, group.children.as_slice()) {
            (Scope::Lead, [child]) => children[*child as usize].clone(),
            _ => draw.next_id(),
        };
        let groups = groups_by_pass.iter().map(|groups| groups.iter().map(&mut id_of).collect()).collect();
        Self { children, volunteers, groups }
    }
}

struct Draw {
    random: ChaCha20Rng,
    drawn: HashSet<[u8; 8]>,
}

impl Draw {
    fn new(options: &PlanOptions) -> Self {
        let key = derive("jiedui plan ids", options);
        Self { random: ChaCha20Rng::from_seed(key), drawn: HashSet::new() }
    }

    fn next_id(&mut self) -> String {
        loop {
            let mut id = [LETTERS[self.random.random_range(0..LETTERS.len())]; 8];
            for symbol in &mut id[1..] {
                *symbol = SYMBOLS[self.random.random_range(0..SYMBOLS.len())];
            }
            if self.drawn.insert(id) {
                return id.into_iter().map(char::from).collect();
            }
        }
    }
}

/// A 32-byte value for one purpose, from the private digest of the inputs and the seed.
pub fn derive(purpose: &str, options: &PlanOptions) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(purpose.as_bytes());
    hash.update([0]);
    hash.update(options.digest);
    hash.update(options.seed.to_le_bytes());
    hash.finalize().into()
}
