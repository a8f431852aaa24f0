//! Pages of others in the same browser, while a sign-in waits.
use crate::entra::{sign_in_and_consent, with_entra};
use crate::program::redirect_uri;
use msal_ureq::msal_loopback::ListenOptions;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

const NOT_UNDERSTOOD: &str = "This request is not understood here.";
const NO_ANSWER: &str = "The sign-in did not come to an end here. Go back to the application.";
const OTHER_SIGN_IN: &str = "This belongs to another sign-in. The application waits for its own.";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium"]
async fn other_pages_neither_end_a_sign_in_nor_forge_its_answer() {
    with_entra(ListenOptions::new(), async |browser, program, _| {
        let (mut call, auth_uri) = program.sign_in(|request| request).await;
        let port = serve(hostile_page(&redirect_uri(&auth_uri)));
        // Of another site than the listener, and of the same.
        for host in ["127.0.0.1", "localhost"] {
            let page = format!("http://{host}:{port}/");
            for (query, refusal) in [("?post", NOT_UNDERSTOOD), ("?hidden", OTHER_SIGN_IN)] {
                browser.open(&format!("{page}{query}")).await;
                assert_eq!(browser.text("pre").await, refusal, "{page}{query}");
            }
            browser.open(&page).await;
            browser.click("#abort").await;
            assert_eq!(browser.text("pre").await, NO_ANSWER, "{page}");
        }
        assert!(!call.has_ended());
        browser.open(&auth_uri).await;
        sign_in_and_consent(browser).await;
        browser.heading("You are signed in").await;
        call.end().await.unwrap();
    })
    .await;
}

/// Tries by images and a frame, by a link, and by a form that it may post without saying where it is from: as every form does
/// that goes from https to http, the service's own too. Then only the state tells them apart.
fn hostile_page(redirect_uri: &str) -> String {
    format!(
        "<!DOCTYPE html><title>A prize</title><img src=\"{redirect_uri}/?error=abort\" alt=\"\">\
         <img src=\"{redirect_uri}/?error=access_denied&state=guessed\" alt=\"\">\
         <img src=\"{redirect_uri}/favicon.ico\" alt=\"\"><iframe src=\"{redirect_uri}/?error=abort\"></iframe>\
         <form method=\"post\" action=\"{redirect_uri}\"><input name=\"code\" value=\"forged\">\
         <input name=\"state\" value=\"guessed\"></form>\
         <a id=\"abort\" href=\"{redirect_uri}/?error=abort\">Get it</a>\
         <script>onload = () => {{ if (location.search) document.forms[0].submit() }};\
         if (location.search == '?hidden') document.head.insertAdjacentHTML('beforeend', \
         '<meta name=\"referrer\" content=\"no-referrer\">')</script>"
    )
}

/// Serves a page on every path, for as long as the tests run. The port is that of both names of this machine.
fn serve(page: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            // A browser connects ahead of what it asks for, and may not ask.
            let page = page.clone();
            thread::spawn(move || {
                let mut stream = stream.unwrap();
                let request = BufReader::new(&stream);
                let asked = request.lines().map_while(Result::ok).any(|line| line.is_empty());
                let length = page.len();
                let head =
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length:";
                if asked {
                    let _ = write!(stream, "{head} {length}\r\n\r\n{page}");
                }
            });
        }
    });
    port
}
