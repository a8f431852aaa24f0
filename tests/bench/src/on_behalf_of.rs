//! OBO: a call on behalf of one of many users that hits the cache. It is no item of the side-by-side benchmark.
use crate::Failure;
use crate::host::{Client, app};
use crate::inputs::{Inputs, scope, tenant};
use crate::stop_watch::{Case, Unit};
use msal_proto::cache::InMemoryStore;
use msal_proto::{AuthenticationResult, ClientCredential, TokenSource};
use std::hint::black_box;
use std::sync::Arc;

/// How many users have called.
const USERS: [usize; 3] = [1, 100, 10_000];

pub(crate) fn hits(inputs: &Inputs) -> Result<(), Failure> {
    USERS.into_iter().try_for_each(|users| among(inputs, users))
}

fn among(inputs: &Inputs, users: usize) -> Result<(), Failure> {
    let (tenant, scope) = (tenant(0), scope(0));
    let credential = ClientCredential::secret(inputs.text("client_secret"))?;
    let store = Arc::new(InMemoryStore::default());
    let client = Client::new(app(inputs, &tenant, credential)?, inputs, &tenant, store);
    // As long as an assertion is: its digest is part of a call.
    let assertions: Vec<_> = (0..users).map(|user| inputs.access_token(users + user)).collect();
    let call = |user: usize, answer: &str| {
        let assertion = assertions.get(user).ok_or("no such user")?.as_str();
        Ok::<AuthenticationResult, Failure>(
            client.run(client.app.acquire_token_on_behalf_of(assertion, [&scope]), answer)?,
        )
    };
    for user in 0..users {
        if call(user, &inputs.token_response(user))?.token_source != TokenSource::IdentityProvider {
            return Err("a token was there before it was asked for".into());
        }
    }
    for user in [0, users / 2, users - 1] {
        let found = call(user, "")?;
        let token = found.access_token.ok_or("no token")?;
        if found.token_source != TokenSource::Cache || token.expose() != inputs.access_token(user) {
            return Err("the flow did not hit the user's own token".into());
        }
    }
    Case::new("OBO", &format!("hit U={users}"), Unit::Nanoseconds).measure(|number| {
        black_box(call(inputs.pick(number, users), "")?);
        Ok(())
    })
}
