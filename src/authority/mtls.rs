//! Where TLS client certificates are asked for (RFC 8705): each cloud of Microsoft's has a host of its own for it.
use super::{AuthorityError, AuthorityKind, AuthorityUrl, TenantDocument, clouds, is_region, strict_https};
use alloc::{borrow::ToOwned, format, string::String};
use url::Url;

/// That of the public cloud, whatever name of it the program signs in at.
const PUBLIC: &str = "mtlsauth.microsoft.com";
const PUBLIC_LOGIN: &str = "login.microsoftonline.com";

/// Names of clouds that have no such host, though another name of the same cloud has one.
const WITHOUT: [&str; 2] = ["login.usgovcloudapi.net", "login.chinacloudapi.cn"];

const ELSEWHERE: &str = "is not where the authority asks for TLS client certificates";

impl AuthorityUrl {
    /// That host. dSTS asks at its own; of other services nothing is known but what their documents say.
    fn mtls_host(&self) -> Option<String> {
        let host = self.instance();
        match self.kind() {
            AuthorityKind::Dsts => return Some(host.to_owned()),
            AuthorityKind::Entra if !WITHOUT.contains(&host) => {}
            _ => return None,
        }
        if clouds::representative(host) == PUBLIC_LOGIN {
            return Some(PUBLIC.to_owned());
        }
        let rest = clouds::representative(host).strip_prefix("login.")?;
        Some(format!("mtlsauth.{rest}"))
    }

    /// Whether the program can be told at once that there is none.
    pub(crate) fn check_mtls(&self) -> Result<(), AuthorityError> {
        let is_known = !clouds::aliases(self.instance()).is_empty();
        if is_known && self.mtls_host().is_none() { Err(self.no_mtls()) } else { Ok(()) }
    }

    /// The token endpoint there: by the rule of Microsoft's clouds, else the document's (RFC 8705 section 5). In a region, its
    /// label is in front, as it is in the regional endpoint.
    pub(crate) fn mtls_token_endpoint(
        &self,
        document: &TenantDocument,
        regional_token_endpoint: Option<&str>,
    ) -> Result<String, AuthorityError> {
        let Some(host) = self.mtls_host() else {
            let endpoint = document.mtls_token_endpoint.as_deref().ok_or_else(|| self.no_mtls())?;
            return self.check_mtls_endpoint(endpoint).map(String::from).map_err(refused);
        };
        let regional = regional_token_endpoint.and_then(|url| Url::parse(url).ok());
        let regional =
            regional.as_ref().and_then(Url::host_str).filter(|regional| *regional != self.instance());
        let host = match regional.and_then(|regional| regional.split_once('.')) {
            Some((region, _)) => format!("{region}.{host}"),
            None => host,
        };
        let mut url = strict_https(&document.token_endpoint).map_err(refused)?;
        url.set_host(Some(&host)).map_err(|_| refused(ELSEWHERE))?;
        Ok(url.into())
    }

    /// Checks one: it is on that host, or in a region of it; or on the authority's own, at any port.
    pub(crate) fn check_mtls_endpoint(&self, text: &str) -> Result<Url, &'static str> {
        let url = strict_https(text)?;
        let (host, mtls_host) = (url.host_str().unwrap_or_default(), self.mtls_host());
        let is_there = match &mtls_host {
            Some(own) => host.split_once('.').is_some_and(|(region, rest)| is_region(region) && rest == own),
            None => false,
        };
        if is_there || host == mtls_host.as_deref().unwrap_or(self.instance()) {
            Ok(url)
        } else {
            Err(ELSEWHERE)
        }
    }

    fn no_mtls(&self) -> AuthorityError {
        AuthorityError::NoMutualTls { host: self.instance().to_owned() }
    }
}

fn refused(reason: &'static str) -> AuthorityError {
    AuthorityError::Document { member: "mtls_endpoint_aliases", reason }
}
