//! The pairs: for every pattern in turn, two fillings that are related.

use std::collections::{BTreeSet, HashSet};

use super::data::{Data, Form, Pattern, Piece, load, pieces};
use super::fill::{Casting, Filler};
use super::{Pair, Persona, Prompt, Relation};

/// Rounds over all patterns after which a count is given up: small seeds of a pattern run dry.
const MAX_ROUNDS: usize = 400;

/// `count` distinct pairs of the relation, all patterns evenly, the same for the same seed.
pub(crate) fn pairs(relation: Relation, seed: u64, count: usize) -> Vec<Pair> {
    let data = load();
    let forms = data.forms.iter().map(|form| (form, form_axes(&data, form))).collect();
    let mut maker = Maker { filler: Filler::new(&data, seed), forms };
    let mut seen = HashSet::new();
    let mut out = Vec::with_capacity(count);
    for _ in 0..MAX_ROUNDS {
        for pattern in &data.patterns {
            if out.len() == count {
                return out;
            }
            let Some(pair) = maker.pair(pattern, relation) else { continue };
            if seen.insert(unordered(&pair)) {
                out.push(pair);
            }
        }
    }
    out
}

/// A pair and its mirror image are one pair.
fn unordered(pair: &Pair) -> (String, String) {
    let (a, b) = (pair.a.text.clone(), pair.b.text.clone());
    if a < b { (a, b) } else { (b, a) }
}

type Axes = BTreeSet<String>;

struct Maker<'d> {
    /// Every form with the axes it mentions.
    forms: Vec<(&'d Form, Axes)>,
    filler: Filler<'d>,
}

/// One filling, and the forms it used.
struct Draft<'d> {
    prompt: Prompt,
    forms: Vec<&'d Form>,
}

/// What a filling must keep to.
#[derive(Default)]
struct Wish<'d> {
    /// The axes to mention, for every person.
    axes: Vec<Axes>,
    /// The values they must have, for every person; empty: any.
    personas: Vec<Persona>,
    /// The forms to use, for every noun phrase; empty: any that mention the axes.
    forms: Vec<&'d Form>,
    /// Word slots that can be neutral are.
    neutral: bool,
}

impl<'d> Maker<'d> {
    fn pair(&mut self, pattern: &'d Pattern, relation: Relation) -> Option<Pair> {
        let persons = persons(pattern);
        let roles = self.roles(pattern);
        let axes = self.axes(pattern, &persons);
        let first = Wish { axes: axes.clone(), ..Wish::default() };
        let a = self.draft(pattern, &persons, &roles, &first)?;
        let second = match relation {
            Relation::ValueSwapped => Wish { axes, forms: self.same_or_any(&a), ..first },
            Relation::WordSwapped => {
                let forms = self.same_or_any(&a);
                Wish { axes, forms, personas: a.prompt.personas.clone(), neutral: false }
            }
            Relation::MentionToggled => {
                let axes = self.toggled_axes(pattern, &persons);
                Wish { axes, neutral: true, ..first }
            }
        };
        let b = self.draft(pattern, &persons, &roles, &second)?;
        let group = group(pattern, relation, &a, &b);
        let pair = Pair { a: a.prompt, b: b.prompt, relation, group };
        holds(&pair).then_some(pair)
    }

    /// Half of the pairs keep the forms: the plain case, which must not drown in the others.
    fn same_or_any(&mut self, draft: &Draft<'d>) -> Vec<&'d Form> {
        if self.filler.random().below(2) == 0 { draft.forms.clone() } else { Vec::new() }
    }

    /// The second side of a toggled pair mentions nothing in one case out of three.
    fn toggled_axes(&mut self, pattern: &Pattern, persons: &[Person]) -> Vec<Axes> {
        let axes = self.axes(pattern, persons);
        if self.filler.random().below(3) == 0 { none(&axes) } else { axes }
    }

    /// One role per person who has any.
    fn roles(&mut self, pattern: &'d Pattern) -> [&'d str; 2] {
        [&pattern.roles, &pattern.roles2].map(|roles| match roles.as_slice() {
            [] => "",
            some => self.filler.random().pick(some).as_str(),
        })
    }

    /// A set of axes to mention, for every person that is a noun phrase.
    fn axes(&mut self, pattern: &Pattern, persons: &[Person]) -> Vec<Axes> {
        persons.iter().map(|person| self.person_axes(pattern, person)).collect()
    }

    fn person_axes(&mut self, pattern: &Pattern, person: &Person) -> Axes {
        if !person.phrase {
            return Axes::new();
        }
        let sets: BTreeSet<Axes> = self
            .forms(pattern, person)
            .map(|(_, axes)| with_pronoun(axes.clone(), person))
            .filter(|axes| !axes.is_empty())
            .collect();
        let sets: Vec<Axes> = sets.into_iter().collect();
        self.filler.random().pick(&sets).clone()
    }

    /// The forms that fit a person's slot.
    fn forms(&self, pattern: &Pattern, person: &Person) -> impl Iterator<Item = &(&'d Form, Axes)> {
        let roles = if person.number == 1 { &pattern.roles } else { &pattern.roles2 };
        let (has_role, compact, plural) = (!roles.is_empty(), person.compact, person.plural);
        self.forms.iter().filter(move |(form, _)| {
            form.text.contains("{R}") == has_role
                && form.plural == plural
                && !(compact && form.post)
        })
    }

    /// Fills the pattern so that exactly the wished axes are mentioned.
    fn draft(
        &mut self,
        pattern: &'d Pattern,
        persons: &[Person],
        roles: &[&'d str; 2],
        wish: &Wish<'d>,
    ) -> Option<Draft<'d>> {
        let mut castings = Vec::new();
        let mut forms = Vec::new();
        for (idx, person) in persons.iter().enumerate() {
            let fixed = wish.personas.get(idx).cloned().unwrap_or_default();
            let mut casting = Casting { form: "", role: roles[idx], fixed, neutral: wish.neutral };
            let pronoun_tells = person.pronoun && wish.axes[idx].contains("gender");
            if person.phrase {
                let form = match wish.forms.get(forms.len()) {
                    Some(form) => form,
                    None => self.form(pattern, person, &wish.axes[idx], pronoun_tells)?,
                };
                forms.push(form);
                casting.form = &form.text;
                if pronoun_tells && !self.told(form).contains("gender") {
                    self.draw_gender(&mut casting.fixed);
                }
            } else if person.pronoun && !person.told && !wish.neutral {
                self.draw_gender(&mut casting.fixed);
            }
            castings.push(casting);
        }
        let prompt = self.filler.prompt(&pattern.text, &castings)?;
        Some(Draft { prompt, forms })
    }

    /// The axes a form mentions.
    fn told(&self, form: &Form) -> &Axes {
        let known = self.forms.iter().find(|(other, _)| std::ptr::eq(*other, form));
        &known.expect("every form comes from the list").1
    }

    /// A form that mentions `axes`, with the help of a pronoun where the pattern has one.
    fn form(
        &mut self,
        pattern: &Pattern,
        person: &Person,
        axes: &Axes,
        pronoun_tells: bool,
    ) -> Option<&'d Form> {
        let by_pronoun = |axis: &str| pronoun_tells && axis == "gender";
        let fitting: Vec<&'d Form> = self
            .forms(pattern, person)
            .filter(|(_, told)| {
                told.is_subset(axes) && axes.difference(told).all(|axis| by_pronoun(axis))
            })
            .map(|(form, _)| *form)
            .collect();
        (!fitting.is_empty()).then(|| *self.filler.random().pick(&fitting))
    }

