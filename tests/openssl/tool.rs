//! The command, and files that are deleted.

use std::env;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

/// The `openssl` command, and a directory of its own for one test.
pub(crate) struct OpenSsl {
    directory: PathBuf,
}

impl OpenSsl {
    /// `None`, with a message, if there is no such command and none is required.
    pub(crate) fn find() -> Option<Self> {
        let version = Command::new("openssl").arg("version").output();
        let is_there = version.is_ok_and(|output| {
            let version = output.stdout.strip_prefix(b"OpenSSL ");
            output.status.success() && version.is_some_and(|version| version >= &b"3"[..])
        });
        if !is_there {
            let required = env::var("JOSIE_REQUIRE_OPENSSL").is_ok_and(|value| value == "1");
            assert!(!required, "JOSIE_REQUIRE_OPENSSL=1, and there is no OpenSSL 3 or later");
            println!("skipped: there is no OpenSSL 3 or later on this machine");
            return None;
        }
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("josie-openssl-{}-{number}", process::id());
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&directory).unwrap();
        Some(Self { directory })
    }

    /// A file in the directory, whether it is there or not.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.path(name), content).unwrap();
    }

    /// The content of a file.
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// What the command writes with these arguments, separated by spaces; file names are those of the directory.
    pub(crate) fn run(&self, arguments: &str) -> Vec<u8> {
        self.run_with(arguments, b"")
    }

    /// The same as text.
    pub(crate) fn text(&self, arguments: &str) -> String {
        String::from_utf8(self.run(arguments)).unwrap()
    }

    /// What the command writes for this input.
    pub(crate) fn run_with(&self, arguments: &str, input: &[u8]) -> Vec<u8> {
        let output = self.output(arguments, input);
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments}: {message}");
        output.stdout
    }

    /// Whether the command succeeds.
    pub(crate) fn accepts(&self, arguments: &str) -> bool {
        self.output(arguments, b"").status.success()
    }

    fn output(&self, arguments: &str, input: &[u8]) -> Output {
        let mut child = Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(&self.directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    }
}

/// Private keys are not left behind, also when the test fails.
impl Drop for OpenSsl {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.directory).unwrap();
    }
}

/// How OpenSSL makes each type of key that josie knows, and a name for it.
pub(crate) const KINDS: &[(&str, &str)] = &[
    ("rsa2048", "-quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048"),
    ("rsa3072", "-quiet -algorithm RSA -pkeyopt rsa_keygen_bits:3072"),
    ("p256", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
    ("p384", "-algorithm EC -pkeyopt ec_paramgen_curve:P-384"),
    ("p521", "-algorithm EC -pkeyopt ec_paramgen_curve:P-521"),
    ("secp256k1", "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1"),
    ("ed25519", "-algorithm ED25519"),
    ("x25519", "-algorithm X25519"),
];
