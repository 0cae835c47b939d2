//! The list of groups as a file; durations are seconds.

use super::list::{has_member, sorted};
use crate::backend::{
    csv::{self, field, known},
    sight::Sight,
};
use penstock_domain::{
    filter::FilterError,
    group::{GroupRow, RetentionRisk, SecondsKind, query::GroupQuery},
    ids::GroupName,
    list_filter::Check,
    query::ListQuery,
};

const HEAD: [&str; 17] = [
    "group",
    "type",
    "state",
    "members",
    "coordinator",
    "topics",
    "lagRecords",
    "lagIncomplete",
    "behindSeconds",
    "behindKind",
    "verdict",
    "reason",
    "inPerSecond",
    "outPerSecond",
    "catchUpSeconds",
    "lostRecords",
    "losesInSeconds",
];

/// The file.
///
/// # Errors
/// The filter can't be read.
pub fn file(sight: &Sight, query: &ListQuery) -> Result<String, FilterError> {
    let filter = GroupQuery::parse(&query.q)?;
    let rows = sight
        .groups()
        .map(|groups| groups.rows())
        .unwrap_or_default();
    let member = |group: &GroupName, check: &Check| has_member(sight, group, check);
    let rows = sorted(rows, &filter, query, &member);
    Ok(csv::file(HEAD, rows.into_iter().map(|(_, row)| row), line))
}

fn line(row: &GroupRow) -> [String; 17] {
    let topics: Vec<&str> = row.topics.iter().map(|topic| topic.as_str()).collect();
    let (lost, loses_in) = match row.retention {
        RetentionRisk::Lost { records } => (Some(records), None),
        RetentionRisk::In { seconds, .. } => (None, Some(seconds)),
        RetentionRisk::None | RetentionRisk::Unknown => (None, None),
    };
    let kind = match row.lag.seconds_kind {
        SecondsKind::Exact => "exact",
        SecondsKind::Estimate => "estimate",
        SecondsKind::Unknown => "unknown",
    };
    [
        field(row.group.as_str()),
        row.kind.name().to_owned(),
        row.state.name().to_owned(),
        known(row.members),
        known(row.coordinator),
        field(&topics.join(" ")),
        known(row.lag.records),
        row.lag.incomplete.to_string(),
        known(row.lag.seconds),
        kind.to_owned(),
        row.verdict.state.name().to_owned(),
        field(&row.verdict.reason),
        known(row.in_per_second),
        known(row.out_per_second),
        known(row.catch_up_seconds),
        known(lost),
        known(loses_in),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::group::{GroupHealth, GroupKind, GroupState, GroupVerdict, Lag};

    #[test]
    fn a_line_has_every_field_and_no_formula() {
        let row = GroupRow {
            group: "=cmd".into(),
            kind: GroupKind::Share,
            state: GroupState::Empty,
            coordinator: None,
            members: Some(0),
            topics: vec!["a".into(), "b".into()],
            lag: Lag {
                records: None,
                seconds: Some(1.5),
                seconds_kind: SecondsKind::Estimate,
                incomplete: true,
            },
            verdict: GroupVerdict {
                state: GroupHealth::LosingData,
                reason: "Lost 3 records, and more.".to_owned(),
                remedy: None,
            },
            in_per_second: Some(0.0),
            out_per_second: None,
            catch_up_seconds: None,
            retention: RetentionRisk::Lost { records: 3 },
            trend: Vec::new(),
            why: None,
        };
        let file = csv::file(HEAD, [&row], line);
        let (head, line) = file.trim_end().split_once("\r\n").unwrap();
        assert_eq!(
            line,
            "\"'=cmd\",share,empty,0,,a b,,true,1.5,estimate,losingData,\"Lost 3 records, and more.\",0,,,3,"
        );
        // The one comma in a quoted field apart.
        assert_eq!(head.matches(',').count() + 1, line.matches(',').count());
    }
}
