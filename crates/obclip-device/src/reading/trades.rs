//! Trades by their ending: "beekeeper", "mosaicist".

use obclip_protocol::Vocabulary;

use crate::lexicon::{Lexicon, WordKind};

/// "beekeeper", "stonemasons", "quilter", "mosaicist": a trade by its ending, where the word itself is not known; and
/// whether several are meant.
pub(super) fn trade(word: &str) -> Option<bool> {
    if Vocabulary::v1().contains(word) {
        return None;
    }
    let one = word.strip_suffix('s').filter(|one| !one.ends_with('s'));
    is_trade(one.unwrap_or(word)).then_some(one.is_some())
}

fn is_trade(word: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "keeper", "maker", "smith", "wright", "monger", "worker", "ologist", "ographer", "player",
        "driver", "seller", "herder", "fighter", "hunter", "dresser", "cleaner", "catcher",
        "picker", "sitter", "mason", "grower", "breeder", "binder", "blower", "minder", "jockey",
    ];
    let stem = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending));
    stem.is_some_and(|stem| stem.len() > 2) || does_what(word)
}

/// "sifter", "netballer", "mosaicist": who does or makes what the stem says.
fn does_what(word: &str) -> bool {
    let lexicon = Lexicon::v1();
    let known = |stem: &str| {
        let kind = lexicon.kind(stem);
        stem.len() > 2
            && kind.is_some()
            && !matches!(kind, Some(WordKind::Adjective | WordKind::Animal))
    };
    let stem = ["eer", "er", "ist"].iter().find_map(|ending| word.strip_suffix(ending));
    stem.is_some_and(|stem| {
        let undoubled = stem.as_bytes().last_chunk::<2>().is_some_and(|[a, b]| a == b);
        known(stem) || known(&format!("{stem}e")) || undoubled && known(&stem[..stem.len() - 1])
    })
}
