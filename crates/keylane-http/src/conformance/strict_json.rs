//! JSON of which every byte counts: UTF-8, shallow, and no member twice at any depth.
//!
//! Members that nobody reads are part of it. Of two members with one name a suite, a proxy and the
//! verifier could each see another one.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::answer::Refusal;
use crate::extract::depth_is_sound;

/// The object that the body is.
pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    let text = std::str::from_utf8(body).map_err(|_| Refusal::INVALID_UTF8)?;
    if !depth_is_sound(body) {
        return Err(Refusal::TOO_DEEP);
    }
    match serde_json::from_str::<Strict>(text) {
        Ok(Strict(Value::Object(object))) => Ok(object),
        Ok(_) => Err(Refusal::NOT_AN_OBJECT),
        Err(err) if err.is_data() => Err(Refusal::DUPLICATE_MEMBER),
        Err(_) => Err(Refusal::INVALID_JSON),
    }
}

/// A value without repeated members. A repetition is its only error that is not one of syntax.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let Strict(value) = members.next_value()?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a member comes twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_is_read_as_it_is() {
        let text = r#"{"a":[1,-2,1.5,"x",null,true],"b":{"c":{}}}"#;
        let read = object(text.as_bytes()).unwrap();
        assert_eq!(Value::Object(read), serde_json::from_str::<Value>(text).unwrap());
    }

    #[test]
    fn member_that_comes_twice_is_refused_at_any_depth() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{"a":[{"b":1,"b":2}]}"#,
            r#"{"a":1,"\u0061":2}"#,
        ] {
            check(text.as_bytes(), "duplicate_member");
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in
            ["", " ", "{", "{\"a\":1", "{} {}", "{'a':1}", "{\"a\":1,}", "nul", "{\"a\":1e999}"]
        {
            check(text.as_bytes(), "invalid_json");
        }
        check("\u{feff}{}".as_bytes(), "invalid_json");
        check(br#"{"a":"\ud800"}"#, "invalid_json");
    }

    #[test]
    fn what_is_not_utf8_is_refused() {
        check(b"{\"a\":\"\xff\"}", "invalid_utf8");
        check(b"{\"a\":\"\xed\xa0\x80\"}", "invalid_utf8");
    }

    #[test]
    fn json_that_is_no_object_is_refused() {
        for text in ["[]", "null", "1", "\"a\"", "[{}]"] {
            check(text.as_bytes(), "not_an_object");
        }
    }

    #[test]
    fn a_thousand_levels_are_refused() {
        check(format!("{}{}", "[".repeat(1000), "]".repeat(1000)).as_bytes(), "json_too_deep");
        check("{\"a\":".repeat(100_000).as_bytes(), "json_too_deep");
    }

    #[track_caller]
    fn check(body: &[u8], code: &str) {
        assert_eq!(object(body).unwrap_err().code, code, "{}", String::from_utf8_lossy(body));
    }
}
