//! Kinds of settings: how each is read from a text or from TOML, what is expected of it, and how it is printed.

use super::{Kubernetes, LogFormat, MaskWith, nearest::suggestion};
use penstock_domain::ids::{ClusterName, Namespace};
use penstock_kafka::{HostPort, SaslMechanism, Secret};
use std::{net::SocketAddr, path::PathBuf, str::FromStr as _, sync::Arc, time::Duration};

/// A value as a source gives it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Raw<'a> {
    /// From a variable or a flag.
    Text(&'a str),
    /// From the file.
    Toml(&'a toml::Value),
}

/// A kind of setting.
pub(super) trait Kind<T> {
    /// The value, or what was expected instead (`an address with a port, such as 127.0.0.1:8080`).
    fn read(&self, raw: Raw<'_>) -> Result<T, String>;

    /// As TOML; `None` where nothing is set.
    fn show(&self, value: &T) -> Option<toml::Value>;
}

/// A text that may not be empty.
pub(super) struct Text;
/// A file.
pub(super) struct File;
/// A password.
pub(super) struct Password;
/// An address with a port.
pub(super) struct Address;
/// `true` or `false`.
pub(super) struct Switch;
/// A span of time within bounds.
pub(super) struct Span {
    /// At least, in milliseconds.
    pub least: u64,
    /// At most, in milliseconds.
    pub most: u64,
}
/// A number of bytes within bounds.
pub(super) struct Size {
    /// At least.
    pub least: usize,
    /// At most.
    pub most: usize,
}
/// A number of things within bounds.
pub(super) struct Count {
    /// At least.
    pub least: usize,
    /// At most.
    pub most: usize,
}
/// A URL of the console itself.
pub(super) struct PublicUrl;
/// Host names.
pub(super) struct Hosts;
/// A URL of another program's API.
pub(super) struct ApiUrl;
/// Texts, several.
pub(super) struct Texts;
/// Names of namespaces.
pub(super) struct Namespaces;
/// A name as Kubernetes resources have it.
pub(super) struct Name;
/// `host:port`, several.
pub(super) struct Bootstrap;
/// One of a few words.
pub(super) struct Choice;

/// What has a few words as values.
pub(super) trait Words: Copy + PartialEq + 'static {
    /// All of them.
    const ALL: &'static [(&'static str, Self)];
}

impl Words for Kubernetes {
    const ALL: &'static [(&'static str, Self)] = &[
        ("auto", Kubernetes::Auto),
        ("kubeconfig", Kubernetes::Kubeconfig),
        ("in-cluster", Kubernetes::InCluster),
        ("none", Kubernetes::None),
    ];
}

impl Words for LogFormat {
    const ALL: &'static [(&'static str, Self)] =
        &[("text", LogFormat::Text), ("json", LogFormat::Json)];
}

impl Words for MaskWith {
    const ALL: &'static [(&'static str, Self)] = &[
        ("dots", MaskWith::Dots),
        ("hash", MaskWith::Hash),
        ("last4", MaskWith::Last4),
    ];
}

impl Words for SaslMechanism {
    const ALL: &'static [(&'static str, Self)] = &[
        ("SCRAM-SHA-512", SaslMechanism::ScramSha512),
        ("SCRAM-SHA-256", SaslMechanism::ScramSha256),
        ("PLAIN", SaslMechanism::Plain),
    ];
}

// === impl Raw ===

impl<'a> Raw<'a> {
    /// A text, whatever the source.
    fn text(self) -> Option<&'a str> {
        match self {
            Raw::Text(text) => Some(text.trim()),
            Raw::Toml(value) => value.as_str().map(str::trim),
        }
    }

    fn integer(self) -> Option<i64> {
        match self {
            Raw::Text(text) => text.trim().parse().ok(),
            Raw::Toml(value) => value.as_integer(),
        }
    }

    /// Several texts: a TOML list, or one text with commas.
    fn list(self) -> Option<Vec<&'a str>> {
        if let Raw::Toml(toml::Value::Array(items)) = self {
            return items
                .iter()
                .map(|item| item.as_str().map(str::trim))
                .collect();
        }
        let items = self.text()?.split(',').map(str::trim);
        Some(items.filter(|item| !item.is_empty()).collect())
    }

    /// As it may be repeated in a sentence.
    pub(super) fn told(self) -> String {
        let text = match self {
            Raw::Text(text) => format!("{text:?}"),
            Raw::Toml(toml::Value::Table(_)) => "a table".to_owned(),
            Raw::Toml(toml::Value::String(text)) => format!("{text:?}"),
            Raw::Toml(value) => value.to_string(),
        };
        if text.chars().count() <= 60 {
            return text;
        }
        let start: String = text.chars().take(59).collect();
        format!("{start}…")
    }
}

