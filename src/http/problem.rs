//! What went wrong, as RFC 9457 `application/problem+json`: a stable code, a sentence in Chinese or English, the places in
//! what was sent, and a cause that goes to the log and to nobody else.

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::language::Language;
use crate::runs::RunFault;
use crate::store::StoreError;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident $code:literal $status:ident $zh:literal $en:literal;)+) => {
        /// Every reason for which a request is not done. The word is stable, the sentence is not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $variant,)+ }

        impl Code {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The HTTP status.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)+ }
            }

            /// The sentence in a language.
            pub const fn title(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::Chinese) => $zh, (Self::$variant, Language::English) => $en,)+
                }
            }
        }
    };
}

codes! {
    /// A field or parameter does not hold what it must.
    ValidationFailed "validation_failed" UNPROCESSABLE_ENTITY "提交的内容有误，请按所列各项改正" "what was sent has faults, see the list";
    /// The body is no JSON, or no text in UTF-8.
    MalformedBody "malformed_body" BAD_REQUEST "正文不是有效的 JSON" "the body is not valid JSON";
    /// The body's type is another than the endpoint takes.
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "正文类型不受支持" "the body has a type that is not taken here";
    /// The body did not arrive in time.
    RequestTimeout "request_timeout" REQUEST_TIMEOUT "正文未能及时到达" "the body did not arrive in time";
    /// The body is larger than it may be.
    BodyTooLarge "body_too_large" PAYLOAD_TOO_LARGE "正文过大" "the body is too large";
    /// There is no such thing, or none that the caller may know of.
    NotFound "not_found" NOT_FOUND "没有找到" "not found";
    /// The path takes other methods.
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "此地址不支持该方法" "this address does not take that method";
    /// The caller's role does not allow it.
    Forbidden "forbidden" FORBIDDEN "您的角色无权进行此操作" "your role does not allow this";
    /// Nobody is logged in.
    Unauthenticated "unauthenticated" UNAUTHORIZED "请先登录" "log in first";
    /// Login or password is wrong, or the account cannot be used.
    LoginRefused "login_refused" UNAUTHORIZED "登录名、密码或验证码不正确" "login, password or code is not right";
    /// A link for setting up or joining is not or no longer good.
    TokenRefused "token_refused" FORBIDDEN "链接无效、已使用或已过期" "the link is not right, was used or has expired";
    /// The second factor is missing.
    MfaRequired "mfa_required" FORBIDDEN "请先输入动态验证码" "enter the one-time code first";
    /// A request that came from another site, or without the token against that.
    CrossSite "cross_site_request" FORBIDDEN "请求缺少防伪令牌或来自其他网站" "the token against forged requests is missing, or the request comes from another site";
    /// `If-Match` is missing.
    PreconditionRequired "precondition_required" PRECONDITION_REQUIRED "请用 If-Match 指明所依据的版本" "say with If-Match which version you saw";
    /// The version has changed.
    PreconditionFailed "precondition_failed" PRECONDITION_FAILED "内容已被他人修改，请重新读取" "it has been changed meanwhile, read it again";
    /// `Idempotency-Key` is missing.
    IdempotencyKeyMissing "idempotency_key_missing" BAD_REQUEST "请求缺少 Idempotency-Key（1 至 255 个字母、数字或符号，不含空格）" "the request needs an Idempotency-Key of 1 to 255 letters, digits or signs without spaces";
    /// The key was used for something else.
    IdempotencyKeyReused "idempotency_key_reused" UNPROCESSABLE_ENTITY "此 Idempotency-Key 已用于另一请求" "this Idempotency-Key was used for another request";
    /// The same request is being done.
    IdempotencyKeyInFlight "idempotency_key_in_flight" CONFLICT "同一请求正在处理" "the same request is under way";
    /// A thing of that name, number or reference is there already.
    AlreadyExists "already_exists" CONFLICT "已存在" "it is there already";
    /// The state does not allow the step.
    StateConflict "state_conflict" CONFLICT "当前状态不允许此操作" "the state does not allow this";
    /// There must always be an admin who can log in.
    LastAdmin "last_admin" CONFLICT "至少要保留一名可登录的管理员" "there must always be an admin who can log in";
    /// A two-person rule: the other person must do it.
    SecondPersonNeeded "second_person_needed" CONFLICT "须由另一人确认" "another person has to confirm this";
    /// A person is barred for good.
    Barred "barred" CONFLICT "不符合条件" "not eligible";
    /// A run has ended, so that nothing is left to cancel.
    RunNotCancellable "run_not_cancellable" CONFLICT "匹配已结束，无法取消" "the run has ended and cannot be cancelled";
    /// A run counts missing papers as arrived, so nothing of it may be offered.
    RunProvisional "run_provisional" CONFLICT "此匹配为试算（视缺件将补齐），不得发布" "the run counts missing papers as arrived and cannot be published";
    /// A run's people, or the day it was made for, are too far from today.
    RunTooOld "run_too_old" CONFLICT "此匹配的日期与今天相差超过 31 天，请重新匹配" "the run is more than 31 days from today: make a new one";
    /// A run in force reaches beyond the caller's divisions and overlaps this one.
    RunReachesFurther "run_reaches_further" CONFLICT "上级范围的匹配正在生效，须由上级发布新的匹配" "a run in force reaches beyond your divisions: whoever answers for them publishes the next one";
    /// Somebody who took part in a run was erased since, or the run has no proven plan.
    RunNotAskable "run_not_askable" CONFLICT "此匹配没有可查询的方案，请重新匹配" "the run has no plan that can be asked: make a new one";
    /// A question to a plan has no answer: the detail says why.
    NotExplainable "not_explainable" UNPROCESSABLE_ENTITY "此问题无法回答" "the question has no answer";
    /// A policy is a draft.
    PolicyNotPublished "policy_not_published" CONFLICT "规则尚未发布" "the policy is not published";
    /// The volunteer has no place left.
    CapacityExhausted "capacity_exhausted" CONFLICT "志愿者名额已满" "the volunteer has no place left";
    /// The child has a volunteer.
    AlreadyPaired "already_paired" CONFLICT "该儿童已有结对" "the child is paired already";
    /// A rule forbids the pair today.
    NotEligible "not_eligible" CONFLICT "目前不符合结对条件" "the pair is not eligible at present";
    /// The guardian has not said yes.
    ConsentMissing "consent_missing" CONFLICT "尚未取得监护人同意" "the guardian has not said yes";
    /// The child, who must be asked, has not said yes.
    WishMissing "wish_missing" CONFLICT "尚未取得儿童本人同意" "the child has not said yes";
    /// No coordinator approved the pair.
    ApprovalMissing "approval_missing" CONFLICT "尚无协调员批准" "no coordinator has approved it";
    /// Nobody would hear a concern in that division.
    NoConcernHandler "no_concern_handler" CONFLICT "所在地区尚未配置未保值班电话或隐患处理人" "the division has no duty phone or nobody who sees to concerns";
    /// An offer was answered before.
    OfferUsed "offer_used" CONFLICT "此邀请已答复" "this offer has been answered";
    /// An offer was taken back.
    OfferRevoked "offer_revoked" CONFLICT "此邀请已撤回" "this offer was taken back";
    /// Nobody answered an offer in time.
    OfferExpired "offer_expired" CONFLICT "此邀请已过期" "this offer has expired";
    /// The run is not published, or no longer.
    RunNotPublished "run_not_published" CONFLICT "此次匹配未发布，或已被取代" "the run is not published, or another has taken its place";
    /// An uploaded file is too large.
    ImportTooLarge "import_too_large" PAYLOAD_TOO_LARGE "文件过大" "the file is too large";
    /// An uploaded file cannot be used.
    FileRejected "file_rejected" UNPROCESSABLE_ENTITY "文件无法使用" "the file cannot be used";
    /// Too many requests.
    RateLimited "rate_limited" TOO_MANY_REQUESTS "请求过于频繁，请稍后再试" "too many requests, try again later";
    /// The database cannot be used now.
    StorageUnavailable "storage_unavailable" SERVICE_UNAVAILABLE "数据库暂时无法使用，请稍后再试" "the database cannot be used now, try again later";
    /// A fault of ours.
    Internal "internal" INTERNAL_SERVER_ERROR "程序出错，请把请求编号告诉管理员" "a fault of the program: tell the administrator the request's number";
}

