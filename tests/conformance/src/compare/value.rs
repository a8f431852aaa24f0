//! Equality of JSON values (FORMAT.md 2.3): same members, `null` and absent differ, placeholders bind.

use serde_json::{Number, Value};

use super::certificate;
use super::difference::Difference;
use super::placeholder::Bindings;

/// Compares a golden value with ours.
pub(crate) fn compare(
    path: &str,
    golden: &Value,
    ours: &Value,
    bindings: &mut Bindings,
) -> Result<(), Difference> {
    let differ = || Err(Difference::values(path, golden, ours));
    match (golden, ours) {
        (Value::Null, Value::Null) => Ok(()),
        (Value::Bool(golden), Value::Bool(ours)) if golden == ours => Ok(()),
        (Value::Number(golden), Value::Number(ours)) if same_number(golden, ours) => Ok(()),
        (Value::String(golden), Value::String(ours)) if bindings.matches(golden, ours) => Ok(()),
        (Value::Array(golden), Value::Array(ours)) if golden.len() == ours.len() => {
            for (position, (golden, ours)) in golden.iter().zip(ours).enumerate() {
                compare(&format!("{path}[{position}]"), golden, ours, bindings)?;
            }
            Ok(())
        }
        (Value::Object(golden_members), Value::Object(our_members)) => {
            if let Some(missing) = golden_members.keys().find(|name| !our_members.contains_key(*name)) {
                let value = golden_members.get(missing).map_or_else(String::new, Value::to_string);
                return Err(Difference::texts(&format!("{path}.{missing}"), &value, "absent"));
            }
            if let Some(extra) = our_members.keys().find(|name| !golden_members.contains_key(*name)) {
                let value = our_members.get(extra).map_or_else(String::new, Value::to_string);
                return Err(Difference::texts(&format!("{path}.{extra}"), "absent", &value));
            }
            if let (Some(golden), Some(ours)) = (golden.get("$jwt"), ours.get("$jwt"))
                && golden.get("volatile").is_some()
            {
                return certificate::compare(&format!("{path}.$jwt"), golden, ours, bindings);
            }
            for (name, golden) in golden_members {
                if let Some(ours) = our_members.get(name) {
                    compare(&format!("{path}.{name}"), golden, ours, bindings)?;
                }
            }
            Ok(())
        }
        _ => differ(),
    }
}

/// Integers and floats of the same value are equal.
pub(super) fn same_number(golden: &Number, ours: &Number) -> bool {
    match (golden.as_i64(), ours.as_i64()) {
        (Some(golden), Some(ours)) => golden == ours,
        _ => {
            golden == ours || golden.as_f64().zip(ours.as_f64()).is_some_and(|(golden, ours)| golden == ours)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn path(golden: Value, ours: Value) -> Option<String> {
        compare("v", &golden, &ours, &mut Bindings::default()).err().map(|difference| difference.path)
    }

    #[test]
    fn objects_have_the_same_members() {
        assert_eq!(path(json!({"a": 1, "b": [1, "x"]}), json!({"b": [1, "x"], "a": 1.0})), None);
        assert_eq!(path(json!({"a": null}), json!({})).as_deref(), Some("v.a"));
        assert_eq!(path(json!({}), json!({"a": null})).as_deref(), Some("v.a"));
        assert_eq!(path(json!({"a": [1, 2]}), json!({"a": [2, 1]})).as_deref(), Some("v.a[0]"));
    }

    #[test]
    fn types_do_not_mix() {
        for (golden, ours) in [(json!(1), json!("1")), (json!(true), json!(1)), (json!(null), json!(false))] {
            assert!(path(golden, ours).is_some());
        }
        assert!(path(json!(10_000_000_000_000_001_i64), json!(10_000_000_000_000_000_i64)).is_some());
    }

    #[test]
    fn names_of_members_are_literal() {
        assert!(path(json!({"<uuid:1>": 1}), json!({"6f1a2b3c-0000-4000-8000-0123456789ab": 1})).is_some());
    }
}
