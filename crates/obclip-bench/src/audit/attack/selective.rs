//! A9: an active cloud spoils one member's latent after the other, and watches which one the client minds.

use obclip_protocol::{Limits, Reply, decode_request, encode_reply};
use serde::Serialize;

use super::{AttackResult, Plan, draw, pick_best, play};
use crate::audit::client::{Client, Job};
use crate::audit::line::{Answer, honest, latents, pieces};
use crate::audit::statistics::Proportion;
use crate::audit::subject::Subject;

/// Ways to spoil one latent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Spoiling {
    /// Every value infinite or not a number.
    NotFinite,
    /// Every value zero.
    Silent,
    /// Every value far too large.
    Loud,
    /// One value missing.
    Short,
}

impl Spoiling {
    pub(crate) const ALL: [Self; 4] = [Self::NotFinite, Self::Silent, Self::Loud, Self::Short];

    /// The honest answer to `message`, with member `member_idx` spoiled.
    pub(crate) fn answer(self, message: &[u8], member_idx: usize) -> Answer {
        let Ok(request) = decode_request(message, &Limits::default()) else {
            return honest(message, 0);
        };
        let mut reply: Reply = latents(&request);
        if let Some(latent) = reply.latents.get_mut(member_idx) {
            self.spoil(latent);
        }
        Answer::Reply(pieces(&encode_reply(&reply)))
    }

    pub(crate) fn spoil(self, latent: &mut Vec<u8>) {
        match self {
            Self::NotFinite => latent.fill(0xff),
            Self::Silent => latent.fill(0),
            // 30,000 as a half.
            Self::Loud => latent.chunks_exact_mut(2).for_each(|half| {
                half.copy_from_slice(&0x7753_u16.to_le_bytes());
            }),
            Self::Short => latent.truncate(latent.len() - 2),
        }
    }
}

/// Plays A9, one attacker for each way of spoiling. The same user paints the same wish once per member; the adversary
/// guesses the member whose spoiling made the client act unlike the rest. It even hears what the client says.
pub fn selective_failure(
    client: &dyn Client,
    subjects: &[Subject],
    plan: Plan,
) -> Vec<AttackResult> {
    Spoiling::ALL.map(|spoiling| with_spoiling(client, subjects, plan, spoiling)).into()
}

fn with_spoiling(
    client: &dyn Client,
    subjects: &[Subject],
    plan: Plan,
    spoiling: Spoiling,
) -> AttackResult {
    let rng = &mut fastrand::Rng::with_seed(plan.seed);
    let mut guesses = Proportion::default();
    for trial in 0..plan.trials {
        let subject = &subjects[trial % subjects.len()];
        let Job { choice, .. } = draw(subject, rng);
        let reactions: Vec<_> = (0..subject.n_members())
            .map(|member_idx| {
                let job = Job { choice, ..draw(subject, rng) };
                let seen = play(client, &job, &mut |message: &[u8], _: usize| {
                    spoiling.answer(message, member_idx)
                });
                let sizes: Vec<usize> = seen.crossings.iter().map(size).collect();
                (sizes, seen.ending.said)
            })
            .collect();
        // The rarer a reaction, the likelier it is the one to the chosen member's spoiling.
        let rarity = |reaction| -(reactions.iter().filter(|r| *r == reaction).count() as f64);
        let scores: Vec<f64> = reactions.iter().map(rarity).collect();
        guesses.count(pick_best(&scores, rng) == choice);
    }
    AttackResult {
        attack: "A9",
        attacker: format!("reaction to a spoiled latent ({spoiling:?})").to_lowercase(),
        n_members: subjects[0].n_members(),
        guesses,
        measured: None,
    }
}

/// Kind and size; the seed makes the bytes differ from job to job.
fn size(crossing: &crate::audit::line::Crossing) -> usize {
    use crate::audit::line::Crossing;
    match crossing {
        Crossing::Sent(bytes) => 4 * bytes.len(),
        Crossing::Took(n_bytes) => 4 * n_bytes + 1,
        Crossing::End => 2,
        Crossing::Closed => 3,
    }
}
