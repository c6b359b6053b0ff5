//! `coverage`: which rows of the spec have a test that bears their id.
//!
//! A row is proven by a name, not by a list kept somewhere: `COS-PUT-01` is proven by any test whose name has
//! `cos_put_01` in it, in Rust, Python, JavaScript or Go, and by a step of `cargo xtask test` that is named so.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::shell;

/// One requirement.
struct Row {
    id: String,
    /// `M`, `S`, `O`, `N` for pictures; `P0`, `P1`, `P2` for objects.
    class: String,
    subject: String,
}

impl Row {
    fn name(&self) -> String {
        self.id.to_ascii_lowercase().replace('-', "_")
    }

    /// The id without its number.
    fn group(&self) -> &str {
        self.id.rsplit_once('-').map_or(self.id.as_str(), |(group, _)| group)
    }
}

pub(crate) fn run(options: &[&str]) -> Result<()> {
    let mut required = Vec::new();
    let mut list_missing = false;
    let mut words = options.iter();
    while let Some(word) = words.next() {
        match *word {
            "--missing" => list_missing = true,
            "--require" => {
                required = words.next().context("--require wants classes, as in M,P0")?.split(',').collect()
            }
            other => bail!("coverage has no option {other:?}"),
        }
    }
    let (rows, proven) = load()?;
    print_groups(&rows, &proven);
    if list_missing {
        println!();
        for row in rows.iter().filter(|row| !proven.contains(&row.id)) {
            println!("missing  {:16} {:2}  {}", row.id, row.class, row.subject);
        }
    }
    print_classes(&rows, &proven);
    let open =
        rows.iter().filter(|row| required.contains(&row.class.as_str()) && !proven.contains(&row.id)).count();
    if open > 0 {
        bail!("{open} rows of class {} have no test", required.join(", "));
    }
    Ok(())
}

/// The closing lines of a test run: how many rows of each class are proven.
pub(crate) fn summary() -> Result<()> {
    let (rows, proven) = load()?;
    print_classes(&rows, &proven);
    Ok(())
}

fn load() -> Result<(Vec<Row>, BTreeSet<String>)> {
    let mut rows = Vec::new();
    for part in ["ci", "cos"] {
        let path = shell::root().join("spec").join(part).join("coverage.md");
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        rows.extend(parse_rows(&text));
    }
    let names = test_names()?;
    let proven = rows.iter().filter(|row| names.iter().any(|name| bears(name, &row.name())));
    let proven = proven.map(|row| row.id.clone()).collect();
    Ok((rows, proven))
}

/// Rows look like `| id | class | subject | criterion |`, with the class in the second or third place.
fn parse_rows(text: &str) -> Vec<Row> {
    const CLASSES: [&str; 7] = ["M", "S", "O", "N", "P0", "P1", "P2"];
    let cells = |line: &str| -> Vec<String> {
        let line = line.replace("\\|", "\u{1}");
        line.trim_matches('|').split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect()
    };
    let table = text.lines().filter(|line| line.starts_with('|')).map(cells);
    let rows = table.filter_map(|cells| {
        let id = cells.first()?.clone();
        if !id.contains('-') || !id.ends_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let at = (1..cells.len().min(3)).find(|&at| CLASSES.contains(&cells[at].as_str()))?;
        let subject = cells[if at == 1 { 2 } else { 1 }].clone();
        Some(Row { id, class: cells[at].clone(), subject })
    });
    rows.collect()
}

/// Whether the words of `id` stand in `name` as whole words (and `err_01` not as the end of `cos_err_01`).
fn bears(name: &str, id: &str) -> bool {
    name.match_indices(id).any(|(at, _)| {
        let (before, after) = (&name[..at], &name[at + id.len()..]);
        let begins = before.is_empty() || before.ends_with(['_', ' ']) && !before.ends_with("cos_");
        begins && (after.is_empty() || after.starts_with(['_', ' ']))
    })
}

