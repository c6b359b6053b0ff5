//! What one worker was told, and what it was asking for when the server died.

use anyhow::{Context, Result, bail};
use http::Method;

use super::content::{Blob, Content};
use super::versions::Kept;
use crate::http_client::{Client, Request, elements};

/// Objects that change in one request, each with its content or without one.
pub(super) type State = Vec<Option<Content>>;

/// Keys that one request writes together.
pub(super) struct Group {
    pub(super) keys: Vec<String>,
    /// What the server acknowledged last.
    pub(super) known: State,
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

    /// Compares with the restarted server, and takes what it has for known.
    fn settle(&mut self, client: &mut Client, bucket: &str) -> Result<()> {
        let read = |key: &String| Content::read(client, bucket, key, &[]);
        let state = self.keys.iter().map(read).collect::<Result<State>>()?;
        match self.asked.take() {
            Some(asked) if asked == state => self.known = asked,
            asked if state != self.known => bail!(
                "{:?}\n  hold       {state:?}\n  were told  {:?}\n  were asked {asked:?}",
                self.keys,
                self.known
            ),
            _ => {}
        }
        Ok(())
    }
}

/// An upload in parts that was not completed, and the tags of the parts that were acknowledged.
#[derive(Default)]
pub(super) struct OpenUpload {
    pub(super) key: String,
    pub(super) id: String,
    pub(super) tags: Vec<String>,
}

/// One worker's objects: plain ones, pictures with three results, keys that keep versions; and its open upload.
pub(super) struct Ledger {
    pub(super) plain: Vec<Group>,
    pub(super) pictures: Vec<Group>,
    pub(super) kept: Vec<Kept>,
    pub(super) open: Option<OpenUpload>,
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
        let kept = (0..3).map(|number| Kept::new(format!("kept/{worker}/{number}"))).collect();
        Self { plain, pictures: (0..3).map(picture).collect(), kept, open: None }
    }

    /// Requests without an answer.
    pub(super) fn unanswered(&self) -> usize {
        self.groups().filter(|group| group.asked.is_some()).count()
            + self.kept.iter().filter(|kept| kept.is_unanswered()).count()
    }

    /// Blobs of all objects there are; shared ones more than once.
    pub(super) fn blobs(&self) -> impl Iterator<Item = Blob> {
        let contents = self.groups().flat_map(|group| group.known.iter().flatten());
        contents
            .chain(self.kept.iter().flat_map(Kept::contents))
            .flat_map(|content| content.blobs().iter().copied())
    }

    /// Compares with the restarted server, and takes what it has for known.
    pub(super) fn settle(&mut self, client: &mut Client, bucket: &str, versions: &str) -> Result<()> {
        for group in self.plain.iter_mut().chain(&mut self.pictures) {
            group.settle(client, bucket)?;
        }
        for kept in &mut self.kept {
            kept.settle(client, versions)?;
        }
        match self.open.take() {
            Some(open) => {
                check_parts(client, bucket, &open).with_context(|| format!("upload of {}", open.key))
            }
            None => Ok(()),
        }
    }

    fn groups(&self) -> impl Iterator<Item = &Group> {
        self.plain.iter().chain(&self.pictures)
    }
}

/// Parts that were acknowledged are there as long as their upload is.
fn check_parts(client: &mut Client, bucket: &str, open: &OpenUpload) -> Result<()> {
    let query = [("uploadId", open.id.as_str())];
    let answer = client.send(&Request { bucket, key: &open.key, query: &query, ..Request::default() })?;
    // Its completion may have been on the way; what came of that the object tells.
    if answer.status == 404 {
        return Ok(());
    }
    let text = answer.expect_success()?.text().replace("&quot;", "\"");
    let found: Vec<_> = elements(&text, "ETag").collect();
    if !open.tags.iter().all(|tag| found.contains(&tag.as_str())) {
        bail!("parts {found:?}, {:?} were acknowledged", open.tags);
    }
    Ok(())
}

/// Ends every upload that is open, so that only blobs of objects are left.
pub(super) fn abort_uploads(client: &mut Client, bucket: &str) -> Result<()> {
    let list = Request { bucket, query: &[("uploads", "")], ..Request::default() };
    let text = client.send(&list)?.expect_success()?.text();
    for (key, id) in elements(&text, "Key").zip(elements(&text, "UploadId")) {
        let (method, query) = (Method::DELETE, [("uploadId", id)]);
        client
            .send(&Request { method, bucket, key, query: &query, ..Request::default() })?
            .expect_success()?;
    }
    Ok(())
}
