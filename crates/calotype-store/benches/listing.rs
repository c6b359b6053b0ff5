//! Pages of a bucket with a million keys, in milliseconds. Run by `cargo xtask bench --only listing`.

use std::error::Error;
use std::time::Instant;

use bytes::Bytes;
use calotype_protocol::names::BucketName;
use calotype_store::{
    BucketRecord, ListObjects, ListVersions, NewObject, ObjectAttributes, ObjectStore, Precondition,
    StoreConfig,
};

const FOLDERS: usize = 1000;
const FILES: usize = 1000;
const PAGE: usize = 1000;
const REPEATS: usize = 21;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    // `cargo test --benches` runs this too, and wants to know only that it runs.
    let folders = if std::env::args().any(|word| word == "--bench") { FOLDERS } else { 2 };
    let folder = tempfile::tempdir()?;
    let store = ObjectStore::open(folder.path(), StoreConfig::default()).await?;
    let bucket: BucketName = "listing-1250000000".parse()?;
    store.create_bucket(BucketRecord::new(bucket.clone(), "owner", "ap-guangzhou")).await?;
    let begun = Instant::now();
    for folder in 0..folders {
        store.put_objects(files(&bucket, folder)?).await?;
    }
    println!("keys {} {:.1} s", folders * FILES, begun.elapsed().as_secs_f64());

    let middle = format!("f{:04}/", folders / 2);
    let list = |prefix: &str, delimiter: &str, marker: &str| ListObjects {
        prefix: prefix.to_owned(),
        delimiter: delimiter.to_owned(),
        marker: marker.to_owned(),
        entries_max: PAGE,
    };
    let cases = [
        ("first-page", list("", "", "")),
        ("page-behind-a-marker", list("", "", &format!("{middle}img-0500.jpg"))),
        ("prefix", list(&middle, "", "")),
        ("prefix-and-delimiter", list(&middle, "/", "")),
        ("delimiter-hides-all", list("", "/", "")),
        ("delimiter-behind-a-marker", list("", "/", &middle)),
        ("delimiter-inside-names", list("f", "-", "")),
    ];
    for (name, list) in cases {
        measure(name, async || {
            let page = store.list_objects(&bucket, &list).await?;
            Ok(page.objects.len() + page.common_prefixes.len())
        })
        .await?;
    }
    let versions = ListVersions { prefix: middle, entries_max: PAGE, ..ListVersions::default() };
    measure("versions", async || Ok(store.list_versions(&bucket, &versions).await?.versions.len())).await
}

/// A folder's objects, a few bytes each.
fn files(bucket: &BucketName, folder: usize) -> Outcome<Vec<NewObject>> {
    let file = |file: usize| {
        Ok(NewObject {
            bucket: bucket.clone(),
            key: format!("f{folder:04}/img-{file:04}.jpg").parse()?,
            attributes: ObjectAttributes::default(),
            body: Bytes::from_static(b"x").into(),
            only_if: Precondition::default(),
        })
    };
    (0..FILES).map(file).collect()
}

/// Prints the median and the slowest of several runs.
async fn measure(name: &str, run: impl AsyncFn() -> Outcome<usize>) -> Outcome<()> {
    let (mut times_ms, mut entries) = (Vec::new(), 0);
    for _ in 0..REPEATS {
        let begun = Instant::now();
        entries = run().await?;
        times_ms.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    times_ms.sort_by(f64::total_cmp);
    let (median, slowest) = (times_ms[times_ms.len() / 2], times_ms[times_ms.len() - 1]);
    println!("page {name} {median:.2} {slowest:.2} {entries}");
    Ok(())
}
