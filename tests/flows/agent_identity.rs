//! An agent's identity: three legs, of which the cache spares most.
use crate::person::*;
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::engine::{Host, HttpRequest, HttpResponse, Method, Request, Step};
use msal_proto::flows::{AcquireTokenForAgent, FederatedUser};
use msal_proto::{
    AuthenticationResult, ClientCredential, ConfidentialClientApplication, Error, Misuse, TokenSource,
    Warning,
};
use serde_json::{Value, json};

pub(crate) const AGENT: &str = "33333333-3333-3333-3333-333333333333";
const EXCHANGE: &str = "api://AzureADTokenExchange/.default";

type Result = std::result::Result<AuthenticationResult, Error>;

pub(crate) fn ada() -> FederatedUser {
    FederatedUser::Username(USERNAME.into())
}

/// A service that lets the agent act, and tells for whom each token is.
pub(crate) fn entra(request: &HttpRequest) -> HttpResponse {
    if request.method == Method::Get {
        return response(200, &document(AUTHORITY));
    }
    let sent = |name: &str| {
        let member = request.form().iter().find(|(own, _)| own == name);
        member.map_or("", |(_, value)| value.expose())
    };
    let app_token = |token: &str, lifetime: u64| json!({"token_type": "Bearer", "expires_in": lifetime, "access_token": token});
    let is_agent = sent("client_id") == AGENT
        && sent("client_assertion") == "canary-t1"
        && sent("client_secret").is_empty();
    let answer = match sent("grant_type") {
        "client_credentials" if sent("client_secret") == CLIENT_SECRET => {
            assert_eq!((sent("client_id"), sent("fmi_path"), sent("scope")), (CLIENT_ID, AGENT, EXCHANGE));
            app_token("canary-t1", 86_399)
        }
        "client_credentials" if is_agent && sent("scope") == EXCHANGE => app_token("canary-t2", 86_399),
        "client_credentials" if is_agent => app_token("canary-agent-token", 3_599),
        "user_fic" if is_agent => {
            assert_eq!(sent("user_federated_identity_credential"), "canary-t2");
            as_ada()
        }
        "refresh_token" if is_agent && sent("refresh_token") == "canary-refresh-token" => {
            let mut tokens = as_ada();
            tokens["access_token"] = json!("canary-refreshed-token");
            tokens
        }
        _ => return response(401, REFUSED),
    };
    response(200, &answer.to_string())
}

/// What the agent gets as her.
pub(crate) fn as_ada() -> Value {
    let mut claims = claims();
    (claims["aud"], claims["sub"]) = (json!(AGENT), json!("sub-of-ada-at-the-agent"));
    tokens(&claims)
}

/// With such a service, whose document is known.
fn world() -> World {
    let mut world = World::warm();
    world.service = Some(entra);
    world
}

fn ask(app: &ConfidentialClientApplication) -> AcquireTokenForAgent {
    app.acquire_token_for_agent(AGENT, [SCOPE])
}

impl World {
    fn as_ada(&mut self) -> Result {
        self.call(|app| ask(app).user(ada()))
    }

    fn as_itself(&mut self) -> Result {
        self.call(|app| app.acquire_token_for_agent(AGENT, [GRAPH]))
    }

    /// How many requests a call makes that ends well.
    fn requests_of(&mut self, call: impl FnOnce(&mut Self) -> Result) -> usize {
        self.requests.clear();
        call(self).unwrap();
        self.requests.len()
    }
}

#[test]
fn an_agent_acts_as_a_person_in_three_legs_and_then_from_the_cache() {
    let mut world = world();
    let result = world.as_ada().unwrap();
    assert_eq!((world.requests.len(), result.token_source), (3, TokenSource::IdentityProvider));
    assert_eq!(result.warnings, []);
    let account = result.account.unwrap();
    assert_eq!(
        (&*account.home_account_id, account.account_source.as_deref()),
        (HOME_ACCOUNT_ID, Some("user_fic"))
    );

    world.later(60);
    let again = world.as_ada().unwrap();
    assert_eq!((world.requests.len(), again.token_source), (3, TokenSource::Cache));

    world.later(3_600);
    let refreshed = world.as_ada().unwrap();
    assert_eq!(world.requests.len(), 4);
    assert_eq!(refreshed.access_token.unwrap().expose(), "canary-refreshed-token");
    assert_snapshot!(world.log);
}

