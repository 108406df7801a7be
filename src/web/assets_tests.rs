use axum::body::to_bytes;

use super::*;

async fn fetch(name: &str, query: Option<&str>, seen: Option<&str>) -> Response {
    let mut headers = HeaderMap::new();
    if let Some(seen) = seen {
        headers.insert(IF_NONE_MATCH, seen.parse().unwrap());
    }
    asset(Path(name.to_owned()), RawQuery(query.map(str::to_owned)), headers).await
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

#[tokio::test]
async fn an_asset_asked_for_by_its_hash_is_kept_for_a_year() {
    let url = asset_url("doorward.css");
    let query = url.strip_prefix("/assets/doorward.css?").unwrap();

    let response = fetch("doorward.css", Some(query), None).await;

    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-type"), "text/css; charset=utf-8");
    assert_eq!(header(&response, "cache-control"), "public, max-age=31536000, immutable");
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert_eq!(body.as_ref(), Assets::get("doorward.css").unwrap().data.as_ref());
}

#[tokio::test]
async fn an_asset_asked_for_without_its_hash_or_with_another_is_revalidated() {
    for query in [None, Some(""), Some("v="), Some("v=0000000000000000")] {
        let response = fetch("form-post.js", query, None).await;

        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "cache-control"), "public, no-cache", "{query:?}");
        assert_eq!(header(&response, "content-type"), "text/javascript; charset=utf-8");
    }
}

#[tokio::test]
async fn bytes_the_browser_has_are_not_sent_again() {
    let tag = header(&fetch("icon.svg", None, None).await, "etag").to_owned();

    for seen in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let response = fetch("icon.svg", None, Some(&seen)).await;

        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{seen}");
        assert_eq!(header(&response, "etag"), tag);
        assert!(to_bytes(response.into_body(), 1).await.unwrap().is_empty());
    }
    assert_eq!(fetch("icon.svg", None, Some("\"other\"")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn only_assets_are_answered() {
    for name in ["", "nothing.css", "../page.rs", "/etc/passwd", "doorward.css/"] {
        assert_eq!(fetch(name, None, None).await.status(), StatusCode::NOT_FOUND, "{name}");
    }
    assert_eq!(asset_url("nothing.css"), "/assets/nothing.css");
}

#[test]
fn what_a_page_loads_stays_small() {
    let bytes = |of_console: bool| -> usize {
        let wanted = Assets::iter().filter(|name| of_console || !name.starts_with("console"));
        wanted.filter_map(|name| Assets::get(&name)).map(|file| file.data.len()).sum()
    };

    assert!(bytes(false) < 20_000, "a page of the sign-in: {}", bytes(false));
    assert!(bytes(true) < 60_000, "a page of the console: {}", bytes(true));
}

/// The declarations of our style sheets: the property and the value.
fn declarations() -> Vec<(String, String)> {
    let sheets = Assets::iter().filter(|name| name.ends_with(".css")).filter_map(|name| Assets::get(&name));
    let mut found = Vec::new();
    for sheet in sheets {
        let text = String::from_utf8(sheet.data.to_vec()).unwrap();
        let bare: String = text.split("/*").map(|piece| piece.split_once("*/").map_or(piece, |it| it.1)).collect();
        let pieces = bare.split(['{', '}', ';']).filter_map(|piece| piece.split_once(':'));
        found.extend(pieces.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())));
    }
    found
}

/// True when the value gives left and right something different: four sides, or four corners from the upper left on.
fn is_lopsided(property: &str, value: &str) -> bool {
    let mut depth = 0;
    let is_gap = |c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0 && c.is_whitespace()
    };
    let values: Vec<&str> = value.split(is_gap).filter(|it| !it.is_empty()).collect();
    match (property, values.as_slice()) {
        ("border-radius", [one, two]) => one != two,
        ("border-radius", [one, two, three]) => one != two || two != three,
        ("border-radius", [one, two, three, four]) => one != two || three != four,
        ("margin" | "padding" | "inset" | "border-width" | "scroll-margin" | "scroll-padding", [_, right, _, left]) => {
            right != left
        }
        _ => false,
    }
}

/// A language that is written from right to left needs its texts and nothing else: what is said of a side is said of the
/// beginning or the end of a line (`margin-inline-start`), never of left or right.
#[test]
fn no_style_names_left_or_right_so_that_languages_written_from_right_to_left_are_laid_out_too() {
    let has_side = |text: &str| text.split(|c: char| !c.is_ascii_alphabetic()).any(|it| matches!(it, "left" | "right"));
    let all = declarations();

    let wrong: Vec<_> = all
        .iter()
        .filter(|(name, value)| has_side(name) || has_side(value) || is_lopsided(name, value))
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();

    assert!(all.len() > 500, "{}", all.len());
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn text_and_controls_keep_their_contrast_in_light_and_dark() {
    for (front, back, least) in [
        ("text", "page", 7.0),
        ("text", "surface", 7.0),
        ("text", "sunken", 7.0),
        ("quiet", "page", 4.5),
        ("quiet", "surface", 4.5),
        ("quiet", "sunken", 4.5),
        ("accent", "page", 4.5),
        ("accent", "surface", 4.5),
        ("accent", "sunken", 4.5),
        ("accent-strong", "surface", 4.5),
        ("on-accent", "accent", 4.5),
        ("on-accent", "accent-strong", 4.5),
        ("bad", "bad-surface", 4.5),
        ("bad", "surface", 4.5),
        ("good", "good-surface", 4.5),
        ("warn", "warn-surface", 4.5),
        ("edge", "surface", 3.0),
        ("edge", "page", 3.0),
    ] {
        let ((front_light, front_dark), (back_light, back_dark)) = (colours(front), colours(back));
        for (scheme, ratio) in [("light", contrast(front_light, back_light)), ("dark", contrast(front_dark, back_dark))]
        {
            assert!(ratio >= least, "--{front} on --{back}, {scheme}: {ratio:.2}");
        }
    }
}

/// The light and dark colour of a custom property.
fn colours(name: &str) -> ([f64; 3], [f64; 3]) {
    let css = String::from_utf8(Assets::get("doorward.css").unwrap().data.into_owned()).unwrap();
    let (_, rest) = css.split_once(&format!("--{name}: light-dark(")).unwrap();
    let (light, dark) = rest.split_once(')').unwrap().0.split_once(", ").unwrap();
    (colour(light), colour(dark))
}

fn colour(hex: &str) -> [f64; 3] {
    let hex = hex.strip_prefix('#').unwrap();
    [0, 2, 4].map(|at| f64::from(u8::from_str_radix(hex.get(at..at + 2).unwrap(), 16).unwrap()) / 255.0)
}

/// WCAG 2.2, contrast ratio.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: [f64; 3]) -> f64 {
    let [red, green, blue] =
        colour.map(|part| if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
