//! A token for somebody who has signed in, without troubling them.
mod account;
mod cache;
mod family;
mod refresh;
mod refused;
