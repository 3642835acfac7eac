//! Reading the members of a request.
//!
//! A member that is there has its type; `null` counts as absent, as it does in the dictionaries of
//! WebIDL's callers. Members that this server does not know are passed over.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::answer::Refusal;

/// The member, unless it is absent.
pub(super) fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

/// A text of at most `bytes_max` bytes.
pub(super) fn text<'a>(
    object: &'a Map<String, Value>,
    name: &str,
    bytes_max: usize,
) -> Result<Option<&'a str>, Refusal> {
    let Some(value) = member(object, name) else { return Ok(None) };
    let text = value.as_str().ok_or_else(|| Refusal::member(name, "a text"))?;
    if text.is_empty() || text.len() > bytes_max {
        return Err(Refusal::member(name, &format!("between 1 and {bytes_max} bytes long")));
    }
    Ok(Some(text))
}

/// True or false.
pub(super) fn flag(object: &Map<String, Value>, name: &str) -> Result<Option<bool>, Refusal> {
    let Some(value) = member(object, name) else { return Ok(None) };
    value.as_bool().map(Some).ok_or_else(|| Refusal::member(name, "true or false"))
}

/// An object.
pub(super) fn object<'a>(
    object: &'a Map<String, Value>,
    name: &str,
) -> Result<Option<&'a Map<String, Value>>, Refusal> {
    let Some(value) = member(object, name) else { return Ok(None) };
    value.as_object().map(Some).ok_or_else(|| Refusal::member(name, "an object"))
}

/// A list.
pub(super) fn list<'a>(
    object: &'a Map<String, Value>,
    name: &str,
) -> Result<Option<&'a [Value]>, Refusal> {
    let Some(value) = member(object, name) else { return Ok(None) };
    let list = value.as_array().ok_or_else(|| Refusal::member(name, "a list"))?;
    Ok(Some(list))
}

/// One of the words of `T`.
pub(super) fn word<T: DeserializeOwned>(
    object: &Map<String, Value>,
    name: &str,
) -> Result<Option<T>, Refusal> {
    let Some(value) = member(object, name) else { return Ok(None) };
    let refusal = || Refusal::member(name, "a word that is known here");
    // serde would also take an object with one member in place of a word.
    if !value.is_string() {
        return Err(refusal());
    }
    serde_json::from_value(value.clone()).map(Some).map_err(|_| refusal())
}

/// A list of at most `entries_max` words of `T`, as it came.
pub(super) fn words<T: DeserializeOwned>(
    object: &Map<String, Value>,
    name: &str,
    entries_max: usize,
) -> Result<Option<Value>, Refusal> {
    let Some(words) = list(object, name)? else { return Ok(None) };
    let known =
        |value: &Value| value.is_string() && serde_json::from_value::<T>(value.clone()).is_ok();
    if words.len() > entries_max || !words.iter().all(known) {
        return Err(Refusal::member(name, "a short list of words that are known here"));
    }
    Ok(Some(words.into()))
}