// === impl Kind ===

/// Every kind of one value is a kind of an optional one.
impl<K: Kind<T>, T> Kind<Option<T>> for K {
    fn read(&self, raw: Raw<'_>) -> Result<Option<T>, String> {
        <K as Kind<T>>::read(self, raw).map(Some)
    }

    fn show(&self, value: &Option<T>) -> Option<toml::Value> {
        value
            .as_ref()
            .and_then(|value| <K as Kind<T>>::show(self, value))
    }
}

impl Kind<String> for Text {
    fn read(&self, raw: Raw<'_>) -> Result<String, String> {
        filled(raw).map(str::to_owned)
    }

    fn show(&self, value: &String) -> Option<toml::Value> {
        Some(value.clone().into())
    }
}

impl Kind<Arc<str>> for Text {
    fn read(&self, raw: Raw<'_>) -> Result<Arc<str>, String> {
        filled(raw).map(Arc::from)
    }

    fn show(&self, value: &Arc<str>) -> Option<toml::Value> {
        Some(value.to_string().into())
    }
}

impl Kind<PathBuf> for File {
    fn read(&self, raw: Raw<'_>) -> Result<PathBuf, String> {
        raw.text()
            .filter(|text| !text.is_empty())
            .map(PathBuf::from)
            .ok_or_else(|| "the path of a file".to_owned())
    }

    fn show(&self, value: &PathBuf) -> Option<toml::Value> {
        Some(value.display().to_string().into())
    }
}

impl Kind<Secret> for Password {
    fn read(&self, raw: Raw<'_>) -> Result<Secret, String> {
        let text = match raw {
            // Blanks may be meant.
            Raw::Text(text) => Some(text),
            Raw::Toml(value) => value.as_str(),
        };
        text.filter(|text| !text.is_empty())
            .map(Secret::new)
            .ok_or_else(|| "a password".to_owned())
    }

    fn show(&self, _: &Secret) -> Option<toml::Value> {
        Some("…".to_owned().into())
    }
}

impl Kind<SocketAddr> for Address {
    fn read(&self, raw: Raw<'_>) -> Result<SocketAddr, String> {
        raw.text()
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| {
                "an IP address with a port, such as 127.0.0.1:8080 or [::]:8080".to_owned()
            })
    }

    fn show(&self, value: &SocketAddr) -> Option<toml::Value> {
        Some(value.to_string().into())
    }
}

impl Kind<bool> for Switch {
    fn read(&self, raw: Raw<'_>) -> Result<bool, String> {
        let read = match raw {
            Raw::Text(text) => text.trim().to_lowercase().parse().ok(),
            Raw::Toml(value) => value.as_bool(),
        };
        read.ok_or_else(|| "true or false".to_owned())
    }

    fn show(&self, value: &bool) -> Option<toml::Value> {
        Some((*value).into())
    }
}

/// Units of a span, longest first, in milliseconds.
const SPANS: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("ms", 1),
    ("s", 1000),
];

impl Kind<Duration> for Span {
    fn read(&self, raw: Raw<'_>) -> Result<Duration, String> {
        raw.text()
            .and_then(|text| {
                let (number, unit) = number_and_unit(text)?;
                let (_, factor) = SPANS.iter().find(|(name, _)| *name == unit)?;
                number.checked_mul(*factor)
            })
            .filter(|millis| (self.least..=self.most).contains(millis))
            .map(Duration::from_millis)
            .ok_or_else(|| {
                format!(
                    "a time from {} to {}, written like \"500ms\", \"30s\", \"15m\", \"12h\" or \"7d\"",
                    span_text(self.least),
                    span_text(self.most)
                )
            })
    }

