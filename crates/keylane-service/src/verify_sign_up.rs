//! Somebody answers a code: the address is theirs, and a session opens in which they can make
//! their first passkey.

use keylane_model::entropy::random_bytes;
use keylane_model::{
    Actor, Change, CodeId, CodePurpose, EmailAddress, KeyPurpose, OneTimeCode, Role, User, UserId,
    UserStatus,
};
use keylane_store::CommitError;
use keylane_webauthn::UserHandle;
use subtle::ConstantTimeEq;

use crate::begin_sign_up::code_mac;
use crate::open_session::{Opened, Proof};
use crate::place::Place;
use crate::service::{InternalError, Service};

/// No session.
#[derive(Debug, thiserror::Error)]
pub enum VerifySignUpError {
    /// Wrong, expired, superseded, used, or tried too often: from outside it is all the same.
    #[error("the code is not right, or no longer good")]
    Refused,
    /// Not the caller's fault.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl Service {
    /// Checks the digits and opens a session, for a new account or for one that has no passkey
    /// yet. White space around and inside the digits is the typist's and is passed over.
    ///
    /// # Errors
    ///
    /// [`VerifySignUpError::Refused`]; each try counts, right or wrong.
    pub async fn verify_sign_up(
        &self,
        signup: CodeId,
        digits: &str,
        place: Place,
    ) -> Result<Opened, VerifySignUpError> {
        let attempt = Change::AttemptCode { code: signup };
        refused(self.commit(Actor::Anonymous, place.request.clone(), attempt).await)?;
        let code = self.store.find_code(signup).await.map_err(InternalError::from)?;
        let code = code.ok_or(VerifySignUpError::Refused)?;
        let right = self.is_right(&code, digits);
        if !right || code.purpose != CodePurpose::SignUp {
            return Err(VerifySignUpError::Refused);
        }
        let known =
            self.store.find_user_by_email(&code.email).await.map_err(InternalError::from)?;
        match known {
            None => self.open_account(&code, place).await,
            Some(user) => self.go_on(&code, user, place).await,
        }
    }

    async fn open_account(
        &self,
        code: &OneTimeCode,
        place: Place,
    ) -> Result<Opened, VerifySignUpError> {
        let user = self.new_user(code.email.clone())?;
        let session =
            self.new_session(user.id, Proof::Code, &place).map_err(InternalError::from)?;
        let change = Change::SignUp { code: code.id, user: user.clone(), session: session.clone() };
        refused(self.commit(Actor::User(user.id), place.request, change).await)?;
        Ok(self.tokens(session, user).map_err(InternalError::from)?)
    }

    async fn go_on(
        &self,
        code: &OneTimeCode,
        user: User,
        place: Place,
    ) -> Result<Opened, VerifySignUpError> {
        let session =
            self.new_session(user.id, Proof::Code, &place).map_err(InternalError::from)?;
        let change = Change::SignInWithCode { code: code.id, session: session.clone() };
        refused(self.commit(Actor::User(user.id), place.request, change).await)?;
        Ok(self.tokens(session, user).map_err(InternalError::from)?)
    }

    fn new_user(&self, email: EmailAddress) -> Result<User, InternalError> {
        let now = self.now();
        let handle: [u8; 64] = random_bytes(&*self.entropy)?;
        Ok(User {
            id: UserId::new(now, &*self.entropy)?,
            user_handle: UserHandle::try_from(handle.as_slice())
                .map_err(|_| InternalError::Keys(crate::key_ring::KeyRingError::Crypto))?,
            email,
            status: UserStatus::Active,
            role: Role::Member,
            created_at: now,
        })
    }

    /// Compares under every MAC key, since the code may be older than the newest.
    fn is_right(&self, code: &OneTimeCode, digits: &str) -> bool {
        let digits: String = digits.chars().filter(|it| !it.is_whitespace()).collect();
        self.keys.all(KeyPurpose::TokenMac).iter().any(|key| {
            let mac = key.mac().and_then(|mac| code_mac(mac, code.id, &digits).ok());
            mac.is_some_and(|mac| bool::from(mac.ct_eq(&code.mac)))
        })
    }
}

/// Refusals of the store are refusals of the code.
fn refused<T>(result: Result<T, CommitError>) -> Result<T, VerifySignUpError> {
    result.map_err(|err| match err {
        CommitError::Store(err) => InternalError::from(err).into(),
        CommitError::CodeDead
        | CommitError::HandleTaken
        | CommitError::PasskeyExists
        | CommitError::UserLocked
        | CommitError::UserGone => VerifySignUpError::Refused,
        other => InternalError::unexpected(other).into(),
    })
}
