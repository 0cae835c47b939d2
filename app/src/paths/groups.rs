//! Addresses of consumer groups: the list, one group and what of it is shown, and the records at which it stands.
//!
//! A group's name may be any text. Only a name of plain letters, digits and `-._~` goes into the path; what proxies, routers and
//! clients may decode, split or remove (`/`, `%`, `..`) travels in the query (decision 10).

use super::{MessagesQuery, cluster, fits_path, messages, with_query};
use penstock_domain::{
    group::{LagRow, span::HistorySpan},
    ids::{ClusterRef, GroupName, TopicName},
    query::{ListQuery, encode, value_of},
    read::{MOST_TOPICS, Order},
};

/// Tabs of a group's page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GroupTab {
    /// Verdict, figures, chart, what matters of the rest.
    #[default]
    Overview,
    /// Every partition.
    Partitions,
    /// Every member.
    Members,
    /// What happened while the console looked.
    Events,
    /// What was done to it through the console, and can be undone.
    Undo,
}

impl GroupTab {
    /// Every tab in its order.
    pub const ALL: [GroupTab; 5] = [
        GroupTab::Overview,
        GroupTab::Partitions,
        GroupTab::Members,
        GroupTab::Events,
        GroupTab::Undo,
    ];

    /// The name in the query; the first has none.
    pub const fn name(self) -> &'static str {
        match self {
            GroupTab::Overview => "",
            GroupTab::Partitions => "partitions",
            GroupTab::Members => "members",
            GroupTab::Events => "events",
            GroupTab::Undo => "undo",
        }
    }

    /// The word on the page.
    pub const fn words(self) -> &'static str {
        match self {
            GroupTab::Overview => "Overview",
            GroupTab::Partitions => "Partitions",
            GroupTab::Members => "Members",
            GroupTab::Events => "Events",
            GroupTab::Undo => "Undo",
        }
    }

    fn of(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|tab| tab.name() == name)
            .unwrap_or_default()
    }
}

/// What is about to be done to a group: the dialog that stands over its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupAct {
    /// Set its offsets.
    Reset,
    /// Set them back to what a change, by its number, had replaced.
    Restore(u64),
    /// Delete the offsets of the chosen topic.
    Forget,
    /// Delete it.
    Delete,
}

impl GroupAct {
    fn of(name: &str) -> Option<Self> {
        match name {
            "reset" => Some(GroupAct::Reset),
            "forget" => Some(GroupAct::Forget),
            "delete" => Some(GroupAct::Delete),
            other => {
                let change = other.strip_prefix("restore-")?.parse().ok()?;
                Some(GroupAct::Restore(change))
            }
        }
    }

    fn name(self) -> String {
        match self {
            GroupAct::Reset => "reset".to_owned(),
            GroupAct::Forget => "forget".to_owned(),
            GroupAct::Delete => "delete".to_owned(),
            GroupAct::Restore(change) => format!("restore-{change}"),
        }
    }
}

/// What the query of a group's page asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupPageQuery {
    /// Which tab.
    pub tab: GroupTab,
    /// How far back the chart looks.
    pub span: HistorySpan,
    /// The topic of the chart and of the partitions; `None` is all.
    pub topic: Option<String>,
    /// Whether the chart is shown as a table.
    pub as_table: bool,
    /// Whether partitions stand by lag, the greatest first, instead of by topic and number.
    pub by_lag: bool,
    /// The place in the list of partitions with which its table begins.
    pub from: usize,
    /// What is about to be done.
    pub act: Option<GroupAct>,
}

