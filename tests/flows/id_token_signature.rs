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
pub(crate) fn keys() -> Value {
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
pub(crate) fn signed(header: &Value, claims: &Value) -> String {
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

/// Whether the client verifies signatures, too.
struct Service(ScriptedHost<PublicClientApplication>, bool);

impl Service {
    fn verifying() -> Self {
        let builder = PublicClientApplication::builder(CLIENT).verify_id_token_signature(true);
        Self(ScriptedHost::new(builder.authority(AUTHORITY).build().unwrap()), true)
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

    /// The document with the address of the keys.
    fn begin(&mut self) -> AuthCodeFlow {
        self.document(&[("jwks_uri", &jwks_uri())]);
        self.0.call(|app| app.initiate_auth_code_flow(["User.Read"])).unwrap()
    }

    fn claims(&self, flow: &AuthCodeFlow) -> Value {
        let digest = <Sha256 as sha2::Digest>::digest(flow.nonce.expose());
        let nonce: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        json!({"aud": CLIENT, "iss": "https://login.microsoftonline.com/T/v2.0", "exp": self.0.now.0 + 60, "nonce": nonce, "tid": "T"})
    }

    /// With this id token, after the keys if they are fetched.
    fn redeem(&mut self, flow: AuthCodeFlow, id_token: Value) -> Result<AuthenticationResult, Error> {
        let later = std::mem::take(&mut self.0.answers);
        if self.1 {
            self.0.answer(200, keys().to_string());
        }
        self.tokens(id_token);
        self.0.answers.extend(later);
        let answer = Secret::new(format!("code=C&state={}", flow.state.expose()));
        self.0.call(|app| app.acquire_token_by_auth_code_flow(flow, answer))
    }

    fn tokens(&mut self, id_token: Value) {
        let client_info = base64url(json!({"uid": "u", "utid": "T"}).to_string());
        let mut tokens = json!({
            "access_token": "AT", "refresh_token": "RT", "token_type": "Bearer", "expires_in": 3600,
            "client_info": client_info, "id_token": id_token,
        });
        if tokens["id_token"].is_null() {
            tokens.as_object_mut().unwrap().remove("id_token");
        }
        self.0.answer(200, tokens.to_string());
    }
}

fn jwks_uri() -> String {
    format!("https://login.microsoftonline.com/{TENANT}/discovery/v2.0/keys")
}

/// What comes of an id token with this header.
fn end_of(header: &Value) -> Result<AuthenticationResult, Error> {
    let mut service = Service::verifying();
    let flow = service.begin();
    let claims = service.claims(&flow);
    // For a key that is not among the first.
    service.0.answer(200, keys().to_string());
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
        // Newer keys would not help.
        service.0.answer(200, keys().to_string());
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
    let mut service = Service::verifying();
    let flow = service.begin();
    let answer = format!("code=C&state={}", flow.state.expose());
    let redeem = |service: &mut Service| {
        service.0.call(|app| app.acquire_token_by_auth_code_flow(flow.clone(), answer.as_str())).unwrap_err()
    };
    assert_eq!(redeem(&mut service), HttpFault::Connect("no answer is queued".into()).into());
    for (status, body) in [(404, "{}"), (500, "{}"), (200, "[]"), (200, r#"{"keys":5}"#)] {
        service.0.answer(status, body);
        redeem(&mut service);
    }
    assert!(service.0.requests.iter().skip(1).all(|request| request.url == jwks_uri()));
    // An application's own tokens need no keys.
    service.0.call(|app| app.resolve_authority()).unwrap();
    // They are remembered for a day.
    service.0.answer(200, keys().to_string());
    redeem(&mut service);
    let asked = service.0.requests.len();
    redeem(&mut service);
    assert!(service.0.requests.iter().skip(asked).all(|request| request.url.ends_with("/token")));
    service.0.later(86_400);
    service.document(&[("jwks_uri", &jwks_uri())]);
    redeem(&mut service);
    assert_eq!(service.0.requests.last().unwrap().url, jwks_uri());
}

#[test]
fn keys_are_taken_from_the_authority_alone() {
    for elsewhere in ["https://evil.example/keys", "http://login.microsoftonline.com/keys", "", "keys"] {
        let mut service = Service::verifying();
        service.document(&[("jwks_uri", elsewhere)]);
        let flow = service.0.call(|app| app.initiate_auth_code_flow(["User.Read"])).unwrap();
        let error = service.redeem(flow, json!("h.p.s")).unwrap_err();
        assert!(error.to_string().starts_with("the discovery document's jwks_uri "), "{error}");
        assert_eq!(service.0.requests.len(), 1);
    }
    let mut service = Service::verifying();
    service.document(&[]);
    let flow = service.0.call(|app| app.initiate_auth_code_flow(["User.Read"])).unwrap();
    service.0.answers.clear();
    service.document(&[]);
    let answer = format!("code=C&state={}", flow.state.expose());
    let error = service.0.call(|app| app.acquire_token_by_auth_code_flow(flow, answer)).unwrap_err();
    let missing = "the discovery document's jwks_uri is missing, without which signatures cannot be verified";
    assert_eq!(error.to_string(), missing);
}

#[test]
fn a_code_without_an_id_token_is_no_way_round_the_options() {
    let mut service = Service::verifying();
    let flow = service.begin();
    let error = service.redeem(flow, Value::Null).unwrap_err();
    assert_eq!(error.to_string(), "the id token is malformed: no usable id_token");
    assert!(!service.0.cache.serialize().contains("AccessToken"));
}

/// The provider rotates refresh tokens and has begun to sign with a key that nobody knows yet, which is not to be had.
#[test]
fn a_refresh_token_that_took_another_s_place_survives_keys_that_are_not_to_be_had() {
    let mut service = Service::verifying();
    let flow = service.begin();
    let id_token = signed(&json!({"alg": "RS256", "kid": "rsa"}), &service.claims(&flow));
    let account = service.redeem(flow.clone(), json!(id_token)).unwrap().account.unwrap();
    let newer = signed(&json!({"alg": "RS256", "kid": "new"}), &service.claims(&flow));
    let tokens = json!({"access_token": "AT2", "refresh_token": "RT2", "expires_in": 3600, "token_type": "Bearer", "id_token": newer});
    service.0.answer(200, tokens.to_string());
    service.0.transcript = Default::default();
    let silent = |app: &PublicClientApplication| {
        app.acquire_token_silent_with_error(["User.Read"], &*account).force_refresh(true)
    };
    let error = service.0.call(silent).unwrap_err();
    assert_eq!(error, HttpFault::Connect("no answer is queued".into()).into());
    insta::assert_snapshot!(service.0.transcript);
    let cache = service.0.cache.serialize();
    assert!(cache.contains("RT2") && !cache.contains("AT2"), "{cache}");
    // The next call uses it, and finds the key.
    let mut keys = keys();
    keys["keys"][2]["kid"] = json!("new");
    service.0.answer(200, tokens.to_string().replace("RT2", "RT3"));
    service.0.answer(200, keys.to_string());
    service.0.call(silent).unwrap().unwrap();
    assert!(service.0.cache.serialize().contains("AT2"));
    let sent = service.0.requests.iter().rev().find(|request| request.url.ends_with("/token")).unwrap();
    let (_, redeemed) = sent.form.iter().find(|(name, _)| name == "refresh_token").unwrap();
    assert_eq!(redeemed.expose(), "RT2");
}

/// What comes of an id token with this claim changed, for a client that is strict.
fn strictly(issuer: Option<&str>, name: &str, value: Value) -> Result<AuthenticationResult, Error> {
    let builder = PublicClientApplication::builder(CLIENT).authority(AUTHORITY).strict_id_token(true);
    let mut service = Service(ScriptedHost::new(builder.build().unwrap()), false);
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
    // Without one in the document there is nothing to compare with: it is read once more, and then that is said.
    let error = strictly(None, "x", json!(1)).unwrap_err();
    assert!(
        matches!(error, Error::Malformed { source_name: "discovery document", .. } | Error::Authority(_)),
        "{error}"
    );
}
