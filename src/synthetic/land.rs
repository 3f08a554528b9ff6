//! Townships and villages: the real townships of three counties, or invented ones on a grid.
//!
//! Township names and nine-digit codes of the real counties are those of the statistical divisions of 2023. The seats
//! are set by hand to about a tenth of a degree and villages are invented ("第一村"), strewn at most [`VILLAGE_REACH_M`]
//! metres east-west and north-south of the seat: distances are plausible, addresses are nobody's.

use super::dice::{Dice, Purpose};

/// Villages of each township.
pub(super) const VILLAGES: u32 = 12;
/// How far a village lies from its township's seat at most, along each axis.
const VILLAGE_REACH_M: i32 = 6_000;
/// Townships of an invented county.
const TOWNSHIPS_A_COUNTY: u32 = 20;
/// Length of a degree of latitude.
const METERS_A_DEGREE: f64 = 111_000.0;

/// A real township: nine-digit code, name, approximate longitude and latitude of its seat.
pub type TownshipRow = (&'static str, &'static str, f64, f64);

/// The ground on which a county is laid out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Land {
    /// Real townships. The first of every six-digit county code is the county's seat.
    Real {
        /// The townships, by code.
        townships: &'static [TownshipRow],
        /// Length of a degree of longitude there, in metres.
        meters_a_longitude: f64,
    },
    /// This many invented townships, ten kilometres apart, twenty to a county.
    Invented(u32),
}

/// A township as the sheets name it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Township {
    /// Nine digits.
    pub(super) code: String,
    pub(super) name: String,
    pub(super) longitude_deg: f64,
    pub(super) latitude_deg: f64,
}

impl Land {
    /// How many townships there are.
    pub(super) fn townships(&self) -> u32 {
        match self {
            Self::Real { townships, .. } => townships.len() as u32,
            Self::Invented(count) => (*count).max(1),
        }
    }

    /// A township by its index.
    pub(super) fn township(&self, index: u32) -> Township {
        match self {
            Self::Real { townships, .. } => {
                let (code, name, longitude_deg, latitude_deg) = townships[index as usize];
                Township { code: code.to_owned(), name: name.to_owned(), longitude_deg, latitude_deg }
            }
            Self::Invented(count) => {
                let side = f64::from(*count).sqrt().ceil().max(1.0) as u32;
                Township {
                    code: format!(
                        "99{:04}{:03}",
                        index / TOWNSHIPS_A_COUNTY + 1,
                        100 + index % TOWNSHIPS_A_COUNTY
                    ),
                    name: format!("示例{}镇", chinese_digits(index + 1)),
                    longitude_deg: 106.0 + 0.1 * f64::from(index % side),
                    latitude_deg: 28.0 + 0.09 * f64::from(index / side),
                }
            }
        }
    }

    /// The township that is the seat of the county in which a township lies.
    pub(super) fn county_seat(&self, index: u32) -> u32 {
        match self {
            Self::Real { townships, .. } => {
                let county = &townships[index as usize].0[..6];
                townships.iter().position(|(code, ..)| code.starts_with(county)).unwrap_or(0) as u32
            }
            Self::Invented(_) => index - index % TOWNSHIPS_A_COUNTY,
        }
    }

    /// Longitude and latitude of a village (1 to [`VILLAGES`]); village 0 is the seat.
    pub(super) fn point(&self, index: u32, village: u32) -> (f64, f64) {
        let Township { longitude_deg, latitude_deg, .. } = self.township(index);
        if village == 0 {
            return (longitude_deg, latitude_deg);
        }
        let meters_a_longitude = match self {
            Self::Real { meters_a_longitude, .. } => *meters_a_longitude,
            Self::Invented(_) => 96_500.0,
        };
        let mut dice = Dice::new(0, Purpose::Village, u64::from(index * 100 + village));
        let east_m = f64::from(dice.between(-VILLAGE_REACH_M, VILLAGE_REACH_M));
        let north_m = f64::from(dice.between(-VILLAGE_REACH_M, VILLAGE_REACH_M));
        (longitude_deg + east_m / meters_a_longitude, latitude_deg + north_m / METERS_A_DEGREE)
    }
}

/// The name of a village; nothing for the seat.
pub(super) fn village_name(village: u32) -> String {
    const NAMES: [&str; VILLAGES as usize + 1] = [
        "",
        "第一村",
        "第二村",
        "第三村",
        "第四村",
        "第五村",
        "第六村",
        "第七村",
        "第八村",
        "第九村",
        "第十村",
        "第十一村",
        "第十二村",
    ];
    NAMES[village as usize].to_owned()
}

/// A number spelled digit by digit: 305 is 三〇五.
fn chinese_digits(number: u32) -> String {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    number.to_string().bytes().map(|digit| DIGITS[usize::from(digit - b'0')]).collect()
}

