//! The secret half of a reading: values, words and the choice. Never leaves the device.

use std::fmt;
use std::ops::Range;

use obclip_protocol::{AxisSet, Bundle, Catalogue, Enumeration, Redacted};
use zeroize::Zeroize;

use crate::axis::{Axis, Stated, Values};
use crate::coins::Coins;
use crate::error::Error;
use crate::prompt::Prompt;
use crate::reading::Finding;

/// What the prompt says about its persons, and the prompt itself.
pub(crate) struct Secret {
    prompt: Prompt,
    values: Vec<Values>,
    /// Of every person the axes that the user published: place in the catalogue and value, if it is listed.
    own: Vec<Vec<(usize, Option<usize>)>>,
    heads: Vec<Option<Head>>,
    findings: Vec<Finding>,
}

/// Where the words of a person stand in the prompt.
#[derive(Clone)]
pub(crate) struct Head {
    /// Where drawn words go.
    pub(crate) at: usize,
    /// The article right before.
    pub(crate) article: Option<Range<usize>>,
}

/// Which member is real. Redacted, wiped when dropped.
pub(crate) struct Choice(usize);

/// The choice, and the text for the device's own model.
pub(crate) struct Settled {
    pub(crate) choice: Choice,
    pub(crate) text: Redacted<String>,
    pub(crate) drawn: Vec<Drawn>,
}

/// A value that the prompt left to the coins. Secret.
pub(crate) struct Drawn {
    pub(crate) person_idx: usize,
    pub(crate) axis: String,
    pub(crate) value: String,
    /// Whether it enters the picture. A word of the prompt that has no value in the catalogue stands in
    /// the picture itself; only the cloud's half is drawn.
    pub(crate) in_picture: bool,
}

impl Choice {
    pub(crate) fn member_idx(&self) -> usize {
        self.0
    }
}

impl Drop for Drawn {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

impl fmt::Debug for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Drop for Choice {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.findings.iter_mut().for_each(Zeroize::zeroize);
        self.values.fill(Values::default());
        self.own.iter_mut().flatten().for_each(|(axis_idx, value_idx)| {
            (*axis_idx, *value_idx) = (0, None);
        });
    }
}

impl Secret {
    pub(crate) fn new(
        prompt: Prompt,
        values: Vec<Values>,
        own: Vec<Vec<(usize, Option<usize>)>>,
        heads: Vec<Option<Head>>,
        findings: Vec<Finding>,
    ) -> Self {
        Self { prompt, values, own, heads, findings }
    }

    pub(crate) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Chooses the member: stated values as stated, the others drawn uniformly.
    pub(crate) fn settle(
        self,
        catalogue: &Catalogue,
        bundles: &[Bundle],
        coins: &mut Coins,
    ) -> Result<Settled, Error> {
        let n_axes = catalogue.axes().len();
        let mut chosen = vec![vec![0; n_axes]; bundles.len()];
        let mut drawn = Vec::new();
        for (person_idx, bundle) in bundles.iter().enumerate() {
            for axis_idx in AxisSet::expandable(catalogue).iter() {
                let axis = &catalogue.axes()[axis_idx];
                // Drawn for every axis that can be open, so that the number of draws says nothing.
                let draw = coins.below(axis.values.len());
                let stated = self.stated(person_idx, axis_idx, axis);
                let listed = stated.flatten();
                chosen[person_idx][axis_idx] = listed.unwrap_or(draw);
                if listed.is_none() && bundle.open.contains(axis_idx) {
                    let (name, value) = (axis.name.clone(), axis.values[draw].clone());
                    drawn.push(Drawn {
                        person_idx,
                        axis: name,
                        value,
                        in_picture: stated.is_none(),
                    });
                }
            }
        }
        let enumeration = Enumeration::new(catalogue, bundles);
        let choice = Choice(enumeration.member_idx(|person, axis| chosen[person][axis]));
        Ok(Settled { choice, text: Redacted::new(self.device_text(&drawn)), drawn })
    }

    /// What a person is said to be on an axis: nothing, something, or the value at a place.
    fn stated(
        &self,
        person_idx: usize,
        axis_idx: usize,
        axis: &obclip_protocol::Axis,
    ) -> Option<Option<usize>> {
        let Some(default) = Axis::from_name(&axis.name) else {
            let own = self.own.get(person_idx)?.iter().find(|(idx, _)| *idx == axis_idx);
            return own.map(|(_, value_idx)| *value_idx);
        };
        let stated = self.values.get(person_idx)?.of(default)?;
        Some(match stated {
            Stated::Value(word) => axis.values.iter().position(|value| value == word),
            Stated::Unlisted => None,
        })
    }

    /// The user's own words, without marks, with the drawn words before each head noun.
    fn device_text(&self, drawn: &[Drawn]) -> String {
        let mut text = self.prompt.text().to_owned();
        for (person_idx, head) in self.heads.iter().enumerate().rev() {
            let words = drawn.iter().filter(|d| d.person_idx == person_idx && d.in_picture);
            let words: Vec<&str> = words.map(|drawn| drawn.value.as_str()).collect();
            let (Some(head), false) = (head, words.is_empty()) else { continue };
            let inserted = format!("{} ", words.join(" "));
            text.insert_str(head.at, &inserted);
            // Words that are run together have one place: there is no article to replace.
            if let Some(article) = head.article.as_ref().filter(|article| article.end <= head.at) {
                let vowel =
                    inserted.starts_with(['a', 'e', 'i', 'o', 'u']) && !inserted.starts_with("eu");
                text.replace_range(article.clone(), if vowel { "an" } else { "a" });
            }
        }
        text.replace("{{", "").replace("}}", "")
    }
}
