//! Everything that can happen to the data, in one closed enum.
//!
//! A store has one way to write: it takes a [`Commit`] and applies the rows, the audit entry, the
//! outgoing mail and the spent ceremony in one transaction, or nothing at all. Nothing can be
//! done without its audit entry, because there is no other door.
//!
//! Rules that must hold against concurrent requests (a ceremony is spent once, a revoked passkey
//! signs nobody in, the last passkey stays) are checked inside the transaction, not before it.

use keylane_webauthn::UnixMillis;

use crate::audit::{Actor, AuditAction, AuditSubject, Outcome, RequestContext};
use crate::code::OneTimeCode;
use crate::credential::{Passkey, PasskeyNickname};
use crate::id::{CodeId, KeyId, MailId, PasskeyId, SessionId, UserId};
use crate::key::StoredKey;
use crate::metadata::{HoldAffected, MetadataSnapshot, ModelStanding};
use crate::outbox::{MailOutcome, OutboxMail};
use crate::session::{Session, SessionEnd};
use crate::user::User;

/// A change, with what its audit entry needs to know.
#[derive(Debug, Clone)]
pub struct Commit {
    /// When it happens.
    pub at: UnixMillis,
    /// Who does it.
    pub actor: Actor,
    /// The request that asked for it.
    pub request: RequestContext,
    /// What happens.
    pub change: Change,
}

/// Everything that can happen.
#[derive(Debug, Clone)]
pub enum Change {
    /// A code is sent to a handle. An earlier code for the same handle dies.
    IssueCode { code: OneTimeCode, mail: OutboxMail },

    /// Somebody answers a code. Counted before the answer is compared, so that parallel guesses
    /// share the [`CODE_ATTEMPTS_MAX`](crate::CODE_ATTEMPTS_MAX) tries. Refused with
    /// `CodeDead` when the code is unknown, spent, expired or out of tries.
    AttemptCode { code: CodeId },

    /// The code was right and the handle has no account: the account opens. Spends the code;
    /// `CodeDead` when another request spent it first, `HandleTaken` when the handle was taken.
    SignUp { code: CodeId, user: User, session: Session },

    /// The code was right and the handle has an account without a usable passkey: the person goes
    /// on where they stopped. `CodeDead` as above; `UserLocked`; `PasskeyExists` when the account
    /// has a passkey by now.
    SignInWithCode { code: CodeId, session: Session },

    /// A passkey is added. `CeremonySpent`, `CredentialExists` (for any user), `TooManyPasskeys`,
    /// `UserLocked`, `SessionGone` when the session that asked has ended meanwhile;
    /// `PasskeyExists` when a session would be raised and the account has an active passkey by
    /// now: a code is enough for the first one only.
    RegisterCredential {
        passkey: Box<Passkey>,
        /// The session that asked.
        asked_by: SessionId,
        ceremony: SpentCeremony,
        /// A session that takes the place of `asked_by`, which ends: a passkey raises a session
        /// that was opened by a code.
        raised: Option<Session>,
        mail: OutboxMail,
    },

    /// Somebody signs in. `CeremonySpent`; `PasskeyGone` when the passkey is no longer active;
    /// `UserLocked`.
    RecordAuthentication {
        passkey: PasskeyId,
        ceremony: SpentCeremony,
        /// What the assertion said that differs from the record. `None` (nothing to write) for
        /// most synced passkeys.
        update: Option<CredentialUpdate>,
        session: Session,
        /// The browser's earlier session of the same user, which the new one replaces.
        replaces: Option<SessionId>,
        /// Codes of the signals that were noticed; they go into the audit entry.
        signals: Vec<&'static str>,
    },

