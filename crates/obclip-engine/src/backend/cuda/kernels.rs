//! Our own kernels: CUDA C++ that is compiled once per GPU and storage, and how they are called.

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::Arc;

use super::Storage;
use super::driver::{Buffer, Context, Module, Stream};
use super::error::CudaError;
use super::nvrtc;
use super::values;

/// In the order in which they are put together. `scripts/check_cuda_kernels.py` does the same.
const SOURCES: [&str; 6] = [
    include_str!("kernels/storage.cu"),
    include_str!("kernels/pointwise.cu"),
    include_str!("kernels/moving.cu"),
    include_str!("kernels/norm.cu"),
    include_str!("kernels/attention.cu"),
    include_str!("kernels/attention_tiles.cu"),
];

/// Threads of a block, where a kernel takes any number.
pub(super) const THREADS: u32 = 256;
/// Blocks of a grid at most, where a kernel takes any number.
const MOST_BLOCKS: u64 = 8192;
/// Channels of a head that there are kernels with tensor cores for; fewer are filled up with zeros.
pub(super) const TILED_HEADS: [usize; 6] = [32, 48, 64, 80, 128, 160];

/// What a kernel takes in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Memory,
    U64,
    U32,
    F32,
    /// `struct Sources`
    Sources,
    /// `struct RowMaps`
    RowMaps,
}

/// The kernels of one GPU and storage.
pub(super) struct Kernels {
    module: Module,
    signatures: HashMap<String, Vec<Kind>>,
}

impl Kernels {
    pub(super) fn compile(context: &Arc<Context>, storage: Storage) -> Result<Self, CudaError> {
        let (major, minor) = context.capability()?;
        let options = [
            format!("--gpu-architecture=sm_{major}{minor}"),
            format!("-DOBCLIP_STORAGE={}", values::number(storage)),
            "--std=c++17".to_owned(),
        ];
        let code = nvrtc::compile(&SOURCES.join("\n"), &options)?;
        let signatures = signatures(storage);
        let module = Module::load(context, &code, signatures.keys().map(String::as_str))?;
        Ok(Self { module, signatures })
    }

    /// Starts a call.
    ///
    /// # Panics
    /// If there is no such kernel.
    pub(super) fn call(&self, name: &str) -> Launch<'_> {
        let kinds = self.signatures.get(name).unwrap_or_else(|| panic!("no kernel {name}"));
        let function = self.module.get(name).unwrap_or_else(|| panic!("{name} is not loaded"));
        Launch { kinds, function, arguments: Vec::with_capacity(kinds.len()) }
    }
}

/// A call of a kernel, argument by argument.
pub(super) struct Launch<'a> {
    kinds: &'a [Kind],
    function: super::driver::Function,
    arguments: Vec<Argument>,
}

enum Argument {
    U64(u64),
    U32(u32),
    F32(f32),
    Sources(Box<[u64; 64]>),
    RowMaps(Box<[u32; 192]>),
}

impl Launch<'_> {
    fn with(mut self, kind: Kind, argument: Argument) -> Self {
        // The driver would read whatever it finds.
        assert_eq!(self.kinds.get(self.arguments.len()), Some(&kind), "argument of a kernel");
        self.arguments.push(argument);
        self
    }

    pub(super) fn memory(self, buffer: &Buffer) -> Self {
        self.with(Kind::Memory, Argument::U64(buffer.address()))
    }

    /// From so many bytes behind its start.
    pub(super) fn memory_at(self, buffer: &Buffer, n_bytes: usize) -> Self {
        self.with(Kind::Memory, Argument::U64(buffer.address() + n_bytes as u64))
    }

    pub(super) fn u64(self, value: usize) -> Self {
        self.with(Kind::U64, Argument::U64(value as u64))
    }

    /// # Panics
    /// If it does not fit.
    pub(super) fn u32(self, value: usize) -> Self {
        let value = u32::try_from(value).expect("sizes that kernels take as u32 fit");
        self.with(Kind::U32, Argument::U32(value))
    }

    pub(super) fn f32(self, value: f32) -> Self {
        self.with(Kind::F32, Argument::F32(value))
    }

    /// Addresses of rows.
    pub(super) fn sources(self, rows: &[u64]) -> Self {
        let mut all = Box::new([0; 64]);
        all[..rows.len()].copy_from_slice(rows);
        self.with(Kind::Sources, Argument::Sources(all))
    }

    /// Rows of queries, keys and values.
    pub(super) fn row_maps(self, maps: [&[u32]; 3]) -> Self {
        let mut all = Box::new([0; 192]);
        for (to, from) in all.as_chunks_mut::<64>().0.iter_mut().zip(maps) {
            to[..from.len()].copy_from_slice(from);
        }
        self.with(Kind::RowMaps, Argument::RowMaps(all))
    }

    /// Queues it with a grid for `n` items, one thread each or more items per thread. Nothing for no items.
    pub(super) fn over(self, stream: &Stream, n: usize) -> Result<(), CudaError> {
        self.over_rows(stream, n, 1)
    }

    /// Likewise with `rows` on the grid's second axis.
    pub(super) fn over_rows(self, stream: &Stream, n: usize, rows: usize) -> Result<(), CudaError> {
        let blocks = (n as u64).div_ceil(u64::from(THREADS)).min(MOST_BLOCKS);
        self.grid(stream, [blocks as usize, rows, 1], THREADS)
    }

    /// Queues it. Nothing for an empty grid.
    pub(super) fn grid(
        mut self,
        stream: &Stream,
        grid: [usize; 3],
        n_threads: u32,
    ) -> Result<(), CudaError> {
        assert_eq!(self.arguments.len(), self.kinds.len(), "arguments of a kernel");
        if grid.contains(&0) {
            return Ok(());
        }
        // What the driver takes: 2³¹ − 1 by 65,535 by 65,535.
        let limits = [i32::MAX as usize, 65_535, 65_535];
        if grid.iter().zip(limits).any(|(&blocks, limit)| blocks > limit) {
            let (expected, found) = (format!("at most {limits:?}"), format!("{grid:?}"));
            return Err(CudaError::Unsupported { what: "blocks of a kernel", expected, found });
        }
        let mut pointers: Vec<*mut c_void> =
            self.arguments.iter_mut().map(Argument::pointer).collect();
        stream.launch(self.function, grid.map(|blocks| blocks as u32), n_threads, &mut pointers)
    }
}

