//! Reply heads as COS spells them: `ETag`, not `etag`, and a `Content-Length: 0` on 304.
//!
//! hyper writes header names in lower case and drops the length of a 304. Clients in Python look names up with
//! their case, and read a 304 without a length as a broken reply. So heads are put right on their way out, by
//! changing letters in place; only a 304 grows. Bodies never come here.

use crate::reply::SERVER_NAME;
use crate::request_id::RequestId;

/// Start of every final head hyper writes.
const STATUS_LINE: &[u8] = b"HTTP/1.";
const NOT_MODIFIED: &[u8] = b"304";
const END: &[u8] = b"\r\n\r\n";
/// The one name of the service with capitals.
const SSEC_MD5: &[u8] = b"x-cos-server-side-encryption-customer-key-md5";

/// Whether `bytes` begin with a reply head.
pub(super) fn is_head(bytes: &[u8]) -> bool {
    bytes.starts_with(STATUS_LINE)
}

/// Appends the head at the start of `bytes` to `out`, put right, and returns how many bytes of input that was.
///
/// - `bytes`: must start with a whole head; anything else is left alone, and the result is none.
pub(super) fn rewrite(bytes: &[u8], out: &mut Vec<u8>) -> Option<Head> {
    if !is_head(bytes) {
        return None;
    }
    let end = memchr::memmem::find(bytes, END)? + END.len();
    let start = out.len();
    out.extend_from_slice(bytes.get(..end)?);
    let status: [u8; 3] = bytes.get(9..12)?.try_into().ok()?;
    let has_length = respell(out.get_mut(start..)?);
    if status == NOT_MODIFIED && !has_length {
        out.truncate(out.len() - 2);
        out.extend_from_slice(b"Content-Length: 0\r\n\r\n");
    }
    Some(Head { size_bytes: end, is_final: status[0] != b'1' })
}

/// Adds what every reply bears to a head hyper wrote by itself, at the end of `out`.
pub(super) fn sign(out: &mut Vec<u8>) {
    let id = RequestId::next();
    out.truncate(out.len() - 2);
    let pairs =
        [("Server", SERVER_NAME), ("x-cos-request-id", id.header()), ("x-cos-trace-id", id.trace_header())];
    for (name, value) in pairs {
        out.extend_from_slice(&[name.as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    out.extend_from_slice(b"\r\n");
}

/// A head that was put right.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Its length before.
    pub(super) size_bytes: usize,
    /// Whether it is the reply itself, not `100 Continue`.
    pub(super) is_final: bool,
}

/// Gives every header name its spelling. Tells whether `Content-Length` is among them.
fn respell(head: &mut [u8]) -> bool {
    let mut has_length = false;
    let mut lines = head.split_mut(|byte| *byte == b'\n');
    lines.next();
    for line in lines {
        // Names that begin with `x-` are written as they should be, but for one; most names do.
        if line.starts_with(b"x-cos-") && !line.starts_with(SSEC_MD5) {
            continue;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, _value) = line.split_at_mut(colon);
        has_length |= name.eq_ignore_ascii_case(b"content-length");
        respell_name(name);
    }
    has_length
}

/// Standard names get capitals; names that begin with `x-` stay as the service writes them, in lower case.
fn respell_name(name: &mut [u8]) {
    match &*name {
        b"etag" => name.copy_from_slice(b"ETag"),
        b"content-md5" => name.copy_from_slice(b"Content-MD5"),
        SSEC_MD5 => {
            name.copy_from_slice(b"x-cos-server-side-encryption-customer-key-MD5");
        }
        [b'x', b'-', ..] => {}
        _ => {
            for word in name.split_mut(|byte| *byte == b'-') {
                if let Some(first) = word.first_mut() {
                    first.make_ascii_uppercase();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(head: &str) -> String {
        let mut out = Vec::new();
        let found = rewrite(head.as_bytes(), &mut out).unwrap();
        assert_eq!(found.size_bytes, head.len());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn names_get_the_case_clients_look_for() {
        let head = "HTTP/1.1 200 OK\r\netag: \"etag: x\"\r\nlast-modified: d\r\nx-cos-request-id: 1\r\n\
                    x-cos-server-side-encryption-customer-key-md5: k\r\ncontent-md5: m\r\n\r\n";
        let expected = "HTTP/1.1 200 OK\r\nETag: \"etag: x\"\r\nLast-Modified: d\r\nx-cos-request-id: 1\r\n\
                        x-cos-server-side-encryption-customer-key-MD5: k\r\nContent-MD5: m\r\n\r\n";
        assert_eq!(rewritten(head), expected);
    }

    #[test]
    fn not_modified_has_a_length_of_zero_once() {
        let head = "HTTP/1.1 304 Not Modified\r\netag: \"x\"\r\n\r\n";
        let expected = "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(rewritten(head), expected);
        let whole = "HTTP/1.1 304 Not Modified\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(rewritten(whole), "HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n");
    }

    #[test]
    fn only_whole_heads_are_touched() {
        let mut out = Vec::new();
        assert_eq!(rewrite(b"etag: x\r\n\r\n", &mut out), None);
        assert_eq!(rewrite(b"HTTP/1.1 200 OK\r\netag: x\r\n", &mut out), None);
        assert!(out.is_empty());
        let informational = rewrite(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 2", &mut out).unwrap();
        assert_eq!(informational, Head { size_bytes: 25, is_final: false });
    }
}
