//! `?inventory&id=`: lists of all objects, made now and then. Kept; nothing makes the lists yet.
//!
//! Spec: spec/cos/misc.md, inventory.

use super::{ConfigurationKind, Count, Unset, either, malformed, text};
use crate::error_code::ErrorCode;
use crate::parse_error::ParseError;
use crate::xml::Element;

pub(super) const KIND: ConfigurationKind = ConfigurationKind {
    count: Count::ById { list_root: "ListInventoryConfigurationResult" },
    ..ConfigurationKind::one(
        "inventory",
        "InventoryConfiguration",
        actions!("BucketInventory"),
        Unset::Error(ErrorCode::InventoryConfigurationNotFoundError),
        check,
    )
};

fn check(root: &mut Element) -> Result<(), ParseError> {
    text(root, "Id")?;
    if let Some(enabled) = root.child_mut("IsEnabled") {
        // SDKs write their languages' own words for it.
        enabled.set_text(enabled.text().trim().to_ascii_lowercase());
    }
    either(root, "IsEnabled", ("true", "false"))?;
    let destination = root.child("Destination").and_then(|place| place.child("COSBucketDestination"));
    let destination = destination.ok_or_else(|| malformed("there is no Destination/COSBucketDestination"))?;
    text(destination, "Bucket")?;
    either(root, "IncludedObjectVersions", ("All", "Current"))?;
    let schedule = root.child("Schedule").ok_or_else(|| malformed("there is no Schedule"))?;
    either(schedule, "Frequency", ("Daily", "Weekly"))?;
    // Clients look into it without asking whether it is there.
    if root.child("OptionalFields").is_none() {
        root.push(Element::parent("OptionalFields", Vec::new()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::refusal;
    use super::*;

    const BODY: &str = "<InventoryConfiguration><Id>daily</Id><IsEnabled>True</IsEnabled><Destination>\
        <COSBucketDestination><Format>CSV</Format><Bucket>qcs::cos:r::b-1</Bucket></COSBucketDestination></Destination>\
        <Schedule><Frequency>Daily</Frequency></Schedule><IncludedObjectVersions>All</IncludedObjectVersions>\
        </InventoryConfiguration>";

    #[test]
    fn words_are_put_right_and_the_id_is_repeated() {
        let accepted = KIND.accept(BODY.as_bytes(), Some("daily")).unwrap();
        assert_eq!(accepted.text_of("IsEnabled"), "true");
        assert!(accepted.child("OptionalFields").is_some());
        assert_eq!(KIND.accept(BODY.as_bytes(), Some("other")).unwrap_err().code, ErrorCode::MalformedXML);
        for (there, gone) in
            [("<Id>daily</Id>", ""), ("Bucket>", "Place>"), ("Daily", "Hourly"), ("True", "ja")]
        {
            assert_eq!(refusal(&KIND, &BODY.replace(there, gone)), ErrorCode::MalformedXML, "{there}");
        }
    }
}
