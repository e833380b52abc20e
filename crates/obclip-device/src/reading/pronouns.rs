//! Pronouns follow their person; which one, and in which role, never depends on the gender.

use obclip_protocol::{PronounForm, Vocabulary};

use super::Scene;
use super::antecedents::{has_evidence, is_of_it, is_of_name};
use super::capitals::full_name;
use super::company::is_written;
use super::grammar::{CALLED_SHE, Little, is_in, little};
use super::holding::is_said_of_name;
use super::persons::{PRONOUN_RANK, Person};
use super::said::is_said;
use super::term::{Fate, Form, Sense, Term};
use super::things;
use crate::axis::Axis;
use crate::lexicon::{Entry, Lexicon, WordKind};
use crate::tokens::JOINED;

/// Gives every pronoun a fate.
pub(crate) fn bind(scene: &mut Scene) {
    for at in 0..scene.terms.len() {
        match scene.terms[at].sense.clone() {
            Sense::Pronoun(form, gender) => {
                if matches!(scene.terms[at].fate, Fate::Person(_) | Fate::Drop(None)) {
                    continue;
                }
                let form = form_in_place(scene, at, form);
                let Some(person_idx) = antecedent(scene, at) else {
                    let animal = !scene.has_group()
                        && (scene.terms[..at].iter().any(|term| is_it(scene, term))
                            || scene.persons.is_empty() && is_of_things(scene, at));
                    scene.terms[at].fate = if animal { of_animal(form) } else { of_group(form) };
                    continue;
                };
                if let Some(gender) = gender {
                    let person = &mut scene.persons[person_idx];
                    person.mention(Axis::Gender, Some(gender), PRONOUN_RANK);
                }
                if scene.terms[at].fate == Fate::Keep {
                    scene.terms[at].fate = Fate::Pronoun(person_idx, form);
                }
            }
            Sense::OtherPronoun if scene.terms[at].fate == Fate::Keep => {
                // "my brother", "someone's brother"; "I want" and "show me" have no possessive.
                let bare = scene
                    .is_one_of(at, &["i", "me", "we", "us", "you", "mine", "ours", "yours"])
                    || scene.word(&scene.terms[at]).ends_with("self")
                    || scene.word(&scene.terms[at]).ends_with("selves");
                let possessive = form_in_place(scene, at, Form::Oblique) == PronounForm::Possessive;
                scene.terms[at].fate = match possessive && !bare {
                    true => Fate::Write("the".to_owned()),
                    false => Fate::Hold("a pronoun"),
                };
            }
            _ => {}
        }
    }
}

/// "she is smiling" with nobody else: the first pronoun is the person.
pub(crate) fn open_person_if_none(scene: &mut Scene) {
    let somebody = |term: &Term| matches!(term.sense, Sense::Group { .. });
    if !scene.persons.is_empty() || scene.terms.iter().any(somebody) {
        return;
    }
    if let Some(head) = described_name(scene) {
        let mut at = head + 1;
        while at < scene.terms.len() && is_name(scene, at) {
            scene.drop_term(at, Some(0));
            at += 1;
        }
        scene.persons.push(Person::at(head));
        scene.terms[head].fate = Fate::Person(0);
        return;
    }
    if let Some(head) = described_nobody(scene) {
        scene.persons.push(Person::at(head));
        scene.terms[head].fate = Fate::Person(0);
        return;
    }
    let pronoun = |term: &Term| matches!(term.sense, Sense::Pronoun(..));
    if scene.terms.iter().enumerate().all(|(at, term)| !pronoun(term) || is_written(scene, at)) {
        return;
    }
    let Some(head) = scene.terms.iter().position(pronoun) else { return };
    // "a cat with his paw hanging down", "the ship and her sails"
    let ours = scene.terms.iter().any(|term| term.sense == Sense::OtherPronoun);
    if !ours && is_of_it(scene, head) || is_said_to_be_it(scene, head) {
        return;
    }
    if has_parts_of_animal(scene) || is_of_things(scene, head) || things::has_chess(scene) {
        return;
    }
    let possessive = matches!(scene.terms[head].sense, Sense::Pronoun(Form::Oblique, _))
        && form_in_place(scene, head, Form::Oblique) == PronounForm::Possessive;
    let mut person = Person::at(head);
    let Sense::Pronoun(_, gender) = scene.terms[head].sense else { return };
    if let Some(gender) = gender {
        person.mention(Axis::Gender, Some(gender), PRONOUN_RANK);
        person.mention(Axis::Age, None, PRONOUN_RANK);
    }
    scene.persons.push(person);
    scene.terms[head].fate = Fate::Person(0);
    scene.terms[head].article_before = true;
    scene.terms[head].genitive = possessive;
}

