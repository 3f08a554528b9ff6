//! The order in which equals are served: by a keyed hash of the id, never by name or row.

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use sha2::{Digest, Sha256};

/// The rank of an id among equals under a seed: the first eight bytes of SHA-256 over seed, kind and id.
pub fn stable_rank(seed: u64, kind: &str, id: &str) -> u64 {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(kind.as_bytes());
    hash.update([0]);
    hash.update(id.as_bytes());
    let digest = hash.finalize();
    u64::from_be_bytes(std::array::from_fn(|byte| digest[byte]))
}

/// Indices of `ids` in stable order; ids that collide stand in their own order.
pub fn stable_order<'a>(seed: u64, kind: &str, ids: impl Iterator<Item = &'a str>) -> Vec<u32> {
    let ids: Vec<(&str, u32)> = ids.zip(0..).collect();
    let mut ranked: Vec<(u64, &str, u32)> =
        ids.par_iter().map(|(id, index)| (stable_rank(seed, kind, id), *id, *index)).collect();
    ranked.par_sort_unstable();
    ranked.into_iter().map(|(_, _, index)| index).collect()
}
