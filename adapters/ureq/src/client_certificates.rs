//! Agents that show a certificate at the TLS handshake, one for each certificate: a connection is one client's alone.
use msal_proto::credential::ClientCertificate;
use msal_proto::engine::HttpFault;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use ureq::Agent;
use ureq::tls::{Certificate, ClientCert, PrivateKey, TlsConfig};

/// As many certificates as are in use at once, with some to spare while one is renewed.
const MOST: usize = 16;

const UNREADABLE: &str = "the key of the client certificate cannot be read";

/// By the thumbprint, and whether it goes by the proxy.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientCertificates(Arc<Mutex<HashMap<(String, bool), Agent>>>);

impl ClientCertificates {
    /// The agent that shows this certificate and is like `agent` otherwise.
    pub(crate) fn agent(
        &self,
        agent: &Agent,
        is_direct: bool,
        x5t_s256: &str,
        certificate: impl FnOnce() -> Option<ClientCertificate>,
    ) -> Result<Agent, HttpFault> {
        let mut agents = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (x5t_s256.to_owned(), is_direct);
        if let Some(known) = agents.get(&key) {
            return Ok(known.clone());
        }
        let certificate = certificate().ok_or_else(|| {
            HttpFault::Other("nobody gave the client certificate that the request is to show".into())
        })?;
        if agents.len() >= MOST {
            agents.clear();
        }
        let own = showing(agent, &certificate)?;
        agents.insert(key, own.clone());
        Ok(own)
    }
}

/// With the trust, the proxy and the time limits of another.
fn showing(agent: &Agent, certificate: &ClientCertificate) -> Result<Agent, HttpFault> {
    check(certificate)?;
    let chain: Vec<_> = certificate.chain.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    let key = PrivateKey::from_pem(certificate.private_key.expose().as_bytes());
    let key = key.map_err(|_| HttpFault::Other(UNREADABLE.into()))?;
    let (config, client_cert) = (agent.config(), ClientCert::new_with_certs(&chain, key));
    let tls = config.tls_config();
    let tls = TlsConfig::builder()
        .root_certs(tls.root_certs().clone())
        .use_sni(tls.use_sni())
        .client_cert(Some(client_cert))
        .build();
    let timeouts = config.timeouts();
    let own = Agent::config_builder()
        .tls_config(tls)
        .proxy(config.proxy().cloned())
        .user_agent(config.user_agent().clone())
        .timeout_global(timeouts.global)
        .timeout_per_call(timeouts.per_call)
        .timeout_resolve(timeouts.resolve)
        .timeout_connect(timeouts.connect)
        .timeout_recv_response(timeouts.recv_response)
        .timeout_recv_body(timeouts.recv_body);
    Ok(own.build().into())
}

/// Refuses what ureq would panic at: a key that rustls does not take, or that is another certificate's.
fn check(certificate: &ClientCertificate) -> Result<(), HttpFault> {
    let provider = CryptoProvider::get_default().cloned();
    let provider = provider.unwrap_or_else(|| Arc::new(ring::default_provider()));
    let chain = certificate.chain.iter().map(|der| CertificateDer::from(der.clone())).collect();
    let key = PrivateKeyDer::from_pem_slice(certificate.private_key.expose().as_bytes());
    let key = key.map_err(|_| HttpFault::Other(UNREADABLE.into()))?;
    match CertifiedKey::from_der(chain, key, &provider) {
        Ok(_) => Ok(()),
        Err(error) => Err(HttpFault::Other(format!("TLS does not take the client certificate: {error}"))),
    }
}
