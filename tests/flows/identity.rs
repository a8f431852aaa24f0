//! The rows IDT that are about whose tokens they are: `client_info`, the id token's claims about a person, and the account
//! that comes of them. The checks of an id token by itself are in `tests/id_token`.
use crate::person::*;
use crate::support::*;
use msal_proto::PublicClientApplication;
use msal_proto::cache::{AccessTokenQuery, CacheRead};
use msal_proto::flows::AuthCodeFlow;
use serde_json::{Value, json};

type World = crate::support::World<PublicClientApplication>;

/// Signed in with this answer; no answer here costs the token.
fn signed_in(change: impl FnOnce(&mut Value)) -> World {
    World::public().signed_in(change)
}

/// The same with other claims in the id token.
fn with_claims(change: impl FnOnce(&mut Value)) -> World {
    signed_in(|answer| {
        let mut claims = read_claims(answer["id_token"].as_str().unwrap());
        change(&mut claims);
        answer["id_token"] = json!(jwt(&claims));
    })
}

fn without(answer: &mut Value, name: &str) {
    answer.as_object_mut().unwrap().remove(name);
}

#[test]
fn idt_14_an_account_needs_no_claim_that_client_info_stands_for() {
    for name in ["sub", "oid", "tid"] {
        for odd in [json!(null), json!(5), json!(["canary"]), json!({})] {
            let world = with_claims(|claims| claims[name] = odd.clone());
            assert_eq!(&*world.account().home_account_id, HOME_ACCOUNT_ID, "{name}: {odd}");
        }
        let world = with_claims(|claims| without(claims, name));
        assert_eq!(&*world.account().home_account_id, HOME_ACCOUNT_ID, "{name}");
    }
    // The object id, else the subject.
    let world = with_claims(|claims| {
        without(claims, "oid");
        claims["sub"] = json!("subject");
    });
    assert_eq!(world.account().local_account_id.as_deref(), Some("subject"));
    // Of neither is an account made; the token is there all the same.
    let mut world = signed_in(|answer| {
        let mut claims = read_claims(answer["id_token"].as_str().unwrap());
        without(&mut claims, "sub");
        answer["id_token"] = json!(jwt(&claims));
        without(answer, "client_info");
    });
    assert_eq!((world.accounts().len(), world.section("AccessToken").len()), (0, 1));
}

#[test]
fn idt_15_a_name_is_shown_and_tells_nobody_apart() {
    for odd in [json!(null), json!(5), json!(["ada"]), json!("")] {
        let world = with_claims(|claims| claims["preferred_username"] = odd.clone());
        assert_eq!(world.account().username.as_deref(), Some(""), "{odd}");
    }
    let world = with_claims(|claims| without(claims, "preferred_username"));
    assert_eq!(world.account().username.as_deref(), Some(""));
    let upn = with_claims(|claims| {
        without(claims, "preferred_username");
        claims["upn"] = json!("ada@old.example");
    });
    assert_eq!(upn.account().username.as_deref(), Some("ada@old.example"));
    // What would turn a line of a log is escaped where it is shown.
    let tricks = "ada\u{202e}\u{7}\u{1b}[31m\r\n";
    let world = with_claims(|claims| claims["preferred_username"] = json!(tricks));
    let account = world.account();
    assert_eq!((&*account.home_account_id, account.username.as_deref()), (HOME_ACCOUNT_ID, Some(tricks)));
    assert!(!format!("{account:?}").contains(|c: char| c.is_control() || c == '\u{202e}'));
}

