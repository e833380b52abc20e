//! Words that are a person only where a noun phrase ends with them: "a minor on the stage", "the poor of London".

use obclip_protocol::Vocabulary;

use super::compounds::{Compound, compound};
use super::doing::{acts_at, says_doing};
use super::grammar::{Little, is_in, little};
use super::looks::{ends, is_somebody};
use super::term::{Category, Sense, WORKERS};
use super::words::{lexicon_sense, phrase};
use crate::axis::{Axis, Values};
use crate::lexicon::{Entry, Lexicon, WordKind};
use crate::tokens::{Clitic, Token};

/// "a minor on the stage", "the count descends the stairs", "a Pole", "a one-eyed general": words that are a person only
/// after an article or a description of a person, and without a noun behind them.
pub(super) fn determined(tokens: &[Token], at: usize) -> Option<Sense> {
    let token = &tokens[at];
    let pole = token.text == "pole" && token.capital;
    let of_one = Lexicon::v1().sometimes(&token.text);
    let of_several = || token.text.strip_suffix('s').and_then(|one| Lexicon::v1().sometimes(one));
    let several = of_one.is_none() && !pole;
    // A role says more than "a person".
    // "a Keralan toddy tapper climbing"
    if let Some(worker) = agent_of_people(tokens, at) {
        return Some(worker);
    }
    let role = matches!(
        Lexicon::v1().entry(&token.text),
        Some(Entry::Role(_) | Entry::GenderedRole(..) | Entry::Group(..) | Entry::TraitNoun(_))
    );
    let sometimes = of_one.or_else(of_several).filter(|_| token.clitic == Clitic::None);
    if let Some(found) = ginger(tokens, at) {
        return Some(found);
    }
    if role || !pole && sometimes.is_none() {
        return None;
    }
    let (values, wire) = sometimes.unwrap_or_default();
    let before = at.checked_sub(1).map_or(",", |before| tokens[before].text.as_str());
    let article = matches!(little(before), Some(Little::Article | Little::Determiner));
    // "a snowboarder chick"
    let of_role = sometimes
        .is_some_and(|(values, wire)| wire.is_none() && values != Values::default())
        && matches!(Lexicon::v1().entry(before), Some(Entry::Role(_) | Entry::GenderedRole(..)));
    // "a Gujarati diamond cutter"
    let of_thing = at > 0
        && matches!(Lexicon::v1().kind(before), Some(WordKind::Thing | WordKind::Noun))
        && wire.is_some()
        && (at > 1 && describes_persons(tokens, at - 1) || starts_of_somebody(tokens, at - 1));
    // "a Lagos native"
    let of_place = is_in("native natives local locals resident residents", &token.text)
        && matches!(lexicon_sense(before), Some(Sense::Place(_)))
        && tokens[at - 1].capital;
    let person = of_role || of_thing || of_place || describes_persons(tokens, at);
    let next = tokens.get(at + 1).map_or(",", |next| next.text.as_str());
    let verb = Lexicon::v1().kind(next) == Some(WordKind::Verb) || says_doing(next);
    let ends = next == "," || verb || next != "of" && little(next).is_some();
    // A bird is a woman only where a word of persons says so, and so it is with a page, an idol and a prop.
    // A migrant bird is a bird.
    let migrant = before == "migrant";
    let animal = Lexicon::v1().kind(&token.text) == Some(WordKind::Animal)
        || is_in(DESCRIBED_ONLY, &token.text);
    // "slater having lunch", not "star shining"
    let begins = at == 0 && says_doing(next) && acts_at(tokens, 1) && !several && !animal;
    // "tinker with a wagon, his brood behind him"
    let first = matches!(next, "with" | "in" | "at") && !several && !animal;
    let begins = begins || first && at == 0 && starts_of_somebody(tokens, at);
    if !(ends && !migrant && (person || begins || article && !animal && !several)) {
        return None;
    }
    if pole {
        let (axis, stated) = (Axis::Ethnicity, Values::parse("european").stated());
        let (nominal, figure, possessive) = (true, false, None);
        return Some(Sense::Attribute { axis, stated, nominal, figure, possessive });
    }
    if several {
        let wire = if wire.is_some() { WORKERS } else { "people" };
        return Some(Sense::Group { wire: wire.to_owned(), values });
    }
    let gendered = values.of(Axis::Gender).is_some();
    let category = match wire {
        Some(wire) => Category::Role { wire: wire.to_owned(), gendered },
        None => Category::Person,
    };
    Some(Sense::Head(category, values))
}

