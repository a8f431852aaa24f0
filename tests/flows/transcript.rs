//! Both forms of a transcript: what they tell, and that neither tells a secret.
use crate::support::{AGING, AUTHORITY, Behaviour, REFUSED, World, builder, certificate};
use insta::assert_snapshot;
use msal_proto::engine::{Env, Host, HttpFault, HttpRequest, HttpResponse, Request};
use msal_proto::transcript::{self, Outcome, ScriptedHost, Transcript};
use msal_proto::{ClientCredential, ConfidentialClientApplication, Error, PublicClientApplication};

const ADA: &str = "ada@contoso.example";

fn public() -> ScriptedHost<PublicClientApplication> {
    let app = PublicClientApplication::builder("00001111-aaaa-2222-bbbb-3333cccc4444").authority(AUTHORITY);
    ScriptedHost::new(app.build().unwrap())
}

fn confidential(credential: ClientCredential) -> ScriptedHost<ConfidentialClientApplication> {
    ScriptedHost::new(builder().client_credential(credential).build().unwrap())
}

/// A person signs in and out again, with all that can be asked for on the way. Gives the secrets, too.
fn from_sign_in_to_sign_out() -> (ScriptedHost<PublicClientApplication>, Vec<String>) {
    let mut host = public();
    host.answer_discovery();
    let initiate = |app: &PublicClientApplication| {
        app.initiate_auth_code_flow(["User.Read"])
            .redirect_uri("http://localhost:8400")
            .login_hint(ADA)
            .prompt("login")
            .max_age(600)
            .parameter("id_token_hint", "an-older-id-token")
    };
    let flow = host.call(initiate).unwrap();
    let kept = [&flow.state, &flow.nonce, &flow.code_verifier].map(|secret| secret.expose().to_owned());
    let mut secrets = Vec::from(kept);
    let query = flow.auth_uri.split('?').nth(1).unwrap();
    for name in ["nonce=", "code_challenge=", "state="] {
        secrets.push(query.split('&').find_map(|member| member.strip_prefix(name)).unwrap().to_owned());
    }
    let auth_response = host.answer_sign_in(&flow, ADA);
    let result = host.call(|app| app.acquire_token_by_auth_code_flow(flow, auth_response)).unwrap();
    assert_eq!(result.id_token_claims.unwrap().preferred_username.as_deref(), Some(ADA));
    host.later(3_600);
    let account = host.call(|app| app.get_accounts()).unwrap().remove(0);
    host.answer_refresh(ADA, "User.Read");
    host.call(|app| app.acquire_token_silent(["User.Read"], &account)).unwrap().unwrap();
    host.call(|app| app.remove_account(&account)).unwrap();
    assert_eq!(host.call(|app| app.acquire_token_silent(["User.Read"], &account)).unwrap(), None);
    assert!(host.answers.is_empty());
    for form in host.requests.iter().map(|request| request.form()) {
        let hidden = |name: &str| ["code", "refresh_token", "code_verifier"].contains(&name);
        let hidden = form.iter().filter(|(name, _)| hidden(name)).map(|(_, value)| value.expose().to_owned());
        secrets.extend(hidden);
    }
    secrets.extend(["scripted-", ADA, "ada%40", "an-older-id-token"].map(str::to_owned));
    (host, secrets)
}

#[test]
fn neither_form_shows_a_secret_or_who_signs_in() {
    let (host, secrets) = from_sign_in_to_sign_out();
    assert!(secrets.len() >= 13, "{secrets:?}");
    for text in [host.transcript.to_string(), host.transcript.to_mermaid(), format!("{:?}", host.transcript)]
    {
        assert!(text.contains("AcquireTokenByAuthCodeFlow"));
        for secret in &secrets {
            assert!(!text.contains(secret), "{secret} shows:\n{text}");
        }
    }
}

#[test]
fn a_person_signs_in_and_out() {
    let (host, _) = from_sign_in_to_sign_out();
    assert_snapshot!("sign_in_and_out", host.transcript);
    assert_snapshot!("sign_in_and_out_mermaid", host.transcript.to_mermaid());
}

#[test]
fn two_runs_are_alike() {
    assert_eq!(from_sign_in_to_sign_out().0.transcript, from_sign_in_to_sign_out().0.transcript);
}