#[test]
fn idt_16_an_address_is_no_key_to_anything() {
    let email = |address: &str| {
        let address = address.to_owned();
        move |claims: &mut Value| claims["email"] = json!(address)
    };
    let (mut one, mut other) = (with_claims(email("ada@a.example")), with_claims(email("ceo@a.example")));
    assert_eq!(one.account(), other.account());
    for section in ["Account", "AccessToken", "RefreshToken", "IdToken"] {
        let keys = |world: &mut World| {
            let file: Value = serde_json::from_str(&world.cache.serialize()).unwrap();
            file[section].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(keys(&mut one), keys(&mut other));
    }
    assert!(!one.cache.serialize().contains("ada@a.example"));
    // Nor does the same address make two people one.
    let mut world = with_claims(email("ada@a.example")).signed_in(|answer| {
        answer["client_info"] = json!(client_info("55555555-5555-5555-5555-555555555555", TENANT));
    });
    assert_eq!((world.accounts().len(), world.section("RefreshToken").len()), (2, 2));
}

#[test]
fn idt_17_a_client_info_that_is_none_costs_no_token() {
    let list = base64url(&json!(["canary"]));
    for odd in
        [json!("canary"), json!("!!!!"), json!(""), json!(list), json!(5), json!(null), json!({"uid": "a"})]
    {
        let mut world = signed_in(|answer| answer["client_info"] = odd.clone());
        let tokens = ["AccessToken", "RefreshToken", "IdToken"].map(|section| world.section(section).len());
        assert_eq!(tokens, [1, 1, 1], "{odd}");
        assert_eq!(world.members("RefreshToken", "home_account_id"), ["sub-of-ada"], "{odd}");
        assert_eq!(world.accounts(), [], "it names nobody: {odd}");
    }
    for odd in [json!({}), json!({"uid": "a"}), json!({"utid": "b"}), json!({"uid": null, "utid": "b"})] {
        let world = signed_in(|answer| answer["client_info"] = json!(base64url(&odd)));
        assert_eq!(world.accounts().len(), 1, "{odd}");
        assert_eq!(&*world.accounts()[0].home_account_id, "sub-of-ada", "{odd}");
    }
    let world = signed_in(|answer| without(answer, "client_info"));
    assert_eq!(&*world.accounts()[0].home_account_id, "sub-of-ada");
}

#[test]
fn idt_18_numbers_are_no_ids() {
    for odd in [json!({"uid": 1, "utid": 2}), json!({"uid": "a", "utid": 2}), json!({"uid": [], "utid": {}})]
    {
        let world = signed_in(|answer| answer["client_info"] = json!(base64url(&odd)));
        assert_eq!(&*world.accounts()[0].home_account_id, "sub-of-ada", "{odd}");
    }
}

/// Whether tokens of one are found for the other.
fn finds(world: &World, home_account_id: &str) -> usize {
    let query = AccessTokenQuery {
        home_account_id: Some(home_account_id.into()),
        environment: "login.microsoftonline.com".into(),
        client_id: CLIENT_ID.into(),
        realm: TENANT.into(),
        target: msal_proto::Scopes::new([SCOPE]),
        key_id: None,
        ext_cache_key: None,
        user_assertion_hash: None,
    };
    let found = world.cache.read(&CacheRead::Silent { query, now: msal_proto::engine::UnixTime(world.now) });
    found.access_tokens.len() + found.refresh_tokens.len()
}

#[test]
fn idt_19_ids_are_kept_as_they_are_and_compared_by_their_fields() {
    let long = "x".repeat(10_000);
    let ids = [
        ("a b", "c-d"),
        ("A.b", "c"),
        ("a", "b-login.microsoftonline.com"),
        ("\u{e9}", "\u{1f600}"),
        (&long, "b"),
    ];
    for (uid, utid) in ids {
        let world = signed_in(|answer| answer["client_info"] = json!(client_info(uid, utid)));
        let account = world.account();
        assert_eq!(*account.home_account_id, format!("{uid}.{utid}"));
        assert_eq!(finds(&world, &format!("{uid}.{utid}")), 1);
        for other in [uid.to_owned(), format!("{uid}."), format!("{uid}.{utid}-"), format!("{uid}-{utid}")] {
            assert_eq!(finds(&world, &other), 0, "{other}");
        }
    }
    // A dash in an id does not lead to another's partition, though the keys in the file would be equal.
    let mut world = signed_in(|answer| answer["client_info"] = json!(client_info("a", "b-login")));
    world = world.signed_in(|answer| answer["client_info"] = json!(client_info("a", "b")));
    assert_eq!((world.accounts().len(), finds(&world, "a.b"), finds(&world, "a.b-login")), (2, 1, 1));
}

#[test]
fn idt_20_a_guest_s_id_token_names_them_otherwise_and_both_are_kept() {
    let guest = "66666666-6666-6666-6666-666666666666";
    let world = with_claims(|claims| {
        claims["oid"] = json!(guest);
        claims["tid"] = json!("33333333-3333-3333-3333-333333333333");
    });
    let account = world.account();
    assert_eq!(&*account.home_account_id, HOME_ACCOUNT_ID);
    assert_eq!((account.local_account_id.as_deref(), account.realm.as_deref()), (Some(guest), Some(TENANT)));
}

#[test]
fn idt_21_what_else_marks_a_family_is_nobody_s_else() {
    for foci in [json!("2"), json!(""), json!(["1"]), json!(1), json!(null), json!("11")] {
        let mut world = signed_in(|answer| answer["foci"] = foci.clone());
        let account = world.account();
        world.app = PublicClientApplication::builder("another-app").authority(AUTHORITY).build().unwrap();
        let end = world.call(|app| app.acquire_token_silent([SCOPE], &account));
        assert_eq!((end.unwrap(), world.requests.len()), (None, 0), "{foci}");
    }
}

#[test]
fn a_kept_flow_tells_no_one_apart_by_what_came_back() {
    // The redirect's client_info routes; whose the tokens are is the token endpoint's to say.
    let mut world = World::public();
    let flow: AuthCodeFlow = world.begin();
    world = world.http(200, &tokens_of(&flow).to_string());
    let answer = came_back(&flow).replace(&client_info(UID, TENANT), &client_info("somebody", "else"));
    world.finish(&flow, &answer).unwrap();
    assert_eq!(world.header("x-anchormailbox"), Some("Oid:somebody@else"));
    assert_eq!(&*world.account().home_account_id, HOME_ACCOUNT_ID);
}
