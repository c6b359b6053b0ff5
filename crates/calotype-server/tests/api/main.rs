//! The service from outside: every request goes through a socket.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod support;

mod acl;
mod addressing;
mod animate;
mod append;
mod archive;
mod auth;
mod buckets;
mod codes;
mod configuration;
mod copy;
mod cors;
mod delete;
mod drawings;
mod durability;
mod errors;
mod fuzz;
mod get;
mod image_errors;
mod info;
mod jobs;
mod labels;
mod lifecycle;
mod limits;
mod listing;
mod multipart;
mod object_lock;
mod on_the_fly;
mod operations;
mod persistent;
mod picture_settings;
mod pictures;
mod policy;
mod post;
mod processes;
mod put;
mod slim;
mod styles;
mod symlink;
mod tagging;
mod temporary_keys;
mod versions;
mod website;
mod wire;