#[test]
fn an_agent_acts_for_itself_in_two_legs() {
    let mut world = world();
    let result = world.as_itself().unwrap();
    assert_eq!(result.access_token.unwrap().expose(), "canary-agent-token");
    assert_eq!(world.requests.len(), 2);
    assert_eq!(world.requests_of(World::as_itself), 0);
    // The token has ended, that which vouches for the agent has not.
    world.later(3_600);
    assert_eq!(world.requests_of(World::as_itself), 1);
    assert_snapshot!(world.log);
}

#[test]
fn the_client_s_credential_goes_with_the_first_leg_alone_and_entries_are_the_agent_s() {
    let mut world = world();
    world.as_ada().unwrap();
    assert_eq!(world.all_sent("client_secret"), [CLIENT_SECRET]);
    assert_eq!(world.all_sent("client_id"), [CLIENT_ID, AGENT, AGENT]);
    assert_eq!(world.all_sent("client_assertion"), ["canary-t1"; 2]);
    assert_eq!(world.all_sent("fmi_path"), [AGENT]);
    assert_eq!(world.header("x-anchormailbox"), Some("upn:ada@contoso.example"));
    let mut owners = world.members("AccessToken", "client_id");
    owners.sort();
    assert_eq!(owners, [CLIENT_ID, AGENT, AGENT]);
    for kind in ["RefreshToken", "IdToken"] {
        assert_eq!(world.members(kind, "client_id"), [AGENT]);
    }
    // Nothing of it is the client's own.
    let account = world.account();
    assert_eq!(world.call(|app| app.acquire_token_silent([SCOPE], &account)).unwrap(), None);
}

