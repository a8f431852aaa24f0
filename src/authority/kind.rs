//! Which kinds of service there are, and what tells them apart in an address.

/// What kind of service an authority is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthorityKind {
    /// Microsoft Entra ID, in any cloud.
    Entra,
    /// Azure AD B2C: a policy is a part of the address.
    B2c,
    /// Microsoft Entra External ID, at a host of `ciamlogin.com`.
    Ciam,
    /// Active Directory Federation Services.
    Adfs,
    /// dSTS, the security token service of Microsoft's data centres.
    Dsts,
    /// Any other OpenID provider.
    Oidc,
}

/// The suffix of External ID's hosts.
pub(super) const CIAM_SUFFIX: &str = ".ciamlogin.com";

/// Those of Azure AD B2C's.
const B2C_SUFFIXES: [&str; 4] = [".b2clogin.com", ".b2clogin.cn", ".b2clogin.us", ".b2clogin.de"];

/// What a policy's name begins with.
const POLICY: &str = "b2c_";

impl AuthorityKind {
    pub(crate) fn is_adfs(self) -> bool {
        self == Self::Adfs
    }

    /// Whether one signed assertion is good for several requests: Microsoft's services do not mind to see its `jti` again.
    pub(crate) fn reuses_assertions(self) -> bool {
        self != Self::Oidc
    }

    /// Whether it has many tenants, so that one call may be for another than the authority's own, as MSAL .NET has it.
    pub(super) fn has_tenants(self) -> bool {
        matches!(self, Self::Entra | Self::Ciam | Self::Dsts)
    }

    /// What is before `/.well-known/openid-configuration` in the path of its document.
    pub(super) fn version(self) -> &'static str {
        match self {
            Self::Entra | Self::B2c | Self::Ciam => "/v2.0",
            Self::Adfs | Self::Dsts | Self::Oidc => "",
        }
    }

    /// By the host and the path of an `authority`, as MSAL Python; and by `/tfp/`, as all others.
    pub(super) fn of(host: &str, segments: &[&str]) -> Self {
        let is =
            |segment: Option<&&str>, word: &str| segment.is_some_and(|own| own.eq_ignore_ascii_case(word));
        let is_policy = |segment: &str| segment.to_ascii_lowercase().starts_with(POLICY);
        if is(segments.first(), "dstsv2") {
            return Self::Dsts;
        }
        if host.ends_with(CIAM_SUFFIX) {
            return Self::Ciam;
        }
        if is(segments.first(), "adfs") {
            return Self::Adfs;
        }
        let has_policy = matches!(segments, [_, policy] if is_policy(policy));
        if is_b2c(host) || has_policy || is_tfp(segments) { Self::B2c } else { Self::Entra }
    }
}

/// Whether the path is `/tfp/{tenant}/{policy}`.
pub(super) fn is_tfp(segments: &[&str]) -> bool {
    matches!(segments, [tfp, _, _] if tfp.eq_ignore_ascii_case("tfp"))
}

fn is_b2c(host: &str) -> bool {
    B2C_SUFFIXES.iter().any(|suffix| host.ends_with(suffix))
}

/// Whether Microsoft runs this host for the customers of others, as Azure AD B2C or External ID.
pub(super) fn is_for_customers(host: &str) -> bool {
    is_b2c(host) || host.ends_with(CIAM_SUFFIX)
}
