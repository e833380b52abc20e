//! A small network that judges which axis a word speaks of, from what it is used like, its letters and what stands
//! around it. It labels words that stay on the device in any case: nothing that leaves depends on it.
//!
//! Weights: `data/tagger-v1.safetensors`, made by `training/tagger` from annotated prompts and GloVe's vectors.

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use safetensors::{SafeTensors, tensor::TensorView};

/// What the network sees of a term.
#[derive(Clone, PartialEq)]
pub struct Seen {
    /// Its last word.
    pub word: String,
    /// Its category, as far as the lists have one.
    pub symbol: &'static str,
    /// How it is written.
    pub shape: &'static str,
    /// Where it stands by the persons of the scene.
    pub place: &'static str,
    /// What becomes of it.
    pub fate: SeenFate,
    /// The axes that the lists give it, whatever stands around.
    pub listed: Vec<&'static str>,
}

/// It holds a word of the prompt.
impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// What becomes of a term, as the network sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeenFate {
    /// It leaves the device.
    Travels = 1,
    /// It stays.
    Held = 2,
    /// It belongs to a person.
    Found = 3,
}

/// An axis with the value that the network judges likeliest, if it names one.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Judged {
    pub(crate) axis: &'static str,
    pub(crate) value: Option<&'static str>,
    /// Between 0 and 1.
    pub(crate) probability: f32,
}

/// The terms of a scene as vectors, and the scene as one. Holds the prompt's words: never leaves the reading.
pub(crate) struct Encoded {
    terms: Vec<Vec<f32>>,
    words: Vec<String>,
    seen: Vec<(usize, Vec<usize>)>,
    scene: Vec<f32>,
}

/// The weights.
#[derive(Debug)]
pub(crate) struct Tagger {
    classes: Vec<(&'static str, Option<&'static str>)>,
    axes: Vec<&'static str>,
    symbols: Rows,
    shapes: Rows,
    places: Rows,
    fates: Vec<Vec<f32>>,
    word_hashes: Vec<u32>,
    /// (words and two more: a word that is not known, a place outside the text; n_dims)
    word_vectors: Vec<i8>,
    word_scales: Vec<f32>,
    piece_hashes: Vec<u32>,
    /// (before, here, after; pieces; classes)
    piece_weights: Vec<i8>,
    piece_scales: Vec<f32>,
    listed: Layer,
    scene: Layer,
    hidden: Layer,
    out: Layer,
    listed_out: Layer,
}

/// A vector for each of some words.
#[derive(Debug)]
struct Rows {
    names: HashMap<&'static str, usize>,
    rows: Vec<Vec<f32>>,
}

/// `W x + b`, W by rows.
#[derive(Debug)]
struct Layer {
    n_in: usize,
    weight: Vec<f32>,
    bias: Vec<f32>,
}

/// Terms on each side that the network sees.
const REACH: usize = 3;
/// Three endings, a start, the whole word.
const N_PIECES: usize = 5;

