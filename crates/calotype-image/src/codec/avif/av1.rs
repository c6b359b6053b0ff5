//! The one place that calls the AV1 decoder, whose functions are those of a C library.
#![allow(unsafe_code)]

use std::ptr::NonNull;

use rav1d::{
    include::dav1d::{
        data::Dav1dData,
        dav1d::{Dav1dContext, Dav1dSettings},
        headers::{
            DAV1D_PIXEL_LAYOUT_I400, DAV1D_PIXEL_LAYOUT_I420, DAV1D_PIXEL_LAYOUT_I422,
            DAV1D_PIXEL_LAYOUT_I444,
        },
        picture::Dav1dPicture,
    },
    src::lib::{
        dav1d_close, dav1d_data_create, dav1d_data_unref, dav1d_default_settings, dav1d_get_picture,
        dav1d_open, dav1d_picture_unref, dav1d_send_data,
    },
};

use super::{item::ColorCode, unreadable};
use crate::{Dimensions, ImageError};

/// Rounds of giving data and asking for the picture; a still picture needs one or two.
const ROUNDS_MAX: usize = 64;

/// How much smaller than the luma plane the colour planes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subsampling {
    /// There are no colour planes.
    Monochrome,
    /// Half as wide and half as high.
    Both,
    /// Half as wide.
    Horizontal,
    /// As large as the luma plane.
    None,
}

/// One row of samples.
#[derive(Debug, Clone, Copy)]
pub(super) enum Row<'a> {
    Eight(&'a [u8]),
    Sixteen(&'a [u16]),
}

/// A decoded picture; its planes live as long as it does.
pub(super) struct Picture {
    picture: Dav1dPicture,
    pub dimensions: Dimensions,
    pub subsampling: Subsampling,
    pub bit_depth: u8,
    /// As the stream itself gives it.
    pub color: ColorCode,
}

impl Picture {
    /// Decodes the first picture of a stream on this thread. Nothing above `pixels_max` is allocated.
    pub(super) fn decode(stream: &[u8], pixels_max: u64) -> Result<Self, ImageError> {
        if stream.is_empty() {
            return Err(unreadable("the picture has no bytes"));
        }
        let decoder = Decoder::open(u32::try_from(pixels_max).unwrap_or(u32::MAX))?;
        let mut data = Data::copy(stream)?;
        for _ in 0..ROUNDS_MAX {
            decoder.send(&mut data)?;
            if let Some(picture) = decoder.picture()? {
                return Self::new(picture);
            }
            if data.0.sz == 0 {
                break;
            }
        }
        Err(unreadable("the stream holds no picture"))
    }

    fn new(raw: Dav1dPicture) -> Result<Self, ImageError> {
        let subsampling = match raw.p.layout {
            DAV1D_PIXEL_LAYOUT_I400 => Some(Subsampling::Monochrome),
            DAV1D_PIXEL_LAYOUT_I420 => Some(Subsampling::Both),
            DAV1D_PIXEL_LAYOUT_I422 => Some(Subsampling::Horizontal),
            DAV1D_PIXEL_LAYOUT_I444 => Some(Subsampling::None),
            _ => None,
        };
        // SAFETY: the decoder sets `seq_hdr` to the header of the picture's own sequence, kept alive by a counted
        // reference inside of the picture, or leaves it empty.
        let color = raw.seq_hdr.map(|header| unsafe {
            let header = header.as_ref();
            ColorCode {
                primaries: header.pri as u16,
                transfer: header.trc as u16,
                matrix: header.mtrx as u16,
                full_range: header.color_range != 0,
            }
        });
        let sides = (u32::try_from(raw.p.w), u32::try_from(raw.p.h));
        let bit_depth = u8::try_from(raw.p.bpc);
        // Owned from here on, so that the picture is given back on errors too.
        let mut picture = Self {
            picture: raw,
            dimensions: Dimensions { width_px: 0, height_px: 0 },
            subsampling: Subsampling::Monochrome,
            bit_depth: 8,
            color: ColorCode { primaries: 2, transfer: 2, matrix: 2, full_range: true },
        };
        let (Some(subsampling), Some(color), (Ok(width_px), Ok(height_px)), Ok(bit_depth)) =
            (subsampling, color, sides, bit_depth)
        else {
            return Err(unreadable("the decoder gave an odd picture"));
        };
        picture.dimensions = Dimensions { width_px, height_px };
        (picture.subsampling, picture.bit_depth, picture.color) = (subsampling, bit_depth, color);
        Ok(picture)
    }

    /// Size of a plane: 0 is luma, 1 and 2 are the colour differences.
    pub(super) fn plane_dimensions(&self, plane: usize) -> Dimensions {
        let Dimensions { width_px, height_px } = self.dimensions;
        let (across, down) = match self.subsampling {
            _ if plane == 0 => (1, 1),
            Subsampling::Monochrome => return Dimensions { width_px: 0, height_px: 0 },
            Subsampling::Both => (2, 2),
            Subsampling::Horizontal => (2, 1),
            Subsampling::None => (1, 1),
        };
        Dimensions { width_px: width_px.div_ceil(across), height_px: height_px.div_ceil(down) }
    }

    /// A row of a plane; `None` outside of it.
    pub(super) fn row(&self, plane: usize, y: u32) -> Option<Row<'_>> {
        let Dimensions { width_px, height_px } = self.plane_dimensions(plane);
        let data = (*self.picture.data.get(plane)?)?;
        let stride = self.picture.stride[usize::from(plane > 0)];
        if y >= height_px {
            return None;
        }
        // SAFETY: a plane has `height_px` rows that begin `stride` bytes apart, each with at least `width_px`
        // samples of one byte (8 bits) or two aligned bytes (10 and 12 bits); `y` and `plane` were checked. The
        // decoder writes to it no more, and the picture keeps the memory for as long as `self` is borrowed.
        unsafe {
            let start = data.as_ptr().cast::<u8>().offset(stride * y as isize);
            let width = width_px as usize;
            Some(if self.bit_depth > 8 {
                Row::Sixteen(std::slice::from_raw_parts(start.cast::<u16>(), width))
            } else {
                Row::Eight(std::slice::from_raw_parts(start, width))
            })
        }
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        // SAFETY: the pointer is valid for reads and writes, and the picture came from the decoder.
        unsafe { dav1d_picture_unref(Some(NonNull::from(&mut self.picture))) }
    }
}

