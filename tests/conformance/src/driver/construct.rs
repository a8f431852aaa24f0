//! `construct`: a client from MSAL Python's arguments, then the public "resolve authority" flow (rule a).

use msal_pfx::Pfx;
use msal_proto::authority::AuthorityBuilder;
use msal_proto::credential::{CertificateCredentialBuilder, CredentialError};
use msal_proto::{
    Authority, AzureRegion, CertificateCredential, ClientApplicationBuilder, ClientCredential,
    ConfidentialClientApplication, PublicClientApplication,
};
use serde_json::{Map, Value, json};

use super::arguments::{Arguments, text};
use super::recorded::Recorded;
use super::{App, Client, Driver, NotRun, Owned, outcome};
use crate::scenario::Step;
use crate::transcript::Outcome;
use crate::world::{LibraryObject, World};

impl Driver {
    /// Makes the client anew, whatever its name stood for before.
    pub(super) fn construct(
        &mut self,
        world: &mut World<'_>,
        step: &Step,
        mut arguments: Arguments,
    ) -> Result<Outcome, NotRun> {
        let name = step.client.clone().ok_or("construct without client".to_owned())?;
        self.clients.remove(&name);
        let own = Owned::Client(name.clone());
        let cache = step.cache().map_or(own.clone(), |cache| Owned::Shared(cache.to_owned()));
        let state = step.http_cache.clone().map_or(own, Owned::Shared);
        if let Owned::Client(_) = &state {
            self.states.remove(&state);
        }
        if let Owned::Client(_) = &cache {
            self.caches.insert(cache.clone(), Recorded::default());
        }
        if let Err(outcome) = self.open_cache(world, &cache)? {
            return Ok(outcome);
        }
        let credential = match arguments.take("client_credential") {
            Some(credential) => match Credential::of(credential)? {
                Ok(credential) => Some(credential),
                Err(Unusable::Credential(error)) => return outcome::failure(&error.into()),
                Err(Unusable::File(category, text)) => {
                    return Ok(Outcome::error(category, "PfxError", text));
                }
            },
            None => None,
        };
        let assertion = credential.as_ref().and_then(|credential| credential.callable);
        let app = match (step.kind.as_deref(), credential) {
            (Some("public"), None) => {
                let id = arguments.needed_text("client_id")?;
                let builder = options(&mut arguments, PublicClientApplication::builder(id))?;
                // MSAL Python takes it, and does nothing with it.
                arguments.take("azure_region");
                arguments.end()?;
                builder.build().map(App::Public)
            }
            (Some("public"), Some(_)) => return Err(arguments.not_built("client_credential")),
            (_, credential) => {
                let id = arguments.needed_text("client_id")?;
                let mut builder = options(&mut arguments, ConfidentialClientApplication::builder(id))?;
                if let Some(claims) = arguments.take("client_claims") {
                    builder = builder.client_claims(claims.to_string());
                }
                if let Some(region) = arguments.take("azure_region") {
                    builder = builder.azure_region(azure_region(region)?);
                }
                arguments.end()?;
                if let Some(credential) = credential {
                    builder = builder.client_credential(credential.credential);
                }
                builder.build().map(App::Confidential)
            }
        };
        match app {
            Ok(app) => self.clients.insert(name.clone(), Client { app, state, cache, assertion }),
            Err(error) => return outcome::failure(&error),
        };
        let resolved = self.run(world, &name, |app| app.resolve_authority())?;
        match resolved {
            Ok(authority) => Ok(Outcome::Ok(constructed(&authority))),
            Err(error) => {
                self.clients.remove(&name);
                outcome::failure(&error)
            }
        }
    }
}

/// The options that all clients have.
fn options<C>(
    arguments: &mut Arguments,
    mut builder: ClientApplicationBuilder<C>,
) -> Result<ClientApplicationBuilder<C>, NotRun> {
    if let Some(authority) = arguments.take("authority") {
        builder = match LibraryObject::of(&authority) {
            Some(LibraryObject::AuthorityBuilder(instance, tenant)) => {
                builder.authority(AuthorityBuilder::new(&instance, &tenant))
            }
            _ => builder.authority(text(&authority).ok_or("authority is not a text".to_owned())?),
        };
    }
    if let Some(url) = arguments.text("oidc_authority")? {
        builder = builder.oidc_authority(url);
    }
    if let Some(capabilities) = arguments.texts("client_capabilities")? {
        builder = builder.client_capabilities(capabilities);
    }
    if let Some(scopes) = arguments.texts("exclude_scopes")? {
        builder = builder.exclude_scopes(scopes);
    }
    if let Some(name) = arguments.text("app_name")? {
        builder = builder.app_name(name);
    }
    if let Some(version) = arguments.text("app_version")? {
        builder = builder.app_version(version);
    }
    if let Some(on) = arguments.flag("validate_authority")? {
        builder = builder.validate_authority(on);
    }
    builder = match arguments.take("instance_discovery") {
        None => builder,
        Some(Value::Bool(on)) => builder.instance_discovery(on),
        Some(url) => {
            let url = text(&url).ok_or("instance_discovery is no URL".to_owned())?;
            builder.instance_discovery_endpoint(url)
        }
    };
    Ok(builder)
}

