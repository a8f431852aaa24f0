//! Addresses that one parser reads as another host than the next. They are refused before anything is asked.
use crate::support::{KNOWN, TENANT, assert_refused, builder, client, first_url, host, refusal};
use msal_proto::authority::AuthorityError;

#[test]
fn aut_01_backslash_before_a_known_host() {
    assert_refused(r"https://evil.com\@login.microsoftonline.com/common");
}

#[test]
fn aut_02_backslash_after_a_known_host() {
    assert_refused(r"https://login.microsoftonline.com\@evil.com/common");
    assert_refused(r"https://login.microsoftonline.com\common");
    assert_refused(r"https://login.microsoftonline.com/common\x");
    assert_refused(r"https://login.microsoftonline.com/common?x=\");
}

#[test]
fn aut_03_user_information_is_refused_and_never_shown() {
    for text in [
        "https://login.microsoftonline.com@evil.com/common",
        "https://CANARY:CANARY@login.microsoftonline.com/common",
        "https://CANARY@login.microsoftonline.com/common",
        "https://:CANARY@login.microsoftonline.com/common",
        "https://@login.microsoftonline.com/common",
        "https://:@login.microsoftonline.com/common",
        "https://CANARY%40login.microsoftonline.com@evil.com/common",
    ] {
        assert_refused(text);
        let error = refusal(text);
        assert!(!format!("{error} {error:?} {:?}", builder(text)).contains("CANARY"), "{text}");
    }
}

#[test]
fn aut_04_http() {
    assert_refused("http://login.microsoftonline.com/common");
    assert_refused("HTTP://login.microsoftonline.com/common");
}

#[test]
fn aut_05_slashes_that_a_parser_mends() {
    for text in [
        "https:host.example/x",
        "https:/host.example/x",
        "https:///host.example/x",
        r"https:\\host.example\x",
    ] {
        assert_refused(text);
    }
}

#[test]
fn aut_06_no_scheme_or_no_host() {
    for text in
        ["//host.example/x", "host.example/x", "", "/", "https://", "https:///x", "https://?t", "https:"]
    {
        assert_refused(text);
    }
}

#[test]
fn aut_07_other_schemes() {
    for text in [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "ftp://host.example/x",
        "wss://h.example/x",
    ] {
        assert_refused(text);
    }
}

#[test]
fn aut_08_controls_and_white_space_anywhere() {
    for character in
        ['\t', '\r', '\n', '\0', ' ', '\u{7f}', '\u{85}', '\u{a0}', '\u{200b}', '\u{2028}', '\u{3000}']
    {
        for (place, _) in KNOWN.char_indices().chain([(KNOWN.len(), ' ')]) {
            let mut text = String::from(KNOWN);
            text.insert(place, character);
            // The host is the one place where a mark that shows nothing is dropped by rule (UTS 46).
            if builder(&text).build().is_ok() {
                assert_eq!(character, '\u{200b}', "{text:?}");
                assert_eq!(host(&first_url(&client(&text))), "login.microsoftonline.com");
            }
        }
    }
}

#[test]
fn aut_11_what_is_checked_is_what_is_asked() {
    for text in [
        "https://LOGIN.MicrosoftOnline.COM/common",
        "https://login\u{3002}microsoftonline\u{ff0e}com/common",
        "https://\u{24db}ogin.microsoftonline.com/common",
        "https://login%2emicrosoftonline%2Ecom/common",
        "https://login.microsoftonline.com:443/common",
        "HTTPS://login.microsoftonline.com/common",
    ] {
        let url = first_url(&client(text));
        assert_eq!(
            url, "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration",
            "{text}"
        );
    }
}

#[test]
fn aut_12_a_look_alike_is_another_host() {
    let app = client("https://l\u{43e}gin.microsoftonline.com/common");
    let url = first_url(&app);
    assert!(url.starts_with("https://login.microsoftonline.com/common/discovery/instance?"), "{url}");
    assert!(
        url.contains("authorization_endpoint=https%3A%2F%2Fxn--lgin-55d.microsoftonline.com%2Fcommon"),
        "{url}"
    );
}

#[test]
fn aut_13_punycode_of_plain_letters() {
    assert_refused("https://xn--login-.microsoftonline.com/common");
    assert_refused("https://xn--a.microsoftonline.com/common");
    assert_refused("https://xn--.microsoftonline.com/common");
}

#[test]
fn aut_15_addresses_for_hosts() {
    for host in [
        "[::1]",
        "127.0.0.1",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "169.254.169.254",
        "[::ffff:169.254.169.254]",
        "127.0.0.1:8443",
        "127.0.0.1.",
        "\u{ff11}27.0.0.1",
    ] {
        assert_refused(&format!("https://{host}/{TENANT}"));
    }
}

#[test]
fn aut_23_length() {
    let megabyte = "x".repeat(1 << 20);
    assert_refused(&format!("https://{megabyte}.example/common"));
    assert_refused(&format!("https://login.microsoftonline.com/{megabyte}"));
    assert_refused(&format!("https://login.microsoftonline.com{}", "/x".repeat(100_000)));
    assert_refused(&format!("https://login.microsoftonline.com/common?{megabyte}"));
    let longest = format!("https://login.microsoftonline.com/common?{}", "x".repeat(2_048 - 41));
    assert_eq!(longest.len(), 2_048);
    client(&longest);
    assert_eq!(refusal(&format!("{longest}x")), AuthorityError::Url { reason: "is over 2048 bytes long" });
    assert_refused(&format!("https://login.microsoftonline.com/{}", "x".repeat(257)));
}
