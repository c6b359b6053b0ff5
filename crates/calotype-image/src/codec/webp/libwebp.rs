//! The only place that calls libwebp. Everything it returns is plain and owned.
#![allow(unsafe_code)]

use std::{ffi::CStr, marker::PhantomData, ptr, slice};

use libwebp_sys as sys;

use crate::{Dimensions, Layout, Raster};

/// Speed and thoroughness of the encoder, 0 to 6; 4 is what the format's own tools use.
const METHOD: i32 = 4;

/// Decodes a still picture into fresh memory, three channels or, with `alpha`, four.
///
/// - `stored`: the size in the header; anything else in the file is an error.
/// - `target`: where it is smaller, the library averages areas down to it while decoding.
/// - Cut data is an error.
pub(super) fn decode(
    webp: &[u8],
    stored: Dimensions,
    target: Dimensions,
    alpha: bool,
) -> Result<Vec<u8>, String> {
    let mut config = sys::WebPDecoderConfig::new().map_err(|()| "the decoder has another version")?;
    // SAFETY: pointer and length are those of a live slice; the result is written to a live structure.
    let status = unsafe { sys::WebPGetFeatures(webp.as_ptr(), webp.len(), &mut config.input) };
    ok(status)?;
    if (config.input.width, config.input.height) != as_ints(stored)? || config.input.has_animation != 0 {
        return Err("the size in the header is not the size of the picture".to_owned());
    }
    let (width, height) = as_ints(target)?;
    if target != stored {
        config.options.use_scaling = 1;
        config.options.scaled_width = width;
        config.options.scaled_height = height;
    }
    let channels = if alpha { 4 } else { 3 };
    let row_bytes = target.width_px as usize * channels;
    let sample_count = row_bytes * target.height_px as usize;
    let mut samples: Vec<u8> = Vec::with_capacity(sample_count);
    config.output.colorspace =
        if alpha { sys::WEBP_CSP_MODE::MODE_RGBA } else { sys::WEBP_CSP_MODE::MODE_RGB };
    config.output.is_external_memory = 1;
    config.output.u.RGBA = sys::WebPRGBABuffer {
        rgba: samples.as_mut_ptr(),
        stride: i32::try_from(row_bytes).map_err(|_| "a row is too long")?,
        size: sample_count,
    };
    // SAFETY: the library checks that `height` rows of `stride` bytes fit in `size`, which is what was reserved.
    let status = unsafe { sys::WebPDecode(webp.as_ptr(), webp.len(), &mut config) };
    ok(status)?;
    // SAFETY: a decode that succeeds has written every row.
    unsafe { samples.set_len(sample_count) };
    Ok(samples)
}

fn ok(status: sys::VP8StatusCode) -> Result<(), String> {
    if status == sys::VP8StatusCode::VP8_STATUS_OK { Ok(()) } else { Err(format!("{status:?}")) }
}

fn as_ints(dimensions: Dimensions) -> Result<(i32, i32), String> {
    let int = |side: u32| i32::try_from(side).map_err(|_| "the picture is too large".to_owned());
    Ok((int(dimensions.width_px)?, int(dimensions.height_px)?))
}

/// Reads an animation frame by frame, each composited to the canvas in four channels.
pub(super) struct AnimationDecoder<'a> {
    decoder: *mut sys::WebPAnimDecoder,
    canvas: Dimensions,
    loop_count: u32,
    shown_until_ms: i32,
    bytes: PhantomData<&'a [u8]>,
}

