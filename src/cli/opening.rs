//! The edge where clock, randomness and key file come in: configuration → an open store.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use rand_chacha::ChaCha20Rng;
use secrecy::{ExposeSecret, SecretString};

use super::configuration::{Configuration, Flags, StoreArguments, private_folder};
use crate::model::Clock;
use crate::secrets::Keyring;
use crate::store::{Location, Store, StoreError, StoreOptions};

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the edge where the present comes in")]
    fn now_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

/// A source of randomness, seeded by the operating system.
pub(super) fn system_random() -> ChaCha20Rng {
    rand::make_rng()
}

/// A runtime for the store and the server.
pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the runtime cannot be started")
}

/// The master keys of the configuration.
pub(super) fn keyring(configuration: &Configuration) -> anyhow::Result<Keyring> {
    if let Some(keys) = &configuration.keys {
        return Ok(Keyring::parse_environment(keys)?);
    }
    let path = configuration.key_path();
    let text: SecretString = std::fs::read_to_string(&path)
        .with_context(|| {
            format!(
                "无法读取主密钥文件 / the file of the master keys cannot be read: {}. \
                 没有它数据无法解读 / Without it the data cannot be read",
                path.display()
            )
        })?
        .into();
    Keyring::parse(text.expose_secret()).with_context(|| path.display().to_string())
}

/// How a store of this configuration is opened.
pub(super) fn options(configuration: &Configuration, keyring: Keyring) -> anyhow::Result<StoreOptions> {
    Ok(StoreOptions {
        location: configuration.location()?,
        keyring,
        clock: Arc::new(SystemClock),
        random: system_random(),
        readers: configuration.readers,
    })
}

/// Reads the configuration, and the keys in it.
pub(super) fn prepare(arguments: &StoreArguments) -> anyhow::Result<(Configuration, StoreOptions)> {
    let configuration = Configuration::read(arguments, &Flags::default())?;
    let options = options(&configuration, keyring(&configuration)?)?;
    Ok((configuration, options))
}

/// What happened to the key file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyFile {
    /// It was there, or keys came another way.
    Found,
    /// It was made.
    Made,
}

/// Opens the store to serve it. In an empty place folder and key file are made.
pub(super) async fn open_to_serve(configuration: &Configuration) -> anyhow::Result<(Store, KeyFile)> {
    let (location, path) = (configuration.location()?, configuration.key_path());
    if let Location::Sqlite(file) = &location
        && let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty())
    {
        private_folder(folder)?;
    }
    if configuration.keys.is_some() || path.exists() {
        let store = Store::open(options(configuration, keyring(configuration)?)?).await?;
        let again = configuration.clone();
        store.read_keys_again_by(move || keyring(&again).ok());
        return Ok((store, KeyFile::Found));
    }
    if let Location::Sqlite(file) = &location
        && file.exists()
    {
        bail!(
            "数据库已有，主密钥文件不在 / there is a database and its master keys are missing: {}. \
             请找回密钥文件 / Find the key file",
            path.display()
        );
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private_folder(folder)?;
    }
    let made = Keyring::generate(&mut system_random());
    // On disk before anything is wrapped by it.
    write_key_file(&path, &made)?;
    match Store::open(options(configuration, made)?).await {
        Ok(store) => {
            let again = configuration.clone();
            store.read_keys_again_by(move || keyring(&again).ok());
            Ok((store, KeyFile::Made))
        }
        Err(error) => {
            if matches!(error, StoreError::Refused(_)) {
                // Nothing was wrapped by these keys; the database has others.
                let _ = std::fs::remove_file(&path);
            }
            Err(error.into())
        }
    }
}

/// Writes a key file that only its owner reads: aside, synced, then renamed over the old one, and the folder synced, so that
/// no loss of power brings the old one back. What a writer left aside that was killed is in nobody's way.
pub(super) fn write_key_file(path: &Path, keyring: &Keyring) -> anyhow::Result<()> {
    let unwritable = || format!("无法写入密钥文件 / the key file cannot be written: {}", path.display());
    let mut aside = path.as_os_str().to_owned();
    aside.push(".new");
    match std::fs::remove_file(&aside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(unwritable);
        }
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&aside).and_then(|mut file| {
        file.write_all(keyring.to_text().expose_secret().as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&aside, path)?;
        sync_folder_of(path)
    });
    if let Err(error) = written {
        let _ = std::fs::remove_file(&aside);
        return Err(error).with_context(unwritable);
    }
    Ok(())
}

#[cfg(unix)]
fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder)?.sync_all()
}

/// Folders cannot be synced here; renaming is all there is.
#[cfg(not(unix))]
fn sync_folder_of(_path: &Path) -> std::io::Result<()> {
    Ok(())
}
