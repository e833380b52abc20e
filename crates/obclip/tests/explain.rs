//! `obclip explain`: the page, the object, the batch, and the transcript in the README.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_obclip"));
    // The settings of whoever runs the tests must not decide them.
    command.arg("explain").args(args).env("XDG_CONFIG_HOME", "/nonexistent");
    command
}

fn run(args: &[&str]) -> Output {
    command(args).output().expect("the program starts")
}

fn object(args: &[&str]) -> Value {
    let output = run(args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

fn batch(args: &[&str], input: &[u8]) -> Vec<Value> {
    let mut child = command(&[&["--stdin"], args].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("no panic").expect("the program reads all");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("JSON is text");
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect()
}

#[test]
fn the_object_says_everything_and_offsets_are_code_points() {
    let prompt = "déjà vu: portrait of an old asian woman with a beard, zyxwmarker";
    let object = object(&[prompt, "--json", "--seed", "1"]);
    let letters: Vec<char> = prompt.chars().collect();
    let mut values = Vec::new();
    for found in object["found"].as_array().expect("a list") {
        let at = |key: &str| found[key].as_u64().expect("an offset") as usize;
        let text = found["text"].as_str().expect("text");
        assert_eq!(letters[at("start")..at("end")].iter().collect::<String>(), text);
        assert_eq!(&prompt[at("start_byte")..at("end_byte")], text);
        assert!(
            ["expand", "hold", "neutralise", "keep"]
                .contains(&found["policy"].as_str().expect("text"))
        );
        if let Some(value) = found["value"].as_str() {
            assert_eq!(found["person"], 0);
            values.push((found["axis"].as_str().expect("an axis"), value));
        }
    }
    assert_eq!(values, [("age", "old"), ("ethnicity", "asian"), ("gender", "female")]);
    let held: Vec<&str> =
        object["held"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!(held.contains(&"beard") && held.contains(&"zyxwmarker"), "{held:?}");
    assert_eq!(object["n"], 30);
    let members = object["members"].as_array().expect("a list");
    assert_eq!(members.len(), 30);
    let member = object["member"].as_u64().expect("a position") as usize;
    assert!(members[member].as_str().expect("text").contains("old asian woman"));
    assert!(object["template"].as_str().expect("text").contains("{P1}"));
    let k_eff = object["k_eff"].as_f64().expect("a figure");
    assert!((1.0..=30.0).contains(&k_eff));
    let product = k_eff * object["guess_rate"].as_f64().expect("a figure");
    assert!((product - 1.0).abs() < 0.01);
    assert!(!object["warnings"].as_array().expect("a list").is_empty());
    let hex = object["request"]["hex"].as_str().expect("text");
    assert_eq!(hex.len() as u64, 2 * object["request"]["n_bytes"].as_u64().expect("a length"));
}

/// The dry run shows the bytes that the job would send.
#[test]
fn the_bytes_are_those_that_generate_sends() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let prompt = "an old asian woman with a beard";
    let options = ["--seed", "7", "--steps", "2", "--cloud-steps", "1", "--cap", "6"];
    let mut args = vec!["generate", prompt, "--show-request"];
    args.extend(options);
    let generated = Command::new(env!("CARGO_BIN_EXE_obclip"))
        .args(args)
        .current_dir(folder.path())
        .output()
        .expect("the program starts");
    assert!(generated.status.success(), "{}", String::from_utf8_lossy(&generated.stderr));
    let dump = |text: &str| {
        let lines = text.lines().skip_while(|line| !line.ends_with(" bytes:"));
        lines
            .take_while(|line| line.starts_with("  ") || line.ends_with(" bytes:"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let shown = dump(&String::from_utf8(generated.stdout).expect("text"));
    let explained = run(&[&[prompt], &options[..]].concat());
    assert!(shown.len() > 10);
    assert_eq!(dump(&String::from_utf8(explained.stdout).expect("text")), shown);
}

#[test]
fn a_bad_line_gives_an_error_object_and_the_batch_goes_on() {
    let mut input = b"a dog\n\nan old man\r\n\xff\xfe\na\x07b\n".to_vec();
    input.extend(vec![b'x'; 5_000_000]);
    input.extend(b"\nlast");
    let objects = batch(&[], &input);
    let outcome = |object: &Value| match object.get("error") {
        Some(error) => error["code"].as_str().expect("a code").to_owned(),
        None => object["n"].to_string(),
    };
    let outcomes: Vec<String> = objects.iter().map(outcome).collect();
    let expected = [
        "1",
        "prompt-empty",
        "6",
        "prompt-not-utf8",
        "prompt-control-characters",
        "prompt-too-long",
        "1",
    ];
    assert_eq!(outcomes, expected);
    for (idx, object) in objects.iter().enumerate() {
        assert_eq!(object["line"], idx + 1);
        if let Some(error) = object.get("error") {
            assert!(error["message"].as_str().expect("text").starts_with("prompt: expected"));
        }
    }
}

/// A job of its own for every line: no seed twice, unless one was asked for.
#[test]
fn every_line_has_a_seed_of_its_own() {
    let seeds = |args: &[&str]| -> Vec<String> {
        let objects = batch(args, b"a man\na man\n");
        objects.iter().map(|object| object["request"]["seed"].to_string()).collect()
    };
    let fresh = seeds(&[]);
    assert_ne!(fresh[0], fresh[1]);
    assert_ne!(fresh, seeds(&[]));
    let fixed = seeds(&["--seed", "1"]);
    assert_ne!(fixed[0], fixed[1]);
    assert_eq!(fixed, seeds(&["--seed", "1"]));
}

#[test]
fn unmentioned_axes_are_drawn_and_shown() {
    let object = object(&["a photo of a doctor", "--json", "--cover", "person"]);
    let drawn = object["drawn"].as_array().expect("a list");
    assert_eq!(drawn.len(), 3);
    for drawn in drawn {
        let value = drawn["value"].as_str().expect("a value");
        assert!(object["device_text"].as_str().expect("text").contains(value));
    }
    let page = run(&["a photo of a doctor", "--cover", "person"]).stdout;
    assert!(
        String::from_utf8(page).expect("text").contains("drawn, since the prompt leaves it open")
    );
}

#[test]
fn no_colour_where_standard_output_is_no_terminal() {
    assert!(!run(&["an old man"]).stdout.contains(&0x1b));
    let output = command(&["an old man"]).env("CLICOLOR_FORCE", "1").output().expect("it starts");
    assert!(output.stdout.contains(&0x1b), "colour where it is asked for");
    let mut command = command(&["an old man"]);
    let output = command.env("NO_COLOR", "1").output().expect("it starts");
    assert!(!output.stdout.contains(&0x1b));
}

#[test]
fn wrong_use_is_refused() {
    for (args, expected) in [
        (vec![], "<PROMPT>"),
        (vec!["a man", "--stdin"], "--stdin"),
        (vec![""], "prompt: expected text, found none"),
        (vec!["a man", "--cap", "0"], "0"),
        (vec!["a man", "--cap", "33"], "33"),
        (vec!["a man", "--size", "130x128"], "width"),
        (vec!["a man", "--model-dir", "nowhere"], "--model-dir"),
    ] {
        let output = run(&args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(expected), "{args:?}: {said}");
    }
}

/// A language model of the user's: every figure is its own, and a folder that holds none is refused.
#[test]
fn a_language_model_can_be_asked() {
    let lm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/lm/gpt2");
    let lm = lm.to_str().expect("a path of letters");
    let asked = object(&["an old woman", "--json", "--lm", lm]);
    let built_in = object(&["an old woman", "--json"]);
    assert_eq!(asked["attacker"], "language-model");
    assert_eq!(built_in["attacker"], "associations-v1");
    assert_ne!(asked["k_eff"], built_in["k_eff"]);
    assert_eq!(asked["template"], built_in["template"]);
    let output = run(&["an old woman", "--lm", "nowhere"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("--lm must hold a GPT-2"));
}

#[test]
fn the_configuration_file_sets_defaults_and_flags_override_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("obclip/config.toml");
    std::fs::create_dir(file.parent().expect("a folder")).expect("a folder");
    let n = |text: &str, args: &[&str]| {
        std::fs::write(&file, text).expect("a writable file");
        let mut command = command(&[&["a young doctor", "--json"], args].concat());
        let output = command.env("XDG_CONFIG_HOME", folder.path()).output().expect("it starts");
        match output.status.success() {
            true => serde_json::from_slice::<Value>(&output.stdout).expect("JSON")["n"].to_string(),
            false => String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    };
    assert_eq!(n("", &[]), "3");
    assert_eq!(n("cover = \"person\"", &[]), "30");
    assert_eq!(n("cover = \"person\"", &["--cover", "mentioned"]), "3");
    assert_eq!(n("cover = \"person\"\ncap = 6", &[]), "6");
    assert_eq!(n("cover = \"person\"\n[policy]\nage = \"neutralise\"", &[]), "10");
    let refused = n("colour = 1", &[]);
    assert!(refused.contains("config.toml") && refused.contains("colour"), "{refused}");
}

/// The transcript in the README is what the program prints. `...` stands for any lines, `[..]` for anything in a line.
#[test]
fn the_transcript_in_the_readme_holds() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(readme).expect("the README");
    let mut lines = readme.lines().skip_while(|line| !line.starts_with("    $ obclip explain"));
    let call = lines.next().expect("the README explains a prompt");
    let arguments = call.trim_start_matches("    $ obclip explain").trim();
    let (prompt, options) = arguments.trim_start_matches('"').split_once('"').expect("a prompt");
    let expected: Vec<&str> = lines
        .take_while(|line| line.is_empty() || line.starts_with("    "))
        .map(|line| line.strip_prefix("    ").unwrap_or(line))
        .collect();
    let output = run(&[&[prompt], &options.split_whitespace().collect::<Vec<_>>()[..]].concat());
    let printed = String::from_utf8(output.stdout).expect("text");
    let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let expected = expected.join("\n");
    let expected: Vec<&str> = expected.trim_end().lines().collect();
    assert!(expected.len() > 10, "the README shows the page");
    assert!(matches(&expected, &printed), "printed:\n{}", printed.join("\n"));
}

fn matches(expected: &[&str], printed: &[&str]) -> bool {
    match (expected, printed) {
        ([], rest) => rest.is_empty(),
        ([first, rest @ ..], _) if first.trim() == "..." => {
            (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..]))
        }
        ([first, rest @ ..], [line, lines @ ..]) => {
            line_matches(first, line) && matches(rest, lines)
        }
        (_, []) => false,
    }
}

fn line_matches(expected: &str, line: &str) -> bool {
    let Some((start, rest)) = expected.split_once("[..]") else { return expected == line };
    let Some(line) = line.strip_prefix(start) else { return false };
    line.char_indices()
        .map(|(at, _)| at)
        .chain([line.len()])
        .any(|at| line_matches(rest, &line[at..]))
}
