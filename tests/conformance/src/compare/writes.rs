//! Cache writes of a step: a multiset, but of one key the last write is the last (FORMAT.md 2.3).

use std::collections::BTreeMap;

use serde_json::Value;

use super::difference::Difference;
use super::placeholder::Bindings;
use super::value;

/// Compares the writes of a step.
pub(crate) fn compare(
    path: &str,
    golden: &[Value],
    ours: &[Value],
    bindings: &mut Bindings,
) -> Result<(), Difference> {
    let (golden_sorted, our_sorted) = (sorted(golden), sorted(ours));
    let mut golden_rest = golden_sorted.iter().peekable();
    let mut our_rest = our_sorted.iter().peekable();
    loop {
        match (golden_rest.peek(), our_rest.peek()) {
            (None, None) => break,
            (Some(golden), ours) if ours.is_none_or(|ours| place(golden) < place(ours)) => {
                return Err(Difference::texts(&place_text(path, golden), &golden.to_string(), "absent"));
            }
            (golden, Some(ours)) if golden.is_none_or(|golden| place(ours) < place(golden)) => {
                return Err(Difference::texts(&place_text(path, ours), "absent", &ours.to_string()));
            }
            _ => {}
        }
        if let (Some(golden), Some(ours)) = (golden_rest.next(), our_rest.next()) {
            value::compare(&place_text(path, golden), golden, ours, bindings)?;
        }
    }
    let (golden_last, our_last) = (last_writes(golden), last_writes(ours));
    match golden_last.iter().find(|(key, op)| our_last.get(*key) != Some(op)) {
        None => Ok(()),
        Some((key, op)) => {
            let ours = our_last.get(key).map_or("absent", String::as_str);
            Err(Difference::texts(&format!("{path}[last write of {}]", key.2), op, ours))
        }
    }
}

fn sorted(writes: &[Value]) -> Vec<Value> {
    let mut writes = writes.to_vec();
    writes.sort_by_cached_key(place);
    writes
}

fn text<'a>(write: &'a Value, name: &str) -> &'a str {
    write.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Cache, type, key and operation.
fn place(write: &Value) -> (String, String, String, String) {
    let part = |name: &str| text(write, name).to_owned();
    (part("cache"), part("type"), part("key"), part("op"))
}

fn place_text(path: &str, write: &Value) -> String {
    format!("{path}[{} {} {}]", text(write, "op"), text(write, "type"), text(write, "key"))
}

fn last_writes(writes: &[Value]) -> BTreeMap<(String, String, String), String> {
    let mut last = BTreeMap::new();
    for write in writes {
        let (cache, section, key, op) = place(write);
        last.insert((cache, section, key), op);
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn write(op: &str, key: &str) -> Value {
        json!({"cache": "main", "type": "AccessToken", "key": key, "op": op})
    }

    fn equal(golden: &[Value], ours: &[Value]) -> bool {
        compare("w", golden, ours, &mut Bindings::default()).is_ok()
    }

    #[test]
    fn order_does_not_matter_except_of_one_key() {
        assert!(equal(&[write("put", "a"), write("put", "b")], &[write("put", "b"), write("put", "a")]));
        assert!(equal(
            &[write("remove", "a"), write("put", "a")],
            &[write("remove", "a"), write("put", "a")]
        ));
        assert!(!equal(
            &[write("remove", "a"), write("put", "a")],
            &[write("put", "a"), write("remove", "a")]
        ));
    }

    #[test]
    fn every_write_counts() {
        assert!(!equal(&[write("put", "a"), write("put", "a")], &[write("put", "a")]));
        assert!(!equal(&[], &[write("put", "a")]));
        assert!(!equal(&[write("put", "a")], &[write("put", "b")]));
    }
}
