//! WebAuthn Level 3 for relying parties, sans-IO: options out, answers in, a proof or a precise
//! refusal.
//!
//! # What it does
//!
//! - Writes the options that browsers read ([`CreationOptions`], [`RequestOptions`]), and reads
//!   them again.
//! - Reads the answers ([`RegistrationResponse`], [`AuthenticationResponse`]), and writes them
//!   again.
//! - Verifies them step by step, in the order of the
//!   [specification](https://www.w3.org/TR/webauthn-3/), §7.1 ([`PendingRegistration`]) and §7.2
//!   ([`PendingAuthentication`]), for the algorithms of [`CoseAlgorithm`] (ECDSA, Ed25519,
//!   Ed448, RSA and the post-quantum ML-DSA), and for every attestation format of §8
//!   ([`AttestationPolicy`]), with certificates that lead to the caller's [`TrustAnchors`].
//! - Asks for extensions and judges what comes back, from the client and from the authenticator
//!   ([`CreationExtensions`], [`RequestExtensions`]): `credProps`, `credProtect`, `prf`,
//!   `largeBlob`, `credBlob`, `minPinLength`, `appid` and `appidExclude`.
//! - Verifies that a payment was shown and agreed to ([`AuthenticationPurpose::Payment`]).
//! - Makes and checks the document of related origins ([`RelatedOrigins`]), and makes what a page
//!   tells password managers ([`UnknownCredentialSignal`] and its neighbours).
//!
//! A [`VerifiedRegistration`] or a [`VerifiedAssertion`] is made by `verify` and nothing else;
//! let the code that stores credentials and opens sessions take one, and it cannot be reached
//! without a verification. Every refusal has a stable `code()`. What is odd but proves nothing
//! against the owner of a credential, such as a counter that does not rise, is a [`Signal`].
//!
//! # What it does not do
//!
//! - It has no clock, no randomness, no storage, no network and no callbacks. Challenges and
//!   times are arguments, and so is the list of public suffixes that related origins need. Secrets
//!   it has none of its own; those that pass through it are [`SecretBytes`].
//! - It does not remember ceremonies. The caller keeps what it asked and sees to it that a
//!   challenge is answered once.
//! - It does not know which credential ids are taken (§7.1, step 26) and does not store counters
//!   (§7.2, step 24): that is told as a value, by [`VerifiedRegistration::obligations`] and
//!   [`VerifiedAssertion::obligations`].
//! - It trusts nobody by itself: anchors and revocation lists are arguments, and nothing that a
//!   client or a certificate names is fetched or believed.
//!
//! # Attestation
//!
//! Most sites need none: [`AttestationPolicy::none_requested`] accepts everybody's passkeys. Where
//! the make of an authenticator matters, ask for it
//! ([`CreationOptions::attestation`]), say whom you trust, and read the [`AttestationVerdict`]:
//!
//! ```
//! use keylane_webauthn::*;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let pem_file = include_str!("../roots/yubico-u2f-root-ca-457200631.pem");
//! // The built-in authorities of a few vendors, and one of your own for `packed`.
//! let mut anchors = TrustAnchors::vendors()?;
//! for anchor in TrustAnchor::all_from_pem(pem_file)? {
//!     anchors.push_for(AttestationFormat::Packed, anchor);
//! }
//! // Nobody else gets in. `recorded` instead of `required` lets all in and tells who is who.
//! let formats = vec![AttestationFormat::Packed, AttestationFormat::Tpm];
//! let policy = AttestationPolicy::required(formats, anchors)
//!     .with_self_attestation(SelfAttestation::Refuse);
//!
//! // After `PendingRegistration::verify`:
//! fn is_of_our_models(verified: &VerifiedRegistration, models: &[Aaguid]) -> bool {
//!     // Without an anchor an AAGUID is anybody's word.
//!     verified.attestation().is_anchored() && models.contains(&verified.aaguid())
//! }
//! # let _ = (policy, is_of_our_models);
//! # Ok(())
//! # }
//! ```
//!
//! With the FIDO Metadata Service (the crate `keylane-mds`, which needs nothing of this one), look
//! the model up by [`RegistrationResponse::unverified_attestation`] before you verify, and make the
//! anchors of its entry's `attestation_roots()` by [`TrustAnchor::from_der`]: a vendor vouches for
//! its own models. Hand [`AttestationVerdict::certificates`] to the entry's status reports
//! afterwards.
//!
//! # A whole server
//!
//! `examples/minimal_server.rs` is one, page included, in fewer than a hundred lines:
//! `cargo run -p keylane-webauthn --example minimal_server`, and open <http://localhost:8080>.
//!
//! # A round trip
//!
//! The part of the browser and its authenticator is played by a few lines around aws-lc-rs.
//!
//! ```
//! # use aws_lc_rs::{digest, rand::SystemRandom};
//! # use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
//! # use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
//! use keylane_webauthn::*;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING)?;
//! # let sha256 = |bytes: &[u8]| digest::digest(&digest::SHA256, bytes).as_ref().to_vec();
//! # let client_data = |kind: &str, challenge: &[u8]| {
//! #     let challenge = BASE64URL.encode(challenge);
//! #     format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"https://example.org","crossOrigin":false}}"#)
//! # };
//! # let data = |flags: u8, count: u32, rest: &[u8]| {
//! #     [&sha256(b"example.org")[..], &[flags], &count.to_be_bytes(), rest].concat()
//! # };
//! # let navigator_create = |challenge: &[u8]| {
//! #     let point = key.public_key().as_ref();
//! #     let cose = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], &point[1..33], &[0x22, 0x58, 32], &point[33..]].concat();
//! #     let credential = [&[0; 16][..], &[0, 4], b"\x01\x02\x03\x04", &cose].concat();
//! #     let data = data(0x5d, 0, &credential);
//! #     let length = u8::try_from(data.len()).unwrap();
//! #     let object = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58", &[length][..], &data].concat();
//! #     format!(r#"{{"id":"AQIDBA","rawId":"AQIDBA","type":"public-key","clientExtensionResults":{{}},"response":{{"clientDataJSON":"{}","attestationObject":"{}"}}}}"#,
//! #         BASE64URL.encode(client_data("webauthn.create", challenge)), BASE64URL.encode(object))
//! # };
//! # let navigator_get = |challenge: &[u8]| {
//! #     let client_data = client_data("webauthn.get", challenge);
//! #     let data = data(0x1d, 0, &[]);
//! #     let signed = [data.as_slice(), &sha256(client_data.as_bytes())].concat();
//! #     let signature = key.sign(&SystemRandom::new(), &signed).unwrap();
//! #     format!(r#"{{"id":"AQIDBA","rawId":"AQIDBA","type":"public-key","clientExtensionResults":{{}},"response":{{"clientDataJSON":"{}","authenticatorData":"{}","signature":"{}","userHandle":"KioqKg"}}}}"#,
//! #         BASE64URL.encode(client_data), BASE64URL.encode(data), BASE64URL.encode(signature))
//! # };
//! let rp_id: RpId = "example.org".parse()?;
//! let origin: Origin = "https://example.org".parse()?;
//! let user = UserHandle::try_from(vec![42; 4])?;
//! let now = UnixMillis(1_767_225_600_000);
//!
//! // The browser is sent these options, and answers.
//! let rp = RelyingPartyEntity { id: rp_id.clone(), name: "Example".into() };
//! let person = UserEntity { id: user.clone(), name: "ada".into(), display_name: "Ada".into() };
//! let challenge = vec![7; 32]; // yours is random
//! let options = CreationOptions::passkey(rp, person, challenge.clone());
//! let json = navigator_create(&challenge);
//! let deadline = now.saturating_add_ms(options.timeout_ms);
//! let policy = AttestationPolicy::none_requested();
//! // Every field of a ceremony can be changed, such as who may frame the page.
//! let ceremony = options.ceremony(origin.clone(), Mediation::Modal, policy, deadline);
//! let ceremony = PendingRegistration::new(ceremony);
//! let verified = ceremony.verify(&RegistrationResponse::from_json(&json)?, now)?;
//! // Look whether the id is free, and store the record.
//! let record = verified.obligations(user).store_if_id_is_unique;
//!
//! // Another day: the browser is sent other options, and answers.
//! let challenge = vec![8; 32];
//! let options = RequestOptions::passkey(rp_id, challenge.clone());
//! let json = navigator_get(&challenge);
//! let response = AuthenticationResponse::from_json(&json)?;
//! assert_eq!(response.unverified_challenge(), Some(challenge));
//! let ceremony = PendingAuthentication::new(options.ceremony(origin, deadline));
//! let assertion = ceremony.verify(&response, &record, now)?;
//! assert_eq!(assertion.user_handle(), &record.user_handle);
//! assert!(assertion.user_verified() && assertion.signals().is_empty());
//! assert!(assertion.obligations().is_empty()); // nothing to update: it has no counter
//! # Ok(())
//! # }
//! ```

