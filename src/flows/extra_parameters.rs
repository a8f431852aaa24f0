//! What a caller adds to a token request (RFC 6749 section 8.2).
use crate::error::Error;
use crate::secret::Secret;
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct ExtraParameters {
    /// Members of the body.
    pub(super) data: Vec<(String, Secret)>,
    /// Parameters of the token endpoint's query.
    pub(super) query: Vec<(String, String)>,
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
        if self.member("token_type").is_some_and(|token_type| token_type.expose() == "ssh-cert") {
            if self.member("req_cnf").is_none() {
                return refused("an ssh-cert needs req_cnf, the public key as a JWK (RFC 7517)");
            }
            if self.member("key_id").is_none() {
                return refused("an ssh-cert needs key_id, the name of the key in req_cnf");
            }
        }
        Ok(())
    }
}
