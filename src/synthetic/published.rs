//! The committed folders of data/: three counties whose head counts were published, Laifeng in four shapes.

use std::path::Path;

use jiff::civil::{Date, date};

use super::children::children;
use super::first_sheet::write_first_sheet;
use super::folder::{SyntheticError, places, write_county, write_csv, write_file, write_gbk, write_workbook};
use super::land::{GUANGAN, LAIFENG, LINGSHI};
use super::pairs::{hand_made_pairs, history};
use super::plan::CountyPlan;
use super::policy::{policy_text, readme_text};
use super::volunteers::volunteers;
use crate::model::child::Category;

/// A committed folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// 来凤县: 90 children.
    Laifeng,
    /// The same people in GBK.
    LaifengGbk,
    /// The same people in one workbook.
    LaifengXlsx,
    /// The same people as the office's first sheet has them.
    LaifengFirstSheet,
    /// 灵石县: 270 volunteers, 86 children, and a list of pairs made by hand.
    Lingshi,
    /// 广安市: 2,569 volunteers, 4,957 children.
    Guangan,
}

impl Published {
    /// Every folder.
    pub const ALL: [Self; 6] = [
        Self::Laifeng,
        Self::LaifengGbk,
        Self::LaifengXlsx,
        Self::LaifengFirstSheet,
        Self::Lingshi,
        Self::Guangan,
    ];

    /// The day for which the committed sheets are made.
    pub const TODAY: Date = date(2026, 11, 24);

    /// Its folder's name under data/, also its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Laifeng => "laifeng",
            Self::LaifengGbk => "laifeng-gbk",
            Self::LaifengXlsx => "laifeng-xlsx",
            Self::LaifengFirstSheet => "laifeng-first-sheet",
            Self::Lingshi => "lingshi",
            Self::Guangan => "guangan",
        }
    }

    /// The folder of a name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|published| published.name() == name)
    }

    /// The county it shows.
    pub fn plan(self) -> CountyPlan {
        match self {
            Self::Laifeng | Self::LaifengGbk | Self::LaifengXlsx | Self::LaifengFirstSheet => laifeng(),
            Self::Lingshi => lingshi(),
            Self::Guangan => guangan(),
        }
    }

    /// Writes everything into a folder that exists.
    pub fn write(self, folder: &Path) -> Result<(), SyntheticError> {
        let plan = self.plan();
        let provisional = self == Self::LaifengFirstSheet;
        write_file(&folder.join("policy.toml"), policy_text(&plan, provisional).as_bytes())?;
        match self {
            Self::Laifeng => {
                write_county(&plan, folder)?;
                let told = history(&plan);
                write_csv(&folder.join("existing_pairs.csv"), told.existing_pairs.into_iter())?;
                write_csv(&folder.join("replies.csv"), told.replies.into_iter())
            }
            Self::LaifengGbk => write_laifeng_gbk(&plan, folder),
            Self::LaifengXlsx => write_laifeng_workbook(&plan, folder),
            Self::LaifengFirstSheet => write_first_sheet(&plan, folder),
            Self::Lingshi => {
                write_county(&plan, folder)?;
                write_csv(&folder.join("hand-made-pairs.csv"), hand_made_pairs(&plan).into_iter())
            }
            Self::Guangan => write_county(&plan, folder),
        }
    }
}

/// Writes a county of any size into a folder that exists: sheets, places, policy, and where it comes from.
///
/// # Errors
/// Where a file cannot be written.
pub fn write_generated(plan: &CountyPlan, command: &str, folder: &Path) -> Result<(), SyntheticError> {
    write_county(plan, folder)?;
    write_file(&folder.join("policy.toml"), policy_text(plan, false).as_bytes())?;
    write_file(&folder.join("README.md"), readme_text(plan, command).as_bytes())
}

fn write_laifeng_gbk(plan: &CountyPlan, folder: &Path) -> Result<(), SyntheticError> {
    let told = history(plan);
    write_gbk(&folder.join("children.csv"), children(plan).map(|child| child.record))?;
    write_gbk(&folder.join("volunteers.csv"), volunteers(plan).map(|volunteer| volunteer.record))?;
    write_gbk(&folder.join("places.csv"), places(plan))?;
    write_gbk(&folder.join("existing_pairs.csv"), told.existing_pairs.into_iter())?;
    write_gbk(&folder.join("replies.csv"), told.replies.into_iter())
}

fn write_laifeng_workbook(plan: &CountyPlan, folder: &Path) -> Result<(), SyntheticError> {
    let told = history(plan);
    let sheets = [
        ("儿童", children(plan).map(|child| child.record).collect()),
        ("志愿者", volunteers(plan).map(|volunteer| volunteer.record).collect()),
        ("地点", places(plan).collect()),
        ("已有结对", told.existing_pairs),
        ("答复", told.replies),
    ];
    write_workbook(&folder.join("laifeng.xlsx"), &sheets)
}

/// Laifeng: 90 de-facto unattended children (newspaper, January 2023). How many volunteers there were is not known;
/// 110 is invented. Tujia is still spoken by some in the south of the county.
fn laifeng() -> CountyPlan {
    CountyPlan {
        name: "来凤县".to_owned(),
        id_prefix: "LF".to_owned(),
        children: 90,
        volunteers: 110,
        // Chosen among a hundred: here language, reach and competition each leave a child alone.
        seed: 36_422_827,
        today: Published::TODAY,
        land: LAIFENG,
        categories: &[(Category::DeFactoUnattended, 1)],
        child_languages: &[
            ("普通话、西南官话", 66),
            ("西南官话", 24),
            ("土家语、西南官话", 7),
            ("土家语", 3),
        ],
        volunteer_languages: &[("普通话、西南官话", 84), ("普通话、西南官话、土家语", 8), ("普通话", 8)],
        capacities: &[(1, 88), (2, 12)],
    }
}

/// Lingshi: 270 爱心妈妈 and 86 children.
fn lingshi() -> CountyPlan {
    CountyPlan {
        name: "灵石县".to_owned(),
        id_prefix: "LS".to_owned(),
        children: 86,
        volunteers: 270,
        seed: 140_729,
        today: Published::TODAY,
        land: LINGSHI,
        categories: &[
            (Category::LeftBehind, 48),
            (Category::InDifficulty, 26),
            (Category::DeFactoUnattended, 18),
            (Category::Orphan, 8),
        ],
        child_languages: &[("普通话、晋语", 75), ("晋语", 15), ("普通话", 10)],
        volunteer_languages: &[("普通话、晋语", 85), ("普通话", 15)],
        capacities: &[(1, 88), (2, 12)],
    }
}

/// Guang'an: 2,569 爱心妈妈 and 4,957 children in six counties.
fn guangan() -> CountyPlan {
    CountyPlan {
        name: "广安市".to_owned(),
        id_prefix: "GA".to_owned(),
        children: 4_957,
        volunteers: 2_569,
        seed: 511_600,
        today: Published::TODAY,
        land: GUANGAN,
        categories: super::plan::NATIONAL_CATEGORIES,
        child_languages: &[("普通话、西南官话", 72), ("西南官话", 20), ("普通话", 8)],
        volunteer_languages: &[("普通话、西南官话", 88), ("普通话", 12)],
        capacities: &[(1, 50), (2, 38), (3, 12)],
    }
}
