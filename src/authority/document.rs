//! The two documents of discovery, checked.
use super::url::is_guid;
use super::{Authority, AuthorityError, AuthorityKind, AuthorityUrl, strict_https};
use crate::json::JsonObject;
use alloc::borrow::ToOwned;
use alloc::string::String;
use serde::{Deserialize, Serialize};
use url::Url;

/// The metadata of a tenant (OpenID Connect Discovery 1.0 section 3): what we keep of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TenantDocument {
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    pub(crate) device_authorization_endpoint: Option<String>,
    /// The tenant in the token endpoint.
    pub(crate) tenant: String,
}

impl TenantDocument {
    /// Checks what came from `asked`.
    pub(crate) fn read(
        authority: &AuthorityUrl,
        asked: &str,
        members: &JsonObject,
    ) -> Result<Self, AuthorityError> {
        let asked = strict_https(asked).map_err(|reason| AuthorityError::Url { reason })?;
        let endpoint = |member: &'static str| {
            let text = members.string(member);
            let text = text.ok_or(AuthorityError::Document { member, reason: "is missing or no string" })?;
            let url = authority.check_endpoint(&asked, &text);
            url.map(|url| (url, text)).map_err(|reason| AuthorityError::Document { member, reason })
        };
        let (url, token_endpoint) = endpoint("token_endpoint")?;
        let (_, authorization_endpoint) = endpoint("authorization_endpoint")?;
        let device = "device_authorization_endpoint";
        let device_authorization_endpoint =
            if members.contains(device) { Some(endpoint(device)?.1) } else { None };
        let tenant = tenant_of(&url, authority)?;
        Ok(Self { authorization_endpoint, token_endpoint, device_authorization_endpoint, tenant })
    }

    /// As a program sees it.
    pub(crate) fn authority(&self, authority: &AuthorityUrl) -> Authority {
        Authority {
            instance: authority.instance().to_owned(),
            tenant: self.tenant.clone(),
            kind: AuthorityKind::Entra,
            authorization_endpoint: self.authorization_endpoint.clone(),
            token_endpoint: self.token_endpoint.clone(),
            device_authorization_endpoint: self.device_authorization_endpoint.clone(),
        }
    }
}

/// The first segment of the token endpoint's path. If the program named a tenant by its id, it is that one.
fn tenant_of(token_endpoint: &Url, authority: &AuthorityUrl) -> Result<String, AuthorityError> {
    let refused = |reason| AuthorityError::Document { member: "token_endpoint", reason };
    let mut segments = token_endpoint.path_segments().into_iter().flatten();
    let tenant = segments.next().filter(|tenant| !tenant.is_empty()).ok_or(refused("has no tenant"))?;
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
        if members.string("error").as_deref() == Some("invalid_instance") {
            return Err(AuthorityError::InvalidInstance(authority.instance().to_owned()));
        }
        let member = "tenant_discovery_endpoint";
        let text = members.string(member);
        let text = text.ok_or(AuthorityError::Document { member, reason: "is missing or no string" })?;
        authority
            .check_discovery_endpoint(&text)
            .map_err(|reason| AuthorityError::Document { member, reason })?;
        Ok(Self { tenant_discovery_endpoint: text })
    }
}
