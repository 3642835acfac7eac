use super::*;
use crate::cose::PublicKey;
use crate::sample::{self, AT, BE, BS, ClientDataParts, DataParts, ED, Signer, UP, UV};
use crate::{
    Asked, CoseAlgorithm, IconDisplay, PaymentAmount, PaymentInstrument, RpId, SIGNATURE_BYTES_MAX,
    UvInitialized,
};

const DEADLINE_MS: u64 = 1_000;

#[test]
fn verify_accepts_an_assertion_of_every_algorithm() {
    for algorithm in CoseAlgorithm::ALL {
        check(|case| case.use_key(Signer::new(algorithm)), Ok((8, &[])));
    }
}

#[test]
fn verify_accepts_an_answer_at_the_deadline() {
    check(|case| case.now.0 = DEADLINE_MS, Ok((8, &[])));
}

#[test]
fn verify_rejects_an_answer_one_millisecond_late() {
    check(|case| case.now.0 = DEADLINE_MS + 1, Err("ceremony_expired"));
}

#[test]
fn verify_rejects_a_credential_that_was_not_asked_for() {
    let other = CredentialId::try_from(vec![9]).unwrap();
    check(|case| case.ceremony.allow_credentials = vec![other], Err("credential_not_allowed"));
}

#[test]
fn verify_accepts_one_of_the_credentials_that_were_asked_for() {
    let both = vec![CredentialId::try_from(vec![9]).unwrap(), sample::credential_id()];
    check(|case| case.ceremony.allow_credentials = both, Ok((8, &[])));
}

#[test]
fn verify_rejects_the_record_of_another_credential() {
    let other = CredentialId::try_from(vec![9]).unwrap();
    check(|case| case.record.id = other, Err("credential_mismatch"));
}

#[test]
fn verify_rejects_a_record_of_another_rp_id() {
    let other: RpId = "example.com".parse().unwrap();
    check(|case| case.record.rp_id = other, Err("credential_of_another_rp"));
}

#[test]
fn verify_rejects_a_credential_of_another_user_with_and_without_its_handle() {
    for handle in [None, Some(sample::USER_HANDLE.to_vec())] {
        let other_user = |case: &mut Case| {
            case.ceremony.user = Some(UserHandle::try_from(vec![9]).unwrap());
            case.user_handle = handle;
        };
        check(other_user, Err("credential_of_another_user"));
    }
}

#[test]
fn verify_rejects_a_user_handle_that_does_not_own_the_credential() {
    check(|case| case.user_handle = Some(vec![9]), Err("user_handle_mismatch"));
}

#[test]
fn verify_rejects_a_foreign_user_handle_even_when_the_user_is_known() {
    let known = |case: &mut Case| {
        case.ceremony.user = Some(sample::user_handle());
        case.user_handle = Some(vec![9]);
    };
    check(known, Err("user_handle_mismatch"));
}

#[test]
fn verify_rejects_an_answer_without_user_handle_when_nobody_is_known() {
    for handle in [None, Some(Vec::new())] {
        check(|case| case.user_handle = handle, Err("user_handle_missing"));
    }
}

#[test]
fn verify_accepts_an_answer_without_user_handle_when_the_user_is_known() {
    let known = |case: &mut Case| {
        case.ceremony.user = Some(sample::user_handle());
        case.user_handle = None;
    };
    check(known, Ok((8, &[])));
}

#[test]
fn verify_rejects_client_data_it_cannot_read() {
    check(|case| case.client_data.raw = Some(vec![0xc0]), Err("client_data_not_utf8"));
}

#[test]
fn verify_rejects_client_data_of_another_ceremony() {
    for kind in ["webauthn.create", "payment.get"] {
        check(|case| case.client_data.kind = kind, Err("client_data_type_mismatch"));
    }
}

#[test]
fn verify_rejects_an_answer_to_another_challenge() {
    check(|case| case.ceremony.challenge[31] ^= 1, Err("challenge_mismatch"));
}

#[test]
fn verify_rejects_another_origin() {
    let other = "https://badexample.org".to_owned();
    check(|case| case.client_data.origin = other, Err("origin_mismatch"));
}

#[test]
fn verify_rejects_an_app_origin_in_other_case() {
    let app = |case: &mut Case| {
        case.ceremony.origin = sample::origin("android:apk-key-hash:aBc");
        case.client_data.origin = "android:apk-key-hash:abc".into();
    };
    check(app, Err("origin_mismatch"));
}

