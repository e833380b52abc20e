//! Bearer tokens: 256 random bits, kept as their SHA-256, compared in constant time, with scopes and budgets.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::denied::Denied;

/// All tokens of a server; none means that everybody may do everything.
#[derive(Debug)]
pub struct Tokens {
    entries: Vec<Entry>,
    purses: Mutex<Vec<Purse>>,
}

/// One token as the file holds it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Who has it; for people.
    #[allow(dead_code, reason = "read by those who read the file")]
    name: String,
    /// 64 hexadecimal digits.
    #[serde(deserialize_with = "hash")]
    sha256: [u8; 32],
    /// What it may do.
    scopes: Vec<Scope>,
    /// Cost units an hour; the purse holds an hour's worth.
    cost_units_per_hour: u64,
}

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Ask for latents, cancel, and see capabilities.
    Generate,
    /// Read `/metrics`.
    Metrics,
}

/// Who asks: the position of the token in the file. Never a name, never the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Owner(pub(crate) usize);

/// Cost units left, filling up again with time.
#[derive(Debug, Clone, Copy)]
struct Purse {
    units: f64,
    at: Instant,
}

/// What is wrong with a file of tokens.
#[derive(Debug, thiserror::Error)]
pub enum TokensError {
    /// Not TOML, or a key that is unknown, missing or of another type.
    #[error(
        "tokens: expected [[token]] tables with name, sha256, scopes and cost_units_per_hour, found something else"
    )]
    Parse,
    /// An empty file would let nobody in, or, read wrongly, everybody.
    #[error("tokens: expected at least one, found none")]
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    token: Vec<Entry>,
}

impl Tokens {
    /// No tokens: for loopback.
    pub fn open() -> Self {
        Self { entries: Vec::new(), purses: Mutex::default() }
    }

    /// Parses the file's text. Purses start full.
    pub fn parse(text: &str, now: Instant) -> Result<Self, TokensError> {
        // The parser's own error would quote the file.
        let file: File = toml::from_str(text).map_err(|_| TokensError::Parse)?;
        if file.token.is_empty() {
            return Err(TokensError::None);
        }
        let purse = |entry: &Entry| Purse { units: entry.cost_units_per_hour as f64, at: now };
        let purses = Mutex::new(file.token.iter().map(purse).collect());
        Ok(Self { entries: file.token, purses })
    }

    /// How many there are.
    pub fn n_tokens(&self) -> usize {
        self.entries.len()
    }

    /// Who presents `authorization`, if it may do what `scope` says.
    pub fn identify(&self, authorization: Option<&str>, scope: Scope) -> Result<Owner, Denied> {
        if self.entries.is_empty() {
            return Ok(Owner(0));
        }
        let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
        let presented: [u8; 32] = Sha256::digest(token.unwrap_or_default()).into();
        // Every entry is compared whole: the time says neither whether nor where one matched.
        let mut found = None;
        for (idx, entry) in self.entries.iter().enumerate() {
            if bool::from(entry.sha256.ct_eq(&presented)) {
                found = Some(idx);
            }
        }
        let owner = found.ok_or_else(Denied::unauthenticated)?;
        match self.entries[owner].scopes.contains(&scope) {
            true => Ok(Owner(owner)),
            false => Err(Denied::forbidden(scope.name())),
        }
    }

    /// Takes `cost_units` from the purse, or says when there will be enough.
    pub fn charge(&self, owner: Owner, cost_units: u64, now: Instant) -> Result<(), Denied> {
        let Some(entry) = self.entries.get(owner.0) else { return Ok(()) };
        let per_second = entry.cost_units_per_hour as f64 / 3600.0;
        if cost_units > entry.cost_units_per_hour {
            return Err(Denied::too_costly(entry.cost_units_per_hour, cost_units));
        }
        let mut purses = self.purses.lock().unwrap_or_else(PoisonError::into_inner);
        let purse = &mut purses[owner.0];
        let filled = purse.units + now.duration_since(purse.at).as_secs_f64() * per_second;
        *purse = Purse { units: filled.min(entry.cost_units_per_hour as f64), at: now };
        let missing = cost_units as f64 - purse.units;
        if missing > 0.0 {
            return Err(Denied::over_budget(Duration::from_secs_f64(missing / per_second)));
        }
        purse.units -= cost_units as f64;
        Ok(())
    }

