//! The token cache through its public API. Names begin with the row of the threat catalogue that a test holds, where
//! there is one.
mod binding;
mod content;
mod extended_key;
mod identity;
mod json;
mod lookup;
mod model;
mod oracle;
mod peers;
mod support;
mod time;
mod token_event;
mod values;
