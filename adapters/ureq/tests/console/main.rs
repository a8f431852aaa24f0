//! The example `console`, driven by a script as a person would by hand. `cargo test` builds it first; who names this test alone
//! builds it with `cargo build --example console`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails so")]
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const AS_ALICE: [&str; 2] = ["offline Entra", "sign in as alice"];
/// Scopes as they are proposed, no more options, and the secrets stay hidden.
const INTERACTIVE: [&str; 4] = ["acquire_token_interactive", "", "", ""];
const SILENT: [&str; 4] = ["acquire_token_silent", "", "", ""];

fn console(arguments: &[&str], answers: &[&str]) -> Output {
    // Beside the folder that this test is in.
    let test = std::env::current_exe().unwrap();
    let name = format!("console{}", std::env::consts::EXE_SUFFIX);
    let example: PathBuf = test.parent().unwrap().parent().unwrap().join("examples").join(name);
    let mut command = Command::new(&example);
    let command = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", example.display()));
    // It may end before it has read all of them.
    let _ = child.stdin.take().unwrap().write_all((answers.join("\n") + "\n").as_bytes());
    child.wait_with_output().unwrap()
}

/// At the offline Entra with this cache, to the good end.
fn offline(cache: &Path, answers: &[&[&str]]) -> String {
    let cache = cache.to_str().unwrap();
    let output = console(&["--offline", "--cache", cache], &answers.concat());
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(text.trim_end().ends_with("Good-bye."), "{text}");
    text
}

fn cache_file() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("cache.json");
    (folder, file)
}

/// All that is secret in a cache file.
fn secrets(file: &Path) -> Vec<String> {
    let cache: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let kinds = ["AccessToken", "RefreshToken", "IdToken"].into_iter().filter_map(|kind| cache.get(kind));
    let entries = kinds.flat_map(|kind| kind.as_object().unwrap().values());
    entries.map(|entry| entry["secret"].as_str().unwrap().to_owned()).collect()
}

fn assert_all(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

#[test]
fn people_sign_in_and_are_remembered_in_a_file() {
    let (_folder, file) = cache_file();
    let as_bob = ["offline Entra", "sign in as bob"];
    let device = ["acquire_token_by_device_code", "", ""];
    let steps: [&[&str]; 8] = [
        &AS_ALICE,
        &INTERACTIVE,
        &as_bob,
        &device,
        &["show the cache"],
        &["show the transcript", "as text"],
        &["get_accounts"],
        &["exit"],
    ];
    let text = offline(&file, &steps);
    let parts = [
        "identity_provider",
        "Alice Example",
        "Bob Example",
        "has entered the code",
        "in 59 min",
        "[hidden, ",
    ];
    assert_all(&text, &parts);
    assert_all(&text, &["What the access token says: for the resource alone", "preferred_username"]);

    let secrets = secrets(&file);
    assert_eq!(secrets.len(), 6);
    for secret in secrets {
        assert!(!text.contains(&secret));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    let text = offline(&file, &[&["acquire_token_silent", "alice", "", "", ""], &["show the cache", "exit"]]);
    assert_all(&text, &["For alice@contoso.example", "┆ cache ", "bob@fabrikam.example"]);
}

#[test]
fn secrets_show_to_who_asks() {
    let (_folder, file) = cache_file();
    let text = offline(&file, &[&AS_ALICE, &["acquire_token_interactive", "", "", "y"], &["exit"]]);
    for secret in secrets(&file) {
        assert!(text.contains(&secret));
    }
}

#[test]
fn an_application_signs_in() {
    let (_folder, file) = cache_file();
    for credential in ["secret", "certificate"] {
        let kind = format!("be a confidential client with a {credential}");
        let call = ["acquire_token_for_client", "", ""];
        let remove = ["remove_tokens_for_client", "show the cache", "exit"];
        let text = offline(&file, &[&["offline Entra", &kind], &call, &call, &remove]);
        assert_all(
            &text,
            &[credential, "Things.Read.All", "identity_provider", "┆ cache ", "1 access token(s) forgotten"],
        );
        assert_eq!(secrets(&file), [""; 0]);
    }
}

#[test]
fn who_is_refused_may_sign_in_at_once_with_the_claims_that_were_demanded() {
    let (_folder, file) = cache_file();
    let demand = ["offline Entra", "demand more proof"];
    let silent = ["acquire_token_silent", "", "y", "y", "", "", "y", ""];
    let steps: [&[&str]; 6] =
        [&AS_ALICE, &INTERACTIVE, &demand, &silent, &["show the transcript", "as text"], &["exit"]];
    let text = offline(&file, &steps);
    assert_all(&text, &["AADSTS50076", "with the claims that were demanded?", ".. AcquireTokenInteractive"]);
    assert_all(
        &text,
        &[r#"claims={"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#, "== Bearer token"],
    );
}

#[test]
fn a_sign_in_step_by_step_can_be_looked_at() {
    let (_folder, file) = cache_file();
    let sign_in = ["acquire_token_by_auth_code_flow", "", "", ""];
    let transcripts = ["show the transcript", "as text", "show the transcript", "as a Mermaid diagram"];
    let text = offline(
        &file,
        &[&AS_ALICE, &sign_in, &transcripts, &["decode_id_token", "", "resolve_authority", "exit"]],
    );
    assert_all(&text, &["response_type=code", "grant_type=authorization_code", "code=[redacted]"]);
    assert_all(&text, &["sequenceDiagram", "What the id token says\n", "token_endpoint"]);
}

#[test]
fn a_token_of_another_type_is_told_from_an_ssh_certificate() {
    let (_folder, file) = cache_file();
    let text =
        offline(&file, &[&AS_ALICE, &["ssh-cert interactive", "", "", "ssh-cert silent", "", ""], &["exit"]]);
    assert_eq!(text.matches("That is no SSH certificate").count(), 2, "{text}");
}

#[test]
fn somebody_is_forgotten() {
    let (_folder, file) = cache_file();
    let text = offline(&file, &[&AS_ALICE, &INTERACTIVE, &["remove_account"], &SILENT[..1], &["exit"]]);
    assert_all(&text, &["alice@contoso.example is forgotten here", "Nobody has signed in: do that first"]);
    assert_eq!(secrets(&file), [""; 0]);
}

#[test]
fn a_refresh_token_that_is_refused_does_not_show() {
    let (_folder, file) = cache_file();
    let token = "1.of-another-library";
    let text = offline(&file, &[&["acquire_token_by_refresh_token", token, "", "n"], &["exit"]]);
    assert_all(&text, &["invalid_grant", "A person can help", "Sign in now? [Y/n]"]);
    assert!(!text.contains(token));
}

#[test]
fn a_damaged_cache_file_is_left_as_it_is() {
    let (_folder, file) = cache_file();
    fs::write(&file, "{\"AccessToken\":").unwrap();
    let output = console(&["--offline", "--cache", file.to_str().unwrap()], &["exit"]);
    assert!(!output.status.success());
    assert_all(
        std::str::from_utf8(&output.stdout).unwrap(),
        &["cache.json: the token cache's text is damaged"],
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "{\"AccessToken\":");
}

#[test]
fn the_end_of_the_input_is_the_end() {
    for (arguments, answers) in
        [(&["--no-cache-file"][..], &["an offline Entra"][..]), (&["--no-cache-file", "--offline"], &[])]
    {
        let output = console(arguments, answers);
        assert!(output.status.success());
        assert_all(std::str::from_utf8(&output.stdout).unwrap(), &["15: exit", "Good-bye."]);
    }
    assert!(!console(&["--offline", "--secret", "s3cret"], &[]).status.success());
}
