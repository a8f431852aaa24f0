//! The two documents of discovery, checked.
use super::issuer::check_issuer;
use super::url::is_guid;
use super::{Authority, AuthorityError, AuthorityKind, AuthorityUrl};
use crate::json::JsonObject;
use alloc::borrow::ToOwned;
use alloc::string::String;
use serde::{Deserialize, Serialize};
use url::Url;

const DISCOVERY: &str = "tenant_discovery_endpoint";

/// The metadata of a tenant (OpenID Connect Discovery 1.0 section 3): what we keep of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TenantDocument {
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    pub(crate) device_authorization_endpoint: Option<String>,
    /// The tenant in the token endpoint.
    pub(crate) tenant: String,
    #[serde(default)]
    pub(super) issuer: Option<String>,
    #[serde(default)]
    pub(super) jwks_uri: Option<String>,
    /// Where TLS client certificates are asked for, if the document says so (RFC 8705 section 5); not checked yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mtls_token_endpoint: Option<String>,
    /// Whether answers at the redirect URI say who issued them (RFC 9207 section 3).
    #[serde(default)]
    pub(crate) tells_issuer: bool,
}

impl TenantDocument {
    /// Checks what came from `asked`.
    pub(crate) fn read(
        authority: &AuthorityUrl,
        asked: &str,
        members: &JsonObject,
    ) -> Result<Self, AuthorityError> {
        let asked = checked(DISCOVERY, authority.check_discovery_endpoint(asked))?;
        Self::read_at(authority, &asked, members)
    }

    /// Checks what came from the authority's own host, another of its cloud, or a region of it.
    pub(super) fn read_at(
        authority: &AuthorityUrl,
        asked: &Url,
        members: &JsonObject,
    ) -> Result<Self, AuthorityError> {
        let issuer = members.string("issuer");
        // That of Entra is a template, and those of B2C and ADFS may be elsewhere.
        if authority.checks_issuer() {
            checked("issuer", check_issuer(authority, issuer.as_deref()))?;
        }
        let endpoint = |member| checked(member, authority.check_endpoint(asked, &text(members, member)?));
        let token_endpoint = endpoint("token_endpoint")?;
        let authorization_endpoint = endpoint("authorization_endpoint")?;
        checked("authorization_endpoint", check_query(&authorization_endpoint))?;
        let device = "device_authorization_endpoint";
        let has_device = members.raw(device).is_some_and(|value| value != "null");
        let device = has_device.then(|| endpoint(device)).transpose()?;
        Ok(Self {
            authorization_endpoint: authorization_endpoint.into(),
            tenant: tenant_of(&token_endpoint, authority)?,
            token_endpoint: token_endpoint.into(),
            device_authorization_endpoint: device.map(String::from),
            issuer,
            jwks_uri: members.string("jwks_uri"),
            mtls_token_endpoint: mtls_token_endpoint(members),
            tells_issuer: members.get("authorization_response_iss_parameter_supported").unwrap_or(false),
        })
    }

    /// Checks again that its endpoints are of this authority or its cloud.
    pub(crate) fn check(&self, authority: &AuthorityUrl) -> Result<(), AuthorityError> {
        let endpoints = [
            ("authorization_endpoint", &self.authorization_endpoint),
            ("token_endpoint", &self.token_endpoint),
        ];
        endpoints
            .into_iter()
            .try_for_each(|(member, url)| checked(member, authority.check_discovery_endpoint(url)).map(drop))
    }

    /// The same tenant under another name of its cloud, which needs no document of its own.
    pub(crate) fn under(&self, alias: &str) -> Option<Self> {
        let mut token_endpoint = Url::parse(&self.token_endpoint).ok()?;
        token_endpoint.set_host(Some(alias)).ok()?;
        Some(Self { token_endpoint: token_endpoint.into(), ..self.clone() })
    }

    /// The issuer, to compare an id token's with; may be a template for any tenant's.
    pub(crate) fn issuer(&self) -> Result<&str, AuthorityError> {
        let reason = "is missing, without which id tokens cannot be checked strictly";
        self.issuer.as_deref().ok_or(AuthorityError::Document { member: "issuer", reason })
    }

