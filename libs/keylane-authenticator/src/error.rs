//! Why a ceremony did not take place on the client's side.

/// A refusal, in the words of a browser.
///
/// [`name`](Self::name) is the name of the exception that `navigator.credentials` would throw;
/// [`code`](Self::code) is the same in `snake_case`, as everywhere in Keylane.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthenticatorError {
    /// The options are not JSON, lack a member, or have one of another type (`TypeError`).
    #[error("the options are malformed: {0}")]
    Type(String),

    /// A member that must be base64url without padding is not (`EncodingError`).
    #[error("{member} is not base64url")]
    Encoding {
        /// Which member of the options.
        member: &'static str,
    },

    /// A member refers to something that is not there (`SyntaxError`).
    #[error("{0}")]
    Syntax(&'static str),

    /// The origin is not a secure context, or the RP ID is not its host or a suffix of it
    /// (`SecurityError`).
    #[error("{0}")]
    Security(&'static str),

    /// No algorithm of `pubKeyCredParams` is one that this authenticator has
    /// (`NotSupportedError`).
    #[error("none of the offered algorithms is supported")]
    NotSupported,

    /// `excludeCredentials` names a credential that this authenticator holds
    /// (`InvalidStateError`).
    #[error("the authenticator already holds an excluded credential")]
    InvalidState,

    /// Nothing here can do what is asked: no matching credential, user verification or a
    /// discoverable credential required but unavailable, another attachment
    /// (`NotAllowedError`).
    #[error("{0}")]
    NotAllowed(&'static str),

    /// A saved authenticator does not read (`DataError`).
    #[error("the saved authenticator is malformed: {0}")]
    Data(String),

    /// The crypto library failed to make a key, to sign or to export (`OperationError`).
    #[error("a cryptographic operation failed: {0}")]
    Operation(&'static str),
}

impl AuthenticatorError {
    /// The name of the exception in a browser, such as `NotAllowedError`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Type(_) => "TypeError",
            Self::Encoding { .. } => "EncodingError",
            Self::Syntax(_) => "SyntaxError",
            Self::Security(_) => "SecurityError",
            Self::NotSupported => "NotSupportedError",
            Self::InvalidState => "InvalidStateError",
            Self::NotAllowed(_) => "NotAllowedError",
            Self::Data(_) => "DataError",
            Self::Operation(_) => "OperationError",
        }
    }

    /// The same name in `snake_case`, such as `not_allowed_error`. Stable.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Type(_) => "type_error",
            Self::Encoding { .. } => "encoding_error",
            Self::Syntax(_) => "syntax_error",
            Self::Security(_) => "security_error",
            Self::NotSupported => "not_supported_error",
            Self::InvalidState => "invalid_state_error",
            Self::NotAllowed(_) => "not_allowed_error",
            Self::Data(_) => "data_error",
            Self::Operation(_) => "operation_error",
        }
    }
}
