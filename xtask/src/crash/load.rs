//! The mixed load: plain objects put, overwritten, copied, uploaded in parts and deleted; pictures put with three rules;
//! versions written and removed.

use anyhow::{Context, Result};
use http::Method;

use super::content::{Blob, Content, PART_BYTES};
use super::ledger::{Ledger, OpenUpload, RESULT_NAMES, State};
use super::random::Random;
use crate::harness;
use crate::http_client::{Client, Request, Response};

/// Pictures that are uploaded; their results differ in every byte.
const SOURCES: [&str; 3] = ["small_100x60.png", "exif.jpg", "soft_alpha_200x100.png"];
const RULES: [&str; 3] =
    ["imageView2/format/png", "imageMogr2/thumbnail/60x/format/jpg", "imageMogr2/thumbnail/40x/format/webp"];

/// The pictures, and what each request with one leads to.
pub(super) struct Pictures {
    known: Vec<(Vec<u8>, State)>,
}

impl Pictures {
    /// Has every picture processed once in peace: the same bytes lead to the same results ever after.
    pub(super) fn learn(client: &mut Client, bucket: &str) -> Result<Self> {
        let mut known = Vec::new();
        for (number, name) in SOURCES.iter().enumerate() {
            let bytes = harness::image(name)?;
            client
                .put_picture(bucket, &format!("reference/{number}/photo"), &bytes, &rules())?
                .expect_success()?;
            let mut state = vec![Some(Content::of(&bytes))];
            for result in RESULT_NAMES {
                let answer = client.get(bucket, &format!("reference/{number}/{result}"))?.expect_success()?;
                state.push(Some(Content::of(&answer.body)));
            }
            known.push((bytes, state));
        }
        Ok(Self { known })
    }

    /// Blobs of the reference objects.
    pub(super) fn blobs(&self) -> impl Iterator<Item = Blob> {
        let contents = self.known.iter().flat_map(|(_, state)| state.iter().flatten());
        contents.flat_map(|content| content.blobs().iter().copied())
    }
}

