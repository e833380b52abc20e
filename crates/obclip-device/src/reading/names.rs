//! Which words are somebody's name. What travels does not depend on it: an unknown word is held either way.
//!
//! In doubt a capitalised unknown word is a name. It is none where the words around it say that it names a thing, a place or
//! a brand, and nothing says that it does what only a person does.

use obclip_protocol::Vocabulary;

use super::Scene;
use super::abroad::is_foreign;
use super::ages::bare_age;
use super::capitals::{
    DONE_BY_THINGS, ROLES_AS_TITLES, after_short_title, beside_initial, is_initial, is_title_case,
};
use super::doing::says_doing;
use super::grammar::{BODY, Little, OF_PLACES, PICTURES, is_in, little};
use super::openings::{is_place_called, opens_as_name};
use super::term::{Category, Fate, Sense, Term};
use super::words::{TITLES_ABROAD, phrase};
use crate::axis::Axis;
use crate::lexicon::{Entry, Lexicon, WordKind};
use crate::tokens::{Clitic, Token};

/// Whether a held term is a personal name or a part of one.
pub(super) fn is_name(scene: &Scene, term: &Term) -> bool {
    let token = &scene.tokens[term.tokens.start];
    let held = matches!(term.fate, Fate::Hold(_) | Fate::Drop(_) | Fate::Person(_));
    if !held || term.sense == Sense::Written {
        return false;
    }
    let run = Run::around(&scene.tokens, term);
    let lexicon = Lexicon::v1();
    let spelled = &scene.tokens[term.tokens.clone()];
    let whole = || spelled.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join("_");
    if spelled.len() > 1 && token.capital && is_in(FIGURES, &whole()) {
        return true;
    }
    if spelled.len() > 1
        && phrase(&scene.tokens, term.tokens.start, spelled.len())
            .is_some_and(|text| lexicon.is_full_name(&text))
        || is_in(INITIALS, &token.text) && token.upper
        || term.sense == Sense::Other
            && (is_initial(&scene.tokens, term.tokens.start)
                || beside_initial(&scene.tokens, term.tokens.start)
                || after_short_title(&scene.tokens, term.tokens.start)
                || opens_as_name(&scene.tokens, term.tokens.start)
                || is_place_called(&scene.tokens, term.tokens.start))
    {
        return true;
    }
    // "Kaffee und Kuchen": German nouns have capitals.
    let noun_abroad = || !run.has_several() && !run.is_first_name() && is_foreign(&scene.tokens);
    let nobody = scene.persons.is_empty() && !scene.has_group();
    if nobody && noun_abroad() {
        return false;
    }
    if !token.capital {
        return run.is_uncapitalised_name(term) || run.is_small_full_name(term);
    }
    if is_named_among_things(scene, &token.text) && nobody_acts(scene) {
        return false;
    }
    let day = is_in(DAYS, &token.text) && !run.is_joined_to_name(term.tokens.start);
    if day || run.is_acronym(term) || run.is_of_things() || nobody && run.is_tag_of_place() {
        return false;
    }
    let listed = lexicon.entry(&token.text).is_some_and(|entry| !matches!(entry, Entry::Plain(_)));
    let ordinary = Vocabulary::v1().contains(&token.text);
    let word = matches!(term.sense, Sense::Word(_) | Sense::Other);
    let name_word = term.sense == Sense::Other
        && (lexicon.is_name_word(&token.text) || lexicon.is_first_name(&token.text));
    let titled = term.sense == Sense::Other && run.is_titled();
    let surname = term.sense == Sense::Other && term.tokens.start > run.first;
    // By its capital, or it would be a word.
    let by_capital = term.sense == Sense::Other && !listed && little(&token.text).is_none();
    word && !ordinary && !listed
        || by_capital
        || name_word
        || titled
        || surname
        || run.is_called_like(term)
}

/// Whether a held term is part of the name of a thing, a place or a brand.
pub(super) fn is_of_things(scene: &Scene, term: &Term) -> bool {
    Run::around(&scene.tokens, term).is_of_things()
}

/// Nobody is in the scene, and nothing is done as persons do it.
fn nobody_acts(scene: &Scene) -> bool {
    let doing = |token: &Token| {
        says_doing(&token.text)
            && !is_in(DONE_BY_THINGS, &token.text)
            && !is_in("drying hanging leaning", &token.text)
    };
    scene.persons.is_empty() && !scene.has_group() && !scene.tokens.iter().any(doing)
}

/// "Margarita, salted rim", "Basil, Sage and Angelica on a rack", "Faith, Hope and Charity lettered on mats": a dish, a plant
/// or a word by what else is seen.
fn is_named_among_things(scene: &Scene, word: &str) -> bool {
    let has = |list: &'static str| scene.tokens.iter().any(|token| is_in(list, &token.text));
    let plants = || scene.tokens.iter().filter(|token| is_in(PLANTS, &token.text)).count() > 1;
    is_in(DISHES_BY_NAME, word) && has(AT_TABLE)
        || is_in(PLANTS, word) && plants() && has(IN_GARDEN)
        || has("lettered stencilled stenciled monogram letters signal")
}

