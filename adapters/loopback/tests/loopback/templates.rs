//! The program's own pages, after MSAL's.
use crate::support::{body, header, request, sign_in_with, status};
use msal_hostile::STATE;
use msal_loopback::msal_proto::engine::BrowserFault;
use msal_loopback::{AuthResponseRequest, ListenOptions};

/// What the recorded transcript of MSAL Python 1.39 has in `interactive-receiver-html-escaping`.
#[test]
fn cbk_26_html_templates_escape_what_came_in() {
    let options = ListenOptions::new().error_template("<html>$error $error_description $missing</html>");
    let sign_in = sign_in_with(&options, AuthResponseRequest::new().state("S").timeout(20));
    let form = "error=%3Cscript%3E&error_description=a%26b&state=S";
    assert_eq!(status(&sign_in.get(&format!("/?{form}"), "")), 400);
    let page = sign_in.post(form);
    assert_eq!(body(&page), "<html>&lt;script&gt; a&amp;b $missing</html>");
    assert_eq!(header(&page, "Content-Type"), Some("text/html; charset=utf-8"));
    assert_eq!(sign_in.end(), Ok(form.into()));
}

#[test]
fn plain_text_is_as_it_came() {
    let options =
        ListenOptions::new().success_template("${name} signed in, $$5, $state").error_template("$error");
    let sign_in = sign_in_with(&options, request());
    let page = sign_in.post(&format!("code=C&name=Zo%C3%AB+%3CZ%3E&state={STATE}"));
    assert_eq!(body(&page), format!("Zoë <Z> signed in, $5, {STATE}"));
    assert_eq!(header(&page, "Content-Type"), Some("text/plain; charset=utf-8"));
    sign_in.end().unwrap();
}

/// The core refuses it, so it is no success.
#[test]
fn a_code_beside_an_error_is_none() {
    let options = ListenOptions::new().success_template("success").error_template("failure");
    let sign_in = sign_in_with(&options, request());
    assert_eq!(body(&sign_in.post(&format!("code=C&error=e&state={STATE}"))), "failure");
    sign_in.end().unwrap();
}

const WELCOME: &str = "<a href='$auth_uri'>Sign in</a> <a href='$abort_uri'>Give up</a> $code";

#[test]
fn the_page_to_begin_with() {
    let (sender, opened) = std::sync::mpsc::channel();
    let options = ListenOptions::new().welcome_template(WELCOME).opener(move |uri| {
        sender.send(uri.to_owned()).unwrap();
        Ok(())
    });
    let sign_in = sign_in_with(&options, request().auth_uri("https://login.example/authorize?a=1&b='2'"));
    let port = sign_in.port;
    assert_eq!(opened.recv().unwrap(), format!("http://localhost:{port}?welcome=true"));
    let page = sign_in.get("/?welcome=true", "");
    assert_eq!(status(&page), 200);
    let expected = format!(
        "<a href='https://login.example/authorize?a=1&amp;b=&#x27;2&#x27;'>Sign in</a> \
         <a href='http://localhost:{port}?error=abort'>Give up</a> $code"
    );
    assert_eq!(body(&page), expected);
    sign_in.succeed();
}

#[test]
fn without_a_template_there_is_no_page_to_begin_with() {
    let sign_in = sign_in_with(&ListenOptions::new(), request());
    assert_eq!(status(&sign_in.get("/?welcome=true", "")), 400);
    sign_in.succeed();
}

/// As a browser tells it (Fetch Metadata).
#[test]
fn the_person_gives_up_from_our_page_or_by_hand() {
    for site in ["same-origin", "none"] {
        let sign_in = sign_in_with(&ListenOptions::new().welcome_template(WELCOME), request());
        let page =
            sign_in.get("/?error=abort", &format!("Sec-Fetch-Site: {site}\r\nSec-Fetch-Mode: navigate\r\n"));
        assert_eq!(status(&page), 200);
        assert!(body(&page).contains("cancelled"));
        assert_eq!(sign_in.end(), Err(BrowserFault::Cancelled));
    }
}

#[test]
fn cbk_09_nobody_else_gives_up_for_them() {
    let sign_in = sign_in_with(&ListenOptions::new().welcome_template(WELCOME), request());
    for headers in [
        "",
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n",
        "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: navigate\r\n",
        "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: no-cors\r\n",
        "Sec-Fetch-Site: none\r\n",
        "Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n",
    ] {
        assert_eq!(status(&sign_in.get("/?error=abort", headers)), 400, "{headers}");
    }
    sign_in.succeed();
}
