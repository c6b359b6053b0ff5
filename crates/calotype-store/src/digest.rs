//! MD5, which every entity tag is made of and which is most of the cost of storing an object.
//!
//! The assembly of `fast-md5` takes about two thirds of the time of `md-5`, but it is young: before its first use it is
//! held against `md-5` over every block boundary, and a build on which the two differ uses `md-5`.

use std::sync::LazyLock;

use md5::Digest;
use md5::digest::common::hazmat::SerializableState;

/// An MD5 that takes its input piece by piece.
pub struct Md5(Engine);

enum Engine {
    Fast(fast_md5::Md5),
    Plain(md5::Md5),
}

static FAST_IS_RIGHT: LazyLock<bool> = LazyLock::new(|| {
    let right = fast_agrees_with_plain();
    if !right {
        tracing::warn!("fast-md5 computes wrong digests on this machine; md-5 is used instead");
    }
    right
});

impl Md5 {
    /// An MD5 over nothing yet.
    pub fn new() -> Self {
        if *FAST_IS_RIGHT {
            Self(Engine::Fast(fast_md5::Md5::new()))
        } else {
            Self(Engine::Plain(md5::Md5::new()))
        }
    }

    /// Appends `bytes`.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            Engine::Fast(md5) => md5.update(bytes),
            Engine::Plain(md5) => md5.update(bytes),
        }
    }

    /// The digest of everything appended.
    pub fn finish(self) -> [u8; 16] {
        match self.0 {
            Engine::Fast(md5) => md5.finalize(),
            Engine::Plain(md5) => md5.finalize().into(),
        }
    }
}

/// An MD5 that can be put down as text and taken up again, for content that arrives over days.
#[derive(Clone, Default)]
pub(crate) struct ResumableMd5(md5::Md5);

impl ResumableMd5 {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of everything so far.
    pub(crate) fn digest(&self) -> [u8; 16] {
        self.0.clone().finalize().into()
    }

    /// The state as hex, to go on from.
    pub(crate) fn to_text(&self) -> String {
        self.0.serialize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Goes on from what [`Self::to_text`] said; none for anything else.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let digits = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
        let bytes: Option<Vec<u8>> =
            digits.map(|pair| pair.and_then(|pair| u8::from_str_radix(pair, 16).ok())).collect();
        let state = bytes?.as_slice().try_into().ok()?;
        md5::Md5::deserialize(&state).ok().map(Self)
    }
}

impl Default for Md5 {
    fn default() -> Self {
        Self::new()
    }
}

/// The MD5 of `bytes`.
pub fn md5(bytes: &[u8]) -> [u8; 16] {
    let mut md5 = Md5::new();
    md5.update(bytes);
    md5.finish()
}

/// A digest in lower-case hex.
pub(crate) fn hex(digest: &[u8; 16]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn fast_agrees_with_plain() -> bool {
    let input: Vec<u8> = (0..=260_u32).map(|i| (i * 31 % 251) as u8).collect();
    (0..=input.len()).all(|end| {
        let mut fast = fast_md5::Md5::new();
        let (head, tail) = input[..end].split_at(end / 3);
        fast.update(head);
        fast.update(tail);
        fast.finalize() == <[u8; 16]>::from(md5::Md5::digest(&input[..end]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_values_of_the_specification() {
        assert_eq!(hex(&md5(&vec![b'a'; 1 << 20])), "7202826a7791073fe2787f0c94603278");
        assert_eq!(hex(&md5(b"bcd")), "d4b7c284882ca9e208bb65e8abd5f4c8");
        assert_eq!(hex(&md5(b"")), "d41d8cd98f00b204e9800998ecf8427e");
    }

    #[test]
    fn a_digest_is_put_down_and_taken_up_at_any_byte() {
        let input: Vec<u8> = (0..200_u8).collect();
        for end in 0..=input.len() {
            let mut md5 = ResumableMd5::default();
            md5.update(&input[..end]);
            let mut again = ResumableMd5::from_text(&md5.to_text()).unwrap();
            again.update(&input[end..]);
            assert_eq!(again.digest(), super::md5(&input), "{end}");
        }
        for bad in ["", "zz", &"0".repeat(10)] {
            assert!(ResumableMd5::from_text(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn the_fast_engine_passes_its_self_test() {
        assert!(fast_agrees_with_plain());
    }
}
