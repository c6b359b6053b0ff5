//! A small HTTP client that signs for COS: one connection, one request at a time, no dependencies.
//!
//! The tests in here must be able to send what a polite client would not, and to see what the server really wrote.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use calotype_protocol::signature::{CanonicalRequest, Signer, Validity};
use http::Method;

/// Longest wait for an answer: the slowest is a batch of large results on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(120);

/// A key pair.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// Speaks to one server over one connection that is kept open.
pub(crate) struct Client {
    address: String,
    region: String,
    keys: Keys,
    connection: Option<BufReader<TcpStream>>,
}

/// One request; empty fields mean what they say.
#[derive(Default, Clone)]
pub(crate) struct Request<'a> {
    pub(crate) method: Method,
    pub(crate) bucket: &'a str,
    pub(crate) key: &'a str,
    /// Query parameters, sent encoded and signed; a flag has an empty value.
    pub(crate) query: &'a [(&'a str, &'a str)],
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a [u8],
}

/// One answer, whole.
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The first text between `<name>` and `</name>`.
    pub(crate) fn element(&self, name: &str) -> Option<String> {
        elements(&self.text(), name).next().map(str::to_owned)
    }

    /// The answer itself when its status is 2xx, else an error that shows what came.
    pub(crate) fn expect_success(self) -> Result<Self> {
        if !(200..300).contains(&self.status) {
            bail!("status {}: {}", self.status, self.text().chars().take(400).collect::<String>());
        }
        Ok(self)
    }
}

/// All texts between `<name>` and `</name>`, in order.
pub(crate) fn elements<'a>(xml: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut rest = xml;
    std::iter::from_fn(move || {
        let start = rest.find(&open)? + open.len();
        let end = start + rest[start..].find(&close)?;
        let found = &rest[start..end];
        rest = &rest[end + close.len()..];
        Some(found)
    })
}

impl Client {
    pub(crate) fn new(address: &str, region: &str, keys: Keys) -> Self {
        Self { address: address.into(), region: region.into(), keys, connection: None }
    }

    pub(crate) fn create_bucket(&mut self, bucket: &str) -> Result<()> {
        let request = Request { method: Method::PUT, bucket, ..Request::default() };
        self.send(&request)?.expect_success()?;
        Ok(())
    }

    pub(crate) fn put(&mut self, bucket: &str, key: &str, body: &[u8]) -> Result<Response> {
        self.send(&Request { method: Method::PUT, bucket, key, body, ..Request::default() })
    }

    /// PUT with `Pic-Operations`.
    pub(crate) fn put_picture(
        &mut self,
        bucket: &str,
        key: &str,
        body: &[u8],
        rules: &str,
    ) -> Result<Response> {
        let headers = [("Pic-Operations", rules)];
        self.send(&Request {
            method: Method::PUT,
            bucket,
            key,
            body,
            headers: &headers,
            ..Request::default()
        })
    }

    pub(crate) fn get(&mut self, bucket: &str, key: &str) -> Result<Response> {
        self.send(&Request { bucket, key, ..Request::default() })
    }

    /// GET through an instruction such as `imageInfo` or `imageMogr2/thumbnail/300x`.
    pub(crate) fn get_processed(&mut self, bucket: &str, key: &str, rule: &str) -> Result<Response> {
        self.send(&Request { bucket, key, query: &[(rule, "")], ..Request::default() })
    }

    pub(crate) fn delete(&mut self, bucket: &str, key: &str) -> Result<Response> {
        self.send(&Request { method: Method::DELETE, bucket, key, ..Request::default() })
    }

    /// Sends one request and reads the whole answer, on a fresh connection when the old one was closed meanwhile.
    pub(crate) fn send(&mut self, request: &Request<'_>) -> Result<Response> {
        let was_open = self.connection.is_some();
        match self.try_send(request) {
            Err(error) if was_open && is_closed(&error) && request.method == Method::GET => {
                self.connection = None;
                self.try_send(request)
            }
            other => other,
        }
    }

