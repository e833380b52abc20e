//! Whether the words of an axis keep what the protocol promises: the category of a word decides, never its value.

use obclip_protocol::{Axis, Catalogue, Piece, Vocabulary};

use crate::building::Cover;
use crate::error::Error;
use crate::masked::Masked;
use crate::prompt::Prompt;
use crate::reading::Reading;
use crate::rules::{Own, Rules};

/// A promise that an axis breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The request would show which word it was.
    #[error("axis {axis}: expected every word to be read alike, found {word} read unlike {first}")]
    OpensByValue {
        /// Which axis.
        axis: String,
        /// The word that differs.
        word: String,
        /// The first word of the axis.
        first: String,
    },
    /// A word of an axis that is not kept travels.
    #[error("axis {axis}: expected its words to stay on the device, found that {word} travels")]
    Travels {
        /// Which axis.
        axis: String,
        /// The word.
        word: String,
    },
    /// Two axes claim a word.
    #[error("axis {axis}: expected words of one axis, found {word} in {other} too")]
    WordOfTwoAxes {
        /// Which axis.
        axis: String,
        /// The other one.
        other: String,
        /// The word.
        word: String,
    },
    /// A value that nobody can type into its own class: members would not read back.
    #[error("axis {axis}: expected {value} to be among the words of a value, found it missing")]
    ValueWithoutWord {
        /// Which axis.
        axis: String,
        /// The value.
        value: String,
    },
}

/// What is wrong with axes that parse. Axes of the published catalogue are read by its own word lists.
pub fn lint(axes: &[Axis]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (idx, axis) in axes.iter().enumerate() {
        problems.extend(values_without_words(axis));
        for other in &axes[..idx] {
            problems.extend(shared_words(axis, other));
        }
    }
    let published = Catalogue::v1();
    let own = axes.iter().filter(|axis| published.axis(&axis.name).is_none());
    let own = Own { axes: own.cloned().collect(), ..Own::default() };
    let rules = Rules::new(&published, Cover::Person, own);
    for axis in axes {
        problems.extend(words_read_unlike(&rules, axis).unwrap_or_default());
    }
    problems
}

/// All words of an axis, in the order of its values, with spaces for hyphens.
fn words(axis: &Axis) -> impl Iterator<Item = String> {
    let of_values = axis.values.iter().filter_map(|value| axis.words.get(value)).flatten();
    of_values.chain(&axis.unlisted).map(|word| word.replace('-', " "))
}

fn values_without_words(axis: &Axis) -> Vec<Problem> {
    if axis.words.is_empty() {
        return Vec::new();
    }
    let without = |value: &&String| axis.words.get(*value).is_none_or(Vec::is_empty);
    let problem = |value: &String| Problem::ValueWithoutWord {
        axis: axis.name.clone(),
        value: value.clone(),
    };
    axis.values.iter().filter(without).map(problem).collect()
}

fn shared_words(axis: &Axis, other: &Axis) -> Vec<Problem> {
    let others: Vec<String> = words(other).collect();
    let problem = |word: String| Problem::WordOfTwoAxes {
        axis: axis.name.clone(),
        other: other.name.clone(),
        word,
    };
    words(axis).filter(|word| others.contains(word)).map(problem).collect()
}

/// Reads every word beside a person: all must give the same masked text, and none may be in it.
fn words_read_unlike(rules: &Rules, axis: &Axis) -> Result<Vec<Problem>, Error> {
    let mut problems = Vec::new();
    let mut first: Option<(String, Masked)> = None;
    for word in words(axis) {
        let masked =
            Reading::by(rules, &Prompt::new(&format!("a photo of a {word} person"))?).masked;
        if travels(&masked, &word) {
            problems.push(Problem::Travels { axis: axis.name.clone(), word });
            continue;
        }
        match &first {
            Some((first, alike)) if *alike != masked => problems.push(Problem::OpensByValue {
                axis: axis.name.clone(),
                word,
                first: first.clone(),
            }),
            Some(_) => {}
            None => first = Some((word, masked)),
        }
    }
    Ok(problems)
}

