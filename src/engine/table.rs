//! The whole contract with the outside, one row an effect: what is asked, and what comes back.
//!
//! `effect`, `step` and `drive` each hand this table a macro that makes of the rows what that file is
//! about. A new effect is a row here, a struct in `operation`, and a line in `Effect`'s `Display`. A host
//! must do what is `required`; whether it does the `optional` is its choice.

macro_rules! effect_table {
    ($generate:ident) => {
        $generate! {
            /// Send this request; follow no redirects. Whatever status comes back is an answer, not a fault.
            required HttpRequest, http_request => Result<HttpResponse, HttpFault>;
            /// Answer this query from the token cache.
            optional CacheRead, cache_read => Result<CacheEntries, CacheFault>;
            /// Apply this change to the token cache, wholly or not at all.
            optional CacheWrite, cache_write => Result<(), CacheFault>;
            /// Make a client assertion for this request (RFC 7523 section 2.2), bound to a certificate if that is asked for.
            optional ClientAssertion, client_assertion => Result<ClientSignedAssertion, AssertionFault>;
            /// Get ready to receive an answer at a redirect URI, and say which.
            optional RedirectListen, redirect_listen => Result<String, RedirectFault>;
            /// Open an address in the person's browser, and bring back what reached the redirect URI as it came: the posted
            /// form, the query with its question mark, or the whole URL.
            optional BrowserLaunch, browser_launch => Result<Secret, BrowserFault>;
            /// Show a person what to enter on another device.
            optional UserPrompt, user_prompt => ();
            /// Come back at this time.
            optional Wait, wait => ();
        }
    };
}
pub(super) use effect_table;
