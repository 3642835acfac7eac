use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;

use super::{Authentications, Outcome, Registrations};
use crate::sample::certificate::NOW;
use crate::tests::ceremonies::folder;

#[test]
fn the_committed_ceremonies_are_accepted_as_they_are() {
    let Some((registrations, authentications)) = committed() else { return };
    for which in 0..8 {
        assert_eq!(registrations.check(&[which]), Outcome::Accepted, "{which}");
    }
    for which in 0..4 {
        assert_eq!(authentications.check(&[which]), Outcome::Accepted, "{which}");
    }
    assert_eq!(registrations.check(&[]), Outcome::Refused);
    assert_eq!(authentications.check(&[]), Outcome::Refused);
}

#[test]
fn changes_of_one_byte_are_refused() {
    let Some((registrations, authentications)) = committed() else { return };
    let change = |which, node, place| [which, 0, 0, node, 0, 0, 2, 0, 0, place, 1];
    for which in 0..8 {
        for place in 0..100 {
            // Node 1 is the client data.
            assert_eq!(registrations.check(&change(which, 1, place)), Outcome::Refused);
            for node in 2..40 {
                // Numbers stay what they are, and what is not signed may change. That it is no
                // more than that, the function itself asserts.
                let _ = registrations.check(&change(which, node, place));
            }
        }
    }
    for which in 0..4 {
        // The authenticator data, which is the second node, has 37 bytes.
        for (node, place) in (1..4).flat_map(|node| (0..37).map(move |place| (node, place))) {
            let outcome = authentications.check(&change(which, node, place));
            assert_eq!(outcome, Outcome::Refused, "{which} {node} {place}");
        }
    }
}

proptest! {
    #[test]
    fn changed_ceremonies_are_accepted_only_as_they_were_signed(
        bytes in proptest::collection::vec(any::<u8>(), 0..64)
    ) {
        let Some((registrations, authentications)) = committed() else { return Ok(()) };
        let _ = registrations.check(&bytes);
        let _ = authentications.check(&bytes);
    }
}

/// The ceremonies in the order of their names.
fn committed() -> Option<(Registrations, Authentications)> {
    let Some(folder) = folder() else {
        println!("fuzz/ absent: skipped");
        return None;
    };
    let files = |name: &str, suffix: &str| {
        let paths = fs::read_dir(folder.join(name)).unwrap().map(|it| it.unwrap().path());
        let paths = paths.filter(|path| path.extension().is_some_and(|it| it == suffix));
        paths.map(|it| (it.clone(), fs::read_to_string(it).unwrap())).collect::<BTreeMap<_, _>>()
    };
    let answers = files("registration", "json");
    let answers: Vec<_> = answers.values().map(String::as_str).collect();
    let root = fs::read(folder.join("root.der")).unwrap();
    let registrations = Registrations::read(&answers, &root, NOW).unwrap();
    let (answers, keys) = (files("authentication", "json"), files("authentication", "key"));
    let pairs = answers.values().zip(keys.values());
    let pairs: Vec<_> = pairs.map(|(json, key)| (json.as_str(), key.as_str())).collect();
    Some((registrations, Authentications::read(&pairs).unwrap()))
}
