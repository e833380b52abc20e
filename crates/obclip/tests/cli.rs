//! What the user's program says and does when it is used wrongly: a clear error, an exit code, no file.

use std::path::Path;
use std::process::{Command, Output};

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_obclip"))
        .args(args)
        .current_dir(folder)
        .output()
        .expect("the program starts")
}

/// Runs `generate`, expects a failure that says `expected`, and no file left behind.
fn refuses(args: &[&str], expected: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut all = vec!["generate"];
    all.extend(args);
    let output = run(folder.path(), &all);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{args:?} succeeded");
    assert!(output.status.code().is_some_and(|code| code != 101), "{args:?} panicked: {said}");
    assert!(said.contains(expected), "{args:?}: expected {expected:?} in {said:?}");
    let left = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 0, "{args:?} left a file");
}

#[test]
fn wrong_settings_are_refused() {
    refuses(&["a man", "--steps", "0"], "steps: expected at least 1, found 0");
    refuses(
        &["a man", "--steps", "5", "--cloud-steps", "6"],
        "cloud steps: expected at most 5, found 6",
    );
    refuses(&["a man", "--cloud-steps", "0"], "cloud steps: expected at least 1, found 0");
    refuses(&["a man", "--guidance", "-1"], "guidance");
    refuses(&["a man", "--guidance", "nan"], "guidance");
    refuses(&["a man", "--size", "130x128"], "width: expected a multiple of");
    refuses(&["a man", "--size", "8x8"], "width: expected at least 64, found 8");
    refuses(&["a man", "--size", "big"], "WIDTHxHEIGHT");
    refuses(&["a man", "--sampler", "magic"], "dpmpp-2m");
    refuses(&["a man", "--count", "0"], "0");
}

/// A tail that cannot be run is refused before anything leaves; `--plan`, which the cloud runs, by the cloud.
#[test]
fn wrong_plans_are_refused() {
    refuses(&["a man", "--tail", "fast"], "the device's plan: expected a published plan");
    refuses(&["a man", "--tail", "trunk2"], "expected one without trunks, found 1");
    refuses(&["a man", "--tail-steps", "21"], "the device's steps: expected 1 to 20, found 21");
    refuses(&["a man", "--plan", "fast"], "plan");
}

/// With `--wait` the axes that the pair's device decides as well never reach the wire.
#[test]
fn axes_that_can_wait_are_not_expanded() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let n = |more: &[&str]| {
        let mut args = vec!["explain", "--json", "portrait of an old asian woman"];
        args.extend(more);
        let output = run(folder.path(), &args);
        let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        (said["n"].as_u64(), said["members"].to_string())
    };
    assert_eq!(n(&[]).0, Some(30));
    let (three, members) = n(&["--wait"]);
    assert_eq!(three, Some(3));
    for value in ["asian", "woman", "female"] {
        assert!(!members.contains(value), "{members}");
    }
    // Measured at five cloud steps: not claimed for more.
    assert_eq!(n(&["--wait", "--cloud-steps", "6"]).0, Some(30));
}

#[test]
fn wrong_prompts_are_refused() {
    refuses(&[""], "prompt: expected text, found none");
    refuses(&["  \n "], "prompt: expected text, found none");
    refuses(&["a\u{7}man"], "control characters");
    let long = "marker ".repeat(10_000);
    refuses(&[&long], "prompt: expected at most 4096 bytes, found 70000");
    refuses(&["a man", "--negative", &long], "--negative");
}

#[test]
fn places_that_cannot_be_written_are_refused_before_the_work() {
    refuses(&["a man", "--out", "no/such/folder/x.png"], "cannot write into the folder");
    refuses(&["a man", "--out", "."], "--out must name a file");
}

#[test]
fn broken_model_folders_are_refused_by_name() {
    refuses(&["a man", "--model-dir", "nowhere"], "--model-dir must hold a model folder");
    let models = tempfile::tempdir().expect("a temporary folder");
    let path = models.path().to_str().expect("a temporary path is text").to_owned();
    for side in ["cloud", "device"] {
        copy_pair(&models.path().join(side), side);
    }
    let cloud_unet = models.path().join("cloud/unet");
    let weights = cloud_unet.join("diffusion_pytorch_model.safetensors");
    let good = std::fs::read(&weights).expect("the copied weights");

    std::fs::write(&weights, &good[..good.len() / 2]).expect("a writable file");
    refuses(&["a man", "--model-dir", &path], "cannot load the cloud model");
    std::fs::write(&weights, b"not weights").expect("a writable file");
    refuses(&["a man", "--model-dir", &path], "cannot load the cloud model");
    std::fs::remove_file(&weights).expect("a removable file");
    refuses(&["a man", "--model-dir", &path], "diffusion_pytorch_model");
    std::fs::write(&weights, &good).expect("a writable file");

    let config = cloud_unet.join("config.json");
    let text = std::fs::read_to_string(&config).expect("the copied config");
    let wider = text.replacen("48", "96", 1);
    assert_ne!(wider, text, "the config was changed");
    std::fs::write(&config, wider).expect("a writable file");
    refuses(&["a man", "--model-dir", &path], "cannot load the cloud model");
    std::fs::write(&config, &text).expect("a writable file");

    let scheduler = models.path().join("cloud/scheduler/scheduler_config.json");
    let text = std::fs::read_to_string(&scheduler).expect("the copied config");
    std::fs::write(&scheduler, text.replace("0.012", "0.02")).expect("a writable file");
    refuses(&["a man", "--model-dir", &path], "noise schedule");
}

