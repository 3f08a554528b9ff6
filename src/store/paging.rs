//! A page of a list: the rows after the last one seen, in the order of their ids.

/// Most rows of a page.
const MOST_ROWS: i64 = 200;

/// Which page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// The sort key of the last row seen; empty for the first page.
    pub after: String,
    /// How many rows, at most 200.
    pub limit: i64,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { after: String::new(), limit: 50 }
    }
}

/// Rows, and where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The sort key after which the next page begins, where there may be one.
    pub next_after: Option<String>,
}

impl PageRequest {
    /// How many rows to ask for: one more than shown tells whether there is a next page.
    pub(super) fn rows(&self) -> i64 {
        self.limit.clamp(1, MOST_ROWS) + 1
    }

    /// Cuts what [`rows`](Self::rows) gave into a page.
    pub(super) fn page<T>(&self, mut items: Vec<T>, key: impl Fn(&T) -> String) -> Page<T> {
        let limit = self.limit.clamp(1, MOST_ROWS) as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let next_after = if more { items.last().map(key) } else { None };
        Page { items, next_after }
    }
}