/// 湖北省恩施州来凤县.
pub const LAIFENG: Land = Land::Real {
    townships: &[
        ("422827100", "翔凤镇", 109.41, 29.49),
        ("422827101", "百福司镇", 109.23, 29.13),
        ("422827102", "大河镇", 109.16, 29.36),
        ("422827103", "绿水镇", 109.38, 29.38),
        ("422827104", "旧司镇", 109.26, 29.44),
        ("422827105", "革勒车镇", 109.27, 29.52),
        ("422827200", "漫水乡", 109.28, 29.26),
        ("422827202", "三胡乡", 109.34, 29.58),
    ],
    meters_a_longitude: 96_900.0,
};

/// 山西省晋中市灵石县.
pub const LINGSHI: Land = Land::Real {
    townships: &[
        ("140729100", "翠峰镇", 111.77, 36.85),
        ("140729101", "静升镇", 111.86, 36.88),
        ("140729102", "两渡镇", 111.83, 36.94),
        ("140729103", "夏门镇", 111.70, 36.81),
        ("140729104", "南关镇", 111.73, 36.70),
        ("140729105", "段纯镇", 111.58, 36.85),
        ("140729202", "王禹乡", 111.63, 36.90),
        ("140729203", "坛镇乡", 111.53, 36.91),
        ("140729204", "梁家焉乡", 111.66, 36.95),
        ("140729205", "交口乡", 111.63, 36.77),
    ],
    meters_a_longitude: 89_100.0,
};

/// 四川省广安市: six districts, counties and cities, a part of their townships.
pub const GUANGAN: Land = Land::Real {
    townships: &[
        ("511602001", "浓洄街道", 106.63, 30.47),
        ("511602102", "协兴镇", 106.63, 30.53),
        ("511602103", "浓溪镇", 106.58, 30.46),
        ("511602104", "悦来镇", 106.51, 30.45),
        ("511602107", "花桥镇", 106.50, 30.69),
        ("511602108", "龙台镇", 106.56, 30.62),
        ("511602109", "肖溪镇", 106.70, 30.75),
        ("511602110", "恒升镇", 106.53, 30.57),
        ("511602112", "白市镇", 106.72, 30.62),
        ("511602113", "大安镇", 106.58, 30.52),
        ("511603002", "大佛寺街道", 106.89, 30.50),
        ("511603101", "桂兴镇", 106.95, 30.60),
        ("511603102", "观阁镇", 106.85, 30.68),
        ("511603103", "广兴镇", 106.83, 30.62),
        ("511603104", "代市镇", 106.79, 30.46),
        ("511603106", "护安镇", 106.74, 30.50),
        ("511603107", "龙滩镇", 106.88, 30.43),
        ("511621001", "九龙街道", 106.44, 30.54),
        ("511621101", "花园镇", 106.39, 30.53),
        ("511621102", "坪滩镇", 106.33, 30.60),
        ("511621105", "白庙镇", 106.50, 30.58),
        ("511621106", "酉溪镇", 106.28, 30.58),
        ("511621110", "顾县镇", 106.50, 30.41),
        ("511621111", "苟角镇", 106.57, 30.40),
        ("511621113", "石垭镇", 106.38, 30.68),
        ("511621115", "罗渡镇", 106.44, 30.28),
        ("511621116", "裕民镇", 106.40, 30.33),
        ("511621121", "临溪镇", 106.47, 30.66),
        ("511622100", "沿口镇", 106.29, 30.35),
        ("511622102", "烈面镇", 106.12, 30.43),
        ("511622103", "飞龙镇", 106.23, 30.52),
        ("511622107", "三溪镇", 106.21, 30.30),
        ("511622108", "赛马镇", 106.11, 30.34),
        ("511622109", "胜利镇", 106.27, 30.42),
        ("511622111", "清平镇", 106.33, 30.27),
        ("511622112", "街子镇", 106.39, 30.30),
        ("511622113", "万隆镇", 106.40, 30.43),
        ("511623100", "鼎屏镇", 106.93, 30.33),
        ("511623103", "柑子镇", 107.02, 30.42),
        ("511623105", "观音桥镇", 107.05, 30.48),
        ("511623107", "合流镇", 106.86, 30.22),
        ("511623108", "坛同镇", 106.78, 30.12),
        ("511623109", "高滩镇", 106.75, 30.02),
        ("511623110", "九龙镇", 107.05, 30.35),
        ("511623113", "丰禾镇", 106.98, 30.23),
        ("511623116", "兴仁镇", 107.10, 30.37),
        ("511623120", "两河镇", 107.17, 30.32),
        ("511681001", "双河街道", 106.78, 30.38),
        ("511681101", "天池镇", 106.75, 30.28),
        ("511681102", "禄市镇", 106.72, 30.42),
        ("511681103", "永兴镇", 106.72, 30.36),
        ("511681104", "明月镇", 106.65, 30.39),
        ("511681105", "阳和镇", 106.70, 30.32),
        ("511681108", "溪口镇", 106.83, 30.34),
    ],
    meters_a_longitude: 96_000.0,
};
