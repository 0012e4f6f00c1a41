//! The structure of the source: which module may use which, and how long a file may be.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

type Edges = BTreeMap<String, BTreeSet<String>>;

/// What each module of `src/` may use. A module that is not here may use nothing.
const ALLOWED: &[(&str, &[&str])] = &[
    ("alg", &[]),
    ("base64url", &[]),
    ("hash", &[]),
    ("json", &[]),
    ("limits", &[]),
    ("secret", &[]),
    ("time", &[]),
    ("error", &["alg", "time"]),
    ("material", &["alg", "error", "secret"]),
    ("management", &["material"]),
    ("pkix", &["alg", "error", "material", "secret"]),
    ("registry", &["alg", "error", "management", "material", "secret"]),
    ("claims", &["error", "json", "secret", "time"]),
    ("jwk", &["alg", "base64url", "error", "hash", "json", "limits", "material", "pkix", "secret"]),
    ("confirmation", &["base64url", "error", "hash", "json", "jwk", "limits"]),
    ("document", &["base64url", "error", "json", "limits"]),
    ("header", &["alg", "base64url", "error", "json", "jwk", "limits", "management", "material"]),
    (
        "key",
        &[
            "alg",
            "error",
            "hash",
            "jwk",
            "limits",
            "management",
            "material",
            "pkix",
            "registry",
            "secret",
        ],
    ),
    ("policy", &["alg", "claims", "error", "hash", "header", "key", "limits", "time"]),
    (
        "jws",
        &[
            "alg",
            "base64url",
            "claims",
            "document",
            "error",
            "hash",
            "header",
            "jwk",
            "key",
            "limits",
            "policy",
            "registry",
            "secret",
        ],
    ),
    (
        "jwe",
        &[
            "alg",
            "base64url",
            "document",
            "error",
            "header",
            "key",
            "limits",
            "management",
            "policy",
            "registry",
            "secret",
        ],
    ),
    (
        "jwt",
        &["alg", "claims", "error", "header", "jwe", "jws", "key", "limits", "policy", "secret"],
    ),
    ("at_rest", &["alg", "error", "header", "jwe", "jwk", "key", "policy"]),
    ("issuers", &["error", "jws", "jwt", "key", "limits", "policy"]),
    ("key_ring", &["alg", "error", "jwk", "key", "time"]),
    ("backend", &["alg", "error", "management", "material", "pkix", "registry", "secret"]),
];

const MAX_LINES: usize = 500;

#[test]
fn modules_use_only_what_the_table_allows() {
    for (user, used) in edges() {
        let allowed = ALLOWED
            .iter()
            .find(|(module, _)| *module == user)
            .map_or(&[][..], |(_, allowed)| allowed);

        for module in used {
            assert!(allowed.contains(&module.as_str()), "{user} must not use {module}");
        }
    }
}

#[test]
fn table_allows_nothing_that_is_not_used() {
    let edges = edges();

    for (user, allowed) in ALLOWED {
        for module in *allowed {
            let used = edges.get(*user).is_some_and(|used| used.contains(*module));
            assert!(used, "{user} no longer uses {module}");
        }
    }
}

#[test]
fn modules_have_no_cycles() {
    let mut edges = edges();

    // Whatever uses nothing that is left cannot be part of a cycle.
    while let Some(leaf) = edges
        .iter()
        .find(|(_, used)| !used.iter().any(|module| edges.contains_key(module)))
        .map(|(module, _)| module.clone())
    {
        edges.remove(&leaf);
    }

    assert!(edges.is_empty(), "cycles among {:?}", edges.keys());
}

#[test]
fn backend_crates_are_named_only_in_the_backend() {
    for (path, text) in files("src") {
        if module_of(&path) == "backend" {
            continue;
        }
        let text = code(&text);

        for name in ["ring", "aws_lc_rs"] {
            let named = paths(&text, &format!("{name}::")).next().is_some()
                || text.contains(&format!("use {name}"))
                || text.contains(&format!("use ::{name}"));
            assert!(!named, "{} names {name}", path.display());
        }
    }
}

#[test]
fn files_are_short_enough_to_be_one_idea() {
    for (path, text) in files("src").into_iter().chain(files("tests")) {
        let lines = text.lines().count();

        assert!(lines <= MAX_LINES, "{} has {lines} lines, more than {MAX_LINES}", path.display());
    }
}

#[test]
fn source_has_nothing_unsafe_or_unfinished() {
    for (path, text) in files("src") {
        let code = code(&text);

        for word in ["unsafe ", "todo!", "unimplemented!", "dbg!"] {
            assert!(!code.contains(word), "{} has {word}", path.display());
        }
    }
}

/// Which module uses which, from the paths that begin with `crate::` outside tests.
fn edges() -> Edges {
    let mut edges = Edges::new();
    for (path, text) in files("src") {
        let user = module_of(&path);
        if user == "lib" || is_test(&path) {
            continue;
        }
        let text = code(&text);
        assert!(!text.contains("crate::{"), "{}: one path per line", path.display());
        let used = edges.entry(user.clone()).or_default();
        used.extend(
            paths(&text, "crate::")
                .map(|module| module.to_owned())
                .filter(|module| *module != user),
        );
    }
    edges
}

/// What follows each `prefix` that begins a path, up to the end of the name.
fn paths<'a>(text: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(prefix).filter_map(move |(start, _)| {
        let before = text[..start].chars().next_back();
        let after = &text[start + prefix.len()..];
        let end = after.find(|c: char| !is_in_name(c)).unwrap_or(after.len());
        (!before.is_some_and(is_in_name)).then_some(&after[..end])
    })
}

fn is_in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The text without comments, and up to the first test.
fn code(text: &str) -> String {
    text.lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs")))
}

/// The top-level module that a file of `src/` belongs to.
fn module_of(path: &Path) -> String {
    let first = path.components().nth(1).unwrap();
    let name = first.as_os_str().to_str().unwrap();
    name.strip_suffix(".rs").unwrap_or(name).to_owned()
}

/// Every Rust file below `directory`, by its path from the root of the repository, and its text.
fn files(directory: &str) -> Vec<(PathBuf, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut directories = vec![root.join(directory)];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // Where a nested crate is built.
                if !path.ends_with("target") {
                    directories.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(&root).unwrap().to_owned();
                files.push((path, text));
            }
        }
    }
    assert!(!files.is_empty(), "{directory} has no files");
    files
}
