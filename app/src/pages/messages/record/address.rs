//! What the address says about the record that is open: which tab, how raw bytes are shown, with which other record it is
//! compared. The rest of the query belongs to the page and stays as it is.
//!
//! `view=headers`; `raw=text`; `compare=task-created/7/1482110`.

use crate::{
    pages::messages::here::Here,
    paths::{
        Mode,
        messages::{MessagesQuery, record_of},
    },
};
use penstock_domain::{
    ids::TopicName,
    read::{Order, RecordQuery},
    record::RecordAddress,
};

/// Parameters of the pane.
const OWN: [&str; 3] = ["view", "raw", "compare"];
/// Bytes of a key and of a value that a detail asks for at first; more is opened when somebody asks for it.
pub const PREVIEW: u32 = 64 << 10;

/// A tab of the detail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// The value.
    #[default]
    Value,
    /// The key.
    Key,
    /// Every header.
    Headers,
    /// The bytes as they are.
    Raw,
    /// Beside another record.
    Compare,
}

impl View {
    /// Every tab in its order.
    pub const ALL: [View; 5] = [
        View::Value,
        View::Key,
        View::Headers,
        View::Raw,
        View::Compare,
    ];

    /// The name in the query; the first has none.
    pub const fn name(self) -> &'static str {
        match self {
            View::Value => "",
            View::Key => "key",
            View::Headers => "headers",
            View::Raw => "raw",
            View::Compare => "compare",
        }
    }

    /// The word on the page.
    pub const fn words(self) -> &'static str {
        match self {
            View::Value => "Value",
            View::Key => "Key",
            View::Headers => "Headers",
            View::Raw => "Raw",
            View::Compare => "Compare",
        }
    }

    /// From the page's query; unknown names are the value.
    pub fn of(query: &MessagesQuery) -> Self {
        let name = query.other("view").unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|view| view.name() == name)
            .unwrap_or_default()
    }
}

/// How the tab `Raw` shows bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RawAs {
    /// Offsets, pairs of digits, and what is ASCII beside them.
    #[default]
    Hex,
    /// Text, where the bytes are UTF-8.
    Text,
    /// Base64.
    Base64,
}

impl RawAs {
    /// Every way in its order.
    pub const ALL: [RawAs; 3] = [RawAs::Hex, RawAs::Text, RawAs::Base64];

    /// The name in the query; the first has none.
    pub const fn name(self) -> &'static str {
        match self {
            RawAs::Hex => "",
            RawAs::Text => "text",
            RawAs::Base64 => "base64",
        }
    }

    /// The word on the page.
    pub const fn words(self) -> &'static str {
        match self {
            RawAs::Hex => "Hex",
            RawAs::Text => "Text",
            RawAs::Base64 => "Base64",
        }
    }

    /// From the page's query; unknown names are hexadecimal.
    pub fn of(query: &MessagesQuery) -> Self {
        let name = query.other("raw").unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|raw| raw.name() == name)
            .unwrap_or_default()
    }
}

/// One of the two parts of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The key.
    Key,
    /// The value.
    Value,
}

impl Side {
    /// The name of its format in the query, and the first word of its paths in the filter.
    pub const fn name(self) -> &'static str {
        match self {
            Side::Key => "key",
            Side::Value => "value",
        }
    }
}

/// The record with which the open one is compared.
pub fn compared(query: &MessagesQuery) -> Option<RecordAddress> {
    record_of(query.other("compare")?)
}

/// The page with a record and these parameters of the pane; `None` takes one out.
pub fn link(here: Here, changes: &[(&str, Option<&str>)]) -> String {
    here.link_with(|query| {
        changes
            .iter()
            .fold(query, |query, (name, value)| query.with_other(name, *value))
    })
}

/// The page with no record open.
pub fn closed(query: MessagesQuery) -> MessagesQuery {
    let query = MessagesQuery {
        record: None,
        ..query
    };
    OWN.iter()
        .fold(query, |query, name| query.with_other(name, None))
}

/// A search of one topic, newest first, for another question than the page's own.
pub fn search(query: MessagesQuery, topics: Vec<TopicName>, q: String) -> MessagesQuery {
    MessagesQuery {
        topics,
        q,
        mode: Mode::Search,
        from: String::new(),
        to: String::new(),
        partitions: String::new(),
        order: Order::Newest,
        limit: String::new(),
        at: String::new(),
        ..closed(query)
    }
}

/// What is asked of the server for a record of this page; the beginning of a large one.
pub fn asked(address: RecordAddress, query: &MessagesQuery) -> RecordQuery {
    RecordQuery {
        address,
        key_format: query.key_format,
        value_format: query.value_format,
        unmask: query.unmask,
        preview: Some(PREVIEW),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_lead_back() {
        for view in View::ALL {
            let query = MessagesQuery::of(&format!("view={}", view.name()));
            assert_eq!(View::of(&query), view);
        }
        for raw in RawAs::ALL {
            let query = MessagesQuery::of(&format!("raw={}", raw.name()));
            assert_eq!(RawAs::of(&query), raw);
        }
        assert_eq!(View::of(&MessagesQuery::of("view=nonsense")), View::Value);
    }

    #[test]
    fn closing_leaves_the_list_as_it_is() {
        let query =
            MessagesQuery::of("topic=a&q=x&record=a/0/1&view=raw&raw=text&compare=a/0/2&side=top");
        assert_eq!(
            closed(query.clone()).to_query_string(),
            "topic=a&q=x&side=top"
        );
        assert_eq!(compared(&query).map(|address| address.offset), Some(2));
        let history = search(query, vec!["a".into()], "key = \"k\"".into());
        assert_eq!(
            history.to_query_string(),
            "topic=a&mode=search&q=key%20%3D%20%22k%22&side=top"
        );
    }
}
