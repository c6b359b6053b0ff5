//! Pictures that nobody here made, odd and damaged ones among them, against what independent tools say of them.
//!
//! A few are in `testdata/corpus`. The whole collection is used where `CALOTYPE_CORPUS` names its folder, or where it
//! lies beside the workspace as `shared/corpus`.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::{
    collections::HashMap,
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use bytes::Bytes;
use calotype_image::{Cancel, ImageError, ImageFormat, Job, Limits, Plan, SourceImage, measure, rule::Rule};

const RULES: [&str; 2] =
    ["imageMogr2/thumbnail/100x100/format/webp", "imageMogr2/thumbnail/64x64/rotate/45/format/png"];

/// Formats that are recognised and refused: spec/ci/README.md, 5 does not ask for them, or their codec is not built in.
const REFUSED_FORMATS: [ImageFormat; 3] = [ImageFormat::Heif, ImageFormat::Ico, ImageFormat::Svg];

/// Files that a tool reads and we refuse, with the reason.
const REFUSED_FILES: [(&str, &str); 8] = [
    ("broken/imagers-badplanes.bmp", "a bitmap has one plane"),
    ("broken/imagers-badrle.bmp", "its runs lead out of the picture"),
    ("broken/imagers-rletopdown.bmp", "runs go from bottom to top"),
    ("broken/jpegdec-dc-predictor-overflow.jpg", "the scan ends early, as in a cut upload"),
    ("broken/jpegdec-its-8e5e74dbf9b68a322fbb9512db837329.jpg", "the scan ends early, as in a cut upload"),
    ("jpeg/jpegdec-partial_progressive.jpg", "the scan ends early, as in a cut upload"),
    ("tiff/sharp-G31D.TIF", "fax group 3 has no decoder here"),
    ("tiff/sharp-G31D_MULTI.TIF", "fax group 3 has no decoder here"),
];

/// Where we read a value differently, with the reason.
const OTHER_VALUES: [(&str, &str); 3] = [
    ("png/imagers-wpt-fcTL-blend-source-transparent.png", "its still picture is no frame of the animation"),
    ("png/imagers-wpt-fcTL-dispose-in-region-previous.png", "its still picture is no frame of the animation"),
    ("png/wuffs-apng-skip-idat.png", "its still picture is no frame of the animation"),
];

/// The time that one picture may take, generous enough for slow machines without optimisation.
const TIME_MAX: Duration = Duration::from_secs(60);

/// A row of the manifest.
struct Row {
    file: String,
    width: Option<u32>,
    height: Option<u32>,
    frames: Option<u32>,
    orientation: Option<u16>,
    verdict: String,
}

fn rows(folder: &Path) -> Vec<Row> {
    let text = fs::read_to_string(folder.join("MANIFEST.tsv")).unwrap();
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let names: HashMap<_, _> = lines.next().unwrap().into_iter().zip(0..).collect();
    let cell = |line: &[&str], name: &str| line.get(names[name]).copied().unwrap_or_default().to_owned();
    lines
        .map(|line| Row {
            file: cell(&line, "file"),
            width: cell(&line, "width").parse().ok(),
            height: cell(&line, "height").parse().ok(),
            frames: cell(&line, "frames").parse().ok(),
            orientation: cell(&line, "orientation").parse().ok(),
            verdict: cell(&line, "verdict"),
        })
        .collect()
}

/// What became of one picture.
enum Outcome {
    /// All results were made; these values are unlike the manifest's.
    Made(Vec<String>),
    Refused(ImageError),
    Panicked,
}

fn work_on(bytes: &Bytes, row: &Row) -> Result<Vec<String>, ImageError> {
    let limits = Limits::default();
    let source = SourceImage::probe(bytes.clone(), &limits)?;
    let plans = RULES.iter().map(|text| {
        let rule = Rule::parse(text, &limits).unwrap();
        Plan::build(rule.pipeline().unwrap(), source.header(), bytes.len() as u64, &limits)
    });
    let plans = plans.collect::<Result<Vec<_>, _>>()?;

    let json = measure::image_info_json(&source, "00000000000000000000000000000000");
    assert!(json.starts_with("{\"format\": \""), "{json}");
    let tags = measure::exif::json_of_file(source.header().format, bytes);
    assert!(tags.starts_with('{') && tags.ends_with('}'), "{tags}");

    let unlike = differences(&source, row);
    let job = Job::new(source, plans);
    for index in job.order() {
        let result = job.run(index, &Cancel::new())?;
        assert_eq!(ImageFormat::detect(&result.bytes), Some(result.format));
        let again = SourceImage::probe(result.bytes.clone(), &limits)?;
        assert_eq!(again.header().dimensions, result.dimensions);
        assert_eq!(again.header().frame_count, result.frame_count);
    }
    Ok(unlike)
}

