//! The hard rules by number: a pair that breaks one has no arc.
//!
//! Only the code list with its texts and sources stands here; the checks are in
//! [`candidates`](crate::candidates). The order is the order in which losses are counted.

macro_rules! rules {
    ($($(#[$doc:meta])* $variant:ident $code:literal $zh:literal $en:literal $source_zh:literal $source_en:literal;)+) => {
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

            /// Where it comes from: the law with its article, or this project's own rule. Chinese and English.
            pub const fn sources(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => ($source_zh, $source_en),)+ }
            }
        }
    };
}

rules! {
    /// The guardian's yes to the pairing.
    GuardianConsent "H01" "监护人未同意结对" "the guardian has not agreed to the pairing" "未成年人保护法第72条，个人信息保护法第31条" "Minors Protection Law Art. 72, Personal Information Protection Law Art. 31";
    /// By somebody entitled to give it.
    EntitledGuardian "H02" "签字人不是监护人，也无写明同意事项的委托照护协议" "signed by neither the guardian nor a carer whose written agreement names this consent" "民法典第27–36条，未成年人保护法第22–23条" "Civil Code Art. 27–36, Minors Protection Law Art. 22–23";
    /// The child's own wish from age 8.
    ChildWish "H03" "八周岁以上儿童本人意愿未记录或不愿意" "a child of 8 or more has not said yes" "民法典第19条，未成年人保护法第22条" "Civil Code Art. 19, Minors Protection Law Art. 22";
    /// Never barred.
    NotBarred "H04" "从业查询未通过，不得结对" "barred by the record check" "未成年人保护法第62条" "Minors Protection Law Art. 62";
    /// Not held for a broken ID number.
    IdentityClear "H05" "志愿者身份证号有误，更正前暂缓" "held until the volunteer's ID number is corrected" "本项目规则：身份存疑则查询不作数" "jiedui policy: a record check counts for a known person only";
    /// Agreed to be checked.
    QueryConsent "H06" "未同意从业查询" "has not agreed to the record check" "本项目规则：查询须经本人同意" "jiedui policy: nobody is checked without consent";
    /// Check passed and of the right kind.
    ScreeningPassed "H07" "无有效从业查询" "no passed record check of the right kind" "未成年人保护法第62、98条" "Minors Protection Law Art. 62, 98";
    /// Check in date for the period served.
    ScreeningInDate "H08" "从业查询在服务期内过期" "the record check runs out before the period served ends" "未成年人保护法第62条：每年查询" "Minors Protection Law Art. 62: yearly";
    /// Training finished, agreement signed.
    TrainingDone "H09" "未完成培训或未签协议" "training not finished or agreement not signed" "志愿服务条例第14、16、22条" "Volunteer Service Regulations Art. 14, 16, 22";
    /// Adults only.
    AdultVolunteer "H10" "志愿者未满十八周岁" "a volunteer is under 18" "志愿服务条例第15条；本项目规则：只限成年人" "Volunteer Service Regulations Art. 15; jiedui policy: adults only";
    /// Commits for long enough.
    Commitment "H11" "承诺服务期过短" "commits for too short a time" "本项目规则：最短服务期" "jiedui policy: minimum term";
    /// Offers a place at all.
    Capacity "H12" "没有名额" "offers no place" "本项目规则：不超出本人所报名额" "jiedui policy: no more than she offers";
    /// Male volunteer and girl.
    Gender "H13" "男志愿者不与女童结对" "no man is paired with a girl" "本项目规则：异性回避" "jiedui policy: safeguarding of girls";
    /// Conflict, kinship, earlier refusal.
    NoConflict "H14" "有回避、冲突或曾被谢绝" "conflict of interest, kinship or an earlier refusal" "本项目规则：回避" "jiedui policy: conflicts of interest";
    /// Region scope.
    RegionScope "H15" "不在服务区域内" "outside the region served" "本项目规则：服务区域" "jiedui policy: region scope";
    /// Her own limits.
    OwnLimits "H16" "不符合志愿者本人提出的限制" "outside the limits she set" "志愿服务条例第15、25条" "Volunteer Service Regulations Art. 15, 25";
    /// Brothers and sisters.
    Siblings "H17" "兄弟姐妹人数超出其意愿" "more brothers and sisters than she takes" "本项目规则：兄弟姐妹" "jiedui policy: brothers and sisters";
    /// A language in common.
    Language "H18" "没有共同语言" "no language in common" "本项目规则：语言" "jiedui policy: language";
    /// Required need covered by skill or qualification.
    NeedCovered "H19" "无法满足必需的需求" "cannot meet a required need" "志愿服务条例第16条" "Volunteer Service Regulations Art. 16";
    /// Within reach.
    WithinReach "H20" "超出可达范围" "out of reach" "本项目规则：可达范围" "jiedui policy: reach";
    /// Enough common time.
    CommonTime "H21" "共同时段不足" "not enough time in common" "本项目规则：共同时段" "jiedui policy: hours";
}

impl Rule {
    /// Whether only two different people may switch it off (S16).
    pub const fn takes_two_approvers(self) -> bool {
        matches!(self, Self::Gender)
    }

    /// Finds a rule by its code.
    pub fn by_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }

    /// Position in [`Rule::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}
