//! The three default axes and what a word states about them.

use obclip_protocol::{AxisSet, Catalogue};

use crate::error::Error;

/// A default axis, in catalogue order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Axis {
    /// young, middle-aged, old
    Age,
    /// african, asian, european, indian, latino
    Ethnicity,
    /// female, male
    Gender,
}

impl Axis {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Age, Self::Ethnicity, Self::Gender];

    /// The default axis of this name; a catalogue may have others.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|axis| axis.name() == name)
    }

    /// The name in the catalogue.
    pub fn name(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::Ethnicity => "ethnicity",
            Self::Gender => "gender",
        }
    }

    /// The position in `catalogue`.
    pub(crate) fn idx(self, catalogue: &Catalogue) -> Result<usize, Error> {
        catalogue.axis_idx(self.name()).ok_or(Error::CatalogueAxes)
    }
}

/// Which axes a prompt mentions for one person: categories, never values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mentioned([bool; 3]);

impl Mentioned {
    pub(crate) fn insert(&mut self, axis: Axis) {
        self.0[axis as usize] = true;
    }

    /// Whether the axis is mentioned.
    pub fn contains(self, axis: Axis) -> bool {
        self.0[axis as usize]
    }

    /// The same axes by their position in `catalogue`.
    pub(crate) fn axis_set(self, catalogue: &Catalogue) -> Result<AxisSet, Error> {
        let mut set = AxisSet::EMPTY;
        for axis in Axis::ALL.into_iter().filter(|&axis| self.contains(axis)) {
            set = set.with(axis.idx(catalogue)?);
        }
        Ok(set)
    }
}

/// What a word states on one axis. Secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stated {
    /// A value of the catalogue.
    Value(&'static str),
    /// Something the catalogue has no value for.
    Unlisted,
}

/// A colour that describes somebody only beside a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour {
    /// The ethnicity it means ("black"), or that the cloud's half is drawn with ("pale").
    pub(crate) stated: Stated,
    /// Whether it is said of the skin alone: it opens nothing.
    pub(crate) of_skin: bool,
}

impl Colour {
    pub(crate) fn new(values: Values, of_skin: bool) -> Self {
        Self { stated: values.stated(), of_skin }
    }
}

/// What a word states on all axes. Secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Values([Option<Stated>; 3]);

impl Values {
    /// Reads "old female", "-" or "?".
    pub(crate) fn parse(text: &'static str) -> Self {
        let mut values = Self::default();
        for word in text.split(' ') {
            let axis = match word {
                "young" | "middle-aged" | "old" => Axis::Age,
                "african" | "asian" | "european" | "indian" | "latino" => Axis::Ethnicity,
                "female" | "male" => Axis::Gender,
                _ => continue,
            };
            values.0[axis as usize] = Some(Stated::Value(word));
        }
        values
    }

    pub(crate) fn of(self, axis: Axis) -> Option<Stated> {
        self.0[axis as usize]
    }

    pub(crate) fn with(mut self, axis: Axis, stated: Stated) -> Self {
        self.0[axis as usize] = Some(stated);
        self
    }

    /// These, and of `others` what they leave open.
    pub(crate) fn or(self, others: Self) -> Self {
        let mut values = self;
        for (value, other) in values.0.iter_mut().zip(others.0) {
            *value = value.or(other);
        }
        values
    }

    /// The one value of an adjective.
    pub(crate) fn stated(self) -> Stated {
        self.0.into_iter().flatten().next().unwrap_or(Stated::Unlisted)
    }
}
