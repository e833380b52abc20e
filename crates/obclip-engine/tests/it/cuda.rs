//! The CUDA backend without a GPU: on doubles of NVIDIA's libraries (`cuda/doubles/README.md`).

mod absent;
mod doubles;
mod failing;
mod models;
mod operations;

use std::sync::OnceLock;

use obclip_engine::{Cuda, Storage};

/// The double of a GPU, opened once for each storage.
fn cuda(storage: Storage) -> Cuda {
    static OPENED: [OnceLock<Cuda>; 3] = [const { OnceLock::new() }; 3];
    doubles::open();
    let place = Storage::NAMES.iter().position(|&(_, other)| other == storage).unwrap();
    OPENED[place].get_or_init(|| Cuda::open(0, storage).unwrap()).clone()
}
