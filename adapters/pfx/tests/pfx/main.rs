//! PFX files as OpenSSL writes them (`tests/files/make.sh`), and what is made of them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]
mod assertion;
mod certificates;
mod formats;
mod hostile;
mod refused;

const PASSPHRASE: &str = "the passphrase, or an empty text";

/// A file of `tests/files`.
macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!("../files/", $name)).as_slice()
    };
}
use file;

/// What is in a PEM file.
fn der(pem: &[u8]) -> Vec<u8> {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let text = str::from_utf8(pem).unwrap();
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    BASE64_STANDARD.decode(body).unwrap()
}

fn key() -> Vec<u8> {
    der(file!("leaf.key.pem"))
}

fn leaf() -> Vec<u8> {
    der(file!("leaf.pem"))
}
