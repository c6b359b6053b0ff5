//! `imageInspect`: data that is no part of the picture behind whose end it hides. Source: spec/ci/info.md, 5.

use crate::{ImageFormat, SourceImage};

/// Fewer bytes behind a picture are padding or the mark of some tool: this is the length of one MPEG-TS packet.
const FOREIGN_BYTES_MIN: usize = 188;

/// Bytes of an MPEG-TS packet, each of which begins with [`PACKET_SYNC`].
const PACKET_BYTES: usize = 188;
const PACKET_SYNC: u8 = 0x47;
/// Packets in a row that prove a stream.
const PACKETS_MIN: usize = 3;

/// First bytes of what is hidden most often.
const SIGNATURES: [(&[u8], &str); 4] =
    [(b"PK\x03\x04", "ZIP"), (b"Rar!\x1A\x07", "RAR"), (b"%PDF-", "PDF"), (b"\x7FELF", "ELF")];

/// The answer of `imageInspect`: where foreign data begins and ends, and what it looks like.
pub fn foreign_data_json(source: &SourceImage) -> String {
    let bytes = source.bytes();
    let end = source.codec().end(bytes).unwrap_or(bytes.len());
    let foreign = bytes.get(end..).filter(|foreign| foreign.len() >= FOREIGN_BYTES_MIN);
    let (begin, last, size, kind) = match foreign {
        Some(foreign) => (end, bytes.len() - 1, foreign.len(), kind_of(foreign)),
        None => (0, 0, 0, ""),
    };
    format!(
        "{{\"picSize\":{},\"picType\":\"{}\",\"suspicious\":{},\"suspiciousBeginByte\":{begin},\
         \"suspiciousEndByte\":{last},\"suspiciousSize\":{size},\"suspiciousType\":\"{kind}\"}}",
        bytes.len(),
        name_of(source.header().format),
        foreign.is_some(),
    )
}

fn name_of(format: ImageFormat) -> String {
    format.name().to_ascii_uppercase()
}

fn kind_of(foreign: &[u8]) -> &'static str {
    if let Some((_, kind)) = SIGNATURES.iter().find(|(signature, _)| foreign.starts_with(signature)) {
        kind
    } else if foreign.get(4..8) == Some(b"ftyp") {
        "MP4"
    } else if is_transport_stream(foreign) {
        "MPEG-TS"
    } else {
        "Unknown"
    }
}

/// Whether packets follow one another, the first of which may be cut.
fn is_transport_stream(bytes: &[u8]) -> bool {
    (0..PACKET_BYTES).any(|first| {
        let mut packets = (first..).step_by(PACKET_BYTES).take(PACKETS_MIN);
        packets.all(|packet| bytes.get(packet) == Some(&PACKET_SYNC))
    })
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::foreign_data_json;
    use crate::{Limits, SourceImage};

    const CLEAN: &str = "\"suspicious\":false,\"suspiciousBeginByte\":0,\"suspiciousEndByte\":0,\
                         \"suspiciousSize\":0,\"suspiciousType\":\"\"}";

    fn fixture(name: &str) -> Vec<u8> {
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/images").join(name)).unwrap()
    }

    fn inspect(bytes: Vec<u8>) -> String {
        foreign_data_json(&SourceImage::probe(bytes.into(), &Limits::default()).unwrap())
    }

    /// One of each format whose end can be told.
    const FILES: [&str; 7] = [
        "land_640x427.jpg",
        "progressive_320x240.jpg",
        "small_100x60.png",
        "gif_200x100_12.gif",
        "photo_320x240.webp",
        "webpa_120x80_5.webp",
        "photo_160x120.bmp",
    ];

    #[test]
    fn pictures_alone_are_clean() {
        for name in FILES.into_iter().chain(["photo_160x120.tiff", "photo_160x120.avif", "metadata.jpg"]) {
            let answer = inspect(fixture(name));
            assert!(answer.ends_with(CLEAN), "{name}: {answer}");
        }
    }

    #[test]
    fn what_follows_is_found_to_its_last_byte() {
        for name in FILES {
            let picture = fixture(name);
            let begin = picture.len();
            let zip = [b"PK\x03\x04".as_slice(), &[7; 300]].concat();
            let answer = inspect([picture, zip].concat());
            let expected = format!(
                "\"suspicious\":true,\"suspiciousBeginByte\":{begin},\"suspiciousEndByte\":{},\
                 \"suspiciousSize\":304,\"suspiciousType\":\"ZIP\"}}",
                begin + 303
            );
            assert!(answer.ends_with(&expected), "{name}: {answer}");
        }
    }

    #[test]
    fn kinds_are_told_apart() {
        let packet = [&[0x47][..], &[0; 187]].concat();
        let cases: [(Vec<u8>, &str); 6] = [
            (packet.repeat(3), "MPEG-TS"),
            ([vec![1; 20], packet.repeat(4)].concat(), "MPEG-TS"),
            ([b"\0\0\0\x18ftypmp42".as_slice(), &[0; 300]].concat(), "MP4"),
            ([b"%PDF-1.7".as_slice(), &[9; 300]].concat(), "PDF"),
            ([b"\x7FELF".as_slice(), &[9; 300]].concat(), "ELF"),
            (vec![9; 188], "Unknown"),
        ];
        for (foreign, kind) in cases {
            let answer = inspect([fixture("small_100x60.png"), foreign].concat());
            assert!(answer.ends_with(&format!("\"suspiciousType\":\"{kind}\"}}")), "{answer}");
        }
    }

    #[test]
    fn a_little_padding_and_a_second_picture_are_no_secret() {
        let padded = [fixture("small_100x60.png"), vec![0; 187]].concat();
        assert!(inspect(padded).ends_with(CLEAN));
        let twice = [fixture("land_640x427.jpg"), fixture("land_640x427.jpg")].concat();
        assert!(inspect(twice).ends_with(CLEAN));
    }
}
