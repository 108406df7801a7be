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

/// How a device is named that shows no browser: this, and the application that runs on it.
const DEVICE: &str = "device: ";

/// What stands in place of a `User-Agent` for a device on which an application runs.
pub fn of_device(application: &str) -> String {
    format!("{DEVICE}{application}")
}

/// What a browser calls itself, which is never what stands for a device.
pub fn of_browser(user_agent: &str) -> &str {
    user_agent.trim_start_matches(DEVICE)
}

/// The application that runs on the device, where it is one.
pub fn application_of_device(user_agent: &str) -> Option<&str> {
    user_agent.strip_prefix(DEVICE)
}

/// The browser and the system of a `User-Agent`, where they are known.
pub fn named(user_agent: &str) -> (Option<&'static str>, Option<&'static str>) {
    let first = |list: &[(&'static str, &'static str)]| {
        list.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    (first(&BROWSERS), first(&SYSTEMS))
}
