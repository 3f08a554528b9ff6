//! Who works with the system, and what each role is for.

macro_rules! roles {
    ($($(#[$doc:meta])* $variant:ident $word:literal $zh:literal $en:literal $reveals:literal;)+) => {
        /// A role. A user has one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role { $($(#[$doc])* $variant,)+ }

        impl Role {
            /// Every role.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Chinese and English name.
            pub const fn names(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => ($zh, $en),)+ }
            }

            /// Whether the role may see a person's name, phone or place in full, and so needs a second factor.
            pub const fn reveals(self) -> bool {
                match self { $(Self::$variant => $reveals,)+ }
            }
        }
    };
}

roles! {
    /// Accounts, divisions, policies, operation.
    Admin "admin" "管理员" "admin" true;
    /// Loads people, plans, decides and follows up in her divisions.
    Coordinator "coordinator" "协调员" "coordinator" true;
    /// Her village: consent, wish, contacts, concerns.
    ChildDirector "child_director" "儿童主任" "child director" true;
    /// Concerns and second approvals; never approves pairs.
    Supervisor "supervisor" "未成年人保护督导" "child-protection supervisor" true;
    /// Her team's volunteers.
    TeamLeader "team_leader" "志愿服务队负责人" "team leader" false;
    /// Her own offers and pairings.
    Volunteer "volunteer" "志愿者" "volunteer" false;
    /// Figures without persons.
    Analyst "analyst" "分析员" "analyst" false;
    /// The audit trail.
    Auditor "auditor" "审计员" "auditor" false;
}

impl Role {
    /// The role of a stable word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.word() == word)
    }
}
