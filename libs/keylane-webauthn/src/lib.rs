//! WebAuthn Level 3 for relying parties, sans-IO.

mod attestation;
mod authentication;
mod authenticator_data;
mod base64url;
mod cbor;
mod client_data;
mod cose;
mod credential;
mod options;
mod origin;
mod policy;
mod registration;
mod response;
mod unix_millis;

#[doc(hidden)]
pub mod fuzzing;

pub use attestation::{
    AttestationError, AttestationFormat, AttestationKind, AttestationObjectError,
    AttestationVerdict, FORMAT_BYTES_MAX, OtherFormat,
};
pub use authentication::{
    AuthenticationCeremony, AuthenticationError, PendingAuthentication, Signal, VerifiedAssertion,
};
pub use authenticator_data::AuthenticatorDataError;
pub use cbor::CborError;
pub use client_data::{CLIENT_DATA_MEMBERS_MAX, ClientDataError};
pub use cose::{
    CoseAlgorithm, KeyError, PublicKey, RSA_EXPONENT_BYTES_MAX, RSA_MODULUS_BITS_MAX,
    RSA_MODULUS_BITS_MIN,
};
pub use credential::{
    Aaguid, CREDENTIAL_ID_BYTES_MAX, CredentialId, CredentialRecord, IdError, TRANSPORT_BYTES_MAX,
    Transport, USER_HANDLE_BYTES_MAX, UserHandle,
};
pub use options::{
    AuthenticatorAttachment, AuthenticatorSelection, CreationExtensions, CreationOptions,
    CredentialDescriptor, Hint, RelyingPartyEntity, RequestOptions, ResidentKey, UserEntity,
};
pub use origin::{ORIGIN_BYTES_MAX, Origin, OriginError, RP_ID_BYTES_MAX, RpId, RpIdError};
pub use policy::{AttestationConveyance, AttestationPolicy, Framing, Mediation, UserVerification};
pub use registration::{
    PendingRegistration, RegistrationCeremony, RegistrationError, VerifiedRegistration,
};
pub use response::{
    ATTESTATION_OBJECT_BYTES_MAX, AUTHENTICATOR_DATA_BYTES_MAX, AuthenticationResponse,
    CLIENT_DATA_BYTES_MAX, RESPONSE_BYTES_MAX, RegistrationResponse, ResponseError,
    SIGNATURE_BYTES_MAX, TRANSPORTS_MAX,
};
pub use unix_millis::UnixMillis;
