//! The command line's connection to a daemon.

use crate::daemon::Contact;
use crate::daemon::progress::Event;
use crate::layout::Layout;
use anyhow::{Context, Result, bail};
use reqwest::{Method, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Longest wait for an answer; starting the registry or the console takes longest.
const DEADLINE: Duration = Duration::from_secs(180);
/// A line of progress is some hundred bytes.
const LONGEST_LINE: usize = 1 << 20;

/// A daemon that can be asked.
#[derive(Debug)]
pub struct Link {
    contact: Contact,
    client: reqwest::Client,
}

impl Link {
    /// The running daemon of this clone.
    ///
    /// # Errors
    /// None runs.
    pub fn open(layout: &Layout) -> Result<Self> {
        let contact = Contact::find(layout)
            .context("no test bed runs for this clone; start one with `testbed up`")?;
        Self::to(contact)
    }

    /// A given daemon.
    ///
    /// # Errors
    /// No HTTP client could be made.
    pub fn to(contact: Contact) -> Result<Self> {
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .no_proxy()
            .build()?;
        Ok(Self { contact, client })
    }

    /// Who it is.
    pub fn contact(&self) -> &Contact {
        &self.contact
    }

    /// Asks for JSON.
    ///
    /// # Errors
    /// The daemon is gone or refuses; its reason is the message.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let answer = self.send::<()>(Method::GET, path, None).await?;
        Ok(answer.json().await?)
    }

    /// Posts JSON.
    ///
    /// # Errors
    /// The daemon is gone or refuses; its reason is the message.
    pub async fn post<T: Serialize>(&self, path: &str, body: &T) -> Result<Response> {
        self.send(Method::POST, path, Some(body)).await
    }

    async fn send<T: Serialize>(
        &self,
        method: Method,
        path: &str,
        body: Option<&T>,
    ) -> Result<Response> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.contact.url))
            .bearer_auth(self.contact.token.expose())
            .timeout(DEADLINE);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.context(
            "the test bed's daemon does not answer; `testbed down` ends what is left of it",
        )?;
        if !answer.status().is_success() {
            let status = answer.status();
            let reason = answer.text().await.unwrap_or_default();
            bail!(
                "{}",
                if reason.is_empty() {
                    status.to_string()
                } else {
                    reason
                }
            );
        }
        Ok(answer)
    }

    /// Follows the progress until the bed is up or has failed.
    ///
    /// # Errors
    /// The daemon ended meanwhile.
    pub async fn follow(&self, mut tell: impl FnMut(&Event)) -> Result<()> {
        let mut answer = self
            .client
            .get(format!("{}/progress", self.contact.url))
            .bearer_auth(self.contact.token.expose())
            .send()
            .await?
            .error_for_status()?;
        let mut line = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            for byte in chunk {
                if byte != b'\n' {
                    if line.len() >= LONGEST_LINE {
                        bail!("the daemon's progress is not understood");
                    }
                    line.push(byte);
                    continue;
                }
                let event: Event = serde_json::from_slice(&line)?;
                line.clear();
                tell(&event);
                if event.kind.last() {
                    return Ok(());
                }
            }
        }
        bail!("the test bed's daemon ended before the bed was up")
    }
}
