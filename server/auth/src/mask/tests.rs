//! What is hidden, what is left as it is, and that nothing can be found out about a secret.

use super::*;
use proptest::prelude::*;

fn masks(fields: &[&str], with: Replacement) -> Masks {
    let rule = MaskRule {
        topics: vec!["*".to_owned()],
        fields: fields
            .iter()
            .map(|field| Field::parse(field).unwrap())
            .collect(),
        with,
    };
    MaskSet::new(vec![rule])
        .for_topic(&TopicName::from("any"))
        .unwrap()
}

fn value(fields: &[&str], with: Replacement, text: &str) -> String {
    let bytes = masks(fields, with)
        .apply(Side::Value, text.as_bytes())
        .into_owned();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn only_what_rules_point_at_is_replaced() {
    for (fields, text, seen) in [
        (
            &["value.ssn"][..],
            r#"{"ssn" : "123", "n": 1.0}"#,
            r#"{"ssn" : "•••", "n": 1.0}"#,
        ),
        // Doubled members, escapes in names, other types.
        (
            &["value.ssn"],
            r#"{"ssn":1,"s\u0073n":{"a":[1]},"ssn":null,"Ssn":2}"#,
            r#"{"ssn":"•••","s\u0073n":"•••","ssn":"•••","Ssn":2}"#,
        ),
        (
            &["value.customer.ssn"],
            r#"{"customer":{"ssn":[1,2],"b":2},"ssn":3}"#,
            r#"{"customer":{"ssn":"•••","b":2},"ssn":3}"#,
        ),
        // Lists on the way are looked through, however deep.
        (
            &["value.customer.ssn"],
            r#"{"customer":[{"ssn":1},[{"ssn":2}]]}"#,
            r#"{"customer":[{"ssn":"•••"},[{"ssn":"•••"}]]}"#,
        ),
        (&["value.ssn"], r#"[{"ssn":1}]"#, r#"[{"ssn":"•••"}]"#),
        (
            &["value.*.card"],
            r#"{"a":{"card":1},"b":[{"card":2}],"card":3}"#,
            r#"{"a":{"card":"•••"},"b":[{"card":"•••"}],"card":3}"#,
        ),
        (
            &["value.items[0].n"],
            r#"{"items":[{"n":1},{"n":2}]}"#,
            r#"{"items":[{"n":"•••"},{"n":2}]}"#,
        ),
        (
            &["value.items[*]"],
            r#"{"items":[1,{"n":2}]}"#,
            r#"{"items":["•••","•••"]}"#,
        ),
        (
            &["value.a", "value.a.b"],
            r#"{"a":{"b":1}}"#,
            r#"{"a":"•••"}"#,
        ),
        (
            &["value.ssn"],
            r#" {"other":"ssn"} "#,
            r#" {"other":"ssn"} "#,
        ),
        (&["value.ssn"], "5", "5"),
        // What can't be judged is hidden as a whole.
        (&["value.ssn"], "ssn=123", "•••"),
        (&["value.ssn"], r#"{"ssn":"123"} x"#, "•••"),
        (&["value.ssn"], r#"{"ssn":"123""#, "•••"),
        (&["value"], r#"{"a":1}"#, "•••"),
        (&["key", "header.h"], "x", "x"),
    ] {
        assert_eq!(
            value(fields, Replacement::Dots, text),
            seen,
            "{fields:?} {text}"
        );
    }
    assert_eq!(
        &*masks(&["value.a"], Replacement::Dots).apply(Side::Value, b"\xff\xfe"),
        "•••".as_bytes()
    );
    let deep = "[".repeat(300) + &"]".repeat(300);
    assert_eq!(value(&["value.a"], Replacement::Dots, &deep), "•••");
}

#[test]
fn what_is_left_alone_is_not_even_copied() {
    let masks = masks(&["value.ssn", "key.id"], Replacement::Dots);
    assert!(matches!(
        masks.apply(Side::Value, br#"{"a":1}"#),
        Cow::Borrowed(_)
    ));
    assert!(matches!(
        masks.apply(Side::Key, br#"{"a":1}"#),
        Cow::Borrowed(_)
    ));
    assert_eq!(&*masks.apply(Side::Key, b"ORD-7"), "•••".as_bytes());
    assert!(!masks.hide_headers());
    assert_eq!(masks.fields(), ["value.ssn", "key.id"]);
}

#[test]
fn digests_keep_equal_equal_and_ends_stay_short() {
    let hash = |text: &str| value(&["value.a"], Replacement::Hash, text);
    assert_eq!(hash(r#"{"a":"secret"}"#), hash(r#"{"a":"s\u0065cret"}"#));
    assert_ne!(hash(r#"{"a":"secret"}"#), hash(r#"{"a":"Secret"}"#));
    assert!(!hash(r#"{"a":"secret"}"#).contains("secret"));
    let last = |text: &str| value(&["value.a"], Replacement::Last4, text);
    assert_eq!(last(r#"{"a":"4111111111111234"}"#), r#"{"a":"••••1234"}"#);
    assert_eq!(last(r#"{"a":4111111111111234}"#), r#"{"a":"••••1234"}"#);
    assert_eq!(last(r#"{"a":"1234567"}"#), r#"{"a":"•••"}"#);
    // No end of an object: its digest, under this process' key.
    let object = r#"{"a":{"n":"4111111111111234"}}"#;
    assert_eq!(last(object), hash(object));
    // The stricter of two rules counts.
    let rule = |with| MaskRule {
        topics: vec!["*".to_owned()],
        fields: vec![Field::parse("value.a").unwrap()],
        with,
    };
    for order in [
        vec![rule(Replacement::Last4), rule(Replacement::Dots)],
        vec![rule(Replacement::Dots), rule(Replacement::Last4)],
    ] {
        let masks = MaskSet::new(order)
            .for_topic(&TopicName::from("t"))
            .unwrap();
        let seen = masks.apply(Side::Value, br#"{"a":"4111111111111234"}"#);
        assert_eq!(&*seen, r#"{"a":"•••"}"#.as_bytes());
    }
}

#[test]
fn headers_are_hidden_by_name_whatever_its_case() {
    let named = masks(&["header.authorization"], Replacement::Dots);
    assert!(named.hide_headers());
    assert_eq!(
        &*named.apply_header(b"Authorization", b"Bearer x"),
        "•••".as_bytes()
    );
    assert_eq!(&*named.apply_header(b"other", b"Bearer x"), b"Bearer x");
    let all = masks(&["header"], Replacement::Dots);
    assert_eq!(&*all.apply_header(b"other", b"\xff"), "•••".as_bytes());
}

#[test]
fn rules_hold_in_the_topics_that_fit() {
    for (pattern, name, fitting) in [
        ("*", "", true),
        ("orders", "orders", true),
        ("orders", "orders2", false),
        ("orders*", "orders2", true),
        ("*-pii", "a-pii", true),
        ("*-pii", "a-pii-b", false),
        ("a*b*c", "aXbYc", true),
        ("a*b*c", "acb", false),
        ("a*a", "a", false),
        ("", "", true),
        ("", "x", false),
        ("*a*a*a*", "aa", false),
    ] {
        assert_eq!(fits(pattern, name), fitting, "{pattern} {name}");
    }
    let rule = MaskRule {
        topics: vec!["pii.*".to_owned()],
        fields: vec![Field::parse("value.a").unwrap(), Field::Offset],
        with: Replacement::Dots,
    };
    let set = MaskSet::new(vec![rule]);
    assert!(set.for_topic(&TopicName::from("orders")).is_none());
    let masks = set.for_topic(&TopicName::from("pii.x")).unwrap();
    assert_eq!(masks.fields(), ["value.a"]);
    assert!(MaskRule::refusal(&Field::Offset).is_some());
    assert!(MaskRule::refusal(&Field::Header(None)).is_none());
}

/// Any JSON value, as a secret or around one.
fn json() -> impl Strategy<Value = String> + Clone {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,3})?",
        "[a-zé\"\\\\]{0,12}".prop_map(|text| penstock_domain::json::quote(&text)),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let name = prop::sample::select(vec!["\"a\"", "\"ssn\"", "\"s\\u0073n\"", "\"b\""]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::vec((name, inner), 0..4).prop_map(|members| {
                let members: Vec<String> = members
                    .into_iter()
                    .map(|(name, value)| format!("{name}:{value}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
    .boxed()
}

/// Whether a member of this name is anywhere in it with anything but dots.
fn leaks(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Object(members) => members
            .iter()
            .any(|(name, value)| (name == "ssn" && value != "•••") || leaks(value)),
        serde_json::Value::Array(items) => items.iter().any(leaks),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    // Filters look at what is masked only (the lens), so where that is the same for every secret, so is every answer.
    #[test]
    fn what_is_seen_is_the_same_whatever_the_secret_is(before in json(), one in json(), other in json(), wrapped in 0..3_u8) {
        let record = |secret: &str| {
            let holder = format!(r#"{{"x":{before},"s\u0073n":{secret},"y":[{before}],"ssn": {secret}}}"#);
            match wrapped {
                0 => format!(r#"{{"customer":{holder}}}"#),
                1 => format!(r#"{{"customer":[[{holder}]]}}"#),
                _ => format!(r#"[{{"customer":{holder}}}]"#),
            }
        };
        let see = |secret: &str| value(&["value.customer.ssn"], Replacement::Dots, &record(secret));
        prop_assert_eq!(see(&one), see(&other));
        for with in [Replacement::Dots, Replacement::Hash] {
            prop_assert_eq!(value(&["value"], with, &record(&one)).contains("customer"), false);
        }
    }

    #[test]
    fn nothing_of_that_name_is_left_and_all_else_is(text in json()) {
        let every_depth = ["value.ssn", "value.*.ssn", "value.*.*.ssn", "value.*.*.*.ssn"];
        let seen = value(&every_depth, Replacement::Dots, &text);
        let json: serde_json::Value = serde_json::from_str(&seen).unwrap();
        prop_assert!(!leaks(&json), "{} became {}", text, seen);
        // Without anything to hide nothing changes.
        if !text.contains("ssn") && !text.contains("s\\u0073n") {
            prop_assert_eq!(seen, text);
        }
    }

    #[test]
    fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let masks = masks(&["value.a", "key", "header"], Replacement::Last4);
        let seen = masks.apply(Side::Value, &bytes);
        prop_assert!(*seen == *bytes || *seen == *"•••".as_bytes());
        let _ = masks.apply(Side::Key, &bytes);
        let _ = masks.apply_header(&bytes, &bytes);
    }
}
