//! The JSON of the header: read tolerantly, written strictly.

use std::fmt::{self, Write};

use serde_json::{Map, Value, json};

use super::{InvalidPicOperations, PicOperations, PicRule};

/// Verbs that describe a picture and make none.
const INFO_VERBS: [&str; 4] = ["imageInfo", "exif", "imageAve", "imageInspect"];

pub(super) fn parse(header: &[u8], rules_max: usize) -> Result<PicOperations, InvalidPicOperations> {
    let value: Value =
        serde_json::from_slice(header).map_err(|error| invalid(format!("not JSON: {error}")))?;
    let Value::Object(members) = value else { return Err(invalid("not a JSON object")) };
    let rules = match members.get("rules") {
        None | Some(Value::Null) => &[][..],
        Some(Value::Array(rules)) => rules,
        Some(_) => return Err(invalid("rules is not an array")),
    };
    if rules.len() > rules_max {
        return Err(invalid(format!("{} rules, at most {rules_max} are allowed", rules.len())));
    }
    let is_pic_info = parse_switch(members.get("is_pic_info"))?;
    let rules =
        rules.iter().enumerate().map(|(place, rule)| parse_rule(place, rule)).collect::<Result<_, _>>()?;
    Ok(PicOperations { is_pic_info, rules })
}

fn parse_switch(value: Option<&Value>) -> Result<bool, InvalidPicOperations> {
    let text = match value {
        None | Some(Value::Null) => return Ok(false),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(value) => value.to_string(),
    };
    match text.as_str() {
        "0" | "false" => Ok(false),
        "1" | "true" => Ok(true),
        other => Err(invalid(format!("is_pic_info is {other:?}, expected 0 or 1"))),
    }
}

fn parse_rule(place: usize, value: &Value) -> Result<PicRule, InvalidPicOperations> {
    let Value::Object(members) = value else { return Err(invalid(format!("rule {place} is not an object"))) };
    let rule = text_member(place, members, "rule")?.unwrap_or_default().trim();
    let rule = rule.replace("%7C", "|").replace("%7c", "|");
    if rule.is_empty() {
        return Err(invalid(format!("rule {place} has no rule")));
    }
    if let Some(verb) = rule.split('|').find_map(info_verb) {
        return Err(invalid(format!("rule {place} is {verb}, which makes no picture")));
    }
    let fileid = text_member(place, members, "fileid")?.unwrap_or_default().to_owned();
    if fileid.is_empty() && !may_store_nothing(&rule) {
        return Err(invalid(format!("rule {place} has no fileid")));
    }
    let bucket = text_member(place, members, "bucket")?.map(str::trim).filter(|name| !name.is_empty());
    let bucket =
        bucket.map(str::parse).transpose().map_err(|error| invalid(format!("rule {place}: {error}")))?;
    Ok(PicRule { bucket, fileid, rule })
}

fn text_member<'a>(
    place: usize,
    members: &'a Map<String, Value>,
    name: &str,
) -> Result<Option<&'a str>, InvalidPicOperations> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(invalid(format!("{name} of rule {place} is not a string"))),
    }
}

fn info_verb(segment: &str) -> Option<&'static str> {
    let verb = segment.trim().split('/').next().unwrap_or_default();
    INFO_VERBS.into_iter().find(|info| *info == verb)
}

/// Reading a code or a hidden mark gives an answer even without an object.
fn may_store_nothing(rule: &str) -> bool {
    ["QRcode", "watermark/4"]
        .into_iter()
        .any(|verb| rule.strip_prefix(verb).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

fn invalid(message: impl Into<String>) -> InvalidPicOperations {
    InvalidPicOperations(message.into())
}

pub(super) fn write(operations: &PicOperations, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let rules: Vec<Value> = operations.rules.iter().map(rule_value).collect();
    let value = json!({ "is_pic_info": u8::from(operations.is_pic_info), "rules": rules });
    for character in value.to_string().chars() {
        match character {
            ' '..='~' => f.write_char(character)?,
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(f, "\\u{unit:04x}")?;
                }
            }
        }
    }
    Ok(())
}

fn rule_value(rule: &PicRule) -> Value {
    let mut members = Map::new();
    if let Some(bucket) = &rule.bucket {
        members.insert("bucket".into(), bucket.as_str().into());
    }
    members.insert("fileid".into(), rule.fileid.as_str().into());
    members.insert("rule".into(), rule.rule.as_str().into());
    Value::Object(members)
}
