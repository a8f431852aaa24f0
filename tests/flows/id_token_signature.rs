//! The option to verify the signature of id tokens, and the strict one. The keys are the service's, as this test plays it.
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use msal_proto::engine::{HttpFault, UnixTime};
use msal_proto::flows::AuthCodeFlow;
use msal_proto::transcript::ScriptedHost;
use msal_proto::{AuthenticationResult, Error, IdTokenError, PublicClientApplication, Secret};
use p256::ecdsa::signature::{RandomizedSigner, SignatureEncoding, Signer};
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PublicKeyParts;
use rsa::{PrivateKey, pkcs1v15, pss};
use serde_json::{Value, json};
use sha2::Sha256;

const AUTHORITY: &str = "https://login.microsoftonline.com/contoso.onmicrosoft.com";
const TENANT: &str = "11111111-1111-1111-1111-111111111111";
const CLIENT: &str = "22222222-2222-2222-2222-222222222222";

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// A generator that repeats itself, for PSS salts of a test.
struct Repeating;

impl rsa::rand_core::TryRng for Repeating {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(4)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(4)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        bytes.fill(4);
        Ok(())
    }
}

impl rsa::rand_core::TryCryptoRng for Repeating {}

fn rsa_key() -> PrivateKey {
    PrivateKey::from_pkcs8_pem(include_str!("../../fixtures/keys/app-key.pem")).unwrap()
}

fn p256_key() -> p256::ecdsa::SigningKey {
    p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap()
}

/// The key set that the service publishes.
fn keys() -> Value {
    let (rsa, p256) = (rsa_key(), p256_key());
    let point = p256.verifying_key().to_sec1_point(false);
    json!({"keys": [
        {"kty": "oct", "kid": "secret", "k": "c2VjcmV0"}, {"kid": "no kind"},
        {"kty": "RSA", "kid": "rsa", "use": "sig", "n": base64url(rsa.n().to_be_bytes()), "e": base64url(rsa.e().to_be_bytes_trimmed_vartime())},
        {"kty": "EC", "kid": "ec", "crv": "P-256", "x": base64url(point.x().unwrap()), "y": base64url(point.y().unwrap())},
        {"kty": "RSA", "kid": "short", "n": base64url([0xff; 128]), "e": "AQAB"},
        {"kty": "RSA", "kid": "for encryption", "use": "enc", "n": base64url(rsa.n().to_be_bytes()), "e": "AQAB"},
    ]})
}

/// A JWT with this header and the signature that its algorithm stands for.
fn signed(header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
    let bytes = message.as_bytes();
    let signature = match header["alg"].as_str().unwrap() {
        "PS256" => pss::SigningKey::<Sha256>::new(rsa_key()).sign_with_rng(&mut Repeating, bytes).to_vec(),
        "ES256" => Signer::<p256::ecdsa::Signature>::sign(&p256_key(), bytes).to_vec(),
        "none" => Vec::new(),
        _ => pkcs1v15::SigningKey::<Sha256>::new(rsa_key()).sign(bytes).to_vec(),
    };
    format!("{message}.{}", base64url(signature))
}

struct Service(ScriptedHost<PublicClientApplication>);

impl Service {
    fn verifying() -> Self {
        Self::of(
            PublicClientApplication::builder(CLIENT)
                .verify_id_token_signature(true)
                .authority(AUTHORITY)
                .build(),
        )
    }

    fn of(app: Result<PublicClientApplication, Error>) -> Self {
        Self(ScriptedHost::new(app.unwrap()))
    }

    fn document(&mut self, more: &[(&str, &str)]) {
        let base = format!("https://login.microsoftonline.com/{TENANT}");
        let mut document = json!({
            "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
            "token_endpoint": format!("{base}/oauth2/v2.0/token"),
        });
        more.iter().for_each(|(name, value)| document[name] = json!(value));
        self.0.answer(200, document.to_string());
    }

    /// The document with the address of the keys, and the keys.
    fn begin(&mut self) -> AuthCodeFlow {
        self.document(&[(
            "jwks_uri",
            &format!("https://login.microsoftonline.com/{TENANT}/discovery/v2.0/keys"),
        )]);
        self.0.answer(200, keys().to_string());
        self.0.call(|app| app.initiate_auth_code_flow(["User.Read"])).unwrap()
    }

