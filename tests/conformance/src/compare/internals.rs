//! Rule m: of XML the tree is compared, not the text; the step that uses the reserved `_index_` is skipped.

use serde_json::Value;

use crate::json::Node;
use crate::scenario::Step;

/// Drops the raw text of an XML body that also has its tree.
pub(crate) fn effect(effect: &mut Value) {
    if let Some(body) = effect.get_mut("body") {
        drop_raw(body);
    }
}

/// Drops the raw text of XML that a function returned with its tree.
pub(crate) fn outcome(op: &str, value: &mut Value) {
    if op == "fn" {
        drop_raw(value);
    }
}

fn drop_raw(view: &mut Value) {
    if view.get("tree").is_some_and(Value::is_object)
        && let Some(members) = view.as_object_mut()
    {
        members.remove("raw");
    }
}

/// Whether the step only shows that the expiring mapping reserves the key `_index_`.
pub(crate) fn is_skipped(step: &Step) -> bool {
    let mut uses_index = false;
    step.args.walk(&mut |node| uses_index |= matches!(node, Node::String(text) if text == "_index_"));
    step.op == "fn" && step.name.as_deref() == Some("expiring_mapping") && uses_index
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn raw_text_goes_only_where_a_tree_stays() {
        let mut with_tree = json!({"body": {"type": "xml", "tree": {"tag": "a"}, "raw": "<a/>"}});
        effect(&mut with_tree);
        assert_eq!(with_tree, json!({"body": {"type": "xml", "tree": {"tag": "a"}}}));
        let mut without = json!({"body": {"type": "xml", "raw": "<a/>"}});
        effect(&mut without);
        assert_eq!(without, json!({"body": {"type": "xml", "raw": "<a/>"}}));
    }

    #[test]
    fn only_the_reserved_key_is_skipped() {
        let step = |key: &str| -> Step {
            serde_json::from_value(
                json!({"op": "fn", "name": "expiring_mapping", "args": {"operations": [["get", key]]}}),
            )
            .unwrap()
        };
        assert!(is_skipped(&step("_index_")) && !is_skipped(&step("a")));
    }
}
