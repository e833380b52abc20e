//! Descriptions of things and animals in words of persons: "male and female connectors", "kitchen, white walls, scandinavian",
//! "a Tibetan singing bowl", "forty-something degrees".

use super::Scene;
use super::capitals::WORN;
use super::grammar::{BODY, Little, is_in};
use super::persons::OF_THING;
use super::pronouns::is_animal;
use super::term::{Category, Fate, Sense, Term};
use super::things::speaks_of_persons;
use crate::axis::Axis;
use crate::lexicon::{Lexicon, WordKind};

/// Whether the word of a person at `at` describes a thing or an animal.
pub(super) fn describes_scenery(scene: &Scene, at: usize) -> bool {
    is_sex_of_things(scene, at)
        || is_sex_of_animal(scene, at)
        || are_animals_named_after(scene, at)
        || is_kin_of_young(scene, at)
        || is_number_of_things(scene, at)
        || is_derelict(scene, at)
        || is_art_of_people(scene, at)
        || is_size_of_garment(scene, at)
}

/// "Men's brogues, size 46", "the tag reads SIZE 18"
fn is_size_of_garment(scene: &Scene, at: usize) -> bool {
    const MEASURED: &str = "brogues shoe shoes sneaker sneakers trainers loafers heels sandals label labels tag tags hanger hangers glove gloves \
sock socks bra ring rings spanner needle needles hook";
    let size = scene.tokens[scene.terms[at].tokens.start].text == "size";
    let garment = |term: &Term| is_in(MEASURED, scene.word(term)) || is_in(WORN, scene.word(term));
    size && scene.terms.iter().any(garment) && !speaks_of_persons(scene)
}

/// "a billy goat, a nanny goat and three kids"
pub(super) fn are_young_goats(scene: &Scene, at: usize) -> bool {
    let goats = scene.terms[..at].iter().any(|term| is_in("goat goats", scene.word(term)));
    let last = scene
        .terms
        .get(at + 1)
        .is_none_or(|next| matches!(next.sense, Sense::Comma | Sense::Little(Little::Preposition)));
    scene.is_one_of(at, &["kid", "kids"]) && goats && last && !speaks_of_persons(scene)
}

/// "boys' school, derelict", "a derelict mech": said of buildings and machines, where no article makes it somebody.
fn is_derelict(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let article = at.checked_sub(1).is_some_and(|before| {
        matches!(terms[before].sense, Sense::Little(Little::Article | Little::Determiner))
    });
    let noun =
        terms.get(at + 1).is_some_and(|next| matches!(next.sense, Sense::Word(_)) && !next.acts);
    scene.is_one_of(at, &["derelict"]) && (noun || !article) && !speaks_of_persons(scene)
}

/// "aboriginal painting, dots", "in the style of traditional Chinese painting", "Polish poster of 1970": what is drawn or printed
/// is of the people, where nobody draws it.
fn is_art_of_people(scene: &Scene, at: usize) -> bool {
    const ART: &str = "painting paintings drawing drawings print prints poster posters art artwork icon icons illustration manga anime \
watercolour watercolor calligraphy engraving woodcut lithograph miniature mural murals manuscript carving carvings sculpture";
    let terms = &scene.terms;
    let mut run = terms[at + 1..].iter().enumerate().take_while(|(_, term)| term.in_run());
    let people = matches!(terms[at].sense, Sense::Attribute { axis: Axis::Ethnicity, .. });
    let art =
        run.find(|(_, term)| !term.is_adjective()).filter(|(_, term)| is_in(ART, scene.word(term)));
    let ends = |at: usize| {
        terms.get(at).is_none_or(|next| {
            matches!(
                next.sense,
                Sense::Comma | Sense::Little(Little::Preposition | Little::Be | Little::And)
            ) || is_in("style styled", scene.word(next))
        })
    };
    people && !terms[at].genitive && art.is_some_and(|(ahead, _)| ends(at + 2 + ahead))
}

/// "male and female connectors", "a male and a female blackbird", "adult and juvenile gulls": two sexes or ages that share a
/// noun, which is no person's.
fn is_sex_of_things(scene: &Scene, at: usize) -> bool {
    const JOINS: &str = "and or to versus vs";
    let terms = &scene.terms;
    let other = |at: usize| {
        let article = terms.get(at + 1).is_some_and(|term| matches!(scene.word(term), "a" | "an"));
        let joined = terms.get(at).is_some_and(|term| is_in(JOINS, scene.word(term)));
        let second = at + 1 + usize::from(article);
        (joined && terms.get(second).is_some_and(|term| is_in(SEXES, scene.word(term))))
            .then_some(second)
    };
    let here = is_in(SEXES, scene.word(&terms[at])) && !terms[at].genitive;
    let Some(second) = other(at + 1).filter(|_| here) else { return false };
    ends_with_thing(scene, second + 1) && !speaks_of_persons(scene)
}

