//! JSON against `serde_json`, which is the measure of what is JSON and what it says.

use super::*;
use proptest::prelude::*;
use serde_json::Value;
use std::cmp::Ordering;

fn path(text: &str) -> Path {
    match crate::filter::Field::parse(&format!("value{text}")) {
        Ok(crate::filter::Field::Value(path)) => path,
        other => panic!("{text}: {other:?}"),
    }
}

fn found(text: &str, at: &str) -> Vec<String> {
    let mut out = Vec::new();
    find(text.as_bytes(), &path(at).0, |place| {
        out.push(place.raw.to_owned());
    })
    .unwrap();
    out
}

#[test]
fn paths_lead_to_every_place_they_name() {
    let text = r#" {"a": {"b": [10, {"c": "x"}, [1, 2]], "b": null}, "d.e": true, "a": 7, "": {"*": 0}, "s\u0073n": "1"} "#;
    for (at, places) in [
        ("", vec![text.trim()]),
        (".a.b", vec![r#"[10, {"c": "x"}, [1, 2]]"#, "null"]),
        (
            ".a",
            vec![r#"{"b": [10, {"c": "x"}, [1, 2]], "b": null}"#, "7"],
        ),
        (".a.b[0]", vec!["10"]),
        (".a.b[1].c", vec![r#""x""#]),
        (".a.b[2][1]", vec!["2"]),
        (".a.b[3]", vec![]),
        (".a.b[*]", vec!["10", r#"{"c": "x"}"#, "[1, 2]"]),
        (".a.b[*][*]", vec!["1", "2"]),
        (".*.b", vec![r#"[10, {"c": "x"}, [1, 2]]"#, "null"]),
        (".\"d.e\"", vec!["true"]),
        (".\"\".\"*\"", vec!["0"]),
        (".ssn", vec![r#""1""#]),
        (".a.b.c", vec![]),
        ("[0]", vec![]),
        (".d", vec![]),
    ] {
        assert_eq!(found(text, at), places, "{at}");
        let tree = Tree::parse(text).unwrap();
        let nodes: Vec<&str> = tree
            .find(text, &path(at))
            .into_iter()
            .map(|index| tree.raw(text, index))
            .collect();
        assert_eq!(nodes, places, "tree {at}");
    }
    assert_eq!(found("5", ""), ["5"]);
    assert_eq!(found("5", ".a"), Vec::<String>::new());
    assert_eq!(found("[[],[1]]", "[*]"), ["[]", "[1]"]);
}

#[test]
fn what_is_no_json_is_told_with_its_place() {
    for (text, at, fault) in [
        ("", 0, JsonFault::End),
        ("{", 1, JsonFault::End),
        ("{\"a\":1,}", 7, JsonFault::Unexpected),
        ("[1,]", 3, JsonFault::Unexpected),
        ("[1 2]", 3, JsonFault::Unexpected),
        ("01", 1, JsonFault::Unexpected),
        ("1.", 2, JsonFault::End),
        ("-", 1, JsonFault::End),
        ("\"a\u{1}\"", 2, JsonFault::Text),
        ("\"\\x\"", 1, JsonFault::Text),
        ("\"abc", 4, JsonFault::End),
        ("tru", 0, JsonFault::End),
        ("nul1", 0, JsonFault::Unexpected),
        ("{} {}", 3, JsonFault::Unexpected),
        ("[}", 1, JsonFault::Unexpected),
        ("{\"a\" 1}", 5, JsonFault::Unexpected),
    ] {
        assert_eq!(
            validate(text.as_bytes()),
            Err(JsonError { at, fault }),
            "{text}"
        );
        assert!(Tree::parse(text).is_err(), "{text}");
    }
    assert_eq!(
        validate(b"\"\xff\"").map_err(|error| error.fault),
        Err(JsonFault::NotUtf8)
    );
}

#[test]
fn depth_is_bounded_without_recursion() {
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(validate(deep(DEEPEST).as_bytes()), Ok(()));
    assert_eq!(
        validate(deep(DEEPEST + 1).as_bytes()),
        Err(JsonError {
            at: DEEPEST,
            fault: JsonFault::TooDeep
        })
    );
    assert!(validate("[".repeat(10_000_000).as_bytes()).is_err());
    let mixed: String = (0..DEEPEST)
        .map(|level| if level % 3 == 0 { "[" } else { "{\"a\":" })
        .collect();
    let ends: String = (0..DEEPEST)
        .rev()
        .map(|level| if level % 3 == 0 { "]" } else { "}" })
        .collect();
    assert_eq!(
        validate(format!("{mixed}0{ends}").as_bytes()).map_err(|error| error.fault),
        Ok(())
    );
}

#[test]
fn numbers_compare_exactly() {
    for (a, order, b) in [
        ("1", Ordering::Equal, "1.0"),
        ("1", Ordering::Equal, "1e0"),
        ("100", Ordering::Equal, "1e2"),
        ("0.001", Ordering::Equal, "1E-3"),
        ("-0", Ordering::Equal, "0.0e9"),
        (
            "12345678901234567890",
            Ordering::Less,
            "12345678901234567891",
        ),
        ("9007199254740993", Ordering::Greater, "9007199254740992"),
        ("-5", Ordering::Less, "3"),
        ("-5", Ordering::Less, "-4.9"),
        ("0", Ordering::Greater, "-1e-400"),
        ("0.1", Ordering::Less, "0.10000000000000000001"),
        ("1e400", Ordering::Greater, "9e399"),
        ("99", Ordering::Less, "100"),
        ("1e99999999999999999999", Ordering::Greater, "1e400"),
    ] {
        assert_eq!(compare(a, b), order, "{a} {b}");
        assert_eq!(compare(b, a), order.reverse(), "{b} {a}");
    }
    for text in ["+1", ".5", "1.", "01", "1e", "", "-", "0x1", "NaN", " 1"] {
        assert!(!is_number(text), "{text}");
    }
}

#[test]
fn trees_fold_and_name_their_nodes() {
    let text = r#"{"a":[1,{"b c":2}],"d":null}"#;
    let tree = Tree::parse(text).unwrap();
    let shown = |folded: &[usize]| -> Vec<String> {
        tree.rows(|index| folded.contains(&index))
            .into_iter()
            .map(|index| tree.path(text, index as usize).to_string())
            .collect()
    };
    assert_eq!(
        shown(&[]),
        ["", ".a", ".a[0]", ".a[1]", ".a[1].\"b c\"", ".d"]
    );
    assert_eq!(shown(&[1]), ["", ".a", ".d"]);
    assert_eq!(shown(&[0]), [""]);
    let root = tree.nodes()[0];
    assert_eq!((root.children, root.end, root.parent()), (2, 6, None));
    assert_eq!(tree.nodes()[4].depth, 3);
    // In pieces it becomes the same tree.
    let mut builder = Builder::new();
    while !builder.run(text, 1).unwrap() {}
    assert_eq!(builder.finish(), tree);
}

#[test]
fn laid_out_text_keeps_every_spelling() {
    assert_eq!(
        pretty(r#"{"a":[1.0,1e2,{}],"a":"\u0041","n":[ ] }"#).unwrap(),
        "{\n  \"a\": [\n    1.0,\n    1e2,\n    {}\n  ],\n  \"a\": \"\\u0041\",\n  \"n\": []\n}"
    );
}

#[test]
fn escapes_are_seen_through() {
    for (inside, says) in [
        ("plain", "plain"),
        (r#"a\"b\\c\/d"#, "a\"b\\c/d"),
        (r"\u00e9\u20AC", "é€"),
        (r"\ud83d\ude00!", "😀!"),
        (r"\ud83d", "\u{fffd}"),
        (r"\ude00\ud83dx", "\u{fffd}\u{fffd}x"),
        (r"\q\", r"\q\"),
    ] {
        assert_eq!(unescape(inside), says, "{inside}");
        assert!(equals(inside.as_bytes(), says.as_bytes()), "{inside}");
        assert!(!equals(inside.as_bytes(), b"other"), "{inside}");
        assert!(
            !equals(inside.as_bytes(), format!("{says}x").as_bytes()),
            "{inside}"
        );
    }
}

/// JSON values whose text uses escapes and spaces where it may.
fn json() -> impl Strategy<Value = String> {
    let text = prop::collection::vec(
        prop_oneof![
            "[a-zé€😀 ]{0,4}",
            Just("\\\"".to_owned()),
            Just("\\\\".to_owned()),
            Just("\\n".to_owned()),
            Just("\\u0061".to_owned()),
            Just("\\ud83d\\ude00".to_owned()),
        ],
        0..4,
    )
    .prop_map(|pieces| format!("\"{}\"", pieces.concat()));
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,2})?([eE][+-]?[0-9])?",
        text.clone(),
    ];
    leaf.prop_recursive(5, 60, 5, move |inner| {
        let name = prop_oneof![
            Just("\"a\"".to_owned()),
            Just("\"\\u0061\"".to_owned()),
            Just("\"b\"".to_owned()),
            text.clone()
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5)
                .prop_map(|items| format!("[ {}]", items.join(" ,"))),
            prop::collection::vec((name, inner), 0..5).prop_map(|members| {
                let members: Vec<String> = members
                    .into_iter()
                    .map(|(name, value)| format!("{name} :{value}"))
                    .collect();
                format!("{{{}}}", members.join(",\n"))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_serde_takes_is_taken_and_nothing_else(text in prop_oneof![json(), json().prop_mutate(), "\\PC{0,20}"]) {
        let serde = serde_json::from_str::<serde::de::IgnoredAny>(&text);
        prop_assert_eq!(validate(text.as_bytes()).is_ok(), serde.is_ok(), "{}", text);
    }

    #[test]
    fn laid_out_it_says_the_same(text in json()) {
        let pretty = pretty(&text).unwrap();
        prop_assert_eq!(serde_json::from_str::<Value>(&pretty).unwrap(), serde_json::from_str::<Value>(&text).unwrap());
    }

    #[test]
    fn tree_and_search_agree(text in json(), at in prop::collection::vec(prop_oneof![Just(Step::Name("a".into())), Just(Step::Name("b".into())), Just(Step::AnyName), Just(Step::AnyIndex), (0_u32..3).prop_map(Step::Index)], 0..4)) {
        let path = Path(at);
        let mut places = Vec::new();
        find(text.as_bytes(), &path.0, |place| places.push((place.raw.to_owned(), place.kind))).unwrap();
        let tree = Tree::parse(&text).unwrap();
        let nodes: Vec<_> = tree.find(&text, &path).into_iter().map(|index| (tree.raw(&text, index).to_owned(), tree.nodes()[index].kind)).collect();
        prop_assert_eq!(places, nodes);
    }

    #[test]
    fn the_path_of_a_node_leads_to_it(text in json()) {
        let tree = Tree::parse(&text).unwrap();
        for index in 0..tree.nodes().len() {
            let printed = tree.path(&text, index).to_string();
            let again = super::tests::path(&printed);
            prop_assert!(tree.find(&text, &again).contains(&index), "{} in {}", printed, text);
        }
    }

    #[test]
    fn texts_say_what_serde_says(text in "\\PC{0,20}") {
        let quoted = quote(&text);
        prop_assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), text.clone());
        let ascii: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        prop_assert_eq!(unescape(&ascii), text.clone());
        prop_assert!(equals(ascii.as_bytes(), text.as_bytes()));
    }

    #[test]
    fn numbers_agree_with_integers(a in -1_000_000_i64..1_000_000, b in -1_000_000_i64..1_000_000, zeros in 0_usize..5) {
        let a_text = format!("{a}.{}", "0".repeat(zeros + 1));
        let b_text = format!("{b}000e-3");
        prop_assert_eq!(compare(&a_text, &b_text), a.cmp(&b));
    }

    #[test]
    fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = validate(&bytes);
        let _ = resolve(&bytes);
        let _ = find(&bytes, &[Step::AnyName], |_| {});
    }
}

/// A text with one character changed, inserted or removed.
trait Mutate: Strategy<Value = String> + Sized {
    fn prop_mutate(self) -> impl Strategy<Value = String> {
        (
            self,
            any::<prop::sample::Index>(),
            prop_oneof![
                Just(""),
                Just("{"),
                Just("]"),
                Just(","),
                Just("\""),
                Just("\\"),
                Just("0"),
                Just("e")
            ],
        )
            .prop_map(|(text, at, put)| {
                let chars: Vec<char> = text.chars().collect();
                let at = at.index(chars.len().max(1));
                let mut out: String = chars.iter().take(at).collect();
                out.push_str(put);
                out.extend(chars.iter().skip(at + 1));
                out
            })
    }
}

impl<S: Strategy<Value = String>> Mutate for S {}
