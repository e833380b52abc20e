//! Two jobs that differ only in the choice: what the program prints and which files it leaves are the same. The
//! picture's pixels are the one thing that differs, and they are for the user.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Everything a job left behind.
#[derive(Debug, PartialEq)]
struct Traces {
    stdout: Vec<Value>,
    stderr: String,
    /// Path below the job's folder; a picture's chunks without its pixels, or the file's bytes.
    files: BTreeMap<String, Vec<Vec<u8>>>,
}

/// Runs the program in a folder of its own that is also its home and its place for temporary files.
fn traces(prompt: &str, args: &[&str]) -> Traces {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_obclip"));
    command.args(["generate", prompt, "--steps", "2", "--cloud-steps", "1", "--size", "64x64"]);
    command.args(["--seed", "7", "--json"]).args(args).current_dir(folder.path());
    for variable in
        ["HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"]
    {
        command.env(variable, folder.path());
    }
    let Output { status, stdout, stderr } = command.output().expect("the program starts");
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    let stdout = String::from_utf8(stdout).expect("text").lines().map(report).collect();
    let mut files = BTreeMap::new();
    collect(folder.path(), folder.path(), &mut files);
    Traces { stdout, stderr: String::from_utf8(stderr).expect("text"), files }
}

/// One picture's report. Seconds differ from run to run of the same job as well.
fn report(line: &str) -> Value {
    let mut report: Value = serde_json::from_str(line).expect("one JSON object a line");
    report.as_object_mut().expect("an object").remove("seconds").expect("times of its phases");
    report
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<Vec<u8>>>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            collect(root, &path, files);
            continue;
        }
        let bytes = std::fs::read(&path).expect("a readable file");
        let parts = match bytes.strip_prefix(b"\x89PNG\r\n\x1a\n") {
            Some(chunks) => chunks_without_pixels(chunks),
            None => vec![bytes],
        };
        let name = path.strip_prefix(root).expect("below the folder").display().to_string();
        files.insert(name, parts);
    }
}

/// PNG chunks but for IDAT, checksums included.
fn chunks_without_pixels(mut rest: &[u8]) -> Vec<Vec<u8>> {
    let mut chunks = Vec::new();
    while let Some((length, _)) = rest.split_first_chunk::<4>() {
        let (chunk, behind) = rest.split_at(u32::from_be_bytes(*length) as usize + 12);
        if &chunk[4..8] != b"IDAT" {
            chunks.push(chunk.to_vec());
        }
        rest = behind;
    }
    chunks
}

#[test]
fn prints_and_files_do_not_depend_on_the_choice() {
    for (args, names) in [
        (&["--show-request"][..], &["obclip.png"][..]),
        (&["--cover", "person"], &["obclip.png"]),
        (&["--count", "2", "--out", "a.png"], &["a-1.png", "a-2.png"]),
    ] {
        let first = traces("portrait of a young african woman, smiling", args);
        assert!(first.files.keys().eq(names), "{:?}", first.files.keys());
        assert_eq!(first.stdout.len(), names.len());
        for prompt in [
            "portrait of an old latino man, smiling",
            // Words outside the list: held on the device, same class.
            "portrait of an elderly nigerian man, smiling",
        ] {
            assert_eq!(traces(prompt, args), first, "{prompt} {args:?}");
        }
    }
}

/// A marker as a held word, as marked text and in the negative prompt: in no file, no line, and not on the wire.
#[test]
fn a_marker_is_nowhere_but_in_the_prompt() {
    const MARKER: &str = "zyxwmarker";
    let prompt = format!("portrait of an old {MARKER} man, {{{{{MARKER} hair}}}}, smiling");
    let negative = format!("blurry, {MARKER}");
    let Traces { stdout, stderr, files } =
        traces(&prompt, &["--negative", &negative, "--show-request", "--cover", "person"]);
    // Every byte of the request is in the dump, which stands beside the report.
    assert!(stderr.contains("1024 bytes:") && stderr.contains("smiling"), "{stderr}");
    let folded = |text: &str| text.to_lowercase().replace(char::is_whitespace, "");
    assert!(!folded(&stderr).contains(MARKER), "{stderr}");
    assert!(stdout.iter().all(|report| !report.to_string().contains(MARKER)));
    for (name, parts) in &files {
        assert!(!name.contains(MARKER));
        assert!(parts.iter().all(|part| !String::from_utf8_lossy(part).contains(MARKER)), "{name}");
    }
}
