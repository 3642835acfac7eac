//! Tests that every store must pass: the promises of [`Store`](crate::Store), one function each.
//!
//! A backend's test file hands [`conformance!`](crate::conformance!) a way to open an empty store
//! and gets each promise as a test of its own name. The races are real: as many tasks as it says,
//! all at once.

#![allow(clippy::unwrap_used, reason = "a test panics when a promise is broken")]

mod audit;
mod ceremony;
mod code;
mod key;
mod mail;
mod metadata;
mod nodes;
mod passkey;
mod session;
mod sweep;
mod user;
mod world;

pub use audit::*;
pub use ceremony::*;
pub use code::*;
pub use key::*;
pub use mail::*;
pub use metadata::*;
pub use nodes::*;
pub use passkey::*;
pub use session::*;
pub use sweep::*;
pub use user::*;

/// Makes a test of each promise. `$open` is called without arguments for each of them and answers
/// with an empty `Arc<dyn Store>`.
#[macro_export]
macro_rules! conformance {
    ($open:expr) => {
        $crate::conformance_tests! { $open,
            audit_has_one_entry_for_each_change,
            audit_has_no_entry_for_a_refusal,
            audit_sequence_has_no_gaps,
            audit_tells_who_did_what_from_where,
            audit_is_read_by_user_action_and_position,
            ceremony_is_spent_once_by_many_at_once,
            ceremony_of_a_refused_change_is_not_spent,
            authentication_opens_a_session_and_ends_the_one_it_replaces,
            authentication_keeps_the_larger_counter,
            authentication_with_a_passkey_that_is_not_active_is_refused,
            authentication_with_another_users_passkey_is_refused,
            authentication_works_when_the_clock_was_set_back,
            code_attempts_are_shared_by_parallel_guesses,
            code_dies_when_it_expires,
            code_dies_when_a_newer_one_is_issued,
            code_opens_one_account,
            code_opens_no_account_for_another_address,
            code_that_is_a_decoy_opens_nothing,
            code_signs_in_who_has_no_passkey,
            sign_up_race_for_a_handle_has_one_winner,
            key_ring_keeps_what_is_installed_until_it_is_retired,
            mail_is_due_retried_and_settled,
            metadata_is_read_back_as_it_was_stored,
            metadata_never_goes_back,
            metadata_that_is_refused_leaves_only_its_entry,
            models_are_listed_in_pages_without_what_was_removed,
            judgement_is_seen_by_the_next_sign_in,
            judgement_that_holds_ends_the_sessions,
            judgement_leaves_the_last_usable_passkey_unless_told,
            judgement_of_a_held_passkey_is_noted,
            judgement_of_a_removed_passkey_is_refused,
            passkey_is_read_back_as_it_was_registered,
            passkey_with_a_known_credential_id_is_refused,
            passkey_raises_the_session_that_asked,
            passkey_raises_a_session_only_while_it_is_the_first,
            passkey_asked_for_by_a_dead_session_is_refused,
            passkeys_of_one_user_are_bounded,
            passkey_revoked_ends_the_sessions_it_opened_and_only_these,
            passkey_that_is_the_last_is_kept_unless_told,
            passkey_that_is_the_last_is_kept_in_a_race,
            passkey_held_can_be_released,
            passkey_is_not_held_for_a_ceremony_that_is_spent,
            passkey_reads_are_fresh_after_each_commit,
            passkey_counts_follow_registration_and_revocation,
            passkey_last_use_follows_from_sessions,
            session_is_found_while_it_is_alive,
            session_ends_once,
            sessions_end_together,
            sessions_are_listed_newest_first,
            refresh_race_has_one_winner,
            refresh_of_a_dead_session_is_refused,
            sweep_removes_only_what_expired,
            sweep_removes_mails_that_nobody_delivers,
            sweep_carries_the_last_use_over,
            sweep_of_nothing_leaves_no_entry,
            sweep_of_many_goes_on_until_it_is_done,
            user_is_found_by_id_and_by_handle,
            user_locked_has_no_session_and_cannot_sign_in,
            user_that_does_not_exist_cannot_be_locked,
            administrator_race_has_one_winner,
            users_are_listed_in_pages,
            statistics_count_what_is_there,
            store_answers_a_ping,
        }
    };
}

/// Makes a test of each promise that two stores on the same data keep. `$open` is called without
/// arguments for each of them and answers with two `Arc<dyn Store>` and something that holds
/// their data.
#[macro_export]
macro_rules! conformance_of_nodes {
    ($open:expr) => {
        $crate::conformance_tests! { nodes $open,
            nodes_refuse_a_sign_in_that_goes_by_an_old_copy,
            nodes_let_in_whom_another_unlocked,
            nodes_spend_a_ceremony_once_between_them,
            nodes_count_the_tries_of_a_code_together,
        }
    };
}

/// The other half of [`conformance!`](crate::conformance!).
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_tests {
    (nodes $open:expr, $($name:ident,)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $name() {
            let open = $open;
            let (one, two, _data) = open();
            $crate::conformance::$name(one, two).await;
        }
    )+};
    ($open:expr, $($name:ident,)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $name() {
            let open = $open;
            $crate::conformance::$name(open()).await;
        }
    )+};
}
