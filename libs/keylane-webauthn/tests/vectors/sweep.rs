//! Breaks every accepted vector in many ways, and expects a refusal each time: each part
//! cut at each byte, each bit flipped (of the large parts a sample), each member of each map and
//! object there twice.
//!
//! Not everything in a response is signed. What may be changed without being noticed is named in
//! [`excuse`], with the reason.

use std::ops::Range;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::cbor_map::{self, Map};
use crate::files::{paths, read};
use crate::format::{AuthenticationAsked, RegistrationAsked, Vector};
use crate::replay::{Outcome, bytes, replay_authentication, replay_registration, text};

/// Parts up to this size have every bit flipped.
const WHOLE_BYTES_MAX: usize = 400;
/// Of larger ones about as many bits are flipped, evenly spread.
const SAMPLED_BITS: usize = 200;

const REGISTRATION_PARTS: [&str; 2] = ["attestationObject", "clientDataJSON"];
const AUTHENTICATION_PARTS: [&str; 3] = ["authenticatorData", "signature", "clientDataJSON"];

#[test]
fn registrations_that_are_cut_anywhere_are_refused() {
    let mut count = 0;
    for mut case in registrations() {
        for part in REGISTRATION_PARTS {
            let whole = case.part(part);
            for length in (0..whole.len()).step_by(stride(whole.len())) {
                let outcome = case.replay_with(part, &whole[..length]);
                assert!(outcome.is_err(), "{}: {part} of {length} bytes", case.name);
                count += 1;
            }
        }
        let object = case.part("attestationObject");
        let data = authenticator_data(&object);
        for length in 0..data.len() {
            let cut = cbor_map::replace(&object, &data, &object[data.clone()][..length]);
            let outcome = case.replay_with("attestationObject", &cut);
            assert!(outcome.is_err(), "{}: authData of {length} bytes", case.name);
            count += 1;
        }
    }
    println!("{count} cuts");
    assert!(count > 10_000);
}

#[test]
fn authentications_that_are_cut_anywhere_are_refused() {
    let mut count = 0;
    for mut case in authentications() {
        for part in AUTHENTICATION_PARTS {
            let whole = case.part(part);
            for length in 0..whole.len() {
                let outcome = case.replay_with(part, &whole[..length]);
                assert!(outcome.is_err(), "{}: {part} of {length} bytes", case.name);
                count += 1;
            }
        }
    }
    println!("{count} cuts");
    assert!(count > 10_000);
}

#[test]
fn registrations_with_a_bit_flipped_are_refused() {
    let (mut refused, mut excused) = (0, 0);
    for mut case in registrations() {
        for part in REGISTRATION_PARTS {
            let mut bytes = case.part(part);
            let unsigned = if part == "attestationObject" { unsigned(&bytes) } else { Vec::new() };
            // The statement signs a hash of the client data, and the same few texts come with every
            // one; each of their bits is flipped in the authentications.
            let stride = if part == "clientDataJSON" { 11 } else { 1 };
            for bit in bits(bytes.len()).step_by(stride) {
                bytes[bit / 8] ^= 1 << (bit % 8);
                match case.replay_with(part, &bytes) {
                    Err(_) => refused += 1,
                    Ok(outcome) => {
                        let hit = unsigned.iter().find(|it| it.1.contains(&(bit / 8)));
                        let reason = excuse(&outcome, hit.map(|it| it.0));
                        assert!(reason.is_some(), "{}: bit {bit} of {part}", case.name);
                        excused += 1;
                    }
                }
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
        }
    }
    println!("{refused} flipped bits refused, {excused} excused");
    assert!(refused > 10_000);
}

#[test]
fn authentications_with_a_bit_flipped_are_refused() {
    let mut count = 0;
    for mut case in authentications() {
        for part in AUTHENTICATION_PARTS {
            let mut bytes = case.part(part);
            for bit in bits(bytes.len()) {
                bytes[bit / 8] ^= 1 << (bit % 8);
                let outcome = case.replay_with(part, &bytes);
                assert!(outcome.is_err(), "{}: bit {bit} of {part}", case.name);
                bytes[bit / 8] ^= 1 << (bit % 8);
                count += 1;
            }
        }
    }
    println!("{count} flipped bits refused");
    assert!(count > 10_000);
}

#[test]
fn registrations_with_a_member_twice_are_refused() {
    let mut count = 0;
    for mut case in registrations() {
        count += case.refuses_json_members_twice();
        let object = case.part("attestationObject");
        let data = authenticator_data(&object);
        for map in cbor_map::all(&object, 0).0 {
            for twice in map.with_each_entry_twice(&object) {
                let outcome = case.replay_with("attestationObject", &twice);
                assert!(outcome.is_err(), "{}: a member twice at {}", case.name, map.start);
                count += 1;
            }
        }
        for map in maps_of_authenticator_data(&object[data.clone()]) {
            for twice in map.with_each_entry_twice(&object[data.clone()]) {
                let twice = cbor_map::replace(&object, &data, &twice);
                let outcome = case.replay_with("attestationObject", &twice);
                assert!(outcome.is_err(), "{}: a member twice in authData", case.name);
                count += 1;
            }
        }
    }
    println!("{count} members twice");
    assert!(count > 500);
}

#[test]
fn authentications_with_a_member_twice_are_refused() {
    let mut count = 0;
    for mut case in authentications() {
        count += case.refuses_json_members_twice();
    }
    println!("{count} members twice");
    assert!(count > 100);
}

/// Why a registration with a flipped bit may still be accepted. `hit` is what it was in.
fn excuse(outcome: &Value, hit: Option<Hit>) -> Option<&'static str> {
    match outcome["attestation_kind"].as_str()? {
        "none" => Some("nothing is signed; another client could have sent just that"),
        "unverified" => Some("the name of the format was hit, and unknown formats are let pass"),
        _ if outcome["attestation_format"] == "fido-u2f" => {
            Some("U2F signs neither flags nor counter nor AAGUID")
        }
        _ if matches!(hit, Some(Hit::UnusedBits)) => {
            Some("real certificates have it wrong, and all bits are verified whatever it says")
        }
        _ if matches!(hit, Some(Hit::Certificate(1..))) => {
            Some("an anchor vouches for an earlier certificate, and surplus ones are not read")
        }
        _ if matches!(hit, Some(Hit::Certificate(_)))
            && outcome["attestation_anchored"] != true =>
        {
            Some("no anchor vouches for the certificates, so nobody believes them either")
        }
        _ if matches!(hit, Some(Hit::Version))
            && outcome["attestation_format"] == "android-safetynet" =>
        {
            Some("the version of SafetyNet is any text, and nothing depends on it")
        }
        _ => None,
    }
}

