//! `calotype ls [BUCKET[/PREFIX]]`.

use super::ServerArgs;

/// Arguments of `calotype ls`.
#[derive(Debug, clap::Args)]
pub struct LsArgs {
    /// A bucket, or <bucket>/<prefix>; without it the buckets are listed.
    place: Option<String>,
    /// Do not stop at the next `/`.
    #[arg(short, long)]
    recursive: bool,
    #[command(flatten)]
    server: ServerArgs,
}

/// Prints one line for each bucket, folder or object.
pub async fn run(args: LsArgs) -> anyhow::Result<()> {
    let Some(place) = &args.place else {
        for bucket in args.server.client()?.list_buckets().await?.buckets {
            println!("{}  {}", bucket.created, bucket.name);
        }
        return Ok(());
    };
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let mut pages = args.server.bucket(bucket)?.list_objects().prefix(prefix);
    if !args.recursive {
        pages = pages.delimiter("/");
    }
    while let Some(page) = pages.next_page().await? {
        page.common_prefixes.iter().for_each(|prefix| println!("{:>20}  {:>14}  {prefix}", "", ""));
        for object in page.contents {
            println!("{}  {:>14}  {}", object.last_modified, object.size_bytes, object.key);
        }
    }
    Ok(())
}
