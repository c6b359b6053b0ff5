//! Requests as bytes on a socket, and replies with every letter as it came.

use std::net::SocketAddr;
use std::time::Duration;

use calotype_protocol::encoding;
use calotype_protocol::query::Query;
use calotype_protocol::signature::{CanonicalRequest, Signer, Validity, is_signed_by_default};
use calotype_protocol::xml::Element;
use http::{HeaderName, Method};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::server::KEY_PAIR;

/// No reply takes longer than this, or the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request being put together. Signed with [`KEY_PAIR`] unless told otherwise.
#[derive(Clone)]
pub struct Request {
    address: SocketAddr,
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    unsigned: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    framing: Framing,
    key_pair: Option<(String, String)>,
    valid_seconds: (i64, i64),
}

#[derive(Clone, Copy, PartialEq)]
enum Framing {
    Length,
    Chunked,
    None,
}

impl Request {
    /// - `target`: as it goes on the wire, encoded.
    pub fn new(address: SocketAddr, method: &str, target: &str, host: String) -> Self {
        Self {
            address,
            method: method.to_owned(),
            target: target.to_owned(),
            headers: vec![("Host".to_owned(), host.into_bytes())],
            unsigned: Vec::new(),
            body: Vec::new(),
            framing: Framing::Length,
            key_pair: Some((KEY_PAIR.0.to_owned(), KEY_PAIR.1.to_owned())),
            valid_seconds: (-60, 3600),
        }
    }

    /// Adds a header, signed if SDKs sign it.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Brings the key of the customer along.
    pub fn customer_key(self) -> Self {
        const PREFIX: &str = "x-cos-server-side-encryption-customer";
        let key = [7_u8; 32];
        self.header(&format!("{PREFIX}-algorithm"), "AES256")
            .header(&format!("{PREFIX}-key"), super::base64(key))
            .header(&format!("{PREFIX}-key-MD5"), super::content_md5(&key))
    }

