//! A class as an attacker sees it.

use obclip_protocol::{Bundle, Catalogue, Enumeration, Error, Members, Template};

/// The members of a class in canonical order, and the template with every axis closed.
#[derive(Debug, Clone)]
pub struct View<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) bundles: &'a [Bundle],
    pub(crate) members: &'a Members,
}

impl<'a> View<'a> {
    /// Puts together what belongs together; refuses texts that are not one per member.
    pub fn new(
        catalogue: &'a Catalogue,
        bundles: &'a [Bundle],
        members: &'a Members,
    ) -> Result<Self, Error> {
        let expected = Enumeration::new(catalogue, bundles).n_members();
        match members.texts.len() == expected {
            true => Ok(Self { catalogue, bundles, members }),
            false => Err(Error::LatentCount { expected, found: members.texts.len() }),
        }
    }

    /// Renders the members of a template.
    pub fn render(
        catalogue: &Catalogue,
        template: &Template,
        bundles: &[Bundle],
        max_members: usize,
    ) -> Result<Members, Error> {
        Members::render(catalogue, template, bundles, max_members)
    }

    /// The texts of the members, in canonical order.
    pub fn texts(&self) -> &[String] {
        &self.members.texts
    }
}
