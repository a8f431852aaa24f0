//! How a client proves who it is: client_secret_post (RFC 6749 section 2.3.1) and private_key_jwt (OpenID Connect Core
//! section 9). The provider refuses an assertion whose `jti` it has seen.
use crate::provider::{Provider, SCOPES, SECRET, WEB_REDIRECT_URI, sign_in};
use msal_proto::flows::Prompt;
use msal_proto::{CertificateCredential, Error, TokenSource};

const KEY: &[u8] = include_bytes!("../../../../fixtures/keys/app-key.pem");
const OTHER_KEY: &[u8] = include_bytes!("../../../../fixtures/oracle/fixtures/certs/key.pem");
const CERTIFICATE: &str = include_str!("../../../../fixtures/keys/app-cert.pem");
const SHA1: &str = "41:DE:34:81:BE:3F:D7:26:0C:EA:DA:0F:7E:E3:9D:A7:6E:41:77:B0";

/// PS256, by the certificate's SHA-256.
fn ps256() -> CertificateCredential {
    CertificateCredential::builder(KEY).public_certificate(CERTIFICATE).build().unwrap()
}

/// RS256, by its SHA-1.
fn rs256() -> CertificateCredential {
    CertificateCredential::builder(KEY).thumbprint(SHA1).build().unwrap()
}

#[test]
#[ignore = "needs node and npm"]
fn a_secret() {
    let provider = Provider::start();
    let client = provider.client(provider.with_secret(SECRET).build());
    let first = client.run(client.app().acquire_token_for_client(SCOPES)).unwrap();
    let second = client.run(client.app().acquire_token_for_client(SCOPES)).unwrap();
    assert_eq!(
        (first.token_source, second.token_source),
        (TokenSource::IdentityProvider, TokenSource::Cache)
    );
    assert_eq!(first.access_token, second.access_token);

    let wrong = provider.client(provider.with_secret("wrong").build());
    let error = wrong.run(wrong.app().acquire_token_for_client(SCOPES)).unwrap_err();
    let Error::Service(error) = error else { panic!("{error}") };
    assert_eq!(error.error, "invalid_client");
}

#[test]
#[ignore = "needs node and npm"]
fn a_key_for_the_application_itself() {
    let provider = Provider::start();
    for credential in [rs256, ps256] {
        let client = provider.client(provider.with_key(credential()).build());
        for scope in ["api.read", "api.write"] {
            let result = client.run(client.app().acquire_token_for_client([scope])).unwrap();
            assert_eq!(result.token_source, TokenSource::IdentityProvider);
        }
    }
    // The audience may be the issuer, where a provider wants that.
    let claims = format!(r#"{{"aud":"{}"}}"#, provider.issuer());
    let client = provider.client(provider.with_key(ps256()).client_claims(claims).build());
    client.run(client.app().acquire_token_for_client(SCOPES)).unwrap();
}

#[test]
#[ignore = "needs node and npm"]
fn a_key_for_people_who_sign_in_and_are_refreshed() {
    let provider = Provider::start();
    for credential in [rs256, ps256] {
        let client = provider.client(provider.with_key(credential()).build());
        let result = sign_in(&provider, &client, WEB_REDIRECT_URI, |request| request.prompt(Prompt::CONSENT));
        assert_eq!(result.id_token_claims.unwrap().aud, ["key-app"]);
        let accounts = client.run(client.app().get_accounts()).unwrap();
        let request = client.app().acquire_token_silent_with_error(SCOPES, &accounts[0]).force_refresh(true);
        let refreshed = client.run(request).unwrap().unwrap();
        assert_ne!(
            (refreshed.access_token, refreshed.refresh_token),
            (result.access_token, result.refresh_token)
        );
    }
}

#[test]
#[ignore = "needs node and npm"]
fn another_key_and_another_audience_are_refused() {
    let provider = Provider::start();
    let other = CertificateCredential::builder(OTHER_KEY).thumbprint(SHA1).build().unwrap();
    let elsewhere = r#"{"aud":"https://elsewhere.example/token"}"#;
    for app in [provider.with_key(other), provider.with_key(ps256()).client_claims(elsewhere)] {
        let client = provider.client(app.build());
        let error = client.run(client.app().acquire_token_for_client(SCOPES)).unwrap_err();
        let Error::Service(error) = error else { panic!("{error}") };
        assert_eq!(error.error, "invalid_client");
    }
}
