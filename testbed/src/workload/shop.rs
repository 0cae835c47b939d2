//! A shop that writes with schemas: orders in Avro, shipments in Protobuf, invoices in JSON Schema. Keys are numbers of eight
//! bytes or UUIDs of sixteen. Now and then a record nobody can decode: with a schema that no registry has, or cut off.

use super::account::Accounts;
use super::events::Author;
use super::schemas::Schemas;
use super::services::QUEUE;
use super::wire::{Avro, Proto, framed};
use anyhow::{Result, anyhow};
use rdkafka::producer::{FutureProducer, FutureRecord};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;

/// No registry has it.
const UNKNOWN_SCHEMA: u32 = 9_999;
/// One in so many orders names it.
const NAMES_IT: u64 = 30;
/// One in so many orders is cut off.
const CUT_OFF: u64 = 45;
/// The first order's number: the first whole number that a double can't hold.
const FIRST_ORDER: i64 = 9_007_199_254_740_993;
/// What is ordered, with its price in hundredths.
const GOODS: [(&str, i64); 4] = [
    ("paper-a4", 495),
    ("toner-xl", 12_990),
    ("stapler", 1_250),
    ("desk-oak", 89_900),
];
const CITIES: [(&str, &str); 3] = [("Zürich", "CH"), ("Köln", "DE"), ("Kraków", "PL")];

/// Customers order.
pub(super) async fn orders(
    accounts: Arc<Accounts>,
    schemas: Schemas,
    mut author: Author,
) -> Result<()> {
    let producer = accounts.producer("shop").await?;
    for number in FIRST_ORDER.. {
        let value = order(&mut author, number);
        let value = if author.once_in(CUT_OFF) {
            framed(
                schemas.order,
                value.get(..value.len() / 2).unwrap_or_default(),
            )
        } else if author.once_in(NAMES_IT) {
            framed(UNKNOWN_SCHEMA, &value)
        } else {
            framed(schemas.order, &value)
        };
        send(&producer, "orders-avro", &number.to_be_bytes(), &value).await?;
        pause(&mut author).await;
    }
    Ok(())
}

fn order(author: &mut Author, number: i64) -> Vec<u8> {
    let count = author.number(1..4);
    let lines: Vec<(&str, i64, i64)> = (0..count)
        .map(|_| {
            let (sku, price) = author.one_of(&GOODS).unwrap_or(("paper-a4", 495));
            (sku, i64::try_from(author.number(1..20)).unwrap_or(1), price)
        })
        .collect();
    let total: i64 = lines
        .iter()
        .map(|(_, quantity, price)| quantity * price)
        .sum();
    let person = author.person();
    let mail = format!("{person}@example.com");
    let with_mail = author.once_in(2);
    let micros =
        i64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000).unwrap_or(0);
    let money = |avro: Avro, amount: i64| avro.decimal(amount).long(i64::from(amount % 2 == 0));
    let note = author
        .once_in(3)
        .then_some("Please ring twice. 請按兩次鈴 🔔");
    let labels: &[(&str, &str)] = if author.once_in(2) {
        &[("channel", "web"), ("campaign", "november")]
    } else {
        &[]
    };
    let avro = Avro::default()
        .long(number)
        .text(&author.id())
        .long(micros)
        .text(person)
        .maybe(with_mail.then_some(mail.as_str()))
        .long(i64::try_from(author.number(15_000..20_000)).unwrap_or(0))
        .block(&lines, |avro, (sku, quantity, price)| {
            money(avro.text(sku).long(*quantity), *price)
        });
    money(avro, total)
        .long(i64::try_from(author.number(0..4)).unwrap_or(0))
        .fixed(&[0xca, 0xfe, 0, 1])
        .block(labels, |avro, (name, value)| avro.text(name).text(value))
        .maybe(note)
        .finish()
}

