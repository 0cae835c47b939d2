//! Configuration entries as DescribeConfigs tells them (KIP-569: documentation and type).

use serde::{Deserialize, Serialize};

/// One setting of a topic or broker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConfigEntry {
    /// Its name.
    pub name: String,
    /// Its value; `None` where it is sensitive or has none.
    pub value: Option<String>,
    /// The value as people think of it: `7 d` for 604800000 of `retention.ms`.
    pub readable: Option<String>,
    /// Where the value comes from.
    pub source: ConfigSource,
    /// Whether the value is kept secret by the broker.
    pub sensitive: bool,
    /// Whether it can't be changed.
    pub read_only: bool,
    /// `LONG`, `STRING`, `LIST`, …
    pub kind: Option<String>,
    /// Kafka's own words. Comes with markup (`<code>`); shown as text only.
    pub documentation: Option<String>,
    /// The chain of values that apply below this one, nearest first.
    pub synonyms: Vec<ConfigSynonym>,
}

impl ConfigEntry {
    /// Every place where the setting has a value, the one that counts first.
    pub fn chain(&self) -> Vec<ConfigSynonym> {
        let own = ConfigSynonym {
            name: self.name.clone(),
            value: self.value.clone(),
            source: self.source,
        };
        std::iter::once(own)
            .chain(self.synonyms.iter().cloned())
            .collect()
    }
}

/// A value further down the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConfigSynonym {
    /// Name of the setting there: `log.retention.ms`.
    pub name: String,
    /// Its value.
    pub value: Option<String>,
    /// Where it is set.
    pub source: ConfigSource,
}

/// Where a value is set (Kafka class `DescribeConfigsResponse.ConfigSource`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ConfigSource {
    /// On the topic.
    Topic,
    /// On this broker, at run time.
    DynamicBroker,
    /// On all brokers, at run time.
    DynamicDefaultBroker,
    /// In the broker's properties file.
    StaticBroker,
    /// Kafka's default.
    Default,
    /// Logger level of a broker.
    BrokerLogger,
    /// Client metrics subscription.
    ClientMetrics,
    /// On the group.
    Group,
    /// A source this console does not know.
    Unknown,
}

impl ConfigSource {
    /// By the code on the wire.
    pub const fn of_code(code: i8) -> Self {
        match code {
            1 => ConfigSource::Topic,
            2 => ConfigSource::DynamicBroker,
            3 => ConfigSource::DynamicDefaultBroker,
            4 => ConfigSource::StaticBroker,
            5 => ConfigSource::Default,
            6 => ConfigSource::BrokerLogger,
            7 => ConfigSource::ClientMetrics,
            8 => ConfigSource::Group,
            _ => ConfigSource::Unknown,
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            ConfigSource::Topic => "topic",
            ConfigSource::DynamicBroker => "broker, dynamic",
            ConfigSource::DynamicDefaultBroker => "all brokers, dynamic",
            ConfigSource::StaticBroker => "broker file",
            ConfigSource::Default => "default",
            ConfigSource::BrokerLogger => "broker logger",
            ConfigSource::ClientMetrics => "client metrics",
            ConfigSource::Group => "group",
            ConfigSource::Unknown => "unknown",
        }
    }
}

/// The type codes of DescribeConfigs v3+ (Kafka class `DescribeConfigsResponse.ConfigType`).
pub const fn kind_of_code(code: i8) -> Option<&'static str> {
    match code {
        1 => Some("BOOLEAN"),
        2 => Some("STRING"),
        3 => Some("INT"),
        4 => Some("SHORT"),
        5 => Some("LONG"),
        6 => Some("DOUBLE"),
        7 => Some("LIST"),
        8 => Some("CLASS"),
        9 => Some("PASSWORD"),
        _ => None,
    }
}

/// A raw value as people think of it, where the name tells its unit; `None` where the raw one is all there is to say.
pub fn readable(name: &str, value: &str) -> Option<String> {
    let number: i64 = value.parse().ok()?;
    if name.ends_with(".ms") {
        return Some(match number {
            -1 => "forever".to_owned(),
            i64::MAX => "never".to_owned(),
            n => crate::units::duration_millis(u64::try_from(n).ok()?),
        });
    }
    if name.ends_with(".bytes") {
        return Some(match number {
            -1 => "no limit".to_owned(),
            n if n >= 1024 => crate::units::bytes(u64::try_from(n).ok()?),
            _ => return None,
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn units_follow_the_name() {
        assert_eq!(
            readable("retention.ms", "604800000").as_deref(),
            Some("7 d")
        );
        assert_eq!(readable("retention.ms", "-1").as_deref(), Some("forever"));
        assert_eq!(
            readable("segment.bytes", "1073741824").as_deref(),
            Some("1.00 GiB")
        );
        assert_eq!(
            readable("flush.ms", "9223372036854775807").as_deref(),
            Some("never")
        );
        assert_eq!(readable("min.insync.replicas", "2"), None);
        assert_eq!(readable("cleanup.policy", "compact"), None);
    }
}