/// True is to find it out, false is none.
fn azure_region(value: Value) -> Result<AzureRegion, NotRun> {
    match value {
        Value::String(name) => Ok(name.into()),
        Value::Bool(true) => Ok(AzureRegion::AttemptRegionDiscovery),
        Value::Bool(false) => Ok(AzureRegion::DisableMsalForceRegion),
        _ => Err(NotRun::Scenario("azure_region is neither a text nor a flag".to_owned())),
    }
}

/// Why there is no credential.
enum Unusable {
    Credential(CredentialError),
    /// The PFX file is not read, or not opened: the category of the outcome, and why.
    File(&'static str, String),
}

impl From<CredentialError> for Unusable {
    fn from(error: CredentialError) -> Self {
        Self::Credential(error)
    }
}

/// A `client_credential`.
struct Credential {
    credential: ClientCredential,
    callable: Option<usize>,
}

impl From<ClientCredential> for Credential {
    fn from(credential: ClientCredential) -> Self {
        Self { credential, callable: None }
    }
}

impl Credential {
    /// A text is a secret, an object is an assertion or a private key.
    fn of(value: Value) -> Result<Result<Self, Unusable>, NotRun> {
        match value {
            Value::String(secret) => Ok(ClientCredential::secret(secret).map(Self::from).map_err(Into::into)),
            Value::Object(members) => Self::of_members(members),
            _ => Err(NotRun::Scenario("client_credential is neither a text nor an object".to_owned())),
        }
    }

    /// MSAL ignores what is empty, but for a certificate.
    fn of_members(mut members: Map<String, Value>) -> Result<Result<Self, Unusable>, NotRun> {
        members.retain(|name, value| name == "public_certificate" || value != "");
        let mut arguments = Arguments::new("construct", members);
        if let Some(assertion) = arguments.take("client_assertion") {
            if let Some(LibraryObject::Callable(callable)) = LibraryObject::of(&assertion) {
                let credential = ClientCredential::assertion_from_host();
                return Ok(Ok(Self { credential, callable: Some(callable) }));
            }
            let assertion = text(&assertion).ok_or("client_assertion is not a text".to_owned())?;
            return Ok(ClientCredential::assertion(assertion).map(Self::from).map_err(Into::into));
        }
        if let Some(path) = arguments.text("private_key_pfx_path")? {
            return Self::of_pfx(&path, arguments);
        }
        // Without a key there is nothing to build from, which the library says itself.
        let key = arguments.text("private_key")?.unwrap_or_default();
        let mut builder = CertificateCredential::builder(key.as_bytes());
        if let Some(passphrase) = arguments.text("passphrase")? {
            builder = builder.passphrase(passphrase);
        }
        if let Some(thumbprint) = arguments.text("thumbprint")? {
            builder = builder.thumbprint(thumbprint);
        }
        // `true` speaks of the certificate in a PFX file.
        if let Some(certificate) = arguments.take("public_certificate").as_ref().and_then(text) {
            builder = builder.public_certificate(certificate);
        }
        arguments.end()?;
        Ok(built(builder))
    }

    /// From a file. Its certificate goes along if `public_certificate` is `true`, another if it is a text.
    fn of_pfx(path: &str, mut arguments: Arguments) -> Result<Result<Self, Unusable>, NotRun> {
        let passphrase = arguments.text("passphrase")?.unwrap_or_default();
        let public_certificate = arguments.take("public_certificate");
        // What speaks of a PEM key does not count beside a file.
        ["private_key", "thumbprint"].into_iter().for_each(|other| drop(arguments.take(other)));
        arguments.end()?;
        let file = match std::fs::read(path) {
            Ok(file) => file,
            Err(error) => return Ok(Err(Unusable::File("io", error.to_string()))),
        };
        let pfx = match Pfx::open(&file, &passphrase) {
            Ok(pfx) => pfx,
            Err(error) => return Ok(Err(Unusable::File("refused", error.to_string()))),
        };
        let sent = match public_certificate {
            Some(Value::Bool(true)) => Some(pfx.public_certificate()),
            other => other.as_ref().and_then(text),
        };
        let credential = pfx.credential();
        Ok(built(match sent {
            Some(certificate) => credential.public_certificate(certificate),
            None => credential,
        }))
    }
}

fn built(builder: CertificateCredentialBuilder) -> Result<Credential, Unusable> {
    Ok(ClientCredential::certificate(builder.build()?).into())
}

fn constructed(authority: &Authority) -> Value {
    let regional = authority.regional_token_endpoint.as_ref();
    let regional = regional.map(|endpoint| ("regional_token_endpoint".to_owned(), json!(endpoint)));
    Value::Object([("authority".to_owned(), view(authority))].into_iter().chain(regional).collect())
}

fn view(authority: &Authority) -> Value {
    json!({
        "instance": authority.instance,
        "tenant": authority.tenant,
        "is_adfs": authority.is_adfs(),
        "authorization_endpoint": authority.authorization_endpoint,
        "token_endpoint": authority.token_endpoint,
        "device_authorization_endpoint": authority.device_authorization_endpoint,
    })
}
