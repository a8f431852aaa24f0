//! Entropy that is none is refused before a request is made of it.
use crate::support::{World, app, entropy, jwt, member, ps256, rs256};
use msal_proto::engine::{Entropy, EntropyError, Request, Step, UnixTime};
use msal_proto::{ClientCredential, Error};

#[test]
fn smm_15_the_same_entropy_again_is_refused_before_the_request() {
    for credential in [rs256(), ps256(), ClientCredential::secret("s").unwrap()] {
        let (app, mut world) = (app(credential), World::default());
        let (_, _step) = world.begin(&app).unwrap();
        let (last, now) = (world.steps, UnixTime(world.now));
        let step = app.acquire_token_for_client(["r/.default"]).start(&mut world.env(&app));
        let step = step.decline(&mut app.env(&mut world.state, &world.facts, now, entropy(last)));
        assert!(matches!(step, Step::Done(Err(Error::Entropy(EntropyError::Repeated)))), "{step:?}");
    }
}

#[test]
fn smm_15_constant_entropy_is_refused() {
    for byte in [0x00, 0xff, 0x5a] {
        assert_eq!(Entropy::new([byte; 32]).unwrap_err(), EntropyError::Constant);
    }
    assert_eq!(format!("{:?} {:#?}", entropy(1), entropy(1)), "[redacted] [redacted]");
}

#[test]
fn smm_16_what_one_step_draws_is_separated_by_purpose() {
    let (app, mut world) = (app(rs256()), World::default());
    let (request, _) = world.begin(&app).unwrap();
    let jti = jwt(&member(&request, "client_assertion").unwrap()).claims["jti"].as_str().unwrap().to_owned();
    let correlation_id = request.headers.iter().find(|(name, _)| name == "client-request-id").unwrap();
    assert_ne!(jti, correlation_id.1);
}

#[test]
fn i7_the_same_clock_and_entropy_give_the_same_request() {
    for credential in [rs256(), ps256()] {
        let request = || World::default().begin(&app(credential.clone())).unwrap().0;
        assert_eq!(request(), request());
        let later = World { steps: 100, ..World::default() }.begin(&app(credential.clone())).unwrap().0;
        assert_ne!(request(), later);
    }
}
