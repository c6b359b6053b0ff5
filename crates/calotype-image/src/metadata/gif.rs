//! GIF: an application extension whose data is the bare packet. A reader that takes it for sub-blocks is led to its end
//! by the trailer behind it, whichever byte it stumbles upon.

use super::Metadata;

/// Introducer, label, size of the name, and the name.
const HEAD: &[u8] = b"\x21\xFF\x0BXMP DataXMP";

/// First bytes of the trailer: 1, then 255 down to 0, then the end of the series.
const TRAILER_START: [u8; 4] = [1, 255, 254, 253];

/// Screen descriptor, in front of which nothing can be added.
const SCREEN_BYTES: usize = 13;

pub(super) fn read(bytes: &[u8]) -> Metadata {
    Metadata { xmp: packet(bytes).map(<[u8]>::to_vec), ..Metadata::default() }
}

fn packet(gif: &[u8]) -> Option<&[u8]> {
    let start = gif.windows(HEAD.len()).position(|window| window == HEAD)? + HEAD.len();
    let rest = &gif[start..];
    let end = rest.windows(TRAILER_START.len()).position(|window| window == TRAILER_START)?;
    Some(&rest[..end])
}

pub(super) fn write(mut encoded: Vec<u8>, metadata: &Metadata) -> Vec<u8> {
    let (Some(xmp), Some(flags)) = (&metadata.xmp, encoded.get(10)) else { return encoded };
    let table_bytes = if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let at = SCREEN_BYTES + table_bytes;
    if at <= encoded.len() {
        let trailer = std::iter::once(1).chain((0..=255).rev()).chain([0]);
        let extension: Vec<u8> = HEAD.iter().chain(xmp).copied().chain(trailer).collect();
        encoded.splice(at..at, extension);
    }
    encoded
}
