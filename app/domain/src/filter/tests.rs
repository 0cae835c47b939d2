//! The language: what is read as what, where errors point, and that nothing typed breaks it.

use super::*;
use crate::read::FieldSample;
use proptest::prelude::*;

fn printed(text: &str) -> String {
    Filter::parse(text)
        .unwrap_or_else(|error| panic!("{text}: {error:?}"))
        .to_string()
}

#[test]
fn one_meaning_has_one_spelling() {
    for (typed, means) in [
        ("", ""),
        ("  ", ""),
        ("INV-88214", "\"INV-88214\""),
        (" Reconcile invoice ", "\"Reconcile invoice\""),
        ("Research and Development", "\"Research and Development\""),
        ("don't panic", "\"don't panic\""),
        ("{\"event\":\"x\"}", "\"{\\\"event\\\":\\\"x\\\"}\""),
        ("\"event\": \"x\"", "\"\\\"event\\\": \\\"x\\\"\""),
        ("https://example.test/a:b", "\"https://example.test/a:b\""),
        ("\"a\" AND 'b'", "\"a\" and \"b\""),
        ("i\"Abc\"", "i\"Abc\""),
        ("value.a = 1", "value.a = 1"),
        ("value.a=1.50", "value.a = 1.50"),
        ("value.a != null", "value.a is not null"),
        ("value.a = NULL", "value.a is null"),
        ("value.a exists", "value.a exists"),
        ("value.a is not missing", "value.a exists"),
        (
            "value.\"a\".\"b c\"[0][*].* ^= 'x'",
            "value.a.\"b c\"[0][*].* ^= \"x\"",
        ),
        ("value[\"a.b\"] = true", "value.\"a.b\" = true"),
        ("value.$schema$=\"x\"", "value.$schema $= \"x\""),
        (
            "header.spring.json.type = 'a'",
            "header.\"spring.json.type\" = \"a\"",
        ),
        ("headers.x-y exists", "header.x-y exists"),
        (
            "value.city ~= \"^\\d+\\\"$\"",
            "value.city ~= \"^\\d+\\\"$\"",
        ),
        ("value.city ~= '\"'", "value.city ~= \"\\\"\""),
        ("value.city = \"\\u005a\\n\"", "value.city = \"Z\n\""),
        ("partition in (1,2)", "partition in (1, 2)"),
        ("partition not in (1 , 2)", "partition not in (1, 2)"),
        ("size > 10KiB", "size > 10240"),
        ("size > 1.5 MB", "size > 1500000"),
        (
            "time >= '2026-11-23T08:00Z'",
            "time >= \"2026-11-23T08:00:00.000Z\"",
        ),
        ("time > \"15 minutes ago\"", "time > \"15m ago\""),
        (
            "timestamp < 1763884800",
            "time < \"2025-11-23T08:00:00.000Z\"",
        ),
        ("tombstone", "tombstone"),
        (
            "not aborted and (control or tombstone)",
            "not aborted and (control or tombstone)",
        ),
        (
            "value.a = 1 or value.b = 2 and value.c = 3",
            "value.a = 1 or value.b = 2 and value.c = 3",
        ),
        (
            "(value.a = 1 or value.b = 2) and value.c = 3",
            "(value.a = 1 or value.b = 2) and value.c = 3",
        ),
        ("not (value.a = 1)", "value.a != 1"),
        ("not not value.a = 1", "not value.a != 1"),
        ("key is missing", "key is missing"),
        ("not found", "\"not found\""),
        ("aborted transaction", "\"aborted transaction\""),
        ("value", "\"value\""),
    ] {
        let once = printed(typed);
        assert_eq!(once, means, "{typed}");
        assert_eq!(printed(&once), once, "{typed}");
    }
}

