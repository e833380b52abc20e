//! Builds of bodies by how the phrase is made: "arms like hams", "her waist small", "broad in the shoulder", "lost a lot
//! of weight", "a tank of a man". Read beside a person only: an anvil's neck is nobody's.

use super::compounds::Compound;
use super::grammar::{is_in, little, run, word};
use super::looks::{ends, phrase_end};
use super::term::Sense;
use super::words::lexicon_sense;
use crate::lexicon::Lexicon;
use crate::tokens::{Clitic, Token};

/// The phrase about a build that starts at `at` and its number of tokens.
pub(super) fn build(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    if let Some(n_tokens) = part_like(tokens, at) {
        let last = word(tokens, at + n_tokens - 1);
        let axis = if is_in(HIDES, last) { "skin-tone" } else { "body-type" };
        return Some((n_tokens, Compound::Near(axis)));
    }
    let n_tokens = part_shaped(tokens, at)
        .or_else(|| shaped_part(tokens, at))
        .or_else(|| shaped_in_part(tokens, at))
        .or_else(|| part_of_somebody(tokens, at))
        .or_else(|| built_as(tokens, at))
        .or_else(|| weight_changed(tokens, at))
        .or_else(|| weighed(tokens, at))
        .or_else(|| heap_of_a_man(tokens, at))?;
    Some((n_tokens, Compound::Near("body-type")))
}

/// "arms like hams", "forearms strong as rope", "a body like a question mark".
fn part_like(tokens: &[Token], at: usize) -> Option<usize> {
    if !is_in(PARTS, word(tokens, at)) || tokens[at].clitic != Clitic::None {
        return None;
    }
    // "legs up to her neck"
    let up_to = word(tokens, at + 1) == "up" && word(tokens, at + 2) == "to";
    if up_to && is_in("neck armpits chin ears shoulders here", word(tokens, at + 4)) {
        return Some(5);
    }
    let like = at + 1 + run(tokens, at + 1, SHAPES);
    let links = match word(tokens, like) {
        "like" => true,
        "as" => like > at + 1,
        _ => false,
    };
    phrase_end(tokens, like + 1).filter(|_| links).map(|end| end - at)
}

/// "her waist small", "his belly was flat once", "ribs showing": what is said of a part after it.
fn part_shaped(tokens: &[Token], at: usize) -> Option<usize> {
    // "three feet wide"
    let part = is_in(PARTS, word(tokens, at)) && !is_in("foot feet", word(tokens, at));
    if !part || tokens[at].clitic != Clitic::None {
        return None;
    }
    let mut shape = at + 1 + run(tokens, at + 1, "is are was were");
    shape += run(tokens, shape, "very so still rather quite too");
    let end = shape + run(tokens, shape, SHAPES);
    let once = usize::from(word(tokens, end) == "once");
    (end > shape && ends(tokens, end + once)).then_some(end + once - at)
}

/// "dimpled thighs", "an ample lap", "a normal body", "broader shoulders", "normal weight".
fn shaped_part(tokens: &[Token], at: usize) -> Option<usize> {
    let shape = run(tokens, at, SHAPES);
    let plain = run(tokens, at, PLAIN_SHAPES);
    let part = at + shape.max(plain);
    // "no arse", "no neck"
    let lacking = word(tokens, at) == "no" && is_in(LACKED, word(tokens, at + 1));
    if lacking && ends(tokens, at + 2) {
        return Some(2);
    }
    let known = if shape > 0 { PARTS } else { WHOLES };
    let noun = !tokens.get(part + 1).is_some_and(|next| next.hyphen);
    (part > at && is_in(known, word(tokens, part)) && noun).then_some(part + 1 - at)
}

/// "broad in the shoulder", "long of limb", "thick around the middle", "soft in the middle".
fn shaped_in_part(tokens: &[Token], at: usize) -> Option<usize> {
    let link = at + 1;
    if !is_in(SHAPES, word(tokens, at)) || !is_in("in of around about at round", word(tokens, link))
    {
        return None;
    }
    let the = run(tokens, link + 1, "the his her their");
    let part = link + 1 + the;
    let found = is_in(PARTS, word(tokens, part)) || the > 0 && is_in(MIDDLES, word(tokens, part));
    (found && ends(tokens, part + 1)).then_some(part + 1 - at)
}

/// "with the shoulders of a stevedore": a part, and whose it is like. Not "on the shoulders of a soldier".
fn part_of_somebody(tokens: &[Token], at: usize) -> Option<usize> {
    let the = usize::from(is_in("the a", word(tokens, at)));
    let part = at + the;
    let whole = is_in(PARTS, word(tokens, part)) || is_in(WHOLES, word(tokens, part));
    let of = word(tokens, part + 1) == "of" && is_in("a an", word(tokens, part + 2));
    let has = at.checked_sub(1).is_some_and(|before| {
        tokens[before].is_break() || is_in("with and has had having but", word(tokens, before))
    });
    if !(the == 1 && whole && of && has) {
        return None;
    }
    let owner = part + 3;
    let somebody = |at: usize| {
        matches!(lexicon_sense(word(tokens, at)), Some(Sense::Head(..)))
            || matches!(
                Lexicon::v1().kind(word(tokens, at)),
                Some(crate::lexicon::WordKind::Animal)
            )
    };
    if somebody(owner) {
        return Some(owner + 1 - at);
    }
    somebody(owner + 1).then_some(owner + 2 - at)
}

