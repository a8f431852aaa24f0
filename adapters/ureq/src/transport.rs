//! HTTP as the flows want it: no redirects, every status an answer, a time limit, a limit to bodies.
use msal_proto::SecretBytes;
use msal_proto::engine::{HttpFault, HttpRequest, HttpResponse, MAX_BODY, Method};
use std::io::ErrorKind;
use std::net::IpAddr;
use std::time::Duration;
use ureq::http::{self, Uri};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, AsSendBody, Body, Error, Proxy};
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

const USER_AGENT: &str = concat!("msal-ureq/", env!("CARGO_PKG_VERSION"));

/// How requests are sent. Certificates are always verified.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TransportOptions {
    /// For the whole of a request; 30 seconds by default.
    pub timeout: Duration,
    /// A proxy's URL. Without it `HTTPS_PROXY` and `NO_PROXY` count. Loopback and link-local addresses are always
    /// reached directly.
    pub proxy: Option<String>,
    /// PEM of certificate authorities to trust beside the well-known ones.
    pub extra_ca: Vec<u8>,
}

impl Default for TransportOptions {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(30), proxy: None, extra_ca: Vec::new() }
    }
}

/// What is wrong with the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The certificate authorities are no PEM.
    #[error("extra_ca must be PEM text with at least one certificate")]
    ExtraCa,
    /// The proxy's URL is none.
    #[error("proxy must be a URL such as http://proxy.example:3128")]
    Proxy,
}

/// Sends requests.
#[derive(Clone, Debug)]
pub struct Transport {
    agent: Agent,
    /// For this machine's own addresses.
    direct: Agent,
}

impl Transport {
    /// From options.
    ///
    /// # Errors
    /// [`TransportError`], which names the option.
    pub fn new(options: &TransportOptions) -> Result<Self, TransportError> {
        let proxy = match &options.proxy {
            Some(url) => Some(Proxy::new(url).map_err(|_| TransportError::Proxy)?),
            None => Proxy::try_from_env(),
        };
        let roots =
            if options.extra_ca.is_empty() { RootCerts::WebPki } else { with_extra(&options.extra_ca)? };
        let agent = |proxy| {
            let tls = TlsConfig::builder().root_certs(roots.clone()).build();
            let config = Agent::config_builder().tls_config(tls).proxy(proxy).user_agent(USER_AGENT);
            Agent::from(config.timeout_global(Some(options.timeout)).build())
        };
        Ok(Self { agent: agent(proxy), direct: agent(None) })
    }

    /// With the caller's own agent: its proxy, trust and time limits are the caller's.
    pub fn from_agent(agent: Agent) -> Self {
        Self { direct: agent.clone(), agent }
    }

    /// Sends a request; once more if the connection failed.
    ///
    /// # Errors
    /// [`HttpFault`] if there is no answer, or too much of one.
    pub fn send(&self, request: &HttpRequest) -> Result<HttpResponse, HttpFault> {
        match self.send_once(request) {
            Err(HttpFault::Connect(_)) => self.send_once(request),
            sent => sent,
        }
    }

    fn send_once(&self, request: &HttpRequest) -> Result<HttpResponse, HttpFault> {
        let mut http = http::Request::builder().method(request.method.as_str()).uri(&request.url);
        for (name, value) in &request.headers {
            http = http.header(name, value);
        }
        let unfit = |_| HttpFault::Other("the request's URL or headers cannot be sent".into());
        let mut response = match request.method {
            Method::Get => self.exchange(http.body(()).map_err(unfit)?, request.timeout),
            Method::Post => {
                self.exchange(http.body(request.body().expose()).map_err(unfit)?, request.timeout)
            }
        }?;
        let text = |value: &http::HeaderValue| value.to_str().ok().map(Into::into);
        let headers = response.headers().iter();
        let headers = headers.filter_map(|(name, value)| Some((name.to_string(), text(value)?))).collect();
        let limit = u64::try_from(MAX_BODY).unwrap_or(u64::MAX);
        let body = response.body_mut().with_config().limit(limit).read_to_vec().map_err(fault)?;
        Ok(HttpResponse { status: response.status().as_u16(), headers, body: SecretBytes::new(body) })
    }

    /// Whatever the agent's own settings are, every status is an answer and no redirect is followed.
    fn exchange(
        &self,
        http: http::Request<impl AsSendBody>,
        timeout: Option<u64>,
    ) -> Result<http::Response<Body>, HttpFault> {
        let agent = if is_own_machine(http.uri()) { &self.direct } else { &self.agent };
        let limits = [timeout.map(Duration::from_secs), agent.config().timeouts().global];
        let http = agent.configure_request(http).http_status_as_error(false);
        let http = http.timeout_global(limits.into_iter().flatten().min());
        let http = http.max_redirects(0).max_redirects_will_error(false).build();
        agent.run(http).map_err(fault)
    }
}

impl Default for Transport {
    fn default() -> Self {
        Self::new(&TransportOptions::default())
            .unwrap_or_else(|_| Self::from_agent(Agent::new_with_defaults()))
    }
}

/// The well-known authorities and these.
fn with_extra(pem: &[u8]) -> Result<RootCerts, TransportError> {
    let mut roots: Vec<_> =
        TLS_SERVER_ROOT_CERTS.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
    let known = roots.len();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|_| TransportError::ExtraCa)? {
            roots.push(certificate);
        }
    }
    if roots.len() == known { Err(TransportError::ExtraCa) } else { Ok(RootCerts::from(roots)) }
}

/// Loopback and link-local addresses, which no proxy reaches.
fn is_own_machine(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_link_local(),
        Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unicast_link_local(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

/// Why there is no answer. The text is ours: the client's own may quote a URL.
fn fault(error: Error) -> HttpFault {
    match error {
        Error::Timeout(_) => HttpFault::TimedOut("its time is up".into()),
        Error::BodyExceedsLimit(_) => HttpFault::TooLarge,
        Error::HostNotFound => HttpFault::Connect("the host's name is not known".into()),
        Error::ConnectionFailed => HttpFault::Connect("nobody answers there".into()),
        // A handshake that fails; the text is the TLS library's.
        Error::Io(error) if error.kind() == ErrorKind::InvalidData => {
            HttpFault::Connect(format!("TLS: {error}"))
        }
        Error::Io(error) if is_look_up(&error) => {
            HttpFault::Connect("the host's name could not be looked up".into())
        }
        Error::Io(error) if is_connect(&error) => HttpFault::Connect(error.kind().to_string()),
        Error::Io(error) => HttpFault::Other(error.kind().to_string()),
        Error::Tls(text) => HttpFault::Connect(format!("TLS: {text}")),
        Error::Rustls(error) => HttpFault::Connect(format!("TLS: {error}")),
        Error::InvalidProxyUrl | Error::ConnectProxyFailed(_) => {
            HttpFault::Connect("the proxy failed".into())
        }
        _ => HttpFault::Other("the exchange broke off".into()),
    }
}

/// The standard library has no kind for it, but on Unix this text, on Windows the system's WSAHOST_NOT_FOUND to WSANO_DATA.
fn is_look_up(error: &std::io::Error) -> bool {
    let is_windows = cfg!(windows) && matches!(error.raw_os_error(), Some(11_001..=11_004));
    is_windows || error.to_string().starts_with("failed to lookup address information")
}

fn is_connect(error: &std::io::Error) -> bool {
    let kinds = [
        ErrorKind::ConnectionRefused,
        ErrorKind::HostUnreachable,
        ErrorKind::NetworkUnreachable,
        ErrorKind::AddrNotAvailable,
    ];
    kinds.contains(&error.kind())
}
