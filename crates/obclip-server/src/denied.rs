//! The server's own reasons to say no, and how every no travels over HTTP and gRPC.

use std::time::Duration;

use http::StatusCode;
use obclip_protocol::Refusal;
use tonic::Code;

/// A refusal with a time to come back, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// What the client gets.
    pub refusal: Refusal,
    /// When the same request may succeed.
    pub retry_after: Option<Duration>,
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, retry_after: None }
    }
}

impl Denied {
    pub(crate) fn unauthenticated() -> Self {
        denied("unauthenticated", "token: expected a known one, found none or another")
    }

    pub(crate) fn forbidden(scope: &str) -> Self {
        denied("forbidden", &format!("token: expected the scope {scope}, found others"))
    }

    pub(crate) fn over_budget(retry_after: Duration) -> Self {
        let text = "budget: expected enough cost units left for this job, found fewer";
        Self { retry_after: Some(retry_after), ..denied("over-budget", text) }
    }

    pub(crate) fn busy(retry_after: Duration) -> Self {
        let text = "queue: expected room for a job, found it full";
        Self { retry_after: Some(retry_after), ..denied("busy", text) }
    }

    pub(crate) fn draining() -> Self {
        let text = "cloud: expected to accept jobs, found it draining";
        Self { retry_after: Some(DRAIN_RETRY), ..denied("draining", text) }
    }

    pub(crate) fn too_costly(expected: u64, found: u64) -> Self {
        let text = format!("cost units: expected at most {expected}, found {found}");
        denied("cost-exceeded", &text)
    }

    pub(crate) fn too_large(expected: u64, found: u64) -> Self {
        let text = format!("memory in mebibytes: expected at most {expected}, found {found}");
        denied("memory-exceeded", &text)
    }

    pub(crate) fn deadline() -> Self {
        denied("deadline", "job: expected to end within its time, found that it did not")
    }

    pub(crate) fn stopped() -> Self {
        denied("cancelled", "job: expected to run to its end, found it cancelled")
    }

    pub(crate) fn slow_reader() -> Self {
        denied("slow-reader", "reader: expected to take a frame in time, found that it did not")
    }

    pub(crate) fn bad_header(name: &str) -> Self {
        denied("header-malformed", &format!("header {name}: expected another form, found this one"))
    }

    pub(crate) fn slow_body() -> Self {
        denied("slow-body", "request: expected its body in time, found that it did not come")
    }

    pub(crate) fn too_long_body(expected: usize) -> Self {
        let text = format!("request bytes: expected at most {expected}, found more");
        denied("limit-exceeded", &text)
    }

    pub(crate) fn failed() -> Self {
        denied("model-failed", "model: expected it to run, found that it failed")
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self.refusal.code.as_str() {
            "unauthenticated" => StatusCode::UNAUTHORIZED,
            "forbidden" => StatusCode::FORBIDDEN,
            "over-budget" | "busy" => StatusCode::TOO_MANY_REQUESTS,
            "draining" => StatusCode::SERVICE_UNAVAILABLE,
            "deadline" => StatusCode::GATEWAY_TIMEOUT,
            "slow-body" | "slow-reader" => StatusCode::REQUEST_TIMEOUT,
            "cancelled" => StatusCode::CONFLICT,
            "model-failed" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// The status of gRPC.
    pub fn grpc_code(&self) -> Code {
        match self.status() {
            StatusCode::UNAUTHORIZED => Code::Unauthenticated,
            StatusCode::FORBIDDEN => Code::PermissionDenied,
            StatusCode::TOO_MANY_REQUESTS => Code::ResourceExhausted,
            StatusCode::SERVICE_UNAVAILABLE => Code::Unavailable,
            StatusCode::GATEWAY_TIMEOUT | StatusCode::REQUEST_TIMEOUT => Code::DeadlineExceeded,
            StatusCode::CONFLICT => Code::Aborted,
            StatusCode::INTERNAL_SERVER_ERROR => Code::Internal,
            _ => Code::InvalidArgument,
        }
    }

    /// Whole seconds for the header `retry-after`, at least one.
    pub(crate) fn retry_after_seconds(&self) -> Option<u64> {
        self.retry_after.map(|wait| wait.as_secs_f64().ceil().max(1.0) as u64)
    }
}

fn denied(code: &str, detail: &str) -> Denied {
    Refusal { code: code.to_owned(), detail: detail.to_owned() }.into()
}

/// How long a restart may take.
const DRAIN_RETRY: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_no_has_its_status() {
        let check = |denied: Denied, status: u16, code: Code| {
            assert_eq!((denied.status().as_u16(), denied.grpc_code()), (status, code));
        };
        let wait = Duration::from_millis(1500);
        check(Denied::unauthenticated(), 401, Code::Unauthenticated);
        check(Denied::forbidden("generate"), 403, Code::PermissionDenied);
        check(Denied::over_budget(wait), 429, Code::ResourceExhausted);
        check(Denied::busy(wait), 429, Code::ResourceExhausted);
        check(Denied::draining(), 503, Code::Unavailable);
        check(Denied::deadline(), 504, Code::DeadlineExceeded);
        check(Denied::too_costly(1, 2), 422, Code::InvalidArgument);
        check(Denied::too_large(1, 2), 422, Code::InvalidArgument);
        check(Denied::failed(), 500, Code::Internal);
        assert_eq!(Denied::busy(wait).retry_after_seconds(), Some(2));
        assert_eq!(Denied::failed().retry_after_seconds(), None);
    }
}
