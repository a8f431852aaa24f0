//! W2: accounts, and a silent call for one of them that hits the cache.
use crate::Failure;
use crate::host::{Client, authority};
use crate::inputs::Inputs;
use crate::stop_watch::{Case, Unit};
use msal_proto::cache::{Account, InMemoryStore};
use msal_proto::{PublicClientApplication, TokenCache, TokenSource};
use std::hint::black_box;
use std::sync::Arc;

type People = Client<PublicClientApplication>;

/// How many have signed in. The files of the inputs have no ten.
const ACCOUNTS: [usize; 5] = [1, 10, 100, 1_000, 10_000];

pub(crate) fn accounts(inputs: &Inputs) -> Result<(), Failure> {
    ACCOUNTS.into_iter().try_for_each(|number| among(inputs, number))
}

fn among(inputs: &Inputs, number: usize) -> Result<(), Failure> {
    let client = signed_in(inputs, number)?;
    let accounts = list(&client)?;
    let case = |name: &str, operation: &mut dyn FnMut(usize) -> Result<(), Failure>| {
        Case::new("W2", &format!("{name} A={number}"), Unit::Nanoseconds).measure(operation)
    };
    let one_of = |accounts: &[Account], query| {
        Ok::<_, Failure>(accounts.get(inputs.pick(query, number)).cloned().ok_or("no such account")?)
    };
    case("get_accounts", &mut |_| {
        black_box(list(&client)?);
        Ok(())
    })?;
    let ids: Vec<_> = accounts.iter().map(|account| account.home_account_id.clone()).collect();
    case("account by id", &mut |query| {
        let id = ids.get(inputs.pick(query, number)).ok_or("no such account")?;
        let found = client.run(client.app.get_accounts().home_account_id(&**id), "")?;
        if black_box(found).len() == 1 { Ok(()) } else { Err("not the one account".into()) }
    })?;
    // The service grants more than is asked for, so that the token is for more scopes than the call.
    let (asked, granted) = (inputs.text("user_scope"), inputs.text("user_target"));
    let exact: Vec<_> = granted.split(' ').collect();
    for (name, scopes) in [("silent", &[asked][..]), ("silent, exact target", &exact)] {
        case(name, &mut |query| silent(&client, scopes, &one_of(&accounts, query)?))?;
    }
    case("both", &mut |query| silent(&client, &[asked], &one_of(&list(&client)?, query)?))
}

/// A client in whose cache so many have signed in.
fn signed_in(inputs: &Inputs, number: usize) -> Result<People, Failure> {
    let files = inputs.numbers("w2_accounts");
    let size = files.into_iter().find(|size| *size >= number).ok_or("no file with so many accounts")?;
    let folder = if size < 1_000 { "" } else { "generated/" };
    let mut cache = TokenCache::new();
    cache.deserialize(&inputs.read(&format!("{folder}user_cache_{size}.json"))?)?;
    let tenant = inputs.text("user_tenant");
    let app = PublicClientApplication::builder(inputs.text("client_id"));
    let app = app.authority(authority(inputs, tenant)).build()?;
    let client = Client::new(app, inputs, tenant, Arc::new(InMemoryStore::new(cache)));
    for account in list(&client)?.iter().skip(number) {
        client.run(client.app.remove_account(account), "")?;
    }
    let accounts = list(&client)?;
    if accounts.len() != number {
        return Err("not so many accounts".into());
    }
    for (place, account) in accounts.iter().enumerate() {
        let silent = client.app.acquire_token_silent([inputs.text("user_scope")], account);
        let result = client.run(silent, "")?.ok_or("no token")?;
        let is_theirs = |token: &str| token.starts_with(&format!("UA{place:08}."));
        if !result.access_token.is_some_and(|token| is_theirs(token.expose())) {
            return Err("the flow did not hit the right token".into());
        }
    }
    Ok(client)
}

fn list(client: &People) -> Result<Vec<Account>, Failure> {
    Ok(client.run(client.app.get_accounts(), "")?)
}

fn silent(client: &People, scopes: &[&str], account: &Account) -> Result<(), Failure> {
    let result = client.run(client.app.acquire_token_silent(scopes, account), "")?.ok_or("no token")?;
    if black_box(result).token_source == TokenSource::Cache { Ok(()) } else { Err("no hit".into()) }
}
