//! The three ways COS writes a moment.

use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// As in headers: `Wed, 21 Oct 2037 07:28:00 GMT`.
pub fn http_date(moment: Timestamp) -> String {
    let printed = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&moment);
    printed.unwrap_or_else(|_| moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
}

/// Reads a date of a header; none for anything that is not one.
pub fn parse_http_date(text: &str) -> Option<Timestamp> {
    rfc2822::parse(text.trim()).ok().map(|moment| moment.timestamp())
}

/// As in results and errors: `2024-05-24T11:49:50Z`.
pub fn iso_seconds(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// As in listings: `2024-05-24T11:49:50.000Z`.
pub fn iso_millis(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// Reads either ISO form; none for anything else.
pub fn parse_iso(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_three_ways() {
        let moment = Timestamp::from_second(1_716_551_390).unwrap();
        assert_eq!(http_date(moment), "Fri, 24 May 2024 11:49:50 GMT");
        assert_eq!(iso_seconds(moment), "2024-05-24T11:49:50Z");
        assert_eq!(iso_millis(moment), "2024-05-24T11:49:50.000Z");
        assert_eq!(parse_http_date("Fri, 24 May 2024 11:49:50 GMT"), Some(moment));
        assert_eq!(parse_iso("2024-05-24T11:49:50.000Z"), Some(moment));
        assert_eq!(parse_http_date("yesterday"), None);
    }
}