/// "a ginger at a bus stop" is somebody as "a redhead" is; "the ginger" is one where somebody else is.
fn ginger(tokens: &[Token], at: usize) -> Option<Sense> {
    let one = tokens[at].text == "ginger";
    let before = at.checked_sub(1).map_or("", |before| tokens[before].text.as_str());
    let a = is_in("a another one", before) && !tokens[at - 1].is_break();
    let article = a || is_in("the this that", before) && is_somebody(tokens);
    let closes =
        ends(tokens, at + 1) || tokens.get(at + 1).is_some_and(|next| next.text.ends_with('s'));
    (one && article && closes).then(|| Sense::Head(Category::Trait, Values::default()))
}

/// Things and looks that an article before them does not make a person.
const DESCRIBED_ONLY: &str = "canon figure silhouette page idol prop curler setter medium reeve";

/// "water carrier at a well, her jar blue", "Antwerp diamond cutter, he's eighty-five": whether what starts at `at` starts a
/// phrase, or follows a place, in a prompt that speaks of him or her.
fn starts_of_somebody(tokens: &[Token], at: usize) -> bool {
    let starts = at.checked_sub(1).is_none_or(|before| {
        tokens[before].is_break()
            || tokens[before].capital
                && matches!(lexicon_sense(&tokens[before].text), Some(Sense::Place(_)))
    });
    starts && tokens.iter().any(|token| is_in("he she his her him they their them", &token.text))
}

/// "a Keralan toddy tapper halfway up a palm", "Catalan castellers": a people's name, a noun or none, and who does something,
/// where the next word is what somebody does.
fn agent_of_people(tokens: &[Token], at: usize) -> Option<Sense> {
    let word = tokens[at].text.as_str();
    let one = word.strip_suffix('s').unwrap_or(word);
    let agent = ["er", "or", "eer", "ista", "wala", "wallah", "ero", "eur"]
        .iter()
        .any(|end| one.ends_with(end));
    let listed = Lexicon::v1().entry(word).is_some() || tokens[at].capital || one.len() < 5;
    if !agent || listed || tokens[at].clitic != Clitic::None {
        return None;
    }
    let people = |first: usize| {
        let sense = lexicon_sense(&tokens[first].text);
        tokens[first].capital
            && matches!(sense, Some(Sense::Attribute { axis: Axis::Ethnicity, .. }))
    };
    let noun = |at: usize| {
        !tokens[at].capital && !tokens[at].is_break() && little(&tokens[at].text).is_none()
    };
    let known = Vocabulary::v1().contains(word);
    let after = at.checked_sub(1).is_some_and(|before| people(before) && !known)
        || at > 1 && people(at - 2) && noun(at - 1);
    let next = tokens.get(at + 1).map_or("", |next| next.text.as_str());
    let then = tokens.get(at + 2).map_or("", |next| next.text.as_str());
    let acts = says_doing(next) || next == "halfway" || matches!(then, "his" | "her" | "their");
    if !(after && acts || agent_of_thing(tokens, at, one)) {
        return None;
    }
    if one != word {
        return Some(Sense::Group { wire: WORKERS.to_owned(), values: Values::default() });
    }
    let category = Category::Role { wire: "worker".to_owned(), gendered: false };
    Some(Sense::Head(category, Values::default()))
}

