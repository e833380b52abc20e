use std::cell::RefCell;
use std::path::{Path, PathBuf};

use clap::Parser;
use obclip_device::CloudError;
use obclip_engine::Cpu;

use super::*;
use crate::cli::{Cli, Command};

/// The embedded cloud; notes which pictures there are whenever it is asked, and fails when it is asked too often.
struct Watchful {
    cloud: InProcessCloud,
    folder: PathBuf,
    n_answers: usize,
    seen: RefCell<Vec<usize>>,
}

impl obclip_device::Cloud for &Watchful {
    fn denoise(
        &self,
        request: &[u8],
        on_step: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, CloudError> {
        self.seen.borrow_mut().push(n_pictures(&self.folder));
        match self.seen.borrow().len() <= self.n_answers {
            true => self.cloud.denoise(request, on_step),
            false => Err(CloudError::Unreachable { found: "silence".to_owned() }),
        }
    }
}

fn n_pictures(folder: &Path) -> usize {
    std::fs::read_dir(folder).expect("a folder").count()
}

/// Runs three jobs; gives what the cloud saw, how many pictures there are, and the outcome.
fn three_jobs(n_answers: usize) -> (Vec<usize>, usize, anyhow::Result<()>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("a.png");
    let words = ["obclip", "generate", "an old man", "--steps", "2", "--cloud-steps", "1"];
    let more = ["--size", "64x64", "--count", "3", "--out", out.to_str().expect("text")];
    let Command::Generate(args) = Cli::parse_from(words.iter().chain(&more)).command else {
        panic!("it says generate")
    };
    let model = models::device(None, Cpu::new(2)).expect("the embedded model");
    let cloud = models::cloud(None, Cpu::new(2), &model).expect("the embedded model");
    let cloud = InProcessCloud::start(Cloud::new(cloud, Limits::default(), CLOUD_ROWS));
    let folder_path = folder.path().to_owned();
    let cloud: &'static Watchful = Box::leak(Box::new(Watchful {
        cloud,
        folder: folder_path,
        n_answers,
        seen: RefCell::default(),
    }));
    let session = Session {
        args: &args,
        settings: job::settings(&args.job, &Config::default(), model.spec()).expect("settings"),
        wish: job::wish(&args.prompt, &args.job).expect("a prompt"),
        cloud: Box::new(cloud),
        model,
        catalogues: obclip_protocol::Catalogues::default(),
        load_seconds: 0.0,
        cancelled: Arc::default(),
    };
    let outcome = session.run(&destinations(&args).expect("a writable folder"));
    (cloud.seen.borrow().clone(), n_pictures(folder.path()), outcome)
}

/// No request leaves after a picture was finished or packed: how long that takes may depend on what it shows.
#[test]
fn all_requests_leave_before_the_first_picture_is_painted() {
    let (seen, n_pictures, outcome) = three_jobs(3);
    outcome.expect("three pictures");
    assert_eq!((seen, n_pictures), (vec![0, 0, 0], 3));
}

#[test]
fn pictures_before_a_failed_job_are_painted() {
    let (seen, n_pictures, outcome) = three_jobs(1);
    assert!(outcome.expect_err("the second job fails").to_string().contains("silence"));
    assert_eq!((seen, n_pictures), (vec![0, 0], 1), "the third was not asked for");
}
