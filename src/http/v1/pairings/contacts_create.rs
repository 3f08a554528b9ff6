//! `POST /pairings/{pairing_id}/contacts`: records what was done: a meeting of the two, or a word of the office with one of the sides.
//!
//! What must not be has no word (S22–S24): no night, no home of a volunteer's, no ride alone, no chat between two.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::contacts_list::ContactShown;
use super::{READERS, scope};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::check_day;
use crate::http::v1::people::words::words;
use crate::store::{Change, NewContact};

/// More minutes than a day has with light in it.
const MOST_MINUTES: i64 = 720;

words! {
    /// What sort of contact.
    ContactKind {
        /// The two met. 走访
        Visit "visit",
        /// They spoke by video, somebody beside the child. 视频连线
        VideoCall "video_call",
        /// Both were at something with others. 集体活动
        Activity "activity",
        /// The office spoke with the volunteer.
        SupportVolunteer "support_volunteer",
        /// The office spoke with guardian or carer.
        SupportCarer "support_carer",
        /// The office, or the child director, spoke with the child.
        SupportChild "support_child",
    }
}

words! {
    /// Where the two met (S22).
    ContactSetting {
        /// Somebody of the office was there and could interrupt.
        Facilitated "facilitated",
        /// In a place where others see and may come in.
        SiteObservable "site_observable",
        /// By video, with an adult beside the child.
        VideoObserved "video_observed",
        /// In public.
        Community "community",
    }
}

words! {
    /// Somebody who was there.
    ContactPresent {
        /// The child.
        Child "child",
        /// The volunteer.
        Volunteer "volunteer",
        /// Guardian or carer.
        Carer "carer",
        /// The child director.
        ChildDirector "child_director",
        /// Somebody of the office.
        Staff "staff",
        /// A teacher.
        Teacher "teacher",
        /// Brother, sister or another child.
        OtherChildren "other_children",
    }
}

/// A contact.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewContact")]
pub(in crate::http::v1) struct Body {
    kind: ContactKind,
    /// Where the two met; needed for every meeting, and for nothing else.
    #[serde(default)]
    setting: Option<ContactSetting>,
    /// Whether it took place.
    took_place: bool,
    /// The day, not in the future.
    #[schemars(extend("format" = "date"))]
    happened_on: String,
    #[serde(default)]
    #[schemars(range(min = 0, max = 720))]
    minutes: i64,
    /// Who was there.
    #[schemars(length(max = 7))]
    present: Vec<ContactPresent>,
    /// What is to be remembered; sealed.
    #[serde(default)]
    #[schemars(length(max = 2_000))]
    note: String,
}

impl Body {
    /// Whether the two met in it.
    fn is_meeting(&self) -> bool {
        matches!(self.kind, ContactKind::Visit | ContactKind::VideoCall | ContactKind::Activity)
    }

    /// Checked, as the store takes it.
    pub(in crate::http::v1) fn checked(self, call: &Call) -> Result<NewContact, Problem> {
        let mut checks = Checks::new(call.language);
        let meeting = self.is_meeting();
        checks.hold(
            self.setting.is_some() == meeting,
            "/setting",
            "required",
            "见面须注明场景，其他联系不填",
            "every meeting has a setting, and nothing else has",
        );
        let by_video = self.setting == Some(ContactSetting::VideoObserved);
        checks.hold(
            !meeting || by_video == (self.kind == ContactKind::VideoCall),
            "/setting",
            "setting",
            "视频连线的场景须为有成人陪同的视频，其他见面则不可",
            "a call has the setting video_observed, and no other meeting has",
        );
        let adult_beside = self.present.iter().any(|who| {
            !matches!(who, ContactPresent::Child | ContactPresent::Volunteer | ContactPresent::OtherChildren)
        });
        let must_be_seen =
            matches!(self.setting, Some(ContactSetting::Facilitated | ContactSetting::VideoObserved));
        checks.hold(
            adult_beside || !(self.took_place && must_be_seen),
            "/present",
            "adult_beside",
            "须有其他成人在场",
            "another adult must be there",
        );
        let minutes = (0..=MOST_MINUTES).contains(&self.minutes);
        checks.hold(minutes, "/minutes", "range", "须为 0 至 720", "must be 0 to 720");
        checks.hold(self.present.len() <= 7, "/present", "length", "最多 7 项", "7 items at most");
        checks.length("/note", &self.note, 0..=2_000);
        let happened_on = check_day(call, &mut checks, "/happened_on", &self.happened_on);
        checks.done()?;
        Ok(NewContact {
            kind: self.kind.word().to_owned(),
            setting: self.setting.map_or("", ContactSetting::word).to_owned(),
            took_place: self.took_place,
            happened_on,
            minutes: self.minutes,
            present: self.present.into_iter().map(|who| who.word().to_owned()).collect(),
            note: self.note.trim().to_owned(),
        })
    }

    /// Whether only the office may have done it.
    pub(in crate::http::v1) fn is_of_office(&self) -> bool {
        !self.is_meeting()
    }
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/pairings/{pairing_id}/contacts";
    Endpoint::changes(Method::POST, path, "create_contact", |call, change| create(call, change).boxed())
        .says(super::GROUP, "登记联系记录", "Record what was done")
        .allows(Access::Roles(READERS), Scope::Region)
        .takes::<Body>()
        .gives::<ContactShown>(StatusCode::CREATED)
        .fails(&[Code::StateConflict])
}

async fn create(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("pairing_id")?);
    let body: Body = call.body()?;
    let contact = change.add_contact(&scope, id, &body.checked(call)?).await?;
    Ok(Reply::json(StatusCode::CREATED, &ContactShown::from(contact)))
}
