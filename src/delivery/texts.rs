//! What messages say: Chinese, then English. Short, since the poorest phone shows it; no child's name, need or place, since the
//! wrong person may hold the phone.
//!
//! `{link}` and `{day}` are filled from what the outbox sealed; a text whose blanks are not all filled is not sent.

use std::collections::BTreeMap;

use crate::store::EventKind;

/// A message's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// One line.
    pub subject: String,
    /// All of it.
    pub text: String,
}

/// What the message of an event says; `None` where something it needs is missing.
pub fn text(kind: EventKind, needs: &BTreeMap<String, String>) -> Option<Text> {
    let (zh, en) = words(kind);
    let subject = format!("【结对】{}", zh.split(['。', '：', '，']).next().unwrap_or(zh));
    let mut text = format!("【结对】{zh}\n{en}");
    for blank in ["link", "day"] {
        let place = format!("{{{blank}}}");
        if text.contains(&place) {
            text = text.replace(&place, needs.get(blank)?);
        }
    }
    Some(Text { subject, text })
}

/// Chinese and English.
const fn words(kind: EventKind) -> (&'static str, &'static str) {
    match kind {
        EventKind::RunCreated
        | EventKind::RunSucceeded
        | EventKind::RunFailed
        | EventKind::RunCancelled
        | EventKind::RunPublished
        | EventKind::RunSuperseded => of_run(kind),
        EventKind::ProposalCreated
        | EventKind::ProposalPinned
        | EventKind::ProposalUnpinned
        | EventKind::ProposalRejected
        | EventKind::ProposalApproved
        | EventKind::ProposalSwapped
        | EventKind::ProposalOffered
        | EventKind::ProposalAccepted
        | EventKind::ProposalDeclined
        | EventKind::ProposalExpired
        | EventKind::ProposalOfferRevoked
        | EventKind::ProposalWithdrawn => {
            ("结对建议有变化。请登录查看。", "A proposal has changed. Please log in.")
        }
        EventKind::OfferMade
        | EventKind::OfferResent
        | EventKind::OfferRevoked
        | EventKind::OfferAccepted
        | EventKind::OfferDeclined
        | EventKind::OfferExpired
        | EventKind::OfferConflictReported => of_offer(kind),
        EventKind::PairingCreated
        | EventKind::PairingGuardianAnswered
        | EventKind::PairingChildAnswered
        | EventKind::PairingActivated
        | EventKind::PairingSuspended
        | EventKind::PairingResumed
        | EventKind::PairingEnded
        | EventKind::PairingClosedOut
        | EventKind::ContactRecorded
        | EventKind::ContactAmended
        | EventKind::ContactOverdue => of_pairing(kind),
        EventKind::ScreeningEnding => (
            "您的从业查询将于{day}到期，请尽快重新查询。到期当日结对暂停。",
            "Your check ends on {day}. Please have it renewed; on that day your pairings pause.",
        ),
        EventKind::ScreeningExpired => (
            "您的从业查询已到期，结对已暂停。请联系协调员。",
            "Your check has expired, your pairings are paused. Please call your coordinator.",
        ),
        EventKind::ConcernReported
        | EventKind::ConcernAssigned
        | EventKind::ConcernEntryAdded
        | EventKind::ConcernReportedToAuthority
        | EventKind::ConcernDue
        | EventKind::ConcernClosingAsked
        | EventKind::ConcernReopened
        | EventKind::ConcernClosed => of_concern(kind),
    }
}

const fn of_run(kind: EventKind) -> (&'static str, &'static str) {
    match kind {
        EventKind::RunSucceeded => ("匹配已完成。请登录查看。", "A run has a plan. Please log in."),
        EventKind::RunFailed => ("匹配未能完成。请登录查看原因。", "A run failed. Please log in to see why."),
        EventKind::RunPublished => {
            ("匹配结果已发布。请登录审核建议。", "A plan was published. Please log in.")
        }
        _ => ("匹配的状态有变化。请登录查看。", "A run has changed. Please log in."),
    }
}

const fn of_offer(kind: EventKind) -> (&'static str, &'static str) {
    match kind {
        EventKind::OfferMade | EventKind::OfferResent => (
            "邀请您与一名儿童结对。请打开链接接受或婉拒，婉拒没有任何影响：{link}",
            "You are invited to be paired with a child. Accept or decline, as you like: {link}",
        ),
        EventKind::OfferRevoked => (
            "此前的结对邀请已撤回。无需答复，谢谢您。",
            "The invitation was taken back. No answer is needed, thank you.",
        ),
        EventKind::OfferExpired => (
            "结对邀请已过期。没有任何影响，谢谢您。",
            "The invitation has expired. This has no consequence, thank you.",
        ),
        EventKind::OfferAccepted => (
            "有志愿者接受了邀请。请登录安排监护人同意。",
            "A volunteer accepted. Please log in and ask the guardian.",
        ),
        EventKind::OfferDeclined => (
            "有志愿者婉拒了邀请。请登录查看新的建议。",
            "A volunteer declined. Please log in to see the new proposal.",
        ),
        _ => ("邀请的状态有变化。请登录查看。", "An offer has changed. Please log in."),
    }
}

const fn of_pairing(kind: EventKind) -> (&'static str, &'static str) {
    match kind {
        EventKind::PairingActivated => (
            "您的结对已生效。请登录查看，或联系协调员。",
            "Your pairing has begun. Please log in, or call your coordinator.",
        ),
        EventKind::PairingSuspended => (
            "结对已暂停，恢复前请不要联系。请登录查看，或询问协调员。",
            "A pairing is paused: please make no contact until it goes on. Log in, or ask your coordinator.",
        ),
        EventKind::PairingResumed => ("您的结对已恢复。谢谢您。", "Your pairing goes on. Thank you."),
        EventKind::PairingEnded => (
            "您的结对已结束。谢谢您，详情请询问协调员。",
            "Your pairing has ended. Thank you; your coordinator can tell you more.",
        ),
        EventKind::ContactOverdue => {
            ("有结对的跟进联系已逾期。请登录查看。", "A contact with a pair is overdue. Please log in.")
        }
        _ => ("结对的状态有变化。请登录查看。", "A pairing has changed. Please log in."),
    }
}

const fn of_concern(kind: EventKind) -> (&'static str, &'static str) {
    match kind {
        EventKind::ConcernReported => (
            "有新的关切报告。请立即登录处理；情况紧急请拨打 110。",
            "A concern was reported. Please log in at once; in an emergency call 110.",
        ),
        EventKind::ConcernAssigned => (
            "有一件关切报告交由您处理。请立即登录。",
            "A concern was assigned to you. Please log in at once.",
        ),
        EventKind::ConcernDue => (
            "有关切报告即将或已经超过强制报告时限。请立即登录处理。",
            "A concern is due to be reported to the authority. Please log in at once.",
        ),
        EventKind::ConcernClosingAsked => (
            "有一件关切报告申请结案，须另一人确认。请登录。",
            "A concern waits for a second person to close it. Please log in.",
        ),
        _ => ("关切报告有变化。请登录查看。", "A concern has changed. Please log in."),
    }
}
