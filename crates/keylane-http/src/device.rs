//! Which browser on which system, from the `User-Agent`, as coarse as a person would say it.
//!
//! People read this next to their sessions and passkeys to recognise them. Nothing is decided by
//! it: the header is whatever the client likes to send.

/// Browsers, most specific first: nearly all of them also call themselves Chrome or Safari.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

/// Systems, most specific first: Android also calls itself Linux, and iPhones "like Mac OS X".
const SYSTEMS: &[(&str, &str)] = &[
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
    ("FreeBSD", "FreeBSD"),
];

/// For example `Chrome on Linux`; `None` when the header says nothing that we know.
pub(crate) fn device_of(user_agent: &str) -> Option<String> {
    let find = |table: &[(&str, &'static str)]| {
        table.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (find(BROWSERS), find(SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser} on {system}")),
        (Some(browser), None) => Some(browser.to_owned()),
        (None, Some(system)) => Some(system.to_owned()),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chrome_on_linux_is_named() {
        check(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
            Some("Chrome on Linux"),
        );
    }

    #[test]
    fn edge_is_not_taken_for_chrome() {
        check(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            Some("Edge on Windows"),
        );
    }

    #[test]
    fn firefox_on_android_is_not_taken_for_linux() {
        check(
            "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0",
            Some("Firefox on Android"),
        );
    }

    #[test]
    fn safari_on_an_iphone_is_not_taken_for_a_mac() {
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
            Some("Safari on iPhone"),
        );
    }

    #[test]
    fn safari_on_a_mac_is_named() {
        check(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
            Some("Safari on macOS"),
        );
    }

    #[test]
    fn tool_without_a_system_is_named_alone() {
        check("curl/8.14.1", Some("curl"));
    }

    #[test]
    fn unknown_agent_is_none() {
        check("", None);
        check("<script>alert(1)</script>", None);
    }

    #[track_caller]
    fn check(user_agent: &str, expected: Option<&str>) {
        assert_eq!(device_of(user_agent).as_deref(), expected);
    }
}
