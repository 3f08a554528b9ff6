//! The words of events: what happened, as a webhook, a log or a message may name it. A word is stable, and one is added only here.
//!
//! Most are also actions of the audit trail: what a change records under such a word, it announces too ([`derived`](super::derived)).

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident $word:literal;)+) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EventKind { $($(#[$doc])* $variant,)+ }

        impl EventKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

events! {
    /// A run waits for a worker.
    RunCreated "run.created";
    /// A run has a plan.
    RunSucceeded "run.succeeded";
    /// A run has none, and says why.
    RunFailed "run.failed";
    /// Somebody stopped a run.
    RunCancelled "run.cancelled";
    /// The plan of a run counts.
    RunPublished "run.published";
    /// A later run counts instead.
    RunSuperseded "run.superseded";
    /// A pair is proposed by the repair of a plan; those of a published plan come with it.
    ProposalCreated "proposal.created";
    /// A proposal is held whatever changes around it.
    ProposalPinned "proposal.pinned";
    /// It is held no more.
    ProposalUnpinned "proposal.unpinned";
    /// A coordinator said no.
    ProposalRejected "proposal.rejected";
    /// A coordinator said yes.
    ProposalApproved "proposal.approved";
    /// Another volunteer takes the place of the proposed one.
    ProposalSwapped "proposal.swapped";
    /// Its volunteer is asked.
    ProposalOffered "proposal.offered";
    /// She said yes.
    ProposalAccepted "proposal.accepted";
    /// She said no.
    ProposalDeclined "proposal.declined";
    /// She did not answer in time.
    ProposalExpired "proposal.expired";
    /// She is asked no more.
    ProposalOfferRevoked "proposal.offer_revoked";
    /// The proposal is void: what it rested on is gone.
    ProposalWithdrawn "proposal.withdrawn";
    /// A volunteer is asked; her link is sealed as `link`.
    OfferMade "offer.made";
    /// She is asked once more, by another link.
    OfferResent "offer.resent";
    /// She is asked no more.
    OfferRevoked "offer.revoked";
    /// She said yes.
    OfferAccepted "offer.accepted";
    /// She said no.
    OfferDeclined "offer.declined";
    /// She did not answer in time.
    OfferExpired "offer.expired";
    /// She knows the family.
    OfferConflictReported "offer.conflict_reported";
    /// A pair waits for the guardian and the child.
    PairingCreated "pairing.begun";
    /// The guardian answered.
    PairingGuardianAnswered "pairing.guardian_answered";
    /// The child answered.
    PairingChildAnswered "pairing.child_answered";
    /// A pair lives.
    PairingActivated "pairing.activated";
    /// It rests.
    PairingSuspended "pairing.suspended";
    /// It lives again.
    PairingResumed "pairing.resumed";
    /// It ended.
    PairingEnded "pairing.ended";
    /// What its end asked for was done.
    PairingClosedOut "pairing.closed_out";
    /// A contact was written down.
    ContactRecorded "contact.recorded";
    /// What was written of one was put right.
    ContactAmended "contact.amended";
    /// A contact should have been made by now.
    ContactOverdue "pairing.contact_overdue";
    /// A volunteer's check ends soon; the day is sealed as `day`.
    ScreeningEnding "screening.ending";
    /// It ended.
    ScreeningExpired "screening.expired";
    /// Somebody fears for a child.
    ConcernReported "concern.reported";
    /// Somebody is to see to it.
    ConcernAssigned "concern.assigned";
    /// Something was done about it.
    ConcernEntryAdded "concern.entry_added";
    /// It was reported to the authority.
    ConcernReportedToAuthority "concern.reported_to_authority";
    /// The time to report it is over, or nearly.
    ConcernDue "concern.report_overdue";
    /// One of two persons finds it settled.
    ConcernClosingAsked "concern.close_asked";
    /// It goes on.
    ConcernReopened "concern.reopened";
    /// Two persons found it settled.
    ConcernClosed "concern.closed";
}

impl EventKind {
    /// The event of a stable word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }
}
