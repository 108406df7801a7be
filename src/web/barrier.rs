//! What stops a request before anything of the product sees it.

use axum::http::{Method, StatusCode};

use super::texts::{Part, Texts};

/// Why a request goes no further: the sentence for programs; [`Barrier::for_people`] says it on pages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Barrier {
    /// Nothing answers at this address.
    #[error("there is nothing at this address")]
    NothingHere,
    /// The address does not answer to this method.
    #[error("{0} is not possible here")]
    Method(Method),
    /// A handler broke.
    #[error("the server could not finish this")]
    Broken,
    /// There is more than one `Host`.
    #[error("the request names more than one host")]
    Hosts,
    /// The address is longer than any that leads somewhere.
    #[error("the address is longer than {}; ask for less in one request", size(*.bytes_max))]
    LongAddress {
        /// As long as it may be.
        bytes_max: usize,
    },
    /// The body is compressed.
    #[error("compressed bodies are not read; send the body without Content-Encoding")]
    Compressed,
    /// The request was meant for another name.
    #[error("this server answers as {0}; use that address")]
    Misdirected(String),
    /// Too much is asked at once.
    #[error("the server is busy; wait a second and try again")]
    Busy,
    /// The request did not come to its end.
    #[error("the request took too long; send it again")]
    TooSlow,
    /// The body is of another type.
    #[error("send {what} as {media_type}")]
    MediaType {
        /// The body, the form or the parameters.
        what: &'static str,
        /// What it must be sent as.
        media_type: &'static str,
    },
    /// The body is longer than it may be.
    #[error("{what} is larger than {}", size(*.bytes_max))]
    TooLarge {
        /// The body, the form or the file.
        what: &'static str,
        /// As long as it may be.
        bytes_max: usize,
    },
    /// The form was not made for this browser.
    #[error("this form has expired or came from another site; open the page again and repeat the step")]
    ForeignForm,
    /// The browser says that another site sent this.
    #[error("another site sent this form; open the page here and repeat the step")]
    OtherSite,
    /// Nobody is signed in any more.
    #[error("your session has ended; sign in again")]
    SessionEnded,
    /// The connection is paused.
    #[error("provisioning by this connection is paused; try again later")]
    Paused,
    /// An application sent somebody with a request that cannot be used.
    #[error("{0}")]
    Protocol(String),
}

impl Barrier {
    /// The status of the answer.
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::NothingHere => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Hosts | Self::Protocol(_) => StatusCode::BAD_REQUEST,
            Self::LongAddress { .. } => StatusCode::URI_TOO_LONG,
            Self::Misdirected(_) => StatusCode::MISDIRECTED_REQUEST,
            Self::Busy | Self::Paused => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::MediaType { .. } | Self::Compressed => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::ForeignForm | Self::OtherSite => StatusCode::FORBIDDEN,
            Self::SessionEnded => StatusCode::UNAUTHORIZED,
        }
    }

    /// What a page says, where it says more than the kind of the error does.
    pub(super) fn for_people(&self, t: Texts) -> Option<String> {
        Some(match self {
            Self::NothingHere | Self::Broken | Self::Paused => return None,
            Self::Method(_) => t.say("error-no-such-deed-text"),
            Self::Hosts | Self::MediaType { .. } | Self::Compressed => t.say("barrier-program"),
            Self::Misdirected(address) => t.with("barrier-misdirected", &[("address", Part::Words(address))]),
            Self::LongAddress { bytes_max } => {
                t.with("barrier-long-address", &[("limit", Part::Words(&size(*bytes_max)))])
            }
            Self::Busy => t.say("barrier-busy"),
            Self::TooSlow => t.say("barrier-slow"),
            Self::TooLarge { bytes_max, .. } => t.with("barrier-large", &[("limit", Part::Words(&size(*bytes_max)))]),
            Self::ForeignForm => t.say("barrier-form"),
            Self::OtherSite => t.say("barrier-other-site"),
            Self::SessionEnded => t.say("barrier-session"),
            Self::Protocol(sentence) => t.with("barrier-application", &[("problem", Part::Words(sentence))]),
        })
    }
}

/// A limit as people say it: `64 KiB`, `10 MiB`.
fn size(bytes: usize) -> String {
    let kib = bytes / 1024;
    if kib < 1024 { format!("{kib} KiB") } else { format!("{} MiB", kib / 1024) }
}
