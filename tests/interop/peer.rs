//! The other implementations, each run once for all that a test asks of it.

use std::env;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

/// An implementation that is not josie's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// In JavaScript.
    Jose,
    /// In Python.
    Joserfc,
    /// In Python.
    Jwcrypto,
}

/// What became of a job.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Done(Value),
    /// With the name of the package's error.
    Refused(String),
    /// The package does not have it.
    Unsupported,
}

impl Outcome {
    /// The token that was made.
    pub(crate) fn token(&self) -> &str {
        let Self::Done(done) = self else { panic!("{self:?}") };
        done["token"].as_str().unwrap()
    }
}

/// The packages that are installed, with a message about those that are not; `None` if none is.
pub(crate) fn peers() -> Option<Vec<Peer>> {
    let required = env::var("JOSIE_REQUIRE_INTEROP").is_ok_and(|value| value == "1");
    let mut installed = vec![Peer::Jose, Peer::Joserfc, Peer::Jwcrypto];
    installed.retain(|peer| {
        let is_there = peer.is_installed();
        assert!(is_there || !required, "JOSIE_REQUIRE_INTEROP=1, and {peer:?} is not installed");
        if !is_there {
            println!("skipped: {peer:?} is not installed");
        }
        is_there
    });
    Some(installed).filter(|installed| !installed.is_empty())
}

impl Peer {
    /// Has the package do all of the jobs, in order.
    pub(crate) fn run(self, jobs: &[Value]) -> Vec<Outcome> {
        let mut child = self
            .command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // All of it is read before anything is written.
        child.stdin.take().unwrap().write_all(&serde_json::to_vec(jobs).unwrap()).unwrap();
        let output = child.wait_with_output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{self:?}: {message}");
        let outcomes: Vec<Outcome> = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(outcomes.len(), jobs.len(), "{self:?}");
        outcomes
    }

    fn command(self) -> Command {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop");
        let library = match self {
            Self::Jose => {
                let mut command = Command::new("node");
                // Packages are looked for from the directory, since the program is in no file.
                command.args(["--input-type=module", "--eval", include_str!("peer.mjs")]);
                command.current_dir(node_directory());
                return command;
            }
            Self::Joserfc => "joserfc",
            Self::Jwcrypto => "jwcrypto",
        };
        let mut command = Command::new(python());
        command.arg("-B").arg(directory.join("peer.py")).arg(library);
        command
    }

    fn is_installed(self) -> bool {
        let mut command = match self {
            Self::Jose => {
                if !node_directory().join("node_modules/jose").is_dir() {
                    return false;
                }
                Command::new("node")
            }
            Self::Joserfc | Self::Jwcrypto => Command::new(python()),
        };
        match self {
            Self::Jose => command.arg("--version"),
            Self::Joserfc => command.args(["-c", "import joserfc"]),
            Self::Jwcrypto => command.args(["-c", "import jwcrypto"]),
        };
        command.output().is_ok_and(|output| output.status.success())
    }
}

/// The directory with `node_modules`.
fn node_directory() -> PathBuf {
    env::var_os("JOSIE_INTEROP_NODE").map_or_else(|| installed().join("node"), PathBuf::from)
}

/// The interpreter that has the packages.
fn python() -> PathBuf {
    env::var_os("JOSIE_INTEROP_PYTHON")
        .map_or_else(|| installed().join("python/bin/python"), PathBuf::from)
}

/// Where `.ci/run` installs the packages: below the target directory.
fn installed() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("interop")
}

/// Octets as they stand in jobs.
pub(crate) fn encode(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

/// The octets of what is base64url.
pub(crate) fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// The text with another first character, which is base64url as well.
pub(crate) fn changed(text: &str) -> String {
    let mut characters = text.chars();
    let other = if characters.next().unwrap() == 'A' { 'B' } else { 'A' };
    format!("{other}{}", characters.as_str())
}