/// An accepted vector.
struct Case<C> {
    name: String,
    vector: Vector<C>,
    response: Value,
    /// The response as text, into which broken parts are put: writing it takes as long as verifying.
    written: String,
    replay: fn(&Vector<C>) -> Outcome,
}

fn registrations() -> impl Iterator<Item = Case<RegistrationAsked>> {
    let cases = paths("registration").into_iter().map(|path| (path.clone(), read(&path)));
    cases.filter_map(|(path, vector)| Case::new(&path, vector, replay_registration))
}

fn authentications() -> impl Iterator<Item = Case<AuthenticationAsked>> {
    let cases = paths("authentication").into_iter().map(|path| (path.clone(), read(&path)));
    cases.filter_map(|(path, vector)| Case::new(&path, vector, replay_authentication))
}

impl<C> Case<C> {
    fn new(path: &Path, vector: Vector<C>, replay: fn(&Vector<C>) -> Outcome) -> Option<Self> {
        if vector.expect != "accept" {
            return None;
        }
        let mut response: Value = serde_json::from_str(&text(&vector.response)).unwrap();
        let parts = response["response"].as_object_mut().unwrap();
        if parts.contains_key("attestationObject") {
            // Copies that the browser makes of what is inside. They are not read, so they may be
            // there twice or wrong.
            for copy in ["authenticatorData", "publicKey", "publicKeyAlgorithm"] {
                parts.remove(copy);
            }
        }
        let written = response.to_string();
        Some(Self { name: path.display().to_string(), vector, response, written, replay })
    }

    fn part(&self, part: &str) -> Vec<u8> {
        bytes(self.response["response"][part].as_str().unwrap())
    }

    fn replay_with(&mut self, part: &str, bytes: &[u8]) -> Outcome {
        let whole = self.response["response"][part].as_str().unwrap();
        let (before, after) = self.written.split_once(whole).unwrap();
        let broken = [before, &URL_SAFE_NO_PAD.encode(bytes), after].concat();
        self.vector.response = Value::String(broken);
        (self.replay)(&self.vector)
    }

    /// Each member of the response, and of the client data in it.
    fn refuses_json_members_twice(&mut self) -> usize {
        let mut count = 0;
        let outputs = each_member_twice(&self.response["clientExtensionResults"]);
        for twice in each_member_twice(&self.response) {
            self.vector.response = Value::String(twice.clone());
            if let Ok(outcome) = (self.replay)(&self.vector) {
                // An output with a member twice is malformed. Nobody asked for it, so it is let
                // pass, and not believed.
                let inside = outputs.iter().any(|it| twice.contains(it));
                let believed = !outcome["discoverable"].is_null() && doubles_cred_props(&twice);
                assert!(inside && !believed, "{}: {twice}", self.name);
            }
            count += 1;
        }
        let client_data = String::from_utf8(self.part("clientDataJSON")).unwrap();
        let client_data = serde_json::from_str(client_data.trim_start_matches('\u{feff}')).unwrap();
        for twice in each_member_twice(&client_data) {
            let outcome = self.replay_with("clientDataJSON", twice.as_bytes());
            assert!(outcome.is_err(), "{}: {twice}", self.name);
            count += 1;
        }
        count
    }
}

