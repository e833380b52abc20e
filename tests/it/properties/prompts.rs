//! Random prompts.

use obclip_protocol::Vocabulary;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// What a sentence says of its person, as positions in the catalogue's values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cast {
    pub(crate) age: Option<usize>,
    pub(crate) ethnicity: Option<usize>,
    pub(crate) gender: usize,
}

impl Cast {
    /// The same mentions with other values.
    pub(crate) fn with_values_of(self, other: &Self) -> Self {
        Self {
            age: self.age.map(|_| other.age.unwrap_or(0)),
            ethnicity: self.ethnicity.map(|_| other.ethnicity.unwrap_or(0)),
            gender: other.gender,
        }
    }

    fn phrase(self, role: Option<&str>) -> String {
        let mut words = Vec::new();
        words.extend(self.age.map(|age| AGES[age]));
        words.extend(self.ethnicity.map(|ethnicity| ETHNICITIES[ethnicity]));
        match role {
            Some(role) => words.extend([["female", "male"][self.gender], role]),
            None => words.push(["woman", "man"][self.gender]),
        }
        words.join(" ")
    }
}

/// A sentence with one described person.
#[derive(Debug, Clone)]
pub(crate) struct Sentence {
    pub(crate) cast: Cast,
    /// Whether the tail may use pronouns.
    pub(crate) pronouns: bool,
    pub(crate) role: Option<&'static str>,
    pub(crate) opening: &'static str,
    pub(crate) tail: &'static str,
    pub(crate) pronoun_tail: &'static str,
    pub(crate) nouns: [&'static str; 2],
}

impl Sentence {
    pub(crate) fn text(&self) -> String {
        let person = self.cast.phrase(self.role);
        let opening = match (self.opening.strip_suffix(" a"), starts_with_vowel(&person)) {
            (Some(before), true) => format!("{before} an"),
            _ => self.opening.to_owned(),
        };
        let mut text = format!("{opening} {person} {}", self.tail);
        if self.pronouns {
            text.push_str(self.pronoun_tail);
        }
        for (slot, noun) in ["{0}", "{1}"].iter().zip(self.nouns) {
            let article = if starts_with_vowel(noun) { "an" } else { "a" };
            text = text.replace(&format!("a {slot}"), &format!("{article} {noun}"));
            text = text.replace(slot, noun);
        }
        let pronouns = [["she", "her", "her", "herself"], ["he", "him", "his", "himself"]];
        let forms = ["{she}", "{her}", "{hers}", "{herself}"];
        for (form, pronoun) in forms.iter().zip(pronouns[self.cast.gender]) {
            text = text.replace(form, pronoun);
        }
        text
    }
}

fn starts_with_vowel(word: &str) -> bool {
    word.starts_with(['a', 'e', 'i', 'o', 'u']) && !word.starts_with("eu")
}

pub(crate) fn cast() -> impl Strategy<Value = Cast> {
    (prop::option::of(0..3_usize), prop::option::of(0..5_usize), 0..2_usize)
        .prop_map(|(age, ethnicity, gender)| Cast { age, ethnicity, gender })
}

pub(crate) fn sentence() -> impl Strategy<Value = Sentence> {
    let words = (
        prop::option::of(select(ROLES)),
        select(OPENINGS),
        select(TAILS),
        select(PRONOUN_TAILS),
        [select(THINGS), select(THINGS)],
    );
    (cast(), any::<bool>(), words).prop_map(
        |(cast, pronouns, (role, opening, tail, pronoun_tail, nouns))| Sentence {
            cast,
            pronouns,
            role,
            opening,
            tail,
            pronoun_tail,
            nouns,
        },
    )
}

/// Words in any order: published ones, those of persons, marks, figures and letters.
pub(crate) fn salad() -> impl Strategy<Value = String> {
    let published = any::<Index>().prop_map(|idx| (*idx.get(Vocabulary::v1().words())).to_owned());
    let word = prop_oneof![
        4 => published,
        4 => select(PERSON_WORDS).prop_map(str::to_owned),
        1 => select(MARKS).prop_map(str::to_owned),
        1 => "[a-zA-Z]{1,9}",
        1 => (0..130_u32).prop_map(|number| number.to_string()),
    ];
    prop::collection::vec(word, 1..14).prop_map(|words| words.join(" "))
}

/// Any text: sentences, salads, letters of any alphabet, and what hides between them.
pub(crate) fn anything() -> impl Strategy<Value = String> {
    let strange = prop::collection::vec(
        prop_oneof![
            any::<char>().prop_map(|c| c.to_string()),
            select(STRANGE).prop_map(str::to_owned),
            select(PERSON_WORDS).prop_map(str::to_owned),
            select(MARKS).prop_map(str::to_owned),
        ],
        0..24,
    );
    prop_oneof![
        9 => strange.prop_map(|parts| parts.concat()),
        4 => "\\PC{0,60}",
        6 => salad(),
        // Up to what a prompt may have, and beyond.
        1 => (salad(), 1..60_usize).prop_map(|(text, n)| text.repeat(n)),
    ]
}

const AGES: [&str; 3] = ["young", "middle-aged", "old"];
const ETHNICITIES: [&str; 5] = ["african", "asian", "european", "indian", "latino"];
const ROLES: &[&str] =
    &["doctor", "nurse", "teacher", "firefighter", "farmer", "scientist", "chef", "painter"];
const OPENINGS: &[&str] = &[
    "a",
    "portrait of a",
    "closeup portrait photo of a",
    "a watercolor painting of a",
    "oil painting, a",
    "a photo of the",
    "in a quiet street, a",
    "a {0} and a",
    "a dog beside a",
];
const TAILS: &[&str] = &[
    "",
    "wearing glasses",
    "holding a {0}",
    "in a {0}, golden hour",
    "sitting on a {0} near a {1}",
    "with a {0}, soft light, detailed",
    "and a {0} in the rain",
    "reading a book by the window",
    "looking at the camera, film grain",
    "on a red {0}, studio lighting",
];
const PRONOUN_TAILS: &[&str] = &[
    ", {she} is holding a {0}",
    ", a {1} in {hers} hand",
    ", looking at {herself} in a mirror",
    ", a cat sleeping beside {her}",
    " and {hers} dog",
];
const THINGS: &[&str] = &[
    "chair", "umbrella", "bicycle", "garden", "kitchen", "mountain", "apple", "lamp", "boat",
    "piano", "forest", "castle", "orange", "table", "bridge", "egg", "violin", "tent",
];
const PERSON_WORDS: &[&str] = &[
    "woman",
    "man",
    "girl",
    "boys",
    "grandmother",
    "husband",
    "she",
    "his",
    "herself",
    "they",
    "old",
    "young",
    "middle-aged",
    "elderly",
    "asian",
    "Nigerian",
    "from Turkey",
    "mexican's",
    "18-year-old",
    "in her late sixties",
    "aged 7",
    "waitress",
    "king",
    "doctor",
    "twins",
    "couple",
    "non-binary",
    "half-korean",
    "Mrs.",
    "Wilhelmina",
    "black",
    "white",
    "indian",
    "beard",
    "hijab",
    "five o'clock shadow",
    "pregnant",
    "kimono",
    "person",
    "people",
    "nurse",
    "who",
    "is",
    "and",
];
const MARKS: &[&str] = &[
    ",",
    ".",
    "!",
    "{{",
    "}}",
    "'s",
    "-",
    "–",
    "(",
    ")",
    ":1.2",
    "\"",
    "{P1}",
    "{P2.subject}",
    "a",
    "an",
    "the",
    "of",
    "with",
    "\n",
    "\t",
];
const STRANGE: &[&str] = &[
    "\u{200b}",
    "\u{301}",
    "\u{202e}",
    "\u{feff}",
    "ｗｏｍａｎ",
    "wоman",
    "é",
    "ß",
    "İ",
    "ﬃ",
    "👩🏽‍🚒",
    "𝔴𝔬𝔪𝔞𝔫",
    "\u{1f3fd}",
    "女",
    "ܐ",
    "\u{e0061}",
    "a\u{300}\u{301}\u{302}",
    " ",
    "  ",
    "\u{a0}",
    "\u{3000}",
    "'",
];
