//! W1 and W4: a client credentials call that hits the cache, and one that misses.
use crate::Failure;
use crate::host::{Client, app, now};
use crate::inputs::{Inputs, Layout, scope, tenant};
use crate::stop_watch::{Case, Unit};
use msal_proto::cache::{AccessTokenQuery, InMemoryStore};
use msal_proto::{ClientCredential, Scopes, TokenSource};
use std::hint::black_box;
use std::sync::Arc;

/// The name of the lines that look up a token in a `TokenCache` that the program holds itself.
const BORROWED: &str = "msal-rs-borrowed";

/// What no entry is for.
const MISSING_SCOPE: &str = "api://miss/.default";

/// A client a tenant, one store for all, and so many tokens in it, each by the flow.
pub(crate) fn fill(
    inputs: &Inputs,
    layout: Layout,
    entries: usize,
) -> Result<(Vec<Client>, Arc<InMemoryStore>), Failure> {
    let store = Arc::new(InMemoryStore::default());
    let mut clients = Vec::new();
    for number in layout.tenants(entries) {
        let credential = ClientCredential::secret(inputs.text("client_secret"))?;
        let tenant = tenant(number);
        clients.push(Client::new(app(inputs, &tenant, credential)?, inputs, &tenant, store.clone()));
    }
    for entry in 0..entries {
        let (tenant, scope_number) = layout.place(entry);
        let client = clients.get(tenant).ok_or("no such tenant")?;
        let answer = inputs.token_response(entry);
        let result = client.run(client.app.acquire_token_for_client([scope(scope_number)]), &answer)?;
        if result.token_source != TokenSource::IdentityProvider {
            return Err("a token was there before it was asked for".into());
        }
    }
    Ok((clients, store))
}

/// W1: a random entry that is there.
pub(crate) fn hits(inputs: &Inputs) -> Result<(), Failure> {
    for layout in Layout::ALL {
        for entries in inputs.numbers("w1_n") {
            // One token in one tenant is the same in both.
            if entries > 1 || matches!(layout, Layout::TenATenant) {
                hits_among(inputs, layout, entries)?;
            }
        }
    }
    Ok(())
}

fn hits_among(inputs: &Inputs, layout: Layout, entries: usize) -> Result<(), Failure> {
    let (clients, store) = fill(inputs, layout, entries)?;
    let name = format!("{} N={entries}", layout.as_str());
    let wanted = inputs.access_token(inputs.pick(0, entries));

    let scopes: Vec<_> = layout.scopes(entries).map(scope).collect();
    let flow = |number| {
        let (tenant, scope) = layout.place(inputs.pick(number, entries));
        let (client, scope) = clients.get(tenant).zip(scopes.get(scope)).ok_or("no such entry")?;
        Ok::<_, Failure>(client.run(client.app.acquire_token_for_client([scope]), "")?)
    };
    let first = flow(0)?;
    let is_wanted = first.access_token.is_some_and(|token| token.expose() == wanted);
    if first.token_source != TokenSource::Cache || !is_wanted {
        return Err("the flow did not hit the right token".into());
    }
    Case::new("W1", &name, Unit::Nanoseconds).measure(|number| {
        black_box(flow(number)?);
        Ok(())
    })?;

    let (environment, client_id) =
        (Arc::from(inputs.text("environment")), Arc::from(inputs.text("client_id")));
    let realms: Vec<Arc<str>> = layout.tenants(entries).map(|number| tenant(number).into()).collect();
    let scopes: Vec<_> = layout.scopes(entries).map(|number| Scopes::new([scope(number)])).collect();
    let cache = store.lock();
    let borrowed = |number| {
        let (realm, scope) = layout.place(inputs.pick(number, entries));
        let (realm, scope) = realms.get(realm).zip(scopes.get(scope)).ok_or("no such entry")?;
        let query = AccessTokenQuery {
            home_account_id: None,
            environment: Arc::clone(&environment),
            client_id: Arc::clone(&client_id),
            realm: realm.clone(),
            target: scope.clone(),
            key_id: None,
            ext_cache_key: None,
            user_assertion_hash: None,
        };
        let token = cache.find(&query, now()).ok_or("no such token")?;
        Ok::<_, Failure>(token.secret().expose())
    };
    if borrowed(0)? != wanted {
        return Err("the look-up did not find the right token".into());
    }
    Case { peer: BORROWED, ..Case::new("W1", &name, Unit::Nanoseconds) }.measure(|number| {
        black_box(borrowed(number)?);
        Ok(())
    })
}

/// W4: a scope whose token is stale on arrival, so that it is asked for again.
pub(crate) fn misses(inputs: &Inputs) -> Result<(), Failure> {
    let answer = inputs.read("token_response_short.json")?;
    for entries in inputs.numbers("w4_prefill") {
        let (clients, _) = fill(inputs, Layout::OneTenant, entries)?;
        let client = clients.first().ok_or("no client")?;
        let miss = || client.run(client.app.acquire_token_for_client([MISSING_SCOPE]), &answer);
        for _ in 0..2 {
            if miss()?.token_source != TokenSource::IdentityProvider {
                return Err("a stale token was served".into());
            }
        }
        Case::new("W4", &format!("miss N={entries}"), Unit::Microseconds).measure(|_| {
            black_box(miss()?);
            Ok(())
        })?;
    }
    Ok(())
}
