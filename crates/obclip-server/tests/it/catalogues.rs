//! Catalogues of a provider's own: named in the configuration, told to clients, and never confused with another.

use std::ops::ControlFlow;
use std::process::Stdio;
use std::time::Duration;

use obclip_device::{Cover, Event, GenerateError};
use obclip_protocol::{Catalogue, Catalogues};

use crate::world::{self, Process, client};

/// Catalogue v1 under another name, with an axis that v1 has not.
fn fans(values: [&str; 2]) -> String {
    let published =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../obclip-protocol/data/catalogue-v1.toml");
    let text = std::fs::read_to_string(published).expect("a file of the repository");
    let [first, second] = values;
    let axis = format!(
        "[[axis]]\nname = \"fandom\"\npolicy = \"expand\"\nneutral = \"person\"\nvalues = [\"{first}\", \"{second}\"]\n\
         [axis.words]\n{first} = [\"{first}\"]\n{second} = [\"{second}\"]\n\n[[axis]]\nname = \"gender\""
    );
    text.replacen("[[axis]]\nname = \"gender\"", &axis, 1).replacen("\"v1\"", "\"fans\"", 1)
}

/// `obclip-cloud` with these catalogues, in a folder that the caller keeps.
fn cloud(folder: &std::path::Path, catalogue: Option<&str>) -> Process {
    let mut config = "listen = '127.0.0.1:0'\n".to_owned();
    if let Some(text) = catalogue {
        std::fs::write(folder.join("fans.toml"), text).expect("a writable folder");
        config += "catalogues = ['fans.toml']\n";
    }
    std::fs::write(folder.join("config.toml"), config).expect("a writable folder");
    Process::start(&["--config", "config.toml"], Stdio::null(), folder)
}

/// A picture of a fan by the catalogue `text`: how many members there were.
fn paint(process: &Process, text: &str) -> Result<usize, GenerateError> {
    let mut settings = world::settings(Cover::Mentioned);
    settings.catalogue = Catalogue::parse(text).expect("a good catalogue");
    let mut network = client(process.address, &[]);
    network.catalogues =
        Catalogues::default().with(settings.catalogue.clone()).expect("another id");
    let mut n_members = 0;
    obclip_device::generate(
        &world::wish("a trekkie doctor in a park"),
        &network,
        world::device_model(),
        &settings,
        world::coins(),
        &mut |event| {
            if let Event::Sealed { class, .. } = event {
                n_members = class.n_members;
            }
            ControlFlow::Continue(())
        },
    )?;
    Ok(n_members)
}

#[test]
fn a_cloud_expands_the_catalogues_it_was_given() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = fans(["jedi", "trekkie"]);
    let process = cloud(folder.path(), Some(&text));
    assert_eq!(paint(&process, &text).expect("a picture"), 2);

    let target = client(process.address, &[]).target;
    let answer = obclip_client::capabilities(&target, Duration::from_secs(10)).expect("an answer");
    let ours = Catalogue::parse(&text).expect("a good catalogue");
    let told = answer.capabilities.catalogues.iter().find(|told| told.id == "fans");
    assert_eq!(told.map(|told| told.sha256), Some(*ours.sha256()));
}

/// Neither of them narrows or widens the class: the client stops with what the cloud said.
#[test]
fn another_catalogue_of_that_name_and_none_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = fans(["jedi", "trekkie"]);
    let other = cloud(folder.path(), Some(&fans(["vulcan", "trekkie"])));
    let said = paint(&other, &text).expect_err("another catalogue").to_string();
    assert!(said.contains("catalogue-hash"), "{said}");
    drop(other);
    let none = cloud(folder.path(), None);
    let said = paint(&none, &text).expect_err("no catalogue").to_string();
    assert!(said.contains("catalogue-unknown"), "{said}");
}

#[test]
fn a_cloud_does_not_start_with_a_catalogue_that_is_wrong_or_taken() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let taken = fans(["jedi", "trekkie"]).replacen("\"fans\"", "\"v1\"", 1);
    for (text, expected) in [("id = 1", "fans.toml"), (&taken, "unique ids")] {
        std::fs::write(folder.path().join("fans.toml"), text).expect("a writable folder");
        let config = "listen = '127.0.0.1:0'\ncatalogues = ['fans.toml']\n";
        std::fs::write(folder.path().join("config.toml"), config).expect("a writable folder");
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_obclip-cloud"))
            .args(["check", "--config", "config.toml"])
            .current_dir(folder.path())
            .output()
            .expect("the program starts");
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(expected), "{said}");
    }
}
