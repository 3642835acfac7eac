//! The page that walks the API with curl, walked.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod support;

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use support::keylane;

const PAGE: &str = include_str!("../../../docs/integrate/http-api.md");

#[test]
fn every_block_of_the_curl_page_works_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("127.0.0.1:{port}");
    let arguments = ["serve", "--listen", &address, "--ops-listen", "off"];
    let mut server = keylane(folder.path(), &arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("Ready.")), "the server starts");
    // Reads on, or the server would wait for room in the pipe.
    std::thread::spawn(move || lines.for_each(drop));

    let walked = walk(folder.path(), &format!("http://localhost:{port}"));
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(walked.status.success(), "{}", String::from_utf8_lossy(&walked.stderr));
}

fn walk(folder: &Path, server: &str) -> std::process::Output {
    let script = PAGE.split("```sh\n").skip(1).filter_map(|it| it.split("```").next());
    let script: String = std::iter::once("set -euxo pipefail\n").chain(script).collect();
    assert!(script.contains("/v1/session/logout"), "the page has been read to its end");
    let bin = Path::new(env!("CARGO_BIN_EXE_keylane")).parent().unwrap();
    let inherited = std::env::var_os("PATH").unwrap();
    let path = format!("{}:{}", bin.display(), inherited.display());
    Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder)
        .env("PATH", path)
        .env("KEYLANE", server)
        .output()
        .unwrap()
}
