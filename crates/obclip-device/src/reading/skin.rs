//! "with dark skin", "skin like polished walnut": what is said of a skin goes with its person.

use super::Scene;
use super::attributes::{DEGREES, drop_link_before};
use super::grammar::{Little, is_in};
use super::looks::is_colour;
use super::persons::ADJECTIVE_RANK;
use super::term::{Fate, Sense, Term};
use crate::axis::Axis;

/// "with dark skin": the colours before the word go with it and open nothing, a people's name does.
pub(super) fn skin(scene: &mut Scene, at: usize) {
    let after = colours_after_skin(scene, at);
    let Some(person_idx) = scene.nearest_person(at) else {
        let of_skin = scene.word(&scene.terms[at]).ends_with("skin");
        let colours = scene.terms[..at]
            .iter()
            .rev()
            // A fruit has a yellow skin.
            .take_while(|term| {
                (!of_skin || !is_in(OF_FRUIT, scene.word(term))) && is_tone(scene, term)
            });
        let first = at - colours.count();
        (first..=after).for_each(|at| scene.terms[at].fate = Fate::Hold("skin is held"));
        return;
    };
    let (mut tone, mut people) = (None, None);
    for next in at + 1..=after {
        if let Sense::Colour(colour) = scene.terms[next].sense {
            tone = tone.or(Some(colour.stated));
        } else {
            scene.terms[next].topic = Some("skin-tone");
        }
        scene.drop_term(next, Some(person_idx));
    }
    let mut first = at;
    while first > 0 {
        let term = &scene.terms[first - 1];
        match term.sense {
            Sense::Colour(colour) => tone = tone.or(Some(colour.stated)),
            Sense::Attribute { axis: Axis::Ethnicity, stated, .. } => people = Some(stated),
            _ if is_tone(scene, term) => {}
            // "with black, wrinkled skin"
            Sense::Comma if first < at && first > 1 && is_said_of_skin(scene, first - 2) => {}
            _ => break,
        }
        first -= 1;
        scene.drop_term(first, Some(person_idx));
    }
    let person = &mut scene.persons[person_idx];
    if let Some(people) = people {
        person.mention(Axis::Ethnicity, Some(people), ADJECTIVE_RANK);
    }
    if let Some(tone) = tone {
        person.hint(Axis::Ethnicity, tone);
    }
    scene.drop_term(at, Some(person_idx));
    drop_link_before(scene, first, Some(person_idx));
}

/// "dark", "light beige", "very": what a skin is said to be, and how much so.
fn is_tone(scene: &Scene, term: &Term) -> bool {
    let tokens = &scene.tokens[term.tokens.clone()];
    let coloured = || {
        let mut colours = tokens.iter().filter(|token| is_colour(&token.text));
        !term.follows && colours.next().is_some()
    };
    let word = scene.word(term);
    let described = !term.follows && term.is_adjective();
    described || is_in(SKIN_COLOURS, word) || DEGREES.contains(&word) || coloured()
}

/// "black" of "with black, wrinkled skin": a colour with "with" or the like before it.
fn is_said_of_skin(scene: &Scene, at: usize) -> bool {
    let term = &scene.terms[at];
    let colour = matches!(term.sense, Sense::Colour(_) | Sense::Trait { .. } | Sense::Small)
        || is_in(SKIN_COLOURS, scene.word(term));
    let before = scene.terms[..at].iter().rfind(|term| !term.is_adjective());
    colour
        && before
            .is_some_and(|term| is_in("with of has having had a his her their", scene.word(term)))
}

/// "her skin is very dark", "skin pale and freckled": the last word that the word "skin" before it is described with; `at`
/// itself where there is none.
fn colours_after_skin(scene: &Scene, at: usize) -> usize {
    let colour = |term: &Term| {
        let said = matches!(term.sense, Sense::Colour(_) | Sense::Small | Sense::Trait { .. });
        said && !term.follows || !DEGREES.contains(&scene.word(term)) && is_tone(scene, term)
    };
    let link = |at: usize, term: &Term| {
        matches!(term.sense, Sense::Little(Little::Be | Little::And))
            || scene.is_one_of(at, DEGREES)
            || is_in("as still now", scene.word(term))
            // "skin tone: dark"
            || scene.tokens[term.tokens.start].assigns
    };
    let mut last = at;
    let mut next = at + 1;
    while let Some(term) = scene.terms.get(next) {
        if colour(term) {
            last = next;
        } else if !link(next, term) {
            break;
        }
        next += 1;
    }
    let ends = scene.terms.get(last + 1).is_none_or(|term| !term.is_noun_word() && !colour(term));
    let compared = skin_compared_until(scene, at);
    if let Some(compared) = compared {
        return compared;
    }
    if ends { last } else { at }
}

/// "skin the colour of weak tea", "her skin is a shade of honey": the last word of what the skin is compared with.
fn skin_compared_until(scene: &Scene, at: usize) -> Option<usize> {
    let word = |at: usize| scene.terms.get(at).map_or("", |term| scene.word(term));
    let mut next = at + 1;
    while is_in("is was the a an that very exact", word(next)) {
        next += 1;
    }
    let of = is_in("colour color shade tone hue tint colours shades", word(next));
    if !of || word(next + 1) != "of" {
        return None;
    }
    let first = next + 2 + usize::from(is_in("a an the", word(next + 2)));
    let phrase = scene.terms.get(first..)?.iter().take(LONGEST_LIKENESS);
    let n_words = phrase.take_while(|term| term.in_run() && !term.is_person_noun()).count();
    (n_words > 0).then_some(first + n_words - 1)
}

/// "strong builder's tea"
const LONGEST_LIKENESS: usize = 3;

/// What the skins of fruit are said to be, and fruit.
const OF_FRUIT: &str = "yellow green red blue purple orange pink lemon lime plum cherry tangerine apricot peach apple mustard salmon mint \
aubergine grape wine";

/// What skin is said to be, beside the colours of peoples.
const SKIN_COLOURS: &str = "black white brown yellow red pink blue green grey gray golden gold copper bronze ebony ivory chocolate \
caramel honey amber mahogany porcelain alabaster milky creamy cream peach rosy ruddy sallow ashen tawny russet umber ochre \
sienna blotchy orange purple silver darker lighter paler fairer browner redder darkest lightest palest fairest medium warmer cooler richer deeper softer glowing radiant glistening shimmering flawless dewy oiled smooth wrinkled gleaming";