/// Dishes and drinks that are called like somebody.
const DISHES_BY_NAME: &str = "margarita bellini pavlova battenberg sachertorte negroni americano madeleine madeleines charlotte napoleon \
stroganoff alfredo martini daiquiri mimosa garibaldi manhattan gimlet sazerac caesar reuben benedict florentine brandy sherry margherita \
marsala madeira melba suzette lamington bakewell victoria melba dubonnet campari chardonnay shiraz rossini kir bordeaux beaujolais";
const AT_TABLE: &str = "rim lime slice marzipan spoon cream twist cube cubes glass cup peel saucer crumbs crumb doily plate coffeehouse peach \
passion meringue jam icing garnish tumbler coupe ice salted sugar cherry olive table bar layers sponge fork lemon";
/// Plants that are first names.
const PLANTS: &str = "myrtle laurel olive hazel ivy iris daisy rosemary basil sage angelica heather holly jasmine violet lily poppy rose \
marigold fern rowan willow ash bryony clover dahlia flora ginger juniper lavender magnolia petunia primrose saffron veronica camellia";
const IN_GARDEN: &str = "branches branch pot pots vase rack border bloom petals leaves leaf window wall trellis garden meadow bouquet hedge \
seed seeds herbs herb bed stems stem sprig sprigs cups china tray wreath greenhouse";

/// The capitalised words in a row around a term.
struct Run<'a> {
    tokens: &'a [Token],
    first: usize,
    end: usize,
}

impl<'a> Run<'a> {
    fn around(tokens: &'a [Token], term: &Term) -> Self {
        let (mut first, mut end) = (term.tokens.start, term.tokens.end);
        let joins = |at: usize| tokens[at].capital && little(&tokens[at].text).is_none();
        while first > 0 && joins(first - 1) {
            first -= 1;
        }
        while end < tokens.len() && joins(end) && tokens[end - 1].clitic == Clitic::None {
            end += 1;
        }
        Self { tokens, first, end }
    }

    /// "ISO 1600", "an LED strip": a short word in capitals alone among others; not "BOB ON A BIKE".
    fn is_acronym(&self, term: &Term) -> bool {
        let token = &self.tokens[term.tokens.start];
        let others = self.tokens.iter().filter(|other| other.upper && other.start != token.start);
        let short = token.text.len() < 6 && !Lexicon::v1().is_given_name(&token.text);
        let named = matches!(self.before(1), "of" | "by" | "and" | "with" | "named" | "called");
        token.upper && short && !named && others.count() < 2 && self.end - self.first == 1
    }

    /// "a jumper on a line, Connemara": one unknown word between breaks at the end of a scene with nobody in it.
    fn is_tag_of_place(&self) -> bool {
        let one = self.end - self.first == 1 && !self.is_genitive();
        let tag = self.first > 1
            && self.tokens[self.first - 1].is_break()
            && self.tokens.get(self.end).is_none_or(Token::is_break);
        let artist = self.is_artist() || self.is_first_name();
        let picture = self.tokens.iter().any(|token| is_in(PICTURES, &token.text));
        one && tag && !artist && !picture
    }

