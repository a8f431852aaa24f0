//! Headless Chromium with a home of its own, in which it trusts a CA made for the test.
use fantoccini::cookies::Cookie;
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use futures_util::FutureExt;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::io::{BufRead, BufReader, Read};
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// How long something is waited for, and how often it is looked for.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(20), Duration::from_millis(50));

/// A page of a browser. What is not there yet is waited for.
pub(crate) struct Browser(Client);

/// Drives a browser of its own, and ends it whatever becomes of the test.
pub(crate) async fn in_browser(ca_pem: &str, test: impl AsyncFnOnce(&Browser)) {
    let chromedriver = Chromedriver::start(ca_pem);
    // Root, as a container runs it, has no sandbox, and a container little shared memory.
    let arguments = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"];
    let capabilities = json!({ "browserName": "chrome", "goog:chromeOptions": { "args": arguments } });
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities.as_object().cloned().unwrap());
    let browser = Browser(builder.connect(&chromedriver.address).await.unwrap());
    let tested = AssertUnwindSafe(test(&browser)).catch_unwind().await;
    let closed = browser.0.close().await;
    tested.unwrap_or_else(|panic| resume_unwind(panic));
    closed.unwrap();
}

/// Ends with its value, and so does its home.
struct Chromedriver {
    child: Child,
    address: String,
    /// Open, so that it can go on writing.
    _stdout: BufReader<ChildStdout>,
    _home: TempDir,
}

impl Chromedriver {
    fn start(ca_pem: &str) -> Self {
        let home = TempDir::new().unwrap();
        trust(home.path(), ca_pem);
        // It takes a free port of IPv4 that may not be free of IPv6, and ends then.
        let started = std::iter::repeat_with(|| Self::try_start(home.path())).take(5).flatten().next();
        let (child, stdout, port) = started.unwrap();
        Self { child, address: format!("http://127.0.0.1:{port}"), _stdout: stdout, _home: home }
    }

    /// The port is what it says; none if it ends without.
    fn try_start(home: &Path) -> Option<(Child, BufReader<ChildStdout>, String)> {
        let mut command = Command::new("chromedriver");
        let mut child = command.arg("--port=0").env("HOME", home).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        for line in stdout.by_ref().lines() {
            let line = line.unwrap();
            if let Some(port) = line.strip_prefix("ChromeDriver was started successfully on port ") {
                return Some((child, stdout, port.trim_end_matches('.').to_owned()));
            }
            eprintln!("{line}");
        }
        child.wait().unwrap();
        None
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Where Chromium looks for the authorities that a person trusts.
fn trust(home: &Path, ca_pem: &str) {
    let (database, file) = (home.join(".pki/nssdb"), home.join("ca.pem"));
    std::fs::create_dir_all(&database).unwrap();
    std::fs::write(&file, ca_pem).unwrap();
    let certutil = |arguments: &[&str]| {
        let database = format!("sql:{}", database.display());
        let status = Command::new("certutil").args(arguments).args(["-d", &database]).status().unwrap();
        assert!(status.success(), "{arguments:?}");
    };
    certutil(&["-N", "--empty-password"]);
    certutil(&["-A", "-n", "offline", "-t", "C,,", "-i", file.to_str().unwrap()]);
}

impl Browser {
    pub(crate) async fn open(&self, url: &str) {
        self.0.goto(url).await.unwrap();
    }

    pub(crate) async fn address(&self) -> url::Url {
        self.0.current_url().await.unwrap()
    }

    pub(crate) async fn title(&self) -> String {
        self.0.title().await.unwrap()
    }

    pub(crate) async fn click(&self, selector: &str) {
        self.find(Locator::Css(selector)).await.click().await.unwrap();
    }

    /// In place of what is there.
    pub(crate) async fn type_in(&self, selector: &str, text: &str) {
        let field = self.find(Locator::Css(selector)).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    pub(crate) async fn text(&self, selector: &str) -> String {
        self.find(Locator::Css(selector)).await.text().await.unwrap()
    }

    /// Of a form's field.
    pub(crate) async fn value(&self, selector: &str) -> String {
        self.find(Locator::Css(selector)).await.prop("value").await.unwrap().unwrap_or_default()
    }

    pub(crate) async fn count(&self, selector: &str) -> usize {
        self.0.find_all(Locator::Css(selector)).await.unwrap().len()
    }

    /// Waits for the element of this id with exactly this text.
    pub(crate) async fn see(&self, id: &str, text: &str) {
        self.find(Locator::XPath(&format!("//*[@id='{id}'][.='{text}']"))).await;
    }

    pub(crate) async fn heading(&self, text: &str) {
        self.find(Locator::XPath(&format!("//h1[.='{text}']"))).await;
    }

    pub(crate) async fn cookie(&self, name: &str) -> Option<Cookie<'static>> {
        let cookies = self.0.get_all_cookies().await.unwrap();
        cookies.into_iter().find(|cookie| cookie.name() == name)
    }

    async fn find(&self, locator: Locator<'_>) -> Element {
        let (timeout, interval) = PATIENCE;
        match self.0.wait().at_most(timeout).every(interval).for_element(locator).await {
            Ok(element) => element,
            Err(error) => panic!("{locator:?}: {error}\n{}", self.0.source().await.unwrap()),
        }
    }
}
