-- Ids are 16 bytes, times are milliseconds since 1970, names are the model's stable names.
--
-- A sign-in only ever appends: what it writes goes to the end of a table or of an index. That is
-- why some indexes start with a "span", a number that grows with the audit log: an entry then
-- lands among the newest few pages, not anywhere among those of all users. Whoever looks
-- somebody up asks once for each span, and there are few.

CREATE TABLE user (
    id          BLOB    NOT NULL PRIMARY KEY,
    user_handle BLOB    NOT NULL UNIQUE,
    email       TEXT    NOT NULL UNIQUE,
    status      TEXT    NOT NULL CHECK (status IN ('active', 'locked')),
    role        TEXT    NOT NULL CHECK (role IN ('member', 'administrator')),
    created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX user_administrator ON user (id) WHERE role = 'administrator';

-- RP IDs that passkeys were made for. Counted here, because counting passkeys takes long.
CREATE TABLE relying_party (
    number   INTEGER PRIMARY KEY,
    rp_id    TEXT    NOT NULL UNIQUE,
    passkeys INTEGER NOT NULL CHECK (passkeys >= 0) -- active and held
) STRICT;

CREATE TABLE passkey (
    user               BLOB    NOT NULL REFERENCES user (id),
    id                 BLOB    NOT NULL,
    credential_id      BLOB    NOT NULL UNIQUE, -- revoked ones keep theirs
    public_key         BLOB    NOT NULL,        -- COSE
    sign_count         INTEGER NOT NULL,
    backup_eligible    INTEGER NOT NULL,
    backed_up          INTEGER NOT NULL,
    uv_initialized     INTEGER NOT NULL,
    relying_party      INTEGER NOT NULL REFERENCES relying_party (number),
    aaguid             BLOB    NOT NULL,
    transports         TEXT    NOT NULL,        -- JSON array
    discoverable       INTEGER,
    attestation_format TEXT    NOT NULL,
    nickname           TEXT    NOT NULL,
    created_in         TEXT,
    created_at         INTEGER NOT NULL,
    last_used_at       INTEGER,                 -- but newer sessions know better
    state              TEXT    NOT NULL CHECK (state IN ('active', 'held', 'revoked')),
    PRIMARY KEY (user, id)
) STRICT, WITHOUT ROWID;

-- Ended sessions stay until they expire: they tell when a passkey was last used.
CREATE TABLE session (
    id                 BLOB    NOT NULL PRIMARY KEY,
    user               BLOB    NOT NULL REFERENCES user (id),
    passkey            BLOB,
    assurance          TEXT    NOT NULL,
    user_verified      INTEGER NOT NULL,
    authenticated_at   INTEGER NOT NULL,
    expires_at         INTEGER NOT NULL,
    delivery           TEXT    NOT NULL,
    device             TEXT    NOT NULL,
    refresh_generation INTEGER NOT NULL,
    refreshed_at       INTEGER NOT NULL,
    ended_at           INTEGER,
    span               INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_user ON session (span, user);
CREATE INDEX session_by_expiry ON session (expires_at);

CREATE TABLE code (
    id         BLOB    NOT NULL PRIMARY KEY,
    email      TEXT    NOT NULL,
    purpose    TEXT    NOT NULL,
    mac        BLOB    NOT NULL,
    attempts   INTEGER NOT NULL,
    issued_at  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    dead       INTEGER NOT NULL -- spent, or superseded by a newer code
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX code_live ON code (email) WHERE dead = 0;
CREATE INDEX code_by_expiry ON code (expires_at);

-- That a row is here already is what makes a ceremony single-use.
CREATE TABLE spent_ceremony (
    issued_at  INTEGER NOT NULL,
    id         BLOB    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (issued_at, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE key (
    id         BLOB    NOT NULL PRIMARY KEY,
    purpose    TEXT    NOT NULL,
    sealed     BLOB    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mail (
    id         BLOB    NOT NULL PRIMARY KEY,
    sealed     BLOB    NOT NULL,
    failures   INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_by_due ON mail (due_at);

-- Only ever appended to. It refers to users and passkeys, but outlives them: no foreign keys.
CREATE TABLE audit (
    sequence   INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    action     TEXT    NOT NULL,
    outcome    TEXT    NOT NULL,
    code       TEXT,
    actor_kind TEXT    NOT NULL,
    actor      BLOB,    -- NULL for a user's own doings: the actor is then `user`
    user       BLOB,
    passkey    BLOB,
    session    BLOB,
    request_id ANY,     -- BLOB when it is a UUID, otherwise TEXT
    network    TEXT,
    device     TEXT
) STRICT;
CREATE INDEX audit_by_user ON audit (sequence >> 11, user) WHERE user IS NOT NULL;
