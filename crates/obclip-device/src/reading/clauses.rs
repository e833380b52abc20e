//! What a clause says of somebody that no picture shows: "who owns three yachts", "whose papers expired", "who never learned to
//! read", "She sleeps rough". A clause travels where its verb is one that can be seen ("who holds a lamp", "who is reading"); of any
//! other verb it stays whole, so that what leaves does not depend on which of its words our lists know.
//!
//! Clauses that say an age, an origin or where somebody is from are read for them instead (`attributes`).

use std::ops::Range;

use super::Scene;
use super::doing::says_doing;
use super::grammar::{Little, is_in};
use super::holding::hold_one;
use super::term::{Fate, Form, Sense, Term};
use crate::axis::Colour;
use crate::tokens::Clitic;

/// Why the words of such a clause are held.
pub(super) const LIFE: &str = "says how somebody lives";

/// The clauses, and what the terms were that were taken out of the reading.
pub(super) struct TakenOut {
    clauses: Vec<Range<usize>>,
    senses: Vec<(usize, Sense)>,
}

/// Takes the clauses out before persons are looked for: nobody in them is in the picture. Where one says an age, an origin or
/// a place, these are read first.
pub(super) fn take_out(scene: &mut Scene) -> TakenOut {
    let (mut clauses, mut senses) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < scene.terms.len() {
        let Some(end) = clause(scene, at) else {
            at += 1;
            continue;
        };
        clauses.push(at..end);
        let taken = if is_plain(&scene.terms[at..end]) { at..end } else { at..at };
        for inside in taken {
            let term = &mut scene.terms[inside];
            senses.push((inside, std::mem::replace(&mut term.sense, Sense::Written)));
            term.fate = Fate::Hold(LIFE);
        }
        at = end;
    }
    TakenOut { clauses, senses }
}

/// Gives the words their meaning back, for their labels, and holds what is left of the clauses.
pub(super) fn put_back(scene: &mut Scene, taken: TakenOut) {
    for (at, sense) in taken.senses {
        scene.terms[at].sense = sense;
    }
    for at in taken.clauses.into_iter().flatten() {
        hold_one(scene, at, LIFE);
    }
}

/// The end of the clause that starts at `at`, if it says what cannot be seen.
fn clause(scene: &Scene, at: usize) -> Option<usize> {
    let verb = relative(scene, at).or_else(|| predicate(scene, at))?;
    let end = end(scene, verb);
    let whose = scene.is_one_of(at, &["whose"]) && is_of_life_by_noun(scene, at + 1);
    let kept = scene.terms.get(at..end)?.iter().any(|term| term.kept || term.own.is_some());
    // Whatever its other words are: "who pushes a fat man", "who pushes a deaf man"
    (end > at && !kept && (whose || !is_seen(scene, verb))).then_some(end)
}

/// "whose parents are divorced", "whose papers are in order", not "whose dog is barking" nor "whose hair is wet".
fn is_of_life_by_noun(scene: &Scene, at: usize) -> bool {
    let noun = scene.terms.get(at..).and_then(|rest| rest.iter().find(|term| !term.is_adjective()));
    noun.is_some_and(|noun| match noun.sense {
        Sense::Head(..) | Sense::Group { .. } | Sense::Trait { .. } => true,
        _ => is_in(NOT_SEEN, scene.word(noun)),
    })
}

/// The verb of "who owns", "whose papers expired".
fn relative(scene: &Scene, at: usize) -> Option<usize> {
    let term = &scene.terms[at];
    if term.genitive || term.sense != Sense::Little(Little::Relative) {
        return None;
    }
    let before = &scene.terms[at.checked_sub(1)?];
    let somebody = is_somebody(before);
    match scene.word(term) {
        "who" if somebody || before.in_run() || before.sense == Sense::Comma => {
            Some(after_adverbs(scene, at + 1))
        }
        "whose" if somebody => {
            let noun = (at + 1..scene.terms.len()).find(|&at| !scene.terms[at].is_adjective())?;
            Some(after_adverbs(scene, noun + 1))
        }
        "that" if somebody => Some(after_adverbs(scene, at + 1)),
        _ => None,
    }
}

