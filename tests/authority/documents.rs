//! The tenant's document: which endpoints are believed.
use crate::support::{
    KNOWN, OTHER_TENANT, TENANT, World, answer, builder, client, document, document_text, resolve, token,
};
use msal_proto::authority::AuthorityError;
use msal_proto::engine::{HttpFault, MAX_BODY};
use msal_proto::{Error, HttpStatusError};

const ENDPOINTS: [&str; 3] = ["token_endpoint", "authorization_endpoint", "device_authorization_endpoint"];

/// The known tenant's document with one member replaced.
fn with(member: &str, value: serde_json::Value) -> String {
    let mut document: serde_json::Value = serde_json::from_str(&document_text(KNOWN)).unwrap();
    document[member] = value;
    document.to_string()
}

#[track_caller]
fn refusal(body: &str) -> Error {
    let (_, end) = resolve(&client(KNOWN), [answer(200, body)]);
    end.unwrap_err()
}

/// Each endpoint in turn is this, and is what is refused.
#[track_caller]
fn assert_endpoint_refused(url: &str) {
    for member in ENDPOINTS {
        let error = refusal(&with(member, url.into()));
        assert!(
            matches!(&error, Error::Authority(AuthorityError::Document { member: own, .. }) if *own == member),
            "{member} = {url:?}: {error:?}"
        );
        assert!(!error.to_string().contains("CANARY"), "{error}");
    }
}

#[test]
fn dis_08_http_endpoints() {
    assert_endpoint_refused(&format!("http://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"));
}

#[test]
fn dis_09_endpoints_on_other_hosts() {
    for url in [
        "https://evil.com/t/token",
        "https://login.microsoftonline.com.evil.com/t/token",
        "https://login.microsoftonline.com:8443/t/token",
        // Another cloud is another host.
        "https://login.microsoftonline.us/t/token",
        "https://login.chinacloudapi.cn/t/token",
        "https://CANARY:CANARY@login.microsoftonline.com/t/token",
        "https://login.microsoftonline.com\\@evil.com/t/token",
        "https://169.254.169.254/t/token",
        "https://[::1]/t/token",
    ] {
        assert_endpoint_refused(url);
    }
    // The same cloud under another name is not.
    let alias = KNOWN.replace("login.microsoftonline.com", "login.windows.net");
    let (_, end) = resolve(&client(KNOWN), [document(&alias)]);
    let authority = end.unwrap();
    assert_eq!(authority.token_endpoint, format!("{alias}/oauth2/v2.0/token"));
    assert_eq!(authority.instance, "login.microsoftonline.com");
}

#[test]
fn dis_09_what_is_checked_is_what_gets_the_secret() {
    let odd = format!("https://LOGIN%2eMicrosoftOnline\u{3002}com:443/{TENANT}/x/../oauth2/v2.0/token");
    let (requests, end) =
        World::default().acquire(&client(KNOWN), [answer(200, with("token_endpoint", odd.into())), token()]);
    end.unwrap();
    assert_eq!(requests[1].url, format!("{KNOWN}/oauth2/v2.0/token"));
}

#[test]
fn dis_09_a_host_that_nobody_knows_has_its_own_endpoints_or_a_cloud_s() {
    let own = format!("https://login.unknown.example:8443/{TENANT}");
    let app = builder(&own).instance_discovery(false).build().unwrap();
    let (_, end) = resolve(&app, [document(&own)]);
    assert_eq!(end.unwrap().token_endpoint, format!("{own}/oauth2/v2.0/token"));
    // As it is where MSAL Python takes it: a name of one's own before a cloud.
    let (_, end) = resolve(&app, [document(KNOWN)]);
    assert_eq!(end.unwrap().token_endpoint, format!("{KNOWN}/oauth2/v2.0/token"));
    for other in
        [KNOWN.replace(".com/", ".com:8443/"), own.replace("8443", "9443"), own.replace("login.", "x.")]
    {
        let (_, end) = resolve(&app, [document(&other)]);
        assert!(matches!(end, Err(Error::Authority(AuthorityError::Document { .. }))), "{other}");
    }
}

#[test]
fn dis_10_the_issuer_of_entra_is_a_template() {
    let issuers =
        [serde_json::json!("https://login.microsoftonline.com/{tenantid}/v2.0"), serde_json::Value::Null];
    for issuer in issuers {
        let (_, end) = resolve(&client(KNOWN), [answer(200, with("issuer", issuer))]);
        end.unwrap();
    }
}

#[test]
fn dis_11_endpoints_that_a_browser_would_run() {
    for url in [
        "javascript:CANARY",
        "file:///etc/passwd",
        "data:text/html,CANARY",
        "https://login.microsoftonline.com/t/authorize\" x",
        "https://login.microsoftonline.com/t/authorize x",
        "https://login.microsoftonline.com/t/auth\r\nx",
        "https://login.microsoftonline.com/t/`x`",
        "https://login.microsoftonline.com/t/x#CANARY",
        "https:login.microsoftonline.com/t/x",
        "//login.microsoftonline.com/t/x",
        "",
    ] {
        assert_endpoint_refused(url);
    }
}

#[test]
fn dis_12_endpoints_of_another_type_or_none() {
    for value in
        [serde_json::json!(5), serde_json::json!(["x"]), serde_json::json!({}), serde_json::json!(true)]
    {
        for member in ENDPOINTS {
            let error = refusal(&with(member, value.clone()));
            let end = AuthorityError::Document { member, reason: "is missing or no string" };
            assert_eq!(error, Error::Authority(end));
        }
    }
    for member in ["token_endpoint", "authorization_endpoint"] {
        let mut document: serde_json::Value = serde_json::from_str(&document_text(KNOWN)).unwrap();
        document.as_object_mut().unwrap().remove(member);
        let error = refusal(&document.to_string());
        assert_eq!(error.to_string(), format!("the discovery document's {member} is missing or no string"));
    }
}