/// An open decoder, closed when dropped.
struct Decoder(Option<Dav1dContext>);

impl Decoder {
    fn open(pixels_max: u32) -> Result<Self, ImageError> {
        let mut settings = std::mem::MaybeUninit::<Dav1dSettings>::uninit();
        let Some(place) = NonNull::new(settings.as_mut_ptr()) else { return Err(unreadable("no decoder")) };
        // SAFETY: the place is valid for a write of the settings, all fields of which are then set.
        let mut settings = unsafe {
            dav1d_default_settings(place);
            settings.assume_init()
        };
        // One thread: pictures are spread over threads by those who call.
        settings.n_threads = 1;
        settings.max_frame_delay = 1;
        settings.all_layers = 0;
        settings.frame_size_limit = pixels_max;
        let mut context = None;
        // SAFETY: both pointers are valid for this call.
        let result =
            unsafe { dav1d_open(Some(NonNull::from(&mut context)), Some(NonNull::from(&mut settings))) };
        if result.0 != 0 || context.is_none() {
            return Err(unreadable("the decoder does not start"));
        }
        Ok(Self(context))
    }

    fn send(&self, data: &mut Data) -> Result<(), ImageError> {
        if data.0.sz == 0 {
            return Ok(());
        }
        // SAFETY: the context is open, and the data is valid for reads and writes and came from the decoder.
        let result = unsafe { dav1d_send_data(self.0, Some(NonNull::from(&mut data.0))) };
        if result.0 == 0 || is_again(result.0) { Ok(()) } else { Err(failed(result.0)) }
    }

    /// The next picture, `None` where more data is needed first.
    fn picture(&self) -> Result<Option<Dav1dPicture>, ImageError> {
        let mut picture = Dav1dPicture::default();
        // SAFETY: the context is open, and the picture is valid for a write.
        let result = unsafe { dav1d_get_picture(self.0, Some(NonNull::from(&mut picture))) };
        match result.0 {
            0 => Ok(Some(picture)),
            code if is_again(code) => Ok(None),
            code => Err(failed(code)),
        }
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // SAFETY: the context was opened and is closed only here.
        unsafe { dav1d_close(Some(NonNull::from(&mut self.0))) }
    }
}

/// Coded bytes in memory of the decoder's own.
struct Data(Dav1dData);

impl Data {
    fn copy(stream: &[u8]) -> Result<Self, ImageError> {
        let mut data = Dav1dData::default();
        // SAFETY: the pointer is valid for a write. The place that comes back has room for the whole stream.
        unsafe {
            let place = dav1d_data_create(Some(NonNull::from(&mut data)), stream.len());
            if place.is_null() {
                return Err(unreadable("there is no memory for the picture"));
            }
            std::ptr::copy_nonoverlapping(stream.as_ptr(), place, stream.len());
        }
        Ok(Self(data))
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        // SAFETY: the pointer is valid for reads and writes; what the decoder took over is no longer in it.
        unsafe { dav1d_data_unref(Some(NonNull::from(&mut self.0))) }
    }
}

/// Whether the decoder only wants to be asked again: `EAGAIN`, negated.
fn is_again(code: i32) -> bool {
    code == -11
}

fn failed(code: i32) -> ImageError {
    unreadable(format!("the decoder stopped with code {code}"))
}