    fn words(&self) -> impl Iterator<Item = &'a str> {
        self.tokens[self.first..self.end].iter().map(|token| token.text.as_str())
    }

    /// The nth word before the run, from 1; empty at a break.
    fn before(&self, nth: usize) -> &'a str {
        let token = self.first.checked_sub(nth).map(|at| &self.tokens[at]);
        token.filter(|token| !token.is_break()).map_or("", |token| token.text.as_str())
    }

    /// The nth word after the run, from 0; empty at a break.
    fn after(&self, nth: usize) -> &'a str {
        let token = self.tokens.get(self.end + nth);
        token.filter(|token| !token.is_break()).map_or("", |token| token.text.as_str())
    }

    fn is_genitive(&self) -> bool {
        self.tokens[self.end - 1].clitic == Clitic::Genitive
    }

    /// "Lake Victoria", "a Rolex", "Tiffany lamp", "Adélie penguins", "Austin skyline": held like any unknown name, and called
    /// no person's.
    fn is_of_things(&self) -> bool {
        // "Mount Etna erupting", "Lake Como"
        let leads = self.has_several()
            && is_in(
                "mount lake cape fort port mont monte loch storm hurricane typhoon cyclone hms uss rms ss mv",
                &self.tokens[self.first].text,
            );
        let placed =
            leads || self.is_place() && matches!(self.before(1), "in" | "from" | "near" | "to");
        if self.is_in_listed_thing() && !self.is_full_name_at_work()
            || self.is_measured()
            || placed
            || self.is_of_state()
            || self.is_proper_name()
            || self.is_era()
        {
            return true;
        }
        let next = self.after(0);
        let household = matches!(next, "family" | "brothers" | "sisters" | "twins" | "household");
        // "Daumier lithograph", "in the manner of Bronzino"
        let manner = is_in(SHOWS, next) && !self.has_article() && !self.is_place()
            || self.before(1) == "of" && matches!(self.before(2), "style" | "manner" | "spirit");
        let somebody = household || manner || self.does_what_persons_do();
        !somebody
            && (self.is_of_place()
                || self.is_kind_of_thing()
                || self.owns_thing()
                || self.is_named_thing())
    }

    /// "Mary-Jane holding a pie", "Old Tom Bright the bellringer": what else is a thing opens a sentence, and what a person does
    /// or is follows.
    fn is_full_name_at_work(&self) -> bool {
        let starts = self.first == 0 || self.tokens[self.first - 1].stop;
        let animal = self.words().any(|word| Lexicon::v1().kind(word) == Some(WordKind::Animal));
        let person = |word: &str| Lexicon::v1().entry(word).is_some_and(Entry::is_person_noun);
        let hands =
            is_in("holding wearing waving smiling laughing reading writing cooking", self.after(0));
        let role = self.after(0) == "the" && person(self.after(1));
        starts && self.has_several() && self.is_first_name() && !animal && (hands || role)
    }

    /// "the Pleiades": the name of a thing, a place or a time and of nobody.
    fn is_proper_name(&self) -> bool {
        let word = self.tokens[self.first].text.as_str();
        !self.has_several()
            && self.before(1) == "the"
            && Lexicon::v1().is_proper_of_thing(word)
            && !self.is_first_name()
            && !self.is_artist()
            && !is_in(KNOWN, word)
            && !self.does_what_persons_do()
    }

    /// "Raj-era chair", "Widgeon-class dinghy"
    fn is_era(&self) -> bool {
        self.tokens.get(self.end).is_some_and(|next| {
            next.hyphen && is_in("era class type shaped esque inspired built made", &next.text)
        })
    }

    /// "Lincoln, Nebraska", "Charlotte, North Carolina": a town and its state.
    fn is_of_state(&self) -> bool {
        let comma = self.tokens.get(self.end).is_some_and(|next| next.is_break() && !next.stop);
        let token = |at: usize| self.tokens.get(at).filter(|token| token.capital);
        let one = token(self.end + 1).map_or("", |token| token.text.as_str());
        let two = token(self.end + 2).map_or("", |token| token.text.as_str());
        let state = is_in(STATES, one)
            || matches!(one, "north" | "south" | "west" | "new")
                && is_in(
                    "carolina dakota virginia york mexico jersey hampshire zealand wales",
                    two,
                );
        let after = self.end + 2 + usize::from(!is_in(STATES, one));
        let ends = self.tokens.get(after).is_none_or(Token::is_break);
        let placed = self.first == 0
            || self.tokens[self.first - 1].is_break()
            || is_in("in of from near at to outside", self.before(1));
        comma && state && ends && placed && !self.is_titled()
    }

    /// "over the Thames", "near Aran": a place.
    fn is_named_thing(&self) -> bool {
        let near = |nth: usize| is_in("over across along through outside near", self.before(nth));
        let landscape = near(1) || self.before(1) == "the" && near(2);
        let one = !self.has_several() && !self.is_genitive();
        !self.is_first_name() && landscape && one
    }

    fn is_first_name(&self) -> bool {
        self.words().any(|word| Lexicon::v1().is_given_name(word))
    }

    /// Whose works are named by it, or a full name.
    fn is_artist(&self) -> bool {
        self.words().any(|word| Lexicon::v1().is_artist(word))
            || self.has_several() && self.is_first_name()
    }

    fn is_place(&self) -> bool {
        self.words().any(|word| is_gazetted(word) || Lexicon::v1().is_proper_of_thing(word))
    }

    fn has_several(&self) -> bool {
        self.end - self.first > 1
    }

    fn has_article(&self) -> bool {
        matches!(self.before(1), "a" | "an" | "the")
    }

    /// "Madison Avenue", "Austin skyline", "Florence from the hill"; "Cliff" alone is somebody, and so is "Grace Hill".
    fn is_of_place(&self) -> bool {
        let first_name = self.is_first_name();
        let surname = |word: &str| first_name && SURNAMES.split(' ').any(|name| name == word);
        // "Park Seo-yeon"
        let hyphened = self.tokens[self.first + 1..self.end].iter().any(|token| token.hyphen)
            && is_in(SURNAMES, &self.tokens[self.first].text);
        let inside = self.has_several()
            && !hyphened
            && self.words().any(|word| is_in(OF_PLACES, word) && !surname(word));
        let named_after =
            self.is_genitive() && self.tokens.get(self.end).is_some_and(|next| next.capital);
        let place = self.is_place();
        let before_place = is_in(OF_PLACES, self.after(0))
            && (!first_name || place || self.has_article() || named_after);
        let seen = place && !self.has_several();
        inside || before_place || seen && self.is_seen_from(first_name)
    }

    /// "a Rolex", "Adélie penguins", "Georgia peaches", "a Reuben sandwich", "fettuccine Alfredo"
    fn is_kind_of_thing(&self) -> bool {
        let (first_name, article) = (self.is_first_name(), self.has_article());
        let made = self.words().any(|word| Lexicon::v1().is_maker(word));
        // "Mercedes parked beside a bale"
        let parked = is_in("parked idling rusting rusted towed dented speeding", self.after(0));
        if made && (article || !first_name || parked) {
            return true;
        }
        let noun = self.describes_noun() && !self.is_genitive();
        let animal = Lexicon::v1().kind(self.after(0)) == Some(WordKind::Animal);
        let one_of = matches!(self.before(1), "a" | "an");
        let dish = is_in(DISHES, self.after(0));
        let described =
            noun && (animal || made || dish || self.is_place() || one_of || !first_name);
        let alone = article && !first_name && !self.is_plural_of_name();
        !self.is_artist() && (described || alone || self.is_of_dish())
    }

    /// "Hadrian's Wall", "a Newton's cradle"
    fn owns_thing(&self) -> bool {
        let next = self.tokens.get(self.end);
        // "Hadrian's Wall", not "Tolkien's Gandalf"
        let named = self.first == 0
            && next.is_some_and(|next| next.capital && Vocabulary::v1().contains(&next.text));
        let one_of = matches!(self.before(1), "a" | "an");
        self.is_genitive() && !is_in(BODY, self.after(0)) && (one_of || named)
    }

    /// "Saint Bernard", "Caesar salad", "Thomson's gazelle"
    fn is_in_listed_thing(&self) -> bool {
        let listed = |at: usize, n_tokens: usize| {
            let text = phrase(self.tokens, at, n_tokens);
            text.is_some_and(|text| matches!(Lexicon::v1().entry(&text), Some(Entry::Plain(_))))
        };
        // "busy Lizzie", "herb Robert"
        (2..=4).any(|n_tokens| {
            let from = (self.first + 1).saturating_sub(n_tokens);
            (from..self.end).any(|at| listed(at, n_tokens))
        })
    }

    /// A noun of things or animals follows that the run describes: "Fabergé egg", not "Hermione portrait".
    fn describes_noun(&self) -> bool {
        let next = self.after(0);
        let kind = Lexicon::v1().kind(next).filter(|_| little(next).is_none());
        let noun = matches!(kind, Some(WordKind::Thing | WordKind::Noun | WordKind::Animal));
        let shown = is_in(PICTURES, next) || SHOWS.split(' ').any(|shows| shows == next);
        noun && !shown && !says_doing(next) && !is_in(BODY, next) && !self.does_it_alone()
    }

    /// "Dilani Wickramasinghe dives off a pier": two unknown words open a sentence, and a noun in the plural before a preposition
    /// or an article is what somebody does.
    fn does_it_alone(&self) -> bool {
        let starts = self.first == 0 || self.tokens[self.first - 1].stop;
        let known = |word: &str| {
            Vocabulary::v1().contains(word)
                || Lexicon::v1().is_maker(word)
                || Lexicon::v1().is_proper_of_thing(word)
                || is_gazetted(word)
        };
        let verb = self.after(0);
        let one = verb.strip_suffix('s').unwrap_or("");
        let acts = Vocabulary::v1().contains(&format!("{one}ing"))
            || one
                .strip_suffix('e')
                .is_some_and(|stem| Vocabulary::v1().contains(&format!("{stem}ing")));
        let goes_on = matches!(
            little(self.after(1)),
            Some(Little::Article | Little::Determiner | Little::Preposition)
        ) || is_in("his her their", self.after(1));
        let object = matches!(little(self.after(1)), Some(Little::Article | Little::Determiner))
            || is_in("his her their the", self.after(1));
        let two = self.end - self.first == 2 && !self.words().any(known);
        starts
            && acts
            && (two && (goes_on || self.after(1).is_empty()) || object && self.is_first_name())
    }

    /// "a glass of Chianti", "a wheel of Gouda"
    fn is_measured(&self) -> bool {
        self.before(1) == "of" && MEASURES.split(' ').any(|measure| measure == self.before(2))
    }

    /// "fettuccine Alfredo", "beef Wellington": after the word for a thing, without anything between.
    fn is_of_dish(&self) -> bool {
        let before = self.before(1);
        let lexicon = Lexicon::v1();
        let thing = matches!(lexicon.kind(before), Some(WordKind::Thing | WordKind::Animal))
            || matches!(lexicon.entry(before), Some(Entry::Plain(WordKind::Thing)));
        thing && !is_in(PICTURES, before) && little(before).is_none() && self.end - self.first == 1
    }

    /// "Florence from the hill", "Sydney at dusk".
    fn is_seen_from(&self, first_name: bool) -> bool {
        let then = self.after(1);
        let one_of = |words: &str| words.split(' ').any(|word| word == then);
        match self.after(0) {
            "from" => {
                let token = self.tokens.get(self.end + 1);
                let place = matches!(
                    little(then),
                    Some(Little::Article | Little::Determiner | Little::Preposition)
                ) || matches!(Lexicon::v1().entry(then), Some(Entry::Place(_)))
                    || one_of("afar space orbit");
                // "Florence from HR"
                !first_name || place || token.is_some_and(|token| token.capital && !token.upper)
            }
            "during" => true,
            "at" => one_of(TIMES) || !first_name && one_of("first last low high"),
            "in" if self.words().any(|word| is_in("april may june august", word)) => false,
            "in" if first_name => one_of(
                "ruins flames january february march november december october september july spring summer winter autumn",
            ),
            "in" | "under" | "by" | "after" | "before" | "through" => {
                one_of(TIMES) || one_of(WEATHER)
            }
            _ => false,
        }
    }

    /// "the Olsens"
    fn is_plural_of_name(&self) -> bool {
        let last = &self.tokens[self.end - 1];
        let one = last.text.strip_suffix('s');
        let family = one.is_some_and(|one| {
            Lexicon::v1().is_given_name(one) || !Lexicon::v1().is_proper_of_thing(&last.text)
        });
        let surname = one.is_some_and(|one| {
            ["son", "man", "berg", "stein", "sen", "ova", "enko", "opoulos"]
                .iter()
                .any(|end| one.len() > 5 && one.ends_with(end))
        });
        let home = is_in(
            "shop house home kitchen garden barbecue car wedding door flat living sofa table yard porch",
            self.after(0),
        );
        self.before(1) == "the" && family && (surname || home || !self.describes_noun())
    }

    /// What follows or stands before is said of persons: "wearing a tutu", "asleep", "aged six", "portrait of", "Mrs".
    fn does_what_persons_do(&self) -> bool {
        if self.is_titled() || self.is_of_kin() {
            return true;
        }
        let next = self.after(0);
        // "braiding her hair", "painting a wall"
        let object = matches!(
            little(self.after(1)),
            Some(Little::Article | Little::Determiner | Little::Preposition)
        ) || matches!(self.after(1), "her" | "his" | "their" | "my");
        let doing = says_doing(next)
            && (object
                || !matches!(Lexicon::v1().kind(next), Some(WordKind::Thing | WordKind::Noun)));
        let article = self.has_article();
        let says = matches!(
            next,
            "asleep" | "awake" | "aged" | "age" | "barefoot" | "kneeling" | "wearing"
        );
        let owns = matches!(next, "in" | "with" | "and" | "on" | "at")
            && matches!(self.after(1), "his" | "her" | "their");
        let body = self.is_genitive() && is_in(BODY, next);
        let aged = self.tokens.get(self.end).is_some_and(Token::is_break)
            && self.tokens.get(self.end + 1).is_some()
            && bare_age(self.tokens, self.end + 1).is_some();
        let governs = little(next) == Some(Little::Governor)
            && !matches!(next, "using" | "showing" | "featuring" | "put");
        // "Brooklyn, a cheerleader", "Wren (she/her)"
        let said = self.tokens.get(self.end).is_some_and(Token::is_break)
            && self.is_said_of_person(self.end + 1);
        says || owns
            || said
            || body
            || aged
            || !article
                && (governs
                    || doing && (self.is_first_name() || self.first == 0 && !self.is_place()))
    }

    fn is_said_of_person(&self, at: usize) -> bool {
        let entry =
            |at: usize| self.tokens.get(at).and_then(|token| Lexicon::v1().entry(&token.text));
        let article = self
            .tokens
            .get(at)
            .is_some_and(|token| matches!(token.text.as_str(), "a" | "an" | "the"));
        let noun = |at: usize| {
            use Entry::{GenderedRole, Kin, Person, Role};
            matches!(entry(at), Some(Person(_) | Kin(_) | Role(_) | GenderedRole(..)))
        };
        let pronoun = matches!(entry(at), Some(Entry::Pronoun(Some(_))));
        pronoun && self.first == 0 || article && (1..4).any(|step| noun(at + step))
    }

    /// "Moana and Maui", "Blessing, Goodluck and Sunday": what is also a place, a people or a day stands beside a name.
    fn is_joined_to_name(&self, at: usize) -> bool {
        let lexicon = Lexicon::v1();
        let sure = |at: Option<usize>| {
            at.and_then(|at| self.tokens.get(at)).is_some_and(|token| {
                let unknown =
                    !Vocabulary::v1().contains(&token.text) && lexicon.entry(&token.text).is_none();
                token.capital
                    && !token.is_break()
                    && (unknown || lexicon.is_given_name(&token.text))
                    && !is_gazetted(&token.text)
                    && !is_in(DAYS, &token.text)
                    && !lexicon.is_proper_of_thing(&token.text)
                    && !lexicon.is_maker(&token.text)
            })
        };
        let and = |at: Option<usize>| {
            at.and_then(|at| self.tokens.get(at))
                .is_some_and(|token| matches!(token.text.as_str(), "and" | "&"))
        };
        let alone = self.tokens.get(at + 1).is_none_or(|next| !next.capital || next.is_break());
        let shouted = self.tokens[at].upper;
        alone
            && !shouted
            && (and(at.checked_sub(1)) && sure(at.checked_sub(2))
                || and(Some(at + 1)) && sure(Some(at + 2)))
    }

    /// "my sister Bibi", "wee Finn": a word of kin in small letters right before.
    fn before_is_kin(&self) -> bool {
        let before = self.first.checked_sub(1).map(|at| &self.tokens[at]);
        before.is_some_and(|before| {
            let kin = matches!(Lexicon::v1().entry(&before.text), Some(Entry::Kin(_)));
            !before.capital && before.clitic == Clitic::None && kin
        })
    }

    /// "Aunt Rosario", "baby Kiran", "Tito" of "abuelo Tito"
    fn is_of_kin(&self) -> bool {
        let lexicon = Lexicon::v1();
        let kin = |word: &str| {
            matches!(lexicon.entry(word), Some(Entry::Kin(_)))
                || matches!(
                    word,
                    "wee" | "lil" | "baby" | "toddler" | "mistress" | "widow" | "goodwife"
                )
        };
        let last = self.first.checked_sub(1).map(|at| &self.tokens[at]);
        let before = last.is_some_and(|token| token.clitic == Clitic::None && kin(self.before(1)));
        before || self.has_several() && kin(&self.tokens[self.first].text)
    }

    /// "wee Jock", "mum of five Colleen": a first name that is a word of persons too, with a capital of its own inside a
    /// sentence and no article.
    fn is_first_name_inside(&self, term: &Term) -> bool {
        let (at, token) = (term.tokens.start, &self.tokens[term.tokens.start]);
        let starts = at == 0 || self.tokens[at - 1].stop;
        let determined = little(self.before(1)) == Some(Little::Determiner)
            || matches!(
                self.before(1),
                "a" | "an" | "the" | "my" | "his" | "her" | "their" | "our"
            );
        let one = term.tokens.len() == 1 && self.end - self.first == 1;
        one && !starts
            && !token.upper
            && !determined
            && !is_title_case(self.tokens)
            && Lexicon::v1().is_given_name(&token.text)
    }

    /// A title right before ("Mrs", "Dr").
    fn is_titled(&self) -> bool {
        let lexicon = Lexicon::v1();
        let lord = self.first.checked_sub(1).is_some_and(|at| {
            let before = &self.tokens[at];
            let first = at == 0 || self.tokens[at - 1].stop;
            before.capital
                && before.clitic == Clitic::None
                && (!first || !self.is_place())
                && is_in(ROLES_AS_TITLES, &before.text)
        });
        let leads = self.has_several()
            && is_in(ROLES_AS_TITLES, &self.tokens[self.first].text)
            && self.tokens[self.first].clitic == Clitic::None
            && !is_in(OF_PLACES, self.after(0))
            && !self.words().any(|word| is_in(OF_PLACES, word) || Lexicon::v1().is_maker(word));
        lord || leads
            || lexicon.is_title(self.before(1))
            || is_in(TITLES_ABROAD, self.before(1))
            || self.has_several() && is_in(TITLES_ABROAD, &self.tokens[self.first].text)
            || self.end - self.first > 1 && lexicon.is_title(&self.tokens[self.first].text)
    }

    /// "Maya", "Jordan", "Brooklyn blowing bubbles": peoples and places that are first names too.
    fn is_called_like(&self, term: &Term) -> bool {
        let placed =
            matches!(self.before(1), "from" | "in" | "near" | "at" | "the" | "a" | "an" | "of");
        let like =
            matches!(term.sense, Sense::Place(_) | Sense::Attribute { .. } | Sense::Trait { .. });
        let first_name = Lexicon::v1().is_given_name(&self.tokens[term.tokens.start].text);
        let people = matches!(term.sense, Sense::Attribute { .. });
        let artist = Lexicon::v1().is_artist(&self.tokens[term.tokens.start].text);
        let head = matches!(term.sense, Sense::Head(..));
        let person = matches!(term.sense, Sense::Head(Category::Person, _));
        let kin = head && self.before_is_kin() || person && self.is_first_name_inside(term);
        let joined = (like || matches!(term.sense, Sense::Head(..)))
            && self.is_joined_to_name(term.tokens.start);
        (kin || joined) && !self.describes_noun()
            || like && !placed && (artist || self.is_of_kin() && term.tokens.start > 0)
            || like
                && !placed
                && !self.describes_noun()
                && (first_name || !people && self.does_what_persons_do())
    }

    /// "frida kahlo", "makoto shinkai", "queen victoria", "my neighbour keith": a first name and a word that is none, a name
    /// that everybody knows, or a first name after the word for a person.
    fn is_small_full_name(&self, term: &Term) -> bool {
        let lexicon = Lexicon::v1();
        if term.tokens.len() > 1 || self.is_in_listed_thing() {
            return false;
        }
        let at = term.tokens.start;
        let token = |at: usize| self.tokens.get(at).filter(|token| !token.is_break());
        let unknown = |token: &Token| {
            !Vocabulary::v1().contains(&token.text) && lexicon.entry(&token.text).is_none()
        };
        let first = |token: &Token| {
            lexicon.is_given_name(&token.text)
                && unknown(token)
                && !lexicon.is_word_too(&token.text)
        };
        let this = &self.tokens[at];
        let next = token(at + 1).filter(|_| this.clitic == Clitic::None);
        let before = at.checked_sub(1).and_then(token);
        // "john dory" and "hong kong" are not: a name has no article, and is no name of a thing.
        let person = |token: &Token| {
            use Entry::{GenderedRole, Kin, Person, Role, Title, TraitNoun};
            let entry = lexicon.entry(&token.text);
            matches!(
                entry,
                Some(Kin(_) | Person(_) | Role(_) | GenderedRole(..) | Title(_) | TraitNoun(_))
            )
        };
        let stands = |before: Option<&Token>| {
            before.is_none_or(|before| {
                is_in("of by and with like as for after vs & from", &before.text) || person(before)
            })
        };
        let last = |token: &Token| {
            unknown(token)
                && !token.capital
                && !lexicon.is_proper_of_thing(&token.text)
                && !is_gazetted(&token.text)
        };
        let leads = first(this) && next.is_some_and(last) && stands(before);
        let follows = last(this)
            && before.is_some_and(|before| {
                first(before) && !before.capital && stands(at.checked_sub(2).and_then(token))
            });
        let after_noun = first(this)
            && !is_in(PICTURES, self.after(0))
            && this.clitic == Clitic::None
            && !self.describes_noun()
            && before.is_some_and(|before| person(before) && before.clitic == Clitic::None);
        let known = (is_in(KNOWN, &this.text) || lexicon.is_artist(&this.text))
            && unknown(this)
            && !self.describes_noun();
        // "dr nguyen"
        let titled = before
            .is_some_and(|before| is_in("dr prof doctor professor sir", &before.text))
            && last(this)
            && little(&this.text).is_none();
        leads || follows || after_noun || known || titled
    }

    /// "emma eating toast": a first name is one without its capital too, where a name can stand.
    fn is_uncapitalised_name(&self, term: &Term) -> bool {
        let token = &self.tokens[term.tokens.start];
        let lexicon = Lexicon::v1();
        // The longer list has names of many origins, some of them words elsewhere: only where somebody is meant.
        let acts = says_doing(self.after(0))
            || lexicon.kind(self.after(0)) == Some(WordKind::Verb) && self.after(0).ends_with('s');
        let beside = |word: &str| lexicon.is_given_name(word) && !Vocabulary::v1().contains(word);
        let given = lexicon.is_given_name(&token.text)
            && (acts
                || self.after(0) == "and" && beside(self.after(1))
                || self.before(1) == "and" && beside(self.before(2))
                || is_in(ASKS, self.before(1)));
        let first_name = (lexicon.is_first_name(&token.text) || given) && !is_gazetted(&token.text);
        let starts = matches!(self.before(1), "" | "of" | "and" | "by" | "with" | "for")
            || is_in(ASKS, self.before(1));
        let unknown = matches!(term.sense, Sense::Word(None) | Sense::Other);
        let beside_name = self.before(1) == "and" && beside(self.before(2));
        let thing = matches!(
            lexicon.kind(&token.text),
            Some(WordKind::Thing | WordKind::Noun | WordKind::Animal)
        );
        unknown
            && self.first == term.tokens.start
            && first_name
            && starts
            && (acts || beside_name || !thing)
            && !lexicon.is_word_too(&token.text)
            && (beside_name || !self.describes_noun())
            && !Vocabulary::v1().contains(&token.text)
    }
}

