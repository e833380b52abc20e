//! Where the cloud is, as the user says it.

use std::net::IpAddr;

/// `https://host[:port]`, or `http://` to this machine itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Name or number of the machine.
    pub host: String,
    /// Its port; 443 if none is said.
    pub port: u16,
    /// Whether TLS protects the way. Always, but on this machine.
    pub tls: bool,
}

/// `socks5h://host:port`: the proxy resolves the cloud's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Name or number of the proxy.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// What is wrong with an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Neither form.
    #[error("cloud: expected https://host:port, found something else")]
    Cloud,
    /// Plain HTTP to another machine.
    #[error("cloud: expected https:// for another machine than this one, found http://")]
    Plain,
    /// No SOCKS proxy.
    #[error("proxy: expected socks5h://host:port, found something else")]
    Proxy,
}

impl std::str::FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (tls, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err(AddressError::Cloud),
        };
        let default = if tls { 443 } else { 80 };
        let (host, port) =
            host_port(rest.trim_end_matches('/'), Some(default)).ok_or(AddressError::Cloud)?;
        if !tls && !is_loopback(&host) {
            return Err(AddressError::Plain);
        }
        Ok(Self { host, port, tls })
    }
}

impl std::str::FromStr for Proxy {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let rest = text.strip_prefix("socks5h://").ok_or(AddressError::Proxy)?;
        let (host, port) =
            host_port(rest.trim_end_matches('/'), None).ok_or(AddressError::Proxy)?;
        Ok(Self { host, port })
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority())
    }
}

impl Address {
    /// `host:port`, as pins and the authority of requests name it.
    pub fn authority(&self) -> String {
        match self.host.contains(':') {
            true => format!("[{}]:{}", self.host, self.port),
            false => format!("{}:{}", self.host, self.port),
        }
    }
}

/// A name is loopback only if it is `localhost`: other names may resolve to anything.
fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn host_port(text: &str, default: Option<u16>) -> Option<(String, u16)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, after.strip_prefix(':').or(after.is_empty().then_some("")))
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, Some("")),
        },
    };
    let port = match port? {
        "" if !text.ends_with(':') => default?,
        digits => digits.parse().ok()?,
    };
    let known = |c: char| c.is_ascii_alphanumeric() || "-._:".contains(c);
    (!host.is_empty() && host.chars().all(known)).then(|| (host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_parse() {
        let parse = |text: &str| text.parse::<Address>().expect("an address").to_string();
        assert_eq!(parse("https://cloud.example"), "https://cloud.example:443");
        assert_eq!(parse("https://cloud.example:8443/"), "https://cloud.example:8443");
        assert_eq!(parse("https://[::1]:8443"), "https://[::1]:8443");
        assert_eq!(parse("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(parse("http://localhost"), "http://localhost:80");
        let proxy: Proxy = "socks5h://127.0.0.1:9050".parse().expect("a proxy");
        assert_eq!(proxy, Proxy { host: "127.0.0.1".to_owned(), port: 9050 });
    }

    #[test]
    fn what_would_travel_in_the_clear_or_leak_a_name_is_refused() {
        let address = |text: &str| text.parse::<Address>();
        assert_eq!(address("http://cloud.example:80"), Err(AddressError::Plain));
        assert_eq!(address("http://localhost.example"), Err(AddressError::Plain));
        for wrong in [
            "",
            "cloud",
            "ftp://x",
            "https://",
            "https://a b",
            "https://a/path",
            "https://a:",
            "https://a:70000",
            "https://u@h",
            "https://[x]:1",
        ] {
            assert_eq!(address(wrong), Err(AddressError::Cloud), "{wrong}");
        }
        // socks5:// without h would resolve the cloud's name outside the proxy.
        for wrong in ["socks5://127.0.0.1:9050", "socks5h://127.0.0.1", "http://127.0.0.1:1"] {
            assert_eq!(wrong.parse::<Proxy>(), Err(AddressError::Proxy), "{wrong}");
        }
    }
}