/// "build - medium", "built for speed", "the shape of a teapot", "an athlete's build", "size zero", "110 kg".
fn built_as(tokens: &[Token], at: usize) -> Option<usize> {
    let (first, second) = (word(tokens, at), word(tokens, at + 1));
    if is_in("build physique figure bodytype", first) {
        let value = at + 1 + usize::from(tokens.get(at + 1).is_some_and(Token::is_break));
        let said = run(tokens, value, SHAPES).max(run(tokens, value, PLAIN_SHAPES));
        return (said > 0 && ends(tokens, value + said)).then_some(value + said - at);
    }
    if is_in("build physique figure body frame silhouette", second)
        && tokens[at].clitic == Clitic::Genitive
        && matches!(lexicon_sense(first), Some(Sense::Head(..)))
    {
        return Some(2);
    }
    if is_in("shape size bulk girth build", second)
        && first == "the"
        && word(tokens, at + 2) == "of"
        && is_in("a an", word(tokens, at + 3))
    {
        return phrase_end(tokens, at + 3).map(|end| end - at);
    }
    // "a bit of a belly"
    let some = is_in("bit touch hint lot suggestion", first) && second == "of";
    if some
        && word(tokens, at + 2) == "a"
        && is_in("belly tummy gut paunch stomach stoop", word(tokens, at + 3))
    {
        return Some(4);
    }
    if first == "size" && is_in("zero xs s m l xl xxl xxxl", second) {
        return Some(2);
    }
    None
}

/// "lost a lot of weight", "gained forty pounds", "put on a few kilos".
fn weight_changed(tokens: &[Token], at: usize) -> Option<usize> {
    let verb = match (word(tokens, at), word(tokens, at + 1)) {
        ("put" | "putting" | "puts" | "piled" | "piling", "on") => at + 2,
        (first, _) if is_in(GAINS, first) => at + 1,
        _ => return None,
    };
    let amount = (verb..(verb + MOST_AMOUNT).min(tokens.len())).take_while(|&at| {
        is_amount(tokens, at)
            || is_in("a lot of some too much few the his her all", word(tokens, at))
    });
    let unit = verb + amount.count();
    let told = match word(tokens, unit) {
        "weight" => true,
        "pounds" | "lbs" | "kilos" | "kg" | "stone" => unit > verb,
        _ => false,
    };
    told.then_some(unit + 1 - at)
}

/// "110 kg", "two hundred pounds in his socks", "weighs less than her cello", "BMI 41", "38-inch waist".
fn weighed(tokens: &[Token], at: usize) -> Option<usize> {
    let first = word(tokens, at);
    if first == "bmi" {
        let amount = at + 1 + usize::from(word(tokens, at + 1) == "of");
        return Some(if is_amount(tokens, amount) { amount + 1 - at } else { 1 });
    }
    let weighs = is_in("weighs weighing weighed", first);
    if weighs && is_in("less more under over nearly almost as barely about", word(tokens, at + 1)) {
        let than = at + 2 + run(tokens, at + 2, "than as much little");
        return phrase_end(tokens, than).map(|end| end - at);
    }
    let start = at + usize::from(weighs);
    let amount = (start..tokens.len()).take_while(|&at| is_amount(tokens, at)).count();
    let unit = start + amount;
    if amount == 0 || tokens.get(unit).is_none_or(|unit| unit.is_break()) {
        return None;
    }
    if is_in("inch inches cm", word(tokens, unit)) && is_in(PARTS, word(tokens, unit + 1)) {
        return Some(unit + 2 - at);
    }
    let begins = weighs || at.checked_sub(1).is_none_or(|before| tokens[before].is_break());
    let weight = is_in("kg kgs kilos kilograms lbs lb pounds stone", word(tokens, unit));
    let closes = tokens.get(unit + 1).is_none_or(|next| next.is_break())
        || is_in("in and", word(tokens, unit + 1))
        || word(tokens, unit + 1) == "of" && is_in(FLESH, word(tokens, unit + 2));
    (weight && begins && closes).then_some(unit + 1 - at)
}

fn is_amount(tokens: &[Token], at: usize) -> bool {
    let text = word(tokens, at);
    text.starts_with(|first: char| first.is_ascii_digit()) || is_in(NUMBERS, text)
}

