//! Holds msal-proto against MSAL Python: language-neutral scenarios are driven through the library, and what it did is
//! compared with recorded transcripts.
//!
//! [`scenario`] is the input, [`world`] the scripted world that the library runs in, [`driver`] the only part that
//! calls it, [`transcript`] what came out, [`compare`] the rules of comparison.

pub mod assertion;
pub mod by_type;
pub mod compare;
pub mod driver;
pub mod fixtures;
pub mod json;
pub mod normalise;
pub mod replacement;
pub mod run;
pub mod scenario;
pub mod transcript;
pub mod world;
