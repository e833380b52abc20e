//! CLIP's byte-pair tokenizer, from `vocab.json` and `merges.txt`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use crate::error::Error;
use crate::model_files::ModelFiles;

/// Text → token ids of a fixed length.
#[derive(Debug)]
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    start: u32,
    end: u32,
    pad: u32,
    max_tokens: usize,
}

/// One text as the text encoder takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Start, text, end, padding: always the tokenizer's length.
    pub ids: Vec<u32>,
    /// How many tokens the text itself has, cut ones included.
    pub n_text: usize,
    /// How many tokens at the text's end did not fit.
    pub n_truncated: usize,
}

impl Tokenizer {
    /// Reads `tokenizer/`; `max_positions` is what the text encoder can take.
    pub(crate) fn open(files: &ModelFiles, max_positions: usize) -> Result<Self, Error> {
        let vocab: BTreeMap<String, u32> = files.read_json("tokenizer/vocab.json")?;
        let merges = files.read("tokenizer/merges.txt")?;
        let config: TokenizerConfig = read_or_default(files, "tokenizer/tokenizer_config.json")?;
        let special: SpecialTokens = read_or_default(files, "tokenizer/special_tokens_map.json")?;
        let added: BTreeMap<String, u32> = read_or_default(files, "tokenizer/added_tokens.json")?;

        let start =
            special.bos_token.or(config.bos_token).map_or("<|startoftext|>".into(), Token::name);
        let end =
            special.eos_token.or(config.eos_token).map_or("<|endoftext|>".into(), Token::name);
        let pad = special.pad_token.or(config.pad_token).map_or(end.clone(), Token::name);
        let unknown = special.unk_token.or(config.unk_token).map_or(end.clone(), Token::name);

        let added_tokens =
            added_tokens(&[&start, &end], &vocab, added, config.added_tokens_decoder)?;
        let merges = parse_merges(&String::from_utf8_lossy(&merges))?;
        let inner = build(&vocab, &merges, &unknown, &added_tokens)?;
        for token in &added_tokens {
            let found = inner.token_to_id(&token.content);
            if found != Some(token.id) {
                let reason = format!(
                    "added token {}: expected id {}, found {found:?}",
                    token.content, token.id
                );
                return Err(Error::Tokenizer { reason });
            }
        }
        let id = |name: &str| {
            inner.token_to_id(name).ok_or_else(|| Error::Tokenizer {
                reason: format!("special token {name} is not in the vocabulary"),
            })
        };
        let (start, end, pad) = (id(&start)?, id(&end)?, id(&pad)?);
        // A length of 10^30 stands for "none" in these files.
        let max_tokens = config.model_max_length.unwrap_or(77.0).min(max_positions as f64) as usize;
        if max_tokens < 3 {
            let reason = format!("expected room for 3 tokens at least, found {max_tokens}");
            return Err(Error::Tokenizer { reason });
        }
        Ok(Self { inner, start, end, pad, max_tokens })
    }

    /// Length of every encoded text.
    pub fn max_tokens(&self) -> usize {
        self.max_tokens
    }

    /// Ids of one text, cut or padded to [`Self::max_tokens`].
    pub fn encode(&self, text: &str) -> Result<Tokens, Error> {
        let encoding = self
            .inner
            .encode(text, false)
            .map_err(|_| Error::Tokenizer { reason: "the text cannot be encoded".to_owned() })?;
        let text_ids = encoding.get_ids();
        let n_kept = text_ids.len().min(self.max_tokens - 2);
        let mut ids = Vec::with_capacity(self.max_tokens);
        ids.push(self.start);
        ids.extend_from_slice(&text_ids[..n_kept]);
        ids.push(self.end);
        ids.resize(self.max_tokens, self.pad);
        Ok(Tokens { ids, n_text: text_ids.len(), n_truncated: text_ids.len() - n_kept })
    }
}

/// CLIP's tokenizer in the description language of the `tokenizers` crate.
fn build(
    vocab: &BTreeMap<String, u32>,
    merges: &[String],
    unknown: &str,
    added_tokens: &[AddedToken],
) -> Result<tokenizers::Tokenizer, Error> {
    let description = json!({
        "version": "1.0",
        "added_tokens": added_tokens,
        "normalizer": { "type": "Sequence", "normalizers": [
            { "type": "NFC" },
            { "type": "Replace", "pattern": { "Regex": r"\s+" }, "content": " " },
            { "type": "Lowercase" },
        ] },
        "pre_tokenizer": { "type": "Sequence", "pretokenizers": [
            { "type": "Split", "pattern": { "Regex": WORDS }, "behavior": "Removed",
              "invert": true },
            { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
              "use_regex": true },
        ] },
        "model": {
            "type": "BPE", "vocab": vocab, "merges": merges, "unk_token": unknown,
            "continuing_subword_prefix": "", "end_of_word_suffix": "</w>", "fuse_unk": false,
        },
    });
    serde_json::from_value(description)
        .map_err(|error| Error::Tokenizer { reason: error.to_string() })
}

