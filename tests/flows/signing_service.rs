//! A service that signs id tokens and publishes its keys.
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use msal_proto::flows::AuthCodeFlow;
use msal_proto::transcript::ScriptedHost;
use msal_proto::{AuthenticationResult, Error, PublicClientApplication, Secret};
use p256::ecdsa::signature::{RandomizedSigner, SignatureEncoding, Signer};
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PublicKeyParts;
use rsa::{PrivateKey, pkcs1v15, pss};
use serde_json::{Value, json};
use sha2::Sha256;

pub(crate) const AUTHORITY: &str = "https://login.microsoftonline.com/contoso.onmicrosoft.com";
const TENANT: &str = "11111111-1111-1111-1111-111111111111";
pub(crate) const CLIENT: &str = "22222222-2222-2222-2222-222222222222";

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
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
pub(crate) struct Service(pub(crate) ScriptedHost<PublicClientApplication>, pub(crate) bool);

impl Service {
    pub(crate) fn verifying() -> Self {
        let builder = PublicClientApplication::builder(CLIENT).verify_id_token_signature(true);
        Self(ScriptedHost::new(builder.authority(AUTHORITY).build().unwrap()), true)
    }

    pub(crate) fn document(&mut self, more: &[(&str, &str)]) {
        let base = format!("https://login.microsoftonline.com/{TENANT}");
        let mut document = json!({
            "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
            "token_endpoint": format!("{base}/oauth2/v2.0/token"),
        });
        more.iter().for_each(|(name, value)| document[name] = json!(value));
        self.0.answer(200, document.to_string());
    }

    /// The document with the address of the keys.
    pub(crate) fn begin(&mut self) -> AuthCodeFlow {
        self.document(&[("jwks_uri", &jwks_uri())]);
        self.0.call(|app| app.initiate_auth_code_flow(["User.Read"])).unwrap()
    }

    pub(crate) fn claims(&self, flow: &AuthCodeFlow) -> Value {
        let digest = <Sha256 as sha2::Digest>::digest(flow.nonce.expose());
        let nonce: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        json!({"aud": CLIENT, "iss": "https://login.microsoftonline.com/T/v2.0", "exp": self.0.now.0 + 60, "nonce": nonce, "tid": "T"})
    }

    /// With this id token, after the keys if they are fetched.
    pub(crate) fn redeem(
        &mut self,
        flow: AuthCodeFlow,
        id_token: Value,
    ) -> Result<AuthenticationResult, Error> {
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

pub(crate) fn jwks_uri() -> String {
    format!("https://login.microsoftonline.com/{TENANT}/discovery/v2.0/keys")
}
