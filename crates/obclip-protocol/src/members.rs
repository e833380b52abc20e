//! The texts the cloud denoises: all members of a class in canonical order, and the neutral one.
//!
//! Both sides use this code. Every member has the same number of words: one per open axis, one
//! per pronoun, one per article, whatever the values.

use crate::bundle::{AxisSet, Bundle};
use crate::catalogue::{Catalogue, Pronouns};
use crate::enumeration::Enumeration;
use crate::error::Error;
use crate::limits;
use crate::template::{Piece, PronounForm, Template};

/// Changes whenever the same template may render to other text. Travels as the protocol version.
pub const RENDERING_VERSION: u32 = 1;

/// All members of one class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members {
    /// One text per member, in canonical order.
    pub texts: Vec<String>,
    /// The same template with every axis closed.
    pub neutral: String,
}

impl Members {
    /// Renders the class; refuses more than `max_members` before it allocates.
    pub fn render(
        catalogue: &Catalogue,
        template: &Template,
        bundles: &[Bundle],
        max_members: usize,
    ) -> Result<Self, Error> {
        if bundles.len() != template.n_persons() {
            return Err(Error::BundleCount {
                expected: template.n_persons(),
                found: bundles.len(),
            });
        }
        let enumeration = Enumeration::new(catalogue, bundles);
        let n_members = enumeration.n_members();
        limits::check("members", n_members, max_members)?;
        let scene = Scene { catalogue, template, bundles };
        let member = |member_idx| scene.render(|p, axis| enumeration.value(member_idx, p, axis));
        let texts = (0..n_members).map(member).collect();
        Ok(Self { texts, neutral: scene.render(|_, _| None) })
    }

    /// The text of a step plan's trunk: the values of member `member_idx` on the open axes at the places `open` of
    /// the canonical order, all others closed. Lengths and indices are the plan's own and have been checked.
    pub fn render_trunk(
        catalogue: &Catalogue,
        template: &Template,
        bundles: &[Bundle],
        member_idx: usize,
        open: &[usize],
    ) -> String {
        let enumeration = Enumeration::new(catalogue, bundles);
        Scene { catalogue, template, bundles }.render(|person, axis| {
            let place = enumeration.position(person, axis)?;
            open.contains(&place).then(|| enumeration.value(member_idx, person, axis))?
        })
    }
}

/// Renders one text in which each axis has the value that `value_of(person, axis)` names.
///
/// The device uses it for its own text; the cloud only through [`Members`].
struct Scene<'a> {
    catalogue: &'a Catalogue,
    template: &'a Template,
    bundles: &'a [Bundle],
}

impl Scene<'_> {
    fn render(&self, value_of: impl Fn(usize, usize) -> Option<usize>) -> String {
        let mut words: Vec<String> = Vec::new();
        let mut after_they = false;
        for piece in self.template.pieces() {
            let was_after_they = std::mem::take(&mut after_they);
            match piece {
                Piece::Word(word) if was_after_they => words.push(plural_verb(word)),
                Piece::Word(word) => words.push(word.clone()),
                Piece::Comma => attach(&mut words, ","),
                Piece::Genitive => attach(&mut words, "'s"),
                Piece::Person(person_idx) => {
                    self.person(*person_idx, &value_of, &mut words);
                }
                Piece::Pronoun(person_idx, form) => {
                    let pronouns = self.pronouns(*person_idx, &value_of);
                    after_they = *form == PronounForm::Subject
                        && pronouns == self.catalogue.neutral_pronouns();
                    words.push(pronoun(pronouns, *form).to_owned());
                }
            }
        }
        agree_articles(&mut words);
        words.join(" ")
    }

    /// `[age] [ethnicity] woman` alone, `[age] [ethnicity] female` before a role.
    fn person(
        &self,
        person_idx: usize,
        value_of: &impl Fn(usize, usize) -> Option<usize>,
        words: &mut Vec<String>,
    ) {
        let bundle = self.bundles[person_idx];
        let mut has_noun = bundle.role;
        for (axis_idx, axis) in self.catalogue.axes().iter().enumerate() {
            let Some(value_idx) = value_of(person_idx, axis_idx) else { continue };
            let as_noun = !bundle.role && !axis.nouns.is_empty();
            has_noun |= as_noun;
            words.push(if as_noun { &axis.nouns } else { &axis.values }[value_idx].clone());
        }
        if !has_noun {
            words.push(self.catalogue.neutral_noun().to_owned());
        }
    }

    fn pronouns(
        &self,
        person_idx: usize,
        value_of: &impl Fn(usize, usize) -> Option<usize>,
    ) -> &Pronouns {
        let of_value = self.catalogue.noun_axis_idx().and_then(|axis_idx| {
            let value_idx = value_of(person_idx, axis_idx)?;
            self.catalogue.axes()[axis_idx].pronouns.get(value_idx)
        });
        of_value.unwrap_or_else(|| self.catalogue.neutral_pronouns())
    }
}

/// Whether every open axis is one the catalogue has; checked where bytes come in.
pub(crate) fn check_axes(catalogue: &Catalogue, bundles: &[Bundle]) -> Result<(), Error> {
    let known = |bundle: &Bundle| AxisSet::from_bits(bundle.open.bits(), catalogue).map(|_| ());
    bundles.iter().try_for_each(known)
}

fn attach(words: &mut [String], mark: &str) {
    if let Some(last) = words.last_mut() {
        last.push_str(mark);
    }
}

fn pronoun(pronouns: &Pronouns, form: PronounForm) -> &str {
    match form {
        PronounForm::Subject => &pronouns.subject,
        PronounForm::Object => &pronouns.object,
        PronounForm::Possessive => &pronouns.possessive,
        PronounForm::PossessivePronoun => &pronouns.possessive_pronoun,
        PronounForm::Reflexive => &pronouns.reflexive,
    }
}

/// "a" becomes "an" before a vowel sound.
fn agree_articles(words: &mut [String]) {
    for word_idx in 1..words.len() {
        if words[word_idx - 1] == "a" && starts_with_vowel_sound(&words[word_idx]) {
            words[word_idx - 1].push('n');
        }
    }
}

/// By spelling, with the common words whose sound differs from it.
fn starts_with_vowel_sound(word: &str) -> bool {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| word.starts_with(prefix));
    let said_you_or_one = starts(&["eu", "one", "once", "uni", "use", "usu", "uti", "ute", "uk"])
        && !starts(&["unim", "unin", "unid"]);
    let silent_h = starts(&["heir", "honest", "honor", "honour", "hour"]);
    silent_h || word.starts_with(['a', 'e', 'i', 'o', 'u', '8']) && !said_you_or_one
}

/// The verb after "they" for a verb written after "she": "is" to "are", "smiles" to "smile".
fn plural_verb(word: &str) -> String {
    let irregular = [("is", "are"), ("was", "were"), ("has", "have"), ("does", "do")];
    if let Some((_, plural)) = irregular.iter().find(|(singular, _)| *singular == word) {
        return (*plural).to_owned();
    }
    let sibilant = ["ches", "shes", "sses", "xes", "zes", "oes"];
    if sibilant.iter().any(|end| word.ends_with(end)) {
        return word[..word.len() - 2].to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 2) {
        return format!("{stem}y");
    }
    let no_verb = word.len() < 4 || ["ss", "us", "ous", "ways"].iter().any(|e| word.ends_with(e));
    match word.strip_suffix('s') {
        Some(stem) if !no_verb => stem.to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests;
