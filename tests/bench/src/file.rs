//! W3: reading and writing the cache file of 10,000 users.
use crate::Failure;
use crate::inputs::Inputs;
use crate::stop_watch::{Case, Unit};
use msal_proto::TokenCache;
use std::hint::black_box;

pub(crate) fn read_and_write(inputs: &Inputs) -> Result<(), Failure> {
    let text = inputs.read("generated/user_cache_10000.json")?;
    let mut cache = TokenCache::new();
    Case::new("W3", "deserialize", Unit::MegabytesASecond(text.len()))
        .measure(|_| Ok(black_box(&mut cache).deserialize(&text)?))?;
    let length = cache.serialize().len();
    Case::new("W3", "serialize", Unit::MegabytesASecond(length)).measure(|_| {
        black_box(cache.serialize());
        Ok(())
    })
}
