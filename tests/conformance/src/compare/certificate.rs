//! Rule c: assertions signed with a certificate. `x5t` and `x5t#S256` compare without `=`, `x5c` without white space;
//! `exp` and `iat` may differ, their difference may not; the signature was verified when ours was recorded.

use serde_json::{Map, Value};

use super::difference::Difference;
use super::placeholder::Bindings;
use super::value;

/// Compares two `$jwt` views that name what is volatile.
pub(crate) fn compare(
    path: &str,
    golden: &Value,
    ours: &Value,
    bindings: &mut Bindings,
) -> Result<(), Difference> {
    let absent = Value::Null;
    let part = |view: &Value, name: &str| view.get(name).cloned().unwrap_or(Value::Null);
    value::compare(
        &format!("{path}.header"),
        &canonical_header(part(golden, "header")),
        &canonical_header(part(ours, "header")),
        bindings,
    )?;
    let (golden_claims, our_claims) = (part(golden, "claims"), part(ours, "claims"));
    let (mut golden_rest, mut our_rest) = (golden_claims.clone(), our_claims.clone());
    if is_volatile(golden, "claims.exp") && is_volatile(golden, "claims.iat") {
        let (wanted, actual) = (lifetime(&golden_claims), lifetime(&our_claims));
        if wanted.is_some() && wanted != actual {
            let path = format!("{path}.claims.exp - iat");
            return Err(Difference::texts(&path, &format!("{wanted:?}"), &format!("{actual:?}")));
        }
        if wanted.is_some() {
            for claims in [&mut golden_rest, &mut our_rest] {
                let members = claims.as_object_mut();
                members
                    .into_iter()
                    .for_each(|members| members.retain(|name, _| name != "exp" && name != "iat"));
            }
        }
    }
    value::compare(&format!("{path}.claims"), &golden_rest, &our_rest, bindings)?;
    for name in ["signature_verified", "volatile"] {
        let (golden, ours) = (golden.get(name).unwrap_or(&absent), ours.get(name).unwrap_or(&absent));
        value::compare(&format!("{path}.{name}"), golden, ours, bindings)?;
    }
    Ok(())
}

fn is_volatile(view: &Value, name: &str) -> bool {
    view.get("volatile")
        .and_then(Value::as_array)
        .is_some_and(|names| names.iter().any(|volatile| volatile == name))
}

/// Whole seconds between `iat` and `exp`.
fn lifetime(claims: &Value) -> Option<i64> {
    let seconds = |name: &str| {
        claims.get(name).and_then(|value| value.as_i64().or(value.as_f64().map(|value| value.round() as i64)))
    };
    Some(seconds("exp")? - seconds("iat")?)
}

fn canonical_header(header: Value) -> Value {
    let Value::Object(members) = header else { return header };
    let canonical = members.into_iter().map(|(name, value)| match (name.as_str(), value) {
        ("x5t" | "x5t#S256", Value::String(text)) => {
            (name, Value::String(text.trim_end_matches('=').to_owned()))
        }
        ("x5c", Value::Array(chain)) => {
            (name, Value::Array(chain.into_iter().map(without_white_space).collect()))
        }
        ("x5c", value) => (name, without_white_space(value)),
        (_, value) => (name, value),
    });
    Value::Object(canonical.collect::<Map<_, _>>())
}

fn without_white_space(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.split_whitespace().collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn view(header: Value, claims: Value, verified: bool) -> Value {
        let volatile = json!(["claims.exp", "claims.iat", "claims.jti", "sig"]);
        json!({"$jwt": {"header": header, "claims": claims, "signature_verified": verified, "volatile": volatile}})
    }

    fn equal(golden: &Value, ours: &Value) -> bool {
        value::compare("v", golden, ours, &mut Bindings::default()).is_ok()
    }

    #[test]
    fn padding_white_space_and_the_hour_do_not_matter() {
        let golden =
            view(json!({"x5t": "ab_=", "x5c": ["a\nb"]}), json!({"exp": 700, "iat": 100, "aud": "a"}), true);
        assert!(equal(
            &golden,
            &view(json!({"x5t": "ab_", "x5c": ["ab"]}), json!({"exp": 701, "iat": 101, "aud": "a"}), true)
        ));
        assert!(!equal(
            &golden,
            &view(json!({"x5t": "ab", "x5c": ["ab"]}), json!({"exp": 700, "iat": 100, "aud": "a"}), true)
        ));
        assert!(!equal(
            &golden,
            &view(json!({"x5t": "ab_", "x5c": ["ba"]}), json!({"exp": 700, "iat": 100, "aud": "a"}), true)
        ));
    }

    #[test]
    fn lifetime_claims_and_signature_matter() {
        let golden = view(json!({}), json!({"exp": 700, "iat": 100, "jti": "<uuid:1>"}), true);
        let jti = "6f1a2b3c-0000-4000-8000-0123456789ab";
        assert!(equal(&golden, &view(json!({}), json!({"exp": 700, "iat": 100, "jti": jti}), true)));
        assert!(!equal(&golden, &view(json!({}), json!({"exp": 699, "iat": 100, "jti": jti}), true)));
        assert!(!equal(
            &golden,
            &view(json!({}), json!({"exp": 700, "iat": 100, "nbf": 100, "jti": jti}), true)
        ));
        assert!(!equal(&golden, &view(json!({}), json!({"exp": 700, "iat": 100, "jti": jti}), false)));
    }
}
