//! The sender for short messages: one HTTP request a message to whatever gateway a county has, made from a template.
//!
//! Gateways differ in words, not in kind: an address, a key in a header, a body with phone and text. `{phone}`, `{text}` and
//! `{id}` are filled in, escaped as their place asks for: percent signs in the address and in a form, JSON strings in JSON.
//! Redirects are not followed: a key goes to the address that was written down and to no other.

use std::fmt::Write;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::TokioExecutor;

use super::{Fault, Message, Sender, SmsSettings, Unusable};
use crate::store::Channel;

/// How long the gateway may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How much of an answer is looked at, bytes.
const MOST_ANSWERED_BYTES: usize = 64 << 10;
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

enum Wire {
    Plain(Client<HttpConnector, Full<Bytes>>),
    Encrypted(Client<HttpsConnector<HttpConnector>, Full<Bytes>>),
}

impl Wire {
    async fn request(&self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, Error> {
        match self {
            Self::Plain(client) => client.request(request).await,
            Self::Encrypted(client) => client.request(request).await,
        }
    }
}

/// Sends short messages.
pub struct SmsSender {
    settings: SmsSettings,
    headers: HeaderMap,
    wire: Wire,
}

fn unusable(setting: &'static str, zh: &'static str, en: &'static str) -> Unusable {
    Unusable { setting, zh, en }
}

impl SmsSender {
    /// For a gateway.
    ///
    /// # Errors
    /// [`Unusable`] where its address, a header or the template cannot be used.
    pub fn new(settings: SmsSettings) -> Result<Self, Unusable> {
        let address = fill(&settings.url, &["0", "0", "0"], percent).parse::<Uri>().ok();
        let scheme = address.as_ref().and_then(Uri::scheme_str);
        let wire = match scheme {
            Some("http") => Wire::Plain(Client::builder(TokioExecutor::new()).build_http()),
            Some("https") => {
                let roots = HttpsConnectorBuilder::new().with_native_roots();
                let roots = roots.map_err(|_| {
                    unusable(
                        "sms_url",
                        "本机没有可用的根证书",
                        "this machine has no root certificates to trust",
                    )
                })?;
                let connector = roots.https_only().enable_http1().build();
                Wire::Encrypted(Client::builder(TokioExecutor::new()).build(connector))
            }
            _ => return Err(unusable("sms_url", "应为 https:// 地址", "write an address https://…")),
        };
        if settings.body.is_some() && ![JSON, FORM].contains(&settings.content_type.as_str()) {
            let known = "application/json, application/x-www-form-urlencoded";
            return Err(unusable("sms_content_type", known, known));
        }
        let template = format!("{} {}", settings.url, settings.body.as_deref().unwrap_or_default());
        if !template.contains("{phone}") || !template.contains("{text}") {
            let setting = if settings.body.is_some() { "sms_body" } else { "sms_url" };
            return Err(unusable(setting, "须含 {phone} 和 {text}", "must hold {phone} and {text}"));
        }
        let mut headers = HeaderMap::new();
        for (name, value) in &settings.headers {
            let header = name.parse::<HeaderName>().ok().zip(HeaderValue::from_str(value).ok());
            let (name, mut value) =
                header.ok_or(unusable("sms_headers", "标头有误", "a header has a fault"))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(Self { settings, headers, wire })
    }

    fn request(&self, message: &Message) -> Option<Request<Full<Bytes>>> {
        let values = [message.to.as_str(), message.text.as_str(), message.id.as_str()];
        let uri: Uri = fill(&self.settings.url, &values, percent).parse().ok()?;
        let mut request = Request::builder().uri(uri);
        let body = match &self.settings.body {
            Some(template) => {
                let form = self.settings.content_type == FORM;
                request =
                    request.method(Method::POST).header(CONTENT_TYPE, self.settings.content_type.as_str());
                fill(template, &values, if form { percent } else { json_string })
            }
            None => String::new(),
        };
        let mut request = request.body(Full::new(Bytes::from(body))).ok()?;
        request.headers_mut().extend(self.headers.clone());
        Some(request)
    }

    async fn answer(&self, message: &Message) -> Result<(), Fault> {
        let request = self.request(message).ok_or(Fault::Never("bad_template"))?;
        let response = self.wire.request(request).await.map_err(|_| Fault::Later("unreachable"))?;
        if !response.status().is_success() {
            return Err(Fault::Later("refused"));
        }
        let Some(good) = &self.settings.good_answer else { return Ok(()) };
        let body = Limited::new(response.into_body(), MOST_ANSWERED_BYTES).collect().await;
        let body = body.map_err(|_| Fault::Later("unreadable_answer"))?.to_bytes();
        if String::from_utf8_lossy(&body).contains(good.as_str()) {
            Ok(())
        } else {
            Err(Fault::Later("refused"))
        }
    }
}

impl Sender for SmsSender {
    fn channels(&self) -> &'static [Channel] {
        &[Channel::Sms]
    }

    fn send<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<(), Fault>> {
        async move {
            let answered = tokio::time::timeout(TIMEOUT, self.answer(message)).await;
            answered.unwrap_or(Err(Fault::Later("timeout")))
        }
        .boxed()
    }
}

/// A template with phone, text and id put in. What is put in is not looked at again.
fn fill(template: &str, values: &[&str; 3], escape: fn(&str) -> String) -> String {
    let names = ["{phone}", "{text}", "{id}"];
    let mut filled = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(which) = names.iter().position(|name| rest.starts_with(name)) {
            filled.push_str(&escape(values[which]));
            rest = &rest[names[which].len()..];
        } else {
            filled.push('{');
            rest = &rest[1..];
        }
    }
    filled + rest
}

/// As a value in an address or a form.
fn percent(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// As what stands between the quotes of a JSON string.
fn json_string(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap_or_default();
    quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned()
}
