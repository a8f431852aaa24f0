//! What a flow asks for, done in the scripted world.

use msal_proto::cache::{CacheEntries, CacheFault, CacheRead};
use msal_proto::engine::{
    self, AssertionFault, BrowserFault, BrowserLaunch, CacheWrite, ClientAssertion, Entropy, Env, HostFacts,
    HttpFault, HttpRequest, HttpResponse, RedirectFault, RedirectListen, UnixTime, Wait,
};
use msal_proto::{ClientState, Secret, SecretBytes};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::recorded::Recorded;
use super::{Client, NotRun, arguments, auth_code};
use crate::scenario::Step;
use crate::world::{self, BrowserReply, HttpReply, TransportFault, World};

/// Different bytes for each step of a flow, the same in each run.
#[derive(Debug, Default)]
pub(super) struct Entropies(u64);

impl Entropies {
    /// Another number for each call.
    pub(super) fn count(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }

    fn next(&mut self) -> Entropy {
        loop {
            if let Ok(entropy) = Entropy::new(Sha256::digest(self.count().to_be_bytes()).into()) {
                return entropy;
            }
        }
    }
}

/// The person in front of the browser, and what the program says to a host with one.
#[derive(Debug)]
pub(super) struct Person<'p> {
    /// The step that scripts what they do.
    pub(super) step: &'p Step,
    /// The function that hears of the browser before anything listens.
    pub(super) on_before_launching_ui: Option<String>,
    /// What a transcript has of the host's options, such as its pages.
    pub(super) options: Map<String, Value>,
}

/// Does the effects of one flow.
pub(super) struct Host<'h, 'w> {
    world: &'h mut World<'w>,
    client: &'h Client,
    state: &'h mut ClientState,
    cache: &'h mut Recorded,
    person: Option<&'h Person<'h>>,
    facts: HostFacts,
    entropies: &'h mut Entropies,
    /// What is wrong with the scenario; the flow is told something else.
    error: Option<String>,
}

impl<'h, 'w> Host<'h, 'w> {
    pub(super) fn new(
        world: &'h mut World<'w>,
        client: &'h Client,
        state: &'h mut ClientState,
        cache: &'h mut Recorded,
        entropies: &'h mut Entropies,
    ) -> Self {
        let facts = HostFacts::new(world.platform(), |name| world.env.get(name).cloned());
        Self { world, client, state, cache, person: None, facts, entropies, error: None }
    }

    /// With somebody in front of the browser.
    pub(super) fn with(self, person: Option<&'h Person<'h>>) -> Self {
        Self { person, ..self }
    }

    /// Says what was wrong with the scenario.
    pub(super) fn end(self) -> Result<(), NotRun> {
        self.error.map_or(Ok(()), |error| Err(NotRun::Scenario(error)))
    }
}

impl engine::Host for Host<'_, '_> {
    fn env(&mut self) -> Env<'_> {
        let entropy = self.entropies.next();
        self.client.app.env(self.state, &self.facts, now(self.world), entropy)
    }

    fn http_request(&mut self, request: &HttpRequest) -> Result<HttpResponse, HttpFault> {
        let body = request.body();
        let reply = self.world.exchange(world::HttpRequest {
            method: request.method.as_str(),
            url: &request.url,
            headers: &request.headers,
            body: body.expose().as_bytes(),
        });
        match reply {
            Ok(HttpReply::Response { status, headers, body }) => {
                Ok(HttpResponse { status, headers, body: SecretBytes::new(body) })
            }
            Ok(HttpReply::Fault(TransportFault::Connect)) => Err(HttpFault::Connect("scripted".to_owned())),
            Ok(HttpReply::Fault(TransportFault::Timeout | TransportFault::ReadTimeout)) => {
                Err(HttpFault::TimedOut("scripted".to_owned()))
            }
            Err(error) => {
                self.error = Some(error);
                Err(HttpFault::Other("the scenario is wrong".to_owned()))
            }
        }
    }

    fn cache_read(&mut self, read: &CacheRead) -> Option<Result<CacheEntries, CacheFault>> {
        Some(Ok(self.cache.tokens.read(read)))
    }

    fn cache_write(&mut self, write: &CacheWrite) -> Option<Result<(), CacheFault>> {
        self.cache.write(self.world, &write.change, |tokens| tokens.apply(&write.change));
        Some(Ok(()))
    }

    fn redirect_listen(&mut self, listen: &RedirectListen) -> Option<Result<String, RedirectFault>> {
        if let Some(name) = &self.person?.on_before_launching_ui {
            self.world.callback(name, json!({"ui": "browser"}));
        }
        Some(Ok(format!("http://localhost:{}", self.world.listen(listen.port))))
    }

    fn browser_launch(&mut self, launch: &BrowserLaunch) -> Option<Result<Secret, BrowserFault>> {
        let person = self.person?;
        let mut options = person.options.clone();
        options.insert("timeout".to_owned(), json!(launch.timeout));
        Some(match self.world.browse(person.step, &launch.auth_uri, &Value::Object(options)) {
            Ok(BrowserReply::Response(response)) => Ok(Secret::new(auth_code::form(&response))),
            Ok(BrowserReply::TimedOut) => Err(BrowserFault::TimedOut),
            Err(error) => {
                self.error = Some(error);
                Err(BrowserFault::Cancelled)
            }
        })
    }

    fn wait(&mut self, wait: &Wait) -> Option<()> {
        let seconds = wait.until.since(now(self.world));
        self.world.sleep(i64::try_from(seconds).unwrap_or(i64::MAX));
        Some(())
    }

    fn client_assertion(&mut self, _: &ClientAssertion) -> Option<Result<Secret, AssertionFault>> {
        let made = self.world.call(self.client.assertion?);
        let text =
            made.and_then(|made| arguments::text(&made).ok_or("an assertion is not a text".to_owned()));
        Some(text.map(Secret::new).map_err(|error| {
            self.error = Some(error);
            AssertionFault("the scenario is wrong".to_owned())
        }))
    }
}

/// The world's clock.
pub(super) fn now(world: &World<'_>) -> UnixTime {
    unix_time(world.clock)
}

/// Epoch seconds; none before 1970.
pub(super) fn unix_time(seconds: i64) -> UnixTime {
    UnixTime(u64::try_from(seconds).unwrap_or(0))
}
