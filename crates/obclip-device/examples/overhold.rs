//! Measures the reader on a corpus: `overhold [--show] [--people] < prompts.txt`, one prompt a line.
//!
//! Prints how many innocent words are held (words that state no attribute, are no name and belong to no correlate), in how
//! many prompts each axis is found, and the time per prompt. `--show` prints each template.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::time::Instant;

use obclip_device::{Cover, Policy, Prompt, Reading, ThisRevealsThePrompt, build};
use obclip_protocol::Catalogue;

const UNKNOWN: &str = "not in the wire vocabulary";

/// What the tagger labels is held for being unknown.
fn kind(why: &str) -> &str {
    if why.starts_with("judged") { UNKNOWN } else { why }
}

fn main() {
    let show = std::env::args().any(|arg| arg == "--show");
    let catalogue = Catalogue::v1();
    let (mut n_prompts, mut n_words, mut with_persons, mut refused) = (0, 0, 0, 0);
    let mut held: BTreeMap<String, usize> = BTreeMap::new();
    let mut unknown: BTreeMap<String, usize> = BTreeMap::new();
    let mut axes: BTreeMap<String, usize> = BTreeMap::new();
    let mut names = 0;
    let (mut slowest, start) = (0.0_f64, Instant::now());
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let Ok(prompt) = Prompt::new(&line) else { continue };
        let before = Instant::now();
        let reading = Reading::of(&prompt);
        slowest = slowest.max(if n_prompts > 0 { before.elapsed().as_secs_f64() } else { 0.0 });
        n_prompts += 1;
        n_words += line.split_whitespace().count();
        with_persons += usize::from(!reading.masked.persons().is_empty());
        let found: BTreeSet<String> = reading
            .findings(ThisRevealsThePrompt)
            .iter()
            .filter_map(|finding| finding.axis.as_deref().map(str::to_owned))
            .collect();
        for axis in found {
            *axes.entry(axis).or_default() += 1;
        }
        let mut counted = BTreeSet::new();
        for finding in reading.findings(ThisRevealsThePrompt) {
            if finding.policy == Policy::Hold {
                *held.entry(kind(&finding.why).to_owned()).or_default() += 1;
            }
            if finding.axis.as_deref() == Some("name") {
                names += 1;
            } else if kind(&finding.why) == UNKNOWN && counted.insert(finding.start) {
                *unknown.entry(line[finding.start..finding.end].to_lowercase()).or_default() += 1;
            }
        }
        match build(&reading.masked, &catalogue, Cover::Mentioned, 32) {
            Ok(class) if show => {
                println!("{}\t{}\t{line}", class.n_members, class.template.text());
            }
            Ok(_) => {}
            Err(error) => {
                refused += 1;
                println!("REFUSED {error}: {line}");
            }
        }
    }
    let mean_ms = 1e3 * start.elapsed().as_secs_f64() / f64::from(n_prompts.max(1));
    println!(
        "# prompts {n_prompts}, words {n_words}, with persons {with_persons}, refused {refused}"
    );
    println!("# prompts in which an axis is found: {axes:?}");
    println!("# held as names: {names} ({:.2} %)", 100.0 * names as f64 / n_words.max(1) as f64);
    for (why, count) in held {
        println!("# held: {count} ({:.2} %) {why}", 100.0 * count as f64 / n_words.max(1) as f64);
    }
    println!("# {mean_ms:.3} ms a prompt, slowest after the first {:.3} ms", 1e3 * slowest);
    let mut unknown: Vec<_> = unknown.into_iter().collect();
    unknown.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let most: Vec<_> = unknown.iter().take(80).map(|(word, n)| format!("{word} {n}")).collect();
    println!("# most held unknown words: {}", most.join(", "));
}