impl Argument {
    fn pointer(&mut self) -> *mut c_void {
        match self {
            Self::U64(value) => (&raw mut *value).cast(),
            Self::U32(value) => (&raw mut *value).cast(),
            Self::F32(value) => (&raw mut *value).cast(),
            Self::Sources(rows) => (&raw mut **rows).cast(),
            Self::RowMaps(maps) => (&raw mut **maps).cast(),
        }
    }
}

/// Read off the sources, so that there is no second list that could disagree with them.
fn signatures(storage: Storage) -> HashMap<String, Vec<Kind>> {
    let mut found = HashMap::new();
    for source in SOURCES {
        // The last file is empty without 16-bit values.
        if storage == Storage::F32 && source.contains("#if OBCLIP_STORAGE != 0") {
            continue;
        }
        for (name, parameters) in source.split("extern \"C\" __global__").skip(1).filter_map(split)
        {
            let kinds: Vec<Kind> = parameters.split(',').map(kind).collect();
            match name.strip_suffix("##D") {
                None => drop(found.insert(name.to_owned(), kinds)),
                Some(stem) => {
                    let wide = TILED_HEADS.map(|width| (format!("{stem}{width}"), kinds.clone()));
                    found.extend(wide);
                }
            }
        }
    }
    found
}

/// ` void __launch_bounds__(128) name(parameters) {…` → name and parameters.
fn split(declaration: &str) -> Option<(&str, &str)> {
    let declaration = declaration.trim_start().strip_prefix("void")?.trim_start();
    let declaration = match declaration.strip_prefix("__launch_bounds__(") {
        Some(rest) => rest.split_once(')')?.1,
        None => declaration,
    };
    let (name, rest) = declaration.split_once('(')?;
    Some((name.trim(), rest.split_once(')')?.0))
}

fn kind(parameter: &str) -> Kind {
    match parameter.trim_matches([' ', '\n', '\\']) {
        pointer if pointer.contains('*') => Kind::Memory,
        number if number.starts_with("u64 ") => Kind::U64,
        number if number.starts_with("u32 ") => Kind::U32,
        number if number.starts_with("float ") => Kind::F32,
        rows if rows.starts_with("Sources ") => Kind::Sources,
        maps if maps.starts_with("RowMaps ") => Kind::RowMaps,
        other => panic!("kernels have no parameter like {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_read_off_the_sources() {
        let found = signatures(Storage::F16);
        assert_eq!(found["add"], [Kind::Memory, Kind::Memory, Kind::Memory, Kind::U64]);
        assert_eq!(found["gather"], [Kind::Sources, Kind::Memory, Kind::U64]);
        let tiles = &found["attention_80"];
        assert_eq!(tiles, &found["attention_plain"]);
        assert_eq!((tiles[4], tiles[9]), (Kind::RowMaps, Kind::F32));
        let wanted = SOURCES.join("\n").matches("\nATTENTION_TILES(").count();
        assert_eq!(wanted, TILED_HEADS.len());
        assert!(!signatures(Storage::F32).contains_key("attention_80"));
    }
}
