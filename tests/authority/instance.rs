//! Instance discovery: a cloud is asked whether it knows a host, if the host is not known without.
use crate::support::{
    Answer, KNOWN, TENANT, UNKNOWN, World, answer, builder, client, document, first_url, instance, resolve,
    token,
};
use msal_proto::authority::{AuthorityError, clouds};
use msal_proto::engine::HttpFault;
use msal_proto::{Error, HttpStatusError};

const ASK: &str = "https://login.microsoftonline.com/common/discovery/instance";

fn own_document() -> String {
    format!("{UNKNOWN}/v2.0/.well-known/openid-configuration")
}

/// The end of a client of an unknown host whose instance discovery is answered so.
#[track_caller]
fn refused(given: Answer) -> Error {
    let (urls, end) = resolve(&client(UNKNOWN), [given]);
    assert!(urls[0].starts_with(ASK));
    end.unwrap_err()
}

#[track_caller]
fn assert_document_refused(given: Answer) {
    let error = refused(given);
    let member = "tenant_discovery_endpoint";
    assert!(
        matches!(&error, Error::Authority(AuthorityError::Document { member: own, .. }) if *own == member),
        "{error:?}"
    );
}

#[test]
fn an_unknown_host_is_asked_about_and_then_its_document() {
    let (urls, end) = resolve(&client(UNKNOWN), [instance(&own_document()), document(UNKNOWN)]);
    let asked = format!(
        "{ASK}?authorization_endpoint=https%3A%2F%2Flogin.unknown.example%2F{TENANT}%2Foauth2%2Fv2.0%2Fauthorize&api-version=1.0"
    );
    assert_eq!(urls, [asked, own_document()]);
    let authority = end.unwrap();
    assert_eq!((authority.instance.as_str(), authority.tenant.as_str()), ("login.unknown.example", TENANT));
    assert_eq!(authority.token_endpoint, format!("{UNKNOWN}/oauth2/v2.0/token"));
}

#[test]
fn known_hosts_are_never_asked_about() {
    for host in [
        "login.microsoftonline.com",
        "login.windows.net",
        "login.microsoft.com",
        "sts.windows.net",
        "login.chinacloudapi.cn",
        "login.partner.microsoftonline.cn",
        "login.microsoftonline.us",
        "login.usgovcloudapi.net",
        "login-us.microsoftonline.com",
        "login.microsoftonline.de",
    ] {
        let own = format!("https://{host}/{TENANT}");
        assert!(clouds::aliases(host).contains(&host));
        for app in
            [client(&own), builder(&own).instance_discovery_endpoint("https://evil.com/").build().unwrap()]
        {
            let (urls, end) = resolve(&app, [document(&own)]);
            assert_eq!(urls, [format!("{own}/v2.0/.well-known/openid-configuration")]);
            assert_eq!(end.unwrap().instance, host);
        }
    }
    assert!(clouds::aliases("login.unknown.example").is_empty());
}

#[test]
fn a_program_can_switch_it_off() {
    for app in [builder(UNKNOWN).instance_discovery(false), builder(UNKNOWN).validate_authority(false)] {
        let (urls, end) = resolve(&app.build().unwrap(), [document(UNKNOWN)]);
        assert_eq!(urls, [own_document()]);
        end.unwrap();
    }
    let again = builder(UNKNOWN).instance_discovery(false).instance_discovery(true).build().unwrap();
    assert!(first_url(&again).starts_with(ASK));
}

