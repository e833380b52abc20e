//! The user's configuration file: defaults that are fixed before a prompt is read. Flags override it.
//!
//! `$XDG_CONFIG_HOME/obclip/config.toml`, or `~/.config/obclip/config.toml`. A commented sample is in
//! `docs/config.toml`; a test reads it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context;
use obclip_protocol::{Catalogue, Policy};
use serde::Deserialize;

use crate::cli::CoverArg;

/// Unknown keys are refused, so that a misspelt policy does not look like protection.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Which attributes of a person the cloud expands.
    pub(crate) cover: Option<CoverArg>,
    /// The most members a class may have.
    pub(crate) cap: Option<u32>,
    /// What happens to the words of an axis, by its name in the catalogue.
    #[serde(default)]
    pub(crate) policy: BTreeMap<String, AxisPolicy>,
}

/// What a user may choose for an axis. To let its words travel as written is not among it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AxisPolicy {
    /// The cloud computes every value.
    Expand,
    /// Never on the wire; the device restores it.
    Neutralise,
}

impl Config {
    /// Reads the file of this environment; one that is not there is empty.
    pub(crate) fn of_user(variable: impl Fn(&str) -> Option<OsString>) -> anyhow::Result<Self> {
        match path(variable) {
            Some(path) if path.exists() => Self::read(&path),
            _ => Ok(Self::default()),
        }
    }

    fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the configuration {}", path.display()))?;
        Self::parse(&text).with_context(|| format!("in the configuration {}", path.display()))
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let config: Self = toml::from_str(text)?;
        config.catalogue(Catalogue::v1())?;
        if let Some(cap) = config.cap
            && !(1..=MOST_CAP).contains(&cap)
        {
            anyhow::bail!("cap: expected 1 to {MOST_CAP}, found {cap}");
        }
        Ok(config)
    }

    /// The catalogue with the user's policies.
    pub(crate) fn catalogue(&self, mut catalogue: Catalogue) -> anyhow::Result<Catalogue> {
        for (name, policy) in &self.policy {
            let Some(axis_idx) = catalogue.axis_idx(name) else {
                let names: Vec<&str> =
                    catalogue.axes().iter().map(|axis| axis.name.as_str()).collect();
                anyhow::bail!("policy: expected one of {}, found {name}", names.join(", "));
            };
            if *policy == AxisPolicy::Expand && catalogue.axes()[axis_idx].policy != Policy::Expand
            {
                anyhow::bail!("policy: the published catalogue does not expand {name}");
            }
            if *policy == AxisPolicy::Neutralise {
                catalogue = catalogue.with_policy(axis_idx, Policy::Neutralise);
            }
        }
        Ok(catalogue)
    }
}

fn path(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    // The XDG specification: a relative path is invalid and ignored.
    let folder = variable("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || Some(PathBuf::from(variable("HOME")?).join(".config"));
    Some(folder.or_else(home)?.join("obclip").join("config.toml"))
}

/// What a cloud accepts by default.
pub(crate) const MOST_CAP: u32 = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_read_and_says_the_defaults() {
        let sample = include_str!("../../../docs/config.toml");
        let sample = Config::parse(sample).unwrap();
        assert_eq!(sample.cover, Some(CoverArg::Mentioned));
        assert_eq!(sample.cap, Some(MOST_CAP));
        assert_eq!(sample.catalogue(Catalogue::v1()).unwrap(), Catalogue::v1());
        assert_eq!(Config::parse("").unwrap(), Config::default());
    }

    #[test]
    fn what_is_not_known_is_refused_with_what_was_expected() {
        for (text, expected) in [
            ("covers = \"person\"", "unknown field `covers`"),
            ("cover = \"all\"", "mentioned"),
            ("cap = 0", "cap: expected 1 to 32, found 0"),
            ("cap = 33", "cap: expected 1 to 32, found 33"),
            ("[policy]\nethnicty = \"neutralise\"", "expected one of age, ethnicity, gender"),
            ("[policy]\nage = \"keep\"", "expand"),
            ("[policy", "policy"),
        ] {
            let error = format!("{:#}", Config::parse(text).unwrap_err());
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn the_file_lies_where_xdg_says() {
        let of = |xdg: Option<&str>, home: Option<&str>| {
            path(|name| match name {
                "XDG_CONFIG_HOME" => xdg.map(OsString::from),
                "HOME" => home.map(OsString::from),
                _ => None,
            })
        };
        assert_eq!(of(Some("/x"), Some("/h")), Some("/x/obclip/config.toml".into()));
        assert_eq!(of(Some("x"), Some("/h")), Some("/h/.config/obclip/config.toml".into()));
        assert_eq!(of(None, Some("/h")), Some("/h/.config/obclip/config.toml".into()));
        assert_eq!(of(None, None), None);
    }
}
