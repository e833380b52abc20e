//! Every no: its code, its status, and that it changes nothing for others.

use std::time::Duration;

use obclip_client::{NetworkCloud, Policy};
use obclip_protocol::Redacted;
use obclip_server::{Config, Jobs, Queue, Tokens};

use crate::world::{self, Server, Sleeper, ask, client, code, wait_for};

fn with_token(client: NetworkCloud, token: &str) -> NetworkCloud {
    let mut client = client;
    client.target.token = Some(Redacted::new(token.to_owned()));
    client
}

#[test]
fn a_request_above_a_limit_is_refused_and_not_tried_again() {
    let jobs = Jobs { members: 5, ..Jobs::default() };
    let engine = Sleeper::new(0);
    let config = Config { jobs: Jobs { cost_units: 10, ..jobs }, ..world::config() };
    let server = Server::start(config, engine.clone(), Tokens::open());
    let start = std::time::Instant::now();
    assert_eq!(code(ask(&client(server.address, &[60_000]), &world::request(2))), "cost-exceeded");
    assert!(start.elapsed() < Duration::from_secs(30), "it did not wait for another try");
    assert_eq!(engine.n_steps(), 0);
}

#[test]
fn an_empty_purse_is_told_when_to_come_back() {
    // N = 6, two guided steps of 128×128: 7 and 12 rows of 4 units.
    let (token, file) = obclip_server::make_token("test", 100, [5; 32]);
    let tokens = Tokens::parse(&file, std::time::Instant::now()).expect("our own file");
    let server = Server::start(world::config(), Sleeper::new(0), tokens);
    let client = with_token(client(server.address, &[]), &token);
    ask(&client, &world::request(2)).expect("the purse is full");
    assert_eq!(code(ask(&client, &world::request(2))), "over-budget");
    let other = with_token(client.clone(), "obclip_00");
    assert_eq!(code(ask(&other, &world::request(2))), "unauthenticated");
}

/// What a plan does not compute is not paid for: a job that a purse cannot afford plainly runs on the cheaper plan.
#[test]
fn a_cheaper_plan_costs_less() {
    let (token, file) = obclip_server::make_token("test", 60, [5; 32]);
    let tokens = Tokens::parse(&file, std::time::Instant::now()).expect("our own file");
    let server = Server::start(world::config(), Sleeper::new(0), tokens);
    let client = with_token(client(server.address, &[]), &token);
    assert_eq!(code(ask(&client, &world::request_by_plan(2, "plain"))), "cost-exceeded", "76");
    // Both halves of the trunk, then six members with one unconditional row for all.
    ask(&client, &world::request_by_plan(2, "trunk1-delta")).expect("9 rows, 36 units");
    assert_eq!(code(ask(&client, &world::request_by_plan(2, "trunk1-delta"))), "over-budget");
}

#[test]
fn a_full_queue_refuses_and_those_in_it_are_served() {
    let queue = Queue { jobs: 1, jobs_per_token: 1 };
    let engine = Sleeper::new(100);
    let config = Config { queue, ..world::config() };
    let server = Server::start(config, engine.clone(), Tokens::open());
    let address = server.address;
    let job = move || std::thread::spawn(move || ask(&client(address, &[]), &world::request(5)));
    let running = job();
    wait_for("the first job to start", || engine.n_steps() > 0);
    let waiting = job();
    wait_for("the second job to wait", || server.front.n_open() == 2);
    assert_eq!(code(ask(&client(address, &[]), &world::request(5))), "busy");
    // A client that comes back on its fixed schedule gets its turn.
    let patient = client(address, &[2000]);
    ask(&patient, &world::request(1)).expect("a reply after a pause");
    running.join().expect("no panic").expect("a reply");
    waiting.join().expect("no panic").expect("a reply");
}

#[test]
fn a_job_that_takes_too_long_is_stopped_and_frees_its_place() {
    let engine = Sleeper::new(100);
    let server = Server::start(world::config(), engine.clone(), Tokens::open());
    let hasty = Policy { try_timeout: Duration::from_secs(1), pauses: Vec::new() };
    let hasty = NetworkCloud { policy: hasty, ..client(server.address, &[]) };
    ask(&hasty, &world::request(25)).expect_err("too slow");
    let stopped_at = engine.n_steps();
    assert!(stopped_at < 25, "it was stopped");
    ask(&client(server.address, &[]), &world::request(1)).expect("the place is free");
    assert!(engine.n_steps() <= stopped_at + 2, "one step to notice, one of the new job");
}
