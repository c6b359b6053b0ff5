//! The decoder of libjpeg-turbo through its C interface: the safe wrapper zeroes buffers and hides warnings.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_int};

use turbojpeg::raw;

use crate::Dimensions;

/// What to decode, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct DecodeRequest {
    /// Size as the file's header says; anything else in the file is an error.
    pub stored: Dimensions,
    /// Scale in eighths: 1, 2, 4 or 8.
    pub eighths: u8,
    /// Give four channels of ink as stored, not three of light.
    pub cmyk: bool,
}

/// Samples, rows without padding, and the first complaint of a decoder that went on nevertheless.
#[derive(Debug)]
pub(super) struct DecodedSamples {
    pub samples: Vec<u8>,
    pub dimensions: Dimensions,
    pub warning: Option<String>,
}

/// Scans of a progressive file; encoders write about ten, attacks thousands.
const SCANS_MAX: c_int = 128;

/// Decodes a whole file into fresh memory.
///
/// - Errors carry the library's message; nothing of the picture is usable then.
/// - Memory peaks at the samples and, for progressive files, two bytes for each coefficient.
pub(super) fn decode(jpeg: &[u8], request: DecodeRequest) -> Result<DecodedSamples, String> {
    let decoder = Decoder::new()?;
    decoder.set(raw::TJPARAM_TJPARAM_SCANLIMIT, SCANS_MAX)?;
    if decoder.read_size(jpeg)? != request.stored {
        return Err("the size in the header is not the size of the picture".to_owned());
    }
    let scale = raw::tjscalingfactor { num: c_int::from(request.eighths), denom: 8 };
    // SAFETY: the handle is alive; the factor is passed by value.
    decoder.check(unsafe { raw::tj3SetScalingFactor(decoder.handle, reduced(scale)) })?;

    let eighths = u32::from(request.eighths);
    let dimensions = Dimensions {
        width_px: (request.stored.width_px * eighths).div_ceil(8),
        height_px: (request.stored.height_px * eighths).div_ceil(8),
    };
    let (channels, format) = if request.cmyk { (4, raw::TJPF_TJPF_CMYK) } else { (3, raw::TJPF_TJPF_RGB) };
    let row_bytes = dimensions.width_px as usize * channels;
    let sample_count = row_bytes * dimensions.height_px as usize;
    let pitch = c_int::try_from(row_bytes).map_err(|_| "a row is too long".to_owned())?;
    let mut samples: Vec<u8> = Vec::with_capacity(sample_count);

    // SAFETY: the library writes at most `height` rows of `pitch` bytes: its own size is the one that was compared
    // above with the size the buffer was made for, since it reads the same header from the same borrowed bytes.
    let status = unsafe {
        raw::tj3Decompress8(
            decoder.handle,
            jpeg.as_ptr(),
            jpeg.len() as raw::size_t,
            samples.as_mut_ptr(),
            pitch,
            format as c_int,
        )
    };
    let warning = match status {
        0 => None,
        _ if decoder.complaint_is_warning() => Some(decoder.message()),
        _ => return Err(decoder.message()),
    };
    // SAFETY: without a fatal error every row was written; after a warning missing blocks were filled with gray.
    unsafe { samples.set_len(sample_count) };
    Ok(DecodedSamples { samples, dimensions, warning })
}

/// The library knows its factors in lowest terms only.
fn reduced(scale: raw::tjscalingfactor) -> raw::tjscalingfactor {
    let mut scale = scale;
    while scale.num % 2 == 0 && scale.denom % 2 == 0 {
        scale.num /= 2;
        scale.denom /= 2;
    }
    scale
}

struct Decoder {
    handle: raw::tjhandle,
}

impl Decoder {
    fn new() -> Result<Self, String> {
        // SAFETY: takes a plain number; a null result is checked.
        let handle = unsafe { raw::tj3Init(raw::TJINIT_TJINIT_DECOMPRESS as c_int) };
        if handle.is_null() { Err("the decoder has no memory".to_owned()) } else { Ok(Self { handle }) }
    }

    fn set(&self, parameter: raw::TJPARAM, value: c_int) -> Result<(), String> {
        // SAFETY: the handle is alive.
        self.check(unsafe { raw::tj3Set(self.handle, parameter as c_int, value) })
    }

    fn get(&self, parameter: raw::TJPARAM) -> u32 {
        // SAFETY: the handle is alive.
        let value = unsafe { raw::tj3Get(self.handle, parameter as c_int) };
        u32::try_from(value).unwrap_or(0)
    }

    fn read_size(&self, jpeg: &[u8]) -> Result<Dimensions, String> {
        // SAFETY: pointer and length are those of a live slice.
        let status =
            unsafe { raw::tj3DecompressHeader(self.handle, jpeg.as_ptr(), jpeg.len() as raw::size_t) };
        if status != 0 && !self.complaint_is_warning() {
            return Err(self.message());
        }
        Ok(Dimensions {
            width_px: self.get(raw::TJPARAM_TJPARAM_JPEGWIDTH),
            height_px: self.get(raw::TJPARAM_TJPARAM_JPEGHEIGHT),
        })
    }

    fn check(&self, status: c_int) -> Result<(), String> {
        if status == 0 { Ok(()) } else { Err(self.message()) }
    }

    fn complaint_is_warning(&self) -> bool {
        // SAFETY: the handle is alive.
        unsafe { raw::tj3GetErrorCode(self.handle) == raw::TJERR_TJERR_WARNING as c_int }
    }

    fn message(&self) -> String {
        // SAFETY: the library returns a C string that lives as long as the handle and is copied at once.
        unsafe { CStr::from_ptr(raw::tj3GetErrorStr(self.handle)) }.to_string_lossy().into_owned()
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // SAFETY: the handle came from `tj3Init` and is destroyed once.
        unsafe { raw::tj3Destroy(self.handle) };
    }
}
