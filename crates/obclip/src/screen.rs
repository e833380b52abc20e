//! Everything the program says on a terminal: progress and warnings on standard error, results on standard output.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the one place that prints")]

use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use obclip_device::{Class, GenerateError, RequestBytes};
use obclip_protocol::Request;

use crate::doctor::Finding;
use crate::report::Report;

/// Two bars, one after the other: the cloud's steps and the device's.
pub(crate) struct Progress {
    bar: ProgressBar,
    phase: &'static str,
}

impl Progress {
    /// Hidden when standard error is no terminal.
    pub(crate) fn new() -> Self {
        Self { bar: ProgressBar::hidden(), phase: "" }
    }

    /// Moves the bar of `phase`; a new phase starts a new bar.
    pub(crate) fn step(&mut self, phase: &'static str, done: usize, steps: usize) {
        if self.phase != phase {
            self.finish();
            self.bar = ProgressBar::new(steps as u64).with_style(style()).with_message(phase);
            self.phase = phase;
        }
        self.bar.set_position(done as u64);
    }

    /// Takes the bar off the screen.
    pub(crate) fn finish(&mut self) {
        self.bar.finish_and_clear();
        self.phase = "";
    }
}

/// How far a model's weights have been read, part by part.
pub(crate) struct LoadingBar {
    model: &'static str,
    bar: ProgressBar,
}

impl LoadingBar {
    /// Hidden when standard error is no terminal.
    pub(crate) fn new(model: &'static str) -> Self {
        let style = "loading {msg:20} {bar:30} {bytes}/{total_bytes}, {elapsed}";
        let style = ProgressStyle::with_template(style);
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        Self { model, bar: ProgressBar::new(0).with_style(style) }
    }

    /// `done` of `of` bytes of one part.
    pub(crate) fn step(&self, part: &str, done: u64, of: u64) {
        self.bar.set_length(of);
        self.bar.set_message(format!("{} {part}", self.model));
        self.bar.set_position(done);
    }
}

impl Drop for LoadingBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{msg:>7} {bar:30} {pos}/{len} steps, {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// One line of a result.
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// A warning on standard error.
pub(crate) fn warn(text: &str) {
    eprintln!("warning: {text}");
}

/// A finished picture: one line, or one JSON object, on standard output.
pub(crate) fn finished(report: &Report, json: bool) -> anyhow::Result<()> {
    match json {
        true => println!("{}", serde_json::to_string(report)?),
        false => println!("{}", report.summary()),
    }
    Ok(())
}

/// What the doctor found: one line each, or one JSON object.
pub(crate) fn findings(findings: &[Finding], json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string(&serde_json::json!({ "findings": findings }))?);
        return Ok(());
    }
    for Finding { check, ok, found, mend } in findings {
        let mark = if *ok { "ok  " } else { "FAIL" };
        println!("{mark} {check:14} {found}");
        if !mend.is_empty() {
            println!("     {:14} → {mend}", "");
        }
    }
    Ok(())
}

/// The request, decoded and as bytes: what leaves the device, all of it. On standard error when standard output is JSON.
pub(crate) fn show_request(class: &Class, decoded: &Request, request: &RequestBytes, json: bool) {
    let text = format!("{}{}", describe(class, decoded), hex_dump(request.as_ref()));
    match json {
        true => eprintln!("{text}"),
        false => println!("{text}"),
    }
}

/// The request, decoded: one line a field.
pub(crate) fn describe(class: &Class, request: &Request) -> String {
    let Request { catalogue, pair, template, negative, options, seed, .. } = request;
    let axes: Vec<String> = open_axes(class, request).iter().map(|axes| axes.join(", ")).collect();
    format!(
        "what leaves the device, all of it:\n  \
         template     {}\n  open axes    {}\n  N            {}\n  negative     {}\n  catalogue    {} {}\n  \
         pair         {}\n  steps        {} of {}\n  guidance     {}\n  size         {}x{}\n  \
         sampler      {}\n  plan         {}\n  seed         {}\n",
        template.text(),
        if axes.is_empty() { "none".to_owned() } else { axes.join(" | ") },
        class.n_members,
        negative.text(),
        catalogue.id(),
        hex(catalogue.sha256()),
        hex(&pair.0),
        options.cloud_steps,
        options.steps,
        options.guidance.scale(),
        options.width,
        options.height,
        options.sampler,
        options.plan,
        hex(&seed.0),
    )
}

/// The names of the open axes of every person.
pub(crate) fn open_axes(class: &Class, request: &Request) -> Vec<Vec<String>> {
    let names = |axes: obclip_protocol::AxisSet| {
        axes.iter().map(|axis_idx| request.catalogue.axes()[axis_idx].name.clone()).collect()
    };
    class.bundles.iter().map(|bundle| names(bundle.open)).collect()
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sixteen bytes a line; runs of zero lines (the padding) are folded.
pub(crate) fn hex_dump(bytes: &[u8]) -> String {
    let mut text = format!("{} bytes:\n", bytes.len());
    let mut folded = false;
    for (line_idx, line) in bytes.chunks(16).enumerate() {
        let is_last = (line_idx + 1) * 16 >= bytes.len();
        if line.iter().all(|&byte| byte == 0) && !is_last {
            if !folded {
                text.push_str("  *\n");
            }
            folded = true;
            continue;
        }
        folded = false;
        let hex: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        let printable = |&byte: &u8| if (0x20..0x7f).contains(&byte) { byte as char } else { '.' };
        let ascii: String = line.iter().map(printable).collect();
        text.push_str(&format!("  {:04x}  {:47}  {ascii}\n", line_idx * 16, hex.join(" ")));
    }
    text
}

/// Prints the error and says how the program ends: 130 for a cancelled job, as shells do, else 1.
pub(crate) fn report_error(error: &anyhow::Error) -> ExitCode {
    if matches!(error.downcast_ref::<GenerateError>(), Some(GenerateError::Cancelled)) {
        eprintln!("cancelled; no file is half-written");
        return ExitCode::from(130);
    }
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dump_shows_every_byte_but_folded_zeros() {
        let mut bytes = b"portrait of a".to_vec();
        bytes.resize(64, 0);
        let dump = hex_dump(&bytes);
        assert!(dump.starts_with("64 bytes:\n  0000  70 6f 72"), "{dump}");
        assert!(dump.contains("portrait of a..."), "{dump}");
        assert_eq!(dump.lines().count(), 4, "{dump}");
    }
}
