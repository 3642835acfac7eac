//! `cargo xtask differential`: other libraries judge the vectors too, and every difference has a
//! reason.
//!
//! Three peers are installed into `target/differential` from their registries and run over
//! `vectors/`. Where one of them decides otherwise than the vector expects,
//! `xtask/differential/explanations.toml` has to say why; a difference that nobody has explained
//! fails the run. The outcome is `docs/reference/differential.md`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::Value;

use crate::tree::root;

const PAGE: &str = "docs/reference/differential.md";

/// Another library, and how it is run.
struct Peer {
    name: &'static str,
    version: &'static str,
    script: &'static str,
    kind: Kind,
}

enum Kind {
    Python,
    Node,
}

const PEERS: &[Peer] = &[
    Peer {
        name: "py_webauthn",
        version: "webauthn==3.0.1",
        script: "py_webauthn.py",
        kind: Kind::Python,
    },
    Peer {
        name: "python-fido2",
        version: "fido2==2.2.1",
        script: "python_fido2.py",
        kind: Kind::Python,
    },
    Peer {
        name: "@simplewebauthn/server",
        version: "@simplewebauthn/server@14.0.3",
        script: "simplewebauthn.mjs",
        kind: Kind::Node,
    },
];

/// Why peers decide otherwise.
#[derive(Deserialize)]
struct Explanations {
    difference: Vec<Explanation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Explanation {
    /// Names of peers; empty for all.
    #[serde(default)]
    peers: Vec<String>,
    /// What the vectors expect: `accept` or a code; empty for anything.
    #[serde(default)]
    expect: Vec<String>,
    /// Beginnings or ends of the vectors' names; empty for all.
    #[serde(default)]
    vectors: Vec<String>,
    because: String,
}

impl Explanation {
    fn covers(&self, peer: &str, difference: &Difference) -> bool {
        let any = |list: &[String], fits: &dyn Fn(&str) -> bool| {
            list.is_empty() || list.iter().any(|it| fits(it))
        };
        any(&self.peers, &|it| it == peer)
            && any(&self.expect, &|it| it == difference.expect)
            && any(&self.vectors, &|it| {
                difference.name.starts_with(it) || difference.name.ends_with(it)
            })
    }
}

/// A vector on which a peer decides otherwise.
struct Difference {
    name: String,
    expect: String,
    /// What the peer said, when it refused.
    why: String,
}

#[derive(Deserialize)]
struct Verdict {
    name: String,
    verdict: String,
    why: String,
}

pub(crate) fn run() -> anyhow::Result<()> {
    let folder = root().join("target/differential");
    fs::create_dir_all(&folder)?;
    install(&folder)?;
    let cases = cases()?;
    let text = fs::read_to_string(root().join("xtask/differential/explanations.toml"))?;
    let explanations: Explanations = toml::from_str(&text)?;
    let mut page = heading(cases.len());
    let mut unexplained = 0;
    for peer in PEERS {
        let differences = differences(&cases, &judge(peer, &folder, &cases)?)?;
        println!("{}: {} differences", peer.name, differences.len());
        unexplained += describe(peer, &differences, &explanations, &mut page);
    }
    if unexplained > 0 {
        bail!("{unexplained} differences have no entry in xtask/differential/explanations.toml");
    }
    fs::write(root().join(PAGE), page)?;
    println!("written to {PAGE}");
    Ok(())
}

/// Every vector, with its path below `vectors/` as its name.
fn cases() -> anyhow::Result<Vec<Value>> {
    let top = root().join("vectors");
    let mut folders = vec![top.clone()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    let case = |path: &PathBuf| -> anyhow::Result<Value> {
        let mut case: Value = serde_json::from_str(&fs::read_to_string(path)?)?;
        let name = path.strip_prefix(&top)?.with_extension("");
        case["name"] = name.display().to_string().into();
        Ok(case)
    };
    files.iter().map(case).collect()
}

fn install(folder: &Path) -> anyhow::Result<()> {
    let python = folder.join("venv");
    if !python.join("bin/pip").exists() {
        println!("installing the Python peers into {}", python.display());
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&python))
            .context("python3 -m venv failed; on Debian: apt-get install python3-venv")?;
    }
    let of = |kind: fn(&Kind) -> bool| {
        PEERS.iter().filter(move |it| kind(&it.kind)).map(|it| it.version)
    };
    let pip = python.join("bin/pip");
    succeed(Command::new(pip).args(["install", "-q"]).args(of(|it| matches!(it, Kind::Python))))?;
    fs::write(folder.join("package.json"), "{ \"private\": true }\n")?;
    let npm = ["install", "--no-audit", "--no-fund", "--loglevel=error"];
    succeed(
        Command::new("npm").args(npm).args(of(|it| matches!(it, Kind::Node))).current_dir(folder),
    )
}

fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
    if status.success() { Ok(()) } else { bail!("{command:?} failed") }
}

/// Runs a peer over all cases.
fn judge(peer: &Peer, folder: &Path, cases: &[Value]) -> anyhow::Result<Vec<Verdict>> {
    let interpreter = match peer.kind {
        Kind::Python => folder.join("venv/bin/python"),
        Kind::Node => "node".into(),
    };
    let mut child = Command::new(interpreter)
        .arg(root().join("xtask/differential").join(peer.script))
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let input = serde_json::to_vec(cases)?;
    // Both scripts read everything before they write anything, so this cannot block.
    child.stdin.take().context("no standard input")?.write_all(&input)?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("{} failed", peer.script);
    }
    let text = String::from_utf8(output.stdout)?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

fn differences(cases: &[Value], verdicts: &[Verdict]) -> anyhow::Result<Vec<Difference>> {
    if cases.len() != verdicts.len() {
        bail!("{} verdicts on {} vectors", verdicts.len(), cases.len());
    }
    let pairs = cases.iter().zip(verdicts);
    let different = pairs.filter_map(|(case, verdict)| {
        let expect = case["expect"].as_str().unwrap_or_default();
        let agrees = (expect == "accept") == (verdict.verdict == "accept");
        (!agrees).then(|| Difference {
            name: verdict.name.clone(),
            expect: expect.to_owned(),
            why: verdict.why.clone(),
        })
    });
    Ok(different.collect())
}

fn heading(count: usize) -> String {
    format!(
        "# How other libraries judge the vectors\n\n\
         Written by `cargo xtask differential`. Three libraries judged the {count} vectors of `vectors/`, each with \
         the strictest\noptions that it has. Every vector on which one of them decides otherwise is listed with the \
         reason.\n"
    )
}

/// Adds a peer's section to the page, and tells how many differences have no reason.
fn describe(
    peer: &Peer,
    differences: &[Difference],
    explanations: &Explanations,
    page: &mut String,
) -> usize {
    let mut by_reason: BTreeMap<usize, Vec<&Difference>> = BTreeMap::new();
    let mut unexplained = 0;
    for difference in differences {
        let mut reasons = explanations.difference.iter();
        match reasons.position(|it| it.covers(peer.name, difference)) {
            Some(reason) => by_reason.entry(reason).or_default().push(difference),
            None => {
                println!("  {} ({}): {}", difference.name, difference.expect, difference.why);
                unexplained += 1;
            }
        }
    }
    let accepted = differences.iter().filter(|it| it.expect != "accept").count();
    let refused = differences.len() - accepted;
    *page += &format!(
        "\n## {} ({})\n\nAccepts {accepted} that must be refused, refuses {refused} that must be accepted.\n\n\
         | reason | vectors |\n| --- | --- |\n",
        peer.name, peer.version
    );
    for (reason, vectors) in by_reason {
        let names: Vec<_> = vectors.iter().map(|it| format!("`{}`", it.name)).collect();
        let because = &explanations.difference[reason].because;
        *page += &format!("| {because} | {} |\n", names.join(", "));
    }
    unexplained
}
