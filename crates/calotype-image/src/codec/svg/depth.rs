//! How deep a drawing goes, with everything that its elements refer to. What draws it follows every level on the stack.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::unreadable;
use crate::ImageError;

/// Levels of elements inside of elements, references included; drawings have about twenty.
const DEPTH_MAX: usize = 192;

/// Elements that are looked at; later ones are refused.
const ELEMENTS_MAX: usize = 1_000_000;

/// Elements whose content is drawn wherever they are referred to.
const DRAWN_BY_REFERENCE: [&str; 5] = ["clipPath", "mask", "pattern", "marker", "filter"];

/// Refuses a drawing that goes too deep.
pub(super) fn check(text: &str) -> Result<(), ImageError> {
    let drawing = Drawing::read(text)?;
    let mut heights = Heights { drawing: &drawing, known: vec![None; drawing.elements.len()] };
    let own = heights.of(0)?;
    // Rules of a style sheet may refer from anywhere, and each at most once in a chain.
    let mut styled = 0;
    for id in references(&drawing.styles) {
        if let Some(&element) = drawing.ids.get(id).filter(|element| drawing.is_drawn_by_reference(**element))
        {
            styled += heights.of(element)?;
        }
    }
    if own + styled > DEPTH_MAX { Err(too_deep()) } else { Ok(()) }
}

fn too_deep() -> ImageError {
    unreadable(format!("it goes more than {DEPTH_MAX} levels deep"))
}

#[derive(Default)]
struct Drawing {
    elements: Vec<Element>,
    ids: HashMap<String, usize>,
    /// The text of all style sheets.
    styles: String,
}

#[derive(Default)]
struct Element {
    name: String,
    children: Vec<usize>,
    /// Ids it refers to.
    references: Vec<String>,
}

impl Drawing {
    fn read(text: &str) -> Result<Self, ImageError> {
        let mut reader = Reader::from_str(text);
        let mut drawing = Self::default();
        let mut open: Vec<usize> = Vec::new();
        loop {
            match reader.read_event().map_err(unreadable)? {
                Event::Start(tag) => {
                    let element = drawing.add(&tag, open.last().copied())?;
                    open.push(element);
                    if open.len() > DEPTH_MAX {
                        return Err(too_deep());
                    }
                }
                Event::Empty(tag) => drop(drawing.add(&tag, open.last().copied())?),
                Event::End(_) => drop(open.pop()),
                Event::Text(text) => drawing.add_style(&open, &text.into_inner()),
                Event::CData(text) => drawing.add_style(&open, &text.into_inner()),
                Event::Eof => break,
                _ => {}
            }
        }
        if drawing.elements.is_empty() { Err(unreadable("there is no root element")) } else { Ok(drawing) }
    }

    fn add(&mut self, tag: &BytesStart<'_>, parent: Option<usize>) -> Result<usize, ImageError> {
        let place = self.elements.len();
        if place >= ELEMENTS_MAX {
            return Err(unreadable(format!("it has more than {ELEMENTS_MAX} elements")));
        }
        let name = tag.local_name().as_ref().to_owned();
        let mut element = Element { name, ..Element::default() };
        for attribute in tag.attributes().flatten() {
            let value = attribute.value.as_ref();
            match attribute.key.local_name().as_ref() {
                "id" => drop(self.ids.insert(value.to_owned(), place)),
                "href" => element.references.extend(value.trim().strip_prefix('#').map(str::to_owned)),
                _ => element.references.extend(references(value).map(str::to_owned)),
            }
        }
        if let Some(parent) = parent {
            self.elements[parent].children.push(place);
        }
        self.elements.push(element);
        Ok(place)
    }

    fn add_style(&mut self, open: &[usize], text: &str) {
        if open.last().is_some_and(|element| self.elements[*element].name == "style") {
            self.styles.push_str(text);
        }
    }

    fn is_drawn_by_reference(&self, element: usize) -> bool {
        DRAWN_BY_REFERENCE.contains(&self.elements[element].name.as_str())
    }

    /// Everything that is drawn as part of an element.
    fn below(&self, element: usize) -> impl Iterator<Item = usize> {
        let Element { children, references, .. } = &self.elements[element];
        children.iter().copied().chain(references.iter().filter_map(|id| self.ids.get(id).copied()))
    }
}

/// Ids in `url(#id)`.
fn references(text: &str) -> impl Iterator<Item = &str> {
    text.split("url(").skip(1).filter_map(|rest| {
        let inside = rest.split(')').next()?;
        inside.trim().trim_matches(['"', '\'']).strip_prefix('#')
    })
}

/// Levels below each element, found without recursion.
struct Heights<'a> {
    drawing: &'a Drawing,
    known: Vec<Option<usize>>,
}

impl Heights<'_> {
    fn of(&mut self, element: usize) -> Result<usize, ImageError> {
        if let Some(height) = self.known[element] {
            return Ok(height);
        }
        // Each entry: an element, and what is below it and still to be looked at.
        let mut path = vec![(element, self.drawing.below(element).collect::<Vec<_>>())];
        let mut on_path = std::collections::HashSet::from([element]);
        while let Some((current, left)) = path.last_mut() {
            let current = *current;
            match left.pop() {
                // A reference to itself is not followed by what draws it.
                Some(next) if self.known[next].is_some() || on_path.contains(&next) => {}
                Some(next) => {
                    if path.len() > DEPTH_MAX {
                        return Err(too_deep());
                    }
                    on_path.insert(next);
                    path.push((next, self.drawing.below(next).collect()));
                }
                None => {
                    let below = self.drawing.below(current).filter_map(|next| self.known[next]);
                    self.known[current] = Some(1 + below.max().unwrap_or(0));
                    on_path.remove(&current);
                    path.pop();
                }
            }
        }
        Ok(self.known[element].unwrap_or(1))
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn depth_counts_through_references() {
        assert!(check(&format!("<svg>{}{}</svg>", "<g>".repeat(150), "</g>".repeat(150))).is_ok());
        assert!(check(&format!("<svg>{}{}</svg>", "<g>".repeat(200), "</g>".repeat(200))).is_err());
        let chain = |length: usize| -> String {
            let links = (1..length).map(|at| format!("<g id='g{at}'><use href='#g{}'/></g>", at - 1));
            format!("<svg><g id='g0'/>{}</svg>", links.collect::<String>())
        };
        assert!(check(&chain(40)).is_ok());
        assert!(check(&chain(5_000)).is_err());
        let clips: String = (1..300)
            .map(|at| format!("<clipPath id='c{at}' clip-path='url(#c{})'><rect/></clipPath>", at - 1))
            .collect();
        assert!(check(&format!("<svg>{clips}</svg>")).is_err());
    }

    #[test]
    fn circles_and_style_sheets_are_bounded() {
        assert!(check("<svg><g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g></svg>").is_ok());
        let gradient = "<svg><style>.a{fill:url(#b)}</style><linearGradient id='b'/><rect class='a'/></svg>";
        assert!(check(gradient).is_ok());
        let masks: String =
            (0..200).map(|at| format!("<mask id='m{at}'><rect class='m{}'/></mask>", at + 1)).collect();
        let rules: String = (0..200).map(|at| format!(".m{at}{{mask:url(#m{at})}}")).collect();
        assert!(check(&format!("<svg><style>{rules}</style>{masks}</svg>")).is_err());
    }
}