#[test]
fn verify_rejects_a_framed_page_by_default() {
    check(|case| case.client_data.cross_origin = Some(true), Err("cross_origin_refused"));
}

#[test]
fn verify_rejects_a_page_around_that_is_not_cross_origin() {
    let top = Some("https://top.example".to_owned());
    check(|case| case.client_data.top_origin = top, Err("top_origin_refused"));
}

#[test]
fn verify_accepts_a_page_framed_where_it_may_be() {
    let frame = |case: &mut Case| {
        case.client_data.cross_origin = Some(true);
        case.client_data.top_origin = Some("https://top.example".into());
        case.ceremony.framing = Framing::AllowedIn(vec![sample::origin("https://top.example")]);
    };
    check(frame, Ok((8, &[])));
}

#[test]
fn verify_rejects_bytes_that_no_flag_announces() {
    check(|case| case.data.trailing = vec![0xa0], Err("authenticator_data_trailing_bytes"));
}

#[test]
fn verify_rejects_a_credential_inside_an_assertion() {
    check(|case| case.data.flags |= AT, Err("attested_credential_in_assertion"));
}

#[test]
fn verify_rejects_an_assertion_for_another_rp_id() {
    check(|case| case.data.rp_id = "example.com", Err("rp_id_hash_mismatch"));
}

#[test]
fn verify_rejects_an_absent_user() {
    check(|case| case.data.flags &= !UP, Err("user_not_present"));
}

#[test]
fn verify_rejects_an_unverified_user_only_when_verification_was_required() {
    check(|case| case.data.flags &= !UV, Ok((8, &[])));
    let required = |case: &mut Case| {
        case.data.flags &= !UV;
        case.ceremony.user_verification = UserVerification::Required;
    };
    check(required, Err("user_not_verified"));
}

#[test]
fn verify_rejects_a_backup_without_eligibility() {
    check(|case| case.data.flags = UP | BS, Err("backed_up_without_eligibility"));
}

#[test]
fn verify_accepts_extension_outputs_and_reserved_flags() {
    check(|case| case.data.flags |= ED | 0x22, Ok((8, &[])));
}

#[test]
fn verify_rejects_a_signature_of_another_key() {
    check(|case| case.signer = Signer::new(CoseAlgorithm::Es256), Err("signature_invalid"));
}

#[test]
fn verify_rejects_every_other_encoding_of_a_right_signature() {
    for algorithm in ECDSA {
        let rewrite = |edit: fn(&mut Vec<u8>)| {
            let spoil = |case: &mut Case| {
                case.use_key(Signer::new(algorithm));
                case.edit_signature = edit;
            };
            check(spoil, Err("signature_invalid"));
        };
        rewrite(|signature| signature.extend([0xde, 0xad, 0xbe, 0xef]));
        rewrite(|signature| rewrite_der(signature, |r, s| vec![r, s, vec![0x7f]]));
        // A zero in front of r, and of s.
        rewrite(|signature| rewrite_der(signature, |r, s| vec![[vec![0], r].concat(), s]));
        rewrite(|signature| rewrite_der(signature, |r, s| vec![r, [vec![0], s].concat()]));
        // A length in a longer form than it needs, no bytes at all, and a cut.
        rewrite(|signature| match signature[1] {
            0x81 => drop(signature.splice(1..2, [0x82, 0])),
            _ => signature.insert(1, 0x81),
        });
        rewrite(Vec::clear);
        rewrite(|signature| signature.truncate(signature.len() - 1));
        // r and s side by side, as JOSE has it.
        rewrite(|signature| {
            let (r, s) = integers(signature);
            *signature = [r, s].concat();
        });
    }
}

/// What the rewriting above is made of does not spoil a signature by itself.
#[test]
fn verify_accepts_a_signature_that_was_taken_apart_and_put_together() {
    for algorithm in ECDSA {
        let rewrite = |case: &mut Case| {
            case.use_key(Signer::new(algorithm));
            case.edit_signature = |signature| rewrite_der(signature, |r, s| vec![r, s]);
        };
        check(rewrite, Ok((8, &[])));
    }
}

