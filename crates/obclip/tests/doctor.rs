//! What the doctor says, and which clouds are not spoken to at all.

use std::process::{Command, Output};

fn run(args: &[&str]) -> Output {
    let state = tempfile::tempdir().expect("a temporary folder");
    Command::new(env!("CARGO_BIN_EXE_obclip"))
        .args(args)
        .env("XDG_STATE_HOME", state.path())
        .output()
        .expect("the program starts")
}

#[test]
fn a_machine_that_is_well_is_told_so() {
    let output = run(&["doctor", "--json"]);
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{said}");
    let said: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    let findings = said["findings"].as_array().expect("a list");
    for check in ["versions", "processor", "clock", "device model", "cloud model", "pairing"] {
        let is_well =
            |finding: &serde_json::Value| finding["check"] == check && finding["ok"] == true;
        assert!(findings.iter().any(is_well), "{check} in {said}");
    }
}

#[test]
fn the_doctor_says_what_computes() {
    let processor = |choice: &str| {
        let mut doctor = Command::new(env!("CARGO_BIN_EXE_obclip"));
        let output = doctor.arg("doctor").env("OBCLIP_CPU", choice).output();
        let output = output.expect("the program starts");
        let said =
            [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
        (output.status.success(), said.concat())
    };
    for (choice, expected) in [("f32", "f32"), ("bf16", "bf16"), ("reference", "reference:")] {
        let (is_well, said) = processor(choice);
        let line = said.lines().find(|line| line.contains("processor")).expect("a line for it");
        assert!(is_well && line.contains(expected), "{choice}: {line}");
    }
    let (is_well, said) = processor("f64");
    assert!(!is_well && said.contains("[possible values: f32, bf16, reference]"), "{said}");
}

#[test]
fn what_is_wrong_comes_with_how_to_mend_it() {
    // Port 1 of this machine: nobody listens there.
    let output = run(&["doctor", "--cloud", "http://127.0.0.1:1"]);
    let said = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("FAIL cloud") && said.contains("→ check address"), "{said}");
    let output = run(&["doctor", "--model-dir", "nowhere"]);
    let said = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("FAIL device model"), "{said}");
}

#[test]
fn unprotected_and_misspelt_ways_are_refused_before_anything_is_sent() {
    let refused = |args: &[&str], expected: &str| {
        let output = run(&[&["generate", "an old man"], args].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(expected), "{args:?}: {said}");
    };
    refused(&["--cloud", "http://cloud.example"], "expected https://");
    refused(&["--cloud", "cloud.example"], "expected https://host:port");
    let here = ["--cloud", "http://127.0.0.1:1"];
    refused(&[&here[..], &["--proxy", "socks5://x:1"]].concat(), "expected socks5h://");
    refused(&[&here[..], &["--cloud-fingerprint", "12"]].concat(), "expected sha256:");
    refused(&[&here[..], &["--cloud-token", "/nonexistent"]].concat(), "--cloud-token");
    refused(&["--proxy", "socks5h://x:1"], "--cloud");
}