#[test]
fn errors_point_at_the_place_and_propose() {
    for (typed, at, hint) in [
        ("vlaue.x = 1", "vlaue", Some("value.x = 1")),
        (
            "customer.city = \"Z\"",
            "customer",
            Some("value.customer.city = \"Z\""),
        ),
        ("user=42", "user", Some("value.user=42")),
        (
            "value.city = Zürich",
            "Zürich",
            Some("value.city = \"Zürich\""),
        ),
        ("value.city == \"Z\"", "==", Some("value.city = \"Z\"")),
        ("value.city =~ \"Z\"", "=~", Some("value.city ~= \"Z\"")),
        (
            "value.city contains \"Z\"",
            "contains",
            Some("value.city *= \"Z\""),
        ),
        ("value.city \"Z\"", "\"Z\"", Some("value.city = \"Z\"")),
        ("value.city", "", Some("\"value.city\"")),
        ("value. = 1", ".", None),
        ("value.a[x] = 1", "[", None),
        ("value.city = \"Z", "\"", Some("value.city = \"Z\"")),
        (
            "value.city = \"\\d\"",
            "\\d",
            Some("value.city = \"\\\\d\""),
        ),
        ("(value.a = 1", "(", Some("(value.a = 1)")),
        ("value.a = 1)", ")", Some("value.a = 1")),
        (
            "value.a = 1 value.b = 2",
            "value.b",
            Some("value.a = 1 and value.b = 2"),
        ),
        (
            "value.a = 1 && value.b = 2",
            "&&",
            Some("value.a = 1  and  value.b = 2"),
        ),
        (
            "value.a = 1 adn value.b = 2",
            "adn",
            Some("value.a = 1 and value.b = 2"),
        ),
        ("value.a = 1 and", "", None),
        ("and value.a = 1", "and", None),
        ("value.a in 1", "1", None),
        ("value.a in (1 2)", "2", Some("value.a in (1 , 2)")),
        ("value.a in ()", ")", None),
        ("value.a is 5", "5", Some("value.a = 5")),
        ("value.a is nul", "nul", Some("value.a is null")),
        ("value.a < null", "< null", Some("value.a is null")),
        ("value.a < true", "true", None),
        ("value.a ^= 5", "5", Some("value.a ^= \"5\"")),
        ("partition = \"1\"", "\"1\"", Some("partition = 1")),
        ("partition ^= \"1\"", "\"1\"", None),
        ("partition is null", "is null", None),
        ("offset.x = 1", ".x", Some("offset = 1")),
        ("topic = 5", "5", Some("topic = \"5\"")),
        ("time > 15m ago", "15m ago", Some("time > \"15m ago\"")),
        (
            "time > 2026-11-23T08:00Z",
            "2026-11-23T08:00Z",
            Some("time > \"2026-11-23T08:00Z\""),
        ),
        ("time > \"soon\"", "\"soon\"", None),
        (
            "size > 10 parsecs",
            "parsecs",
            Some("size > 10 and parsecs"),
        ),
        ("\"\"", "\"\"", None),
        ("a => b", "a", Some("value.a => b")),
        (
            "tombstoen and value.x = 1",
            "tombstoen",
            Some("tombstone and value.x = 1"),
        ),
        ("5 > 3", "5", Some("\"5\" > 3")),
    ] {
        let error = Filter::parse(typed).expect_err(typed);
        assert_eq!(&typed[error.from..error.to], at, "{typed}: {error:?}");
        assert_eq!(error.hint.as_deref(), hint, "{typed}: {error:?}");
        assert!(
            error.message.ends_with(['.', '…', ':']) || error.message.contains('…'),
            "{error:?}"
        );
    }
}