/// A key says how it signs: the same RSA key under another number does not verify.
#[test]
fn verify_rejects_a_signature_made_under_another_rsa_algorithm() {
    use CoseAlgorithm as A;
    const RSA: [A; 6] = [A::Rs256, A::Rs384, A::Rs512, A::Ps256, A::Ps384, A::Ps512];
    for registered in RSA {
        for used in RSA.into_iter().filter(|used| *used != registered) {
            let exchange = |case: &mut Case| {
                let signer = Signer::new(used);
                let key = PublicKey::from_cose(&signer.cose_as(registered.id())).unwrap();
                case.use_key(signer);
                case.record.public_key = key;
            };
            check(exchange, Err("signature_invalid"));
        }
    }
}

#[test]
fn verify_rejects_a_broken_signature_of_every_algorithm() {
    for algorithm in CoseAlgorithm::ALL {
        let edits: [fn(&mut Vec<u8>); 5] = [
            |signature| *signature.last_mut().unwrap() ^= 1,
            |signature| signature[10] ^= 0x80,
            |signature| signature.truncate(signature.len() - 1),
            |signature| signature.truncate(signature.len() / 2),
            // The longest signature may not be any longer for the response to be read.
            |signature| match signature.len() {
                SIGNATURE_BYTES_MAX => signature.rotate_left(1),
                _ => signature.push(0),
            },
        ];
        for edit in edits {
            let spoil = |case: &mut Case| {
                case.use_key(Signer::new(algorithm));
                case.edit_signature = edit;
            };
            check(spoil, Err("signature_invalid"));
        }
    }
}

#[test]
fn verify_accepts_both_halves_of_s() {
    check(|case| case.edit_signature = negate_s, Ok((8, &[])));
}

#[test]
fn verify_signals_a_counter_that_does_not_rise_and_keeps_the_higher_one() {
    for stored in [8, 9] {
        check(
            |case| case.record.sign_count = stored,
            Ok((stored, &[Signal::SignCountDidNotRise { stored, received: 8 }])),
        );
    }
    let back_to_zero = |case: &mut Case| case.data.sign_count = 0;
    check(back_to_zero, Ok((7, &[Signal::SignCountDidNotRise { stored: 7, received: 0 }])));
}

#[test]
fn verify_does_not_miss_a_counter_that_never_was() {
    let no_counter = |case: &mut Case| {
        case.data.sign_count = 0;
        case.record.sign_count = 0;
    };
    check(no_counter, Ok((0, &[])));
}

#[test]
fn verify_looks_at_the_counter_after_the_signature() {
    let forged = |case: &mut Case| {
        case.record.sign_count = 9;
        case.edit_signature = |signature| signature[8] ^= 1;
    };
    check(forged, Err("signature_invalid"));
}

#[test]
fn verify_signals_a_changed_backup_eligibility() {
    check(
        |case| case.record.backup_eligible = false,
        Ok((8, &[Signal::BackupEligibilityChanged { stored: false, received: true }])),
    );
}

#[test]
fn signals_have_stable_codes() {
    let count = Signal::SignCountDidNotRise { stored: 1, received: 1 };
    let eligibility = Signal::BackupEligibilityChanged { stored: true, received: false };
    assert_eq!(count.code(), "sign_count_did_not_rise");
    assert_eq!(eligibility.code(), "backup_eligibility_changed");
}

#[test]
fn a_verified_assertion_names_the_credential_and_the_account_that_were_proved() {
    let verified = Case::new().verify().unwrap();
    assert_eq!(verified.credential_id(), &sample::credential_id());
    assert_eq!(verified.user_handle(), &sample::user_handle());
    assert!(verified.user_verified() && verified.backup_eligible() && verified.backed_up());
}

const APP_ID: &str = "https://example.org/u2f/app.json";

