//! The dialog that checks a schema and registers it, from text or a file. What was checked is what is registered: another letter
//! asks for another check.

use super::{Answer, check};
use crate::{
    components::icon::Icon,
    pages::{groups::act::failed, schemas::detail::Here},
};
use leptos::{ev, html, prelude::*, task::spawn_local};
use penstock_domain::{
    ids::{ClusterRef, SubjectName},
    schema::{
        SchemaType, SubjectDetail,
        act::{Candidate, CandidateReference, CheckOutcome, MOST_TEXT, RegisterOutcome},
    },
};
use penstock_ui::{
    button::{Button, ButtonKind, ButtonSize},
    dialog::Dialog,
};

#[derive(Clone, Copy)]
struct Desk {
    cluster: StoredValue<ClusterRef>,
    /// Whether the subject's name is typed here.
    new: bool,
    subject: RwSignal<String>,
    open: RwSignal<bool>,
    format: RwSignal<SchemaType>,
    text: RwSignal<String>,
    /// A reference a line: name, subject, version.
    references: RwSignal<String>,
    normalize: RwSignal<bool>,
    /// The subject's live versions; none of a new subject.
    versions: StoredValue<Vec<i32>>,
    /// Those that the schema is held against, as text; empty is all.
    against: RwSignal<String>,
    /// Why the chosen file was not taken.
    file_refused: RwSignal<Option<String>>,
    /// What was checked last.
    checked: RwSignal<Option<(String, Candidate)>>,
    check: Answer<CheckOutcome>,
    busy: RwSignal<bool>,
    outcome: Answer<RegisterOutcome>,
}

/// The button on a subject's page: begins with the version that is shown.
pub fn button(here: Here, detail: Signal<SubjectDetail>) -> AnyView {
    let desk = Desk::new(here.cluster(), here.name().to_string(), false);
    let show = move |_| {
        detail.with_untracked(|detail| desk.begin_with(detail));
        desk.open.set(true);
    };
    view! {
        <Button icon=Icon::Plus on_press=show>"Register…"</Button>
        {dialog(desk, "Register a version")}
    }
    .into_any()
}

/// The button over the list: of a subject that is named in the dialog.
pub fn new_button(cluster: ClusterRef) -> AnyView {
    let desk = Desk::new(cluster, String::new(), true);
    view! {
        <Button kind=ButtonKind::Primary icon=Icon::Plus on_press=move |_| desk.open.set(true)>"Register…"</Button>
        {dialog(desk, "Register a schema")}
    }
    .into_any()
}

impl Desk {
    fn new(cluster: ClusterRef, subject: String, new: bool) -> Self {
        Self {
            cluster: StoredValue::new(cluster),
            new,
            subject: RwSignal::new(subject),
            open: RwSignal::new(false),
            format: RwSignal::new(SchemaType::Avro),
            text: RwSignal::default(),
            references: RwSignal::default(),
            normalize: RwSignal::new(false),
            versions: StoredValue::default(),
            against: RwSignal::default(),
            file_refused: RwSignal::new(None),
            checked: RwSignal::new(None),
            check: RwSignal::new(None),
            busy: RwSignal::new(false),
            outcome: RwSignal::new(None),
        }
    }

    fn begin_with(self, detail: &SubjectDetail) {
        self.outcome.set(None);
        self.check.set(None);
        self.checked.set(None);
        self.file_refused.set(None);
        let live = detail.versions.iter().filter(|version| !version.deleted);
        self.versions
            .set_value(live.map(|version| version.version).collect());
        let Some(schema) = detail.schema.as_ref().filter(|schema| !schema.truncated) else {
            return;
        };
        self.format.set(schema.schema_type);
        let laid_out = match schema.schema_type {
            SchemaType::Avro | SchemaType::JsonSchema => {
                penstock_domain::json::pretty(&schema.text).ok()
            }
            SchemaType::Protobuf | SchemaType::Other => None,
        };
        self.text
            .set(laid_out.unwrap_or_else(|| schema.text.clone()));
        let lines: Vec<String> = detail
            .references
            .iter()
            .map(|row| format!("{} {} {}", row.name, row.subject, row.version))
            .collect();
        self.references.set(lines.join("\n"));
    }

    /// What is in the fields, or why it can't be sent.
    fn candidate(self) -> Result<(String, Candidate), String> {
        let subject = self.subject.get();
        if subject.trim().is_empty() {
            return Err("Name the subject first.".to_owned());
        }
        let text = self.text.get();
        if text.trim().is_empty() {
            return Err("Write a schema first, or choose a file.".to_owned());
        }
        if text.len() > MOST_TEXT {
            return Err("The schema is larger than a mebibyte.".to_owned());
        }
        let references = self.references.with(|lines| references(lines))?;
        let against = self
            .versions
            .with_value(|versions| self.against.with(|text| chosen_versions(text, versions)))?;
        let candidate = Candidate {
            schema_type: self.format.get(),
            text,
            references,
            normalize: self.normalize.get(),
            against,
        };
        Ok((subject, candidate))
    }