/// "the male catfish guards the eggs": right before an animal that nobody hunts or keeps.
fn is_sex_of_animal(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let next = (at + 1..terms.len()).find(|&next| !terms[next].is_adjective());
    let person = |at: usize| {
        terms.get(at).is_some_and(|term| {
            let noun = matches!(term.sense, Sense::Head(..) | Sense::Group { .. });
            noun && !term.ends_in_s
        })
    };
    is_in(SEXES, scene.word(&terms[at]))
        && !terms[at].genitive
        && next.is_some_and(|next| {
            is_creature(scene, &terms[next]) && !terms[next].genitive && !person(next + 1)
        })
        && !speaks_of_persons(scene)
}

/// "two males fighting, red deer, dawn": the animal has a phrase of its own.
pub(super) fn are_animals_named_after(scene: &Scene, at: usize) -> bool {
    let phrases = scene.terms[at + 1..].split(|term| term.sense == Sense::Comma).skip(1);
    let animal = |phrase: &[Term]| {
        phrase.split_last().is_some_and(|(last, rest)| {
            let before =
                |term: &Term| term.is_adjective() || matches!(term.sense, Sense::Colour(_));
            is_creature(scene, last) && rest.iter().all(before)
        })
    };
    is_in("male males female females juveniles", scene.word(&scene.terms[at]))
        && phrases.into_iter().any(animal)
        && !speaks_of_persons(scene)
}

/// An animal of the lists that is no person's nickname.
fn is_creature(scene: &Scene, term: &Term) -> bool {
    let word = scene.word(term);
    let ends = ["fish", "bird", "deer", "whale", "shark"].iter().any(|end| word.ends_with(end));
    term.sense == Sense::Word(Some(WordKind::Animal))
        || ends && matches!(term.sense, Sense::Word(_))
}

const SEXES: &str = "male female males females adult juvenile young old infant newborn baby";

/// Whether the noun phrase from `first` has a noun and only nouns of things and animals, known or not.
fn ends_with_thing(scene: &Scene, first: usize) -> bool {
    let run = || scene.terms[first..].iter().take_while(|term| term.in_run() && !term.acts);
    let person = |term: &Term| {
        matches!(
            term.sense,
            Sense::Head(..)
                | Sense::Group { .. }
                | Sense::Trait { .. }
                | Sense::CorrelateThing
                | Sense::Skin
        ) || term.is_picture
    };
    let named = |term: &Term| scene.tokens[term.tokens.start].capital && !is_animal(scene, term);
    run().last().is_some_and(|last| {
        let noun = matches!(last.sense, Sense::Word(kind) if kind != Some(WordKind::Adjective));
        noun && !named(last)
    }) && !run().any(person)
}

/// "mother and calf, humpback whales", "a father and baby penguin": kin and the young of an animal.
fn is_kin_of_young(scene: &Scene, at: usize) -> bool {
    const YOUNG: &str = "calf calves foal foals cub cubs chick chicks kitten kittens puppy puppies pup pups lamb lambs fawn piglet piglets \
gosling goslings duckling ducklings cygnet cygnets joey owlet";
    let terms = &scene.terms;
    let kin = matches!(terms[at].sense, Sense::Head(Category::Kin, _)) && !terms[at].genitive;
    let and = terms.get(at + 1).is_some_and(|term| scene.word(term) == "and");
    let word = |at: usize| terms.get(at).map_or("", |term| scene.word(term));
    let baby = matches!(word(at + 2), "baby" | "young" | "juvenile" | "newborn");
    let animal = |at: usize| terms.get(at).is_some_and(|term| is_animal(scene, term));
    kin && and
        && (is_in(YOUNG, word(at + 2)) || baby && animal(at + 3))
        && !speaks_of_persons(scene)
}

/// "forty-something degrees", "twenty-something empty bottles": a number before what is counted.
fn is_number_of_things(scene: &Scene, at: usize) -> bool {
    let term = &scene.terms[at];
    let something = scene.tokens[term.tokens.end - 1].text == "something" && term.tokens.len() > 1;
    let run = scene.terms[at + 1..].iter().take_while(|term| term.in_run() && !term.acts);
    something && ends_with_thing(scene, at + 1) && run.into_iter().any(|term| term.ends_in_s)
}

