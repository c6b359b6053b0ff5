//! Services to talk to.

use std::net::SocketAddr;
use std::path::Path;

use calotype_server::{AccountConfig, KeyPair, Lifecycle, Server, ServerConfig};
use calotype_store::{ObjectStore, StoreConfig};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::client::{Connection, Reply, Request};
use super::path_of;

/// The bucket most tests use; [`TestServer::start`] does not make it.
pub const BUCKET: &str = "examplebucket-1250000000";
/// The key pair of the worked examples, which every test server accepts: id and secret.
pub const KEY_PAIR: (&str, &str) =
    ("AKIDEXAMPLE0000000000000000000000001", "ExampleSecretKey0000000000000001");

/// A running service. Dropped, it stops answering.
pub struct TestServer {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
    lifecycle: Lifecycle,
}

impl TestServer {
    /// In memory, with default settings.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// In memory, with settings changed by `change`.
    pub async fn start_with(change: impl FnOnce(&mut ServerConfig)) -> Self {
        Self::start_on(ObjectStore::in_memory(), change).await
    }

    /// With everything kept in a folder.
    pub async fn start_in(folder: &Path) -> Self {
        let store = ObjectStore::open(folder, StoreConfig::default()).await.unwrap();
        Self::start_on(store, |_| {}).await
    }

    /// On any store.
    pub async fn start_on(store: ObjectStore, change: impl FnOnce(&mut ServerConfig)) -> Self {
        let mut config = ServerConfig {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            accounts: vec![AccountConfig { keys: vec![key_pair(KEY_PAIR)], ..AccountConfig::default() }],
            ..ServerConfig::default()
        };
        change(&mut config);
        let server = Server::bind(config, store).await.unwrap();
        let address = server.local_addr().unwrap();
        let lifecycle = server.lifecycle();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(server.serve(async move {
            let _ = stopped.await;
        }));
        Self { address, stop: Some(stop), running, lifecycle }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its task that carries out lifecycle rules.
    pub fn lifecycle(&self) -> &Lifecycle {
        &self.lifecycle
    }

    /// Tells it to stop, without waiting.
    pub fn begin_stop(&mut self) {
        drop(self.stop.take());
    }

    /// Stops it and waits until it has.
    pub async fn stop(mut self) {
        self.begin_stop();
        self.running.await.unwrap();
    }

    /// A request to this service; its host is the address, so it is for the service or in path style.
    pub fn request(&self, method: &str, target: &str) -> Request {
        Request::new(self.address, method, target, self.address.to_string())
    }

    /// A connection for several requests, or for raw bytes.
    pub async fn connect(&self) -> Connection {
        Connection::open(self.address).await
    }

    /// A bucket by name, made now.
    pub async fn bucket(&self, name: &str) -> Bucket {
        let bucket = self.existing_bucket(name);
        let made = bucket.request("PUT", "/").send().await;
        assert_eq!(made.status, 200, "{}", made.text());
        bucket
    }

    /// A bucket by name, not made.
    pub fn existing_bucket(&self, name: &str) -> Bucket {
        Bucket::at(self.address, name)
    }
}

/// A pair as the settings hold it.
pub fn key_pair((secret_id, secret_key): (&str, &str)) -> KeyPair {
    KeyPair { secret_id: secret_id.to_owned(), secret_key: secret_key.to_owned() }
}

/// A bucket, addressed by the first label of the host.
#[derive(Clone)]
pub struct Bucket {
    address: SocketAddr,
    /// Its whole name.
    pub name: String,
}

impl Bucket {
    /// A bucket of a service that runs elsewhere.
    pub fn at(address: SocketAddr, name: &str) -> Self {
        Self { address, name: name.to_owned() }
    }

    /// The host its requests name.
    pub fn host(&self) -> String {
        format!("{}.cos.ap-guangzhou.myqcloud.com", self.name)
    }

    /// A request with a raw target: path, already encoded, and query.
    pub fn request(&self, method: &str, target: &str) -> Request {
        Request::new(self.address, method, target, self.host())
    }

    /// `PUT` of an object.
    pub fn put(&self, key: &str, body: impl Into<Vec<u8>>) -> Request {
        self.request("PUT", &path_of(key)).body(body)
    }

    /// `GET` of an object.
    pub fn get(&self, key: &str) -> Request {
        self.request("GET", &path_of(key))
    }

    /// `HEAD` of an object.
    pub fn head(&self, key: &str) -> Request {
        self.request("HEAD", &path_of(key))
    }

    /// `DELETE` of an object.
    pub fn delete(&self, key: &str) -> Request {
        self.request("DELETE", &path_of(key))
    }

    /// Stores an object, and insists.
    pub async fn has(&self, key: &str, body: impl Into<Vec<u8>>) {
        let stored = self.put(key, body).send().await;
        assert_eq!(stored.status, 200, "{}", stored.text());
    }

    /// Begins a multipart upload and returns its id.
    pub async fn begin_upload(&self, key: &str) -> String {
        let begun = self.request("POST", &format!("{}?uploads", path_of(key))).send().await;
        assert_eq!(begun.status, 200, "{}", begun.text());
        begun.xml().text_of("UploadId").to_owned()
    }

    /// `PUT` of a part.
    pub fn put_part(&self, key: &str, upload: &str, number: u16, body: impl Into<Vec<u8>>) -> Request {
        let target = format!("{}?partNumber={number}&uploadId={upload}", path_of(key));
        self.request("PUT", &target).body(body)
    }

    /// Stores a part, insists, and returns its quoted tag.
    pub async fn has_part(&self, key: &str, upload: &str, number: u16, body: &[u8]) -> String {
        let stored = self.put_part(key, upload, number, body).send().await;
        assert_eq!(stored.status, 200, "{}", stored.text());
        stored.header("ETag").unwrap().to_owned()
    }

    /// Completion of an upload from parts by number and tag.
    pub fn complete(&self, key: &str, upload: &str, parts: &[(u16, String)]) -> Request {
        let part = |(number, etag): &(u16, String)| {
            let etag = etag.replace('"', "&quot;");
            format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>")
        };
        let parts: String = parts.iter().map(part).collect();
        let body = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
        self.request("POST", &format!("{}?uploadId={upload}", path_of(key))).body(body)
    }

    /// Uploads these parts and completes, and insists.
    pub async fn finish_upload(&self, key: &str, upload: &str, bodies: &[Vec<u8>]) -> Reply {
        let mut parts = Vec::new();
        for (number, body) in (1..).zip(bodies) {
            parts.push((number, self.has_part(key, upload, number, body).await));
        }
        let done = self.complete(key, upload, &parts).send().await;
        assert_eq!(done.status, 200, "{}", done.text());
        done
    }

    /// The content of an object, if it is there.
    pub async fn content(&self, key: &str) -> Option<Vec<u8>> {
        let reply = self.get(key).send().await;
        (reply.status == 200).then_some(reply.body)
    }

    /// Keys of the whole bucket, in the order of the listing.
    pub async fn keys(&self) -> Vec<String> {
        let listing = self.request("GET", "/").send().await.xml();
        listing.children("Contents").map(|entry| entry.text_of("Key").to_owned()).collect()
    }
}
