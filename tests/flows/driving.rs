//! The two loops, and flows whose kind is forgotten.
use crate::support::*;
use msal_proto::AuthenticationResult;
use msal_proto::cache::{CacheEntries, CacheFault, CacheRead};
use msal_proto::engine::{
    AsyncHost, BoxFlow, Env, Host, HttpFault, HttpRequest, HttpResponse, Request, Step, run, run_async,
};
use std::task::{Context, Poll, Waker};

#[test]
fn flows_of_one_output_share_a_list() {
    let mut world = World::warm();
    let first = world.app.acquire_token_for_client([GRAPH]).start(&mut Host::env(&mut world)).boxed();
    let second = world
        .app
        .acquire_token_for_client([GRAPH])
        .claims_challenge("{}")
        .start(&mut Host::env(&mut world))
        .boxed();
    let steps: Vec<Step<BoxFlow<AuthenticationResult>>> = vec![first, second];
    let flows: Vec<_> = steps.into_iter().map(|step| step.suspend().ok().unwrap()).collect();
    let asked: Vec<_> =
        flows.iter().map(|flow| flow.effect(&mut Host::env(&mut world)).unwrap().name()).collect();
    assert_eq!(asked, ["CacheRead", "HttpRequest"]);
    for flow in flows {
        world = world.http(200, TOKEN);
        let step = flow.wake(&mut Host::env(&mut world)).unwrap();
        assert_eq!(run(step, &mut world).unwrap().access_token.unwrap().expose(), "canary-access-token");
    }
}

impl AsyncHost for World {
    fn env(&mut self) -> Env<'_> {
        Host::env(self)
    }

    async fn http_request(&mut self, request: &HttpRequest) -> Result<HttpResponse, HttpFault> {
        Host::http_request(self, request)
    }

    async fn cache_read(&mut self, read: &CacheRead) -> Option<Result<CacheEntries, CacheFault>> {
        Host::cache_read(self, read)
    }
}

/// Nothing here ever waits, so one poll is the whole of it.
fn finish<T>(future: impl Future<Output = T>) -> T {
    match Box::pin(future).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the canned host waits"),
    }
}

#[test]
fn the_loops_agree() {
    let ready = || World::new().http(200, &document(AUTHORITY)).http(200, TOKEN);
    let (mut one, mut other) = (ready(), ready());
    one.cache_write = Behaviour::Declines;
    let step = one.app.acquire_token_for_client([GRAPH]).start(&mut Host::env(&mut one));
    let blocking = run(step, &mut one).unwrap();
    let step = other.app.acquire_token_for_client([GRAPH]).start(&mut Host::env(&mut other));
    assert_eq!(finish(run_async(step, &mut other)).unwrap(), blocking);
    assert_eq!(one.requests, other.requests);
    assert_eq!(blocking.warnings, [msal_proto::Warning::NoCache]);
}

#[test]
fn an_async_run_of_any_flow_may_move_between_threads() {
    fn spawn<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
        std::thread::spawn(|| finish(future)).join().unwrap()
    }
    let run_it = || async {
        let mut world = World::new().http(200, &document(AUTHORITY)).http(200, TOKEN);
        let step = world.app.acquire_token_for_client([GRAPH]).start(&mut Host::env(&mut world));
        run_async(step.boxed(), &mut world).await
    };
    assert!(spawn(run_it()).is_ok());
}
