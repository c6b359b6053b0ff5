//! The operator's fonts, read once when the service starts.

use std::io;
use std::path::Path;

use calotype_image::Fonts;

/// Extensions of files that are fonts; others may lie beside them.
const EXTENSIONS: [&str; 3] = ["otf", "ttc", "ttf"];

/// Reads every font of a folder, in the order of their names, behind the embedded ones.
///
/// Errors: a folder or file that cannot be read, and a file that is no font; each is named.
pub(super) fn load(folder: &Path) -> io::Result<Fonts> {
    let named =
        |path: &Path, error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let listed = std::fs::read_dir(folder).map_err(|error| named(folder, error))?;
    let mut paths = listed.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension))
    });
    paths.sort();
    let mut files = Vec::with_capacity(paths.len());
    for path in &paths {
        let bytes = std::fs::read(path).map_err(|error| named(path, error))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push((name, bytes.into()));
    }
    Fonts::with(files).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}
