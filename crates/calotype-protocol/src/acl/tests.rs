use http::{HeaderMap, HeaderValue};

use super::*;
use crate::error_code::ErrorCode;
use crate::xml::XmlBody;

const OWNER: &str = "qcs::cam::uin/100000000001:uin/100000000001";

fn owner() -> Principal {
    OWNER.parse().unwrap()
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| ((*name).parse().unwrap(), HeaderValue::from_str(value).unwrap()))
        .collect()
}

fn policy(acl: &Acl) -> String {
    let grants = acl.listed(&owner());
    let xml = AccessControlPolicy { owner: Some(owner()), grants }.to_xml();
    assert_eq!(AccessControlPolicy::from_xml(&xml).unwrap().to_xml(), xml);
    xml
}

#[test]
fn cos_acl_08_group_grantee_has_its_uri_only() {
    assert_eq!(
        policy(&CannedAcl::PublicRead.into()),
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><AccessControlPolicy><Owner><ID>{OWNER}</ID>\
             <DisplayName>{OWNER}</DisplayName></Owner><AccessControlList>\
             <Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"Group\">\
             <URI>http://cam.qcloud.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant>\
             <Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\">\
             <ID>{OWNER}</ID><DisplayName>{OWNER}</DisplayName></Grantee><Permission>FULL_CONTROL</Permission></Grant>\
             </AccessControlList></AccessControlPolicy>"
        )
    );
}

#[test]
fn private_lists_exactly_its_owner() {
    let listed = Acl::from(CannedAcl::Private).listed(&owner());
    assert_eq!(listed, [Grant { grantee: Grantee::User(owner()), permission: Permission::FullControl }]);
}

#[test]
fn grants_are_normalised_and_listed_without_an_implied_owner() {
    let acl = Acl::from_headers(
        &headers(&[
            ("x-cos-acl", "private"),
            ("x-cos-grant-read", "id=\"1001\", id=\"1001/1002\",uin=\"qcs::cam::uin/3:uin/4\", id=\"1001\""),
        ]),
        AclSubject::Object,
    )
    .unwrap();
    let ids: Vec<String> = acl.listed(&owner()).iter().map(|g| format!("{:?}", g.grantee)).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids[1].contains("qcs::cam::uin/1001:uin/1002") && ids[2].contains("qcs::cam::uin/3:uin/4"));
    let mut written = HeaderMap::new();
    acl.write(&mut written);
    assert_eq!(Acl::from_headers(&written, AclSubject::Object), Ok(acl));
}

#[test]
fn unknown_and_unsuitable_lists_are_refused() {
    for (subject, name, value) in [
        (AclSubject::Bucket, "x-cos-acl", "public-read-writ"),
        (AclSubject::Bucket, "x-cos-acl", "default"),
        (AclSubject::Object, "x-cos-acl", "public-read-write"),
        (AclSubject::Object, "x-cos-grant-write", "id=\"1\""),
        (AclSubject::Bucket, "x-cos-grant-write", "1001"),
        (AclSubject::Bucket, "x-cos-grant-write", "id=\"nobody\""),
    ] {
        let error = Acl::from_headers(&headers(&[(name, value)]), subject).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidArgument, "{value}");
    }
    assert!(Acl::from_headers(&headers(&[("x-cos-acl", " ")]), AclSubject::Bucket).unwrap().is_unset());
}

#[test]
fn lenient_bodies_are_read() {
    let body = "<AccessControlPolicy><AccessControlList>\
        <Grant><Grantee><Type>CanonicalUser</Type><DisplayName>x</DisplayName><ID>100000000002</ID></Grantee>\
        <Permission>READ</Permission></Grant>\
        <Grant><Grantee><ID>qcs::cam::anyone:anyone</ID></Grantee><Permission>WRITE</Permission></Grant>\
        </AccessControlList></AccessControlPolicy>";
    let grants = AccessControlPolicy::from_xml(body).unwrap().grants;
    assert_eq!(grants[0].grantee, Grantee::User("100000000002".parse().unwrap()));
    assert_eq!(grants[1].grantee, Grantee::AllUsers);
    assert!(AccessControlPolicy::from_xml("<AccessControlPolicy/>").is_err());
    let empty = "<AccessControlPolicy><AccessControlList/></AccessControlPolicy>";
    assert_eq!(AccessControlPolicy::from_xml(empty).unwrap().grants, []);
}

#[test]
fn lists_let_in_whom_they_name() {
    let someone: Principal = "7".parse().unwrap();
    let read: Acl = CannedAcl::AuthenticatedRead.into();
    assert!(read.allows(Some(&someone), Permission::Read) && !read.allows(None, Permission::Read));
    let public: Acl = CannedAcl::PublicReadWrite.into();
    assert!(public.allows(None, Permission::Write) && !public.allows(None, Permission::ReadAcp));
    let granted = Acl {
        canned: None,
        grants: vec![Grant { grantee: Grantee::User(someone.clone()), permission: Permission::FullControl }],
    };
    assert!(granted.allows(Some(&someone), Permission::WriteAcp) && !granted.allows(None, Permission::Read));
    assert!(!Acl::from(CannedAcl::Default).allows(Some(&someone), Permission::Read));
}