    /// A ceremony is refused and a person is concerned: only the audit entry.
    RefuseCeremony { code: &'static str, user: UserId, passkey: Option<PasskeyId> },

    /// A passkey gets another name. `PasskeyGone`.
    RenamePasskey { passkey: PasskeyId, user: UserId, nickname: PasskeyNickname },

    /// A passkey is set aside and the sessions it opened end. `PasskeyGone`; `CeremonySpent` when
    /// the sign-in that gave the reason was answered before: a replay says nothing of a counter.
    HoldPasskey {
        passkey: PasskeyId,
        user: UserId,
        code: &'static str,
        /// The sign-in that gave the reason; none when an operator does it.
        ceremony: Option<SpentCeremony>,
    },

    /// A held passkey is active again. `PasskeyGone`.
    ReleasePasskey { passkey: PasskeyId, user: UserId },

    /// A passkey is removed for good and the sessions it opened end, the one that asks included.
    /// `PasskeyGone`; `LastPasskey` when no other active passkey would remain: a held one signs
    /// nobody in.
    RevokePasskey { passkey: PasskeyId, user: UserId, last: LastPasskey, mail: Option<OutboxMail> },

    /// One session ends. `SessionGone` when it is not alive.
    EndSession { session: SessionId, user: UserId, why: SessionEnd },

    /// All sessions of a user end.
    EndSessions { user: UserId },

    /// A refresh token is exchanged: generation `from` becomes `from + 1`. `RefreshRaced` when the
    /// session has another generation by now; `SessionGone`.
    RefreshSession { session: SessionId, user: UserId, from: u32, expires_at: UnixMillis },

    /// The first administrator. `AdministratorExists`.
    ClaimAdministrator { user: UserId },

    /// An operator locks an account; its sessions end. `UserGone`.
    LockUser { user: UserId },

    /// An operator unlocks it. `UserGone`.
    UnlockUser { user: UserId },

    /// A key joins the key ring.
    InstallKey { key: StoredKey },

    /// A key leaves the key ring.
    RetireKey { key: KeyId },

    /// Metadata that has been verified takes the place of what is there. `MetadataWentBack` when
    /// what is there has a higher number.
    StoreMetadata { snapshot: Box<MetadataSnapshot> },

    /// Metadata was refused: only the audit entry. What is there stays.
    RefuseMetadata { code: &'static str },

    /// Metadata says something else of a passkey's model than before. Where `hold` says so, an
    /// active passkey is set aside and the sessions it opened end. `PasskeyGone` when it was
    /// removed.
    JudgePasskey { passkey: PasskeyId, user: UserId, standing: ModelStanding, hold: HoldAffected },

    /// A delivery was tried.
    SettleMail { mail: MailId, outcome: MailOutcome },

    /// Codes, spent ceremonies and sessions that expired before `at` are removed, and mails that
    /// expired an hour before and that nobody delivers; a bounded number at a time. Last use of passkeys is carried over from the removed sessions first.
    Sweep,
}

impl Change {
    /// What the audit log says of this change, for every store alike.
    ///
    /// Ids of what is made (a session, a passkey) stand beside ids of what is touched, so that a
    /// sign-in can be followed from its entry to the session's end.
    #[must_use]
    pub fn audit(&self) -> AuditSubject {
        use AuditAction as Action;
        let done = AuditSubject::done;
        match self {
            Self::IssueCode { .. } => done(Action::CodeIssued),
            Self::AttemptCode { .. } => done(Action::CodeAttempted),
            Self::SignUp { user, session, .. } => {
                done(Action::UserCreated).user(user.id).session(session.id)
            }
            Self::SignInWithCode { session, .. } => {
                done(Action::CodeSignIn).user(session.user).session(session.id)
            }
            Self::RegisterCredential { passkey, asked_by, .. } => {
                done(Action::PasskeyRegistered).passkey(passkey.user, passkey.id).session(*asked_by)
            }
            Self::RecordAuthentication { passkey, session, signals, .. } => {
                let subject = done(Action::Authenticated).passkey(session.user, *passkey);
                AuditSubject { code: join_codes(signals), ..subject.session(session.id) }
            }
            Self::RefuseCeremony { code, user, passkey } => AuditSubject {
                outcome: Outcome::Refused,
                passkey: *passkey,
                ..done(Action::CeremonyRefused).user(*user).code(code)
            },
            Self::RenamePasskey { passkey, user, .. } => {
                done(Action::PasskeyRenamed).passkey(*user, *passkey)
            }
            Self::HoldPasskey { passkey, user, code, .. } => {
                done(Action::PasskeyHeld).passkey(*user, *passkey).code(code)
            }
            Self::ReleasePasskey { passkey, user } => {
                done(Action::PasskeyReleased).passkey(*user, *passkey)
            }
            Self::RevokePasskey { passkey, user, .. } => {
                done(Action::PasskeyRevoked).passkey(*user, *passkey)
            }
            Self::EndSession { session, user, why } => {
                done(Action::SessionEnded).user(*user).session(*session).code(why.code())
            }
            Self::EndSessions { user } => done(Action::SessionsEnded).user(*user),
            Self::RefreshSession { session, user, .. } => {
                done(Action::SessionRefreshed).user(*user).session(*session)
            }
            Self::ClaimAdministrator { user } => done(Action::AdministratorClaimed).user(*user),
            Self::LockUser { user } => done(Action::UserLocked).user(*user),
            Self::UnlockUser { user } => done(Action::UserUnlocked).user(*user),
            Self::InstallKey { key } => done(Action::KeyInstalled).code(key.purpose.name()),
            Self::RetireKey { .. } => done(Action::KeyRetired),
            Self::StoreMetadata { snapshot } => {
                done(Action::MetadataStored).code(&format!("number_{}", snapshot.head.number))
            }
            Self::RefuseMetadata { code } => AuditSubject {
                outcome: Outcome::Refused,
                ..done(Action::MetadataRefused).code(code)
            },
            Self::JudgePasskey { passkey, user, standing, hold } => {
                let codes: Vec<_> = std::iter::once(standing.name()).chain(hold.code()).collect();
                let subject = done(Action::PasskeyJudged).passkey(*user, *passkey);
                AuditSubject { code: join_codes(&codes), ..subject }
            }
            Self::SettleMail { outcome, .. } => {
                AuditSubject { outcome: outcome.audited(), ..done(Action::MailSettled) }
                    .code(outcome.code())
            }
            Self::Sweep => done(Action::Swept),
        }
    }
}

/// Several codes as one; `None` for none.
fn join_codes(codes: &[&str]) -> Option<String> {
    (!codes.is_empty()).then(|| codes.join(","))
}

/// A ceremony that this commit uses up. Its id is unique among the spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpentCeremony {
    /// When the challenge was issued. First in the key, so that rows are appended.
    pub issued_at: UnixMillis,
    /// The challenge's random id.
    pub id: [u8; 16],
    /// After this the challenge no longer opens, and the row may go.
    pub expires_at: UnixMillis,
}

/// What an assertion changes in the credential record (section 7.2, step 24).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CredentialUpdate {
    /// The counter. A store keeps the larger of this and what it has.
    pub sign_count: u32,
    /// The backup state.
    pub backed_up: bool,
    /// Backup eligibility, which should never change but does with some providers.
    pub backup_eligible: bool,
    /// Whether user verification has ever been seen.
    pub uv_initialized: bool,
}

/// Whether a person's last passkey may be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastPasskey {
    /// Refuse: nobody has said yes to it.
    Keep,
    /// The person, or an operator, said so plainly.
    Remove,
}

/// What a commit tells back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// Sequence number of the audit entry; of the latest one when a sweep found nothing, which
    /// leaves no entry.
    pub audit: u64,
    /// How many sessions it ended.
    pub sessions_ended: u32,
    /// How many rows a sweep removed. While it is not 0 there may be more; 0 for other changes.
    pub rows_swept: u32,
}
