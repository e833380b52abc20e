//! One connection for one try: TCP or SOCKS, TLS, HTTP/2, one request. Never reused, never resumed.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_socks::tcp::Socks5Stream;

use crate::address::{Address, Proxy};
use crate::exchange::{End, RequestHead};
use crate::refusal_header;
use crate::trust::{PIN_MISMATCH, Trust, Verifier};

/// How to reach a cloud, fixed before the prompt is read.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where it is.
    pub address: Address,
    /// By which way.
    pub proxy: Option<Proxy>,
    /// How it proves who it is.
    pub trust: Trust,
    /// The bearer token, if it asks for one.
    pub token: Option<Token>,
}

/// A bearer token. Printed nowhere, wiped when dropped.
pub type Token = obclip_protocol::Redacted<String>;

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// Nobody listens there.
    #[error("connection: expected the cloud to accept it, found that it did not ({0})")]
    Tcp(std::io::ErrorKind),
    /// The proxy did not connect.
    #[error("proxy: expected a connection to the cloud, found none")]
    Proxy,
    /// TLS failed.
    #[error("tls: expected a handshake, found an error")]
    Tls,
    /// The cloud is not the one of the first use.
    #[error(
        "certificate: expected the pinned one, found another; if the provider changed it on purpose, remove its line \
         from the file of known clouds"
    )]
    PinMismatch,
    /// The pins cannot be read or written.
    #[error("file of known clouds: expected to read and write it, found: {0}")]
    Pins(std::io::ErrorKind),
    /// HTTP/2 failed.
    #[error("http/2: expected an answer, found that the connection broke")]
    Http,
}

/// An open connection with its one request on the way.
pub(crate) struct Connection {
    answer: Answer,
    end: End,
    clock: Option<SystemTime>,
    // Dropping it would close the connection; `close` does so in order.
    sender: SendRequest<Full<Bytes>>,
    driver: JoinHandle<()>,
}

enum Answer {
    Head(std::pin::Pin<Box<dyn Future<Output = hyper::Result<http::Response<Incoming>>> + Send>>),
    Body(Incoming),
}

/// The next thing that came.
pub(crate) enum Arrived {
    Nothing,
    Data(Bytes),
    Ended(End),
    Broken,
}

impl Connection {
    /// Connects and sends the request.
    pub(crate) async fn open(
        target: &Target,
        head: &RequestHead,
        body: Vec<u8>,
    ) -> Result<Self, ConnectError> {
        let tcp = connect(target).await?;
        let (mut sender, driver) = match target.address.tls {
            true => handshake(TokioIo::new(secure(target, tcp).await?)).await?,
            false => handshake(TokioIo::new(tcp)).await?,
        };
        let request = request(target, head, body)?;
        let answer = Answer::Head(Box::pin(sender.send_request(request)));
        let end = End { grpc_status: None, refusal: None };
        Ok(Self { answer, end, clock: None, sender, driver })
    }

    /// Waits for the next thing. Nothing is lost if the wait is given up.
    pub(crate) async fn next(&mut self) -> Arrived {
        match &mut self.answer {
            Answer::Head(response) => match response.await {
                Ok(response) => {
                    self.read_end(response.headers());
                    self.clock = read_clock(response.headers());
                    self.answer = Answer::Body(response.into_body());
                    Arrived::Nothing
                }
                Err(_) => Arrived::Broken,
            },
            Answer::Body(body) => match body.frame().await {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => Arrived::Data(data),
                    Err(frame) => {
                        if let Some(trailers) = frame.trailers_ref() {
                            self.read_end(&trailers.clone());
                        }
                        Arrived::Nothing
                    }
                },
                Some(Err(_)) => Arrived::Broken,
                None => Arrived::Ended(self.end.clone()),
            },
        }
    }

    fn read_end(&mut self, headers: &http::HeaderMap) {
        if let Some(status) = headers.get("grpc-status") {
            self.end.grpc_status = status.to_str().ok().and_then(|text| text.parse().ok());
            self.end.refusal = headers.get(refusal_header::NAME).and_then(refusal_header::decode);
        }
    }

    /// What time it is for the cloud, if it said so.
    pub(crate) fn clock(&self) -> Option<SystemTime> {
        self.clock
    }

    /// Says goodbye and waits, a little, until it is said.
    pub(crate) async fn close(self) {
        let Self { answer, sender, mut driver, .. } = self;
        drop(answer);
        drop(sender);
        if tokio::time::timeout(GOODBYE, &mut driver).await.is_err() {
            driver.abort();
        }
    }
}

