//! What the ending of a noun says: its plural, its gender.

use super::Entry;
use crate::axis::{Axis, Values};

pub(crate) fn regular_plural(word: &str) -> String {
    let vowel_y = ["ay", "ey", "oy", "uy"].iter().any(|end| word.ends_with(end));
    let consonant_y = word.ends_with('y') && !vowel_y;
    if word.is_empty() {
        String::new()
    } else if consonant_y {
        format!("{}ies", &word[..word.len() - 1])
    } else if ["s", "x", "ch", "sh"].iter().any(|end| word.ends_with(end)) {
        format!("{word}es")
    } else {
        format!("{word}s")
    }
}

/// "deaconess"; a witness is anybody.
pub(super) fn is_feminine(noun: &str) -> bool {
    noun.ends_with("ess") && !noun.ends_with("witness")
}

/// "madwoman", "barrow boy": the gender that the last word of a noun states; a catechumen is anybody.
pub(crate) fn gender_of_ending(word: &str) -> Values {
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    let women =
        ["woman", "women", "girl", "girls", "lady", "ladies", "wife", "mother", "mum", "mom"];
    let men = ["man", "men", "boy", "boys", "guy", "father", "dad", "dude", "husband", "bloke"];
    if ends(&women) {
        Values::parse("female")
    } else if ends(&men) && !ends(&["human", "umen"]) {
        Values::parse("male")
    } else {
        Values::default()
    }
}

/// "pro-choice protester", "Zoroastrian priest", "single mother": a phrase of an axis that is read as its last word is, which
/// says nothing of the axis. A wheelchair user is not read as a user.
pub(super) fn as_its_noun(phrase: &str, noun: Option<&Entry>, values: Values) -> Option<Entry> {
    let word = phrase.rsplit(' ').next().unwrap_or_default();
    let role = || OF_ANY_AXIS.split(' ').find(|role| *role == word);
    match noun? {
        Entry::Kin(_) => Some(Entry::Kin(values)),
        // "a sick kid" opens what "a blind kid" opens
        Entry::Person(said) if said.of(Axis::Gender).is_none() && said.of(Axis::Age).is_some() => {
            Some(Entry::Person(values))
        }
        Entry::Role(wire) => role().map(|role| Entry::Role(Some(wire.unwrap_or(role)))),
        Entry::GenderedRole(_, wire) => role().map(|_| Entry::GenderedRole(values, wire)),
        _ => None,
    }
}

/// Roles that persons of every belief, condition and fortune have.
const OF_ANY_AXIS: &str = "activist protester voter worker labourer laborer student priest priestess nun monk soldier farmer \
peasant model volunteer officer rapper athlete boxer wrestler rower sailor chef lawyer writer miner steelworker politician shaman \
pastor fisherman veteran dancer singer preacher minister senator councillor nurse performer artist skier cyclist \
swimmer archer fencer basketballer footballer skateboarder snowboarder racer cellist astronaut teacher";

/// Nouns that a published catalogue has beside "divorced": as it, they open nothing.
pub(super) fn is_status(word: &str) -> bool {
    matches!(word, "divorcee" | "betrothed" | "newlywed")
}
