use obclip_protocol::{
    AxisSet, Bundle, Catalogue, Catalogues, Frame, Guidance, Options, PairId, Phase, Progress,
    Request, Seed, Template, decode_reply, encode_request,
};

use super::*;
use crate::grpc_frames::frame;

const SHAPE: LatentShape = LatentShape { channels: 4, height: 16, width: 16 };
const KEY: JobKey = JobKey([3; 16]);

fn request() -> Vec<u8> {
    let catalogue = Catalogue::v1();
    let open = AxisSet::from_bits(0b1, &catalogue).expect("the first axis");
    let request = Request {
        catalogue: std::sync::Arc::new(catalogue),
        pair: PairId([1; 32]),
        template: Template::parse("a {P1}").expect("a template"),
        bundles: vec![Bundle { open, role: false }],
        negative: Template::parse("").expect("an empty template"),
        options: Options {
            steps: 4,
            cloud_steps: 2,
            guidance: Guidance { milli: 3000 },
            width: 128,
            height: 128,
            sampler: "ddim".to_owned(),
            plan: "plain".to_owned(),
        },
        seed: Seed([7; 32]),
    };
    encode_request(&request).expect("a valid request")
}

const N: u32 = 3;

fn exchange() -> Exchange {
    Exchange::new(
        &request(),
        SHAPE,
        &Limits::default(),
        &Catalogues::default(),
        Policy::default(),
        KEY,
    )
    .expect("our own request")
}

fn latent(idx: u32) -> Vec<u8> {
    [idx as u8, 0x3c].repeat(SHAPE.n_values())
}

fn accepted() -> Event {
    Event::Accepted(Accepted::new(&request(), N, SHAPE))
}

fn progress(phase: Phase, step: u32) -> Event {
    Event::Progress(Progress { phase, step, steps: 2 })
}

fn latent_frame(member_idx: u32) -> Event {
    Event::Frame(Frame { member_idx, latent: latent(member_idx) })
}

/// What an honest cloud says.
fn honest() -> Vec<Event> {
    let mut events = vec![accepted(), progress(Phase::Queued, 0), progress(Phase::Reading, 0)];
    events.extend((1..=2).map(|step| progress(Phase::Denoising, step)));
    events.extend((0..N).map(latent_frame));
    events
}

const OK: End = End { grpc_status: Some(0), refusal: None };

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// One try of `events` and an end, all at one moment; what the exchange says then.
fn answer(exchange: &mut Exchange, events: &[Event], end: End) -> Instruction {
    for event in events {
        let instruction = exchange.step(ms(1), Input::Data(&frame(&event.encode())));
        if !matches!(instruction, Instruction::Listen { .. }) {
            return instruction;
        }
    }
    exchange.step(ms(1), Input::Ended(end))
}

fn outcome(events: &[Event], end: End) -> Instruction {
    let mut exchange = exchange();
    exchange.start(ms(0));
    answer(&mut exchange, events, end)
}

#[test]
fn an_honest_reply_is_handed_on_whole_and_its_steps_are_shown() {
    let mut exchange = exchange();
    assert_eq!(exchange.start(ms(0)), Instruction::Open { until: ms(300_000) });
    let Instruction::Finish(Ok(reply)) = answer(&mut exchange, &honest(), OK) else {
        panic!("a reply");
    };
    let reply = decode_reply(&reply, SHAPE, N as usize).expect("a canonical reply");
    assert_eq!(reply.latents, [0, 1, 2].map(latent));
    assert_eq!(exchange.progress(), Some((2, 2)));
}

/// However the network cuts the bytes, the reply is the same.
#[test]
fn cuts_do_not_matter() {
    let stream: Vec<u8> = honest().iter().flat_map(|event| frame(&event.encode())).collect();
    let whole = outcome(&honest(), OK);
    for cut in [1, 7, 1000] {
        let mut exchange = exchange();
        exchange.start(ms(0));
        for chunk in stream.chunks(cut) {
            exchange.step(ms(1), Input::Data(chunk));
        }
        assert_eq!(exchange.step(ms(1), Input::Ended(OK)), whole);
    }
}

/// Every lie that the wire shows ends the job at once with one and the same error.
#[test]
fn lies_end_the_job_with_one_error() {
    let changed = |change: &dyn Fn(&mut Vec<Event>)| {
        let mut events = honest();
        change(&mut events);
        events
    };
    let other = Accepted::new(b"another request", N, SHAPE);
    let wide = LatentShape { width: 17, ..SHAPE };
    let lies: Vec<Vec<Event>> = vec![
        vec![],
        changed(&|events| drop(events.remove(0))),
        changed(&|events| events.insert(0, accepted())),
        changed(&|events| events[0] = Event::Accepted(other.clone())),
        changed(&|events| events[0] = Event::Accepted(Accepted::new(&request(), N + 1, SHAPE))),
        changed(&|events| events[0] = Event::Accepted(Accepted::new(&request(), N, wide))),
        changed(&|events| events.swap(5, 6)),
        changed(&|events| events.swap(4, 5)),
        changed(&|events| drop(events.remove(5))),
        changed(&|events| drop(events.pop())),
        changed(&|events| events.push(latent_frame(N))),
        changed(&|events| events.push(latent_frame(0))),
        changed(&|events| events[6] = Event::Frame(Frame { member_idx: 1, latent: vec![0; 8] })),
        changed(&|events| {
            let foreign = Progress { phase: Phase::Denoising, step: 1, steps: 3 };
            events[3] = Event::Progress(foreign);
        }),
    ];
    for (idx, lie) in lies.iter().enumerate() {
        let expected = Instruction::Finish(Err(wrong_reply()));
        assert_eq!(outcome(lie, OK), expected, "lie {idx}");
    }
    let mut exchange = exchange();
    exchange.start(ms(0));
    let garbage = exchange.step(ms(1), Input::Data(&[0xff; 64]));
    assert_eq!(garbage, Instruction::Finish(Err(wrong_reply())));
}

