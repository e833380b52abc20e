//! What the head of a request says beside the request.

use std::time::Duration;

use http::HeaderMap;
use obclip_protocol::JobKey;

use crate::denied::Denied;

/// The header `authorization`.
pub(crate) fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok())
}

/// The header `idempotency-key`, if there is one.
pub(crate) fn job_key(headers: &HeaderMap) -> Result<Option<JobKey>, Denied> {
    let wrong = || Denied::bad_header("idempotency-key");
    headers
        .get("idempotency-key")
        .map(|value| {
            let text = value.to_str().map_err(|_| wrong())?;
            JobKey::from_header(text).map_err(|_| wrong())
        })
        .transpose()
}

/// The header `grpc-timeout`: at most eight digits and a unit.
pub(crate) fn grpc_timeout(headers: &HeaderMap) -> Result<Option<Duration>, Denied> {
    let Some(value) = headers.get("grpc-timeout") else { return Ok(None) };
    let timeout = value.to_str().ok().and_then(parse_timeout);
    timeout.map(Some).ok_or_else(|| Denied::bad_header("grpc-timeout"))
}

/// How long a simple client will wait: `wait=SECONDS` in a header `prefer` (RFC 7240 §4.3). Other preferences mean
/// nothing here.
pub(crate) fn wait(headers: &HeaderMap) -> Result<Option<Duration>, Denied> {
    for value in headers.get_all("prefer") {
        let text = value.to_str().map_err(|_| Denied::bad_header("prefer"))?;
        for preference in text.split(',') {
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            if name.trim().eq_ignore_ascii_case("wait") {
                return parse_wait(value.trim()).map(Some).ok_or(Denied::bad_header("prefer"));
            }
        }
    }
    Ok(None)
}

fn parse_wait(digits: &str) -> Option<Duration> {
    let is_number = (1..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok().map(Duration::from_secs)).flatten()
}

fn parse_timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let amount: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(amount * 3600)),
        "M" => Some(Duration::from_secs(amount * 60)),
        "S" => Some(Duration::from_secs(amount)),
        "m" => Some(Duration::from_millis(amount)),
        "u" => Some(Duration::from_micros(amount)),
        "n" => Some(Duration::from_nanos(amount)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_parse_or_are_refused() {
        assert_eq!(parse_timeout("300S"), Some(Duration::from_secs(300)));
        assert_eq!(parse_timeout("99999999H"), Some(Duration::from_secs(99_999_999 * 3600)));
        assert_eq!(parse_timeout("5m"), Some(Duration::from_millis(5)));
        assert_eq!(parse_wait("30"), Some(Duration::from_secs(30)));
        for wrong in ["", "-1", "1.5", "999999999", "5s", "\"5\""] {
            assert_eq!(parse_wait(wrong), None, "{wrong}");
        }
        for wrong in ["", "S", "5", "5s", "-5S", "1.5S", "999999999S", "5é", " 5S"] {
            assert_eq!(parse_timeout(wrong), None, "{wrong}");
        }
    }
}