/// Whether the one output that vectors report, or its member, is there twice.
fn doubles_cred_props(response: &str) -> bool {
    [r#""credProps":"#, r#""rk":"#].iter().any(|member| response.matches(member).count() > 1)
}

/// The JSON once for each member of each object in it, with that member following itself.
fn each_member_twice(value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    loop {
        let mut passed = 0;
        let text = write(value, &mut passed, all.len());
        if passed <= all.len() {
            return all;
        }
        all.push(text);
    }
}

/// Writes JSON, the `twice`-th member twice; counts the members in `passed`.
fn write(value: &Value, passed: &mut usize, twice: usize) -> String {
    match value {
        Value::Object(members) => {
            let mut written = Vec::new();
            for (name, value) in members {
                let this = *passed;
                *passed += 1;
                let member =
                    format!("{}:{}", Value::from(name.as_str()), write(value, passed, twice));
                if this == twice {
                    written.push(member.clone());
                }
                written.push(member);
            }
            format!("{{{}}}", written.join(","))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|it| write(it, passed, twice)).collect();
            format!("[{}]", items.join(","))
        }
        plain => plain.to_string(),
    }
}

/// Objects with certificates are cut at some places only: whatever is missing at the end, the map is
/// not complete. Each format's own structures are cut at every byte by its tests.
fn stride(bytes: usize) -> usize {
    if bytes <= WHOLE_BYTES_MAX { 1 } else { (bytes / 100) | 1 }
}

/// Which bits of so many bytes are flipped.
fn bits(bytes: usize) -> impl Iterator<Item = usize> {
    let step = if bytes <= WHOLE_BYTES_MAX { 1 } else { (bytes * 8 / SAMPLED_BITS) | 1 };
    (0..bytes * 8).step_by(step)
}

/// Where the authenticator data stands in an attestation object.
fn authenticator_data(object: &[u8]) -> Range<usize> {
    let (maps, _) = cbor_map::all(object, 0);
    let item = maps.iter().find_map(|map| map.value(object, "authData")).unwrap();
    cbor_map::content(object, &item)
}

/// The public key and the extension outputs.
fn maps_of_authenticator_data(data: &[u8]) -> Vec<Map> {
    let flags = data[32];
    let mut at = 37;
    let mut maps = Vec::new();
    if flags & 0x40 != 0 {
        let id_bytes = usize::from(u16::from_be_bytes([data[53], data[54]]));
        let (key, end) = cbor_map::all(data, 55 + id_bytes);
        maps.extend(key);
        at = end;
    }
    if flags & 0x80 != 0 {
        maps.extend(cbor_map::all(data, at).0);
    }
    maps
}

/// What stands in an attestation object outside of what its statement signs.
#[derive(Clone, Copy)]
enum Hit {
    /// A certificate, by its place in its path.
    Certificate(usize),
    /// The count of unused bits in the signature of a certificate.
    UnusedBits,
    /// The version of the statement.
    Version,
}

/// Where that stands.
fn unsigned(object: &[u8]) -> Vec<(Hit, Range<usize>)> {
    let (maps, _) = cbor_map::all(object, 0);
    let versions = maps.iter().filter_map(|map| map.value(object, "ver"));
    let mut found: Vec<_> = versions.map(|version| (Hit::Version, version)).collect();
    for path in maps.iter().filter_map(|map| map.value(object, "x5c")) {
        let mut start = cbor_map::content(object, &path).start;
        for place in 0.. {
            if start >= path.end {
                break;
            }
            let (_, end) = cbor_map::all(object, start);
            let der = cbor_map::content(object, &(start..end));
            let count = der.start + unused_bits(&object[der.clone()]);
            found.push((Hit::UnusedBits, count..count + 1));
            found.push((Hit::Certificate(place), start..end));
            start = end;
        }
    }
    found
}

/// Where a certificate says how many bits of its signature are unused.
fn unused_bits(certificate: &[u8]) -> usize {
    let (mut at, _) = der_element(certificate, 0);
    for _ in 0..2 {
        at = der_element(certificate, at).1;
    }
    der_element(certificate, at).0
}

/// Where the content of an element begins and ends.
fn der_element(der: &[u8], at: usize) -> (usize, usize) {
    let (start, length) = match usize::from(der[at + 1]) {
        short @ 0..0x80 => (at + 2, short),
        long => {
            let start = at + 2 + (long & 0x7f);
            let length = &der[at + 2..start];
            (start, length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
        }
    };
    (start, start + length)
}
