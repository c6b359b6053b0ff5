//! `calotype explain-signature`: says which line of a refused request was signed otherwise, and why.

mod request_text;

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use calotype_client::signature::{Addressing, Credential, Difference, Explanation, SignatureError, explain};
use jiff::Timestamp;

use crate::remote;

/// Arguments of `calotype explain-signature`.
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// The request that was refused: a file with its curl line, or with its request line and headers (as `curl -v`
    /// prints them). `-` reads standard input.
    #[arg(default_value = "-")]
    request: PathBuf,
    /// The SecretKey the client has; without it, that of a local server's data folder.
    #[arg(long, env = "CALOTYPE_SECRET_KEY", hide_env_values = true)]
    secret_key: Option<String>,
    /// The data folder of a local server.
    #[arg(long, env = "CALOTYPE_DATA", default_value = "calotype-data")]
    data: PathBuf,
    /// When the request was received, in Unix seconds; now, if nothing is said.
    #[arg(long)]
    at: Option<i64>,
    /// A file with the text the client put together itself (`FormatString`, four lines), to be compared line by line.
    #[arg(long)]
    client_text: Option<PathBuf>,
}

/// Explains one request.
pub fn run(args: &ExplainArgs) -> anyhow::Result<()> {
    let text = read(&args.request)?;
    let client_text = args.client_text.as_deref().map(read).transpose()?;
    let now = match args.at {
        Some(second) => Timestamp::from_second(second).context("--at is not a time")?,
        None => Timestamp::now(),
    };
    let secret_of = |secret_id: &str| match &args.secret_key {
        Some(secret_key) => Ok(Some(secret_key.clone())),
        None => remote::local_secret(&args.data, secret_id),
    };
    print!("{}", explained(&text, client_text.as_deref(), secret_of, now)?);
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
    } else {
        text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    }
    Ok(text)
}

/// - `secret_of`: the secret of an id, if it is known.
fn explained(
    request: &str,
    client_text: Option<&str>,
    secret_of: impl FnOnce(&str) -> anyhow::Result<Option<String>>,
    now: Timestamp,
) -> anyhow::Result<String> {
    let parts = request_text::parse(request)?;
    let fields = match Credential::find(&parts) {
        Ok(Credential::Cos(fields)) => fields,
        Ok(Credential::Anonymous) => return Ok("The request is not signed at all.\n".to_owned()),
        Ok(Credential::Aws) => {
            return Ok("The request is signed for S3; COS wants q-sign-algorithm=sha1.\n".to_owned());
        }
        Ok(Credential::Unknown) => return Ok("The Authorization header is not a COS signature.\n".to_owned()),
        Err(error) => return Ok(format!("The signature cannot be read: {error}.\n")),
    };
    let Some(secret_key) = secret_of(&fields.secret_id)? else {
        bail!("the secret of {} is not known here; give it with --secret-key", fields.secret_id);
    };
    let target = Addressing::default().resolve(&parts)?;
    let explanation = explain(&fields, &secret_key, &parts, &target, now);
    let mut told = told(&explanation, now);
    if let Some(client_text) = client_text {
        told += &compared(client_text, &explanation.format_string);
    }
    Ok(told)
}

fn told(explanation: &Explanation, now: Timestamp) -> String {
    let texts = format!(
        "\nFormatString\n{}\nStringToSign\n{}",
        indented(&explanation.format_string),
        indented(&explanation.string_to_sign)
    );
    match &explanation.verdict {
        Ok(()) => "The signature is right.\n".to_owned(),
        Err(SignatureError::Mismatch { .. }) if explanation.differences.is_empty() => format!(
            "The signature is not that of this request, and none of the usual mistakes gives it.\n\
             Either it was made with another SecretKey, or a value under it was changed afterwards, for example\n\
             by a proxy or by the HTTP library. Compare the client's own text with this one:\n{texts}"
        ),
        Err(SignatureError::Mismatch { .. }) => {
            let differences: Vec<String> = explanation.differences.iter().map(difference).collect();
            format!("The signature is not that of this request.\n\n{}{texts}", differences.join("\n"))
        }
        Err(error) => {
            let differences: Vec<String> = explanation.differences.iter().map(difference).collect();
            format!(
                "{error}. It is {now} here: if the clock of the client says otherwise, set it; else sign anew.\n{}",
                differences.iter().map(|text| format!("\n{text}")).collect::<String>()
            )
        }
    }
}

