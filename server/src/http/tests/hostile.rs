//! Bad input: every path segment, query parameter, form field, JSON value and header of every address in the route table is given what
//! nobody should send. Nothing answers with an error of the server's, hangs, or says markup back as markup.

use super::*;
use serde_json::{Value, json};

/// Would be an element of the page, or end an attribute, if it came back as it is.
const MARKUP: &str = "</script><zz9 id=x>\" zz9=\"'";

/// Texts that are given decoded: each is percent-encoded once.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        MARKUP,
        "%",
        "%%2525",
        "100%25",
        "/",
        "a/../b",
        ".",
        "..",
        "../../etc/passwd",
        "\\..\\",
        "'\"`",
        "a\0b",
        "a\r\nSet-Cookie: zz9=1",
        "\u{202e}txet\u{2066}",
        "e\u{301}😀\u{feff}",
        "{{7*7}}${7*7}",
        "-1",
        "99999999999999999999999999999999",
        "1e309",
        "NaN",
        "null",
        "[]",
        "(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((",
        "size>",
        "\"",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("x".repeat(249));
    texts.push("ü".repeat(5_000));
    texts.push("-".repeat(5_000));
    texts
}

/// Texts that are put into the address as they are.
const RAW: [&str; 9] = [
    "%FF%FE",
    "%C0%AF",
    "%00",
    "..%2f..%2fetc",
    "%2e%2e",
    "%ZZ",
    "%",
    "%252e%252e%252f",
    "+",
];

/// All of them as an address and a form carry them.
fn encoded() -> Vec<String> {
    texts()
        .iter()
        .map(|text| penstock_domain::query::encode(text))
        .chain(RAW.map(str::to_owned))
        .collect()
}

/// Every parameter that some page or address reads, and one that none does.
const PARAMETERS: [&str; 42] = [
    "q",
    "state",
    "sort",
    "size",
    "page[size]",
    "after",
    "page[after]",
    "topic",
    "group",
    "tab",
    "setting",
    "fields",
    "by",
    "from",
    "to",
    "fromOffset",
    "fromTime",
    "fromAgo",
    "fromGroup",
    "partition",
    "mode",
    "order",
    "isolation",
    "keyFormat",
    "valueFormat",
    "limit",
    "column",
    "at",
    "record",
    "unmask",
    "produce",
    "copy",
    "newest",
    "span",
    "chart",
    "act",
    "format",
    "cluster",
    "next",
    "error",
    "reason",
    "unknown",
];

/// Lets one in five pass, another one at each place: all of them are twenty thousand questions, which `PENSTOCK_HOSTILE=all` asks. What
/// would be markup passes always.
struct Turn {
    seen: usize,
    all: bool,
}

impl Turn {
    fn new() -> Self {
        Self {
            seen: 0,
            all: std::env::var_os("PENSTOCK_HOSTILE").is_some(),
        }
    }

    fn has(&mut self, value: &str) -> bool {
        self.seen += 1;
        self.all || self.seen.is_multiple_of(5) || value.contains("zz9")
    }
}

/// What an answer must never be.
struct Answered {
    status: StatusCode,
    html: bool,
    text: String,
}

async fn answered(router: &Router, request: Request<Body>) -> Answered {
    let answer = tokio::time::timeout(Duration::from_secs(20), async {
        let response = router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let kind = response.headers().get(header::CONTENT_TYPE);
        let kind = kind
            .map(|kind| kind.to_str().unwrap().to_owned())
            .unwrap_or_default();
        for value in response.headers().get_all(header::SET_COOKIE) {
            assert!(!value.to_str().unwrap().contains("zz9"), "{value:?}");
        }
        // A stream has no end.
        let text = if kind.starts_with("text/event-stream") {
            String::new()
        } else {
            String::from_utf8_lossy(&response.into_body().collect().await.unwrap().to_bytes())
                .into_owned()
        };
        Answered {
            status,
            html: kind.starts_with("text/html"),
            text,
        }
    });
    answer.await.expect("an answer in time")
}

