//! The server over loopback sockets, with the device's own client on the other end.

mod canary;
mod catalogues;
mod killed;
mod lifecycle;
mod network;
mod plain_http;
mod refusals;
mod socks;
mod wire;
mod world;
