//! A service in memory, and a client of it.

use calotype_client::{BucketClient, Client, ClientConfig};
use calotype_server::{KeyPair, Server, ServerConfig};
use calotype_store::ObjectStore;

/// The photo every fixture table of the specification begins with.
pub const PHOTO: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/images/land_640x427.jpg"));

const SECRET_ID: &str = "AKIDtest";
const SECRET_KEY: &str = "secret";

/// A client of a fresh service that ends with the test.
pub async fn client() -> Client {
    client_with(SECRET_ID, SECRET_KEY).await
}

/// As [`client`], but with a pair that the service may not know.
pub async fn client_with(secret_id: &str, secret_key: &str) -> Client {
    let mut config = ServerConfig { listen: "127.0.0.1:0".parse().unwrap(), ..ServerConfig::default() };
    config.accounts[0].keys.push(KeyPair { secret_id: SECRET_ID.into(), secret_key: SECRET_KEY.into() });
    let server = Server::bind(config, ObjectStore::in_memory()).await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(std::future::pending()));
    Client::new(ClientConfig::new(&format!("http://{address}")).unwrap().keys(secret_id, secret_key))
}

/// A fresh bucket in a fresh service.
pub async fn bucket() -> BucketClient {
    let bucket = client().await.bucket("photos-1250000000").unwrap();
    bucket.create().await.unwrap();
    bucket
}
