//! `vectors/config/bad_user.toml`, `bad_server.toml` and `bad_tokens.toml`: the files that people write.

use std::time::Instant;

use obclip_server::Tokens;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bad {
    name: String,
    text: String,
    says: String,
}

pub(super) fn read(whose: &str) -> Vec<Bad> {
    super::read(&format!("config/bad_{whose}.toml"), |bad: &Bad| &bad.name)
}

/// Every file is refused, with the words that its vector names.
#[track_caller]
fn check(whose: &str, parse: impl Fn(&str) -> Result<(), String>) {
    let mut wrong = Vec::new();
    for Bad { name, text, says } in read(whose) {
        let found = parse(&text);
        if !found.as_ref().is_err_and(|error| error.contains(&says)) {
            wrong.push((name, says, found));
        }
    }
    assert!(wrong.is_empty(), "name, expected, found: {wrong:#?}");
}

#[test]
fn bad_files_of_users_are_refused_by_reason() {
    check("user", |text| {
        obclip::Config::parse(text).map(|_| ()).map_err(|error| format!("{error:#}"))
    });
}

#[test]
fn bad_files_of_servers_are_refused_by_reason() {
    check("server", |text| {
        obclip_server::Config::parse(text).map(|_| ()).map_err(|error| error.to_string())
    });
}

/// And what is said quotes nothing of the file: a token may stand in it by mistake.
#[test]
fn bad_files_of_tokens_are_refused_without_quoting_them() {
    let parse = |text: &str| {
        Tokens::parse(text, Instant::now()).map(|_| ()).map_err(|error| error.to_string())
    };
    check("tokens", parse);
    for Bad { name, text, .. } in read("tokens") {
        let said = parse(&text).expect_err(&name);
        assert!(text.is_empty() || !said.contains(&text), "{name}: {said}");
        assert!(!said.contains("0a0a") && !said.contains("everything"), "{name}: {said}");
    }
}

/// What the vectors say is wrong is all that is wrong with them.
#[test]
fn the_files_they_were_made_from_are_good() {
    obclip::Config::parse("cover = 'person'\ncap = 6\n[policy]\nage = 'neutralise'").expect("good");
    obclip_server::Config::parse("listen = '127.0.0.1:1'").expect("good");
    let sha256 = "0a".repeat(32);
    let token = format!(
        "[[token]]\nname = 'n'\nsha256 = '{sha256}'\nscopes = ['generate']\ncost_units_per_hour = 1"
    );
    Tokens::parse(&token, Instant::now()).expect("good");
}
