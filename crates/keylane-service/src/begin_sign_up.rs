//! Somebody types an e-mail address: a code is sent there.
//!
//! A stranger must not learn whether the address has an account. So both cases do the same reads
//! and the same commit, and get the same answer; only the mail differs, and the mail is read by
//! the owner of the address alone.

use aws_lc_rs::hmac;
use keylane_model::entropy::random_bytes;
use keylane_model::{
    Actor, Change, CodeId, CodePurpose, EmailAddress, KeyPurpose, OneTimeCode, PasskeyState,
    RequestContext, UserId,
};
use zeroize::Zeroizing;

use crate::key_ring::KeyRingError;
use crate::limit::TooMany;
use crate::service::{InternalError, Service};

/// How long a code is good.
const CODE_LIFETIME_MS: u64 = 10 * 60 * 1000;
/// How long the page waits before it offers to send another.
const RESEND_AFTER_S: u64 = 30;

/// A code is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeSent {
    /// What the answer must name. Whoever did not ask cannot use up the owner's tries.
    pub signup: CodeId,
    /// How long the code is good, in seconds.
    pub expires_in_s: u64,
    /// When to offer another, in seconds.
    pub resend_after_s: u64,
}

/// No code was sent.
#[derive(Debug, thiserror::Error)]
pub enum BeginSignUpError {
    /// This address was sent too many codes lately.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Not the caller's fault.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl Service {
    /// Sends a code to `email`.
    ///
    /// # Errors
    ///
    /// [`BeginSignUpError::TooMany`], for known and unknown addresses alike.
    pub async fn begin_sign_up(
        &self,
        email: &EmailAddress,
        request: RequestContext,
    ) -> Result<CodeSent, BeginSignUpError> {
        self.code_limit.check(email)?;
        let purpose = self.code_purpose(email).await?;
        let sent = self.issue_code(email, purpose, request).await?;
        self.mail_waiting.notify_one();
        Ok(sent)
    }

    async fn code_purpose(&self, email: &EmailAddress) -> Result<CodePurpose, InternalError> {
        let user = self.store.find_user_by_email(email).await?;
        // For an unknown address the second read asks for nobody's passkeys, so that both cases
        // take the same time.
        let id = user.as_ref().map_or(UserId::from_bytes([0; 16]), |it| it.id);
        let passkeys = self.store.list_passkeys(id).await?;
        let usable = passkeys.iter().any(|it| it.state == PasskeyState::Active);
        Ok(if usable { CodePurpose::Decoy } else { CodePurpose::SignUp })
    }

    async fn issue_code(
        &self,
        email: &EmailAddress,
        purpose: CodePurpose,
        request: RequestContext,
    ) -> Result<CodeSent, InternalError> {
        let now = self.now();
        let id = CodeId::new(now, &*self.entropy)?;
        let digits = self.six_digits()?;
        let expires_at = now.saturating_add_ms(CODE_LIFETIME_MS);
        let mail = match purpose {
            CodePurpose::SignUp => self.code_mail(email, &digits),
            CodePurpose::Decoy => self.already_registered_mail(email),
        };
        let mail = self.seal_mail(&mail, expires_at)?;
        let code = OneTimeCode {
            id,
            email: email.clone(),
            purpose,
            mac: self.code_mac(id, &digits)?,
            attempts: 0,
            issued_at: now,
            expires_at,
        };
        self.commit(Actor::Anonymous, request, Change::IssueCode { code, mail })
            .await
            .map_err(InternalError::unexpected)?;
        Ok(CodeSent {
            signup: id,
            expires_in_s: CODE_LIFETIME_MS / 1000,
            resend_after_s: RESEND_AFTER_S,
        })
    }

    /// Uniform over 000000 to 999999: the largest multiple of a million below 2^64 leaves a bias
    /// of less than 2^-44, which nobody can measure with five tries.
    fn six_digits(&self) -> Result<Zeroizing<String>, InternalError> {
        let random = u64::from_be_bytes(random_bytes(&*self.entropy)?);
        Ok(Zeroizing::new(format!("{:06}", random % 1_000_000)))
    }

    /// What the store keeps of a code.
    pub(crate) fn code_mac(&self, id: CodeId, digits: &str) -> Result<[u8; 32], KeyRingError> {
        let key = self.keys.current(KeyPurpose::TokenMac)?;
        code_mac(key.mac().ok_or(KeyRingError::Crypto)?, id, digits)
    }
}

/// HMAC-SHA-256 over a label, the code's id and its digits.
pub(crate) fn code_mac(
    key: &hmac::Key,
    id: CodeId,
    digits: &str,
) -> Result<[u8; 32], KeyRingError> {
    let mut context = hmac::Context::with_key(key);
    context.update(b"keylane code 1");
    context.update(id.as_bytes());
    context.update(digits.as_bytes());
    context.sign().as_ref().try_into().map_err(|_| KeyRingError::Crypto)
}
