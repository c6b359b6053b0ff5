//! JPEG: `APP1` holds Exif and XMP, a series of `APP2` the profile.

use super::{Metadata, exif_block};
use crate::{
    bytes_at::u16_be,
    jpeg_segments::{APP0, APP1, EXIF_PREFIX, SOI, segments},
};

const XMP_PREFIX: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const ICC_PREFIX: &[u8] = b"ICC_PROFILE\0";

const APP2: u8 = 0xE2;

/// Payload bytes of one segment: its length field counts itself.
const SEGMENT_BYTES_MAX: usize = 65_533;

pub(super) fn read(bytes: &[u8]) -> Metadata {
    let mut metadata = Metadata::default();
    let mut profile_parts = Vec::new();
    for (marker, payload) in segments(bytes) {
        if marker == APP1 && payload.starts_with(EXIF_PREFIX) && metadata.exif.is_none() {
            metadata.exif = exif_block(payload);
        } else if let Some(packet) = payload.strip_prefix(XMP_PREFIX).filter(|_| marker == APP1) {
            metadata.xmp.get_or_insert_with(|| packet.to_vec());
        } else if let Some(part) = payload.strip_prefix(ICC_PREFIX).filter(|_| marker == APP2) {
            profile_parts.push(part);
        }
    }
    metadata.icc = join_profile(profile_parts);
    metadata
}

/// Every part begins with its number, from 1, and their count. A profile with a missing part is dropped.
fn join_profile(mut parts: Vec<&[u8]>) -> Option<Vec<u8>> {
    parts.retain(|part| part.len() >= 2);
    parts.sort_by_key(|part| part[0]);
    parts.dedup_by_key(|part| part[0]);
    let complete = parts.iter().zip(1..).all(|(part, number)| usize::from(part[0]) == number);
    let count = usize::from(parts.first()?[1]);
    (complete && parts.len() == count).then(|| parts.iter().flat_map(|part| &part[2..]).copied().collect())
}

pub(super) fn write(mut encoded: Vec<u8>, metadata: &Metadata) -> Vec<u8> {
    let mut segments = Vec::new();
    if let Some(exif) = &metadata.exif {
        push_segment(&mut segments, APP1, &[EXIF_PREFIX, exif]);
    }
    if let Some(xmp) = &metadata.xmp {
        push_segment(&mut segments, APP1, &[XMP_PREFIX, xmp]);
    }
    if let Some(icc) = &metadata.icc {
        let parts: Vec<_> = icc.chunks(SEGMENT_BYTES_MAX - ICC_PREFIX.len() - 2).collect();
        if let Ok(count) = u8::try_from(parts.len()) {
            for (part, number) in parts.into_iter().zip(1..=count) {
                push_segment(&mut segments, APP2, &[ICC_PREFIX, &[number, count], part]);
            }
        }
    }
    if let Some(at) = end_of_first_segments(&encoded) {
        encoded.splice(at..at, segments);
    }
    encoded
}

fn push_segment(segments: &mut Vec<u8>, marker: u8, payload: &[&[u8]]) {
    let length = payload.iter().map(|part| part.len()).sum::<usize>();
    if length > SEGMENT_BYTES_MAX {
        return;
    }
    segments.extend_from_slice(&[0xFF, marker]);
    segments.extend_from_slice(&(length as u16 + 2).to_be_bytes());
    payload.iter().for_each(|part| segments.extend_from_slice(part));
}

/// New segments go behind `SOI` and the JFIF header, which has to be first.
fn end_of_first_segments(jpeg: &[u8]) -> Option<usize> {
    if !jpeg.starts_with(&[0xFF, SOI]) {
        return None;
    }
    let has_jfif = jpeg.get(2..4) == Some(&[0xFF, APP0]);
    let end = if has_jfif { 4 + usize::from(u16_be(jpeg, 4)?) } else { 2 };
    (end <= jpeg.len()).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::join_profile;

    #[test]
    fn a_profile_needs_all_of_its_parts() {
        assert_eq!(join_profile(vec![&[2, 2, 30], &[1, 2, 10, 20]]), Some(vec![10, 20, 30]));
        assert_eq!(join_profile(vec![&[2, 2, 30]]), None);
        assert_eq!(join_profile(vec![&[1, 2, 30]]), None);
        assert_eq!(join_profile(vec![&[1]]), None);
    }
}