    fn why_no_check(self) -> Option<String> {
        if self.busy.get() {
            return Some("The registry is being asked.".to_owned());
        }
        self.candidate().err()
    }

    fn why_no_register(self) -> Option<String> {
        if let Some(why) = self.why_no_check() {
            return Some(why);
        }
        let current = self.candidate().ok();
        if self.checked.with(|checked| *checked != current) {
            return Some("Check it first.".to_owned());
        }
        self.check.with(|check| match check {
            Some(Ok(check)) if check.mistake.is_some() => Some("The text is no schema.".to_owned()),
            Some(Ok(check)) => check
                .refused
                .as_ref()
                .map(|problem| problem.detail.clone())
                .or_else(|| {
                    check
                        .known
                        .map(|known| format!("It is version {} already.", known.version))
                })
                .or_else(|| {
                    (check.accepted == Some(false))
                        .then(|| "The registry would refuse it by the subject’s rule.".to_owned())
                }),
            _ => Some("Check it first.".to_owned()),
        })
    }

    fn run_check(self) {
        let Ok((subject, candidate)) = untrack(move || self.candidate()) else {
            return;
        };
        self.busy.set(true);
        self.outcome.set(None);
        let cluster = self.cluster.get_value();
        spawn_local(async move {
            let name = SubjectName::new(&subject);
            let answer =
                penstock_api::schemas::schema_check(cluster, name, candidate.clone()).await;
            self.busy.try_set(false);
            self.checked.try_set(Some((subject, candidate)));
            self.check.try_set(Some(answer));
        });
    }

    fn run_register(self) {
        let refused = untrack(move || self.why_no_register().is_some());
        let Some((subject, candidate)) = self.checked.get_untracked().filter(|_| !refused) else {
            return;
        };
        self.busy.set(true);
        let cluster = self.cluster.get_value();
        spawn_local(async move {
            let name = SubjectName::new(&subject);
            let answer = penstock_api::schemas::schema_register(cluster, name, candidate).await;
            self.busy.try_set(false);
            self.checked.try_set(None);
            self.check.try_set(None);
            self.outcome.try_set(Some(answer));
        });
    }
}

/// A reference a line: name, subject and version with blanks between; the subject may have blanks itself.
fn references(lines: &str) -> Result<Vec<CandidateReference>, String> {
    lines
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let parts = line
                .split_once(char::is_whitespace)
                .and_then(|(name, rest)| {
                    Some((name, rest.trim().rsplit_once(char::is_whitespace)?))
                });
            let read = parts.and_then(|(name, (subject, version))| {
                Some(CandidateReference {
                    name: name.to_owned(),
                    subject: SubjectName::new(subject.trim()),
                    version: version.parse().ok()?,
                })
            });
            read.ok_or_else(|| {
                format!("“{line}” is no reference: it takes a name, a subject and a version.")
            })
        })
        .collect()
}