    fn show(&self, value: &Duration) -> Option<toml::Value> {
        Some(span_text(u64::try_from(value.as_millis()).unwrap_or(u64::MAX)).into())
    }
}

/// Units of a size.
const SIZES: [(&str, usize); 4] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
];

impl Kind<usize> for Size {
    fn read(&self, raw: Raw<'_>) -> Result<usize, String> {
        let bytes = match raw.integer() {
            Some(bytes) => usize::try_from(bytes).ok(),
            None => raw.text().and_then(|text| {
                let (number, unit) = number_and_unit(text)?;
                let (_, factor) = SIZES.iter().find(|(name, _)| *name == unit)?;
                usize::try_from(number).ok()?.checked_mul(*factor)
            }),
        };
        bytes
            .filter(|bytes| (self.least..=self.most).contains(bytes))
            .ok_or_else(|| {
                format!(
                    "a size from {} to {}, written like \"64KiB\" or \"1MiB\"",
                    size_text(self.least),
                    size_text(self.most)
                )
            })
    }

    fn show(&self, value: &usize) -> Option<toml::Value> {
        Some(size_text(*value).into())
    }
}

impl Kind<usize> for Count {
    fn read(&self, raw: Raw<'_>) -> Result<usize, String> {
        raw.integer()
            .and_then(|number| usize::try_from(number).ok())
            .filter(|number| (self.least..=self.most).contains(number))
            .ok_or_else(|| format!("a number from {} to {}", self.least, self.most))
    }

    fn show(&self, value: &usize) -> Option<toml::Value> {
        Some(toml::Value::Integer(
            i64::try_from(*value).unwrap_or(i64::MAX),
        ))
    }
}

impl Kind<String> for PublicUrl {
    fn read(&self, raw: Raw<'_>) -> Result<String, String> {
        let expected = || {
            "the console's own URL without a path, such as https://penstock.example.com".to_owned()
        };
        let text = raw.text().ok_or_else(expected)?;
        let url: http::Uri = text.parse().map_err(|_| expected())?;
        let web = matches!(url.scheme_str(), Some("http" | "https"));
        let authority = url
            .authority()
            .is_some_and(|authority| !authority.as_str().contains('@'));
        let bare = url.path() == "/" && url.query().is_none();
        if web && authority && bare {
            Ok(text.trim_end_matches('/').to_owned())
        } else {
            Err(expected())
        }
    }

    fn show(&self, value: &String) -> Option<toml::Value> {
        Some(value.clone().into())
    }
}

impl Kind<String> for ApiUrl {
    fn read(&self, raw: Raw<'_>) -> Result<String, String> {
        let expected = || "an http or https URL without user, query and fragment".to_owned();
        let text = raw.text().ok_or_else(expected)?;
        let url: http::Uri = text.parse().map_err(|_| expected())?;
        let web = matches!(url.scheme_str(), Some("http" | "https"));
        let authority = url
            .authority()
            .is_some_and(|authority| !authority.as_str().contains('@'));
        if web && authority && url.query().is_none() && !text.contains('#') {
            Ok(text.trim_end_matches('/').to_owned())
        } else {
            Err(expected())
        }
    }

    fn show(&self, value: &String) -> Option<toml::Value> {
        Some(value.clone().into())
    }
}

impl Kind<Vec<String>> for Texts {
    fn read(&self, raw: Raw<'_>) -> Result<Vec<String>, String> {
        raw.list()
            .filter(|list| list.iter().all(|text| !text.is_empty()))
            .map(|list| list.into_iter().map(str::to_owned).collect())
            .ok_or_else(|| "a list of texts".to_owned())
    }

    fn show(&self, value: &Vec<String>) -> Option<toml::Value> {
        (!value.is_empty()).then(|| value.clone().into())
    }
}

impl Kind<Vec<String>> for Hosts {
    fn read(&self, raw: Raw<'_>) -> Result<Vec<String>, String> {
        let expected = || "a list of host names without scheme and port".to_owned();
        let hosts = raw.list().ok_or_else(expected)?;
        let name = |host: &&str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            let address = host.starts_with('[') && host.ends_with(']');
            !host.is_empty() && (address || host.chars().all(plain))
        };
        if hosts.iter().all(name) {
            Ok(hosts.into_iter().map(str::to_lowercase).collect())
        } else {
            Err(expected())
        }
    }

    fn show(&self, value: &Vec<String>) -> Option<toml::Value> {
        Some(value.clone().into())
    }
}

