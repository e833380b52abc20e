//! What the reader finds in the annotated prompts of `tests/data/annotated`, `independent`, `sealed`, `sealed2` and `sealed3`.
//!
//!     cargo test -p obclip-tests annotated -- --nocapture
//!
//! The misses of `sealed2` and `sealed3` are read by nobody. Those of `annotated`'s held-out half (by a hash of a prompt's name), `independent` and
//! `sealed` were not until 2026-11-22, 23:40; since then all of theirs are, and the reader was mended against them.

use std::collections::BTreeMap;
use std::path::Path;

use obclip_device::{Finding, Prompt, Reading, ThisRevealsThePrompt};
use serde::Deserialize;

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

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Half {
    Open,
    HeldOut,
}

/// Counts of one axis in one half.
#[derive(Default)]
struct Counts {
    spans: usize,
    found: usize,
    valued: usize,
    exact: usize,
    groups: BTreeMap<String, (usize, usize)>,
}

#[derive(Default)]
struct Score {
    axes: BTreeMap<(Half, String), Counts>,
    free: BTreeMap<Half, (usize, usize)>,
}

impl Annotated {
    /// FNV-1a of the name: never changes when prompts are added.
    fn half(&self) -> Half {
        let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        let hash = self.id.bytes().fold(0x811c_9dc5, mix);
        if hash >> 8 & 1 == 1 { Half::HeldOut } else { Half::Open }
    }

    /// The value, the origin of a name and the dialect, for the minimum over groups.
    fn groups(&self, span: &Span) -> Vec<String> {
        let tagged = |tag: &&String| tag.starts_with("name:") || tag.starts_with("dialect:");
        let tags = self.tags.iter().filter(tagged).cloned();
        span.value.iter().cloned().chain(tags).collect()
    }
}

/// Those of a folder under `data`.
fn prompts(folder: &str) -> Vec<Annotated> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the annotated prompts")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .collect();
    files.sort();
    let text = |path| std::fs::read_to_string(path).expect("a readable file");
    let line = |line: &str| serde_json::from_str(line).expect("an annotated prompt");
    files.into_iter().flat_map(|path| text(path).lines().map(line).collect::<Vec<_>>()).collect()
}

fn score(folder: &str) -> Score {
    let mut score = Score::default();
    for annotated in prompts(folder) {
        let reading = Reading::of(&Prompt::new(&annotated.prompt).expect("a valid prompt"));
        let findings = reading.findings(ThisRevealsThePrompt);
        // The other lists have no halves.
        let half = if folder == "annotated" { annotated.half() } else { Half::HeldOut };
        if annotated.tags.iter().any(|tag| tag == "free") {
            let (alarms, all) = score.free.entry(half).or_default();
            *alarms += usize::from(findings.iter().any(is_alarm));
            *all += 1;
        }
        for span in &annotated.spans {
            let counts = score.axes.entry((half, span.axis.clone())).or_default();
            count(counts, &annotated, span, findings);
        }
    }
    score
}

/// Occupations travel by default: in "a pirate ship" nothing is said of a person.
fn is_alarm(finding: &Finding) -> bool {
    finding.axis.as_deref().is_some_and(|axis| axis != "occupation")
}