/// "he is a grumpy walrus", "she leans to port, our ketch": what the pronoun stands for comes after it.
fn is_said_to_be_it(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let noun = |first: usize| {
        let rest = terms.get(first..).unwrap_or(&[]);
        rest.iter().find(|term| !term.is_adjective()).is_some_and(|term| is_it(scene, term))
    };
    let article = |at: usize| {
        matches!(terms.get(at).map(|term| &term.sense), Some(Sense::Little(Little::Article)))
    };
    let be = matches!(terms.get(at + 1).map(|term| &term.sense), Some(Sense::Little(Little::Be)));
    let said = be && article(at + 2) && noun(at + 3);
    let ours = |comma: usize| {
        let word = terms.get(comma + 1).map_or("", |term| scene.word(term));
        terms[comma].sense == Sense::Comma && is_in("our this that my", word) && noun(comma + 2)
    };
    said || (at + 1..terms.len()).any(ours)
}

/// "a labrador, his tail wagging"
pub(super) fn has_parts_of_animal(scene: &Scene) -> bool {
    const PARTS: &str = "tail paw paws muzzle hooves hoof snout beak claws feathers antlers horns udder litter puppies \
kittens cubs foal calf pups chicks hull hubcaps sails funnel funnels moorings stern rigging keel \
bumper headlamps tyres axles boiler propeller anchor decks portholes mast masts";
    // What somebody may have too: "a Hun, his bow of horn".
    const OF_PERSONS_TOO: &str = "tails whiskers berth bow bows";
    let own = |at: usize| matches!(scene.terms[at].sense, Sense::Pronoun(Form::Oblique, _));
    let part = |at: usize| {
        scene.terms.get(at).is_some_and(|term| {
            let word = scene.word(term);
            is_in(PARTS, word) || is_in(OF_PERSONS_TOO, word) && !has_evidence(scene, at)
        })
    };
    (0..scene.terms.len()).any(|at| own(at) && (part(at + 1) || part(at + 2)))
}

/// "crows on two of them", "lemons with their leaves": they are the things before, where nothing says that they are persons.
fn is_of_things(scene: &Scene, at: usize) -> bool {
    let things = |term: &Term| match term.sense {
        Sense::Word(_) | Sense::Other => !term.is_picture && !term.acts,
        _ => false,
    };
    let several = matches!(scene.terms[at].sense, Sense::Pronoun(_, None));
    let oblique =
        matches!(scene.terms[at].sense, Sense::Pronoun(Form::Oblique | Form::Reflexive, _));
    // "three traffic lights, they all read red", not "a bench, they are sitting on it"
    let plural = |term: &Term| {
        matches!(term.sense, Sense::Word(Some(WordKind::Thing | WordKind::Animal)))
            && term.ends_in_s
    };
    let acts = scene.terms[at + 1..].iter().any(|term| term.acts);
    let subject = matches!(scene.terms[at].sense, Sense::Pronoun(Form::Subject, _))
        && !acts
        && scene.terms[..at].iter().any(plural);
    several
        && (oblique || subject)
        && scene.terms[..at].iter().any(things)
        && !things::speaks_of_persons(scene)
}

/// Animals, ships and stars: of which one says "she" too.
pub(super) fn is_it(scene: &Scene, term: &Term) -> bool {
    let words = match term.sense {
        Sense::Word(_) | Sense::Other | Sense::Place(_) => &scene.tokens[term.tokens.clone()],
        _ => &[],
    };
    is_animal(scene, term) || words.iter().any(|token| is_in(CALLED_SHE, &token.text))
}

/// An animal by its kind, its breed or its other name.
pub(super) fn is_animal(scene: &Scene, term: &Term) -> bool {
    let animal = |word: &str| {
        let kind = |word: &str| Lexicon::v1().kind(word) == Some(WordKind::Animal);
        kind(word) || word.strip_suffix('s').is_some_and(kind)
    };
    // "no spring chicken" is somebody.
    let words = match term.sense {
        Sense::Word(_) | Sense::Other | Sense::Place(_) => &scene.tokens[term.tokens.clone()],
        _ => &[],
    };
    term.sense == Sense::Word(Some(WordKind::Animal))
        || is_husky(scene, term)
        || matches!(term.sense, Sense::Word(_)) && is_in(ANIMALS, scene.word(term))
        || words.iter().any(|token| {
            let one = token.text.strip_suffix('s').unwrap_or(&token.text);
            animal(&token.text)
                || [one, &token.text].iter().any(|word| Lexicon::v1().is_breed(word))
        })
}

