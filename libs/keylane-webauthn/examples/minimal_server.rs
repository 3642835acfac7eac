//! A passkey server in memory: run it, open <http://localhost:8080>, register, sign in.
use axum::{Json, Router, extract::State, http::StatusCode, response::Html, routing};
use keylane_webauthn::*;
use std::{collections::HashMap, error::Error, sync::Arc, time::SystemTime};
use tokio::{net::TcpListener, sync::Mutex};

/// Ceremonies by their challenge: taken out by the first answer, so that none is answered twice.
struct Site {
    origin: Origin,
    registrations: HashMap<Vec<u8>, (PendingRegistration, UserEntity)>,
    sign_ins: HashMap<Vec<u8>, PendingAuthentication>,
    passkeys: HashMap<CredentialId, (CredentialRecord, String)>,
}
type Shared = State<Arc<Mutex<Site>>>;
type Reply<T> = Result<T, Refused>;
struct Refused(String);

async fn begin_registration(State(site): Shared, name: String) -> Reply<Json<CreationOptions>> {
    let mut site = site.lock().await;
    let user = UserEntity { id: random()?.try_into()?, name: name.clone(), display_name: name };
    let rp = RelyingPartyEntity { id: "localhost".parse()?, name: "Minimal".into() };
    let options = CreationOptions::passkey(rp, user, random()?);
    let (deadline, policy) = (now()?.saturating_add_ms(300_000), AttestationPolicy::default());
    let ceremony = options.ceremony(site.origin.clone(), Mediation::Modal, policy, deadline);
    let begun = (PendingRegistration::new(ceremony), options.user.clone());
    site.registrations.insert(options.challenge.clone(), begun);
    Ok(Json(options))
}
async fn finish_registration(State(site): Shared, answer: String) -> Reply<String> {
    let mut site = site.lock().await;
    let response = RegistrationResponse::from_json(&answer)?;
    let begun = site.registrations.remove(&response.unverified_challenge().unwrap_or_default());
    let (pending, user) = begun.ok_or("unknown ceremony")?;
    let record = pending.verify(&response, now()?)?.obligations(user.id).store_if_id_is_unique;
    if site.passkeys.contains_key(&record.id) {
        return Err("this passkey is registered already".into());
    }
    site.passkeys.insert(record.id.clone(), (record, user.name));
    Ok("registered".into())
}
async fn begin_sign_in(State(site): Shared) -> Reply<Json<RequestOptions>> {
    let mut site = site.lock().await;
    let options = RequestOptions::passkey("localhost".parse()?, random()?);
    let ceremony = options.ceremony(site.origin.clone(), now()?.saturating_add_ms(300_000));
    site.sign_ins.insert(options.challenge.clone(), PendingAuthentication::new(ceremony));
    Ok(Json(options))
}
async fn finish_sign_in(State(site): Shared, answer: String) -> Reply<String> {
    let mut site = site.lock().await;
    let response = AuthenticationResponse::from_json(&answer)?;
    let begun = site.sign_ins.remove(&response.unverified_challenge().unwrap_or_default());
    let found = site.passkeys.get_mut(response.credential_id()).ok_or("unknown passkey")?;
    let verified = begun.ok_or("unknown ceremony")?.verify(&response, &found.0, now()?)?;
    verified.obligations().apply(&mut found.0);
    Ok(format!("signed in as {}", found.1))
}
impl<E: Into<Box<dyn Error>>> From<E> for Refused {
    fn from(err: E) -> Self {
        Self(err.into().to_string())
    }
}
impl axum::response::IntoResponse for Refused {
    fn into_response(self) -> axum::response::Response {
        (StatusCode::BAD_REQUEST, self.0).into_response()
    }
}
fn random() -> Reply<Vec<u8>> {
    let mut bytes = vec![0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map(|()| bytes).map_err(Refused::from)
}
fn now() -> Reply<UnixMillis> {
    Ok(UnixMillis(SystemTime::UNIX_EPOCH.elapsed()?.as_millis().try_into()?))
}
pub async fn serve(listener: TcpListener) -> Result<(), Box<dyn Error>> {
    let origin = format!("http://localhost:{}", listener.local_addr()?.port()).parse()?;
    let (registrations, sign_ins, passkeys) = Default::default();
    let site = Arc::new(Mutex::new(Site { origin, registrations, sign_ins, passkeys }));
    let router = Router::new()
        .route("/", routing::get(async || Html(PAGE)))
        .route("/register", routing::post(begin_registration).put(finish_registration))
        .route("/sign-in", routing::post(begin_sign_in).put(finish_sign_in))
        .with_state(site);
    Ok(axum::serve(listener, router).await?)
}
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    serve(TcpListener::bind("localhost:8080").await?).await
}
const PAGE: &str = r#"<!doctype html><meta charset="utf-8"><input id="who"><p id="said"></p>
<button id="register">Register</button><button id="signIn">Sign in</button><script type="module">
const send = (path, method, body) => fetch(path, { method, body });
const begin = async (path, body) => (await send(path, "POST", body)).json();
const finish = async (path, it) => (await send(path, "PUT", JSON.stringify(it))).text();
const button = (it, act) => it.onclick = async () => said.textContent = await act().catch(String);
button(register, async () => finish("register", await navigator.credentials.create({ publicKey:
  PublicKeyCredential.parseCreationOptionsFromJSON(await begin("register", who.value)) })));
button(signIn, async () => finish("sign-in", await navigator.credentials.get({ publicKey:
  PublicKeyCredential.parseRequestOptionsFromJSON(await begin("sign-in")) })));
</script>"#;
