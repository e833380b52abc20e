//! What a user settles before a prompt is read: policies, own axes, allowed words; and the check of a file of axes.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn run(config: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_obclip"));
    command.args(args).env("XDG_CONFIG_HOME", config).output().expect("the program starts")
}

fn explained(config: &Path, prompt: &str) -> Value {
    let output = run(config, &["explain", prompt, "--json", "--seed", "1"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A configuration folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let own = folder.path().join("obclip");
    std::fs::create_dir(&own).expect("a folder");
    for (name, text) in files {
        std::fs::write(own.join(name), text).expect("writes");
    }
    folder
}

#[test]
fn policies_decide_what_travels_and_a_kept_axis_is_warned_of() {
    let prompt = "a photo of an old muslim doctor in a park";
    let published = explained(folder(&[]).path(), prompt);
    assert_eq!(published["template"], "a photo of a {P1} doctor in a park");
    assert_eq!(published["n"], 3);
    let config = "[policy]\nreligion = \"keep\"\nage = \"neutralise\"\n";
    let kept = explained(folder(&[("config.toml", config)]).path(), prompt);
    assert_eq!(kept["template"], "a photo of a muslim {P1} doctor in a park");
    assert_eq!(kept["n"], 1);
    assert!(kept["warnings"].to_string().contains("your policy keeps religion"), "{kept}");
    assert_eq!(kept["device_text"], prompt);
    let config = "[policy]\noccupation = \"neutralise\"\n";
    let neutral = explained(folder(&[("config.toml", config)]).path(), prompt);
    assert!(!neutral["template"].to_string().contains("doctor"), "{neutral}");
    // Of a person without a role, age and gender open together; what is not said is drawn.
    let own = neutral["device_text"].to_string();
    assert!(own.contains("old muslim") && own.contains("doctor in a park"), "{own}");
}

#[test]
fn own_axes_stay_and_bad_files_are_refused() {
    let axes = "[[axis]]\nname = \"fandom\"\nneutral = \"person\"\nunlisted = [\"trekkie\"]\n";
    let home = folder(&[("axes.toml", axes)]);
    let object = explained(home.path(), "a trekkie in a park");
    assert_eq!(object["template"], "a {P1} in a park");
    assert_eq!(object["found"][0]["axis"], "fandom");
    assert_eq!(object["found"][0]["policy"], "neutralise");
    for (name, text, expected) in [
        ("axes.toml", "[[axis]]\nname = \"fandom\"", "expected words, found none"),
        ("axes.toml", "[[axis]]\nname = \"Fandom\"\nunlisted = [\"x\"]", "lower-case"),
        ("allowed-words.txt", "grandmother\n", "cannot be allowed"),
        ("config.toml", "[policy]\nnationality = \"keep\"", "nationality cannot be kept"),
        ("config.toml", "[policy]\nfandom = \"neutralise\"", "policy: expected one of"),
    ] {
        let output = run(folder(&[(name, text)]).path(), &["explain", "a dog"]);
        assert!(!output.status.success(), "{text}");
        assert!(said(&output).contains(expected), "{text}: {}", said(&output));
    }
}

#[test]
fn a_word_is_allowed_for_good_and_held_again() {
    let home = folder(&[]);
    let prompt = "a zqxv tower in a park";
    assert_eq!(explained(home.path(), prompt)["template"], "a tower in a park");
    let output = run(home.path(), &["allow", "zqxv", "table"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("travels from now on") && said(&output).contains("travels anyway")
    );
    let object = explained(home.path(), prompt);
    assert_eq!(object["template"], prompt);
    assert!(object["warnings"].to_string().contains("words you allowed"), "{object}");
    let listed = run(home.path(), &["allow", "--list"]);
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "zqxv\n");
    for (word, why) in [
        ("grandmother", "speaks of a person"),
        ("elderly", "an attribute of persons"),
        ("beard", "likelier than others"),
        ("Wilhelmina", "names and figures never travel"),
    ] {
        let output = run(home.path(), &["allow", word]);
        assert_eq!(output.status.code(), Some(1), "{word}");
        assert!(said(&output).contains(why), "{word}: {}", said(&output));
    }
    assert!(run(home.path(), &["allow", "--remove", "zqxv"]).status.success());
    assert_eq!(explained(home.path(), prompt)["template"], "a tower in a park");
    assert!(!run(home.path(), &["allow", "--remove", "zqxv"]).status.success());
    let left = std::fs::read_dir(home.path().join("obclip")).expect("a folder").count();
    assert_eq!(left, 1, "only the list is there, no half-written file");
}

#[test]
fn a_file_of_axes_is_checked_with_an_exit_code() {
    let published =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../obclip-protocol/data/catalogue-v1.toml");
    let home = folder(&[]);
    let output = run(home.path(), &["catalogue", "check", published]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("catalogue v1, SHA-256 "), "{}", said(&output));
    let bad = home.path().join("bad.toml");
    let text = std::fs::read_to_string(published).expect("a file of the repository");
    for (from, to, expected) in [
        ("\"islamic\"", "\"elderly\"", "expected every word to be read alike, found elderly"),
        ("\"old\"]", "\"as-old-as-the-hills\"]", "equally many tokens"),
        ("id = \"v1\"", "id = \"v 1\"", "one lower-case word"),
    ] {
        std::fs::write(&bad, text.replacen(from, to, 1)).expect("writes");
        let output =
            run(home.path(), &["catalogue", "check", &bad.display().to_string(), "--json"]);
        assert_eq!(output.status.code(), Some(1), "{to}");
        let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
        assert_eq!(report["ok"], false);
        assert!(report["problems"].to_string().contains(expected), "{to}: {report}");
    }
}

/// The user's catalogue goes to the cloud inside this program by its own name. For a cloud on the network see
/// `obclip-server` `tests/it/catalogues.rs`.
#[test]
fn a_published_catalogue_of_ones_own_is_expanded() {
    let published =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../obclip-protocol/data/catalogue-v1.toml");
    let text = std::fs::read_to_string(published).expect("a file of the repository");
    let axis = "[[axis]]\nname = \"fandom\"\npolicy = \"expand\"\nneutral = \"person\"\n\
                values = [\"jedi\", \"trekkie\"]\n[axis.words]\njedi = [\"jedi\"]\ntrekkie = [\"trekkie\"]\n\n\
                [[axis]]\nname = \"gender\"";
    let own = text.replacen("[[axis]]\nname = \"gender\"", axis, 1);
    let home = folder(&[]);
    let file = home.path().join("fans.toml");
    std::fs::write(&file, own.replacen("\"v1\"", "\"fans\"", 1)).expect("writes");
    let file = file.display().to_string();
    let small = ["--steps", "2", "--cloud-steps", "1", "--seed", "7"];
    let out = home.path().join("picture.png").display().to_string();
    let mut args =
        vec!["generate", "a trekkie doctor", "--catalogue", &file, "--out", &out, "--json"];
    args.extend(small);
    let output = run(home.path(), &args);
    assert!(output.status.success(), "{}", said(&output));
    let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(
        (&report["n"], &report["open_axes"][0][0]),
        (&Value::from(2), &Value::from("fandom"))
    );
    std::fs::write(&file, own).expect("writes");
    let forged = run(home.path(), &args);
    assert!(said(&forged).contains("unique ids"), "an id that is taken: {}", said(&forged));
}
