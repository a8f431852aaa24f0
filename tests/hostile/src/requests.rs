//! The hostile requests.
use crate::client::{form_post, post};

/// The state of the sign-in that they come to. Some have it, where it must not help them.
pub const STATE: &str = "5f4dcc3b5aa765d61d83";

/// Who may post its answer.
pub const ORIGIN: &str = "https://login.example";

/// What is said on one connection.
#[derive(Clone, Debug)]
pub struct Hostile {
    /// The row of the catalogue.
    pub row: &'static str,
    /// What is bad about it.
    pub what: &'static str,
    /// All that is said.
    pub bytes: Vec<u8>,
    /// What it is refused with; none for what waits until the listener has had enough.
    pub status: Option<u16>,
}

/// Every kind.
pub fn hostile(port: u16) -> Vec<Hostile> {
    let mut all = Vec::new();
    let mut add = |row, what, bytes: Vec<u8>, status| all.push(Hostile { row, what, bytes, status });
    let form = format!("code=forged&state={STATE}");
    let answer = form_post(port, &form);
    let host = format!("Host: localhost:{port}\r\n");
    let get = |target: &str| format!("GET {target} HTTP/1.1\r\n{host}\r\n").into_bytes();

    for (what, other) in [
        ("another host", "Host: evil.com\r\n".to_owned()),
        ("a host that begins as ours", format!("Host: localhost.evil.com:{port}\r\n")),
        ("another port", "Host: localhost:1\r\n".to_owned()),
        ("no port", "Host: localhost\r\n".to_owned()),
        ("an empty host", "Host:\r\n".to_owned()),
        ("no host", String::new()),
        ("two hosts", format!("{host}Host: evil.com\r\n")),
    ] {
        add("LPB-02", what, replace(&answer, &host, &other), Some(400));
    }
    for target in ["/favicon.ico", "/robots.txt", "//", "/%2f", "/index.html?code=forged"] {
        add("LPB-03", "another path", get(target), Some(404));
    }
    add("LPB-03", "an answer at another path", replace(&answer, "POST / ", "POST /callback "), Some(404));
    let absolute = format!("http://localhost:{port}/?code=forged");
    add("LPB-03", "a request to a proxy", get(&absolute), Some(404));

    for (row, what, form) in [
        ("CBK-01", "another state", "code=forged&state=other".to_owned()),
        ("CBK-01", "a state that begins as ours", format!("code=forged&state={STATE}0")),
        ("CBK-02", "no state", "code=forged".to_owned()),
        ("CBK-02", "an empty state", "code=forged&state=".to_owned()),
        ("CBK-04", "two states", format!("code=forged&state={STATE}&state={STATE}")),
        ("CBK-07", "neither code nor error", format!("state={STATE}")),
        ("CBK-07", "an empty code", format!("code=&state={STATE}")),
        ("CBK-09", "an error with another state", "error=access_denied&state=other".to_owned()),
        ("CBK-09", "an error without state", "error=access_denied".to_owned()),
        ("CBK-17", "what is no form", "%zz%\0\r\n".to_owned()),
        ("CBK-19", "a name in another case", format!("code=forged&State={STATE}")),
    ] {
        add(row, what, form_post(port, &form), Some(400));
    }
    add("CBK-14", "an answer in the query", get(&format!("/?{form}")), Some(400));
    add("CBK-14", "nothing in the query", get("/"), Some(400));
    add("CBK-14", "an empty query", get("/?"), Some(400));
    add("CBK-09", "giving up, by nobody knows whom", get("/?error=abort"), Some(400));
    let foreign = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n\r\n";
    add(
        "CBK-09",
        "giving up, by another site",
        replace(&get("/?error=abort"), "\r\n\r\n", &format!("\r\n{foreign}")),
        Some(400),
    );
    add("CBK-16", "64 KiB and a byte", form_post(port, &"a".repeat(65_537)), Some(413));
    add("CBK-16", "many pairs without an answer", form_post(port, &"a&".repeat(30_000)), Some(400));

    let length = format!("Content-Length: {}\r\n", form.len());
    for (what, other, status) in [
        ("10 GB to come", "Content-Length: 10000000000\r\n".to_owned(), 413),
        ("more to come than can be counted", "Content-Length: 99999999999999999999999\r\n".to_owned(), 413),
        ("a negative length", "Content-Length: -1\r\n".to_owned(), 400),
        ("a length with a sign", format!("Content-Length: +{}\r\n", form.len()), 400),
        ("no length", String::new(), 400),
        ("two lengths", format!("{length}{length}"), 400),
        ("a list of lengths", format!("Content-Length: {0}, {0}\r\n", form.len()), 400),
        ("chunks", "Transfer-Encoding: chunked\r\n".to_owned(), 400),
        ("chunks and a length", format!("{length}Transfer-Encoding: chunked\r\n"), 400),
    ] {
        add("LPB-08", what, replace(&answer, &length, &other), Some(status));
    }

    let form_type = "Content-Type: application/x-www-form-urlencoded\r\n";
    for (what, other) in [
        ("text", "Content-Type: text/plain\r\n"),
        ("JSON", "Content-Type: application/json\r\n"),
        ("a form of parts", "Content-Type: multipart/form-data; boundary=x\r\n"),
        ("no type", ""),
        ("two types", "Content-Type: text/plain\r\nContent-Type: application/x-www-form-urlencoded\r\n"),
    ] {
        add("LPB-10", what, replace(&answer, form_type, other), Some(400));
    }
    for origin in
        ["https://evil", "https://login.example.evil", "http://login.example", "https://login.example:444"]
    {
        add("LPB-10", "another origin", post(port, &format!("Origin: {origin}\r\n"), &form), Some(400));
    }

    add("LPB-11", "a request line of 1 MB", get(&format!("/?{}", "a".repeat(1_000_000))), Some(414));
    let headers: String = (0..10_000).map(|number| format!("X-{number}: a\r\n")).collect();
    add("LPB-11", "10,000 headers", post(port, &headers, &form), Some(431));
    add(
        "LPB-11",
        "a header of 1 MB",
        post(port, &format!("Cookie: {}\r\n", "a".repeat(1_000_000)), &form),
        Some(431),
    );
    for (what, bytes) in [
        ("a header without a colon", post(port, "Nothing\r\n", &form)),
        ("a folded header", post(port, "A: b\r\n c\r\n", &form)),
        ("white space before the colon", post(port, "Origin : https://evil\r\n", &form)),
        ("HTTP/0.9", b"GET /\r\n".to_vec()),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\x04\0\0\0\0\0".to_vec()),
        ("TLS", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\xad\x11\n\r\n".to_vec()),
        ("zeros", vec![0; 64]),
        ("no UTF-8 in a header", replace_bytes(&answer, b"localhost:", b"\xff\xfe:")),
        ("no UTF-8 in the form", replace_bytes(&answer, b"forged", b"\xff\xfe\xff\xfe\xff\xfe")),
    ] {
        add("LPB-11", what, bytes, Some(400));
    }

    let private_network = "Origin: https://evil\r\nAccess-Control-Request-Method: POST\r\n\
        Access-Control-Request-Private-Network: true\r\n\r\n";
    for (method, rest) in
        [("HEAD", "\r\n"), ("OPTIONS", private_network), ("PUT", "\r\n"), ("CONNECT", "\r\n")]
    {
        add(
            "LPB-12",
            "another method",
            format!("{method} / HTTP/1.1\r\n{host}{rest}").into_bytes(),
            Some(405),
        );
    }
    add(
        "LPB-13",
        "an answer behind another request",
        [get("/favicon.ico"), answer.clone()].concat(),
        Some(404),
    );
    add(
        "LPB-13",
        "an answer behind an empty form",
        [form_post(port, ""), answer.clone()].concat(),
        Some(400),
    );

    let begun = |end: &str| answer.iter().take(answer.len() - end.len()).copied().collect::<Vec<_>>();
    add("LPB-06", "nothing at all", Vec::new(), None);
    add("LPB-06", "half a head", begun(&format!("{length}\r\n{form}")), None);
    add("LPB-06", "a byte", b"P".to_vec(), None);
    add("LPB-09", "half a form", begun(STATE), None);
    all
}

fn replace(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    String::from_utf8_lossy(bytes).replacen(from, to, 1).into_bytes()
}

fn replace_bytes(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    match bytes.windows(from.len()).position(|window| window == from) {
        Some(at) => [bytes.get(..at), Some(to), bytes.get(at + from.len()..)]
            .into_iter()
            .flatten()
            .flatten()
            .copied()
            .collect(),
        None => bytes.to_vec(),
    }
}
