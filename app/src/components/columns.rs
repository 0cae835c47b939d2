//! Which columns a list shows, and how close its rows stand: a menu that is a plain form, and the classes of the table. The choice is in
//! a cookie, so that the server renders it at once; in the browser it applies as it is made.

use super::icon::{Icon, icon};
use crate::paths;
use leptos::{ev, prelude::*};
use leptos_router::hooks::use_location;
use penstock_domain::looks::{self, Density, Looks};
use wasm_bindgen::{JsCast, JsValue};

/// How lists look; in the context of every page.
#[derive(Clone, Copy)]
pub struct LooksSignal(RwSignal<Looks>);

impl LooksSignal {
    /// As the server saw the cookie when it rendered.
    pub fn provide() {
        let looks = SharedValue::new(|| use_context::<Looks>().unwrap_or_default()).into_inner();
        provide_context(Self(RwSignal::new(looks)));
    }

    /// The choice.
    fn get() -> RwSignal<Looks> {
        use_context::<Self>().map_or_else(|| RwSignal::new(Looks::default()), |signal| signal.0)
    }
}

/// The columns of a list in the order of its table. The first is never left out.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// The list, in the cookie.
    pub list: &'static str,
    /// Name in the cookie, and words; empty words are a column that always stands there.
    pub columns: &'static [(&'static str, &'static str)],
}

impl Columns {
    /// The classes of the table: `base`, density, and what is left out by its place (`style/components/table.css`).
    pub fn classes(self, base: &'static str) -> Signal<String> {
        let looks = LooksSignal::get();
        Signal::derive(move || looks.with(|looks| self.classes_of(base, looks)))
    }

    fn classes_of(self, base: &str, looks: &Looks) -> String {
        let mut classes = base.to_owned();
        if looks.density == Density::Compact {
            classes.push_str(" compact");
        }
        for (place, (name, _)) in self.choices() {
            if looks.hides(self.list, name) {
                classes.push_str(&format!(" hide-{place}"));
            }
        }
        classes
    }

    /// Columns that can be left out with their places, from 1.
    fn choices(self) -> impl Iterator<Item = (usize, (&'static str, &'static str))> {
        (1..)
            .zip(self.columns.iter().copied())
            .skip(1)
            .filter(|(_, (_, words))| !words.is_empty())
    }

    /// The menu.
    pub fn chooser(self) -> AnyView {
        let looks = LooksSignal::get();
        let location = use_location();
        let next = move || {
            let (path, search) = (location.pathname.get(), location.search.get());
            if search.is_empty() {
                path
            } else {
                format!("{path}?{search}")
            }
        };
        let hide = move |name: &'static str, event: &ev::Event| {
            let shown = event_target_checked(event);
            looks.update(|looks| {
                let hidden: Vec<&str> = self
                    .choices()
                    .map(|(_, (column, _))| column)
                    .filter(|column| {
                        if *column == name {
                            !shown
                        } else {
                            looks.hides(self.list, column)
                        }
                    })
                    .collect();
                looks.hide(self.list, hidden);
            });
            keep(looks);
        };
        let all: Vec<&str> = self.choices().map(|(_, (name, _))| name).collect();
        let all = all.join(".");
        let boxes = self
            .choices()
            .map(|(_, (name, words))| {
                let shown = move || looks.with(|looks| !looks.hides(self.list, name));
                view! {
                    <label class="mi">
                        <input type="checkbox" name="column" value=name checked=looks.with_untracked(|looks| !looks.hides(self.list, name)) prop:checked=shown on:change=move |event| hide(name, &event)/>
                        {words}
                    </label>
                }
            })
            .collect_view();
        let densities = [
            (Density::Comfortable, "Comfortable"),
            (Density::Compact, "Compact"),
        ]
        .map(|(density, words)| {
            let is = move || looks.with(|looks| looks.density == density);
            let choose = move |_| {
                looks.update(|looks| looks.density = density);
                keep(looks);
            };
            view! {
                <label class="mi">
                    <input type="radio" name="density" value=density.name() checked=looks.with_untracked(|looks| looks.density == density) prop:checked=is on:change=choose/>
                    {words}
                </label>
            }
        });
        view! {
            <details class="floating columns not-narrow">
                <summary class="btn">{icon(Icon::Columns)}"Columns"</summary>
                <form class="menu" method="post" action=paths::POST_LOOKS>
                    <input type="hidden" name="next" value=next/>
                    <input type="hidden" name="list" value=self.list/>
                    // Every name that can be chosen: what is not among the columns that are sent is left out.
                    <input type="hidden" name="all" value=all/>
                    <fieldset><legend>"Columns"</legend>{boxes}</fieldset>
                    <fieldset><legend>"Rows"</legend>{densities}</fieldset>
                    <button type="submit" class="btn sm no-scripts">"Apply"</button>
                </form>
            </details>
        }
        .into_any()
    }
}

/// Keeps the choice for a year, as the server would.
fn keep(looks: RwSignal<Looks>) {
    let secure = match window().location().protocol().as_deref() {
        Ok("https:") => "; Secure",
        _ => "",
    };
    let text = looks.with_untracked(Looks::text);
    let cookie = format!(
        "{}={text}; Path=/; Max-Age=31536000; SameSite=Lax{secure}",
        looks::COOKIE
    );
    let document: JsValue = document().unchecked_into();
    // A browser that takes no cookies keeps nothing.
    let _ = js_sys::Reflect::set(&document, &"cookie".into(), &cookie.into());
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: Columns = Columns {
        list: "topics",
        columns: &[
            ("name", "Topic"),
            ("state", "State"),
            ("size", "Size"),
            ("acts", ""),
        ],
    };

    #[test]
    fn what_is_left_out_is_named_by_its_place() {
        let mut looks = Looks::default();
        assert_eq!(COLUMNS.classes_of("tbl", &looks), "tbl");
        looks.hide("topics", ["size", "name", "acts"]);
        looks.density = Density::Compact;
        assert_eq!(COLUMNS.classes_of("tbl", &looks), "tbl compact hide-3");
    }
}
