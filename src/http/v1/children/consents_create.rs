//! `POST /children/{child_id}/consents`: records a guardian's answer (S10, S11): who, how, in which words, when. A carer
//! without an agreement cannot give it.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::consents_list::ConsentShown;
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::words::{YesNo, words};
use crate::http::v1::people::{CHILD_EDITORS, check_day};
use crate::store::Change;
use crate::store::people::NewConsent;

words! {
    /// What is agreed to.
    ConsentPurpose {
        /// That the child's data are kept, sensitive ones too.
        Processing "processing" "处理个人信息",
        /// That a volunteer is paired with her.
        Pairing "pairing" "结对",
    }
}

words! {
    /// Who answers.
    ConsentGiverWord {
        /// The guardian; also a village committee or civil-affairs office as guardian.
        Guardian "guardian",
        /// A carer whose written agreement names this consent.
        EntrustedCarerWithAgreement "entrusted_carer_with_agreement",
        /// A carer without one: refused.
        Carer "carer",
    }
}

words! {
    /// What the giver is to the child.
    GuardianRelation {
        /// 父亲
        Father "father" "父亲",
        /// 母亲
        Mother "mother" "母亲",
        /// 祖父母、外祖父母
        Grandparent "grandparent" "祖父母、外祖父母",
        /// 兄姐
        Sibling "sibling" "兄姐",
        /// 其他亲属
        OtherRelative "other_relative" "其他亲属",
        /// 村（居）委会、民政部门、儿童福利机构
        Institution "institution" "村（居）委会、民政部门、儿童福利机构",
        /// 其他
        Other "other" "其他",
    }
}

words! {
    /// How the answer was given.
    ConsentMethod {
        /// A signature.
        Signature "signature" "签字",
        /// A thumbprint.
        Thumbprint "thumbprint" "按手印",
        /// Spoken before a witness.
        SpokenWithWitness "spoken_with_witness" "口头同意并有见证人",
        /// Given on the screen.
        Electronic "electronic" "电子方式",
    }
}

words! {
    /// By which channel an answer came.
    ConsentChannel {
        /// On paper, signed.
        Paper "paper" "纸质签字",
        /// On paper, with a thumbprint.
        PaperThumbprint "paper_thumbprint" "纸质按手印",
        /// Read aloud to her.
        ReadAloud "read_aloud" "当面宣读",
        /// By phone.
        Phone "phone" "电话",
        /// By a link.
        Online "online" "链接",
        /// Face to face.
        InPerson "in_person" "当面",
    }
}

/// A guardian's answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewConsent")]
struct Body {
    purpose: ConsentPurpose,
    answer: YesNo,
    giver: ConsentGiverWord,
    relation: GuardianRelation,
    method: ConsentMethod,
    channel: ConsentChannel,
    /// Version of the text that was put to her.
    #[schemars(length(min = 1, max = 32), regex(pattern = "^[A-Za-z0-9._-]+$"))]
    text_version: String,
    /// The day, not in the future.
    #[schemars(extend("format" = "date"))]
    given_on: String,
    /// Name of the giver; sealed.
    #[serde(default)]
    #[schemars(length(max = 60))]
    giver_name: String,
    /// For whom somebody else wrote it down; sealed.
    #[serde(default)]
    #[schemars(length(max = 60))]
    on_behalf_of: String,
    /// Who witnessed it; sealed.
    #[serde(default)]
    #[schemars(length(max = 60))]
    witness: String,
}

/// What was recorded, and where the child stands now.
#[derive(Debug, Serialize, JsonSchema)]
struct ConsentRecorded {
    consent: ConsentShown,
    /// Whether she takes part in runs.
    child_ready: bool,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/children/{child_id}/consents";
    Endpoint::changes(Method::POST, path, "create_consent", |call, change| create(call, change).boxed())
        .says(super::GROUP, "登记监护人的答复", "Record a guardian's answer")
        .allows(Access::Roles(CHILD_EDITORS), Scope::Region)
        .takes::<Body>()
        .gives::<ConsentRecorded>(StatusCode::CREATED)
        .leads_to("consent_id", "/consent/id")
        .fails(&[Code::StateConflict])
}

