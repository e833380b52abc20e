//! The device's way to a cloud on the network.
//!
//! [`Exchange`] is one job as a state machine without sockets and clocks: what came and when goes in, what to do next
//! comes out. Everything an observer of the network can see follows from it, so its tests are the tests of that.
//! [`NetworkCloud`] does what it says with TCP, TLS 1.3 and HTTP/2, one fresh connection per try.
//!
//! What leaves depends on the request's bytes, on the policy and on one random key; nothing here can name a choice.

mod address;
mod connection;
mod exchange;
mod grpc_frames;
mod inquiry;
mod network;
mod pins;
mod policy;
mod refusal_header;
mod reply_stream;
mod trust;

pub use address::{Address, AddressError, Proxy};
pub use connection::{ConnectError, Target, Token};
pub use exchange::{End, Exchange, Input, Instruction, RequestHead};
pub use grpc_frames::{BadFrame, GrpcFrames, frame};
pub use inquiry::{Answer, InquiryError, capabilities};
pub use network::{NetworkCloud, fresh_key};
pub use pins::{BadFingerprint, Fingerprint, PinFile};
pub use policy::Policy;
pub use trust::Trust;
