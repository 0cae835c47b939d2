//! Streams that answer a POST: `text/event-stream` read with `fetch`, because `EventSource` cannot POST (decision 14).
//!
//! [`post`] sends a body as JSON and gives each event to a callback as it arrives; the [`Stream`] that it returns is the
//! connection: dropping it closes it, and the server stops its work. [`Frames`] takes the bytes apart and is tested without a
//! browser. Searches and tails of the page of messages read with it.

use leptos::task::spawn_local;
use penstock_api::AppError;
use penstock_domain::problem::{Problem, ProblemKind};
use serde::Serialize;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestInit, Response};

/// The longest event that is taken; whatever is longer ends the stream. A search's longest is one record with its preview.
const LONGEST_FRAME: usize = 32 << 20;

/// Bytes that are taken apart in one go. What the browser hands over at once may be large where a stream has run ahead; whoever
/// reads at a pace is asked again after each piece.
const PIECE: usize = 64 << 10;

/// One event of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its name; `message` where the stream gave none.
    pub event: String,
    /// Its data: what stood on its `data:` lines.
    pub data: String,
}

/// Takes the bytes of a `text/event-stream` apart, however they are cut (HTML standard, §9.2.6 "Interpreting an event stream").
#[derive(Debug, Default)]
pub struct Frames {
    line: Vec<u8>,
    after_return: bool,
    event: String,
    data: String,
    has_data: bool,
}

/// An event of the stream is longer than [`LONGEST_FRAME`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

impl Frames {
    /// Takes the next bytes and gives every event that they complete to `each`.
    pub fn push(&mut self, bytes: &[u8], mut each: impl FnMut(Frame)) -> Result<(), TooLong> {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (line, after) = rest.split_at(end);
            let (terminator, after) = after.split_at(1);
            // `\r\n` is one end of a line, also when it is cut between two chunks.
            let second_half = self.after_return && line.is_empty() && terminator == b"\n";
            self.after_return = terminator == b"\r";
            rest = after;
            if second_half {
                continue;
            }
            self.append(line)?;
            if let Some(frame) = self.end_line() {
                each(frame);
            }
        }
        if !rest.is_empty() {
            self.after_return = false;
            self.append(rest)?;
        }
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), TooLong> {
        if self.line.len() + self.data.len() + bytes.len() > LONGEST_FRAME {
            return Err(TooLong);
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    /// The line is whole: a field, a comment, or the end of an event.
    fn end_line(&mut self) -> Option<Frame> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            let (event, data) = (
                std::mem::take(&mut self.event),
                std::mem::take(&mut self.data),
            );
            if !std::mem::replace(&mut self.has_data, false) {
                return None;
            }
            let event = if event.is_empty() {
                "message".to_owned()
            } else {
                event
            };
            return Some(Frame { event, data });
        }
        let text = match String::from_utf8(line) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        };
        let (field, value) = text.split_once(':').unwrap_or((text.as_str(), ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                if self.has_data {
                    self.data.push('\n');
                }
                self.data.push_str(value);
                self.has_data = true;
            }
            "event" => value.clone_into(&mut self.event),
            // Comments keep the connection alive; `id` and `retry` are for streams that resume by themselves.
            _ => {}
        }
        None
    }
}

/// How a stream came to its end, other than by being dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The server closed it.
    Closed,
    /// The server refused to open it.
    Refused(AppError),
    /// The connection broke, or what came was no event stream.
    Broken(String),
}

/// An open stream. Dropping it closes the connection.
#[derive(Debug)]
pub struct Stream {
    controller: Option<AbortController>,
    dropped: Rc<Cell<bool>>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.dropped.set(true);
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}

/// Sends `body` as JSON to `path` and reads the events that answer it. `on_frame` is called for each, `on_end` once; neither
/// after the stream was dropped. In the browser only.
pub fn post<B: Serialize>(
    path: &str,
    body: &B,
    on_frame: impl FnMut(Frame) + 'static,
    on_end: impl FnOnce(Ended) + 'static,
) -> Stream {
    post_paced(path, body, on_frame, on_end, || None)
}

/// The same, read no faster than its reader can take it: before each piece of the stream `pace` is asked, and a promise that it
/// gives is waited for. Meanwhile the browser's and the network's buffers fill, and the server notices.
pub fn post_paced<B: Serialize>(
    path: &str,
    body: &B,
    on_frame: impl FnMut(Frame) + 'static,
    on_end: impl FnOnce(Ended) + 'static,
    pace: impl FnMut() -> Option<js_sys::Promise> + 'static,
) -> Stream {
    let controller = AbortController::new().ok();
    let dropped = Rc::new(Cell::new(false));
    let stream = Stream {
        controller: controller.clone(),
        dropped: Rc::clone(&dropped),
    };
    let (path, body) = (path.to_owned(), serde_json::to_string(body));
    spawn_local(async move {
        let ended = match body {
            Ok(body) => read(&path, &body, controller.as_ref(), &dropped, on_frame, pace).await,
            Err(error) => Ended::Broken(error.to_string()),
        };
        if !dropped.get() {
            on_end(ended);
        }
    });
    stream
}

