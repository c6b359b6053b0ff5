//! Documents as JSON with the same names: text becomes a string, what stands several times a list.

use serde_json::{Map, Value};

use super::Element;

/// The children of an element as members of an object.
pub(crate) fn json_members(element: &Element) -> Map<String, Value> {
    let mut members = Map::new();
    for child in element.elements() {
        let value = match child.elements() {
            [] => Value::String(child.text().to_owned()),
            _ => Value::Object(json_members(child)),
        };
        match members.get_mut(child.name()) {
            None => drop(members.insert(child.name().to_owned(), value)),
            Some(Value::Array(several)) => several.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    members
}
