//! `demo`: one upload, five results, seen from outside.
//!
//! Builds the binary as it is shipped, starts it in a temporary folder on a free port, uploads a photo with five rules,
//! fetches and checks every result, and leaves a contact sheet.

mod contact_sheet;
mod letters;

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use http::Method;
use md5::{Digest, Md5};

use crate::harness::{APPID, Build, Server, TempFolder, build_binary};
use crate::http_client::{Client, Request, Response, elements};
use crate::{prerequisites, shell};
use contact_sheet::ContactSheet;

/// Name of a result, and the rule that makes it.
const RULES: [(&str, &str); 5] = [
    ("same-size.png", "imageView2/format/png"),
    ("300-wide.jpg", "imageMogr2/thumbnail/300x"),
    ("800-wide.webp", "imageMogr2/thumbnail/800x/format/webp"),
    ("square.jpg", "imageMogr2/crop/200x200"),
    ("400-wide.avif", "imageMogr2/thumbnail/400x/format/avif"),
];
const PHOTO: &str = "earth.jpg";

/// One line of the table.
struct Row {
    key: String,
    format: String,
    dimensions: String,
    size_bytes: usize,
    /// Time of the request that makes this result and no other; none for the photo itself.
    alone_ms: Option<u128>,
}

pub(crate) fn run() -> Result<()> {
    prerequisites::build_tools()?;
    let photo = fs::read(shell::root().join("testdata/demo/photo.jpg"))?;
    println!("building the binary as it is shipped (the first time takes some minutes)");
    let binary = build_binary(Build::Release)?;
    let data = TempFolder::new()?;
    let server = Server::start(&binary, data.path(), &[])?;
    println!("a server listens on {} and keeps its objects in {}", server.address, data.path().display());

    let mut client = server.client();
    let bucket = format!("demo-{APPID}");
    client.create_bucket(&bucket)?;
    let started = Instant::now();
    let answer = client.put_picture(&bucket, PHOTO, &photo, &operations(&RULES))?.expect_success()?;
    let together_ms = started.elapsed().as_millis();
    let rows = check_results(&mut client, &bucket, &answer, photo.len())?;
    print_table(&rows);
    println!(
        "\nAll five came from one PUT in {together_ms} ms; every one was fetched and is what the answer promised."
    );

    let sheet = shell::target().join("demo/contact-sheet.png");
    fs::create_dir_all(sheet.parent().expect("the sheet lies in a folder"))?;
    fs::write(&sheet, draw(&mut client, &bucket, &rows)?)?;
    say_what_next(&sheet, &binary);
    Ok(())
}

fn operations(rules: &[(&str, &str)]) -> String {
    let rules = rules.iter().map(|(name, rule)| format!(r#"{{"fileid":"{name}","rule":"{rule}"}}"#));
    format!(r#"{{"is_pic_info":1,"rules":[{}]}}"#, rules.collect::<Vec<_>>().join(","))
}

/// Fetches what the answer lists, and compares.
fn check_results(
    client: &mut Client,
    bucket: &str,
    answer: &Response,
    photo_bytes: usize,
) -> Result<Vec<Row>> {
    let xml = answer.text();
    let original = elements(&xml, "ImageInfo").next().context("the answer has no ImageInfo")?;
    let mut rows = vec![Row {
        key: PHOTO.into(),
        format: field(original, "Format")?.to_lowercase(),
        dimensions: format!("{}x{}", field(original, "Width")?, field(original, "Height")?),
        size_bytes: photo_bytes,
        alone_ms: None,
    }];
    let objects: Vec<&str> = elements(&xml, "Object").collect();
    ensure!(objects.len() == RULES.len(), "{} results for {} rules", objects.len(), RULES.len());
    for (object, rule) in objects.into_iter().zip(RULES) {
        let key = field(object, "Key")?;
        let stored = client.get(bucket, key)?.expect_success()?;
        let size_bytes: usize = field(object, "Size")?.parse()?;
        ensure!(stored.body.len() == size_bytes, "{key} has {} bytes, not {size_bytes}", stored.body.len());
        let hash: String = Md5::digest(&stored.body).iter().map(|byte| format!("{byte:02x}")).collect();
        ensure!(field(object, "ETag")?.contains(&hash), "{key} does not hash to its tag");
        rows.push(Row {
            key: key.into(),
            format: field(object, "Format")?.into(),
            dimensions: format!("{}x{}", field(object, "Width")?, field(object, "Height")?),
            size_bytes,
            alone_ms: Some(time_alone(client, bucket, rule)?),
        });
    }
    Ok(rows)
}

/// Makes one result again from the stored photo (`POST ?image_process`).
fn time_alone(client: &mut Client, bucket: &str, rule: (&str, &str)) -> Result<u128> {
    let operations = operations(&[rule]);
    let request = Request {
        method: Method::POST,
        bucket,
        key: PHOTO,
        query: &[("image_process", "")],
        headers: &[("Pic-Operations", &operations)],
        ..Request::default()
    };
    let started = Instant::now();
    client.send(&request)?.expect_success()?;
    Ok(started.elapsed().as_millis())
}

fn field<'a>(xml: &'a str, name: &str) -> Result<&'a str> {
    elements(xml, name).next().with_context(|| format!("the answer has no {name}: {xml}"))
}

fn print_table(rows: &[Row]) {
    println!("\n{:16} {:6} {:>11} {:>11} {:>9}", "object", "format", "size", "bytes", "ms alone");
    for row in rows {
        let alone = row.alone_ms.map_or_else(|| "-".into(), |ms| ms.to_string());
        println!("{:16} {:6} {:>11} {:>11} {alone:>9}", row.key, row.format, row.dimensions, row.size_bytes);
    }
}

/// Asks the server for each picture as a tile, and lays the tiles out with a caption each.
fn draw(client: &mut Client, bucket: &str, rows: &[Row]) -> Result<Vec<u8>> {
    let (width, height) = contact_sheet::TILE_PX;
    let tile = format!("imageMogr2/thumbnail/{width}x{height}>/pad/1/color/I0ZGRkZGRg/format/png");
    let mut sheet = ContactSheet::new(rows.len());
    for row in rows {
        let picture = client.get_processed(bucket, &row.key, &tile)?.expect_success()?;
        let caption =
            format!("{} {} {} KB", row.format.to_uppercase(), row.dimensions, row.size_bytes.div_ceil(1000));
        sheet.add(&picture.body, &caption).with_context(|| format!("tile of {}", row.key))?;
    }
    sheet.into_png()
}

fn say_what_next(sheet: &std::path::Path, binary: &std::path::Path) {
    println!("\nLook at {}", sheet.display());
    println!("\nNext:");
    println!("  {} serve", binary.display());
    println!("      starts a server of your own and prints keys and a snippet for the official Python SDK");
    println!(
        "  {} process photo.jpg 'imageMogr2/thumbnail/300x/format/webp' -o small.webp",
        binary.display()
    );
    println!("      runs a rule on a file, without a server");
    println!("  cargo xtask test");
    println!("      runs everything, the official SDKs included");
}
