use super::*;
use crate::{
    SizeLimit,
    codec::check::{encode as encode_with_defaults, fixture, raster, read, settings},
};

fn photo() -> Vec<u8> {
    fixture("land_640x427.jpg")
}

fn decode(bytes: &[u8], wish: DecodeWish) -> Result<Decoded, ImageError> {
    Jpeg.decode(bytes, &Jpeg.probe(bytes)?, wish)
}

#[test]
fn the_header_is_read_without_a_decoder() {
    let header = Jpeg.probe(&photo()).unwrap();
    assert_eq!(header.dimensions, Dimensions { width_px: 640, height_px: 427 });
    assert_eq!((header.quality, header.orientation, header.progressive), (Some(75), None, false));
    assert_eq!(header.bit_depth, 8);
    let turned = Jpeg.probe(&fixture("ori6_640x480.jpg")).unwrap();
    assert_eq!(turned.orientation, Some(crate::Orientation::Rotate90));
}

#[test]
fn the_smallest_scale_that_is_large_enough_is_decoded_and_tells_its_exact_extent() {
    let cases = [
        ((80, 53), 1, (80, 54)),
        ((81, 10), 2, (160, 107)),
        ((10, 107), 4, (320, 214)),
        ((321, 1), 8, (640, 427)),
    ];
    for ((width_px, height_px), eighths, (columns, rows)) in cases {
        let wish = DecodeWish::AtLeast(Dimensions { width_px, height_px });
        let decoded = decode(&photo(), wish).unwrap();
        let size = Dimensions { width_px: columns, height_px: rows };
        assert_eq!(decoded.raster.dimensions(), size);
        assert_eq!(Jpeg.decoded_dimensions(&Jpeg.probe(&photo()).unwrap(), wish), size);
        assert_eq!(decoded.extent, (f64::from(80 * eighths), 427.0 * f64::from(eighths) / 8.0));
    }
}

#[test]
fn quality_survives_a_round_trip() {
    let (_, picture) = read(&Jpeg, &photo());
    for quality in [1, 10, 37, 60, 75, 85, 89, 90, 95, 100] {
        let file = encode_at(&picture, &settings(ImageFormat::Jpeg), quality).unwrap();
        assert_eq!(Jpeg.probe(&file).unwrap().quality, Some(quality));
    }
    let lowest = encode_at(&picture, &settings(ImageFormat::Jpeg), 0).unwrap();
    assert_eq!(Jpeg.probe(&lowest).unwrap().quality, Some(1));
}

#[test]
fn colour_is_stored_whole_from_quality_90_on() {
    let (_, picture) = read(&Jpeg, &photo());
    let sampling = |quality| {
        let file = encode_at(&picture, &settings(ImageFormat::Jpeg), quality).unwrap();
        let frame = file.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
        file[frame + 11]
    };
    assert_eq!((sampling(89), sampling(90)), (0x22, 0x11));
}

#[test]
fn mogr_int_01_progressive_has_its_own_frame_marker() {
    let (_, picture) = read(&Jpeg, &photo());
    let progressive = OutputSettings { progressive: true, ..settings(ImageFormat::Jpeg) };
    let header = |settings| Jpeg.probe(&encode(&picture, settings).unwrap()).unwrap();
    assert!(header(&progressive).progressive);
    assert!(!header(&settings(ImageFormat::Jpeg)).progressive);
}

#[test]
fn optimising_saves_bytes_and_changes_no_pixel() {
    let (_, small) = read(&Jpeg, &photo());
    let large = raster(small.dimensions().width_px, Layout::Rgb, &small.samples().repeat(4));
    let plain = encode(&large, &settings(ImageFormat::Jpeg)).unwrap();
    let optimized =
        encode(&large, &OutputSettings { optimize: true, ..settings(ImageFormat::Jpeg) }).unwrap();
    assert!(optimized.len() < plain.len());
    assert_eq!(read(&Jpeg, &optimized).1, read(&Jpeg, &plain).1);
}

