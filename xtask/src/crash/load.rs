//! The mixed load: plain objects put, overwritten and deleted; pictures put with three rules.

use anyhow::Result;

use super::ledger::{Content, Ledger, RESULT_NAMES, State};
use super::random::Random;
use crate::harness;
use crate::http_client::{Client, Response};

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

    /// Sizes of the reference objects.
    pub(super) fn sizes(&self) -> impl Iterator<Item = u64> {
        self.known.iter().flat_map(|(_, state)| state.iter().flatten()).map(|content| content.size_bytes)
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
    bucket: &str,
    pictures: &Pictures,
    ledger: &mut Ledger,
    random: &mut Random,
) -> u64 {
    for answered in 0.. {
        let answer = match random.between(0..10) {
            0..2 => put_picture(client, bucket, pictures, ledger, random),
            2..4 => delete(client, bucket, ledger, random),
            4..8 => put(client, bucket, ledger, random, 0..8 << 10),
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
    group.ask(state.clone());
    let answer = client.put_picture(bucket, &group.keys[0], bytes, &rules())?;
    group.answered(is_done(&answer));
    Ok(())
}

fn is_done(answer: &Response) -> bool {
    (200..300).contains(&answer.status)
}
