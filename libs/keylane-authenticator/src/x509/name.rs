//! Names of issuers and subjects (RFC 5280, §4.1.2.4).

use super::der;

/// A distinguished name: relative distinguished names, each a set of attributes. It may be
/// empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name(pub Vec<Vec<Attribute>>);

/// One attribute of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The type, as the arcs of its object identifier.
    pub oid: Vec<u64>,
    /// How the text is written.
    pub string_type: StringType,
    /// The text.
    pub text: String,
}

/// The ASN.1 type of a text in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StringType {
    /// `UTF8String`.
    Utf8,
    /// `PrintableString`, which is what a country has to be.
    Printable,
}

impl Attribute {
    /// An attribute in UTF-8.
    #[must_use]
    pub fn utf8(oid: &[u64], text: &str) -> Self {
        Self { oid: oid.to_vec(), string_type: StringType::Utf8, text: text.to_owned() }
    }

    /// An attribute as `PrintableString`.
    #[must_use]
    pub fn printable(oid: &[u64], text: &str) -> Self {
        Self { string_type: StringType::Printable, ..Self::utf8(oid, text) }
    }

    fn to_der(&self) -> Vec<u8> {
        let text = match self.string_type {
            StringType::Utf8 => der::utf8_string(&self.text),
            StringType::Printable => der::printable_string(&self.text),
        };
        der::sequence(&[der::oid(&self.oid), text])
    }
}

impl Name {
    /// `id-at-commonName`.
    pub const COMMON_NAME: [u64; 4] = [2, 5, 4, 3];
    /// `id-at-countryName`.
    pub const COUNTRY: [u64; 4] = [2, 5, 4, 6];
    /// `id-at-organizationName`.
    pub const ORGANIZATION: [u64; 4] = [2, 5, 4, 10];
    /// `id-at-organizationalUnitName`.
    pub const ORGANIZATIONAL_UNIT: [u64; 4] = [2, 5, 4, 11];

    /// A name of these attributes, each in a relative distinguished name of its own.
    #[must_use]
    pub fn new(attributes: Vec<Attribute>) -> Self {
        Self(attributes.into_iter().map(|attribute| vec![attribute]).collect())
    }

    /// A name of nothing but a common name.
    #[must_use]
    pub fn common(text: &str) -> Self {
        Self::new(vec![Attribute::utf8(&Self::COMMON_NAME, text)])
    }

    /// The same name without the attributes of this type.
    #[must_use]
    pub fn without(mut self, oid: &[u64]) -> Self {
        for set in &mut self.0 {
            set.retain(|attribute| attribute.oid != oid);
        }
        self.0.retain(|set| !set.is_empty());
        self
    }

    /// Gives every attribute of this type another text.
    #[must_use]
    pub fn with_text(mut self, oid: &[u64], text: &str) -> Self {
        for attribute in self.0.iter_mut().flatten().filter(|it| it.oid == oid) {
            text.clone_into(&mut attribute.text);
        }
        self
    }

    /// The encoded name.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let set = |attributes: &Vec<Attribute>| {
            der::set_of(&attributes.iter().map(Attribute::to_der).collect::<Vec<_>>())
        };
        der::sequence(&self.0.iter().map(set).collect::<Vec<_>>())
    }
}
