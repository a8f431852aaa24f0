//! What a caller adds to a token request (RFC 6749 section 8.2).
use crate::client::ClientApplication;
use crate::error::Error;
use crate::secret::Secret;
use crate::token::claims::{check_claims, merge_claims, merge_claims_challenge_and_capabilities};
use alloc::{borrow::ToOwned, string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// Under this name, forwarded claims tell tokens in the cache apart (as in all MSALs); it is never sent.
const CLIENT_CLAIMS: &str = "client_claims";

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct ExtraParameters {
    /// Members of the body.
    pub(super) data: Vec<(String, Secret)>,
    /// Parameters of the token endpoint's query.
    pub(super) query: Vec<(String, String)>,
    /// Claims that the caller's own client asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    forwarded_client_claims: Option<Secret>,
}

impl ExtraParameters {
    /// Sets a member of the body; an empty value is none.
    pub(super) fn set_data(&mut self, name: impl Into<String>, value: impl Into<Secret>) {
        let (name, value) = (name.into(), value.into());
        self.data.retain(|(other, _)| *other != name);
        if !value.expose().is_empty() {
            self.data.push((name, value));
        }
    }

    pub(super) fn add_query(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.query.push((name.into(), value.into()));
    }

    /// Sets the claims that are merged into the parameter `claims`, and tell tokens in the cache apart.
    pub(super) fn set_forwarded_client_claims(&mut self, json: impl Into<Secret>) {
        self.forwarded_client_claims = Some(json.into());
    }

    /// What the body says of a name.
    pub(super) fn member(&self, name: &str) -> Option<&Secret> {
        self.data.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// Whether they can be sent.
    pub(super) fn check(&self) -> Result<(), Error> {
        let refused = |reason| Err(Error::InvalidParameter { parameter: "data", reason });
        if self.member("scope").is_some() {
            return refused("scope has a parameter of its own, scopes");
        }
        if self.member("claims").is_some() {
            return refused("claims has a parameter of its own, claims_challenge");
        }
        if self.member(CLIENT_CLAIMS).is_some() {
            return refused("client_claims has a parameter of its own, forwarded_client_claims");
        }
        if self.member("token_type").is_some_and(|token_type| token_type.expose() == "ssh-cert") {
            if self.member("req_cnf").is_none() {
                return refused("an ssh-cert needs req_cnf, the public key as a JWK (RFC 7517)");
            }
            if self.member("key_id").is_none() {
                return refused("an ssh-cert needs key_id, the name of the key in req_cnf");
            }
        }
        match &self.forwarded_client_claims {
            Some(claims) => check_claims("forwarded_client_claims", claims.expose()),
            None => Ok(()),
        }
    }

    /// The parameter `claims`: a resource's challenge, what the client can do, and what is forwarded.
    pub(super) fn claims(
        &self,
        application: &ClientApplication,
        challenge: Option<&str>,
    ) -> Result<Option<String>, Error> {
        let own = merge_claims_challenge_and_capabilities(application.client_capabilities(), challenge)?;
        match &self.forwarded_client_claims {
            Some(forwarded) => merge_claims(own, forwarded.expose()).map(Some),
            None => Ok(own),
        }
    }

    /// What tells a token in the cache apart.
    pub(super) fn cache_members(&self) -> impl Iterator<Item = (&str, &str)> {
        let data = self.data.iter().map(|(name, value)| (name.as_str(), value.expose()));
        data.chain(self.forwarded_client_claims.iter().map(|claims| (CLIENT_CLAIMS, claims.expose())))
    }

    /// The same, to keep with a token.
    pub(super) fn into_cache_members(self) -> Vec<(String, Secret)> {
        let Self { mut data, forwarded_client_claims, .. } = self;
        data.extend(forwarded_client_claims.map(|claims| (CLIENT_CLAIMS.to_owned(), claims)));
        data
    }
}