/// The verb of "She sleeps rough", "he voted": right after a pronoun that opens a sentence, which itself stays.
fn predicate(scene: &Scene, at: usize) -> Option<usize> {
    let terms = &scene.terms;
    let subject = at.checked_sub(1)?;
    let opens = subject.checked_sub(1).is_none_or(|before| {
        matches!(terms[before].sense, Sense::Comma | Sense::Little(Little::And))
    });
    let pronoun = matches!(terms[subject].sense, Sense::Pronoun(Form::Subject, Some(_)));
    if terms[subject].genitive {
        return None;
    }
    if pronoun && opens {
        return Some(after_adverbs(scene, at));
    }
    // "My uncle never finished school"
    let noun = matches!(terms[subject].sense, Sense::Head(..) | Sense::Group { .. });
    let never = scene.is_one_of(at, &["never", "always", "often", "usually", "rarely", "seldom"]);
    let lives = is_in(LIVES, scene.word(&terms[at]));
    (noun && (never || lives)).then(|| after_adverbs(scene, at))
}

/// What no picture shows, after a noun too.
const LIVES: &str = "owns believes votes voted loves hates prefers supports identifies suffers suffered inherited converted married divorced fled emigrated \
immigrated overstayed earns earned owes rents graduated studied dropped joined enlisted dates";

fn is_somebody(term: &Term) -> bool {
    matches!(
        term.sense,
        Sense::Head(..)
            | Sense::Group { .. }
            | Sense::Attribute { nominal: true, .. }
            | Sense::Trait { nominal: true, .. }
    )
}

fn after_adverbs(scene: &Scene, at: usize) -> usize {
    let adverb = |at: &usize| {
        let word = scene.word(&scene.terms[*at]);
        is_in(ADVERBS, word) || word.len() > 4 && word != "elderly" && word.ends_with("ly")
    };
    (at..scene.terms.len()).find(|at| !adverb(at)).unwrap_or(scene.terms.len())
}

const ADVERBS: &str = "just also then still now both all often sometimes always never once ever already only even soon long too \
usually again almost nearly";

/// Whether what the verb says can be seen, or is left to those who read predicates: "is", "has" a thing.
fn is_seen(scene: &Scene, verb: usize) -> bool {
    let Some(term) = scene.terms.get(verb) else { return true };
    let word = scene.word(term);
    match term.sense {
        Sense::Comma => true,
        Sense::Little(Little::Be) => !is_undergone(scene, verb),
        _ if is_in("has have had", word) => is_had(scene, verb),
        // "who can fly", "who would rather read"
        Sense::Little(Little::Other) => !is_in(MODALS, word),
        Sense::Little(Little::Governor) => true,
        Sense::Word(_) if scene.tokens[term.tokens.start].clitic == Clitic::None => {
            let habit = is_habit(scene, verb);
            !is_finite(word) || is_seen_verb(word) && !habit
        }
        _ => true,
    }
}

const MODALS: &str = "can cannot could would should might must may will do does did";

/// "was granted asylum", "is seeking work", "was deported": what happens to somebody and is not seen.
fn is_undergone(scene: &Scene, verb: usize) -> bool {
    let at = after_adverbs(scene, verb + 1);
    let Some(term) = scene.terms.get(at) else { return false };
    // "granted asylum" may be one phrase of the lists.
    let phrase = matches!(term.sense, Sense::Word(_) | Sense::Trait { .. });
    phrase && is_in(UNDERGONE, &scene.tokens[term.tokens.start].text)
}

const UNDERGONE: &str = "granted refused denied offered promised awarded deported detained arrested released elected expelled evicted hired fired \
sacked diagnosed fostered adopted disowned abandoned betrayed promoted convicted sentenced pardoned drafted enlisted ordained excommunicated \
rejected accepted admitted naturalised naturalized sponsored registered allowed forced supposed entitled questioning applying seeking \
transitioning identifying converting divorcing separating struggling suffering battling recovering considering hoping \
saving earning owing studying exploring given told living trying fighting paying planning";

/// Whether the word can be the verb of a clause at all: not "who in a red coat".
fn is_finite(word: &str) -> bool {
    !says_doing(word) && word.len() > 2
}

/// "a dog", "long red gloves", "fallen": what somebody has or has done and can be seen; not "a crush", "no home", "converted".
fn is_had(scene: &Scene, verb: usize) -> bool {
    let at = after_adverbs(scene, verb + 1);
    let Some(first) = scene.terms.get(at) else { return false };
    let word = scene.word(first);
    let done = word == "been" || word.ends_with("ed") || word.ends_with("en");
    if is_seen_verb(word) || is_in(SEEN_PARTICIPLES, word) {
        return !is_habit(scene, at);
    }
    let phrase = || {
        scene.terms[at..].iter().take_while(|term| {
            let little = matches!(term.sense, Sense::Little(Little::Article | Little::Determiner));
            let whose = matches!(term.sense, Sense::Pronoun(..) | Sense::OtherPronoun);
            little || whose || term.in_run()
        })
    };
    let felt = |term: &Term| is_in(NOT_SEEN, scene.word(term));
    !(done && matches!(first.sense, Sense::Word(_)) || phrase().any(felt))
}