#[test]
fn size_depth_and_number_are_bounded() {
    let long = format!("value.a = \"{}\"", "é".repeat(LONGEST));
    let error = Filter::parse(&long).unwrap_err();
    assert!(long.is_char_boundary(error.from) && error.to == long.len());
    let nested = |depth: usize| format!("{}value.a = 1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Filter::parse(&nested(DEEPEST)).is_ok());
    assert!(Filter::parse(&nested(DEEPEST + 1)).is_err());
    assert!(Filter::parse(&format!("{}tombstone", "not ".repeat(1000))).is_err());
    let many = |count: usize| vec!["control"; count].join(" or ");
    assert!(Filter::parse(&many(MOST_TERMS)).is_ok());
    assert!(Filter::parse(&many(MOST_TERMS + 1)).is_err());
    let list = |count: usize| format!("offset in ({})", vec!["1"; count].join(","));
    assert!(Filter::parse(&list(MOST_TERMS - 1)).is_ok());
    assert!(Filter::parse(&list(MOST_TERMS)).is_err());
    let path = |steps: usize| format!("value{} = 1", ".a".repeat(steps));
    assert!(Filter::parse(&path(crate::json::LONGEST_PATH)).is_ok());
    assert!(Filter::parse(&path(crate::json::LONGEST_PATH + 1)).is_err());
}

#[test]
fn patterns_know_where_they_stand() {
    let text = "value.a ~= \"x\" and not key ~= 'yy'";
    let filter = Filter::parse(text).unwrap();
    let at = |index| filter.pattern_at(index).map(|(from, to)| &text[from..to]);
    assert_eq!((at(0), at(1), at(2)), (Some("\"x\""), Some("'yy'"), None));
}

#[test]
fn pieces_are_coloured() {
    let kinds = |text: &str| -> Vec<(TokenKind, String)> {
        tokens(text)
            .into_iter()
            .map(|token| (token.kind, text[token.from..token.to].to_owned()))
            .collect()
    };
    use TokenKind::*;
    assert_eq!(
        kinds("value.a = \"x\" and not (size >= 5KiB)"),
        [
            (Field, "value.a"),
            (Operator, "="),
            (Text, "\"x\""),
            (Keyword, "and"),
            (Keyword, "not"),
            (Punctuation, "("),
            (Field, "size"),
            (Operator, ">="),
            (Number, "5KiB"),
            (Punctuation, ")")
        ]
        .map(|(kind, text)| (kind, text.to_owned()))
    );
    assert_eq!(kinds("  two words "), [(Text, "two words".to_owned())]);
    assert_eq!(kinds("nope == 1")[0].0, Unknown);
    assert!(kinds("").is_empty());
}

fn samples() -> Vec<FieldSample> {
    let sample = |path: &str, kind: &str, values: &[&str]| FieldSample {
        path: path.into(),
        kind: kind.into(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    vec![
        sample("value.customer.city", "text", &["\"Zürich\"", "\"Bern\""]),
        sample("value.open", "boolean", &["true"]),
        sample("value.amount", "number", &["12.50"]),
        sample("header.traceparent", "text", &[]),
    ]
}

#[test]
fn what_comes_next_is_proposed() {
    let labels = |typed: &str| -> Vec<String> {
        let cursor = typed.find('|').unwrap();
        complete(&typed.replace('|', ""), cursor, &samples())
            .into_iter()
            .map(|completion| completion.label)
            .collect()
    };
    assert_eq!(
        labels("va|")[..4],
        ["value.customer.city", "value.open", "value.amount", "value"]
    );
    assert_eq!(labels("city|"), ["value.customer.city"]);
    assert_eq!(labels("value.customer.city |")[..3], ["=", "!=", "^="]);
    assert_eq!(
        labels("value.customer.city = |"),
        ["\"Zürich\"", "\"Bern\""]
    );
    assert_eq!(labels("value.customer.city = \"B|"), ["\"Bern\""]);
    assert_eq!(labels("value.customer.city ^= Z|"), ["\"Zürich\""]);
    assert_eq!(labels("value.open = |"), ["true", "false"]);
    assert_eq!(labels("value.open in (|"), ["true", "false"]);
    assert_eq!(labels("value.open = true |"), ["and", "or"]);
    assert_eq!(labels("value.open = true a|"), ["and"]);
    assert_eq!(labels("value.open is |"), ["null", "missing", "not null"]);
    assert_eq!(
        labels("value.open = true and head|")[..2],
        ["header.traceparent", "header"]
    );
    assert!(labels("time > |").contains(&"\"15m ago\"".to_owned()));
    assert!(labels("nonsense = |").is_empty());
    assert!(!labels("partition |").contains(&"^=".to_owned()));
    // What is put in takes the place of what was typed.
    let typed = "value.open = true and ci";
    let first = complete(typed, typed.len(), &samples()).remove(0);
    assert_eq!(
        format!("{}{}", &typed[..first.from], first.insert),
        "value.open = true and value.customer.city "
    );
    assert_eq!(first.to, typed.len());
}

#[test]
fn a_filter_is_said_in_words() {
    for (typed, said) in [
        ("", "all records"),
        (
            "INV-1",
            "records in which “INV-1” is found in the key, the value or a header",
        ),
        (
            "value.priority = \"high\" and value.assignee is null",
            "records in which value.priority is “high” and value.assignee is null or missing",
        ),
        (
            "(partition in (1,2) or tombstone) and not value.n > 5",
            "records in which (partition is one of 1, 2 or the value is null) and value.n is not greater than 5",
        ),
        (
            "time >= '15m ago'",
            "records in which time is at least 15m ago",
        ),
    ] {
        assert_eq!(explain(&Filter::parse(typed).unwrap()), said);
    }
}

#[test]
fn mentions_are_listed_once() {
    let filter = Filter::parse(
        "value.a = 1 and not (value.a = 2 or key ^= 'x') and header.h exists and 'z'",
    )
    .unwrap();
    let mentions = filter.paths();
    assert_eq!(mentions.value.len(), 1);
    assert_eq!(mentions.key, [Path::default()]);
    assert_eq!(mentions.headers, ["h"]);
    assert_eq!(mentions.texts, [Phrase::new("z")]);
}

fn expression() -> impl Strategy<Value = Expression> {
    use crate::json::Step;
    let step = prop_oneof![
        "[a-z_]{1,5}".prop_map(Step::Name),
        "\\PC{0,6}".prop_map(Step::Name),
        any::<u16>().prop_map(|index| Step::Index(index.into())),
        Just(Step::AnyName),
        Just(Step::AnyIndex),
    ];
    let path = prop::collection::vec(step, 0..4).prop_map(Path);
    let open = prop_oneof![
        path.clone().prop_map(Field::Key),
        path.prop_map(Field::Value),
        prop::option::of("\\PC{1,8}").prop_map(Field::Header),
    ];
    let phrase =
        ("\\PC{1,8}", any::<bool>()).prop_map(|(text, ignore_case)| Phrase { text, ignore_case });
    let number =
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?".prop_map(Literal::Number);
    let literal = prop_oneof![
        phrase.clone().prop_map(Literal::Text),
        number.clone(),
        any::<bool>().prop_map(Literal::Bool),
    ];
    let in_list = prop_oneof![literal.clone(), Just(Literal::Null)];
    let orders = prop::sample::select(vec![
        Operator::Equal,
        Operator::Less,
        Operator::LessOrEqual,
        Operator::Greater,
        Operator::GreaterOrEqual,
    ]);
    let textual = prop::sample::select(vec![Operator::Begins, Operator::Ends, Operator::Contains]);
    let moment = prop_oneof![
        (0_i64..253_402_300_799_999)
            .prop_map(|millis| crate::read::Point::Time(crate::time::Timestamp(millis))),
        any::<u32>().prop_map(|ago| crate::read::Point::Ago(ago.into())),
    ]
    .prop_map(Literal::Moment);
    let compare = |field, operator, literal| Term::Compare {
        field,
        operator,
        literal,
    };
    let term = prop_oneof![
        phrase.clone().prop_map(Term::Anywhere),
        (open.clone(), literal).prop_map(move |(field, literal)| compare(
            field,
            Operator::Equal,
            literal
        )),
        (open.clone(), orders.clone(), number.clone())
            .prop_map(move |(field, operator, literal)| compare(field, operator, literal)),
        (open.clone(), textual, phrase).prop_map(move |(field, operator, phrase)| compare(
            field,
            operator,
            Literal::Text(phrase)
        )),
        (open.clone(), "[a-z\"'.^ ]{0,8}").prop_map(move |(field, text)| compare(
            field,
            Operator::Matches,
            Literal::Text(Phrase::new(text))
        )),
        (
            prop::sample::select(vec![Field::Partition, Field::Offset, Field::Size]),
            orders.clone(),
            number
        )
            .prop_map(move |(field, operator, literal)| compare(field, operator, literal)),
        (orders, moment).prop_map(move |(operator, literal)| compare(
            Field::Time,
            operator,
            literal
        )),
        (open.clone(), prop::collection::vec(in_list, 1..4))
            .prop_map(|(field, literals)| Term::In { field, literals }),
        open.clone().prop_map(Term::Null),
        open.prop_map(Term::Missing),
        prop::sample::select(Flag::ALL.to_vec()).prop_map(Term::Flag),
    ];
    term.prop_map(Expression::Term)
        .prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..4).prop_map(Expression::And),
                prop::collection::vec(inner.clone(), 2..4).prop_map(Expression::Or),
                inner.prop_map(|one| Expression::Not(Box::new(one))),
            ]
        })
}