impl GroupPageQuery {
    /// Reads a raw query string without `?`.
    pub fn of(query: &str) -> Self {
        Self {
            tab: GroupTab::of(&value_of(query, "tab").unwrap_or_default()),
            span: value_of(query, "span")
                .and_then(|name| HistorySpan::of_name(&name))
                .unwrap_or_default(),
            topic: value_of(query, "topic").filter(|topic| !topic.is_empty()),
            as_table: value_of(query, "chart").as_deref() == Some("table"),
            by_lag: value_of(query, "order").as_deref() == Some("lag"),
            from: value_of(query, "from")
                .and_then(|from| from.parse().ok())
                .unwrap_or_default(),
            act: value_of(query, "act").and_then(|name| GroupAct::of(&name)),
        }
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let span = if self.span == HistorySpan::default() {
            ""
        } else {
            self.span.name()
        };
        let from = if self.from > 0 {
            self.from.to_string()
        } else {
            String::new()
        };
        let chosen = |chosen: bool, name: &str| if chosen { name } else { "" }.to_owned();
        [
            ("tab", self.tab.name().to_owned()),
            ("span", span.to_owned()),
            ("topic", self.topic.clone().unwrap_or_default()),
            ("chart", chosen(self.as_table, "table")),
            ("order", chosen(self.by_lag, "lag")),
            ("from", from),
            ("act", self.act.map(GroupAct::name).unwrap_or_default()),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
    }
}

/// A cluster's groups as `query` asks for them.
pub fn groups(of: &ClusterRef, query: &ListQuery) -> String {
    with_query(format!("{}/groups", cluster(of)), &query.to_query_string())
}

/// One group's page.
pub fn group(of: &ClusterRef, group: &GroupName) -> String {
    group_as(of, group, &GroupPageQuery::default())
}

/// One group's page as `query` asks for it.
pub fn group_as(of: &ClusterRef, group: &GroupName, query: &GroupPageQuery) -> String {
    let name = group.as_str();
    let (path, in_query) = if fits_path(name) {
        (format!("{}/groups/{name}", cluster(of)), false)
    } else {
        (format!("{}/group", cluster(of)), true)
    };
    let pairs: Vec<String> = in_query
        .then(|| ("group", name.to_owned()))
        .into_iter()
        .chain(query.pairs())
        .map(|(name, value)| format!("{name}={}", encode(&value)))
        .collect();
    with_query(path, &pairs.join("&"))
}

/// The messages from where a group stands; `None` where it has committed to no topic.
pub fn next_records(of: &ClusterRef, group: &GroupName, topics: &[TopicName]) -> Option<String> {
    (!topics.is_empty()).then(|| {
        messages(
            of,
            &MessagesQuery {
                topics: topics.iter().take(MOST_TOPICS).cloned().collect(),
                from: format!("group:{group}"),
                order: Order::Oldest,
                ..MessagesQuery::default()
            },
        )
    })
}

/// The record at which a group stands in one partition; `None` where nothing is unread.
pub fn record_at(of: &ClusterRef, row: &LagRow) -> Option<String> {
    let committed = row.committed?;
    // Below the log's start the first record that there still is.
    let at = committed.max(row.log_start.unwrap_or(0));
    row.end.filter(|end| at < *end)?;
    Some(messages(
        of,
        &MessagesQuery {
            topics: vec![row.topic.clone()],
            partitions: row.partition.to_string(),
            from: format!("offset:{at}"),
            order: Order::Oldest,
            ..MessagesQuery::default()
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::Page;
    use penstock_domain::{
        group::{RetentionRisk, SecondsKind},
        ids::PartitionId,
    };

    fn task_events() -> ClusterRef {
        ClusterRef::new("kafka", "task-events")
    }

    fn asked() -> GroupPageQuery {
        GroupPageQuery {
            tab: GroupTab::Partitions,
            span: HistorySpan::TwoWeeks,
            topic: Some("a&b".into()),
            as_table: true,
            by_lag: true,
            from: 200,
            act: Some(GroupAct::Restore(17)),
        }
    }

    #[test]
    fn every_address() {
        let c = task_events();
        assert_eq!(
            groups(&c, &ListQuery::default()),
            "/clusters/kafka/task-events/groups"
        );
        assert_eq!(
            group(&c, &"billing-export".into()),
            "/clusters/kafka/task-events/groups/billing-export"
        );
        assert_eq!(
            group_as(&c, &"g".into(), &asked()),
            "/clusters/kafka/task-events/groups/g?tab=partitions&span=14d&topic=a%26b&chart=table&order=lag&from=200&act=restore-17"
        );
        assert_eq!(
            group(&c, &"a/b 100%".into()),
            "/clusters/kafka/task-events/group?group=a%2Fb%20100%25"
        );
        assert_eq!(
            next_records(&c, &"billing-export".into(), &["t".into()]).as_deref(),
            Some("/clusters/kafka/task-events/messages?topic=t&from=group:billing-export")
        );
        assert_eq!(next_records(&c, &"g".into(), &[]), None);
    }

    #[test]
    fn any_name_leads_back() {
        let c = task_events();
        for name in [
            "billing-export",
            ".",
            "..",
            "",
            "a/b",
            "a\\b",
            "100%25",
            "%2F",
            "a+b c",
            "?group=x&y#z",
            "<script>",
            "über:all",
            "a;b",
        ] {
            let url = group(&c, &name.into());
            let (path, query) = url.split_once('?').unwrap_or((&url, ""));
            assert_eq!(
                Page::of(path, query),
                Page::Group(c.clone(), name.into()),
                "{url}"
            );
        }
        assert_eq!(
            Page::of("/clusters/kafka/task-events/groups", ""),
            Page::Groups(c)
        );
        assert_eq!(Page::of("/clusters/kafka/a/group", ""), Page::Unknown);
    }

    #[test]
    fn what_a_group_page_shows_leads_back() {
        let url = group_as(&task_events(), &"x/y".into(), &asked());
        let (_, query) = url.split_once('?').unwrap();
        assert_eq!(GroupPageQuery::of(query), asked());
        assert_eq!(
            GroupPageQuery::of("tab=nonsense&span=2y&from=-1&act=restore-x"),
            GroupPageQuery::default()
        );
    }

    #[test]
    fn every_act_leads_back() {
        for act in [
            GroupAct::Reset,
            GroupAct::Restore(u64::MAX),
            GroupAct::Forget,
            GroupAct::Delete,
        ] {
            assert_eq!(GroupAct::of(&act.name()), Some(act));
        }
    }

    #[test]
    fn a_record_is_offered_where_one_is_unread() {
        let row = |committed, log_start, end| LagRow {
            topic: "t".into(),
            partition: PartitionId(3),
            committed,
            end,
            log_start,
            lag: None,
            seconds: None,
            seconds_kind: SecondsKind::Unknown,
            retention: RetentionRisk::Unknown,
            member: None,
            metadata: None,
            in_per_second: None,
            out_per_second: None,
            stalled_since: None,
            in_flight: None,
            why: None,
        };
        let link = |row: LagRow| record_at(&task_events(), &row);
        assert_eq!(
            link(row(Some(5), Some(0), Some(9))).as_deref(),
            Some("/clusters/kafka/task-events/messages?topic=t&from=offset:5&partition=3")
        );
        assert!(
            link(row(Some(5), Some(7), Some(9)))
                .unwrap()
                .contains("offset:7")
        );
        assert_eq!(link(row(Some(9), Some(0), Some(9))), None);
        assert_eq!(link(row(None, Some(0), Some(9))), None);
        assert_eq!(link(row(Some(5), None, None)), None);
    }
}
