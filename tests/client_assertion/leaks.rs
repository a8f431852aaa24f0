//! Where a credential must not be seen: stored flows, stored state, and what `Debug` shows.
use crate::support::{KEY, World, app, member, ps256, rs256};
use msal_proto::{CertificateCredential, ClientCredential};

/// Pieces of the credential: of the secret, of the key's lines, of the assertion's parts.
fn assert_silent(text: &str, assertion: Option<&str>) {
    assert!(!text.contains("CANARY"), "{text}");
    for line in KEY.lines().filter(|line| !line.starts_with('-')) {
        assert!(!text.contains(&line[..16]), "{text}");
    }
    for part in assertion.unwrap_or_default().split('.').filter(|part| part.len() > 16) {
        assert!(!text.contains(&part[..16]), "{text}");
    }
}

fn credentials() -> [ClientCredential; 4] {
    let secret = ClientCredential::secret("CANARY-SECRET").unwrap();
    [rs256(), ps256(), secret, ClientCredential::assertion("CANARY.CANARY.CANARY-SIGNATURE").unwrap()]
}

#[test]
fn sec_01_sec_14_stored_flows_and_state_hold_no_credential() {
    for credential in credentials() {
        let (app, mut world) = (app(credential), World::default());
        let (request, step) = world.begin(&app).unwrap();
        let assertion = member(&request, "client_assertion");
        assert_silent(&format!("{request:?} {request:#?} {step:?}"), assertion.as_deref());
        assert_silent(&request.url, assertion.as_deref());
        assert_silent(&format!("{:?}", request.headers), assertion.as_deref());
        let stored = step.suspend().unwrap();
        assert_silent(&format!("{stored:?}"), assertion.as_deref());
        assert_silent(&serde_json::to_string(&stored).unwrap(), assertion.as_deref());
        assert_silent(&serde_json::to_string(&world.state).unwrap(), assertion.as_deref());
        assert_silent(&format!("{:?}", world.env(&app)), assertion.as_deref());
        assert_silent(&format!("{app:?} {app:#?}"), assertion.as_deref());
    }
}

/// The request is what carries them; the words above are not just absent everywhere.
#[test]
fn the_request_holds_it() {
    for credential in credentials() {
        let (request, _) = World::default().begin(&app(credential)).unwrap();
        let body = request.body();
        assert!(body.expose().contains("CANARY") || body.expose().contains("client_assertion=ey"));
    }
}

/// Nothing of a builder was checked yet: what is secret may be in the wrong place.
#[test]
fn sec_01_builders_show_nothing() {
    let key: Vec<u8> = KEY.as_bytes().into();
    let bytes = format!("{:?}", &key[..16]);
    let builder = CertificateCredential::builder(&key).passphrase("CANARY").public_certificate(KEY);
    let shown =
        format!("{builder:?} {:?}", builder.clone().thumbprint("CANARY").certificate_der(key.clone()));
    assert_silent(&shown, None);
    assert!(!shown.contains(bytes.trim_matches(['[', ']'])), "{shown}");
    let shown = format!("{:?}", crate::support::builder(rs256()).authority("https://CANARY:CANARY@x/y"));
    assert_silent(&shown, None);
}
