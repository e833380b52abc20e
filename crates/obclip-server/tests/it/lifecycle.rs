//! Cancelling, leaving, reading slowly, draining.

use std::ops::ControlFlow;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use obclip_device::{Cloud, CloudError};
use obclip_server::{Config, Connections, Tokens};

use crate::world::{self, Process, Server, Sleeper, ask, client, code, wait_for};

/// Whoever cancels is gone within one step, and nobody else waits for the rest of the job.
#[test]
fn a_cancelled_job_frees_its_place_within_one_step() {
    let engine = Sleeper::new(50);
    let server = Server::start(world::config(), engine.clone(), Tokens::open());
    let outcome = client(server.address, &[1000]).denoise(&world::request(25), &mut |done, _| {
        if done >= 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(outcome, Err(CloudError::Cancelled));
    let cancelled_at = engine.n_steps();
    ask(&client(server.address, &[]), &world::request(1)).expect("a reply");
    let n_more = engine.n_steps() - cancelled_at - 1;
    // The step that ran while the news travelled, and the one after which it was seen.
    assert!(n_more <= 2, "{n_more} steps after the cancel");
}

/// A wish to stop is seen while nothing arrives, too.
#[test]
fn a_job_that_waits_can_be_cancelled() {
    let engine = Sleeper::new(200);
    let server = Server::start(world::config(), engine.clone(), Tokens::open());
    let address = server.address;
    let running = std::thread::spawn(move || ask(&client(address, &[]), &world::request(10)));
    wait_for("the first job to start", || engine.n_steps() > 0);
    let waiting = client(address, &[]);
    let flag = Arc::clone(&waiting.cancelled);
    let waiting = std::thread::spawn(move || ask(&waiting, &world::request(10)));
    wait_for("the second job to wait", || server.front.n_open() == 2);
    flag.store(true, Ordering::Relaxed);
    assert_eq!(waiting.join().expect("no panic"), Err(CloudError::Cancelled));
    wait_for("its place to be free", || server.front.n_open() == 1);
    running.join().expect("no panic").expect("a reply");
    assert_eq!(engine.n_steps(), 10, "the second job never ran");
}

/// Those in flight finish, new ones are refused, and the server ends.
#[test]
fn draining_finishes_what_was_accepted() {
    let engine = Sleeper::new(100);
    let mut server = Server::start(world::config(), engine.clone(), Tokens::open());
    let address = server.address;
    let running = std::thread::spawn(move || ask(&client(address, &[]), &world::request(8)));
    wait_for("the job to start", || engine.n_steps() > 0);
    // A connection from before is still heard, and refused.
    server.front.drain();
    assert_eq!(code(ask(&client(address, &[]), &world::request(1))), "draining");
    server.ask_to_stop();
    server.wait();
    running.join().expect("no panic").expect("the accepted job has its reply");
    assert_eq!(engine.n_steps(), 8);
    let refused = ask(&client(address, &[]), &world::request(1)).expect_err("nobody listens");
    assert!(matches!(refused, CloudError::Unreachable { .. }), "{refused}");
}

#[test]
fn sigterm_ends_the_program_with_success() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut process = Process::start(&["--listen", "127.0.0.1:0"], Stdio::null(), folder.path());
    ask(&client(process.address, &[]), &world::request(1)).expect("a reply");
    process.signal("TERM");
    let start = Instant::now();
    let status = process.child.wait().expect("it ends");
    assert!(status.success(), "{status}");
    assert!(start.elapsed() < Duration::from_secs(20));
}

/// A reader that opens its window and then sleeps is cut off; its latents do not stay.
#[test]
fn a_slow_reader_is_dropped() {
    use std::io::{Read, Write};
    let connections = Connections { send_seconds: 1, ..Connections::default() };
    let config = Config { connections, ..world::config() };
    let server = Server::start(config, Sleeper::new(200), Tokens::open());
    let mut tcp = std::net::TcpStream::connect(server.address).expect("a connection");
    // HTTP/2 by hand: preface, settings with a window of 100 bytes, one request, and then silence.
    tcp.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").expect("sent");
    tcp.write_all(&[0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 100]).expect("sent");
    tcp.write_all(&headers_frame()).expect("sent");
    let body = obclip_client::frame(&world::request(1));
    let length = (body.len() as u32).to_be_bytes();
    let head = [length[1], length[2], length[3], 0, 1, 0, 0, 0, 1];
    tcp.write_all(&head).expect("sent");
    tcp.write_all(&body).expect("sent");
    wait_for("the job to be accepted", || server.front.n_open() == 1);
    wait_for("the job to be dropped", || server.front.n_open() == 0);
    tcp.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    let mut rest = Vec::new();
    let ended = tcp.read_to_end(&mut rest);
    assert!(ended.is_ok() || ended.is_err_and(|e| e.kind() == std::io::ErrorKind::ConnectionReset));
    assert!(rest.len() < 2000, "{} bytes: less than one latent", rest.len());
}

/// HEADERS of stream 1: literals without indexing (RFC 7541 §6.2.2), so that no table is needed.
fn headers_frame() -> Vec<u8> {
    let fields = [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/obclip.v1.ObClip/Generate"),
        (":authority", "localhost"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ];
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        for text in [name, value] {
            block.push(text.len() as u8);
            block.extend(text.as_bytes());
        }
    }
    let mut frame = vec![0, 0, block.len() as u8, 1, 4, 0, 0, 0, 1];
    frame.extend(block);
    frame
}