impl Tagger {
    /// The published weights, version 1.
    pub(crate) fn v1() -> &'static Self {
        static V1: OnceLock<Tagger> = OnceLock::new();
        V1.get_or_init(|| Self::parse(DATA).expect("the embedded weights are read by a test"))
    }

    fn parse(bytes: &'static [u8]) -> Result<Self, String> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| error.to_string())?;
        let tensors = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
        let lists = metadata.metadata().clone().unwrap_or_default();
        let list = |name: &str| -> Result<Vec<&'static str>, String> {
            let text = lists.get(name).ok_or(format!("no list {name}"))?.clone();
            // Read once for the life of the process.
            Ok(Box::leak(text.into_boxed_str()).split(' ').collect())
        };
        let floats =
            |name: &str| floats(&tensors.tensor(name).map_err(|e| format!("{name}: {e}"))?);
        let bytes_of =
            |name: &str| tensors.tensor(name).map(|t| t.data().to_vec()).map_err(|e| e.to_string());
        let layer = |name: &str| {
            Layer::new(floats(&format!("{name}.weight"))?, floats(&format!("{name}.bias"))?)
        };
        let rows = |name: &str| Rows::new(&list(name)?, &floats(name)?);
        let class = |text: &'static str| match text.split_once('.') {
            Some((axis, value)) => (axis, Some(value)),
            None => (text, None),
        };
        Ok(Self {
            classes: list("classes")?.into_iter().map(class).collect(),
            axes: list("axes")?,
            symbols: rows("symbols")?,
            shapes: rows("shapes")?,
            places: rows("places")?,
            fates: Rows::new(&["outside", "travels", "held", "found"], &floats("fates")?)?.rows,
            word_hashes: integers(&bytes_of("word_hashes")?),
            word_vectors: signed(&bytes_of("word_vectors")?),
            word_scales: floats("word_scales")?,
            piece_hashes: integers(&bytes_of("piece_hashes")?),
            piece_weights: signed(&bytes_of("piece_weights")?),
            piece_scales: floats("piece_scales")?,
            listed: layer("listed")?,
            scene: layer("scene")?,
            hidden: layer("hidden")?,
            out: layer("out")?,
            listed_out: layer("listed_out")?,
        })
    }

    /// Brings the terms of a scene, in order, to vectors.
    pub(crate) fn encode(&self, scene: &[Seen]) -> Encoded {
        let listed = |seen: &Seen| -> Vec<usize> {
            seen.listed.iter().filter_map(|axis| self.axes.iter().position(|a| a == axis)).collect()
        };
        let seen: Vec<_> = scene.iter().map(|s| (self.places.idx(s.place), listed(s))).collect();
        let terms: Vec<Vec<f32>> =
            scene.iter().zip(&seen).map(|(term, (_, listed))| self.term(term, listed)).collect();
        let mut pooled = vec![0.0; 2 * self.scene.bias.len()];
        let (means, greatest) = pooled.split_at_mut(self.scene.bias.len());
        for term in &terms {
            for ((mean, greatest), value) in
                means.iter_mut().zip(&mut *greatest).zip(self.scene.of(term))
            {
                *mean += value.max(0.0) / terms.len() as f32;
                *greatest = greatest.max(value);
            }
        }
        let scene_vector = means.iter().zip(&*greatest).map(|(mean, most)| mean + most).collect();
        let words = scene.iter().map(|term| term.word.clone()).collect();
        Encoded { terms, words, seen, scene: scene_vector }
    }

    /// Every axis of the term at `at`, the likeliest value each.
    pub(crate) fn judge(&self, encoded: &Encoded, at: usize) -> Vec<Judged> {
        self.likeliest(&self.scores(encoded, at, None))
    }

    /// The term in reach without which the axis would be least likely: `at` itself, or a neighbour.
    pub(crate) fn most_telling(&self, encoded: &Encoded, at: usize, axis: &str) -> usize {
        let without = |place: usize| {
            let judged = self.likeliest(&self.scores(encoded, at, Some(place)));
            judged
                .iter()
                .find(|judged| judged.axis == axis)
                .map_or(1.0, |judged| judged.probability)
        };
        let last = (at + REACH).min(encoded.terms.len() - 1);
        let reach = at.saturating_sub(REACH)..=last;
        let least = reach.map(|place| (without(place), place)).min_by(|a, b| a.0.total_cmp(&b.0));
        least.map_or(at, |(_, place)| place)
    }

    fn scores(&self, encoded: &Encoded, at: usize, without: Option<usize>) -> Vec<f32> {
        let there = |place: &usize| Some(*place) != without && *place < encoded.terms.len();
        let outside = self.outside();
        let mut input = Vec::with_capacity(self.hidden.n_in);
        for place in at as isize - REACH as isize..=(at + REACH) as isize {
            let place = usize::try_from(place).ok().filter(there);
            input.extend_from_slice(place.map_or(&outside, |place| &encoded.terms[place]));
        }
        let (place, listed) = &encoded.seen[at];
        input.extend_from_slice(&self.places.rows[*place]);
        input.extend_from_slice(&encoded.scene);
        let hidden: Vec<f32> = self.hidden.of(&input).map(|value| value.max(0.0)).collect();
        let mut scores: Vec<f32> = self.out.of(&hidden).collect();
        if without != Some(at) {
            for (score, row) in
                scores.iter_mut().zip(self.listed_out.weight.chunks(self.axes.len()))
            {
                *score += listed.iter().map(|axis| row[*axis]).sum::<f32>();
            }
        }
        for (side, place) in [at.checked_sub(1), Some(at), Some(at + 1)].into_iter().enumerate() {
            let pieces = place.filter(there).map(|place| self.pieces(&encoded.words[place]));
            pieces
                .into_iter()
                .flatten()
                .flatten()
                .for_each(|piece| self.add_piece(side, piece, &mut scores));
        }
        scores
    }

    /// The values of an axis exclude each other: their probabilities add up to the axis's.
    fn likeliest(&self, scores: &[f32]) -> Vec<Judged> {
        let mut judged: Vec<(Judged, f32)> = Vec::with_capacity(self.axes.len());
        for (&(axis, value), score) in self.classes.iter().zip(scores) {
            let probability = 1.0 / (1.0 + (-score).exp());
            match judged.iter_mut().find(|(judged, _)| judged.axis == axis) {
                Some((of_axis, most)) => {
                    of_axis.probability += probability;
                    if probability > *most {
                        (of_axis.value, *most) = (value, probability);
                    }
                }
                None => judged.push((Judged { axis, value, probability }, probability)),
            }
        }
        judged
            .into_iter()
            .map(|(judged, _)| Judged { probability: judged.probability.min(1.0), ..judged })
            .collect()
    }

    fn term(&self, seen: &Seen, listed: &[usize]) -> Vec<f32> {
        let n_words = self.word_hashes.len();
        let word = self.word_hashes.binary_search(&hash(&seen.word)).unwrap_or(n_words);
        let mut vector = self.word_vector(word);
        vector.extend_from_slice(self.symbols.row(seen.symbol));
        vector.extend_from_slice(self.shapes.row(seen.shape));
        vector.extend_from_slice(&self.fates[seen.fate as usize]);
        vector.extend(self.listed_sum(listed));
        vector
    }

    fn outside(&self) -> Vec<f32> {
        let mut vector = self.word_vector(self.word_hashes.len() + 1);
        vector.extend_from_slice(&self.symbols.rows[0]);
        vector.extend_from_slice(&self.shapes.rows[0]);
        vector.extend_from_slice(&self.fates[0]);
        vector.extend(self.listed_sum(&[]));
        vector
    }

    fn word_vector(&self, word: usize) -> Vec<f32> {
        let n_dims = self.word_scales.len();
        let row = &self.word_vectors[word * n_dims..][..n_dims];
        row.iter().zip(&self.word_scales).map(|(value, scale)| f32::from(*value) * scale).collect()
    }

    fn listed_sum(&self, listed: &[usize]) -> impl Iterator<Item = f32> {
        let rows = self.listed.weight.chunks(self.axes.len());
        rows.map(move |row| listed.iter().map(|axis| row[*axis]).sum())
    }

    fn pieces(&self, word: &str) -> [Option<usize>; N_PIECES] {
        let find = |piece: String| self.piece_hashes.binary_search(&hash(&piece)).ok();
        let ending = |n_letters: usize| {
            let first = word.char_indices().rev().nth(n_letters - 1).map(|(at, _)| at)?;
            (first > 0).then(|| find(format!("${}", &word[first..]))).flatten()
        };
        let start = word.char_indices().nth(3).filter(|_| word.chars().count() > 4);
        let start = start.and_then(|(end, _)| find(format!("^{}", &word[..end])));
        [ending(2), ending(3), ending(4), start, find(format!("w={word}"))]
    }

    fn add_piece(&self, side: usize, piece: usize, scores: &mut [f32]) {
        let n_classes = self.classes.len();
        let row = &self.piece_weights[(side * self.piece_hashes.len() + piece) * n_classes..]
            [..n_classes];
        let scales = &self.piece_scales[side * n_classes..][..n_classes];
        for ((score, weight), scale) in scores.iter_mut().zip(row).zip(scales) {
            *score += f32::from(*weight) * scale;
        }
    }
}

