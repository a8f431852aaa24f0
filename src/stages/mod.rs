//! The child machines that flows share. Each is a field of its parent's state.
mod authenticate;
mod discovery;
mod exchange;
mod store;

pub(crate) use discovery::Discovery;
pub(crate) use exchange::{Exchange, Grant};
pub(crate) use store::Store;
