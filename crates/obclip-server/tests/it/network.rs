//! The whole path over TLS and gRPC, and who is believed.

use std::net::SocketAddr;
use std::ops::ControlFlow;

use obclip_client::{Address, InquiryError, NetworkCloud, PinFile, Target, Trust};
use obclip_device::{Cloud, CloudError, Cover};
use obclip_protocol::Redacted;
use obclip_server::{Compute, Config, Tls, Tokens};

use crate::world::{self, Real, Server, Sleeper};

pub(crate) fn tls_config(folder: &std::path::Path) -> Config {
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    Config { tls: Some(Tls::SelfSigned { folder: folder.to_owned(), names }), ..world::config() }
}

fn tls_client(address: SocketAddr, trust: Trust, token: Option<&str>) -> NetworkCloud {
    let address: Address = format!("https://{address}").parse().expect("an address");
    let token = token.map(|token| Redacted::new(token.to_owned()));
    let target = Target { address, proxy: None, trust, token };
    NetworkCloud { target, ..world::client(([127, 0, 0, 1], 1).into(), &[]) }
}

pub(crate) fn paint(cloud: &dyn Cloud) -> Result<obclip_engine::Rgb8Image, String> {
    let picture = obclip_device::generate(
        &world::wish("closeup portrait of an old asian woman wearing glasses"),
        cloud,
        world::device_model(),
        &world::settings(Cover::Mentioned),
        world::coins(),
        &mut |_| ControlFlow::Continue(()),
    );
    picture.map(|picture| picture.image).map_err(|error| error.to_string())
}

/// The embedded cloud without a network.
pub(crate) struct Here;

impl Cloud for Here {
    fn denoise(
        &self,
        request: &[u8],
        _on_step: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, CloudError> {
        let reply = world::cloud().answer(request, &mut |_| ControlFlow::Continue(()));
        reply.map_err(CloudError::Refused)
    }
}

/// TLS, a token, a pin, a stream: and the picture is bit for bit that of the cloud in the same process.
#[test]
fn the_network_does_not_change_the_picture() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (token, file) = obclip_server::make_token("test", 1 << 20, [5; 32]);
    let tokens = Tokens::parse(&file, std::time::Instant::now()).expect("our own file");
    let server = Server::start(tls_config(folder.path()), Real, tokens);
    let pins = PinFile::new(folder.path().join("known-clouds"));
    let trust = Trust::FirstUse(pins.clone());
    let client = tls_client(server.address, trust.clone(), Some(token.as_str()));
    let first = paint(&client).expect("a picture");
    assert_eq!(first, paint(&Here).expect("a picture"));
    let pin = pins.get(&client.target.address.authority()).expect("a good file").expect("a pin");
    assert_eq!(Some(pin.to_string()), server.fingerprint);

    let stranger = tls_client(server.address, trust, None);
    assert!(paint(&stranger).expect_err("no token").contains("unauthenticated"));
}

#[test]
fn a_cloud_that_changes_its_certificate_is_not_spoken_to() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let pins = PinFile::new(folder.path().join("known-clouds"));
    let first =
        Server::start(tls_config(&folder.path().join("a")), Sleeper::new(0), Tokens::open());
    let client = tls_client(first.address, Trust::FirstUse(pins.clone()), None);
    world::ask(&client, &world::request(1)).expect("a reply");
    let address = first.address;
    drop(first);

    let config = Config { listen: address, ..tls_config(&folder.path().join("b")) };
    let engine = Sleeper::new(0);
    let second = Server::start(config, engine.clone(), Tokens::open());
    let error = world::ask(&client, &world::request(1)).expect_err("another certificate");
    assert!(error.to_string().contains("expected the pinned one"), "{error}");
    assert_eq!(engine.n_steps(), 0);
    let asked = obclip_client::capabilities(&client.target, std::time::Duration::from_secs(10));
    assert!(matches!(asked, Err(InquiryError::Connect(_))), "{asked:?}");

    // The pin can also be said instead of learnt.
    let fingerprint = second.fingerprint.clone().expect("tls").parse().expect("a fingerprint");
    let told = tls_client(address, Trust::Pinned(fingerprint), None);
    world::ask(&told, &world::request(1)).expect("a reply");
}

#[test]
fn capabilities_say_what_is_served() {
    let server = Server::start(world::config(), Sleeper::new(0), Tokens::open());
    let target = world::client(server.address, &[]).target;
    let answer = obclip_client::capabilities(&target, std::time::Duration::from_secs(10));
    let answer = answer.expect("capabilities");
    let says = answer.capabilities;
    assert_eq!(says.pairs[0].id.0, world::cloud().spec().pairing());
    assert_eq!(says.pairs[0].weights_sha256, [7; 32]);
    assert_eq!(says.pairs[0].default_side, 128);
    assert_eq!(says.limits, obclip_protocol::Limits::default());
    assert_eq!(says.catalogues.len(), 2);
    // Every plan it names is served, for some number of steps.
    for plan in &says.plans {
        let cloud_steps = if plan == "paper-k10" { 10 } else { 5 };
        let request = world::request_by_plan(cloud_steps, plan);
        assert!(world::cloud().admit(&request).is_ok(), "{plan}");
    }
    assert!(says.plans.len() >= 6, "{:?}", says.plans);
    assert!(answer.clock.is_some());
}

/// A job whose rows do not fit into memory at once is split, and its reply is the same to the bit.
#[test]
fn less_memory_gives_the_same_reply() {
    let request = world::request(2);
    let reply = |memory_mib: u64| {
        let compute = Compute { memory_mib, ..Compute::default() };
        let config = Config { compute, ..world::config() };
        let server = Server::start(config, Real, Tokens::open());
        world::ask(&world::client(server.address, &[]), &request)
    };
    let plenty = reply(4096).expect("a reply");
    let memory = world::cloud().memory(&world::cloud().admit(&request).expect("a good request"));
    let tight = memory.peak_bytes(2).div_ceil(1 << 20);
    assert!(memory.rows_within(tight << 20, 16).expect("some fit") < memory.most_rows, "split");
    assert_eq!(reply(tight).expect("a reply"), plenty);
    assert_eq!(world::code(reply(1)), "memory-exceeded");
}
