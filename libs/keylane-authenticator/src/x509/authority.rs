//! A test authority: a root and an intermediate that certify attestation keys.
//!
//! It vouches for nobody. Who takes its root as a trust anchor accepts whatever this crate makes.

use super::{CertificateParts, Extension, Name, RevocationListParts, TestKey};
use crate::{AuthenticatorError, ES256, ES384, edit::Edit};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

const YEAR_S: u64 = 31_557_600;

/// The authorities of this process by the instant that their certificates are made for.
static SHARED: LazyLock<Mutex<BTreeMap<u64, Arc<TestAuthority>>>> = LazyLock::new(Mutex::default);

/// A root and an intermediate authority for attestation certificates.
///
/// Certificates are valid in the years around an instant, since this crate has no clock: the root
/// from 5 years before to 20 after, the intermediate from 4 before to 15 after, what they issue
/// from 1 before to 10 after.
#[derive(Debug)]
pub struct TestAuthority {
    name: String,
    now_s: u64,
    root_key: TestKey,
    intermediate_key: TestKey,
    root: Vec<u8>,
    intermediate: Vec<u8>,
}

impl TestAuthority {
    /// An authority with keys of its own, for certificates around an instant in seconds since
    /// the Unix epoch. `name` begins the common names of its certificates.
    ///
    /// # Errors
    ///
    /// [`AuthenticatorError::NotSupported`] for algorithms that cannot sign certificates here.
    pub fn generate(
        name: &str,
        root_algorithm: i64,
        intermediate_algorithm: i64,
        now_s: u64,
    ) -> Result<Self, AuthenticatorError> {
        let root_key = TestKey::generate(root_algorithm)?;
        Self::with_keys(name, root_key, TestKey::generate(intermediate_algorithm)?, now_s)
    }

    /// The authority of this process: always the same for the same instant, and for every
    /// instant with the same keys.
    ///
    /// # Errors
    ///
    /// [`AuthenticatorError::Operation`] if the crypto library fails.
    pub fn shared(now_s: u64) -> Result<Arc<Self>, AuthenticatorError> {
        // A panic while the map was locked left no half-made authority in it.
        let mut known = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(authority) = known.get(&now_s) {
            return Ok(Arc::clone(authority));
        }
        let root_key = TestKey::shared("root", ES384)?;
        let intermediate_key = TestKey::shared("intermediate", ES256)?;
        let authority =
            Arc::new(Self::with_keys("Keylane Test", root_key, intermediate_key, now_s)?);
        known.insert(now_s, Arc::clone(&authority));
        Ok(authority)
    }

    fn with_keys(
        name: &str,
        root_key: TestKey,
        intermediate_key: TestKey,
        now_s: u64,
    ) -> Result<Self, AuthenticatorError> {
        let mut authority = Self {
            name: name.to_owned(),
            now_s,
            root_key,
            intermediate_key,
            root: Vec::new(),
            intermediate: Vec::new(),
        };
        authority.root = authority.root_parts()?.issue()?;
        authority.intermediate = authority.intermediate_parts()?.issue()?;
        Ok(authority)
    }

    /// The root certificate in DER: the trust anchor.
    #[must_use]
    pub fn root(&self) -> &[u8] {
        &self.root
    }

    /// The root certificate in PEM.
    #[must_use]
    pub fn root_pem(&self) -> String {
        pem(&self.root)
    }

    /// The intermediate certificate in DER.
    #[must_use]
    pub fn intermediate(&self) -> &[u8] {
        &self.intermediate
    }

    /// The key of the root.
    #[must_use]
    pub fn root_key(&self) -> &TestKey {
        &self.root_key
    }

    /// The key of the intermediate.
    #[must_use]
    pub fn intermediate_key(&self) -> &TestKey {
        &self.intermediate_key
    }

    /// The instant that its certificates are made for, in seconds since the Unix epoch.
    #[must_use]
    pub fn now_s(&self) -> u64 {
        self.now_s
    }

