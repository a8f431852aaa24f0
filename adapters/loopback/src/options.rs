//! What a program says once for all its sign-ins.
use crate::cancel::Cancel;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;

pub(crate) type Opener = dyn Fn(&str) -> io::Result<()> + Send + Sync;
pub(crate) type AuthUriCallback = dyn Fn(&str) + Send + Sync;
pub(crate) type Action = dyn Fn() + Send + Sync;

/// How sign-ins are received; the names are those of MSAL Python's `AuthCodeReceiver`. One serves any number of sign-ins.
///
/// A template is HTML if it begins with `<`, else plain text. `$name` and `${name}` in it are replaced, in HTML escaped; `$$` is
/// a dollar sign, and names that are not known stay as they are (Python's `string.Template.safe_substitute`). Pages are served
/// with a policy that allows inline styles and data images, but no scripts, no forms and nothing from elsewhere.
#[derive(Clone, Default)]
pub struct ListenOptions {
    pub(crate) bind_address: Option<IpAddr>,
    pub(crate) welcome_template: Option<String>,
    pub(crate) success_template: Option<String>,
    pub(crate) error_template: Option<String>,
    pub(crate) opener: Option<Arc<Opener>>,
    pub(crate) auth_uri_callback: Option<Arc<AuthUriCallback>>,
    pub(crate) scheduled_actions: Vec<(u64, Arc<Action>)>,
    pub(crate) cancel: Option<Cancel>,
}

impl ListenOptions {
    /// 127.0.0.1 and ::1, pages of our own, the person's own browser.
    pub fn new() -> Self {
        Self::default()
    }

    /// Listens at this address alone, in place of 127.0.0.1 and ::1.
    ///
    /// In a container that publishes its port, `0.0.0.0` lets the browser of the machine around it reach the listener. Whoever
    /// can reach the container then can, too: publish to the loopback interface alone, and under the same number, since the
    /// redirect URI stays `http://localhost:{port}` (`docker run -p 127.0.0.1:8400:8400`, and port 8400 in the call).
    pub fn bind_address(mut self, address: impl Into<IpAddr>) -> Self {
        self.bind_address = Some(address.into());
        self
    }

    /// A page to begin with, at which the browser is opened in place of the sign-in: a template of `$auth_uri`, where the person
    /// signs in, and `$abort_uri`, where they give it up.
    pub fn welcome_template(mut self, template: impl Into<String>) -> Self {
        self.welcome_template = Some(template.into());
        self
    }

    /// The page after a code came: a template of the answer's parameters, such as `$state`. Do not show `$code`.
    pub fn success_template(mut self, template: impl Into<String>) -> Self {
        self.success_template = Some(template.into());
        self
    }

    /// The page after an error came: a template of the answer's parameters, `$error`, `$error_description`, `$error_uri`.
    pub fn error_template(mut self, template: impl Into<String>) -> Self {
        self.error_template = Some(template.into());
        self
    }

    /// Opens addresses in place of the person's own browser: a window of a GUI program that asks first, a test that plays the
    /// person. It has a thread to itself, so it may take its time; an error means that no browser was opened.
    pub fn opener(mut self, open: impl Fn(&str) -> io::Result<()> + Send + Sync + 'static) -> Self {
        self.opener = Some(Arc::new(open));
        self
    }

    /// Told the address when no browser can be opened (over SSH, in a container), so that the program can show it to the person.
    /// The wait then goes on; without this it ends as [`BrowserFault::Unsupported`](msal_proto::engine::BrowserFault).
    pub fn auth_uri_callback(mut self, tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.auth_uri_callback = Some(Arc::new(tell));
        self
    }

    /// Something to do that many seconds after the wait began, if it still lasts: to say where help is, for example. It runs in
    /// the thread that waits, so it must not take long.
    pub fn scheduled_action(mut self, seconds: u64, action: impl Fn() + Send + Sync + 'static) -> Self {
        self.scheduled_actions.push((seconds, Arc::new(action)));
        self
    }

    /// Lets this end the sign-ins that wait.
    pub fn cancel(mut self, cancel: Cancel) -> Self {
        self.cancel = Some(cancel);
        self
    }
}

impl fmt::Debug for ListenOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListenOptions")
            .field("bind_address", &self.bind_address)
            .field("welcome_template", &self.welcome_template)
            .field("success_template", &self.success_template)
            .field("error_template", &self.error_template)
            .field("has_opener", &self.opener.is_some())
            .field("has_auth_uri_callback", &self.auth_uri_callback.is_some())
            .field(
                "scheduled_actions",
                &self.scheduled_actions.iter().map(|(seconds, _)| seconds).collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}
