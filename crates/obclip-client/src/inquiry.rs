//! Asking a cloud what it serves. For people and `doctor`: never before, during or because of a job.

use std::time::{Duration, SystemTime};

use obclip_protocol::{Capabilities, MAX_REQUEST_BYTES, Refusal};

use crate::connection::{Arrived, ConnectError, Connection, Target};
use crate::exchange::{End, RequestHead};
use crate::grpc_frames::{self, GrpcFrames};

/// Why a cloud did not say what it serves.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InquiryError {
    /// No connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// It said no.
    #[error("cloud refused ({}): {}", .0.code, .0.detail)]
    Refused(Refusal),
    /// It said something else.
    #[error("cloud: expected its capabilities, found something else")]
    Malformed,
    /// It said nothing.
    #[error("cloud: expected an answer within {0:?}, found none")]
    Timeout(Duration),
}

/// What a cloud said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What it serves.
    pub capabilities: Capabilities,
    /// What time it is there.
    pub clock: Option<SystemTime>,
}

/// Asks and waits.
pub fn capabilities(target: &Target, timeout: Duration) -> Result<Answer, InquiryError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| ConnectError::Tcp(error.kind()))?;
    runtime.block_on(async {
        tokio::time::timeout(timeout, ask(target))
            .await
            .map_err(|_| InquiryError::Timeout(timeout))?
    })
}

async fn ask(target: &Target) -> Result<Answer, InquiryError> {
    let head = RequestHead {
        path: "/obclip.v1.ObClip/Capabilities",
        headers: vec![
            ("content-type", "application/grpc".to_owned()),
            ("te", "trailers".to_owned()),
        ],
    };
    let body = grpc_frames::frame(&Capabilities::request());
    let mut connection = Connection::open(target, &head, body).await?;
    let mut frames = GrpcFrames::new(MAX_REQUEST_BYTES);
    let end = loop {
        match connection.next().await {
            Arrived::Nothing => {}
            Arrived::Data(bytes) => frames.push(&bytes),
            Arrived::Ended(end) => break end,
            Arrived::Broken => return Err(ConnectError::Http.into()),
        }
    };
    let clock = connection.clock();
    connection.close().await;
    read(end, frames).map(|capabilities| Answer { capabilities, clock })
}

fn read(end: End, mut frames: GrpcFrames) -> Result<Capabilities, InquiryError> {
    if end.grpc_status != Some(0) {
        let refusal = end.refusal.as_deref().and_then(|bytes| Refusal::decode(bytes).ok());
        return Err(refusal.map_or(InquiryError::Malformed, InquiryError::Refused));
    }
    let message = frames.next_message().ok().flatten().ok_or(InquiryError::Malformed)?;
    Capabilities::decode(&message).map_err(|_| InquiryError::Malformed)
}