/// What counts as a word before byte pairs are merged: the pattern of OpenAI's
/// `simple_tokenizer.py`.
const WORDS: &str =
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";

fn parse_merges(text: &str) -> Result<Vec<String>, Error> {
    let lines = text.lines().filter(|line| !line.starts_with("#version") && !line.is_empty());
    lines
        .map(|line| match line.split(' ').count() {
            2 => Ok(line.to_owned()),
            _ => Err(Error::Tokenizer { reason: "a line of merges.txt is not a pair".to_owned() }),
        })
        .collect()
}

/// The special tokens, and words that are one token by decree.
fn added_tokens(
    special: &[&String],
    vocab: &BTreeMap<String, u32>,
    added: BTreeMap<String, u32>,
    decoder: BTreeMap<String, AddedToken>,
) -> Result<Vec<AddedToken>, Error> {
    let mut tokens = BTreeMap::new();
    for name in special {
        if let Some(&id) = vocab.get(*name) {
            tokens.insert(id, AddedToken { special: true, ..AddedToken::new(name, id) });
        }
    }
    for (name, id) in added {
        tokens.insert(id, AddedToken::new(&name, id));
    }
    for (id, token) in decoder {
        let id = id.parse().map_err(|_| Error::Tokenizer {
            reason: format!("added_tokens_decoder: expected an id, found {id}"),
        })?;
        tokens.insert(id, AddedToken { id, ..token });
    }
    Ok(tokens.into_values().collect())
}

#[derive(Clone, Debug, Deserialize, serde::Serialize)]
struct AddedToken {
    #[serde(default)]
    id: u32,
    content: String,
    #[serde(default)]
    single_word: bool,
    #[serde(default)]
    lstrip: bool,
    #[serde(default)]
    rstrip: bool,
    #[serde(default)]
    normalized: bool,
    #[serde(default)]
    special: bool,
}

impl AddedToken {
    fn new(content: &str, id: u32) -> Self {
        Self {
            id,
            content: content.to_owned(),
            single_word: false,
            lstrip: false,
            rstrip: false,
            normalized: true,
            special: false,
        }
    }
}

#[derive(Default, Deserialize)]
struct TokenizerConfig {
    model_max_length: Option<f64>,
    #[serde(default)]
    added_tokens_decoder: BTreeMap<String, AddedToken>,
    bos_token: Option<Token>,
    eos_token: Option<Token>,
    pad_token: Option<Token>,
    unk_token: Option<Token>,
}

#[derive(Default, Deserialize)]
struct SpecialTokens {
    bos_token: Option<Token>,
    eos_token: Option<Token>,
    pad_token: Option<Token>,
    unk_token: Option<Token>,
}

/// A token's name, bare or with its settings.
#[derive(Deserialize)]
#[serde(untagged)]
enum Token {
    Name(String),
    WithSettings { content: String },
}

impl Token {
    fn name(self) -> String {
        match self {
            Self::Name(name) | Self::WithSettings { content: name } => name,
        }
    }
}

fn read_or_default<T: serde::de::DeserializeOwned + Default>(
    files: &ModelFiles,
    path: &str,
) -> Result<T, Error> {
    if files.contains(path) { files.read_json(path) } else { Ok(T::default()) }
}

/// GPT-2's byte-level byte-pair tokenizer: any text has tokens, none is unknown.
#[derive(Debug)]
pub(crate) struct ByteTokenizer(tokenizers::Tokenizer);

impl ByteTokenizer {
    /// Reads `tokenizer.json`, or `vocab.json` and `merges.txt`.
    pub(crate) fn open(files: &ModelFiles) -> Result<Self, Error> {
        if files.contains("tokenizer.json") {
            let inner = tokenizers::Tokenizer::from_bytes(files.read("tokenizer.json")?)
                .map_err(|error| Error::Tokenizer { reason: error.to_string() })?;
            return Ok(Self(inner));
        }
        let vocab: BTreeMap<String, u32> = files.read_json("vocab.json")?;
        let merges = parse_merges(&String::from_utf8_lossy(&files.read("merges.txt")?))?;
        let description = json!({
            "version": "1.0",
            "pre_tokenizer": {
                "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
                "use_regex": true,
            },
            "model": { "type": "BPE", "vocab": vocab, "merges": merges },
        });
        let inner = serde_json::from_value(description)
            .map_err(|error| Error::Tokenizer { reason: error.to_string() })?;
        Ok(Self(inner))
    }

    /// Ids of one text, without special tokens.
    pub(crate) fn encode(&self, text: &str) -> Result<Vec<u32>, Error> {
        let encoding = self
            .0
            .encode(text, false)
            .map_err(|_| Error::Tokenizer { reason: "the text cannot be encoded".to_owned() })?;
        Ok(encoding.get_ids().to_vec())
    }
}
