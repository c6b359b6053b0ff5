//! The body of every failed request.
//!
//! Spec: spec/cos/errors.md.

use jiff::Timestamp;

use crate::error_code::ErrorCode;
use crate::timestamp;
use crate::xml::{Element, MalformedXml, XmlBody, XmlWriter};

/// What a failed request tells the client. The first four fields are never empty on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorBody {
    /// The word of an [`ErrorCode`], or of a service this crate does not know.
    pub code: String,
    /// A sentence for people.
    pub message: String,
    /// Host and path as requested, without scheme and query.
    pub resource: String,
    /// Same as the header `x-cos-request-id`.
    pub request_id: String,
    /// Same as the header `x-cos-trace-id`.
    pub trace_id: Option<String>,
    /// The server's clock, sent with errors about time.
    pub server_time: Option<Timestamp>,
    /// What the server would have signed, sent with `SignatureDoesNotMatch`.
    pub string_to_sign: Option<String>,
    /// The canonical request behind `string_to_sign`.
    pub format_string: Option<String>,
}

impl ErrorBody {
    /// A body with the two things every error knows; ids and resource are filled in where it is sent.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code: code.word().to_owned(), message: message.into(), ..Self::default() }
    }

    /// The code as a word of this interface, if it is one.
    pub fn error_code(&self) -> Option<ErrorCode> {
        ErrorCode::from_word(&self.code)
    }
}

impl XmlBody for ErrorBody {
    const ROOT: &'static str = "Error";

    fn write_content(&self, xml: &mut XmlWriter) {
        xml.leaf("Code", &self.code);
        xml.leaf("Message", &self.message);
        xml.leaf("Resource", &self.resource);
        xml.leaf("RequestId", &self.request_id);
        xml.optional("TraceId", self.trace_id.as_deref().filter(|id| !id.is_empty()));
        xml.optional("ServerTime", self.server_time.map(timestamp::iso_seconds));
        xml.optional("StringToSign", self.string_to_sign.as_deref());
        xml.optional("FormatString", self.format_string.as_deref());
    }

    fn read(root: &Element) -> Result<Self, MalformedXml> {
        let owned = |name| root.optional_text(name).map(str::to_owned);
        Ok(Self {
            code: root.required_text("Code")?.to_owned(),
            message: root.text_of("Message").to_owned(),
            resource: root.text_of("Resource").to_owned(),
            request_id: root.text_of("RequestId").to_owned(),
            trace_id: owned("TraceId"),
            server_time: root.optional_text("ServerTime").and_then(timestamp::parse_iso),
            string_to_sign: owned("StringToSign"),
            format_string: owned("FormatString"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_written_in_the_order_of_the_manual_and_read_back() {
        let body = ErrorBody {
            resource: "examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/a&b.jpg".into(),
            request_id: "NjU2".into(),
            trace_id: Some("OGVm".into()),
            ..ErrorBody::new(ErrorCode::NoSuchKey, ErrorCode::NoSuchKey.default_message())
        };
        assert_eq!(
            body.to_xml(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>NoSuchKey</Code>\
             <Message>The specified key does not exist.</Message>\
             <Resource>examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/a&amp;b.jpg</Resource>\
             <RequestId>NjU2</RequestId><TraceId>OGVm</TraceId></Error>"
        );
        assert_eq!(ErrorBody::from_xml(body.to_xml()).unwrap(), body);
        assert_eq!(body.error_code(), Some(ErrorCode::NoSuchKey));
    }

    #[test]
    fn a_signature_error_carries_both_strings_and_the_time() {
        let body = ErrorBody {
            server_time: Some(Timestamp::from_second(1_700_000_000).unwrap()),
            string_to_sign: Some("sha1\n1;2\nabc\n".into()),
            format_string: Some("put\n/图\n\nhost=a\n".into()),
            ..ErrorBody::new(ErrorCode::SignatureDoesNotMatch, "The Signature you specified is invalid.")
        };
        assert!(
            body.to_xml().contains("<ServerTime>2023-11-14T22:13:20Z</ServerTime><StringToSign>sha1\n1;2")
        );
        assert_eq!(ErrorBody::from_xml(body.to_xml()).unwrap(), body);
    }
}
