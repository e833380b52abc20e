//! Groups of prompts by an independent author (`tests/data/groups`): in a group only a value differs, so all give one request.
//!
//!     cargo test -p obclip-tests groups -- --nocapture

use std::collections::BTreeMap;
use std::path::Path;

use obclip_device::Cover;
use serde::Deserialize;

use crate::oblivious::request;

#[derive(Deserialize)]
struct Group {
    kind: Kind,
    prompts: Vec<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Value,
    Sensitive,
    Mention,
}

fn groups(file: &str) -> Vec<Group> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/groups").join(file);
    let text = std::fs::read_to_string(path).expect("the groups");
    text.lines().map(|line| serde_json::from_str(line).expect("a group")).collect()
}

/// Pairs of a kind whose requests differ, and all its pairs.
fn unequal(groups: &[Group]) -> BTreeMap<Kind, (usize, usize)> {
    let mut counts = BTreeMap::new();
    for group in groups {
        let cover = if group.kind == Kind::Mention { Cover::Person } else { Cover::Mentioned };
        let requests: Vec<_> = group.prompts.iter().map(|prompt| request(prompt, cover)).collect();
        let (unequal, all): &mut (usize, usize) = counts.entry(group.kind).or_default();
        for (at, one) in requests.iter().enumerate() {
            *unequal += requests[..at].iter().filter(|other| *other != one).count();
            *all += at;
        }
    }
    counts
}

#[allow(clippy::print_stdout, reason = "the rates are the point of the run")]
fn hold(file: &str, most: &[(Kind, f64)]) {
    let counts = unequal(&groups(file));
    for (kind, bound) in most {
        let (unequal, all) = counts[kind];
        let rate = 100.0 * unequal as f64 / all as f64;
        println!("{file} {kind:?}: {unequal} of {all} pairs unequal ({rate:.2} %)");
        assert!(rate <= *bound, "{kind:?}: {rate:.2} % unequal, expected at most {bound} %");
    }
}

/// What was reached (results/coverage). May only go down; the aim is 0.5 for values and mentions.
#[test]
fn groups_nobody_read_give_equal_requests() {
    use Kind::{Mention, Sensitive, Value};
    hold("sealed.jsonl", &[(Value, 1.0), (Mention, 1.0), (Sensitive, 0.1)]);
    hold("sealed-2.jsonl", &[(Value, 3.4), (Mention, 8.1), (Sensitive, 11.0)]);
}

#[test]
fn groups_that_were_read_give_equal_requests() {
    use Kind::{Mention, Sensitive, Value};
    hold("open.jsonl", &[(Sensitive, 4.1)]);
    hold("open-2.jsonl", &[(Value, 0.1), (Mention, 4.7), (Sensitive, 1.3)]);
    hold("open-3.jsonl", &[(Value, 1.5), (Mention, 15.2), (Sensitive, 3.9)]);
}