/// Texts that look like filters.
fn typed() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "value",
        "value.a",
        "key",
        "header.",
        "header.\"x",
        ".b",
        "[0]",
        "[*",
        "=",
        "!=",
        "~=",
        "<",
        "^=",
        "\"x\"",
        "'é\\n",
        "\\u00",
        "i\"",
        "1",
        "-2.5e3",
        "10KiB",
        "15m",
        "ago",
        "and",
        "OR",
        "not",
        "in",
        "(",
        ")",
        ",",
        "is",
        "null",
        "exists",
        "tombstone",
        "time",
        "partition",
        "é😀",
        "{",
        "==",
        "&&",
        "$",
        "*",
        " ",
        " ",
    ]);
    prop_oneof![
        prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat()),
        "\\PC{0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_printed_is_read_again(expression in expression()) {
        let filter = Filter::from(expression);
        let printed = filter.to_string();
        let again = Filter::parse(&printed);
        prop_assert_eq!(again.as_ref(), Ok(&filter), "{}", printed);
        prop_assert_eq!(again.unwrap().to_string(), printed);
    }

    #[test]
    fn nothing_typed_breaks_it(text in typed(), cursor in any::<prop::sample::Index>()) {
        match Filter::parse(&text) {
            Ok(filter) => {
                let printed = filter.to_string();
                prop_assert_eq!(Filter::parse(&printed), Ok(filter.clone()), "{}", printed);
                let _ = explain(&filter);
            }
            Err(error) => {
                prop_assert!(error.from <= error.to, "{:?}", error);
                prop_assert!(text.get(error.from..error.to).is_some(), "{:?}", error);
            }
        }
        let mut last = 0;
        for token in tokens(&text) {
            prop_assert!(token.from >= last && text.get(token.from..token.to).is_some_and(|token| !token.is_empty()));
            last = token.to;
        }
        for completion in complete(&text, cursor.index(text.len() + 1), &samples()) {
            prop_assert!(text.get(completion.from..completion.to).is_some(), "{:?}", completion);
        }
    }
}
