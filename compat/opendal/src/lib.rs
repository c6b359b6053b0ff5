//! OpenDAL's own client for COS, pointed at a running calotype.
//!
//! `cargo xtask test` starts the server, makes the bucket, and says where both are in CALOTYPE_ENDPOINT,
//! CALOTYPE_SECRET_ID, CALOTYPE_SECRET_KEY and CALOTYPE_BUCKET.

use std::env;
use std::net::SocketAddr;

use opendal_core::{HttpTransporter, OperationContext, Operator};
use opendal_http_transport_reqwest::ReqwestTransport;
use opendal_service_cos::Cos;

/// A client for a folder of the bucket, so that tests do not meet.
pub fn operator(folder: &str) -> Operator {
    let setting = |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let (endpoint, bucket) = (setting("CALOTYPE_ENDPOINT"), setting("CALOTYPE_BUCKET"));
    let address: SocketAddr = endpoint.trim_start_matches("http://").parse().expect("the endpoint is an address");
    let host = "cos.ap-guangzhou.example.test";
    // Plays the hosts file: the name of the bucket is the server.
    let client = reqwest::Client::builder().resolve(&format!("{bucket}.{host}"), address).build();
    let transport = HttpTransporter::new(ReqwestTransport::new(client.expect("a client without TLS needs nothing")));
    let service = Cos::default()
        .endpoint(&format!("http://{host}:{}", address.port()))
        .bucket(&bucket)
        .root(folder)
        .secret_id(&setting("CALOTYPE_SECRET_ID"))
        .secret_key(&setting("CALOTYPE_SECRET_KEY"))
        .disable_config_load();
    let operator = Operator::new(service).expect("the settings are complete");
    operator.with_context(OperationContext::new().with_http_transport(transport))
}
