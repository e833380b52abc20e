//! The user's configuration file: defaults that are fixed before a prompt is read. Flags override it.
//!
//! `$XDG_CONFIG_HOME/obclip/config.toml`, or `~/.config/obclip/config.toml`. A commented sample is in
//! `docs/config.toml`; a test reads it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context;
use obclip_device::{Own, can_be_kept};
use obclip_protocol::{Catalogue, Policy};
use serde::Deserialize;

use crate::cli::CoverArg;
use crate::own::Folder;

/// Unknown keys are refused, so that a misspelt policy does not look like protection.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Which attributes of a person the cloud expands.
    pub(crate) cover: Option<CoverArg>,
    /// The most members a class may have.
    pub(crate) cap: Option<u32>,
    /// What happens to the words of an axis, by its name in the catalogue.
    #[serde(default)]
    pub(crate) policy: BTreeMap<String, AxisPolicy>,
    /// The words and axes that lie beside the file.
    #[serde(skip)]
    pub(crate) own: Own,
}

/// What a user may choose for an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AxisPolicy {
    /// The cloud computes every value.
    Expand,
    /// Never on the wire; the device restores it.
    Neutralise,
    /// Its words travel as written.
    Keep,
}

impl Config {
    /// Reads the file of this environment; one that is not there is empty.
    pub(crate) fn of_user(variable: impl Fn(&str) -> Option<OsString>) -> anyhow::Result<Self> {
        let Some(folder) = folder(variable) else { return Ok(Self::default()) };
        let path = folder.join("config.toml");
        let config = if path.exists() { Self::read(&path)? } else { Self::default() };
        Ok(Self { own: Folder(folder).own()?, ..config })
    }

    fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the configuration {}", path.display()))?;
        Self::parse(&text).with_context(|| format!("in the configuration {}", path.display()))
    }

    /// Parses and checks the file's text.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
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
            let policy = match policy {
                AxisPolicy::Expand if catalogue.axes()[axis_idx].policy != Policy::Expand => {
                    anyhow::bail!("policy: the published catalogue does not expand {name}");
                }
                AxisPolicy::Keep if !can_be_kept(name) => anyhow::bail!(
                    "policy: {name} cannot be kept: its words name a person or state age, ethnicity or gender"
                ),
                AxisPolicy::Expand => Policy::Expand,
                AxisPolicy::Neutralise => Policy::Neutralise,
                AxisPolicy::Keep => Policy::Keep,
            };
            catalogue = catalogue.with_policy(axis_idx, policy);
        }
        Ok(catalogue)
    }
}

/// Where the user's files lie, for a command that writes one.
pub(crate) fn config_folder() -> anyhow::Result<Folder> {
    let folder = folder(|name| std::env::var_os(name));
    folder.map(Folder).context("expected XDG_CONFIG_HOME or HOME to be set, found neither")
}

fn folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    // The XDG specification: a relative path is invalid and ignored.
    let folder = variable("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || Some(PathBuf::from(variable("HOME")?).join(".config"));
    Some(folder.or_else(home)?.join("obclip"))
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
            ("[policy]\nage = \"keep\"", "age cannot be kept"),
            ("[policy]\nname = \"keep\"", "name cannot be kept"),
            ("[policy]\nreligion = \"expand\"", "does not expand religion"),
            ("[policy]\nreligion = \"travel\"", "keep"),
            ("[policy", "policy"),
        ] {
            let error = format!("{:#}", Config::parse(text).unwrap_err());
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn the_file_lies_where_xdg_says() {
        let of = |xdg: Option<&str>, home: Option<&str>| {
            folder(|name| match name {
                "XDG_CONFIG_HOME" => xdg.map(OsString::from),
                "HOME" => home.map(OsString::from),
                _ => None,
            })
        };
        assert_eq!(of(Some("/x"), Some("/h")), Some("/x/obclip".into()));
        assert_eq!(of(Some("x"), Some("/h")), Some("/h/.config/obclip".into()));
        assert_eq!(of(None, Some("/h")), Some("/h/.config/obclip".into()));
        assert_eq!(of(None, None), None);
    }
}