    fn claims(&self, flow: &AuthCodeFlow) -> Value {
        let digest = <Sha256 as sha2::Digest>::digest(flow.nonce.expose());
        let nonce: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        json!({"aud": CLIENT, "iss": "https://login.microsoftonline.com/T/v2.0", "exp": self.0.now.0 + 60, "nonce": nonce, "tid": "T"})
    }

    fn redeem(&mut self, flow: AuthCodeFlow, id_token: Value) -> Result<AuthenticationResult, Error> {
        let tokens = json!({"access_token": "AT", "refresh_token": "RT", "token_type": "Bearer", "expires_in": 3600, "id_token": id_token});
        self.0.answers.push_front(Ok(msal_proto::engine::HttpResponse {
            status: 200,
            headers: Vec::new(),
            body: msal_proto::SecretBytes::new(tokens.to_string()),
        }));
        let answer = Secret::new(format!("code=C&state={}", flow.state.expose()));
        self.0.call(|app| app.acquire_token_by_auth_code_flow(flow, answer))
    }
}

/// What comes of an id token with this header.
fn end_of(header: &Value) -> Result<AuthenticationResult, Error> {
    let mut service = Service::verifying();
    let flow = service.begin();
    let claims = service.claims(&flow);
    service.redeem(flow, json!(signed(header, &claims)))
}

#[test]
fn each_algorithm_is_verified() {
    for (alg, kid) in [("RS256", "rsa"), ("PS256", "rsa"), ("ES256", "ec")] {
        end_of(&json!({"alg": alg, "kid": kid})).unwrap();
        end_of(&json!({"alg": alg})).unwrap();
    }
}

#[test]
fn idt_01_02_what_is_not_signed_by_the_authority_is_refused_and_nothing_is_written() {
    let headers = [
        json!({"alg": "none", "kid": "rsa"}),
        json!({"alg": "HS256", "kid": "secret"}),
        json!({"alg": "RS384", "kid": "rsa"}),
        json!({"alg": "RS256", "kid": "rsa", "crit": ["exp"]}),
        json!({"alg": "PS256", "kid": "short"}),
        json!({"alg": "rs256", "kid": "rsa"}),
    ];
    for header in headers {
        assert_eq!(end_of(&header).unwrap_err(), Error::IdToken(IdTokenError::Signature), "{header}");
    }
    let forge = |forge: fn(&str) -> Value| {
        let mut service = Service::verifying();
        let flow = service.begin();
        let id_token = signed(&json!({"alg": "RS256", "kid": "rsa"}), &service.claims(&flow));
        let before = service.0.cache.serialize();
        let end = service.redeem(flow, forge(&id_token));
        assert_eq!(service.0.cache.serialize(), before);
        end.unwrap_err()
    };
    let without_signature = |id_token: &str| json!(format!("{}.", id_token.rsplit_once('.').unwrap().0));
    let of_another = |id_token: &str| {
        let (message, _) = id_token.rsplit_once('.').unwrap();
        json!(format!("{message}.{}", base64url([1; 256])))
    };
    assert_eq!(forge(without_signature), Error::IdToken(IdTokenError::Signature));
    assert_eq!(forge(of_another), Error::IdToken(IdTokenError::Signature));
    // One that cannot be read is no way round it.
    assert!(matches!(forge(|_| json!(5)), Error::IdToken(IdTokenError::Malformed(_))));
    assert!(matches!(forge(|_| json!("x")), Error::IdToken(IdTokenError::Malformed(_))));
}

#[test]
fn newer_keys_are_fetched_once_for_a_key_that_is_not_known() {
    let header = json!({"alg": "RS256", "kid": "new"});
    let mut newer = keys();
    newer["keys"][2]["kid"] = json!("new");
    for (answer, is_good) in [(newer, true), (keys(), false), (json!({"keys": []}), false)] {
        let mut service = Service::verifying();
        let flow = service.begin();
        let id_token = signed(&header, &service.claims(&flow));
        service.0.answer(200, answer.to_string());
        let end = service.redeem(flow, json!(id_token));
        assert_eq!(service.0.requests.len(), 4);
        match end {
            Ok(_) => assert!(is_good),
            Err(error) => assert_eq!((error, is_good), (Error::IdToken(IdTokenError::Signature), false)),
        }
    }
}

