//! `calotype rm BUCKET/KEY`.

use super::{ObjectAddress, ServerArgs};

/// Arguments of `calotype rm`.
#[derive(Debug, clap::Args)]
pub struct RmArgs {
    /// What, as <bucket>/<key>.
    target: ObjectAddress,
    #[command(flatten)]
    server: ServerArgs,
}

/// Removes the object; one that is not there counts as removed.
pub async fn run(args: RmArgs) -> anyhow::Result<()> {
    Ok(args.server.bucket(&args.target.bucket)?.delete_object(&args.target.key).await?)
}