    /// Where the keys are by which id tokens are signed; not checked yet.
    pub(crate) fn jwks_uri(&self) -> Result<&str, AuthorityError> {
        let reason = "is missing, without which signatures cannot be verified";
        self.jwks_uri.as_deref().ok_or(AuthorityError::Document { member: "jwks_uri", reason })
    }

    /// The issuer, unless it is a template for any tenant's.
    pub(crate) fn known_issuer(&self) -> Option<&str> {
        self.issuer.as_deref().filter(|issuer| !issuer.contains('{'))
    }

    /// As a program sees it.
    pub(crate) fn authority(&self, authority: &AuthorityUrl) -> Authority {
        Authority {
            instance: authority.instance().to_owned(),
            tenant: self.tenant.clone(),
            kind: authority.kind(),
            authorization_endpoint: self.authorization_endpoint.clone(),
            token_endpoint: self.token_endpoint.clone(),
            device_authorization_endpoint: self.device_authorization_endpoint.clone(),
            regional_token_endpoint: None,
        }
    }
}

/// What an authorization endpoint's own query has no say in (RFC 6749 section 3.1: no parameter is there twice).
const OF_A_SIGN_IN: [&str; 17] = [
    "claims",
    "client_id",
    "client_info",
    "code_challenge",
    "code_challenge_method",
    "instance_aware",
    "login_hint",
    "max_age",
    "nonce",
    "prompt",
    "redirect_uri",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
];

fn check_query(authorization_endpoint: &Url) -> Result<(), &'static str> {
    let is_ours = |name: &str| OF_A_SIGN_IN.contains(&name);
    match authorization_endpoint.query_pairs().any(|(name, _)| is_ours(&name)) {
        true => Err("has a parameter in its query that each sign-in brings"),
        false => Ok(()),
    }
}

/// The first segment of the token endpoint's path; at dSTS the one after `dstsv2`. If the program named a tenant by its
/// id, it is that one.
fn tenant_of(token_endpoint: &Url, authority: &AuthorityUrl) -> Result<String, AuthorityError> {
    let refused = |reason| AuthorityError::Document { member: "token_endpoint", reason };
    let mut segments = token_endpoint.path_segments().into_iter().flatten();
    let mut tenant = segments.next().filter(|tenant| !tenant.is_empty());
    if authority.kind() == AuthorityKind::Dsts
        && tenant.is_some_and(|word| word.eq_ignore_ascii_case("dstsv2"))
    {
        tenant = segments.next().filter(|tenant| !tenant.is_empty());
    }
    let tenant = tenant.ok_or(refused("has no tenant"))?;
    let asked = authority.tenant();
    if is_guid(asked) && is_guid(tenant) && !asked.eq_ignore_ascii_case(tenant) {
        return Err(refused("is of another tenant than the authority"));
    }
    Ok(tenant.to_owned())
}

/// What a cloud says of a host (MSAL's instance discovery).
pub(crate) struct InstanceDocument {
    /// Where the tenant's document is.
    pub(crate) tenant_discovery_endpoint: String,
}

impl InstanceDocument {
    pub(crate) fn read(authority: &AuthorityUrl, members: &JsonObject) -> Result<Self, AuthorityError> {
        if members.contains("error") {
            return Err(AuthorityError::Document { member: DISCOVERY, reason: "comes with an error" });
        }
        let url = checked(DISCOVERY, authority.check_discovery_endpoint(&text(members, DISCOVERY)?))?;
        Ok(Self { tenant_discovery_endpoint: url.into() })
    }
}

/// An alias that cannot be used is as good as none.
fn mtls_token_endpoint(members: &JsonObject) -> Option<String> {
    JsonObject::parse(members.raw("mtls_endpoint_aliases")?.as_bytes()).ok()?.string("token_endpoint")
}

fn text(members: &JsonObject, member: &'static str) -> Result<String, AuthorityError> {
    members.string(member).ok_or(AuthorityError::Document { member, reason: "is missing or no string" })
}

fn checked<T>(member: &'static str, found: Result<T, &'static str>) -> Result<T, AuthorityError> {
    found.map_err(|reason| AuthorityError::Document { member, reason })
}
