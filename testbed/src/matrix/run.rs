//! One row: broken, told, mended, right again.

use super::breakage::{self, Besides};
use super::crowd::Page;
use super::ground::Ground;
use super::look::{Look, statuses};
use super::rows::{Lasts, Row, Told};
use super::usage::Usage;
use super::watch::Watch;
use crate::kubernetes::identities::random_secret;
use anyhow::{Context, Result};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How long the console may take to be right before a row, and again after it, before that is given up.
const RIGHT: Duration = Duration::from_secs(150);
/// How long the console may take to tell what is broken.
const TELL: Duration = Duration::from_secs(120);
/// How long something stays broken after it was told.
const MOMENT: Duration = Duration::from_secs(3);

/// What came of a row.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Which.
    pub row: &'static Row,
    /// The sentence that told it, or what else was seen.
    pub said: String,
    /// Statuses of pages.
    pub pages: String,
    /// Statuses of the API.
    pub api: String,
    /// Seconds until it was told; `None` where nothing need be.
    pub told_after: Option<f64>,
    /// Seconds from when the bed was whole again until the console was right.
    pub right_after: f64,
    /// What the console has more of; `None` if it is another process now.
    pub growth: Option<Usage>,
}

/// Runs a row. `outage` is how long it stays broken, where the row leaves that open.
///
/// # Errors
/// The row can't be done, the console did not tell, or is not right again; everything is mended as far as that goes.
pub async fn run(ground: &Ground, row: &'static Row, outage: Duration) -> Result<Outcome> {
    let besides = breakage::prepare(ground, row.breakage).await?;
    let outcome = Box::pin(run_prepared(ground, row, outage, &besides)).await;
    let tidied = breakage::tidy(ground, row.breakage).await;
    let outcome = outcome?;
    tidied?;
    Ok(outcome)
}

async fn run_prepared(
    ground: &Ground,
    row: &'static Row,
    outage: Duration,
    besides: &Besides,
) -> Result<Outcome> {
    let path = match besides {
        Besides::Nothing => None,
        Besides::Mark => Some(Ground::marked()),
        // Not before it is broken: what was seen once is known.
        Besides::Path(..) => None,
    };
    ground.whole().await?;
    let reader = ground.reader("alice")?;
    let mut watch = Watch::begin(reader.clone(), path);
    watch
        .until(Instant::now(), RIGHT, "before the row", Look::right)
        .await?;
    let mut page = Page::open(ground).await?;
    let pid = ground.pid("console").await?;
    let before = Usage::at_rest(pid).await?;

    watch.forget();
    let begun = Instant::now();
    let broken = match breakage::begin(ground, row.breakage).await {
        Ok(broken) => broken,
        Err(error) => {
            // Whatever was broken by then; the reason is the one to tell.
            let _ = ground.clear().await;
            return Err(error.context("it can't be broken"));
        }
    };
    if let Besides::Path(path, _) = besides {
        watch = Watch::begin(reader, Some(path.clone()));
    }
    let note = broken.note.clone();
    let told = hold(&mut watch, row, begun, outage).await;
    let seen = watch.seen();
    broken
        .mend(ground)
        .await
        .context("it can't be mended; `testbed down` and `testbed demo` make a new bed")?;
    let (told, sentence) = told?;

    ground.whole().await?;
    let whole = Instant::now();
    let mark = random_secret();
    if *besides == Besides::Mark {
        ground.mark(mark.expose()).await?;
    }
    let wanted = match besides {
        Besides::Nothing => None,
        Besides::Mark => Some(mark.expose()),
        Besides::Path(_, right) => Some(*right),
    };
    let right = watch
        .until(begun, RIGHT, "after the row", |look| {
            look.over >= whole
                && look.right()
                && wanted.is_none_or(|wanted| look.besides_has(wanted))
        })
        .await?;
    let stream_ended = page.ended();
    drop(page);
    // The page of the next row takes the place of this one's: it was there before, too.
    let page = Page::open(ground).await?;
    let growth = match ground.pid("console").await? == pid {
        true => Some(Usage::growth(pid, before).await?),
        false => None,
    };
    drop(page);
    let mut said = [sentence, note, seen.sentence]
        .into_iter()
        .flatten()
        .next()
        .unwrap_or_else(|| "nothing: it need not".to_owned());
    if stream_ended {
        said.push_str("; the event stream ended");
    }
    Ok(Outcome {
        row,
        said,
        pages: statuses(&seen.pages),
        api: statuses(&seen.api),
        told_after: told.map(|told| told.duration_since(begun).as_secs_f64()),
        right_after: right.over.duration_since(whole).as_secs_f64(),
        growth,
    })
}

/// Waits until it is told, and as long as it lasts. When, and in which words.
async fn hold(
    watch: &mut Watch,
    row: &Row,
    begun: Instant,
    outage: Duration,
) -> Result<(Option<Instant>, Option<String>)> {
    let told = match row.told {
        Told::Nothing => None,
        told => {
            let look = watch
                .until(begun, TELL, "while it is broken", |look| {
                    look.sentence(told).is_some()
                })
                .await?;
            Some((look.over, look.sentence(told)))
        }
    };
    let until = match row.lasts {
        Lasts::Outage => (begun + outage).max(Instant::now() + MOMENT),
        Lasts::UntilTold => Instant::now() + MOMENT,
    };
    sleep_until(until).await;
    Ok(match told {
        Some((at, sentence)) => (Some(at), sentence),
        None => (None, None),
    })
}
