//! An agent's three legs at the offline Entra.
use crate::client::{CLIENT_ID, SCOPE, TENANT, secret, token_requests, transport};
use msal_fixture_authority::{Application, Authority, Loopback, Tenant, User};
use msal_proto::flows::FederatedUser;
use msal_proto::{ConfidentialClientApplication, Error, TokenSource};
use msal_ureq::Client;

const AGENT: &str = "33334444-bbbb-5555-cccc-6666dddd7777";
const ADA: &str = "ada@contoso.example";
const OID: &str = "44445555-cccc-6666-dddd-7777eeee8888";

/// Its agent may act for Ada; the agent's tokens are good for so many seconds, those of the blueprint for a day.
fn entra(lifetime: u64) -> Loopback {
    let blueprint = Application::new(CLIENT_ID).secret("s3cret").token_lifetime(86_399);
    let agent = Application::new(AGENT).agent_of(CLIENT_ID).acts_for(ADA).token_lifetime(lifetime);
    let bob = User::new("bob@contoso.example", "pa55word", "55556666-dddd-7777-eeee-8888ffff9999");
    let tenant = Tenant::new(TENANT).application(blueprint).application(agent);
    let mut authority = Authority::new("https://localhost");
    authority.register(tenant.user(User::new(ADA, "pa55word", OID)).user(bob));
    Loopback::start(authority).unwrap()
}

fn client(entra: &Loopback) -> Client<ConfidentialClientApplication> {
    let app = ConfidentialClientApplication::builder(CLIENT_ID)
        .authority(format!("{}/{TENANT}", entra.origin()))
        .client_credential(secret("s3cret"))
        .instance_discovery(false)
        .build()
        .unwrap();
    Client::new(app).with_transport(transport(entra))
}

fn ada() -> FederatedUser {
    FederatedUser::Username(ADA.into())
}

#[test]
fn an_agent_acts_for_a_person_and_for_itself_with_four_requests_in_all() {
    let entra = entra(3_599);
    let client = client(&entra);
    let app = client.app();
    let first = client.run(app.acquire_token_for_agent(AGENT, ["User.Read"]).user(ada())).unwrap();
    assert_eq!(first.account.unwrap().username.as_deref(), Some(ADA));
    assert_eq!(token_requests(&entra), 3);
    let again = client.run(app.acquire_token_for_agent(AGENT, ["User.Read"]).user(ada())).unwrap();
    let by_id = FederatedUser::ObjectId(OID.into());
    let by_id = client.run(app.acquire_token_for_agent(AGENT, ["User.Read"]).user(by_id)).unwrap();
    assert_eq!((again.token_source, by_id.token_source), (TokenSource::Cache, TokenSource::Cache));
    assert_eq!(token_requests(&entra), 3);
    for _ in 0..2 {
        client.run(app.acquire_token_for_agent(AGENT, SCOPE)).unwrap();
        assert_eq!(token_requests(&entra), 4);
    }
}

#[test]
fn a_person_s_token_that_has_ended_is_refreshed_by_the_agent() {
    // Good for less than five minutes, a token is as good as ended.
    let entra = entra(60);
    let client = client(&entra);
    let ask = || client.run(client.app().acquire_token_for_agent(AGENT, ["User.Read"]).user(ada()));
    ask().unwrap();
    assert_eq!(token_requests(&entra), 3);
    let refreshed = ask().unwrap();
    assert_eq!(refreshed.token_source, TokenSource::IdentityProvider);
    assert_eq!(token_requests(&entra), 4, "the blueprint's token is still good");

    // Revoked, the agent's credential and the third leg do.
    entra.authority().revoke_refresh_tokens(ADA);
    ask().unwrap();
    assert_eq!(token_requests(&entra), 7, "a refresh that is refused, and two legs");
}

#[test]
fn whom_it_may_not_act_for_it_gets_nothing_of() {
    let entra = entra(3_599);
    let client = client(&entra);
    let bob = FederatedUser::Username("bob@contoso.example".into());
    let refused =
        client.run(client.app().acquire_token_for_agent(AGENT, ["User.Read"]).user(bob)).unwrap_err();
    assert!(matches!(&refused, Error::SignInNeeded(error) if error.error_codes == [65_001]), "{refused}");
    let other = client.run(client.app().acquire_token_for_agent("no-such-agent", SCOPE)).unwrap_err();
    assert!(matches!(&other, Error::Service(_)), "{other}");
}
