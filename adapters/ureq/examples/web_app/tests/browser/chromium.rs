//! Headless Chromium with a home of its own, in which it trusts a CA made for the test.
use std::convert::Infallible;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use thirtyfour::prelude::*;

/// How long something is waited for, and how often it is looked for.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(20), Duration::from_millis(50));

/// A page of a browser. What is not there yet is waited for.
#[derive(Clone)]
pub(crate) struct Browser(WebDriver);

/// Drives a browser of its own, and ends it whatever becomes of the test.
pub(crate) async fn in_browser(ca_pem: &str, test: impl AsyncFnOnce(Browser)) {
    let chromedriver = Chromedriver::start(ca_pem);
    let mut capabilities = DesiredCapabilities::chrome();
    // Root, as a container runs it, has no sandbox, and a container little shared memory.
    for argument in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"] {
        capabilities.add_arg(argument).unwrap();
    }
    let driver = WebDriver::new(&chromedriver.address, capabilities).await.unwrap();
    let tested = driver.run_and_quit(async |driver| {
        test(Browser(driver)).await;
        Ok::<_, Infallible>(())
    });
    tested.await.unwrap();
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
    /// On a free port, which it tells.
    fn start(ca_pem: &str) -> Self {
        let home = TempDir::new().unwrap();
        trust(home.path(), ca_pem);
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .env("HOME", home.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let port = stdout.by_ref().lines().find_map(|line| {
            let line = line.unwrap();
            line.strip_prefix("ChromeDriver was started successfully on port ")?
                .strip_suffix('.')
                .map(str::to_owned)
        });
        Self { child, address: format!("http://127.0.0.1:{}", port.unwrap()), _stdout: stdout, _home: home }
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

    async fn find_by(&self, by: By) -> WebElement {
        let (timeout, interval) = PATIENCE;
        match self.0.query(by).wait(timeout, interval).first().await {
            Ok(element) => element,
            Err(error) => panic!("{error}\n{}", self.0.source().await.unwrap()),
        }
    }

    /// The first element of a CSS selector, once it is there.
    async fn find(&self, selector: &str) -> WebElement {
        self.find_by(By::Css(selector)).await
    }

    pub(crate) async fn click(&self, selector: &str) {
        self.find(selector).await.click().await.unwrap();
    }

    /// In place of what is there.
    pub(crate) async fn type_in(&self, selector: &str, text: &str) {
        let field = self.find(selector).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    pub(crate) async fn text(&self, selector: &str) -> String {
        self.find(selector).await.text().await.unwrap()
    }

    /// Of a form's field.
    pub(crate) async fn value(&self, selector: &str) -> String {
        self.find(selector).await.value().await.unwrap().unwrap_or_default()
    }

    pub(crate) async fn title(&self) -> String {
        self.0.title().await.unwrap()
    }

    pub(crate) async fn count(&self, selector: &str) -> usize {
        self.0.find_all(By::Css(selector)).await.unwrap().len()
    }

    /// Waits for the element of this id with exactly this text.
    pub(crate) async fn see(&self, id: &str, text: &str) {
        self.find_by(By::XPath(format!("//*[@id='{id}'][.='{text}']"))).await;
    }

    pub(crate) async fn heading(&self, text: &str) {
        self.find_by(By::XPath(format!("//h1[.='{text}']"))).await;
    }

    pub(crate) async fn cookie(&self, name: &str) -> Option<Cookie> {
        let cookies = self.0.get_all_cookies().await.unwrap();
        cookies.into_iter().find(|cookie| cookie.name == name)
    }
}
