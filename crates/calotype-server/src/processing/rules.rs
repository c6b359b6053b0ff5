//! What `Pic-Operations` asks for, checked whole before anything is received, made or stored.
//!
//! Spec: spec/ci/persistent.md, 2 to 4.

use calotype_image::Assets;
use calotype_image::rule::Rule;
use calotype_protocol::address::Target;
use calotype_protocol::endpoint::known_process;
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::names::{BucketName, ObjectKey};
use calotype_protocol::pic_operations::{Destination, PIC_RULES_MAX, PicOperations, PicRule};
use calotype_store::TextKind;
use http::HeaderValue;

use super::assets::{FoundAssets, Request};
use super::failure::Failure;
use super::make_results::Wish;
use crate::access::{self, GuardedBucket};
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;

/// Operations that can be begun: every rule reads well, and every destination may be written.
pub(super) struct CheckedRules {
    /// Whether the answer describes the original.
    pub(super) wants_facts: bool,
    /// Where each result goes, in rule order; none for a search that stores nothing.
    pub(super) destinations: Vec<Option<Destination>>,
    /// What each rule makes, in the same order.
    pub(super) wishes: Vec<Wish>,
    /// The pictures that rules refer to.
    pub(super) assets: FoundAssets,
}

impl CheckedRules {
    /// Whether the source need not be looked at.
    pub(super) fn is_empty(&self) -> bool {
        self.wishes.is_empty() && !self.wants_facts
    }

    /// Which of the stored results takes the place of the source, if one does.
    pub(super) fn result_over(&self, bucket: &BucketName, key: &ObjectKey) -> Option<usize> {
        self.destinations.iter().flatten().position(|to| to.bucket == *bucket && to.key == *key)
    }
}

