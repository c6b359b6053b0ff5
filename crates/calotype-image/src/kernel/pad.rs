//! A picture centred on a canvas. Spec: spec/ci/thumbnail.md, 3

use crate::{Color, Dimensions, Layout, Raster, Rect, kernel};

/// Centres the picture on an opaque canvas of one colour; margins are rounded down on the left and at the top. A side
/// longer than the canvas is cut off on both ends.
pub(crate) fn pad(source: &Raster, canvas: Dimensions, fill: Color) -> Raster {
    let visible = visible(source.dimensions(), canvas);
    if visible.size != source.dimensions() {
        return pad(&kernel::crop(source, visible), canvas, fill);
    }
    let left = (canvas.width_px - visible.size.width_px) as usize / 2;
    let top = (canvas.height_px - visible.size.height_px) as usize / 2;
    let channels = source.layout().channels();
    let mut samples = filled(canvas, source.layout(), fill);
    let canvas_row_bytes = canvas.width_px as usize * channels;
    let rows = samples.chunks_exact_mut(canvas_row_bytes).skip(top);
    for (row, content) in rows.zip(source.samples().chunks_exact(source.row_bytes())) {
        row[left * channels..][..content.len()].copy_from_slice(content);
    }
    Raster::from_samples(canvas, source.layout(), samples).expect("the canvas is filled")
}

/// The middle part of a picture that fits on the canvas.
fn visible(picture: Dimensions, canvas: Dimensions) -> Rect {
    let size = Dimensions {
        width_px: picture.width_px.min(canvas.width_px),
        height_px: picture.height_px.min(canvas.height_px),
    };
    Rect {
        left_px: (picture.width_px - size.width_px) / 2,
        top_px: (picture.height_px - size.height_px) / 2,
        size,
    }
}

fn filled(canvas: Dimensions, layout: Layout, fill: Color) -> Vec<u8> {
    let pixel = [fill.red, fill.green, fill.blue, 255];
    pixel[..layout.channels()].repeat(canvas.pixels() as usize)
}

#[cfg(test)]
mod tests {
    use super::pad;
    use crate::{Color, Dimensions, Layout, kernel::testing::painted};

    const RED: Color = Color { red: 255, green: 0, blue: 0 };

    #[test]
    fn odd_margins_are_wider_on_the_right() {
        let source = painted(2, 1, Layout::Rgba, |_, _, channel| if channel == 3 { 7 } else { 50 });
        let padded = pad(&source, Dimensions { width_px: 5, height_px: 2 }, RED);
        let inside = |x: u32, y| (1..3).contains(&x) && y == 0;
        let expected = painted(5, 2, Layout::Rgba, |x, y, channel| match (inside(x, y), channel) {
            (true, 3) => 7,
            (true, _) => 50,
            (false, 0 | 3) => 255,
            (false, _) => 0,
        });
        assert_eq!(padded, expected);
    }

    #[test]
    fn what_is_too_large_is_cut_off_on_both_ends() {
        let source = painted(6, 1, Layout::Rgb, |x, _, _| x as u8);
        let padded = pad(&source, Dimensions { width_px: 2, height_px: 1 }, RED);
        assert_eq!(padded, painted(2, 1, Layout::Rgb, |x, _, _| x as u8 + 2));
    }
}
