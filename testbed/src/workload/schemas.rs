//! The schemas of the shop, registered by the registry's REST API as a build would do it.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

const DEADLINE: Duration = Duration::from_secs(10);

/// Ids of what is written with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schemas {
    /// `orders-avro-value`.
    pub(super) order: u32,
    /// `shipments-proto-value`.
    pub(super) shipment: u32,
    /// `invoices-jsonschema-value`.
    pub(super) invoice: u32,
}

#[derive(Deserialize)]
struct Registered {
    id: u32,
}

impl Schemas {
    /// Registers them; those that are there already keep their ids.
    pub(super) async fn register(url: &str) -> Result<Self> {
        let client = reqwest::Client::builder()
            .timeout(DEADLINE)
            .no_proxy()
            .build()?;
        let register = async |subject: &str, schema: &Value| -> Result<u32> {
            let address = format!("{url}/subjects/{subject}/versions");
            let answer = client.post(&address).json(schema).send().await?;
            let registered: Registered = answer
                .error_for_status()
                .with_context(|| format!("{subject} is not registered"))?
                .json()
                .await?;
            Ok(registered.id)
        };
        let refers =
            |name: &str, subject: &str| json!([{ "name": name, "subject": subject, "version": 1 }]);
        register(
            "shop.Money",
            &json!({ "schema": include_str!("../../schemas/money.avsc") }),
        )
        .await?;
        let address = json!({ "schema": include_str!("../../schemas/address.proto"), "schemaType": "PROTOBUF" });
        register("shop-address", &address).await?;
        // What orders were written with once: a page has two versions to compare.
        register(
            "orders-avro-value",
            &json!({
                "schema": include_str!("../../schemas/order-1.avsc"),
                "references": refers("shop.Money", "shop.Money"),
            }),
        )
        .await?;
        Ok(Self {
            order: register(
                "orders-avro-value",
                &json!({
                    "schema": include_str!("../../schemas/order.avsc"),
                    "references": refers("shop.Money", "shop.Money"),
                }),
            )
            .await?,
            shipment: register(
                "shipments-proto-value",
                &json!({
                    "schema": include_str!("../../schemas/shipment.proto"),
                    "schemaType": "PROTOBUF",
                    "references": refers("shop/address.proto", "shop-address"),
                }),
            )
            .await?,
            invoice: register(
                "invoices-jsonschema-value",
                &json!({ "schema": include_str!("../../schemas/invoice.json"), "schemaType": "JSON" }),
            )
            .await?,
        })
    }
}