fn read_clock(headers: &http::HeaderMap) -> Option<SystemTime> {
    let date = headers.get(http::header::DATE)?.to_str().ok()?;
    httpdate::parse_http_date(date).ok()
}

async fn connect(target: &Target) -> Result<TcpStream, ConnectError> {
    let Address { host, port, .. } = &target.address;
    let tcp = match &target.proxy {
        None => TcpStream::connect((host.as_str(), *port))
            .await
            .map_err(|error| ConnectError::Tcp(error.kind()))?,
        // The name goes to the proxy as it is: it is resolved there, not here.
        Some(proxy) => {
            Socks5Stream::connect((proxy.host.as_str(), proxy.port), (host.as_str(), *port))
                .await
                .map_err(|_| ConnectError::Proxy)?
                .into_inner()
        }
    };
    tcp.set_nodelay(true).map_err(|error| ConnectError::Tcp(error.kind()))?;
    Ok(tcp)
}

async fn secure(
    target: &Target,
    tcp: TcpStream,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, ConnectError> {
    let authority = target.address.authority();
    let pins = |error: std::io::Error| ConnectError::Pins(error.kind());
    let verifier = Verifier::new(&target.trust, &authority).map_err(pins)?;
    let config = verifier.config().map_err(|_| ConnectError::Tls)?;
    let name = ServerName::try_from(target.address.host.clone()).map_err(|_| ConnectError::Tls)?;
    let connector = TlsConnector::from(Arc::new(config));
    let stream = connector.connect(name, tcp).await.map_err(|error| tls_error(&error))?;
    // Pinned before the first byte of a request: a cloud that cannot be remembered is not used.
    if let (Trust::FirstUse(file), Some(seen)) = (&target.trust, verifier.first_seen()) {
        file.add(&authority, seen).map_err(pins)?;
    }
    Ok(stream)
}

fn tls_error(error: &std::io::Error) -> ConnectError {
    match error.to_string().contains(PIN_MISMATCH) {
        true => ConnectError::PinMismatch,
        false => ConnectError::Tls,
    }
}

async fn handshake<I>(io: I) -> Result<(SendRequest<Full<Bytes>>, JoinHandle<()>), ConnectError>
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let (sender, connection) = Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(KEEP_ALIVE))
        .keep_alive_timeout(KEEP_ALIVE)
        .initial_stream_window_size(WINDOW_BYTES)
        .initial_connection_window_size(WINDOW_BYTES)
        .handshake(io)
        .await
        .map_err(|_| ConnectError::Http)?;
    // An error of the connection is seen by the answer, too.
    let driver = tokio::spawn(async move { drop(connection.await) });
    Ok((sender, driver))
}

fn request(
    target: &Target,
    head: &RequestHead,
    body: Vec<u8>,
) -> Result<http::Request<Full<Bytes>>, ConnectError> {
    let mut request = http::Request::post(format!("{}{}", target.address, head.path));
    for (name, value) in &head.headers {
        request = request.header(*name, value);
    }
    if let Some(token) = &target.token {
        let mut value = http::HeaderValue::try_from(format!("Bearer {}", token.reveal()))
            .map_err(|_| ConnectError::Http)?;
        value.set_sensitive(true);
        request = request.header(http::header::AUTHORIZATION, value);
    }
    request.body(Full::new(Bytes::from(body))).map_err(|_| ConnectError::Http)
}

/// A dead machine is noticed after two of these.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
const GOODBYE: Duration = Duration::from_secs(2);
/// All latents of a usual reply without waiting for the other side to read.
const WINDOW_BYTES: u32 = 4 << 20;
