//! JPEG without a new generation: the same coefficients in progressive scans with tables of their own.

use bytes::Bytes;

use crate::{ImageError, codec};

pub(super) fn repack(file: &Bytes) -> Result<Bytes, ImageError> {
    codec::jpeg::repack(file).map(Bytes::from)
}
