//! `AIGCMetadata/<name>/<value>/...`: labels generated content.
//!
//! Spec: spec/ci/format.md, 7

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, Phase};
use crate::{
    ImageError,
    metadata::AigcLabel,
    plan::Planner,
    rule::{Args, RuleError, base64url},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "AIGCMetadata",
    aliases: &[],
    usage: "AIGCMetadata/Label/<base64url>[/ContentProducer/<base64url>/...]",
    summary: "Labels generated content in the metadata of the result.",
    parse: |args| Ok(Arc::new(Labelling::parse(args)?)),
};

#[derive(Debug, Clone, PartialEq, Eq)]
struct Labelling {
    label: Arc<AigcLabel>,
}

impl Labelling {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        const EXPECTED: &str = "URL-safe Base64 of UTF-8 text";
        let mut label = AigcLabel::default();
        let mut labelled = false;
        while let Some(name) = args.peek().filter(|token| AigcLabel::NAMES.contains(token)) {
            args.take();
            let value = args.text(EXPECTED)?;
            let text = base64url::decode_text(value).ok_or_else(|| args.syntax(value, EXPECTED))?;
            if !label.set(name, text) {
                return Err(args.syntax(name, "each name only once"));
            }
            labelled |= name == "Label";
        }
        if labelled { Ok(Self { label: Arc::new(label) }) } else { Err(args.syntax("", "a Label")) }
    }
}

impl fmt::Display for Labelling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AIGCMetadata")?;
        let mut given = self.label.given();
        given.try_for_each(|(name, text)| write!(f, "/{name}/{}", base64url::encode(text.as_bytes())))
    }
}

impl Operation for Labelling {
    fn phase(&self) -> Phase {
        Phase::Encoding
    }

    fn label(&self) -> Option<&AigcLabel> {
        Some(&self.label)
    }

    fn plan(&self, planner: &mut Planner<'_>) -> Result<(), ImageError> {
        planner.set_label(Arc::clone(&self.label));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::rule::{Rule, RuleErrorKind};

    #[test]
    fn mogr_meta_03_a_label_is_required_and_names_stand_once() {
        for rest in ["", "/ContentProducer/YWJj", "/Label/MQ/Label/MQ", "/Label/@@@@", "/Label"] {
            let rule = format!("imageMogr2/AIGCMetadata{rest}");
            assert_eq!(rule.parse::<Rule>().unwrap_err().kind, RuleErrorKind::Syntax, "{rule}");
        }
        let rule: Rule = "imageMogr2/AIGCMetadata/ContentProducer/YWJj/Label/MQ/strip".parse().unwrap();
        assert_eq!(rule.to_string(), "imageMogr2/AIGCMetadata/Label/MQ/ContentProducer/YWJj/strip");
        let label = rule.pipeline().unwrap().label().unwrap();
        assert_eq!((label.value("Label"), label.value("ContentProducer")), ("1", "abc"));
    }
}