fn travels(masked: &Masked, word: &str) -> bool {
    let of_the_probe = ["a", "photo", "of", "person"];
    word.split(' ').filter(|word| !of_the_probe.contains(word)).any(|word| {
        // Small words of a phrase ("in", "the") say nothing by themselves.
        (word.len() > 3 || !Vocabulary::v1().contains(word))
            && masked.pieces().contains(&Piece::Word(word.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::lexicon::{Entry, Lexicon};

    /// Over all words of the published lists: what a word opens, and what travels beside it, is decided by its category.
    /// "a photo of a nigerian person" and "a photo of a korean person" are one masked text, whatever the list says they mean.
    #[test]
    fn no_word_of_the_lists_opens_an_axis_by_its_value() {
        let kind = |entry: &Entry| match entry {
            Entry::Attribute(axis, _) => Some((axis.name(), "a photo of a {} person in a park")),
            Entry::Kin(_) => Some(("kin", "a photo of my {} in a park")),
            Entry::Place(_) => Some(("place", "a photo of a person from {} in a park")),
            _ => None,
        };
        let mut first: BTreeMap<&str, (String, Masked)> = BTreeMap::new();
        let (mut unlike, mut n_words) = (Vec::new(), 0);
        for (word, entry) in Lexicon::v1().entries() {
            let Some((category, pattern)) = kind(entry) else { continue };
            let prompt = Prompt::new(&pattern.replace("{}", word)).expect("a valid prompt");
            let masked = Reading::of(&prompt).masked;
            n_words += 1;
            let (word_of_first, alike) =
                first.entry(category).or_insert_with(|| (word.to_owned(), masked.clone()));
            if *alike != masked {
                unlike.push(format!("{category}: {word}, unlike {word_of_first}"));
            }
        }
        assert!(n_words > 500, "{n_words} words");
        unlike.sort();
        // Two names of places and peoples are cut by a shorter one inside them. This may only go down.
        assert!(300 * unlike.len() <= n_words, "{} of {n_words}: {unlike:#?}", unlike.len());
    }

    /// The word lists are part of the published catalogue: their hashes stand beside them.
    #[test]
    fn the_published_word_lists_are_those_that_are_built_in() {
        use sha2::{Digest, Sha256};
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data");
        let mut sums = String::new();
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .expect("the folder of the lists")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
            .filter(|name| name.contains("-v1."))
            .collect();
        names.sort();
        for name in names {
            let bytes = std::fs::read(format!("{folder}/{name}")).expect("a list");
            let hex: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
            sums.push_str(&format!("{hex}  {name}\n"));
        }
        let published =
            std::fs::read_to_string(format!("{folder}/SHA256SUMS")).expect("the hashes");
        assert_eq!(
            published, sums,
            "a list changed: (cd crates/obclip-device/data && sha256sum *-v1.* > SHA256SUMS)"
        );
    }

    fn axes(text: &str) -> Vec<Axis> {
        Axis::parse_list(text).expect("axes")
    }

    #[test]
    fn the_published_catalogues_have_no_problem() {
        for catalogue in [Catalogue::v1(), Catalogue::paper()] {
            let problems: Vec<String> =
                lint(catalogue.axes()).iter().map(ToString::to_string).collect();
            assert!(problems.is_empty(), "{problems:#?}");
        }
    }

    #[test]
    fn an_axis_of_ones_own_is_read_alike_and_what_is_not_is_said() {
        let good = "[[axis]]\nname = \"fandom\"\nneutral = \"person\"\nvalues = [\"jedi\", \"trekkie\"]\n\
                    [axis.words]\njedi = [\"jedi\", \"padawan\"]\ntrekkie = [\"trekkie\", \"trek-fan\"]\n";
        assert_eq!(lint(&axes(good)), []);
        // "elderly" opens age whoever lists it: the others of the axis do not.
        let by_value = good.replace("\"padawan\"", "\"elderly\"");
        assert!(matches!(lint(&axes(&by_value))[..], [Problem::OpensByValue { .. }]));
        let missing = good.replace("trekkie = [\"trekkie\", \"trek-fan\"]\n", "");
        assert!(matches!(lint(&axes(&missing))[..], [Problem::ValueWithoutWord { .. }]));
        let shared = format!("{good}[[axis]]\nname = \"taste\"\nunlisted = [\"padawan\"]\n");
        assert!(lint(&axes(&shared)).iter().any(|p| matches!(p, Problem::WordOfTwoAxes { .. })));
    }
}
