//! The service `obclip.v1.ObClip`: tonic's framing and status around our own bytes.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::{Buf, BufMut, Bytes};
use http::HeaderMap;
use obclip_protocol::{Capabilities, JobKey, MAX_REQUEST_BYTES, Refusal};
use tokio::sync::mpsc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::MetadataValue;
use tonic::{Request, Response, Status};
use zeroize::Zeroizing;

use crate::connection::Breaker;
use crate::delivery::{self, Gone, Item};
use crate::denied::Denied;
use crate::front::{Front, Submission};
use crate::metadata;
use crate::tokens::Owner;

/// Messages as bytes: the protocol crate is the only one that reads and writes them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BytesCodec;

impl Codec for BytesCodec {
    type Encode = Bytes;
    type Decode = Zeroizing<Vec<u8>>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for BytesCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for BytesCodec {
    type Item = Zeroizing<Vec<u8>>;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Self::Item>, Status> {
        let mut message = Zeroizing::new(vec![0; buffer.remaining()]);
        buffer.copy_to_slice(&mut message);
        Ok(Some(message))
    }
}

/// One call of a method, with what its head said.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) front: Arc<Front>,
    pub(crate) owner: Owner,
    pub(crate) breaker: Breaker,
}

type Message = Zeroizing<Vec<u8>>;
type Answer<T> = Pin<Box<dyn Future<Output = Result<Response<T>, Status>> + Send>>;

/// A gRPC server for one call. Requests above the protocol's limit are refused while they are read.
pub(crate) fn server() -> tonic::server::Grpc<BytesCodec> {
    tonic::server::Grpc::new(BytesCodec).max_decoding_message_size(MAX_REQUEST_BYTES)
}

/// `Generate`: a stream of events.
pub(crate) struct Generate(pub(crate) Call);

impl tower_service::Service<Request<Message>> for Generate {
    type Response = Response<Events>;
    type Error = Status;
    type Future = Answer<Events>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Message>) -> Self::Future {
        let call = self.0.clone();
        Box::pin(async move {
            let headers = request.metadata().clone().into_headers();
            let events = generate(&call, &headers, request.get_ref());
            events.map(Response::new).map_err(|denied| status(&denied))
        })
    }
}

fn generate(call: &Call, headers: &HeaderMap, request: &[u8]) -> Result<Events, Denied> {
    let submission = Submission {
        request,
        owner: call.owner,
        key: metadata::job_key(headers)?,
        patience: metadata::grpc_timeout(headers)?,
    };
    let ticket = call.front.submit(&submission, Instant::now())?;
    let (sender, inbox) = mpsc::channel(EVENTS_AHEAD);
    let is_complete = Arc::new(AtomicBool::new(false));
    let patience = Duration::from_secs(call.front.config.connections.send_seconds);
    let delivery = delivery::deliver(ticket, sender, patience, Arc::clone(&is_complete));
    let (breaker, front) = (call.breaker.clone(), Arc::clone(&call.front));
    tokio::spawn(async move {
        if delivery.await == Err(Gone::Slow) {
            // Its frames would stay in our buffers for as long as it likes.
            front.metrics.refused(&Denied::slow_reader().refusal.code);
            breaker.cut();
        }
    });
    Ok(Events { inbox, is_complete, is_over: false })
}

/// The stream of one job. It ends well only after the last frame.
pub(crate) struct Events {
    inbox: mpsc::Receiver<Item>,
    is_complete: Arc<AtomicBool>,
    is_over: bool,
}

impl tokio_stream::Stream for Events {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let item = match std::task::ready!(self.inbox.poll_recv(context)) {
            Some(Ok(bytes)) => return Poll::Ready(Some(Ok(bytes))),
            Some(Err(denied)) => Some(Err(status(&denied))),
            None if self.is_complete.load(Ordering::Acquire) => None,
            None => Some(Err(status(&Denied::stopped()))),
        };
        self.is_over = true;
        Poll::Ready(item)
    }
}

/// `Capabilities` and `Cancel`: one message each way.
pub(crate) enum Unary {
    Capabilities(Call),
    Cancel(Call),
}

impl tower_service::Service<Request<Message>> for Unary {
    type Response = Response<Bytes>;
    type Error = Status;
    type Future = Answer<Bytes>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Message>) -> Self::Future {
        let answer = match self {
            Self::Capabilities(call) => capabilities(&call.front, request.get_ref()),
            Self::Cancel(call) => cancel(&call.front, call.owner, request.get_ref()),
        };
        let answer = answer.map(Response::new).map_err(|denied| status(&denied));
        Box::pin(std::future::ready(answer))
    }
}

/// What is served here.
pub(crate) fn capabilities(front: &Front, request: &[u8]) -> Result<Bytes, Denied> {
    Capabilities::check_request(request).map_err(|error| Refusal::from(&error))?;
    Ok(front.capabilities().encode().into())
}

/// Stops a job.
pub(crate) fn cancel(front: &Front, owner: Owner, request: &[u8]) -> Result<Bytes, Denied> {
    let key = JobKey::decode_cancel(request).map_err(|error| Refusal::from(&error))?;
    Ok(JobKey::encode_cancelled(front.cancel(owner, key)).into())
}

/// A refusal as a gRPC status; the refusal itself travels as binary metadata.
pub(crate) fn status(denied: &Denied) -> Status {
    let mut status = Status::new(denied.grpc_code(), denied.refusal.detail.clone());
    let bytes = MetadataValue::from_bytes(&denied.refusal.encode());
    status.metadata_mut().insert_bin("obclip-refusal-bin", bytes);
    if let Some(seconds) = denied.retry_after_seconds() {
        status.metadata_mut().insert("retry-after", seconds.into());
    }
    status
}

/// Events that may wait for the reader before it counts as slow.
const EVENTS_AHEAD: usize = 4;
