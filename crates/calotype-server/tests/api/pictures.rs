//! Pictures for tests: fixtures in a bucket, instructions on download, and what came back, read independently.

use std::collections::BTreeSet;
use std::path::Path;

use calotype_image::{ImageHeader, Limits, SourceImage};
use calotype_server::ServerConfig;

use crate::support::{BUCKET, Bucket, Reply, TestServer, path_of};

pub const LAND: &str = "land_640x427.jpg";
pub const WIDE: &str = "wide_1000x500.jpg";
pub const TALL: &str = "tall_500x1000.jpg";
pub const HD: &str = "hd_1200x900.jpg";
pub const SMALL: &str = "small_100x60.png";
pub const ALPHA: &str = "alpha_300x200.png";
pub const RED: &str = "red_64x64.png";
pub const EDGE: &str = "edge_64x64.png";
pub const CHECKER: &str = "checker_512x512.png";
pub const LINE: &str = "line_1x1000.png";
pub const RIBBON: &str = "ribbon_1000x10.png";
pub const GIF: &str = "gif_200x100_12.gif";
pub const GIF40: &str = "gif40_50x50.gif";
pub const GIF300: &str = "gif300_10x10.gif";
pub const GIF301: &str = "gif301_10x10.gif";
pub const WEBPA: &str = "webpa_120x80_5.webp";
pub const ORI6: &str = "ori6_640x480.jpg";
pub const EXIF: &str = "exif.jpg";
pub const GRAYJ: &str = "grayj_320x240.jpg";
pub const CMYK: &str = "cmyk_320x240.jpg";
pub const P16: &str = "p16_200x200.png";
pub const CAT: &str = "cat_450x300.jpg";
pub const PORTRAIT: &str = "portrait_764x440.jpg";
pub const QR: &str = "qr_300x300.png";
pub const TXT: &str = "text.jpg";
pub const MARK: &str = "mark_100x40.png";
pub const BIGMARK: &str = "bigmark_800x600.png";
pub const WHITE: &str = "white_640x427.png";
pub const TRUNC: &str = "truncated.jpg";

/// The bytes of a fixture.
pub fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/images");
    std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("fixture {name}: {error}"))
}

/// A service with one bucket of pictures.
pub struct Gallery {
    pub server: TestServer,
    pub bucket: Bucket,
}

impl Gallery {
    /// An empty bucket.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// An empty bucket on a service with other settings.
    pub async fn start_with(change: impl FnOnce(&mut ServerConfig)) -> Self {
        let patient = |config: &mut ServerConfig| {
            // A machine that is busy with other tests is slow, which is no failure.
            config.pictures.workers.timeout_ms = 10 * 60 * 1000;
            change(config);
        };
        let server = TestServer::start_with(patient).await;
        let bucket = server.bucket(BUCKET).await;
        Self { server, bucket }
    }

    /// A bucket with one fixture.
    pub async fn with(fixture: &str) -> Self {
        let gallery = Self::start().await;
        gallery.put_fixture(fixture).await;
        gallery
    }

    /// Stores a fixture under its own name, which is returned.
    pub async fn put_fixture(&self, name: &str) -> String {
        self.put(name, fixture(name)).await;
        name.to_owned()
    }

    /// Stores an object.
    pub async fn put(&self, key: &str, bytes: Vec<u8>) {
        self.bucket.has(key, bytes).await;
    }

    /// Asks for what an instruction makes of an object.
    pub async fn ask(&self, key: &str, instruction: &str) -> Reply {
        let target = format!("{}?{}", path_of(key), raw_query(instruction));
        self.bucket.request("GET", &target).send().await
    }

    /// What an instruction makes of an object, which must succeed.
    pub async fn get(&self, key: &str, instruction: &str) -> Picture {
        let reply = self.ask(key, instruction).await;
        assert_eq!(reply.status, 200, "{key}?{instruction}: {}", String::from_utf8_lossy(&reply.body));
        let content_type = reply.header("Content-Type").unwrap_or_default().to_owned();
        Picture { content_type, bytes: reply.body }
    }

