//! Receives the answer of an interactive sign-in on this machine, and opens the person's own browser for it (RFC 8252): MSAL
//! Python's `AuthCodeReceiver`. It serves the effects [`RedirectListen`] and [`BrowserLaunch`] of [`msal_proto`] in the native
//! adapters, and any program that signs people in by other means.
//!
//! ```
//! use msal_loopback::{AuthCodeReceiver, AuthResponseRequest, ListenOptions};
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//!
//! let receiver = AuthCodeReceiver::listen(0, &ListenOptions::new())?;
//! let port = receiver.port();
//! assert_eq!(receiver.redirect_uri(), format!("http://localhost:{port}"));
//!
//! // A browser would, when the person has signed in at the `auth_uri`; here that is left out, and a thread posts the answer.
//! let browser = std::thread::spawn(move || -> std::io::Result<String> {
//!     let form = "code=0.AXkA&state=af0ifjsldkj";
//!     let mut stream = TcpStream::connect(("127.0.0.1", port))?;
//!     write!(stream, "POST / HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: {}\r\n", form.len())?;
//!     write!(stream, "Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}")?;
//!     let mut page = String::new();
//!     stream.read_to_string(&mut page)?;
//!     Ok(page)
//! });
//!
//! let request = AuthResponseRequest::new().state("af0ifjsldkj").timeout(60);
//! let answer = receiver.get_auth_response(request)?;
//! assert_eq!(answer.expose(), "code=0.AXkA&state=af0ifjsldkj");
//! assert!(browser.join().expect("the browser ends")?.contains("You are signed in"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! In an adapter, `AuthCodeReceiver::listen(listen.port, &options)` answers the first effect, and
//! `receiver.get_auth_response(&launch)` the second.
//!
//! [`RedirectListen`]: msal_proto::engine::RedirectListen
//! [`BrowserLaunch`]: msal_proto::engine::BrowserLaunch
#![forbid(unsafe_code)]
mod answer;
mod auth_response_request;
mod browser;
mod cancel;
mod connection;
mod event_loop;
mod listen;
mod options;
mod pages;
mod receiver;
mod request;
mod template;

pub use auth_response_request::AuthResponseRequest;
pub use cancel::Cancel;
pub use msal_proto;
pub use options::ListenOptions;
pub use receiver::AuthCodeReceiver;
