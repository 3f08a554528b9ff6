//! What guardian and child say to this very volunteer (S12, S13). A no needs no reason, ends the pairing at once and keeps the two
//! apart for good; it says nothing about other volunteers.

use super::steps::Heard;
use super::{ACTIVE, AWAITING_GUARDIAN, ENDED, Pairing, PairingScope, SUSPENDED, YES};
use crate::store::people::{NewConsent, NewWish};
use crate::store::proposals::Proposal;
use crate::store::statement::{bound, statements};
use crate::store::{Change, EventKind, RegionSpan, StoreError};

statements! {
    /// The guardian's answer.
    PUT_GUARDIAN = "UPDATE pairings SET guardian_answer = $2, guardian_consent_id = $3 WHERE id = $1";
    /// The child's.
    PUT_CHILD = "UPDATE pairings SET child_answer = $2, child_wish_id = $3 WHERE id = $1";
    /// Keeps two apart.
    ADD_REFUSAL = "INSERT INTO refusals (child_id, volunteer_id, said_by, reason, at_ms)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING";
}

/// What a child says to a volunteer.
#[derive(Clone, Debug)]
pub struct ChildSays {
    /// `yes` or `no`.
    pub answer: String,
    /// The day she was asked.
    pub asked_on: String,
    /// How it was heard.
    pub heard: Heard,
}

impl Change {
    /// Keeps a child and a volunteer apart for good; whoever says so first is kept.
    pub(in crate::store) async fn put_refusal(
        &mut self,
        (child_id, volunteer_id): (&str, &str),
        said_by: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let values = bound![child_id, volunteer_id, said_by, reason, self.now_ms()];
        self.execute(ADD_REFUSAL, values).await.map(|_| ())
    }

    /// Records the guardian's answer to this volunteer: a yes while it is awaited or missing, a no at any time.
    ///
    /// # Errors
    /// `carer_alone` where whoever says yes may not (S10), `state_conflict` where nobody is asked any more.
    pub async fn record_guardian_answer(
        &mut self,
        scope: &PairingScope,
        id: &str,
        said: &NewConsent,
    ) -> Result<Pairing, StoreError> {
        // A no is heard from anybody.
        if said.answer == YES && !said.giver_counts() {
            return Err(StoreError::conflict("carer_alone"));
        }
        let pairing = self.hold_pairing(scope, id).await?;
        check_asked(&pairing, &pairing.guardian_answer, &said.answer)?;
        let child_id = pairing.child_id.as_str();
        let of_volunteer = NewConsent { purpose: "volunteer".to_owned(), ..said.clone() };
        let consent_id = self.put_consent(child_id, &pairing.region_code, &of_volunteer).await?;
        let everywhere = RegionSpan::everywhere();
        if said.answer == YES && self.child(&everywhere, child_id).await?.consent != YES {
            // Whoever agrees to this volunteer agrees to a pairing.
            let of_pairing = NewConsent { purpose: "pairing".to_owned(), ..said.clone() };
            self.put_consent(child_id, &pairing.region_code, &of_pairing).await?;
        }
        self.execute(PUT_GUARDIAN, bound![id, &said.answer, &consent_id]).await?;
        let heard = Heard { channel: said.channel.clone(), ..Heard::default() };
        self.after_answer(&pairing, ("guardian", &said.answer), &heard).await?;
        // Last: where something else stands against any pairing of hers, this ends it.
        self.refresh_child(&everywhere, child_id).await?;
        self.pairing(scope, id).await
    }