/// A fault leads to the same bytes again after fixed pauses, then to an error; a good try after faults to the reply.
#[test]
fn faults_are_tried_again_with_identical_bytes_on_a_fixed_schedule() {
    let mut exchange = exchange();
    let first = (exchange.head(), exchange.body());
    exchange.start(ms(0));
    let mut now = ms(0);
    for pause_s in [1, 4, 16] {
        now += ms(10);
        let until = now + Duration::from_secs(pause_s);
        assert_eq!(exchange.step(now, Input::Broken), Instruction::Pause { until });
        assert_eq!(exchange.step(until - ms(1), Input::Time), Instruction::Pause { until });
        now = until;
        let until = now + Duration::from_secs(300);
        assert_eq!(exchange.step(now, Input::Time), Instruction::Open { until });
        assert_eq!((exchange.head(), exchange.body()), first);
    }
    let last = exchange.step(now, Input::Broken);
    assert_eq!(last, Instruction::Finish(Err(unreachable(BROKEN))));
}

#[test]
fn a_stream_cut_anywhere_is_tried_again_and_its_latents_are_forgotten() {
    let honest = honest();
    for n_events in 0..=honest.len() {
        let cut = End { grpc_status: None, refusal: None };
        let mut exchange = exchange();
        exchange.start(ms(0));
        let instruction = answer(&mut exchange, &honest[..n_events], cut);
        assert_eq!(instruction, Instruction::Pause { until: ms(1001) });
        exchange.step(ms(1001), Input::Time);
        assert!(matches!(answer(&mut exchange, &honest, OK), Instruction::Finish(Ok(_))));
    }
}

#[test]
fn silence_and_dripping_end_at_the_deadline() {
    let policy = Policy { pauses: Vec::new(), ..Policy::default() };
    let too_late = Instruction::Finish(Err(unreachable(TOO_LATE)));
    let limits = Limits::default();
    let mut silent =
        Exchange::new(&request(), SHAPE, &limits, &Catalogues::default(), policy.clone(), KEY)
            .expect("ours");
    silent.start(ms(0));
    assert!(matches!(silent.step(ms(299_999), Input::Time), Instruction::Listen { .. }));
    assert_eq!(silent.step(ms(300_000), Input::Time), too_late);

    let mut dripping =
        Exchange::new(&request(), SHAPE, &limits, &Catalogues::default(), policy, KEY)
            .expect("ours");
    dripping.start(ms(0));
    let bytes = frame(&accepted().encode());
    for (second, byte) in bytes.iter().enumerate().take(10) {
        dripping.step(Duration::from_secs(second as u64), Input::Data(&[*byte]));
    }
    assert_eq!(dripping.step(ms(300_000), Input::Data(&bytes[10..11])), too_late);
}

fn refused(code: &str) -> End {
    let refusal = Refusal { code: code.to_owned(), detail: "expected x, found y".to_owned() };
    End { grpc_status: Some(3), refusal: Some(refusal.encode()) }
}

/// A refusal ends the job or repeats the identical request; it never makes another one.
#[test]
fn refusals_end_the_job_unless_they_are_temporary() {
    for code in ["limit-exceeded", "pair-unknown", "catalogue-hash", "unauthenticated"] {
        let Instruction::Finish(Err(CloudError::Refused(refusal))) = outcome(&[], refused(code))
        else {
            panic!("{code}: a refusal");
        };
        assert_eq!(refusal.code, code);
    }
    for code in ["busy", "draining", "cancelled", "deadline"] {
        assert_eq!(outcome(&[], refused(code)), Instruction::Pause { until: ms(1001) }, "{code}");
    }
    let nameless = End { grpc_status: Some(14), refusal: None };
    assert_eq!(outcome(&[], nameless), Instruction::Pause { until: ms(1001) });
}

/// A cancelled job stops before the first latent or after the last, never between.
#[test]
fn cancelling_stops_at_fixed_points_only() {
    let cancelled = Instruction::Finish(Err(CloudError::Cancelled));
    let honest = honest();
    for cancel_at in 0..honest.len() {
        let mut exchange = exchange();
        exchange.start(ms(0));
        for event in &honest[..cancel_at] {
            exchange.step(ms(1), Input::Data(&frame(&event.encode())));
        }
        let instruction = exchange.step(ms(1), Input::Cancel);
        if cancel_at <= 5 {
            assert_eq!(instruction, cancelled, "{cancel_at}");
            continue;
        }
        assert!(matches!(instruction, Instruction::Listen { .. }), "{cancel_at}");
        let rest = answer(&mut exchange, &honest[cancel_at..], OK);
        assert_eq!(rest, cancelled, "{cancel_at}");
    }
    let mut pausing = exchange();
    pausing.start(ms(0));
    pausing.step(ms(1), Input::Broken);
    assert_eq!(pausing.step(ms(2), Input::Cancel), cancelled);
}

#[test]
fn the_head_is_of_constant_length_and_names_nothing_but_policy_and_key() {
    let head = exchange().head();
    assert_eq!(head.path, "/obclip.v1.ObClip/Generate");
    let values: Vec<&str> = head.headers.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(values, ["application/grpc", "trailers", "300S", &"03".repeat(16)]);
}
