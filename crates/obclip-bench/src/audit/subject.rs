//! Classes to attack: every member is a prompt that a user could have typed.

use obclip_device::{Cover, Prompt, Reading, build};
use obclip_protocol::{Catalogue, Limits, Members};

/// Which attributes the prompts mention, and so how many members the class has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mention {
    /// Gender: 2 members.
    Gender,
    /// Age and gender: 6 members.
    AgeGender,
    /// All three: 30 members.
    All,
}

/// One class: its members in canonical order, written out.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The prompts. Prompt i is member i.
    pub prompts: Vec<String>,
}

impl Subject {
    /// One class for each scene. The members are those that the protocol renders, so that typing one of them opens the
    /// same class; the first property checks just that.
    pub fn all(mention: Mention) -> Vec<Self> {
        SCENES.iter().map(|scene| Self::new(&scene.replace("{}", mention.words()))).collect()
    }

    fn new(prompt: &str) -> Self {
        let reading = Reading::of(&Prompt::new(prompt).expect("our own sentences are prompts"));
        let (catalogue, cap) = (Catalogue::v1(), Limits::default().members);
        let class = build(&reading.masked, &catalogue, Cover::Mentioned, cap)
            .expect("one person is under the cap");
        let members = Members::render(&catalogue, &class.template, &class.bundles, cap)
            .expect("the class renders on both sides");
        Self { prompts: members.texts }
    }

    /// How many members.
    pub fn n_members(&self) -> usize {
        self.prompts.len()
    }
}

impl Mention {
    fn words(self) -> &'static str {
        match self {
            Self::Gender => "a woman",
            Self::AgeGender => "an old woman",
            Self::All => "an old asian woman",
        }
    }
}

/// Different lengths, places of the person and pronouns.
const SCENES: [&str; 20] = [
    "closeup portrait of {} wearing glasses",
    "{} in a park",
    "a photo of {}",
    "{} reading a book by the window, soft light",
    "oil painting of {} on a horse",
    "a city street at night, {} with a red umbrella, rain",
    "{} cooking dinner in a small kitchen",
    "watercolor of {} at the beach",
    "{} holding a cup of tea",
    "black and white photo of {} playing the piano",
    "{} and a dog in the snow",
    "a poster with {} under a blue sky, flat colors",
    "{} repairing a bicycle",
    "pencil drawing of {} in a garden, detailed background",
    "{} on a mountain, sunset, wide angle",
    "a smiling portrait of {}, studio light",
    "{} in a train station, long shadows",
    "{} at a desk with a computer",
    "a mural of {} on a brick wall",
    "{} walking through a forest in autumn",
];