#[test]
fn dis_13_a_device_endpoint_is_optional() {
    let mut missing: serde_json::Value = serde_json::from_str(&document_text(KNOWN)).unwrap();
    missing.as_object_mut().unwrap().remove("device_authorization_endpoint");
    let null = with("device_authorization_endpoint", serde_json::Value::Null);
    for document in [missing.to_string(), null] {
        let (_, end) = resolve(&client(KNOWN), [answer(200, document)]);
        let authority = end.unwrap();
        assert_eq!(authority.device_authorization_endpoint, None);
        assert_eq!(authority.token_endpoint, format!("{KNOWN}/oauth2/v2.0/token"));
    }
}

#[test]
fn dis_14_the_authorization_endpoint_may_have_a_query_but_for_what_a_sign_in_brings() {
    let authorize = format!("{KNOWN}/oauth2/v2.0/authorize");
    for query in ["p=b2c_1_signin", "p=x&dc=y", "states=x", "q=state"] {
        let document = with("authorization_endpoint", format!("{authorize}?{query}").into());
        let (_, end) = resolve(&client(KNOWN), [answer(200, document)]);
        assert_eq!(end.unwrap().authorization_endpoint, format!("{authorize}?{query}"));
    }
    for name in
        ["redirect_uri", "state", "%73tate", "code_challenge", "response_mode", "request_uri", "client_id"]
    {
        let error = refusal(&with("authorization_endpoint", format!("{authorize}?p=x&{name}=CANARY").into()));
        let member = "authorization_endpoint";
        assert!(
            matches!(&error, Error::Authority(AuthorityError::Document { member: own, .. }) if *own == member),
            "{name}: {error}"
        );
        assert!(!error.to_string().contains("CANARY"));
    }
}

#[test]
fn dis_15_a_redirect_is_an_end() {
    for status in [201, 204, 302, 308] {
        let mut redirect = document(KNOWN).unwrap();
        redirect.status = status;
        redirect.headers.push(("Location".into(), "https://evil.com/".into()));
        let (_, end) = resolve(&client(KNOWN), [Ok(redirect)]);
        let error = end.unwrap_err();
        assert!(matches!(&error, Error::HttpStatus(HttpStatusError { status: own, .. }) if *own == status));
        assert!(!error.is_retryable());
    }
}

#[test]
fn dis_16_no_such_tenant() {
    for status in [400, 404, 403] {
        for app in [client(KNOWN), client("https://login.microsoftonline.com/none.example")] {
            let (_, end) = resolve(&app, [answer(status, r#"{"error":"invalid_tenant","x":"CANARY"}"#)]);
            let error = end.unwrap_err();
            assert!(matches!(
                &error,
                Error::Authority(AuthorityError::Discovery { host, status: own, .. })
                    if host == "login.microsoftonline.com" && *own == status
            ));
            assert!(!format!("{error} {error:?}").contains("CANARY"));
        }
    }
    let (_, end) = resolve(&client(KNOWN), [answer(503, "")]);
    assert!(end.unwrap_err().is_retryable());
}

#[test]
fn dis_17_bodies_of_any_shape_and_size() {
    let deep = format!(r#"{{"x":{}"#, "[".repeat(MAX_BODY - 6));
    for body in [deep.as_str(), &"[".repeat(MAX_BODY), "[]", "null", "<html>CANARY</html>", "", "\u{feff}{}"]
    {
        let error = refusal(body);
        assert!(matches!(error, Error::Malformed { source_name: "discovery document", .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("CANARY"));
    }
    let twice = document_text(KNOWN).replacen('{', r#"{"token_endpoint":"https://evil.com/t/token","#, 1);
    assert!(matches!(refusal(&twice), Error::Malformed { .. }));
    assert_endpoint_refused(&format!("{KNOWN}/{}", "x".repeat(2_048)));
    let nested = with("x", serde_json::json!(1))
        .replace(r#""x":1"#, &format!(r#""x":{}{}"#, "[".repeat(400_000), "]".repeat(400_000)));
    let (_, end) = resolve(&client(KNOWN), [answer(200, nested)]);
    end.unwrap();
    let larger = " ".repeat(MAX_BODY + 1 - document_text(KNOWN).len()) + &document_text(KNOWN);
    for given in [Err(HttpFault::TooLarge), answer(200, larger)] {
        let (_, end) = resolve(&client(KNOWN), [given]);
        let error = end.unwrap_err();
        assert_eq!(error, Error::Http(HttpFault::TooLarge));
        assert!(!error.is_retryable());
    }
}

#[test]
fn dis_19_the_document_of_another_tenant() {
    let other = format!("https://login.microsoftonline.com/{OTHER_TENANT}");
    let (_, end) = resolve(&client(KNOWN), [document(&other)]);
    assert_eq!(
        end.unwrap_err().to_string(),
        "the discovery document's token_endpoint is of another tenant than the authority"
    );
    let none = with("token_endpoint", "https://login.microsoftonline.com/".into());
    assert!(matches!(
        refusal(&none),
        Error::Authority(AuthorityError::Document { member: "token_endpoint", .. })
    ));
    // A domain has one id, which the document tells.
    let (_, end) = resolve(&client("https://login.microsoftonline.com/contoso.com"), [document(&other)]);
    assert_eq!(end.unwrap().tenant, OTHER_TENANT);
}
