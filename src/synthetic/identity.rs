//! Names, ID numbers and phones that look right to a reader and can be nobody's.
//!
//! - A name is an ordinary family name and given name followed by [`NAME_MARK`], on every person of every sheet.
//! - An ID number follows GB 11643-1999 (birth date, order number odd for men, check digit by ISO 7064 MOD 11-2) but
//!   begins with 99: no province has that code, and the cards of foreign residents, which begin with 9, go on with a
//!   province's code, which 9x is not.
//! - A phone is written 011-xxxxxxxx: of the area codes in 01 only Beijing's 010 is in use, and no mobile number begins
//!   with 0. The dash keeps Excel from taking the zero away.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::dice::Dice;
use crate::model::child::Sex;

/// Follows every invented name: 虚构 means invented.
pub const NAME_MARK: &str = "（虚构）";

/// Address codes of ID numbers begin with this; no division does.
pub const ID_PREFIX: &str = "99";

/// Phones begin with this area code, which is not in use.
pub const PHONE_PREFIX: &str = "011-";

/// Family names with rough weights of how common they are.
const FAMILY_NAMES: [(&str, u32); 30] = [
    ("王", 72),
    ("李", 72),
    ("张", 68),
    ("刘", 54),
    ("陈", 46),
    ("杨", 31),
    ("黄", 22),
    ("赵", 22),
    ("吴", 20),
    ("周", 20),
    ("徐", 15),
    ("孙", 15),
    ("马", 13),
    ("朱", 13),
    ("胡", 13),
    ("郭", 12),
    ("何", 12),
    ("林", 12),
    ("罗", 10),
    ("高", 10),
    ("郑", 9),
    ("梁", 9),
    ("谢", 8),
    ("宋", 8),
    ("唐", 7),
    ("许", 7),
    ("邓", 7),
    ("向", 6),
    ("田", 6),
    ("彭", 6),
];
const FIRST_SIGNS: [&str; 20] = [
    "子", "雨", "思", "佳", "欣", "浩", "梓", "诗", "文", "晓", "嘉", "语", "家", "明", "俊", "一", "若",
    "宇", "可", "心",
];
const GIRLS: [&str; 16] =
    ["涵", "怡", "婷", "琪", "萱", "妍", "雯", "瑶", "颖", "琳", "蕊", "洁", "悦", "菲", "玥", "彤"];
const BOYS: [&str; 16] =
    ["轩", "豪", "杰", "鑫", "涛", "阳", "航", "博", "睿", "辰", "鹏", "磊", "源", "毅", "峰", "凯"];
const WOMEN: [&str; 16] = [
    "桂英", "秀兰", "玉梅", "春燕", "红霞", "丽华", "晓琴", "海燕", "雪梅", "小芳", "艳玲", "静", "敏", "丹",
    "莉", "慧",
];
const MEN: [&str; 14] =
    ["建国", "国强", "志明", "德华", "永福", "大勇", "光明", "正军", "伟", "勇", "军", "涛", "斌", "刚"];

/// Draws a family name.
pub(super) fn family_name(dice: &mut Dice) -> &'static str {
    dice.weighted(&FAMILY_NAMES)
}

/// The marked name of a child.
pub(super) fn child_name(dice: &mut Dice, family: &str, sex: Sex) -> String {
    let last = if sex == Sex::Female { &GIRLS } else { &BOYS };
    format!("{family}{}{}{NAME_MARK}", dice.pick(&FIRST_SIGNS), dice.pick(last))
}

/// The marked name of an adult.
pub(super) fn adult_name(dice: &mut Dice, family: &str, sex: Sex) -> String {
    let given = if sex == Sex::Female { dice.pick(&WOMEN) } else { dice.pick(&MEN) };
    format!("{family}{given}{NAME_MARK}")
}

/// The check sign of the first 17 digits by ISO 7064 MOD 11-2.
fn check_sign(first_seventeen: &str) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const SIGNS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let sum: u32 =
        first_seventeen.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    SIGNS[(sum % 11) as usize]
}

/// Hands out ID numbers, none twice.
#[derive(Default)]
pub(super) struct IdNumbers {
    issued: BTreeMap<(Date, Sex), u32>,
}

impl IdNumbers {
    /// The next number for a birth date and sex. Every 499 people of one day and sex go on to the next address code.
    pub(super) fn next(&mut self, birth: Date, sex: Sex) -> String {
        let issued = self.issued.entry((birth, sex)).or_default();
        let (area, order) = (*issued / 499, *issued % 499);
        *issued += 1;
        let order = 2 * order + if sex == Sex::Male { 1 } else { 2 };
        let digits = format!(
            "{ID_PREFIX}{area:04}{:04}{:02}{:02}{order:03}",
            birth.year(),
            birth.month(),
            birth.day()
        );
        let sign = check_sign(&digits);
        format!("{digits}{sign}")
    }
}

/// Whose phone it is: the two never share a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PhoneOf {
    Household,
    Volunteer,
}

/// The phone of a household or volunteer by its number; distinct for the first fifty million of each.
pub(super) fn phone(of: PhoneOf, number: u64) -> String {
    // 24,251,467 is coprime to 50 million, so the multiples run through all residues: neighbours look unlike.
    let scattered = (number % 50_000_000) * 24_251_467 % 50_000_000;
    format!("{PHONE_PREFIX}{:08}", 2 * scattered + u64::from(of == PhoneOf::Volunteer))
}
