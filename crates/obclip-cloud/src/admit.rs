//! Request bytes → a checked job, or a refusal. Nothing is computed before everything is checked.

use obclip_engine::{Backend, Model, SamplerKind};
use obclip_protocol::{Limits, Refusal, Request, decode_request};

use crate::refuse;

/// A request that this cloud will run: the texts of all members, in canonical order.
#[derive(Debug)]
pub struct Admitted {
    pub(crate) texts: Vec<String>,
    pub(crate) request: Request,
    pub(crate) sampler: SamplerKind,
}

/// The only step plan so far: every row computed, nothing reused.
const PLAIN_PLAN: &str = "plain";

/// Checks a request against the protocol, the limits and the model served here.
pub fn admit<B: Backend>(
    bytes: &[u8],
    limits: &Limits,
    model: &Model<B>,
) -> Result<Admitted, Refusal> {
    let request = decode_request(bytes, limits).map_err(|error| Refusal::from(&error))?;
    if request.pair.0 != model.spec().pairing() {
        return Err(refuse::unknown_pair());
    }
    let sampler = check_options(&request, model)?;
    let members = request.members(limits).map_err(|error| Refusal::from(&error))?;
    Ok(Admitted { texts: members.texts, request, sampler })
}

fn check_options<B: Backend>(request: &Request, model: &Model<B>) -> Result<SamplerKind, Refusal> {
    let options = &request.options;
    if options.plan != PLAIN_PLAN {
        return Err(refuse::unknown_name("plan", PLAIN_PLAN));
    }
    let multiple = model.spec().size_multiple;
    if [options.width, options.height].iter().any(|&side| !(side as usize).is_multiple_of(multiple))
    {
        return Err(refuse::unsupported_size(multiple));
    }
    SamplerKind::from_name(&options.sampler)
        .ok_or_else(|| refuse::unknown_name("sampler", "dpmpp-2m, ddim or euler"))
}
