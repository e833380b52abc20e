//! Invariants of the tree itself.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All crates that `package` links in a normal build.
fn links(package: &str) -> String {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--package", package])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo prints text")
}

#[test]
fn cloud_and_device_do_not_link_each_other() {
    // The library and the provider's program around it.
    for package in ["obclip-cloud", "obclip-server"] {
        let cloud = links(package);
        assert!(cloud.contains("obclip-engine"), "the tree was read");
        assert!(!cloud.contains("obclip-device"), "{package}");
        assert!(!cloud.contains("obclip-client"), "{package}");
    }
    let device = links("obclip-device");
    assert!(device.contains("obclip-engine"), "the tree was read");
    assert!(!device.contains("obclip-cloud"));
    let client = links("obclip-client");
    assert!(client.contains("obclip-device"), "the tree was read");
    assert!(!client.contains("obclip-cloud") && !client.contains("obclip-server"));
}

#[test]
fn the_prior_links_neither_side() {
    let prior = links("obclip-prior");
    assert!(prior.contains("obclip-protocol"), "the tree was read");
    assert!(!prior.contains("obclip-device") && !prior.contains("obclip-cloud"));
    assert!(!links("obclip-cloud").contains("obclip-prior"));
}

#[test]
fn protocol_and_engine_know_nothing_of_each_other() {
    assert!(!links("obclip-protocol").contains("obclip-engine"));
    assert!(!links("obclip-engine").contains("obclip-protocol"));
}

/// Source files below `folder`, without what is built or installed.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the repository") {
        let path = entry.expect("a readable entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !["target", "node_modules", ".git", ".venv"].contains(&name.as_str()) {
            sources(&path, found);
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}

#[test]
fn files_stay_readable() {
    let mut files = Vec::new();
    sources(&root(), &mut files);
    assert!(files.len() > 40, "the tree was read");
    for path in files {
        let text = std::fs::read_to_string(&path).expect("source is text");
        let lines = text.lines().count();
        assert!(lines <= 900, "{}: {lines} lines, expected at most 900", path.display());
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let vague = ["utils", "util", "helpers", "common", "misc", "manager"];
        assert!(!vague.contains(&name.as_str()), "{}: name what it holds", path.display());
    }
}

#[test]
fn no_file_of_the_repository_is_above_sixteen_mebibytes() {
    let output = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root())
        .output()
        .expect("git runs");
    let names = String::from_utf8(output.stdout).expect("file names are text");
    for name in names.split('\0').filter(|name| !name.is_empty()) {
        let Ok(metadata) = std::fs::metadata(root().join(name)) else { continue };
        assert!(metadata.len() <= 16 << 20, "{name}: {} bytes", metadata.len());
    }
}