#[test]
fn a_program_can_ask_elsewhere() {
    for (endpoint, asked) in [
        (
            "https://discovery.example/x/instance",
            "https://discovery.example/x/instance?authorization_endpoint=",
        ),
        ("https://discovery.example/x?a=b", "https://discovery.example/x?a=b&authorization_endpoint="),
        ("https://DISCOVERY%2eexample", "https://discovery.example/?authorization_endpoint="),
        ("https://127.0.0.1:8443/x", "https://127.0.0.1:8443/x?authorization_endpoint="),
    ] {
        let app = builder(UNKNOWN).instance_discovery_endpoint(endpoint).build().unwrap();
        let (urls, end) = resolve(&app, [instance(&own_document()), document(UNKNOWN)]);
        assert!(urls[0].starts_with(asked), "{urls:?}");
        end.unwrap();
    }
    for endpoint in [
        "http://discovery.example/",
        "",
        "discovery.example",
        "https://u:CANARY@d.example/",
        "https://d.example/#x",
    ] {
        let error = builder(UNKNOWN).instance_discovery_endpoint(endpoint).build().unwrap_err();
        let parameter = "instance_discovery_endpoint";
        assert!(
            matches!(error, Error::InvalidParameter { parameter: own, .. } if own == parameter),
            "{error:?}"
        );
        assert!(!error.to_string().contains("CANARY"));
    }
}

#[test]
fn dis_01_the_document_is_on_the_host_or_on_a_cloud_s() {
    for url in [
        own_document().replace("https", "http"),
        "http://evil/x".into(),
        "https://evil.com/x".into(),
        own_document().replace(".example", ".example.evil.com"),
        own_document().replace(".example", ".example:8443"),
        own_document().replace("https://", "https://u:p@"),
        format!("https://evil.com\\@login.unknown.example/{TENANT}"),
        format!("https://login.microsoftonline.com:8443/{TENANT}"),
        "https://169.254.169.254/x".into(),
        "javascript:x".into(),
        String::new(),
        own_document() + "#x",
    ] {
        assert_document_refused(instance(&url));
    }
    for cloud in ["login.windows.net", "login.microsoftonline.us"] {
        let url = format!("https://{cloud}/{TENANT}/v2.0/.well-known/openid-configuration");
        let endpoints = format!("https://{cloud}/{TENANT}");
        let (urls, end) = resolve(&client(UNKNOWN), [instance(&url), document(&endpoints)]);
        assert_eq!(urls[1], url);
        assert_eq!(end.unwrap().token_endpoint, format!("{endpoints}/oauth2/v2.0/token"));
    }
}

#[test]
fn dis_01_what_is_checked_is_what_is_asked() {
    let odd = own_document().replace("login.unknown", "LOGIN%2eunknown");
    let (urls, end) = resolve(&client(UNKNOWN), [instance(&odd), document(UNKNOWN)]);
    assert_eq!(urls[1], own_document());
    end.unwrap();
}