/// "blue eyes of a husky", not "a husky voice"
fn is_husky(scene: &Scene, term: &Term) -> bool {
    let before = term.tokens.start.checked_sub(1).map_or("", |at| scene.tokens[at].text.as_str());
    let next = scene.tokens.get(term.tokens.end);
    is_in("husky huskies", scene.word(term))
        && is_in("a an the two three siberian alaskan of", before)
        && next.is_none_or(|next| next.is_break() || little(&next.text).is_some())
}

/// Animals whose names are other words as well.
pub(super) const ANIMALS: &str = "carp walrus walruses grouper groupers calico tortoiseshell tit tits peahen peahens peacock peacocks bitch pooch mutt mongrel \
pike perch tench bream roach bass skate sole crane cranes hawk hawks duck ducks bear bears ram rams quail grouse snipe ruff kite kites \
teal pigeon pochard smew coot rail wagtail dunnock linnet twite redpoll owlbear griffin gryphon hippogriff dragon dragons wyvern unicorn \
pegasus phoenix kraken dinosaur raptor t-rex triceratops stegosaurus mammoth wolfdog piglet piglets foal filly gelding mare mares stallion \
heifer bullock steer lambkin hogget tup billy hob jill leveret cygnet gosling eaglet owlet poult squab pullet capon kid-goat llama \
alpaca guanaco vicuña wasp wasps ewe ewes chick chicks drake albatross lurcher tabby tabbies tom tomcat moggy kiwi gentoo harrier bowerbird \
gull gulls reindeer nanny-goat stag buck doe hen hens cockerel rooster boar sow vixen pup pups kit joey cob pen gander queenfish \
turtle turtles lobster badger otter otters beaver beavers alpaca alpacas yak duckling ducklings emu crow crows rook rooks canary thrush \
swallow swallows martin martins gull chameleon alligator alligators octopus squid albatrosses hornet bumblebee honeybee termite termites cheetah lioness moth moths puffin guillemot kestrel cormorant robin wren finch swift";

/// "Ngozi in her twenties", "Malee arranging orchids, 63": a name, known or not, in a prompt that says something of somebody.
fn described_name(scene: &Scene) -> Option<usize> {
    let terms = &scene.terms;
    let head = (0..terms.len()).find(|&at| names_somebody(scene, at))?;
    let of_somebody = |at: usize| match terms[at].sense {
        Sense::Attribute { figure, possessive, .. } => figure || possessive.is_some(),
        Sense::Pronoun(..) => is_of_name(scene, head, at),
        // "a bipolar transistor"
        Sense::Trait { near: false, .. } => !terms.get(at + 1).is_some_and(Term::is_noun_word),
        Sense::Figure(_) => {
            let edge = |at: Option<&Term>| at.is_none_or(|term| term.sense == Sense::Comma);
            edge(at.checked_sub(1).map(|at| &terms[at]))
                && edge(terms.get(at + 1))
                && (at > 1 && is_name(scene, at - 2) && !is_listed_figure(scene, at)
                    || !has_camera(scene))
        }
        _ => false,
    };
    let alone = |at: usize| match terms[at].sense {
        Sense::Attribute { axis: Axis::Age | Axis::Gender, .. } => {
            at > 0 && terms[at - 1].sense == Sense::Comma
        }
        _ => false,
    };
    let mut end = head;
    while end < terms.len() && is_name(scene, end) {
        end += 1;
    }
    let noun = terms.get(end).is_some_and(|term| term.is_noun_word() && !term.acts)
        && !does_something(scene, head, end);
    let first_name = Lexicon::v1().is_given_name(&scene.tokens[terms[head].tokens.start].text);
    let described = (0..terms.len())
        .any(|at| of_somebody(at) || alone(at) || first_name && is_said_of_somebody(scene, at));
    (described && !noun).then_some(head)
}

/// "Maria is blind", "Tom, black, at a table": what things have too, said of a name. Not "Ha Long Bay".
fn is_said_of_somebody(scene: &Scene, at: usize) -> bool {
    let term = &scene.terms[at];
    matches!(term.sense, Sense::Trait { near: true, .. } | Sense::Small | Sense::Colour(_))
        && !scene.tokens[term.tokens.start].capital
        && (is_said_of_name(scene, at) || is_said(scene, at))
}

