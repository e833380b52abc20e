//! A marker through the whole server: as a held word it arrives nowhere, in the template it stays out of every record.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::ControlFlow;
use std::os::unix::fs::FileExt;
use std::process::Stdio;
use std::time::Duration;

use obclip_device::Cover;

use crate::world::{self, Process, client};

/// Never on any list, so the device holds it.
const HELD: &str = "zyxwmarker";
/// A word of the wire vocabulary, so it travels in the template. Rare enough to occur nowhere else.
const TRAVELS: &str = "lighthouse";

#[test]
fn no_record_of_the_server_holds_a_word_of_a_request() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = "listen = '127.0.0.1:0'\n[log]\nlevel = 'debug'\nformat = 'json'\n";
    std::fs::write(folder.path().join("config.toml"), config).expect("a writable folder");
    let log = tempfile::NamedTempFile::new().expect("a temporary file");
    let stderr = Stdio::from(log.reopen().expect("the same file"));
    let process = Process::start(&["--config", "config.toml"], stderr, folder.path());

    // Whatever the shell allows, the program itself forbids a dump.
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", process.child.id()));
    let limits = limits.expect("the limits of a process of our own");
    let core = limits.lines().find(|line| line.starts_with("Max core file size"));
    let core: Vec<&str> = core.expect("a limit of dumps").split_whitespace().collect();
    assert_eq!(core[4..6], ["0", "0"], "no core dump of any size");

    let prompt = format!("portrait of an old {HELD} woman before a {TRAVELS}, {{{{{HELD}}}}}");
    let recorded = std::cell::RefCell::new(Vec::new());
    let network = client(process.address, &[]);
    let cloud = Tap { network: &network, recorded: &recorded };
    let picture = obclip_device::generate(
        &world::wish(&prompt),
        &cloud,
        world::device_model(),
        &world::settings(Cover::Mentioned),
        world::coins(),
        &mut |_| ControlFlow::Continue(()),
    );
    picture.expect("a picture");
    let wire = String::from_utf8_lossy(&recorded.take()).into_owned();
    assert!(wire.contains(TRAVELS), "the marker did travel");
    assert!(!wire.contains(HELD));

    // As root, memory can be read as a forced dump would show it: what was held on the device is not in it.
    if let Some(memory) = memory_of(process.child.id()) {
        assert!(holds(&memory, b"config.toml"), "memory was read");
        assert!(!holds(&memory, HELD.as_bytes()));
    }

    // Requests that are wrong in many ways, with the markers inside: their refusals must not quote them.
    let mut said = String::new();
    for text in [HELD, TRAVELS] {
        let mut bad = world::request(1);
        let at = bad.len() - 100;
        bad[at..at + text.len()].copy_from_slice(text.as_bytes());
        for path in ["/v1/generate", "/v1/cancel", &format!("/v1/{text}")] {
            said += &post(process.address, path, &bad);
        }
    }
    said += &exchange(process.address, "GET /metrics HTTP/1.1", &[]);
    assert!(said.contains("obclip_refusals"), "the figures were read");

    process.signal("ABRT");
    std::thread::sleep(Duration::from_millis(300));
    drop(process);
    let mut logs = String::new();
    log.reopen().expect("the log").read_to_string(&mut logs).expect("text");
    assert!(logs.contains("\"outcome\":\"done\""), "the log was written: {logs}");

    for (name, text) in [("answers and figures", &said), ("log", &logs)] {
        for marker in [HELD, TRAVELS] {
            assert!(!text.contains(marker), "{marker} in {name}");
        }
    }
    // No dump, no temporary file, nothing but the configuration.
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

fn holds(bytes: &[u8], marker: &[u8]) -> bool {
    bytes.windows(marker.len()).any(|window| window == marker)
}

/// All readable memory of a process; `None` if we may not look.
fn memory_of(process_id: u32) -> Option<Vec<u8>> {
    let maps = std::fs::read_to_string(format!("/proc/{process_id}/maps")).ok()?;
    let memory = std::fs::File::open(format!("/proc/{process_id}/mem")).ok()?;
    let mut bytes = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (start, end) = line.split(' ').next()?.split_once('-')?;
        let (start, end) =
            (u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?);
        let mut region = vec![0; usize::try_from(end - start).ok()?];
        // Some regions cannot be read even so.
        if memory.read_exact_at(&mut region, start).is_ok() {
            bytes.extend(region);
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}

fn post(address: SocketAddr, path: &str, body: &[u8]) -> String {
    let kind = "content-type: application/x-protobuf";
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\n{kind}\r\ncontent-length: {length}");
    exchange(address, &head, body)
}

fn exchange(address: SocketAddr, head: &str, body: &[u8]) -> String {
    let mut tcp = TcpStream::connect(address).expect("a connection");
    tcp.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    let head = format!("{head}\r\nhost: x\r\nconnection: close\r\n\r\n");
    tcp.write_all(head.as_bytes()).expect("sent");
    let _ = tcp.write_all(body);
    let mut answer = Vec::new();
    let _ = tcp.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

struct Tap<'a> {
    network: &'a obclip_client::NetworkCloud,
    recorded: &'a std::cell::RefCell<Vec<u8>>,
}

impl obclip_device::Cloud for Tap<'_> {
    fn denoise(
        &self,
        request: &[u8],
        on_step: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, obclip_device::CloudError> {
        self.recorded.borrow_mut().extend(request);
        obclip_device::Cloud::denoise(self.network, request, on_step)
    }
}
