//! Secrets and ready-made assertions.
use msal_proto::ClientCredential;
use msal_proto::credential::CredentialError;

#[test]
fn an_empty_secret_is_refused() {
    assert_eq!(ClientCredential::secret("").unwrap_err(), CredentialError::Empty("client secret"));
    assert!(matches!(ClientCredential::secret("s"), Ok(ClientCredential::Secret { .. })));
}

#[test]
fn crt_19_assertions_that_cannot_be_sent_are_refused() {
    let refused = |text: &str| ClientCredential::assertion(text).unwrap_err();
    assert_eq!(refused(""), CredentialError::Empty("client assertion"));
    for text in ["a.b.c\r\nx: y", "a.b.c\n", "a.b.\u{e9}", "a b", "a.b.c\0"] {
        assert!(matches!(refused(text), CredentialError::Assertion(_)), "{text:?}");
    }
    assert_eq!(refused(&"a".repeat(65_537)).to_string(), "the client assertion is over 65536 bytes long");
    assert!(ClientCredential::assertion("a".repeat(65_536)).is_ok());
    assert!(ClientCredential::assertion("opaque.assertion.text").is_ok());
}
