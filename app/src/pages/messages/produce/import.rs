//! Lines as records: typed, pasted or out of a file, sent part by part with a bar that tells how far it came. A file is read piece
//! by piece and never held whole. What is refused is told with its line; after an interruption it goes on where it ended.

use super::{
    desk::{Desk, Way},
    side,
};
use crate::components::icon::{Icon, icon, icon_small};
use leptos::{ev, html, prelude::*, task::spawn_local};
use penstock_api::records;
use penstock_domain::{
    problem::Problem,
    produce::{
        ImportSettings, ImportSummary, LineShape,
        lines::{LONGEST_LINE, Lines},
    },
    record::Codec,
    units,
};
use penstock_ui::button::{Button, ButtonKind};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement};

/// Bytes of lines that are sent together; the server takes a body of a megabyte unless it is told otherwise.
const TOGETHER: usize = 256 * 1024;
/// Bytes of a file that are read at once.
const PIECE: u64 = 512 * 1024;
/// With more refused lines than this, the file is not what it was taken for.
const MOST_REFUSED: u64 = 1_000;

/// How far an import came.
#[derive(Clone, Debug, Default, PartialEq)]
struct Progress {
    bytes: u64,
    all: u64,
    summary: ImportSummary,
    check_only: bool,
    over: bool,
}

/// What this view holds.
#[derive(Clone, Copy)]
struct Import {
    desk: Desk,
    way: Way,
    text: RwSignal<String>,
    file: RwSignal<Option<File>, LocalStorage>,
    shape: RwSignal<LineShape>,
    progress: RwSignal<Option<Progress>>,
    running: RwSignal<bool>,
    stop: RwSignal<bool>,
}

/// The view of lines or of a file.
pub fn view(desk: Desk, way: Way) -> AnyView {
    let import = Import {
        desk,
        way,
        text: RwSignal::new(String::new()),
        file: RwSignal::new_local(None),
        shape: RwSignal::new(LineShape::Auto),
        progress: RwSignal::new(None),
        running: RwSignal::new(false),
        stop: RwSignal::new(false),
    };
    let nothing = Signal::derive(move || import.nothing());
    view! {
        <div class="body pgrid">
            <div class="pform">
                {match way {
                    Way::File => file(import),
                    _ => lines(import),
                }}
                {move || import.progress.get().map(|progress| told(import, progress))}
            </div>
            <aside class="pside">
                <section>
                    <div class="sec-head"><h2>"Lines"</h2></div>
                    {shape(import)}
                </section>
                <section>
                    <div class="sec-head"><h2>"How"</h2></div>
                    <div class="frow"><div class="k">"Compression"</div><div class="v">{side::compression(desk)}</div></div>
                </section>
            </aside>
        </div>
        <footer>
            <span class="t3 f12 not-narrow">{icon_small(Icon::History)}" Noted in the audit log under your name"</span>
            <span class="grow"></span>
            {move || if import.running.get() {
                view! { <Button on_press=move |_| import.stop.set(true)>"Stop"</Button> }.into_any()
            } else {
                view! {
                    <Button disabled=nothing on_press=move |_| import.begin(true, 0)>"Check"</Button>
                    <Button kind=ButtonKind::Primary disabled=nothing on_press=move |_| import.begin(false, 0)>"Send all lines"</Button>
                }.into_any()
            }}
        </footer>
    }
    .into_any()
}

fn lines(import: Import) -> AnyView {
    view! {
        <div class="prec"><b>"JSON Lines"</b><span class="t3 f12">"one record or one value a line"</span></div>
        <textarea
            class="area lines"
            aria-label="Lines"
            autocomplete="off"
            spellcheck="false"
            wrap="off"
            placeholder="{\"key\": \"tsk_1\", \"value\": {\"priority\": \"high\"}, \"headers\": [{\"key\": \"retry\", \"value\": \"0\"}]}"
            prop:value=import.text
            on:input=move |event| import.text.set(event_target_value(&event))
        ></textarea>
    }
    .into_any()
}

