//! A client that says what it likes.
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// Longer than anything here takes; only so that a test ends.
const PATIENCE: Duration = Duration::from_secs(20);

/// One connection.
#[derive(Debug)]
pub struct Client(TcpStream);

impl Client {
    /// Connects over IPv4.
    pub fn connect(port: u16) -> io::Result<Self> {
        Self::connect_to("127.0.0.1", port)
    }

    /// Connects to this address.
    pub fn connect_to(address: &str, port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect((address, port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self(stream))
    }

    /// Says this.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    /// Says that nothing more comes.
    pub fn end(&self) -> io::Result<()> {
        self.0.shutdown(Shutdown::Write)
    }

    /// All that comes back until the other side ends it. A reset ends it too, since it is no answer.
    pub fn response(&mut self) -> io::Result<String> {
        let mut bytes = Vec::new();
        match self.0.read_to_end(&mut bytes) {
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
            result => drop(result?),
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Says this in a connection of its own; what comes back.
    pub fn exchange(port: u16, bytes: &[u8]) -> io::Result<String> {
        let mut client = Self::connect(port)?;
        client.send(bytes)?;
        client.response()
    }
}

/// What a browser posts to the redirect URI.
pub fn form_post(port: u16, form: &str) -> Vec<u8> {
    post(port, "", form)
}

/// The same with more headers, each ended by CR LF.
pub fn post(port: u16, headers: &str, form: &str) -> Vec<u8> {
    format!(
        "POST / HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n{headers}\r\n{form}",
        form.len()
    )
    .into_bytes()
}
