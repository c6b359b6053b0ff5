//! The query of a request: decoded pairs in order, and the picture instruction that may hide in it.
//!
//! Spec: spec/cos/README.md, 2.2; spec/ci/README.md, 2.

use std::fmt;

use percent_encoding::percent_decode_str;

use crate::encoding;

/// First words of an instruction; each stands alone or is followed by `/` or `|`.
const VERBS: [&str; 9] = [
    "imageMogr2",
    "imageView2",
    "watermark",
    "imageInfo",
    "exif",
    "imageAve",
    "imageSlim",
    "style",
    "imageInspect",
];

/// Parameters in the order they were written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    parameters: Vec<Parameter>,
    raw: String,
}

/// One `name` or `name=value`, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// What is in front of the first `=`.
    pub name: String,
    /// What is behind it; none when there is no `=`.
    pub value: Option<String>,
}

/// The query asks for two different treatments of one picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the query has more than one instruction ({first:?} and {second:?}); join them with |")]
pub struct TwoInstructions {
    /// The one that was met first.
    pub first: String,
    /// The one too many.
    pub second: String,
}

impl Query {
    /// Reads the text behind `?`. Never fails: a broken escape stays as it is written.
    pub fn parse(raw: &str) -> Self {
        let parameters = raw.split('&').filter(|piece| !piece.is_empty()).map(Parameter::parse).collect();
        Self { parameters, raw: raw.to_owned() }
    }

    /// Appends a parameter. `None` writes a bare name.
    pub fn push(&mut self, name: impl Into<String>, value: Option<String>) {
        let parameter = Parameter { name: name.into(), value };
        if !self.raw.is_empty() {
            self.raw.push('&');
        }
        self.raw.push_str(&parameter.to_string());
        self.parameters.push(parameter);
    }

    /// Appends a flag such as `acl`.
    pub fn push_flag(&mut self, name: &str) {
        self.push(name, None);
    }

    /// Appends `name=value` when there is a value.
    pub fn push_optional(&mut self, name: &str, value: Option<impl fmt::Display>) {
        if let Some(value) = value {
            self.push(name, Some(value.to_string()));
        }
    }

    /// All parameters in order.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.parameters.is_empty()
    }

    /// Whether a parameter of that name is there, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.parameters.iter().any(|parameter| parameter.name == name)
    }

    /// The first value of that name; none when it is missing or empty.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|parameter| parameter.name == name)
            .and_then(|parameter| parameter.value.as_deref())
            .filter(|value| !value.is_empty())
    }

    /// Names that stand alone or with an empty value.
    pub fn flags(&self) -> impl Iterator<Item = &str> {
        self.parameters
            .iter()
            .filter(|parameter| parameter.is_flag())
            .map(|parameter| parameter.name.as_str())
    }

    /// The picture instruction, decoded once, with `+` as it is and inner `=` kept. None without one.
    pub fn instruction(&self) -> Result<Option<String>, TwoInstructions> {
        let mut found: Option<String> = None;
        for second in self.instructions() {
            if let Some(first) = found {
                return Err(TwoInstructions { first, second });
            }
            found = Some(second);
        }
        match (found, self.ci_process()) {
            (Some(first), Some(name)) => Err(TwoInstructions { first, second: format!("ci-process={name}") }),
            (found, _) => Ok(found),
        }
    }

    /// Every piece of the raw query that is an instruction; a signature may name one as a parameter.
    pub fn instructions(&self) -> impl Iterator<Item = String> {
        self.raw.split('&').filter_map(|piece| {
            let decoded = percent_decode_str(piece.trim_end_matches('=')).decode_utf8().ok()?;
            let text = decoded.trim();
            is_instruction(text).then(|| text.to_owned())
        })
    }

    /// The value of `ci-process`, when there is one.
    pub fn ci_process(&self) -> Option<&str> {
        self.value("ci-process")
    }
}

fn is_instruction(text: &str) -> bool {
    VERBS.iter().any(|verb| {
        text.strip_prefix(verb).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '|']))
    })
}

impl Parameter {
    fn parse(piece: &str) -> Self {
        match piece.split_once('=') {
            Some((name, value)) => {
                Self { name: encoding::decode_query(name), value: Some(encoding::decode_query(value)) }
            }
            None => Self { name: encoding::decode_query(piece), value: None },
        }
    }

    /// Whether there is no value, or an empty one.
    pub fn is_flag(&self) -> bool {
        self.value.as_deref().is_none_or(str::is_empty)
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encoding::encode(&self.name))?;
        match &self.value {
            Some(value) => write!(f, "={}", encoding::encode(value)),
            None => Ok(()),
        }
    }
}

/// The query as it goes on the wire, without `?`.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn instruction(raw: &str) -> Option<String> {
        Query::parse(raw).instruction().unwrap()
    }

    #[test]
    fn plus_is_a_space_and_flags_are_equal() {
        let query = Query::parse("prefix=a+b%2Bc&acl&uploads=&q=1=2&&%E4%B8%AD");
        assert_eq!(query.value("prefix"), Some("a b+c"));
        assert_eq!(query.value("q"), Some("1=2"));
        assert_eq!(query.flags().collect::<Vec<_>>(), ["acl", "uploads", "中"]);
        assert_eq!((query.has("uploads"), query.value("uploads")), (true, None));
    }

    #[test]
    fn every_spelling_gives_one_instruction() {
        let expected = Some("imageMogr2/thumbnail/!50px".to_owned());
        for raw in [
            "imageMogr2/thumbnail/!50px",
            "imageMogr2%2Fthumbnail%2F%2150px=",
            "imageMogr2%2Fthumbnail%2F!50px",
            "q-sign-algorithm=sha1&imageMogr2/thumbnail/!50px",
            "imageMogr2/thumbnail/!50px&q-sign-algorithm=sha1",
            "%20imageMogr2/thumbnail/!50px",
        ] {
            assert_eq!(instruction(raw), expected, "{raw}");
        }
    }

    #[test]
    fn padding_pipes_and_plus_stay() {
        assert_eq!(
            instruction("watermark/2/text/5p+W/fill/I0ZGRkZGRg==/fontsize/30"),
            Some("watermark/2/text/5p+W/fill/I0ZGRkZGRg==/fontsize/30".into())
        );
        assert_eq!(instruction("watermark/2/fill/I0ZGRkZGRg=="), Some("watermark/2/fill/I0ZGRkZGRg".into()));
        assert_eq!(instruction("imageInfo%7CimageAve"), Some("imageInfo|imageAve".into()));
    }

    #[test]
    fn other_words_are_no_instruction() {
        for raw in
            ["", "imagemogr2/thumbnail/200x", "foo=bar", "imageMogr23", "watermark=1", "versionId=imageInfo"]
        {
            assert_eq!(instruction(raw), None, "{raw}");
        }
    }

    #[test]
    fn two_instructions_are_one_too_many() {
        assert!(Query::parse("imageMogr2/thumbnail/200x&imageView2/2/w/100").instruction().is_err());
        assert!(Query::parse("imageMogr2/thumbnail/200x&ci-process=QRcode").instruction().is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read(raw in ".{0,80}") {
            let query = Query::parse(&raw);
            let _ = (query.instruction(), query.ci_process());
        }

        #[test]
        fn what_is_pushed_is_read_back(pairs in proptest::collection::vec((".{1,8}", proptest::option::of(".{0,8}")), 0..5)) {
            let mut query = Query::default();
            for (name, value) in pairs {
                query.push(name, value);
            }
            prop_assert_eq!(Query::parse(&query.to_string()), query);
        }
    }
}
