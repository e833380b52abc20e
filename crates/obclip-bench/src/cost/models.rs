//! Models by name: their `unet/config.json` as data files.

/// A model whose configuration is in the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum NamedModel {
    /// Stable Diffusion 1.4 (1.1 to 1.5 have the same shapes); Realistic Vision too.
    #[value(name = "sd-1.4")]
    Sd14,
    /// Stable Diffusion XL base.
    #[value(name = "sdxl")]
    Sdxl,
    /// BK-SDM-small: one layer a block, no mid block.
    #[value(name = "bk-sdm-small")]
    BkSdmSmall,
    /// BK-SDM-tiny: and without the lowest resolution.
    #[value(name = "bk-sdm-tiny")]
    BkSdmTiny,
}

impl NamedModel {
    pub(crate) fn name(self) -> String {
        let value = clap::ValueEnum::to_possible_value(&self).expect("no model is hidden");
        value.get_name().to_owned()
    }

    /// diffusers' config.json.
    pub(crate) fn config(self) -> &'static str {
        match self {
            Self::Sd14 => include_str!("../../models/sd-1.4.json"),
            Self::Sdxl => include_str!("../../models/sdxl.json"),
            Self::BkSdmSmall => include_str!("../../models/bk-sdm-small.json"),
            Self::BkSdmTiny => include_str!("../../models/bk-sdm-tiny.json"),
        }
    }
}
