//! The cloud's own reasons to say no, beside those of the protocol. Texts never quote the request.

use obclip_protocol::Refusal;

/// A model pair this cloud does not serve.
pub(crate) fn unknown_pair() -> Refusal {
    refusal("pair-unknown", "model pair: expected one served here, found another".to_owned())
}

/// A name that is not on this cloud's list.
pub(crate) fn unknown_name(what: &str, expected: &str) -> Refusal {
    let code = format!("{what}-unknown");
    refusal(&code, format!("{what}: expected {expected}, found another name"))
}

/// A plan that is published, but not for so many steps or such a class.
pub(crate) fn unfit_plan(error: &obclip_plan::RecipeError) -> Refusal {
    refusal("plan-unfit", error.to_string())
}

/// A picture size the model cannot paint.
pub(crate) fn unsupported_size(multiple: usize) -> Refusal {
    let detail = format!("width and height: expected multiples of {multiple}, found others");
    refusal("size-unsupported", detail)
}

/// The client left, or the server is draining.
pub(crate) fn cancelled() -> Refusal {
    refusal("cancelled", "job: expected to run to its end, found it cancelled".to_owned())
}

/// Less is free than when the job was admitted. The server's own refusal by its estimate has the same code.
pub(crate) fn out_of_memory() -> Refusal {
    let detail = "memory: expected room for the job, found that something else took it";
    refusal("memory-exceeded", detail.to_owned())
}

/// A fault of ours. The engine's error may hold shapes, never text of the request; it stays in the detail.
pub(crate) fn failed(error: &dyn std::error::Error) -> Refusal {
    refusal("model-failed", format!("model: expected it to run, found: {error}"))
}

fn refusal(code: &str, detail: String) -> Refusal {
    Refusal { code: code.to_owned(), detail }
}