/// Versions out of `1, 3-5`, each one that the subject has; none for an empty text, which means all.
fn chosen_versions(text: &str, known: &[i32]) -> Result<Vec<i32>, String> {
    let mut chosen = Vec::new();
    for part in text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let (from, to) = part.split_once(['-', '–']).unwrap_or((part, part));
        let number = |text: &str| text.trim().parse::<i32>().ok();
        let (Some(from), Some(to)) = (number(from), number(to)) else {
            return Err(format!(
                "“{part}” is no version: write numbers and ranges, as in 1, 3-5."
            ));
        };
        let before = chosen.len();
        chosen.extend(
            known
                .iter()
                .filter(|version| (from..=to).contains(*version)),
        );
        if chosen.len() == before {
            return Err(format!("The subject has no version {part}."));
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
    Ok(chosen)
}

fn dialog(desk: Desk, title: &'static str) -> AnyView {
    let lead = "The registry and the console look at it before anything is written.";
    view! {
        <Dialog open=desk.open title=title lead=lead wide=true buttons=move || footer(desk)>
            <div class="act register">{move || desk.open.get().then(|| form(desk))}</div>
        </Dialog>
    }
    .into_any()
}

fn form(desk: Desk) -> AnyView {
    let formats = [SchemaType::Avro, SchemaType::JsonSchema, SchemaType::Protobuf]
        .into_iter()
        .map(|format| {
            view! {
                <button type="button" aria-pressed=move || (desk.format.get() == format).to_string() on:click=move |_| desk.format.set(format)>{format.words()}</button>
            }
        })
        .collect_view();
    view! {
        <div class="to">
            {desk.new.then(|| view! {
                <span class="input"><input type="text" class="mono" placeholder="subject, orders-value" aria-label="Subject" autocomplete="off" spellcheck="false" prop:value=move || desk.subject.get() on:input=move |event| desk.subject.set(event_target_value(&event))/></span>
            })}
            <span class="seg" role="group" aria-label="Format">{formats}</span>
            {file(desk)}
            <label class="row"><input type="checkbox" prop:checked=move || desk.normalize.get() on:change=move |event| desk.normalize.set(event_target_checked(&event))/>" normalise"</label>
            {(desk.versions.with_value(Vec::len) > 1).then(|| view! {
                <label class="row">"against"<span class="input"><input type="text" class="mono" size="14" placeholder="all versions" title="Versions that the check holds it against: 1, 3-5" aria-label="Versions to check against" autocomplete="off" spellcheck="false" prop:value=move || desk.against.get() on:input=move |event| desk.against.set(event_target_value(&event))/></span></label>
            })}
        </div>
        {move || desk.file_refused.get().map(|why| view! { <p class="note bad" role="alert">{why}</p> })}
        <textarea class="area mono schema" aria-label="Schema" autocomplete="off" autocapitalize="off" spellcheck="false" wrap="off" rows="12" prop:value=move || desk.text.get() on:input=move |event| desk.text.set(event_target_value(&event))></textarea>
        <details class="cmd" open=desk.references.with_untracked(|lines| !lines.is_empty())>
            <summary>"References"</summary>
            <textarea class="area mono" aria-label="References" placeholder="shop.Money money-value 2" autocomplete="off" spellcheck="false" rows="2" prop:value=move || desk.references.get() on:input=move |event| desk.references.set(event_target_value(&event))></textarea>
        </details>
        {move || desk.check.with(|answer| match answer {
            None => None,
            Some(Err(error)) => Some(failed(error.clone())),
            Some(Ok(outcome)) => Some(check::view(outcome)),
        })}
        {move || desk.outcome.with(|answer| match answer {
            None => None,
            Some(Err(error)) => Some(failed(error.clone())),
            Some(Ok(outcome)) => Some(registered(outcome)),
        })}
    }
    .into_any()
}

/// A schema out of a file: its text goes into the field, where it can be seen before it is sent.
fn file(desk: Desk) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    let chosen = move |_: ev::Event| {
        let file = input
            .get_untracked()
            .and_then(|input: web_sys::HtmlInputElement| input.files())
            .and_then(|files| files.get(0));
        let Some(file) = file else { return };
        let name = file.name();
        if name.ends_with(".proto") {
            desk.format.set(SchemaType::Protobuf);
        } else if name.ends_with(".avsc") {
            desk.format.set(SchemaType::Avro);
        }
        #[allow(clippy::cast_precision_loss, reason = "a mebibyte is exact")]
        let too_large = file.size() > MOST_TEXT as f64;
        desk.file_refused.set(too_large.then(|| {
            format!("{name} is larger than a mebibyte, the most that a schema may have.")
        }));
        if too_large {
            return;
        }
        spawn_local(async move {
            let read = wasm_bindgen_futures::JsFuture::from(file.text()).await;
            match read.ok().and_then(|text| text.as_string()) {
                Some(text) => desk.text.try_set(text).map(drop),
                None => desk
                    .file_refused
                    .try_set(Some(format!("{name} can’t be read.")))
                    .map(drop),
            };
        });
    };
    view! { <label class="btn sm">"From a file…"<input type="file" class="vh" accept=".avsc,.json,.proto,.txt" aria-label="File" node_ref=input on:change=chosen/></label> }.into_any()
}

fn registered(outcome: &RegisterOutcome) -> AnyView {
    let version = outcome
        .version
        .map(|version| format!("version {version}, "))
        .unwrap_or_default();
    let words = if outcome.existed {
        format!("It was there before: {version}id {}.", outcome.id)
    } else {
        format!("Registered: {version}id {}.", outcome.id)
    };
    view! { <p class="note ok" role="status">{words}</p> }.into_any()
}

fn footer(desk: Desk) -> AnyView {
    let no_check = Signal::derive(move || desk.why_no_check());
    let no_register = Signal::derive(move || desk.why_no_register());
    view! {
        <Button on_press=move |_| desk.open.set(false)>"Close"</Button>
        <Button disabled=no_check on_press=move |_| desk.run_check()>"Check"</Button>
        <Button kind=ButtonKind::Primary size=ButtonSize::Normal disabled=no_register on_press=move |_| desk.run_register()>"Register"</Button>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_line_by_line() {
        let read = references("shop.Money money-value 2\n\n a.proto  a b/c%  1 ").unwrap();
        assert_eq!(
            (read.len(), read[1].subject.as_str(), read[1].version),
            (2, "a b/c%", 1)
        );
        assert!(references("only").is_err() && references("a b c").is_err());
    }

    #[test]
    fn versions_are_numbers_and_ranges_that_the_subject_has() {
        let known = [1, 2, 3, 5, 8];
        let chosen = |text: &str| chosen_versions(text, &known);
        assert_eq!(chosen(" "), Ok(vec![]));
        assert_eq!(chosen("8, 2-4,2"), Ok(vec![2, 3, 8]));
        assert_eq!(chosen("1–3"), Ok(vec![1, 2, 3]));
        assert_eq!(chosen("4"), Err("The subject has no version 4.".to_owned()));
        assert!(chosen("two").is_err() && chosen("3-1").is_err() && chosen("-1").is_err());
        assert_eq!(chosen("1-2147483647").map(|all| all.len()), Ok(5));
    }
}