fn file(import: Import) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    let chosen = move |_: ev::Event| {
        let file = input
            .get_untracked()
            .and_then(|input: HtmlInputElement| input.files())
            .and_then(|files| files.get(0));
        import.progress.set(None);
        import.file.set(file);
    };
    let size = move || {
        import.file.with(|file| {
            file.as_ref()
                .map(|file| units::bytes(file_size(file)))
                .unwrap_or_default()
        })
    };
    view! {
        <div class="prec"><b>"File of JSON Lines"</b><span class="t3 f12">{size}</span></div>
        <label class="drop">
            <input type="file" accept=".jsonl,.ndjson,.json,.txt,application/x-ndjson" aria-label="File" node_ref=input on:change=chosen/>
        </label>
        <p class="help">"Read here piece by piece; nothing but its lines leaves this computer. A download of records can be sent again, to another topic too."</p>
    }
    .into_any()
}

fn shape(import: Import) -> AnyView {
    view! {
        <span class="seg" role="group" aria-label="What a line is">
            {[(LineShape::Auto, "Records"), (LineShape::Values, "Values")].into_iter().map(|(shape, words)| view! {
                <button type="button" aria-pressed=move || (import.shape.get() == shape).to_string() on:click=move |_| import.shape.set(shape)>{words}</button>
            }).collect_view()}
        </span>
        <p class="help">{move || match import.shape.get() {
            LineShape::Auto => "A line that looks like a record (key, value, headers, partition, timestamp) is one; any other JSON is a value without a key.",
            LineShape::Values => "Every line is a value, as JSON, without a key.",
        }}</p>
    }
    .into_any()
}

/// How far it came, and what was refused.
fn told(import: Import, progress: Progress) -> AnyView {
    let Progress {
        bytes,
        all,
        summary,
        check_only,
        over,
    } = progress;
    let good = if check_only {
        "could be sent"
    } else {
        "written"
    };
    let percent = (bytes * 100).checked_div(all).unwrap_or(100);
    let line = format!(
        "{} read, {} {good}, {} refused",
        units::count(
            usize::try_from(summary.lines).unwrap_or(usize::MAX),
            "line",
            "lines"
        ),
        units::thousands(i64::try_from(summary.written).unwrap_or(i64::MAX)),
        units::thousands(i64::try_from(summary.refused).unwrap_or(i64::MAX)),
    );
    let stopped = summary.stopped.clone().map(|problem| {
        let next = summary.next_line;
        view! {
            <p class="say-line warn">{icon(Icon::TriangleAlert)}<span>
                {problem.detail}" "{problem.remedy}
                " Nothing from line "{next.to_string()}" on was sent. "
                <button type="button" class="link" on:click=move |_| import.begin(check_only, next.saturating_sub(1))>{format!("Go on with line {next}")}</button>
            </span></p>
        }
    });
    let problems: Vec<AnyView> = summary
        .problems
        .iter()
        .map(|problem| {
            view! {
                <tr><td class="num mono">{problem.line.to_string()}</td><td class="w-full">{problem.problem.detail.clone()}</td></tr>
            }
            .into_any()
        })
        .collect();
    let hidden = summary
        .refused
        .saturating_sub(summary.problems.len() as u64);
    view! {
        <div role="status">
            <progress class="imported" max="100" value=percent.to_string() aria-label="How far the lines were read"></progress>
            <p class="run-line"><b>{if over { "Done" } else { "Under way" }}</b><span>{line}</span></p>
        </div>
        {stopped}
        {(!problems.is_empty()).then(|| view! {
            <div class="fates">
                <table class="tbl compact last-open">
                    <thead><tr><th class="num">"Line"</th><th>"Why it was refused"</th></tr></thead>
                    <tbody>{problems}</tbody>
                </table>
            </div>
        })}
        {(hidden > 0).then(|| view! { <p class="help">{format!("and {hidden} more")}</p> })}
    }
    .into_any()
}

impl Import {
    fn nothing(self) -> Option<String> {
        let empty = match self.way {
            Way::File => self.file.with(Option::is_none),
            _ => self.text.with(|text| text.trim().is_empty()),
        };
        empty.then(|| match self.way {
            Way::File => "Choose a file first.".to_owned(),
            _ => "There is no line.".to_owned(),
        })
    }

