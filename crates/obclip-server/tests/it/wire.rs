//! What an adversary between the real client and the real server sees: every byte before encryption (a plain line on
//! loopback), recorded by a tap, for every member of a class as the choice. A0 and A8 over sockets: with equal coins
//! there is nothing to tell two choices apart by.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::ops::ControlFlow;
use std::sync::mpsc;

use obclip_client::NetworkCloud;
use obclip_device::{Cloud, CloudError, Cover};
use obclip_protocol::{Catalogue, JobKey, Members};
use obclip_server::Tokens;

use crate::world::{self, Server, Sleeper};

/// Sits between client and server and keeps what the client sends, connection by connection.
struct Tap {
    address: SocketAddr,
    heard: mpsc::Receiver<Vec<u8>>,
}

impl Tap {
    fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let (sender, heard) = mpsc::channel();
        // Ends with the test's process.
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // One after the other: a second connection at the same time would wait, and the test with it.
                let _ = sender.send(listen(client, server));
            }
        });
        Self { address, heard }
    }

    /// What the client sent on its only connection.
    fn one_connection(&self) -> Vec<u8> {
        let sent = self.heard.recv().expect("a connection");
        assert!(self.heard.try_recv().is_err(), "one connection for one job");
        sent
    }
}

fn listen(mut client: TcpStream, server: SocketAddr) -> Vec<u8> {
    let mut server = TcpStream::connect(server).expect("the server listens");
    let (mut from_server, mut to_client) =
        (server.try_clone().expect("a handle"), client.try_clone().expect("a handle"));
    let back = std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    let mut sent = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(n @ 1..) = client.read(&mut piece) {
        sent.extend(&piece[..n]);
        if server.write_all(&piece[..n]).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
    let _ = back.join();
    sent
}

/// Frames of HTTP/2 behind the preface, each with its head.
fn frames(sent: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = sent.strip_prefix(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").expect("HTTP/2");
    let mut frames = Vec::new();
    while let Some((head, _)) = rest.split_first_chunk::<9>() {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let (frame, behind) = rest.split_at(9 + length);
        frames.push(frame.to_vec());
        rest = behind;
    }
    assert!(rest.is_empty(), "whole frames");
    frames
}

/// What crossed towards the cloud: head and body of the request, in order, and all other frames, which answer what the
/// server says and so may come a little earlier or later among them.
#[derive(Debug, PartialEq, Eq)]
struct View {
    request: Vec<Vec<u8>>,
    others: Vec<Vec<u8>>,
}

impl View {
    fn of(sent: &[u8]) -> Self {
        const DATA_OR_HEADERS: [u8; 2] = [0, 1];
        let is_request = |frame: &Vec<u8>| DATA_OR_HEADERS.contains(&frame[3]);
        let (request, mut others): (Vec<_>, Vec<_>) =
            frames(sent).into_iter().partition(is_request);
        others.sort();
        Self { request, others }
    }
}

/// The client with the job's name among the fixed coins.
struct Named<'a>(&'a NetworkCloud);

impl Cloud for Named<'_> {
    fn denoise(
        &self,
        request: &[u8],
        on_step: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, CloudError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        runtime.block_on(self.0.denoise_as(JobKey([3; 16]), request, on_step))
    }
}

/// All members of the class of `prompt`, as somebody could have typed them.
fn members(prompt: &str) -> Vec<String> {
    let catalogue = Catalogue::v1();
    let reading = obclip_device::Reading::of(&world::wish(prompt).prompt);
    let class = obclip_device::build(&reading.masked, &catalogue, Cover::Mentioned, 32);
    let class = class.expect("one person");
    let members = Members::render(&catalogue, &class.template, &class.bundles, 32);
    members.expect("the class renders").texts
}

#[test]
fn every_choice_sends_the_same_bytes() {
    let server = Server::start(world::config(), Sleeper::new(0), Tokens::open());
    let tap = Tap::start(server.address);
    let client = world::client(tap.address, &[]);
    for (prompt, n_members) in
        [("portrait of an old man", 6), ("an old asian woman in a park, reading her book", 30)]
    {
        let choices = members(prompt);
        assert_eq!(choices.len(), n_members);
        let mut first: Option<View> = None;
        for choice in &choices {
            let model = world::device_model();
            let settings = world::settings(Cover::Mentioned);
            let sealed = obclip_device::prepare(
                &world::wish(choice),
                model,
                &settings,
                world::coins(),
                &mut |_| ControlFlow::Continue(()),
            );
            let answered =
                sealed.expect("a request").ask(&Named(&client), &mut |_| ControlFlow::Continue(()));
            assert!(answered.is_ok(), "{:?}", answered.err());
            let view = View::of(&tap.one_connection());
            assert!(view.request.iter().map(Vec::len).sum::<usize>() > 1024, "a request crossed");
            match &first {
                None => first = Some(view),
                Some(first) => assert_eq!(&view, first, "{choice}"),
            }
        }
    }
}

/// The rest of a job, selection and painting, sends nothing: its connection is closed by then.
#[test]
fn nothing_crosses_after_the_reply() {
    let server = Server::start(world::config(), Sleeper::new(0), Tokens::open());
    let tap = Tap::start(server.address);
    let client = world::client(tap.address, &[]);
    let mut settings = world::settings(Cover::Mentioned);
    settings.options.steps = 3;
    let mut sent_before_painting = None;
    let mut on_event = |event: obclip_device::Event<'_>| {
        if matches!(event, obclip_device::Event::Received { .. }) {
            sent_before_painting = Some(tap.one_connection());
        }
        ControlFlow::Continue(())
    };
    let picture = obclip_device::generate(
        &world::wish("portrait of an old man"),
        &Named(&client),
        world::device_model(),
        &settings,
        world::coins(),
        &mut on_event,
    );
    picture.expect("a picture");
    assert!(sent_before_painting.is_some(), "the connection had ended");
    assert!(tap.heard.try_recv().is_err(), "and no other was made");
}