const SEEN_PARTICIPLES: &str =
    "fallen taken eaten written ridden driven drawn drunk sunk swum torn worn forgotten hidden";
/// What is had and not seen.
const NOT_SEEN: &str = "no crush job jobs degree diploma doctorate phd record past habit habits problem problems issue issues affair affairs loan loans \
debt debts mortgage rent visa permit papers status licence license citizenship opinion opinions view views vote belief beliefs idea ideas \
plan plans secret secrets dream dreams hope hopes fear fears abortion operation surgery diagnosis history family savings money fortune \
inheritance estate salary income pension benefits insurance right rights feelings love lover lovers partner name gender identity pronouns faith religion claim application \
nationality luck sexuality orientation marriage divorce childhood youth visas permits permit documents case asylum";

/// "every Friday", "for years", "twice a week", "never": what is done again and again is not what is seen.
fn is_habit(scene: &Scene, verb: usize) -> bool {
    let before = verb.checked_sub(1).map_or("", |before| scene.word(&scene.terms[before]));
    let rest = scene.terms[verb + 1..].iter().take_while(|term| term.sense != Sense::Comma);
    is_in("never always often usually only once rarely seldom ever", before)
        || rest.take(LONGEST_CLAUSE).any(|term| is_in(HABITS, scene.word(term)))
}

const LONGEST_CLAUSE: usize = 12;
const HABITS: &str = "every twice times daily weekly sundays saturdays fridays mondays weekends years rough since ago anymore";

/// Where the clause ends: at a break, or where the sentence goes on with what is seen.
fn end(scene: &Scene, verb: usize) -> usize {
    let terms = &scene.terms;
    (verb + 1..terms.len()).find(|&at| ends_at(scene, verb, at)).unwrap_or(terms.len())
}

fn ends_at(scene: &Scene, verb: usize, at: usize) -> bool {
    let terms = &scene.terms;
    let (term, before) = (&terms[at], &terms[at - 1]);
    let word = scene.word(term);
    let linked = matches!(
        before.sense,
        Sense::Little(Little::Preposition | Little::Article | Little::Determiner | Little::And)
    );
    match term.sense {
        Sense::Comma => true,
        Sense::Little(Little::And) => terms.get(at + 1).is_some_and(|next| {
            let word = scene.word(next);
            matches!(next.sense, Sense::Pronoun(Form::Subject, _) | Sense::Little(Little::Be))
                || word.ends_with('s') && is_seen_verb(word)
                || is_in("now then", word)
                || next.acts
        }),
        // "who keeps bees is reading"
        Sense::Little(Little::Be) => at > verb + 1 && !linked,
        // "who owns three yachts sipping coffee", not "who stopped drinking"
        _ if says_doing(word) => term.acts && at > verb + 1 && !linked,
        // "who believes in ghosts carries a lamp"
        Sense::Word(_) => {
            let noun = before.in_run() && !before.is_adjective();
            // "who was evicted peels a potato"
            let undergone = terms[verb].sense == Sense::Little(Little::Be) && at == verb + 2;
            at > verb + 1
                && (noun || undergone)
                && word.ends_with('s')
                && is_seen_verb(word)
                && goes_on(scene, at + 1)
        }
        Sense::Little(Little::Governor) => at > verb + 1 && word.ends_with('s') && !linked,
        _ => false,
    }
}

/// After a verb: its object, a place or nothing.
fn goes_on(scene: &Scene, at: usize) -> bool {
    scene.terms.get(at).is_none_or(|next| {
        matches!(
            next.sense,
            Sense::Comma | Sense::Little(_) | Sense::Pronoun(..) | Sense::OtherPronoun
        ) || next.is_noun_word()
    })
}

/// Whether a clause says neither an age, a people nor a place: these open an axis.
fn is_plain(terms: &[Term]) -> bool {
    !terms.iter().any(|term| {
        matches!(
            term.sense,
            Sense::Attribute { .. }
                | Sense::Colour(Colour { of_skin: false, .. })
                | Sense::Figure(_)
                | Sense::Place(_)
                | Sense::Field
                | Sense::Written
        )
    })
}