    fn try_send(&mut self, request: &Request<'_>) -> Result<Response> {
        let head = self.head(request);
        let mut connection = match self.connection.take() {
            Some(open) => open,
            None => connect(&self.address)?,
        };
        // An answer may come before all of a refused body was taken, so a failed write is not the last word.
        let written = connection.get_mut().write_all(head.as_bytes());
        let written = written.and_then(|()| connection.get_mut().write_all(request.body));
        let response = match read_response(&mut connection, &request.method) {
            Ok(response) => response,
            Err(error) => return Err(written.err().map_or(error, anyhow::Error::from)),
        };
        let closes = response.header("Connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        if written.is_ok() && !closes {
            self.connection = Some(connection);
        }
        Ok(response)
    }

    fn head(&self, request: &Request<'_>) -> String {
        let host = match request.bucket {
            "" => self.address.clone(),
            bucket => format!("{bucket}.cos.{}.myqcloud.com", self.region),
        };
        let length = request.body.len().to_string();
        let mut signed = CanonicalRequest::new(&request.method, &format!("/{}", request.key));
        signed.header("host", host.as_bytes());
        signed.header("content-length", length.as_bytes());
        request.headers.iter().for_each(|(name, value)| signed.header(name, value.as_bytes()));
        request.query.iter().for_each(|(name, value)| signed.parameter(name, value));
        let signer = Signer { secret_id: &self.keys.id, secret_key: &self.keys.secret };
        let now = unix_seconds();
        let authorization = signer.authorization(&signed, Validity { start: now - 60, end: now + 3600 });

        let query: Vec<_> = request
            .query
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name, ""), encode(value, "")))
            .collect();
        let mark = if query.is_empty() { "" } else { "?" };
        let path = encode(request.key, "/");
        let mut head = format!("{} /{path}{mark}{} HTTP/1.1\r\n", request.method, query.join("&"));
        for (name, value) in
            [("Host", host.as_str()), ("Content-Length", &length), ("Authorization", &authorization)]
                .iter()
                .chain(request.headers)
        {
            let _ = write!(head, "{name}: {value}\r\n"); // a String takes everything
        }
        head + "\r\n"
    }
}

fn connect(address: &str) -> Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address).with_context(|| format!("cannot connect to {address}"))?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    stream.set_nodelay(true)?;
    Ok(BufReader::with_capacity(64 << 10, stream))
}

fn is_closed(error: &anyhow::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(kind, Some(BrokenPipe | ConnectionReset | UnexpectedEof))
}

fn unix_seconds() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
    i64::try_from(now.as_secs()).expect("seconds since 1970 fit for billions of years")
}

/// Percent-encodes everything but letters, digits, `-_.~` and the characters of `also`.
fn encode(text: &str, also: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let c = char::from(byte);
        match c.is_ascii_alphanumeric() || "-_.~".contains(c) || also.contains(c) {
            true => out.push(c),
            false => {
                let _ = write!(out, "%{byte:02X}"); // a String takes everything
            }
        }
    }
    out
}

fn read_response(connection: &mut BufReader<TcpStream>, method: &Method) -> Result<Response> {
    let status = read_line(connection)?;
    let status: u16 = match status.split(' ').nth(1).and_then(|word| word.parse().ok()) {
        Some(status) => status,
        None => bail!("not a status line: {status:?}"),
    };
    let mut headers = Vec::new();
    loop {
        let line = read_line(connection)?;
        match line.split_once(':') {
            Some((name, value)) => headers.push((name.to_owned(), value.trim().to_owned())),
            None => break,
        }
    }
    let mut response = Response { status, headers, body: Vec::new() };
    if *method == Method::HEAD || status == 204 || status == 304 {
        return Ok(response);
    }
    if response.header("Transfer-Encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
        response.body = read_chunks(connection)?;
    } else if let Some(length) = response.header("Content-Length") {
        response.body = vec![0; length.parse().context("Content-Length is no number")?];
        connection.read_exact(&mut response.body)?;
    }
    Ok(response)
}

fn read_line(connection: &mut BufReader<TcpStream>) -> Result<String> {
    let mut line = Vec::new();
    connection.read_until(b'\n', &mut line)?;
    if line.last() != Some(&b'\n') {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

fn read_chunks(connection: &mut BufReader<TcpStream>) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = read_line(connection)?;
        let size = usize::from_str_radix(size.split(';').next().unwrap_or_default(), 16)?;
        let start = body.len();
        body.resize(start + size, 0);
        connection.read_exact(&mut body[start..])?;
        read_line(connection)?;
        if size == 0 {
            return Ok(body);
        }
    }
}
