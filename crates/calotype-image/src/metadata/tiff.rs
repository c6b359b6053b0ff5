//! TIFF: profile and XMP are tags; the tags for people are copied into an Exif block of their own.

use std::io::Cursor;

use exif::{Context, Exif, Field, In, Reader, Tag, Value, experimental::Writer};

use super::{Metadata, exif::tag_bytes};

const TAG_XMP: u16 = 0x02BC;
const TAG_ICC: u16 = 0x8773;

/// Tags of the first directory that are about the picture and not about how this file stores it.
const DESCRIPTIVE: [Tag; 11] = [
    Tag::ImageDescription,
    Tag::Make,
    Tag::Model,
    Tag::Orientation,
    Tag::XResolution,
    Tag::YResolution,
    Tag::ResolutionUnit,
    Tag::Software,
    Tag::DateTime,
    Tag::Artist,
    Tag::Copyright,
];

/// Tags that alone are not worth a block.
const RESOLUTION: [Tag; 3] = [Tag::XResolution, Tag::YResolution, Tag::ResolutionUnit];

/// Bytes of a block in another container.
const EXIF_BYTES_MAX: usize = 65_000;

pub(super) fn read(bytes: &[u8]) -> Metadata {
    Metadata {
        exif: exif_block(bytes),
        icc: tag_bytes(bytes, TAG_ICC).map(<[u8]>::to_vec),
        xmp: tag_bytes(bytes, TAG_XMP).map(<[u8]>::to_vec),
    }
}

fn exif_block(bytes: &[u8]) -> Option<Vec<u8>> {
    let read = Reader::new().continue_on_error(true).read_raw(bytes.to_vec());
    let tags = read.or_else(|error| error.distill_partial_result(|_| ())).ok()?;
    let kept: Vec<&Field> =
        tags.fields().filter(|field| field.ifd_num == In::PRIMARY && is_kept(field.tag)).collect();
    if kept.iter().all(|field| RESOLUTION.contains(&field.tag)) {
        return None;
    }
    let mut writer = Writer::new();
    kept.into_iter().for_each(|field| writer.push_field(field));
    let mut block = Cursor::new(Vec::new());
    writer.write(&mut block, true).ok()?;
    Some(block.into_inner()).filter(|block| block.len() <= EXIF_BYTES_MAX)
}

/// Puts tags into a file of our own encoder, whose pixels are in strips.
pub(super) fn write(encoded: Vec<u8>, metadata: &Metadata) -> Vec<u8> {
    with_tags(&encoded, metadata).unwrap_or(encoded)
}

fn with_tags(encoded: &[u8], metadata: &Metadata) -> Option<Vec<u8>> {
    let structure = parse(encoded)?;
    let described = metadata.exif.as_deref().and_then(parse);
    let described = described.as_ref().map(kept).unwrap_or_default();
    let bytes_field = |tag, bytes: &Vec<u8>| Field {
        tag: Tag(Context::Tiff, tag),
        ifd_num: In::PRIMARY,
        value: Value::Byte(bytes.clone()),
    };
    let blocks = [(TAG_XMP, &metadata.xmp), (TAG_ICC, &metadata.icc)];
    let blocks: Vec<Field> = blocks
        .into_iter()
        .filter_map(|(tag, block)| block.as_ref().map(|block| bytes_field(tag, block)))
        .collect();

    let numbers = |tag| structure.get_field(tag, In::PRIMARY)?.value.iter_uint();
    let places = numbers(Tag::StripOffsets)?.zip(numbers(Tag::StripByteCounts)?);
    let strip =
        |(start, length): (u32, u32)| encoded.get(start as usize..start.checked_add(length)? as usize);
    let strips: Vec<&[u8]> = places.map(strip).collect::<Option<_>>()?;

    let mut writer = Writer::new();
    let replaced = |field: &&Field| described.iter().any(|other| other.tag == field.tag);
    structure.fields().filter(|field| !replaced(field)).for_each(|field| writer.push_field(field));
    described.iter().for_each(|field| writer.push_field(field));
    blocks.iter().for_each(|field| writer.push_field(field));
    writer.set_strips(&strips, In::PRIMARY);
    let mut file = Cursor::new(Vec::with_capacity(encoded.len() + 4096));
    writer.write(&mut file, true).ok()?;
    Some(file.into_inner())
}

fn parse(block: &[u8]) -> Option<Exif> {
    let read = Reader::new().continue_on_error(true).read_raw(block.to_vec());
    read.or_else(|error| error.distill_partial_result(|_| ())).ok()
}

/// The tags that go with a picture into another file.
fn kept(tags: &Exif) -> Vec<&Field> {
    tags.fields().filter(|field| field.ifd_num == In::PRIMARY && is_kept(field.tag)).collect()
}

fn is_kept(tag: Tag) -> bool {
    match tag.context() {
        Context::Tiff => DESCRIPTIVE.contains(&tag),
        // The places that a maker's note points to are of this file.
        Context::Exif => tag != Tag::MakerNote,
        Context::Gps => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::metadata::exif;

    #[test]
    fn tags_for_people_become_a_block() {
        let mut page = b"II*\0\x08\0\0\0\x03\0".to_vec();
        page.extend_from_slice(b"\0\x01\x03\0\x01\0\0\0\x09\0\0\0");
        page.extend_from_slice(b"\x10\x01\x02\0\x04\0\0\0Abc\0");
        page.extend_from_slice(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0");
        let block = read(&page).exif.unwrap();
        assert_eq!(exif::orientation(&block).map(|orientation| orientation.to_exif()), Some(6));
        assert!(block.windows(4).any(|window| window == b"Abc\0"));
        assert_eq!(crate::measure::exif::json_of_block(Some(&block)).matches("val").count(), 2);
        assert_eq!(read(b"II*\0\x08\0\0\0\0\0").exif, None);
    }
}
