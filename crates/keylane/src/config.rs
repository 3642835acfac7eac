//! The configuration: defaults, one TOML file, the environment, a few flags; later ones win.
//!
//! Nothing needs to be configured to start. What is configured must be right: an unknown key or a
//! value that cannot be is an error which names its place and the way out, never a shrug.
//!
//! One file per section. A section lists its [`Key`]s; messages, `keylane config show` and the
//! reference are made from them. Only this crate sees configuration: what lies below gets values.

mod application;
mod authenticators;
mod duration;
mod file;
mod key;
mod limits;
mod log;
mod mail;
mod metadata;
mod policy;
mod problem;
mod reader;
pub(crate) mod reference;
mod server;
mod session;
mod sources;
mod store;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

pub(crate) use application::Application;
pub(crate) use authenticators::{Authenticators, VendorRoots};
pub(crate) use file::ConfigFile;
pub(crate) use key::{Key, Value};
pub(crate) use limits::Limits;
pub(crate) use log::{FORMAT as LOG_FORMAT, Log, LogFormat};
pub(crate) use mail::Mail;
pub(crate) use metadata::{Metadata, Source};
pub(crate) use policy::Policy;
pub(crate) use problem::Problem;
pub(crate) use reader::Setting;
pub(crate) use server::{LISTEN, Mode, OPS_LISTEN, PUBLIC_URL, PublicUrl, Server};
pub(crate) use session::Session;
pub(crate) use sources::Sources;
pub(crate) use store::{PATH as STORE_PATH, Store};

/// Every key, section by section.
pub(crate) static KEYS: LazyLock<Vec<&'static Key>> = LazyLock::new(|| {
    let sections = [
        server::KEYS,
        application::KEYS,
        store::KEYS,
        mail::KEYS,
        session::KEYS,
        policy::KEYS,
        authenticators::KEYS,
        metadata::KEYS,
        limits::KEYS,
        log::KEYS,
    ];
    sections.concat()
});

/// The whole configuration.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) server: Server,
    pub(crate) application: Application,
    pub(crate) store: Store,
    pub(crate) mail: Mail,
    pub(crate) session: Session,
    pub(crate) policy: Policy,
    pub(crate) authenticators: Authenticators,
    pub(crate) metadata: Metadata,
    pub(crate) limits: Limits,
    pub(crate) log: Log,
    /// Every key's value, with where it came from.
    pub(crate) settings: Vec<Setting>,
}

impl Config {
    /// Puts the layers together.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, in the order of the layers.
    pub(crate) fn load(sources: &Sources) -> Result<Self, Vec<Problem>> {
        let mut reader = reader::Reader::new(sources);
        let server = Server::read(&mut reader);
        let application = Application::read(&mut reader, &server.public_url);
        let mut config = Self {
            server,
            application,
            store: Store::read(&mut reader),
            mail: Mail::read(&mut reader),
            session: Session::read(&mut reader),
            policy: Policy::read(&mut reader),
            authenticators: Authenticators::read(&mut reader),
            metadata: Metadata::read(&mut reader),
            limits: Limits::read(&mut reader),
            log: Log::read(&mut reader),
            settings: Vec::new(),
        };
        config.metadata.compare(&config.policy, &mut reader);
        config.authenticators.object_without_metadata(config.metadata.source, &mut reader);
        let (settings, problems) = reader.finish();
        config.settings = settings;
        if problems.is_empty() { Ok(config) } else { Err(problems) }
    }

    /// Whether Keylane runs on somebody's own machine or for the world.
    pub(crate) fn mode(&self) -> Mode {
        self.server.public_url.mode()
    }
}