    /// A gender told by pronouns alone.
    fn draw_gender(&mut self, persona: &mut Persona) {
        let gender = *self.filler.random().pick(&["female", "male"]);
        persona.entry("gender".to_owned()).or_insert_with(|| gender.to_owned());
    }
}

/// What a pattern asks of one person.
#[derive(Default)]
struct Person {
    number: usize,
    /// A noun phrase slot; else the pattern has the person's words itself.
    phrase: bool,
    compact: bool,
    plural: bool,
    pronoun: bool,
    /// A word slot of the pattern mentions the gender.
    told: bool,
}

/// The persons of a pattern; person 1 always, for word slots are about that one.
fn persons(pattern: &Pattern) -> Vec<Person> {
    let mut persons = vec![Person { number: 1, ..Person::default() }];
    for piece in pieces(&pattern.text) {
        let Piece::Slot(slot) = piece else { continue };
        if slot.contains("gender.") || slot.contains("agegender.") {
            persons[0].told = true;
        }
        let Some(number) = slot.chars().next().and_then(|c| c.to_digit(10)) else { continue };
        while persons.len() < number as usize {
            persons.push(Person { number: persons.len() + 1, ..Person::default() });
        }
        let person = &mut persons[number as usize - 1];
        match slot.split_once(':') {
            Some((_, verb)) if verb.contains('|') => {}
            Some(_) => person.pronoun = true,
            None => {
                person.phrase = true;
                person.compact |= slot.ends_with('!');
                person.plural |= slot.ends_with('*');
            }
        }
    }
    persons
}

/// The axes a form mentions; "in her sixties" tells the gender too.
fn form_axes(data: &Data, form: &Form) -> Axes {
    let mut axes = Axes::new();
    for piece in pieces(&form.text) {
        match piece {
            Piece::Slot("her") => drop(axes.insert("gender".to_owned())),
            Piece::Slot(name) => {
                axes.extend(data.slots.get(name).into_iter().flat_map(|s| s.axes.clone()));
            }
            Piece::Text(_) => {}
        }
    }
    axes
}

fn with_pronoun(mut axes: Axes, person: &Person) -> Axes {
    if person.pronoun {
        axes.insert("gender".to_owned());
    }
    axes
}

/// The same persons, nothing told of them.
fn none(axes: &[Axes]) -> Vec<Axes> {
    axes.iter().map(|_| Axes::new()).collect()
}

fn group(pattern: &Pattern, relation: Relation, a: &Draft<'_>, b: &Draft<'_>) -> String {
    let labels = |draft: &Draft<'_>| -> Vec<String> {
        draft.forms.iter().map(|form| form.group.clone()).collect()
    };
    let by_form = || match labels(a) {
        same if same == labels(b) => same.join(" + "),
        _ => "cross-form".to_owned(),
    };
    let group = pattern.group.clone().unwrap_or_else(by_form);
    match relation {
        Relation::MentionToggled => {
            format!("mention: {}", pattern.group.as_deref().unwrap_or("noun phrase"))
        }
        _ => group,
    }
}

/// Whether the two prompts are what the relation says.
fn holds(pair: &Pair) -> bool {
    let differences = pair.differences();
    let toggled = differences.iter().any(|d| d.from.is_none() || d.to.is_none());
    let words_differ = pair.a.text != pair.b.text;
    words_differ
        && match pair.relation {
            Relation::ValueSwapped => !differences.is_empty() && !toggled,
            Relation::WordSwapped => differences.is_empty(),
            Relation::MentionToggled => toggled,
        }
}
