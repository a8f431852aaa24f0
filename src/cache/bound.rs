//! What an access token is bound to, and whom it answers then.
use super::fields::Fields;
use super::index::same;
use super::on_behalf_of::{STARTED_WITH, unpadded};
use super::{AccessToken, AccessTokenQuery, extended_key};
use alloc::collections::BTreeMap;
use alloc::{borrow::Cow, string::String, sync::Arc};

/// The key's id, in the spellings of all libraries.
pub(super) const KEY_ID: [&str; 4] = ["key_id", "kid", "keyid", "keyId"];

/// What was issued to extra parameters has at least one of these.
pub(super) const EXTENDED: [&str; 4] =
    ["ext_cache_key", "ext_cache_key_hash", "ext", "additionalCacheKeyComponents"];

pub(super) const HASH: [&str; 2] = ["user_assertion_hash", "userAssertionHash"];

/// MSAL Node tells tokens apart by the resource (RFC 8707) and by the claims that were asked for.
pub(super) const OTHER: [&str; 3] = ["resource", "requestedClaimsHash", "requested_claims_hash"];

/// What narrows whom it answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) key_id: Option<Arc<str>>,
    pub(super) ext_cache_key: Option<Arc<str>>,
    pub(super) user_assertion_hash: Option<Arc<str>>,
    /// With which assertion the long-running process was begun that it is of. It narrows nothing.
    pub(super) started_with: Option<Arc<str>>,
    /// Another library told it apart in a way that this one does not know.
    pub(super) is_foreign: bool,
}

impl Bound {
    /// Key ids have four spellings, and each library its own member for extra parameters.
    pub(super) fn read(fields: &Fields<'_>) -> Option<Self> {
        let kind = fields.raw("credential_type").unwrap_or("null");
        let is_usual = matches!(kind, "null" | "\"AccessToken\"");
        if is_usual && !fields.may_bind() {
            return None;
        }
        let arc = |text: Cow<'_, str>| Arc::<str>::from(&*text);
        let has_content =
            |name: &&str| fields.raw(name).is_some_and(|raw| !matches!(raw, "null" | "{}" | "\"\"" | "[]"));
        let key_id = fields.first(&KEY_ID).map(arc);
        // There are two digests, but one list of what was digested.
        let ext_cache_key = components(fields).map(Arc::from);
        let ext_cache_key =
            ext_cache_key.or_else(|| fields.first(&["ext_cache_key", "ext_cache_key_hash"]).map(arc));
        let hash = fields.first(&HASH);
        // Another kind of token says what it is bound to.
        let is_known = match kind {
            _ if is_usual => true,
            "\"AccessToken_With_AuthScheme\"" => key_id.is_some(),
            _ => same(kind, "\"ATExt\"") && ext_cache_key.is_some(),
        };
        let is_foreign = !is_known
            || ext_cache_key.is_none() && EXTENDED.iter().any(has_content)
            || key_id.is_none() && KEY_ID.iter().any(has_content)
            || hash.is_none() && HASH.iter().any(has_content)
            || OTHER.iter().any(has_content);
        let bound = Self {
            key_id,
            ext_cache_key,
            user_assertion_hash: hash.map(|hash| Arc::from(unpadded(&hash))),
            started_with: fields.first(&[STARTED_WITH]).map(arc),
            is_foreign,
        };
        (bound != Self::default()).then_some(bound)
    }
}

/// MSAL Node and MSAL .NET keep the extra parameters themselves.
fn components(fields: &Fields<'_>) -> Option<String> {
    let read = |name: &&str| serde_json::from_str::<BTreeMap<String, String>>(fields.raw(name)?).ok();
    let kept = ["additionalCacheKeyComponents", "ext"];
    kept.iter().filter_map(read).find_map(|components| extended_key::of_components(&components))
}

/// A bound token answers whoever asks for what binds it, and nobody else. The digest of the query's extra parameters is
/// given, as one library or another spells it.
pub(super) fn answers(token: &AccessToken, query: &AccessTokenQuery, ext_cache_key: Option<&str>) -> bool {
    let is_bearer = same(&token.token_type, "Bearer");
    let Some(bound) = token.bound.as_deref() else {
        return query.key_id.is_none()
            && ext_cache_key.is_none()
            && query.user_assertion_hash.is_none()
            && is_bearer;
    };
    let hash = query.user_assertion_hash.as_deref().map(unpadded);
    let is_extended_so = match (bound.ext_cache_key.as_deref(), ext_cache_key) {
        (None, None) => true,
        (Some(own), Some(asked)) => same(own, asked),
        _ => false,
    };
    !bound.is_foreign
        && is_extended_so
        && bound.key_id == query.key_id
        && bound.user_assertion_hash.as_deref() == hash
        && (query.key_id.is_some() || is_bearer)
}