/// A word that may be somebody's name, and is no animal's, maker's or vessel's.
fn names_somebody(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    // "by the Aga"
    let article = at.checked_sub(1).is_some_and(|before| {
        matches!(terms[before].sense, Sense::Little(Little::Article | Little::Determiner))
    });
    // "a seven-year-old Toyota"
    let made = Lexicon::v1().is_maker(scene.word(&terms[at]));
    // "Old Tom, eighty-four"
    let tom = terms[at].tokens.len() > 1
        || is_in("tom jack billy jenny joey kit bob", scene.word(&terms[at]));
    is_name(scene, at)
        && !article
        && !is_in("ext int", scene.word(&terms[at]))
        && !is_called_after_thing(scene, at)
        && !is_acronym(scene, at)
        && (tom || !is_it(scene, &terms[at]))
        && !made
}

/// "Warsame counts goats", "rising sixty, Bertie falls in love": the word after a name is a verb, although it is a noun elsewhere.
fn does_something(scene: &Scene, head: usize, next: usize) -> bool {
    let terms = &scene.terms;
    let first_name = Lexicon::v1().is_given_name(&scene.tokens[terms[head].tokens.start].text);
    let after = terms.get(next + 1);
    let object = after.is_some_and(|after| {
        is_determiner(after) || after.in_run() && !after.acts && after.ends_in_s
    });
    terms[next].ends_in_s && (first_name || object)
}

/// "21, 65": several figures are no age.
fn is_listed_figure(scene: &Scene, at: usize) -> bool {
    scene.terms.get(at + 2).is_some_and(|term| matches!(term.sense, Sense::Figure(_)))
}

/// "Velvia 50 pushed +2", "f/8", "35mm", "6x7": figures beside these are no ages.
fn has_camera(scene: &Scene) -> bool {
    const FILMS: &str = "portra velvia ektachrome kodachrome ilford provia tri-x t-max tmax hp5 fp4 cinestill ektar fomapan iso ev pushed pulled tripod shutter exposure aperture mamiya hasselblad rolleiflex leica badges";
    scene.tokens.iter().any(|token| {
        let text = &token.text;
        let digits = text.starts_with(|c: char| c.is_ascii_digit());
        text.contains(JOINED)
            || digits && text.ends_with("mm")
            || digits && text.contains('x') && text.ends_with(|c: char| c.is_ascii_digit())
            || is_in(FILMS, text)
    })
}

/// "ND filter": short, all capitals, no first name and before a noun, in a prompt that is not written so; not "FDR with a cane".
fn is_acronym(scene: &Scene, at: usize) -> bool {
    const LONGEST: usize = 4;
    let token = &scene.tokens[scene.terms[at].tokens.start];
    let small = scene.tokens.iter().any(|token| !token.is_break() && !token.capital);
    let next = scene.terms.get(at + 1);
    token.upper
        && next.is_some_and(|next| next.in_run() && !next.acts)
        && token.text.len() <= LONGEST
        && small
        && !Lexicon::v1().is_given_name(&token.text)
}

/// "the tug Merry Widow", "a Labrador named Biscuit": a name right after an animal or a vessel is the animal's or the vessel's.
pub(super) fn is_called_after_thing(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let capital = |at: usize| scene.tokens[terms[at].tokens.start].capital;
    if !capital(at) {
        return false;
    }
    let mut first = (0..at).rev().take_while(|&at| capital(at)).last().unwrap_or(at);
    // "a Labrador named Biscuit", "the Labrador Biscuit"
    let called = |at: usize| is_in("named called christened", scene.word(&terms[at]));
    if first > 0 && called(first - 1) {
        first -= 1;
        return first > 0 && (is_it(scene, &terms[first - 1]) || is_vessel(scene, first - 1));
    }
    first > 0 && is_vessel(scene, first - 1)
}

fn is_vessel(scene: &Scene, at: usize) -> bool {
    const VESSELS: &str = "tug ferry ship boat yacht barge schooner sloop ketch steamer trawler freighter tanker liner lifeboat narrowboat \
rms hms uss ss mv lightship locomotive submarine frigate destroyer battleship icebreaker dredger clipper brigantine barque lugger";
    is_in(VESSELS, scene.word(&scene.terms[at]))
}

