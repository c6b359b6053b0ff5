//! Where a part of the source is after some steps.

use crate::{Dimensions, Orientation, Step, faces::Face};

/// Follows a box from a picture of size `source` through the steps; `None` once it has been cut off.
///
/// A turned box is the box around its turned corners.
pub(super) fn follow(source: Dimensions, steps: &[Step], face: Face) -> Option<Face> {
    let mut size = source;
    steps.iter().try_fold(face, |face, step| {
        let (before, after) = (size, size_after(size, step));
        size = after;
        inside(moved(face, before, step)?, after)
    })
}

fn size_after(size: Dimensions, step: &Step) -> Dimensions {
    match step {
        Step::Orient(orientation) if orientation.swaps_sides() => size.transposed(),
        Step::Crop(rect) => rect.size,
        Step::Resize(target) => *target,
        Step::Pad { canvas, .. } => *canvas,
        Step::Rotate { result, .. } => *result,
        Step::Orient(_) | Step::Flatten(_) | Step::Apply(_) => size,
    }
}

fn moved(face: Face, size: Dimensions, step: &Step) -> Option<Face> {
    let after = size_after(size, step);
    let (width, height) = (f64::from(size.width_px), f64::from(size.height_px));
    let (new_width, new_height) = (f64::from(after.width_px), f64::from(after.height_px));
    let map = |place: &dyn Fn(f64, f64) -> (f64, f64)| Face::around(face.corners().map(|(x, y)| place(x, y)));
    match step {
        Step::Orient(orientation) => map(&|x, y| match orientation {
            Orientation::Upright => (x, y),
            Orientation::FlipHorizontal => (width - x, y),
            Orientation::Rotate180 => (width - x, height - y),
            Orientation::FlipVertical => (x, height - y),
            Orientation::Transpose => (y, x),
            Orientation::Rotate90 => (height - y, x),
            Orientation::Transverse => (height - y, width - x),
            Orientation::Rotate270 => (y, width - x),
        }),
        Step::Crop(rect) => map(&|x, y| (x - f64::from(rect.left_px), y - f64::from(rect.top_px))),
        Step::Resize(_) => map(&|x, y| (x * new_width / width, y * new_height / height)),
        Step::Pad { .. } => {
            map(&|x, y| (x + ((new_width - width) / 2.0).floor(), y + ((new_height - height) / 2.0).floor()))
        }
        Step::Rotate { angle_degrees, .. } => {
            let (sine, cosine) = f64::from(*angle_degrees).to_radians().sin_cos();
            map(&|x, y| {
                let (right, down) = (x - width / 2.0, y - height / 2.0);
                (
                    right * cosine - down * sine + new_width / 2.0,
                    right * sine + down * cosine + new_height / 2.0,
                )
            })
        }
        Step::Flatten(_) | Step::Apply(_) => Some(face),
    }
}

/// The part of a box that lies inside of a picture.
fn inside(face: Face, size: Dimensions) -> Option<Face> {
    let (width, height) = (f64::from(size.width_px), f64::from(size.height_px));
    let face = Face {
        left: face.left.max(0.0),
        top: face.top.max(0.0),
        right: face.right.min(width),
        bottom: face.bottom.min(height),
    };
    (face.left < face.right && face.top < face.bottom).then_some(face)
}

#[cfg(test)]
mod tests {
    use super::follow;
    use crate::{Color, Dimensions, Orientation, Rect, Step, faces::Face};

    fn size(width_px: u32, height_px: u32) -> Dimensions {
        Dimensions { width_px, height_px }
    }

    fn face(left: f64, top: f64, right: f64, bottom: f64) -> Face {
        Face { left, top, right, bottom }
    }

    #[test]
    fn boxes_move_like_the_pixels_under_them() {
        let start = face(10.0, 20.0, 30.0, 50.0);
        let cases: [(&[Step], Face); 6] = [
            (&[], start),
            (&[Step::Orient(Orientation::Rotate90)], face(50.0, 10.0, 80.0, 30.0)),
            (&[Step::Resize(size(100, 200))], face(5.0, 40.0, 15.0, 100.0)),
            (
                &[Step::Crop(Rect { left_px: 20, top_px: 10, size: size(100, 30) })],
                face(0.0, 10.0, 10.0, 30.0),
            ),
            (&[Step::Pad { canvas: size(211, 100), fill: Color::WHITE }], face(15.0, 20.0, 35.0, 50.0)),
            (
                &[Step::Orient(Orientation::FlipHorizontal), Step::Resize(size(400, 200))],
                face(340.0, 40.0, 380.0, 100.0),
            ),
        ];
        for (steps, expected) in cases {
            assert_eq!(follow(size(200, 100), steps, start), Some(expected), "{steps:?}");
        }
    }

    #[test]
    fn what_is_cut_off_is_gone() {
        let cut = [Step::Crop(Rect { left_px: 50, top_px: 0, size: size(100, 100) })];
        assert_eq!(follow(size(200, 100), &cut, face(10.0, 20.0, 30.0, 50.0)), None);
    }
}
