//! Finding the token endpoint that client credentials are sent to: the authority's own, or that of an Azure region.
//!
//! The region's name goes into a host name, so it is checked wherever it comes from. The audience of assertions and the
//! entries of the cache stay those of the authority's own endpoint.
use super::discovery::{self, Discovery};
use super::http_response;
use crate::authority::{AuthorityKind, AuthorityUrl, Elsewhere, TenantDocument, is_region};
use crate::client::{AzureRegion, NOT_A_NAME};
use crate::engine::{Effect, Env, Flow, HttpFault, HttpRequest, HttpResponse, Next, Reply};
use crate::error::{Error, Warning};
use crate::json::JsonObject;
use alloc::{borrow::ToOwned, string::String, sync::Arc};
use serde::{Deserialize, Serialize};

/// Azure's instance metadata service, at its link-local address: the one request of this library that is not https.
const METADATA_SERVICE: &str = "http://169.254.169.254/metadata/instance/compute?api-version=2021-02-01";

/// Nobody answers there outside of Azure. In seconds.
const METADATA_TIMEOUT: u64 = 2;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Region {
    at: Elsewhere,
    state: State,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    /// Reading the authority's own document.
    Discovering(Discovery),
    /// Asking the metadata service where this program runs.
    Detecting(Central),
    /// Reading the document of the authority in this region: because no table knows its host, or because the authority's
    /// own host was not reached.
    ReadingDocument { central: Central, region: String },
}

/// The authority's own document, or why there is none.
type Central = Result<Arc<TenantDocument>, HttpFault>;

/// What to send client credentials to.
pub(crate) struct Resolved {
    pub(crate) document: Arc<TenantDocument>,
    /// In place of the document's, if a region is used.
    pub(crate) regional_token_endpoint: Option<String>,
}

/// The region that the program wants.
enum Choice {
    Named(String),
    Detect,
}

impl Choice {
    /// None is wanted by most programs, and by all that need none.
    fn of(env: &Env<'_>) -> Result<Option<Self>, Error> {
        let application = env.application();
        if application.credential().is_none() || application.authority().kind() != AuthorityKind::Entra {
            return Ok(None);
        }
        match application.azure_region() {
            Some(AzureRegion::Named(name)) => Ok(Some(Self::Named(name.clone()))),
            Some(AzureRegion::AttemptRegionDiscovery) => Ok(Some(Self::Detect)),
            Some(AzureRegion::DisableMsalForceRegion) => Ok(None),
            None => {
                let forced = env.facts.variable("MSAL_FORCE_REGION");
                forced.map(|name| named(name.expose())).transpose()
            }
        }
    }
}

fn named(name: &str) -> Result<Choice, Error> {
    if is_region(name) {
        return Ok(Choice::Named(name.to_owned()));
    }
    Err(Error::InvalidParameter { parameter: "MSAL_FORCE_REGION", reason: NOT_A_NAME })
}