    /// Sends from the line after `skip` on, or only checks.
    fn begin(self, check_only: bool, skip: u64) {
        if self.running.get_untracked() {
            return;
        }
        let source = match self.way {
            Way::File => match self.file.get_untracked() {
                Some(file) => Source::File(file),
                None => return,
            },
            _ => Source::Text(self.text.get_untracked()),
        };
        self.running.set(true);
        self.stop.set(false);
        self.progress.set(Some(Progress {
            all: source.size(),
            check_only,
            ..Progress::default()
        }));
        spawn_local(async move {
            let summary = self.run(source, check_only, skip).await;
            self.running.try_set(false);
            self.progress.try_update(|progress| {
                if let Some(progress) = progress {
                    progress.summary = summary;
                    progress.over = true;
                }
            });
        });
    }

    async fn run(self, source: Source, check_only: bool, skip: u64) -> ImportSummary {
        let settings = ImportSettings {
            lines: self.shape.get_untracked(),
            compression: Some(self.desk.how.get_untracked().compression)
                .filter(|codec| *codec != Codec::None),
            acks: self.desk.how.get_untracked().acks,
            check_only,
        };
        let mut summary = ImportSummary::from_line(skip + 1);
        let Some(topic) = self.desk.topic.get_untracked() else {
            return summary;
        };
        let cluster = self.desk.here.cluster();
        let mut lines = Lines::new(skip, TOGETHER);
        let mut read = 0;
        loop {
            let last = read >= source.size();
            if !last {
                let Some(piece) = source.piece(read).await else {
                    return stopped(summary, "The file can’t be read any further.");
                };
                read += piece.len() as u64;
                if piece.is_empty() || lines.add(&piece).is_err() {
                    return stopped(
                        summary,
                        &format!(
                            "A line is longer than {}.",
                            units::bytes(LONGEST_LINE as u64)
                        ),
                    );
                }
            }
            while let Some((first, text)) = lines.take(last) {
                // The drawer may have been closed meanwhile.
                if self.stop.try_get_untracked().unwrap_or(true) {
                    return stopped(summary, "You stopped it.");
                }
                let part = records::produce_lines(
                    cluster.clone(),
                    topic.clone(),
                    settings.clone(),
                    first,
                    text,
                )
                .await;
                match part {
                    Ok(part) => summary.absorb(part),
                    Err(error) => {
                        summary.next_line = first;
                        summary.stopped = Some(error.into_problem());
                    }
                }
                self.progress.try_update(|progress| {
                    if let Some(progress) = progress {
                        progress.bytes = read;
                        progress.summary = summary.clone();
                    }
                });
                if summary.stopped.is_some() {
                    return summary;
                }
                if summary.refused > MOST_REFUSED {
                    return stopped(
                        summary,
                        "Too many lines were refused; this is not what it was taken for.",
                    );
                }
            }
            if last {
                return summary;
            }
        }
    }
}

fn stopped(mut summary: ImportSummary, why: &str) -> ImportSummary {
    summary.stopped = Some(Problem::new(
        penstock_domain::problem::ProblemKind::Unavailable,
        "The import ended early",
        why,
    ));
    summary
}

/// Where lines come from.
enum Source {
    Text(String),
    File(File),
}

impl Source {
    fn size(&self) -> u64 {
        match self {
            Source::Text(text) => text.len() as u64,
            Source::File(file) => file_size(file),
        }
    }

    /// The bytes from a place on, as many as are read at once.
    async fn piece(&self, from: u64) -> Option<Vec<u8>> {
        match self {
            Source::Text(text) => {
                let from = usize::try_from(from).ok()?;
                let bytes = text.as_bytes().get(from..)?;
                let length = bytes.len().min(usize::try_from(PIECE).ok()?);
                bytes.get(..length).map(<[u8]>::to_vec)
            }
            Source::File(file) => {
                // Browsers count in doubles; no file is near 2^53 bytes.
                #[allow(
                    clippy::cast_precision_loss,
                    reason = "sizes of files are far below 2^53"
                )]
                let (from, to) = (from as f64, (from + PIECE) as f64);
                let piece = file.slice_with_f64_and_f64(from, to).ok()?;
                let buffer = JsFuture::from(piece.array_buffer()).await.ok()?;
                Some(js_sys::Uint8Array::new(&buffer).to_vec())
            }
        }
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a file's size is a whole number of bytes far below 2^53"
)]
fn file_size(file: &File) -> u64 {
    file.size() as u64
}
