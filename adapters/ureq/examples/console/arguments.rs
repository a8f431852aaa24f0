//! The command line.
use crate::registration::{Registration, certificate};
use lexopt::prelude::*;
use msal_proto::ClientCredential;
use std::error::Error;
use std::path::PathBuf;

pub(crate) const USAGE: &str = "\
console [--offline | --authority URL --client-id ID [--oidc] [--secret TEXT | --cert PEM-FILE]]
        [--cache FILE | --no-cache-file]

--offline        sign in at an offline Entra, which runs in this program
--authority      where to sign in: https://login.microsoftonline.com/contoso.onmicrosoft.com
--oidc           the authority is another OpenID provider
--client-id      as which application: a public client, unless it has a credential
--secret, --cert its credential; the PEM file holds a private key and its certificate
--cache          the file of the token cache, ./msal_console_cache.json by default
--no-cache-file  nothing is kept

Without --offline and --authority it asks.";

const CACHE: &str = "msal_console_cache.json";

pub(crate) struct Arguments {
    pub(crate) is_offline: bool,
    pub(crate) registration: Option<Registration>,
    pub(crate) cache: Option<PathBuf>,
}

impl Arguments {
    /// None for who asks for help.
    pub(crate) fn parse() -> Result<Option<Self>, Box<dyn Error>> {
        let (mut authority, mut client_id, mut credential) = (None, None, None);
        let (mut is_offline, mut is_oidc, mut cache) = (false, false, Some(PathBuf::from(CACHE)));
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("offline") => is_offline = true,
                Long("authority") => authority = Some(arguments.value()?.string()?),
                Long("oidc") => is_oidc = true,
                Long("client-id") => client_id = Some(arguments.value()?.string()?),
                Long("secret") => credential = Some(ClientCredential::secret(arguments.value()?.string()?)?),
                Long("cert") => {
                    credential = Some(certificate(&std::fs::read_to_string(arguments.value()?)?)?)
                }
                Long("cache") => cache = Some(arguments.value()?.into()),
                Long("no-cache-file") => cache = None,
                Long("help") => return Ok(None),
                _ => return Err(format!("{}, see --help", argument.unexpected()).into()),
            }
        }
        let registration = match (authority, client_id, credential) {
            (None, None, None) if !is_oidc => None,
            (Some(authority), Some(client_id), credential) if !is_offline => {
                Some(Registration { authority, is_oidc, client_id, credential, is_offline })
            }
            _ => return Err("give --offline, or --authority and --client-id; see --help".into()),
        };
        Ok(Some(Self { is_offline, registration, cache }))
    }
}