impl Rows {
    /// The first row is for whatever has no name here.
    fn new(names: &[&'static str], values: &[f32]) -> Result<Self, String> {
        let n_rows = names.len();
        if n_rows == 0 || values.is_empty() || !values.len().is_multiple_of(n_rows) {
            return Err(format!("{} values for {n_rows} rows", values.len()));
        }
        let names = names.iter().enumerate().map(|(idx, name)| (*name, idx)).collect();
        Ok(Self {
            names,
            rows: values.chunks(values.len() / n_rows).map(<[f32]>::to_vec).collect(),
        })
    }

    fn idx(&self, name: &str) -> usize {
        self.names.get(name).copied().unwrap_or(0)
    }

    fn row(&self, name: &str) -> &[f32] {
        &self.rows[self.idx(name)]
    }
}

impl Layer {
    fn new(weight: Vec<f32>, bias: Vec<f32>) -> Result<Self, String> {
        match weight.len().checked_rem(bias.len()) {
            Some(0) => Ok(Self { n_in: weight.len() / bias.len(), weight, bias }),
            _ => Err(format!("{} weights for {} outputs", weight.len(), bias.len())),
        }
    }

    fn of(&self, input: &[f32]) -> impl Iterator<Item = f32> {
        self.weight.chunks(self.n_in).zip(&self.bias).map(move |(row, bias)| bias + dot(row, input))
    }
}

/// In eight sums, which the compiler keeps in one register.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a.remainder().iter().zip(b.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a.zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    rest + sums.iter().sum::<f32>()
}

/// FNV-1a of 32 bits.
fn hash(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

fn floats(tensor: &TensorView<'_>) -> Result<Vec<f32>, String> {
    let bytes = tensor.data();
    let float = |bytes: &[u8]| {
        bytes
            .try_into()
            .map(f32::from_le_bytes)
            .map_err(|_| "a float of less than 4 bytes".to_owned())
    };
    bytes.chunks(4).map(float).collect()
}

fn integers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

fn signed(bytes: &[u8]) -> Vec<i8> {
    bytes.iter().map(|byte| byte.cast_signed()).collect()
}

const DATA: &[u8] = include_bytes!("../data/tagger-v1.safetensors");

#[cfg(test)]
mod tests;
