//! A sign-in that one process begins and another ends, over the wire: what is kept between them is a file. Nothing else is
//! theirs in common, so neither memory nor the authority's document can hide that something is missing.
use crate::people::{ALICE, CLIENT_ID, REDIRECT_URI, browse, client_at, entra};
use msal_proto::flows::{AuthCodeFlow, AuthResponseError};
use msal_proto::{Error, TokenSource};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

const PART: &str = "MSAL_UREQ_TEST_PART";

/// A folder that goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs this test binary again, for one part of a sign-in.
fn process(part: &str, origin: &str, folder: &Folder) -> Output {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "two_processes::part", "--ignored", "--nocapture", "--test-threads=1"]);
    command.envs([(PART, part), ("ORIGIN", origin)]).env("FOLDER", &folder.0).output().unwrap()
}

fn in_process(part: &str, origin: &str, folder: &Folder) {
    let output = process(part, origin, folder);
    assert!(output.status.success(), "{part}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_sign_in_is_begun_in_one_process_and_ended_in_another() {
    let (entra, folder) = (entra(), Folder::new("sign-in"));
    fs::write(folder.0.join("ca.pem"), entra.ca_pem()).unwrap();
    in_process("begin", entra.origin(), &folder);

    let kept = fs::read_to_string(folder.0.join("flow.json")).unwrap();
    let flow: AuthCodeFlow = serde_json::from_str(&kept).unwrap();
    fs::write(folder.0.join("answer"), browse(&entra, &flow.auth_uri)).unwrap();
    in_process("end", entra.origin(), &folder);
    assert_eq!(fs::read_to_string(folder.0.join("who")).unwrap(), ALICE);

    // Each asked for the document, and one redeemed the code.
    let asked =
        |end: &str| entra.authority().handled().iter().filter(|handled| handled.path.ends_with(end)).count();
    assert_eq!((asked("/openid-configuration"), asked("/token")), (2, 1));

    // A third, which has the file too, is told that the code was used.
    in_process("end again", entra.origin(), &folder);
    assert_eq!(asked("/token"), 2);
}

#[test]
fn a_file_that_was_changed_meanwhile_ends_no_sign_in() {
    let (entra, folder) = (entra(), Folder::new("changed"));
    fs::write(folder.0.join("ca.pem"), entra.ca_pem()).unwrap();
    in_process("begin", entra.origin(), &folder);
    let kept = fs::read_to_string(folder.0.join("flow.json")).unwrap();
    let mut flow: AuthCodeFlow = serde_json::from_str(&kept).unwrap();
    fs::write(folder.0.join("answer"), browse(&entra, &flow.auth_uri)).unwrap();
    flow.state = "another".into();
    fs::write(folder.0.join("flow.json"), serde_json::to_string(&flow).unwrap()).unwrap();
    in_process("end another", entra.origin(), &folder);
    fs::write(folder.0.join("flow.json"), &kept[..kept.len() - 1]).unwrap();
    assert!(!process("end", entra.origin(), &folder).status.success());
    assert!(!entra.authority().handled().iter().any(|handled| handled.path.ends_with("/token")));
}

/// One part of a sign-in, in a process of its own.
#[test]
#[ignore = "the tests above run it in other processes"]
fn part() {
    let folder = PathBuf::from(env::var_os("FOLDER").unwrap());
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let client = client_at(&env::var("ORIGIN").unwrap(), &read("ca.pem"));
    let part = env::var(PART).unwrap();
    if part == "begin" {
        let request = client.app().initiate_auth_code_flow(["User.Read"]).redirect_uri(REDIRECT_URI);
        let flow = client.run(request).unwrap();
        assert!(flow.auth_uri.contains(CLIENT_ID));
        return fs::write(folder.join("flow.json"), serde_json::to_string(&flow).unwrap()).unwrap();
    }
    let flow: AuthCodeFlow = serde_json::from_str(&read("flow.json")).unwrap();
    let end = client.run(client.app().acquire_token_by_auth_code_flow(flow, read("answer")));
    match (part.as_str(), end) {
        ("end", Ok(result)) => {
            assert_eq!(result.token_source, TokenSource::IdentityProvider);
            let who = result.id_token_claims.unwrap().preferred_username.unwrap();
            fs::write(folder.join("who"), who).unwrap();
            // They are signed in here from now on.
            let account = client.run(client.app().get_accounts()).unwrap().remove(0);
            let silent = client.run(client.app().acquire_token_silent(["User.Read"], &account)).unwrap();
            assert_eq!(silent.unwrap().token_source, TokenSource::Cache);
        }
        ("end again", Err(Error::SignInNeeded(error))) => assert_eq!(error.error, "invalid_grant"),
        ("end another", Err(Error::AuthResponse(AuthResponseError::StateMismatch))) => {}
        (part, end) => panic!("{part}: {end:?}"),
    }
}
