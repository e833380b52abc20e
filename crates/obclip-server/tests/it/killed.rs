//! The server dies in the middle of a job.

use std::ops::ControlFlow;
use std::process::Stdio;
use std::time::{Duration, Instant};

use obclip_device::{Cloud, CloudError};

use crate::world::{self, Process, client};

fn start(listen: &str, folder: &std::path::Path) -> Process {
    Process::start(&["--listen", listen], Stdio::null(), folder)
}

/// `kill -9`, a restart, and the client's next try has the reply that an undisturbed one would have had.
#[test]
fn a_job_survives_a_server_that_was_killed_and_restarted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut process = Some(start("127.0.0.1:0", folder.path()));
    let address = process.as_ref().expect("a server").address;
    let request = world::request(6);
    let mut n_kills = 0;
    let reply = client(address, &[500, 1000, 2000]).denoise(&request, &mut |done, _| {
        if done == 2 && n_kills == 0 {
            n_kills += 1;
            // Dropping a process is SIGKILL.
            drop(process.take());
            process = Some(start(&address.to_string(), folder.path()));
        }
        ControlFlow::Continue(())
    });
    assert_eq!(n_kills, 1);
    let undisturbed = world::cloud().answer(&request, &mut |_| ControlFlow::Continue(()));
    assert_eq!(reply.expect("a reply"), undisturbed.expect("a reply"));
}

/// Without a restart there is an error, and soon.
#[test]
fn a_server_that_stays_dead_is_an_error_and_no_hang() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut process = Some(start("127.0.0.1:0", folder.path()));
    let address = process.as_ref().expect("a server").address;
    let started = Instant::now();
    let outcome = client(address, &[50, 50]).denoise(&world::request(6), &mut |_, _| {
        drop(process.take());
        ControlFlow::Continue(())
    });
    assert!(matches!(outcome, Err(CloudError::Unreachable { .. })), "{outcome:?}");
    assert!(started.elapsed() < Duration::from_secs(30));
    let left = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 0, "it left nothing behind");
}
