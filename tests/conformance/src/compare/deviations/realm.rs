//! Reason 21: MSAL Python takes `dstsv2` for the tenant of every dSTS authority. The realm is the tenant.

use serde_json::Value;

use crate::compare::state::State;
use crate::transcript::{Outcome, Step};

const NOT_A_TENANT: &str = "dstsv2";

/// The step with the tenant where the golden has `dstsv2`; `None` if it has none.
pub(crate) fn is_the_tenant(state: &State<'_>, position: usize, golden: &Step) -> Option<Step> {
    let step = state.scenario().steps.get(position)?;
    let construct = match step.op.as_str() {
        "construct" => step,
        _ => state.scenario().construct(step.client.as_deref()?, position)?,
    };
    let authority = construct.text_argument("authority")?;
    let mut path = authority.split_once("://")?.1.split('/').skip(1).filter(|part| !part.is_empty());
    let tenant = (path.next()? == NOT_A_TENANT).then(|| path.next()).flatten()?;
    let mut rewritten = golden.clone();
    if let Outcome::Ok(value) = &mut rewritten.outcome {
        for name in ["/authority/tenant", "/realm"] {
            value
                .pointer_mut(name)
                .filter(|value| *value == NOT_A_TENANT)
                .into_iter()
                .for_each(|value| *value = tenant.into());
        }
        for account in value.as_array_mut().into_iter().flatten() {
            replace_realm(account, tenant);
        }
    }
    for write in &mut rewritten.cache_writes {
        let marker = format!("-{NOT_A_TENANT}");
        let key = write.get("key").and_then(Value::as_str).unwrap_or_default();
        write["key"] = key.replacen(&marker, &format!("-{}", tenant.to_lowercase()), 1).into();
        if let Some(entry) = write.get_mut("entry") {
            replace_realm(entry, tenant);
        }
    }
    (rewritten != *golden).then_some(rewritten)
}

fn replace_realm(entry: &mut Value, tenant: &str) {
    if entry.get("realm").is_some_and(|realm| realm == NOT_A_TENANT) {
        entry["realm"] = tenant.into();
    }
}
