//! The client, its cache, and what it sent last.
use crate::ask::Terminal;
use crate::cache_file::CacheFile;
use crate::interaction::interaction;
use crate::interrupt::Interrupt;
use crate::offline::Offline;
use crate::progress::Progress;
use crate::registration::Registration;
use msal_proto::engine::{BrowserFault, Flow, Host, Request};
use msal_proto::transcript::{self, Outcome, Transcript};
use msal_proto::{
    ClientApplication, ClientApplicationBuilder, ConfidentialClientApplication, Error,
    PublicClientApplication, Secret,
};
use msal_ureq::{Client, Transport, TransportOptions};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::ops::Deref;
use std::sync::Arc;

type BoxError = Box<dyn std::error::Error>;

enum AnyClient {
    Public(Client<PublicClientApplication>),
    Confidential(Client<ConfidentialClientApplication>),
}

pub(crate) struct Session {
    pub(crate) terminal: Terminal,
    pub(crate) offline: Option<Arc<Offline>>,
    pub(crate) cache: Arc<CacheFile>,
    pub(crate) progress: Progress,
    /// Of the last sign-in.
    pub(crate) id_token: Option<Secret>,
    registration: Registration,
    client: AnyClient,
    interrupt: Interrupt,
    /// Of what is done now.
    transcript: Transcript,
    last_transcript: Transcript,
}

impl Session {
    pub(crate) fn new(
        terminal: Terminal,
        registration: Registration,
        offline: Option<Arc<Offline>>,
        cache: Arc<CacheFile>,
        interrupt: Interrupt,
    ) -> Result<Self, BoxError> {
        let progress = Progress::default();
        let interaction = interaction(&progress, &interrupt, offline.as_ref());
        let client = connect(&registration, offline.as_ref(), &cache, interaction)?;
        let (transcript, last_transcript) = Default::default();
        let id_token = None;
        Ok(Self {
            terminal,
            offline,
            cache,
            progress,
            id_token,
            registration,
            client,
            interrupt,
            transcript,
            last_transcript,
        })
    }

    /// Goes on as this application.
    pub(crate) fn become_application(&mut self, registration: Registration) -> Result<(), BoxError> {
        self.registration = registration;
        self.reconnect()
    }

    /// Meets people as the offline Entra has them now.
    pub(crate) fn reconnect(&mut self) -> Result<(), BoxError> {
        let interaction = interaction(&self.progress, &self.interrupt, self.offline.as_ref());
        self.client = connect(&self.registration, self.offline.as_ref(), &self.cache, interaction)?;
        Ok(())
    }

    pub(crate) fn registration(&self) -> &Registration {
        &self.registration
    }

    /// What makes the requests of all clients.
    pub(crate) fn app(&self) -> &ClientApplication {
        match &self.client {
            AnyClient::Public(client) => client.app(),
            AnyClient::Confidential(client) => client.app(),
        }
    }

    /// The same of a public client, if this is one.
    pub(crate) fn public(&self) -> Option<&PublicClientApplication> {
        if let AnyClient::Public(client) = &self.client { Some(client.app()) } else { None }
    }

    /// The same of a confidential client, if this is one.
    pub(crate) fn confidential(&self) -> Option<&ConfidentialClientApplication> {
        if let AnyClient::Confidential(client) = &self.client { Some(client.app()) } else { None }
    }

    /// Runs a flow to its end and writes it down.
    pub(crate) fn run<R>(&mut self, request: R) -> Result<<R::Flow as Flow>::Output, Error>
    where
        R: Request,
        R::Flow: Serialize + DeserializeOwned,
        <R::Flow as Flow>::Output: Outcome,
    {
        let Self { client, transcript, .. } = self;
        let end = self.interrupt.during(|| match client {
            AnyClient::Public(client) => record(client, request, transcript),
            AnyClient::Confidential(client) => record(client, request, transcript),
        });
        self.progress.clear();
        end
    }

    /// What is done next has a transcript of its own.
    pub(crate) fn turn_page(&mut self) {
        let transcript = std::mem::take(&mut self.transcript);
        if transcript != Transcript::default() {
            self.last_transcript = transcript;
        }
    }

    /// What was asked and got when something was last asked for.
    pub(crate) fn last_transcript(&self) -> &Transcript {
        &self.last_transcript
    }
}

fn connect(
    registration: &Registration,
    offline: Option<&Arc<Offline>>,
    cache: &Arc<CacheFile>,
    interaction: msal_ureq::Interaction,
) -> Result<AnyClient, BoxError> {
    let mut options = TransportOptions::default();
    options.extra_ca = offline.map(|offline| offline.ca_pem().into()).unwrap_or_default();
    let transport = Transport::new(&options)?;
    let client_id = &registration.client_id;
    Ok(match &registration.credential {
        None => {
            let app = at(registration, PublicClientApplication::builder(client_id)).build()?;
            let client = Client::new(app).with_transport(transport).with_store(cache.clone());
            AnyClient::Public(client.with_interaction(interaction))
        }
        Some(credential) => {
            let builder = ConfidentialClientApplication::builder(client_id);
            let app = at(registration, builder.client_credential(credential.clone())).build()?;
            let client = Client::new(app).with_transport(transport).with_store(cache.clone());
            AnyClient::Confidential(client.with_interaction(interaction))
        }
    })
}

/// Where it signs in.
fn at<C>(registration: &Registration, builder: ClientApplicationBuilder<C>) -> ClientApplicationBuilder<C> {
    let Registration { authority, is_oidc, is_offline, .. } = registration;
    let builder = builder.app_name("console").instance_discovery(!is_offline);
    if *is_oidc { builder.oidc_authority(authority) } else { builder.authority(authority) }
}

fn record<A, R>(
    client: &Client<A>,
    request: R,
    transcript: &mut Transcript,
) -> Result<<R::Flow as Flow>::Output, Error>
where
    A: Deref<Target = ClientApplication>,
    R: Request,
    R::Flow: Serialize + DeserializeOwned,
    <R::Flow as Flow>::Output: Outcome,
{
    transcript.began(&request);
    let mut host = client.host();
    let step = request.start(&mut host.env());
    let end = transcript::run(step, &mut host, transcript);
    if host.is_cancelled() {
        transcript.remark("the person gave it up");
        return Err(BrowserFault::Cancelled.into());
    }
    end
}