/// "a surfboard shaper sanding a plank", "an ice cutter with his saw": an article, a thing, and who does something to it,
/// where the next words are what only somebody does. A machine ("a coffee grinder humming") is a thing by itself.
fn agent_of_thing(tokens: &[Token], at: usize, one: &str) -> bool {
    let kind = |word: &str| Lexicon::v1().kind(word);
    let machine =
        matches!(kind(one), Some(WordKind::Thing | WordKind::Animal | WordKind::Adjective));
    let ends = one.ends_with("er") || one.ends_with("eer");
    let Some(thing) = at.checked_sub(1).map(|before| tokens[before].text.as_str()) else {
        return false;
    };
    let done_to = matches!(kind(thing), Some(WordKind::Thing | WordKind::Noun | WordKind::Animal));
    let first = at.checked_sub(2).is_none_or(|first| {
        tokens[first].is_break() || little(&tokens[first].text) == Some(Little::Article)
    });
    let word = |ahead: usize| tokens.get(at + ahead).map_or("", |token| token.text.as_str());
    let own = |ahead: usize| matches!(word(ahead), "his" | "her" | "their");
    let acts = says_doing(word(1)) && (own(2) || own(3))
        || matches!(word(1), "with" | "at" | "on" | "in") && own(2)
        || matches!(word(1), "at") && word(2) == "work";
    ends && !machine && done_to && first && acts
}

/// Whether the words right before `at` describe a person: "Mexican", "HIV-positive", "one-eyed", "posh".
fn describes_persons(tokens: &[Token], at: usize) -> bool {
    let of_persons = |sense: &Sense| {
        matches!(
            sense,
            Sense::Attribute { .. } | Sense::Trait { .. } | Sense::Head(Category::Trait, _)
        )
    };
    (1..=3).filter_map(|n_tokens| Some((at.checked_sub(n_tokens)?, n_tokens))).any(|(first, n)| {
        let listed = phrase(tokens, first, n).and_then(|text| lexicon_sense(&text));
        let made = || compound(tokens, first).filter(|(n_tokens, _)| *n_tokens == n);
        listed.is_some_and(|sense| of_persons(&sense))
            || matches!(made(), Some((_, Compound::Trait(_) | Compound::People)))
    })
}

/// "the poor of London", "the old and the young", "the sick laid out": everybody of a kind, where no noun follows.
pub(super) fn all_of_a_kind(tokens: &[Token], at: usize) -> Option<Sense> {
    const KINDS: &str = "poor rich sick blind deaf lame wounded injured infirm dying homeless wealthy unemployed needy \
destitute starving hungry privileged faithful old young elderly aged oppressed disabled afflicted ageing aging youthful paralysed paralyzed autistic ill maimed \
crippled handicapped insane mad depressed frail senile affluent penniless jobless impoverished underprivileged unemployable evicted devout \
pious religious godless divorced widowed married unmarried unwed childless orphaned bereaved undocumented stateless displaced exiled \
deported fat thin obese overweight skinny plump tall pregnant closeted queer transgender";
    let the = tokens.get(at.checked_sub(1)?).is_some_and(|before| before.text == "the");
    let named = KINDS.split(' ').any(|kind| kind == tokens[at].text);
    let next = tokens.get(at + 1).map_or(",", |next| next.text.as_str());
    let verb = says_doing(next) || next.ends_with("ed") || matches!(next, "laid" | "sit" | "wait");
    let ends = next == "," || verb || little(next).is_some() && next != "one";
    // "the blind on the window" is a thing.
    let at_window = matches!(next, "on" | "in") && tokens[at].text == "blind";
    if !(the && named && ends && !at_window) || tokens[at].hyphen {
        return None;
    }
    let values = match lexicon_sense(&tokens[at].text) {
        Some(Sense::Attribute { axis, stated, .. }) => Values::default().with(axis, stated),
        _ => Values::default(),
    };
    Some(Sense::Group { wire: "people".to_owned(), values })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    #[test]
    fn agents_of_things_are_somebody_where_the_prompt_speaks_of_him_or_her() {
        let role = |text: &str, at: usize| {
            matches!(determined(&tokenize(text), at), Some(Sense::Head(Category::Role { .. }, _)))
        };
        assert!(role("Antwerp diamond cutter, he smiles", 2));
        assert!(role("reed cutter, punt piled high, his waders", 1));
        assert!(!role("a diamond cutter on a bench", 2));
    }
}