/// One fault in what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fault {
    /// Where: a JSON pointer into the body, or the name of a parameter or header.
    pub pointer: String,
    /// A stable word.
    pub code: String,
    /// What is wrong and what to do.
    pub detail: String,
}

/// A request that was not done.
#[derive(Debug)]
pub struct Problem {
    /// Why.
    pub code: Code,
    /// More exactly, in the caller's language.
    pub detail: Option<String>,
    /// Every fault found.
    pub errors: Vec<Fault>,
    /// Seconds after which it may be tried again.
    pub retry_after_s: Option<u64>,
    /// For the log.
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The body of an answer of type `application/problem+json`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemBody<'a> {
    /// What kind of problem: `about:blank`, the code tells more.
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// The code's sentence.
    pub title: &'a str,
    /// HTTP status.
    pub status: u16,
    /// More exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<&'a str>,
    /// Stable word.
    pub code: &'a str,
    /// Every fault found in what was sent.
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    #[schemars(default)]
    pub errors: &'a [Fault],
    /// The request's number, to be told to the administrator.
    pub request_id: &'a str,
}

impl Problem {
    /// A problem with nothing more to say.
    pub const fn new(code: Code) -> Self {
        Self { code, detail: None, errors: Vec::new(), retry_after_s: None, cause: None }
    }

    /// With a sentence.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With a fault.
    #[must_use]
    pub fn fault(mut self, pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        self.errors.push(Fault { pointer: pointer.into(), code: code.to_owned(), detail: detail.into() });
        self
    }

    /// One fault of a field.
    pub fn of_field(pointer: &str, code: &str, detail: impl Into<String>) -> Self {
        Self::new(Code::ValidationFailed).fault(pointer, code, detail)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::NotFound { .. } => Code::NotFound,
            StoreError::Stale { .. } => Code::PreconditionFailed,
            StoreError::Conflict { code } => {
                let known = Code::ALL.iter().find(|known| known.word() == *code);
                known.copied().unwrap_or(Code::StateConflict)
            }
            StoreError::Unavailable(_) | StoreError::KeysChanged => Code::StorageUnavailable,
            StoreError::Broken { .. } | StoreError::Statement(_) | StoreError::Refused(_) => Code::Internal,
        };
        let retry_after_s = (code == Code::StorageUnavailable).then_some(1);
        Self { code, detail: None, errors: Vec::new(), retry_after_s, cause: Some(Box::new(error)) }
    }
}

impl From<RunFault> for Problem {
    fn from(fault: RunFault) -> Self {
        match fault {
            RunFault::Store(error) => error.into(),
            RunFault::NoPlan | RunFault::Erased => Self::new(Code::RunNotAskable),
            RunFault::Busy => Self { retry_after_s: Some(5), ..Self::new(Code::RateLimited) },
            fault => Self { cause: Some(Box::new(fault)), ..Self::new(Code::Internal) },
        }
    }
}
