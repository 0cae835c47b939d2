//! What the tables are made of.

/// A kind of record: its key and its value.
#[derive(Debug)]
pub(super) struct Kind {
    /// The number at the beginning of the key.
    pub number: i16,
    /// Its name in Kafka, without `Key` and `Value`.
    pub name: &'static str,
    /// Fields of the key.
    pub key: &'static [Field],
    /// The value.
    pub value: Message,
}

/// Something with versions.
#[derive(Debug)]
pub(super) struct Message {
    /// Highest version known; the lowest is 0.
    pub newest: i16,
    /// From which version on it has the compact encoding with tagged fields (KIP-482).
    pub flexible: i16,
    /// Its fields in their order.
    pub fields: &'static [Field],
}

/// A field.
#[derive(Debug)]
pub(super) struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub of: Type,
    /// From which version on it is there.
    pub since: i16,
    /// In which version it was last there.
    pub until: i16,
    /// Whether it can be null.
    pub nullable: bool,
    /// Its number, where it is a tagged field.
    pub tag: Option<u32>,
}

impl Field {
    /// In every version.
    pub(super) const fn new(name: &'static str, of: Type) -> Self {
        Self {
            name,
            of,
            since: 0,
            until: i16::MAX,
            nullable: false,
            tag: None,
        }
    }

    pub(super) const fn since(mut self, version: i16) -> Self {
        self.since = version;
        self
    }

    pub(super) const fn until(mut self, version: i16) -> Self {
        self.until = version;
        self
    }

    pub(super) const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    pub(super) const fn tag(mut self, number: u32) -> Self {
        self.tag = Some(number);
        self
    }
}

/// A type of Kafka's message definitions.
#[derive(Debug)]
pub(super) enum Type {
    Int16,
    Uint16,
    Int32,
    Int64,
    /// A number of one byte that stands for a name.
    Named(&'static [(i8, &'static str)]),
    Uuid,
    Text,
    Bytes,
    /// Bytes that hold a message of the consumers' protocol (`ConsumerProtocolSubscription`, `-Assignment`), if they do.
    Consumer(&'static Message),
    List(&'static Type),
    Struct(&'static [Field]),
}
