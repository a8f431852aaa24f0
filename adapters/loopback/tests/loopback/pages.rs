//! What the browser is shown, LPB-17.
use crate::support::{body, good, header, sign_in, status};
use msal_hostile::STATE;

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

fn check_headers(response: &str, media_type: &str) {
    for (name, expected) in [
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("Connection", "close"),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", POLICY),
        ("Content-Type", media_type),
        ("Content-Length", &body(response).len().to_string()),
    ] {
        assert_eq!(header(response, name), Some(expected), "{name}");
    }
}

#[test]
fn lpb_17_pages_are_static_and_kept_nowhere() {
    let after = |form: &str| {
        let sign_in = sign_in();
        let page = sign_in.post(form);
        assert_eq!(status(&page), 200);
        sign_in.end().unwrap();
        check_headers(&page, "text/html; charset=utf-8");
        page
    };
    let signed_in = after(&good());
    assert_eq!(signed_in, after(&format!("code=%3Cscript%3Eother&state={STATE}")));
    assert!(body(&signed_in).contains("You are signed in"));
    let failed = after(&format!("error=access_denied&error_description=%3Cscript%3E&state={STATE}"));
    assert_eq!(failed, after(&format!("error=other&state={STATE}")));
    assert!(body(&failed).contains("did not succeed"));
    for page in [signed_in, failed] {
        assert!(body(&page).starts_with("<!doctype html>"));
        for foreign in ["script", "src=", "href", "http:", "https:", "url(", "access_denied", STATE] {
            assert!(!body(&page).contains(foreign), "{foreign} in {page}");
        }
    }
}

#[test]
fn refusals_have_the_same_headers() {
    let sign_in = sign_in();
    let page = sign_in.get("/favicon.ico", "");
    check_headers(&page, "text/plain; charset=utf-8");
    assert_eq!(status(&page), 404);
    let host = format!("Host: localhost:{}\r\n\r\n", sign_in.port);
    let options = sign_in.exchange(format!("OPTIONS / HTTP/1.1\r\n{host}").as_bytes());
    assert_eq!(header(&options, "Allow"), Some("GET, POST"));
    let head = sign_in.exchange(format!("HEAD / HTTP/1.1\r\n{host}").as_bytes());
    assert_eq!((status(&head), body(&head)), (405, ""));
    sign_in.succeed();
}
