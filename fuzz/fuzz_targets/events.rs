//! Arbitrary bytes as the body that answers a job of two members; the first byte says how they are cut into pieces, the
//! second how the stream ends. Thirty-two times `U` stands for the request's hash, so that seeds outlive a new catalogue.
//! The client never panics, never hangs on, and takes nothing but two whole latents for a reply.
#![no_main]

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use obclip_client::{End, Exchange, GrpcFrames, Input, Instruction, Policy};
use obclip_protocol::{
    Accepted, AxisSet, Bundle, Catalogue, Catalogues, Event, Guidance, JobKey, LatentShape, Limits, Options,
    PairId, Request, Seed, Template, decode_reply, encode_request,
};

/// Small, so that mutations reach the frames.
const SHAPE: LatentShape = LatentShape { channels: 1, height: 2, width: 2 };

/// The request whose answer the seeds are; another one would have another hash in its announcement.
static REQUEST: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let catalogue = Catalogue::v1();
    let gender = catalogue.axis_idx("gender").expect("an axis of v1");
    let open = AxisSet::from_bits(1 << gender, &catalogue).expect("an axis of v1");
    let request = Request {
        catalogue: Arc::new(catalogue.clone()),
        pair: PairId([1; 32]),
        template: Template::parse("a {P1}").expect("a template"),
        bundles: vec![Bundle { open, role: false }],
        negative: Template::parse("").expect("an empty template"),
        options: Options {
            steps: 4,
            cloud_steps: 2,
            guidance: Guidance { milli: 3000 },
            width: 64,
            height: 64,
            sampler: "ddim".to_owned(),
            plan: "plain".to_owned(),
        },
        seed: Seed([7; 32]),
    };
    encode_request(&request).expect("a valid request")
});

fuzz_target!(|bytes: &[u8]| {
    let Some((&[cut, end], body)) = bytes.split_first_chunk::<2>() else { return };
    let body = with_hash(body);
    messages(&body);
    exchange(usize::from(cut).max(1), end, &body);
});

fn with_hash(body: &[u8]) -> Vec<u8> {
    let Accepted { request_sha256, .. } = Accepted::new(&REQUEST, 2, SHAPE);
    let mut body = body.to_vec();
    if let Some(at) = body.windows(32).position(|window| window == [b'U'; 32]) {
        body[at..at + 32].copy_from_slice(&request_sha256);
    }
    body
}

/// Every message is an event that encodes to the same bytes, or a typed error.
fn messages(body: &[u8]) {
    let mut frames = GrpcFrames::new(body.len());
    frames.push(body);
    while let Ok(Some(message)) = frames.next_message() {
        if let Ok(event) = Event::decode(&message) {
            assert_eq!(event.encode(), message);
        }
    }
    if let Ok(event) = Event::decode(body) {
        assert_eq!(event.encode(), body);
    }
}

fn exchange(cut: usize, end: u8, body: &[u8]) {
    let policy = Policy { pauses: Vec::new(), ..Policy::default() };
    let mut exchange = Exchange::new(&REQUEST, SHAPE, &Limits::default(), &Catalogues::default(), policy, JobKey([3; 16]))
        .expect("our own request");
    let mut now = Duration::ZERO;
    let mut instruction = exchange.start(now);
    // A refusal comes without a body.
    let (data, refusal) = match end & 4 {
        0 => (body, None),
        _ => (&[][..], Some(body.to_vec())),
    };
    for piece in data.chunks(cut) {
        if let Instruction::Finish(outcome) = &instruction {
            assert!(outcome.is_err(), "a reply before its end");
            return;
        }
        now += Duration::from_millis(1);
        instruction = exchange.step(now, Input::Data(piece));
    }
    let end = End { grpc_status: (end & 1 == 0).then_some(u32::from(end & 2)), refusal };
    if !matches!(instruction, Instruction::Finish(_)) {
        instruction = exchange.step(now, Input::Ended(end));
    }
    let Instruction::Finish(outcome) = instruction else { panic!("no further try was allowed") };
    if let Ok(reply) = outcome {
        assert!(decode_reply(&reply, SHAPE, 2).is_ok());
    }
}