/// §10.1.1: the AppID takes the place of the RP ID exactly when it was asked for and used.
#[test]
fn verify_takes_the_app_id_instead_of_the_rp_id_when_it_was_asked_for_and_used() {
    let mismatch = Err("rp_id_hash_mismatch");
    for (asked, used, signed, expected) in [
        (Some(APP_ID), "true", APP_ID, Ok(())),
        (Some(APP_ID), "true", "example.org", mismatch),
        (Some(APP_ID), "false", APP_ID, mismatch),
        (Some(APP_ID), "false", "example.org", Ok(())),
        (Some("https://example.org/other"), "true", APP_ID, mismatch),
        (None, "true", APP_ID, mismatch),
        (None, "true", "example.org", Ok(())),
        (Some(APP_ID), "1", "example.org", Err("client_extension_output_malformed")),
        (Some(APP_ID), "1", APP_ID, mismatch),
        (None, "1", "example.org", Ok(())),
    ] {
        let mut case = Case::new();
        case.ceremony.extensions.app_id = asked.map(|it| it.parse().unwrap());
        case.data.rp_id = signed;
        let results = format!(r#""clientExtensionResults":{{"appid":{used}}}"#);
        let json = case.parts().3.replace(r#""clientExtensionResults":{}"#, &results);
        let outcome = case.verify_json(&json).map(|_| ()).map_err(|err| err.code());
        assert_eq!(outcome, expected, "{asked:?} {used} {signed}");
    }
}

#[test]
fn verify_rejects_malformed_outputs_that_were_asked_for_after_the_signature() {
    let malformed = |case: &mut Case| {
        case.data.flags |= ED;
        case.data.extensions = sample::map(&[(sample::text("credBlob"), vec![0xf5])]);
    };
    check(malformed, Ok((8, &[])));
    let asked = |case: &mut Case| {
        malformed(case);
        case.ceremony.extensions.cred_blob = Asked::Yes;
    };
    check(asked, Err("authenticator_extension_output_malformed"));
    let forged = |case: &mut Case| {
        asked(case);
        case.edit_signature = |signature| signature[8] ^= 1;
    };
    check(forged, Err("signature_invalid"));
}

#[test]
fn verify_accepts_a_payment_that_was_asked_for() {
    check(pay, Ok((8, &[])));
}

#[test]
fn verify_rejects_a_payment_at_a_sign_in_and_a_sign_in_at_a_payment() {
    let sign_in = |case: &mut Case| {
        pay(case);
        case.ceremony.purpose = AuthenticationPurpose::SignIn;
    };
    check(sign_in, Err("client_data_type_mismatch"));
    for kind in ["webauthn.get", "webauthn.create"] {
        let payment = |case: &mut Case| {
            pay(case);
            case.client_data.kind = kind;
        };
        check(payment, Err("client_data_type_mismatch"));
    }
}

#[test]
fn verify_rejects_a_payment_that_was_not_shown_as_it_should() {
    let show = |from: &'static str, to: &'static str| {
        move |case: &mut Case| {
            pay(case);
            case.client_data.extra = case.client_data.extra.replace(from, to);
        }
    };
    check(show("12.50", "1250"), Err("payment_total_mismatch"));
    check(show("payment", "other"), Err("payment_malformed"));
    check(show(r#"{"rpId""#, r#"{"rpId":"a.b","rpId""#), Err("payment_malformed"));
    check(show(r#""12.50""#, "12.50"), Err("payment_malformed"));
}

/// The page of a shop, framed by nobody, at which the bank's credential confirms a payment.
fn pay(case: &mut Case) {
    let shop = sample::origin("https://shop.example");
    case.client_data.kind = "payment.get";
    case.client_data.origin = shop.to_string();
    case.client_data.extra = concat!(
        r#","payment":{"rpId":"example.org","topOrigin":"https://shop.example","payeeName":"Shop","#,
        r#""total":{"value":"12.50","currency":"EUR"},"#,
        r#""instrument":{"icon":"https://example.org/card.png","displayName":"Card"}}"#
    )
    .to_owned();
    case.ceremony.origin = shop.clone();
    case.ceremony.purpose = AuthenticationPurpose::Payment(Box::new(PaymentExpectation {
        top_origin: shop,
        payee_name: Some("Shop".to_owned()),
        payee_origin: None,
        entity_logos: Vec::new(),
        total: PaymentAmount { currency: "EUR".to_owned(), value: "12.50".to_owned() },
        instrument: PaymentInstrument {
            display_name: "Card".to_owned(),
            icon: "https://example.org/card.png".to_owned(),
            icon_display: IconDisplay::Required,
            details: None,
        },
    }));
}

#[test]
fn the_obligations_of_an_assertion_are_what_changed() {
    let update = |edit: fn(&mut Case)| {
        let mut case = Case::new();
        edit(&mut case);
        case.verify().unwrap().obligations()
    };
    let unchanged = RecordUpdate::default();
    let risen = RecordUpdate { sign_count: Some(8), ..unchanged };
    assert_eq!(update(|_| {}), risen);
    assert_eq!(update(|case| case.record.sign_count = 8), unchanged);
    assert_eq!(update(|case| case.record.sign_count = 9), unchanged);
    assert!(unchanged.is_empty() && !risen.is_empty());
    let backed_up = RecordUpdate { backed_up: Some(true), ..risen };
    assert_eq!(update(|case| case.record.backed_up = false), backed_up);
    let eligible = RecordUpdate { backup_eligible: Some(true), ..risen };
    assert_eq!(update(|case| case.record.backup_eligible = false), eligible);
    let verified = RecordUpdate { uv_initialized: UvInitialized::MayBeSet, ..risen };
    assert_eq!(update(|case| case.record.uv_initialized = false), verified);
}

/// Another factor has to vouch for user verification that is new (§7.2, step 24).
#[test]
fn an_update_is_applied_but_for_the_first_verification_of_the_user() {
    let mut case = Case::new();
    case.record.uv_initialized = false;
    case.record.backed_up = false;
    let update = case.verify().unwrap().obligations();
    update.apply(&mut case.record);
    assert_eq!((case.record.sign_count, case.record.backed_up), (8, true));
    assert!(case.record.backup_eligible && !case.record.uv_initialized);
}

#[test]
fn verify_refuses_a_valid_answer_cut_at_any_byte() {
    let case = Case::new();
    let (client_data, data, signature, json) = case.parts();
    let verify = |client_data: &[u8], data: &[u8], signature: &[u8]| {
        let handle = case.user_handle.as_deref();
        let json = sample::authentication_json(
            &sample::CREDENTIAL_ID,
            client_data,
            data,
            signature,
            handle,
        );
        case.verify_json(&json)
    };
    for length in 0..client_data.len() {
        assert!(verify(&client_data[..length], &data, &signature).is_err(), "client data {length}");
    }
    for length in 0..data.len() {
        assert!(verify(&client_data, &data[..length], &signature).is_err(), "data {length}");
    }
    for length in 0..signature.len() {
        assert!(verify(&client_data, &data, &signature[..length]).is_err(), "signature {length}");
    }
    for length in 0..json.len() {
        assert!(AuthenticationResponse::from_json(&json[..length]).is_err(), "JSON {length}");
    }
}

struct Case {
    now: UnixMillis,
    ceremony: AuthenticationCeremony,
    record: CredentialRecord,
    signer: Signer,
    client_data: ClientDataParts,
    data: DataParts,
    user_handle: Option<Vec<u8>>,
    edit_signature: fn(&mut Vec<u8>),
}

impl Case {
    fn new() -> Self {
        let signer = Signer::new(CoseAlgorithm::Es256);
        Self {
            now: UnixMillis(0),
            ceremony: AuthenticationCeremony {
                challenge: sample::CHALLENGE.to_vec(),
                rp_id: sample::rp_id(),
                origin: sample::origin("https://example.org"),
                user_verification: UserVerification::Preferred,
                framing: Framing::SameOriginOnly,
                allow_credentials: Vec::new(),
                user: None,
                purpose: AuthenticationPurpose::SignIn,
                extensions: RequestExtensions::default(),
                deadline: UnixMillis(DEADLINE_MS),
            },
            record: CredentialRecord {
                id: sample::credential_id(),
                user_handle: sample::user_handle(),
                public_key: PublicKey::from_cose(&signer.cose()).unwrap(),
                sign_count: 7,
                backup_eligible: true,
                backed_up: true,
                uv_initialized: true,
                rp_id: sample::rp_id(),
            },
            client_data: ClientDataParts::new("webauthn.get"),
            data: DataParts::new(UP | UV | BE | BS, signer.cose()),
            user_handle: Some(sample::USER_HANDLE.to_vec()),
            edit_signature: |_| {},
            signer,
        }
    }

    fn use_key(&mut self, signer: Signer) {
        self.record.public_key = PublicKey::from_cose(&signer.cose()).unwrap();
        self.signer = signer;
    }

    /// Client data, authenticator data, signature, and the JSON around them.
    fn parts(&self) -> (Vec<u8>, Vec<u8>, Vec<u8>, String) {
        let (client_data, data) = (self.client_data.to_bytes(), self.data.to_bytes());
        let mut signature = self.signer.sign(&[data.as_slice(), &sha256(&client_data)].concat());
        (self.edit_signature)(&mut signature);
        let handle = self.user_handle.as_deref();
        let json = sample::authentication_json(
            &sample::CREDENTIAL_ID,
            &client_data,
            &data,
            &signature,
            handle,
        );
        (client_data, data, signature, json)
    }

    fn verify(&self) -> Result<VerifiedAssertion, AuthenticationError> {
        self.verify_json(&self.parts().3)
    }

    fn verify_json(&self, json: &str) -> Result<VerifiedAssertion, AuthenticationError> {
        let response = AuthenticationResponse::from_json(json).unwrap();
        let ceremony = AuthenticationCeremony {
            challenge: self.ceremony.challenge.clone(),
            rp_id: self.ceremony.rp_id.clone(),
            origin: self.ceremony.origin.clone(),
            framing: self.ceremony.framing.clone(),
            allow_credentials: self.ceremony.allow_credentials.clone(),
            user: self.ceremony.user.clone(),
            purpose: self.ceremony.purpose.clone(),
            extensions: self.ceremony.extensions.clone(),
            ..self.ceremony
        };
        PendingAuthentication::new(ceremony).verify(&response, &self.record, self.now)
    }
}

const ECDSA: [CoseAlgorithm; 7] = [
    CoseAlgorithm::Es256,
    CoseAlgorithm::Es384,
    CoseAlgorithm::Es512,
    CoseAlgorithm::Es256K,
    CoseAlgorithm::Esp256,
    CoseAlgorithm::Esp384,
    CoseAlgorithm::Esp512,
];

/// The contents of the two INTEGERs of a DER signature.
fn integers(signature: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let header = if signature[1] == 0x81 { 3 } else { 2 };
    let (r, s) = signature[header + 2..].split_at(usize::from(signature[header + 1]));
    (r.to_vec(), s[2..].to_vec())
}

/// Replaces a signature by a SEQUENCE of the INTEGERs that `change` makes of r and s.
fn rewrite_der(signature: &mut Vec<u8>, change: fn(Vec<u8>, Vec<u8>) -> Vec<Vec<u8>>) {
    let (r, s) = integers(signature);
    let contents: Vec<u8> = change(r, s)
        .into_iter()
        .flat_map(|integer| [vec![0x02, u8::try_from(integer.len()).unwrap()], integer].concat())
        .collect();
    *signature = vec![0x30];
    if contents.len() > 0x7f {
        signature.push(0x81);
    }
    signature.push(u8::try_from(contents.len()).unwrap());
    signature.extend(contents);
}

/// The other signature of the same message: s becomes n - s.
fn negate_s(signature: &mut Vec<u8>) {
    const N: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
        0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let s_at = 4 + usize::from(signature[3]) + 2;
    let s = signature[s_at..].to_vec();
    let mut padded = [0; 32];
    let s = &s[s.len().saturating_sub(32)..];
    padded[32 - s.len()..].copy_from_slice(s);
    let mut negated = [0; 32];
    let mut borrow = 0;
    for at in (0..32).rev() {
        let (low, first) = N[at].overflowing_sub(padded[at]);
        let (low, second) = low.overflowing_sub(borrow);
        negated[at] = low;
        borrow = u8::from(first || second);
    }
    let mut integer: Vec<u8> = negated.into_iter().skip_while(|byte| *byte == 0).collect();
    if integer[0] & 0x80 != 0 {
        integer.insert(0, 0);
    }
    signature.truncate(s_at - 1);
    signature.push(u8::try_from(integer.len()).unwrap());
    signature.extend(integer);
    signature[1] = u8::try_from(signature.len() - 2).unwrap();
}

/// Starts from an answer that passes, breaks one thing, and compares the outcome: the counter to
/// store and the signals, or the error's code.
#[track_caller]
fn check(break_one_thing: impl FnOnce(&mut Case), expected: Result<(u32, &[Signal]), &str>) {
    let mut case = Case::new();
    break_one_thing(&mut case);
    let outcome = case.verify();
    let outcome = outcome.as_ref().map(|it| (it.sign_count(), it.signals()));
    assert_eq!(outcome.map_err(AuthenticationError::code), expected);
}
