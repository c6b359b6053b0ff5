//! From a drawing to pixels.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, ImageKind, Options, Tree};

use super::{check_definitions, depth, fonts, unreadable};
use crate::{Dimensions, ImageError, ImageFormat, Layout, Raster, codec};

/// Pixels of one picture inside of a drawing, and of all of them together; larger ones are left out.
const INNER_PIXELS_MAX: u64 = 16_000_000;

/// Pictures inside of one drawing; further ones are left out.
const INNER_PICTURES_MAX: usize = 64;

/// Draws at exactly this size, transparent where nothing is drawn.
pub(super) fn draw(text: &str, size: Dimensions) -> Result<Raster, ImageError> {
    check_definitions(text)?;
    depth::check(text)?;
    let tree = Tree::from_str(text, &options()).map_err(unreadable)?;
    let mut pixmap =
        Pixmap::new(size.width_px, size.height_px).ok_or_else(|| unreadable("it has no size"))?;
    let scale = Transform::from_scale(
        size.width_px as f32 / tree.size().width(),
        size.height_px as f32 / tree.size().height(),
    );
    resvg::render(&tree, scale, &mut pixmap.as_mut());
    Raster::from_samples(size, Layout::Rgba, pixmap.take_demultiplied())
        .ok_or_else(|| unreadable("it was drawn at another size"))
}

fn options() -> Options<'static> {
    let budget = Arc::new(std::sync::Mutex::new((INNER_PICTURES_MAX, INNER_PIXELS_MAX)));
    Options {
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(move |_mime, data, _options| inner_picture(data, &budget)),
            // Whatever is elsewhere, on a disk or in a network, stays there.
            resolve_string: Box::new(|_href, _options| None),
        },
        font_resolver: fonts::resolver(),
        fontdb: fonts::database(),
        ..Options::default()
    }
}

/// A picture that is part of the drawing itself, where its header promises no more pixels than are left.
fn inner_picture(data: Arc<Vec<u8>>, budget: &std::sync::Mutex<(usize, u64)>) -> Option<ImageKind> {
    let format = ImageFormat::detect(&data)?;
    let pixels = codec::for_format(format)?.probe(&data).ok()?.dimensions.pixels();
    let mut left = budget.lock().ok()?;
    if left.0 == 0 || pixels > left.1 {
        return None;
    }
    *left = (left.0 - 1, left.1 - pixels);
    match format {
        ImageFormat::Jpeg => Some(ImageKind::JPEG(data)),
        ImageFormat::Png => Some(ImageKind::PNG(data)),
        ImageFormat::Gif => Some(ImageKind::GIF(data)),
        ImageFormat::WebP => Some(ImageKind::WEBP(data)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::draw;
    use crate::Dimensions;

    fn pixel(drawing: &str, x: usize, y: usize) -> [u8; 4] {
        let raster = draw(drawing, Dimensions { width_px: 10, height_px: 10 }).unwrap();
        let at = (y * 10 + x) * 4;
        raster.samples()[at..at + 4].try_into().unwrap()
    }

    #[test]
    fn shapes_are_drawn_at_the_size_asked_for() {
        let drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='100' height='100'>\
                       <rect width='50' height='100' fill='#ff0000'/></svg>";
        assert_eq!(pixel(drawing, 2, 5), [255, 0, 0, 255]);
        assert_eq!(pixel(drawing, 7, 5), [0, 0, 0, 0]);
    }

    #[test]
    fn text_is_drawn_in_the_embedded_fonts() {
        for (text, family) in [("M", "Arial"), ("中", "serif"), ("M", "sans-serif")] {
            let drawing = format!(
                "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'><text x='0' y='9' font-size='10' \
                 font-family='{family}'>{text}</text></svg>"
            );
            let raster = draw(&drawing, Dimensions { width_px: 10, height_px: 10 }).unwrap();
            let covered = raster.samples().chunks_exact(4).filter(|pixel| pixel[3] > 64).count();
            assert!((4..80).contains(&covered), "{text}: {covered}");
        }
    }

    #[test]
    fn nothing_outside_is_read() {
        let folder = env!("CARGO_MANIFEST_DIR");
        let path = format!("{folder}/../../testdata/images/red_64x64.png");
        assert!(std::path::Path::new(&path).exists());
        for href in [path.as_str(), "file:///etc/hostname", "http://127.0.0.1:9/a.png"] {
            let drawing = format!(
                "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='10' \
                 height='10'><image xlink:href='{href}' width='10' height='10'/></svg>"
            );
            assert_eq!(pixel(&drawing, 5, 5), [0, 0, 0, 0], "{href}");
        }
    }

    #[test]
    fn definitions_and_endless_references_end() {
        let bomb = "<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>";
        assert!(draw(bomb, Dimensions { width_px: 9, height_px: 9 }).is_err());
        let mut drawing =
            "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><defs><g id='g0'><rect \
                           width='1' height='1'/></g>"
                .to_owned();
        for level in 1..40 {
            let below = level - 1;
            drawing.push_str(&format!("<g id='g{level}'><use href='#g{below}'/><use href='#g{below}'/></g>"));
        }
        drawing.push_str("</defs><use href='#g39'/></svg>");
        assert!(draw(&drawing, Dimensions { width_px: 9, height_px: 9 }).is_err());
    }
}
