//! From the text of an instruction to its segments.

use std::sync::Arc;

use super::{
    Args, CodeSearch, Inspection, InspectionKind, Pipeline, Rule, RuleError, RuleErrorKind, Search, Stage,
    StyleReference, Verb,
};
use crate::{
    Limits,
    ops::{self, Operation, not_offered, watermark},
};

/// Reads a percent-decoded instruction.
pub(super) fn parse(text: &str, limits: &Limits) -> Result<Rule, RuleError> {
    let segments: Vec<&str> = text.trim().split('|').collect();
    if segments.len() > limits.segments_max {
        let expected = format!("at most {} segments", limits.segments_max);
        return Err(RuleError::syntax("instruction", segments.len().to_string(), expected));
    }
    if let Some(name) = style_name(segments[0]) {
        return parse_style(name?, &segments[1..], limits);
    }
    if let [only] = segments.as_slice()
        && let Some(search) = parse_search(only)
    {
        return search.map(Rule::Search);
    }
    let mut mistakes = Mistakes::default();
    let mut stages = Vec::new();
    let mut inspected = None;
    for (index, segment) in segments.iter().enumerate() {
        let tokens: Vec<&str> = segment.split('/').filter(|token| !token.is_empty()).collect();
        let Some((verb, tokens)) = tokens.split_first() else {
            return Err(RuleError::syntax("instruction", "", "a verb such as imageMogr2 in every segment"));
        };
        if let Some(kind) = InspectionKind::from_verb(verb) {
            if index + 1 < segments.len() || !tokens.is_empty() {
                return Err(RuleError::syntax(*verb, *segment, "nothing after it"));
            }
            inspected = Some(kind);
        } else if stages.last().is_some_and(|stage: &Stage| stage.verb() == Verb::ImageSlim) {
            return Err(RuleError::syntax("imageSlim", *segment, "no other picture to be made after it"));
        } else {
            stages.extend(parse_stage(verb, tokens, &mut mistakes)?);
        }
    }
    mistakes.settle(&stages)?;
    let pipeline = (!stages.is_empty()).then(|| Pipeline::new(stages));
    check_marks(pipeline.as_ref(), limits)?;
    match (inspected, pipeline) {
        (Some(kind), after) => Ok(Rule::Inspect(Inspection { after, kind })),
        (None, Some(pipeline)) => Ok(Rule::Process(pipeline)),
        (None, None) => Err(RuleError::syntax("instruction", "", "an instruction")),
    }
}

/// Refuses a rule that refers to too many pictures.
fn check_marks(pipeline: Option<&Pipeline>, limits: &Limits) -> Result<(), RuleError> {
    let count = pipeline.map_or(0, |pipeline| pipeline.marks().len());
    if count > limits.image_marks_max {
        let expected = format!("at most {} different images as marks", limits.image_marks_max);
        return Err(RuleError::syntax("watermark", count.to_string(), expected));
    }
    Ok(())
}

/// A segment that looks for something, which it does alone; `None` when it is something else.
fn parse_search(segment: &str) -> Option<Result<Search, RuleError>> {
    let tokens: Vec<&str> = segment.split('/').filter(|token| !token.is_empty()).collect();
    match tokens.as_slice() {
        [Search::CODES_VERB, tokens @ ..] => {
            Some(CodeSearch::parse(&mut Args::new(Search::CODES_VERB, tokens)).map(Search::Codes))
        }
        ["watermark", "4", tokens @ ..] => {
            Some(watermark::parse_search(&mut Args::new("watermark", tokens)).map(Search::Mark))
        }
        _ => None,
    }
}

/// Reads a rule of `Pic-Operations`, which may also be one of those that only exist there.
pub(super) fn parse_persistent(text: &str, limits: &Limits) -> Result<Rule, RuleError> {
    let text = text.trim().replace("%7C", "|").replace("%7c", "|");
    not_offered::check_persistent(&text)?;
    parse(&text, limits)
}

/// The name in `style/<name>`; `None` when the segment is something else.
fn style_name(segment: &str) -> Option<Result<&str, RuleError>> {
    let name = segment.strip_prefix("style").filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
    let name = name.trim_matches('/');
    Some(if name.is_empty() { Err(RuleError::syntax("style", "", "the name of a style")) } else { Ok(name) })
}

/// A style, and further segments, which are read now so that a mistake in them is found before the style is.
fn parse_style(name: &str, then: &[&str], limits: &Limits) -> Result<Rule, RuleError> {
    let then = match then {
        [] => None,
        [first, ..] if style_name(first).is_some() => {
            return Err(RuleError::syntax("style", *first, "one style, in the first segment"));
        }
        segments => Some(parse(&segments.join("|"), limits)?.to_string()),
    };
    Ok(Rule::Style(StyleReference { name: name.to_owned(), then }))
}

