//! A program that signs people in: it runs beside the browser, and asks the person before it as programs do.
use msal_ureq::msal_loopback::ListenOptions;
use msal_ureq::msal_proto::engine::{Flow, Request, UserPrompt};
use msal_ureq::msal_proto::flows::AcquireTokenInteractive;
use msal_ureq::msal_proto::{AuthenticationResult, Error, PublicClientApplication};
use msal_ureq::{Client, Interaction, Transport, TransportOptions};
use std::io;
use std::sync::Arc;
use std::thread;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::oneshot;
use url::Url;

pub(crate) struct Program {
    pub(crate) client: Arc<Client<PublicClientApplication>>,
    scope: &'static str,
    opened: UnboundedReceiver<String>,
    prompts: UnboundedReceiver<UserPrompt>,
}

/// A call that a person takes part in.
pub(crate) struct Call(oneshot::Receiver<Result<AuthenticationResult, Error>>);

impl Program {
    /// In place of opening a browser it says what it would open.
    pub(crate) fn new(
        app: PublicClientApplication,
        scope: &'static str,
        ca_pem: &str,
        listen: ListenOptions,
    ) -> Self {
        let (open, opened) = unbounded_channel();
        let (prompt, prompts) = unbounded_channel();
        let listen = listen
            .opener(move |url| open.send(url.to_owned()).map_err(|_| io::Error::other("the test has ended")));
        let interaction = Interaction::new().listen(listen).user_prompt(move |shown: &UserPrompt| {
            // Nobody looks after the test has ended.
            let _ = prompt.send(shown.clone());
        });
        let mut options = TransportOptions::default();
        options.extra_ca = ca_pem.into();
        let client = Client::new(app).with_transport(Transport::new(&options).unwrap());
        Self { client: Arc::new(client.with_interaction(interaction)), scope, opened, prompts }
    }

    /// Begins an interactive sign-in; gives what the browser is to open.
    pub(crate) async fn sign_in(
        &mut self,
        ask: impl FnOnce(AcquireTokenInteractive) -> AcquireTokenInteractive,
    ) -> (Call, String) {
        let call = self.call(ask(self.client.app().acquire_token_interactive([self.scope])));
        (call, self.opened.recv().await.unwrap())
    }

    /// Begins to sign in at another device; gives what the person is told.
    pub(crate) async fn sign_in_elsewhere(&mut self) -> (Call, UserPrompt) {
        let call = self.call(self.client.app().acquire_token_by_device_code([self.scope]));
        (call, self.prompts.recv().await.unwrap())
    }

    /// In a thread that nobody waits for if the test fails.
    pub(crate) fn call<R>(&self, request: R) -> Call
    where
        R: Request + Send + 'static,
        R::Flow: Flow<Output = AuthenticationResult>,
    {
        let (sender, receiver) = oneshot::channel();
        let client = Arc::clone(&self.client);
        thread::spawn(move || drop(sender.send(client.run(request))));
        Call(receiver)
    }
}

impl Call {
    pub(crate) async fn end(self) -> Result<AuthenticationResult, Error> {
        self.0.await.unwrap()
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_recv(), Err(oneshot::error::TryRecvError::Empty))
    }
}

/// Where the program listens, by the address that it sends a person to.
pub(crate) fn redirect_uri(auth_uri: &str) -> String {
    let auth_uri = Url::parse(auth_uri).unwrap();
    let (_, value) = auth_uri.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap();
    value.into_owned()
}