/// Parcels are packed and sent: two messages of one file, nested in a third.
pub(super) async fn shipments(
    accounts: Arc<Accounts>,
    schemas: Schemas,
    mut author: Author,
) -> Result<()> {
    let producer = accounts.producer("shop").await?;
    for number in 1_u64.. {
        let key = format!("shipment-{number}");
        let order = FIRST_ORDER.unsigned_abs() + number;
        let mut packed = Proto::default().number(1, number).number(2, order);
        for (sku, _) in GOODS
            .iter()
            .take(usize::try_from(author.number(1..4)).unwrap_or(1))
        {
            let count = Proto::default()
                .bytes(1, sku.as_bytes())
                .number(2, author.number(1..9))
                .inner();
            packed = packed.bytes(3, sku.as_bytes()).bytes(4, &count);
        }
        // A size that the schema does not know yet, now and then.
        let size = if author.once_in(15) {
            7
        } else {
            author.number(0..3)
        };
        let packed = packed.number(5, size).finish(&[0, 0]);
        send(
            &producer,
            "shipments-proto",
            key.as_bytes(),
            &framed(schemas.shipment, &packed),
        )
        .await?;
        pause(&mut author).await;

        let (city, country) = author.one_of(&CITIES).unwrap_or(("Zürich", "CH"));
        let address = Proto::default()
            .bytes(1, b"Hauptstrasse 1")
            .bytes(2, city.as_bytes())
            .bytes(3, country.as_bytes());
        let now = OffsetDateTime::now_utc();
        let at = Proto::default()
            .number(1, now.unix_timestamp().unsigned_abs())
            .number(2, now.nanosecond().into());
        let sent = Proto::default()
            .number(1, number)
            .bytes(2, &at.inner())
            .bytes(3, &address.inner());
        let sent = if author.once_in(2) {
            sent.bytes(4, b"Post")
        } else {
            // A negative bay, in zigzag.
            sent.bytes(
                5,
                &Proto::default()
                    .bytes(1, author.person().as_bytes())
                    .number(2, 5)
                    .inner(),
            )
        };
        let sent = sent
            .double(
                6,
                f64::from(u32::try_from(author.number(1..400)).unwrap_or(1)) / 10.0,
            )
            .finish(&[0, 1]);
        send(
            &producer,
            "shipments-proto",
            key.as_bytes(),
            &framed(schemas.shipment, &sent),
        )
        .await?;
        pause(&mut author).await;
    }
    Ok(())
}

/// Invoices go out, with UUIDs of sixteen bytes as keys.
pub(super) async fn invoices(
    accounts: Arc<Accounts>,
    schemas: Schemas,
    mut author: Author,
) -> Result<()> {
    let producer = accounts.producer("shop").await?;
    for number in 1.. {
        let (what, price) = author.one_of(&GOODS).unwrap_or(("paper-a4", 495));
        let amount = price as f64 / 100.0;
        let state = author
            .one_of(&["open", "paid", "overdue"])
            .unwrap_or("open");
        let invoice = json!({
            "number": format!("INV-{number:06}"),
            "state": state,
            "issued": OffsetDateTime::now_utc().date().to_string(),
            "customer": { "name": author.person(), "iban": format!("CH93007620116238{:06}", author.number(0..1_000_000)) },
            "lines": [{ "text": what, "amount": amount }],
            "total": amount,
        });
        let key = author.uuid();
        send(
            &producer,
            "invoices-jsonschema",
            key.as_bytes(),
            &framed(schemas.invoice, invoice.to_string().as_bytes()),
        )
        .await?;
        pause(&mut author).await;
    }
    Ok(())
}

async fn send(producer: &FutureProducer, topic: &str, key: &[u8], value: &[u8]) -> Result<()> {
    let record = FutureRecord::to(topic).key(key).payload(value);
    producer
        .send(record, QUEUE)
        .await
        .map_err(|(error, _)| anyhow!(error))?;
    Ok(())
}

async fn pause(author: &mut Author) {
    tokio::time::sleep(Duration::from_millis(author.number(700..2_000))).await;
}
