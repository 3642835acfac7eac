//! What the HTTP side is told by whoever starts it. Nothing here reads a file or the environment.

use ipnet::IpNet;

/// How the HTTP side behaves.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Development or production.
    pub mode: Mode,
    /// Where mails go; pages tell people where to look.
    pub mail: MailDelivery,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Limits of single requests.
    pub requests: RequestLimits,
    /// Limits per address.
    pub rates: RateLimits,
}

impl HttpConfig {
    /// Everything at its default.
    #[must_use]
    pub fn new(mode: Mode) -> Self {
        let rates = match mode {
            Mode::Development => RateLimits::development(),
            Mode::Production => RateLimits::default(),
        };
        let mail = match mode {
            Mode::Development => MailDelivery::Mailbox,
            Mode::Production => MailDelivery::Smtp,
        };
        let requests = RequestLimits::default();
        Self { mode, mail, trusted_proxies: Vec::new(), requests, rates }
    }
}

/// What the server is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// On a developer's machine: problems say how to fix them, mails can be read on a page.
    Development,
    /// For real.
    Production,
}

/// Where mails go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailDelivery {
    /// To the page `/dev/mailbox`.
    Mailbox,
    /// To a mail server.
    Smtp,
}

/// Limits of single requests and of all of them together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestLimits {
    /// Longest body.
    pub body_bytes_max: usize,
    /// How long a body may take to arrive.
    pub body_timeout_ms: u64,
    /// How long an answer may take.
    pub request_timeout_ms: u64,
    /// How many requests are worked on at once; more are turned away.
    pub concurrent_max: usize,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            body_bytes_max: 64 * 1024,
            body_timeout_ms: 10_000,
            request_timeout_ms: 15_000,
            concurrent_max: 4_096,
        }
    }
}

/// Limits per address (IPv4) or network of 64 bits (IPv6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimits {
    /// Every call of the API.
    pub usual: Rate,
    /// Calls that send a mail.
    pub mail: Rate,
    /// Calls that somebody could guess with.
    pub guess: Rate,
    /// Addresses that are not counted: monitors and load tests.
    pub exempt: Vec<IpNet>,
}

/// `burst` at once, then one per `period_ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many may come at once; zero counts as one.
    pub burst: u32,
    /// Then one in this time; zero counts as one.
    pub period_ms: u64,
}

impl Default for RateLimits {
    /// A whole office behind one address signs in without noticing; a guesser gets nowhere.
    fn default() -> Self {
        Self {
            usual: Rate { burst: 300, period_ms: 20 },
            mail: Rate { burst: 20, period_ms: 6_000 },
            guess: Rate { burst: 30, period_ms: 3_000 },
            exempt: Vec::new(),
        }
    }
}

impl RateLimits {
    /// Limits that a developer's tests do not run into.
    #[must_use]
    pub fn development() -> Self {
        Self {
            usual: Rate { burst: 100_000, period_ms: 1 },
            mail: Rate { burst: 1_000, period_ms: 50 },
            guess: Rate { burst: 1_000, period_ms: 50 },
            exempt: Vec::new(),
        }
    }
}
