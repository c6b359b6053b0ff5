//! Finds the primary picture of an AVIF file, what belongs to it and where its bytes are.
//!
//! Sequences are read as the still picture that they also hold. Every count is bounded before it is used.

use std::borrow::Cow;

use super::{
    boxes::{Code, Reader, boxes, find},
    item::{ColorCode, Item, Place},
    unreadable,
};
use crate::{Dimensions, ImageError, Orientation};

/// Items of a file: pictures, tiles, alpha planes, metadata.
const ITEMS_MAX: usize = 4096;

/// Pieces that the bytes of one item may be in.
const EXTENTS_MAX: u64 = 1024;

/// Tiles of one picture.
const TILES_MAX: usize = 1024;

/// A reference of one item to others.
struct Reference {
    kind: Code,
    from: u32,
    to: Vec<u32>,
}

/// All items of a file.
#[derive(Default)]
pub(super) struct Container<'a> {
    file: &'a [u8],
    item_data: &'a [u8],
    items: Vec<Item<'a>>,
    references: Vec<Reference>,
    primary: u32,
}

/// Coded pictures side by side, at least one. A single picture is one tile.
#[derive(Debug)]
pub(super) struct Tiles<'a> {
    pub columns: usize,
    pub tiles: Vec<Cow<'a, [u8]>>,
    pub color: Option<ColorCode>,
}

/// What is known of the primary picture before it is decoded.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Description {
    pub dimensions: Dimensions,
    pub bit_depth: u8,
    pub has_alpha: bool,
    pub premultiplied: bool,
    pub color: Option<ColorCode>,
    /// From the mirror and rotation boxes; `None` where there are none.
    pub orientation: Option<Orientation>,
}

impl<'a> Container<'a> {
    pub(super) fn read(file: &'a [u8]) -> Result<Self, ImageError> {
        let meta = find(file, b"meta").and_then(|meta| meta.get(4..));
        let meta = meta.ok_or_else(|| unreadable("there is no metadata box"))?;
        let mut container = Self { file, ..Self::default() };
        let mut associations = Vec::new();
        let mut properties = Vec::new();
        for (code, content) in boxes(meta) {
            match &code {
                b"pitm" => container.primary = primary_item(content).ok_or_else(|| damaged("pitm"))?,
                b"iinf" => container.read_infos(content).ok_or_else(|| damaged("iinf"))?,
                b"iloc" => container.read_places(content).ok_or_else(|| damaged("iloc"))?,
                b"iref" => container.read_references(content).ok_or_else(|| damaged("iref"))?,
                b"idat" => container.item_data = content,
                b"iprp" => {
                    properties = find(content, b"ipco").map(|list| boxes(list).collect()).unwrap_or_default();
                    associations = boxes(content).filter(|(code, _)| code == b"ipma").collect();
                }
                _ => {}
            }
        }
        for (_, content) in associations {
            container.associate(content, &properties).ok_or_else(|| damaged("ipma"))?;
        }
        Ok(container)
    }

    /// The size, depth and turn of the primary picture.
    pub(super) fn describe(&self) -> Result<Description, ImageError> {
        let primary = self.primary_picture()?;
        let size = primary.property(b"ispe").and_then(|ispe| {
            let mut reader = Reader(ispe.get(4..)?);
            Some(Dimensions { width_px: reader.u32()?, height_px: reader.u32()? })
        });
        let dimensions = size.filter(|size| size.pixels() > 0).ok_or_else(|| damaged("ispe"))?;
        let tile = self.tile_items(primary).into_iter().next().flatten().unwrap_or(primary);
        let alpha = self.alpha_of(primary.id);
        let premultiplied = alpha.is_some_and(|alpha| self.refers(b"prem", primary.id, alpha.id));
        Ok(Description {
            dimensions,
            bit_depth: tile.bit_depth(),
            has_alpha: alpha.is_some(),
            premultiplied,
            color: primary.color().or_else(|| tile.color()),
            orientation: primary.orientation(),
        })
    }

