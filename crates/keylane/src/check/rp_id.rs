//! The RP ID, against the origins and against what the stored passkeys were made for.

use keylane_webauthn::{Origin, PublicSuffixes, RelatedOrigins, RpId};

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
    findings.extend(examine_related(rp_id, public_url, origins));
    if findings.is_empty() {
        let sentence =
            format!("The RP ID {} covers the public URL and every origin.", rp_id.as_str());
        findings.push(Finding::ok(CHECK, sentence));
    }
    findings
}

/// The sites that the RP ID does not cover. Browsers let them use its passkeys when the document of
/// related origins at the RP ID names them (WebAuthn Level 3, section 5.11). Which apps belong to a
/// domain is written in the domain's own association files.
fn examine_related(rp_id: &RpId, public_url: &PublicUrl, origins: &[Origin]) -> Vec<Finding> {
    let foreign = |origin: &&Origin| origin.host().is_some() && !rp_id.covers(origin);
    let related: Vec<&str> = origins.iter().filter(foreign).map(Origin::as_str).collect();
    if related.is_empty() {
        return Vec::new();
    }
    let (rp, list) = (rp_id.as_str(), related.join(", "));
    let document = RelatedOrigins::new(related, &PublicSuffixes::from_list(""));
    if let Err(err) = document {
        return vec![Finding::fail(
            CHECK,
            format!(
                "Browsers would not accept the sites {list} in application.origins, which the RP \
                 ID {rp} does not cover: {err}. Remove some, or use hosts in {rp}."
            ),
        )];
    }
    if public_url.host() == rp {
        return vec![Finding::ok(
            CHECK,
            format!(
                "The sites {list} are not covered by the RP ID {rp}; browsers accept them by \
                 /.well-known/webauthn, which Keylane serves there."
            ),
        )];
    }
    vec![Finding::warn(
        CHECK,
        format!(
            "The sites {list} are not covered by the RP ID {rp}, so browsers ask \
             https://{rp}/.well-known/webauthn about them: serve there what Keylane serves at {}.",
            public_url.as_str()
        ),
    )]
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
    fn site_outside_the_rp_id_is_accepted_by_the_document_of_related_origins() {
        let origins = ["https://example.net"];
        let says = "https://example.net are not covered";
        check("example.org", "https://example.org", &origins, Level::Ok, says);
        let says = "https://example.org/.well-known/webauthn";
        check("example.org", "https://login.example.org", &origins, Level::Warn, says);
    }

    #[test]
    fn more_related_sites_than_browsers_read_fail() {
        let origins = [1, 2, 3, 4, 5, 6].map(|it| format!("https://example{it}.net"));
        let origins = origins.each_ref().map(String::as_str);
        check("example.org", "https://example.org", &origins, Level::Fail, "Remove some");
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
