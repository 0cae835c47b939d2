//! Small errands in the browser: waiting for the next frame, the clipboard, saving a file.

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Goes on before the browser draws again, so that long work leaves it time to answer.
pub async fn next_frame() {
    let drawn = js_sys::Promise::new(&mut |resolve, _| {
        // Without frames (no window) there is nobody to wait for.
        if window().request_animation_frame(&resolve).is_err() {
            let _ = resolve.call0(&wasm_bindgen::JsValue::NULL);
        }
    });
    // A promise that only resolves can't be rejected.
    let _ = JsFuture::from(drawn).await;
}

/// Copies a text, and then tells whether it went.
pub fn copy(text: String, done: impl FnOnce(bool) + 'static) {
    if !window().is_secure_context() {
        done(false);
        return;
    }
    spawn_local(async move {
        let written = window().navigator().clipboard().write_text(&text);
        done(JsFuture::from(written).await.is_ok());
    });
}

/// Saves bytes as a file under a name. Always as `application/octet-stream`: nothing from a record is opened by the browser.
pub fn save(bytes: &[u8], name: &str) {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type("application/octet-stream");
    let Ok(blob) = Blob::new_with_u8_array_sequence_and_options(&parts, &options) else {
        return;
    };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else {
        return;
    };
    if let Some(link) = document()
        .create_element("a")
        .ok()
        .and_then(|element| element.dyn_into::<HtmlAnchorElement>().ok())
    {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    // The download has its own hold on the content by now.
    let _ = Url::revoke_object_url(&url);
}

/// A file's name out of a record's address: `task-created-7-1482117-value.bin`; topics have no character that a file may not.
pub fn file_name(topic: &str, partition: i32, offset: i64, side: &str) -> String {
    let topic: String = topic
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    format!("{topic}-{partition}-{offset}-{side}.bin")
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_file_has_no_path_in_its_name() {
        assert_eq!(file_name("a.b_c", 7, 42, "value"), "a.b_c-7-42-value.bin");
        assert_eq!(file_name("../x", 0, 1, "key"), ".._x-0-1-key.bin");
    }
}
