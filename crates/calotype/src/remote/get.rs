//! `calotype get BUCKET/KEY [FILE] [--rule RULE]`.

use std::path::PathBuf;

use anyhow::Context;
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;

use super::{ObjectAddress, ServerArgs};

/// Arguments of `calotype get`.
#[derive(Debug, clap::Args)]
pub struct GetArgs {
    /// What, as <bucket>/<key>.
    source: ObjectAddress,
    /// The file to write [default: the last part of the key]
    file: Option<PathBuf>,
    /// Make a picture by this rule instead of downloading the stored bytes.
    #[arg(long)]
    rule: Option<String>,
    #[command(flatten)]
    server: ServerArgs,
}

/// Downloads into a file, which appears only when it is whole.
pub async fn run(args: GetArgs) -> anyhow::Result<()> {
    let name = args.source.key.rsplit('/').find(|part| !part.is_empty()).unwrap_or("object");
    let path = args.file.unwrap_or_else(|| PathBuf::from(name));
    let request = args.server.bucket(&args.source.bucket)?.get_object(&args.source.key)?;
    let request = match args.rule {
        Some(rule) => request.rule(rule),
        None => request,
    };
    let mut download = request.send().await?;
    let mut draft = path.clone().into_os_string();
    draft.push(".part");
    let written = async {
        let mut file = tokio::fs::File::create(&draft).await?;
        let mut size_bytes = 0;
        while let Some(chunk) = download.body.next().await.transpose()? {
            file.write_all(&chunk).await?;
            size_bytes += chunk.len();
        }
        file.flush().await?;
        tokio::fs::rename(&draft, &path).await?;
        anyhow::Ok(size_bytes)
    };
    let size_bytes = match written.await {
        Ok(size_bytes) => size_bytes,
        Err(error) => {
            // The draft may never have been made; the error that matters is the first one.
            let _ = tokio::fs::remove_file(&draft).await;
            return Err(error).with_context(|| format!("cannot write {}", path.display()));
        }
    };
    println!("{}  {size_bytes} bytes", path.display());
    Ok(())
}
