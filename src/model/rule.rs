//! The hard rules by number: a pair that breaks one has no arc.
//!
//! Only the code list with its texts and sources stands here; the checks are in
//! [`candidates`](crate::candidates). The order is the order in which losses are counted.

macro_rules! rules {
    ($($(#[$doc:meta])* $variant:ident $code:literal $zh:literal $en:literal $source:literal;)+) => {
        /// A hard rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $($(#[$doc])* $variant,)+ }

        impl Rule {
            /// Every rule, in counting order.
            pub const ALL: [Self; [$(Self::$variant),+].len()] = [$(Self::$variant),+];

            /// Stable code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// Chinese and English text.
            pub const fn texts(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => ($zh, $en),)+ }
            }

            /// Where it comes from.
            pub const fn source(self) -> &'static str {
                match self { $(Self::$variant => $source,)+ }
            }
        }
    };
}

rules! {
    /// The guardian's yes to the pairing.
    GuardianConsent "H01" "监护人未同意结对" "the guardian has not agreed to the pairing" "S9; MPL 72, PIPL 31";
    /// By somebody entitled to give it.
    EntitledGuardian "H02" "签字人不是监护人，也无写明同意事项的委托照护协议" "signed by neither the guardian nor a carer whose written agreement names this consent" "S10; Civil Code 27–36, MPL 22–23";
    /// The child's own wish from age 8.
    ChildWish "H03" "八周岁以上儿童本人意愿未记录或不愿意" "a child of 8 or more has not said yes" "S12; Civil Code 19, MPL 22";
    /// Never barred.
    NotBarred "H04" "从业查询未通过，不得结对" "barred by the record check" "S3; MPL 62";
    /// Not held for a broken ID number.
    IdentityClear "H05" "志愿者身份证号有误，更正前暂缓" "held until the volunteer's ID number is corrected" "S1, S3";
    /// Agreed to be checked.
    QueryConsent "H06" "未同意从业查询" "has not agreed to the record check" "S4";
    /// Check passed and of the right kind.
    ScreeningPassed "H07" "无有效从业查询" "no passed record check of the right kind" "S1; MPL 62, 98";
    /// Check in date for the period served.
    ScreeningInDate "H08" "从业查询在服务期内过期" "the record check runs out before the period served ends" "S1, S2; MPL 62";
    /// Training finished, agreement signed.
    TrainingDone "H09" "未完成培训或未签协议" "training not finished or agreement not signed" "S7; VSR 14, 16, 22";
    /// Adults only.
    AdultVolunteer "H10" "志愿者未满十八周岁" "a volunteer is under 18" "S6; VSR 15";
    /// Commits for long enough.
    Commitment "H11" "承诺服务期过短" "commits for too short a time" "DESIGN: minimum term";
    /// Offers a place at all.
    Capacity "H12" "没有名额" "offers no place" "S19";
    /// Male volunteer and girl.
    Gender "H13" "男志愿者不与女童结对" "no man is paired with a girl" "S16";
    /// Conflict, kinship, earlier refusal.
    NoConflict "H14" "有回避、冲突或曾被谢绝" "conflict of interest, kinship or an earlier refusal" "S17";
    /// Region scope.
    RegionScope "H15" "不在服务区域内" "outside the region served" "DESIGN: region scope";
    /// Her own limits.
    OwnLimits "H16" "不符合志愿者本人提出的限制" "outside the limits she set" "S6; VSR 15, 25";
    /// Brothers and sisters.
    Siblings "H17" "兄弟姐妹人数超出其意愿" "more brothers and sisters than she takes" "S18";
    /// A language in common.
    Language "H18" "没有共同语言" "no language in common" "DESIGN: language";
    /// Required need covered by skill or qualification.
    NeedCovered "H19" "无法满足必需的需求" "cannot meet a required need" "S5; VSR 16";
    /// Within reach.
    WithinReach "H20" "超出可达范围" "out of reach" "DESIGN: reach";
    /// Enough common time.
    CommonTime "H21" "共同时段不足" "not enough time in common" "DESIGN: availability";
}

impl Rule {
    /// Finds a rule by its code.
    pub fn by_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }

    /// Position in [`Rule::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}
