//! The static table of Entra clouds and their aliases, as rule a and reason 24 speak of it.

/// One row for each cloud; the hosts of a row are aliases of one another.
const CLOUDS: [&[&str]; 8] = [
    &["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
    &["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
    &["login.microsoftonline.de"],
    &["login.microsoftonline.us", "login.usgovcloudapi.net"],
    &["login-us.microsoftonline.com"],
    &["login.sovcloud-identity.fr"],
    &["login.sovcloud-identity.de"],
    &["login.sovcloud-identity.sg"],
];

/// The host itself and its aliases; the host alone if the table does not have it.
pub(crate) fn aliases(host: &str) -> Vec<String> {
    let host = host.to_ascii_lowercase();
    match CLOUDS.iter().find(|cloud| cloud.contains(&host.as_str())) {
        Some(cloud) => cloud.iter().map(|host| (*host).to_owned()).collect(),
        None => vec![host],
    }
}

/// Whether the table has the host, or it is the regional host of one that it has.
pub(crate) fn is_known(host: &str) -> bool {
    let has = |host: &str| CLOUDS.iter().any(|cloud| cloud.contains(&host));
    let host = host.to_ascii_lowercase();
    has(&host) || host.split_once('.').is_some_and(|(region, rest)| !region.is_empty() && has(rest))
}

/// Whether the table has the URL's host, but the URL names another port than 443: reason 23 takes it for unknown.
pub(crate) fn is_known_on_another_port(url: &str) -> bool {
    let place = of(url).rsplit_once(':');
    place.is_some_and(|(host, port)| !matches!(port, "" | "443") && is_known(host))
}

/// Host of an absolute URL, with its port if it names one.
pub(crate) fn of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#', '\\']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regional_hosts_are_known_and_ports_are_not() {
        assert!(is_known("login.microsoftonline.com") && is_known("westus2.login.microsoft.com"));
        assert!(!is_known("login.unknown.example") && !is_known("login.microsoftonline.com:8443"));
        assert!(!is_known("evil-login.microsoftonline.com") && !is_known("a.b.login.microsoft.com"));
        assert_eq!(of("https://h.example:1/t?q"), "h.example:1");
        assert!(is_known_on_another_port("https://login.microsoftonline.com:8443/t"));
        for url in [
            "https://login.microsoftonline.com:443/t",
            "https://login.microsoftonline.com/t:1",
            "https://h:1/t",
        ] {
            assert!(!is_known_on_another_port(url), "{url}");
        }
    }
}
