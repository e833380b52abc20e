//! Which words a user may allow for good: those that say nothing of a person, whatever the prompt.

use obclip_prior::{Associations, CORRELATE_NATS};
use obclip_protocol::{AllowedWords, Catalogue, Piece, Vocabulary};

use crate::building::Cover;
use crate::error::Error;
use crate::lexicon::{Entry, Lexicon};
use crate::prompt::Prompt;
use crate::reading::Reading;
use crate::rules::{Own, Rules};

/// Why a word cannot be allowed. No text quotes the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAllowed {
    /// A capital, a figure, a hyphen, a space, another alphabet.
    #[error(
        "expected one word of the lower-case letters a to z, found another; names and figures never travel"
    )]
    Form,
    /// A first name as well as a word.
    #[error("it is a name too, and names never travel")]
    Name,
    /// A noun of persons.
    #[error("it speaks of a person")]
    Person,
    /// A word of an attribute.
    #[error("it speaks of an attribute of persons")]
    Attribute,
    /// A word that is held with what it says about a default axis.
    #[error("it makes some values of age, ethnicity or gender likelier than others")]
    Correlate,
    /// The reader takes it for something else, for example for a misspelt word of a person.
    #[error("the reader takes it for a misspelt word of a person, or holds it for another reason")]
    ReadAsAnother,
}

/// Whether a word may travel for good; `Ok(false)` says that it does already.
pub fn may_be_allowed(word: &str) -> Result<bool, NotAllowed> {
    if !(1..=MOST_LETTERS).contains(&word.len()) || !word.bytes().all(|c| c.is_ascii_lowercase()) {
        return Err(NotAllowed::Form);
    }
    if Vocabulary::v1().contains(word) {
        return Ok(false);
    }
    let lexicon = Lexicon::v1();
    if lexicon.is_name_word(word) {
        return Err(NotAllowed::Name);
    }
    if let Some(entry) = lexicon.entry(word) {
        return Err(of_entry(entry));
    }
    if lexicon.colour(word).is_some() || lexicon.is_small(word) || Catalogue::v1().says(word) {
        return Err(NotAllowed::Attribute);
    }
    if Associations::v1().shift(word, &Catalogue::v1()) > CORRELATE_NATS {
        return Err(NotAllowed::Correlate);
    }
    match travels_when_allowed(word) {
        Ok(true) => Ok(true),
        _ => Err(NotAllowed::ReadAsAnother),
    }
}

fn of_entry(entry: &Entry) -> NotAllowed {
    match entry {
        Entry::CorrelateThing | Entry::CorrelateWord => NotAllowed::Correlate,
        Entry::Attribute(..) | Entry::Place(_) | Entry::Skin | Entry::Trait { .. } => {
            NotAllowed::Attribute
        }
        Entry::Plain(_) => NotAllowed::ReadAsAnother,
        _ => NotAllowed::Person,
    }
}

/// Asks the reader itself, with the word allowed, alone and beside a person.
fn travels_when_allowed(word: &str) -> Result<bool, Error> {
    let allowed = AllowedWords::new([word.to_owned()])?;
    let own = Own { allowed, axes: Vec::new() };
    let rules = Rules::new(&Catalogue::v1(), Cover::Person, own);
    for text in [format!("a photo of {word}"), format!("a woman beside the {word} table")] {
        let masked = Reading::by(&rules, &Prompt::new(&text)?).masked;
        if !masked.pieces().contains(&Piece::Word(word.to_owned())) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// As for every word that travels.
const MOST_LETTERS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_persons_names_and_correlates_are_refused_with_the_reason() {
        for (word, why) in [
            ("woman", NotAllowed::Person),
            ("grandmother", NotAllowed::Person),
            ("she", NotAllowed::Person),
            ("refugee", NotAllowed::Attribute),
            ("elderly", NotAllowed::Attribute),
            ("nigerian", NotAllowed::Attribute),
            ("muslim", NotAllowed::Attribute),
            ("beard", NotAllowed::Correlate),
            ("pregnant", NotAllowed::Attribute),
            ("Wilhelmina", NotAllowed::Form),
            ("naïve", NotAllowed::Form),
            ("two words", NotAllowed::Form),
            ("72", NotAllowed::Form),
            ("", NotAllowed::Form),
            ("grandmothr", NotAllowed::ReadAsAnother),
        ] {
            assert_eq!(may_be_allowed(word), Err(why), "{word}");
        }
    }

    #[test]
    fn other_words_may_travel_and_published_ones_do() {
        assert_eq!(may_be_allowed("brutalistic"), Ok(true));
        assert_eq!(may_be_allowed("zqxv"), Ok(true));
        assert_eq!(may_be_allowed("table"), Ok(false));
    }
}
