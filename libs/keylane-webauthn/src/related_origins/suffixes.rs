//! Where one owner's domains end: public suffixes, and the domains right below them.

use std::collections::BTreeSet;

/// Public suffixes, such as `com` and `co.uk`: the domains below which different owners register
/// theirs.
///
/// This crate brings no list along, because lists age faster than crates. Give it the text of
/// <https://publicsuffix.org/list/> ([`from_list`](Self::from_list)). The default knows no
/// suffix, so the last label counts as one: right for `example.com`, wrong for `example.co.uk`,
/// whose registrable domain would be `co.uk`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PublicSuffixes {
    plain: BTreeSet<Box<str>>,
    /// What follows the `*.` of a rule.
    wildcard: BTreeSet<Box<str>>,
    /// What follows the `!` of a rule.
    exception: BTreeSet<Box<str>>,
}

impl PublicSuffixes {
    /// Reads a list in the format of publicsuffix.org: a rule a line, `*.` for any label, `!` for
    /// an exception, comments after `//`.
    ///
    /// Hosts of origins are ASCII. A rule that is not is passed over, and suffixes in other scripts
    /// are known only if the list has them as `xn--…`.
    #[must_use]
    pub fn from_list(text: &str) -> Self {
        let mut suffixes = Self::default();
        for line in text.lines() {
            let rule = line.split_whitespace().next().unwrap_or_default();
            if rule.is_empty() || rule.starts_with("//") || !rule.is_ascii() {
                continue;
            }
            let rule = rule.to_ascii_lowercase();
            let (rules, name) = if let Some(name) = rule.strip_prefix('!') {
                (&mut suffixes.exception, name)
            } else if let Some(name) = rule.strip_prefix("*.") {
                (&mut suffixes.wildcard, name)
            } else {
                (&mut suffixes.plain, &*rule)
            };
            rules.insert(name.into());
        }
        suffixes
    }

    /// The domain of `host` that somebody registered: the public suffix and one label more. `None`
    /// for a public suffix itself and for an address. `host` is in lower case.
    #[must_use]
    pub fn registrable_domain<'h>(&self, host: &'h str) -> Option<&'h str> {
        let address = host.starts_with('[')
            || host.rsplit('.').next()?.bytes().all(|byte| byte.is_ascii_digit());
        if address {
            return None;
        }
        let suffix = self.suffix(host);
        let head = host.strip_suffix(suffix)?.strip_suffix('.')?;
        let start = head.rfind('.').map_or(0, |dot| dot + 1);
        host.get(start..)
    }

    /// The first label of the registrable domain, which §5.11 counts: `example` of
    /// `www.example.co.uk`.
    #[must_use]
    pub fn registrable_label<'h>(&self, host: &'h str) -> Option<&'h str> {
        self.registrable_domain(host)?.split('.').next().filter(|label| !label.is_empty())
    }

    /// The longest public suffix that `host` ends with.
    fn suffix<'h>(&self, host: &'h str) -> &'h str {
        let mut candidate = host;
        loop {
            let parent = candidate.split_once('.').map(|(_, parent)| parent);
            if self.exception.contains(candidate) {
                return parent.unwrap_or(candidate);
            }
            let listed = self.plain.contains(candidate)
                || parent.is_some_and(|it| self.wildcard.contains(it));
            match parent {
                Some(parent) if !listed => candidate = parent,
                // A last label that no rule names is a suffix too: the rule `*` of the list.
                _ => return candidate,
            }
        }
    }
}