fn rules() -> String {
    let rules = RESULT_NAMES
        .iter()
        .zip(RULES)
        .map(|(name, rule)| format!(r#"{{"fileid":"{name}","rule":"{rule}"}}"#));
    format!(r#"{{"is_pic_info":1,"rules":[{}]}}"#, rules.collect::<Vec<_>>().join(","))
}

/// Sends request after request until one gets no answer; returns how many were answered.
pub(super) fn until_the_server_dies(
    client: &mut Client,
    (bucket, versions): (&str, &str),
    pictures: &Pictures,
    ledger: &mut Ledger,
    random: &mut Random,
) -> u64 {
    for answered in 0.. {
        let answer = match random.between(0..18) {
            0..2 => put_picture(client, bucket, pictures, ledger, random),
            2..4 => delete(client, bucket, ledger, random),
            4..8 => put(client, bucket, ledger, random, 0..8 << 10),
            8..11 => copy(client, bucket, ledger, random),
            11..13 => upload(client, bucket, ledger, random),
            13..16 => {
                let at = random.between(0..ledger.kept.len() as u64) as usize;
                ledger.kept[at].change(client, versions, random)
            }
            _ => put(client, bucket, ledger, random, 96 << 10..2 << 20),
        };
        if answer.is_err() {
            return answered;
        }
    }
    unreachable!("counting never ends")
}

fn put(
    client: &mut Client,
    bucket: &str,
    ledger: &mut Ledger,
    random: &mut Random,
    sizes: std::ops::Range<u64>,
) -> Result<()> {
    let size = random.between(sizes);
    let body = random.bytes(size);
    let at = random.between(0..ledger.plain.len() as u64) as usize;
    let group = &mut ledger.plain[at];
    group.ask(vec![Some(Content::of(&body))]);
    let answer = client.put(bucket, &group.keys[0], &body)?;
    group.answered(is_done(&answer));
    Ok(())
}

fn delete(client: &mut Client, bucket: &str, ledger: &mut Ledger, random: &mut Random) -> Result<()> {
    let at = random.between(0..ledger.plain.len() as u64) as usize;
    let group = &mut ledger.plain[at];
    group.ask(vec![None]);
    let answer = client.delete(bucket, &group.keys[0])?;
    group.answered(is_done(&answer));
    Ok(())
}

/// Copies one plain object over another; the copy lies where its source does.
fn copy(client: &mut Client, bucket: &str, ledger: &mut Ledger, random: &mut Random) -> Result<()> {
    let count = ledger.plain.len() as u64;
    let (from, to) = (random.between(0..count) as usize, random.between(0..count) as usize);
    let state = ledger.plain[from].known.clone();
    if from == to || state[0].is_none() {
        return Ok(());
    }
    let source = format!("/{bucket}/{}", ledger.plain[from].keys[0]);
    let group = &mut ledger.plain[to];
    group.ask(state);
    let headers = [("x-cos-copy-source", source.as_str())];
    let (method, key) = (Method::PUT, group.keys[0].as_str());
    let answer = client.send(&Request { method, bucket, key, headers: &headers, ..Request::default() })?;
    group.answered(is_done(&answer));
    Ok(())
}

/// Uploads a plain object in two parts.
fn upload(client: &mut Client, bucket: &str, ledger: &mut Ledger, random: &mut Random) -> Result<()> {
    let at = random.between(0..ledger.plain.len() as u64) as usize;
    let key = ledger.plain[at].keys[0].clone();
    let begin =
        Request { method: Method::POST, bucket, key: &key, query: &[("uploads", "")], ..Request::default() };
    let begun = client.send(&begin)?.expect_success()?;
    let id = begun.element("UploadId").context("an upload without an id")?;
    ledger.open = Some(OpenUpload { key: key.clone(), id: id.clone(), tags: Vec::new() });

    let size_bytes = random.between(1..64 << 10);
    let body = random.bytes(PART_BYTES as u64 + size_bytes);
    let mut listed = String::new();
    for (number, part) in (1..).zip(body.chunks(PART_BYTES)) {
        let number = number.to_string();
        let query = [("partNumber", number.as_str()), ("uploadId", id.as_str())];
        let (method, key) = (Method::PUT, key.as_str());
        let put = Request { method, bucket, key, query: &query, body: part, ..Request::default() };
        let tag = client.send(&put)?.expect_success()?.header("ETag").unwrap_or_default().to_owned();
        listed += &format!("<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>");
        ledger.open.iter_mut().for_each(|open| open.tags.push(tag.clone()));
    }
    let list = format!("<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>");
    let group = &mut ledger.plain[at];
    group.ask(vec![Some(Content::of_parts(&body))]);
    let (method, query, key) = (Method::POST, [("uploadId", id.as_str())], key.as_str());
    let body = list.as_bytes();
    let answer = client.send(&Request { method, bucket, key, query: &query, body, ..Request::default() })?;
    group.answered(is_done(&answer));
    ledger.open = None;
    Ok(())
}

fn put_picture(
    client: &mut Client,
    bucket: &str,
    pictures: &Pictures,
    ledger: &mut Ledger,
    random: &mut Random,
) -> Result<()> {
    let (bytes, state) = &pictures.known[random.between(0..pictures.known.len() as u64) as usize];
    let at = random.between(0..ledger.pictures.len() as u64) as usize;
    let group = &mut ledger.pictures[at];
    group.ask(state.iter().map(|content| content.as_ref().map(Content::again)).collect());
    let answer = client.put_picture(bucket, &group.keys[0], bytes, &rules())?;
    group.answered(is_done(&answer));
    Ok(())
}

fn is_done(answer: &Response) -> bool {
    (200..300).contains(&answer.status)
}
