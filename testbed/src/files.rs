//! Files of the bed: written whole or not at all, private where they hold secrets.

use anyhow::{Context, Result, bail};
use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// Makes a folder (and those above it) that only its owner may enter.
///
/// # Errors
/// It can't be made.
pub fn make_private_folder(path: &Path) -> Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("{} can't be made", path.display()))
}

/// Writes a file with mode 0600, whole or not at all.
///
/// # Errors
/// The folder can't be made or the file not written.
pub fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    write_with_mode(path, content, 0o600)
}

/// Writes a file with mode 0644, whole or not at all.
///
/// # Errors
/// The folder can't be made or the file not written.
pub fn write_public(path: &Path, content: &[u8]) -> Result<()> {
    write_with_mode(path, content, 0o644)
}

/// Locks a folder for this process; the lock ends with the file.
///
/// # Errors
/// Another process has it, which `taken` says in a sentence; or it can't be locked.
pub fn lock(folder: &Path, taken: &str) -> Result<fs::File> {
    let path = folder.join("lock");
    let file = fs::File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("{} can't be opened", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => bail!("{taken}"),
        Err(fs::TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} can't be locked", path.display()))
        }
    }
}

fn write_with_mode(path: &Path, content: &[u8], mode: u32) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("{} can't be made", folder.display()))?;
    }
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.partial", std::process::id()));
    let partial = path.with_file_name(name);
    let write = || -> std::io::Result<()> {
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(mode)
            .open(&partial)?;
        file.write_all(content)?;
        fs::rename(&partial, path)
    };
    write().with_context(|| format!("{} can't be written", path.display()))
}

/// Copies a folder with everything in it. Symbolic links are not followed and not copied: nothing the bed keeps has any.
///
/// # Errors
/// Anything below can't be read or written.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    make_private_folder(to)?;
    let entries =
        fs::read_dir(from).with_context(|| format!("{} can't be read", from.display()))?;
    for entry in entries {
        let entry = entry?;
        let kind = entry.file_type()?;
        let target = to.join(entry.file_name());
        if kind.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), &target)
                .with_context(|| format!("{} can't be copied", entry.path().display()))?;
        }
    }
    Ok(())
}

/// Removes a folder with everything in it; an absent one is fine.
///
/// # Errors
/// It is there and can't be removed.
pub fn remove_folder(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("{} can't be removed", path.display())),
    }
}
