//! One table of routes: gRPC, the same messages over plain HTTP, and what operators ask.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use obclip_protocol::{MAX_REQUEST_BYTES, encode_reply};
use zeroize::Zeroizing;

use crate::connection::Breaker;
use crate::delivery;
use crate::denied::Denied;
use crate::front::{Front, Submission};
use crate::grpc::{self, Call, Generate, Unary};
use crate::metadata;
use crate::tokens::{Owner, Scope};

/// All routes of the server.
pub(crate) fn router(front: Arc<Front>) -> Router {
    Router::new()
        .route("/obclip.v1.ObClip/Generate", post(grpc_generate))
        .route("/obclip.v1.ObClip/Capabilities", post(grpc_capabilities))
        .route("/obclip.v1.ObClip/Cancel", post(grpc_cancel))
        .route("/v1/generate", post(post_generate))
        .route("/v1/capabilities", post(post_capabilities))
        .route("/v1/cancel", post(post_cancel))
        .route("/healthz", get(|| std::future::ready("ok\n")))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(front)
}

type Shared = State<Arc<Front>>;

async fn grpc_generate(
    State(front): Shared,
    Extension(breaker): Extension<Breaker>,
    request: Request<Body>,
) -> Response {
    match caller(front, breaker, request.headers()) {
        Ok(call) => grpc::server().server_streaming(Generate(call), request).await.map(Body::new),
        Err(denied) => grpc::status(&denied).into_http::<Body>(),
    }
}

async fn grpc_capabilities(
    State(front): Shared,
    Extension(breaker): Extension<Breaker>,
    request: Request<Body>,
) -> Response {
    grpc_unary(caller(front, breaker, request.headers()).map(Unary::Capabilities), request).await
}

async fn grpc_cancel(
    State(front): Shared,
    Extension(breaker): Extension<Breaker>,
    request: Request<Body>,
) -> Response {
    grpc_unary(caller(front, breaker, request.headers()).map(Unary::Cancel), request).await
}

async fn grpc_unary(method: Result<Unary, Denied>, request: Request<Body>) -> Response {
    match method {
        Ok(method) => grpc::server().unary(method, request).await.map(Body::new),
        Err(denied) => grpc::status(&denied).into_http::<Body>(),
    }
}

fn caller(front: Arc<Front>, breaker: Breaker, headers: &HeaderMap) -> Result<Call, Denied> {
    let owner = identify(&front, headers, Scope::Generate)?;
    Ok(Call { front, owner, breaker })
}

fn identify(front: &Front, headers: &HeaderMap, scope: Scope) -> Result<Owner, Denied> {
    let owner = front.tokens.identify(metadata::authorization(headers), scope);
    if let Err(denied) = &owner {
        front.metrics.refused(&denied.refusal.code);
    }
    owner
}

async fn post_generate(State(front): Shared, request: Request<Body>) -> Result<Response, Denied> {
    let owner = identify(&front, request.headers(), Scope::Generate)?;
    let key = metadata::job_key(request.headers())?;
    let patience = metadata::wait(request.headers())?;
    let body = read(&front, request).await?;
    let submission = Submission { request: &body, owner, key, patience };
    let ticket = front.submit(&submission, Instant::now())?;
    drop(body);
    let reply = delivery::whole(ticket).await?;
    Ok(protobuf(encode_reply(&reply).into()))
}

async fn post_capabilities(
    State(front): Shared,
    request: Request<Body>,
) -> Result<Response, Denied> {
    identify(&front, request.headers(), Scope::Generate)?;
    let body = read(&front, request).await?;
    grpc::capabilities(&front, &body).map(protobuf)
}

async fn post_cancel(State(front): Shared, request: Request<Body>) -> Result<Response, Denied> {
    let owner = identify(&front, request.headers(), Scope::Generate)?;
    let body = read(&front, request).await?;
    grpc::cancel(&front, owner, &body).map(protobuf)
}

/// The body, whole, within its limits of time and size. Wiped when dropped.
async fn read(front: &Front, request: Request<Body>) -> Result<Zeroizing<Vec<u8>>, Denied> {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    if content_type.is_none_or(|value| value != PROTOBUF) {
        return Err(Denied::bad_header("content-type"));
    }
    let patience = Duration::from_secs(front.config.connections.receive_seconds);
    let body = Limited::new(request.into_body(), MAX_REQUEST_BYTES).collect();
    let body = tokio::time::timeout(patience, body).await.map_err(|_| Denied::slow_body())?;
    let body = body.map_err(|_| Denied::too_long_body(MAX_REQUEST_BYTES))?;
    Ok(Zeroizing::new(body.to_bytes().to_vec()))
}

async fn readyz(State(front): Shared) -> Response {
    match front.is_draining() {
        false => "ready\n".into_response(),
        true => (StatusCode::SERVICE_UNAVAILABLE, "draining\n").into_response(),
    }
}

async fn metrics(State(front): Shared, headers: HeaderMap) -> Result<Response, Denied> {
    identify(&front, &headers, Scope::Metrics)?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], front.metrics.text()).into_response())
}

fn protobuf(bytes: Bytes) -> Response {
    ([(header::CONTENT_TYPE, PROTOBUF)], bytes).into_response()
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        let mut response = (self.status(), protobuf(self.refusal.encode().into())).into_response();
        if let Some(seconds) = self.retry_after_seconds() {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

const PROTOBUF: &str = "application/x-protobuf";
