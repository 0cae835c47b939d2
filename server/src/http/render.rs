//! Threads that render pages, each page on one of them from beginning to end.
//!
//! Leptos' reactive graph wakes whoever reads a resource from the thread on which the resource arrived. Where that is another
//! one than renders, a wake-up is lost now and then and the page never ends (about one in five hundred was seen). On one
//! thread there is no such moment. Rendering is short and waits for memory only, so a few threads are plenty.

use axum::{body::Body, response::Response};
use futures::future::LocalBoxFuture;
use http_body_util::BodyExt as _;
use std::{
    io,
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};
use tokio::{
    runtime::Builder,
    sync::{mpsc, oneshot},
    task::LocalSet,
};

/// Pages that wait for one thread.
const QUEUE: usize = 64;
/// More threads than this do not help: the work is short.
const MOST_THREADS: usize = 4;

type Job = Box<dyn FnOnce() -> LocalBoxFuture<'static, ()> + Send>;
/// A page on its way.
pub type Rendering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// The threads.
#[derive(Debug)]
pub struct Renderer {
    threads: Vec<mpsc::Sender<Job>>,
    next: AtomicUsize,
}

impl Renderer {
    /// Starts them; they end when the renderer is dropped and their pages are done.
    pub fn start() -> io::Result<Self> {
        let count =
            thread::available_parallelism().map_or(2, |count| count.get().min(MOST_THREADS));
        let threads = (0..count).map(start_thread).collect::<io::Result<_>>()?;
        Ok(Self {
            threads,
            next: AtomicUsize::new(0),
        })
    }

    /// Renders a page to its end; `None` if there is no room, or it took longer than `deadline`.
    pub async fn render(
        &self,
        begin: impl FnOnce() -> Rendering + Send + 'static,
        deadline: Duration,
    ) -> Option<Response> {
        let (done, rendered) = oneshot::channel();
        let job: Job = Box::new(move || {
            Box::pin(async move {
                let page = tokio::time::timeout(deadline, async {
                    let (parts, body) = begin().await.into_parts();
                    let bytes = body.collect().await.ok()?.to_bytes();
                    Some(Response::from_parts(parts, Body::from(bytes)))
                });
                // Whoever asked may have gone.
                let _ = done.send(page.await.ok().flatten());
            })
        });
        let thread = self.next.fetch_add(1, Ordering::Relaxed) % self.threads.len().max(1);
        self.threads.get(thread)?.try_send(job).ok()?;
        rendered.await.ok().flatten()
    }
}

fn start_thread(number: usize) -> io::Result<mpsc::Sender<Job>> {
    let (sender, mut jobs) = mpsc::channel::<Job>(QUEUE);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    thread::Builder::new()
        .name(format!("render-{number}"))
        .spawn(move || {
            let local = LocalSet::new();
            local.block_on(&runtime, async {
                while let Some(job) = jobs.recv().await {
                    tokio::task::spawn_local(job());
                }
            });
        })?;
    Ok(sender)
}