impl<'a> AnimationDecoder<'a> {
    /// Opens a whole file; `canvas` is the size in its header.
    pub(super) fn open(webp: &'a [u8], canvas: Dimensions) -> Result<Self, String> {
        let data = sys::WebPData { bytes: webp.as_ptr(), size: webp.len() };
        // SAFETY: null options mean the defaults: four channels, one thread. The bytes outlive the decoder by `'a`.
        let decoder = unsafe { sys::WebPAnimDecoderNew(&data, ptr::null()) };
        if decoder.is_null() {
            return Err("the animation is damaged".to_owned());
        }
        let mut info = sys::WebPAnimInfo::default();
        // SAFETY: the decoder is alive; the result is written to a live structure.
        let told = unsafe { sys::WebPAnimDecoderGetInfo(decoder, &mut info) } != 0;
        let opened =
            Self { decoder, canvas, loop_count: info.loop_count, shown_until_ms: 0, bytes: PhantomData };
        let same = (info.canvas_width, info.canvas_height) == (canvas.width_px, canvas.height_px);
        if told && same { Ok(opened) } else { Err("the canvas is not that of the header".to_owned()) }
    }

    pub(super) fn loop_count(&self) -> u32 {
        self.loop_count
    }

    /// The next canvas and how long it is shown; `None` after the last one.
    pub(super) fn next(&mut self) -> Result<Option<(Vec<u8>, u32)>, String> {
        // SAFETY: the decoder is alive.
        if unsafe { sys::WebPAnimDecoderHasMoreFrames(self.decoder) } == 0 {
            return Ok(None);
        }
        let (mut canvas, mut until_ms) = (ptr::null_mut(), 0);
        // SAFETY: the decoder is alive; both results are written to live variables.
        if unsafe { sys::WebPAnimDecoderGetNext(self.decoder, &mut canvas, &mut until_ms) } == 0 {
            return Err("a frame is damaged".to_owned());
        }
        let sample_count = self.canvas.pixels() as usize * 4;
        // SAFETY: the decoder's canvas has four bytes a pixel and stays as it is until the next call.
        let samples = unsafe { slice::from_raw_parts(canvas, sample_count) }.to_vec();
        let duration_ms = until_ms.saturating_sub(self.shown_until_ms).max(0) as u32;
        self.shown_until_ms = until_ms;
        Ok(Some((samples, duration_ms)))
    }
}

impl Drop for AnimationDecoder<'_> {
    fn drop(&mut self) {
        // SAFETY: the decoder was made by `WebPAnimDecoderNew` and is deleted once.
        unsafe { sys::WebPAnimDecoderDelete(self.decoder) };
    }
}

/// Encodes a still picture with loss at a quality of 0 to 100.
pub(super) fn encode(raster: &Raster, quality: u8) -> Result<Vec<u8>, String> {
    let config = config(quality)?;
    let mut picture = Picture::import(raster, false)?;
    // SAFETY: the writer is plain memory that its own function prepares.
    let mut writer = unsafe {
        let mut writer = std::mem::zeroed();
        sys::WebPMemoryWriterInit(&mut writer);
        writer
    };
    picture.0.writer = Some(sys::WebPMemoryWrite);
    picture.0.custom_ptr = (&raw mut writer).cast();
    // SAFETY: configuration, picture and writer are alive and initialised.
    let encoded = unsafe { sys::WebPEncode(&config, &mut picture.0) } != 0;
    // SAFETY: the writer owns `size` bytes at `mem`, or none; they are copied before it is cleared.
    unsafe {
        let file = if encoded { slice::from_raw_parts(writer.mem, writer.size).to_vec() } else { Vec::new() };
        sys::WebPMemoryWriterClear(&mut writer);
        if encoded { Ok(file) } else { Err(format!("{:?}", picture.0.error_code)) }
    }
}

fn config(quality: u8) -> Result<sys::WebPConfig, String> {
    let preset = sys::WebPPreset::WEBP_PRESET_DEFAULT;
    let mut config = sys::WebPConfig::new_with_preset(preset, f32::from(quality.min(100)))
        .map_err(|()| "the encoder has another version")?;
    config.method = METHOD;
    Ok(config)
}

/// A copy of a raster in the encoder's own form.
struct Picture(sys::WebPPicture);

