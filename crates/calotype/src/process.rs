//! `calotype process IN RULE -o OUT`: the same engine as the server's, on a local file.

use std::path::PathBuf;

use anyhow::{Context, bail};
use calotype_image::{Cancel, Job, Limits, Plan, ProcessedImage, SourceImage, rule::Rule};

/// Arguments of `calotype process`.
#[derive(Debug, clap::Args)]
pub struct ProcessArgs {
    /// The picture to read.
    input: PathBuf,
    /// The rule, such as `imageMogr2/thumbnail/300x/format/webp`. Several segments are joined by `|`.
    rule: String,
    /// The file to write.
    #[arg(short, long)]
    output: PathBuf,
}

/// Reads, processes, writes, and says what came out.
pub fn run(args: &ProcessArgs) -> anyhow::Result<()> {
    let limits = Limits::default();
    let Rule::Process(pipeline) = Rule::parse(&args.rule, &limits)? else {
        bail!("{}: only rules that make a picture can be run on a file", args.rule);
    };
    let bytes =
        std::fs::read(&args.input).with_context(|| format!("cannot read {}", args.input.display()))?;
    let source = SourceImage::probe(bytes.into(), &limits)?;
    let plan = Plan::build(&pipeline, source.header(), source.bytes().len() as u64, &limits)?;
    let result = Job::new(source, vec![plan]).run(0, &Cancel::default())?;
    std::fs::write(&args.output, &result.bytes)
        .with_context(|| format!("cannot write {}", args.output.display()))?;
    report(args, &result);
    Ok(())
}

fn report(args: &ProcessArgs, result: &ProcessedImage) {
    let ProcessedImage { format, dimensions, .. } = result;
    println!("{}: {format} {dimensions}, {} bytes", args.output.display(), result.bytes.len());
}
