//! A browser that is none: it keeps the cookie and follows nothing by itself.
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use msal_fixture_authority::Loopback;
use msal_web_app::offline::{self, USERNAME};
use msal_web_app::{ResponseMode, router};
use std::time::SystemTime;
use tower::ServiceExt;

pub(crate) const ORIGIN: &str = "https://app.example";

/// The application, and the Entra at which everybody signs in at once.
pub(crate) struct World {
    pub(crate) entra: Loopback,
    router: Router,
}

pub(crate) fn world() -> World {
    let entra = offline::start(ORIGIN).unwrap();
    entra.authority().auto_approve(Some(USERNAME));
    let settings = offline::settings(&entra, ORIGIN.into(), "User.Read".into(), ResponseMode::Query).unwrap();
    World { router: router(settings), entra }
}

#[derive(Default)]
pub(crate) struct Visitor {
    pub(crate) cookie: Option<String>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) page: String,
}

impl Visitor {
    pub(crate) async fn get(&mut self, world: &World, path: &str) -> Answer {
        self.send(world, Request::get(path), "").await
    }

    /// From a page of this origin; a browser may tell none.
    pub(crate) async fn post(
        &mut self,
        world: &World,
        path: &str,
        origin: Option<&str>,
        form: &'static str,
    ) -> Answer {
        let mut request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        self.send(world, request, form).await
    }

    /// A click on one of our own buttons.
    pub(crate) async fn click(&mut self, world: &World, path: &str) -> Answer {
        self.post(world, path, Some(ORIGIN), "").await
    }

    /// Begins to sign in; where Entra sends the browser back to.
    pub(crate) async fn begin(&mut self, world: &World) -> String {
        let sent = self.click(world, "/sign-in").await;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let request = msal_fixture_authority::Request::get(sent.location());
        let answered = world.entra.authority().handle(now, &request);
        answered.header("location").unwrap().strip_prefix(ORIGIN).unwrap().to_owned()
    }

    pub(crate) async fn sign_in(&mut self, world: &World) {
        let callback = self.begin(world).await;
        let answer = self.get(world, &callback).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{}", answer.page);
    }

    async fn send(
        &mut self,
        world: &World,
        request: axum::http::request::Builder,
        body: &'static str,
    ) -> Answer {
        let request = self.cookie.iter().fold(request, |request, cookie| request.header("cookie", cookie));
        let response = world.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        if let Some(cookie) = parts.headers.get("set-cookie") {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            self.cookie = Some(cookie.to_owned()).filter(|cookie| !cookie.ends_with('='));
        }
        let page = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, page: String::from_utf8(page.into()).unwrap() }
    }
}

impl Answer {
    pub(crate) fn location(&self) -> &str {
        self.headers["location"].to_str().unwrap()
    }

    pub(crate) fn shows(&self, text: &str) -> bool {
        self.page.contains(text)
    }
}
