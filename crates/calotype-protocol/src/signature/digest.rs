//! The two hashes of the signature, as hex text.

use hmac::{Hmac, KeyInit, Mac};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// `HMAC-SHA1` in lower-case hex: COS uses the hex text, not the digest, as the next key.
pub(super) fn hmac_sha1(key: &[u8], message: &[u8]) -> String {
    hex(&keyed(key, message).finalize().into_bytes())
}

/// `HMAC-SHA1` as bytes, which clients use by mistake.
pub(super) fn hmac_sha1_bytes(key: &[u8], message: &[u8]) -> Vec<u8> {
    keyed(key, message).finalize().into_bytes().to_vec()
}

/// Whether `received` is the plain `HMAC-SHA1` of a message.
pub(super) fn is_hmac_sha1(key: &[u8], message: &[u8], received: &[u8]) -> bool {
    keyed(key, message).finalize().into_bytes().ct_eq(received).into()
}

fn keyed(key: &[u8], message: &[u8]) -> Hmac<Sha1> {
    let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac
}

pub(super) fn sha1(message: &[u8]) -> String {
    hex(&Sha1::digest(message))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Compares without telling by its duration how much was right.
pub(super) fn same_signature(expected: &str, received: &str) -> bool {
    expected.as_bytes().ct_eq(received.as_bytes()).into()
}