#[test]
fn dis_02_invalid_instance() {
    for status in [400, 200] {
        let error = refused(answer(status, r#"{"error":"invalid_instance","error_description":"CANARY"}"#));
        assert_eq!(error, Error::Authority(AuthorityError::InvalidInstance("login.unknown.example".into())));
        assert!(error.to_string().contains("switch instance_discovery off"));
        assert!(!error.is_retryable());
    }
}

#[test]
fn dis_03_answers_that_say_nothing() {
    for body in [
        r#"{"error":"other"}"#,
        "{}",
        r#"{"tenant_discovery_endpoint":null}"#,
        r#"{"tenant_discovery_endpoint":5}"#,
    ] {
        assert_document_refused(answer(200, body));
    }
    let both = format!(r#"{{"error":"other","tenant_discovery_endpoint":"{}"}}"#, own_document());
    assert_document_refused(answer(200, both));
    for body in ["[]", "null", "<html>CANARY</html>", "", "{", r#"{"a":1,"a":2}"#, "5"] {
        let error = refused(answer(200, body));
        assert!(
            matches!(error, Error::Malformed { source_name: "instance discovery endpoint", .. }),
            "{error:?}"
        );
        assert!(!format!("{error} {error:?}").contains("CANARY"));
    }
}

#[test]
fn dis_04_a_cloud_that_does_not_answer_confirms_nothing() {
    for status in [500, 503, 599] {
        let error =
            refused(instance(&own_document()).map(|ok| msal_proto::engine::HttpResponse { status, ..ok }));
        assert!(matches!(&error, Error::HttpStatus(HttpStatusError { status: own, .. }) if *own == status));
        assert!(error.is_retryable());
    }
    for fault in [HttpFault::TimedOut("30 s".into()), HttpFault::Connect("no route".into())] {
        let error = refused(Err(fault.clone()));
        assert_eq!(error, Error::Http(fault));
        assert!(error.is_retryable());
    }
    // A token in hand or not: no request goes to the host.
    let (requests, end) = World::default().acquire(&client(UNKNOWN), [answer(503, "")]);
    assert_eq!(requests.len(), 1);
    end.unwrap_err();
}

#[test]
fn dis_05_06_07_metadata_is_not_read() {
    let others: String = (0..20_000).map(|i| format!(r#","h{i}.evil.com""#)).collect();
    for metadata in [
        "null",
        "5",
        "{}",
        r#"[{"preferred_network":"evil.com","aliases":["login.microsoftonline.com","evil.com"]}]"#,
        r#"[{"aliases":["LOGIN.unknown.example:8443","evil.com/x",5,null,{}]}]"#,
        &format!(r#"[{{"aliases":["evil.com"{others}]}}]"#),
    ] {
        let said = format!(r#"{{"tenant_discovery_endpoint":"{}","metadata":{metadata}}}"#, own_document());
        let (_, end) = resolve(&client(UNKNOWN), [answer(200, said.clone()), document(UNKNOWN)]);
        end.unwrap();
        // No alias that an answer brings is a place to send a credential to.
        let evil = document(&format!("https://evil.com/{TENANT}"));
        let (_, end) = resolve(&client(UNKNOWN), [answer(200, said), evil]);
        assert!(matches!(end, Err(Error::Authority(AuthorityError::Document { .. }))));
    }
}

#[test]
fn dis_15_16_no_redirect_is_followed_and_a_4xx_is_an_end() {
    for status in [201, 204, 301, 302, 307] {
        let mut redirect = instance(&own_document()).unwrap();
        redirect.status = status;
        redirect.headers.push(("location".into(), "https://evil.com/".into()));
        let error = refused(Ok(redirect));
        assert!(
            matches!(&error, Error::HttpStatus(HttpStatusError { status: own, .. }) if *own == status),
            "{error:?}"
        );
    }
    for status in [400, 401, 404] {
        for body in ["CANARY", r#"{"error":"CANARY"}"#] {
            let error = refused(answer(status, body));
            let end = AuthorityError::Discovery {
                host: "login.unknown.example".into(),
                tenant: TENANT.into(),
                status,
            };
            assert_eq!(error, Error::Authority(end));
            assert!(!error.to_string().contains("CANARY"));
        }
    }
}

#[test]
fn dis_01_a_stored_flow_that_was_altered_leads_nowhere_else() {
    use msal_proto::engine::{Request, Step, Suspended};
    use msal_proto::flows::Resolution;

    let app = client(UNKNOWN);
    let mut world = World::default();
    let step = app.resolve_authority().start(&mut world.env(&app));
    let Step::HttpRequest(pending) = step else { panic!("{step:?}") };
    let stored = pending.resume(&mut world.env(&app), instance(&own_document())).suspend().unwrap();
    let text = serde_json::to_string(&stored).unwrap();
    assert!(text.contains(&own_document()));
    let evil = format!("https://evil.com/{TENANT}");
    let stored: Suspended<Resolution> = serde_json::from_str(&text.replace(UNKNOWN, &evil)).unwrap();
    let step = stored.wake(&mut world.env(&app)).unwrap();
    let (_, end) = world.drive(&app, step, []);
    assert!(matches!(end, Err(Error::Authority(AuthorityError::Document { .. }))), "{end:?}");
}

#[test]
fn a_cloud_s_token_endpoint_gets_the_request() {
    let url = format!("https://login.windows.net/{TENANT}/v2.0/.well-known/openid-configuration");
    let (requests, end) =
        World::default().acquire(&client(UNKNOWN), [instance(&url), document(KNOWN), token()]);
    end.unwrap();
    assert_eq!(requests[2].url, format!("{KNOWN}/oauth2/v2.0/token"));
}