#[test]
fn no_other_credential_of_the_client_s_is_asked_for_or_sent() {
    fn vouching(request: &HttpRequest) -> HttpResponse {
        let has = |name: &str| request.form().iter().any(|(own, _)| own == name);
        match has("fmi_path") {
            true => response(200, r#"{"token_type":"Bearer","expires_in":86399,"access_token":"canary-t1"}"#),
            false => entra(request),
        }
    }
    for credential in [certificate(), ClientCredential::assertion_from_host()] {
        let mut world = World::of(builder().client_credential(credential)).knowing(AUTHORITY);
        world.assertion = Some(Ok("canary.made.assertion".into()));
        world.service = Some(vouching);
        world.as_ada().unwrap();
        assert!(world.log.matches("client assertion").count() <= 1, "{}", world.log);
        assert_eq!(world.all_sent("client_assertion")[1..], ["canary-t1"; 2]);
    }
}

#[test]
fn by_the_id_of_an_object_too() {
    let mut world = world();
    let by_id = |world: &mut World| world.call(|app| ask(app).user(FederatedUser::ObjectId(UID.into())));
    assert_eq!(world.requests_of(by_id), 3);
    assert_eq!(world.requests_of(by_id), 0);
    assert_eq!(world.requests_of(World::as_ada), 0);
    let other = |world: &mut World| world.call(|app| ask(app).user(FederatedUser::ObjectId("other".into())));
    assert_eq!(world.requests_of(other), 1, "the first two legs are in the cache");
}

#[test]
fn what_has_ended_is_got_anew_and_nothing_else() {
    // The person's token has ended and is refused to be refreshed: the third leg, its credential from the cache.
    let mut world = world();
    world.as_ada().unwrap();
    world.later(3_600);
    world = world.http(400, r#"{"error":"invalid_grant"}"#);
    assert_eq!(world.requests_of(World::as_ada), 2);
    assert_eq!(world.sent("grant_type"), Some("user_fic"));

    // The token that vouches for the agent has ended too: the first leg, and a refresh; and the document is a day old.
    world.later(86_400);
    assert_eq!(world.requests_of(World::as_ada), 3);
    assert_eq!(world.all_sent("grant_type"), ["client_credentials", "refresh_token"]);
    // The person's token has not, so that none of the rest is needed.
    assert_eq!(world.requests_of(World::as_ada), 0);
}

#[test]
fn another_person_another_agent_and_another_client_get_nothing_of_it() {
    let mut world = world();
    world.as_ada().unwrap();
    let eve = |world: &mut World| {
        world.call(|app| ask(app).user(FederatedUser::Username("eve@contoso.example".into())))
    };
    assert_eq!(world.requests_of(eve), 1);
    world.requests.clear();
    world = world.http(401, REFUSED);
    let other = world.call(|app| app.acquire_token_for_agent("another-agent", [SCOPE]).user(ada()));
    assert!(matches!(other, Err(Error::Service(_))), "{other:?}");
    assert_eq!(world.sent("fmi_path"), Some("another-agent"));
}

#[test]
fn a_name_that_two_have_is_nobody_s() {
    let mut world = world();
    world.as_ada().unwrap();
    let mut file: Value = serde_json::from_str(&world.cache.serialize()).unwrap();
    let (_, mut account) = file["Account"].as_object().unwrap().clone().into_iter().next().unwrap();
    account["home_account_id"] = json!("her-successor.11111111-1111-1111-1111-111111111111");
    file["Account"]["her-successor"] = account.clone();
    world.cache.deserialize(&file.to_string()).unwrap();
    assert_eq!(world.requests_of(World::as_ada), 1);

    // Who has it in another tenant is another person.
    account["realm"] = json!("another-tenant");
    file["Account"]["her-successor"] = account;
    world.cache.deserialize(&file.to_string()).unwrap();
    assert_eq!(world.requests_of(World::as_ada), 0);
}

#[test]
fn a_claims_challenge_passes_by_the_resource_s_tokens_and_goes_to_its_leg_alone() {
    let mut world = world();
    world.as_ada().unwrap();
    world.as_itself().unwrap();
    world.requests.clear();
    world.call(|app| ask(app).user(ada()).claims_challenge(r#"{"a":1}"#)).unwrap();
    assert_eq!((world.sent("grant_type"), world.sent("claims")), (Some("refresh_token"), Some(r#"{"a":1}"#)));
    world.call(|app| app.acquire_token_for_agent(AGENT, [GRAPH]).claims_challenge(r#"{"a":1}"#)).unwrap();
    assert_eq!(world.all_sent("claims"), [r#"{"a":1}"#; 2]);

    world.cache = Default::default();
    world.requests.clear();
    world.call(|app| ask(app).user(ada()).claims_challenge(r#"{"a":1}"#)).unwrap();
    assert_eq!((world.requests.len(), world.all_sent("claims").len()), (3, 1));
    assert_eq!((world.sent("grant_type"), world.sent("claims")), (Some("user_fic"), Some(r#"{"a":1}"#)));
}

#[test]
fn a_refresh_token_of_a_family_is_not_the_agent_s() {
    let mut world = world().signed_in(|tokens| tokens["foci"] = json!("1"));
    assert_eq!(world.requests_of(World::as_ada), 3);
    assert!(!world.all_sent("grant_type").contains(&"refresh_token"));
}

#[test]
fn a_token_in_hand_is_better_than_an_error_of_the_first_leg() {
    let mut world = World::warm();
    world.service = Some(|request| {
        let answer = entra(request);
        let text = String::from_utf8(answer.body.expose().to_vec()).unwrap();
        response(answer.status, &text.replace("3599", r#"7200,"refresh_in":3600"#).replace("86399", "3599"))
    });
    let calls: [fn(&mut World) -> Result; 2] = [World::as_ada, World::as_itself];
    for call in calls {
        call(&mut world).unwrap();
    }
    world.later(3_601);
    for call in calls {
        world.requests.clear();
        world = world.http(503, "");
        let result = call(&mut world).unwrap();
        assert_eq!((world.requests.len(), result.token_source), (1, TokenSource::Cache));
        assert!(matches!(result.warnings[..], [Warning::RefreshFailed(_)]), "{:?}", result.warnings);
        world.later(10);
    }
}

#[test]
fn without_a_cache_each_call_has_all_legs() {
    for behaviour in [Behaviour::Fails, Behaviour::Declines] {
        let mut world = world();
        (world.cache_read, world.cache_write) = (behaviour, behaviour);
        for _ in 0..2 {
            assert_eq!(world.requests_of(World::as_ada), 3);
            assert_eq!(world.requests_of(World::as_itself), 2);
        }
        let warnings = world.as_ada().unwrap().warnings;
        match behaviour {
            Behaviour::Fails => {
                assert!(
                    matches!(warnings[..], [Warning::CacheWrite(_), Warning::CacheRead(_)]),
                    "{warnings:?}"
                )
            }
            _ => assert_eq!(warnings, [Warning::NoCache]),
        }
    }
}

#[test]
fn the_tenant_of_a_domain_is_found_out_first() {
    let mut world = World::of(builder().authority(DOMAIN));
    world.service = Some(entra);
    assert_eq!(world.requests_of(World::as_ada), 4);
    assert_eq!(world.requests_of(World::as_ada), 0);
}

#[test]
fn an_id_token_for_the_blueprint_is_not_the_agent_s() {
    let mut world = world();
    world.as_itself().unwrap();
    let of_the_blueprint = tokens(&claims()).to_string();
    world = world.http(200, r#"{"token_type":"Bearer","expires_in":86399,"access_token":"canary-t2"}"#);
    world = world.http(200, &of_the_blueprint);
    let error = world.as_ada().unwrap_err();
    assert!(matches!(error, Error::IdToken(_)), "{error}");
    assert!(world.accounts().is_empty());
}

#[test]
fn what_is_refused_before_anything_is_asked() {
    let mut world = world();
    let mut refused = |request: &dyn Fn(&ConfidentialClientApplication) -> AcquireTokenForAgent,
                       name: &str| {
        let error = world.call(|app| request(app)).unwrap_err();
        assert!(matches!(error, Error::InvalidParameter { parameter, .. } if parameter == name), "{error}");
    };
    for agent in ["", "a b", "a\r\nb", "é", CLIENT_ID] {
        refused(&|app| app.acquire_token_for_agent(agent, [SCOPE]), "agent_client_id");
    }
    refused(&|app| ask(app).user(FederatedUser::Username(String::new())), "user");
    refused(&|app| app.acquire_token_for_agent(AGENT, ["openid"]).user(ada()), "scopes");
    refused(&|app| ask(app).claims_challenge("["), "claims_challenge");
    assert!(world.requests.is_empty() && world.log.matches("CacheRead").count() == 0);
}

#[test]
fn another_client_s_environment_begins_nothing() {
    let world = world();
    let mut other = World::of(
        ConfidentialClientApplication::builder(AGENT)
            .authority(AUTHORITY)
            .client_credential(ClientCredential::secret(CLIENT_SECRET).unwrap()),
    );
    let Step::Done(end) = ask(&world.app).user(ada()).start(&mut other.env()) else { panic!() };
    assert_eq!(end.unwrap_err(), Misuse::WrongClient.into());
}

#[test]
fn put_away_it_holds_no_credential_of_the_client_s() {
    for credential in [ClientCredential::secret(CLIENT_SECRET).unwrap(), certificate()] {
        let mut world = World::of(builder().client_credential(credential));
        world.service = Some(|request| match request.form().iter().any(|(name, _)| name == "fmi_path") {
            true => response(200, r#"{"token_type":"Bearer","expires_in":3599,"access_token":"canary-t1"}"#),
            false => entra(request),
        });
        let (mut step, mut stored) = (ask(&world.app).user(ada()).start(&mut world.env()), Vec::new());
        while let Ok(flow) = step.suspend() {
            stored.push(serde_json::to_string(&flow).unwrap());
            assert!(!shows_a_secret(&format!("{flow:?}")));
            step = match flow.wake(&mut world.env()).unwrap() {
                Step::HttpRequest(pending) => {
                    let reply = world.http_request(pending.op());
                    pending.resume(&mut world.env(), reply)
                }
                Step::CacheRead(pending) => {
                    let reply = world.cache_read(pending.op()).unwrap();
                    pending.resume(&mut world.env(), reply)
                }
                Step::CacheWrite(pending) => {
                    let reply = world.cache_write(pending.op()).unwrap();
                    pending.resume(&mut world.env(), reply)
                }
                step => panic!("{step:?}"),
            };
        }
        let own = world.all_sent("client_assertion")[0].to_owned();
        assert!(stored.len() > 8 && stored.iter().any(|text| text.contains("canary-t1")));
        assert!(
            stored
                .iter()
                .all(|text| !text.contains(CLIENT_SECRET) && (own == "canary-t1" || !text.contains(&own)))
        );
    }
}
