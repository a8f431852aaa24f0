//! Signing in with the person's own browser, RFC 8252, and the core's rows BRW.
use crate::person::*;
use crate::support::*;
use insta::assert_snapshot;
use msal_proto::engine::{
    BrowserFault, BrowserLaunch, Effect, Host, RedirectFault, Request, ResponseMode, Session, Step,
    Suspended, perform,
};
use msal_proto::flows::{AcquireTokenInteractive, AuthResponseError, Interactive, Prompt};
use msal_proto::{Error, Misuse, PopAuthScheme, PublicClientApplication, Secret};
use serde_json::json;

type Public = World<PublicClientApplication>;

fn ask(app: &PublicClientApplication) -> AcquireTokenInteractive {
    app.acquire_token_interactive([SCOPE])
}

/// Where the browser was sent to.
fn launched(world: &Public) -> BrowserLaunch {
    let [launch] = &world.launches[..] else { panic!("{:?}", world.launches) };
    launch.clone()
}

#[test]
fn a_person_signs_in() {
    let mut world = World::with(public().build().unwrap()).http(200, &document(AUTHORITY));
    // The document, and then whatever the code is worth.
    let step = ask(&world.app).start(&mut world.env());
    let Step::HttpRequest(pending) = step else { panic!("{step:?}") };
    let reply = world.http_request(pending.op());
    drop(pending.resume(&mut world.env(), reply));
    world.forget_what_was_asked();
    let result = world.call(ask).unwrap();
    assert_eq!(result.access_token.unwrap().expose(), "canary-access-token");
    assert_eq!(world.account().username.as_deref(), Some(USERNAME));
    assert_eq!(world.account().account_source.as_deref(), Some("authorization_code"));
    assert_eq!(world.sent("redirect_uri"), Some("http://localhost:50123"));
    assert_eq!(world.sent("code"), Some("canary-code"));
    assert!(world.header("x-client-current-telemetry").unwrap().starts_with("4|169,0|"));
    assert_snapshot!(world.log);

    let launch = launched(&world);
    assert_eq!((launch.redirect_uri.as_str(), launch.timeout), ("http://localhost:50123", None));
    assert_eq!(parameter(&launch, "response_mode").as_deref(), Some("form_post"));
    assert_eq!(parameter(&launch, "state").as_deref(), Some(launch.state.expose()));
    assert_eq!(parameter(&launch, "code_challenge_method").as_deref(), Some("S256"));
    assert!(!format!("{launch:?}").contains(launch.state.expose()), "{launch:?}");
    // It is cached, so nobody is asked again.
    world.silent().unwrap().unwrap();
    assert_eq!(world.launches.len(), 1);
}

