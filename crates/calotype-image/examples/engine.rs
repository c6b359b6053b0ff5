//! Times the engine on one file and prints one line of JSON, so that scripts can compare it with other engines.
//!
//! ```text
//! engine thumb photo.jpg w=300 f=jpg n=15 t=2
//! engine rules photo.jpg imageMogr2/thumbnail/300x imageMogr2/format/png par=1 out=/tmp/result
//! ```
//!
//! Operations: `thumb`, `conv`, `sq`, `four`, `five` and the words of [`alone`] stand for the rules that comparisons
//! use; `rules` takes rules as they are. Marks named by `image_key` are looked for beside the file. Options: `n` jobs a thread, `t` threads that work on jobs of their own, `par=1` a thread for
//! each rule of a job, `out` a path to which the results of the last job are written, numbered.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use bytes::Bytes;
use calotype_image::{
    Assets, Cancel, Job, Limits, Plan, ProcessedImage, SourceImage,
    rule::{Pipeline, Rule},
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// `mark.png` and `calotype 2026`, as rules carry them.
const MARK: &str = "bWFyay5wbmc";
const WORDS: &str = "Y2Fsb3R5cGUgMjAyNg";

struct Task {
    /// Where marks are.
    folder: PathBuf,
    file: Bytes,
    rules: Vec<String>,
    limits: Limits,
    parallel: bool,
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [operation, path, rest @ ..] = &arguments[..] else {
        return Err("usage: engine OPERATION FILE [RULE|key=value]...".into());
    };
    let (rules, options): (Vec<&String>, Vec<&String>) =
        rest.iter().partition(|argument| argument.starts_with("image"));
    let options: HashMap<&str, &str> = options.iter().filter_map(|option| option.split_once('=')).collect();
    let number = |key: &str, default: usize| options.get(key).map_or(Ok(default), |value| value.parse());
    let task = Task {
        folder: Path::new(path).parent().unwrap_or(Path::new("")).to_owned(),
        file: fs::read(path)?.into(),
        rules: if rules.is_empty() {
            rules_of(operation, &options)?
        } else {
            rules.into_iter().cloned().collect()
        },
        limits: Limits {
            source_size_bytes_max: u64::MAX,
            result_size_bytes_max: u64::MAX,
            ..Limits::default()
        },
        parallel: options.get("par") == Some(&"1"),
    };

    let (threads, jobs) = (number("t", 1)?, number("n", 15)? * number("t", 1)?);
    if jobs > threads {
        work(&task)?;
    }
    let (mut times, wall, results) = measure(&task, threads, jobs)?;
    times.sort_by(f64::total_cmp);
    let sizes: Vec<usize> = results.iter().map(|result| result.bytes.len()).collect();
    let peak = peak_memory_mb();
    println!(r#"{{"times":{times:?},"wall":{wall:.6},"jobs":{jobs},"rss":{peak:.1},"bytes":{sizes:?}}}"#);
    if let Some(out) = options.get("out") {
        for (index, result) in results.iter().enumerate() {
            fs::write(format!("{out}.{index}"), &result.bytes)?;
        }
    }
    Ok(())
}

fn rules_of(operation: &str, options: &HashMap<&str, &str>) -> Result<Vec<String>, Failure> {
    let option = |key: &str, default: &'static str| options.get(key).copied().unwrap_or(default).to_owned();
    let (width, format, quality) = (option("w", "300"), option("f", "jpg"), option("q", "80"));
    let scaled = |width: &str, format: &str| {
        format!("imageMogr2/thumbnail/{width}x/format/{format}/quality/{quality}!")
    };
    let square = format!("imageMogr2/crop/200x200/gravity/center/format/jpg/quality/{quality}!");
    let four = vec![scaled("300", "jpg"), scaled("800", "webp"), square.clone(), marked("1080")];
    Ok(match operation {
        "thumb" => vec![scaled(&width, &format)],
        "conv" => vec![format!("imageMogr2/format/{format}/quality/{quality}!")],
        "sq" => vec![square],
        "four" => four,
        "five" => [vec!["imageMogr2/format/png".to_owned()], four].concat(),
        "anim" => vec!["imageMogr2/thumbnail/300x".to_owned()],
        other => vec![alone(other).ok_or_else(|| format!("{other} is no operation, and there is no rule"))?],
    })
}

/// One operation on a photo scaled to 1080 pixels across, written as JPEG where it does not say otherwise.
fn alone(operation: &str) -> Option<String> {
    let wide = |operation: &str| format!("imageMogr2/thumbnail/1080x{operation}/format/jpg/quality/80!");
    Some(match operation {
        "mark" => marked("1080"),
        "text" => wide("") + &format!("|watermark/2/text/{WORDS}/fill/I0ZGRkZGRg/fontsize/48/dissolve/100"),
        "blur" => wide("/blur/30x10"),
        "sharpen" => wide("/sharpen/70"),
        "gray" => wide("/grayscale/1"),
        "bright" => wide("/bright/30"),
        "turn" => "imageMogr2/rotate/90/thumbnail/1080x/format/jpg/quality/80!".to_owned(),
        "tilt" => wide("/rotate/35"),
        "webp" => "imageMogr2/thumbnail/1080x/format/webp/quality/80!".to_owned(),
        "avif" => "imageMogr2/thumbnail/800x/format/avif/quality/50!".to_owned(),
        _ => return None,
    })
}

/// A photo of this width with `mark.png` in its corner.
fn marked(width: &str) -> String {
    format!(
        "imageMogr2/thumbnail/{width}x/format/jpg/quality/80!|watermark/1/image_key/{MARK}/gravity/southeast/dx/10/dy/10"
    )
}

/// One upload: every rule is parsed, planned and carried out.
fn work(task: &Task) -> Result<Vec<ProcessedImage>, Failure> {
    let source = SourceImage::probe(task.file.clone(), &task.limits)?;
    let plans = task.rules.iter().map(|text| {
        let rule = Rule::parse(text, &task.limits)?;
        let pipeline = rule.pipeline().ok_or("a rule that makes no picture")?.clone();
        let pipeline = with_assets(pipeline, task)?;
        Ok(Plan::build(&pipeline, source.header(), source.bytes().len() as u64, &task.limits)?)
    });
    let plans = plans.collect::<Result<Vec<_>, Failure>>()?;
    let (job, cancel) = (Job::new(source, plans), Cancel::new());
    job.prepare(&cancel)?;
    let mut results: Vec<(usize, ProcessedImage)> = if task.parallel {
        thread::scope(|scope| {
            let run = |index| {
                scope.spawn({
                    let (job, cancel) = (&job, &cancel);
                    move || Ok((index, job.run(index, cancel)?))
                })
            };
            let running: Vec<_> = job.order().into_iter().map(run).collect();
            running
                .into_iter()
                .map(|thread| thread.join().map_err(|_| "a thread panicked")?)
                .collect::<Result<_, Failure>>()
        })?
    } else {
        job.order()
            .into_iter()
            .map(|index| Ok((index, job.run(index, &cancel)?)))
            .collect::<Result<_, Failure>>()?
    };
    results.sort_by_key(|(index, _)| *index);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

/// Marks are read anew for each job, as a server gets them with each request.
fn with_assets(pipeline: Pipeline, task: &Task) -> Result<Pipeline, Failure> {
    let mut assets = Assets::default();
    for reference in pipeline.assets() {
        let bytes = fs::read(task.folder.join(reference.text()))?;
        assets.add(&reference, bytes.into(), None, &task.limits)?;
    }
    Ok(pipeline.with_assets(assets))
}

/// Milliseconds of each job, seconds of all, and the results of one.
fn measure(
    task: &Task,
    threads: usize,
    jobs: usize,
) -> Result<(Vec<f64>, f64, Vec<ProcessedImage>), Failure> {
    let (next, times, last) = (AtomicUsize::new(0), Mutex::new(Vec::new()), Mutex::new(Ok(Vec::new())));
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while next.fetch_add(1, Ordering::Relaxed) < jobs {
                    let start = Instant::now();
                    let results = work(task);
                    times.lock().expect("no thread panics with it").push(start.elapsed().as_secs_f64() * 1e3);
                    *last.lock().expect("no thread panics with it") = results;
                }
            });
        }
    });
    let wall = start.elapsed().as_secs_f64();
    let results = last.into_inner().map_err(|_| "a thread panicked")??;
    Ok((times.into_inner().map_err(|_| "a thread panicked")?, wall, results))
}

/// The most memory this process has had at once; 0 where the system does not tell.
fn peak_memory_mb() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok())
        .map_or(0.0, |kb| kb / 1024.0)
}
