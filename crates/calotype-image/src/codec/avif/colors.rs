//! Luma and colour differences as eight-bit RGB.

use super::{
    av1::{Picture, Row, Subsampling},
    item::ColorCode,
};

/// Code points of ITU-T H.273 for matrix coefficients.
const MATRIX_IDENTITY: u16 = 0;
const MATRIX_YCGCO: u16 = 8;

/// How three samples become red, green and blue.
#[derive(Debug, Clone, Copy)]
enum Matrix {
    /// Samples are green, blue and red.
    Identity,
    YCgCo,
    /// Shares of red and blue in luma.
    Weights {
        red: f32,
        blue: f32,
    },
}

impl Matrix {
    fn of(color: ColorCode) -> Self {
        let (red, blue) = match color.matrix {
            MATRIX_IDENTITY => return Self::Identity,
            MATRIX_YCGCO => return Self::YCgCo,
            1 => (0.2126, 0.0722),
            4 => (0.30, 0.11),
            7 => (0.212, 0.087),
            9 | 10 => (0.2627, 0.0593),
            // Derived from the primaries.
            12 | 13 => match color.primaries {
                1 => (0.2126, 0.0722),
                9 => (0.2627, 0.0593),
                12 => (0.228_97, 0.079_29),
                _ => (0.299, 0.114),
            },
            _ => (0.299, 0.114),
        };
        Self::Weights { red, blue }
    }

    fn to_rgb(self, luma: f32, second: f32, third: f32) -> [f32; 3] {
        match self {
            Self::Identity => [third, luma, second],
            Self::YCgCo => {
                let base = luma - second;
                [base + third, luma + second, base - third]
            }
            Self::Weights { red, blue } => {
                let green = 1.0 - red - blue;
                [
                    luma + 2.0 * (1.0 - red) * third,
                    luma - (2.0 * blue * (1.0 - blue) * second + 2.0 * red * (1.0 - red) * third) / green,
                    luma + 2.0 * (1.0 - blue) * second,
                ]
            }
        }
    }
}

/// Stored numbers as shares of full scale: luma from 0 to 1, differences from -0.5 to 0.5.
#[derive(Debug, Clone, Copy)]
struct Scale {
    factor: f32,
    offset: f32,
}

impl Scale {
    fn luma(bit_depth: u8, full_range: bool) -> Self {
        let step = f32::from(1_u16 << (bit_depth - 8));
        if full_range {
            Self { factor: 1.0 / (256.0 * step - 1.0), offset: 0.0 }
        } else {
            Self { factor: 1.0 / (219.0 * step), offset: 16.0 * step }
        }
    }

    fn difference(bit_depth: u8, full_range: bool) -> Self {
        let step = f32::from(1_u16 << (bit_depth - 8));
        let factor = if full_range { 256.0 * step - 1.0 } else { 224.0 * step };
        Self { factor: 1.0 / factor, offset: 128.0 * step }
    }

    fn read(self, row: Option<Row<'_>>, into: &mut [f32]) {
        let Self { factor, offset } = self;
        match row {
            Some(Row::Eight(row)) => {
                into.iter_mut().zip(row).for_each(|(to, from)| *to = (f32::from(*from) - offset) * factor);
            }
            Some(Row::Sixteen(row)) => {
                into.iter_mut().zip(row).for_each(|(to, from)| *to = (f32::from(*from) - offset) * factor);
            }
            None => into.fill(0.0),
        }
    }
}

/// Calls `paint` with every row of the picture as red, green and blue from 0 to 1, and its number.
pub(super) fn for_each_rgb_row(picture: &Picture, color: ColorCode, mut paint: impl FnMut(u32, &[[f32; 3]])) {
    let width = picture.dimensions.width_px as usize;
    let matrix = Matrix::of(color);
    let luma_scale = Scale::luma(picture.bit_depth, color.full_range);
    let scale = match matrix {
        Matrix::Identity => luma_scale,
        _ => Scale::difference(picture.bit_depth, color.full_range),
    };
    let mut luma = vec![0.0; width];
    let mut differences = [Upsampler::new(picture, 1, scale), Upsampler::new(picture, 2, scale)];
    let mut rgb = vec![[0.0; 3]; width];
    for y in 0..picture.dimensions.height_px {
        luma_scale.read(picture.row(0, y), &mut luma);
        if picture.subsampling == Subsampling::Monochrome {
            rgb.iter_mut().zip(&luma).for_each(|(pixel, luma)| *pixel = [*luma; 3]);
        } else {
            let [second, third] = differences.each_mut().map(|plane| plane.row(picture, y));
            for (pixel, ((luma, second), third)) in rgb.iter_mut().zip(luma.iter().zip(second).zip(third)) {
                *pixel = matrix.to_rgb(*luma, *second, *third);
            }
        }
        paint(y, &rgb);
    }
}

/// Calls `paint` with every row of the luma plane from 0 to 1, and its number.
pub(super) fn for_each_luma_row(picture: &Picture, full_range: bool, mut paint: impl FnMut(u32, &[f32])) {
    let scale = Scale::luma(picture.bit_depth, full_range);
    let mut luma = vec![0.0; picture.dimensions.width_px as usize];
    for y in 0..picture.dimensions.height_px {
        scale.read(picture.row(0, y), &mut luma);
        paint(y, &luma);
    }
}

/// A share of full scale as a sample.
pub(super) fn to_sample(share: f32) -> u8 {
    // Casting to an integer clamps at both ends.
    (share * 255.0 + 0.5) as u8
}

/// Brings a smaller plane to the size of the picture: each sample is three parts the nearest and one part the next.
struct Upsampler {
    plane: usize,
    scale: Scale,
    near: Vec<f32>,
    far: Vec<f32>,
    wide: Vec<f32>,
}

impl Upsampler {
    fn new(picture: &Picture, plane: usize, scale: Scale) -> Self {
        let width = picture.plane_dimensions(plane).width_px as usize;
        Self {
            plane,
            scale,
            near: vec![0.0; width],
            far: vec![0.0; width],
            wide: vec![0.0; picture.dimensions.width_px as usize],
        }
    }

    fn row(&mut self, picture: &Picture, y: u32) -> &[f32] {
        match picture.subsampling {
            Subsampling::Monochrome => {}
            Subsampling::None => self.scale.read(picture.row(self.plane, y), &mut self.wide),
            Subsampling::Horizontal => {
                self.scale.read(picture.row(self.plane, y), &mut self.near);
                widen(&self.near, &mut self.wide);
            }
            Subsampling::Both => {
                let last = picture.plane_dimensions(self.plane).height_px.saturating_sub(1);
                let near = y / 2;
                let far = if y.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(last) };
                self.scale.read(picture.row(self.plane, near), &mut self.near);
                self.scale.read(picture.row(self.plane, far), &mut self.far);
                let blended = self.near.iter_mut().zip(&self.far);
                blended.for_each(|(near, far)| *near = 0.75 * *near + 0.25 * far);
                widen(&self.near, &mut self.wide);
            }
        }
        &self.wide
    }
}

fn widen(narrow: &[f32], wide: &mut [f32]) {
    let last = narrow.len().saturating_sub(1);
    for (x, pair) in wide.chunks_mut(2).enumerate() {
        let near = 0.75 * narrow[x];
        pair[0] = near + 0.25 * narrow[x.saturating_sub(1)];
        if let Some(right) = pair.get_mut(1) {
            *right = near + 0.25 * narrow[(x + 1).min(last)];
        }
    }
}
