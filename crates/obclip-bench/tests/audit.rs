//! The command itself: figures for programs, and an exit code that says whether anything leaks.

use std::process::Command;

#[test]
fn the_audit_prints_bounds_and_succeeds_when_nothing_leaks() {
    let output = Command::new(env!("CARGO_BIN_EXE_obclip-bench"))
        .args(["audit", "properties", "a0", "a3", "--runs", "2", "--trials", "20", "--json"])
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["properties"]["differing_bytes"], 0);
    assert_eq!(report["properties"]["jobs"], 60);
    let attacks = report["attacks"].as_array().expect("a list");
    assert_eq!(attacks.len(), 4 + 4 + 5);
    assert!(attacks.iter().all(|attack| attack["guesses"]["trials"] == 20));
}
