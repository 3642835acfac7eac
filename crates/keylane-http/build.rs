//! Embeds the web assets: each file as it is, and compressed with Brotli and gzip.
//!
//! They come from `web/dist`, which `make web` builds, or from the folder that `KEYLANE_WEB_DIST`
//! names. What compression does not make smaller is embedded once.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=KEYLANE_WEB_DIST");
    let dist = match env::var_os("KEYLANE_WEB_DIST") {
        Some(dist) => PathBuf::from(dist),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/dist"),
    };
    println!("cargo::rerun-if-changed={}", dist.display());
    let manifest = dist.join("manifest.json");
    let Ok(manifest) = fs::read(&manifest) else {
        let missing = manifest.display();
        println!("cargo::error=the web assets are not built: {missing} is missing; run `make web`");
        return Err("the web assets are not built".into());
    };
    let names: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&manifest)?;

    let mut code = String::from("static HASHED: &[(&str, Asset)] = &[\n");
    for (name, file) in &names {
        let file = file.as_str().ok_or("manifest.json: every value is the name of a file")?;
        let asset = embed(&dist.join("assets").join(file), file)?;
        writeln!(code, "    ({name:?}, {asset}),")?;
    }
    writeln!(code, "];")?;
    let script = embed(&dist.join("keylane.js"), "keylane.js")?;
    writeln!(code, "static KEYLANE_JS: Asset = {script};")?;
    fs::write(out_dir()?.join("assets.rs"), code)?;
    Ok(())
}

fn out_dir() -> Result<PathBuf> {
    Ok(PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?))
}

/// Copies and compresses one file, and answers with the code of its `Asset`.
fn embed(path: &Path, file: &str) -> Result<String> {
    println!("cargo::rerun-if-changed={}", path.display());
    let bytes = fs::read(path).map_err(|err| format!("{}: {err}", path.display()))?;
    let plain = include(file, &bytes)?;
    let brotli = include_smaller(&format!("{file}.br"), &brotli(&bytes)?, &bytes)?;
    let gzip = include_smaller(&format!("{file}.gz"), &gzip(&bytes)?, &bytes)?;
    let content_type = content_type(file)?;
    let etag = format!("\"{:016x}\"", fnv(&bytes));
    Ok(format!(
        "Asset {{ file: {file:?}, content_type: {content_type:?}, etag: {etag:?}, \
         plain: {plain}, brotli: {brotli}, gzip: {gzip} }}"
    ))
}

fn include(file: &str, bytes: &[u8]) -> Result<String> {
    let path = out_dir()?.join(file);
    fs::write(&path, bytes)?;
    Ok(format!("include_bytes!({path:?})"))
}

fn include_smaller(file: &str, compressed: &[u8], plain: &[u8]) -> Result<String> {
    if compressed.len() < plain.len() {
        Ok(format!("Some({})", include(file, compressed)?))
    } else {
        Ok("None".to_owned())
    }
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    // The best level takes seconds in a build script, which is not optimised.
    let quality = if env::var_os("PROFILE").is_some_and(|it| it == "release") { 11 } else { 5 };
    let params = brotli::enc::BrotliEncoderParams { quality, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &params)?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn content_type(file: &str) -> Result<&'static str> {
    let extension = Path::new(file).extension().and_then(|it| it.to_str()).unwrap_or_default();
    match extension {
        "js" => Ok("text/javascript; charset=utf-8"),
        "css" => Ok("text/css; charset=utf-8"),
        "svg" => Ok("image/svg+xml"),
        "png" => Ok("image/png"),
        "ico" => Ok("image/x-icon"),
        "woff2" => Ok("font/woff2"),
        other => Err(format!("{file}: give .{other} a content type in build.rs").into()),
    }
}

/// FNV-1a: tells versions of a file apart; nothing depends on its strength.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
