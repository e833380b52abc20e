//! Requests to paint, as `training/make_requests.py` writes them, read into their classes as the device would.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use obclip_device::{Class, Cover, Prompt, Reading, build};
use obclip_plan::OpenAxis;
use obclip_protocol::{Catalogue, Enumeration, Limits, Members};
use serde::Deserialize;
use serde_json::Value;

/// One request of the list.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Asked {
    pub(crate) prompt: String,
    pub(crate) labels: BTreeMap<String, Value>,
    pub(crate) seed: u64,
    /// All its fields, for the manifest.
    #[serde(flatten)]
    pub(crate) rest: BTreeMap<String, Value>,
}

/// A request with its class, as it would travel.
pub(crate) struct Read {
    pub(crate) class: Class,
    /// In canonical order.
    pub(crate) open: Vec<OpenAxis>,
    /// Texts of the members, in canonical order.
    pub(crate) texts: Vec<String>,
    /// The member that is meant.
    pub(crate) member: usize,
}

pub(crate) fn load(path: &Path) -> anyhow::Result<Vec<Asked>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let line = |(number, line): (usize, &str)| {
        serde_json::from_str(line).with_context(|| format!("{}:{}", path.display(), number + 1))
    };
    text.lines().enumerate().map(line).collect()
}

impl Asked {
    /// Reads the prompt; every axis of the person is open, so N = 30.
    pub(crate) fn read(&self, catalogue: &Catalogue) -> anyhow::Result<Read> {
        let reading = Reading::of(&Prompt::new(&self.prompt)?);
        let limits = Limits::default();
        let class = build(&reading.masked, catalogue, Cover::Person, limits.members)?;
        let members = Members::render(catalogue, &class.template, &class.bundles, limits.members)?;
        let enumeration = Enumeration::new(catalogue, &class.bundles);
        let axes = catalogue.axes();
        // One person: the label of each axis is the value that is meant.
        let value = |_: usize, axis: usize| {
            let label = self.labels.get(axes[axis].name.as_str()).and_then(Value::as_str);
            axes[axis].values.iter().position(|value| Some(value.as_str()) == label).unwrap_or(0)
        };
        let member = enumeration.member_idx(value);
        let open = enumeration.open_axes().into_iter();
        let open = open.map(|(axis, n_values)| OpenAxis { axis, n_values }).collect();
        Ok(Read { open, texts: members.texts, member, class })
    }

    /// The seed as the request would carry it.
    pub(crate) fn seed(&self) -> [u8; 32] {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.seed.to_le_bytes());
        seed
    }
}
