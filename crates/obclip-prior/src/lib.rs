//! Residual inferability: what somebody who sees the class, and knows the language, believes of its
//! members. A perfect protocol leaves the posterior at this prior; it does not make it uniform.
//!
//! Everything here is a function of what the cloud sees. The crate does not link the device's, so
//! it cannot name the member that is meant.

mod associations;
mod posterior;
mod view;

pub use associations::{Associations, CORRELATE_NATS};
pub use posterior::Posterior;
pub use view::View;