async fn read(
    path: &str,
    body: &str,
    controller: Option<&AbortController>,
    dropped: &Cell<bool>,
    mut on_frame: impl FnMut(Frame),
    mut pace: impl FnMut() -> Option<js_sys::Promise>,
) -> Ended {
    let response = match open(path, body, controller).await {
        Ok(response) => response,
        Err(error) => return broken(&error),
    };
    if !response.ok() {
        return Ended::Refused(refusal(&response).await);
    }
    let reader = response.body().and_then(|body| {
        body.get_reader()
            .dyn_into::<ReadableStreamDefaultReader>()
            .ok()
    });
    let Some(reader) = reader else {
        return Ended::Broken("the answer has no body".to_owned());
    };
    let mut frames = Frames::default();
    loop {
        let part = match JsFuture::from(reader.read()).await {
            Ok(part) => part,
            Err(error) => return broken(&error),
        };
        if dropped.get() {
            return Ended::Closed;
        }
        let done = js_sys::Reflect::get(&part, &JsValue::from_str("done"))
            .is_ok_and(|done| done.is_truthy());
        if done {
            return Ended::Closed;
        }
        let bytes = js_sys::Reflect::get(&part, &JsValue::from_str("value"))
            .ok()
            .and_then(|value| value.dyn_into::<js_sys::Uint8Array>().ok());
        let Some(bytes) = bytes else {
            return Ended::Broken("the stream gave no bytes".to_owned());
        };
        for piece in bytes.to_vec().chunks(PIECE) {
            if let Some(wait) = pace() {
                // However it is settled, the reader has had its time.
                let _ = JsFuture::from(wait).await;
            }
            // A callback may have dropped the stream; the rest is then nobody's.
            if dropped.get() {
                return Ended::Closed;
            }
            let taken = frames.push(piece, |frame| {
                if !dropped.get() {
                    on_frame(frame);
                }
            });
            if taken.is_err() {
                if let Some(controller) = controller {
                    controller.abort();
                }
                return Ended::Broken("an event of the stream was too long".to_owned());
            }
        }
    }
}

async fn open(
    path: &str,
    body: &str,
    controller: Option<&AbortController>,
) -> Result<Response, JsValue> {
    let headers = web_sys::Headers::new()?;
    headers.set("Content-Type", "application/json")?;
    headers.set("Accept", "text/event-stream")?;
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_headers(&headers);
    options.set_body(&JsValue::from_str(body));
    if let Some(controller) = controller {
        options.set_signal(Some(&controller.signal()));
    }
    let answer =
        JsFuture::from(leptos::prelude::window().fetch_with_str_and_init(path, &options)).await?;
    answer.dyn_into::<Response>()
}

/// What the server says against it; its own problem where it sent one.
async fn refusal(response: &Response) -> AppError {
    let status = response.status();
    let text = match response.text() {
        Ok(text) => JsFuture::from(text)
            .await
            .ok()
            .and_then(|text| text.as_string())
            .unwrap_or_default(),
        Err(_) => String::new(),
    };
    problem_of(status, &text)
}

/// The problem in the body of an answer, or one made of its status.
fn problem_of(status: u16, text: &str) -> AppError {
    if let Ok(problem) = serde_json::from_str::<Problem>(text) {
        return AppError::from(problem);
    }
    let kind = match status {
        401 => return AppError::unauthenticated(),
        403 => ProblemKind::Forbidden,
        404 => ProblemKind::NotFound,
        409 => ProblemKind::Conflict,
        429 => ProblemKind::TooMany,
        400..=499 => ProblemKind::Invalid,
        _ => ProblemKind::Unavailable,
    };
    AppError::from(
        Problem::new(
            kind,
            "The console refused",
            format!("The answer had the status {status}."),
        )
        .with_remedy("Try again; if it stays, reload the page."),
    )
}

fn broken(error: &JsValue) -> Ended {
    let words = error
        .dyn_ref::<js_sys::Error>()
        .and_then(|error| error.message().as_string())
        .unwrap_or_else(|| "the connection broke".to_owned());
    Ended::Broken(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(chunks: &[&[u8]]) -> Vec<(String, String)> {
        let (mut frames, mut out) = (Frames::default(), Vec::new());
        for chunk in chunks {
            frames
                .push(chunk, |frame| out.push((frame.event, frame.data)))
                .unwrap();
        }
        out
    }

    fn pair(event: &str, data: &str) -> (String, String) {
        (event.to_owned(), data.to_owned())
    }

    #[test]
    fn events_are_told_apart() {
        let text =
            b": open\n\nevent: match\ndata: {\"a\":1}\n\ndata: one\ndata: two\n\nevent: end\n\n";
        assert_eq!(
            frames(&[text]),
            [pair("match", "{\"a\":1}"), pair("message", "one\ntwo")],
            "an event without data is none"
        );
    }

    #[test]
    fn any_cut_gives_the_same() {
        let text = "event: match\r\ndata: é – 中\r\n\r\ndata:x\r\r".as_bytes();
        let whole = frames(&[text]);
        assert_eq!(whole, [pair("match", "é – 中"), pair("message", "x")]);
        for cut in 0..=text.len() {
            let (before, after) = text.split_at(cut);
            assert_eq!(frames(&[before, after]), whole, "cut at {cut}");
        }
        let single: Vec<&[u8]> = text.chunks(1).collect();
        assert_eq!(frames(&single), whole);
    }

    #[test]
    fn an_endless_event_is_refused() {
        let mut frames = Frames::default();
        let chunk = vec![b'x'; 1 << 20];
        let refused = (0..=LONGEST_FRAME >> 20).any(|_| frames.push(&chunk, |_| ()).is_err());
        assert!(refused);
    }

    #[test]
    fn a_refusal_keeps_its_words() {
        let problem =
            Problem::new(ProblemKind::Invalid, "The filter does not parse", "…").with_field("q");
        let text = serde_json::to_string(&problem).unwrap();
        assert_eq!(problem_of(422, &text), AppError::from(problem));
        let plain = problem_of(429, "busy");
        assert_eq!(plain.problem().kind, ProblemKind::TooMany);
    }
}
