//! Reason 9: with a region that is given, the golden still asks the metadata service. We ask nobody.

use serde_json::Value;

use crate::compare::state::State;
use crate::scenario;
use crate::transcript::Step;

const METADATA_SERVICE: &str = "http://169.254.169.254/metadata/instance/compute";

/// The step without the question.
pub(crate) fn asks_nobody(state: &State<'_>, golden: &Step) -> Vec<Step> {
    let Some(step) = state.step() else { return Vec::new() };
    let position = state.past().len();
    let construct = match step.op.as_str() {
        "construct" => Some(step),
        _ => step.client.as_deref().and_then(|client| state.scenario().construct(client, position)),
    };
    let given = construct.is_some_and(|construct| {
        match construct.args.get("azure_region").map(|region| region.to_value()) {
            Some(Value::String(region)) => !region.is_empty(),
            None | Some(Value::Null) => forces_region(state, construct),
            Some(_) => false,
        }
    });
    let asks = |effect: &Value| {
        effect.get("url").and_then(Value::as_str).is_some_and(|url| url.starts_with(METADATA_SERVICE))
    };
    if !given || !golden.effects.iter().any(asks) {
        return Vec::new();
    }
    let effects = golden.effects.iter().filter(|effect| !asks(effect)).cloned().collect();
    vec![Step { effects, ..golden.clone() }]
}

/// Whether the environment names a region when the client is built.
fn forces_region(state: &State<'_>, construct: &scenario::Step) -> bool {
    let scenario = state.scenario();
    let before = scenario.steps.iter().take_while(|step| step.id != construct.id);
    let set = before.filter_map(|step| step.env.get("MSAL_FORCE_REGION")).last();
    set.map_or_else(|| scenario.env.contains_key("MSAL_FORCE_REGION"), Option::is_some)
}
