//! The service from outside: every request goes through a socket.

mod support;

mod acl;
mod addressing;
mod auth;
mod buckets;
mod copy;
mod delete;
mod errors;
mod get;
mod listing;
mod multipart;
mod put;
mod wire;