#[test]
fn mogr_fmt_31_cut_files_are_unreadable_unless_only_their_end_marker_is_missing() {
    let whole = photo();
    let markerless = &whole[..whole.len() - 2];
    assert_eq!(
        decode(markerless, DecodeWish::Full).unwrap().raster,
        decode(&whole, DecodeWish::Full).unwrap().raster
    );
    let progressive = OutputSettings { progressive: true, ..settings(ImageFormat::Jpeg) };
    let progressive = encode(&read(&Jpeg, &whole).1, &progressive).unwrap();
    for file in [&whole, &progressive] {
        for length in [file.len() / 8, file.len() / 2, file.len() * 9 / 10, file.len() - 40] {
            for wish in [DecodeWish::Full, DecodeWish::AtLeast(Dimensions { width_px: 9, height_px: 9 })] {
                let result = decode(&file[..length], wish);
                assert!(matches!(result, Err(ImageError::Unreadable { .. })), "{length} of {}", file.len());
            }
        }
    }
}

#[test]
fn garbage_behind_the_end_does_not_matter() {
    let with_garbage = [photo(), b"\xFF\xD8 and what a camera left".to_vec()].concat();
    assert_eq!(
        decode(&with_garbage, DecodeWish::Full).unwrap().raster,
        decode(&photo(), DecodeWish::Full).unwrap().raster
    );
}

#[test]
fn damaged_scans_never_crash_the_decoder() {
    let whole = photo();
    for step in 1..60 {
        let mut damaged = whole.clone();
        let at = 640 + step * 401;
        damaged[at] ^= 0x5A;
        damaged[at + 7] = 0xFF;
        let _ = decode(&damaged, DecodeWish::Full);
    }
}

#[test]
fn bombs_of_scans_are_refused() {
    let (_, picture) = read(&Jpeg, &photo());
    let progressive = OutputSettings { progressive: true, ..settings(ImageFormat::Jpeg) };
    let file = encode(&picture, &progressive).unwrap();
    let last_scan = file.windows(2).rposition(|pair| pair == [0xFF, 0xDA]).unwrap();
    let scan = &file[last_scan..file.len() - 2];
    let bomb = [&file[..file.len() - 2], &scan.repeat(400), &[0xFF, 0xD9]].concat();
    assert!(matches!(decode(&bomb, DecodeWish::Full), Err(ImageError::Unreadable { .. })));
}

#[test]
fn gray_and_ink_become_colour() {
    let (header, gray) = read(&Jpeg, &fixture("grayj_320x240.jpg"));
    assert_eq!(header.dimensions, Dimensions { width_px: 320, height_px: 240 });
    assert!(gray.samples().chunks_exact(3).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]));
    let (_, light) = read(&Jpeg, &fixture("cmyk_320x240.jpg"));
    assert_eq!(light.layout(), Layout::Rgb);
    let mean =
        light.samples().iter().map(|sample| u64::from(*sample)).sum::<u64>() / light.samples().len() as u64;
    assert!((40..216).contains(&mean), "inverted or empty: mean {mean}");
}

#[test]
fn pictures_come_back_nearly_as_they_went() {
    let picture = raster(16, Layout::Rgb, &[200, 90, 40].repeat(16 * 9));
    let (_, back) = read(&Jpeg, &encode_with_defaults(&Jpeg, ImageFormat::Jpeg, &picture));
    assert!(back.samples().iter().zip(picture.samples()).all(|(a, b)| a.abs_diff(*b) <= 4));
}

#[test]
fn a_size_limit_is_found_by_halving() {
    let (_, picture) = read(&Jpeg, &photo());
    let limit = SizeLimit { size_bytes_max: 12_000, or_original: false };
    let limited = OutputSettings { quality: 95, size_limit: Some(limit), ..settings(ImageFormat::Jpeg) };
    let file = encode(&picture, &limited).unwrap();
    let quality = Jpeg.probe(&file).unwrap().quality.unwrap();
    assert!(file.len() <= 12_000);
    assert!(encode_at(&picture, &limited, quality + 1).unwrap().len() > 12_000);
}
