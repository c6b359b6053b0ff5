//! `UploadResult`: the answer to an upload or a call that makes pictures.
//!
//! Spec: spec/ci/persistent.md, 5; spec/ci/info.md, 4.

use crate::names::{ObjectKey, unquoted};
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// The original and everything that was made from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadResult {
    /// The source.
    pub original: OriginalInfo,
    /// What came of the rules.
    pub results: ProcessResults,
}

/// The source of the pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginalInfo {
    /// Its key.
    pub key: ObjectKey,
    /// Its address without scheme; the key is not encoded.
    pub location: String,
    /// Its tag without quotes; other services use other lengths than an MD5 has.
    pub etag: String,
    /// What it looks like, when that was asked for.
    pub image_info: Option<ImageInfoBlock>,
}

/// What a picture looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageInfoBlock {
    /// Name of the format in upper case.
    pub format: String,
    /// Stored width.
    pub width_px: u32,
    /// Stored height.
    pub height_px: u32,
    /// Estimated quality, 100 for formats without one.
    pub quality: u8,
    /// Average colour, `0x` and six hex digits.
    pub average_color: String,
    /// Exif orientation, 0 without one.
    pub orientation: u8,
    /// 1 for still pictures.
    pub frame_count: u32,
}

/// What came of the rules, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProcessResults {
    /// One for each rule.
    pub objects: Vec<ProcessResult>,
    /// Text found by extracting a blind watermark.
    pub text: Option<String>,
    /// How sure that text is.
    pub watermark_status_code: Option<String>,
}

/// What came of one rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProcessResult {
    /// What was stored; none for a rule that only looks for something.
    pub picture: Option<StoredPicture>,
    /// 1 when a code was found in it, 0 when not.
    pub code_status: Option<u8>,
    /// The codes that were found.
    pub qr_codes: Vec<QrCodeInfo>,
    /// How sure a blind watermark is, 0 to 100.
    pub watermark_status: Option<u8>,
    /// Names and values of the label for generated content.
    pub aigc_metadata: Vec<(String, String)>,
}

/// One picture that was made. Fields some services leave out are optional.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPicture {
    /// Its key.
    pub key: ObjectKey,
    /// Its address without scheme; the key is not encoded.
    pub location: String,
    /// Name of the format in lower case; compare with [`same_format`].
    pub format: String,
    /// Its width.
    pub width_px: u32,
    /// Its height.
    pub height_px: u32,
    /// Size of the stored object.
    pub size_bytes: u64,
    /// The encoder's quality, or the source's where the format has none.
    pub quality: Option<u8>,
    /// Its tag without quotes.
    pub etag: String,
    /// 1 for still pictures.
    pub frame_count: Option<u32>,
    /// MD5 of its bytes in hex.
    pub md5: Option<String>,
}

/// One code in a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrCodeInfo {
    /// What it says.
    pub text: String,
    /// Its corners as `x,y`, clockwise from the upper left.
    pub points: Vec<String>,
}

/// Whether two names mean one format, whatever their case and spelling.
pub fn same_format(one: &str, other: &str) -> bool {
    fn plain(name: &str) -> String {
        match name.to_ascii_lowercase().as_str() {
            "jpg" => "jpeg".into(),
            "heic" => "heif".into(),
            name => name.into(),
        }
    }
    plain(one) == plain(other)
}

impl XmlBody for UploadResult {
    const ROOT: &'static str = "UploadResult";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.parent("OriginalInfo", |xml| {
            xml.leaf("Key", &self.original.key);
            xml.leaf("Location", &self.original.location);
            xml.leaf("ETag", quoted(&self.original.etag));
            if let Some(info) = &self.original.image_info {
                info.write(xml);
            }
        });
        self.results.write(xml);
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let original =
            root.child("OriginalInfo").ok_or_else(|| MalformedXml("there is no OriginalInfo".into()))?;
        Ok(Self {
            original: OriginalInfo {
                key: original.required("Key")?,
                location: original.text_of("Location").to_owned(),
                etag: unquoted(original.text_of("ETag")).to_owned(),
                image_info: original.child("ImageInfo").map(ImageInfoBlock::read).transpose()?,
            },
            results: root.child("ProcessResults").map(ProcessResults::read).transpose()?.unwrap_or_default(),
        })
    }
}

impl ImageInfoBlock {
    pub(crate) fn write(&self, xml: &mut XmlWriter) {
        xml.parent("ImageInfo", |xml| {
            xml.leaf("Format", &self.format);
            xml.leaf("Width", self.width_px);
            xml.leaf("Height", self.height_px);
            xml.leaf("Quality", self.quality);
            xml.leaf("Ave", &self.average_color);
            xml.leaf("Orientation", self.orientation);
            xml.leaf("FrameCount", self.frame_count);
        });
    }

