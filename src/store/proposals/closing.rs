//! What ends proposals and offers at once, whoever thought of them: whatever ends or suspends a pair (`store::pairings::closing`) takes
//! back what was only promised as well, in the transaction of its cause.
//!
//! In: a child or a volunteer whose row is held, why. Out: her drafts, pinned, approved and offered proposals are withdrawn, open
//! offers revoked, the other people of them free, and the plan is to follow. An accepted proposal is a pairing by now; where that ends
//! before anybody met, the proposal comes to nothing too. Offers are taken
//! before their proposals, as answers do.

use sqlx::FromRow;

use super::ProposalStep;
use crate::store::statement::{bound, statements};
use crate::store::{Change, RegionSpan, StoreError};

statements! {
    /// Proposals for a child that nobody has answered.
    OF_CHILD = "SELECT p.id
        FROM proposal_children k
        JOIN proposals p ON p.id = k.proposal_id
        WHERE k.child_id = $1 AND p.state IN ('draft', 'pinned', 'approved', 'offered')
        ORDER BY p.id";
    /// As above, for a volunteer.
    OF_VOLUNTEER = "SELECT p.id
        FROM proposals p
        WHERE p.volunteer_id = $1 AND p.state IN ('draft', 'pinned', 'approved', 'offered')
        ORDER BY p.id";
    /// As above, where a child and the volunteer, or whoever meets children with her, are in conflict.
    IN_CONFLICT = "SELECT p.id
        FROM proposal_children k
        JOIN proposals p ON p.id = k.proposal_id
        JOIN volunteers l ON l.id = p.volunteer_id
        WHERE k.child_id = $1 AND p.state IN ('draft', 'pinned', 'approved', 'offered') AND EXISTS (
            SELECT t.id
            FROM conflicts t
            JOIN volunteers m ON m.id = t.volunteer_id
            WHERE t.child_id = k.child_id AND t.cleared_at_ms IS NULL AND (m.id = l.id
                OR (m.county_code = l.county_code AND m.unit = l.unit AND m.deleted_at_ms IS NULL)))
        ORDER BY p.id";
    /// A pairing of a proposal that lives, or in which two have met.
    FIND_TAKEN_UP = "SELECT id FROM pairings
        WHERE proposal_id = $1 AND (state <> 'ended' OR began_on IS NOT NULL)
        LIMIT 1";
    /// Takes a proposal that was accepted: of two who end its pairings at once, the second sees what the first did.
    HOLD_ACCEPTED = "UPDATE proposals SET version = version WHERE id = $1 AND state = 'accepted'";
    /// Takes the open offer of a proposal.
    HOLD_OFFER = "UPDATE offers SET version = version
        WHERE proposal_id = $1 AND state IN ('queued', 'sent')
        RETURNING id";
    /// Takes a proposal that nobody has answered.
    HOLD = "UPDATE proposals SET version = version
        WHERE id = $1 AND state IN ('draft', 'pinned', 'approved', 'offered')";
}

#[derive(FromRow)]
struct Id {
    id: String,
}

impl Change {
    /// Takes back whatever is proposed or offered for a child whose row is held.
    pub(in crate::store) async fn close_promises_of_child(
        &mut self,
        child_id: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let open: Vec<Id> = self.all(OF_CHILD, bound![child_id]).await?;
        self.close_promises(open, reason).await
    }

    /// Takes back whatever is proposed or offered to a volunteer whose row is held.
    pub(in crate::store) async fn close_promises_of_volunteer(
        &mut self,
        volunteer_id: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let open: Vec<Id> = self.all(OF_VOLUNTEER, bound![volunteer_id]).await?;
        self.close_promises(open, reason).await
    }

    /// Takes back whatever is proposed or offered for a child whose row is held, to somebody with whom she is in conflict.
    pub(in crate::store) async fn close_promises_in_conflict(
        &mut self,
        child_id: &str,
    ) -> Result<(), StoreError> {
        let open: Vec<Id> = self.all(IN_CONFLICT, bound![child_id]).await?;
        self.close_promises(open, "conflict").await
    }

    async fn close_promises(&mut self, open: Vec<Id>, reason: &str) -> Result<(), StoreError> {
        let everywhere = RegionSpan::everywhere();
        for Id { id } in open {
            let offered: Option<Id> = self.optional(HOLD_OFFER, bound![&id]).await?;
            if self.execute(HOLD, bound![&id]).await? == 0 {
                // Somebody answered meanwhile.
                continue;
            }
            if let Some(offered) = offered {
                let offer = self.offer(&everywhere, "", &offered.id).await?;
                self.revoke_offer(&offer, reason).await?;
            }
            let proposal = self.proposal(&everywhere, &id).await?;
            self.step_proposal(&proposal, ProposalStep::Close, reason).await?;
            self.note_repair(&proposal).await?;
        }
        Ok(())
    }

    /// An accepted proposal of which nobody ever met, and none of whose pairings lives any more, came to nothing.
    pub(in crate::store) async fn undo_acceptance(
        &mut self,
        proposal_id: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        if self.execute(HOLD_ACCEPTED, bound![proposal_id]).await? == 0 {
            return Ok(());
        }
        let taken: Option<Id> = self.optional(FIND_TAKEN_UP, bound![proposal_id]).await?;
        if taken.is_some() {
            return Ok(());
        }
        let proposal = self.proposal(&RegionSpan::everywhere(), proposal_id).await?;
        self.step_proposal(&proposal, ProposalStep::Undo, reason).await?;
        self.note_repair(&proposal).await
    }
}
