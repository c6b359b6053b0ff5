//! What one worker was told, and what it was asking for when the server died.

use anyhow::{Result, bail};
use md5::{Digest, Md5};

use crate::http_client::Client;

/// What an object holds, as far as it can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) size_bytes: u64,
    md5: String,
}

impl Content {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let md5: String = Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Self { size_bytes: bytes.len() as u64, md5 }
    }
}

/// Objects that change in one request, each with its content or without one.
pub(super) type State = Vec<Option<Content>>;

/// Keys that one request writes together.
pub(super) struct Group {
    pub(super) keys: Vec<String>,
    /// What the server acknowledged last.
    known: State,
    /// What is being asked for, while there is no answer.
    asked: Option<State>,
}

impl Group {
    fn new(keys: Vec<String>) -> Self {
        let known = vec![None; keys.len()];
        Self { keys, known, asked: None }
    }

    /// Written down before the request leaves.
    pub(super) fn ask(&mut self, state: State) {
        self.asked = Some(state);
    }

    /// Written down when the answer is here: done, or refused and therefore not done.
    pub(super) fn answered(&mut self, is_done: bool) {
        match self.asked.take() {
            Some(state) if is_done => self.known = state,
            _ => {}
        }
    }
}

/// One worker's groups: plain objects, and pictures with three results.
pub(super) struct Ledger {
    pub(super) plain: Vec<Group>,
    pub(super) pictures: Vec<Group>,
}

/// Results of a picture, after the picture itself.
pub(super) const RESULT_NAMES: [&str; 3] = ["same.png", "small.jpg", "small.webp"];

impl Ledger {
    pub(super) fn new(worker: usize) -> Self {
        let plain = (0..10).map(|number| Group::new(vec![format!("plain/{worker}/{number}")])).collect();
        let picture = |number: i32| {
            let folder = format!("pictures/{worker}/{number}");
            let names = std::iter::once("photo").chain(RESULT_NAMES);
            Group::new(names.map(|name| format!("{folder}/{name}")).collect())
        };
        Self { plain, pictures: (0..3).map(picture).collect() }
    }

    /// Requests without an answer.
    pub(super) fn unanswered(&self) -> usize {
        self.groups().filter(|group| group.asked.is_some()).count()
    }

    /// Sizes of all objects there are.
    pub(super) fn sizes(&self) -> impl Iterator<Item = u64> {
        self.groups().flat_map(|group| group.known.iter().flatten()).map(|content| content.size_bytes)
    }

    /// Compares with the restarted server, and takes what it has for known.
    pub(super) fn settle(&mut self, client: &mut Client, bucket: &str) -> Result<()> {
        for group in self.plain.iter_mut().chain(&mut self.pictures) {
            let state = group.keys.iter().map(|key| read(client, bucket, key)).collect::<Result<State>>()?;
            let asked = group.asked.take();
            if state != group.known && Some(&state) != asked.as_ref() {
                bail!(
                    "{:?}\n  hold       {state:?}\n  were told  {:?}\n  were asked {asked:?}",
                    group.keys,
                    group.known
                );
            }
            group.known = state;
        }
        Ok(())
    }

    fn groups(&self) -> impl Iterator<Item = &Group> {
        self.plain.iter().chain(&self.pictures)
    }
}

/// Reads an object whole and compares it with its own tag.
fn read(client: &mut Client, bucket: &str, key: &str) -> Result<Option<Content>> {
    let answer = client.get(bucket, key)?;
    if answer.status == 404 {
        return Ok(None);
    }
    let answer = answer.expect_success()?;
    let content = Content::of(&answer.body);
    let tag = answer.header("ETag").unwrap_or_default().trim_matches('"');
    if tag != content.md5 {
        bail!("{key} is torn: its tag is {tag}, its bytes hash to {}", content.md5);
    }
    Ok(Some(content))
}
