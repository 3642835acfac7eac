//! The outbox.

use std::sync::Arc;

use keylane_model::{Change, MailOutcome, OutboxMail, UnixMillis};

use super::world::{MINUTE, World};
use crate::Store;

async fn due(world: &World, limit: u32) -> Vec<OutboxMail> {
    world.store.list_due_mails(world.now(), limit).await.unwrap()
}

async fn queued(world: &World, email: &str, due_at: UnixMillis) -> OutboxMail {
    let mail = OutboxMail { due_at, ..world.mail() };
    let code = world.code(email);
    world.commit(Change::IssueCode { code, mail: mail.clone() }).await.unwrap();
    mail
}

pub async fn mail_is_due_retried_and_settled(store: Arc<dyn Store>) {
    let world = World::new(store);
    let later = world.now().saturating_add_ms(MINUTE);
    let second = queued(&world, "bob@example.org", later).await;
    let first = queued(&world, "ada@example.org", world.now()).await;
    assert_eq!(due(&world, 10).await, std::slice::from_ref(&first));
    world.advance_ms(MINUTE);
    assert_eq!(due(&world, 10).await, [first.clone(), second.clone()]);
    assert_eq!(due(&world, 1).await, std::slice::from_ref(&first));

    let again = world.now().saturating_add_ms(MINUTE);
    let retry = Change::SettleMail { mail: first.id, outcome: MailOutcome::Retry(again) };
    world.commit(retry).await.unwrap();
    assert_eq!(due(&world, 10).await, std::slice::from_ref(&second));
    world.advance_ms(MINUTE);
    let first = OutboxMail { failures: 1, due_at: again, ..first };
    assert_eq!(due(&world, 10).await, [second.clone(), first.clone()]);

    for (mail, outcome) in [(first.id, MailOutcome::Delivered), (second.id, MailOutcome::GivenUp)] {
        world.commit(Change::SettleMail { mail, outcome }).await.unwrap();
    }
    assert_eq!(due(&world, 10).await, []);
    // Whoever settles late changes nothing.
    let late = Change::SettleMail { mail: first.id, outcome: MailOutcome::Retry(again) };
    world.commit(late).await.unwrap();
    assert_eq!(due(&world, 10).await, []);
}
