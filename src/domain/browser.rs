//! What a browser calls itself.
//!
//! **Invariant:** only names from the lists here are ever shown; whatever else a browser says of itself stays out of pages
//! and letters.

/// The usual marks of browsers, the more particular first: each also bears the marks of those after it.
const BROWSERS: [(&str, &str); 5] =
    [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

/// The same of what it runs on.
const SYSTEMS: [(&str, &str); 6] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// The browser and the system of a `User-Agent`, where they are known.
pub fn named(user_agent: &str) -> (Option<&'static str>, Option<&'static str>) {
    let first = |list: &[(&'static str, &'static str)]| {
        list.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    (first(&BROWSERS), first(&SYSTEMS))
}
