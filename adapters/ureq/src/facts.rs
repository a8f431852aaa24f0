//! What the flows may know of this machine.
use msal_proto::engine::HostFacts;

/// Looks up this process's environment and platform, once.
pub fn host_facts() -> HostFacts {
    HostFacts::new(std::env::consts::OS, |name| std::env::var(name).ok())
}
