//! Request bytes → a checked job, or a refusal. Nothing is computed before everything is checked.

use obclip_engine::{Backend, Model, SamplerKind};
use obclip_plan::{Guidance, OpenAxis, RecipeError, Shape, StepPlan};
use obclip_protocol::{Catalogues, Limits, Options, Refusal, Request, decode_request_with};
use zeroize::Zeroize;

use crate::refuse;

/// A request that this cloud will run: the texts of all members, in canonical order, then those of the plan's trunks. Its
/// texts are overwritten when it is dropped.
pub struct Admitted {
    pub(crate) texts: Vec<String>,
    pub(crate) n_members: usize,
    pub(crate) plan: StepPlan,
    pub(crate) request: Request,
    pub(crate) sampler: SamplerKind,
}

impl Admitted {
    /// How many latents the reply will have.
    pub fn n_members(&self) -> usize {
        self.n_members
    }

    /// U-Net rows of the whole plan, each computed wholly or in part.
    pub fn n_rows(&self) -> u64 {
        self.plan.n_rows_run() as u64
    }

    /// Steps, guidance, sizes: nothing that was written by a person.
    pub fn options(&self) -> &Options {
        &self.request.options
    }
}

impl std::fmt::Debug for Admitted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.texts.zeroize();
        self.request.template.zeroize();
        self.request.negative.zeroize();
    }
}

/// Checks a request against the protocol, the limits and the model served here.
pub fn admit<B: Backend>(
    bytes: &[u8],
    limits: &Limits,
    catalogues: &Catalogues,
    model: &Model<B>,
) -> Result<Admitted, Refusal> {
    let request =
        decode_request_with(bytes, limits, catalogues).map_err(|error| Refusal::from(&error))?;
    if request.pair.0 != model.spec().pairing() {
        return Err(refuse::unknown_pair());
    }
    let sampler = check_options(&request, model)?;
    let mut texts = request.members(limits).map_err(|error| Refusal::from(&error))?.texts;
    let n_members = texts.len();
    let plan = step_plan(&request, model)?;
    for trunk in plan.trunks() {
        let text = request.trunk_text(trunk.like, &trunk.open);
        texts.push(text.map_err(|error| Refusal::from(&error))?);
    }
    Ok(Admitted { texts, n_members, plan, request, sampler })
}

/// The plan of the request's name: a function of the class's open axes and the public options alone.
fn step_plan<B: Backend>(request: &Request, model: &Model<B>) -> Result<StepPlan, Refusal> {
    let options = &request.options;
    let shape = Shape {
        open: open_axes(request)?,
        n_steps: options.cloud_steps as usize,
        n_levels: model.unet().n_levels(),
        guidance: match options.guidance.needs_unconditional() {
            true => Guidance::On,
            false => Guidance::Off,
        },
    };
    StepPlan::published(&options.plan, &shape).map_err(|error| match error {
        RecipeError::Unknown => refuse::unknown_name("plan", "one published in PROTOCOL.md"),
        error => refuse::unfit_plan(&error),
    })
}

fn open_axes(request: &Request) -> Result<Vec<OpenAxis>, Refusal> {
    let open = request.open_axes().map_err(|error| Refusal::from(&error))?;
    Ok(open.into_iter().map(|(axis, n_values)| OpenAxis { axis, n_values }).collect())
}

fn check_options<B: Backend>(request: &Request, model: &Model<B>) -> Result<SamplerKind, Refusal> {
    let options = &request.options;
    let multiple = model.spec().size_multiple;
    if [options.width, options.height].iter().any(|&side| !(side as usize).is_multiple_of(multiple))
    {
        return Err(refuse::unsupported_size(multiple));
    }
    SamplerKind::from_name(&options.sampler)
        .ok_or_else(|| refuse::unknown_name("sampler", "dpmpp-2m, ddim or euler"))
}
