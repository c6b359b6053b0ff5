//! `Pic-Operations` on upload, on completion and in the cloud.
//!
//! Spec: spec/ci/persistent.md.

mod blind_marks;
mod codes;
mod completion;
mod defects;
mod destinations;
mod in_cloud;
mod results;

use calotype_protocol::xml::Element;

use crate::pictures::Gallery;
use crate::support::{Bucket, Reply, Request};

/// The header for rules of `fileid` and instruction.
fn operations(is_pic_info: u8, rules: &[(&str, &str)]) -> String {
    let rules: Vec<_> =
        rules.iter().map(|(fileid, rule)| format!(r#"{{"fileid":"{fileid}","rule":"{rule}"}}"#)).collect();
    format!(r#"{{"is_pic_info":{is_pic_info},"rules":[{}]}}"#, rules.join(","))
}

/// An upload with rules.
fn put(bucket: &Bucket, key: &str, body: Vec<u8>, rules: &[(&str, &str)]) -> Request {
    bucket.put(key, body).header("Pic-Operations", operations(1, rules))
}

/// An upload with rules that must succeed.
async fn upload(gallery: &Gallery, key: &str, body: Vec<u8>, rules: &[(&str, &str)]) -> Element {
    succeeded(put(&gallery.bucket, key, body, rules).send().await)
}

fn succeeded(reply: Reply) -> Element {
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("Content-Type"), Some("application/xml"));
    reply.xml()
}

/// The results in an answer.
fn objects(result: &Element) -> Vec<&Element> {
    result.child("ProcessResults").expect("ProcessResults").children("Object").collect()
}

/// The keys of the results in an answer.
fn keys(result: &Element) -> Vec<String> {
    objects(result).iter().map(|object| object.text_of("Key").to_owned()).collect()
}

/// `ImageInfo` in an answer.
fn image_info(result: &Element) -> Option<&Element> {
    result.child("OriginalInfo").expect("OriginalInfo").child("ImageInfo")
}
