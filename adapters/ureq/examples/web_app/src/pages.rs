//! What people see. `html!` escapes every text that is put in.
use crate::msal_proto::AuthenticationResult;
use crate::visit::Person;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use maud::{DOCTYPE, Markup, html};

pub(crate) async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css"))
}

/// For whoever is signed in, or nobody.
pub(crate) fn home(person: Option<&Person>) -> Markup {
    let Some(Person { account, name }) = person else {
        return page(
            "Web application",
            &html! {
                p #signed-out { "You are not signed in." }
                (button("/sign-in", "sign-in", "Sign in"))
            },
        );
    };
    page(
        "Web application",
        &html! {
            p { "You are signed in as " strong #name { (name) } "." }
            dl {
                dt { "User name" } dd #username { (account.username.as_deref().unwrap_or("(none)")) }
                dt { "Account" } dd { (account.home_account_id) }
            }
            (token_forms())
            (button("/sign-out", "sign-out", "Sign out"))
        },
    )
}

/// What was got: the token itself is nobody's to see.
pub(crate) fn token(result: &AuthenticationResult) -> Markup {
    page(
        "Token",
        &html! {
            dl {
                dt { "Scopes" } dd #scopes { (result.scope.as_str()) }
                dt { "Good for" } dd { span #seconds { (result.expires_in) } " seconds" }
                dt { "From" } dd #source { (result.token_source.as_str()) }
                @for warning in &result.warnings { dt { "Warning" } dd .warning { (warning) } }
            }
            (token_forms())
            (home_link())
        },
    )
}

/// The service wants to see the person.
pub(crate) fn sign_in_needed(reason: &str) -> Markup {
    page(
        "Sign in again",
        &html! {
            (error(reason))
            (button("/sign-in", "sign-in", "Sign in again"))
            (home_link())
        },
    )
}

pub(crate) fn failure(reason: &str) -> Markup {
    page("That did not work", &html! { (error(reason)) (home_link()) })
}

fn error(reason: &str) -> Markup {
    html! { p #error role="alert" { (reason) } }
}

fn home_link() -> Markup {
    html! { p { a #home href="/" { "Home" } } }
}

fn token_forms() -> Markup {
    html! {
        (button("/token", "call", "Get a token"))
        form method="post" action="/token" {
            button #refresh name="force_refresh" value="yes" { "Get a new token" }
        }
    }
}

/// What changes something is posted.
fn button(action: &str, id: &str, text: &str) -> Markup {
    html! { form method="post" action=(action) { button id=(id) { (text) } } }
}

fn page(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href="/style.css";
            }
            body { h1 { (title) } (content) }
        }
    }
}
