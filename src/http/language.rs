//! Chinese unless the client asks for English.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

/// The language of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// zh-CN
    #[default]
    Chinese,
    /// en
    English,
}

impl Language {
    /// What `Accept-Language` asks for: the first of the two that is named, by weight.
    pub fn asked(headers: &HeaderMap) -> Self {
        let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let weighed = header.split(',').filter_map(|part| {
            let (name, weight) = part.split_once(";q=").unwrap_or((part, "1"));
            let language = match name.trim().to_ascii_lowercase() {
                name if name.starts_with("zh") => Self::Chinese,
                name if name.starts_with("en") => Self::English,
                _ => return None,
            };
            Some((language, weight.trim().parse::<f32>().unwrap_or(0.0)))
        });
        let mut best = (Self::Chinese, 0.0);
        for (language, weight) in weighed {
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }

    /// The tag for `Content-Language`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// One of two texts.
    pub const fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Chinese => zh,
            Self::English => en,
        }
    }
}
