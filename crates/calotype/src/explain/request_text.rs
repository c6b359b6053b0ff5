//! A request as people have it at hand: a curl line, or a request line with headers.

use anyhow::{Context, bail};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request, Uri};

/// Options of curl that take a value and say nothing about the request.
const SKIPPED: &[&str] = &[
    "-o",
    "--output",
    "-u",
    "--user",
    "-x",
    "--proxy",
    "-m",
    "--max-time",
    "--connect-timeout",
    "--resolve",
    "--connect-to",
    "-b",
    "--cookie",
    "-c",
    "--cookie-jar",
    "-w",
    "--write-out",
    "--retry",
    "--limit-rate",
    "--cacert",
];

/// Reads either form.
pub fn parse(text: &str) -> anyhow::Result<Parts> {
    let text = text.trim();
    if text.starts_with("curl ") { curl(text) } else { head(text) }
}

/// What is known of a request so far.
#[derive(Default)]
struct Draft {
    method: Option<String>,
    url: Option<String>,
    headers: Vec<(String, String)>,
    body_bytes: Option<usize>,
}

fn curl(text: &str) -> anyhow::Result<Parts> {
    let words = shell_words::split(text).context("the curl line has an open quote")?;
    let mut words = words.into_iter().skip(1);
    let mut draft = Draft::default();
    while let Some(word) = words.next() {
        let (option, glued) = split_option(&word);
        let mut value =
            || glued.clone().or_else(|| words.next()).with_context(|| format!("{word} has no value"));
        match option {
            "-X" | "--request" => draft.method = Some(value()?),
            "-H" | "--header" => draft.headers.extend(split_header(&value()?)),
            "-A" | "--user-agent" => draft.headers.push(("user-agent".to_owned(), value()?)),
            "-e" | "--referer" => draft.headers.push(("referer".to_owned(), value()?)),
            "-I" | "--head" => draft.method = Some("HEAD".to_owned()),
            "-T" | "--upload-file" => {
                value()?;
                draft.method.get_or_insert_with(|| "PUT".to_owned());
            }
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-ascii" => {
                draft.body_bytes = Some(value()?.len());
                draft.method.get_or_insert_with(|| "POST".to_owned());
            }
            "--url" => draft.url = Some(value()?),
            option if SKIPPED.contains(&option) => drop(value()?),
            option if option.starts_with('-') => {}
            _ => draft.url = Some(word),
        }
    }
    let url = draft.url.take().context("the curl line has no address")?;
    let (_scheme, rest) = url.split_once("://").unwrap_or(("http", &url));
    let (host, target) = match rest.find(['/', '?']) {
        Some(place) if rest[place..].starts_with('/') => (&rest[..place], rest[place..].to_owned()),
        Some(place) => (&rest[..place], format!("/{}", &rest[place..])),
        None => (rest, "/".to_owned()),
    };
    if !draft.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        draft.headers.push(("host".to_owned(), host.to_owned()));
    }
    if let Some(size_bytes) = draft.body_bytes {
        draft.headers.push(("content-length".to_owned(), size_bytes.to_string()));
    }
    let method = draft.method.unwrap_or_else(|| "GET".to_owned());
    request(&method, &target, &draft.headers)
}

/// `--option=value` and `-Xvalue` in their two halves.
fn split_option(word: &str) -> (&str, Option<String>) {
    const WITH_VALUE: [&str; 9] = ["-X", "-H", "-d", "-T", "-o", "-A", "-e", "-u", "-x"];
    if word.starts_with("--") {
        return match word.split_once('=') {
            Some((option, value)) => (option, Some(value.to_owned())),
            None => (word, None),
        };
    }
    match word.get(..2).filter(|option| word.len() > 2 && WITH_VALUE.contains(option)) {
        Some(option) => (option, Some(word[2..].to_owned())),
        None => (word, None),
    }
}

fn head(text: &str) -> anyhow::Result<Parts> {
    // `curl -v` marks what it sends with `>`, and what it says otherwise with other marks.
    let is_verbose = text.lines().any(|line| line.starts_with("> "));
    let mut lines = text
        .lines()
        .filter_map(|line| if is_verbose { line.strip_prefix('>') } else { Some(line) })
        .map(str::trim);
    let first = lines.next().unwrap_or_default();
    let mut words = first.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        bail!("{first:?} is neither a curl line nor a request line such as GET /a.jpg HTTP/1.1");
    };
    let headers: Vec<_> = lines.take_while(|line| !line.is_empty()).filter_map(split_header).collect();
    request(method, target, &headers)
}

fn split_header(line: impl AsRef<str>) -> Option<(String, String)> {
    let (name, value) = line.as_ref().split_once(':')?;
    Some((name.trim().to_owned(), value.trim().to_owned()))
}

fn request(method: &str, target: &str, headers: &[(String, String)]) -> anyhow::Result<Parts> {
    let target: Uri = target.parse().with_context(|| format!("{target:?} is not the target of a request"))?;
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in headers {
        let name: HeaderName = name.parse().with_context(|| format!("{name:?} is not a header"))?;
        let value = HeaderValue::from_bytes(value.as_bytes())
            .with_context(|| format!("{name} has a broken value"))?;
        request = request.header(name, value);
    }
    Ok(request.body(())?.into_parts().0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curl_line_is_read_as_curl_would() {
        let parts =
            parse("curl -sS -XPUT --url=http://h:1/a?b=c -H'X-A: 1' -d 'hello' -o x --compressed").unwrap();
        assert_eq!((parts.method.as_str(), parts.uri.to_string().as_str()), ("PUT", "/a?b=c"));
        assert_eq!(
            (&parts.headers["host"], &parts.headers["x-a"]),
            (&"h:1".parse().unwrap(), &"1".parse().unwrap())
        );
        assert_eq!(parts.headers["content-length"], "5");
        let bare = parse("curl h.test?x").unwrap();
        assert_eq!((bare.method.as_str(), bare.uri.to_string().as_str()), ("GET", "/?x"));
        assert_eq!(parse("curl -I http://h/").unwrap().method, "HEAD");
        assert_eq!(parse("curl http://h/a -T file").unwrap().method, "PUT");
    }

    #[test]
    fn what_is_no_request_is_named() {
        for wrong in ["", "curl -H", "curl -s", "curl 'open", "hello"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
