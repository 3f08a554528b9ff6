//! The one way of a pairing from a state into another, and the history that it leaves.

use sqlx::FromRow;

use super::{ENDED, Pairing, PairingScope};
use crate::model::Role;
use crate::store::sealing::Clear;
use crate::store::statement::{bound, statements};
use crate::store::{Announcement, AuditEvent, Change, EventKind, StoreError, View};

statements! {
    /// Makes the next version of a pairing, and other changes of it wait.
    HOLD = "UPDATE pairings SET version = version + 1, updated_at_ms = $2 WHERE id = $1";
    /// Puts a state.
    PUT_STATE = "UPDATE pairings SET state = $2, reason = $3 WHERE id = $1";
    /// Adds a step under the next number of its pairing, whose row is held.
    ADD = "INSERT INTO pairing_steps
        (pairing_id, number, at_ms, from_state, to_state, reason, actor_kind, actor_id, channel, sealed)
        SELECT $1, 1 + (SELECT COUNT(*) FROM pairing_steps s WHERE s.pairing_id = $1), $2, $3, $4, $5, $6, $7, $8, $9";
    /// The steps of a pairing.
    LIST = "SELECT number, at_ms, from_state, to_state, reason, actor_kind, actor_id, channel
        FROM pairing_steps
        WHERE pairing_id = $1
        ORDER BY number";
    /// Gives the place back once no pairing of its household lives.
    FREE_PLACE = "DELETE FROM pairing_places
        WHERE proposal_id = (SELECT h.household FROM pairings h WHERE h.id = $1)
            AND NOT EXISTS (
                SELECT p.id
                FROM pairings p
                WHERE p.household = (SELECT h.household FROM pairings h WHERE h.id = $1) AND p.state <> 'ended')";
}

/// A step of a pairing. Names of witnesses stay in the store.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct PairingStep {
    /// From 1.
    pub number: i64,
    /// When.
    pub at_ms: i64,
    /// Where it stood; empty before it began.
    pub from_state: String,
    /// Where it stands since; the same where only somebody answered.
    pub to_state: String,
    /// Why, a word.
    pub reason: String,
    /// Kind of actor.
    pub actor_kind: String,
    /// Which.
    pub actor_id: Option<String>,
    /// By which channel an answer came; empty for anything else.
    pub channel: String,
}

/// How an answer came, and who was there.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// By which channel; empty where nobody was heard.
    pub channel: String,
    /// Who wrote it down for whom; sealed.
    pub on_behalf_of: String,
    /// Who witnessed it; sealed.
    pub witness: String,
}

impl View {
    /// The steps of a pairing, the first first.
    pub async fn pairing_steps(
        &mut self,
        scope: &PairingScope,
        id: &str,
    ) -> Result<Vec<PairingStep>, StoreError> {
        self.pairing(scope, id).await?;
        self.all(LIST, bound![id]).await
    }
}

impl Change {
    /// Holds a pairing with its child and volunteer for this transaction; as it is now, in its next version.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the caller may not know of it.
    pub(super) async fn hold_pairing(
        &mut self,
        scope: &PairingScope,
        id: &str,
    ) -> Result<Pairing, StoreError> {
        self.hold_for_rules(scope, id).await?;
        self.hold_pairing_row(scope, id).await
    }

    /// As above, for whoever holds those rows that matter to her.
    pub(super) async fn hold_pairing_row(
        &mut self,
        scope: &PairingScope,
        id: &str,
    ) -> Result<Pairing, StoreError> {
        let now_ms = self.now_ms();
        self.execute(HOLD, bound![id, now_ms]).await?;
        self.pairing(scope, id).await
    }

    /// Moves a pairing that is held, and says so. One that ended gives its place back.
    pub(super) async fn step(
        &mut self,
        pairing: &Pairing,
        to: &'static str,
        reason: &str,
        heard: &Heard,
    ) -> Result<(), StoreError> {
        if pairing.state != to {
            self.execute(PUT_STATE, bound![&pairing.id, to, reason]).await?;
        }
        self.put_step(&pairing.id, (&pairing.child_id, &pairing.state, to), reason, heard).await?;
        if to == ENDED {
            self.execute(FREE_PLACE, bound![&pairing.id]).await?;
        }
        Ok(())
    }

    /// Writes down what happened to a pairing that stays where it is.
    pub(super) async fn stay(
        &mut self,
        pairing: &Pairing,
        reason: &str,
        heard: &Heard,
    ) -> Result<(), StoreError> {
        let state = pairing.state.as_str();
        self.put_step(&pairing.id, (&pairing.child_id, state, state), reason, heard).await
    }

    /// Writes a step down.
    pub(super) async fn put_step(
        &mut self,
        pairing_id: &str,
        (child_id, from, to): (&str, &str, &str),
        reason: &str,
        heard: &Heard,
    ) -> Result<(), StoreError> {
        let named = [("on_behalf_of", &heard.on_behalf_of), ("witness", &heard.witness)];
        let now_ms = self.now_ms();
        let clear: Clear = named
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(field, text)| (format!("pairing_steps/{pairing_id}/{now_ms}/{field}"), text.clone()))
            .collect();
        let sealed = match self.person_key("children", child_id).await? {
            Some(key) => self.seal(&key, &clear),
            None => "{}".to_owned(),
        };
        let actor = self.actor().clone();
        let values =
            bound![pairing_id, now_ms, from, to, reason, actor.kind, actor.id, &heard.channel, sealed];
        self.execute(ADD, values).await.map(|_| ())
    }

    /// Tells the audit trail, and by it programs and the volunteer, what happened to a pairing; coordinators where it stops.
    pub(super) async fn tell_of_pairing(
        &mut self,
        kind: EventKind,
        pairing: &Pairing,
        reason: &str,
    ) -> Result<(), StoreError> {
        let (id, region_code) = (pairing.id.as_str(), pairing.region_code.as_str());
        self.record(AuditEvent::new(kind.word(), "pairings", id, region_code).because(reason));
        if kind == EventKind::PairingSuspended {
            let event = Announcement::event(kind, "pairings", id, region_code);
            self.announce_to_role(Role::Coordinator, &event).await?;
        }
        Ok(())
    }
}
