//! Puts the boxes that turn a picture into a file of our own encoder, which has none.

use std::ops::Range;

use super::boxes::boxes;
use crate::{
    Orientation,
    bytes_at::{u16_be, u32_be},
};

/// Bytes of a box's size and code, and of those with version and flags.
const HEAD_BYTES: usize = 8;
const FULL_HEAD_BYTES: usize = 12;

/// The file with its picture turned; `None` where it is not laid out as our encoder does.
pub(super) fn with_orientation(file: &[u8], orientation: Orientation) -> Option<Vec<u8>> {
    let properties = properties(orientation);
    let meta = find(file, 0..file.len(), b"meta")?;
    let inside = meta.start + FULL_HEAD_BYTES..meta.end;
    let (places, primary) = (find(file, inside.clone(), b"iloc")?, find(file, inside.clone(), b"pitm")?);
    let shared = find(file, inside, b"iprp")?;
    let list = find(file, shared.start + HEAD_BYTES..shared.end, b"ipco")?;
    let links = find(file, shared.start + HEAD_BYTES..shared.end, b"ipma")?;

    let first = boxes(&file[list.start + HEAD_BYTES..list.end]).count() + 1;
    let primary = u16_be(file, primary.start + FULL_HEAD_BYTES)?;
    let link = find_link(file, &links, primary)?;
    // The highest bit marks a property that readers must know.
    let indexes: Vec<u8> = (first..first + properties.len()).map(|index| 0x80 | index as u8).collect();
    let properties = properties.concat();

    let mut turned = file.to_vec();
    shift_places(&mut turned, &places, (properties.len() + indexes.len()) as u32)?;
    turned[link.start] += indexes.len() as u8;
    for (grown, by) in [
        (&meta, properties.len() + indexes.len()),
        (&shared, properties.len() + indexes.len()),
        (&list, properties.len()),
        (&links, indexes.len()),
    ] {
        let size = u32_be(&turned, grown.start)?.checked_add(by as u32)?;
        turned[grown.start..grown.start + 4].copy_from_slice(&size.to_be_bytes());
    }
    // From back to front, so that the first place stays right.
    let mut pieces = [(list.end, properties), (link.end, indexes)];
    pieces.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    for (at, piece) in pieces {
        turned.splice(at..at, piece);
    }
    Some(turned)
}

/// A turn against the clock, then a mirror. Source: ISO/IEC 23008-12, 6.5.10 and 6.5.12.
fn properties(orientation: Orientation) -> Vec<Vec<u8>> {
    let turn = |quarters: u8| [&b"\0\0\0\x09irot"[..], &[quarters]].concat();
    let mirror = |axis: u8| [&b"\0\0\0\x09imir"[..], &[axis]].concat();
    match orientation {
        Orientation::Upright => vec![],
        Orientation::FlipHorizontal => vec![mirror(1)],
        Orientation::Rotate180 => vec![turn(2)],
        Orientation::FlipVertical => vec![mirror(0)],
        Orientation::Transpose => vec![turn(1), mirror(0)],
        Orientation::Rotate90 => vec![turn(3)],
        Orientation::Transverse => vec![turn(3), mirror(0)],
        Orientation::Rotate270 => vec![turn(1)],
    }
}

/// The whole of the first box with this code.
fn find(file: &[u8], within: Range<usize>, code: &[u8; 4]) -> Option<Range<usize>> {
    let mut at = within.start;
    while at + HEAD_BYTES <= within.end {
        let end = at.checked_add(u32_be(file, at)? as usize)?;
        if end < at + HEAD_BYTES || end > within.end {
            return None;
        }
        if file.get(at + 4..at + 8)? == code {
            return Some(at..end);
        }
        at = end;
    }
    None
}

/// From the number of properties of an item to the end of their indexes, which are of one byte.
fn find_link(file: &[u8], links: &Range<usize>, item: u16) -> Option<Range<usize>> {
    if u32_be(file, links.start + HEAD_BYTES)? != 0 {
        return None;
    }
    let mut at = links.start + FULL_HEAD_BYTES + 4;
    for _ in 0..u32_be(file, links.start + FULL_HEAD_BYTES)? {
        let (id, count) = (u16_be(file, at)?, usize::from(*file.get(at + 2)?));
        let link = at + 2..at + 3 + count;
        if id == item {
            return Some(link);
        }
        at = link.end;
    }
    None
}

/// Moves the places of all items, which are counted from the start of the file.
fn shift_places(file: &mut [u8], places: &Range<usize>, by: u32) -> Option<()> {
    // Version 0 with offsets and lengths of four bytes and no base.
    if u32_be(file, places.start + HEAD_BYTES)? != 0
        || u16_be(file, places.start + FULL_HEAD_BYTES)? != 0x4400
    {
        return None;
    }
    let mut at = places.start + FULL_HEAD_BYTES + 4;
    for _ in 0..u16_be(file, places.start + FULL_HEAD_BYTES + 2)? {
        let extents = u16_be(file, at + 4)?;
        at += 6;
        for _ in 0..extents {
            let offset = u32_be(file, at)?.checked_add(by)?;
            file.get_mut(at..at + 4)?.copy_from_slice(&offset.to_be_bytes());
            at += 8;
        }
    }
    Some(())
}
