//! Serialising `clientDataJSON`: WebAuthn Level 3, §5.8.1.1.

use crate::encoding::base64url;

/// What goes into `clientDataJSON`, open to change before it is hashed and signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientDataParts {
    /// The member `type`: `webauthn.create` or `webauthn.get`.
    pub kind: String,
    /// The challenge as it will stand in the JSON: base64url without padding.
    pub challenge: String,
    /// The origin of the page.
    pub origin: String,
    /// `crossOrigin`; the member is absent when `None`. A browser always writes it.
    pub cross_origin: Option<bool>,
    /// `topOrigin`, which a browser writes only inside a frame of another origin.
    pub top_origin: Option<String>,
    /// Members appended after these, as name and JSON text of the value. A name that is
    /// already there makes a doubled member.
    pub extra: Vec<(String, String)>,
    /// When set, these bytes stand for the whole of `clientDataJSON`.
    pub raw: Option<Vec<u8>>,
}

impl ClientDataParts {
    pub(crate) fn new(kind: &str, challenge: &[u8], origin: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            challenge: base64url(challenge),
            origin: origin.to_owned(),
            cross_origin: Some(false),
            top_origin: None,
            extra: Vec::new(),
            raw: None,
        }
    }

    /// The bytes of `clientDataJSON`: the members in the order and with the escapes of
    /// §5.8.1.1, without any white space.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        if let Some(raw) = &self.raw {
            return raw.clone();
        }
        let mut out = String::with_capacity(160 + self.origin.len());
        out.push_str("{\"type\":");
        push_json_string(&mut out, &self.kind);
        out.push_str(",\"challenge\":");
        push_json_string(&mut out, &self.challenge);
        out.push_str(",\"origin\":");
        push_json_string(&mut out, &self.origin);
        if let Some(cross_origin) = self.cross_origin {
            out.push_str(if cross_origin {
                ",\"crossOrigin\":true"
            } else {
                ",\"crossOrigin\":false"
            });
        }
        if let Some(top_origin) = &self.top_origin {
            out.push_str(",\"topOrigin\":");
            push_json_string(&mut out, top_origin);
        }
        for (name, value) in &self.extra {
            out.push(',');
            push_json_string(&mut out, name);
            out.push(':');
            out.push_str(value);
        }
        out.push('}');
        out.into_bytes()
    }
}

/// `CCDToString` of §5.8.1.2: only the quote, the backslash and control characters are escaped.
fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{0}'..='\u{1f}' => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::ClientDataParts;

    const PLAIN: &str = r#"{"type":"webauthn.get","challenge":"AQID","origin":"https://example.org","crossOrigin":false}"#;

    #[test]
    fn members_stand_in_the_order_of_the_specification() {
        check(|_| {}, PLAIN);
    }

    #[test]
    fn top_origin_follows_cross_origin() {
        check(
            |parts| {
                parts.cross_origin = Some(true);
                parts.top_origin = Some("https://top.example".into());
            },
            r#"{"type":"webauthn.get","challenge":"AQID","origin":"https://example.org","crossOrigin":true,"topOrigin":"https://top.example"}"#,
        );
    }

    #[test]
    fn only_quote_backslash_and_control_characters_are_escaped() {
        check(
            |parts| {
                parts.origin = "a\"b\\c\u{1f}\u{7f}é/".into();
                parts.cross_origin = None;
            },
            "{\"type\":\"webauthn.get\",\"challenge\":\"AQID\",\"origin\":\"a\\\"b\\\\c\\u001f\u{7f}é/\"}",
        );
    }

    #[test]
    fn extra_members_come_last_even_when_doubled() {
        check(
            |parts| {
                parts.cross_origin = None;
                parts.extra = vec![("type".into(), "\"webauthn.create\"".into())];
            },
            r#"{"type":"webauthn.get","challenge":"AQID","origin":"https://example.org","type":"webauthn.create"}"#,
        );
    }

    #[test]
    fn raw_bytes_replace_everything() {
        check(|parts| parts.raw = Some(b"nonsense".to_vec()), "nonsense");
    }

    #[track_caller]
    fn check(edit: impl FnOnce(&mut ClientDataParts), expected: &str) {
        let mut parts = ClientDataParts::new("webauthn.get", &[1, 2, 3], "https://example.org");
        edit(&mut parts);
        assert_eq!(String::from_utf8(parts.to_bytes()).unwrap(), expected);
    }
}
