//! Advice: its sign, the sentence, what helps, and the YAML that corrects it.

use super::{
    copy::Code,
    icon::{Icon, icon_tiny, sized},
    state,
};
use crate::paths;
use leptos::prelude::*;
use penstock_domain::{
    acl::Principal,
    advice::{Advice, ClusterAdvice},
    ids::ClusterRef,
    verdict::Severity,
};

/// In a row of a list: sign and sentence.
pub fn cell(finding: Option<&Advice>) -> AnyView {
    match finding {
        None => view! { <span><span class="t3">"–"</span></span> }.into_any(),
        Some(finding) => {
            let (class, glyph) = small(finding.severity);
            view! { <span>{sized(glyph, class)}<span>{finding.what.clone()}</span></span> }
                .into_any()
        }
    }
}

const fn small(severity: Severity) -> (&'static str, Icon) {
    match severity {
        Severity::Info => ("i s14 c-info", Icon::Info),
        Severity::Warn => ("i s14 c-warn", Icon::TriangleAlert),
        Severity::Bad => ("i s14 c-bad", Icon::OctagonX),
    }
}

/// In full, as a note.
pub fn note(finding: &Advice) -> AnyView {
    let class = match finding.severity {
        Severity::Info => "note info",
        Severity::Warn => "note warn",
        Severity::Bad => "note bad",
    };
    let (_, glyph) = state::severity_icon(finding.severity);
    let yaml = finding.yaml.clone();
    view! {
        <div class=class>
            {sized(glyph, "i")}
            <span>
                <b class="m">{finding.what.clone()}"."</b>
                {finding.then.clone().map(|then| format!(" {then}"))}
                {yaml.map(|yaml| view! { <Code text=yaml what="corrected YAML"/> })}
            </span>
        </div>
    }
    .into_any()
}

/// Advice on a cluster: each with what it is about, and its YAML folded away.
pub fn of_cluster(cluster: &ClusterRef, one: &ClusterAdvice) -> AnyView {
    let (class, glyph) = state::severity_icon(one.advice.severity);
    let about = match &one.user {
        Some(user) => {
            let link = paths::user(cluster, &Principal::user(user));
            view! { <a class="link mono f12" href=link>{one.about.clone()}</a> }.into_any()
        }
        None => view! { <span class="mono f12 t2">{one.about.clone()}</span> }.into_any(),
    };
    let yaml = one.advice.yaml.clone();
    view! {
        <li>
            {sized(glyph, class)}
            <div>
                <b class="m">{one.advice.what.clone()}</b>" "{about}
                {one.advice.then.clone().map(|then| view! { <p class="t2">{then}</p> })}
                {yaml.map(|yaml| view! { <details><summary class="f12">{icon_tiny(Icon::ChevronRight)}"Corrected YAML"</summary><Code text=yaml what="corrected YAML"/></details> })}
            </div>
        </li>
    }
    .into_any()
}
