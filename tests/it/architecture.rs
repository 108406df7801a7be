//! The map holds: who may use whom, and where each outside library lives.

use std::path::{Path, PathBuf};

/// The arrows; a module may always use itself.
const ARROWS: [(&str, &[&str]); 8] = [
    ("cli", &["app", "web", "domain", "oidc", "scim"]),
    ("web", &["app", "domain", "scim", "oidc", "texts"]),
    ("app", &["store", "domain", "scim", "oidc", "texts"]),
    ("store", &["domain", "scim"]),
    ("domain", &[]),
    ("scim", &[]),
    ("oidc", &[]),
    ("texts", &[]),
];

/// Where a library may be named.
const HOMES: [(&str, &[&str]); 7] = [
    ("sea_orm", &["store"]),
    ("sqlx", &["store"]),
    ("axum", &["web"]),
    ("reqwest", &["app"]),
    ("openidconnect", &["app", "oidc"]),
    ("tokio", &["app", "store", "web", "cli"]),
    ("rusqlite", &["store"]),
];

#[test]
fn no_module_uses_another_against_the_arrows() {
    let mut wrong = Vec::new();

    for (module, file, text) in sources() {
        let allowed = ARROWS.iter().find(|it| it.0 == module).map_or(&[] as &[&str], |it| it.1);
        for (other, _) in ARROWS {
            let is_used = text.contains(&format!("crate::{other}::")) || imports(&text, other);
            if is_used && other != module && !allowed.contains(&other) {
                wrong.push(format!("{} uses {other}", file.display()));
            }
        }
    }

    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn each_library_is_named_only_in_its_home() {
    let mut wrong = Vec::new();

    for (module, file, text) in sources() {
        for (library, homes) in HOMES {
            let is_used = text.contains(&format!("{library}::"));
            if is_used && !homes.contains(&module.as_str()) {
                wrong.push(format!("{} names {library}", file.display()));
            }
        }
    }

    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_pure_modules_are_not_asynchronous() {
    let mut wrong = Vec::new();

    for (module, file, text) in sources() {
        let is_pure = matches!(module.as_str(), "domain" | "scim" | "oidc" | "texts");
        if is_pure && (text.contains("async fn") || text.contains(".await")) {
            wrong.push(file);
        }
    }

    assert_eq!(wrong, Vec::<PathBuf>::new());
}

#[test]
fn routes_are_added_only_through_the_builder() {
    let mut wrong = Vec::new();

    for (_, file, text) in sources() {
        if text.contains(".route(") && !file.ends_with("web/routes.rs") && !file.ends_with("web/sample.rs") {
            wrong.push(file);
        }
    }

    assert_eq!(wrong, Vec::<PathBuf>::new());
}

/// The document about the API knows a shape by the name of its type, so that of two types of one name it would tell the later one
/// for both.
#[test]
fn every_shape_of_the_api_has_a_name_of_its_own() {
    let mut names = Vec::new();
    for (_, file, text) in sources() {
        for rest in text.split("ToSchema)]").skip(1) {
            let mut words =
                rest.split([' ', '\n', '<', '{', '(', ';']).skip_while(|it| !matches!(*it, "struct" | "enum"));
            names.push((words.nth(1).unwrap_or_default().to_owned(), file.clone()));
        }
    }
    names.sort();
    let twice: Vec<_> = names.windows(2).filter(|pair| pair[0].0 == pair[1].0).collect();

    assert!(names.len() > 100, "the shapes were not found");
    assert!(twice.is_empty(), "{twice:?}");
}

/// Every file under a module of `src`, tests left out: the module, the path, the text without comments.
fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let named = files.into_iter().filter_map(|file| {
        let inside = file.strip_prefix(&root).unwrap();
        let module = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
        let is_test = inside.iter().any(|it| it.to_str().unwrap().trim_end_matches(".rs").ends_with("tests"));
        let text = std::fs::read_to_string(&file).unwrap();
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        (!is_test && module != "lib" && module != "main").then(|| (module, file.clone(), code.join("\n")))
    });
    let named: Vec<_> = named.collect();
    assert!(named.len() > 50, "the sources were not found");
    named
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}

/// True for `use crate::{…, other::…}`.
fn imports(text: &str, other: &str) -> bool {
    text.split("use crate::{").skip(1).any(|rest| {
        let list = rest.split(';').next().unwrap_or_default();
        list.split([',', '{', '}']).any(|it| it.trim() == other || it.trim().starts_with(&format!("{other}::")))
    })
}
