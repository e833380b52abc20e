//! The network of a simulation: what becomes of an answer on its way. A sealed way (TLS) turns every change of bytes
//! or order into a broken connection; a plain one hands it on.

use std::time::Duration;

use serde::Serialize;

use super::cloud::Spoken;
use obclip_client::End;

/// How the two ends are connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Way {
    /// Records with a number and a check, as TLS has them.
    Sealed,
    /// Bytes as they come; allowed to this machine itself only.
    Plain,
}

/// One thing that goes wrong with one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Fault {
    /// Nobody accepts the connection.
    Refused,
    /// The connection is made and nothing ever comes.
    Silence,
    /// Everything comes later.
    Delay(Duration),
    /// A few bytes a second.
    Slow,
    /// A part never comes, and those behind it wait for ever.
    Drop(usize),
    /// A part comes twice.
    Duplicate(usize),
    /// Two parts change places.
    Reorder(usize),
    /// A part is cut off in its middle, and the connection ends.
    Truncate(usize),
    /// A bit is flipped: part, bit.
    Corrupt(usize, usize),
    /// The server is killed before this part and stays away for the next tries' openings until it is back.
    Killed(usize, Duration),
    /// The stream ends in good order, but without the end of HTTP.
    EndWithoutStatus(usize),
}

/// The faults of all tries of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Weather {
    /// None.
    Calm,
    /// One for each try, or none.
    Rough(Vec<Option<Fault>>),
}

impl Weather {
    pub(super) fn draw(rng: &mut fastrand::Rng) -> Self {
        // Half of the later tries are undisturbed, so that many jobs end well.
        let fault = |idx: usize, rng: &mut fastrand::Rng| {
            (idx == 0 || rng.bool()).then(|| Fault::draw(rng))
        };
        Self::Rough((0..MOST_TRIES).map(|idx| fault(idx, rng)).collect())
    }

    pub(super) fn of_try(&self, try_idx: usize) -> Option<Fault> {
        match self {
            Self::Calm => None,
            Self::Rough(faults) => faults.get(try_idx).copied().flatten(),
        }
    }
}

impl Fault {
    fn draw(rng: &mut fastrand::Rng) -> Self {
        let part = rng.usize(..MOST_PARTS);
        let ms = |rng: &mut fastrand::Rng, most: u64| Duration::from_millis(rng.u64(..most));
        match rng.usize(..11) {
            0 => Self::Refused,
            1 => Self::Silence,
            // Up to twice the time of a try.
            2 => Self::Delay(ms(rng, 600_000)),
            3 => Self::Slow,
            4 => Self::Drop(part),
            5 => Self::Duplicate(part),
            6 => Self::Reorder(part),
            7 => Self::Truncate(part),
            8 => Self::Corrupt(part, rng.usize(..8192)),
            9 => Self::Killed(part, ms(rng, 60_000)),
            _ => Self::EndWithoutStatus(part),
        }
    }
}

/// What arrives at the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Arrival {
    Data(Vec<u8>),
    Ended(End),
    Broken,
}

/// What arrives, and how long after the opening. Without an end, nothing comes any more.
pub(super) type Schedule = Vec<(Duration, Arrival)>;

/// The answer after one fault, or none.
pub(super) fn deliver(spoken: Spoken, fault: Option<Fault>, way: Way) -> Schedule {
    let Spoken { parts, end } = spoken;
    let last = parts.last().map_or(Duration::ZERO, |(at, _)| *at);
    let mut schedule: Schedule =
        parts.into_iter().map(|(at, bytes)| (at + LATENCY, Arrival::Data(bytes))).collect();
    schedule.push((last + LATENCY, Arrival::Ended(end)));
    if let Some(fault) = fault {
        fault.strike(&mut schedule, way);
    }
    schedule
}

impl Fault {
    fn strike(self, schedule: &mut Schedule, way: Way) {
        let n_parts = schedule.len() - 1;
        let at = |part: usize| part % n_parts.max(1);
        match self {
            Self::Refused => *schedule = vec![(LATENCY, Arrival::Broken)],
            Self::Silence => schedule.clear(),
            Self::Delay(delay) => schedule.iter_mut().for_each(|(time, _)| *time += delay),
            Self::Slow => slow(schedule),
            Self::Drop(part) => schedule.truncate(at(part)),
            Self::Duplicate(part) => {
                let twin = schedule[at(part)].clone();
                schedule.insert(at(part), twin);
                noticed(schedule, at(part) + 1, way);
            }
            Self::Reorder(part) => {
                let (one, two) = (at(part), at(part + 1));
                let (first, second) = (schedule[one].0, schedule[two].0);
                schedule.swap(one, two);
                (schedule[one].0, schedule[two].0) = (first, second);
                if one != two {
                    noticed(schedule, one.min(two), way);
                }
            }
            Self::Truncate(part) => {
                schedule.truncate(at(part) + 1);
                if let Some((time, Arrival::Data(bytes))) = schedule.last_mut() {
                    bytes.truncate(bytes.len() / 2);
                    let time = *time;
                    schedule.push((time, Arrival::Broken));
                    noticed(schedule, at(part), way);
                }
            }
            Self::Corrupt(part, bit) => {
                if let Some((_, Arrival::Data(bytes))) = schedule.get_mut(at(part)) {
                    let bit = bit % (8 * bytes.len()).max(1);
                    bytes[bit / 8] ^= 1 << (bit % 8);
                }
                noticed(schedule, at(part), way);
            }
            Self::Killed(part, _) => {
                schedule.truncate(at(part));
                let time = schedule.last().map_or(LATENCY, |(time, _)| *time);
                schedule.push((time, Arrival::Broken));
            }
            Self::EndWithoutStatus(part) => {
                schedule.truncate(at(part));
                let time = schedule.last().map_or(LATENCY, |(time, _)| *time);
                schedule.push((time, Arrival::Ended(End { grpc_status: None, refusal: None })));
            }
        }
    }
}

/// A sealed way breaks at the first record that is not the next one, or not whole.
fn noticed(schedule: &mut Schedule, part: usize, way: Way) {
    if way == Way::Sealed {
        let time = schedule[part].0;
        schedule.truncate(part);
        schedule.push((time, Arrival::Broken));
    }
}

/// 500 bytes a second, in crumbs.
fn slow(schedule: &mut Schedule) {
    let mut crumbs = Schedule::new();
    let mut time = LATENCY;
    for (_, arrival) in schedule.drain(..) {
        match arrival {
            Arrival::Data(bytes) => {
                for crumb in bytes.chunks(100) {
                    time += Duration::from_millis(200);
                    crumbs.push((time, Arrival::Data(crumb.to_vec())));
                }
            }
            end => crumbs.push((time, end)),
        }
    }
    *schedule = crumbs;
}

/// One way.
pub(super) const LATENCY: Duration = Duration::from_millis(30);
/// The default policy's.
const MOST_TRIES: usize = 4;
/// More than a class of 30 has messages.
const MOST_PARTS: usize = 40;