/// One segment; `None` when it is right but not offered, which is then noted in `mistakes`.
fn parse_stage(verb: &str, tokens: &[&str], mistakes: &mut Mistakes) -> Result<Option<Stage>, RuleError> {
    let mut args = Args::new(verb, tokens);
    match verb {
        "imageMogr2" if tokens.is_empty() => Err(args.syntax("", "at least one operation")),
        "imageMogr2" => {
            let operations = parse_operations(&mut args, mistakes)?;
            Ok(Some(Stage::new(Verb::ImageMogr2, operations)))
        }
        "imageView2" if tokens.is_empty() => Err(args.syntax("", "a mode or a parameter")),
        "imageView2" => {
            let operations = parse_view(&mut args, mistakes)?;
            Ok(Some(Stage::new(Verb::ImageView2, operations)))
        }
        "watermark" => {
            let mark = watermark::parse(&mut args, &mut mistakes.ignores_error);
            Ok(mistakes.allow(mark)?.map(|mark| Stage::new(Verb::Watermark, vec![mark])))
        }
        "imageSlim" if tokens.is_empty() => Ok(Some(Stage::new(Verb::ImageSlim, Vec::new()))),
        "imageSlim" => Err(args.syntax(tokens.join("/"), "nothing after it")),
        _ => Err(RuleError::syntax("instruction", verb, "a verb such as imageMogr2 in every segment")),
    }
}

/// Keyword and values, again and again, of an `imageMogr2` segment.
fn parse_operations(
    args: &mut Args<'_>,
    mistakes: &mut Mistakes,
) -> Result<Vec<Arc<dyn Operation>>, RuleError> {
    let mut operations = Vec::new();
    let mut seen = Vec::new();
    while let Some(word) = args.next_word() {
        let spec = ops::find(word).ok_or_else(|| args.syntax("", "to be an operation of imageMogr2"))?;
        once(&mut seen, spec.word)?;
        operations.extend(mistakes.allow((spec.parse)(args))?);
    }
    Ok(operations)
}

/// An optional mode, then parameters in any order, of an `imageView2` segment. The size comes first in what is made
/// of it.
fn parse_view(args: &mut Args<'_>, mistakes: &mut Mistakes) -> Result<Vec<Arc<dyn Operation>>, RuleError> {
    let mut view = ops::image_view2::Template::default();
    if args.peek().is_some_and(|token| token.bytes().all(|byte| byte.is_ascii_digit())) {
        view.mode = mistakes.allow(args.integer(1..=5_i64))?;
        view.needs_size = true;
    }
    let mut operations = Vec::new();
    let mut seen = Vec::new();
    while let Some(word) = args.next_word() {
        once(&mut seen, word)?;
        match word {
            "w" => view.width_px = mistakes.allow(ops::image_view2::side(args))?,
            "h" => view.height_px = mistakes.allow(ops::image_view2::side(args))?,
            _ => {
                let parse = ops::image_view2::find(word)
                    .ok_or_else(|| args.syntax("", "to be a parameter of imageView2"))?;
                operations.extend(mistakes.allow(parse(args))?);
            }
        }
    }
    if view.needs_size && !seen.contains(&"w") && !seen.contains(&"h") {
        return Err(RuleError::syntax("imageView2", "", "w or h with a mode"));
    }
    if view.resizes() {
        operations.insert(0, Arc::new(view));
    }
    Ok(operations)
}

/// Refuses a word that was there before.
pub(super) fn once<'a>(seen: &mut Vec<&'a str>, word: &'a str) -> Result<(), RuleError> {
    if seen.contains(&word) {
        return Err(RuleError::syntax(word, word, "the word only once in a segment"));
    }
    seen.push(word);
    Ok(())
}

/// Mistakes that let the reading go on: a misspelling further on outweighs them, and only the whole instruction
/// tells whether they are to be ignored.
#[derive(Debug, Default)]
struct Mistakes {
    gravest: Option<RuleError>,
    /// `ignore-error/1` in a segment that did not become a stage.
    ignores_error: bool,
}

impl Mistakes {
    /// Passes values and misspellings on, and keeps other errors for later.
    fn allow<T>(&mut self, result: Result<T, RuleError>) -> Result<Option<T>, RuleError> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.kind == RuleErrorKind::Syntax => Err(error),
            Err(error) => {
                if self.gravest.as_ref().is_none_or(|gravest| error.kind < gravest.kind) {
                    self.gravest = Some(error);
                }
                Ok(None)
            }
        }
    }

    /// Raises what was kept.
    fn settle(self, stages: &[Stage]) -> Result<(), RuleError> {
        let ignores_error = self.ignores_error || stages.iter().any(|stage| stage.modifiers().ignore_error);
        self.gravest.map_or(Ok(()), |error| Err(error.ignored_if(ignores_error)))
    }
}
