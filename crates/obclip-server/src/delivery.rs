//! From a ticket to the events of its stream: progress as it comes, then all frames, to a reader with patience limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use obclip_protocol::{Event, Frame, Refusal, Reply};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::SendTimeoutError;

use crate::control::Stop;
use crate::denied::Denied;
use crate::front::Ticket;

/// The bytes of events, or the reason why there will be no more.
pub(crate) type Item = Result<Bytes, Denied>;

/// Sends the events of `ticket` into `reader` until all are sent, the job ends, its time is over, or the reader leaves
/// or is too slow. `is_complete` is set when the last frame is in.
pub(crate) async fn deliver(
    mut ticket: Ticket,
    reader: mpsc::Sender<Item>,
    patience: Duration,
    is_complete: Arc<AtomicBool>,
) -> Result<(), Gone> {
    let send = async |item: Item| match reader.send_timeout(item, patience).await {
        Ok(()) => Ok(()),
        Err(SendTimeoutError::Timeout(_)) => Err(Gone::Slow),
        Err(SendTimeoutError::Closed(_)) => Err(Gone::Left),
    };
    let accepted = Event::Accepted(ticket.accepted.clone());
    send(Ok(accepted.encode().into())).await?;
    let reply = loop {
        tokio::select! {
            biased;
            reply = &mut ticket.done => break reply,
            () = reader.closed() => return Err(Gone::Left),
            () = until(ticket.deadline) => {
                ticket.control.stop(Stop::Deadline);
                break Ok(Err(Denied::deadline().refusal));
            }
            Ok(()) = ticket.progress.changed() => {
                let progress = *ticket.progress.borrow_and_update();
                send(Ok(Event::Progress(progress).encode().into())).await?;
            }
        }
    };
    // A worker that went away without a word has failed.
    match reply.unwrap_or_else(|_| Err(Denied::failed().refusal)) {
        Ok(reply) => {
            for (member_idx, latent) in reply.latents.into_iter().enumerate() {
                let frame = Event::Frame(Frame { member_idx: member_idx as u32, latent });
                send(Ok(frame.encode().into())).await?;
            }
            is_complete.store(true, Ordering::Release);
            Ok(())
        }
        Err(refusal) => send(Err(refusal.into())).await,
    }
}

/// Waits for the reply as a whole, for clients without streams.
pub(crate) async fn whole(mut ticket: Ticket) -> Result<Reply, Denied> {
    let deadline = ticket.deadline;
    tokio::select! {
        biased;
        reply = &mut ticket.done => {
            let lost = |_| -> Result<Reply, Refusal> { Err(Denied::failed().refusal) };
            reply.unwrap_or_else(lost).map_err(Denied::from)
        }
        () = until(deadline) => {
            ticket.control.stop(Stop::Deadline);
            Err(Denied::deadline())
        }
    }
}

/// Why a reader gets nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gone {
    /// It closed its stream.
    Left,
    /// It let a frame wait too long.
    Slow,
}

async fn until(deadline: Instant) {
    tokio::time::sleep_until(deadline.into()).await;
}
