//! The line between device and cloud, seen by an adversary: properties that must hold exactly, attacks that must do no
//! better than chance, and timing.
//!
//! A [`Client`] paints one prompt over a [`Line`]; the adversary is whoever answers on that line and reads the
//! [`Crossing`]s. The real client is [`RealClient`]; the tests keep deliberately broken ones, which the same attacks
//! must catch.

// In suggested reading order.
mod client;
mod line;
mod stub;
mod subject;

mod attack;
mod dudect;
mod properties;
mod simulation;
mod statistics;

pub use attack::{AttackResult, Plan, Spoiling, bytes, intersection, selective_failure, traffic};
pub use client::{Client, Ending, Job, RealClient};
pub use dudect::{Contrast, Layer, TimingPlan, TimingResult, timing};
pub use line::{Answer, Answering, Crossing, Line, Piece, Tap, honest};
pub use properties::{PropertiesResult, Property, check_properties};
pub use simulation::{Choices, Failure, Fault, Lie, SimulationResult, Way, simulate, simulate_lie};
pub use statistics::{Proportion, Welch};
pub use stub::{Stub, device_model, settings, settings_by_plan};
pub use subject::{Mention, Subject};
