//! Records that are hard to show: megabytes of JSON, and bytes that are no text at all.

use super::account::Accounts;
use super::events::Author;
use super::services::QUEUE;
use anyhow::{Result, anyhow};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::FutureRecord;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Between two large records.
const RARELY: Duration = Duration::from_secs(300);
/// Pages of a document, at some two hundred bytes each.
const PAGES: std::ops::Range<u64> = 25_000..40_000;

/// Scanned documents of five to nine megabytes.
pub(super) async fn attachments(accounts: Arc<Accounts>, mut author: Author) -> Result<()> {
    let producer = accounts.large("shop").await?;
    loop {
        let document = author.id();
        let pages: Vec<_> = (0..author.number(PAGES))
            .map(|page| {
                json!({
                    "page": page,
                    "checksum": format!("{:032x}", u128::from(author.number(0..u64::MAX)) * 0x1_0000_0001),
                    "text": "The quick brown fox jumps over the lazy dog. Falsches Üben von Xylophonmusik quält jeden größeren Zwerg.",
                    "words": author.number(10..500),
                })
            })
            .collect();
        let body =
            json!({ "document": document, "by": author.person(), "pages": pages }).to_string();
        let record = FutureRecord::to("attachments")
            .key(document.as_str())
            .payload(body.as_str());
        producer
            .send(record, QUEUE)
            .await
            .map_err(|(error, _)| anyhow!(error))?;
        tokio::time::sleep(RARELY).await;
    }
}

/// Readings of devices: numbers in binary, headers that repeat, are null or are no text; empty, missing and plain values.
pub(super) async fn device_signals(accounts: Arc<Accounts>, mut author: Author) -> Result<()> {
    let producer = accounts.producer("shop").await?;
    for number in 0_u32.. {
        let device = i32::try_from(author.number(1..20))
            .unwrap_or(1)
            .to_be_bytes();
        let reading: Vec<u8> = (0..author.number(4..12))
            .flat_map(|_| {
                (f32::from(u16::try_from(author.number(0..4_000)).unwrap_or(0)) / 100.0)
                    .to_be_bytes()
            })
            .collect();
        let signature: Vec<u8> = (0..8)
            .map(|_| 0x80 | u8::try_from(author.number(0..128)).unwrap_or(0))
            .collect();
        let headers = OwnedHeaders::new()
            .insert(Header {
                key: "signature",
                value: Some(&signature),
            })
            .insert(Header {
                key: "hop",
                value: Some("gateway-3"),
            })
            .insert(Header {
                key: "hop",
                value: Some("gateway-1"),
            })
            .insert(Header {
                key: "calibration",
                value: None::<&str>,
            })
            .insert(Header {
                key: "",
                value: Some("a header without a name"),
            });
        let record: FutureRecord<'_, [u8], [u8]> =
            FutureRecord::to("device-signals").headers(headers);
        let record = match number % 6 {
            0 => record.key(&device[..]).payload(&[][..]),
            1 => record.key(&[][..]).payload(b"plain text, and an empty key"),
            2 => record.payload(b"{\"no\": \"key\", \"truncated\":"),
            3 => record.key(&device[..]),
            _ => record.key(&device[..]).payload(&reading),
        };
        producer
            .send(record, QUEUE)
            .await
            .map_err(|(error, _)| anyhow!(error))?;
        tokio::time::sleep(Duration::from_millis(author.number(800..2_500))).await;
    }
    Ok(())
}
