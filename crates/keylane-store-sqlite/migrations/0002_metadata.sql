-- The last good metadata of authenticators, as it was fetched. There is one row at most.
CREATE TABLE metadata (
    one           INTEGER PRIMARY KEY CHECK (one = 1),
    number        INTEGER NOT NULL,
    next_update   INTEGER NOT NULL,
    fetched_at    INTEGER NOT NULL,
    source        TEXT    NOT NULL,
    etag          TEXT,
    last_modified TEXT,
    sha256        BLOB    NOT NULL,
    blob          BLOB    NOT NULL -- last, so that the rest is read without it
) STRICT;

-- Whether an attestation proves the model, by which key, and what metadata says of the model.
ALTER TABLE passkey ADD COLUMN model_proven INTEGER NOT NULL DEFAULT 0;
ALTER TABLE passkey ADD COLUMN model_key BLOB;
ALTER TABLE passkey ADD COLUMN model_standing TEXT NOT NULL DEFAULT 'model_clear';