    /// The pixels an instruction makes, written without loss.
    pub async fn pixels(&self, key: &str, instruction: &str) -> Pixels {
        self.get(key, &format!("{instruction}/format/png")).await.pixels()
    }

    /// The code of the error an instruction ends in.
    pub async fn refusal(&self, key: &str, instruction: &str) -> String {
        let reply = self.ask(key, instruction).await;
        assert_ne!(reply.status, 200, "{key}?{instruction} succeeds");
        reply.error().1
    }
}

/// Encodes what no request line can carry, and nothing else.
fn raw_query(instruction: &str) -> String {
    let mut query = String::new();
    for byte in instruction.bytes() {
        match byte {
            b'<' | b'>' | b'|' | b' ' | b'"' | 0x80.. => query.push_str(&format!("%{byte:02X}")),
            _ => query.push(char::from(byte)),
        }
    }
    query
}

/// A picture as it came.
#[derive(Debug, Clone)]
pub struct Picture {
    pub content_type: String,
    pub bytes: Vec<u8>,
}

impl Picture {
    /// What its header says.
    pub fn header(&self) -> ImageHeader {
        let image = SourceImage::probe(self.bytes.clone().into(), &Limits::default()).unwrap();
        image.header().clone()
    }

    /// Width and height.
    pub fn size(&self) -> (u32, u32) {
        let dimensions = self.header().dimensions;
        (dimensions.width_px, dimensions.height_px)
    }

    /// Its format by its first bytes, which its content type must agree with.
    pub fn format(&self) -> &'static str {
        let format = match self.bytes.as_slice() {
            [0xFF, 0xD8, 0xFF, ..] => "jpeg",
            [0x89, b'P', b'N', b'G', ..] => "png",
            [b'G', b'I', b'F', b'8', ..] => "gif",
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "webp",
            [b'B', b'M', ..] => "bmp",
            [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => "tiff",
            [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f' | b's', ..] => "avif",
            other => panic!("no picture: {:?}", &other[..other.len().min(16)]),
        };
        assert_eq!(self.content_type, format!("image/{format}"));
        format
    }

    /// Estimated quality of a JPEG.
    pub fn quality(&self) -> i32 {
        self.header().quality.expect("a format with quality").into()
    }

    /// The Exif orientation tag.
    pub fn orientation(&self) -> Option<u16> {
        self.header().orientation.map(calotype_image::Orientation::to_exif)
    }

    /// Pixels of a PNG.
    pub fn pixels(&self) -> Pixels {
        Pixels::of_png(&self.bytes)
    }

    /// Frames and timing of a GIF.
    pub fn gif(&self) -> Animation {
        Animation::of_gif(&self.bytes)
    }

    /// How long each frame of an animated WebP is shown.
    pub fn webp_durations_ms(&self) -> Vec<u32> {
        let mut durations = Vec::new();
        let mut rest = &self.bytes[12..];
        while let [name @ .., a, b, c, d] = rest.get(..8).unwrap_or_default() {
            let size = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
            if name == b"ANMF" {
                durations.push(u32::from_le_bytes([rest[20], rest[21], rest[22], 0]));
            }
            rest = rest.get(8 + size + size % 2..).unwrap_or_default();
        }
        durations
    }

    /// Markers of a JPEG up to its first scan, such as 0xC0 and 0xE1.
    pub fn jpeg_markers(&self) -> BTreeSet<u8> {
        self.jpeg_segments().map(|(marker, _)| marker).collect()
    }

    /// Colour components of a JPEG.
    pub fn jpeg_components(&self) -> u8 {
        let frame = self.jpeg_segments().find(|(marker, _)| matches!(marker, 0xC0 | 0xC2));
        frame.expect("a frame header").1[5]
    }

    fn jpeg_segments(&self) -> impl Iterator<Item = (u8, &[u8])> {
        let mut at = 2;
        std::iter::from_fn(move || {
            let [0xFF, marker, high, low] = *self.bytes.get(at..at + 4)? else { return None };
            let size = usize::from(u16::from_be_bytes([high, low]));
            let payload = self.bytes.get(at + 4..at + 2 + size)?;
            at += 2 + size;
            (marker != 0xDA).then_some((marker, payload))
        })
    }
}

/// Pixels as red, green, blue and alpha.
#[derive(Clone, PartialEq)]
pub struct Pixels {
    width: u32,
    height: u32,
    rgba: Vec<[u8; 4]>,
}

impl Pixels {
    fn of_png(bytes: &[u8]) -> Self {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
        let mut reader = decoder.read_info().unwrap();
        let mut samples = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut samples).unwrap();
        samples.truncate(info.buffer_size());
        let rgba = match info.color_type {
            png::ColorType::Rgba => samples.chunks_exact(4).map(|p| [p[0], p[1], p[2], p[3]]).collect(),
            png::ColorType::Rgb => samples.chunks_exact(3).map(|p| [p[0], p[1], p[2], 255]).collect(),
            png::ColorType::GrayscaleAlpha => {
                samples.chunks_exact(2).map(|p| [p[0], p[0], p[0], p[1]]).collect()
            }
            png::ColorType::Grayscale => samples.iter().map(|&p| [p, p, p, 255]).collect(),
            png::ColorType::Indexed => unreachable!("palettes are expanded"),
        };
        Self { width: info.width, height: info.height, rgba }
    }

