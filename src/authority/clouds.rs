//! The clouds of Microsoft Entra, known without asking.

/// The hosts of each cloud that mean the same authority. The first is the one to send requests to
/// (instance metadata's `preferred_network`).
const CLOUDS: &[&[&str]] = &[
    &["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
    &["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
    &["login.microsoftonline.us", "login.usgovcloudapi.net"],
    &["login.microsoftonline.de"],
    &["login-us.microsoftonline.com"],
    &["login.sovcloud-identity.fr"],
    &["login.sovcloud-identity.de"],
    &["login.sovcloud-identity.sg"],
];

/// All hosts of this host's cloud, itself included, in lower case; empty if it is of no known cloud.
pub fn aliases(host: &str) -> &'static [&'static str] {
    let is_of = |cloud: &&&[&str]| cloud.iter().any(|alias| alias.eq_ignore_ascii_case(host));
    CLOUDS.iter().find(is_of).copied().unwrap_or_default()
}

/// All hosts of all clouds.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    CLOUDS.iter().flat_map(|cloud| cloud.iter().copied())
}

/// The one host that stands for this host's cloud; the host itself if it is of no known cloud.
pub(crate) fn representative(host: &str) -> &str {
    aliases(host).first().copied().unwrap_or(host)
}

/// The one host that stands for each cloud.
pub(crate) fn representatives() -> impl Iterator<Item = &'static str> {
    CLOUDS.iter().filter_map(|cloud| cloud.first().copied())
}