/// Writes an embedded model folder to disk.
fn copy_pair(folder: &Path, side: &str) {
    let files = if side == "cloud" { obclip_pair::cloud() } else { obclip_pair::device() };
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a writable file");
    }
}

#[test]
fn the_main_job_writes_a_picture_that_does_not_tell_its_prompt() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let prompt = "portrait of an old asian woman wearing glasses";
    let output =
        run(folder.path(), &["generate", prompt, "--steps", "3", "--cloud-steps", "1", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json = String::from_utf8(output.stdout).expect("JSON is text");
    assert!(json.contains("\"n\":30") && json.contains("\"bytes_up\":1024"), "{json}");
    let picture = std::fs::read(folder.path().join("obclip.png")).expect("the default file");
    assert!(picture.starts_with(b"\x89PNG"));
    let text = String::from_utf8_lossy(&picture);
    assert!(text.contains("obclip:steps"), "settings are there");
    assert!(!text.contains("glasses") && !text.contains("asian") && !text.contains("seed"));
}

#[test]
fn show_request_prints_every_byte_that_leaves_and_no_value() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let args =
        ["generate", "an old asian woman", "--steps", "2", "--cloud-steps", "1", "--show-request"];
    let output = run(folder.path(), &args);
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success());
    assert!(text.contains("template     a {P1}\n"), "{text}");
    assert!(text.contains("1024 bytes:"), "{text}");
    for word in ["old", "asian", "woman"] {
        let leaves = text
            .lines()
            .filter(|line| !line.starts_with("  open axes"))
            .any(|line| line.split(|c: char| !c.is_alphanumeric()).any(|found| found == word));
        assert!(!leaves, "{word} in {text}");
    }
}

#[test]
fn full_metadata_is_opt_in() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let args = [
        "generate",
        "an old man",
        "--steps",
        "2",
        "--cloud-steps",
        "1",
        "--metadata",
        "full",
        "--out",
        "m.png",
    ];
    let output = run(folder.path(), &args);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("--metadata full"), "it warns");
    let picture = std::fs::read(folder.path().join("m.png")).expect("the file");
    assert!(String::from_utf8_lossy(&picture).contains("an old man"));
}

/// One seed in each precision: nearly the same picture, and not quite.
#[test]
fn every_precision_paints_the_same_picture() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let paint = |precision: &str| {
        let name = format!("{precision}.png");
        let size = ["--size", "64x64", "--steps", "2", "--cloud-steps", "1", "--seed", "7"];
        let mut args = vec!["generate", "an old man", "--out", &name, "--precision", precision];
        args.extend(size);
        let output = run(folder.path(), &args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        pixels(&folder.path().join(name))
    };
    let single = paint("f32");
    let furthest = |other: Vec<u8>| {
        assert_eq!(other.len(), single.len());
        single.iter().zip(other).map(|(&a, b)| a.abs_diff(b)).max()
    };
    assert!(furthest(paint("reference")) <= Some(1), "another order of sums");
    let bf16 = furthest(paint("bf16"));
    assert!(Some(0) < bf16 && bf16 <= Some(40), "rounded weights: {bf16:?} grey levels");
}

/// A GPU follows neither the processor's precision nor its threads: asking for both is an error, not one choice ignored.
#[test]
fn a_gpu_and_what_is_the_processors_exclude_each_other() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for command in [&["generate", "an old man"][..], &["doctor"]] {
        for (option, value) in [("--precision", "bf16"), ("--threads", "1")] {
            let output = run(folder.path(), &[command, &["--gpu", "0", option, value]].concat());
            assert_eq!(output.status.code(), Some(2), "wrong usage");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(said.contains(option) && said.contains("cannot be used with"), "{said}");
            assert!(said.contains("--gpu <NUMBER[:STORAGE]>"), "{said}");
        }
    }
}

fn pixels(path: &Path) -> Vec<u8> {
    let file = std::io::BufReader::new(std::fs::File::open(path).expect("a picture"));
    let mut reader = png::Decoder::new(file).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a small picture")];
    reader.next_frame(&mut pixels).expect("pixels");
    pixels
}