    /// The name of the root.
    #[must_use]
    pub fn root_name(&self) -> Name {
        Name::common(&format!("{} Root CA", self.name))
    }

    /// The name of the intermediate.
    #[must_use]
    pub fn intermediate_name(&self) -> Name {
        Name::common(&format!("{} Attestation CA", self.name))
    }

    /// The root certificate before it is signed.
    ///
    /// # Errors
    ///
    /// [`AuthenticatorError::Operation`] if the crypto library does not export the key.
    pub fn root_parts(&self) -> Result<CertificateParts, AuthenticatorError> {
        let mut parts = CertificateParts::new(
            self.root_name(),
            self.root_key.to_spki()?,
            self.root_name(),
            self.root_key.clone(),
            self.now_s.saturating_sub(5 * YEAR_S)..=self.now_s.saturating_add(20 * YEAR_S),
        );
        parts.serial = vec![1];
        parts.extensions = vec![Extension::authority(None), Extension::key_usage(0x06)];
        Ok(parts)
    }

    /// The intermediate certificate before it is signed. It may have no authority below it.
    ///
    /// # Errors
    ///
    /// [`AuthenticatorError::Operation`] if the crypto library does not export the key.
    pub fn intermediate_parts(&self) -> Result<CertificateParts, AuthenticatorError> {
        let mut parts = CertificateParts::new(
            self.intermediate_name(),
            self.intermediate_key.to_spki()?,
            self.root_name(),
            self.root_key.clone(),
            self.now_s.saturating_sub(4 * YEAR_S)..=self.now_s.saturating_add(15 * YEAR_S),
        );
        parts.serial = vec![2];
        parts.extensions = vec![Extension::authority(Some(0)), Extension::key_usage(0x06)];
        Ok(parts)
    }

    /// A certificate that the root issues, before it is signed; without extensions.
    #[must_use]
    pub fn issued_by_root(&self, subject: Name, public_key: Vec<u8>) -> CertificateParts {
        let signer = self.root_key.clone();
        CertificateParts::new(subject, public_key, self.root_name(), signer, self.validity_s())
    }

    /// A certificate that the intermediate issues, before it is signed; without extensions.
    #[must_use]
    pub fn issued_by_intermediate(&self, subject: Name, public_key: Vec<u8>) -> CertificateParts {
        let (issuer, signer) = (self.intermediate_name(), self.intermediate_key.clone());
        CertificateParts::new(subject, public_key, issuer, signer, self.validity_s())
    }

    /// A list of what the root has revoked, empty so far: it is about intermediates, and about
    /// leaves that the root issued.
    #[must_use]
    pub fn root_revocation_list(&self) -> RevocationListParts {
        self.revocation_list(self.root_name(), &self.root_key)
    }

    /// A list of what the intermediate has revoked, empty so far.
    #[must_use]
    pub fn intermediate_revocation_list(&self) -> RevocationListParts {
        self.revocation_list(self.intermediate_name(), &self.intermediate_key)
    }

    fn revocation_list(&self, issuer: Name, signer: &TestKey) -> RevocationListParts {
        RevocationListParts {
            issuer,
            this_update_s: self.now_s.saturating_sub(86_400),
            next_update_s: Some(self.now_s.saturating_add(30 * 86_400)),
            revoked_serials: Vec::new(),
            extensions: Vec::new(),
            signer: signer.clone(),
            signature_edit: Edit::default(),
        }
    }

    fn validity_s(&self) -> std::ops::RangeInclusive<u64> {
        self.now_s.saturating_sub(YEAR_S)..=self.now_s.saturating_add(10 * YEAR_S)
    }
}

/// A certificate in the text form of RFC 7468.
fn pem(der: &[u8]) -> String {
    let mut text = "-----BEGIN CERTIFICATE-----\n".to_owned();
    for (index, character) in STANDARD.encode(der).chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    text + "\n-----END CERTIFICATE-----\n"
}
