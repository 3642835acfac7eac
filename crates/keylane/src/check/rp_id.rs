//! The RP ID, against the origins and against what the stored passkeys were made for.

use keylane_webauthn::{Origin, RpId};

use crate::config::PublicUrl;
use crate::finding::Finding;

const CHECK: &str = "rp-id";

/// Whether pages at the configured origins may use this RP ID.
pub(super) fn examine(rp_id: &RpId, public_url: &PublicUrl, origins: &[Origin]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !covers_host(rp_id, public_url.host()) {
        findings.push(Finding::fail(
            CHECK,
            format!(
                "The RP ID {rp} is neither the host of the public URL {url} nor a parent domain \
                 of it, so browsers refuse every passkey there: set application.rp_id to {host} \
                 or server.public_url to a host in {rp}.",
                rp = rp_id.as_str(),
                url = public_url.as_str(),
                host = public_url.host(),
            ),
        ));
    }
    for origin in origins {
        // Which apps belong to a domain is written in the domain's own association files.
        if origin.host().is_some() && !rp_id.covers(origin) {
            findings.push(Finding::fail(
                CHECK,
                format!(
                    "The origin {} in application.origins is not covered by the RP ID {}, so \
                     browsers refuse passkeys there: remove it, or use a host in {}.",
                    origin.as_str(),
                    rp_id.as_str(),
                    rp_id.as_str(),
                ),
            ));
        }
    }
    if findings.is_empty() {
        let sentence =
            format!("The RP ID {} covers the public URL and every origin.", rp_id.as_str());
        findings.push(Finding::ok(CHECK, sentence));
    }
    findings
}

/// Whether the stored passkeys were made for this RP ID.
pub(super) fn compare(rp_id: &RpId, stored: &[(RpId, u64)]) -> Finding {
    let foreign: Vec<String> = stored
        .iter()
        .filter(|(id, _)| id != rp_id)
        .map(|(id, count)| format!("{} ({count})", id.as_str()))
        .collect();
    let Some((other, _)) =
        stored.iter().filter(|(id, _)| id != rp_id).max_by_key(|(_, count)| *count)
    else {
        let count: u64 = stored.iter().map(|(_, count)| count).sum();
        let sentence = if count == 0 {
            "No passkeys are stored, so none is bound to another RP ID.".to_owned()
        } else {
            format!("Every stored passkey ({count}) is bound to the RP ID {}.", rp_id.as_str())
        };
        return Finding::ok("stored-rp-id", sentence);
    };
    Finding::fail(
        "stored-rp-id",
        format!(
            "The configured RP ID is {}, but stored passkeys are bound to {} and would all be \
             useless: set application.rp_id = \"{}\" again (and a server.public_url in that \
             domain), or use another store.path.",
            rp_id.as_str(),
            foreign.join(", "),
            other.as_str(),
        ),
    )
}

fn covers_host(rp_id: &RpId, host: &str) -> bool {
    match host.strip_suffix(rp_id.as_str()) {
        Some(head) => head.is_empty() || head.ends_with('.'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Value;
    use crate::finding::{Level, worst};

    #[test]
    fn rp_id_that_is_the_host_is_fine() {
        check("login.example.org", "https://login.example.org", &[], Level::Ok, "covers");
    }

    #[test]
    fn rp_id_that_is_a_parent_domain_is_fine() {
        let origins = ["https://shop.example.org", "android:apk-key-hash:abc"];
        check("example.org", "https://login.example.org", &origins, Level::Ok, "covers");
    }

    #[test]
    fn rp_id_of_another_domain_fails_and_names_the_host() {
        let fix = "set application.rp_id to login.example.org";
        check("example.net", "https://login.example.org", &[], Level::Fail, fix);
    }

    #[test]
    fn rp_id_that_only_ends_alike_fails() {
        check("example.org", "https://badexample.org", &[], Level::Fail, "neither the host");
    }

    #[test]
    fn origin_outside_the_rp_id_fails() {
        let origins = ["https://example.net"];
        check("example.org", "https://example.org", &origins, Level::Fail, "https://example.net");
    }

    #[test]
    fn stored_passkeys_of_another_rp_id_fail_and_both_are_named() {
        let stored = [("example.org".parse().unwrap(), 7)];
        let finding = compare(&"localhost".parse().unwrap(), &stored);
        assert_eq!(finding.level, Level::Fail);
        assert!(finding.sentence.contains("localhost"), "{finding}");
        assert!(finding.sentence.contains("example.org (7)"), "{finding}");
    }

    #[test]
    fn stored_passkeys_of_the_same_rp_id_are_fine() {
        let stored = [("example.org".parse().unwrap(), 7)];
        assert_eq!(compare(&"example.org".parse().unwrap(), &stored).level, Level::Ok);
    }

    #[track_caller]
    fn check(rp_id: &str, url: &str, origins: &[&str], level: Level, says: &str) {
        let origins: Vec<Origin> = origins.iter().map(|it| it.parse().unwrap()).collect();
        let url = PublicUrl::parse(url).unwrap();
        let findings = examine(&rp_id.parse().unwrap(), &url, &origins);
        assert_eq!(worst(&findings), level, "{findings:?}");
        assert!(findings.iter().any(|it| it.sentence.contains(says)), "{findings:?}");
    }
}
