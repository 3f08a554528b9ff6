//! The steps of a proposal. Each goes from states it may go from, at the version that was read, with who, when and why in the
//! audit trail; whoever comes second is told so.

use sqlx::FromRow;

use crate::store::proposals::{
    ACCEPTED, APPROVED, DECLINED, DRAFT, EXPIRED, NewProposal, OFFERED, PINNED, Proposal, REJECTED, WITHDRAWN,
};
use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Change, StoreError};

statements! {
    /// Adds a draft.
    ADD = "INSERT INTO proposals
        (id, version, run_id, region_code, group_number, volunteer_id, kind, origin, state, reason, cost,
         backup_volunteer_id, created_at_ms, updated_at_ms)
        VALUES ($1, 1, $2, $3, $4, $5, $6, $7, 'draft', '', $8, $9, $10, $10)";
    /// Adds one of its children.
    ADD_CHILD = "INSERT INTO proposal_children (proposal_id, child_id, is_open) VALUES ($1, $2, FALSE)";
    /// Goes to another state.
    STEP = "UPDATE proposals
        SET state = $3, reason = $4, version = version + 1, updated_at_ms = $5,
            approved_by = CASE WHEN $3 = 'draft' THEN NULL ELSE approved_by END,
            approved_at_ms = CASE WHEN $3 = 'draft' THEN NULL ELSE approved_at_ms END
        WHERE id = $1 AND version = $2";
    /// Notes who approved.
    APPROVE = "UPDATE proposals
        SET state = 'approved', reason = '', approved_by = $3, approved_at_ms = $4, version = version + 1,
            updated_at_ms = $4
        WHERE id = $1 AND version = $2";
    /// Children of it who have a live volunteer, or are promised to another.
    FIND_TAKEN = "SELECT k.child_id
        FROM proposal_children k
        WHERE k.proposal_id = $1
            AND (EXISTS (SELECT o.child_id
                    FROM proposal_children o
                    WHERE o.child_id = k.child_id AND o.proposal_id <> $1 AND o.is_open)
                OR EXISTS (SELECT l.child_id
                    FROM pairings l
                    WHERE l.child_id = k.child_id AND l.state <> 'ended'))
        LIMIT 1";
    /// Promises its children to it, or gives them back.
    PROMISE = "UPDATE proposal_children SET is_open = $2 WHERE proposal_id = $1";
}

/// A step that a coordinator, a volunteer or the clock makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposalStep {
    /// A coordinator wants it so.
    Pin,
    /// She does no longer.
    Unpin,
    /// She does not want it.
    Reject,
    /// The volunteer is asked.
    Offer,
    /// The offer was taken back before it was answered.
    Revoke,
    /// She said yes.
    Accept,
    /// She said no.
    Decline,
    /// She did not answer.
    Expire,
    /// The plan has another pair in its place.
    Withdraw,
    /// One of them does not take part any more.
    Close,
    /// She said yes, and guardian or child said no, or something else came between before they met.
    Undo,
}

impl ProposalStep {
    /// The states it goes from, the state it leads to, and the word for it in the trail.
    const fn path(self) -> (&'static [&'static str], &'static str, &'static str) {
        match self {
            Self::Pin => (&[DRAFT], PINNED, "proposal.pinned"),
            Self::Unpin => (&[PINNED, APPROVED], DRAFT, "proposal.unpinned"),
            Self::Reject => (&[DRAFT, PINNED, APPROVED], REJECTED, "proposal.rejected"),
            Self::Offer => (&[APPROVED], OFFERED, "proposal.offered"),
            Self::Revoke => (&[OFFERED], APPROVED, "proposal.offer_revoked"),
            Self::Accept => (&[OFFERED], ACCEPTED, "proposal.accepted"),
            Self::Decline => (&[OFFERED], DECLINED, "proposal.declined"),
            Self::Expire => (&[OFFERED], EXPIRED, "proposal.expired"),
            Self::Withdraw => (&[DRAFT], WITHDRAWN, "proposal.withdrawn"),
            Self::Close => (&[DRAFT, PINNED, APPROVED, OFFERED], WITHDRAWN, "proposal.withdrawn"),
            Self::Undo => (&[ACCEPTED], WITHDRAWN, "proposal.withdrawn"),
        }
    }
}

#[derive(FromRow)]
struct Taken {
    #[expect(dead_code, reason = "that there is a row is all that is asked")]
    child_id: String,
}

