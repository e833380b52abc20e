//! Phrases with a pronoun are listed for one gender and read for both: "carrying her first" opens what "carrying his first"
//! opens, or the cloud could tell them apart.

use super::{Entry, Lexicon};

impl Lexicon {
    /// Adds the phrase with the other pronoun wherever only one of both is listed.
    pub(super) fn mirror_pronouns(&mut self) {
        let mirrored: Vec<(String, String)> = self
            .entries
            .iter()
            .filter(|(phrase, entry)| phrase.contains(' ') && may_be_mirrored(entry))
            .filter_map(|(phrase, _)| Some((phrase.clone(), mirror(phrase)?)))
            .filter(|(_, other)| !self.entries.contains_key(other))
            .collect();
        for (phrase, other) in mirrored {
            let entry = self.entries[&phrase].clone();
            let topics = self.topics.get(&phrase).cloned().unwrap_or_default();
            if self.axis_things.contains(&phrase) {
                self.axis_things.insert(other.clone());
            }
            self.topics.insert(other.clone(), topics);
            self.entries.insert(other, entry);
        }
    }
}

/// What describes somebody; nouns state a gender of their own.
fn may_be_mirrored(entry: &Entry) -> bool {
    matches!(
        entry,
        Entry::Attribute(..) | Entry::Trait { .. } | Entry::CorrelateThing | Entry::CorrelateWord
    )
}

/// "her bump" for "his bump", "inside him" for "inside her"; none where no pronoun is in the phrase, or a spouse, for "his
/// wife" and "her wife" say two things.
fn mirror(phrase: &str) -> Option<String> {
    const SPOUSES: [&str; 6] = ["husband", "wife", "girlfriend", "boyfriend", "man", "woman"];
    let words: Vec<&str> = phrase.split(' ').collect();
    if words.iter().any(|word| SPOUSES.contains(word)) {
        return None;
    }
    let other = |(at, word): (usize, &&str)| match *word {
        "she" => "he".to_owned(),
        "he" => "she".to_owned(),
        "his" | "him" => "her".to_owned(),
        "her" if at + 1 == words.len() => "him".to_owned(),
        "her" => "his".to_owned(),
        "herself" => "himself".to_owned(),
        "himself" => "herself".to_owned(),
        word => word.to_owned(),
    };
    let mirrored: Vec<String> = words.iter().enumerate().map(other).collect();
    let mirrored = mirrored.join(" ");
    (mirrored != phrase).then_some(mirrored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_listed_with_one_pronoun_is_read_with_the_other() {
        assert_eq!(mirror("carrying her first").as_deref(), Some("carrying his first"));
        assert_eq!(mirror("baby inside her").as_deref(), Some("baby inside him"));
        assert_eq!(mirror("who loves her wife"), None);
        let (one, other) = ("cradling her bump", "cradling his bump");
        assert_eq!(Lexicon::v1().entry(one), Lexicon::v1().entry(other));
        assert_eq!(Lexicon::v1().topics(one), Lexicon::v1().topics(other));
    }
}
