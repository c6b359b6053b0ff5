//! `color/<base64url>`: what padding is filled with.
//!
//! Spec: spec/ci/thumbnail.md, 3

use std::{fmt, sync::Arc};

use super::{Operation, OperationSpec, Phase};
use crate::{
    Color,
    rule::{Args, Modifiers, RuleError, base64url},
};

pub(super) const SPEC: OperationSpec = OperationSpec {
    word: "color",
    aliases: &[],
    usage: "color/<base64url of #RRGGBB>",
    summary: "Fills the padding with a colour, white by default.",
    parse: |args| Ok(Arc::new(Fill::parse(args)?)),
};

const EXPECTED: &str = "URL-safe Base64 of a colour such as #3D3D3D";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fill {
    color: Color,
}

impl Fill {
    fn parse(args: &mut Args<'_>) -> Result<Self, RuleError> {
        let text = args.text(EXPECTED)?;
        let color = base64url::decode_text(text).and_then(|clear| Color::from_hex(&clear));
        Ok(Self { color: color.ok_or_else(|| args.syntax(text, EXPECTED))? })
    }
}

impl fmt::Display for Fill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "color/{}", base64url::encode(self.color.to_string().as_bytes()))
    }
}

impl Operation for Fill {
    fn phase(&self) -> Phase {
        Phase::Modifier
    }

    fn modify(&self, modifiers: &mut Modifiers) {
        modifiers.color = Some(self.color);
    }
}
