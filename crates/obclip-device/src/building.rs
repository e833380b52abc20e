//! Stage two: the class, from the masked text alone.
//!
//! Nothing here can name a value: [`Masked`] holds none, and this module does not import the
//! secret half (a test reads this file for it).

use std::fmt;

use obclip_protocol::{AxisSet, Bundle, Catalogue, Enumeration, Template};

use crate::axis::Axis;
use crate::error::Error;
use crate::masked::{Beyond, Masked, MaskedPerson};

/// Which axes are opened for every person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// All three for every person, mentioned or not: hides what was mentioned.
    Person,
    /// Those the prompt mentions: cheaper, and it shows which attributes were mentioned.
    Mentioned,
}

/// The default until `person` costs no more than a plain picture.
pub const DEFAULT_COVER: Cover = Cover::Mentioned;

/// What the cloud will compute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// The masked text.
    pub template: Template,
    /// One per person.
    pub bundles: Vec<Bundle>,
    /// How many members the class has.
    pub n_members: usize,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

/// Something the user should know; a function of the masked text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// `--cover mentioned` shows which attributes were mentioned.
    RevealsMentionedAxes,
    /// An axis of a person (from 0) was closed because the class would be too large.
    ClosedOverCap {
        /// Which person.
        person_idx: usize,
        /// Which axis.
        axis: String,
    },
    /// Several persons in one word: neutral plural.
    GroupIsNeutral,
    /// More persons than a template can have.
    PersonsBeyondLimitAreNeutral,
    /// Words of an axis travel as written.
    KeptAxis {
        /// Its name.
        axis: &'static str,
    },
    /// Words beyond the published vocabulary travel.
    AllowedWords {
        /// How many.
        n_words: usize,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RevealsMentionedAxes => f.write_str(
                "the cloud learns which attributes the prompt mentions (never their values); \
                 --cover person hides that too",
            ),
            Self::ClosedOverCap { person_idx, axis } => write!(
                f,
                "{} of person {} stays on the device: the class would have too many members",
                axis,
                person_idx + 1
            ),
            Self::GroupIsNeutral => {
                f.write_str("a group of persons is neutral in the cloud; its attributes stay here")
            }
            Self::PersonsBeyondLimitAreNeutral => {
                f.write_str("only the first 8 persons are expanded; the others are neutral")
            }
            Self::KeptAxis { axis } => write!(
                f,
                "your policy keeps {axis}: its words travel as written, the cloud reads them and whatever they \
                 tell about age, ethnicity and gender"
            ),
            Self::AllowedWords { n_words } => write!(
                f,
                "{n_words} of the words you allowed travel: the cloud reads them, and may know jobs by them"
            ),
        }
    }
}

/// Builds the class of a masked text.
pub fn build(
    masked: &Masked,
    catalogue: &Catalogue,
    cover: Cover,
    max_members: usize,
) -> Result<Class, Error> {
    let template = Template::with_allowed(masked.pieces().to_vec(), &masked.beyond().words)?;
    let open = |person: &MaskedPerson| -> Result<AxisSet, Error> {
        match cover {
            Cover::Person => Ok(AxisSet::expandable(catalogue)),
            Cover::Mentioned => {
                let mentioned = person.mentioned.axis_set(catalogue)?;
                Ok(mentioned.union(person.own).intersection(AxisSet::expandable(catalogue)))
            }
        }
    };
    let bundle = |person: &MaskedPerson| Ok(Bundle { open: open(person)?, role: person.role });
    let mut bundles: Vec<_> = masked.persons().iter().map(bundle).collect::<Result<_, Error>>()?;
    let mut warnings = Vec::new();
    if cover == Cover::Mentioned && bundles.iter().any(|bundle| !bundle.open.is_empty()) {
        warnings.push(Warning::RevealsMentionedAxes);
    }
    close_over_cap(&mut bundles, catalogue, max_members, &mut warnings)?;
    if masked.has_group() {
        warnings.push(Warning::GroupIsNeutral);
    }
    if masked.n_persons_read() > masked.persons().len() {
        warnings.push(Warning::PersonsBeyondLimitAreNeutral);
    }
    let Beyond { n_allowed, kept_axes, .. } = masked.beyond();
    warnings.extend(kept_axes.iter().map(|&axis| Warning::KeptAxis { axis }));
    if *n_allowed > 0 {
        warnings.push(Warning::AllowedWords { n_words: *n_allowed });
    }
    let n_members = Enumeration::new(catalogue, &bundles).n_members();
    Ok(Class { template, bundles, n_members, warnings })
}

/// Closes axes until the class fits: later persons first, and of a person what the user added, the last first, then
/// ethnicity (five values buy most), then age, then gender (pronouns hang on it). By position and axis only.
fn close_over_cap(
    bundles: &mut [Bundle],
    catalogue: &Catalogue,
    max_members: usize,
    warnings: &mut Vec<Warning>,
) -> Result<(), Error> {
    let added = |idx: &usize| Axis::from_name(&catalogue.axes()[*idx].name).is_none();
    let mut order: Vec<usize> = AxisSet::expandable(catalogue).iter().filter(added).collect();
    order.reverse();
    for axis in [Axis::Ethnicity, Axis::Age, Axis::Gender] {
        order.push(axis.idx(catalogue)?);
    }
    for person_idx in (0..bundles.len()).rev() {
        for &axis_idx in &order {
            if Enumeration::new(catalogue, bundles).n_members() <= max_members {
                return Ok(());
            }
            if bundles[person_idx].open.contains(axis_idx) {
                bundles[person_idx].open = bundles[person_idx].open.without(axis_idx);
                let axis = catalogue.axes()[axis_idx].name.clone();
                warnings.push(Warning::ClosedOverCap { person_idx, axis });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