/// Whether a state promises the children to this proposal alone.
fn promises(state: &str) -> bool {
    [PINNED, APPROVED, OFFERED].contains(&state)
}

impl Change {
    /// Adds a draft; its id.
    ///
    /// # Errors
    /// `already_exists` where the group has an open proposal.
    pub async fn add_proposal(&mut self, new: &NewProposal) -> Result<String, StoreError> {
        let id = self.store().new_id();
        let now_ms = self.now_ms();
        let values = bound![
            &id,
            &new.run_id,
            &new.region_code,
            new.group_number,
            &new.volunteer_id,
            &new.kind,
            &new.origin,
            new.cost,
            new.backup_volunteer_id.as_deref(),
            now_ms
        ];
        self.execute(ADD, values).await.map_err(StoreError::unique_is_conflict)?;
        for child_id in &new.child_ids {
            self.execute(ADD_CHILD, bound![&id, child_id]).await?;
        }
        let event = AuditEvent::new("proposal.created", "proposals", &id, &new.region_code);
        self.record(event.because(&new.origin));
        Ok(id)
    }

    /// Goes a step; the proposal as it is then.
    ///
    /// # Errors
    /// `state_conflict` where its state does not allow the step or somebody else was first, `already_paired` where one of its
    /// children is promised to somebody else.
    pub async fn step_proposal(
        &mut self,
        proposal: &Proposal,
        step: ProposalStep,
        reason: &str,
    ) -> Result<Proposal, StoreError> {
        let (from, to, action) = step.path();
        if !from.contains(&proposal.state.as_str()) {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.check_free(proposal, to).await?;
        let now_ms = self.now_ms();
        let values = bound![&proposal.id, proposal.version, to, reason, now_ms];
        if self.execute(STEP, values).await? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.promise(proposal, to).await?;
        let event = AuditEvent::new(action, "proposals", &proposal.id, &proposal.region_code);
        self.record(event.because(reason));
        Ok(Proposal {
            state: to.to_owned(),
            reason: reason.to_owned(),
            version: proposal.version + 1,
            updated_at_ms: now_ms,
            approved_by: proposal.approved_by.clone().filter(|_| to != DRAFT),
            approved_at_ms: proposal.approved_at_ms.filter(|_| to != DRAFT),
            ..proposal.clone()
        })
    }

    /// Approves in the name of a user (S14); the proposal as it is then.
    ///
    /// # Errors
    /// As [`step_proposal`](Self::step_proposal).
    pub async fn approve_proposal(
        &mut self,
        proposal: &Proposal,
        user_id: &str,
    ) -> Result<Proposal, StoreError> {
        if ![DRAFT, PINNED].contains(&proposal.state.as_str()) {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.check_free(proposal, APPROVED).await?;
        let now_ms = self.now_ms();
        if self.execute(APPROVE, bound![&proposal.id, proposal.version, user_id, now_ms]).await? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.promise(proposal, APPROVED).await?;
        self.record(AuditEvent::new("proposal.approved", "proposals", &proposal.id, &proposal.region_code));
        Ok(Proposal {
            state: APPROVED.to_owned(),
            reason: String::new(),
            approved_by: Some(user_id.to_owned()),
            approved_at_ms: Some(now_ms),
            version: proposal.version + 1,
            updated_at_ms: now_ms,
            ..proposal.clone()
        })
    }

    /// Whoever is taken already is told before anything is written.
    async fn check_free(&mut self, proposal: &Proposal, to: &str) -> Result<(), StoreError> {
        if promises(&proposal.state) || !promises(to) {
            return Ok(());
        }
        let taken: Option<Taken> = self.optional(FIND_TAKEN, bound![&proposal.id]).await?;
        taken.map_or(Ok(()), |_| Err(StoreError::conflict("already_paired")))
    }

    /// A child is promised to one volunteer at a time, whichever run promised her: the database sees to it.
    async fn promise(&mut self, proposal: &Proposal, to: &str) -> Result<(), StoreError> {
        if promises(&proposal.state) == promises(to) {
            return Ok(());
        }
        let done = self.execute(PROMISE, bound![&proposal.id, promises(to)]).await;
        done.map(|_| ()).map_err(|error| {
            if error.is_unique_violation() { StoreError::conflict("already_paired") } else { error }
        })
    }
}
