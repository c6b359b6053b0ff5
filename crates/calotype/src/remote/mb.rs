//! `calotype mb BUCKET`.

use super::ServerArgs;

/// Arguments of `calotype mb`.
#[derive(Debug, clap::Args)]
pub struct MbArgs {
    /// The bucket, as <name>-<appid>.
    bucket: String,
    #[command(flatten)]
    server: ServerArgs,
}

/// Makes the bucket, private.
pub async fn run(args: MbArgs) -> anyhow::Result<()> {
    Ok(args.server.bucket(&args.bucket)?.create().await?)
}
