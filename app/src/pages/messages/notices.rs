//! What a reader must know about what was read, or not: in place, over the records that it is about.

use crate::components::icon::{Icon, icon, icon_tiny};
use leptos::prelude::*;
use penstock_domain::{
    read::{Notice, NoticeKind},
    units,
};

/// Notices that stand open; the rest is folded.
const OPEN: usize = 3;

/// All of them.
pub fn notices(all: &[Notice]) -> AnyView {
    let (open, folded) = all.split_at(all.len().min(OPEN));
    let folded = (!folded.is_empty()).then(|| {
        let words = format!("{} more", units::count(folded.len(), "notice", "notices"));
        view! {
            <details class="banner folded">
                <summary>{icon_tiny(Icon::ChevronRight)}{words}</summary>
                <div>{folded.iter().map(banner).collect_view()}</div>
            </details>
        }
    });
    view! { <div class="notices">{open.iter().map(banner).collect_view()}{folded}</div> }.into_any()
}

fn banner(notice: &Notice) -> AnyView {
    let (class, glyph) = look(notice.kind);
    let place = place(notice);
    view! {
        <div class=class>
            {icon(glyph)}
            <span>
                {place.map(|place| view! { <b class="m mono">{place}</b>" " })}
                {notice.reason.clone()}
                {notice.remedy.clone().map(|remedy| view! { " "<span class="t2">{remedy}</span> })}
            </span>
        </div>
    }
    .into_any()
}

const fn look(kind: NoticeKind) -> (&'static str, Icon) {
    match kind {
        NoticeKind::BadBatch => ("banner warn", Icon::TriangleAlert),
        NoticeKind::HeldBack => ("banner info", Icon::CirclePause),
        NoticeKind::OutOfRange => ("banner info", Icon::Info),
        NoticeKind::Partition => ("banner bad", Icon::OctagonX),
        NoticeKind::Recreated => ("banner warn", Icon::RotateCw),
        NoticeKind::Forbidden => ("banner warn", Icon::Lock),
        NoticeKind::Other => ("banner", Icon::Info),
    }
}

/// `task-created, partition 7, offsets 12 to 19`
fn place(notice: &Notice) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    if let Some(topic) = &notice.topic {
        parts.push(topic.to_string());
    }
    if let Some(partition) = notice.partition {
        parts.push(format!("partition {partition}"));
    }
    match (notice.from, notice.to) {
        (Some(from), Some(to)) if from != to => parts.push(format!(
            "offsets {} to {}",
            units::thousands(from),
            units::thousands(to)
        )),
        (Some(offset), _) | (None, Some(offset)) => {
            parts.push(format!("offset {}", units::thousands(offset)));
        }
        (None, None) => {}
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::ids::PartitionId;

    #[test]
    fn a_notice_names_its_place() {
        let mut notice = Notice {
            kind: NoticeKind::BadBatch,
            topic: Some("a".into()),
            partition: Some(PartitionId(7)),
            from: Some(12),
            to: Some(1_900),
            reason: String::new(),
            remedy: None,
        };
        assert_eq!(
            place(&notice).unwrap(),
            "a, partition 7, offsets 12 to 1\u{202f}900"
        );
        notice.to = Some(12);
        assert_eq!(place(&notice).unwrap(), "a, partition 7, offset 12");
        notice.topic = None;
        (notice.partition, notice.from, notice.to) = (None, None, None);
        assert_eq!(place(&notice), None);
    }
}