/// "tank of a" before "a prop forward", "lump of a" before "lad": what somebody is as big or small as, with the article.
fn heap_of_a_man(tokens: &[Token], at: usize) -> Option<usize> {
    let article = word(tokens, at + 1) == "of" && is_in("a an", word(tokens, at + 2));
    if !article || !is_in(HEAPS, word(tokens, at)) {
        return None;
    }
    let person = |at: usize| {
        let text = word(tokens, at);
        little(text).is_none() && matches!(lexicon_sense(text), Some(Sense::Head(..)))
    };
    // "a tank of a prop forward"
    (person(at + 3) || person(at + 4) && !tokens[at + 3].is_break()).then_some(3)
}

const MOST_AMOUNT: usize = 5;
const GAINS: &str = "lost losing loses gained gaining gains shed shedding sheds dropped dropping";
const NUMBERS: &str = "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty \
seventy eighty ninety hundred";
/// Parts of the body by whose size somebody is described.
const PARTS: &str = "hand hands arm arms forearm forearms upper-arms bicep biceps triceps thigh thighs leg legs calf calves knee \
knees ankle ankles wrist wrists finger fingers fist fists palm palms foot feet neck shoulder shoulders chest torso back spine \
waist hip hips belly bellies stomach tummy paunch gut midriff lap bust bosom breasts rump backside behind buttocks bottom bum \
jaw jowls chin chins cheek cheeks rib ribs ribcage collarbones limb limbs muscles shins elbows body frame physique figure build";
/// The whole of a body.
const WHOLES: &str = "body build figure physique frame weight proportions stature silhouette";
/// What skin is compared with, and no build.
const HIDES: &str = "bark bacon steak beef leather hide parchment paper walnut mahogany teak chocolate honey toffee caramel milk \
snow chalk wax ivory marble porcelain alabaster ebony copper bronze brick clay lobster prawn lobsters beetroot";
const LACKED: &str = "arse ass bum bottom hips waist neck chin bust chest shoulders calves";
const FLESH: &str = "sinew muscle bone flesh fat lard gristle pure solid";
const MIDDLES: &str = "middle beam leg limb stern hindquarters flank haunches";
/// What the size and shape of a body and its parts are said to be.
const SHAPES: &str = "small big large huge tiny broad broader wide wider narrow narrower thick thicker thin thinner slim slimmer slender \
long short shorter heavy heavier lean leaner flat soft softer ample generous plump plumper fat fatter fleshy meaty beefy brawny \
muscular strong powerful massive mighty enormous immense bony knobbly skinny scrawny spindly sturdy stout solid bulky \
bulging rounded sagging saggy pendulous dimpled toned taut sculpted chiselled chiseled ripped wiry sinewy corded ropy ropey \
stringy hollow sunken caved protruding jutting prominent stooped sloping rounded hunched padded pudgy podgy chubby chunky portly gangly bandy bowed knock-kneed rotund flabby \
wobbling wobbly jiggling delicate dainty petite shapely curvy voluptuous trim neat well-lined stretch-marked pillowy doughy \
swollen dumpy stocky stubby squat hefty larger bigger smaller fuller pronounced impressive considerable respectable";
const PLAIN_SHAPES: &str = "normal average ordinary medium typical regular perfect ideal healthy fit athletic nice standard imperfect";
/// What somebody is called a "… of a man" by.
const HEAPS: &str = "tank lump mountain hill hillock heap mound bear ox bull hulk tower wall slab block brick barrel keg cask whale \
walrus hippo elephant giant ogre troll slip wisp whisp scrap stick rake reed sliver splinter whip whippet shrimp mouse sparrow wren bird \
twig sapling skeleton scarecrow bag sack beanpole lamppost pole tub ball dumpling pudding butterball hay-bale side wardrobe fridge barn \
door doorway boulder rock oak tree trunk stump log plank pencil needle matchstick spider stork heron crane blade slice shred \
thread wraith runt midge tadpole pipsqueak brute unit beast colossus horse house cliff crag bolster cushion pillow barge \
battleship tugboat galleon bulldozer skelf";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    fn check(text: &str, expected: Option<usize>) {
        let found = build(&tokenize(text), 0).map(|(n_tokens, _)| n_tokens);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn builds_are_read_by_how_the_phrase_is_made() {
        check("arms like hams", Some(3));
        check("forearms strong as rope", Some(4));
        check("waist small", Some(2));
        check("dimpled thighs", Some(2));
        check("a normal body", None);
        check("normal body", Some(2));
        check("broad in the shoulder", Some(4));
        check("the shoulders of a stevedore", None);
        check("build: medium", Some(3));
        check("lost a lot of weight", Some(5));
        check("gained forty pounds", Some(3));
        check("weighs less than her cello", Some(5));
        check("two hundred pounds", Some(3));
        check("lump of a lad", Some(3));
    }

    #[test]
    fn other_phrases_are_nothing() {
        for text in
            ["small house", "lost the keys", "hands full", "bag of apples", "two kg of rice"]
        {
            check(text, None);
        }
    }
}
