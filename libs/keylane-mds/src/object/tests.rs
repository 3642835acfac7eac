use proptest::prelude::*;

use super::*;

#[test]
fn members_that_nobody_takes_keep_their_text() {
    let mut object =
        Object::parse(r#"{"b": {"x" : [1e2, "\u0041"]},"a":1.0,"n\u0061me":"N"}"#).unwrap();
    assert_eq!(object.take_text("name").as_deref(), Some("N"));
    let others: Vec<_> = object.others().into_iter().map(|it| (it.name, it.json)).collect();
    let expected = [("a", "1.0"), ("b", r#"{"x" : [1e2, "\u0041"]}"#)];
    assert_eq!(others, expected.map(|(name, json)| (name.into(), json.into())));
}

#[test]
fn members_of_another_type_stay() {
    let mut object = Object::parse(r#"{"version":"5","day":"soon","words":["a",1]}"#).unwrap();
    assert_eq!(object.take::<u64>("version"), None);
    assert_eq!(object.take_date("day"), None);
    assert_eq!(object.take_texts::<Box<str>>("words"), None);
    assert_eq!(object.others().len(), 3);
}

#[test]
fn what_is_not_one_object_is_refused() {
    for json in ["", "[]", "{", "{}{}", "{} x", "{a:1}", r#"{"a":1,}"#, r#"{"a":tru}"#, "null"] {
        check(json, Err(JsonError::Malformed));
    }
}

#[test]
fn member_that_comes_twice_is_refused() {
    check(r#"{"a":1,"b":2,"a":1}"#, Err(JsonError::DuplicateMember));
    check(r#"{"a":1,"\u0061":1}"#, Err(JsonError::DuplicateMember));
    check(r#"{"a":1,"a":1,"#, Err(JsonError::Malformed));
}

#[test]
fn members_are_bounded() {
    let members = |count| {
        let members: Vec<_> = (0..count).map(|at| format!(r#""x{at}":0"#)).collect();
        format!("{{{}}}", members.join(","))
    };
    check(&members(MEMBERS_MAX), Ok(MEMBERS_MAX));
    check(&members(MEMBERS_MAX + 1), Err(JsonError::TooMany));
}

#[test]
fn elements_are_bounded() {
    assert_eq!(list("[1, 2]", 2), Ok(vec!["1", "2"]));
    assert_eq!(list("[1, 2]", 1), Err(JsonError::TooMany));
    assert_eq!(list("[]", 0), Ok(vec![]));
    for json in ["", "{}", "[1", "[1,]", "[] []", "null"] {
        assert_eq!(list(json, 9), Err(JsonError::Malformed), "{json}");
    }
}

#[test]
fn deep_nesting_is_kept_unread() {
    let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    check(&deep, Ok(1));
}

proptest! {
    #[test]
    fn any_text_never_panics(json in r#"[\{\}\[\],:"a-c0-9\\tu ]{0,60}"#) {
        let _ = Object::parse(&json).map(Object::others);
        let _ = list(&json, 3);
    }
}

#[track_caller]
fn check(json: &str, expected: Result<usize, JsonError>) {
    assert_eq!(Object::parse(json).map(|object| object.others().len()), expected, "{json:.60}");
}
