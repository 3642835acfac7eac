//! `docs/benchmarks.md`.

use std::collections::BTreeMap;
use std::fmt::{Result, Write as _};

use serde_json::Value;

use super::machine::{LOAD, Notes};
use super::targets::{Row, bare_us, shown};
use super::{Arguments, Measured, SCENARIOS};

const HEAD: &str = "\
# Benchmarks

Measured by `cargo xtask bench`, which writes this page. Do not edit it.
";

const READING: &str = "
## How to read this

- **Ratios before absolute figures.** The verifier and its yardsticks are measured in turns within
  one run, and the ratio is the median over the rounds. It holds on a busy machine; microseconds
  and sign-ins a second do not.
- **Bare verifications** of a whole sign-in are the server's CPU time divided by that of the bare
  ES256 verification that the verifier's part measured in the same run of this command, but minutes
  apart.
- **CPU is time on a processor**, user and kernel, of the one process that is meant. *Above* is the
  median of the differences to the first line of a table; *middle half* is where half of the
  rounds lie.
- **The bare verification** is one `ParsedPublicKey::verify_sig` of aws-lc-rs over the same
  signature and the same bytes, with everything decoded beforehand: less work than any WebAuthn
  server can do.
- **Keylane, from JSON** is `AuthenticationResponse::from_json` and `PendingAuthentication::verify`;
  **webauthn-rs** is `serde_json::from_str` and `WebauthnCore::authenticate_credential` on the same
  text, with the same key, challenge and counters. What either made when the ceremony began lies
  ready and is not measured.
- **Registrations with attestation** are verified under a policy that demands the format and trusts
  one root. Their yardstick is every signature from the statement up to that root, once with all
  keys parsed beforehand and once with the keys of certificates parsed each time: those come with
  the response, so that no verifier can have them ready. The targets count against the first.
  `tpm` is measured with ECDSA keys and with RSA keys throughout, whose signatures are so cheap that
  everything else weighs more; the other chains are of ECDSA, with a root on P-384.
- **A sign-in** is two HTTP requests on a connection that stays open: options, then an answer with a
  real signature, answered after its transaction is on the disk. The session is a
  cookie, as on Keylane's own pages; with tokens, the server also signs an access token for each.
  Client and server share the processors, and client latencies include its signature.
- **Fsyncs per sign-in** are transactions per sign-in; checkpoints add a few for each thousand.
- **Instructions** come from valgrind, which knows neither AVX-512 nor SHA-NI: good for comparing
  one version with another, not for comparing with time.
";

const REPEATING: &str = "
## How to repeat it

```sh
make web             # once: the binary embeds the pages
cargo xtask bench    # some twenty minutes, most of it for a million accounts
cargo xtask bench --users 100000 --seconds 5    # a look, without the last target
cargo xtask bench --only verifier               # the verifier anew; the other figures stay
```

Each part runs alone, too:

```sh
cd bench && cargo run --release                                          # the verifier
cargo run --release --package keylane-store-sqlite --example commit_rate # the store
cargo run --release --package keylane -- load --connections 4            # the server
```

`bench/` is a workspace of its own, so that what Keylane is compared with stays out of its lock file.
";

pub(super) fn render(
    measured: &Measured,
    rows: &[Row],
    machine: &Notes,
    arguments: &Arguments,
) -> String {
    let mut page = HEAD.to_owned();
    // Writing to a string does not fail.
    let _ = write_machine(&mut page, machine);
    let _ = write_targets(&mut page, rows);
    page.push_str(READING);
    let _ = write_verifier(&mut page, &measured.verifier_tables, machine);
    let _ = write_server(&mut page, measured, arguments);
    let _ = write_store(&mut page, &measured.store);
    page.push_str(REPEATING);
    page
}

fn write_machine(page: &mut String, machine: &Notes) -> Result {
    writeln!(page, "\n## Machine\n\n| | |\n| --- | --- |")?;
    machine.iter().try_for_each(|(name, fact)| writeln!(page, "| {name} | {fact} |"))
}

/// The page with the verifier's part measured anew; what was measured before stays as it is.
pub(super) fn with_verifier(before: &str, tables: &str, rows: &[Row], machine: &Notes) -> String {
    let mut sections = before.split("\n## ");
    let mut page = sections.next().unwrap_or_default().to_owned();
    for section in sections {
        // Writing to a string does not fail.
        let _ = match section.lines().next() {
            Some("Targets") => write_target_lines(&mut page, &merged_targets(section, rows)),
            Some("How to read this") => page.write_str(READING),
            Some("The verifier") => write_verifier(&mut page, tables, machine),
            Some("How to repeat it") => page.write_str(REPEATING),
            _ => write!(page, "\n## {section}"),
        };
    }
    page
}

/// The lines of the table of targets, with those of `rows` in place of the ones they measure.
fn merged_targets(section: &str, rows: &[Row]) -> BTreeMap<u64, String> {
    let number = |line: &str| line.strip_prefix("| ")?.split(' ').next()?.parse().ok();
    let before = section.lines().filter_map(|line| Some((number(line)?, line.to_owned())));
    before.chain(rows.iter().map(target_line)).collect()
}

