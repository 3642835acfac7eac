//! The JSON of options and of documents of related origins: what is read is written, and read as
//! the same.

#![no_main]

use keylane_webauthn::{CreationOptions, PublicSuffixes, RelatedOrigins, RequestOptions};

fn written(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("values that were read can be written")
}

libfuzzer_sys::fuzz_target!(|json: &str| {
    if let Ok(options) = CreationOptions::from_json(json) {
        let again = CreationOptions::from_json(&written(&options)).expect("what was written");
        assert_eq!(written(&again), written(&options));
    }
    if let Ok(options) = RequestOptions::from_json(json) {
        let again = RequestOptions::from_json(&written(&options)).expect("what was written");
        assert_eq!(written(&again), written(&options));
    }
    if let Ok(document) = RelatedOrigins::from_json(json) {
        let suffixes = PublicSuffixes::from_list("com\nco.uk\n*.ck\n!www.ck");
        let page = "https://example.com".parse().expect("an origin");
        let _ = document.allows(&page, &suffixes);
        // What the builder makes of a document is a document that it makes nothing else of.
        if let Ok(built) = RelatedOrigins::new(document.origins(), &suffixes) {
            assert_eq!(RelatedOrigins::new(built.origins(), &suffixes).as_ref(), Ok(&built));
        }
    }
});