#[test]
fn what_goes_wrong_is_in_the_diagram_too() {
    let mut host = confidential(ClientCredential::assertion_from_host());
    host.answers.push_back(Err(HttpFault::TimedOut("30 s".into())));
    let token = |app: &ConfidentialClientApplication| app.acquire_token_for_client(["api://one/.default"]);
    host.call(token).unwrap_err();
    host.answer_discovery();
    host.answer(400, REFUSED);
    host.call(token).unwrap_err();
    host.answer(502, "<html>");
    host.call(|app| app.acquire_token_for_client(["api://two/.default"])).unwrap_err();
    assert_snapshot!("faults_mermaid", host.transcript.to_mermaid());
    // No answer is queued any more.
    let end = host.call(|app| app.acquire_token_for_client(["api://three/.default"]));
    assert!(matches!(end, Err(Error::Http(HttpFault::Connect(_)))));
}

#[test]
fn a_cache_that_fails_and_what_a_host_does_not_do_are_in_the_diagram() {
    for (behaviour, told) in [
        (Behaviour::Fails, "cache-->>msal: the token cache failed: the disk is full"),
        (Behaviour::Declines, "cache-->>msal: declined"),
    ] {
        let mut world = World::warm().http(200, AGING);
        world.cache_write = behaviour;
        let step = world.app.acquire_token_for_client(["api://one/.default"]).start(&mut world.env());
        let mut transcript = Transcript::default();
        let result = transcript::run(step, &mut world, &mut transcript).unwrap();
        let diagram = transcript.to_mermaid();
        assert!(diagram.contains(told), "{diagram}");
        assert_eq!(result.warnings.len(), 1);
        let end = diagram.lines().last().unwrap();
        assert!(
            end.starts_with("    Note over program,msal: Bearer token") && end.contains("<br/>warning: ")
        );
    }
}

/// `.ci/slow` shows the diagram to Mermaid's parser.
#[test]
fn what_mermaid_could_trip_over_is_escaped() {
    let mut transcript = Transcript::default();
    for text in [
        "end",
        "the end of it, at an endpoint",
        "a; b # c %% d %%{init: {}}%% $$x$$",
        "<script>alert(\"x\")</script> &lt; `y` ~z~ ^ \\n",
        "style: #x; classDef y:#z; freestyle",
        "wrap: two\nlines\r\nand\u{7}a bell\n\nüber 漢字",
        "a->>b: c",
        "",
    ] {
        transcript.remark(text);
    }
    transcript.ended(&Err::<(), _>(Error::Http(HttpFault::Other("#1;\nend\n%%".into()))));
    assert_snapshot!("escapes_mermaid", transcript.to_mermaid());
}

/// A service on a port, at a path with what must be escaped; and answers with members of odd names.
#[test]
fn a_service_cannot_write_into_the_diagram() {
    let authority = AUTHORITY.replace(".com", ".example:8443");
    let app = builder().authority(&authority).instance_discovery(false).build().unwrap();
    let mut host = ScriptedHost::new(app);
    host.answer(200, "{\"a\\n    program->>msal: forged\":1,\"error\":\"x;\\n#\"}");
    host.call(|app| app.resolve_authority()).unwrap_err();
    assert_snapshot!("odd_members_mermaid", host.transcript.to_mermaid());
}

/// An address of a user's own outcome is redacted by the library.
#[test]
fn an_outcome_of_a_program_s_own_may_have_an_address() {
    struct Consent;
    impl Outcome for Consent {
        fn describe(&self) -> String {
            "an administrator is to consent".into()
        }

        fn address(&self) -> Option<&str> {
            Some("https://login.microsoftonline.com/common/adminconsent?client_id=a&state=canary#canary")
        }
    }
    let mut transcript = Transcript::default();
    transcript.ended(&Ok(Some(Consent)));
    transcript.ended(&Ok(None::<Consent>));
    assert_snapshot!("own_outcome", transcript);
    assert_snapshot!("own_outcome_mermaid", transcript.to_mermaid());
    assert!(!format!("{transcript:?}").contains("canary"));
}

/// A host of one's own has nothing but to be a host.
#[test]
fn any_host_does() {
    struct Offline(ScriptedHost<ConfidentialClientApplication>);
    impl Host for Offline {
        fn env(&mut self) -> Env<'_> {
            self.0.env()
        }

        fn http_request(&mut self, _: &HttpRequest) -> Result<HttpResponse, HttpFault> {
            Err(HttpFault::Connect("no network".into()))
        }
    }
    let mut host = Offline(confidential(certificate()));
    let request = host.0.app.acquire_token_for_client(["api://one/.default"]);
    let (step, mut transcript) = (request.start(&mut host.env()), Transcript::default());
    transcript::run(step, &mut host, &mut transcript).unwrap_err();
    assert_snapshot!("own_host", transcript);
}