mod attestation;
mod authentication;
mod authenticator_data;
mod base64url;
mod cbor;
mod client_data;
mod cose;
mod credential;
mod extensions;
mod options;
mod origin;
mod payment;
mod policy;
mod registration;
mod related_origins;
mod response;
#[cfg(test)]
mod sample;
mod signal;
mod unix_millis;
mod x509;

#[doc(hidden)]
pub mod fuzzing;

pub use attestation::{
    AndroidKeyError, AndroidSafetyNetError, AppleError, AttestationClaim, AttestationError,
    AttestationFormat, AttestationKind, AttestationObjectError, AttestationPolicy,
    AttestationTrust, AttestationVerdict, COMPOUND_STATEMENTS_MAX, CompoundError, FORMAT_BYTES_MAX,
    FidoU2fError, KeyStorage, OtherFormat, PackedError, PolicySwitch, SAFETYNET_AGE_MS_MAX,
    SAFETYNET_CLOCK_SKEW_MS_MAX, SelfAttestation, TpmError, TrustAnchors,
};
pub use authentication::{
    AuthenticationCeremony, AuthenticationError, AuthenticationPurpose, PendingAuthentication,
    Signal, VerifiedAssertion,
};
pub use authenticator_data::AuthenticatorDataError;
pub use cbor::CborError;
pub use client_data::{CLIENT_DATA_MEMBERS_MAX, ClientDataError};
pub use cose::{
    CoseAlgorithm, KeyError, PublicKey, RSA_EXPONENT_BYTES_MAX, RSA_MODULUS_BITS_MAX,
    RSA_MODULUS_BITS_MIN,
};
pub use credential::{
    Aaguid, CREDENTIAL_ID_BYTES_MAX, CredentialId, CredentialRecord, IdError, RecordUpdate,
    TRANSPORT_BYTES_MAX, Transport, USER_HANDLE_BYTES_MAX, UserHandle, UvInitialized,
};
pub use extensions::{
    Asked, CRED_BLOB_BYTES_MAX, CreationExtensions, CreationOutputs, CredentialProtection,
    CredentialProtectionRequest, Enforcement, ExtensionError, HmacSecretError, HmacSecretInput,
    HmacSecretOutput, LARGE_BLOB_BYTES_MAX, LargeBlobRequest, LargeBlobSupport,
    PRF_CREDENTIALS_MAX, PRF_INPUT_BYTES_MAX, PRF_RESULT_BYTES, PinUvAuthProtocol, PrfCreation,
    PrfInputs, PrfOutputs, PrfRequest, PrfResults, RequestExtensions, RequestOutputs, SaltCount,
    SecretBytes, Secrets, prf_salt,
};
pub use options::{
    AuthenticatorAttachment, AuthenticatorSelection, CreationOptions, CredentialDescriptor, Hint,
    Mediated, OPTIONS_BYTES_MAX, OPTIONS_ENTRIES_MAX, OptionsError, RelyingPartyEntity,
    RequestOptions, ResidentKey, TIMEOUT_MS_DEFAULT, UserEntity,
};
pub use origin::{
    APP_ID_BYTES_MAX, AppId, AppIdError, ORIGIN_BYTES_MAX, Origin, OriginError, RP_ID_BYTES_MAX,
    RpId, RpIdError,
};
pub use payment::{
    IconDisplay, PaymentAmount, PaymentEntityLogo, PaymentError, PaymentExpectation,
    PaymentInstrument,
};
pub use policy::{AttestationConveyance, Framing, Mediation, UserVerification};
pub use registration::{
    PendingRegistration, RegistrationCeremony, RegistrationError, RegistrationObligations,
    VerifiedRegistration,
};
pub use related_origins::{
    PublicSuffixes, RELATED_ORIGIN_LABELS_MAX, RELATED_ORIGINS_BYTES_MAX, RELATED_ORIGINS_MAX,
    RelatedOrigins, RelatedOriginsError,
};
pub use response::{
    ATTESTATION_OBJECT_BYTES_MAX, AUTHENTICATOR_DATA_BYTES_MAX, AssertionJson, AttestationJson,
    AuthenticationResponse, CLIENT_DATA_BYTES_MAX, RESPONSE_BYTES_MAX, RegistrationResponse,
    ResponseError, ResponseJson, SIGNATURE_BYTES_MAX, TRANSPORTS_MAX,
};
pub use signal::{AllAcceptedCredentialsSignal, CurrentUserDetailsSignal, UnknownCredentialSignal};
pub use unix_millis::UnixMillis;
pub use x509::{
    CertificateError, ChainError, MissingRevocationList, RevocationList, RevocationListError,
    TrustAnchor,
};

#[cfg(test)]
mod tests;