    /// The coded tiles of the primary picture's colours.
    pub(super) fn color_tiles(&self) -> Result<Tiles<'a>, ImageError> {
        self.tiles_of(self.primary_picture()?)
    }

    /// The coded tiles of its alpha plane, where it has one.
    pub(super) fn alpha_tiles(&self) -> Option<Result<Tiles<'a>, ImageError>> {
        self.alpha_of(self.primary).map(|alpha| self.tiles_of(alpha))
    }

    /// The profile, where colours are given by one.
    pub(super) fn icc_profile(&self) -> Option<&'a [u8]> {
        let primary = self.primary_picture().ok()?;
        let profile_of = |item: &Item<'a>| {
            item.properties.iter().find_map(|(code, content)| {
                let profile = content.strip_prefix(b"prof").or_else(|| content.strip_prefix(b"rICC"))?;
                (code == b"colr").then_some(profile)
            })
        };
        profile_of(primary).or_else(|| self.tile_items(primary).into_iter().flatten().find_map(profile_of))
    }

    /// Exif from its TIFF header on.
    pub(super) fn exif(&self) -> Option<Vec<u8>> {
        let item = self.items.iter().find(|item| &item.kind == b"Exif")?;
        let data = self.bytes_of(item).ok()?;
        let start = Reader(&data).u32()? as usize;
        data.get(start.checked_add(4)?..).map(<[u8]>::to_vec)
    }

    /// The XMP packet.
    pub(super) fn xmp(&self) -> Option<Vec<u8>> {
        let is_xmp = |item: &&Item<'_>| &item.kind == b"mime" && item.mime == b"application/rdf+xml";
        self.bytes_of(self.items.iter().find(is_xmp)?).ok().map(Cow::into_owned)
    }

    fn primary_picture(&self) -> Result<&Item<'a>, ImageError> {
        let primary = self.item(self.primary).ok_or_else(|| unreadable("there is no primary picture"))?;
        match &primary.kind {
            b"av01" | b"grid" => Ok(primary),
            kind => Err(unreadable(format!("pictures of kind {} are not read", kind.escape_ascii()))),
        }
    }

    fn item(&self, id: u32) -> Option<&Item<'a>> {
        self.items.iter().find(|item| item.id == id)
    }

    fn refers(&self, kind: &Code, from: u32, to: u32) -> bool {
        self.references.iter().any(|one| one.kind == *kind && one.from == from && one.to.contains(&to))
    }

    fn alpha_of(&self, id: u32) -> Option<&Item<'a>> {
        self.items.iter().find(|item| item.is_alpha() && self.refers(b"auxl", item.id, id))
    }

    /// Items of a grid in reading order; those that are missing are `None`. Empty for a single picture.
    fn tile_items(&self, item: &Item<'a>) -> Vec<Option<&Item<'a>>> {
        let mut references = self.references.iter();
        match references.find(|one| &one.kind == b"dimg" && one.from == item.id) {
            Some(tiles) if &item.kind == b"grid" => tiles.to.iter().map(|id| self.item(*id)).collect(),
            _ => Vec::new(),
        }
    }

    fn tiles_of(&self, item: &Item<'a>) -> Result<Tiles<'a>, ImageError> {
        let data = self.bytes_of(item)?;
        if &item.kind == b"av01" {
            return Ok(Tiles { columns: 1, tiles: vec![data], color: item.color() });
        }
        let [_version, _flags, rows, columns, ..] = *data else { return Err(damaged("grid")) };
        let (rows, columns) = (usize::from(rows) + 1, usize::from(columns) + 1);
        let items = self.tile_items(item);
        if items.len() != rows * columns || items.len() > TILES_MAX {
            return Err(unreadable("the tiles of the grid are not all there"));
        }
        let color = item.color().or_else(|| items.first()?.as_ref()?.color());
        let coded = |tile: Option<&Item<'a>>| match tile {
            Some(tile) if &tile.kind == b"av01" => self.bytes_of(tile),
            _ => Err(unreadable("a tile of the grid is no picture")),
        };
        let tiles = items.into_iter().map(coded).collect::<Result<_, _>>()?;
        Ok(Tiles { columns, tiles, color })
    }

    /// The bytes of an item, put together where they are in pieces.
    fn bytes_of(&self, item: &Item<'a>) -> Result<Cow<'a, [u8]>, ImageError> {
        let gone = || unreadable("bytes of the picture are missing");
        let place = item.place.as_ref().ok_or_else(gone)?;
        let from = match place.method {
            0 => self.file,
            1 => self.item_data,
            _ => return Err(unreadable("items made of other items are not read")),
        };
        let piece = |(offset, length): &(u64, u64)| {
            let start = usize::try_from(*offset).ok()?;
            // No length stands for all that follows.
            let end = match usize::try_from(*length).ok()? {
                0 => from.len(),
                length => start.checked_add(length)?,
            };
            from.get(start..end)
        };
        if let [extent] = &place.extents[..] {
            return piece(extent).map(Cow::Borrowed).ok_or_else(gone);
        }
        let mut bytes = Vec::new();
        for extent in &place.extents {
            bytes.extend_from_slice(piece(extent).ok_or_else(gone)?);
            if bytes.len() > self.file.len() {
                return Err(unreadable("an item is larger than the file"));
            }
        }
        Ok(Cow::Owned(bytes))
    }

    fn read_infos(&mut self, content: &'a [u8]) -> Option<()> {
        let mut reader = Reader(content);
        let wide = reader.version()?.0 > 0;
        let count = reader.number(if wide { 4 } else { 2 })?;
        for (code, content) in boxes(reader.0).take(ITEMS_MAX.min(count as usize)) {
            let mut reader = Reader(content);
            let (version, _) = reader.version()?;
            if &code != b"infe" || version < 2 {
                continue;
            }
            let id = reader.number(if version > 2 { 4 } else { 2 })? as u32;
            let _protection = reader.u16()?;
            let kind = reader.take(4)?.try_into().ok()?;
            let mime = reader.text().and_then(|_name| reader.text()).unwrap_or_default();
            let item = self.item_mut(id)?;
            item.kind = kind;
            item.mime = mime;
        }
        Some(())
    }

    fn read_places(&mut self, content: &'a [u8]) -> Option<()> {
        let mut reader = Reader(content);
        let (version, _) = reader.version()?;
        let (sizes, more_sizes) = (reader.u8()?, reader.u8()?);
        let (offset_bytes, length_bytes) = (usize::from(sizes >> 4), usize::from(sizes & 15));
        let base_bytes = usize::from(more_sizes >> 4);
        let index_bytes = if version > 0 { usize::from(more_sizes & 15) } else { 0 };
        let id_bytes = if version > 1 { 4 } else { 2 };
        let count = reader.number(id_bytes)?;
        for _ in 0..count {
            let id = reader.number(id_bytes)? as u32;
            let method = if version > 0 { reader.u16()? & 15 } else { 0 };
            let _data_reference = reader.u16()?;
            let base = reader.number(base_bytes)?;
            let extent_count = u64::from(reader.u16()?);
            if extent_count > EXTENTS_MAX {
                return None;
            }
            let mut extents = Vec::new();
            for _ in 0..extent_count {
                let _index = reader.number(index_bytes)?;
                let offset = base.checked_add(reader.number(offset_bytes)?)?;
                extents.push((offset, reader.number(length_bytes)?));
            }
            self.item_mut(id)?.place = Some(Place { method, extents });
        }
        Some(())
    }

    fn read_references(&mut self, content: &'a [u8]) -> Option<()> {
        let mut reader = Reader(content);
        let id_bytes = if reader.version()?.0 > 0 { 4 } else { 2 };
        for (kind, content) in boxes(reader.0) {
            let mut reader = Reader(content);
            let from = reader.number(id_bytes)? as u32;
            let count = usize::from(reader.u16()?);
            let to =
                (0..count).map(|_| reader.number(id_bytes).map(|id| id as u32)).collect::<Option<_>>()?;
            self.references.push(Reference { kind, from, to });
        }
        Some(())
    }

    fn associate(&mut self, content: &'a [u8], properties: &[(Code, &'a [u8])]) -> Option<()> {
        let mut reader = Reader(content);
        let (version, flags) = reader.version()?;
        let (id_bytes, index_bytes) = (if version > 0 { 4 } else { 2 }, if flags & 1 == 1 { 2 } else { 1 });
        let essential = 1 << (8 * index_bytes - 1);
        for _ in 0..reader.u32()? {
            let id = reader.number(id_bytes)? as u32;
            for _ in 0..reader.u8()? {
                let index = (reader.number(index_bytes)? & (essential - 1)) as usize;
                // Properties are counted from 1; 0 stands for none.
                let property = index.checked_sub(1).and_then(|index| properties.get(index));
                if let Some(property) = property {
                    self.item_mut(id)?.properties.push(*property);
                }
            }
        }
        Some(())
    }

    /// The item of this number, new where it was not mentioned before; `None` where there are too many.
    fn item_mut(&mut self, id: u32) -> Option<&mut Item<'a>> {
        let at = match self.items.iter().position(|item| item.id == id) {
            Some(at) => at,
            None if self.items.len() < ITEMS_MAX => {
                self.items.push(Item { id, ..Item::default() });
                self.items.len() - 1
            }
            None => return None,
        };
        self.items.get_mut(at)
    }
}

fn primary_item(content: &[u8]) -> Option<u32> {
    let mut reader = Reader(content);
    let id_bytes = if reader.version()?.0 > 0 { 4 } else { 2 };
    reader.number(id_bytes).map(|id| id as u32)
}

fn damaged(code: &str) -> ImageError {
    unreadable(format!("its {code} box is damaged"))
}
