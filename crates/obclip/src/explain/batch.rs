//! One prompt a line in, one JSON object a line out. A bad line gives an error object, and the batch goes on.

use std::io::{self, BufRead, Write};

use obclip_device::{MAX_PROMPT_BYTES, Prompt};
use serde::Serialize;

use super::object::Object;
use super::{DryRun, write_object};

#[derive(Serialize)]
struct Failure {
    line: usize,
    error: Reason,
}

#[derive(Serialize)]
struct Reason {
    code: &'static str,
    message: String,
}

pub(super) fn run(
    dry_run: &DryRun<'_>,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> io::Result<()> {
    let mut line = 0;
    while let Some(bytes) = next_line(input)? {
        line += 1;
        match explain(dry_run, &bytes, line) {
            Ok(explanation) => {
                write_object(output, &Object::new(&explanation, dry_run.attacker(), Some(line)))?
            }
            Err(error) => write_object(output, &Failure { line, error })?,
        }
        output.flush()?;
    }
    Ok(())
}

fn explain(
    dry_run: &DryRun<'_>,
    bytes: &[u8],
    line: usize,
) -> Result<obclip_device::Explanation, Reason> {
    let message = "prompt: expected UTF-8, found other bytes".to_owned();
    let text =
        std::str::from_utf8(bytes).map_err(|_| Reason { code: "prompt-not-utf8", message })?;
    let reason =
        |error: obclip_device::Error| Reason { code: error.code(), message: error.to_string() };
    let prompt = Prompt::new(text).map_err(reason)?;
    dry_run.explain(prompt, line - 1).map_err(|error| match error.downcast() {
        Ok(error) => reason(error),
        Err(error) => Reason { code: "failed", message: error.to_string() },
    })
}

/// The next line without its end; `None` after the last. Of a line that is too long, only enough is
/// kept to be refused.
fn next_line(input: &mut dyn BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut any = false;
    loop {
        let available = input.fill_buf()?;
        if available.is_empty() {
            break;
        }
        any = true;
        let end = available.iter().position(|&byte| byte == b'\n');
        let part = &available[..end.unwrap_or(available.len())];
        let room = (MAX_PROMPT_BYTES + 2).saturating_sub(line.len());
        line.extend_from_slice(&part[..part.len().min(room)]);
        let n_used = part.len() + usize::from(end.is_some());
        input.consume(n_used);
        if end.is_some() {
            break;
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(any.then_some(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &[u8]) -> Vec<Vec<u8>> {
        // A small buffer, so that lines span several reads.
        let mut input = io::BufReader::with_capacity(3, input);
        std::iter::from_fn(|| next_line(&mut input).expect("memory reads")).collect()
    }

    #[test]
    fn lines_end_in_any_of_the_usual_ways() {
        assert_eq!(
            lines(b"one\ntwo\r\n\nlast"),
            [b"one".to_vec(), b"two".to_vec(), vec![], b"last".to_vec()]
        );
        assert_eq!(lines(b""), Vec::<Vec<u8>>::new());
        assert_eq!(lines(b"\n"), [Vec::<u8>::new()]);
    }

    #[test]
    fn of_a_long_line_only_enough_to_refuse_it_is_kept() {
        let mut input = vec![b'a'; 10 * MAX_PROMPT_BYTES];
        input.extend_from_slice(b"\nnext");
        let lines = lines(&input);
        assert_eq!(lines[0].len(), MAX_PROMPT_BYTES + 2);
        assert_eq!(lines[1], b"next");
    }
}
