//! Why a signature is not that of its request: which line the client must have signed otherwise.
//!
//! A signature tells nothing by itself. But with the secret at hand the usual mistakes can be made on purpose, one and
//! several at a time, until one of them gives the client's own signature.

mod variants;

use http::request::Parts;
use jiff::Timestamp;

use super::digest::{hmac_sha1, hmac_sha1_bytes, same_signature, sha1};
use super::{AuthFields, SignatureError, SignedRequest, verify};
use crate::address::Target;
use variants::Variant;

/// Mistakes that are tried together; nobody makes more at once.
const MISTAKES_MAX: usize = 3;

/// What is to be said about a request and its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What the service says.
    pub verdict: Result<(), SignatureError>,
    /// Where the client's text departs from the one expected: the fewest places that give its signature. None are found
    /// where another secret was used, or a signed value was changed on the way.
    pub differences: Vec<Difference>,
    /// The canonical request the service expects.
    pub format_string: String,
    /// What the key is applied to.
    pub string_to_sign: String,
}

/// One place where the client signed something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which line of which text.
    pub place: &'static str,
    /// What the client signed.
    pub signed: String,
    /// What it should have signed.
    pub expected: String,
    /// The mistake behind it.
    pub why: &'static str,
}

/// Finds out what is wrong with a signature.
///
/// - `now`: the service's clock.
pub fn explain(
    fields: &AuthFields,
    secret_key: &str,
    parts: &Parts,
    target: &Target,
    now: Timestamp,
) -> Explanation {
    let request = SignedRequest::new(parts, target);
    let verdict = verify(fields, secret_key, &request, now);
    let lines = variants::lines(fields, &request, parts, target);
    let search = Search { fields, secret_key, lines: &lines };
    let plain: Vec<&Variant> = lines.iter().map(|line| &line[0]).collect();
    let format_string = text(&plain, true);
    let string_to_sign = search.string_to_sign(&format_string, true);
    let is_mismatch = !search.fits_plainly();
    let differences = if is_mismatch { search.differences() } else { Vec::new() };
    Explanation { verdict, differences, format_string, string_to_sign }
}

struct Search<'a> {
    fields: &'a AuthFields,
    secret_key: &'a str,
    /// For each line of the canonical request, what may have been signed; what is expected comes first.
    lines: &'a [Vec<Variant>],
}

/// How a client puts its texts together and applies its key.
#[derive(Clone, Copy)]
struct Manner {
    place: &'static str,
    signed: &'static str,
    expected: &'static str,
    why: Option<&'static str>,
    ends_format: bool,
    ends_string: bool,
    key: KeyManner,
}

#[derive(Clone, Copy, PartialEq)]
enum KeyManner {
    Hex,
    Binary,
    SignTime,
    WithLineBreak,
}

const USUAL: Manner = Manner {
    place: "",
    signed: "",
    expected: "",
    why: None,
    ends_format: true,
    ends_string: true,
    key: KeyManner::Hex,
};

const MANNERS: [Manner; 6] = [
    USUAL,
    Manner {
        place: "end of HttpString",
        signed: "no line break",
        expected: "a line break",
        why: Some("each of the four lines of HttpString ends with a line break, the last one too"),
        ends_format: false,
        ..USUAL
    },
    Manner {
        place: "end of StringToSign",
        signed: "no line break",
        expected: "a line break",
        why: Some("each of the three lines of StringToSign ends with a line break, the last one too"),
        ends_string: false,
        ..USUAL
    },
    Manner {
        place: "SignKey",
        signed: "the 20 bytes of the digest",
        expected: "its 40 hex digits",
        why: Some("the hex text of HMAC-SHA1(SecretKey, KeyTime) is the key of the next step, not its bytes"),
        key: KeyManner::Binary,
        ..USUAL
    },
    Manner {
        place: "SignKey",
        signed: "made from q-sign-time",
        expected: "made from q-key-time",
        why: Some("the two times differ, and the key belongs to q-key-time"),
        key: KeyManner::SignTime,
        ..USUAL
    },
    Manner {
        place: "SecretKey",
        signed: "with a line break at its end",
        expected: "without",
        why: Some("the secret was read from a file or variable together with its line break"),
        key: KeyManner::WithLineBreak,
        ..USUAL
    },
];