#[test]
fn every_parameter() {
    let app = public().client_capabilities(["CP1"]).build().unwrap();
    let mut world = World::with(app).knowing(AUTHORITY);
    world.redirect = Some(Ok("http://localhost:8400".into()));
    world
        .call(|app| {
            ask(app)
                .prompt(Prompt::CONSENT)
                .login_hint(USERNAME)
                .domain_hint("organizations")
                .claims_challenge(r#"{"id_token":{"a":null}}"#)
                .timeout(120)
                .port(8400)
                .extra_scopes_to_consent(["Mail.Send", "https://x.example/y"])
                .response_mode(ResponseMode::Query)
                .parameter("ui_locales", "de")
                .data("more", "canary-data")
                .query("dc", "x")
        })
        .unwrap();
    assert_snapshot!(world.log);
    let launch = launched(&world);
    assert_eq!((launch.timeout, launch.response_mode), (Some(120), ResponseMode::Query));
    let scope = parameter(&launch, "scope");
    assert_eq!(
        scope.as_deref(),
        Some("Mail.Send User.Read https://x.example/y offline_access openid profile")
    );
    assert_eq!(parameter(&launch, "X-AnchorMailbox"), Some(format!("UPN:{USERNAME}")));
    assert_eq!(world.sent("scope"), Some("User.Read offline_access openid profile"));
    assert!(world.sent("claims").unwrap().contains("xms_cc"));
    assert_eq!(world.sent("more"), Some("canary-data"));
}

#[test]
fn who_may_post_the_answer() {
    let mut world = World::public();
    world.call(ask).unwrap();
    let origins = launched(&world).origins;
    for origin in
        ["https://login.microsoftonline.com", "https://login.microsoftonline.us", "https://login.live.com"]
    {
        assert!(origins.iter().any(|own| own == origin), "{origins:?}");
    }
    let app = PublicClientApplication::builder(CLIENT_ID).oidc_authority("https://id.example:8443/t").build();
    let mut world = World::with(app.unwrap());
    let document =
        document("https://id.example:8443/t").replacen('{', r#"{"issuer":"https://id.example:8443/t","#, 1);
    world = world.http(200, &document);
    world.call(|app| app.resolve_authority()).unwrap();
    world.browser = |_| Some(Err(BrowserFault::Cancelled));
    world.call(ask).unwrap_err();
    assert_eq!(launched(&world).origins, ["https://id.example:8443"]);
}

#[test]
fn without_scopes_it_asks_who_they_are() {
    let mut world = World::public();
    let nothing: [&str; 0] = [];
    world.call(|app| app.acquire_token_interactive(nothing).extra_scopes_to_consent(["Mail.Send"])).unwrap();
    assert_eq!(parameter(&launched(&world), "scope").as_deref(), Some("Mail.Send openid"));
    assert_eq!(world.sent("scope"), Some("Mail.Send openid"));
}

#[test]
fn the_id_token_must_not_be_older_than_was_asked_for() {
    let mut world = World::public();
    let error = world.call(|app| ask(app).max_age(600)).unwrap_err();
    assert!(matches!(error, Error::IdToken(_)), "{error}");
    assert_eq!((parameter(&launched(&world), "max_age").as_deref(), world.writes), (Some("600"), 0));
}

#[test]
fn an_ssh_certificate() {
    let mut world = World::public();
    let error = world.call(|app| ask(app).data("token_type", "ssh-cert")).unwrap_err();
    assert!(matches!(error, Error::InvalidParameter { parameter: "data", .. }), "{error}");
    assert!(world.launches.is_empty());

    world.browser = |launch| Some(Ok(answered(launch).into()));
    let certificate = |app: &PublicClientApplication| {
        ask(app).data("token_type", "ssh-cert").data("key_id", "k1").data("req_cnf", r#"{"kty":"RSA"}"#)
    };
    let step = certificate(&world.app).start(&mut world.env());
    let mut session = Session::new(step);
    while let Some((id, effect)) = session.ask() {
        let mut reply = perform(effect, &mut world);
        if let Effect::HttpRequest(_) = effect {
            let mut tokens = tokens_at(&launched(&world));
            tokens["token_type"] = json!("ssh-cert");
            reply = msal_proto::engine::Reply::HttpRequest(Ok(response(200, &tokens.to_string())));
        }
        session.answer(&mut world.env(), id, reply).unwrap();
    }
    assert_eq!(&*session.finish().unwrap().unwrap().token_type, "ssh-cert");
    assert_eq!(world.sent("key_id"), Some("k1"));
    assert_eq!(world.members("AccessToken", "key_id"), ["k1"]);
}

#[test]
fn what_is_refused_before_anything_is_asked() {
    let mut world = World::public();
    let pop = PopAuthScheme::new("GET", "https://graph.example/me", "n").unwrap();
    let mut refused = |request: &dyn Fn(&PublicClientApplication) -> AcquireTokenInteractive, name: &str| {
        let Error::InvalidParameter { parameter, .. } = world.call(|app| request(app)).unwrap_err() else {
            panic!()
        };
        assert_eq!(parameter, name);
    };
    refused(&|app| ask(app).auth_scheme(pop.clone()), "auth_scheme");
    refused(&|app| app.acquire_token_interactive(["openid"]), "scopes");
    refused(&|app| ask(app).claims_challenge("[]"), "claims_challenge");
    refused(&|app| ask(app).data("scope", "x"), "data");
    refused(&|app| ask(app).prompt("login").parameter("prompt", "none"), "parameter");
    refused(&|app| ask(app).parameter("response_mode", "fragment"), "parameter");
    refused(&|app| ask(app).parameter("redirect_uri", "https://evil.example"), "parameter");
    assert!(world.launches.is_empty() && world.requests.is_empty());
}

#[test]
fn nobody_signs_in() {
    let faults: [(fn(&BrowserLaunch) -> _, _); 3] = [
        (|_| Some(Err(BrowserFault::Cancelled)), BrowserFault::Cancelled.into()),
        (|_| Some(Err(BrowserFault::TimedOut)), BrowserFault::TimedOut.into()),
        (|_| None, Error::Unsupported("BrowserLaunch")),
    ];
    for (browser, expected) in faults {
        let mut world = World::public();
        world.browser = browser;
        assert_eq!(world.call(ask).unwrap_err(), expected);
        assert!(world.requests.is_empty() && world.writes == 0);
    }
    for (redirect, expected) in [
        (Some(Err(RedirectFault::PortInUse(8400))), RedirectFault::PortInUse(8400).into()),
        (None, Error::Unsupported("RedirectListen")),
    ] {
        let mut world = World::public();
        world.redirect = redirect;
        assert_eq!(world.call(|app| ask(app).port(8400)).unwrap_err(), expected);
        assert!(world.launches.is_empty());
    }
    let mut world = World::public();
    world.browser = |launch| {
        let state = launch.state.expose();
        Some(Ok(format!("error=access_denied&error_description=AADSTS65004&state={state}").into()))
    };
    let Error::Service(error) = world.call(ask).unwrap_err() else { panic!() };
    assert_eq!(error.error_description.as_deref(), Some("AADSTS65004"));
}

#[test]
fn an_answer_that_is_none_redeems_nothing() {
    type Answer = fn(&BrowserLaunch) -> String;
    let answers: [(Answer, AuthResponseError); 3] = [
        (|_| "code=canary-code&state=forged".into(), AuthResponseError::StateMismatch),
        (|launch| format!("?{}", answered(launch)), AuthResponseError::ResponseMode),
        (|launch| format!("{}&code=another", answered(launch)), AuthResponseError::Duplicate),
    ];
    for (answer, expected) in answers {
        let mut world = World::public();
        let step = ask(&world.app).start(&mut world.env());
        let Step::RedirectListen(pending) = step else { panic!("{step:?}") };
        let step = pending.resume(&mut world.env(), Ok("http://localhost:50123".into()));
        let Step::BrowserLaunch(pending) = step else { panic!("{step:?}") };
        let answer = Secret::new(answer(pending.op()));
        let Step::Done(Err(error)) = pending.resume(&mut world.env(), Ok(answer)) else { panic!() };
        assert_eq!(error, expected.into());
    }
}

#[test]
fn brw_01_only_a_clean_https_address_of_the_authority_is_opened() {
    let mut world = World::public();
    let Step::RedirectListen(pending) = ask(&world.app).start(&mut world.env()) else { panic!() };
    let step = pending.resume(&mut world.env(), Ok("http://localhost:50123".into()));
    let stored = serde_json::to_string(&step.suspend().unwrap()).unwrap();
    let endpoint = format!("{AUTHORITY}/oauth2/v2.0/authorize?");
    for address in [
        "http://login.microsoftonline.com/x?",
        "file:///etc/passwd?",
        "javascript:alert(1)?",
        "https://evil.example/authorize?",
        "https://login.microsoftonline.com@evil.example/?",
        "https://login.microsoftonline.com/a?b=\\r\\nc&",
        "https://login.microsoftonline.com/a?b=\\tc&",
        "https://login.microsoftonline.com/a?b= c&",
    ] {
        let altered = stored.replace(&endpoint, address);
        assert_ne!(altered, stored);
        let flow: Suspended<Interactive> = serde_json::from_str(&altered).unwrap();
        let Step::Done(Err(error)) = flow.wake(&mut world.env()).unwrap() else { panic!("{address}") };
        assert!(matches!(error, Error::Authority(_)), "{error}");
    }
}

#[test]
fn brw_05_the_browser_answers_once() {
    let mut world = World::public();
    let mut session = Session::new(ask(&world.app).start(&mut world.env()));
    for _ in 0..2 {
        let (id, effect) = session.ask().unwrap();
        let reply = perform(effect, &mut world);
        session.answer(&mut world.env(), id, reply.clone()).unwrap();
        let late = session.answer(&mut world.env(), id, reply);
        assert_eq!(late, Err(Misuse::Stale { given: id, current: id + 1 }));
    }
    assert!(matches!(session.ask(), Some((_, Effect::HttpRequest(_)))));
}

#[test]
fn brw_06_an_address_that_no_browser_takes() {
    let mut world = World::public();
    let claims = format!(r#"{{"access_token":{{"a":{{"value":"{}"}}}}}}"#, "a".repeat(32_000));
    let error = world.call(|app| ask(app).claims_challenge(&claims)).unwrap_err();
    let Error::Misuse(Misuse::AuthUriTooLong { length, limit }) = error else { panic!("{error}") };
    assert!(length > limit && world.launches.is_empty());
}

#[test]
fn a_redirect_uri_that_is_none() {
    for uri in ["", "localhost", "http://localhost:1/\r\n", "http://localhost:1/ x"] {
        let mut world = World::public();
        world.redirect = Some(Ok(uri.into()));
        assert!(matches!(world.call(ask), Err(Error::Redirect(RedirectFault::Other(_)))), "{uri:?}");
    }
}
