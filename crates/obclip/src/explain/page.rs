//! A dry run as a page for the user's own terminal.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use obclip_device::{Explanation, Found, Leaves, Policy, Stays};

use super::object::warnings;
use crate::screen;

/// The page, with colours; the writer takes them out where they do not belong.
pub(super) fn page(prompt: &str, explanation: &Explanation) -> String {
    let Explanation { leaves, stays } = explanation;
    let mut page = String::new();
    section(&mut page, "the prompt", &highlighted(prompt, stays));
    section(&mut page, "found in it", &found(stays));
    section(&mut page, "stays on this device", &stays_here(stays, leaves));
    section(&mut page, "the members: the cloud starts them all", &members(leaves));
    let request = screen::describe(&leaves.class, &leaves.request);
    page.push_str(&request);
    page.push_str(&screen::hex_dump(leaves.bytes.as_ref()));
    page.push('\n');
    section(&mut page, "what the rest of the prompt gives away", &residual(leaves));
    let warnings = warnings(leaves);
    if !warnings.is_empty() {
        section(&mut page, "warnings", &warnings.join("\n"));
    }
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

fn section(page: &mut String, title: &str, body: &str) {
    let _ = writeln!(page, "{BOLD}{title}{BOLD:#}");
    for line in body.lines() {
        let _ = writeln!(page, "  {line}");
    }
    page.push('\n');
}

/// The user's own text with a bracket around every span that was found.
fn highlighted(prompt: &str, stays: &Stays) -> String {
    let mut text = String::new();
    let mut at = 0;
    for found in stays.found() {
        let span = &found.span;
        if span.start_byte < at {
            continue;
        }
        let style = style(found.policy);
        let before = prompt.get(at..span.start_byte).unwrap_or_default();
        let _ = write!(text, "{before}{style}[{}]{style:#}", span.text);
        at = span.end_byte;
    }
    text.push_str(prompt.get(at..).unwrap_or_default());
    text
}

fn found(stays: &Stays) -> String {
    if stays.found().is_empty() {
        return "nothing that describes a person".to_owned();
    }
    let widths = stays.found().iter().map(|found| found.span.text.chars().count());
    let width = widths.max().unwrap_or(0).min(MOST_WIDTH);
    stays.found().iter().map(|found| found_line(found, width)).collect()
}

fn found_line(found: &Found, width: usize) -> String {
    let states = match (&found.axis, &found.value) {
        (Some(axis), Some(value)) => format!("{axis} = {value}"),
        (Some(axis), None) => format!("{axis}, no listed value"),
        (None, _) => String::new(),
    };
    let person = found.person.map_or(String::new(), |person| format!("person {}", person + 1));
    let (style, policy) = (style(found.policy), found.policy.name());
    let text = &found.span.text;
    format!("{text:width$}  {states:24} {person:9} {style}{policy:10}{style:#} {}\n", found.why)
}

fn stays_here(stays: &Stays, leaves: &Leaves) -> String {
    let mut text = String::new();
    if leaves.class.n_members > 1 {
        let _ = writeln!(
            text,
            "the choice: member {} of {}",
            stays.member_idx() + 1,
            leaves.class.n_members
        );
    }
    for drawn in stays.drawn() {
        let (person, axis) = (drawn.person + 1, drawn.axis);
        let scope = match drawn.in_picture {
            true => "drawn, since the prompt leaves it open; a job draws anew",
            false => "drawn for the cloud's half only; the picture follows your own word",
        };
        let _ = writeln!(text, "{axis} of person {person}: {} ({scope})", drawn.value);
    }
    let quoted = |words: Vec<&str>| words.join(" · ");
    let held = quoted(stays.held().map(|span| span.text.as_str()).collect());
    let left_out = quoted(stays.left_out().iter().map(|span| span.text.as_str()).collect());
    let negative = quoted(stays.negative_held().iter().map(|span| span.text.as_str()).collect());
    for (what, words) in
        [("held", held), ("left out with them", left_out), ("held of the negative", negative)]
    {
        if !words.is_empty() {
            let _ = writeln!(text, "{what}: {words}");
        }
    }
    let _ = writeln!(text, "the text of your own model: {}", stays.text().reveal());
    text
}

fn members(leaves: &Leaves) -> String {
    let lines = leaves.members.texts.iter().enumerate();
    lines.map(|(idx, text)| format!("{:2} {text}\n", idx + 1)).collect()
}

fn residual(leaves: &Leaves) -> String {
    let (prior, n) = (&leaves.prior, leaves.class.n_members);
    format!(
        "k_eff {:.1} of N = {n}; {:.2} bits of min-entropy; the best guess is right in {:.1} %, a blind one in {:.1} %",
        prior.k_eff(),
        prior.min_entropy_bits(),
        100.0 * prior.guess_rate(),
        100.0 / n.max(1) as f64,
    )
}

fn style(policy: Policy) -> Style {
    let colour = match policy {
        Policy::Expand => AnsiColor::Green,
        Policy::Hold => AnsiColor::Yellow,
        Policy::Neutralise => AnsiColor::Cyan,
        Policy::Keep => AnsiColor::White,
    };
    colour.on_default()
}

const BOLD: Style = Style::new().bold();
/// Longer words are not padded to.
const MOST_WIDTH: usize = 24;
