//! The README's minute, run as written against a real daemon: what it prints must be what stands there.

mod daemon_kit;

use daemon_kit::Daemon;
use nianbao::proto::v1::Stage;
use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../README.md");

/// The commands of the console blocks with the output printed below each.
fn commands() -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in README.lines() {
        match line.strip_prefix("$ nianbao ") {
            _ if line == "```console" => inside = true,
            _ if line == "```" => inside = false,
            Some(command) if inside => commands.push((command.to_string(), String::new())),
            None if inside => {
                let (_, output) = commands.last_mut().expect("output follows a command");
                output.push_str(line);
                output.push('\n');
            }
            _ => {}
        }
    }
    commands
}

/// What does not depend on the minute or on the order in which files dropped together are taken:
/// times and numbers of records masked, spaces squeezed, lines sorted, the directory and its file
/// system as the README has them.
fn settled(text: &str, dir: &Path) -> Vec<String> {
    let text = text.replace(&dir.display().to_string(), "/srv/nianbao");
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().map(masked).collect();
            // The first column of a listing is a record's number, and "1." counts the findings.
            let words = match words.split_first() {
                Some((first, rest)) if first.parse::<u64>().is_ok() => rest,
                _ => &words[..],
            };
            words.join(" ")
        })
        .filter(|line| !line.is_empty())
        .collect();
    lines.sort();
    lines
}

fn masked(word: &str) -> &str {
    let shape: String = word.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    match shape.trim_start_matches("0.1.0，") {
        "9999-99-99" | "9.9.9，9999-99-99" => "DATE",
        "99:99" => "TIME",
        _ if word.ends_with("，使用系统通知") => "FILESYSTEM",
        _ => word,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_of_the_readme_print_what_it_shows() {
    let dir = tempfile::tempdir().unwrap();
    let var = dir.path().join("var");
    std::fs::create_dir_all(var.join("inbox")).unwrap();
    let daemon = Daemon::start(&var, "[rules]");
    let commands = commands();
    assert!(commands.len() >= 6, "the README has lost its commands");
    for (command, expected) in commands {
        let output = Command::new(env!("CARGO_BIN_EXE_nianbao"))
            .args(command.split_whitespace())
            .current_dir(dir.path())
            .env("NIANBAO_CONFIG", var.join("nianbao.toml"))
            .env("NIANBAO_SERVER", &daemon.address)
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(settled(&printed, dir.path()), settled(&expected, dir.path()), "{command}");
        if command == "demo" {
            daemon
                .wait_for(|all| all.len() == 7 && all.iter().all(|s| s.stage() != Stage::Received))
                .await;
        }
    }
}

#[test]
fn the_readme_names_files_that_exist() {
    for name in ["config/nianbao.toml", "src/ARCHITECTURE.md", ".ci/run", "proto/nianbao/v1"] {
        assert!(README.contains(name), "{name} is no longer named");
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(name).exists(), "{name}");
    }
}
