//! Every flow in one library. Built for wasm32-unknown-unknown, it must have no imports: whatever reached for a clock,
//! a generator, a socket or a file would show up as one.
use msal_proto::authority::{AZURE_PUBLIC, AuthorityBuilder};
use msal_proto::cache::Account;
use msal_proto::engine::{Entropy, Env, Flow, HostFacts, HttpResponse, Request, Step, UnixTime};
use msal_proto::flows::{AcquireTokenByUsernamePassword, AuthCodeFlow, DeviceFlow, FederatedUser};
use msal_proto::{
    AzureRegion, CertificateCredential, ClientApplication, ClientCredential, ClientState,
    ConfidentialClientApplication, Error, PublicClientApplication, SecretBytes, TokenCache,
};

/// Reads one answer and one key at this place of the module's memory and runs every flow with them. Returns how many
/// flows ended well.
#[unsafe(no_mangle)]
pub extern "C" fn run_every_flow(seed: u8) -> usize {
    let answer: Vec<u8> = (0..seed).collect();
    every_flow(&answer, seed).unwrap_or(0)
}

fn every_flow(answer: &[u8], seed: u8) -> Result<usize, Error> {
    let credential = match seed {
        0 => ClientCredential::secret("secret")?,
        1 => ClientCredential::assertion("assertion")?,
        _ => ClientCredential::certificate(
            CertificateCredential::builder(answer).passphrase("passphrase").build()?,
        ),
    };
    let app = ConfidentialClientApplication::builder("client")
        .authority(AuthorityBuilder::new(AZURE_PUBLIC, "contoso.onmicrosoft.com"))
        .client_credential(credential)
        .verify_id_token_signature(seed.is_multiple_of(2))
        .azure_region(AzureRegion::AttemptRegionDiscovery)
        .build()?;
    let (mut world, mut cache) = (World { state: ClientState::default(), seed }, TokenCache::new());
    let text = String::from_utf8_lossy(answer);
    let mut ends = vec![
        drive(&app, &mut world, &mut cache, answer, app.resolve_authority()),
        drive(&app, &mut world, &mut cache, answer, app.acquire_token_for_client(["scope"])),
        drive(&app, &mut world, &mut cache, answer, app.remove_tokens_for_client()),
        drive(&app, &mut world, &mut cache, answer, app.acquire_token_on_behalf_of(&*text, ["scope"])),
        drive(
            &app,
            &mut world,
            &mut cache,
            answer,
            app.initiate_long_running_on_behalf_of(["scope"], &*text, Some(&text)),
        ),
        drive(
            &app,
            &mut world,
            &mut cache,
            answer,
            app.acquire_token_in_long_running_on_behalf_of(["scope"], &text),
        ),
        drive(&app, &mut world, &mut cache, answer, app.stop_long_running_on_behalf_of(&text)),
        drive(&app, &mut world, &mut cache, answer, app.initiate_auth_code_flow(["scope"])),
        drive(&app, &mut world, &mut cache, answer, app.acquire_token_by_refresh_token(&*text, ["scope"])),
        drive(&app, &mut world, &mut cache, answer, app.get_accounts()),
        drive(&app, &mut world, &mut cache, answer, by_username_password(&app, &text)),
        drive(&app, &mut world, &mut cache, answer, {
            let user = FederatedUser::Username("user".into());
            app.acquire_token_by_user_federated_identity_credential(["scope"], &*text, user)
        }),
    ];
    if let Ok(flow) = serde_json::from_slice::<AuthCodeFlow>(answer) {
        let request = app.acquire_token_by_auth_code_flow(flow, &*text);
        ends.push(drive(&app, &mut world, &mut cache, answer, request));
    }
    if let Ok(account) = serde_json::from_slice::<Account>(answer) {
        let request = app.acquire_token_silent(["scope"], &account);
        ends.push(drive(&app, &mut world, &mut cache, answer, request));
        ends.push(drive(&app, &mut world, &mut cache, answer, app.remove_account(&account)));
    }
    let public = PublicClientApplication::builder("client").build()?;
    ends.push(drive(&public, &mut world, &mut cache, answer, public.initiate_device_flow(["scope"])));
    ends.push(drive(&public, &mut world, &mut cache, answer, public.acquire_token_interactive(["scope"])));
    ends.push(drive(&public, &mut world, &mut cache, answer, public.acquire_token_by_device_code(["scope"])));
    if let Ok(flow) = serde_json::from_slice::<DeviceFlow>(answer) {
        ends.push(drive(&public, &mut world, &mut cache, answer, public.acquire_token_by_device_flow(flow)));
    }
    Ok(ends.into_iter().filter(|ended_well| *ended_well).count() + cache.serialize().len())
}

#[allow(deprecated, reason = "it says so itself")]
fn by_username_password(app: &ClientApplication, text: &str) -> AcquireTokenByUsernamePassword {
    app.acquire_token_by_username_password(text, text, ["scope"])
}

struct World {
    state: ClientState,
    seed: u8,
}

impl World {
    fn env<'a>(&'a mut self, app: &'a ClientApplication, facts: &'a HostFacts) -> Result<Env<'a>, Error> {
        self.seed = self.seed.wrapping_add(1);
        let bytes = core::array::from_fn(|place| self.seed.wrapping_add(u8::from(place == 0)));
        Ok(app.env(&mut self.state, facts, UnixTime(u64::from(self.seed)), Entropy::new(bytes)?))
    }
}

fn drive<R: Request>(
    app: &ClientApplication,
    world: &mut World,
    cache: &mut TokenCache,
    answer: &[u8],
    request: R,
) -> bool {
    let facts = HostFacts::default();
    let to_end = |world: &mut World| -> Result<<R::Flow as Flow>::Output, Error> {
        let mut step = request.start(&mut world.env(app, &facts)?);
        loop {
            let env = &mut world.env(app, &facts)?;
            step = match step {
                Step::HttpRequest(pending) => {
                    let body = SecretBytes::new(answer);
                    pending.resume(env, Ok(HttpResponse { status: 200, headers: Vec::new(), body }))
                }
                Step::CacheRead(pending) => {
                    let found = cache.read(pending.op());
                    pending.resume(env, Ok(found))
                }
                Step::CacheWrite(pending) => {
                    cache.apply(&pending.op().change);
                    pending.resume(env, Ok(()))
                }
                Step::RedirectListen(pending) => pending.resume(env, Ok("http://localhost:1".into())),
                Step::BrowserLaunch(pending) => {
                    let text = String::from_utf8_lossy(answer);
                    pending.resume(env, Ok((&*text).into()))
                }
                Step::UserPrompt(pending) => pending.resume(env, ()),
                Step::Done(end) => return end,
                other => other.decline(env),
            };
        }
    };
    to_end(world).is_ok()
}