    /// Records the child's answer to this volunteer: as above.
    ///
    /// # Errors
    /// `state_conflict` where nobody is asked any more.
    pub async fn record_child_answer(
        &mut self,
        scope: &PairingScope,
        id: &str,
        said: &ChildSays,
    ) -> Result<Pairing, StoreError> {
        let pairing = self.hold_pairing(scope, id).await?;
        check_asked(&pairing, &pairing.child_answer, &said.answer)?;
        let (child_id, everywhere) = (pairing.child_id.as_str(), RegionSpan::everywhere());
        self.execute(PUT_CHILD, bound![id, &said.answer, None::<&str>]).await?;
        self.after_answer(&pairing, ("child", &said.answer), &said.heard).await?;
        if said.answer == YES {
            self.drop_tasks(id, "ask_child").await?;
        }
        if said.answer == YES && self.child(&everywhere, child_id).await?.wish != YES {
            // Whoever wishes this volunteer wishes a pairing. Last, as above.
            let wish = NewWish { answer: said.answer.clone(), asked_on: said.asked_on.clone() };
            let wish_id = self.add_wish(&everywhere, child_id, &wish).await?;
            self.execute(PUT_CHILD, bound![id, &said.answer, wish_id]).await?;
        }
        self.pairing(scope, id).await
    }

    /// The volunteer knows the family, as she sees now that she was told their names: she is kept apart from each of its children, as
    /// she would have been had she said so of the offer, until somebody clears it (S17). What is active is suspended, what has not begun
    /// ends.
    ///
    /// # Errors
    /// `state_conflict` where it is over.
    pub async fn report_interest(
        &mut self,
        scope: &PairingScope,
        id: &str,
        (kind, heard): (&str, &Heard),
    ) -> Result<Pairing, StoreError> {
        self.pairing(scope, id).await?;
        for child_id in self.family_of_pairing(id).await? {
            self.hold_child_row(&child_id).await?;
        }
        let pairing = self.hold_pairing(scope, id).await?;
        if !pairing.lives() {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.stay(&pairing, "conflict_reported", heard).await?;
        // Anew: somebody may have joined them before the volunteer was held.
        let family = self.family_of_pairing(id).await?;
        self.keep_family_apart(&family, &pairing.volunteer_id, kind).await?;
        self.pairing(scope, id).await
    }

    /// The same, where she says so of what is proposed to her: of the children proposed, and of brothers and sisters with her whom they
    /// were to join.
    pub async fn report_interest_in(&mut self, proposal: &Proposal, kind: &str) -> Result<(), StoreError> {
        let mut family = proposal.child_ids.clone();
        if let Some(household) = self.household_joined(&proposal.id, &proposal.volunteer_id).await? {
            family.extend(self.family_of_household(&household).await?);
        }
        self.keep_family_apart(&family, &proposal.volunteer_id, kind).await
    }

    async fn after_answer(
        &mut self,
        pairing: &Pairing,
        (side, answer): (&'static str, &str),
        heard: &Heard,
    ) -> Result<(), StoreError> {
        let (word, kind) = match (side, answer == YES) {
            ("guardian", true) => ("guardian_yes", EventKind::PairingGuardianAnswered),
            ("guardian", false) => ("guardian_no", EventKind::PairingGuardianAnswered),
            (_, true) => ("child_yes", EventKind::PairingChildAnswered),
            (_, false) => ("child_no", EventKind::PairingChildAnswered),
        };
        self.tell_of_pairing(kind, pairing, word).await?;
        if answer == YES {
            return self.stay(pairing, word, heard).await;
        }
        let pair = (pairing.child_id.as_str(), pairing.volunteer_id.as_str());
        self.put_refusal(pair, side, word).await?;
        self.close(pairing, word, heard).await
    }
}

/// Whether an answer may be recorded now.
fn check_asked(pairing: &Pairing, said_before: &str, answer: &str) -> Result<(), StoreError> {
    // Whoever becomes old enough to be asked is asked while the pairing lives, and it waits for her.
    let awaited = match pairing.state.as_str() {
        AWAITING_GUARDIAN | SUSPENDED => true,
        ACTIVE => said_before != YES,
        _ => false,
    };
    if pairing.state == ENDED || (answer == YES && !awaited) {
        return Err(StoreError::conflict("state_conflict"));
    }
    Ok(())
}
