//! Everything that passes a filter, as lines of a file: JSON Lines or CSV. A stream, so that its size does not matter here.

use super::shape::{Shaper, WHOLE};
use crate::backend::{Console, csv::field, gate::Gate};
use bytes::Bytes;
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::{
    access::{Right, Verb},
    ids::ClusterRef,
    read::{Notice, NoticeKind, Reading},
    record::Record,
};
use penstock_kafka::scan::{Scan, ScanEvent};
use serde::Deserialize;
use std::{fmt::Write as _, time::Duration};
use tokio::time::{Instant, Interval, interval_at};

/// Lines are handed on in pieces of about this size.
const PIECE: usize = 64 * 1024;
/// Whether the rights still hold is asked this often.
const RECHECK: Duration = Duration::from_secs(15);

/// Reasons that the end of a file tells.
const MOST_LEFT_OUT: usize = 20;

/// What a file is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// A record per line, as the API tells records.
    #[default]
    Jsonl,
    /// RFC 4180, one head line.
    Csv,
}

impl ExportFormat {
    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            ExportFormat::Jsonl => "application/x-ndjson",
            ExportFormat::Csv => "text/csv; charset=utf-8",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            ExportFormat::Jsonl => "jsonl",
            ExportFormat::Csv => "csv",
        }
    }
}

/// A file that is being made.
pub struct Export {
    scan: Option<Scan>,
    shaper: Shaper,
    format: ExportFormat,
    columns: Vec<String>,
    name: String,
    pending: String,
    /// What the file lacks, told at its end.
    left_out: Vec<String>,
    gate: Gate,
    cx: RequestContext,
    rights: Vec<Right>,
    recheck: Interval,
}

impl Console {
    /// Begins a file of every record that passes.
    pub async fn export(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        reading: &Reading,
        format: ExportFormat,
    ) -> Result<Export, AppError> {
        let limit = reading.limit.map(|limit| limit as usize);
        let prepared = self
            .prepare_reading(cx, Verb::List, cluster, reading, limit)
            .await?;
        let (scan, _) = self.scan(cx, &prepared).await?;
        let topics: Vec<&str> = prepared
            .readable
            .topics
            .iter()
            .map(|topic| topic.name.as_str())
            .collect();
        let mut export = Export {
            name: file_name(&topics, format),
            scan: Some(scan),
            shaper: Shaper {
                shown: WHOLE,
                whole: true,
                ..prepared.shaper
            },
            format,
            columns: reading.columns.clone(),
            pending: String::new(),
            left_out: prepared.readable.notices.iter().map(told).collect(),
            gate: self.gate.clone(),
            cx: cx.clone(),
            rights: prepared.rights,
            recheck: interval_at(Instant::now() + RECHECK, RECHECK),
        };
        if format == ExportFormat::Csv {
            export.head();
        }
        Ok(export)
    }
}

/// A notice with its place, as one sentence.
fn told(notice: &Notice) -> String {
    let topic = notice.topic.as_ref().map(ToString::to_string);
    let place = match (topic, notice.partition) {
        (Some(topic), Some(partition)) => format!("{topic}, partition {partition}: "),
        (Some(topic), None) => format!("{topic}: "),
        (None, _) => String::new(),
    };
    format!("{place}{}", notice.reason)
}

impl Export {
    /// What the file is called.
    pub fn file_name(&self) -> &str {
        &self.name
    }