/// "holds", "held", "hold": a verb of what can be seen, in any of its forms.
fn is_seen_verb(word: &str) -> bool {
    let doubled = |stem: &str| {
        stem.char_indices()
            .next_back()
            .is_some_and(|(last, c)| stem[..last].ends_with(c) && is_in(SEEN, &stem[..last]))
    };
    let ied = |stem: &str| stem.strip_suffix('i').is_some_and(|stem| is_in(SEEN_IN_Y, stem));
    is_in(SEEN, word)
        || is_in(SEEN_PASTS, word)
        || word.strip_suffix('y').is_some_and(|stem| is_in(SEEN_IN_Y, stem))
        || word.strip_suffix('s').is_some_and(|stem| is_in(SEEN, stem))
        || word.strip_suffix("es").is_some_and(|stem| is_in(SEEN, stem) || ied(stem))
        || word.strip_suffix('d').is_some_and(|stem| is_in(SEEN, stem))
        || word
            .strip_suffix("ed")
            .is_some_and(|stem| is_in(SEEN, stem) || doubled(stem) || ied(stem))
}

const SEEN: &str = "sit stand hold wear carry walk run look smile lean ride play eat drink jump climb swim dance sing fly fall lie lay kneel crouch squat \
bend stretch reach point wave clap hug kiss touch grab catch throw toss kick hit swing push pull drag lift raise lower drop roll spin turn twist \
slide skate ski surf sail row paddle drive steer fish hunt dig plant water rake pick cut slice chop stir mix cook bake fry grill pour fill wash dry \
clean sweep mop scrub brush comb shave paint draw sketch write read type sew knit weave stitch build hammer saw fix repair mend tie untie open close \
lock knock press squeeze shake feed pet stroke groom milk herd lead guide follow chase cross enter approach climb descend emerge appear peek \
peer gaze stare glance watch blink wink grin laugh giggle cry weep scream shout yell yawn sneeze cough whisper talk chat speak gesture nod bow salute \
pose model perform juggle balance swing dangle hang float dive splash wade paddle hike march stroll wander trot gallop skip hop leap crawl stumble \
trip slip tumble sprint jog race rest nap sleep doze snore wake dream meditate pray wait queue linger gather huddle crowd sit serve deliver hand offer \
give take bring fetch load unload pack unpack stack wrap unwrap fold iron light blow smoke burn glow shine sparkle float hover loom tower face \
sharpen polish sand weld forge carve sculpt mould shape throw spin photograph film record measure weigh inspect examine study point aim shoot fire fight box \
wrestle fence duel attack defend block guard protect shield sell buy browse shop pay count haggle sip lick bite chew taste smell sniff swallow \
nibble devour peel crack crush pound grind knead stretch toast clink cheer celebrate applaud conduct strum drum bang ring beat blow whistle hum \
wield brandish clutch grip cradle embrace cuddle rock bounce tickle bathe soak shower bathe scratch rub wipe dust spray sprinkle scatter sow harvest reap \
prune mow shovel plough plow haul tow pedal cycle skateboard snowboard sled rappel parachute glide soar launch land park board perch straddle hitch \
show display present wear don sport feature resemble look seem pretend hide sneak creep stalk spy listen hear see spot notice find discover \
step stride pace limp hobble shuffle stomp tiptoe sway twirl whirl flip somersault bounce recline slouch slump sprawl snuggle nestle \
stop make do put set work teach train coach direct command order ask answer argue discuss debate explain \
greet meet welcome comfort console mourn grieve rejoice enjoy stand freeze melt shiver sweat blush frown scowl \
sniff wince wrinkle furrow pout squint stare glare ponder";
const SEEN_IN_Y: &str = "carr cr dr fr tr stud bur hurr sp fl";
const SEEN_PASTS: &str = "sat stood held wore ran rode ate drank swam danced sang flew fell lay knelt bent caught threw hit swung slid drove dug cut drew wrote \
read wove built led shot fought sold bought paid beat blew rang shook fed took gave brought slept woke lit hung dove strode crept hid saw \
found made put set met spoke struck spun wound bore froze";

#[cfg(test)]
mod tests {
    use crate::building::Cover;
    use crate::reading::tests::class_of;

    fn check(text: &str, template: &str) {
        assert_eq!(class_of(text, Cover::Mentioned).template.text(), template, "{text}");
    }

    #[test]
    fn what_no_picture_shows_stays_whole() {
        check("a lady who owns three yachts sipping coffee", "a {P1} sipping coffee");
        check("a man who never learned to read, holding a map", "a {P1} holding a map");
        check("a woman whose papers expired last year, laundromat", "a {P1} laundromat");
        check("a man who lost his wife, watering tulips", "a {P1} watering tulips");
        check("a woman who believes in ghosts carries a lamp", "a {P1} carries a lamp");
    }

    #[test]
    fn what_is_seen_travels() {
        check("a man who holds a lamp", "a {P1} who holds a lamp");
        check("a woman who is reading a map", "a {P1} who is reading a map");
        check("a boy who has a dog", "a {P1} who has a dog");
        check("a horse that owns the road", "a horse that owns the road");
    }
}
