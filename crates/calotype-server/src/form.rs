//! Browser forms as bodies of requests: the fields in front of the file, and the file as a stream.
//!
//! The parser keeps in memory what it cannot make sense of yet; [`Metered`] bounds how much that can be.

use std::ops::RangeInclusive;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::post_form::{FORM_FIELD_BYTES_MAX, FORM_FIELDS_MAX, PostForm};
use calotype_store::{BoxError, ByteStream};
use futures_util::{Stream, stream};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use multer::{Field, Multipart};

use crate::error::ApiError;
use crate::wire::{BodyTimeout, RequestBody};

/// Bytes of a form in front of its file, and behind it.
const FORM_BYTES_MAX: u64 = 1 << 20;

/// Why a form is not taken.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
    /// No form, or one that breaks off.
    #[error("the form is not well-formed")]
    Malformed(#[from] multer::Error),
    /// A field that cannot be read.
    #[error("{0}")]
    Field(String),
    /// More in front of the file or behind it than any form needs.
    #[error("the form has more than {FORM_BYTES_MAX} bytes beside its file")]
    TooLong,
    /// A second file.
    #[error("the form has more than one file")]
    TooManyFiles,
    /// Fewer bytes than the policy demands.
    #[error("the file has {size_bytes} bytes, the policy demands at least {size_bytes_min}")]
    FileTooSmall {
        /// What it has.
        size_bytes: u64,
        /// What it should have.
        size_bytes_min: u64,
    },
    /// More bytes than the policy allows.
    #[error("the file has more than {0} bytes, which is what the policy allows")]
    FileTooLarge(u64),
}

impl FormError {
    /// The word for the answer.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Malformed(multer::Error::StreamReadFailed(cause)) => match cause.downcast_ref::<Self>() {
                Some(own) => own.code(),
                None if cause.is::<BodyTimeout>() => ErrorCode::RequestTimeout,
                None => ErrorCode::IncompleteBody,
            },
            Self::Malformed(_) | Self::Field(_) | Self::TooLong => ErrorCode::MalformedPOSTRequest,
            Self::TooManyFiles => ErrorCode::IncorrectNumberOfFilesInPostRequest,
            Self::FileTooSmall { .. } => ErrorCode::EntityTooSmall,
            Self::FileTooLarge(_) => ErrorCode::EntityTooLarge,
        }
    }
}

impl From<FormError> for ApiError {
    fn from(error: FormError) -> Self {
        Self::from(error.code()).caused_by(error)
    }
}

/// The file of a form, still on its way.
pub struct FormFile {
    /// What the browser calls it.
    pub name: String,
    field: Field<'static>,
    form: Multipart<'static>,
    budget: Budget,
}

/// Reads the fields in front of the file, and finds the file.
///
/// Errors: `MalformedPOSTRequest` for what is no form, has no file, or has too much in front of it.
pub async fn read(headers: &HeaderMap, body: RequestBody) -> Result<(PostForm, FormFile), ApiError> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(content_type).map_err(FormError::from)?;
    let budget = Budget::new(FORM_BYTES_MAX);
    let metered = Metered { body: body.into_stream(), budget: budget.clone(), has_just_given: false };
    let mut multipart = Multipart::new(metered, boundary);
    let mut form = PostForm::default();
    while let Some(mut field) = multipart.next_field().await.map_err(FormError::from)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name.eq_ignore_ascii_case("file") {
            budget.set(u64::MAX);
            let name = field.file_name().unwrap_or_default().to_owned();
            return Ok((form, FormFile { name, field, form: multipart, budget }));
        }
        if form.len() == FORM_FIELDS_MAX {
            return Err(FormError::Field(format!("the form has more than {FORM_FIELDS_MAX} fields")).into());
        }
        form.push(&name, text(&name, &mut field).await?);
    }
    Err(FormError::Field("the form has no file".to_owned()).into())
}

async fn text(name: &str, field: &mut Field<'static>) -> Result<String, FormError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        if bytes.len() + chunk.len() > FORM_FIELD_BYTES_MAX {
            let message = format!("field {name:?} has more than {FORM_FIELD_BYTES_MAX} bytes");
            return Err(FormError::Field(message));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| FormError::Field(format!("field {name:?} is not UTF-8")))
}

impl FormFile {
    /// The content, which ends well only if the whole form does.
    ///
    /// - `size_bytes`: what the content may have.
    /// - Errors, as items of the stream: [`FormError`].
    pub fn into_stream(self, size_bytes: RangeInclusive<u64>) -> ByteStream {
        let Self { field, form, budget, .. } = self;
        let reader = Reader { field: Some(field), form, budget, size_bytes, received_bytes: 0 };
        Box::pin(stream::unfold(Some(reader), |reader| async move {
            let mut reader = reader?;
            match reader.next().await {
                Ok(Some(chunk)) => Some((Ok(chunk), Some(reader))),
                Ok(None) => None,
                Err(error) => Some((Err(BoxError::from(error)), None)),
            }
        }))
    }
}

struct Reader {
    /// The file, until its last byte.
    field: Option<Field<'static>>,
    form: Multipart<'static>,
    budget: Budget,
    size_bytes: RangeInclusive<u64>,
    received_bytes: u64,
}

impl Reader {
    async fn next(&mut self) -> Result<Option<Bytes>, FormError> {
        if let Some(field) = &mut self.field {
            if let Some(chunk) = field.chunk().await? {
                self.received_bytes += chunk.len() as u64;
                if self.received_bytes > *self.size_bytes.end() {
                    return Err(FormError::FileTooLarge(*self.size_bytes.end()));
                }
                return Ok(Some(chunk));
            }
            self.field = None;
            self.budget.set(FORM_BYTES_MAX);
        }
        // Fields behind the file mean nothing, but that the form ends, and with one file, has to be known.
        while let Some(field) = self.form.next_field().await? {
            if field.name().is_some_and(|name| name.eq_ignore_ascii_case("file")) {
                return Err(FormError::TooManyFiles);
            }
        }
        let (size_bytes, size_bytes_min) = (self.received_bytes, *self.size_bytes.start());
        if size_bytes < size_bytes_min {
            return Err(FormError::FileTooSmall { size_bytes, size_bytes_min });
        }
        Ok(None)
    }
}

/// Bytes that may still be read.
#[derive(Clone)]
struct Budget(Arc<AtomicU64>);

impl Budget {
    fn new(bytes: u64) -> Self {
        Self(Arc::new(AtomicU64::new(bytes)))
    }

    fn set(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    fn is_spent(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }

    fn spend(&self, bytes: usize) {
        let left = self.0.load(Ordering::Relaxed);
        self.set(left.saturating_sub(bytes as u64));
    }
}

/// A body that is given out one chunk at a time, and not beyond its budget.
///
/// The parser reads until there is nothing more to be had at the moment, and keeps all of it; so after every chunk
/// there is nothing more for a moment.
struct Metered {
    body: ByteStream,
    budget: Budget,
    has_just_given: bool,
}

impl Stream for Metered {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.has_just_given {
            self.has_just_given = false;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.budget.is_spent() {
            return Poll::Ready(Some(Err(FormError::TooLong.into())));
        }
        let chunk = ready!(self.body.as_mut().poll_next(cx));
        if let Some(Ok(chunk)) = &chunk {
            self.budget.spend(chunk.len());
            self.has_just_given = true;
        }
        Poll::Ready(chunk)
    }
}
