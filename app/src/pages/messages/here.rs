//! What every part of the page of messages needs to know of the address, and how it goes to another.

use crate::{
    paths::{self, MessagesQuery},
    routes,
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use penstock_domain::{ids::ClusterRef, record::RecordAddress};
use std::sync::Arc;

type Navigate = Arc<dyn Fn(&str, NavigateOptions) + Send + Sync>;

/// The address of the page: its cluster, what its query asks for, and the ways from it.
#[derive(Clone, Copy)]
pub struct Here {
    cluster: StoredValue<ClusterRef>,
    navigate: StoredValue<Navigate>,
    /// What the query asks for.
    pub query: Memo<MessagesQuery>,
}

impl Here {
    /// The place of a cluster's page, provided to everything on it.
    pub fn provide(cluster: ClusterRef) -> Self {
        let search = routes::use_search(|page| matches!(page, paths::Page::Messages(_)));
        let here = Self {
            cluster: StoredValue::new(cluster),
            navigate: StoredValue::new(Arc::new(use_navigate())),
            query: Memo::new(move |_| MessagesQuery::of(&search.get())),
        };
        provide_context(here);
        here
    }

    /// The cluster.
    pub fn cluster(self) -> ClusterRef {
        self.cluster.get_value()
    }

    /// The address of this page with another query.
    pub fn link(self, query: &MessagesQuery) -> String {
        self.cluster
            .with_value(|cluster| paths::messages(cluster, query))
    }

    /// The address of this page with what is asked for now changed by `change`; wakes with the query.
    pub fn link_with(self, change: impl FnOnce(MessagesQuery) -> MessagesQuery) -> String {
        self.link(&change(self.query.get()))
    }

    /// The address of this page with a record open.
    pub fn record_link(self, record: RecordAddress) -> String {
        self.link(&self.query.with(|query| query.with_record(record)))
    }

    /// Goes there; the back key leads here again. In the browser.
    pub fn go(self, query: &MessagesQuery) {
        self.to(query, false);
    }

    /// Goes there in the place of the present address: the back key leads to the one before. In the browser.
    pub fn replace(self, query: &MessagesQuery) {
        self.to(query, true);
    }

    fn to(self, query: &MessagesQuery, replace: bool) {
        let link = self.link(query);
        let options = NavigateOptions {
            replace,
            scroll: false,
            ..NavigateOptions::default()
        };
        self.navigate
            .with_value(|navigate| navigate(&link, options));
    }
}

/// The place of the page; on any other page there is none.
pub fn use_here() -> Option<Here> {
    use_context()
}
