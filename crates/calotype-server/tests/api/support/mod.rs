//! A service in memory on a free port, and a client that says exactly what it is told to.

mod client;
mod process;
mod server;

pub use client::{Reply, Request};
pub use process::ServiceProcess;
pub use server::{BUCKET, Bucket, KEY_PAIR, TestServer, key_pair};

/// Percent-encodes a key for a path, leaving slashes.
pub fn path_of(key: &str) -> String {
    format!("/{}", calotype_protocol::encoding::encode_path(key))
}

/// MD5 of `bytes` in lower-case hex.
pub fn md5_hex(bytes: &[u8]) -> String {
    use md5::Digest;
    md5::Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// MD5 of `bytes` as `Content-MD5` carries it.
pub fn content_md5(bytes: &[u8]) -> String {
    use md5::Digest;
    base64(md5::Md5::digest(bytes))
}

/// Bytes in Base64.
pub fn base64(bytes: impl AsRef<[u8]>) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Bytes that differ from place to place, the same in every run.
pub fn pattern(size_bytes: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = Vec::with_capacity(size_bytes + 8);
    while bytes.len() < size_bytes {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(size_bytes);
    bytes
}