    /// Gives back what a job that never ran had cost.
    pub fn refund(&self, owner: Owner, cost_units: u64) {
        let Some(entry) = self.entries.get(owner.0) else { return };
        let mut purses = self.purses.lock().unwrap_or_else(PoisonError::into_inner);
        let purse = &mut purses[owner.0];
        purse.units = (purse.units + cost_units as f64).min(entry.cost_units_per_hour as f64);
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Scope {
    fn name(self) -> &'static str {
        match self {
            Self::Generate => "generate",
            Self::Metrics => "metrics",
        }
    }
}

/// A fresh token and the table that goes into the file of tokens. `random` comes from the operating system.
pub fn make(name: &str, cost_units_per_hour: u64, random: [u8; 32]) -> (Zeroizing<String>, String) {
    let random = Zeroizing::new(random);
    let token = Zeroizing::new(format!("obclip_{}", hex(random.as_slice())));
    let sha256 = hex(&Sha256::digest(token.as_bytes()));
    let name = toml::Value::String(name.to_owned());
    let table = format!(
        "[[token]]\nname = {name}\nsha256 = \"{sha256}\"\nscopes = [\"generate\"]\ncost_units_per_hour = {cost_units_per_hour}\n"
    );
    (token, table)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hash<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = || serde::de::Error::custom("expected 64 hexadecimal digits");
    // A sign is a digit to the parser of numbers.
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    let mut bytes = [0; 32];
    for (idx, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * idx..2 * idx + 2], 16).map_err(|_| wrong())?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two(now: Instant) -> (Tokens, [String; 2]) {
        let (first, first_table) = make("first \"quoted\"", 3600, [1; 32]);
        let (second, second_table) = make("second", 3600, [2; 32]);
        let second_table = second_table.replace("generate", "metrics");
        let tokens = Tokens::parse(&(first_table + &second_table), now).expect("our own file");
        (tokens, [first, second].map(|token| format!("Bearer {}", *token)))
    }

    fn code(result: Result<impl Sized, Denied>) -> Option<String> {
        result.err().map(|denied| denied.refusal.code)
    }

    #[test]
    fn tokens_are_known_by_their_hash_and_limited_by_their_scopes() {
        let (tokens, [first, second]) = two(Instant::now());
        assert_eq!(tokens.identify(Some(&first), Scope::Generate), Ok(Owner(0)));
        assert_eq!(tokens.identify(Some(&second), Scope::Metrics), Ok(Owner(1)));
        let forbidden = Some("forbidden".to_owned());
        assert_eq!(code(tokens.identify(Some(&second), Scope::Generate)), forbidden);
        let longer = format!("{first}0");
        for wrong in [None, Some(""), Some("Bearer "), Some(&first[7..]), Some(&longer[..])] {
            let unauthenticated = Some("unauthenticated".to_owned());
            assert_eq!(code(tokens.identify(wrong, Scope::Generate)), unauthenticated);
        }
    }

    #[test]
    fn the_file_holds_no_token() {
        let (token, table) = make("name", 1, [7; 32]);
        assert_eq!(token.len(), "obclip_".len() + 64, "256 bits");
        assert!(!table.contains(&token[7..]));
    }

    #[test]
    fn a_purse_empties_fills_with_time_and_never_overflows() {
        let now = Instant::now();
        let (tokens, _) = two(now);
        assert!(tokens.charge(Owner(0), 3000, now).is_ok());
        let denied = tokens.charge(Owner(0), 1000, now).expect_err("600 are left");
        assert_eq!(denied.refusal.code, "over-budget");
        assert_eq!(denied.retry_after_seconds(), Some(400), "one unit a second");
        assert!(tokens.charge(Owner(1), 1000, now).is_ok(), "the other purse is full");
        let later = now + Duration::from_secs(400);
        assert!(tokens.charge(Owner(0), 1000, later).is_ok());
        tokens.refund(Owner(0), 1000);
        assert!(tokens.charge(Owner(0), 1000, later).is_ok());
        let much_later = now + Duration::from_secs(1 << 20);
        assert!(tokens.charge(Owner(0), 3600, much_later).is_ok());
        assert_eq!(code(tokens.charge(Owner(0), 1, much_later)), Some("over-budget".to_owned()));
        assert_eq!(code(tokens.charge(Owner(0), 3601, now)), Some("cost-exceeded".to_owned()));
    }

    #[test]
    fn broken_files_are_refused_without_quoting_them() {
        for broken in [
            "x",
            "[[token]]\nname = 'secretname'",
            "token = []",
            "[[token]]\nname='n'\nsha256='12'\nscopes=[]\ncost_units_per_hour=1",
        ] {
            let error = Tokens::parse(broken, Instant::now()).expect_err(broken).to_string();
            assert!(!error.contains("secretname"), "{error}");
        }
    }
}
