//! Reason 5: a nonce, auth_time or max_age failure, or a rejected id token, comes after the golden has cached tokens
//! and account. We check first and write once.

use crate::compare::state::State;
use crate::transcript::Step;

/// The same failure, with nothing written.
pub(crate) fn checked_before_caching(_state: &State<'_>, golden: &Step) -> Vec<Step> {
    let failed_check = matches!(golden.outcome.category(), Some("protocol" | "refused" | "id_token"));
    let wrote = golden.cache_writes.iter().any(|write| write.get("op").is_some_and(|op| op == "put"));
    if failed_check && wrote && !golden.op.starts_with("cache.") {
        vec![Step { cache_writes: Vec::new(), ..golden.clone() }]
    } else {
        Vec::new()
    }
}