/// Places that are first names too; the others are places in the lexicon.
fn is_gazetted(word: &str) -> bool {
    let entry = Lexicon::v1().entry(word);
    Lexicon::v1().is_gazetted(word)
        || matches!(entry, Some(Entry::Place(_) | Entry::Attribute(Axis::Ethnicity, _)))
}

/// Persons who are known by their initials.
const INITIALS: &str = "jfk mlk fdr rbg aoc lbj rfk djt gwb hrc sbf jlo srk mbs rpj krs obl mbappe jrr grrm bts rfk jd kdb bjp_modi mj kd \
lebron cr7 r9 dsk bhl vge jpii jp2 nkvd_man gbs tse wbyeats cslewis jkr";
/// Surnames and only names that everybody knows, and that are no words.
const KNOWN: &str = "zendaya keanu elon timothee chalamet scarlett johansson dicaprio pacino deniro brando monroe hepburn bardot \
loren dietrich garbo chaplin keaton schwarzenegger stallone statham momoa efron gosling gyllenhaal cumberbatch hiddleston \
radcliffe grint pattinson zellweger kidman blanchett streep theron portman knightley winslet dench bieber eilish \
lipa rodrigo sheeran lovato gomez minaj drizzy kanye kardashian jenner hadid bowie jagger lennon mccartney hendrix cobain \
presley sinatra dylan springsteen beyonce rihanna shakira madonna eminem tolkien rowling orwell kafka nietzsche hemingway dostoevsky tolstoy \
chekhov pushkin proust joyce beckett shakespeare dickens austen bronte woolf wilde goethe schiller kant hegel heidegger \
wittgenstein socrates plato aristotle confucius descartes spinoza hume rousseau voltaire sartre camus foucault derrida \
einstein darwin tesla edison curie hawking feynman oppenheimer turing lovelace galileo kepler copernicus freud jung \
mozart beethoven bach chopin liszt wagner verdi puccini vivaldi handel haydn schubert brahms tchaikovsky stravinsky mahler \
napoleon bonaparte cleopatra nefertiti tutankhamun genghis kublai attila hannibal spartacus charlemagne saladin \
lenin stalin trotsky mao castro guevara gandhi nehru mandela obama biden clinton reagan nixon kennedy roosevelt \
lincoln churchill thatcher merkel macron putin zelensky xi modi erdogan netanyahu bolsonaro lula zuckerberg \
bezos kahlo rivera dali picasso warhol basquiat banksy kubrick hitchcock scorsese tarantino spielberg miyazaki \
shinkai kurosawa ozu fellini bergman tarkovsky cameron villeneuve almodovar leibovitz arbus avedon lindbergh \
cartier bresson mapplethorpe salgado mccurry capa eggleston moriyama araki maier attenborough ronaldo messi neymar \
mbappe maradona pele zidane beckham federer nadal djokovic serena williams_venus tyson mcgregor \
schumacher verstappen kobe lebron marple poirot sherlock moriarty gandalf \
frodo bilbo aragorn legolas gollum sauron dumbledore hermione voldemort hagrid dobby snape malfoy skywalker vader kenobi \
yoda chewbacca leia dracula frankenstein batman superman wolverine spiderman shrek totoro pikachu zelda ganondorf \
luigi wario goku naruto sasuke sakura eren mikasa gojo geralt lara_croft wojak pepe waluigi siddhartha krishna rama sita \
hanuman ganesha shiva vishnu lakshmi parvati durga kali odin thor loki freya zeus hera athena aphrodite artemis \
hermes poseidon hades persephone achilles odysseus hercules medusa orpheus eurydice icarus daedalus prometheus osiris \
anubis gilgamesh enkidu beowulf guinevere lancelot morgana quixote hamlet ophelia macbeth othello \
desdemona romeo juliet cummings santa methuselah pythagoras euclid archimedes hypatia sappho homer virgil dante petrarch \
boccaccio chaucer cervantes borges neruda lorca marquez rumi hafez khayyam tagore basho";
/// Figures whose names are read for what they say: the name is one all the same.
const FIGURES: &str = "baba_yaga count_dracula wonder_woman santa_claus father_christmas mrs_claus rosie_the_riveter count_orlok lady_macbeth \
lady_godiva king_kong king_lear king_arthur captain_america captain_marvel captain_hook captain_ahab captain_nemo captain_haddock \
spider_man iron_man super_man bat_man princess_leia princess_mononoke princess_zelda princess_peach queen_victoria queen_elizabeth \
prince_harry prince_charming doctor_who doctor_strange doctor_faustus mother_teresa mother_goose mother_courage uncle_sam aunt_may \
lady_gaga sister_act joan_of_arc robin_hood peter_pan snow_white catwoman black_widow black_panther";
/// Verbs of asking for a picture of somebody.
const ASKS: &str = "draw make get paint show render imagine sketch generate turn put give featuring feat ft versus vs bestie mate bff \
colleague boss bro fr st auntie aunty uncle elder sister brother";
const STATES: &str = "alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois \
indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada ohio \
oklahoma oregon pennsylvania tennessee texas utah vermont virginia washington wisconsin wyoming ontario quebec alberta manitoba \
saskatchewan victoria queensland tasmania";
const DAYS: &str = "monday tuesday wednesday thursday friday saturday sunday february july september october november \
december";
/// Dishes that are named after somebody: "Caesar salad".
const DISHES: &str = "pastry pastries salad sandwich pizza cake tart pie cocktail soup sauce steak roll rolls cookie biscuit biscuits \
bread cheese wine beer tea coffee pudding puddings curry noodles pasta roast dumplings toast punch cakes tarts pies cocktails salads \
sandwiches cookies pizzas steaks sauces breads cheeses sponge buns bun tomato tomatoes potato potatoes apple apples pear pears plum \
plums cherries strawberries rhubarb gin vodka whisky whiskey rum ale cider brandy chocolates chocolate crisps truffles macarons \
zoom sequence sequencing therapy roses tulips daffodils dahlias peonies peony lilies geranium geraniums pelargonium clematis fuchsia rosebush hydrangea camellia";
const MEASURES: &str = "glass glasses cup cups mug mugs bottle bottles slice slices wheel wheels pint pints jar jars tin tins bowl bowls \
plate plates can cans box boxes pack packet bag bags bar bars tub wedge piece pieces chunk loaf drop drops pot pots";
const TIMES: &str = "january february march november december october september july dawn dusk night sunset sunrise twilight noon midnight daybreak winter spring summer autumn fall solstice";
const WEATHER: &str = "rain snow fog mist clouds cloud stars moonlight candlelight sunlight sunshine starlight storm ruins flames bloom \
spring haze frost";
/// Words of places that are surnames as well.
const SURNAMES: &str = "hill park hall castle church lane mill house rock cliff bay port dam forest garden lake fort coast temple chapel \
bridge falls ridge peak range";
/// What shows somebody: "Messi mural", "Katniss cosplay".
const SHOWS: &str = "style lighting mural cosplay statue bust fan fans hologram wallpaper print meme doll figurine costume \
fanart lithograph lithographs etching etchings engraving engravings woodcut palette colours colors vibe vibes feel mood aesthetic \
framing film album song lyrics brushwork watercolour fresco canvas canvases sketch sketchbook tribute inspired fashion look hair outfit impersonator lookalike tattoo mask puppet biography biopic era";