/// Checks destinations, then rights, then the grammar of each rule and the pictures it refers to.
///
/// Errors: `InvalidPicOperations`, `NoSuchBucket`, `AccessDenied`, and for a rule `InvalidArgument`,
/// `InvalidImageSource` or `NotImplemented`.
pub(super) async fn check(
    app: &App,
    (caller, target): (&Caller<'_>, &Target),
    (bucket, key): (&BucketName, &ObjectKey),
    operations: &HeaderValue,
) -> Result<CheckedRules, ApiError> {
    let operations = parse(operations)?;
    let destinations = operations.destinations(bucket, key).map_err(Failure::from)?;
    for destination in destinations.iter().flatten() {
        let bucket = GuardedBucket::find(app, &destination.bucket).await?;
        access::check(caller, &bucket, access::PUT_OBJECT, Some(&destination.key))?;
    }
    let mut wishes = Vec::with_capacity(operations.rules.len());
    for (index, rule) in operations.rules.iter().enumerate() {
        let wish = wish(app, bucket, rule).await?.map_err(|failure| failure.in_rule(index))?;
        if destinations[index].is_none() && !matches!(wish, Wish::Search(..)) {
            return Err(Failure::pic_operations("fileid is missing").in_rule(index).into());
        }
        wishes.push(wish);
    }
    let bucket = GuardedBucket::find(app, bucket).await?;
    let request = Request { caller, target, bucket: &bucket };
    let mut assets = FoundAssets::default();
    for (index, wish) in wishes.iter().enumerate() {
        let references = match wish {
            Wish::Picture(pipeline) => pipeline.assets(),
            Wish::Search(search, _) => search.assets(),
            Wish::Copy => continue,
        };
        assets.find(app, request, references).await.map_err(|failure| failure.in_rule(index))?;
    }
    Ok(CheckedRules { wants_facts: operations.is_pic_info, destinations, wishes, assets })
}

/// Refuses operations that could not be begun. As [`check`], for those who begin later.
pub(crate) async fn check_rules(
    app: &App,
    request: (&Caller<'_>, &Target),
    source: (&BucketName, &ObjectKey),
    operations: &HeaderValue,
) -> Result<(), ApiError> {
    check(app, request, source, operations).await.map(drop)
}

/// Refuses the text of a rule that makes no picture. Whether a style it names is there is not looked at.
pub(crate) fn check_rule(app: &App, rule: &str) -> Result<(), ApiError> {
    match Rule::parse_persistent(rule, &app.pictures.limits) {
        Ok(Rule::Inspect(inspection)) => {
            Err(Failure::pic_operations(format!("{inspection} makes no picture")).into())
        }
        Ok(Rule::Process(_) | Rule::Search(_) | Rule::Style(_)) => Ok(()),
        Err(error) if error.ignorable => Ok(()),
        Err(error) => Err(Failure::from(error).into()),
    }
}

/// Reads one rule. The outer error is the store's, the inner one the rule's.
async fn wish(app: &App, bucket: &BucketName, rule: &PicRule) -> Result<Result<Wish, Failure>, ApiError> {
    if let Some(process) = rule.rule.trim().strip_prefix("ci-process=") {
        known_process(process.split('&').next().unwrap_or_default())?;
    }
    let limits = &app.pictures.limits;
    let parsed = match Rule::parse_persistent(&rule.rule, limits) {
        Ok(Rule::Style(style)) => match app.store.text(bucket, TextKind::Style, &style.name).await? {
            Some(body) => Rule::parse_persistent(&style.expand(&body), limits),
            None => return Ok(Err(unknown_style(&style.name))),
        },
        parsed => parsed,
    };
    Ok(match parsed {
        Ok(Rule::Process(pipeline)) => Ok(Wish::Picture(pipeline)),
        Ok(Rule::Search(search)) => Ok(Wish::Search(search, Assets::default())),
        Ok(Rule::Inspect(inspection)) => {
            Err(Failure::pic_operations(format!("{inspection} makes no picture")))
        }
        Ok(Rule::Style(style)) => {
            Err(Failure::pic_operations(format!("a style may not refer to the style {:?}", style.name)))
        }
        Err(error) if error.ignorable => Ok(Wish::Copy),
        Err(error) => Err(error.into()),
    })
}

fn unknown_style(name: &str) -> Failure {
    Failure { number: Some(-60967), ..Failure::pic_operations(format!("there is no style {name:?}")) }
}

/// Reads the header. Too many rules have their own number.
fn parse(header: &HeaderValue) -> Result<PicOperations, Failure> {
    PicOperations::parse(header.as_bytes(), PIC_RULES_MAX).map_err(|error| {
        let is_only_too_long = PicOperations::parse(header.as_bytes(), usize::MAX).is_ok();
        let failure = Failure::from(error);
        if is_only_too_long { failure.numbered(-60997) } else { failure }
    })
}

/// What an instruction in a query asks for, styles of the bucket looked up.
///
/// Errors: the outer one is the store's, the inner one the rule's.
pub(super) async fn download_rule(
    app: &App,
    bucket: &BucketName,
    instruction: &str,
) -> Result<Result<Rule, Failure>, ApiError> {
    let limits = &app.pictures.limits;
    let rule = match Rule::parse(instruction, limits) {
        Ok(Rule::Style(style)) => match app.store.text(bucket, TextKind::Style, &style.name).await? {
            Some(body) => match Rule::parse(&style.expand(&body), limits) {
                Ok(Rule::Style(inner)) => Err(unusable_style(format!("it refers to {:?}", inner.name))),
                parsed => parsed.map_err(Failure::from),
            },
            None => Err(unusable_style(format!("there is no style {:?}", style.name))),
        },
        parsed => parsed.map_err(Failure::from),
    };
    Ok(match rule {
        Ok(Rule::Search(search)) if !search.is_for_downloads() => {
            let message = format!("{search} is for uploads and stored pictures, not for downloads");
            Err(Failure::new(ErrorCode::InvalidArgument, message))
        }
        rule => rule,
    })
}

fn unusable_style(message: String) -> Failure {
    Failure::new(ErrorCode::InvalidArgument, message).numbered(-105)
}
