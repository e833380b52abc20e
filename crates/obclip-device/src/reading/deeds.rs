//! What one person does, said by a word that is a thing elsewhere: "a Kenyan drinks tea", "the farmer plants seeds", "a woman
//! cooks rice", "the gardener, a Scot, ties up his peas". Not what is sold: "a Moroccan tiles shop".

use obclip_protocol::Vocabulary;

use super::Scene;
use super::grammar::{Little, is_in, little};
use super::pronouns::is_determiner;
use super::term::Sense;
use crate::axis::Axis;
use crate::lexicon::{Entry, Lexicon, WordKind};
use crate::tokens::{Clitic, Token};

/// "ties up his peas", "leans into", "is", "sat": a verb of one person right after a comma.
pub(super) fn is_verb_of_one(scene: &Scene, at: usize) -> bool {
    // "slowly leans"
    let adverb = scene.terms.get(at).is_some_and(|term| {
        scene.word(term).ends_with("ly") && matches!(term.sense, Sense::Word(_))
    });
    let at = at + usize::from(adverb);
    let Some(term) = scene.terms.get(at) else { return false };
    if let Sense::Little(little) = term.sense {
        let verb = scene.word(term).ends_with('s') || is_in("has had wore held", scene.word(term));
        return little == Little::Be && scene.word(term) != "being"
            || little == Little::Governor && verb
            || is_in("will would can could must does did", scene.word(term));
    }
    if !matches!(term.sense, Sense::Word(_)) || term.acts {
        return false;
    }
    let word = scene.word(term);
    let ends = |end: &str| word.strip_suffix(end).filter(|stem| stem.len() > 1);
    let Some(stem) = ends("s").or_else(|| ends("ed")) else { return false };
    if !is_said_of_deeds(stem) && term.sense != Sense::Word(Some(WordKind::Verb)) {
        return false;
    }
    let next = scene.terms.get(at + 1);
    let word = next.map_or("", |next| scene.word(next));
    let object = next.is_some_and(|next| {
        matches!(next.sense, Sense::Little(Little::Article | Little::Determiner))
            || matches!(next.sense, Sense::Pronoun(..) | Sense::OtherPronoun)
    });
    let goes = is_in(
        "up down out off away back over into onto through across at to toward towards against for along",
        word,
    );
    let verb = term.sense == Sense::Word(Some(WordKind::Verb)) && term.ends_in_s;
    verb || (object || goes) && !is_in("dressed seated", scene.word(term))
}

/// "drinks tea", "sorts letters": what somebody does, not what is sold ("a Kenyan crafts market").
pub(super) fn is_deed(scene: &Scene, at: usize) -> bool {
    const SOLD_AT: &str = "shop shops store stores stand stands stall stalls market markets bar bars car cars fair museum company festival cabinet counter aisle exhibition wall walls floor floors roof stack stacks pile piles box boxes crate bag bags basket plate plates bowl \
jar jars tin tins sack display displays section collection catalogue poster label menu cart truck van factory shelf rack tray";
    let word = scene.terms.get(at).map_or("", |term| scene.word(term));
    let run = scene.terms[at + 1..].iter().take_while(|term| term.in_run() && !term.acts);
    word.strip_suffix('s').is_some_and(is_said_of_deeds)
        && !run.last().is_some_and(|last| is_in(SOLD_AT, scene.word(last)))
}

/// Whether a word in -ing of this stem is a common word: "tie" by "tying", "lean" by "leaning", not "hedge".
pub(super) fn is_said_of_deeds(stem: &str) -> bool {
    let known = |word: &str| {
        Vocabulary::v1().contains(word) || Lexicon::v1().kind(word) == Some(WordKind::Verb)
    };
    let cut = stem.strip_suffix('e').unwrap_or(stem);
    let tied = stem.strip_suffix("ie").map(|stem| format!("{stem}ying"));
    let short = stem.strip_suffix('e').map(str::to_owned);
    known(&format!("{stem}ing"))
        || known(&format!("{cut}ing"))
        || tied.is_some_and(|doing| known(&doing))
        // "watches"
        || short.is_some_and(|short| known(&format!("{short}ing")))
}

/// "a woman cooks rice", "a man guards a door": after one person the name of several of a trade is what he or she does.
pub(super) fn is_what_one_does(tokens: &[Token], at: usize) -> bool {
    const TRADES: &str = "cooks guards nurses models coaches tutors crews clowns pilots captains hosts judges doctors shepherds \
soldiers scouts tailors mentors marshals referees umpires bards patrols heralds engineers butchers barbers";
    let token = &tokens[at];
    if !is_in(TRADES, &token.text) || token.capital {
        return false;
    }
    let Some(noun) = subject_before(tokens, at) else { return false };
    // "a man cooks", "a tall man cooks"
    let one = tokens[noun.saturating_sub(LONGEST_PHRASE)..noun]
        .iter()
        .rev()
        .take_while(|token| !token.is_break())
        .any(|token| matches!(little(&token.text), Some(Little::Article)));
    let known = noun
        .checked_sub(1)
        .is_some_and(|before| is_in("the this that my his her our their", &tokens[before].text));
    // "male models eating", "student nurses"
    if is_in("male female adult baby child", &tokens[noun].text) && !one {
        return false;
    }
    let next = tokens.get(at + 1).map_or("", |next| next.text.as_str());
    let thing = matches!(Lexicon::v1().kind(next), Some(WordKind::Thing | WordKind::Noun));
    match Lexicon::v1().entry(&tokens[noun].text) {
        Some(Entry::Person(_) | Entry::Kin(_)) => one || known || is_object(next),
        None | Some(Entry::Group(..)) => false,
        Some(Entry::Attribute(Axis::Ethnicity, _)) => one,
        Some(entry) => entry.is_person_noun() && (one || is_object(next) || thing),
    }
}

