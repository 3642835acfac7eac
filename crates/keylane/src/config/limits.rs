//! `[limits]`: how often one address may try.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::key::{Key, Shape, Value};
use super::reader::Reader;
use super::server::Network;

pub(super) const KEYS: &[&Key] = &[&PER_ADDRESS, &EXEMPT];

pub(crate) static PER_ADDRESS: Key = Key::open(
    "limits",
    "per_address",
    "\"on\" or \"off\"",
    "Whether requests are counted by address and, when there are too many, answered with 429 and \
     Retry-After. Nobody is ever locked out. `off` is for load tests.",
);
static EXEMPT: Key = Key::open(
    "limits",
    "exempt",
    "a list of addresses or networks such as [\"10.0.0.0/8\", \"::1\"]",
    "Addresses whose requests are not counted, such as a monitor's.",
);

/// `[limits]`.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    per_address: Switch,
    exempt: Vec<IpNet>,
}

impl Limits {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let per_address = reader.value(&PER_ADDRESS, Switch::On);
        let exempt: Vec<Network> = reader.value(&EXEMPT, Vec::new());
        Self { per_address, exempt: exempt.into_iter().map(|it| it.0).collect() }
    }

    /// Networks whose requests are not counted.
    pub(crate) fn uncounted(&self) -> Vec<IpNet> {
        match self.per_address {
            Switch::On => self.exempt.clone(),
            Switch::Off => vec![Ipv4Net::default().into(), Ipv6Net::default().into()],
        }
    }
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Switch {
    On,
    Off,
}

impl Value for Switch {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        [Self::On, Self::Off].into_iter().find(|it| it.show() == text)
    }

    fn show(&self) -> String {
        match self {
            Self::On => "on".to_owned(),
            Self::Off => "off".to_owned(),
        }
    }
}