/// Where the program runs by `REGION_NAME`, which Azure sets for Functions and App Service; in whatever case.
fn region_name(env: &Env<'_>) -> Option<Result<String, &'static str>> {
    let name = env.facts.variable("REGION_NAME")?.expose().trim().to_ascii_lowercase();
    match name.as_str() {
        "" => None,
        region if is_region(region) => Some(Ok(name)),
        _ => Some(Err("REGION_NAME is not a region's name")),
    }
}

/// The same, or by what the metadata service said before; none if it is still to be asked.
fn detected(env: &Env<'_>) -> Option<Result<String, &'static str>> {
    region_name(env).or_else(|| env.state.detected_region.clone())
}

impl Region {
    /// Refuses an environment that names no region, before anything is asked.
    pub(crate) fn check(env: &Env<'_>) -> Result<(), Error> {
        Choice::of(env).map(drop)
    }

    /// What results are to be warned of.
    pub(crate) fn warning(env: &Env<'_>) -> Option<Warning> {
        match (Choice::of(env).ok()??, region_name(env)) {
            (Choice::Detect, _) => detected(env)?.err().map(Warning::RegionNotDetected),
            (Choice::Named(configured), Some(Ok(detected))) if detected != configured => {
                Some(Warning::RegionDiffers { configured, detected })
            }
            (Choice::Named(_), _) => None,
        }
    }

    /// Begins; it ends at once if all is known.
    pub(crate) fn start(env: &Env<'_>, at: &Elsewhere) -> Result<Next<Self>, Error> {
        Self::check(env)?;
        match Discovery::known_at(env, at) {
            Some(document) => Self::choose(env, at.clone(), Ok(document)),
            None => Ok(Next::Need(Self {
                at: at.clone(),
                state: State::Discovering(Discovery::start_at(env, at)?),
            })),
        }
    }

    /// Which region it is to be.
    fn choose(env: &Env<'_>, at: Elsewhere, central: Central) -> Result<Next<Self>, Error> {
        let region = match Choice::of(env)? {
            None => None,
            Some(Choice::Named(region)) => Some(region),
            Some(Choice::Detect) => match detected(env) {
                Some(detected) => detected.ok(),
                None => return Ok(Next::Need(Self { at, state: State::Detecting(central) })),
            },
        };
        Self::enter(env, at, central, region)
    }

    /// What the token endpoint is there. A host of the table has one in each region; of another, the region is asked.
    fn enter(
        env: &Env<'_>,
        at: Elsewhere,
        central: Central,
        region: Option<String>,
    ) -> Result<Next<Self>, Error> {
        let Some(region) = region else {
            return Ok(Next::Done(Resolved { document: central?, regional_token_endpoint: None }));
        };
        let application = env.application();
        let authority = application.authority_at(&at)?;
        let known = match &central {
            Ok(document) if !authority.needs_validation() => Some(document.clone()),
            Ok(document) => {
                let regional = authority.in_region(&region, &document.tenant)?;
                env.state.documents.get(application, &regional, env.now()).cloned()
            }
            Err(_) => None,
        };
        match known {
            Some(known) => Self::end(env, central?, &known, &region),
            None => Ok(Next::Need(Self { at, state: State::ReadingDocument { central, region } })),
        }
    }

    fn end(
        env: &Env<'_>,
        document: Arc<TenantDocument>,
        regional: &TenantDocument,
        region: &str,
    ) -> Result<Next<Self>, Error> {
        let endpoint = env.application().authority().regional_endpoint(&regional.token_endpoint, region)?;
        Ok(Next::Done(Resolved { document, regional_token_endpoint: Some(endpoint) }))
    }
}

impl Flow for Region {
    type Output = Resolved;

    fn effect(&self, env: &mut Env<'_>) -> Result<Effect, Error> {
        match &self.state {
            State::Discovering(discovery) => discovery.effect(env),
            State::Detecting(_) => {
                let headers = [("metadata".to_owned(), "true".to_owned())].into();
                let timeout = Some(METADATA_TIMEOUT);
                let request = HttpRequest::get(METADATA_SERVICE.to_owned());
                Ok(Effect::HttpRequest(HttpRequest { headers, timeout, ..request }))
            }
            State::ReadingDocument { central, region } => {
                let authority = env.application().authority_at(&self.at)?;
                let regional = authority.in_region(region, tenant(&authority, central))?;
                Ok(Effect::HttpRequest(HttpRequest::get(regional.discovery_endpoint())))
            }
        }
    }

    fn resume(self, env: &mut Env<'_>, reply: Reply) -> Result<Next<Self>, Error> {
        let Self { at, state } = self;
        match state {
            State::Discovering(discovery) => match discovery.resume(env, reply) {
                Ok(Next::Need(discovery)) => {
                    Ok(Next::Need(Self { at, state: State::Discovering(discovery) }))
                }
                Ok(Next::Done(document)) => Self::choose(env, at, Ok(document)),
                Err(Error::Http(fault)) if can_do_without(env, &fault) => Self::choose(env, at, Err(fault)),
                Err(error) => Err(error),
            },
            State::Detecting(central) => {
                let detected = match http_response(reply) {
                    Ok(response) => location(&response),
                    Err(Error::Http(_)) => Err("Azure's metadata service gave no answer"),
                    Err(error) => return Err(error),
                };
                env.state.detected_region = Some(detected.clone());
                Self::enter(env, at, central, detected.ok())
            }
            State::ReadingDocument { central, region } => {
                let application = env.application();
                let authority = application.authority_at(&at)?;
                let regional = authority.in_region(&region, tenant(&authority, &central))?;
                let members = discovery::read(&http_response(reply)?, &regional, discovery::DOCUMENT)?;
                let document = Arc::new(TenantDocument::read_in_region(&authority, &regional, &members)?);
                let now = env.now();
                let of = if central.is_ok() { &regional } else { &*authority };
                env.state.documents.put(application, of, document.clone(), now);
                Self::end(env, central.unwrap_or_else(|_| document.clone()), &document, &region)
            }
        }
    }
}

/// The tenant as the authority's document has it, else as the program named it.
fn tenant<'a>(authority: &'a AuthorityUrl, central: &'a Central) -> &'a str {
    central.as_ref().map_or_else(|_| authority.tenant(), |document| &document.tenant)
}

/// Whether a program that wants a region needs no answer of the authority's own host: it is one of the table, whose
/// regions are known.
fn can_do_without(env: &Env<'_>, fault: &HttpFault) -> bool {
    let is_connection = matches!(fault, HttpFault::Connect(_) | HttpFault::TimedOut(_));
    let is_wanted = Choice::of(env).is_ok_and(|choice| choice.is_some());
    is_connection && is_wanted && !env.application().authority().needs_validation()
}

/// The region in what the metadata service says of this machine.
fn location(response: &HttpResponse) -> Result<String, &'static str> {
    let members = JsonObject::parse(response.body.expose()).unwrap_or_default();
    let location = members.string("location").filter(|location| is_region(location));
    location.filter(|_| response.status == 200).ok_or("Azure's metadata service did not name a region")
}
