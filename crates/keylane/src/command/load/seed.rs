//! People for a server that is not started yet: their accounts and passkeys are made by the same
//! use cases that the server runs, on the same store, only without waiting for the disk.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use keylane_authenticator::{Authenticator, AuthenticatorConfig};
use keylane_model::{Delivery, EmailAddress, RequestContext, SystemClock, SystemEntropy};
use keylane_service::{CodeSent, Current, Mail, MailError, Mailer, Place, Service};
use keylane_store_sqlite::{Durability, SqliteOptions, SqliteStore};
use keylane_webauthn::RegistrationResponse;
use secrecy::{ExposeSecret, SecretString};
use tokio::task::JoinSet;

use super::person::Person;
use crate::command::demo::refused;
use crate::config::Config;
use crate::failure::Failure;
use crate::wiring;

/// People who arrive at the same time.
const GROUP: u32 = 256;

/// Makes `count` people in the store that `config` names.
pub(super) async fn people(
    config: &Config,
    count: u32,
    keys: &AuthenticatorConfig,
) -> Result<Vec<Person>, Failure> {
    wiring::make_data_directory(&config.store.path)?;
    // Before there is a database, because it is made only then.
    wiring::master_key(&config.store, &SystemEntropy)?;
    let options = SqliteOptions { durability: Durability::ProcessEnd, ..SqliteOptions::default() };
    let store = SqliteStore::open(&config.store.database(), options)?;
    let mut people = Vec::new();
    for first in (0..count).step_by(wiring::size(GROUP)) {
        // A fresh one for each group: the limit on codes counts so many handles in so few places
        // that a hundred thousand of them at once would meet there.
        let master_key = wiring::master_key(&config.store, &SystemEntropy)?;
        let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
        let service_config = wiring::service_config(config)?;
        let service =
            wiring::start_service(config, service_config, &store, clock, entropy, master_key)
                .await?;
        people.extend(group(&service, first..count.min(first + GROUP), keys).await?);
    }
    store.close().await;
    Ok(people)
}

async fn group(
    service: &Arc<Service>,
    numbers: std::ops::Range<u32>,
    keys: &AuthenticatorConfig,
) -> Result<Vec<Person>, Failure> {
    let mut asking = JoinSet::new();
    for number in numbers {
        let service = service.clone();
        asking.spawn(async move {
            let email: EmailAddress =
                format!("load{number}@example.org").parse().map_err(failed)?;
            let sent = service.begin_sign_up(&email, RequestContext::default()).await;
            sent.map(|sent| (email, sent)).map_err(failed)
        });
    }
    let mut asked: Vec<(EmailAddress, CodeSent)> = Vec::new();
    while let Some(joined) = asking.join_next().await {
        asked.push(joined.map_err(failed)??);
    }
    let mailer = CodeCatcher::default();
    deliver_all(service, &mailer).await?;

    let mut entering = JoinSet::new();
    for (email, sent) in asked {
        let code = mailer.code(&email)?;
        let (service, keys) = (service.clone(), keys.clone());
        entering.spawn(async move { enter(&service, sent, &code, keys).await });
    }
    let mut people = Vec::new();
    while let Some(joined) = entering.join_next().await {
        people.push(joined.map_err(failed)??);
    }
    // Notices about new passkeys would be the measured server's first work.
    deliver_all(service, &mailer).await?;
    Ok(people)
}

async fn enter(
    service: &Service,
    sent: CodeSent,
    code: &SecretString,
    keys: AuthenticatorConfig,
) -> Result<Person, Failure> {
    let origin = service.relying_party().own_origin.clone();
    let place = Place {
        origin: origin.clone(),
        delivery: Delivery::Tokens,
        binding: None,
        request: RequestContext::default(),
    };
    let code = code.expose_secret();
    let opened = service.verify_sign_up(sent.signup, code, place.clone()).await.map_err(failed)?;
    let current: Current = resolve(service, &opened.tokens).await?;
    let begun = service.begin_registration(&current, &place).await.map_err(failed)?;
    let options = serde_json::to_string(&begun.options).map_err(failed)?;
    let mut authenticator = Authenticator::new(keys);
    let answer = authenticator.create(&options, origin.as_str()).map_err(refused)?;
    let response = RegistrationResponse::from_json(&answer).map_err(failed)?;
    service.finish_registration(&current, &response, None, place).await.map_err(failed)?;
    Ok(Person { authenticator })
}

async fn resolve(service: &Service, tokens: &keylane_service::Tokens) -> Result<Current, Failure> {
    let current = match tokens {
        keylane_service::Tokens::Bearer { access_token, .. } => {
            service.resolve_access_token(access_token.expose_secret()).await.map_err(failed)?
        }
        keylane_service::Tokens::Cookie { .. } => None,
    };
    current.ok_or_else(|| Failure::refused("the session of a prepared user is not alive."))
}

async fn deliver_all(service: &Service, mailer: &CodeCatcher) -> Result<(), Failure> {
    while service.deliver_mails(mailer).await?.sent > 0 {}
    Ok(())
}

/// Keeps the code of each mail.
#[derive(Default)]
struct CodeCatcher(Mutex<HashMap<EmailAddress, SecretString>>);

impl std::fmt::Debug for CodeCatcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeCatcher(…)")
    }
}

impl CodeCatcher {
    fn code(&self, email: &EmailAddress) -> Result<SecretString, Failure> {
        let codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        codes.get(email).cloned().ok_or_else(|| Failure::refused("a code did not arrive."))
    }
}

#[async_trait]
impl Mailer for CodeCatcher {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        if let Some(code) = &mail.code {
            let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            codes.insert(mail.to.clone(), code.clone());
        }
        Ok(())
    }
}

fn failed(err: impl std::fmt::Display) -> Failure {
    Failure::refused(format!("users could not be prepared: {err}."))
}