fn target_line(row: &Row) -> (u64, String) {
    let Row { number, target, measured, .. } = row;
    (*number, format!("| {number} | {target} | {measured} | **{}** |", row.verdict()))
}

fn write_targets(page: &mut String, rows: &[Row]) -> Result {
    write_target_lines(page, &rows.iter().map(target_line).collect())
}

fn write_target_lines(page: &mut String, lines: &BTreeMap<u64, String>) -> Result {
    writeln!(page, "\n## Targets\n")?;
    writeln!(page, "Keylane sets itself these. They count on a quiet machine.\n")?;
    writeln!(page, "| | target | measured | |\n| ---: | --- | --- | --- |")?;
    lines.values().try_for_each(|line| writeln!(page, "{line}"))
}

/// The tables as they were printed; the targets under them stand above already.
fn write_verifier(page: &mut String, tables: &str, machine: &Notes) -> Result {
    writeln!(page, "\n## The verifier\n")?;
    let note = |name| machine.iter().find(|(known, _)| *known == name).map_or("-", |(_, it)| it);
    // Measured alone, it may have been on another machine than the rest of the page.
    let (date, commit, load) = (note("Date"), note("Commit"), note(LOAD));
    let (processor, compiler) = (note("Processor"), note("Compiler"));
    writeln!(
        page,
        "Measured on {date} at commit {commit} with {compiler}, on {processor}; load of the machine \
         at the end: {load}.\n"
    )?;
    let lines = tables.lines().filter(|line| !line.starts_with("- target "));
    let tables: Vec<&str> = lines.collect();
    writeln!(page, "{}", tables.join("\n").trim())
}

fn write_server(page: &mut String, measured: &Measured, arguments: &Arguments) -> Result {
    writeln!(page, "\n## The server\n")?;
    writeln!(page, "{} seconds each, after a second of warming up.\n", arguments.seconds)?;
    writeln!(
        page,
        "| | sign-ins/s | server CPU µs | bare verifications | client CPU µs | p50 ms | p99 ms | fsyncs | idle MB | saturated MB | ready ms |"
    )?;
    writeln!(
        page,
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    )?;
    let bare_us = bare_us(&measured.verifier);
    for ((heading, _), load) in SCENARIOS.iter().zip(&measured.loads) {
        write_load(page, heading, load, bare_us)?;
    }
    let many = format!("64 connections, {} accounts", arguments.users);
    write_load(page, &many, &measured.many_users, bare_us)
}

fn write_load(page: &mut String, heading: &str, load: &Value, bare_us: Option<f64>) -> Result {
    let number = |pointer| load.pointer(pointer).and_then(Value::as_f64);
    let server = number("/server_cpu_us_per_login");
    writeln!(
        page,
        "| {heading} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        shown(number("/logins_per_s"), 0),
        shown(server, 0),
        shown(server.zip(bare_us).map(|(server, bare)| server / bare), 2),
        shown(number("/client_cpu_us_per_login"), 0),
        shown(number("/whole/p50_ms"), 2),
        shown(number("/whole/p99_ms"), 2),
        shown(number("/transactions_per_login"), 4),
        shown(number("/server_idle_mb"), 1),
        shown(number("/server_saturated_mb"), 1),
        shown(number("/ready_ms"), 0),
    )
}

fn write_store(page: &mut String, printed: &str) -> Result {
    writeln!(page, "\n## The store\n")?;
    writeln!(page, "Sign-ins without HTTP and signatures, as the example prints them.\n")?;
    writeln!(page, "```text\n{}\n```", printed.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "# Benchmarks\n\n## Machine\n\n| Date | then |\n\n## Targets\n\n\
        | 1 | verify | 9x | **not met** |\n| 5 | sign in | 2x | **met** |\n\n\
        ## The verifier\n\nold tables\n\n## The server\n\nold figures\n";

    #[test]
    fn verifier_alone_replaces_its_tables_and_leaves_the_others() {
        let page = measured_anew();
        assert!(page.contains("new tables") && !page.contains("old tables"), "{page}");
        assert!(page.contains("| Date | then |"), "{page}");
        assert!(page.ends_with("\n\n## The server\n\nold figures\n"), "{page}");
    }

    #[test]
    fn verifier_alone_replaces_its_targets_and_leaves_the_others() {
        let page = measured_anew();
        let lines = "| 1 | verify | 1x | **met** |\n| 5 | sign in | 2x | **met** |\n";
        assert!(page.contains(lines) && !page.contains("9x"), "{page}");
    }

    fn measured_anew() -> String {
        let (target, measured) = ("verify".to_owned(), "1x".to_owned());
        let rows = [Row { number: 1, target, measured, met: Some(true) }];
        with_verifier(BEFORE, "new tables\n- target 1: verify: 1x, **met**", &rows, &Vec::new())
    }
}