    /// Adds a header behind the signature's back.
    pub fn unsigned_header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.unsigned.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Names another host.
    pub fn host(mut self, host: &str) -> Self {
        self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("host"));
        self.header("Host", host)
    }

    /// Sends this body with its length.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends the body in chunks, without its length.
    pub fn chunked(mut self) -> Self {
        self.framing = Framing::Chunked;
        self
    }

    /// Sends neither length nor body.
    pub fn without_length(mut self) -> Self {
        self.framing = Framing::None;
        self
    }

    /// Sends no signature.
    pub fn anonymous(mut self) -> Self {
        self.key_pair = None;
        self
    }

    /// Signs with another pair: id and secret.
    pub fn key_pair(mut self, secret_id: &str, secret_key: &str) -> Self {
        self.key_pair = Some((secret_id.to_owned(), secret_key.to_owned()));
        self
    }

    /// Signs for this time, in seconds from now.
    pub fn valid(mut self, from_seconds: i64, to_seconds: i64) -> Self {
        self.valid_seconds = (from_seconds, to_seconds);
        self
    }

    /// Puts the signature into the query instead of a header.
    pub fn presigned(mut self) -> Self {
        let Some((secret_id, secret_key)) = self.key_pair.take() else { return self };
        let (path, query) = self.path_and_query();
        let mut query = Query::parse(&query);
        let signer = Signer { secret_id: &secret_id, secret_key: &secret_key };
        signer.presign(&self.canonical(), self.validity(), &mut query);
        self.target = format!("{path}?{query}");
        self
    }

    /// The method and the target, as they will be sent.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The whole request as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.head();
        match self.framing {
            Framing::Length | Framing::None => bytes.extend_from_slice(&self.body),
            Framing::Chunked => {
                for chunk in self.body.chunks(1000) {
                    bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                    bytes.extend_from_slice(chunk);
                    bytes.extend_from_slice(b"\r\n");
                }
                bytes.extend_from_slice(b"0\r\n\r\n");
            }
        }
        bytes
    }

    /// Everything up to the body.
    pub fn head(&self) -> Vec<u8> {
        let mut headers = self.headers.clone();
        match self.framing {
            Framing::Length => {
                headers.push(("Content-Length".to_owned(), self.body.len().to_string().into()))
            }
            Framing::Chunked => headers.push(("Transfer-Encoding".to_owned(), b"chunked".to_vec())),
            Framing::None => {}
        }
        if let Some((secret_id, secret_key)) = &self.key_pair {
            let signer = Signer { secret_id, secret_key };
            let authorization = signer.authorization(&self.canonical(), self.validity());
            headers.push(("Authorization".to_owned(), authorization.into_bytes()));
        }
        headers.extend(self.unsigned.clone());
        let mut bytes = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        for (name, value) in headers {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(&value);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes
    }

    /// Sends it on a connection of its own.
    pub async fn send(self) -> Reply {
        let mut connection = Connection::open(self.address).await;
        connection.send(&self).await
    }

    fn validity(&self) -> Validity {
        let now = Timestamp::now().as_second();
        Validity { start: now + self.valid_seconds.0, end: now + self.valid_seconds.1 }
    }

    /// Path and query; of an absolute target too.
    fn path_and_query(&self) -> (String, String) {
        let target = match self.target.split_once("://") {
            Some((_, rest)) => &rest[rest.find('/').unwrap_or(rest.len())..],
            None => &self.target,
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        (path.to_owned(), query.to_owned())
    }

    fn canonical(&self) -> CanonicalRequest {
        let (path, query) = self.path_and_query();
        let method = Method::from_bytes(self.method.as_bytes()).unwrap();
        let mut canonical = CanonicalRequest::new(&method, &encoding::decode(&path).unwrap());
        for parameter in Query::parse(&query).parameters() {
            canonical.parameter(&parameter.name, parameter.value.as_deref().unwrap_or_default());
        }
        for (name, value) in &self.headers {
            if HeaderName::from_bytes(name.as_bytes()).is_ok_and(|name| is_signed_by_default(&name)) {
                canonical.header(name, value);
            }
        }
        canonical
    }
}

/// One socket.
pub struct Connection {
    stream: TcpStream,
    method: String,
    read: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, method: String::new(), read: Vec::new() }
    }

    /// Sends a request and reads its reply.
    pub async fn send(&mut self, request: &Request) -> Reply {
        self.method.clone_from(&request.method);
        let bytes = request.to_bytes();
        // A service may answer before it has read everything, and close; then the reply counts.
        let _ = self.stream.write_all(&bytes).await;
        self.reply().await
    }

    /// Sends bytes as they are.
    pub async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// Says that nothing more will be sent.
    pub async fn finish(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    /// Reads what comes first, up to the end of a head.
    pub async fn reply_head(&mut self) -> Reply {
        loop {
            if let Some(end) = self.read.windows(4).position(|window| window == b"\r\n\r\n") {
                let head: Vec<u8> = self.read.drain(..end + 4).collect();
                return Reply::parse(&head);
            }
            assert!(self.fill().await > 0, "closed inside a head: {:?}", String::from_utf8_lossy(&self.read));
        }
    }

    /// Reads a whole reply to the request sent last (raw bytes count as a GET).
    pub async fn reply(&mut self) -> Reply {
        let mut reply = self.reply_head().await;
        while reply.status == 100 {
            reply = self.reply_head().await;
        }
        let has_body = self.method != "HEAD" && reply.status != 204 && reply.status != 304;
        if has_body && let Some(length) = reply.header("Content-Length") {
            let length: usize = length.parse().unwrap();
            while self.read.len() < length {
                assert!(self.fill().await > 0, "closed after {} of {length} bytes", self.read.len());
            }
            reply.body = self.read.drain(..length).collect();
        }
        reply
    }

    /// Reads so many bytes of a body.
    pub async fn body(&mut self, size_bytes: usize) -> Vec<u8> {
        while self.read.len() < size_bytes {
            assert!(self.fill().await > 0, "closed after {} of {size_bytes} bytes", self.read.len());
        }
        self.read.drain(..size_bytes).collect()
    }

    /// Whether the service closes now, having sent nothing more.
    pub async fn is_closed(&mut self) -> bool {
        self.read.is_empty() && self.fill().await == 0
    }

    async fn fill(&mut self) -> usize {
        let mut buffer = vec![0; 64 << 10];
        let read = timeout(PATIENCE, self.stream.read(&mut buffer)).await.expect("a reply in time");
        let read = read.unwrap_or(0);
        self.read.extend_from_slice(&buffer[..read]);
        read
    }
}

/// A reply, letter by letter.
#[derive(Debug)]
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// Headers in order, names as spelled.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Body, as sent.
    pub body: Vec<u8>,
}

impl Reply {
    fn parse(head: &[u8]) -> Self {
        let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let status_line = String::from_utf8(lines.next().unwrap().to_vec()).unwrap();
        let status = status_line.split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines
            .filter(|line| !line.is_empty())
            .map(|line| {
                let colon = line.iter().position(|byte| *byte == b':').unwrap();
                let name = String::from_utf8(line[..colon].to_vec()).unwrap();
                (name, line[colon + 1..].trim_ascii().to_vec())
            })
            .collect();
        Self { status, headers, body: Vec::new() }
    }

    /// A header by its exact spelling.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.header_bytes(name).map(|value| std::str::from_utf8(value).unwrap())
    }

    /// A header by its exact spelling, as bytes.
    pub fn header_bytes(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_slice())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as XML.
    pub fn xml(&self) -> Element {
        Element::parse(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.text()))
    }

    /// Status and code of an error.
    pub fn error(&self) -> (u16, String) {
        (self.status, self.xml().text_of("Code").to_owned())
    }
}
