//! The user's own words and axes: `allowed-words.txt` and `axes.toml` beside `config.toml`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use obclip_device::{NotAllowed, Own, may_be_allowed};
use obclip_protocol::{AllowedWords, Axis, Catalogue, Policy};

use crate::output::write_whole;

/// The folder of the user's configuration.
#[derive(Debug)]
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    /// What lies there; files that are not there are empty.
    pub(crate) fn own(&self) -> anyhow::Result<Own> {
        let allowed = self.allowed_words()?;
        for word in &allowed {
            may_be_allowed(word).with_context(|| {
                format!("{}: the word {word:?} cannot be allowed", self.words_path().display())
            })?;
        }
        Ok(Own { allowed: AllowedWords::new(allowed)?, axes: self.axes()? })
    }

    /// The words the user allowed, sorted.
    pub(crate) fn allowed_words(&self) -> anyhow::Result<BTreeSet<String>> {
        let text = read(&self.words_path())?;
        let words = text.lines().map(str::trim).filter(|word| !word.is_empty());
        Ok(words.filter(|word| !word.starts_with('#')).map(str::to_owned).collect())
    }

    /// Adds words that may be allowed; says of each what became of it. One that may not refuses them all.
    pub(crate) fn allow(&self, words: &[String]) -> anyhow::Result<Vec<Allowed>> {
        let mut allowed = self.allowed_words()?;
        let mut outcomes = Vec::new();
        for word in words {
            let travels = may_be_allowed(word)
                .map_err(|why: NotAllowed| anyhow::anyhow!("{word:?} cannot be allowed: {why}"))?;
            outcomes.push(match (travels, allowed.contains(word)) {
                (false, _) => Allowed::Published,
                (true, true) => Allowed::Already,
                (true, false) => Allowed::New,
            });
            if travels {
                allowed.insert(word.clone());
            }
        }
        self.write(&allowed)?;
        Ok(outcomes)
    }

    /// Takes words out again; refuses one that is not there.
    pub(crate) fn remove(&self, words: &[String]) -> anyhow::Result<()> {
        let mut allowed = self.allowed_words()?;
        for word in words {
            if !allowed.remove(word) {
                bail!("expected a word that is allowed, found {word:?}; --list shows them");
            }
        }
        self.write(&allowed)
    }

    fn write(&self, allowed: &BTreeSet<String>) -> anyhow::Result<()> {
        let mut text = String::from(HEADER);
        allowed.iter().for_each(|word| text.extend([word, "\n"]));
        std::fs::create_dir_all(&self.0)
            .with_context(|| format!("cannot make the folder {}", self.0.display()))?;
        write_whole(&self.words_path(), &self.0, text.as_bytes())
    }

    fn axes(&self) -> anyhow::Result<Vec<Axis>> {
        let path = self.0.join("axes.toml");
        let text = read(&path)?;
        parse_axes(&text).with_context(|| format!("in {}", path.display()))
    }

    fn words_path(&self) -> PathBuf {
        self.0.join("allowed-words.txt")
    }
}

/// What became of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// It travels from now on.
    New,
    /// It was allowed before.
    Already,
    /// The published vocabulary has it.
    Published,
}

/// Axes of the user's own. They stay on the device: to expand one, its values would have to be published.
pub(crate) fn parse_axes(text: &str) -> anyhow::Result<Vec<Axis>> {
    let axes = Axis::parse_list(text)?;
    let published = Catalogue::v1();
    for axis in &axes {
        let name = &axis.name;
        if published.axis(name).is_some() {
            bail!("axis {name}: expected a name of its own, found a published one");
        }
        if axis.policy != Policy::Neutralise {
            bail!(
                "axis {name}: expected policy neutralise; to expand an axis, publish it in a catalogue that your \
                 cloud is given, which shows everybody its list of values"
            );
        }
        if axis.words.is_empty() && axis.unlisted.is_empty() {
            bail!("axis {name}: expected words, found none");
        }
    }
    Ok(axes)
}

fn read(path: &Path) -> anyhow::Result<String> {
    match path.exists() {
        true => {
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
        }
        false => Ok(String::new()),
    }
}

const HEADER: &str = "# Words that travel although the published vocabulary lacks them. `obclip allow` writes this file.\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_axes_are_neutralised_and_anything_else_is_refused() {
        let axis = |rest: &str| parse_axes(&format!("[[axis]]\nname = \"fandom\"\n{rest}"));
        let axes = axis("unlisted = [\"trekkie\"]").expect("an axis");
        assert_eq!((axes.len(), axes[0].policy), (1, Policy::Neutralise));
        for (rest, expected) in [
            ("", "expected words"),
            ("policy = \"keep\"\nunlisted = [\"trekkie\"]", "expected policy neutralise"),
            ("policy = \"expand\"\nvalues = [\"a\", \"b\"]", "shows everybody its list of values"),
            ("unlisted = [\"Trekkie\"]", "one lower-case word"),
            ("hidden = true", "unknown field"),
        ] {
            let error = format!("{:#}", axis(rest).expect_err("a bad axis"));
            assert!(error.contains(expected), "{rest}: {error}");
        }
        let error =
            parse_axes("[[axis]]\nname = \"religion\"\nunlisted = [\"x\"]").expect_err("taken");
        assert!(error.to_string().contains("a name of its own"), "{error}");
        assert!(parse_axes("").expect("nothing").is_empty());
    }

    #[test]
    fn words_are_kept_sorted_and_one_that_may_not_refuses_all() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let folder = Folder(home.path().join("obclip"));
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let outcomes = folder.allow(&words(&["zqxv", "brutalistic", "table"])).expect("allowed");
        assert_eq!(outcomes, [Allowed::New, Allowed::New, Allowed::Published]);
        assert_eq!(folder.allow(&words(&["zqxv"])).expect("again"), [Allowed::Already]);
        assert!(folder.allow(&words(&["qwxzy", "grandmother"])).is_err());
        let kept: Vec<String> = folder.allowed_words().expect("a list").into_iter().collect();
        assert_eq!(kept, ["brutalistic", "zqxv"]);
        folder.remove(&words(&["zqxv"])).expect("it is there");
        assert!(folder.remove(&words(&["zqxv"])).is_err());
        assert!(folder.own().expect("a good list").allowed.contains("brutalistic"));
        std::fs::write(folder.words_path(), "grandmother\n").expect("writes");
        assert!(folder.own().is_err(), "a list written by hand is checked as well");
    }
}
