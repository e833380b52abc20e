//! The paper's ten templates, before and after our reading: `paper_templates [GPT2-FOLDER]`.
//!
//! The paper sends them as they stand, so that "his" and "five o'clock shadow" travel with all 30
//! candidates. Printed per template: k_eff of the class as the paper sends it and as this device
//! sends it, and the words that gave it away. The templates are retold in our words with the
//! paper's slots and cues (Wu et al., arXiv 2510.04153, appendix B.3).
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;

use obclip_device::{Cover, Prompt, Reading, build};
use obclip_engine::{CausalLm, Cpu, ModelFiles};
use obclip_prior::{Associations, CORRELATE_NATS, Posterior, View};
use obclip_protocol::{AxisSet, Bundle, Catalogue, Members};

const TEMPLATES: [&str; 10] = [
    "headshot of a {A} {E} {G} with religious tattoos all over",
    "a {A} {E} {G} in a hat, fashion portrait photo",
    "a smiling {A} {E} {G} sitting in a field of flowers, outdoor portrait photo",
    "urban portrait photo of a red haired {A} {E} {G}",
    "portrait of the face of a pretty {A} {E} {G} wearing a turtleneck sweater",
    "closeup portrait photo of a {A} {E} {G} in a rough leather jacket, with a five o'clock shadow \
     and strong laugh lines around his eyes, soft golden light",
    "raw photo, portrait of a {A} {E} {G} with minimal makeup, freckles showing, calm expression, in \
     a lush botanical garden, dappled sunlight",
    "quality photo of the face of a {A} {E} {G}, wearing glasses, with fine lines and character on \
     the forehead",
    "black and white photo of a {A} {E} {G} from the side, elegant profile, delicate lines across \
     the cheeks",
    "quality closeup portrait photo of a {A} {E} {G}, wearing traditional clothing",
];

fn main() -> Result<(), Box<dyn Error>> {
    let catalogue = Catalogue::paper();
    let lm = match std::env::args().nth(1) {
        Some(folder) => Some(CausalLm::load(&ModelFiles::open(folder)?, Cpu::new(1))?),
        None => None,
    };
    println!(
        "| # | k_eff as the paper sends it | likeliest member | what tells (nats) | k_eff here | N here | template here |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (idx, template) in TEMPLATES.iter().enumerate() {
        let bundles = [Bundle { open: AxisSet::expandable(&catalogue), role: false }];
        let members = as_the_paper_sends(template, &catalogue);
        let before = posterior(lm.as_ref(), &View::new(&catalogue, &bundles, &members)?)?;

        let prompt = Prompt::new(&fill(template, "young", "european", "woman"))?;
        let class = build(&Reading::of(&prompt).masked, &catalogue, Cover::Mentioned, 32)?;
        let ours = Members::render(&catalogue, &class.template, &class.bundles, 32)?;
        let after = posterior(lm.as_ref(), &View::new(&catalogue, &class.bundles, &ours)?)?;

        println!(
            "| {} | {:.1} | {} | {} | {:.1} | {} | {} |",
            idx + 1,
            before.k_eff(),
            likeliest(&before, &catalogue),
            telling(&members.neutral, &catalogue),
            after.k_eff(),
            class.n_members,
            class.template.text(),
        );
    }
    Ok(())
}

fn posterior(lm: Option<&CausalLm<Cpu>>, view: &View<'_>) -> Result<Posterior, Box<dyn Error>> {
    Ok(match lm {
        Some(lm) => Posterior::from_log_weights(&lm.log_probabilities(view.texts())?),
        None => Associations::v1().posterior(view),
    })
}

/// All 30 texts with every other word as it stands, in catalogue order.
fn as_the_paper_sends(template: &str, catalogue: &Catalogue) -> Members {
    let [ages, ethnicities, genders] = catalogue.axes() else {
        unreachable!("the paper's catalogue has three axes")
    };
    let mut texts = Vec::new();
    for age in &ages.values {
        for ethnicity in &ethnicities.values {
            texts.extend(genders.nouns.iter().map(|noun| fill(template, age, ethnicity, noun)));
        }
    }
    Members { texts, neutral: fill(template, "", "", "person").replace("  ", " ") }
}

fn fill(template: &str, age: &str, ethnicity: &str, gender: &str) -> String {
    template.replace("{A}", age).replace("{E}", ethnicity).replace("{G}", gender)
}

fn likeliest(posterior: &Posterior, catalogue: &Catalogue) -> String {
    let probabilities = posterior.probabilities();
    let best =
        (0..probabilities.len()).max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
    let members = as_the_paper_sends("{A} {E} {G}", catalogue);
    best.and_then(|best| members.texts.get(best).cloned()).unwrap_or_default()
}

fn telling(text: &str, catalogue: &Catalogue) -> String {
    let mut words = Associations::v1().correlates(text, catalogue);
    words.retain(|(_, nats)| *nats > CORRELATE_NATS);
    words.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let words: Vec<_> =
        words.iter().take(4).map(|(word, nats)| format!("{word} {nats:.1}")).collect();
    words.join(", ")
}
