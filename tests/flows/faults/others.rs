//! The flows that bring no token.
use super::people::public_world;
use super::*;
use msal_proto::{ClientCredential, ConfidentialClientApplication, PublicClientApplication};
use serde_json::{Value, json};

type Confidential = World<ConfidentialClientApplication>;
type Public = World<PublicClientApplication>;

#[test]
fn resolve_authority() {
    let request = |world: &Public| world.app.resolve_authority();
    every_fault(&["HttpRequest", "HttpRequest"], public_world, request, |_, end| assert!(end.is_err()));
}

/// Gives codes.
pub(super) fn codes(request: &HttpRequest) -> HttpResponse {
    let given = json!({"user_code": "canary-user-code", "device_code": "canary-device-code", "interval": 5});
    let with_device = |found: HttpResponse| {
        let mut document: Value = serde_json::from_slice(found.body.expose()).unwrap();
        if document["token_endpoint"].is_string() {
            document["device_authorization_endpoint"] = json!(format!("{HOST}/oauth2/v2.0/devicecode"));
        }
        response(200, &document.to_string())
    };
    discovery(request).map_or_else(|| response(200, &given.to_string()), with_device)
}

#[test]
fn initiate_device_flow() {
    let world = || {
        let mut world = public_world();
        world.service = Some(codes);
        world
    };
    let request = |world: &Public| world.app.initiate_device_flow(["User.Read"]);
    let effects = ["HttpRequest", "HttpRequest", "HttpRequest"];
    every_fault(&effects, world, request, |_, end| assert!(end.is_err()));
}

/// A cache that cannot be read or written is an error here: the tokens are still there.
#[test]
fn remove_tokens_for_client() {
    let world = || {
        let credential = ClientCredential::secret(CLIENT_SECRET).unwrap();
        let mut world = World::of(builder().authority(HOST).client_credential(credential));
        world.service = Some(|request| discovery(request).unwrap_or_else(|| response(200, TOKEN)));
        world.token().unwrap();
        world
    };
    let request = |world: &Confidential| world.app.remove_tokens_for_client();
    every_fault(&["CacheRead", "CacheWrite"], world, request, |fault, end| match (fault.reply, end) {
        (Reply::CacheRead(Ok(_)), Ok(_)) => {}
        (Reply::Declined, Err(Error::Unsupported(_))) => {}
        (Reply::CacheRead(Err(_)) | Reply::CacheWrite(Err(_)), Err(Error::Cache(_))) => {}
        (reply, end) => panic!("{reply:?} {end:?}"),
    });
}
