//! Trades by their ending: "beekeeper", "mosaicist".

use obclip_protocol::Vocabulary;

use super::grammar::is_in;
use super::term::{Category, Sense};
use crate::axis::Values;
use crate::lexicon::{Lexicon, WordKind};
use crate::tokens::{Clitic, Token};

/// "cabaret star", "disco legends": who is famous for what; the words of the stage or the sport, and "star".
pub(super) fn star(tokens: &[Token], at: usize) -> Option<(usize, Sense)> {
    let last = tokens.get(at + 1).filter(|last| last.clitic != Clitic::Verb)?;
    let one = last.text.strip_suffix('s').filter(|one| is_in(STARS, one));
    let single = one.is_none() && is_in(STARS, &last.text);
    // The long list is looked through last.
    let famous = (single || one.is_some()) && tokens[at].clitic == Clitic::None;
    if !famous || !is_in(FIELDS, &tokens[at].text) {
        return None;
    }
    let values = Values::default();
    if single {
        let category = Category::Role { wire: "performer".to_owned(), gendered: false };
        return Some((2, Sense::Head(category, values)));
    }
    Some((2, Sense::Group { wire: "performers".to_owned(), values }))
}

const STARS: &str =
    "star superstar megastar legend ace idol diva sensation phenom virtuoso whiz hopeful pro great";
const FIELDS: &str = "film movie cinema screen tv television soap reality sitcom telenovela stage theatre theater broadway \
cabaret vaudeville circus burlesque ballet opera operetta pop rock punk metal folk jazz blues soul funk disco country bluegrass \
reggae reggaeton dancehall ska calypso soca salsa cumbia bachata merengue mariachi ranchera tango flamenco fado samba bossa \
afrobeat afrobeats highlife kwaito amapiano rap hip-hop trap grime drill k-pop kpop j-pop jpop mandopop cantopop enka bhangra \
bollywood nollywood lollywood kollywood tollywood hollywood kabuki gospel chess go shogi piano violin cello guitar math maths \
youtube tiktok instagram internet football soccer rugby basketball netball volleyball handball baseball softball hockey cricket \
tennis badminton squash golf snooker darts boxing wrestling sumo judo karate mma ufc nba nfl wnba mlb nhl athletics track \
swimming diving gymnastics skating skateboarding surfing surf ski skiing snowboarding cycling racing motogp nascar rodeo polo \
lacrosse rowing sailing esports poker crossfit wwe olympic";

/// "bread woman", "camel boy", "customs men": who works with the thing named before; said in the findings alone.
pub(super) fn works_with_thing(tokens: &[Token], at: usize) -> bool {
    const PEOPLE: &str = "man men woman women girl girls boy boys lady ladies lass lassie lassies lad lads wife wives \
prodigy prodigies";
    let Some(thing) = at.checked_sub(1).map(|before| &tokens[before]) else { return false };
    let kind = Lexicon::v1().kind(&thing.text);
    is_in(PEOPLE, &tokens[at].text)
        && matches!(kind, Some(WordKind::Thing | WordKind::Animal))
        && thing.clitic == Clitic::None
        && Lexicon::v1().entry(&thing.text).is_none()
}

/// "beekeeper", "stonemasons", "quilter", "mosaicist": a trade by its ending, where the word itself is not known; and
/// whether several are meant.
pub(super) fn trade(word: &str) -> Option<bool> {
    if Vocabulary::v1().contains(word) {
        return None;
    }
    let one = word.strip_suffix('s').filter(|one| !one.ends_with('s'));
    is_trade(one.unwrap_or(word)).then_some(one.is_some())
}

fn is_trade(word: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "keeper", "maker", "smith", "wright", "monger", "worker", "ologist", "ographer", "player",
        "driver", "seller", "herder", "fighter", "hunter", "dresser", "cleaner", "catcher",
        "picker", "sitter", "mason", "grower", "breeder", "binder", "blower", "minder", "jockey",
        "cutter", "winder", "carver", "weaver", "builder", "trader", "dealer", "trainer", "tamer",
        "breaker", "dancer", "painter", "writer", "teacher", "farmer", "miner", "fisher",
        "planter", "brewer", "herd", "wallah", "shaper",
    ];
    let stem = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending));
    stem.is_some_and(|stem| stem.len() > 2) || does_what(word)
}

/// "sifter", "netballer", "mosaicist": who does or makes what the stem says.
fn does_what(word: &str) -> bool {
    let lexicon = Lexicon::v1();
    let known = |stem: &str| {
        let kind = lexicon.kind(stem);
        stem.len() > 2
            && kind.is_some()
            && !matches!(kind, Some(WordKind::Adjective | WordKind::Animal))
    };
    let stem = ["eer", "er", "ist"].iter().find_map(|ending| word.strip_suffix(ending));
    stem.is_some_and(|stem| {
        let undoubled =
            stem.as_bytes().last_chunk::<2>().is_some_and(|[a, b]| a == b && a.is_ascii());
        known(stem) || known(&format!("{stem}e")) || undoubled && known(&stem[..stem.len() - 1])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    #[test]
    fn trades_are_known_by_how_they_are_made() {
        let of_two = |text: &str| star(&tokenize(text), 0).is_some();
        assert!(of_two("cabaret star") && of_two("disco legends"));
        assert!(!of_two("north star") && !of_two("film poster"));
        assert!(works_with_thing(&tokenize("camel boy"), 1));
        assert!(!works_with_thing(&tokenize("tall boy"), 1));
        assert_eq!(trade("clockwinders"), Some(true));
    }
}
