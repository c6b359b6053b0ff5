//! `calotype process IN RULE -o OUT`: the same engine as the server's, on a local file.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use calotype_image::{
    AssetReference, Assets, Cancel, FaceSearch, Fonts, Job, Limits, Plan, ProcessedImage, SourceImage,
    rule::{Pipeline, Rule},
};

/// Arguments of `calotype process`.
#[derive(Debug, clap::Args)]
pub struct ProcessArgs {
    /// The picture to read. Marks that a rule names by `image_key` are looked for in its folder.
    input: PathBuf,
    /// The rule, such as `imageMogr2/thumbnail/300x/format/webp`. Several segments are joined by `|`.
    rule: String,
    /// The file to write.
    #[arg(short, long)]
    output: PathBuf,
    /// A font file that rules may name by its file name; can be given several times.
    #[arg(long = "font")]
    fonts: Vec<PathBuf>,
}

/// Reads, processes, writes, and says what came out.
pub fn run(args: &ProcessArgs) -> anyhow::Result<()> {
    let limits = Limits::default();
    let Rule::Process(pipeline) = Rule::parse(&args.rule, &limits)? else {
        bail!("{}: only rules that make a picture can be run on a file", args.rule);
    };
    let pipeline = with_assets(args, pipeline, &limits)?;
    let source = SourceImage::probe(read(&args.input)?.into(), &limits)?;
    let pipeline = match pipeline.needs_faces() {
        true => {
            let faces = FaceSearch::new(source.clone(), &limits)?.run(&Cancel::default())?;
            pipeline.with_faces(faces.into())
        }
        false => pipeline,
    };
    let plan = Plan::build(&pipeline, source.header(), source.bytes().len() as u64, &limits)?;
    let result = Job::new(source, vec![plan]).run(0, &Cancel::default())?;
    std::fs::write(&args.output, &result.bytes)
        .with_context(|| format!("cannot write {}", args.output.display()))?;
    report(args, &result);
    Ok(())
}

/// Hands in fonts, and marks from the folder of the picture, which is to a file what the bucket is to an object.
fn with_assets(args: &ProcessArgs, pipeline: Pipeline, limits: &Limits) -> anyhow::Result<Pipeline> {
    let font = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok((name, read(path)?.into()))
    };
    let fonts = args.fonts.iter().map(font).collect::<anyhow::Result<Vec<_>>>()?;
    let mut assets = Assets::new(Fonts::with(fonts)?);
    let folder = args.input.parent().unwrap_or(Path::new(""));
    for reference in pipeline.assets() {
        let AssetReference::Key(key) = &reference else {
            bail!(
                "{reference} is an address; a file takes marks by image_key, a path beside {}",
                args.input.display()
            );
        };
        assets.add(&reference, read(&folder.join(key))?.into(), None, limits)?;
    }
    Ok(pipeline.with_assets(assets))
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn report(args: &ProcessArgs, result: &ProcessedImage) {
    let ProcessedImage { format, dimensions, .. } = result;
    println!("{}: {format} {dimensions}, {} bytes", args.output.display(), result.bytes.len());
}
