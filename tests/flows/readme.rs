//! The README's diagrams are what the flows do. `INSTA_UPDATE=always` makes them anew, as it does snapshots.
#![allow(clippy::disallowed_methods, reason = "the README is written when whoever runs this asks for it")]
use crate::support::{GRAPH, builder};
use crate::username_password::{ASSERTION, BOTH, FEDERATED, PASSWORD, SAML_1_1, issued};
use msal_proto::cache::Account;
use msal_proto::transcript::{ScriptedHost, Transcript};
use msal_proto::{ConfidentialClientApplication, PublicClientApplication};

const README: &str = include_str!("../../README.md");
const END: &str = "<!-- /diagram -->";
const TOKEN: &str = r#"{"token_type":"Bearer","expires_in":3599,"access_token":"scripted-access-token"}"#;
const ADA: &str = "ada@contoso.example";

type Scripted = ScriptedHost<ConfidentialClientApplication>;

/// What each diagram is made from.
fn transcripts() -> [(&'static str, Transcript); 14] {
    [
        ("acquire_token_for_client", acquire_token_for_client()),
        ("acquire_token_on_behalf_of", acquire_token_on_behalf_of()),
        ("long_running_on_behalf_of", long_running_on_behalf_of()),
        ("auth_code_flow", signed_in().0.transcript),
        ("acquire_token_interactive", acquire_token_interactive()),
        ("acquire_token_by_device_code", acquire_token_by_device_code()),
        ("acquire_token_by_username_password", acquire_token_by_username_password()),
        ("acquire_token_silent: refresh token", acquire_token_silent_by_refresh_token()),
        ("acquire_token_silent: cache", acquire_token_silent_from_the_cache()),
        ("get_accounts", get_accounts()),
        ("remove_account", remove_account()),
        ("acquire_token_by_refresh_token", acquire_token_by_refresh_token()),
        ("remove_tokens_for_client", remove_tokens_for_client()),
        ("resolve_authority", resolve_authority()),
    ]
}

#[test]
fn its_diagrams_are_what_the_flows_do() {
    let mut readme = README.to_owned();
    for (name, transcript) in transcripts() {
        let start = format!("<!-- diagram: {name} -->");
        let (before, rest) = readme.split_once(&start).unwrap_or_else(|| panic!("no {start}"));
        let (_, after) = rest.split_once(END).unwrap_or_else(|| panic!("{start} has no {END}"));
        readme = format!("{before}{start}\n```mermaid\n{}```\n{END}{after}", transcript.to_mermaid());
    }
    assert_eq!(readme.matches("```mermaid").count(), transcripts().len(), "a diagram that is drawn by hand");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"), readme).unwrap();
        return;
    }
    assert!(readme == README, "README.md differs; INSTA_UPDATE=always makes its diagrams anew:\n{readme}");
}

fn host() -> Scripted {
    ScriptedHost::new(builder().build().unwrap())
}

/// Somebody has signed in.
fn signed_in() -> (Scripted, Account) {
    let mut host = host();
    host.answer_discovery();
    let initiate = |app: &ConfidentialClientApplication| {
        app.initiate_auth_code_flow(["User.Read"]).redirect_uri("https://app.example/signed-in")
    };
    let flow = host.call(initiate).unwrap();
    host.transcript.remark("the person signs in and comes back with a code");
    let auth_response = host.answer_sign_in(&flow, ADA);
    host.call(|app| app.acquire_token_by_auth_code_flow(flow, auth_response)).unwrap();
    let transcript = host.transcript.clone();
    let account = host.call(|app| app.get_accounts()).unwrap().remove(0);
    host.transcript = transcript;
    (host, account)
}

/// The same, with nothing noted of it.
fn remembered() -> (Scripted, Account) {
    let (mut host, account) = signed_in();
    host.transcript = Transcript::default();
    (host, account)
}

/// Of a user of a federation service.
#[allow(deprecated, reason = "it says so itself")]
fn acquire_token_by_username_password() -> Transcript {
    let mut host = host();
    host.answer_discovery();
    host.answer(200, FEDERATED);
    host.answer(200, BOTH);
    host.answer(200, issued(ASSERTION, SAML_1_1));
    host.answer_refresh(ADA, "User.Read");
    host.call(|app| app.acquire_token_by_username_password(ADA, PASSWORD, ["User.Read"])).unwrap();
    host.transcript
}

fn acquire_token_for_client() -> Transcript {
    let mut host = host();
    host.answer_discovery();
    host.answer(200, TOKEN);
    host.call(|app| app.acquire_token_for_client([GRAPH])).unwrap();
    host.transcript
}

