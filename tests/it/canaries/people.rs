//! Invented people, none of whom lives, each with texts that nobody else has.

use crate::people::made::id_number;

/// How many there are.
const PEOPLE: u32 = 1_000;

/// Somebody. Her texts are spelt so that no other text can hold them by chance.
pub(super) struct Canary {
    /// Her place among them.
    pub(super) number: u32,
    pub(super) name: String,
    /// The name of her guardian, a witness, or who writes for her.
    pub(super) other_name: String,
    /// Eleven digits, of a series that no operator gives out.
    pub(super) phone: String,
    /// Of an area that is none.
    pub(super) id_number: String,
    /// A house.
    pub(super) house: String,
    pub(super) longitude: String,
    /// What somebody says of her, without any of the above.
    pub(super) words: String,
}

impl Canary {
    fn of(number: u32) -> Self {
        let sign = char::from_u32(0x4e00 + number).unwrap();
        let birth = format!("201505{:02}", 1 + number % 28);
        Self {
            number,
            name: format!("向鸑鷟{sign}"),
            other_name: format!("田鵷鶵{sign}"),
            phone: format!("1990517{number:04}"),
            id_number: id_number(&birth, 100 + number / 28 * 2),
            house: format!("鹓村{}组{}号", number / 40 + 1, number % 40 + 1),
            longitude: format!("109.4{number:04}7"),
            words: format!("鸩羽{sign}说爸爸外出"),
        }
    }

    /// Every text that must not be seen.
    pub(super) fn texts(&self) -> [&str; 7] {
        [
            &self.name,
            &self.other_name,
            &self.phone,
            &self.id_number,
            &self.house,
            &self.longitude,
            &self.words,
        ]
    }

    /// The day of birth that her ID number tells, ISO 8601.
    pub(super) fn birth(&self) -> String {
        format!("2015-05-{:02}", 1 + self.number % 28)
    }
}

/// All of them.
pub(super) fn all() -> Vec<Canary> {
    (0..PEOPLE).map(Canary::of).collect()
}
