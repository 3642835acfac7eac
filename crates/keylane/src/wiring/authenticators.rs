//! The rules about authenticators, with the roots that the operator trusts.

use std::path::Path;
use std::sync::Arc;

use keylane_service::AuthenticatorRules;
use keylane_webauthn::{TrustAnchor, TrustAnchors};

use crate::config::{Authenticators, VendorRoots};
use crate::failure::Failure;

/// Most bytes of a file with roots.
const ROOTS_BYTES_MAX: u64 = 4 << 20;

pub(super) fn rules(config: &Authenticators) -> Result<AuthenticatorRules, Failure> {
    let mut anchors = match config.vendor_roots {
        VendorRoots::Trust => TrustAnchors::vendors()
            .map_err(|err| Failure::cannot_start(format!("a built-in root is damaged: {err}.")))?,
        VendorRoots::Ignore => TrustAnchors::new(),
    };
    if let Some(file) = &config.roots_file {
        for anchor in read_roots(file)? {
            anchors.push(anchor);
        }
    }
    Ok(AuthenticatorRules {
        conveyance: config.attestation,
        verification: config.verification,
        allowed_models: config.allow_models.clone(),
        denied_models: config.deny_models.clone(),
        certification_min: config.certification,
        key_protection: config.key_protection,
        synced: config.synced,
        device_bound: config.device_bound,
        unknown_models: config.unknown_models,
        serial_numbers: config.serial_numbers.iter().map(|it| it.0.clone()).collect(),
        switches: config.switches.clone(),
        anchors: Arc::new(anchors),
    })
}

fn read_roots(file: &Path) -> Result<Vec<TrustAnchor>, Failure> {
    let unusable = |why: String| {
        let name = file.display();
        Failure::cannot_start(format!(
            "authenticators.roots_file {name} cannot be used: {why}. Name a file of certificates in \
             PEM, or leave it out."
        ))
    };
    let size = std::fs::metadata(file).map_err(|err| unusable(err.to_string()))?.len();
    if size > ROOTS_BYTES_MAX {
        return Err(unusable(format!("it has more than {ROOTS_BYTES_MAX} bytes")));
    }
    let text = std::fs::read_to_string(file).map_err(|err| unusable(err.to_string()))?;
    let anchors = TrustAnchor::all_from_pem(&text).map_err(|err| unusable(err.to_string()))?;
    if anchors.is_empty() {
        return Err(unusable("there is no certificate in PEM in it".to_owned()));
    }
    Ok(anchors)
}