/// Two users.
fn acquire_token_on_behalf_of() -> Transcript {
    let mut host = host();
    host.answer_discovery();
    for user in [ADA, "bob@contoso.example"] {
        host.transcript.remark(format!("{user} calls"));
        host.answer_refresh(user, "User.Read");
        host.call(|app| app.acquire_token_on_behalf_of(format!("the-token-of-{user}"), ["User.Read"]))
            .unwrap();
    }
    host.transcript.remark("the first calls again, with the same token");
    let again = host.call(|app| app.acquire_token_on_behalf_of(format!("the-token-of-{ADA}"), ["User.Read"]));
    assert_eq!(again.unwrap().token_source, msal_proto::TokenSource::Cache);
    host.transcript
}

fn long_running_on_behalf_of() -> Transcript {
    let mut host = host();
    host.answer_discovery();
    host.answer_refresh(ADA, "User.Read");
    let begun = host
        .call(|app| app.initiate_long_running_on_behalf_of(["User.Read"], "the-token-of-ada", None))
        .unwrap();
    let key = begun.key.expose();
    host.later(3_600);
    host.answer_refresh(ADA, "User.Read");
    host.call(|app| app.acquire_token_in_long_running_on_behalf_of(["User.Read"], key)).unwrap();
    host.transcript.remark("its work is done");
    assert_eq!(host.call(|app| app.stop_long_running_on_behalf_of(key)).unwrap(), 2);
    host.transcript
}

fn acquire_token_silent_by_refresh_token() -> Transcript {
    let (mut host, account) = remembered();
    host.later(3_600);
    host.answer_refresh(ADA, "User.Read");
    host.call(|app| app.acquire_token_silent(["User.Read"], &account)).unwrap().unwrap();
    host.transcript
}

fn acquire_token_silent_from_the_cache() -> Transcript {
    let (mut host, account) = remembered();
    host.call(|app| app.acquire_token_silent(["User.Read"], &account)).unwrap().unwrap();
    host.transcript
}

fn get_accounts() -> Transcript {
    let (mut host, _) = remembered();
    assert_eq!(host.call(|app| app.get_accounts()).unwrap().len(), 1);
    host.transcript
}

fn remove_account() -> Transcript {
    let (mut host, account) = remembered();
    host.call(|app| app.remove_account(&account)).unwrap();
    host.transcript
}

fn acquire_token_interactive() -> Transcript {
    let mut host = ScriptedHost::new(PublicClientApplication::builder("my-app").build().unwrap());
    host.answer_discovery();
    host.person = Some(ADA.into());
    host.call(|app| app.acquire_token_interactive(["User.Read"])).unwrap();
    host.transcript
}

fn acquire_token_by_device_code() -> Transcript {
    let app = PublicClientApplication::builder("my-app").build().unwrap();
    let mut host = ScriptedHost::new(app);
    let base = "https://login.microsoftonline.com/common/oauth2/v2.0";
    host.answer(
        200,
        format!(
            r#"{{"authorization_endpoint":"{base}/authorize","token_endpoint":"{base}/token","device_authorization_endpoint":"{base}/devicecode"}}"#
        ),
    );
    let codes = r#"{"user_code":"ABCD","device_code":"D","verification_uri":"https://microsoft.com/devicelogin","expires_in":900,"interval":5}"#;
    host.answer(200, codes);
    host.answer(400, r#"{"error":"authorization_pending"}"#);
    host.answer_refresh(ADA, "User.Read");
    host.call(|app| app.acquire_token_by_device_code(["User.Read"])).unwrap();
    host.transcript
}

fn acquire_token_by_refresh_token() -> Transcript {
    let mut host = host();
    host.answer_discovery();
    host.answer_refresh(ADA, "User.Read");
    host.call(|app| app.acquire_token_by_refresh_token("an-older-program-s", ["User.Read"])).unwrap();
    host.transcript
}

fn remove_tokens_for_client() -> Transcript {
    let mut host = host();
    host.answer_discovery();
    host.answer(200, TOKEN);
    host.call(|app| app.acquire_token_for_client([GRAPH])).unwrap();
    host.transcript = Transcript::default();
    assert_eq!(host.call(|app| app.remove_tokens_for_client()).unwrap(), 1);
    host.transcript
}

/// Of a host that is in no cloud that is known, a cloud is asked first.
fn resolve_authority() -> Transcript {
    let authority = "https://login.example.com/11111111-1111-1111-1111-111111111111";
    let mut host = ScriptedHost::new(builder().authority(authority).build().unwrap());
    let endpoint = format!("{authority}/v2.0/.well-known/openid-configuration");
    host.answer(200, format!(r#"{{"tenant_discovery_endpoint":"{endpoint}"}}"#));
    host.answer_discovery();
    host.call(|app| app.resolve_authority()).unwrap();
    host.transcript
}
