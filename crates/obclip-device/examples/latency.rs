//! Times reading and building of one long prompt: `latency [RUNS]`.
//!
//! The prompt has 77 words and four described persons; the lists are built before the first run.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::time::Instant;

use obclip_device::{Cover, Error, Prompt, Reading, build};
use obclip_protocol::Catalogue;

fn main() -> Result<(), Error> {
    let runs = std::env::args().nth(1).and_then(|runs| runs.parse().ok()).unwrap_or(1000_usize);
    let prompt = Prompt::new(PROMPT)?;
    let catalogue = Catalogue::v1();
    let mut seconds = Vec::with_capacity(runs);
    for run in 0..=runs {
        let start = Instant::now();
        let reading = Reading::of(&prompt);
        let class = build(&reading.masked, &catalogue, Cover::Mentioned, 32)?;
        let elapsed = start.elapsed().as_secs_f64();
        assert!(class.n_members > 1, "the prompt has persons");
        if run > 0 {
            seconds.push(elapsed);
        }
    }
    seconds.sort_by(f64::total_cmp);
    let at = |share: f64| 1e3 * seconds[((seconds.len() - 1) as f64 * share) as usize];
    let words = PROMPT.split_whitespace().count();
    println!(
        "{words} words, {runs} runs: median {:.3} ms, 90 % {:.3} ms, most {:.3} ms",
        at(0.5),
        at(0.9),
        at(1.0)
    );
    Ok(())
}

const PROMPT: &str = "closeup photo of an old asian woman with silver hair wearing round glasses and a red scarf, beside her a tall \
young nigerian doctor in a white coat holding a clipboard, while his little daughter draws a horse with chalk on the wet pavement and an \
elderly french baker leans on his bicycle near the market, warm light of the evening, shallow depth of field, film grain, detailed \
brick walls, puddles, pigeons on the roof, high resolution";