    /// One colour everywhere.
    pub fn solid(width: u32, height: u32, color: [u8; 4]) -> Self {
        Self { width, height, rgba: vec![color; (width * height) as usize] }
    }

    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    pub fn at(&self, x: u32, y: u32) -> [u8; 4] {
        assert!(x < self.width && y < self.height, "{x},{y} lies outside {:?}", self.size());
        self.rgba[(y * self.width + x) as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = [u8; 4]> {
        self.rgba.iter().copied()
    }

    /// A part of the picture.
    pub fn window(&self, left: u32, top: u32, width: u32, height: u32) -> Self {
        let places = (top..top + height).flat_map(|y| (left..left + width).map(move |x| (x, y)));
        Self { width, height, rgba: places.map(|(x, y)| self.at(x, y)).collect() }
    }

    /// Left, top, right and bottom of the smallest box around all pixels that differ from another picture; right and
    /// bottom belong to it.
    pub fn changed_box(&self, other: &Self) -> Option<(u32, u32, u32, u32)> {
        assert_eq!(self.size(), other.size());
        let places = (0..self.height).flat_map(|y| (0..self.width).map(move |x| (x, y)));
        places.filter(|&(x, y)| self.at(x, y) != other.at(x, y)).fold(None, |found, (x, y)| {
            let (left, top, right, bottom) = found.unwrap_or((x, y, x, y));
            Some((left.min(x), top.min(y), right.max(x), bottom.max(y)))
        })
    }

    /// How many pixels differ from another picture.
    pub fn changed_count(&self, other: &Self) -> usize {
        assert_eq!(self.size(), other.size());
        self.rgba.iter().zip(&other.rgba).filter(|(a, b)| a != b).count()
    }

    /// The largest difference in any channel to a picture of the same size.
    pub fn largest_difference(&self, other: &Self) -> u8 {
        self.differences(other).max().unwrap_or(0)
    }

    /// The mean difference over all channels to a picture of the same size.
    pub fn mean_difference(&self, other: &Self) -> f64 {
        let sum: u64 = self.differences(other).map(u64::from).sum();
        sum as f64 / (4 * self.rgba.len()) as f64
    }

    /// The peak signal-to-noise ratio to a picture of the same size, in decibels.
    pub fn psnr(&self, other: &Self) -> f64 {
        let squares: u64 = self.differences(other).map(|difference| u64::from(difference).pow(2)).sum();
        let mean = squares as f64 / (4 * self.rgba.len()) as f64;
        if mean == 0.0 { f64::INFINITY } else { 10.0 * (255.0 * 255.0 / mean).log10() }
    }

    fn differences<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = u8> {
        assert_eq!(self.size(), other.size());
        let pairs = self.rgba.iter().zip(&other.rgba);
        pairs.flat_map(|(a, b)| (0..4).map(|channel| a[channel].abs_diff(b[channel])))
    }
}

/// An animated picture, frame by frame.
pub struct Animation {
    /// The whole canvas as it is shown.
    pub frames: Vec<Pixels>,
    pub delays_ms: Vec<u32>,
    pub loops_forever: bool,
}

impl Animation {
    /// Reads a GIF and lays patches over what was there before.
    fn of_gif(bytes: &[u8]) -> Self {
        let mut options = gif::DecodeOptions::new();
        options.set_color_output(gif::ColorOutput::RGBA);
        let mut decoder = options.read_info(bytes).unwrap();
        let (width, height) = (u32::from(decoder.width()), u32::from(decoder.height()));
        let mut canvas = Pixels { width, height, rgba: vec![[0; 4]; (width * height) as usize] };
        let (mut frames, mut delays_ms) = (Vec::new(), Vec::new());
        while let Some(frame) = decoder.read_next_frame().unwrap() {
            let before = canvas.clone();
            let (left, top) = (u32::from(frame.left), u32::from(frame.top));
            let columns = u32::from(frame.width);
            for (index, pixel) in frame.buffer.chunks_exact(4).enumerate() {
                let (x, y) = (left + index as u32 % columns, top + index as u32 / columns);
                if pixel[3] > 0 {
                    canvas.rgba[(y * width + x) as usize] = [pixel[0], pixel[1], pixel[2], 255];
                }
            }
            frames.push(canvas.clone());
            delays_ms.push(u32::from(frame.delay) * 10);
            match frame.dispose {
                gif::DisposalMethod::Previous => canvas = before,
                gif::DisposalMethod::Background => {
                    for y in top..top + u32::from(frame.height) {
                        for x in left..left + columns {
                            canvas.rgba[(y * width + x) as usize] = [0; 4];
                        }
                    }
                }
                gif::DisposalMethod::Any | gif::DisposalMethod::Keep => {}
            }
        }
        let loops_forever = decoder.repeat() == gif::Repeat::Infinite;
        Self { frames, delays_ms, loops_forever }
    }
}

/// A PNG of one colour.
pub fn solid_png(width: u32, height: u32, color: [u8; 3]) -> Vec<u8> {
    png_of(width, height, |_, _| color)
}

/// A PNG whose pixels are computed.
pub fn png_of(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    let samples: Vec<u8> =
        (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| pixel(x, y)).collect();
    writer.write_image_data(&samples).unwrap();
    writer.finish().unwrap();
    bytes
}

/// Tests that an instruction makes a picture of a size.
macro_rules! sizes {
    ($($name:ident: $fixture:expr, $instruction:expr => $width:expr, $height:expr;)+) => {
        $(#[tokio::test]
        async fn $name() {
            let result = $crate::pictures::Gallery::with($fixture).await.get($fixture, $instruction).await;
            assert_eq!(result.size(), ($width, $height));
        })+
    };
}

/// Tests that each of some instructions is refused with a code.
macro_rules! refused {
    ($($name:ident: $fixture:expr, [$($instruction:expr),+ $(,)?] => $code:expr;)+) => {
        $(#[tokio::test]
        async fn $name() {
            let gallery = $crate::pictures::Gallery::with($fixture).await;
            for instruction in [$($instruction),+] {
                assert_eq!(gallery.refusal($fixture, instruction).await, $code, "{instruction}");
            }
        })+
    };
}

pub(crate) use {refused, sizes};
