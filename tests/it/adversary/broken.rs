//! Clients that leak, each in one way that has been proposed or built. The attacks must catch them.

use std::time::Duration;

use obclip_bench::audit::{Client, Ending, Job, Line, Piece};
use obclip_device::{Coins, Cover, Reading, Wish, build, seal};
use obclip_protocol::{Catalogue, LatentShape, Limits, PairId, Seed, decode_reply, read_frame};

use crate::world;

/// Sends the real text and some random others, in alphabetical order; new others every time.
pub(super) struct RandomDecoys {
    /// Texts in all.
    pub(super) n: usize,
}

/// Sends all texts, the real one first.
pub(super) struct RealFirst;

/// Sends the real request, shorter by as many bytes of padding as the choice.
pub(super) struct LeakyLength;

/// Reads no further than the latent it wants.
pub(super) struct EarlyStop;

/// Checks only the latent it wants, and asks again if that one is bad.
pub(super) struct Picky;

/// Hangs up later for later members.
pub(super) struct Slow;

const SHAPE: LatentShape = LatentShape { channels: 8, height: 8, width: 8 };

fn sealed(job: &Job<'_>) -> Vec<u8> {
    let Wish { prompt, .. } = world::wish(&job.subject.prompts[job.choice]);
    let reading = Reading::of(&prompt);
    let (catalogue, limits) = (Catalogue::v1(), Limits::default());
    let class = build(&reading.masked, &catalogue, Cover::Mentioned, limits.members)
        .expect("one person is under the cap");
    let options = obclip_bench::audit::settings(Cover::Mentioned).options;
    let (pair, seed) = (PairId([0; 32]), Seed(job.coins));
    let device_job = obclip_device::Job { options, pair, latent: SHAPE, seed, limits };
    let mut draws = Coins::from_key(job.coins);
    let sealed = seal(
        reading,
        &class,
        obclip_protocol::Template::default(),
        &catalogue,
        &device_job,
        &mut draws,
    );
    sealed.expect("the class seals").0.as_ref().to_vec()
}

fn take_all(line: &mut dyn Line) -> Vec<u8> {
    let mut reply = Vec::new();
    while let Some(piece) = line.take() {
        if let Piece::Reply(bytes) = piece {
            reply.extend(bytes);
        }
    }
    reply
}

fn silently() -> Ending {
    Ending { picture: None, said: Vec::new() }
}

impl Client for RandomDecoys {
    fn paint(&self, job: &Job<'_>, line: &mut dyn Line) -> Ending {
        let mut rng = fastrand::Rng::with_seed(u64::from_le_bytes(
            job.coins[..8].try_into().expect("eight bytes"),
        ));
        let mut others: Vec<usize> =
            (0..job.subject.n_members()).filter(|&idx| idx != job.choice).collect();
        rng.shuffle(&mut others);
        others.truncate(self.n - 1);
        others.push(job.choice);
        let mut texts: Vec<&str> =
            others.iter().map(|&idx| job.subject.prompts[idx].as_str()).collect();
        texts.sort_unstable();
        line.send(texts.join("\n").as_bytes());
        take_all(line);
        line.close();
        silently()
    }
}

impl Client for RealFirst {
    fn paint(&self, job: &Job<'_>, line: &mut dyn Line) -> Ending {
        let mut texts = job.subject.prompts.clone();
        let real = texts.remove(job.choice);
        texts.insert(0, real);
        line.send(texts.join("\n").as_bytes());
        take_all(line);
        line.close();
        silently()
    }
}

impl Client for LeakyLength {
    fn paint(&self, job: &Job<'_>, line: &mut dyn Line) -> Ending {
        let request = sealed(job);
        line.send(&request[..request.len() - job.choice]);
        take_all(line);
        line.close();
        silently()
    }
}

impl Client for EarlyStop {
    fn paint(&self, job: &Job<'_>, line: &mut dyn Line) -> Ending {
        line.send(&sealed(job));
        let frame = SHAPE.n_bytes() + 3;
        let mut reply = Vec::new();
        while reply.len() < (job.choice + 1) * frame + 16 {
            match line.take() {
                Some(Piece::Reply(bytes)) => reply.extend(bytes),
                _ => break,
            }
        }
        line.close();
        // Without the rest there is no telling whether the message is whole: the frame is cut out by its place.
        let start = reply.len().min(8 + job.choice * frame + 3);
        let own = &reply[start..reply.len().min(start + SHAPE.n_bytes())];
        let said = match read_frame(own, SHAPE) {
            Ok(_) => Vec::new(),
            Err(error) => vec![error.to_string()],
        };
        Ending { picture: None, said }
    }
}

impl Client for Picky {
    fn paint(&self, job: &Job<'_>, line: &mut dyn Line) -> Ending {
        for _attempt in 0..2 {
            line.send(&sealed(job));
            let reply = take_all(line);
            let own = decode_reply(&reply, SHAPE, job.subject.n_members())
                .and_then(|reply| read_frame(&reply.latents[job.choice], SHAPE));
            if own.is_ok() {
                break;
            }
        }
        line.close();
        silently()
    }
}

impl Client for Slow {
    fn paint(&self, job: &Job<'_>, line: &mut dyn Line) -> Ending {
        line.send(&sealed(job));
        take_all(line);
        std::thread::sleep(Duration::from_millis(4 * job.choice as u64));
        line.close();
        silently()
    }
}
