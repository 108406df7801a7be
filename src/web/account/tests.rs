use super::words::browser;
use crate::web::texts::{Language, Texts};

#[test]
fn a_browser_is_named_by_its_usual_marks_and_never_by_its_own_words() {
    for (user_agent, expected) in [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0 Safari/537.36 Edg/146.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/146.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on iPhone"),
        ("<script>alert(1)</script>", "Another browser or program"),
    ] {
        assert_eq!(browser(Texts(Language::English), user_agent), expected, "{user_agent}");
    }
}
