//! A whole job through a SOCKS5 proxy (RFC 1928), TLS included: the proxy gets the cloud's name, nobody here resolves it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use obclip_client::{Address, NetworkCloud, PinFile, Proxy, Target, Trust};
use obclip_device::CloudError;
use obclip_server::Tokens;

use crate::network::{Here, paint, tls_config};
use crate::world::{self, Real, Server};

/// A proxy on loopback that knows one way: to `cloud`, whatever it is asked for.
struct Socks {
    address: SocketAddr,
    /// What it was asked for: address type, name, port.
    asked: Arc<Mutex<Vec<(u8, String, u16)>>>,
}

impl Socks {
    fn start(cloud: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        // Ends with the test's process; each connection has a thread.
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let heard = Arc::clone(&heard);
                std::thread::spawn(move || serve(client, cloud, &heard));
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<(u8, String, u16)> {
        self.asked.lock().expect("no panic").clone()
    }
}

fn serve(mut client: TcpStream, cloud: SocketAddr, heard: &Mutex<Vec<(u8, String, u16)>>) {
    let greeting: [u8; 2] = read(&mut client);
    assert_eq!(greeting[0], 5, "version 5");
    let mut methods = vec![0; greeting[1].into()];
    client.read_exact(&mut methods).expect("the methods");
    assert!(methods.contains(&0), "no authentication is offered");
    client.write_all(&[5, 0]).expect("sent");

    let [version, command, _, kind]: [u8; 4] = read(&mut client);
    assert_eq!((version, command), (5, 1), "connect");
    let length = match kind {
        1 => 4,
        3 => read::<1>(&mut client)[0].into(),
        _ => 16,
    };
    let mut name = vec![0; length];
    client.read_exact(&mut name).expect("the name");
    let port = u16::from_be_bytes(read(&mut client));
    let name = String::from_utf8_lossy(&name).into_owned();
    heard.lock().expect("no panic").push((kind, name, port));

    let Ok(mut to_cloud) = TcpStream::connect(cloud) else {
        // Host unreachable.
        return client.write_all(&[5, 4, 0, 1, 0, 0, 0, 0, 0, 0]).expect("sent");
    };
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).expect("sent");
    let mut from_cloud = to_cloud.try_clone().expect("a second handle");
    let mut to_client = client.try_clone().expect("a second handle");
    let back = std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_cloud, &mut to_client);
        let _ = to_client.shutdown(std::net::Shutdown::Write);
    });
    let _ = std::io::copy(&mut client, &mut to_cloud);
    let _ = to_cloud.shutdown(std::net::Shutdown::Write);
    let _ = back.join();
}

fn read<const N: usize>(client: &mut TcpStream) -> [u8; N] {
    let mut bytes = [0; N];
    client.read_exact(&mut bytes).expect("as many bytes as the protocol says");
    bytes
}

/// A cloud by a name that no resolver has (RFC 2606).
fn client(socks: &Socks, pins: PinFile) -> NetworkCloud {
    let address: Address = "https://cloud.invalid:8443".parse().expect("an address");
    let proxy: Proxy = format!("socks5h://{}", socks.address).parse().expect("a proxy");
    let target = Target { address, proxy: Some(proxy), trust: Trust::FirstUse(pins), token: None };
    NetworkCloud { target, ..world::client(([127, 0, 0, 1], 1).into(), &[]) }
}

#[test]
fn a_job_goes_through_the_proxy_and_the_name_is_resolved_there() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Server::start(tls_config(folder.path()), Real, Tokens::open());
    let socks = Socks::start(server.address);
    let pins = PinFile::new(folder.path().join("known-clouds"));
    let cloud = client(&socks, pins.clone());
    assert_eq!(paint(&cloud).expect("a picture"), paint(&Here).expect("a picture"));
    // Type 3 is a name: it left this machine as it was written.
    assert_eq!(socks.asked(), [(3, "cloud.invalid".to_owned(), 8443)]);
    assert!(pins.get("cloud.invalid:8443").expect("a good file").is_some());
}

/// A proxy that cannot reach the cloud is an error, not a way around it.
#[test]
fn a_proxy_that_fails_is_not_gone_around() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // Port 1 of this machine: nobody listens there.
    let socks = Socks::start(([127, 0, 0, 1], 1).into());
    let cloud = client(&socks, PinFile::new(folder.path().join("known-clouds")));
    let error = world::ask(&cloud, &world::request(1)).expect_err("nobody there");
    assert!(
        matches!(&error, CloudError::Unreachable { found } if found.contains("proxy")),
        "{error}"
    );
    assert_eq!(socks.asked().len(), 1);
}
