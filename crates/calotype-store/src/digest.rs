//! MD5, which every entity tag is made of and which is most of the cost of storing an object.
//!
//! The assembly of `fast-md5` takes about two thirds of the time of `md-5`, but it is young: before its first use it is
//! held against `md-5` over every block boundary, and a build on which the two differ uses `md-5`.

use std::sync::LazyLock;

use md5::Digest;

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
    fn the_fast_engine_passes_its_self_test() {
        assert!(fast_agrees_with_plain());
    }
}