fn judge(what: &str, answered: &Answered) {
    assert!(
        !answered.status.is_server_error(),
        "{what}: {} {}",
        answered.status,
        answered.text.chars().take(400).collect::<String>()
    );
    if answered.html {
        // In a text quotes are only quotes; in a tag, outside of its quotes, nothing of ours may stand.
        for tag in tags(&answered.text) {
            assert!(!tag.contains("zz9"), "{what}: says markup back: {tag}");
        }
    }
}

/// Every tag of a document without what stands in its quotes.
fn tags(html: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut letters = html.chars().peekable();
    while let Some(letter) = letters.next() {
        let opens = letter == '<'
            && letters
                .peek()
                .is_some_and(|next| next.is_ascii_alphabetic() || *next == '/');
        if !opens {
            continue;
        }
        let mut tag = String::new();
        let mut quote = None;
        for letter in letters.by_ref() {
            match (quote, letter) {
                (None, '>') => break,
                (None, '"' | '\'') => quote = Some(letter),
                (None, letter) => tag.push(letter),
                (Some(open), letter) if open == letter => quote = None,
                _ => {}
            }
        }
        tags.push(tag);
    }
    tags
}

#[test]
fn a_tag_is_seen_without_its_quotes() {
    assert_eq!(
        tags("a \" zz9=\" <b c=\"<zz9>\" d='\"'>x</b>"),
        ["b c= d=", "/b"]
    );
    assert_eq!(tags("<a href=\"\" zz9=\"\">"), ["a href= zz9="]);
}

fn as_everything(builder: ::http::request::Builder) -> ::http::request::Builder {
    builder.header(header::AUTHORIZATION, "Bearer everything")
}

/// A client would not send an address that is none either.
fn get(path: &str) -> Option<Request<Body>> {
    path.parse::<::http::Uri>().ok()?;
    as_everything(request(Method::GET, path))
        .body(Body::empty())
        .ok()
}

/// A pattern with one parameter replaced by this, the others filled in as they should be.
fn with_segment(route: &Route, name: &str, by: &str) -> String {
    fill(&route.path.replace(name, "zz-place")).replace("zz-place", by)
}

