//! Tells somebody that a job is over: one `POST`, to listed targets alone, a few times at most.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use calotype_protocol::pic_jobs::{Callback, CallbackFormat};
use calotype_protocol::xml::XmlBody;
use calotype_store::{BoxError, JobRecord};
use http::header::{CONTENT_TYPE, HOST};
use http::{Request, Uri};
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{sleep, timeout};

use super::config::authority;
use super::detail::describe;
use super::queue::queue;
use crate::app::App;
use crate::error::ApiError;

/// Pauses before the second and the third try.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];

/// Where a callback goes, and what it says.
struct Letter {
    url: String,
    content_type: &'static str,
    body: String,
}

/// Tells whoever the job or its queue names. What goes wrong is logged; the job is over all the same.
pub(super) async fn send(app: &App, record: &JobRecord) {
    let letter = match letter(app, record).await {
        Ok(Some(letter)) => letter,
        Ok(None) => return,
        Err(error) => {
            tracing::error!(%error, job = record.id, "a callback cannot be written");
            return;
        }
    };
    let limit = Duration::from_millis(app.jobs.config.callback_timeout_ms);
    for pause in PAUSES.into_iter().map(Some).chain([None]) {
        let failure = match timeout(limit, deliver(&letter)).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_elapsed) => format!("no answer within {} ms", limit.as_millis()),
        };
        tracing::warn!(job = record.id, url = letter.url, failure, "a callback did not arrive");
        if let Some(pause) = pause {
            sleep(pause).await;
        }
    }
}

async fn letter(app: &App, record: &JobRecord) -> Result<Option<Letter>, ApiError> {
    let detail = describe(app, record, true)?;
    let (url, format) = match &detail.job.callback {
        Some(url) => (url.clone(), detail.job.callback_format),
        None => {
            let bucket = app.store.bucket(&record.bucket).await?;
            let notify = queue(app, &bucket).await?.notify;
            if !notify.is_on {
                return Ok(None);
            }
            let is_json = notify.result_format.eq_ignore_ascii_case("JSON");
            (notify.url, if is_json { CallbackFormat::Json } else { CallbackFormat::Xml })
        }
    };
    // The list may have been shortened since the job was submitted.
    if !app.jobs.config.allows(&url) {
        return Ok(None);
    }
    let callback = Callback(detail);
    Ok(Some(match format {
        CallbackFormat::Xml => Letter { url, content_type: "application/xml", body: callback.to_xml() },
        CallbackFormat::Json => Letter { url, content_type: "application/json", body: callback.to_json() },
    }))
}

async fn deliver(letter: &Letter) -> Result<(), BoxError> {
    let (host, port) = authority(&letter.url).ok_or("the address is no http://host:port")?;
    let stream = TcpStream::connect(address(&host, port).await?).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let url: Uri = letter.url.parse()?;
    let path = url.path_and_query().map_or("/", |path| path.as_str());
    let request = Request::post(path)
        .header(HOST, url.authority().map_or("", |authority| authority.as_str()))
        .header(CONTENT_TYPE, letter.content_type)
        .body(Full::new(Bytes::from(letter.body.clone())))?;
    let answer = sender.send_request(request).await;
    connection.abort();
    // Redirections are not followed: they would lead past the list.
    let status = answer?.status();
    if status.is_success() { Ok(()) } else { Err(format!("the answer is {status}").into()) }
}

/// A literal address was listed as such. A name may lead anywhere, so it has to lead out of here.
async fn address(host: &str, port: u16) -> Result<SocketAddr, BoxError> {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = literal.parse::<IpAddr>() {
        return Ok(SocketAddr::new(address, port));
    }
    let public = lookup_host((host, port)).await?.find(|address| is_public(address.ip()));
    public.ok_or_else(|| format!("{host} has no public address").into())
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || v4.is_multicast()
                || is_shared
                || first == 0)
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public(IpAddr::V4(v4)),
            None => {
                !(v6.is_loopback()
                    || v6.is_unspecified()
                    || v6.is_multicast()
                    || v6.is_unique_local()
                    || v6.is_unicast_link_local())
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_not_public() {
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in ["fd00::1", "fe80::1", "::ffff:10.0.0.1", "ff02::1"] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in ["1.1.1.1", "93.184.216.34", "2606:4700::1111"] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[tokio::test]
    async fn a_name_does_not_lead_inside_and_a_literal_may() {
        assert!(address("localhost", 80).await.is_err());
        assert_eq!(address("127.0.0.1", 80).await.unwrap().port(), 80);
    }
}