impl Picture {
    /// `argb`: keep the samples as they are, which animations need to find what changed.
    fn import(raster: &Raster, argb: bool) -> Result<Self, String> {
        let picture = sys::WebPPicture::new().map_err(|()| "the encoder has another version")?;
        let mut picture = Self(picture);
        (picture.0.width, picture.0.height) = as_ints(raster.dimensions())?;
        picture.0.use_argb = i32::from(argb);
        let stride = i32::try_from(raster.row_bytes()).map_err(|_| "a row is too long")?;
        let import = match raster.layout() {
            Layout::Rgb => sys::WebPPictureImportRGB,
            Layout::Rgba => sys::WebPPictureImportRGBA,
        };
        // SAFETY: the raster has `height` rows of `stride` bytes, which are copied.
        let imported = unsafe { import(&mut picture.0, raster.samples().as_ptr(), stride) } != 0;
        if imported { Ok(picture) } else { Err("the picture does not fit into memory".to_owned()) }
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        // SAFETY: frees what the import allocated and nothing else.
        unsafe { sys::WebPPictureFree(&mut self.0) };
    }
}

/// Writes an animation frame by frame.
pub(super) struct AnimationEncoder {
    encoder: *mut sys::WebPAnimEncoder,
    config: sys::WebPConfig,
    elapsed_ms: i32,
}

impl AnimationEncoder {
    pub(super) fn new(canvas: Dimensions, loop_count: u32, quality: u8) -> Result<Self, String> {
        let config = config(quality)?;
        let (width, height) = as_ints(canvas)?;
        // SAFETY: the options are plain memory that their own function prepares; their version is checked inside.
        let encoder = unsafe {
            let mut options: sys::WebPAnimEncoderOptions = std::mem::zeroed();
            let version = sys::WEBP_MUX_ABI_VERSION as i32;
            if sys::WebPAnimEncoderOptionsInitInternal(&mut options, version) == 0 {
                return Err("the encoder has another version".to_owned());
            }
            options.anim_params.loop_count = i32::try_from(loop_count).unwrap_or(0);
            sys::WebPAnimEncoderNewInternal(width, height, &options, version)
        };
        if encoder.is_null() {
            Err("no memory".to_owned())
        } else {
            Ok(Self { encoder, config, elapsed_ms: 0 })
        }
    }

    pub(super) fn push(&mut self, raster: &Raster, duration_ms: u32) -> Result<(), String> {
        let mut picture = Picture::import(raster, true)?;
        // SAFETY: encoder, picture and configuration are alive; the frame is copied or encoded before the return.
        let added =
            unsafe { sys::WebPAnimEncoderAdd(self.encoder, &mut picture.0, self.elapsed_ms, &self.config) };
        self.elapsed_ms = self.elapsed_ms.saturating_add(i32::try_from(duration_ms).unwrap_or(i32::MAX));
        if added != 0 { Ok(()) } else { Err(self.message()) }
    }

    pub(super) fn finish(self) -> Result<Vec<u8>, String> {
        let mut data = sys::WebPData::default();
        // SAFETY: a null frame ends the animation at its time; the result is written to a live structure.
        let assembled = unsafe {
            sys::WebPAnimEncoderAdd(self.encoder, ptr::null_mut(), self.elapsed_ms, ptr::null()) != 0
                && sys::WebPAnimEncoderAssemble(self.encoder, &mut data) != 0
        };
        if !assembled {
            return Err(self.message());
        }
        // SAFETY: the library has given `size` bytes, which are copied before they are freed once.
        unsafe {
            let file = slice::from_raw_parts(data.bytes, data.size).to_vec();
            sys::WebPDataClear(&mut data);
            Ok(file)
        }
    }

    fn message(&self) -> String {
        // SAFETY: the library returns a C string that lives as long as the encoder and is copied at once.
        unsafe { CStr::from_ptr(sys::WebPAnimEncoderGetError(self.encoder)) }.to_string_lossy().into_owned()
    }
}

impl Drop for AnimationEncoder {
    fn drop(&mut self) {
        // SAFETY: the encoder was made by `WebPAnimEncoderNewInternal` and is deleted once.
        unsafe { sys::WebPAnimEncoderDelete(self.encoder) };
    }
}