fn segments(route: &Route) -> Vec<&'static str> {
    route
        .path
        .split('/')
        .filter(|segment| segment.starts_with('{'))
        .map(|segment| segment.split_once(':').map_or(segment, |(name, _)| name))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_segment() {
    // Made once: there are many requests.
    let router = router(&app());
    let encoded = encoded();
    let mut turn = Turn::new();
    for route in TABLE
        .iter()
        .filter(|route| matches!(route.way, Way::Page | Way::Rest))
    {
        for name in segments(route) {
            for value in encoded.iter().filter(|value| turn.has(value)) {
                let path = with_segment(route, name, value);
                if let Some(request) = get(&path) {
                    let shown: String = path.chars().take(200).collect();
                    judge(&shown, &answered(&router, request).await);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_query_parameter() {
    let router = router(&app());
    let encoded = encoded();
    let mut turn = Turn::new();
    for route in TABLE
        .iter()
        .filter(|route| matches!(route.way, Way::Page | Way::Rest | Way::Stream))
    {
        let path = filled(route);
        let path = path.split('?').next().unwrap();
        // All at once, which also finds what two together do; markup to each alone where it could come back as such.
        let mut queries: Vec<String> = encoded
            .iter()
            .filter(|value| value.len() < 1_000 && turn.has(value))
            .map(|value| {
                let pairs: Vec<String> = PARAMETERS
                    .iter()
                    .map(|name| format!("{name}={value}"))
                    .collect();
                pairs.join("&")
            })
            .collect();
        if route.way == Way::Page {
            let alone = PARAMETERS.iter().filter(|_| turn.has(""));
            queries.extend(alone.map(|name| format!("{name}={}", encoded[0])));
            queries.push(format!("q={}", "%C3%BC".repeat(5_000)));
        }
        queries.extend(["&&&=&=&", "=", "q", "%FF=%FF", "q=a&q=b&q=c"].map(str::to_owned));
        for query in queries {
            if let Some(request) = get(&format!("{path}?{query}")) {
                let shown: String = query.chars().take(120).collect();
                judge(
                    &format!("{path}?{shown}"),
                    &answered(&router, request).await,
                );
            }
        }
    }
}

/// Every place in a JSON value, as a pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                places(value, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                places(value, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_value_of_every_body() {
    let router = router(&app());
    let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
    let wrong = [
        json!(null),
        json!(true),
        json!(-1),
        json!(u64::MAX),
        json!(1e300),
        json!([]),
        json!({}),
        json!([[]]),
        json!({"zz9": 1}),
        deep,
    ];
    let mut turn = Turn::new();
    for route in TABLE {
        let (Way::Function(body) | Way::Post(body)) = route.way else {
            continue;
        };
        let body: Value = serde_json::from_str(body).unwrap();
        let mut found = Vec::new();
        places(&body, "", &mut found);
        let mut bodies: Vec<String> = ["", "{", "[", "null", "\u{feff}{}", "\"\\ud800\""]
            .map(str::to_owned)
            .to_vec();
        for place in found {
            let texts = texts().into_iter().map(Value::String);
            for value in wrong.iter().cloned().chain(texts) {
                let mut changed = body.clone();
                *changed.pointer_mut(&place).unwrap() = value;
                let changed = changed.to_string();
                if turn.has(&changed) {
                    bodies.push(changed);
                }
            }
        }
        for body in bodies {
            let request = as_everything(request(Method::POST, &filled(route)))
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body.clone()))
                .unwrap();
            let shown: String = body.chars().take(200).collect();
            judge(
                &format!("{} {shown}", route.path),
                &answered(&router, request).await,
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_every_form() {
    let router = router(&app());
    let fields = [
        "token", "next", "theme", "list", "all", "column", "density", "format", "reading",
        "unknown",
    ];
    let mut turn = Turn::new();
    for route in TABLE {
        if !matches!(route.way, Way::Form | Way::PostForm(_)) {
            continue;
        }
        for value in encoded().iter().filter(|value| value.len() < 2_000) {
            for field in fields.iter().filter(|_| turn.has(value)) {
                let request = as_everything(request(Method::POST, &filled(route)))
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(Body::from(format!("{field}={value}")))
                    .unwrap();
                judge(
                    &format!("{} {field}={value}", route.path),
                    &answered(&router, request).await,
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_header() {
    let router = router(&app());
    let headers = [
        "accept",
        "accept-encoding",
        "accept-language",
        "authorization",
        "content-type",
        "cookie",
        "if-none-match",
        "last-event-id",
        "origin",
        "range",
        "referer",
        "sec-fetch-site",
        "user-agent",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-request-id",
    ];
    let long = "x".repeat(5_000);
    let values: [&[u8]; 12] = [
        b"",
        b"</script><zz9 id=x>\" zz9=\"'",
        b"theme=</script><zz9>; looks=compact~\" zz9=\"",
        b"\xff\xfe\xc0\xaf",
        b"Bearer ",
        b"Bearer \xff",
        b"bytes=-1,99999999999999999999-",
        b"-1",
        b"../../..",
        b"application/json; charset=\"",
        b"9999999999999-99999999999999999999999",
        long.as_bytes(),
    ];
    let mut turn = Turn::new();
    for path in [
        "/sign-in",
        "/",
        "/clusters/kafka/a/topics",
        "/search?q=a",
        "/api/v1/clusters",
        "/events",
    ] {
        for name in headers {
            for value in values {
                if !turn.has(&String::from_utf8_lossy(value)) {
                    continue;
                }
                let asked = request(Method::GET, path)
                    .header(name, value)
                    .body(Body::empty());
                if let Ok(request) = asked {
                    let what = format!("{path} {name}: {}", String::from_utf8_lossy(value));
                    judge(&what, &answered(&router, request).await);
                }
            }
        }
    }
}