/// "kitchen, white walls, scandinavian", "food, korean, top view", "western, swinging saloon doors": a people's name as the
/// style of the thing that the prompt starts with.
pub(super) fn is_style_of_thing(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    if !matches!(terms[at].sense, Sense::Attribute { axis: Axis::Ethnicity, .. }) {
        return false;
    }
    let alone = terms.get(at + 1).is_none_or(|next| next.sense == Sense::Comma);
    if at == 0 {
        return alone && is_in("western oriental nordic", scene.word(&terms[0]));
    }
    let begins = terms[at - 1].sense == Sense::Comma;
    let made = |term: Option<&Term>| {
        term.is_some_and(|last| is_made(scene, last) && scene.word(last) != "home")
    };
    let end = terms
        .iter()
        .position(|term| matches!(term.sense, Sense::Comma | Sense::Little(Little::Preposition)));
    let first = terms[..end.unwrap_or(0)].iter().rfind(|term| term.in_run());
    // "Lot 33. A silver mug, Georgian"
    let own = terms[..at - 1].iter().rev().take_while(|term| term.sense != Sense::Comma);
    let placed = own.into_iter().any(|term| term.sense == Sense::Little(Little::Preposition));
    let thing = made(first) || at > 1 && !placed && made(terms.get(at - 2));
    let described = |term: &Term| {
        matches!(
            term.sense,
            Sense::CorrelateThing | Sense::CorrelateWord | Sense::Skin | Sense::Figure(_)
        ) || matches!(term.sense, Sense::Attribute { axis: Axis::Age | Axis::Gender, .. })
            || matches!(term.sense, Sense::Trait { near: false, .. } | Sense::Other)
            || term.acts && !term.purpose
            || term.is_picture
    };
    begins && alone && thing && !terms.iter().any(described) && !speaks_of_persons(scene)
}

/// Whether a held word describes a thing ("middle-class suburb", "princess phone", "undocumented endpoint", "turkey in the oven,
/// golden skin"), where nobody is.
pub(super) fn is_said_of_scenery(scene: &Scene, at: usize) -> bool {
    let term = &scene.terms[at];
    let held = matches!(term.fate, Fate::Hold(_));
    let has = |list: &'static str| scene.terms.iter().any(|term| is_in(list, scene.word(term)));
    // "gay pride flag", "homeless shelter"
    let last = &scene.tokens[term.tokens.end - 1].text;
    let named = term.tokens.len() > 1
        && is_in("flag flags sign signs shelter shelters camp emblem symbol park estate", last);
    // "a dyke holding back the sea"
    let dyke = term.fate == Fate::Hold(OF_THING) && is_in("dyke dykes", scene.word(term));
    held && (named
        || dyke
        || is_before_thing(scene, at)
        || is_style_of_thing(scene, at)
        || term.sense == Sense::Skin && has(FOOD))
}

/// Right before nouns that are no part of a body, nothing worn, no picture, nobody who works and nothing that somebody does.
fn is_before_thing(scene: &Scene, at: usize) -> bool {
    let term = &scene.terms[at];
    let figure = matches!(term.sense, Sense::Attribute { figure: true, .. } | Sense::Figure(_));
    // "Latvian timber rafter", "NDP organizer", not "male to female adapter"
    let of_people = matches!(
        term.sense,
        Sense::Attribute { axis: Axis::Ethnicity, .. } | Sense::Place(_) | Sense::Other
    );
    let works = |next: &Term| {
        let agent = |end: &&str| scene.word(next).ends_with(end);
        ["er", "or", "ist", "star", "man"].iter().any(agent)
            && (of_people || !is_thing(scene, next))
    };
    let run = || scene.terms[at + 1..].iter().take_while(|term| term.in_run());
    run().next().is_some_and(|next| begins_as_noun(scene, next))
        && run().all(|next| is_no_sign_of_persons(scene, next))
        && run().filter(|term| is_known_noun(term)).last().is_some_and(|last| !works(last))
        // "women's running shoes"
        && (!term.genitive || matches!(term.sense, Sense::Word(_)))
        && !figure
}

fn is_known_noun(term: &Term) -> bool {
    matches!(term.sense, Sense::Word(Some(WordKind::Thing | WordKind::Noun | WordKind::Animal)))
}

/// A noun, known or not ("anarchist zine stack"), and no verb ("the emperor winds clocks") nor name.
fn begins_as_noun(scene: &Scene, term: &Term) -> bool {
    let token = &scene.tokens[term.tokens.start];
    let unknown = term.sense == Sense::Word(None) && !term.inflected && !term.by_nickname;
    let verb = term.ends_in_s && !is_thing(scene, term);
    (is_known_noun(term) || unknown) && !verb && !token.hyphen && !token.capital
}

fn is_no_sign_of_persons(scene: &Scene, term: &Term) -> bool {
    let word = scene.word(term);
    let doing = term.acts || word.ends_with("ing") && !term.purpose;
    let of_body = is_in(WORN, word) || is_in(BODY, word) || is_in(OF_PERSONS, word);
    !(doing || of_body || term.is_picture)
}

/// What only persons have or are.
const OF_PERSONS: &str = "hair skin eyes build voice accent smile look looks love kiss wedding wedded couple shoot class team crew party game scene crowd colouring makeup make-up style body shape life day month night posture gaze stare face hands arms legs belly bump home";

