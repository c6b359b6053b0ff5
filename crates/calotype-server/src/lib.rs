//! The service: where the wire, the store and the pictures meet.
//!
//! [`Server::bind`] opens the port, [`Server::serve`] answers until it is told to stop. A request goes through
//! `dispatch`, which finds out what is asked, by whom, and whether they may, and hands it to its handler in `endpoint`.

mod access;
mod app;
mod auth;
mod bucket_settings;
mod config;
mod cors;
mod credentials;
mod dispatch;
mod domains;
mod endpoint;
mod error;
mod form;
mod jobs;
mod kept;
mod lifecycle;
mod picture_settings;
mod processing;
mod reply;
mod request_id;
mod server;
mod throttle;
mod wire;

pub use app::Clock;
/// What a service is bound to, so that whoever starts one needs no crate besides this.
pub use calotype_store::{ObjectStore, StoreConfig};
pub use config::{ConfigError, RequestLimits, ServerConfig};
pub use credentials::{AccountConfig, KeyFile, KeyFileError, KeyPair, StoredKey};
pub use jobs::JobsConfig;
pub use lifecycle::{Lifecycle, LifecycleConfig, LifecycleProgress, Scanned};
pub use processing::workers::WorkersConfig;
pub use processing::{LimitsConfig, PicturesConfig};
pub use server::{BindError, Server};
pub use wire::WireConfig;
