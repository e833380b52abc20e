//! `obclip`: the user's program.

fn main() -> std::process::ExitCode {
    obclip::run()
}