/// Names of tests, and in Rust also the names that a table of tests gives its cases.
fn test_names() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for file in files(&shell::root().join("crates"), "rs")? {
        names.extend(rust_names(&file, &fs::read_to_string(&file)?));
    }
    for file in files(&shell::root().join("compat"), "py")? {
        let text = fs::read_to_string(&file)?;
        let tests = text.lines().filter_map(|line| line.trim_start().strip_prefix("def test_"));
        names.extend(tests.filter_map(|line| line.split('(').next()).map(str::to_owned));
    }
    for file in files(&shell::root().join("compat"), "js")? {
        let text = fs::read_to_string(&file)?;
        let tests = text.lines().filter_map(|line| line.trim_start().strip_prefix("test("));
        names.extend(tests.map(|line| line.trim_start_matches(['\'', '`', '"']).to_owned()));
    }
    for file in files(&shell::root().join("compat"), "go")? {
        let text = fs::read_to_string(&file)?;
        let tests = text.lines().filter_map(|line| line.strip_prefix("func Test_"));
        names.extend(tests.filter_map(|line| line.split('(').next()).map(str::to_owned));
    }
    let steps = include_str!("test.rs").lines().filter_map(|line| line.split("tally.step(\"").nth(1));
    names.extend(steps.filter_map(|line| line.split('"').next()).map(str::to_owned));
    Ok(names)
}

/// Every identifier in the parts of a Rust file that are tests, comments and texts left out.
fn rust_names(path: &Path, text: &str) -> Vec<String> {
    let is_test_file = path.components().any(|part| part.as_os_str() == "tests")
        || path.file_stem().is_some_and(|stem| stem == "tests" || stem == "conformance");
    let tests = if is_test_file { text } else { text.find("#[cfg(test)]").map_or("", |at| &text[at..]) };
    let code = tests.lines().map(|line| line.split("//").next().unwrap_or_default());
    let code = code.flat_map(|line| line.split('"').step_by(2));
    let words = code.flat_map(|piece| piece.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    words.filter(|word| word.contains('_')).map(str::to_owned).collect()
}

fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            let skipped = path.file_name().is_some_and(|name| name == "node_modules" || name == "target");
            if path.is_dir() && !skipped {
                folders.push(path);
            } else if path.extension().is_some_and(|have| have == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn print_groups(rows: &[Row], proven: &BTreeSet<String>) {
    let mut groups: Vec<(&str, usize, usize)> = Vec::new();
    for row in rows {
        let have = usize::from(proven.contains(&row.id));
        match groups.iter_mut().find(|(group, ..)| *group == row.group()) {
            Some((_, count, all)) => (*count, *all) = (*count + have, *all + 1),
            None => groups.push((row.group(), have, 1)),
        }
    }
    for (group, have, all) in groups {
        println!("{group:14} {have:4} of {all:4}");
    }
}

fn print_classes(rows: &[Row], proven: &BTreeSet<String>) {
    let mut classes: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for row in rows {
        let (have, all) = classes.entry(&row.class).or_default();
        *have += usize::from(proven.contains(&row.id));
        *all += 1;
    }
    let shown = classes.iter().map(|(class, (have, all))| format!("{class} {have}/{all}"));
    println!("\nrows of spec/ with a test: {}", shown.collect::<Vec<_>>().join(", "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_tables() {
        let rows = parse_rows(
            "| Id | Class | Subject |\n|---|---|---|\n| PIPE-01 | M | a \\| b | x |\n\
             | COS-PUT-01 | Simple put | P0 | ok |\n| LAND | no row |\n",
        );
        let seen: Vec<_> =
            rows.iter().map(|row| (row.id.as_str(), row.class.as_str(), row.subject.as_str())).collect();
        assert_eq!(seen, [("PIPE-01", "M", "a | b"), ("COS-PUT-01", "P0", "Simple put")]);
        assert_eq!(rows[1].group(), "COS-PUT");
    }

    #[test]
    fn an_id_stands_alone() {
        assert!(bears("cos_put_01_bytes", "cos_put_01"));
        assert!(bears("two_of_cos_put_01", "cos_put_01"));
        assert!(!bears("cos_put_012", "cos_put_01"));
        assert!(!bears("xcos_put_01", "cos_put_01"));
        assert!(!bears("cos_err_01_shape", "err_01"));
    }

    #[test]
    fn rust_names_come_from_tests_only() {
        let text = "fn cos_put_01() {}\n#[cfg(test)]\nmod tests {\n // cos_put_02\n fn cos_put_03() { \"cos_put_04\" }\n}";
        assert_eq!(rust_names(Path::new("src/a.rs"), text), ["cos_put_03"]);
    }
}
