//! Threads that render pages, each page on one of them from beginning to end.
//!
//! Leptos' reactive graph wakes whoever reads a resource from the thread on which the resource arrived. Where that is another
//! one than renders, a wake-up is lost now and then and the page never ends (about one in five hundred was seen). On one
//! thread there is no such moment. Rendering is short and waits for memory only, so a few threads are plenty.
//!
//! Pages take turns on a thread, and each finds the reactive state that it left there, not that of the page before ([`Apart`]).

use axum::{body::Body, response::Response};
use futures::future::{LocalBoxFuture, Ready, ready};
use http_body_util::BodyExt as _;
use leptos::reactive::owner::{Owner, Sandboxed};
use std::{
    io,
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
    task::{Context, Poll},
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
                let page = Apart::new(async {
                    let (parts, body) = begin().await.into_parts();
                    let bytes = body.collect().await.ok()?.to_bytes();
                    Some(Response::from_parts(parts, Body::from(bytes)))
                });
                let page = tokio::time::timeout(deadline, page);
                // Whoever asked may have gone.
                let _ = done.send(page.await.ok().flatten());
            })
        });
        let thread = self.next.fetch_add(1, Ordering::Relaxed) % self.threads.len().max(1);
        self.threads.get(thread)?.try_send(job).ok()?;
        rendered.await.ok().flatten()
    }
}

/// A page that shares its thread with others. Leptos keeps the owner and the arena of signals in thread-locals and puts them back
/// where it polls what it has spawned, but not where it writes the head of the document: with another page in between, a page read
/// its title out of that one's arena, and ended by "a reactive value that has already been disposed".
struct Apart<F> {
    page: Pin<Box<F>>,
    owner: Option<Owner>,
    /// Takes the arena that is current where it is made, and makes it current where it is polled; there is no other way to do either.
    arena: Option<Sandboxed<Ready<()>>>,
}

impl<F> Apart<F> {
    fn new(page: F) -> Self {
        Self {
            page: Box::pin(page),
            owner: None,
            arena: None,
        }
    }
}

impl<F: Future> Future for Apart<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.owner.take() {
            Some(owner) => owner.set(),
            None => {
                if let Some(of_another) = Owner::current() {
                    of_another.unset();
                }
            }
        }
        if let Some(mut arena) = self.arena.take() {
            // Nothing is waited for: it is ready at once.
            let _ = Pin::new(&mut arena).poll(cx);
        }
        let polled = self.page.as_mut().poll(cx);
        self.owner = Owner::current();
        self.arena = Some(Sandboxed::new(ready(())));
        polled
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

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::{GetUntracked as _, RwSignal};

    /// What the head of a document does: the signal is made with the page's owner, and read without it, later.
    async fn title(text: &str) -> (Option<String>, Option<Owner>) {
        let owner = Owner::new_root(None);
        let title = owner.with(|| RwSignal::new(text.to_owned()));
        owner.set();
        tokio::task::yield_now().await;
        let read = (title.try_get_untracked(), Owner::current());
        owner.unset_with_forced_cleanup();
        read
    }

    #[tokio::test]
    async fn pages_that_take_turns_on_a_thread_keep_to_themselves() {
        let pages = ["orders", "payments", "audit"].map(|text| Apart::new(title(text)));
        let read = futures::future::join_all(pages).await;
        let titles: Vec<_> = read.iter().map(|(title, _)| title.as_deref()).collect();
        assert_eq!(titles, [Some("orders"), Some("payments"), Some("audit")]);
        assert!(read[0].1.is_some() && read[0].1 != read[1].1);
    }
}
