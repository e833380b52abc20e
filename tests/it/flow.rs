//! The whole path on the embedded pair.

use std::ops::ControlFlow;

use obclip_device::Cover;
use obclip_engine::{Cpu, LoadParts, Model, ModelFiles};
use obclip_protocol::Limits;

use crate::world::{self, Recorder};

#[test]
fn a_prompt_becomes_a_picture_and_the_same_coins_the_same_picture() {
    let paint = || {
        let (picture, _) = world::paint(
            "closeup portrait of an old asian woman wearing glasses",
            Cover::Mentioned,
            &Recorder::honest(),
        );
        picture.expect("a picture").image
    };
    let first = paint();
    assert_eq!((first.width, first.height, first.pixels.len()), (128, 128, 128 * 128 * 3));
    let (low, high) = (first.pixels.iter().min(), first.pixels.iter().max());
    assert!(low < high, "the picture is not one colour");
    assert_eq!(first, paint());
}

/// The choice reaches the picture: another value of the same class is another picture.
#[test]
fn another_value_is_another_picture_of_the_same_request() {
    let paint = |prompt: &str| {
        let cloud = Recorder::honest();
        let (picture, _) = world::paint(prompt, Cover::Mentioned, &cloud);
        (picture.expect("a picture").image, cloud.requests.take())
    };
    let (old, request) = paint("portrait of an old man");
    let (young, same_request) = paint("portrait of a young man");
    assert_eq!(request, same_request);
    assert_ne!(old, young);
}

/// How rows are batched and how many threads compute does not change a bit of the reply.
#[test]
fn batches_and_threads_do_not_change_the_reply() {
    let recorder = Recorder::refusing();
    let _ = world::paint("portrait of an old man", Cover::Mentioned, &recorder);
    let request = recorder.requests.take().remove(0);
    let answer = |threads: usize, max_rows: usize| {
        let files = ModelFiles::from_table(obclip_pair::cloud());
        let model = Model::load(&files, Cpu::new(threads), LoadParts { vae: false })
            .expect("the embedded model loads");
        let cloud = obclip_cloud::Cloud::new(model, Limits::default(), max_rows);
        cloud.answer(&request, &mut |_| ControlFlow::Continue(())).expect("a reply")
    };
    let one = answer(1, 1);
    assert_eq!(one, answer(2, 5));
    assert_eq!(one, answer(2, 64));
}

#[test]
fn cancelling_stops_the_job_at_its_next_step() {
    for stop_at in ["sealed", "CloudStep", "Received", "DeviceStep"] {
        let mut seen_after = 0;
        let mut stopped = false;
        let picture = obclip_device::generate(
            &world::wish("portrait of a man"),
            &CancellingCloud,
            world::device_model(),
            &world::settings(Cover::Mentioned),
            world::fixed_coins(),
            &mut |event| {
                seen_after += usize::from(stopped);
                let name = match &event {
                    obclip_device::Event::Sealed { .. } => "sealed".to_owned(),
                    other => format!("{other:?}"),
                };
                stopped |= name.starts_with(stop_at);
                if stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        assert!(matches!(picture, Err(obclip_device::GenerateError::Cancelled)), "{stop_at}");
        assert_eq!(seen_after, 0, "{stop_at}: nothing happens after the cancel");
    }
}

/// The embedded cloud, with its steps passed on.
struct CancellingCloud;

impl obclip_device::Cloud for CancellingCloud {
    fn denoise(
        &self,
        request: &[u8],
        on_step: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, obclip_device::CloudError> {
        world::cloud()
            .answer(request, &mut |progress| on_step(progress.step, progress.steps))
            .map_err(|refusal| match refusal.code.as_str() {
                "cancelled" => obclip_device::CloudError::Cancelled,
                _ => obclip_device::CloudError::Refused(refusal),
            })
    }
}