fn difference(difference: &Difference) -> String {
    let Difference { place, signed, expected, why } = difference;
    format!("{place}\n  signed    {signed}\n  expected  {expected}\n  because   {why}\n")
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

/// Two texts, line by line.
fn compared(client: &str, service: &str) -> String {
    const NAMES: [&str; 4] = ["method", "path", "parameters", "headers"];
    let (mut client, mut service) = (client.trim_end_matches('\n').split('\n'), service.split('\n'));
    let mut text = "\nThe client's text, line by line\n".to_owned();
    for (place, name) in NAMES.into_iter().enumerate() {
        let (signed, expected) = (client.next().unwrap_or_default(), service.next().unwrap_or_default());
        let number = place + 1;
        if signed == expected {
            text += &format!("  line {number}, {name}: the same\n");
        } else {
            text += &format!("  line {number}, {name}: signed {signed:?}, expected {expected:?}\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUTHORIZATION: &str = "q-sign-algorithm=sha1&q-ak=AKIDEXAMPLE0000000000000000000000001\
        &q-sign-time=1700000000;1700010060&q-key-time=1700000000;1700010060&q-header-list=host;range\
        &q-url-param-list=imagemogr2%2fthumbnail%2f%2150p;response-content-type;versionid\
        &q-signature=4442c6d78a0f0db166622b148708ead9b936d9a9";
    const URL: &str = "http://examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/local.jpg\
        ?imageMogr2%2Fthumbnail%2F%2150p=&response-content-type=image%2Fpng&versionId=MTg0";

    fn said(request: &str, at: i64) -> String {
        let secret = |_: &str| Ok(Some("ExampleSecretKey0000000000000001".to_owned()));
        explained(request, None, secret, Timestamp::from_second(at).unwrap()).unwrap()
    }

    fn curl(url: &str) -> String {
        format!(
            "curl -sS '{url}' \\\n  -H 'Range: bytes=0-9' --header \"Authorization: {AUTHORIZATION}\" -o out.jpg"
        )
    }

    #[test]
    fn a_curl_line_is_explained() {
        assert_eq!(said(&curl(URL), 1_700_000_030), "The signature is right.\n");
        let late = said(&curl(URL), 1_700_010_061);
        assert!(late.starts_with("Request has expired. It is 2023-11-15"), "{late}");
        // The client signed another host than it went to.
        let elsewhere = said(&curl(&URL.replace("myqcloud.com", "example.test:9000")), 1_700_000_030);
        assert!(elsewhere.contains("line 4, headers") && elsewhere.contains("official host"), "{elsewhere}");
        let changed = said(&curl(&URL.replace("image%2Fpng", "image%2Fgif")), 1_700_000_030);
        assert!(
            changed.contains("none of the usual mistakes") && changed.contains("image%2Fgif"),
            "{changed}"
        );
    }

    #[test]
    fn headers_are_explained() {
        let target = &URL["http://examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com".len()..];
        let head = format!(
            "> GET {target} HTTP/1.1\n> Host: examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com\n\
             > Range: bytes=0-9\n> Authorization: {AUTHORIZATION}\n>\n"
        );
        assert_eq!(said(&head, 1_700_000_030), "The signature is right.\n");
        let taken_out = head.replace("response-content-type=image%2Fpng&", "");
        assert!(
            said(&taken_out, 1_700_000_030).contains("none of the usual"),
            "{}",
            said(&taken_out, 1_700_000_030)
        );
        assert_eq!(said("GET / HTTP/1.1\nHost: a-1.cos.r.test\n", 0), "The request is not signed at all.\n");
    }

    #[test]
    fn the_clients_own_text_is_compared() {
        let text = compared("GET\n/a\n\nhost=b\n", "get\n/a\n\nhost=b\n");
        assert!(text.contains("line 1, method: signed \"GET\", expected \"get\""), "{text}");
        assert!(text.contains("line 4, headers: the same"), "{text}");
    }
}