    /// The next piece; `None` after the last. A reading that could not finish ends its file with a line that says so.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            let Some(scan) = &mut self.scan else {
                return self.take();
            };
            let event = tokio::select! {
                event = scan.next() => event,
                _ = self.recheck.tick() => {
                    if self.lost_a_right().await {
                        self.end("The right to read these records was taken away.");
                    }
                    continue;
                }
            };
            match event {
                Some(ScanEvent::Found(found)) => {
                    let record = self.shaper.shape(&found).await;
                    self.line(&record);
                    if self.pending.len() >= PIECE {
                        return self.take();
                    }
                }
                Some(ScanEvent::End(end)) => {
                    let reasons = end.reason.filter(|_| !end.complete);
                    let reasons: Vec<String> = self.left_out.drain(..).chain(reasons).collect();
                    if !reasons.is_empty() {
                        self.end(&reasons.join(" "));
                    }
                    self.scan = None;
                }
                Some(ScanEvent::Notice(notice)) => {
                    if notice.kind != NoticeKind::Other && self.left_out.len() < MOST_LEFT_OUT {
                        self.left_out.push(told(&notice));
                    }
                }
                // Whoever waits for a rare record sees that the connection lives.
                Some(ScanEvent::Progress(_)) => {
                    if let Some(piece) = self.take() {
                        return Some(piece);
                    }
                }
                None => self.scan = None,
            }
        }
    }

    async fn lost_a_right(&self) -> bool {
        for right in &self.rights {
            if !matches!(self.gate.may(&self.cx, right.clone()).await, Ok(Some(_))) {
                return true;
            }
        }
        false
    }

    fn end(&mut self, reason: &str) {
        let line = match self.format {
            ExportFormat::Jsonl => serde_json::json!({ "incomplete": reason }).to_string(),
            ExportFormat::Csv => field(&format!("incomplete: {reason}")),
        };
        self.pending.push_str(&line);
        self.new_line();
        self.scan = None;
    }

    fn take(&mut self) -> Option<Bytes> {
        (!self.pending.is_empty()).then(|| Bytes::from(std::mem::take(&mut self.pending)))
    }

    fn head(&mut self) {
        let names = [
            "topic",
            "partition",
            "offset",
            "timestamp",
            "key",
            "value",
            "headers",
        ];
        let columns = self.columns.iter().map(String::as_str);
        let fields: Vec<String> = names.into_iter().chain(columns).map(field).collect();
        self.pending.push_str(&fields.join(","));
        self.new_line();
    }

    fn line(&mut self, record: &Record) {
        match self.format {
            // A record is texts and numbers: it always serialises.
            ExportFormat::Jsonl => self
                .pending
                .push_str(&serde_json::to_string(record).unwrap_or_default()),
            ExportFormat::Csv => self.csv(record),
        }
        self.new_line();
    }

    fn csv(&mut self, record: &Record) {
        let text = |shown: Option<&str>, bytes: &Option<penstock_domain::record::Bytes>| {
            let raw = || bytes.as_ref().map(|bytes| bytes.data.clone());
            shown.map(str::to_owned).or_else(raw).unwrap_or_default()
        };
        let time = record
            .timestamp
            .map(|time| time.to_string())
            .unwrap_or_default();
        let _ = write!(
            self.pending,
            "{},{},{},{},{},{},{}",
            field(record.topic.as_str()),
            record.partition,
            record.offset,
            time,
            field(&text(record.key_text(), &record.key)),
            field(&text(record.value_text(), &record.value)),
            // Names may repeat, which no columns could hold.
            field(&serde_json::to_string(&record.headers).unwrap_or_default()),
        );
        for column in &record.columns {
            let _ = write!(self.pending, ",{}", field(column.as_deref().unwrap_or("")));
        }
    }

    fn new_line(&mut self) {
        self.pending.push_str(match self.format {
            ExportFormat::Jsonl => "\n",
            ExportFormat::Csv => "\r\n",
        });
    }
}

/// `task-created.jsonl`; names of topics have no character that a header can't carry.
fn file_name(topics: &[&str], format: ExportFormat) -> String {
    let safe = |name: &&str| -> String {
        name.chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() || "._-".contains(c) {
                    c
                } else {
                    '_'
                }
            })
            .take(80)
            .collect()
    };
    let name = topics.first().map(safe).unwrap_or_default();
    let more = topics.len().saturating_sub(1);
    let more = if more > 0 {
        format!("-and-{more}-more")
    } else {
        String::new()
    };
    format!("{name}{more}.{}", format.ending())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_after_their_topics() {
        assert_eq!(file_name(&["a"], ExportFormat::Csv), "a.csv");
        assert_eq!(
            file_name(&["a\"\r\n", "b"], ExportFormat::Jsonl),
            "a___-and-1-more.jsonl"
        );
    }
}
