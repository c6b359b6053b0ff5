//! What a starting service prints.

use std::net::SocketAddr;

use calotype_server::KeyPair;

use super::settings::Settings;

/// Says where the service listens, and, the first time, how to reach it with the official SDK.
pub fn print(settings: &Settings, address: SocketAddr, made: Option<&KeyPair>) {
    let place = if settings.ephemeral { "memory".to_owned() } else { settings.data.display().to_string() };
    println!("calotype listens on http://{address} and keeps its objects in {place}");
    if let Some(pair) = made {
        println!("{}", snippet(settings, address, pair));
    }
}

fn snippet(settings: &Settings, address: SocketAddr, pair: &KeyPair) -> String {
    let account = &settings.server.accounts[0];
    let (ip, port) = (address.ip(), address.port());
    format!(
        "\nThis is its key pair; it is not printed again:\n\n    \
         SecretId   {id}\n    \
         SecretKey  {key}\n\n\
         With the official COS Python SDK (pip install cos-python-sdk-v5):\n\n    \
         from qcloud_cos import CosConfig, CosS3Client\n    \
         client = CosS3Client(CosConfig(\n        \
         Region='{region}', SecretId='{id}', SecretKey='{key}',\n        \
         Scheme='http', IP='{ip}', Port={port}, ServiceDomain='{address}'))\n    \
         client.create_bucket(Bucket='photos-{app_id}')\n",
        id = pair.secret_id,
        key = pair.secret_key,
        region = settings.server.region,
        app_id = account.app_id,
    )
}