const FOOD: &str = "turkey chicken duck goose pork ham bacon sausage sausages roast roasted oven grill grilled fried frying fish salmon trout potato potatoes onion onions tomato tomatoes apple apples pear pears plum plums peach peaches grape grapes lemon lemons orange oranges banana bananas mango mangoes aubergine eggplant pepper peppers crackling gravy pan milk almond almonds chestnut chestnuts";

/// "chair with one leg missing", "clock with missing hands": a phrase of the body right after a thing.
pub(super) fn is_part_of_thing(scene: &Scene, at: usize) -> bool {
    let Some(mut before) = at.checked_sub(1) else { return false };
    // "a clock with missing hands"
    if scene.is_one_of(before, &["with"]) && before > 0 {
        before -= 1;
    }
    let term = &scene.terms[before];
    if scene.tokens[scene.terms[at].tokens.start].hyphen {
        return false;
    }
    let clock = before > 0
        && scene.is_one_of(before, &["face"])
        && is_made(scene, &scene.terms[before - 1]);
    clock
        || is_made(scene, term)
            && !term.is_picture
            && !is_in("figure silhouette shadow shape", scene.word(term))
        || term.fate == Fate::Hold(OF_THING)
        || is_thing_man(scene, before)
}

/// "gingerbread man": what looks like somebody and is baked, stuffed or piled up.
fn is_thing_man(scene: &Scene, at: usize) -> bool {
    let before = at.checked_sub(1).map_or("", |before| scene.word(&scene.terms[before]));
    is_in("man men woman person", scene.word(&scene.terms[at]))
        && is_in("gingerbread snow straw stick tin wicker lego", before)
        || is_in(
            "gingerbread scarecrow snowman gnome puppet mannequin",
            scene.word(&scene.terms[at]),
        )
}

/// Something that can be seen, and that nobody wears.
fn is_made(scene: &Scene, term: &Term) -> bool {
    let word = scene.word(term);
    matches!(term.sense, Sense::Word(_))
        && (is_thing(scene, term) || is_in(STYLED, word))
        && !is_in(WORN, word)
        && !is_in(BODY, word)
}

fn is_thing(scene: &Scene, term: &Term) -> bool {
    let seen = |word: &str| {
        Lexicon::v1().kind(word) == Some(WordKind::Thing) || Lexicon::v1().is_seen(word)
    };
    let word = scene.word(term);
    seen(word) || word.strip_suffix('s').is_some_and(seen)
}

/// What has a style and is no thing by the lists.
const STYLED: &str = "food cuisine dish interior interiors exterior architecture landscape scenery seascape cityscape textile fabric decor";

#[cfg(test)]
mod tests {
    use crate::reading::tests::check_persons as check;

    #[test]
    fn sexes_and_ages_of_things_are_nobody() {
        check("male and female connectors on a bench", 0);
        check("a male and a female blackbird", 0);
        check("male and female portraits", 2);
        check("mother and calf, humpback whales", 0);
        check("a mother and her calf-high boots", 1);
        check("the male catfish guards the eggs", 0);
        check("a male bear hunter in a wood", 1);
        check("forty-something degrees on a thermometer", 0);
        check("forty-something in a desert", 1);
        check("a derelict in a doorway", 1);
        check("boys' school, derelict", 0);
        check("aboriginal painting, dots", 0);
        check("an aboriginal painting a wall", 1);
    }

    #[test]
    fn a_people_before_any_noun_of_a_thing_is_nobody() {
        check("a spanish hacienda at noon", 0);
        check("Tibetan singing bowl, macro", 0);
        check("an Aussie sparky drilling a wall", 1);
        check("a Tibetan singing in a yard", 1);
        check("women's running shoes, nobody wearing them", 0);
        check("still life, dutch golden age", 0);
    }

    #[test]
    fn words_before_things_have_no_label() {
        let labels = |text: &str| {
            let prompt = crate::prompt::Prompt::new(text).expect("a prompt");
            let reading = crate::reading::Reading::of(&prompt);
            let findings = reading.findings(crate::reading::ThisRevealsThePrompt);
            findings.iter().filter(|finding| finding.axis.is_some()).count()
        };
        assert_eq!(labels("chair with one leg missing"), 0);
        assert_eq!(labels("princess phone in pastel pink"), 0);
        assert_eq!(labels("turkey in the oven, golden skin"), 0);
        assert_ne!(labels("portrait, olive skin, hazel eyes"), 0);
    }

    #[test]
    fn a_people_is_the_style_of_a_thing() {
        check("kitchen, white walls, scandinavian", 0);
        check("portrait, white walls, scandinavian", 1);
        check("garden, english, 40 years old", 1);
    }
}
