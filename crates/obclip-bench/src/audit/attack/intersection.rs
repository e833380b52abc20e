//! A3: several requests for the same wish (repeats, retries). Members that are missing from any of them are out.

use super::{AttackResult, Plan, draw, play};
use crate::audit::client::{Client, Job};
use crate::audit::line::{Crossing, honest};
use crate::audit::statistics::Proportion;
use crate::audit::subject::Subject;
use obclip_protocol::{Limits, decode_request};

/// Plays A3 with 1, 2, 3, 5 and 8 requests. `measured` is the mean number of members that are left.
pub fn intersection(client: &dyn Client, subjects: &[Subject], plan: Plan) -> Vec<AttackResult> {
    [1, 2, 3, 5, 8].map(|m| with_requests(client, subjects, plan, m)).into()
}

fn with_requests(
    client: &dyn Client,
    subjects: &[Subject],
    plan: Plan,
    n_requests: usize,
) -> AttackResult {
    let rng = &mut fastrand::Rng::with_seed(plan.seed ^ n_requests as u64);
    let mut guesses = Proportion::default();
    let mut n_left = 0;
    for trial in 0..plan.trials {
        let subject = &subjects[trial % subjects.len()];
        let Job { choice, .. } = draw(subject, rng);
        let mut left: Vec<usize> = (0..subject.n_members()).collect();
        for _ in 0..n_requests {
            let job = Job { choice, ..draw(subject, rng) };
            for crossing in play(client, &job, &mut honest).crossings {
                let Crossing::Sent(bytes) = crossing else { continue };
                let named = named(&bytes, subject);
                left.retain(|member| named.contains(member));
            }
        }
        n_left += left.len();
        let guess = left.get(rng.usize(..left.len().max(1))).copied();
        guesses.count(guess == Some(choice));
    }
    AttackResult {
        attack: "A3",
        attacker: format!("what {n_requests} requests have in common"),
        n_members: subjects[0].n_members(),
        guesses,
        measured: Some(n_left as f64 / plan.trials.max(1) as f64),
    }
}

/// Which members a request asks for: those of its class, or those whose texts are in its bytes.
fn named(bytes: &[u8], subject: &Subject) -> Vec<usize> {
    let limits = Limits::default();
    let members = decode_request(bytes, &limits).and_then(|request| request.members(&limits));
    let text = String::from_utf8_lossy(bytes);
    let is_named = |prompt: &String| match &members {
        Ok(members) => members.texts.contains(prompt),
        Err(_) => text.contains(prompt.as_str()),
    };
    (0..subject.n_members()).filter(|&idx| is_named(&subject.prompts[idx])).collect()
}