#[test]
fn keys_that_cannot_be_fetched_end_the_flow_before_the_code_is_sent() {
    let jwks_uri = format!("https://login.microsoftonline.com/{TENANT}/discovery/v2.0/keys");
    let mut service = Service::verifying();
    service.document(&[("jwks_uri", &jwks_uri)]);
    let error = service.0.call(|app| app.initiate_auth_code_flow(["User.Read"])).unwrap_err();
    assert_eq!(error, HttpFault::Connect("no answer is queued".into()).into());
    for (status, body) in [(404, "{}"), (500, "{}"), (200, "[]"), (200, r#"{"keys":5}"#)] {
        service.0.answer(status, body);
        service.0.call(|app| app.initiate_auth_code_flow(["User.Read"])).unwrap_err();
    }
    // The document is remembered, the keys are not: they alone are asked for, once.
    service.0.answer(200, keys().to_string());
    let asked = service.0.requests.len();
    service.0.call(|app| app.initiate_auth_code_flow(["User.Read"])).unwrap();
    service.0.call(|app| app.initiate_auth_code_flow(["User.Read"])).unwrap();
    let urls: Vec<_> = service.0.requests.drain(asked..).map(|request| request.url).collect();
    assert_eq!(urls, [jwks_uri]);
}

#[test]
fn keys_are_taken_from_the_authority_alone() {
    for elsewhere in ["https://evil.example/keys", "http://login.microsoftonline.com/keys", "", "keys"] {
        let mut service = Service::verifying();
        service.document(&[("jwks_uri", elsewhere)]);
        let error = service.0.call(|app| app.initiate_auth_code_flow(["User.Read"])).unwrap_err();
        assert!(error.to_string().starts_with("the discovery document's jwks_uri "), "{error}");
    }
    let mut service = Service::verifying();
    service.document(&[]);
    let error = service.0.call(|app| app.initiate_auth_code_flow(["User.Read"])).unwrap_err();
    let missing = "the discovery document's jwks_uri is missing, without which signatures cannot be verified";
    assert_eq!(error.to_string(), missing);
}

/// What comes of an id token with this claim changed, for a client that is strict.
fn strictly(issuer: Option<&str>, name: &str, value: Value) -> Result<AuthenticationResult, Error> {
    let builder = PublicClientApplication::builder(CLIENT).authority(AUTHORITY).strict_id_token(true);
    let mut service = Service::of(builder.build());
    service.document(issuer.map(|issuer| ("issuer", issuer)).as_slice());
    let flow = service.0.call(|app| app.initiate_auth_code_flow(["User.Read"])).unwrap();
    let mut claims = service.claims(&flow);
    claims[name] = value;
    service.redeem(flow, json!(format!("h.{}.s", base64url(claims.to_string()))))
}

#[test]
fn a_strict_client_checks_issuer_and_times() {
    let issuer = Some("https://login.microsoftonline.com/T/v2.0");
    let of_many = Some("https://login.microsoftonline.com/{tenantid}/v2.0");
    strictly(issuer, "x", json!(1)).unwrap();
    strictly(of_many, "x", json!(1)).unwrap();
    let now = UnixTime(1_700_000_000);
    let wrong = [
        (issuer, "iss", json!("https://evil.example"), IdTokenError::Issuer),
        (of_many, "tid", json!("U"), IdTokenError::Issuer),
        (issuer, "exp", json!(now.0 - 121), IdTokenError::Expired),
        (issuer, "nbf", json!(now.0 + 121), IdTokenError::NotYetValid),
    ];
    for (issuer, name, value, expected) in wrong {
        assert_eq!(strictly(issuer, name, value).unwrap_err(), Error::IdToken(expected), "{name}");
    }
    let error = strictly(None, "x", json!(1)).unwrap_err();
    assert!(error.to_string().starts_with("the discovery document's issuer is missing"), "{error}");
}