impl Search<'_> {
    /// Whether one of the expected texts is what was signed, so that time alone can be wrong.
    fn fits_plainly(&self) -> bool {
        self.combinations(0).any(|choice| self.gives_signature(&choice, &USUAL))
    }

    /// The fewest mistakes that give the signature.
    fn differences(&self) -> Vec<Difference> {
        for count in 1..=MISTAKES_MAX {
            for manner in &MANNERS {
                let in_lines = count - usize::from(manner.why.is_some());
                let mut found = self.combinations(in_lines);
                if let Some(choice) = found.find(|choice| self.gives_signature(choice, manner)) {
                    return self.told(&choice, manner);
                }
            }
        }
        Vec::new()
    }

    /// Every choice of one variant a line with exactly so many mistakes among them.
    fn combinations(&self, mistakes: usize) -> impl Iterator<Item = Vec<&Variant>> {
        let mut choices: Vec<Vec<&Variant>> = vec![Vec::new()];
        for line in self.lines {
            let longer = choices.iter().flat_map(|choice| {
                line.iter().map(move |variant| choice.iter().copied().chain([variant]).collect::<Vec<_>>())
            });
            choices = longer.filter(|choice| wrong(choice) <= mistakes).collect();
        }
        choices.into_iter().filter(move |choice| wrong(choice) == mistakes)
    }

    fn gives_signature(&self, choice: &[&Variant], manner: &Manner) -> bool {
        let (fields, secret) = (self.fields, self.secret_key.as_bytes());
        let string_to_sign = self.string_to_sign(&text(choice, manner.ends_format), manner.ends_string);
        let sign_key = match manner.key {
            KeyManner::Hex => hmac_sha1(secret, fields.key_time_text.as_bytes()).into_bytes(),
            KeyManner::Binary => hmac_sha1_bytes(secret, fields.key_time_text.as_bytes()),
            KeyManner::SignTime => hmac_sha1(secret, fields.sign_time_text.as_bytes()).into_bytes(),
            KeyManner::WithLineBreak => {
                hmac_sha1(&[secret, b"\n"].concat(), fields.key_time_text.as_bytes()).into_bytes()
            }
        };
        same_signature(&hmac_sha1(&sign_key, string_to_sign.as_bytes()), &fields.signature)
    }

    fn string_to_sign(&self, format_string: &str, is_ended: bool) -> String {
        let end = if is_ended { "\n" } else { "" };
        format!("sha1\n{}\n{}{end}", self.fields.sign_time_text, sha1(format_string.as_bytes()))
    }

    fn told(&self, choice: &[&Variant], manner: &Manner) -> Vec<Difference> {
        let lines = choice.iter().zip(self.lines).zip(variants::PLACES);
        let mut differences: Vec<Difference> = lines
            .filter_map(|((signed, line), place)| {
                let (signed_text, expected) = narrowed(&signed.text, &line[0].text);
                Some(Difference { place, signed: signed_text, expected, why: signed.why? })
            })
            .collect();
        if let Manner { place, signed, expected, why: Some(why), .. } = *manner {
            let (signed, expected) = (signed.to_owned(), expected.to_owned());
            differences.push(Difference { place, signed, expected, why });
        }
        differences
    }
}

fn wrong(choice: &[&Variant]) -> usize {
    choice.iter().filter(|variant| variant.why.is_some()).count()
}

fn text(choice: &[&Variant], is_ended: bool) -> String {
    let lines: Vec<&str> = choice.iter().map(|variant| variant.text.as_str()).collect();
    format!("{}{}", lines.join("\n"), if is_ended { "\n" } else { "" })
}

/// Of two lines of pairs, the pairs that only one of them has.
fn narrowed(signed: &str, expected: &str) -> (String, String) {
    let only = |line: &str, other: &str| {
        let others: Vec<&str> = other.split('&').collect();
        line.split('&').filter(|pair| !others.contains(pair)).collect::<Vec<_>>().join("&")
    };
    match (only(signed, expected), only(expected, signed)) {
        // The same pairs in another order.
        (a, b) if a.is_empty() && b.is_empty() => (signed.to_owned(), expected.to_owned()),
        narrow => narrow,
    }
}

#[cfg(test)]
mod tests;