    pub(crate) fn read(info: &Element) -> Result<Self, MalformedXml> {
        Ok(Self {
            format: info.required_text("Format")?.to_owned(),
            width_px: info.required("Width")?,
            height_px: info.required("Height")?,
            quality: info.optional("Quality")?.unwrap_or(100),
            average_color: info.text_of("Ave").to_owned(),
            orientation: info.optional("Orientation")?.unwrap_or(0),
            frame_count: info.optional("FrameCount")?.unwrap_or(1),
        })
    }
}

impl ProcessResults {
    pub(crate) fn write(&self, xml: &mut XmlWriter) {
        xml.parent("ProcessResults", |xml| {
            self.objects.iter().for_each(|object| object.write(xml));
            xml.optional("Text", self.text.as_deref());
            xml.optional("WatermarkStatusCode", self.watermark_status_code.as_deref());
        });
    }

    pub(crate) fn read(results: &Element) -> Result<Self, MalformedXml> {
        Ok(Self {
            objects: results.children("Object").map(ProcessResult::read).collect::<Result<_, _>>()?,
            text: results.child("Text").map(|text| text.text().to_owned()),
            watermark_status_code: results.optional_text("WatermarkStatusCode").map(str::to_owned),
        })
    }
}

impl ProcessResult {
    fn write(&self, xml: &mut XmlWriter) {
        xml.parent("Object", |xml| {
            if let Some(picture) = &self.picture {
                picture.write(xml);
            }
            xml.optional("CodeStatus", self.code_status);
            self.qr_codes.iter().for_each(|code| code.write(xml));
            xml.optional("WatermarkStatus", self.watermark_status);
            if !self.aigc_metadata.is_empty() {
                xml.parent("AIGCMetadata", |xml| {
                    self.aigc_metadata.iter().for_each(|(name, value)| xml.leaf(name, value));
                });
            }
        });
    }

    fn read(object: &Element) -> Result<Self, MalformedXml> {
        let labels = object.child("AIGCMetadata").map(Element::elements).unwrap_or_default();
        Ok(Self {
            picture: object.child("Key").map(|_| StoredPicture::read(object)).transpose()?,
            code_status: object.optional("CodeStatus")?,
            qr_codes: object.children("QRcodeInfo").map(QrCodeInfo::read).collect(),
            watermark_status: object.optional("WatermarkStatus")?,
            aigc_metadata: labels
                .iter()
                .map(|label| (label.name().to_owned(), label.text().to_owned()))
                .collect(),
        })
    }
}

impl StoredPicture {
    fn write(&self, xml: &mut XmlWriter) {
        xml.leaf("Key", &self.key);
        xml.leaf("Location", &self.location);
        xml.leaf("Format", &self.format);
        xml.leaf("Width", self.width_px);
        xml.leaf("Height", self.height_px);
        xml.leaf("Size", self.size_bytes);
        xml.optional("Quality", self.quality);
        xml.leaf("ETag", quoted(&self.etag));
        xml.optional("FrameCount", self.frame_count);
        xml.optional("Md5", self.md5.as_deref());
    }

    fn read(object: &Element) -> Result<Self, MalformedXml> {
        Ok(Self {
            key: object.required("Key")?,
            location: object.text_of("Location").to_owned(),
            format: object.text_of("Format").to_owned(),
            width_px: object.optional("Width")?.unwrap_or(0),
            height_px: object.optional("Height")?.unwrap_or(0),
            size_bytes: object.optional("Size")?.unwrap_or(0),
            quality: object.optional("Quality")?,
            etag: unquoted(object.text_of("ETag")).to_owned(),
            frame_count: object.optional("FrameCount")?,
            md5: object.optional_text("Md5").map(str::to_owned),
        })
    }
}

impl QrCodeInfo {
    pub(crate) fn write(&self, xml: &mut XmlWriter) {
        xml.parent("QRcodeInfo", |xml| {
            xml.leaf("CodeUrl", &self.text);
            xml.parent("CodeLocation", |xml| self.points.iter().for_each(|point| xml.leaf("Point", point)));
        });
    }

    pub(crate) fn read(info: &Element) -> Self {
        let points = info.child("CodeLocation").into_iter().flat_map(|location| location.children("Point"));
        Self {
            text: info.text_of("CodeUrl").to_owned(),
            points: points.map(|point| point.text().to_owned()).collect(),
        }
    }
}

fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}