fn count(counts: &mut Counts, annotated: &Annotated, span: &Span, findings: &[Finding]) {
    let on_axis = |finding: &&Finding| {
        finding.axis.as_deref() == Some(&span.axis)
            && finding.start < span.end
            && span.start < finding.end
    };
    let hits: Vec<_> = findings.iter().filter(on_axis).collect();
    let found = usize::from(!hits.is_empty());
    counts.spans += 1;
    counts.found += found;
    if span.value.is_some() && found == 1 {
        counts.valued += 1;
        let exact = hits.iter().any(|hit| hit.value.as_deref() == span.value.as_deref());
        counts.exact += usize::from(exact);
    }
    for group in annotated.groups(span) {
        let (of_group, all) = counts.groups.entry(group).or_default();
        *of_group += found;
        *all += 1;
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

impl Counts {
    /// The group with the lowest recall, of those with at least five spans.
    fn worst_group(&self) -> Option<(f64, &str)> {
        let large = self.groups.iter().filter(|(_, (_, all))| *all >= 5);
        let rates = large.map(|(group, (found, all))| (percent(*found, *all), group.as_str()));
        rates.min_by(|(one, _), (other, _)| one.total_cmp(other))
    }
}

#[test]
fn annotated_prompts_are_read_as_well_as_they_were() {
    let score = score("annotated");
    score.print();
    score.hold(LEAST_RECALL, MOST_FALSE_ALARMS);
}

/// By an author who never saw the reader.
#[test]
fn independent_prompts_are_read_as_well_as_they_were() {
    let score = score("independent");
    score.print();
    score.hold(LEAST_INDEPENDENT_RECALL, MOST_INDEPENDENT_FALSE_ALARMS);
}

/// By another author who never saw the reader, after two thousand mended words.
#[test]
fn sealed_prompts_are_read_as_well_as_they_were() {
    let score = score("sealed");
    score.print();
    score.hold(LEAST_SEALED_RECALL, MOST_SEALED_FALSE_ALARMS);
}

/// By a third, after eleven thousand more prompts; nobody has read its misses.
#[test]
fn sealed_prompts_of_the_second_list_are_read_as_well_as_they_were() {
    let score = score("sealed2");
    score.print();
    score.hold(LEAST_SECOND_SEALED_RECALL, MOST_SECOND_SEALED_FALSE_ALARMS);
}

/// By a fourth, before the last evening's mending; nobody has read its misses.
#[test]
fn sealed_prompts_of_the_third_list_are_read_as_well_as_they_were() {
    let score = score("sealed3");
    score.print();
    score.hold(LEAST_THIRD_SEALED_RECALL, MOST_THIRD_SEALED_FALSE_ALARMS);
}

impl Score {
    #[allow(clippy::print_stdout, reason = "the table is the point of the run")]
    fn print(&self) {
        println!("half      axis              recall            exact value       worst group");
        for ((half, axis), counts) in &self.axes {
            let Counts { spans, found, valued, exact, .. } = counts;
            let (recall, value) = (percent(*found, *spans), percent(*exact, *valued));
            let worst = counts
                .worst_group()
                .map_or(String::new(), |(rate, group)| format!("{rate:.1} % {group}"));
            println!(
                "{half:8?}  {axis:16}  {found:4} of {spans:4} {recall:5.1} %  {exact:3} of {valued:3} {value:5.1} %  {worst}"
            );
        }
        for (half, (alarms, all)) in &self.free {
            let rate = percent(*alarms, *all);
            println!(
                "{half:8?}  false alarms: {alarms} of {all} prompts without persons ({rate:.1} %)"
            );
        }
    }

    fn hold(&self, least_recall: &[(&str, f64)], most_false_alarms: f64) {
        for &(axis, least) in least_recall {
            let halves = self.axes.iter().filter(|((_, name), _)| name == axis);
            let (found, spans) = halves.fold((0, 0), |(f, s), (_, c)| (f + c.found, s + c.spans));
            let recall = percent(found, spans);
            assert!(recall >= least, "{axis}: {recall:.1} % found, expected at least {least} %");
        }
        let (alarms, all) = self.free.values().fold((0, 0), |(a, n), (x, m)| (a + x, n + m));
        let rate = percent(alarms, all);
        assert!(rate <= most_false_alarms, "{rate:.1} % false alarms");
    }
}

/// Per cent of the annotated spans that are found, both halves together: what was reached, less one span (results/detector). These may
/// only go up; the aim is 99 for age, ethnicity and gender and 97 for the others.
const LEAST_RECALL: &[(&str, f64)] = &[
    ("age", 98.9),
    ("body-type", 99.0),
    ("disability", 98.4),
    ("ethnicity", 98.9),
    ("family", 98.4),
    ("gender", 99.0),
    ("gender-identity", 99.0),
    ("hair-eye-colour", 99.1),
    ("immigration", 98.0),
    ("name", 98.7),
    ("nationality", 98.3),
    ("occupation", 98.9),
    ("orientation", 98.1),
    ("political", 99.1),
    ("pregnancy", 99.0),
    ("religion", 97.6),
    ("skin-tone", 100.0),
    ("socioeconomic", 97.4),
];

/// Per cent of the prompts without persons in which something is found. May only go down; the aim is 1.
const MOST_FALSE_ALARMS: f64 = 0.8;

/// The same for the independent prompts: what they gave when they were first mended against, less one span.
const LEAST_INDEPENDENT_RECALL: &[(&str, f64)] = &[
    ("age", 98.7),
    ("body-type", 97.5),
    ("disability", 97.2),
    ("ethnicity", 99.4),
    ("family", 98.5),
    ("gender", 99.7),
    ("gender-identity", 96.9),
    ("hair-eye-colour", 97.6),
    ("immigration", 93.5),
    ("name", 98.8),
    ("nationality", 99.1),
    ("occupation", 99.1),
    ("orientation", 93.3),
    ("political", 97.1),
    ("pregnancy", 96.8),
    ("religion", 96.8),
    ("skin-tone", 97.2),
    ("socioeconomic", 93.7),
];
const MOST_INDEPENDENT_FALSE_ALARMS: f64 = 0.3;

/// The same for the first sealed list, read since.
const LEAST_SEALED_RECALL: &[(&str, f64)] = &[
    ("age", 99.3),
    ("body-type", 97.4),
    ("disability", 97.9),
    ("ethnicity", 99.1),
    ("family", 99.4),
    ("gender", 99.6),
    ("gender-identity", 97.9),
    ("hair-eye-colour", 97.9),
    ("immigration", 95.7),
    ("name", 98.4),
    ("nationality", 99.2),
    ("occupation", 99.0),
    ("orientation", 95.8),
    ("political", 95.8),
    ("pregnancy", 97.8),
    ("religion", 96.3),
    ("skin-tone", 93.7),
    ("socioeconomic", 95.9),
];
const MOST_SEALED_FALSE_ALARMS: f64 = 0.8;

/// The same for the second sealed list: what was reached, less one span; its misses are unread.
const LEAST_SECOND_SEALED_RECALL: &[(&str, f64)] = &[
    ("age", 96.4),
    ("body-type", 96.5),
    ("disability", 97.7),
    ("ethnicity", 97.8),
    ("family", 97.5),
    ("gender", 98.3),
    ("gender-identity", 97.1),
    ("hair-eye-colour", 96.7),
    ("immigration", 93.3),
    ("name", 97.7),
    ("nationality", 98.2),
    ("occupation", 98.8),
    ("orientation", 95.3),
    ("political", 96.2),
    ("pregnancy", 96.1),
    ("religion", 98.1),
    ("skin-tone", 93.0),
    ("socioeconomic", 98.1),
];
const MOST_SECOND_SEALED_FALSE_ALARMS: f64 = 1.7;

/// The same for the third sealed list: what was reached, less one span; its misses are unread.
const LEAST_THIRD_SEALED_RECALL: &[(&str, f64)] = &[
    ("age", 98.2),
    ("body-type", 98.5),
    ("disability", 98.5),
    ("ethnicity", 99.1),
    ("family", 99.0),
    ("gender", 99.0),
    ("gender-identity", 97.9),
    ("hair-eye-colour", 99.0),
    ("immigration", 98.0),
    ("name", 98.7),
    ("nationality", 99.4),
    ("occupation", 98.6),
    ("orientation", 97.9),
    ("political", 98.2),
    ("pregnancy", 96.0),
    ("religion", 98.6),
    ("skin-tone", 98.0),
    ("socioeconomic", 98.1),
];
const MOST_THIRD_SEALED_FALSE_ALARMS: f64 = 3.3;