/// Whoever answers may, and a spoken answer was heard by somebody.
pub(in crate::http::v1) fn check_giver(
    checks: &mut Checks,
    giver: ConsentGiverWord,
    method: ConsentMethod,
    witness: &str,
) {
    checks.hold(
        giver != ConsentGiverWord::Carer,
        "/giver",
        "carer_alone",
        "须由监护人，或书面委托协议写明此项的照护人同意",
        "the guardian must answer, or a carer whose written agreement names this consent",
    );
    checks.hold(
        method != ConsentMethod::SpokenWithWitness || !witness.trim().is_empty(),
        "/witness",
        "required",
        "口头同意须有见证人",
        "a spoken answer needs a witness",
    );
}

/// The version of a text is a word.
fn check_text_version(checks: &mut Checks, version: &str) {
    let word = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    checks.length("/text_version", version, 1..=32);
    checks.no_number("/text_version", version);
    checks.hold(
        version.chars().all(word),
        "/text_version",
        "invalid",
        "只能含字母、数字和 . _ -",
        "letters, digits and . _ - alone",
    );
}

/// An answer of a guardian as it was sent, to pairings or to a volunteer.
pub(in crate::http::v1) struct Said<'a> {
    pub(in crate::http::v1) purpose: &'a str,
    pub(in crate::http::v1) answer: YesNo,
    pub(in crate::http::v1) giver: ConsentGiverWord,
    pub(in crate::http::v1) relation: GuardianRelation,
    pub(in crate::http::v1) method: ConsentMethod,
    pub(in crate::http::v1) channel: ConsentChannel,
    pub(in crate::http::v1) text_version: &'a str,
    pub(in crate::http::v1) given_on: &'a str,
    pub(in crate::http::v1) giver_name: &'a str,
    pub(in crate::http::v1) on_behalf_of: &'a str,
    pub(in crate::http::v1) witness: &'a str,
}

impl Said<'_> {
    /// What is to be recorded; what is wrong with it goes to `checks`.
    pub(in crate::http::v1) fn checked(&self, call: &Call, checks: &mut Checks) -> NewConsent {
        check_text_version(checks, self.text_version);
        let names = [
            ("/giver_name", self.giver_name),
            ("/on_behalf_of", self.on_behalf_of),
            ("/witness", self.witness),
        ];
        for (pointer, name) in names {
            checks.length(pointer, name, 0..=60);
        }
        let given_on = check_day(call, checks, "/given_on", self.given_on);
        let word = |word: &str| word.to_owned();
        NewConsent {
            purpose: word(self.purpose),
            answer: word(self.answer.word()),
            giver: word(self.giver.word()),
            relation: word(self.relation.word()),
            method: word(self.method.word()),
            channel: word(self.channel.word()),
            text_version: word(self.text_version),
            given_on,
            giver_name: word(self.giver_name.trim()),
            on_behalf_of: word(self.on_behalf_of.trim()),
            witness: word(self.witness.trim()),
        }
    }
}

impl Body {
    fn said(&self) -> Said<'_> {
        Said {
            purpose: self.purpose.word(),
            answer: self.answer,
            giver: self.giver,
            relation: self.relation,
            method: self.method,
            channel: self.channel,
            text_version: &self.text_version,
            given_on: &self.given_on,
            giver_name: &self.giver_name,
            on_behalf_of: &self.on_behalf_of,
            witness: &self.witness,
        }
    }
}

async fn create(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (span, id) = (call.span()?, call.id("child_id")?);
    let body: Body = call.body()?;
    let mut checks = Checks::new(call.language);
    check_giver(&mut checks, body.giver, body.method, &body.witness);
    let new = body.said().checked(call, &mut checks);
    checks.done()?;
    let consent_id = change.add_consent(&span, id, &new).await?;
    let consent = change.consent(&span, &consent_id).await?;
    let child = change.child(&span, id).await?;
    let body = ConsentRecorded { consent: consent.into(), child_ready: child.ready };
    Ok(Reply::json(StatusCode::CREATED, &body).reading([child.read_event("child.read")]))
}
