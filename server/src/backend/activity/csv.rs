//! Activity as a file: every event that passes, newest first, in the order and with the words of the page.

use crate::backend::csv::field;
use penstock_domain::activity::ActivityEvent;
use std::fmt::Write as _;

const HEAD: &str = "id,at,until,kind,severity,about,resourceKind,namespace,name,what,detail,by,operation,count,fields,examples";

/// The file.
pub fn file(events: &[ActivityEvent]) -> String {
    let mut out = String::from(HEAD);
    out.push_str("\r\n");
    for event in events {
        line(&mut out, event);
    }
    out
}

fn line(out: &mut String, event: &ActivityEvent) {
    let text = |text: Option<&str>| text.map(field).unwrap_or_default();
    let subject = event.subject.as_ref();
    let by = event.by.as_ref();
    let changes: Vec<String> = event
        .fields
        .iter()
        .map(|change| {
            let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
            format!(
                "{}: {} → {}",
                change.path,
                side(&change.before),
                side(&change.after)
            )
        })
        .collect();
    let severity = format!("{:?}", event.severity).to_lowercase();
    let fields = [
        event.id.to_string(),
        event.at.to_string(),
        event
            .until
            .map(|until| until.to_string())
            .unwrap_or_default(),
        event.kind.name().to_owned(),
        severity,
        event.about.name().to_owned(),
        text(subject.map(|subject| subject.kind.as_str())),
        text(subject.map(|subject| subject.namespace.as_str())),
        text(subject.map(|subject| subject.name.as_str())),
        field(&event.what),
        text(event.detail.as_deref()),
        text(by.map(|by| by.manager.as_str())),
        text(by.and_then(|by| by.operation.as_deref())),
        event.count.to_string(),
        field(&changes.join("; ")),
        field(&event.examples.join("; ")),
    ];
    // Writing to a String can't fail.
    let _ = write!(out, "{}\r\n", fields.join(","));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::activity::journal::{Journal, gap};
    use penstock_domain::time::Timestamp;

    #[test]
    fn a_line_has_every_field_and_no_formula() {
        let mut journal = Journal::default();
        let mut new = gap(Timestamp(0), Timestamp(1_000));
        new.one = "=cmd, \"x\"".to_owned();
        new.detail = None;
        journal.note(new, Timestamp(1_000));
        let events: Vec<ActivityEvent> = journal.events().cloned().collect();
        let file = file(&events);
        let (head, line) = file.trim_end().split_once("\r\n").unwrap();
        assert_eq!(
            line,
            "2000,1970-01-01T00:00:01.000Z,,gap,info,clusters,,,,\"'=cmd, \"\"x\"\"\",,,,1,,"
        );
        assert_eq!(head.matches(',').count(), line.matches(',').count() - 1);
    }
}
