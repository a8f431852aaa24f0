//! The port and its addresses.
use crate::support::{good, request, sign_in, sign_in_with, status};
use msal_hostile::{Client, form_post};
use msal_loopback::msal_proto::engine::RedirectFault;
use msal_loopback::{AuthCodeReceiver, ListenOptions};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, UdpSocket};

fn has_ipv6() -> bool {
    TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

/// The address that this machine has in its network, if it is in one. Nothing is sent.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(("192.0.2.1", 9)).ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|address| !address.is_loopback())
}

#[test]
fn lpb_01_other_machines_do_not_reach_it() {
    let sign_in = sign_in();
    if let Some(address) = own_address() {
        Client::connect_to(&address.to_string(), sign_in.port).unwrap_err();
        let everywhere = ListenOptions::new().bind_address(Ipv4Addr::UNSPECIFIED);
        let reachable = sign_in_with(&everywhere, request());
        Client::connect_to(&address.to_string(), reachable.port).expect("the test can tell the difference");
        reachable.succeed();
    }
    sign_in.succeed();
}

/// With an address of its own it may be called by that, and is nowhere else.
#[cfg(target_os = "linux")]
#[test]
fn lpb_01_a_bind_address_is_taken_at_its_word() {
    let options = ListenOptions::new().bind_address(Ipv4Addr::new(127, 0, 0, 2));
    let sign_in = sign_in_with(&options, request());
    Client::connect(sign_in.port).unwrap_err();
    let mut client = Client::connect_to("127.0.0.2", sign_in.port).unwrap();
    let post = String::from_utf8(form_post(sign_in.port, &good())).unwrap();
    client.send(post.replace("Host: localhost", "Host: 127.0.0.2").as_bytes()).unwrap();
    assert_eq!(status(&client.response().unwrap()), 200);
    drop(client);
    assert_eq!(sign_in.end(), Ok(good()));
}

#[test]
fn lpb_14_a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = AuthCodeReceiver::listen(port, &ListenOptions::new()).unwrap_err();
    assert_eq!(error, RedirectFault::PortInUse(port));
    assert!(error.to_string().contains("port 0"), "{error}");
    if has_ipv6() {
        let taken = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = AuthCodeReceiver::listen(port, &ListenOptions::new()).unwrap_err();
        assert_eq!(error, RedirectFault::PortInUse(port), "who is at ::1 would get the code");
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("nothing is held after the error");
    }
}

#[test]
fn lpb_14_a_port_that_the_system_reserves_is_named() {
    match AuthCodeReceiver::listen(1, &ListenOptions::new()) {
        Ok(receiver) => assert_eq!(receiver.port(), 1),
        Err(error) => {
            assert!(matches!(error, RedirectFault::PortDenied(1) | RedirectFault::PortInUse(1)), "{error}")
        }
    }
}

#[test]
fn lpb_14_an_address_of_another_machine_is_refused() {
    let options = ListenOptions::new().bind_address(Ipv4Addr::new(192, 0, 2, 1));
    let error = AuthCodeReceiver::listen(0, &options).unwrap_err();
    assert!(matches!(error, RedirectFault::Other(_)), "{error}");
}

#[test]
fn lpb_14_a_free_port_is_known_before_the_sign_in() {
    let receiver = AuthCodeReceiver::listen(0, &ListenOptions::new()).unwrap();
    assert_ne!(receiver.port(), 0);
    assert_eq!(receiver.redirect_uri(), format!("http://localhost:{}", receiver.port()));
}

#[test]
fn lpb_15_nobody_shares_the_port() {
    let receiver = AuthCodeReceiver::listen(0, &ListenOptions::new()).unwrap();
    let port = receiver.port();
    let error = AuthCodeReceiver::listen(port, &ListenOptions::new()).unwrap_err();
    assert_eq!(error, RedirectFault::PortInUse(port));
    // BSDs let the unspecified address be taken beside, where it gets nothing of ours.
    if cfg!(target_os = "linux") {
        TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).unwrap_err();
    }
    drop(receiver);
    assert_eq!(AuthCodeReceiver::listen(port, &ListenOptions::new()).unwrap().port(), port);
}

#[test]
fn a_port_can_be_taken_again_at_once_after_a_sign_in() {
    let sign_in = sign_in();
    let port = sign_in.port;
    sign_in.succeed();
    assert_eq!(AuthCodeReceiver::listen(port, &ListenOptions::new()).unwrap().port(), port);
}

#[test]
fn lpb_20_both_families_listen_at_one_port() {
    let addresses: &[_] = match has_ipv6() {
        true => {
            &[("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "LOCALHOST"), ("::1", "localhost"), ("::1", "[::1]")]
        }
        false => &[("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "LOCALHOST")],
    };
    for (address, name) in addresses {
        let sign_in = sign_in();
        let mut client = Client::connect_to(address, sign_in.port).unwrap();
        let post = String::from_utf8(form_post(sign_in.port, &good())).unwrap();
        client.send(post.replace("Host: localhost", &format!("Host: {name}")).as_bytes()).unwrap();
        assert_eq!(status(&client.response().unwrap()), 200, "{address} {name}");
        drop(client);
        assert_eq!(sign_in.end(), Ok(good()));
    }
}
