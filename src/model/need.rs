//! What a child needs from a volunteer.

use std::fmt;

/// Kinds of need, a versioned code list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NeedKind {
    /// Professional psychological support 心理支持: only the qualified (VSR Art. 16).
    PsychologicalSupport,
    /// A listening ear without treatment 倾听陪伴.
    SupportiveListening,
    /// School work 学业辅导, by subject and grade.
    Tutoring,
    /// Calls with parents who work away 亲情连线.
    VideoCall,
    /// Company and visits 陪伴走访.
    Companionship,
    /// Safety lessons and checks 安全教育.
    SafetyEducation,
    /// Policy talks and family education for the carer 家庭教育.
    CarerGuidance,
    /// Activities with other children 课外活动.
    Activities,
}

impl NeedKind {
    /// The whole code list.
    pub const ALL: [Self; 8] = [
        Self::PsychologicalSupport,
        Self::SupportiveListening,
        Self::Tutoring,
        Self::VideoCall,
        Self::Companionship,
        Self::SafetyEducation,
        Self::CarerGuidance,
        Self::Activities,
    ];

    /// Chinese name and stable English code.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::PsychologicalSupport => ("心理支持", "psychological_support"),
            Self::SupportiveListening => ("倾听陪伴", "supportive_listening"),
            Self::Tutoring => ("学业辅导", "tutoring"),
            Self::VideoCall => ("亲情连线", "video_call"),
            Self::Companionship => ("陪伴走访", "companionship"),
            Self::SafetyEducation => ("安全教育", "safety_education"),
            Self::CarerGuidance => ("家庭教育", "carer_guidance"),
            Self::Activities => ("课外活动", "activities"),
        }
    }

    /// Position in [`NeedKind::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// School subjects that tutoring is asked and offered in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// 语文
    Chinese,
    /// 数学
    Mathematics,
    /// 英语
    English,
    /// 物理
    Physics,
    /// 化学
    Chemistry,
    /// 作业辅导: homework of any subject
    Homework,
}

impl Subject {
    /// The whole code list.
    pub const ALL: [Self; 6] =
        [Self::Chinese, Self::Mathematics, Self::English, Self::Physics, Self::Chemistry, Self::Homework];

    /// Chinese name and stable English code.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Chinese => ("语文", "chinese"),
            Self::Mathematics => ("数学", "mathematics"),
            Self::English => ("英语", "english"),
            Self::Physics => ("物理", "physics"),
            Self::Chemistry => ("化学", "chemistry"),
            Self::Homework => ("作业", "homework"),
        }
    }
}

/// School year 1 to 12 (小学一年级 = 1, 初一 = 7, 高三 = 12); 0 is kindergarten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grade(pub u8);

impl Grade {
    /// The highest school year.
    pub const MAX: Self = Self(12);
}

/// Whether a pair may do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// 必需
    Required,
    /// 希望
    Wished,
}

impl Strength {
    /// The whole code list.
    pub const ALL: [Self; 2] = [Self::Required, Self::Wished];

    /// Chinese name and stable English code.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Required => ("必需", "required"),
            Self::Wished => ("希望", "wished"),
        }
    }
}

/// How the need can be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// 线下
    InPerson,
    /// 线上
    Remote,
    /// 均可
    Either,
}

impl Mode {
    /// The whole code list.
    pub const ALL: [Self; 3] = [Self::InPerson, Self::Remote, Self::Either];

    /// Chinese name and stable English code.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::InPerson => ("线下", "in_person"),
            Self::Remote => ("线上", "remote"),
            Self::Either => ("均可", "either"),
        }
    }
}

/// One need of one child.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Need {
    /// What is needed.
    pub kind: NeedKind,
    /// For tutoring: in which subject.
    pub subject: Option<Subject>,
    /// For tutoring: the child's school year.
    pub grade: Option<Grade>,
    /// Required or wished.
    pub strength: Strength,
    /// In person, remote, or either.
    pub mode: Mode,
    /// Minutes a week.
    pub minutes_per_week: u16,
    /// Weight in percent of the policy's exchange rate when the need goes unmet; 100 is usual.
    pub weight_percent: u16,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.names().0)?;
        if let Some(subject) = self.subject {
            write!(f, "·{}", subject.names().0)?;
        }
        Ok(())
    }
}
