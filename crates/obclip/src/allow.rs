//! `obclip allow`: words that travel from now on, because the user says so.

use clap::Args;

use crate::config::config_folder;
use crate::own::Allowed;
use crate::screen;

/// `obclip allow`.
#[derive(Debug, Args)]
pub(crate) struct Allow {
    /// Words that may travel: lower-case, without anything that speaks of a person
    #[arg(required_unless_present = "list", conflicts_with = "list")]
    words: Vec<String>,

    /// Show the words that are allowed
    #[arg(long)]
    list: bool,

    /// Hold these words on the device again
    #[arg(long, conflicts_with = "list")]
    remove: bool,
}

/// Runs the command.
pub(crate) fn run(args: &Allow) -> anyhow::Result<()> {
    let folder = config_folder()?;
    if args.list {
        folder.allowed_words()?.iter().for_each(|word| screen::line(word));
        return Ok(());
    }
    if args.remove {
        folder.remove(&args.words)?;
        screen::line("held again");
        return Ok(());
    }
    let outcomes = folder.allow(&args.words)?;
    for (word, outcome) in args.words.iter().zip(outcomes) {
        screen::line(&match outcome {
            Allowed::New => {
                format!("{word}: travels from now on; a cloud may know your jobs by it")
            }
            Allowed::Already => format!("{word}: allowed already"),
            Allowed::Published => format!("{word}: in the published vocabulary, it travels anyway"),
        });
    }
    Ok(())
}
