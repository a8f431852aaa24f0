//! Azure regions: which one `acquire_token_for_client` asks, and what stays as it is without one.
mod choice;
mod detection;
mod endpoint;
mod unreached;

use crate::support::*;
use msal_proto::engine::HostFacts;
use msal_proto::{AzureRegion, Warning};

const REGIONAL: &str = "https://westus2.login.microsoft.com/11111111-1111-1111-1111-111111111111";
const METADATA_SERVICE: &str = "http://169.254.169.254/metadata/instance/compute?api-version=2021-02-01";

/// With this region, this environment, and nothing known.
fn world(region: impl Into<Option<AzureRegion>>, environment: &'static [(&str, &str)]) -> World {
    let builder = match region.into() {
        Some(region) => builder().azure_region(region),
        None => builder(),
    };
    let mut world = World::of(builder).http(200, &document(AUTHORITY));
    let variable =
        |name: &str| environment.iter().find(|(own, _)| *own == name).map(|(_, value)| String::from(*value));
    world.facts = HostFacts::new("linux", variable);
    world
}

/// Where the token came from, and what was said beside it.
fn asked(world: &mut World) -> (String, Vec<Warning>) {
    world.answers.push_back(Ok(response(200, TOKEN)));
    let result = world.token().unwrap();
    (world.requests.last().unwrap().url.clone(), result.warnings)
}

fn central() -> String {
    format!("{AUTHORITY}/oauth2/v2.0/token")
}

fn regional() -> String {
    format!("{REGIONAL}/oauth2/v2.0/token")
}
