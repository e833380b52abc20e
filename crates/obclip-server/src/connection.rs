//! Sockets: accept, TLS, HTTP/1 and 2, limits of number and time, and the end of all of it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};
use tokio_rustls::TlsAcceptor;

use crate::config::Connections;
use crate::front::Front;
use crate::routes;

/// Cuts the connection of a call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Breaker(Arc<Notify>);

impl Breaker {
    pub(crate) fn cut(&self) {
        self.0.notify_one();
    }
}

/// Accepts connections until `shutdown` says so, then lets those in flight finish for as long as the configuration
/// allows. New jobs are refused from the moment of `shutdown`.
pub async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    front: Arc<Front>,
    shutdown: impl Future<Output = ()>,
) {
    let router = routes::router(Arc::clone(&front));
    let connections = Arc::new(Semaphore::new(front.config.connections.max));
    let graceful = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => break,
        };
        let Ok((tcp, _)) = accepted else {
            // Out of file descriptors: wait for some to come back.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // Above the limit the socket is closed at once.
        let Ok(permit) = Arc::clone(&connections).try_acquire_owned() else { continue };
        let (tls, router, front) = (tls.clone(), router.clone(), Arc::clone(&front));
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            front.metrics.connected();
            handle(tcp, tls, router, &front.config.connections, watcher).await;
            front.metrics.disconnected();
            drop(permit);
        });
    }
    drop(listener);
    front.drain();
    tracing::info!(open_jobs = front.n_open(), "draining");
    drain(&front, graceful).await;
}

/// Jobs in flight keep their connections; idle connections close at once.
async fn drain(front: &Front, graceful: GracefulShutdown) {
    let limit = Duration::from_secs(front.config.connections.drain_seconds);
    let finished = tokio::time::timeout(limit, graceful.shutdown()).await;
    if finished.is_err() {
        tracing::warn!(open_jobs = front.n_open(), "drained only in part: its time is over");
    }
    front.close();
}

async fn handle(
    tcp: TcpStream,
    tls: Option<TlsAcceptor>,
    router: Router,
    config: &Connections,
    watcher: Watcher,
) {
    let patience = Duration::from_secs(config.receive_seconds);
    if tcp.set_nodelay(true).is_err() {
        return;
    }
    match tls {
        None => speak(TokioIo::new(tcp), router, patience, watcher).await,
        Some(tls) => {
            // A handshake that fails or does not come is no event: scanners do that all day.
            if let Ok(Ok(stream)) = tokio::time::timeout(patience, tls.accept(tcp)).await {
                speak(TokioIo::new(stream), router, patience, watcher).await;
            }
        }
    }
}

async fn speak<I>(io: I, router: Router, patience: Duration, watcher: Watcher)
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let breaker = Breaker::default();
    let service = TowerToHyperService::new(router.layer(Extension(breaker.clone())));
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(HEAD_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(patience))
        .keep_alive_timeout(patience)
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD_BYTES as u32)
        .max_send_buf_size(SEND_BYTES);
    let connection = builder.serve_connection(io, service);
    tokio::select! {
        // An error is the client's: it broke off, or did not speak HTTP.
        _ = watcher.watch(connection.into_owned()) => {}
        () = breaker.0.notified() => {}
    }
}

const HEAD_BYTES: usize = 16 * 1024;
/// Calls at once on one connection.
const STREAMS: u32 = 16;
/// Of one stream, before the reader's pace is ours.
const SEND_BYTES: usize = 64 * 1024;
