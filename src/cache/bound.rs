//! What an access token is bound to, and whom it answers then.
use super::fields::Fields;
use super::index::same;
use super::on_behalf_of::{STARTED_WITH, unpadded};
use super::{AccessToken, AccessTokenQuery, ext_cache_key};
use alloc::collections::BTreeMap;
use alloc::{borrow::Cow, string::String, sync::Arc};

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
        let arc = |text: Cow<'_, str>| Arc::<str>::from(&*text);
        let has_content =
            |name: &&str| fields.raw(name).is_some_and(|raw| !matches!(raw, "null" | "{}" | "\"\"" | "[]"));
        let key_id = fields.first(&["key_id", "kid", "keyid", "keyId"]).map(arc);
        let ext_cache_key = fields.first(&["ext_cache_key", "ext_cache_key_hash"]).map(arc);
        let ext_cache_key = ext_cache_key.or_else(|| Some(components(fields)?.into()));
        let hash = fields.first(&["user_assertion_hash", "userAssertionHash"]);
        let is_other =
            !matches!(fields.raw("credential_type"), None | Some("null") | Some("\"AccessToken\""));
        let extended = ["ext_cache_key", "ext", "ext_cache_key_hash", "additionalCacheKeyComponents"];
        let claims = ["requestedClaimsHash", "requested_claims_hash"];
        let is_foreign = (ext_cache_key.is_none() && extended.iter().any(has_content))
            || claims.iter().any(has_content)
            || is_other && key_id.is_none() && ext_cache_key.is_none()
            || ["key_id", "kid", "keyid", "keyId"].iter().any(has_content) && key_id.is_none()
            || ["user_assertion_hash", "userAssertionHash"].iter().any(has_content) && hash.is_none();
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
    let raw = fields.raw("additionalCacheKeyComponents").or_else(|| fields.raw("ext"))?;
    let components: BTreeMap<String, String> = serde_json::from_str(raw).ok()?;
    ext_cache_key(components.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

/// A bound token answers whoever asks for what binds it, and nobody else.
pub(super) fn answers(token: &AccessToken, query: &AccessTokenQuery) -> bool {
    let is_bearer = same(&token.token_type, "Bearer");
    let Some(bound) = token.bound.as_deref() else {
        return query.key_id.is_none()
            && query.ext_cache_key.is_none()
            && query.user_assertion_hash.is_none()
            && is_bearer;
    };
    let hash = query.user_assertion_hash.as_deref().map(unpadded);
    let extended = match (bound.ext_cache_key.as_deref(), query.ext_cache_key.as_deref()) {
        (None, None) => true,
        (Some(own), Some(asked)) => same(own, asked),
        _ => false,
    };
    !bound.is_foreign
        && extended
        && bound.key_id == query.key_id
        && bound.user_assertion_hash.as_deref() == hash
        && (query.key_id.is_some() || is_bearer)
}
