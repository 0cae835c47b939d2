//! A record's headers, in their order: names may repeat, values may be null, empty or no text.

use super::lines::{ByteRows, raw};
use leptos::prelude::*;
use penstock_domain::{
    record::{Bytes, Encoding, Header},
    units,
};
use penstock_ui::copy::Copy;

/// Bytes of a binary value that are shown as digits.
const HEX_SHOWN: usize = 48;

/// The table. `most` cuts it off where it stands beneath something else.
pub fn table(headers: &[Header], masked: &[String], most: usize) -> AnyView {
    if headers.is_empty() {
        return view! { <p class="none">"This record has no headers."</p> }.into_any();
    }
    let rows = headers
        .iter()
        .enumerate()
        .take(most)
        .map(|(index, header)| row(headers, index, header, masked))
        .collect_view();
    let more = headers.len().saturating_sub(most);
    view! {
        <table class="tbl compact last-open hd">
            <thead><tr><th>"Header"</th><th>"Value"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
        {(more > 0).then(|| view! { <p class="none">{format!("{} more stand in the tab Headers.", units::count(more, "header", "headers"))}</p> })}
    }
    .into_any()
}

fn row(headers: &[Header], index: usize, header: &Header, masked: &[String]) -> AnyView {
    let same = headers
        .iter()
        .filter(|other| same_name(other, header))
        .count();
    let first = headers
        .iter()
        .position(|other| same_name(other, header))
        .is_none_or(|first| first == index);
    let hidden = masked
        .iter()
        .any(|path| path.eq_ignore_ascii_case(&format!("header.{}", header.key)));
    view! {
        <tr>
            <td class="mono">
                {if header.key.is_empty() {
                    view! { <span class="t3">"empty name"</span> }.into_any()
                } else {
                    header.key.clone().into_any()
                }}
                {header.key_base64.is_some().then(|| view! { <span class="tag" title="The name is not UTF-8; what is no character is shown as a replacement">"not UTF-8"</span> })}
                {(same > 1 && first).then(|| view! { <span class="tag">{format!("{same} of this name")}</span> })}
            </td>
            <td class="mono ell">
                {value(header.value.as_ref())}
                {hidden.then(|| view! { <span class="tag">"masked"</span> })}
            </td>
        </tr>
    }
    .into_any()
}

/// Two headers have the same name where its bytes are the same.
fn same_name(one: &Header, other: &Header) -> bool {
    one.key == other.key && one.key_base64 == other.key_base64
}

fn value(bytes: Option<&Bytes>) -> AnyView {
    let Some(bytes) = bytes else {
        return view! { <span class="t3">"null"</span> }.into_any();
    };
    if bytes.size == 0 {
        return view! { <span class="t3">"empty"</span> }.into_any();
    }
    let cut = bytes.truncated.then(|| {
        view! { <span class="t3">{format!(" … {} in all", units::bytes(bytes.size))}</span> }
    });
    match bytes.encoding {
        Encoding::Utf8 => {
            let text = bytes.data.clone();
            view! { <span class="hv">{text.clone()}</span>{cut}<Copy text=text what="header value"/> }
                .into_any()
        }
        Encoding::Base64 => {
            let raw = raw(bytes);
            let shown = raw.get(..raw.len().min(HEX_SHOWN)).unwrap_or_default();
            let rows = ByteRows::new(shown.to_vec());
            let digits: Vec<String> = (0..rows.hex_len())
                .filter_map(|index| rows.hex_row(index))
                .map(|(_, digits, _)| digits)
                .collect();
            let more = (raw.len() > HEX_SHOWN).then_some(" …");
            view! {
                <span class="tag">"binary"</span>
                <span class="hv">{digits.join(" ")}{more}</span>
                <span class="t3">{format!(" {}", units::bytes(bytes.size))}</span>
            }
            .into_any()
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn header(name: &str, value: Option<&str>) -> Header {
        Header {
            key: name.into(),
            key_base64: None,
            value: value.map(|data| Bytes {
                encoding: Encoding::Utf8,
                data: data.into(),
                size: data.len() as u64,
                truncated: false,
            }),
        }
    }

    #[test]
    fn duplicates_null_and_empty_stay_apart() {
        let owner = Owner::new();
        let html = owner.with(|| {
            table(
                &[
                    header("retry", Some("0")),
                    header("retry", Some("<b>1</b>")),
                    header("gone", None),
                    header("blank", Some("")),
                    Header {
                        value: Some(Bytes {
                            encoding: Encoding::Base64,
                            data: "AP8=".into(),
                            size: 2,
                            truncated: false,
                        }),
                        ..header("bin", None)
                    },
                ],
                &["header.Gone".into()],
                100,
            )
            .to_html()
        });
        assert_eq!(html.matches("2 of this name").count(), 1, "{html}");
        assert!(html.contains("&lt;b&gt;1&lt;/b&gt;"), "{html}");
        assert!(html.contains("null") && html.contains("empty"), "{html}");
        assert!(html.contains("00 ff") && html.contains("binary"), "{html}");
        assert!(html.contains("masked"), "{html}");
    }
}
