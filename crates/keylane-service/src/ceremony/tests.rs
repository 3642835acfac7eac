use keylane_model::{Delivery, RequestContext, SystemEntropy};

use super::*;
use crate::key_ring::MasterKey;

#[test]
fn sealed_registration_opens_as_it_was() {
    let ring = ring();
    let ceremony = ceremony(Purpose::Registration {
        user: UserId::from_bytes([3; 16]),
        session: SessionId::from_bytes([4; 16]),
    });
    let challenge = ceremony.seal(&ring, &SystemEntropy).unwrap();
    assert_eq!(Ceremony::open(&challenge, &ring).unwrap(), ceremony);
}

#[test]
fn sealed_authentication_opens_as_it_was() {
    let ring = ring();
    for handle in [None, Some([9; 16])] {
        let ceremony = ceremony(Purpose::Authentication { handle });
        let challenge = ceremony.seal(&ring, &SystemEntropy).unwrap();
        assert_eq!(Ceremony::open(&challenge, &ring).unwrap(), ceremony);
    }
}

#[test]
fn longest_origin_survives_the_seal() {
    let ring = ring();
    let host = format!("{}.{}.{}.example.org", "a".repeat(63), "b".repeat(63), "c".repeat(63));
    let mut ceremony = ceremony(Purpose::FirstAdministrator);
    ceremony.origin = format!("https://{host}:65535").parse().unwrap();
    let challenge = ceremony.seal(&ring, &SystemEntropy).unwrap();
    assert_eq!(Ceremony::open(&challenge, &ring).unwrap(), ceremony);
}

#[test]
fn challenge_spoiled_anywhere_is_unreadable() {
    let ring = ring();
    let challenge = ceremony(Purpose::FirstAdministrator).seal(&ring, &SystemEntropy).unwrap();
    for position in 0..challenge.len() {
        let mut spoiled = challenge.clone();
        spoiled[position] ^= 1;
        assert_eq!(Ceremony::open(&spoiled, &ring), Err(CeremonyError::Unreadable));
        assert_eq!(Ceremony::open(&challenge[..position], &ring), Err(CeremonyError::Unreadable));
    }
}

#[test]
fn challenge_of_another_installation_is_unreadable() {
    let challenge = ceremony(Purpose::FirstAdministrator).seal(&ring(), &SystemEntropy).unwrap();
    assert_eq!(Ceremony::open(&challenge, &ring()), Err(CeremonyError::Unreadable));
}

#[test]
fn ceremony_is_finished_where_it_began() {
    check_place(|_| {}, 1_000, Ok(()));
}

#[test]
fn ceremony_at_its_last_millisecond_is_in_time() {
    check_place(|_| {}, 1_000 + CEREMONY_LIFETIME_MS, Ok(()));
}

#[test]
fn ceremony_one_millisecond_late_has_expired() {
    check_place(|_| {}, 1_001 + CEREMONY_LIFETIME_MS, Err(CeremonyError::Expired));
}

#[test]
fn ceremony_from_another_origin_is_foreign() {
    let other = |place: &mut Place| place.origin = "https://other.example.org".parse().unwrap();
    check_place(other, 1_000, Err(CeremonyError::Foreign));
}

#[test]
fn ceremony_from_another_browser_is_foreign() {
    check_place(|place| place.binding = Some(Binding([8; 16])), 1_000, Err(CeremonyError::Foreign));
}

#[test]
fn ceremony_from_a_browser_without_its_cookie_is_foreign() {
    check_place(|place| place.binding = None, 1_000, Err(CeremonyError::Foreign));
}

#[track_caller]
fn check_place(
    break_one_thing: impl FnOnce(&mut Place),
    now_ms: u64,
    expected: Result<(), CeremonyError>,
) {
    let mut place = Place {
        origin: "https://example.org".parse().unwrap(),
        delivery: Delivery::Cookie,
        binding: Some(Binding([7; 16])),
        request: RequestContext::default(),
    };
    break_one_thing(&mut place);
    let ceremony = ceremony(Purpose::Authentication { handle: None });
    assert_eq!(ceremony.check_place(&place, UnixMillis(now_ms)), expected);
}

fn ceremony(purpose: Purpose) -> Ceremony {
    Ceremony {
        id: [1; 16],
        purpose,
        issued_at: UnixMillis(1_000),
        user_verification: UserVerification::Preferred,
        mediation: Mediation::Modal,
        algorithms: vec![CoseAlgorithm::Es256, CoseAlgorithm::EdDsa, CoseAlgorithm::Rs256],
        rp_id: "example.org".parse().unwrap(),
        origin: "https://example.org".parse().unwrap(),
        binding: Some(digest(Binding([7; 16]))),
    }
}

fn ring() -> KeyRing {
    let ring = KeyRing::new(MasterKey::from_bytes(&[1; 32]).unwrap());
    let key = ring.make(KeyPurpose::CeremonySeal, UnixMillis(0), &SystemEntropy).unwrap();
    ring.load(&[key]).unwrap();
    ring
}
