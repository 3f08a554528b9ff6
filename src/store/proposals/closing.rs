//! What ends proposals and offers at once, whoever thought of them: whatever ends or suspends a pair (`store::pairings::closing`) takes
//! back what was only promised as well, in the transaction of its cause.
//!
//! In: a child or a volunteer whose row is held, why. Out: her drafts, pinned, approved and offered proposals are withdrawn, open
//! offers revoked, the other people of them free. An accepted proposal is a pairing by now and is left to that. Offers are taken
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
        }
        Ok(())
    }
}