impl Kind<Vec<Namespace>> for Namespaces {
    fn read(&self, raw: Raw<'_>) -> Result<Vec<Namespace>, String> {
        let expected = || "a list of names of namespaces".to_owned();
        let names = raw.list().ok_or_else(expected)?;
        if !names.iter().all(|name| is_label(name)) {
            return Err(expected());
        }
        let mut namespaces: Vec<Namespace> = names.into_iter().map(Namespace::from).collect();
        namespaces.sort();
        namespaces.dedup();
        Ok(namespaces)
    }

    fn show(&self, value: &Vec<Namespace>) -> Option<toml::Value> {
        let names: Vec<String> = value.iter().map(ToString::to_string).collect();
        Some(names.into())
    }
}

impl Kind<Namespace> for Name {
    fn read(&self, raw: Raw<'_>) -> Result<Namespace, String> {
        raw.text()
            .filter(|name| is_label(name))
            .map(Namespace::from)
            .ok_or_else(|| "the name of a namespace".to_owned())
    }

    fn show(&self, value: &Namespace) -> Option<toml::Value> {
        Some(value.to_string().into())
    }
}

impl Kind<ClusterName> for Name {
    fn read(&self, raw: Raw<'_>) -> Result<ClusterName, String> {
        raw.text()
            .filter(|name| name.len() <= 253 && name.split('.').all(is_label))
            .map(ClusterName::from)
            .ok_or_else(|| "a name of lowercase letters, digits, “-” and “.”".to_owned())
    }

    fn show(&self, value: &ClusterName) -> Option<toml::Value> {
        Some(value.to_string().into())
    }
}

impl Kind<Vec<HostPort>> for Bootstrap {
    fn read(&self, raw: Raw<'_>) -> Result<Vec<HostPort>, String> {
        raw.list()
            .filter(|list| !list.is_empty())
            .and_then(|list| {
                list.into_iter()
                    .map(|one| HostPort::from_str(one).ok())
                    .collect()
            })
            .ok_or_else(|| "a list of host:port".to_owned())
    }

    fn show(&self, value: &Vec<HostPort>) -> Option<toml::Value> {
        let addresses: Vec<String> = value.iter().map(ToString::to_string).collect();
        Some(addresses.into())
    }
}

impl<T: Words> Kind<T> for Choice {
    fn read(&self, raw: Raw<'_>) -> Result<T, String> {
        let text = raw.text().unwrap_or_default();
        let words = || T::ALL.iter().map(|(word, _)| *word);
        T::ALL
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(text))
            .map(|(_, value)| *value)
            .ok_or_else(|| {
                let all: Vec<&str> = words().collect();
                format!("one of {}{}", all.join(", "), suggestion(text, words()))
            })
    }

    fn show(&self, value: &T) -> Option<toml::Value> {
        T::ALL
            .iter()
            .find(|(_, known)| known == value)
            .map(|(word, _)| (*word).to_owned().into())
    }
}

fn filled(raw: Raw<'_>) -> Result<&str, String> {
    raw.text()
        .filter(|text| !text.is_empty())
        .ok_or_else(|| "a text".to_owned())
}

/// A label of RFC 1123, as names of namespaces are.
fn is_label(name: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&name.len())
        && name.bytes().all(inner)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let at = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(at)?;
    Some((number.parse().ok()?, unit.trim()))
}

/// The longest unit that leaves no rest.
pub(super) fn span_text(millis: u64) -> String {
    let (unit, factor) = SPANS
        .iter()
        .filter(|(_, factor)| millis.is_multiple_of(*factor) && millis > 0)
        .max_by_key(|(_, factor)| *factor)
        .copied()
        .unwrap_or(("s", 1000));
    format!("{}{unit}", millis / factor)
}

fn size_text(bytes: usize) -> String {
    let (unit, factor) = SIZES
        .iter()
        .find(|(_, factor)| bytes.is_multiple_of(*factor) && bytes > 0)
        .copied()
        .unwrap_or(("B", 1));
    format!("{}{unit}", bytes / factor)
}
