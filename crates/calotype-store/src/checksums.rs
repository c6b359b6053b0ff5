//! Both checksums of a body, taken in one pass.

use calotype_protocol::names::ETag;

use crate::crc64::Crc64;
use crate::digest::Md5;
use crate::error::StoreError;

/// Bytes hashed by one algorithm before the other has its turn, so that the second finds them in the cache.
const STEP_BYTES: usize = 64 * 1024;

/// What a body was, in three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checksums {
    /// MD5 of the body.
    pub md5: [u8; 16],
    /// CRC-64/XZ of the body.
    pub crc64: u64,
    /// Length of the body.
    pub size_bytes: u64,
}

impl Checksums {
    /// The checksums of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Hasher::default();
        hasher.update(bytes);
        hasher.finish()
    }

    /// The entity tag of content stored in one piece.
    pub fn etag(&self) -> ETag {
        ETag::from_md5(self.md5)
    }

    /// Refuses a body that is not the announced one.
    pub(crate) fn check(&self, announced_md5: Option<[u8; 16]>) -> Result<(), StoreError> {
        match announced_md5 {
            Some(announced) if announced != self.md5 => Err(StoreError::DigestMismatch {
                announced: crate::digest::hex(&announced),
                received: crate::digest::hex(&self.md5),
            }),
            _ => Ok(()),
        }
    }
}

/// Takes the checksums while a body passes by.
#[derive(Default)]
pub(crate) struct Hasher {
    md5: Md5,
    crc64: Crc64,
    size_bytes: u64,
}

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        if cfg!(not(feature = "unhashed")) {
            for step in bytes.chunks(STEP_BYTES) {
                self.md5.update(step);
                self.crc64.update(step);
            }
        }
        self.size_bytes += bytes.len() as u64;
    }

    pub(crate) fn finish(self) -> Checksums {
        Checksums { md5: self.md5.finish(), crc64: self.crc64.value(), size_bytes: self.size_bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pass_gives_both_checksums() {
        let body = vec![b'a'; 1 << 20];
        let checksums = Checksums::of(&body);
        assert_eq!(checksums.etag().as_str(), "7202826a7791073fe2787f0c94603278");
        assert_eq!((checksums.crc64, checksums.size_bytes), (6_701_094_182_323_390_671, 1 << 20));
        assert!(checksums.check(Some([0; 16])).is_err());
    }
}
