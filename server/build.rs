//! Makes the folder that the assets are embedded from, so that the server builds before the browser's part does, and asks
//! for a new build when its files change.

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let site = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../target/site");
    fs::create_dir_all(&site)?;
    // A folder of the site changes its time only when a file in it comes or goes; the build writes a stamp last.
    println!("cargo::rerun-if-changed={}", site.join("stamp").display());
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
