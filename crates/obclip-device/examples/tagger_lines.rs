//! What the tagger is trained on: for each annotated prompt (`tests/data/annotated/build.py`, JSON a line) what the
//! reader made of its terms, which axes it found, and which the annotation has.
//!
//!     cargo run -p obclip-device --example tagger_lines < tests/data/annotated/dense.jsonl > dense.lines
//!
//! `--open` leaves out the half of the prompts that is held out (`tests/it/annotated.rs`).

use std::collections::BTreeSet;
use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};
use std::ops::Range;

use obclip_device::{Finding, Prompt, Reading, Rules, Seen, SeenFate, ThisRevealsThePrompt};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Annotated {
    id: String,
    prompt: String,
    spans: Vec<Span>,
    tags: Vec<String>,
}

#[derive(Deserialize)]
struct Span {
    start: usize,
    end: usize,
    axis: String,
    value: Option<String>,
}

#[derive(Serialize)]
struct Line<'a> {
    prompt: &'a str,
    free: bool,
    spans: Vec<String>,
    terms: Vec<Term<'a>>,
}

#[derive(Serialize)]
struct Term<'a> {
    word: String,
    symbol: &'static str,
    shape: &'static str,
    place: &'static str,
    fate: &'static str,
    listed: Vec<&'static str>,
    /// Axes that the reader found.
    got: BTreeSet<&'a str>,
    /// Numbers of the spans of the annotation that it is in, and what these say.
    spans: Vec<usize>,
    gold: BTreeSet<String>,
}

impl Span {
    fn says(&self) -> String {
        match &self.value {
            Some(value) => format!("{}.{value}", self.axis),
            None => self.axis.clone(),
        }
    }
}

fn meet(one: &Range<usize>, start: usize, end: usize) -> bool {
    one.start < end && start < one.end
}

/// FNV-1a of the name, as in `tests/it/annotated.rs`.
fn is_held_out(id: &str) -> bool {
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    id.bytes().fold(0x811c_9dc5, mix) >> 8 & 1 == 1
}

fn term<'a>(
    place: Range<usize>,
    seen: Seen,
    found: &'a [Finding],
    annotated: &Annotated,
) -> Term<'a> {
    // Without what the weights of today add: new ones are measured against the lists.
    let found = found.iter().filter(|found| {
        meet(&place, found.start, found.end) && !found.why.starts_with("judged by")
    });
    let spans: Vec<usize> = (0..annotated.spans.len())
        .filter(|&span| meet(&place, annotated.spans[span].start, annotated.spans[span].end))
        .collect();
    Term {
        word: seen.word,
        symbol: seen.symbol,
        shape: seen.shape,
        place: seen.place,
        fate: match seen.fate {
            SeenFate::Travels => "travels",
            SeenFate::Held => "held",
            SeenFate::Found => "found",
        },
        listed: seen.listed,
        got: found.filter_map(|found| found.axis.as_deref()).collect(),
        gold: spans.iter().map(|&span| annotated.spans[span].says()).collect(),
        spans,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let only_open = std::env::args().any(|argument| argument == "--open");
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let annotated: Annotated = serde_json::from_str(&line?)?;
        if only_open && is_held_out(&annotated.id) {
            continue;
        }
        let prompt = Prompt::new(&annotated.prompt)?;
        let reading = Reading::of(&prompt);
        let found = reading.findings(ThisRevealsThePrompt);
        let seen = Reading::seen_by_tagger(&Rules::default(), &prompt, ThisRevealsThePrompt);
        let line = Line {
            prompt: &annotated.prompt,
            free: annotated.tags.iter().any(|tag| tag == "free"),
            spans: annotated.spans.iter().map(Span::says).collect(),
            terms: seen
                .into_iter()
                .map(|(place, seen)| term(place, seen, found, &annotated))
                .collect(),
        };
        writeln!(out, "{}", serde_json::to_string(&line)?)?;
    }
    Ok(())
}
