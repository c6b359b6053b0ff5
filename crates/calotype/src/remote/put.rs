//! `calotype put FILE BUCKET/KEY [--rule FILEID=RULE ...]`.

use std::path::PathBuf;

use anyhow::{Context, bail};
use bytes::Bytes;
use calotype_client::{RequestBody, UploadResult};
use futures_util::stream;
use tokio::io::AsyncReadExt;

use super::{ObjectAddress, ServerArgs};

/// Bytes read from the file at a time.
const CHUNK_BYTES: usize = 256 << 10;

/// Arguments of `calotype put`.
#[derive(Debug, clap::Args)]
pub struct PutArgs {
    /// The file to upload.
    file: PathBuf,
    /// Where to, as <bucket>/<key>.
    target: ObjectAddress,
    /// A picture to make and store beside it, as <fileid>=<rule>; up to five.
    #[arg(long = "rule", value_parser = parse_rule)]
    rules: Vec<(String, String)>,
    #[command(flatten)]
    server: ServerArgs,
}

/// Uploads, and says what is stored now.
pub async fn run(args: PutArgs) -> anyhow::Result<()> {
    let body = file_body(&args.file).await.with_context(|| format!("cannot read {}", args.file.display()))?;
    let put = args.server.bucket(&args.target.bucket)?.put_object(&args.target.key, body)?;
    if args.rules.is_empty() {
        let stored = put.send().await?;
        let etag = stored.etag.map(|etag| etag.quoted()).unwrap_or_default();
        println!("{}/{}  {etag}", args.target.bucket, args.target.key);
        return Ok(());
    }
    let request = args
        .rules
        .iter()
        .fold(put.pic_operations().pic_info(), |request, (fileid, rule)| request.rule(fileid, rule));
    print(&request.send().await?);
    Ok(())
}

fn print(result: &UploadResult) {
    println!("{}  {}", result.original.location, result.original.etag);
    for object in result.results.objects.iter().filter_map(|object| object.picture.as_ref()) {
        println!(
            "{}  {} {}x{}  {} bytes",
            object.location, object.format, object.width_px, object.height_px, object.size_bytes
        );
    }
}

/// Reads the file while it is sent.
async fn file_body(path: &PathBuf) -> std::io::Result<RequestBody> {
    let file = tokio::fs::File::open(path).await?;
    let size_bytes = file.metadata().await?.len();
    let chunks = stream::try_unfold(file, |mut file| async move {
        let mut chunk = Vec::with_capacity(CHUNK_BYTES);
        let read = (&mut file).take(CHUNK_BYTES as u64).read_to_end(&mut chunk).await?;
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(chunk), file)))
    });
    Ok(RequestBody::stream(size_bytes, chunks))
}

fn parse_rule(text: &str) -> anyhow::Result<(String, String)> {
    match text.split_once('=') {
        Some((fileid, rule)) if !fileid.is_empty() && !rule.is_empty() => {
            Ok((fileid.to_owned(), rule.to_owned()))
        }
        _ => {
            bail!("{text:?} is not <fileid>=<rule>, such as small.webp=imageMogr2/thumbnail/300x/format/webp")
        }
    }
}
