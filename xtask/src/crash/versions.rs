//! Keys that keep versions: written, hidden behind markers, and removed version by version.

use anyhow::{Result, bail};
use calotype_protocol::endpoint::ListVersionsResult;
use calotype_protocol::xml::XmlBody;
use http::Method;

use super::content::Content;
use super::random::Random;
use crate::http_client::{Client, Request, Response};

/// Versions of one key before the oldest are removed.
const VERSIONS_MAX: usize = 6;

/// A version, newest first among its kind. Its id is not known before the server has said it.
#[derive(Debug, Clone)]
struct Version {
    id: Option<String>,
    /// None for a delete marker.
    content: Option<Content>,
}

impl Version {
    fn is_same(&self, other: &Self) -> bool {
        let ids_agree = self.id.is_none() || other.id.is_none() || self.id == other.id;
        ids_agree && self.content == other.content
    }
}

/// One key and all its versions.
pub(super) struct Kept {
    key: String,
    known: Vec<Version>,
    asked: Option<Vec<Version>>,
}

impl Kept {
    pub(super) fn new(key: String) -> Self {
        Self { key, known: Vec::new(), asked: None }
    }

    pub(super) fn is_unanswered(&self) -> bool {
        self.asked.is_some()
    }

    pub(super) fn contents(&self) -> impl Iterator<Item = &Content> {
        self.known.iter().filter_map(|version| version.content.as_ref())
    }

    /// Writes a version, hides the key, or removes one version for good.
    pub(super) fn change(&mut self, client: &mut Client, bucket: &str, random: &mut Random) -> Result<()> {
        let is_full = self.known.len() >= VERSIONS_MAX;
        match random.between(0..4) {
            3 if !self.known.is_empty() => {
                let place = random.between(0..self.known.len() as u64) as usize;
                self.remove(client, bucket, place)
            }
            _ if is_full => self.remove(client, bucket, self.known.len() - 1),
            2 => self.hide(client, bucket),
            _ => {
                let size_bytes = random.between(0..200 << 10);
                self.put(client, bucket, &random.bytes(size_bytes))
            }
        }
    }

    fn put(&mut self, client: &mut Client, bucket: &str, body: &[u8]) -> Result<()> {
        self.ask_for(Some(Content::of(body)));
        let answer = client.put(bucket, &self.key, body)?;
        self.answered(&answer, true);
        Ok(())
    }

    fn hide(&mut self, client: &mut Client, bucket: &str) -> Result<()> {
        self.ask_for(None);
        let answer = client.delete(bucket, &self.key)?;
        self.answered(&answer, true);
        Ok(())
    }

    fn remove(&mut self, client: &mut Client, bucket: &str, place: usize) -> Result<()> {
        let mut state = self.known.clone();
        let id = state.remove(place).id.unwrap_or_default();
        self.asked = Some(state);
        let (method, key, query) = (Method::DELETE, self.key.as_str(), [("versionId", id.as_str())]);
        let answer = client.send(&Request { method, bucket, key, query: &query, ..Request::default() })?;
        self.answered(&answer, false);
        Ok(())
    }

    fn ask_for(&mut self, content: Option<Content>) {
        let newest = Version { id: None, content };
        self.asked = Some(std::iter::once(newest).chain(self.known.iter().cloned()).collect());
    }

    /// - `makes_version`: the answer names the newest version.
    fn answered(&mut self, answer: &Response, makes_version: bool) {
        match self.asked.take() {
            Some(mut state) if (200..300).contains(&answer.status) => {
                if let (true, Some(newest)) = (makes_version, state.first_mut()) {
                    newest.id = answer.header("x-cos-version-id").map(str::to_owned);
                }
                self.known = state;
            }
            _ => {}
        }
    }

    /// Compares with the restarted server, and takes what it has for known.
    pub(super) fn settle(&mut self, client: &mut Client, bucket: &str) -> Result<()> {
        let found = self.read(client, bucket)?;
        let is_found = |state: &Vec<Version>| {
            state.len() == found.len() && state.iter().zip(&found).all(|(told, found)| told.is_same(found))
        };
        let asked = self.asked.take();
        let mut state = match asked {
            Some(asked) if is_found(&asked) => asked,
            _ if is_found(&self.known) => std::mem::take(&mut self.known),
            asked => bail!(
                "{}\n  holds      {found:?}\n  was told   {:?}\n  was asked  {asked:?}",
                self.key,
                self.known
            ),
        };
        for (told, found) in state.iter_mut().zip(found) {
            told.id = found.id;
        }
        self.known = state;
        let shown = Content::read(client, bucket, &self.key, &[])?;
        if shown != self.known.first().and_then(|newest| newest.content.clone()) {
            bail!("{} shows {shown:?}, its newest version is {:?}", self.key, self.known.first());
        }
        Ok(())
    }

    /// All versions as the server lists them, each read whole.
    fn read(&self, client: &mut Client, bucket: &str) -> Result<Vec<Version>> {
        let query = [("versions", ""), ("prefix", self.key.as_str())];
        let answer = client.send(&Request { bucket, query: &query, ..Request::default() })?;
        let page = ListVersionsResult::from_xml(answer.expect_success()?.body)?;
        let mut versions = Vec::new();
        for listed in page.versions {
            let id = listed.version_id.map(|id| id.to_string()).unwrap_or_default();
            let content = match listed.content {
                Some(_) => Content::read(client, bucket, &self.key, &[("versionId", &id)])?,
                None => None,
            };
            if content.is_some() != listed.content.is_some() {
                bail!("version {id} of {} is listed and cannot be read", self.key);
            }
            versions.push(Version { id: Some(id), content });
        }
        Ok(versions)
    }
}

/// Lets a bucket keep versions.
pub(super) fn enable(client: &mut Client, bucket: &str) -> Result<()> {
    let body = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    let query = [("versioning", "")];
    let request = Request { method: Method::PUT, bucket, query: &query, body, ..Request::default() };
    client.send(&request)?.expect_success().map(drop)
}
