//! `?accelerate`: whether the bucket is reached by the accelerated network. Kept; there is no such network here.

use super::{ConfigurationKind, Unset, either};
use crate::parse_error::ParseError;
use crate::xml::Element;

pub(super) const KIND: ConfigurationKind = ConfigurationKind::one(
    "accelerate",
    "AccelerateConfiguration",
    actions!("BucketAccelerate"),
    Unset::Empty,
    check,
);

/// The answer says which product it is for.
fn check(root: &mut Element) -> Result<(), ParseError> {
    either(root, "Status", ("Enabled", "Suspended"))?;
    if root.child("Type").is_none() {
        root.push(Element::leaf("Type", "COS"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{kept, refusal};
    use super::*;
    use crate::error_code::ErrorCode;

    #[test]
    fn the_product_is_added() {
        let body = "<AccelerateConfiguration xmlns=\"cos xmlns/\"><Status>Enabled</Status></AccelerateConfiguration>";
        let expected =
            "<AccelerateConfiguration><Status>Enabled</Status><Type>COS</Type></AccelerateConfiguration>";
        assert_eq!(kept(&KIND, body), expected);
        let bad = "<AccelerateConfiguration><Status>On</Status></AccelerateConfiguration>";
        assert_eq!(refusal(&KIND, bad), ErrorCode::MalformedXML);
    }
}
