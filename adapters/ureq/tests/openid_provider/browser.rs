//! A browser with a person before it: follows redirects, keeps cookies, fills in the provider's forms.
use html5gum::{Token, Tokenizer};
use std::collections::BTreeMap;
use ureq::http::{Request, Response, header};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body};
use url::{Url, form_urlencoded};

/// More pages than any sign-in has.
const MOST_PAGES: usize = 16;

pub(crate) struct Browser {
    agent: Agent,
    /// By name: there is one site, and its names are all different.
    cookies: BTreeMap<String, String>,
}

/// A form with its named fields.
#[derive(Default)]
struct Form {
    action: String,
    fields: Vec<(String, String)>,
}

impl Browser {
    pub(crate) fn new(certificate: &[u8]) -> Self {
        let roots = RootCerts::from(vec![Certificate::from_pem(certificate).unwrap()]);
        let tls = TlsConfig::builder().root_certs(roots).build();
        let config = Agent::config_builder().tls_config(tls).proxy(None);
        let agent = config.max_redirects(0).http_status_as_error(false).build().into();
        Self { agent, cookies: BTreeMap::new() }
    }

    /// Goes to `url` and does what is asked there, until the application's turn comes: gives the URL, or the posted
    /// form, that would reach it.
    pub(crate) fn sign_in(&mut self, url: &str, redirect_uri: &str, who: &str) -> String {
        let mut at = Url::parse(url).unwrap();
        let mut form = None;
        for _ in 0..MOST_PAGES {
            let mut response = self.send(&at, form.take());
            if let Some(location) = response.headers().get(header::LOCATION) {
                at = at.join(location.to_str().unwrap()).unwrap();
                if at.as_str().starts_with(redirect_uri) {
                    return at.into();
                }
                continue;
            }
            let page = response.body_mut().read_to_string().unwrap();
            let Form { action, fields } = Form::first(&page);
            if action.starts_with(redirect_uri) {
                return encode(&fields);
            }
            at = at.join(&action).unwrap();
            form = Some(fields.into_iter().map(|(name, value)| fill(name, value, who)).collect());
        }
        panic!("lost at {at}");
    }

    /// Goes to `url`, where the code of another device is approved, and does what is asked there until nothing is.
    pub(crate) fn approve(&mut self, url: &str, who: &str) {
        let mut at = Url::parse(url).unwrap();
        let mut form = None;
        for _ in 0..MOST_PAGES {
            let mut response = self.send(&at, form.take());
            if let Some(location) = response.headers().get(header::LOCATION) {
                at = at.join(location.to_str().unwrap()).unwrap();
                continue;
            }
            assert!(response.status().is_success(), "{at}: {}", response.status());
            let page = response.body_mut().read_to_string().unwrap();
            if !page.contains("<form") {
                return;
            }
            let Form { action, fields } = Form::first(&page);
            at = at.join(&action).unwrap();
            form = Some(fields.into_iter().map(|(name, value)| fill(name, value, who)).collect());
        }
        panic!("lost at {at}");
    }

    fn send(&mut self, url: &Url, form: Option<Vec<(String, String)>>) -> Response<Body> {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder().uri(url.as_str()).header(header::COOKIE, cookies.join("; "));
        let response = match form {
            None => self.agent.run(request.body(()).unwrap()),
            Some(fields) => {
                let request = request.method("POST");
                let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                self.agent.run(request.body(encode(&fields)).unwrap())
            }
        };
        let response = response.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            // One that is deleted is set to nothing.
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }
}

impl Form {
    fn first(page: &str) -> Self {
        let mut form = None;
        for token in Tokenizer::new(page).flatten() {
            match token {
                Token::StartTag(tag) => {
                    let attribute = |name: &str| {
                        let value = tag.attributes.get(name.as_bytes());
                        value.map(|value| String::from_utf8_lossy(value).into_owned())
                    };
                    match (tag.name.as_slice(), &mut form) {
                        (b"form", None) => {
                            let action = attribute("action").unwrap_or_default();
                            form = Some(Self { action, fields: Vec::new() });
                        }
                        (b"input", Some(form)) => {
                            let field = |name| (name, attribute("value").unwrap_or_default());
                            form.fields.extend(attribute("name").map(field));
                        }
                        _ => {}
                    }
                }
                Token::EndTag(tag) if tag.name.as_slice() == b"form" => break,
                _ => {}
            }
        }
        form.unwrap_or_else(|| panic!("a page without a form: {page}"))
    }
}

fn fill(name: String, value: String, who: &str) -> (String, String) {
    let value = match name.as_str() {
        "login" => who.to_owned(),
        "password" => "any".to_owned(),
        _ => value,
    };
    (name, value)
}

fn encode(fields: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
