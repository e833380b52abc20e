//! Without the libraries, or with some of them: an error that names the first that is missing, and no panic. Other processes
//! see to it, since this one has opened the doubles.

use std::path::Path;
use std::process::Command;

use obclip_engine::{Cuda, Storage};

use super::doubles::{LIBRARIES, built};

/// What a process reports that finds libraries in this folder and where the system has them.
fn report(folder: &Path) -> Vec<String> {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "cuda::absent::child", "--ignored", "--nocapture"])
        .env("LD_LIBRARY_PATH", folder)
        .output()
        .unwrap();
    let (said, complained) =
        (String::from_utf8_lossy(&child.stdout), String::from_utf8_lossy(&child.stderr));
    assert!(child.status.success(), "{said}{complained}");
    said.lines().filter_map(|line| line.strip_prefix("report ")).map(str::to_owned).collect()
}

#[test]
#[ignore = "run by the tests below, in a process of its own"]
fn child() {
    // The harness has begun a line.
    println!();
    for missing in Cuda::missing_libraries() {
        println!("report missing {missing}");
    }
    match Cuda::open(0, Storage::F16) {
        Ok(_) => println!("report opened"),
        Err(error) => println!("report refused {error}"),
    }
}

#[test]
fn missing_libraries_are_named() {
    let folder = tempfile::tempdir().unwrap();
    // Where the system has some of its own there is less to see.
    let at_first = report(folder.path());
    let n_missing =
        |lines: &[String]| lines.iter().filter(|line| line.starts_with("missing")).count();
    let outcome = at_first.last().unwrap();
    assert!(outcome.starts_with("refused ") || n_missing(&at_first) == 0, "{outcome}");
    for (_, name) in LIBRARIES {
        let before = report(folder.path());
        std::os::unix::fs::symlink(built().join(name), folder.path().join(name)).unwrap();
        let stem = name.strip_suffix(".so").unwrap();
        let missed = format!("missing {stem} (");
        if at_first.iter().any(|line| line.starts_with(&missed)) {
            assert!(before.iter().any(|line| line.starts_with(&missed)), "{before:?}");
            assert!(before.last().unwrap().starts_with(&format!("refused {stem} (")), "{before:?}");
        }
        let after = report(folder.path());
        assert!(!after.iter().any(|line| line.starts_with(&missed)), "{after:?}");
    }
    assert_eq!(report(folder.path()), ["opened"]);
}

/// A library that lacks a function is as good as missing.
#[test]
fn a_library_that_is_too_old_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for (_, name) in LIBRARIES {
        // cuDNN's name on the driver: a library without any function of cuDNN's.
        let from = if name == "libcudnn.so" { "libcuda.so" } else { name };
        std::fs::copy(built().join(from), folder.path().join(name)).unwrap();
    }
    let said = report(folder.path());
    let outcome = said.last().unwrap();
    assert!(
        outcome.contains("libcudnn (convolutions) is too old: it has no cudnnCreate"),
        "{outcome}"
    );
}
