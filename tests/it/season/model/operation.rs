//! What may be asked of a season: every verb, who may ask it, how often it is tried.
//!
//! An operation is a verb and four numbers, which choose who asks and about whom among those that are there then. So a history that
//! is cut short or played again still means something.

use jiedui::model::Role;
use jiedui::model::Role::{Admin, ChildDirector, Coordinator, Supervisor, TeamLeader, Volunteer};
use rand::{Rng, RngExt};

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum May {
    /// These roles, about what lies in their divisions.
    Roles(&'static [Role]),
    /// A volunteer, about what is her own.
    Own,
    /// Whoever is logged in.
    Anyone,
    /// Whoever has the link.
    Bearer,
    /// Nobody asks: the clock goes on.
    Clock,
}

const DECIDERS: May = May::Roles(&[Coordinator]);
const ASKERS: May = May::Roles(&[Coordinator, ChildDirector]);
const READERS: May = May::Roles(&[Coordinator, ChildDirector, Supervisor]);
const BARRERS: May = May::Roles(&[Coordinator, Supervisor]);
const LIFTERS: May = May::Roles(&[Coordinator, Supervisor, Admin]);
const ERASERS: May = May::Roles(&[Coordinator, Admin]);
const OWN_HOURS: May = May::Roles(&[Coordinator, Volunteer]);
const LISTERS: May = May::Roles(&[Coordinator, ChildDirector, Supervisor, TeamLeader]);
const SUPERVISORS: May = May::Roles(&[Supervisor]);
const PHONES: May = May::Roles(&[Admin, Coordinator]);
const ADMIN: May = May::Roles(&[Admin]);

macro_rules! verbs {
    ($($verb:ident $weight:literal $may:expr;)+) => {
        /// A verb of the API, or the clock.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Verb { $($verb,)+ }

        impl Verb {
            /// Every verb and how often it is tried.
            pub(crate) const ALL: &[(Self, u32)] = &[$((Self::$verb, $weight),)+];

            /// Who may.
            pub(crate) const fn may(self) -> May {
                match self { $(Self::$verb => $may,)+ }
            }
        }
    };
}

verbs! {
    Clock 38 May::Clock;
    // Runs: one asks for it, and it is published at once or later or never.
    CreateRun 5 DECIDERS;
    CreateAndPublish 10 DECIDERS;
    PublishRun 3 DECIDERS;
    CancelRun 2 DECIDERS;
    ShowRun 4 May::Roles(&[Admin, Coordinator, Supervisor, Role::Analyst, Role::Auditor]);
    // Proposals.
    Pin 12 DECIDERS;
    Unpin 6 DECIDERS;
    Reject 5 DECIDERS;
    Swap 8 DECIDERS;
    Approve 55 DECIDERS;
    ApproveMany 8 DECIDERS;
    Offer 60 DECIDERS;
    OfferMany 8 DECIDERS;
    ShowProposal 6 READERS;
    ListProposals 4 READERS;
    // Offers.
    Resend 6 DECIDERS;
    Revoke 6 DECIDERS;
    RecordOffer 15 DECIDERS;
    ShowOffer 4 READERS;
    LinkShow 8 May::Bearer;
    LinkAccept 40 May::Bearer;
    LinkDecline 8 May::Bearer;
    LinkConflict 4 May::Bearer;
    MyOffers 4 May::Own;
    MyAccept 20 May::Own;
    MyDecline 5 May::Own;
    MyConflict 2 May::Own;
    // Pairings.
    GuardianAnswer 45 ASKERS;
    ChildAnswer 45 ASKERS;
    Activate 45 DECIDERS;
    Suspend 7 READERS;
    Resume 22 DECIDERS;
    End 6 DECIDERS;
    ShowPairing 8 READERS;
    ListOverdue 5 READERS;
    History 3 READERS;
    Calendar 3 READERS;
    AddContact 16 READERS;
    AmendContact 5 READERS;
    MyContact 5 May::Own;
    MyPairings 5 May::Own;
    RevealMine 18 May::Own;
    ListTasks 3 READERS;
    DoTask 6 READERS;
    // Children.
    Consent 8 ASKERS;
    WithdrawConsent 3 ASKERS;
    Wish 8 ASKERS;
    AddDuty 5 ASKERS;
    EndDuty 3 ASKERS;
    ChildHours 3 ASKERS;
    ChangeChild 2 ASKERS;
    ArchiveChild 2 ASKERS;
    RestoreChild 6 ASKERS;
    EraseChild 1 ERASERS;
    NewChild 4 ASKERS;
    ShowChild 4 READERS;
    RevealChild 3 READERS;
    // Volunteers.
    Screen 16 DECIDERS;
    Bar 1 BARRERS;
    LiftBar 10 LIFTERS;
    SuspendVolunteer 2 DECIDERS;
    ResumeVolunteer 12 DECIDERS;
    Capacity 6 OWN_HOURS;
    MyCapacity 4 May::Own;
    VolunteerHours 2 OWN_HOURS;
    MyHours 2 May::Own;
    ArchiveVolunteer 2 DECIDERS;
    RestoreVolunteer 6 DECIDERS;
    EraseVolunteer 1 ERASERS;
    NewVolunteer 3 DECIDERS;
    ListVolunteers 3 LISTERS;
    AddConflict 4 ASKERS;
    ClearConflict 8 ASKERS;
    // Concerns.
    Report 7 May::Anyone;
    Assign 8 SUPERVISORS;
    AddEntry 6 READERS;
    TellAuthority 5 READERS;
    Close 18 READERS;
    Reopen 4 SUPERVISORS;
    ShowConcern 8 READERS;
    ListConcerns 3 READERS;
    MyConcerns 2 May::Anyone;
    // Who would hear a concern.
    Phones 4 PHONES;
    DisableUser 1 ADMIN;
    EnableUser 6 ADMIN;
}

/// A verb and the numbers that choose the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operation {
    pub(crate) verb: Verb,
    /// Chooses who asks.
    pub(crate) by: u32,
    /// Chooses about whom or what.
    pub(crate) a: u32,
    /// Chooses what is said.
    pub(crate) b: u32,
    /// Chooses what else is said.
    pub(crate) c: u32,
}

impl Operation {
    /// One at random, the frequent ones more often.
    pub(crate) fn random(random: &mut impl Rng) -> Self {
        let whole: u32 = Verb::ALL.iter().map(|(_, weight)| weight).sum();
        let mut at = random.random_range(0..whole);
        let found = Verb::ALL.iter().find(|(_, weight)| {
            let here = at < *weight;
            at = at.saturating_sub(*weight);
            here
        });
        let verb = found.map_or(Verb::Clock, |(verb, _)| *verb);
        Self { verb, by: random.random(), a: random.random(), b: random.random(), c: random.random() }
    }
}