/// The noun before `at`, past an age and an origin: "dancer" of "a dancer in her fifties cooks rice".
fn subject_before(tokens: &[Token], at: usize) -> Option<usize> {
    let first = at.saturating_sub(LONGEST_PHRASE);
    let mut before = (first..at).rev();
    before
        .find(|&at| {
            let token = &tokens[at];
            let entry = Lexicon::v1().entry(&token.text);
            let somebody = entry.is_some_and(|entry| {
                entry.is_person_noun() || matches!(entry, Entry::Attribute(Axis::Ethnicity, _))
            });
            somebody || token.is_break() || !is_of_age_or_origin(token)
        })
        .filter(|&at| tokens[at].clitic == Clitic::None && !tokens[at].is_break())
}

fn is_of_age_or_origin(token: &Token) -> bool {
    let text = token.text.as_str();
    let figure = text.starts_with(|c: char| c.is_ascii_digit());
    let place = matches!(Lexicon::v1().entry(text), Some(Entry::Place(_)));
    figure
        || place
        || text.ends_with("ties")
        || text.ends_with("ty")
        || text.ends_with("teen")
        || is_in("aged of from in her his their early mid late born", text)
}

/// How far back a subject and its article are looked for.
const LONGEST_PHRASE: usize = 6;

fn is_object(word: &str) -> bool {
    matches!(little(word), Some(Little::Article | Little::Determiner))
        || is_in("his her their my its our", word)
}

/// "a cat follows a pilot home", not "a nurse home": somebody is taken there.
pub(super) fn is_taken_home(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let home = terms.get(at + 1).is_some_and(|next| scene.word(next) == "home");
    let ends = terms.get(at + 2).is_none_or(|after| !after.in_run());
    let describes =
        |before: &usize| terms[*before].is_adjective() || terms[*before].sense_is_bare();
    let start = (0..at).rev().take_while(describes).last();
    let verb = start.unwrap_or(at).checked_sub(2).is_some_and(|verb| {
        let term = &terms[verb];
        is_determiner(&terms[verb + 1])
            && matches!(term.sense, Sense::Word(_))
            && (term.acts || term.inflected)
    });
    home && ends && verb
}

/// "the violinist falls off a ladder": what is a place or a thing elsewhere, before where somebody moves.
pub(super) fn is_move_of_one(scene: &Scene, at: usize) -> bool {
    const MOVES: &str = "falls jumps leaps climbs slips trips dives rolls runs drops steps turns slides skips hops drives flies swings";
    const WHERE: &str = "off into onto down up away through out over from across past";
    let word = |at: usize| scene.terms.get(at).map_or("", |term| scene.word(term));
    is_in(MOVES, word(at)) && is_in(WHERE, word(at + 1))
}

/// "the farmer plants seeds": several of a thing right after the word, which none of a compound has.
pub(super) fn is_done_to_several(scene: &Scene, at: usize) -> bool {
    let object = scene.terms.get(at + 1);
    let after = scene.terms.get(at + 2).is_none_or(|term| !term.in_run());
    object.is_some_and(|term| term.is_noun_word() && term.ends_in_s) && after && is_deed(scene, at)
}

/// "a Kenyan drinks tea": the word after a people's name says what one of them does.
pub(super) fn is_deed_of_one(scene: &Scene, at: usize) -> bool {
    let start = (0..at).rev().take_while(|&before| scene.terms[before].is_adjective()).last();
    let next = scene.terms.get(at + 1).is_some_and(|next| matches!(next.sense, Sense::Word(_)));
    next && is_done_by_one(scene, start.unwrap_or(at), at + 1) && is_deed(scene, at + 1)
}

/// "stands" of "a 48-year-old stands knee-deep": after "a" no noun is of several, but for those that never are of one.
pub(super) fn is_done_by_one(scene: &Scene, start: usize, verb: usize) -> bool {
    const ALWAYS_SEVERAL: &str = "clothes sports goods arms glasses jeans trousers pants tights shorts pyjamas pajamas scissors scouts guides \
games woods works news crossroads barracks headquarters series species";
    let one = start.checked_sub(1).is_some_and(|before| scene.is_one_of(before, &["a", "an"]));
    one && scene.terms[verb].ends_in_s && !is_in(ALWAYS_SEVERAL, scene.word(&scene.terms[verb]))
}

#[cfg(test)]
mod tests {
    use crate::reading::tests::check_persons as check;

    #[test]
    fn who_does_something_is_somebody() {
        check("a Kenyan drinks tea", 1);
        check("the farmer plants seeds at dawn", 1);
        check("a woman cooks rice", 1);
        check("a man guards a door", 1);
        check("a Moroccan tiles shop", 0);
        check("the pirate ships", 0);
    }
}