fn is_name(scene: &Scene, at: usize) -> bool {
    let term = &scene.terms[at];
    let token = &scene.tokens[term.tokens.start];
    // By its capital, or a name that is a word too.
    let other = !matches!(Lexicon::v1().entry(&token.text), Some(Entry::Other | Entry::Pronoun(_)));
    let unknown = term.sense == Sense::Other && other
        || matches!(term.sense, Sense::Word(None)) && !Vocabulary::v1().contains(&token.text);
    // "Tiger Woods, two years old"
    let whole = term.tokens.len() > 1 && full_name(&scene.tokens, term.tokens.start).is_some();
    whole || token.capital && unknown && term.tokens.len() == 1
}

/// "kenyan, non-binary, 28 y/o, portrait", "kenyan smiling" and "Sydneysider with an ibis, her lunch gone": descriptions
/// without a noun, of two axes or of one that does something or has a pronoun, are a person.
fn described_nobody(scene: &Scene) -> Option<usize> {
    let terms = &scene.terms;
    let axis_at = |at: usize| match terms[at].sense {
        Sense::Attribute { axis, nominal: true, .. } => {
            let mut run = terms[at + 1..].iter().take_while(|term| term.in_run());
            // "on a Turkish kilim"
            let unknown = axis == Axis::Ethnicity
                && terms.get(at + 1).is_some_and(|next| {
                    next.sense == Sense::Word(None) && !next.inflected && !next.by_nickname
                });
            (!unknown && run.all(|term| !term.is_noun_word() || term.acts)).then_some(axis)
        }
        _ => None,
    };
    let first = (0..terms.len()).find(|&at| axis_at(at).is_some())?;
    let axes: Vec<Axis> = (first..terms.len()).filter_map(axis_at).collect();
    let acts = terms.get(first + 1).is_some_and(|term| term.acts);
    let breed = Lexicon::v1().is_breed(scene.word(&terms[first]));
    let pronoun = !breed
        && axes[0] == Axis::Ethnicity
        && terms[first + 1..].iter().any(|term| matches!(term.sense, Sense::Pronoun(_, Some(_))))
        && !has_parts_of_animal(scene);
    (acts || pronoun || axes.iter().any(|axis| *axis != axes[0])).then_some(first)
}

/// The nearest person before the pronoun, else the first after it; `None` for a group.
fn antecedent(scene: &Scene, at: usize) -> Option<usize> {
    let group = scene.terms[..at].iter().rposition(|t| matches!(t.sense, Sense::Group { .. }));
    let before = scene.persons.iter().rposition(|person| person.head < at);
    match (before, group) {
        (Some(idx), Some(group)) if scene.persons[idx].head < group => None,
        (None, Some(_)) => None,
        (Some(idx), _) => Some(idx),
        (None, None) => (!scene.persons.is_empty()).then_some(0),
    }
}

/// A possessive stands before a noun phrase. Only what follows decides: "her" and "him" must not
/// differ, nor "her" and "his".
fn form_in_place(scene: &Scene, at: usize, form: Form) -> PronounForm {
    let before_noun = || {
        let next = scene.terms.get(at + 1);
        next.is_some_and(|term| term.in_run() && !scene.word(term).ends_with("ing"))
    };
    match form {
        Form::Subject => PronounForm::Subject,
        Form::Reflexive => PronounForm::Reflexive,
        Form::Oblique if before_noun() => PronounForm::Possessive,
        Form::Oblique => PronounForm::Object,
    }
}

/// A group has no bundle: "their dogs" becomes "the dogs", "they" and "them" become "people".
fn of_group(form: PronounForm) -> Fate {
    match form {
        PronounForm::Possessive => Fate::Write("the".to_owned()),
        PronounForm::Reflexive => Fate::Hold("a pronoun of a group"),
        _ => Fate::Write("people".to_owned()),
    }
}

/// "a cat, she looks annoyed" travels as "it looks annoyed".
fn of_animal(form: PronounForm) -> Fate {
    match form {
        PronounForm::Possessive => Fate::Write("its".to_owned()),
        PronounForm::Reflexive => Fate::Hold("a pronoun of an animal"),
        _ => Fate::Write("it".to_owned()),
    }
}

/// Whether a term can be the determiner of a person's phrase.
pub(crate) fn is_determiner(term: &Term) -> bool {
    matches!(
        term.sense,
        Sense::Little(Little::Article | Little::Determiner)
            | Sense::Pronoun(Form::Oblique, _)
            | Sense::OtherPronoun
    )
}
