//! The same messages as plain HTTP/1.1, spoken by hand, and what operators ask.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::ControlFlow;
use std::time::Duration;

use obclip_protocol::{Capabilities, JobKey, Refusal};
use obclip_server::Tokens;

use crate::world::{self, Real, Server, Sleeper};

/// Head and body of the answer to one request on a connection of its own.
fn exchange(address: SocketAddr, head: &str, body: &[u8]) -> (String, Vec<u8>) {
    let mut tcp = TcpStream::connect(address).expect("a connection");
    tcp.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    let length = body.len();
    let head =
        format!("{head}\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    tcp.write_all(head.as_bytes()).expect("sent");
    // A server that refuses by the head may close before it has read the body.
    let _ = tcp.write_all(body);
    let mut answer = Vec::new();
    let _ = tcp.read_to_end(&mut answer);
    let at = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let body = answer.split_off(at + 4);
    (String::from_utf8(answer).expect("text").to_lowercase(), body)
}

fn post(path: &str) -> String {
    format!("POST {path} HTTP/1.1\r\ncontent-type: application/x-protobuf")
}

fn get(address: SocketAddr, path: &str) -> (String, String) {
    let (head, body) = exchange(address, &format!("GET {path} HTTP/1.1"), &[]);
    (head, String::from_utf8(body).expect("text"))
}

#[test]
fn a_post_gets_the_same_reply() {
    let server = Server::start(world::config(), Real, Tokens::open());
    let request = world::request(1);
    let (head, body) = exchange(server.address, &post("/v1/generate"), &request);
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("content-type: application/x-protobuf"), "{head}");
    let expected = world::cloud().answer(&request, &mut |_| ControlFlow::Continue(()));
    assert_eq!(body, expected.expect("a reply"));

    let (_, body) = exchange(server.address, &post("/v1/capabilities"), &Capabilities::request());
    assert!(Capabilities::decode(&body).is_ok());
    let cancel = JobKey([1; 16]).cancel_request();
    let (_, body) = exchange(server.address, &post("/v1/cancel"), &cancel);
    assert_eq!(body, JobKey::encode_cancelled(false));
}

#[test]
fn every_refusal_has_its_status_and_its_message() {
    let server = Server::start(world::config(), Sleeper::new(0), Tokens::open());
    let check = |head: &str, body: &[u8], status: u16, code: &str| {
        let (head, body) = exchange(server.address, head, body);
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{head}");
        assert_eq!(Refusal::decode(&body).expect("a refusal").code, code);
        head
    };
    let generate = post("/v1/generate");
    check(&generate, b"", 422, "protocol-version");
    check(&generate, &[0xff; 100], 422, "message-malformed");
    check(&generate, &vec![0; 40_000], 422, "limit-exceeded");
    let mut longer = world::request(1);
    longer.push(0);
    check(&generate, &longer, 422, "message-malformed");
    check("POST /v1/generate HTTP/1.1", &world::request(1), 422, "header-malformed");
    let bad_key = format!("{generate}\r\nidempotency-key: 123");
    check(&bad_key, &world::request(1), 422, "header-malformed");
    server.front.drain();
    let head = check(&generate, &world::request(1), 503, "draining");
    assert!(head.contains("retry-after: 30"), "{head}");
}

#[test]
fn operators_see_health_readiness_and_figures() {
    let server = Server::start(world::config(), Sleeper::new(1), Tokens::open());
    assert_eq!(get(server.address, "/healthz").1, "ok\n");
    assert_eq!(get(server.address, "/readyz").1, "ready\n");
    exchange(server.address, &post("/v1/generate"), &world::request(3));
    exchange(server.address, &post("/v1/generate"), &[0xff; 9]);
    let (head, text) = get(server.address, "/metrics");
    assert!(head.contains("openmetrics"), "{head}");
    for line in [
        "obclip_queue_jobs 0",
        "obclip_jobs_total{outcome=\"done\"} 1",
        "obclip_refusals_total{code=\"message-malformed\"} 1",
        "obclip_step_seconds_count 3",
        // One unconditional row serves all in the first step: 7 + 12 + 12 rows of 4 units.
        "obclip_cost_units_total 124",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    server.front.drain();
    assert!(get(server.address, "/readyz").0.starts_with("http/1.1 503"));
}

#[test]
fn figures_need_a_token_where_there_are_tokens() {
    let (token, file) = obclip_server::make_token("test", 1, [5; 32]);
    let file = file.replace("generate", "metrics");
    let tokens = Tokens::parse(&file, std::time::Instant::now()).expect("our own file");
    let server = Server::start(world::config(), Sleeper::new(0), tokens);
    assert!(get(server.address, "/metrics").0.starts_with("http/1.1 401"));
    assert!(get(server.address, "/healthz").0.starts_with("http/1.1 200"));
    let head = format!("GET /metrics HTTP/1.1\r\nauthorization: Bearer {}", *token);
    assert!(exchange(server.address, &head, &[]).0.starts_with("http/1.1 200"));
    let generate = format!("{}\r\nauthorization: Bearer {}", post("/v1/generate"), *token);
    assert!(exchange(server.address, &generate, &world::request(1)).0.starts_with("http/1.1 403"));
}

/// A simple client says how long it will wait as RFC 7240 does; the job ends with its patience.
#[test]
fn a_post_has_the_clients_deadline() {
    let engine = Sleeper::new(100);
    let server = Server::start(world::config(), engine.clone(), Tokens::open());
    let wait = |value: &str| format!("{}\r\nprefer: {value}", post("/v1/generate"));
    let (head, body) = exchange(server.address, &wait("wait=1"), &world::request(25));
    assert!(head.starts_with("http/1.1 504"), "{head}");
    assert_eq!(Refusal::decode(&body).expect("a refusal").code, "deadline");
    world::wait_for("its place to be free", || server.front.n_open() == 0);
    assert!(engine.n_steps() < 25, "it was stopped");
    let (head, _) = exchange(server.address, &wait("respond-async, wait=60"), &world::request(1));
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let (head, _) = exchange(server.address, &wait("wait=soon"), &world::request(1));
    assert!(head.starts_with("http/1.1 422"), "{head}");
}

/// A client that leaves in the middle of a POST takes its job with it.
#[test]
fn a_post_that_is_given_up_stops_its_job() {
    let engine = Sleeper::new(50);
    let server = Server::start(world::config(), engine.clone(), Tokens::open());
    let mut tcp = TcpStream::connect(server.address).expect("a connection");
    let request = world::request(25);
    let head =
        format!("{}\r\nhost: x\r\ncontent-length: {}\r\n\r\n", post("/v1/generate"), request.len());
    tcp.write_all(head.as_bytes()).expect("sent");
    tcp.write_all(&request).expect("sent");
    world::wait_for("the job to start", || engine.n_steps() > 0);
    drop(tcp);
    world::wait_for("the job to stop", || server.front.n_open() == 0);
    assert!(engine.n_steps() < 25);
}
