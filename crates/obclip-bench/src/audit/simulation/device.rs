//! The device of a simulation: the real client on virtual time, and what an observer of its line sees.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::time::Duration;

use obclip_client::{Exchange, Input, Instruction, Policy};
use obclip_device::{CloudError, Cover};
use obclip_protocol::{Catalogues, JobKey, LatentShape, Limits};

use super::network::{Arrival, Fault, LATENCY, deliver};
use super::{Cloud, Failure, World};
use crate::audit::client::{Ending, paint};
use crate::audit::stub;

/// What an observer between device and cloud sees, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sight {
    Opened(Duration),
    Sent(Vec<u8>),
    Closed(Duration),
}

/// One job, from its beginning to its end.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) picture: Option<u64>,
    pub(super) said: Vec<String>,
    pub(super) n_faults: usize,
    seen: Vec<Sight>,
    took: Duration,
}

impl Run {
    pub(super) fn n_tries(&self) -> usize {
        self.seen.iter().filter(|sight| matches!(sight, Sight::Opened(_))).count()
    }

    /// What is wrong with this run alone.
    pub(super) fn failures(&self) -> Vec<Failure> {
        let mut failures = Vec::new();
        if self.took > Policy::default().deadline() {
            failures.push(Failure::Hang);
        }
        let sent: Vec<_> =
            self.seen.iter().filter(|sight| matches!(sight, Sight::Sent(_))).collect();
        if sent.windows(2).any(|pair| pair[0] != pair[1]) {
            failures.push(Failure::UnequalTries);
        }
        failures
    }

    /// What differs between this run and that of another choice.
    pub(super) fn differences(&self, other: &Self) -> Vec<Failure> {
        let mut failures = Vec::new();
        if self.seen != other.seen || self.took != other.took {
            failures.push(Failure::Seen);
        }
        if self.said != other.said || self.picture.is_some() != other.picture.is_some() {
            failures.push(Failure::Said);
        }
        failures
    }
}

/// Paints with `choice` in the world as it is.
pub(super) fn run(world: &World<'_>, choice: usize) -> Run {
    let cloud = Simulated(RefCell::new(Line::new(world)));
    let prompt = &world.subject.prompts[choice];
    let settings = stub::settings(Cover::Mentioned);
    let Ending { picture, said } = paint(prompt, &cloud, &settings, world.coins);
    let Line { seen, now, n_faults, .. } = cloud.0.into_inner();
    Run { picture, said, n_faults, seen, took: now }
}

/// The client's exchange with the simulated network as its sockets.
struct Simulated<'a>(RefCell<Line<'a>>);

struct Line<'a> {
    world: &'a World<'a>,
    now: Duration,
    opened: Duration,
    arrivals: VecDeque<(Duration, Arrival)>,
    n_tries: usize,
    down_until: Duration,
    is_told: bool,
    is_open: bool,
    n_faults: usize,
    seen: Vec<Sight>,
}

impl obclip_device::Cloud for Simulated<'_> {
    fn denoise(
        &self,
        request: &[u8],
        on_step: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, CloudError> {
        let mut line = self.0.borrow_mut();
        let (key, policy) = (JobKey(line.world.key), Policy::default());
        let mut exchange =
            Exchange::new(request, SHAPE, &Limits::default(), &Catalogues::default(), policy, key)
                .expect("the device's own request");
        let mut instruction = exchange.start(line.now);
        let mut shown = None;
        loop {
            let arrival = match instruction {
                Instruction::Open { .. } => line.open(&exchange),
                Instruction::Listen { until } => line.listen(until),
                Instruction::Pause { until } => line.pause(until),
                Instruction::Finish(outcome) => {
                    line.close();
                    return outcome;
                }
            };
            let input = match &arrival {
                Happened::Time => Input::Time,
                Happened::Cancel => Input::Cancel,
                Happened::Arrival(Arrival::Data(bytes)) => Input::Data(bytes),
                Happened::Arrival(Arrival::Ended(end)) => Input::Ended(end.clone()),
                Happened::Arrival(Arrival::Broken) => Input::Broken,
            };
            instruction = exchange.step(line.now, input);
            if exchange.progress() != shown {
                shown = exchange.progress();
                let _ = shown.map(|(done, steps)| on_step(done, steps));
            }
        }
    }
}

/// What the client learns at a moment.
enum Happened {
    Time,
    Cancel,
    Arrival(Arrival),
}

impl<'a> Line<'a> {
    fn new(world: &'a World<'a>) -> Self {
        Self {
            world,
            now: Duration::ZERO,
            opened: Duration::ZERO,
            arrivals: VecDeque::new(),
            n_tries: 0,
            down_until: Duration::ZERO,
            is_told: false,
            is_open: false,
            n_faults: 0,
            seen: Vec::new(),
        }
    }

    fn open(&mut self, exchange: &Exchange) -> Happened {
        self.close();
        let fault = match self.now < self.down_until {
            true => Some(Fault::Refused),
            false => self.world.weather.of_try(self.n_tries),
        };
        self.n_tries += 1;
        self.n_faults += usize::from(fault.is_some());
        self.is_open = true;
        self.opened = self.now;
        self.seen.push(Sight::Opened(self.now));
        let (head, body) = (exchange.head(), exchange.body());
        let mut sent = format!("{head:?}").into_bytes();
        sent.extend(&body);
        self.seen.push(Sight::Sent(sent));
        let spoken = Cloud { lie: self.world.lie }.answer(&body);
        self.arrivals = deliver(spoken, fault, self.world.way).into();
        if let (Some(Fault::Killed(_, away)), Some((at, _))) = (fault, self.arrivals.back()) {
            self.down_until = self.now + *at + away;
        }
        Happened::Time
    }

    fn listen(&mut self, until: Duration) -> Happened {
        let next = self.arrivals.front().map(|(after, _)| self.opened + LATENCY + *after);
        match next {
            Some(at) if at <= until => match self.cancelled_by(at) {
                Some(happened) => happened,
                None => {
                    self.now = self.now.max(at);
                    let arrival = self.arrivals.pop_front().map(|(_, arrival)| arrival);
                    arrival.map_or(Happened::Time, Happened::Arrival)
                }
            },
            _ => self.wait(until),
        }
    }

    fn pause(&mut self, until: Duration) -> Happened {
        self.close();
        self.wait(until)
    }

    fn wait(&mut self, until: Duration) -> Happened {
        self.cancelled_by(until).unwrap_or_else(|| {
            self.now = until;
            Happened::Time
        })
    }

    /// The user's wish to stop, if it comes before `at`.
    fn cancelled_by(&mut self, at: Duration) -> Option<Happened> {
        let cancel_at = self.world.cancel_at.filter(|cancel| *cancel <= at && !self.is_told)?;
        self.is_told = true;
        self.now = self.now.max(cancel_at);
        Some(Happened::Cancel)
    }

    fn close(&mut self) {
        if std::mem::take(&mut self.is_open) {
            self.seen.push(Sight::Closed(self.now));
        }
    }
}

/// The stub job's.
const SHAPE: LatentShape = LatentShape { channels: 8, height: 8, width: 8 };