/// Values of the header that are unlike the manifest's.
fn differences(source: &SourceImage, row: &Row) -> Vec<String> {
    let header = source.header();
    let mut unlike = Vec::new();
    let mut compare = |what: &str, ours: u32, theirs: Option<u32>| {
        if let Some(theirs) = theirs.filter(|theirs| *theirs != ours) {
            unlike.push(format!("{what} {ours}, not {theirs}"));
        }
    };
    compare("width", header.dimensions.width_px, row.width);
    compare("height", header.dimensions.height_px, row.height);
    // Only the first page of a TIFF file and the still picture of an AVIF sequence are read.
    if !matches!(header.format, ImageFormat::Tiff | ImageFormat::Avif) {
        compare("frames", header.frame_count, row.frames);
    }
    let orientation = header.orientation.map_or(1, |orientation| u32::from(orientation.to_exif()));
    compare("orientation", orientation, row.orientation.map(|value| u32::from(value).max(1)));
    unlike
}

/// The complaint about one picture, if there is one.
fn judge(row: &Row, outcome: Outcome) -> Option<String> {
    let expected = |list: &[(&str, &str)]| list.iter().any(|(file, _)| *file == row.file);
    match (row.verdict.as_str(), outcome) {
        (_, Outcome::Panicked) => Some("panics".to_owned()),
        (_, Outcome::Refused(error @ (ImageError::Encoder { .. } | ImageError::Cancelled))) => {
            Some(format!("is our own fault: {error}"))
        }
        ("ok", Outcome::Made(unlike)) if !unlike.is_empty() && !expected(&OTHER_VALUES) => {
            Some(unlike.join("; "))
        }
        ("ok", Outcome::Refused(ImageError::UnsupportedSource { format }))
            if REFUSED_FORMATS.contains(&format) =>
        {
            None
        }
        ("ok", Outcome::Refused(error)) if !expected(&REFUSED_FILES) => Some(format!("is refused: {error}")),
        ("ok", Outcome::Made(_)) if expected(&REFUSED_FILES) => Some("is read after all".to_owned()),
        ("big", Outcome::Made(_)) => Some("is over the limits and was read".to_owned()),
        _ => None,
    }
}

fn walk(folder: &Path) {
    let rows = rows(folder);
    let mut complaints = Vec::new();
    let (mut made, mut refused) = (0, 0);
    for row in &rows {
        let bytes = Bytes::from(fs::read(folder.join(&row.file)).unwrap());
        let start = Instant::now();
        let outcome = match catch_unwind(AssertUnwindSafe(|| work_on(&bytes, row))) {
            Ok(Ok(unlike)) => Outcome::Made(unlike),
            Ok(Err(error)) => Outcome::Refused(error),
            Err(_) => Outcome::Panicked,
        };
        match outcome {
            Outcome::Made(_) => made += 1,
            _ => refused += 1,
        }
        if start.elapsed() > TIME_MAX {
            complaints.push(format!("{}: took {:?}", row.file, start.elapsed()));
        }
        let complaint = judge(row, outcome);
        complaints.extend(complaint.map(|complaint| format!("{} ({}): {complaint}", row.file, row.verdict)));
    }
    println!("{}: {made} read, {refused} refused", folder.display());
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn pictures_in_the_repository_are_read_or_refused_as_they_deserve() {
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/corpus"));
}

#[test]
fn pictures_of_the_whole_collection_are_read_or_refused_as_they_deserve() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = env::var_os("CALOTYPE_CORPUS").map_or(beside, PathBuf::from);
    if folder.join("MANIFEST.tsv").exists() {
        walk(&folder);
    } else {
        println!("corpus absent, skipped the whole collection");
    }
}
