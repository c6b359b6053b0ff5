//! `AccessControlPolicy`, the XML of a list.

use super::grant_headers::parse_id;
use super::{Acl, Grant, Grantee, Principal};
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

const ALL_USERS: &str = "http://cam.qcloud.com/groups/global/AllUsers";
pub(super) const AUTHENTICATED_USERS: &str = "http://cam.qcloud.com/groups/global/AuthenticatedUsers";
const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// A list as it travels: its owner, and exactly the grants that are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessControlPolicy {
    /// Missing when a client does not care to say.
    pub owner: Option<Principal>,
    /// At most [`super::GRANTS_MAX`].
    pub grants: Vec<Grant>,
}

impl AccessControlPolicy {
    /// The list a request body sets.
    pub fn into_acl(self) -> Acl {
        Acl { canned: None, grants: self.grants }
    }
}

/// The group a URI stands for.
pub(super) fn group_of(uri: &str) -> Option<Grantee> {
    match uri.rsplit('/').next() {
        Some("AllUsers") => Some(Grantee::AllUsers),
        Some("AuthenticatedUsers") => Some(Grantee::AuthenticatedUsers),
        _ => None,
    }
}

impl XmlBody for AccessControlPolicy {
    const ROOT: &'static str = "AccessControlPolicy";

    fn write_content(&self, xml: &mut XmlWriter) {
        if let Some(owner) = &self.owner {
            xml.parent("Owner", |xml| write_user(xml, owner));
        }
        xml.parent("AccessControlList", |xml| {
            for grant in &self.grants {
                xml.parent("Grant", |xml| {
                    write_grantee(xml, &grant.grantee);
                    xml.leaf("Permission", grant.permission);
                });
            }
        });
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let owner = root.child("Owner").and_then(|owner| owner.text_of("ID").trim().parse().ok());
        let list = root
            .child("AccessControlList")
            .ok_or_else(|| MalformedXml("there is no AccessControlList".into()))?;
        let grants = list.children("Grant").map(read_grant).collect::<Result<_, _>>()?;
        Ok(Self { owner, grants })
    }
}

fn write_user(xml: &mut XmlWriter, principal: &Principal) {
    xml.leaf("ID", principal);
    xml.leaf("DisplayName", principal);
}

/// A group has its URI and nothing else: the Python SDK compares whole grants.
fn write_grantee(xml: &mut XmlWriter, grantee: &Grantee) {
    let kind = if matches!(grantee, Grantee::User(_)) { "CanonicalUser" } else { "Group" };
    let attributes = format!(" xmlns:xsi=\"{SCHEMA_INSTANCE}\" xsi:type=\"{kind}\"");
    xml.element("Grantee", &attributes, |xml| match grantee {
        Grantee::AllUsers => xml.leaf("URI", ALL_USERS),
        Grantee::AuthenticatedUsers => xml.leaf("URI", AUTHENTICATED_USERS),
        Grantee::User(principal) => write_user(xml, principal),
    });
}

/// The type is inferred: `xsi:type` may be missing or a child element.
fn read_grant(grant: &Element) -> Result<Grant, MalformedXml> {
    let grantee = grant.child("Grantee").ok_or_else(|| MalformedXml("a Grant has no Grantee".into()))?;
    let grantee = match (grantee.optional_text("URI"), grantee.optional_text("ID")) {
        (Some(uri), _) => {
            group_of(uri.trim()).ok_or_else(|| MalformedXml(format!("URI {uri:?} names no group")))?
        }
        (None, Some(id)) => parse_id(id.trim()).map_err(|error| MalformedXml(error.message))?,
        (None, None) => return Err(MalformedXml("a Grantee has neither ID nor URI".into())),
    };
    Ok(Grant { grantee, permission: grant.required("Permission")? })
}
