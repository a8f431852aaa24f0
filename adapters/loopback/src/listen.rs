//! Taking a port on this machine, RFC 8252 section 8.3.
use msal_proto::engine::RedirectFault;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};

/// How often a free port of one family is looked for that is free in the other too.
const ATTEMPTS: usize = 64;

/// Listens at both loopback addresses, or at the one that was asked for; says at which port.
///
/// A browser may take either address for `localhost`. What answers there gets the code, so both have to be ours.
pub(crate) fn listen(port: u16, address: Option<IpAddr>) -> Result<(Vec<TcpListener>, u16), RedirectFault> {
    let fault = |error: io::Error| match error.kind() {
        ErrorKind::AddrInUse => RedirectFault::PortInUse(port),
        ErrorKind::PermissionDenied => RedirectFault::PortDenied(port),
        _ => RedirectFault::Other(error.to_string()),
    };
    if let Some(address) = address {
        return bind(address, port).map(|(listener, port)| (vec![listener], port)).map_err(fault);
    }
    let has_ipv6 = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok();
    for _ in 0..ATTEMPTS {
        let (ipv4, chosen) = bind(Ipv4Addr::LOCALHOST.into(), port).map_err(fault)?;
        if !has_ipv6 {
            return Ok((vec![ipv4], chosen));
        }
        match bind(Ipv6Addr::LOCALHOST.into(), chosen) {
            Ok((ipv6, _)) => return Ok((vec![ipv4, ipv6], chosen)),
            Err(error) if port != 0 => return Err(fault(error)),
            Err(_) => {}
        }
    }
    Err(RedirectFault::Other("no port is free at both 127.0.0.1 and ::1".into()))
}

/// The standard library lets nobody share the port: it sets `SO_REUSEADDR` on Unix alone, where that only passes over connections
/// of the past, and never `SO_REUSEPORT`. On Windows another user then cannot take the port.
fn bind(address: IpAddr, port: u16) -> io::Result<(TcpListener, u16)> {
    let listener = TcpListener::bind((address, port))?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}
