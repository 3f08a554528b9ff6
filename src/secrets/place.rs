//! Where a stored value belongs → bytes that bind it there.

/// The one cell a ciphertext belongs to. It is the additional data of the encryption: bytes copied into another row or
/// column no longer open, so whoever can write to the database cannot swap two people's phones unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place<'a> {
    /// The table's name.
    pub table: &'a str,
    /// The row's id, as text.
    pub id: &'a str,
    /// The column's name.
    pub column: &'a str,
}

impl Place<'_> {
    /// `domain`, `header` and the three names, each after its length in eight bytes.
    ///
    /// With the lengths the text can be read back in one way only: no two places, and no two domains, give the same bytes.
    pub(super) fn additional_data(&self, domain: &str, header: &[u8]) -> Vec<u8> {
        let parts =
            [domain.as_bytes(), header, self.table.as_bytes(), self.id.as_bytes(), self.column.as_bytes()];
        let mut out = Vec::with_capacity(parts.iter().map(|part| 8 + part.len()).sum());
        for part in parts {
            out.extend_from_slice(&(part.len() as u64).to_be_bytes());
            out.extend_from_slice(part);
        }
        out
    }
}
