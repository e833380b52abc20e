//! The subcommand as a user calls it.

use clap::Parser;
use serde_json::Value;

use crate::cli::{Cli, Command};

/// What `obclip-bench cost …` prints, or why it refuses.
fn cost(arguments: &str) -> Result<String, String> {
    let words = ["obclip-bench", "cost"].into_iter().chain(arguments.split_whitespace());
    let cli = Cli::try_parse_from(words).map_err(|error| error.to_string())?;
    let Command::Cost(options) = cli.command else { panic!("another command") };
    let mut out = Vec::new();
    super::super::run(&options, &mut out).map_err(|error| format!("{error:#}"))?;
    Ok(String::from_utf8(out).unwrap())
}

#[test]
fn the_table_for_people() {
    let text = cost("--model bk-sdm-tiny --plan paper-k5 --n 1,6").unwrap();
    let first = "bk-sdm-tiny at 64×64 latents, 77 tokens, 323.38 M parameters";
    assert_eq!(text.lines().next(), Some(first));
    assert_eq!(text.lines().filter(|line| line.starts_with("paper-k5")).count(), 6);
}

#[test]
fn json_adds_up() {
    let json: Value = serde_json::from_str(&cost("--plan plain --n 2 --json").unwrap()).unwrap();
    let request = &json["costs"][0];
    let computed = request["computed"].as_array().unwrap();
    let sum: u64 = computed.iter().map(|cell| cell["macs"].as_u64().unwrap()).sum();
    assert_eq!(Some(sum), request["macs"].as_u64());
    assert_eq!(request["n_rows"], 19);
}

#[test]
fn a_printed_plan_is_read_back() {
    let plan = cost("--plan paper-k10 --stage reuse --n 3 --print-plan").unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), plan).unwrap();
    let count = |arguments: &str| {
        let json: Value = serde_json::from_str(&cost(arguments).unwrap()).unwrap();
        json["costs"][0]["macs"].clone()
    };
    let named = count("--plan paper-k10 --stage reuse --n 3 --json");
    assert_eq!(count(&format!("--plan-file {} --json", file.path().display())), named);
    let refused = cost(&format!("--model sdxl --plan-file {}", file.path().display()));
    assert_eq!(refused.unwrap_err(), "expected a plan for 3 levels, found one for 4");
}

#[test]
fn what_cannot_be_counted_is_refused() {
    let refused = |arguments| cost(arguments).unwrap_err();
    assert_eq!(refused("--n 0"), "n: expected 1 to 200, found 0");
    assert_eq!(refused("--plan plain --k 251"), "k: expected 1 to 250, found 251");
    assert_eq!(refused("--latent 0"), "latent: expected 1 to 1024, found 0");
    assert!(refused("--config /nowhere").starts_with("/nowhere: No such file"));
    assert!(refused("--model sd-9").contains("invalid value 'sd-9'"));
}
