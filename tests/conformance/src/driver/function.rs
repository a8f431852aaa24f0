//! `fn`: functions without a client.

use msal_proto::credential::extract_certs;
use serde_json::json;

use super::arguments::Arguments;
use super::{NotRun, outcome};
use crate::transcript::Outcome;

pub(super) fn call(name: &str, mut arguments: Arguments) -> Result<Outcome, NotRun> {
    match name {
        "extract_certs" => {
            let text = arguments.needed_text("text")?;
            arguments.end()?;
            match extract_certs(&text) {
                Ok(certificates) => Ok(Outcome::Ok(json!(certificates))),
                Err(error) => outcome::failure(&error.into()),
            }
        }
        name => Err(NotRun::NotBuilt(format!("fn {name}"))),
    }
}
