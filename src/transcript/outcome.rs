//! What a transcript says of an end that went well.
use super::note;
use super::text::members;
use crate::cache::Account;
use crate::flows::{AuthCodeFlow, DeviceFlow, LongRunningOnBehalfOf};
use crate::{AuthenticationResult, Authority};
use alloc::{format, string::String, vec::Vec};
use core::fmt::Write;

/// What a flow yields, as a transcript tells it.
pub trait Outcome {
    /// One or more lines, without secrets.
    fn describe(&self) -> String;

    /// Where a person is to go next, if anywhere: an address as it is. A transcript shows of its query only what is no
    /// secret.
    fn address(&self) -> Option<&str> {
        None
    }
}

impl Outcome for AuthenticationResult {
    fn describe(&self) -> String {
        let mut text =
            format!("{} token, {} s, from {}", self.token_type, self.expires_in, self.token_source.as_str());
        for warning in &self.warnings {
            // Writing to a string does not fail.
            let _ = write!(text, "\nwarning: {warning}");
        }
        text
    }
}

/// Its first token; the key is not shown.
impl Outcome for LongRunningOnBehalfOf {
    fn describe(&self) -> String {
        self.result.describe()
    }
}

impl Outcome for Authority {
    fn describe(&self) -> String {
        let tokens_at = self.regional_token_endpoint.as_ref().unwrap_or(&self.token_endpoint);
        format!("{}, tenant {}, tokens at {tokens_at}", self.instance, self.tenant)
    }
}

/// The address with its parameters; the state, the nonce and who is expected to sign in are not shown.
impl Outcome for AuthCodeFlow {
    fn describe(&self) -> String {
        self.auth_uri.describe()
    }

    fn address(&self) -> Option<&str> {
        Some(&self.auth_uri)
    }
}

/// An address to send a person to, as [`AuthCodeFlow`]'s.
impl Outcome for String {
    fn describe(&self) -> String {
        let (address, parameters) = note::address(self);
        format!("a person is to sign in at {address}{}", members(&parameters))
    }

    fn address(&self) -> Option<&str> {
        Some(self)
    }
}

/// Where the person is to go; the codes are not shown.
impl Outcome for DeviceFlow {
    fn describe(&self) -> String {
        let uri = self.verification_uri.as_deref().unwrap_or("an address in the message");
        format!("a person is to enter a code at {uri} in {} s", self.expires_in)
    }
}

/// How many there are, where each is and how they signed in; not who they are.
impl Outcome for Vec<Account> {
    fn describe(&self) -> String {
        let mut text = format!("{} account(s)", self.len());
        for account in self {
            let at = account.environment.as_deref().unwrap_or("an unknown host");
            let by = account.account_source.as_deref().unwrap_or("an unknown grant");
            let _ = write!(text, "\nat {at}, by {by}");
        }
        text
    }
}

/// As what it holds, or `nothing`.
impl<T: Outcome> Outcome for Option<T> {
    fn describe(&self) -> String {
        self.as_ref().map_or_else(|| "nothing".into(), T::describe)
    }

    fn address(&self) -> Option<&str> {
        self.as_ref().and_then(T::address)
    }
}

/// How many there were.
impl Outcome for usize {
    fn describe(&self) -> String {
        format!("{self}")
    }
}

/// `done`
impl Outcome for () {
    fn describe(&self) -> String {
        "done".into()
    }
}
