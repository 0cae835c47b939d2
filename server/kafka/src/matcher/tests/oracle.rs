//! The matcher against an evaluator that reads everything with `serde_json` and asks the rules of the page one by one.

use super::*;
use penstock_domain::{
    filter::{Expression, Field, Flag, Literal, Operator, Phrase, Term},
    json::Step,
};
use proptest::prelude::*;
use serde::{Deserialize, de};
use serde_json::value::RawValue;

/// The members of an object, doubled names and all.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Members;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

fn step(raw: &str, step: &Step) -> Vec<String> {
    let members = serde_json::from_str::<Members>(raw).map(|members| members.0);
    let items = serde_json::from_str::<Vec<Box<RawValue>>>(raw);
    let texts =
        |list: Vec<Box<RawValue>>| list.into_iter().map(|raw| raw.get().to_owned()).collect();
    match (step, members, items) {
        (Step::Name(wanted), Ok(members), _) => texts(
            members
                .into_iter()
                .filter(|(name, _)| name == wanted)
                .map(|(_, raw)| raw)
                .collect(),
        ),
        (Step::AnyName, Ok(members), _) => texts(members.into_iter().map(|(_, raw)| raw).collect()),
        (Step::AnyIndex, _, Ok(items)) => texts(items),
        (Step::Index(index), _, Ok(items)) => {
            texts(items.into_iter().skip(*index as usize).take(1).collect())
        }
        _ => Vec::new(),
    }
}

fn places(bytes: &str, path: &[Step]) -> Vec<String> {
    if serde_json::from_str::<&RawValue>(bytes).is_err() {
        return Vec::new();
    }
    let mut places = vec![bytes.trim().to_owned()];
    for one in path {
        places = places.iter().flat_map(|raw| step(raw, one)).collect();
    }
    places
}

fn text_satisfies(text: &str, operator: Operator, phrase: &Phrase) -> bool {
    let (text, wanted) = if phrase.ignore_case {
        (text.to_lowercase(), phrase.text.to_lowercase())
    } else {
        (text.to_owned(), phrase.text.clone())
    };
    match operator {
        Operator::Begins => text.starts_with(&wanted),
        Operator::Ends => text.ends_with(&wanted),
        Operator::Contains => text.contains(&wanted),
        Operator::Matches => regex::Regex::new(&wanted).unwrap().is_match(&text),
        operator => operator.accepts(text.cmp(&wanted)),
    }
}

/// One JSON value against one literal.
fn value_satisfies(raw: &str, operator: Operator, literal: &Literal) -> bool {
    match (serde_json::from_str::<Value>(raw).unwrap(), literal) {
        (Value::String(text), Literal::Text(phrase)) => text_satisfies(&text, operator, phrase),
        (Value::Number(_), Literal::Number(wanted)) => {
            let number = |text: &str| text.parse::<f64>().unwrap();
            operator.accepts(number(raw).partial_cmp(&number(wanted)).unwrap())
        }
        (Value::Bool(value), Literal::Bool(wanted)) => value == *wanted,
        (Value::Null, Literal::Null) => true,
        _ => false,
    }
}

/// Escapes resolved one by one, whatever stands around them.
fn resolved(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    'next: while let Some(char) = rest.chars().next() {
        if char == '\\' {
            for length in [12, 6, 2] {
                if let Some(escape) = rest.get(..length)
                    && let Ok(says) = serde_json::from_str::<String>(&format!("\"{escape}\""))
                    && says.chars().count() == 1
                {
                    out.push_str(&says);
                    rest = &rest[length..];
                    continue 'next;
                }
            }
        }
        out.push(char);
        rest = &rest[char.len_utf8()..];
    }
    out
}

/// All of a key, value or header against one literal.
fn whole_satisfies(bytes: &str, operator: Operator, literal: &Literal) -> bool {
    let json = serde_json::from_str::<Value>(bytes).ok();
    let Literal::Text(phrase) = literal else {
        return json.is_some() && value_satisfies(bytes.trim(), operator, literal);
    };
    let says = json.as_ref().and_then(Value::as_str);
    if operator.is_ordering() {
        return text_satisfies(says.unwrap_or(bytes), operator, phrase);
    }
    let other = says.map_or_else(|| resolved(bytes), str::to_owned);
    text_satisfies(bytes, operator, phrase) || text_satisfies(&other, operator, phrase)
}

fn holds(expression: &Expression, record: &Example) -> bool {
    match expression {
        Expression::And(all) => all.iter().all(|one| holds(one, record)),
        Expression::Or(any) => any.iter().any(|one| holds(one, record)),
        Expression::Not(one) => !holds(one, record),
        Expression::Term(term) => term_holds(term, record),
    }
}

fn term_holds(term: &Term, record: &Example) -> bool {
    match term {
        Term::Anywhere(phrase) => {
            let has = |text: &String| {
                [text.clone(), resolved(text)]
                    .iter()
                    .any(|text| text_satisfies(text, Operator::Contains, phrase))
            };
            record.key.iter().chain(&record.value).any(has)
                || record
                    .headers
                    .iter()
                    .any(|(name, value)| has(name) || value.as_ref().is_some_and(has))
        }
        Term::Flag(Flag::Tombstone) => record.value.is_none(),
        Term::Flag(Flag::Aborted) => record.aborted,
        Term::Flag(Flag::Control) => false,
        Term::Compare {
            field,
            operator,
            literal,
        } => compare(field, *operator, literal, record),
        Term::In { field, literals } => literals
            .iter()
            .any(|literal| compare(field, Operator::Equal, literal, record)),
        Term::Null(field) => compare(field, Operator::Equal, &Literal::Null, record),
        Term::Missing(field) => places_of(field, record).is_empty(),
    }
}

/// Every place that a field leads to: its text, and whether it is a whole.
fn places_of(field: &Field, record: &Example) -> Vec<(Option<String>, bool)> {
    let inside = |bytes: &Option<String>, path: &penstock_domain::json::Path| match bytes {
        None => Vec::new(),
        Some(bytes) if path.is_root() => vec![(Some(bytes.clone()), true)],
        Some(bytes) => places(bytes, &path.0)
            .into_iter()
            .map(|raw| (Some(raw), false))
            .collect(),
    };
    match field {
        Field::Key(path) => inside(&record.key, path),
        Field::Value(path) => inside(&record.value, path),
        Field::Header(wanted) => record
            .headers
            .iter()
            .filter(|(name, _)| wanted.as_ref().is_none_or(|wanted| wanted == name))
            .map(|(_, value)| (value.clone(), true))
            .collect(),
        other => unreachable!("{other:?} is not made here"),
    }
}

fn compare(field: &Field, operator: Operator, literal: &Literal, record: &Example) -> bool {
    if let Field::Partition | Field::Offset = field {
        let Literal::Number(wanted) = literal else {
            unreachable!("a number")
        };
        let number = if *field == Field::Partition {
            f64::from(record.partition)
        } else {
            record.offset.to_string().parse().unwrap()
        };
        return operator.accepts(number.partial_cmp(&wanted.parse::<f64>().unwrap()).unwrap());
    }
    let places = places_of(field, record);
    if *literal == Literal::Null && places.is_empty() {
        return true;
    }
    places.iter().any(|(bytes, whole)| match (bytes, whole) {
        (None, _) => *literal == Literal::Null,
        (Some(bytes), true) => whole_satisfies(bytes, operator, literal),
        (Some(raw), false) => value_satisfies(raw, operator, literal),
    })
}

const WORDS: [&str; 12] = [
    "", "a", "b", "ab", "ba", "é", "x\"y", "\\", "a b", "😀", ",", "/",
];
const NAMES: [&str; 6] = ["a", "b", "é", "x\"y", ",", "\\"];
const NUMBERS: [&str; 12] = [
    "0", "-0.0", "1", "1.0", "1e0", "10e-1", "2", "-1", "0.5", "5E-1", "10", "1e1",
];

/// A text as JSON may spell it: each character as it is, or escaped, as `ways` says.
fn spelled(text: &str, ways: u64) -> String {
    let mut out = String::from("\"");
    for (index, char) in text.chars().enumerate() {
        let way = ways >> (index * 2 % 60) & 3;
        let must = matches!(char, '"' | '\\');
        match (char, way) {
            (_, 0) if !must => out.push(char),
            ('"' | '\\' | '/', 1 | 2) => {
                out.push('\\');
                out.push(char);
            }
            (_, 3) => {
                let mut units = [0; 2];
                for unit in char.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            _ if must => {
                out.push('\\');
                out.push(char);
            }
            _ => out.push(char),
        }
    }
    out.push('"');
    out
}

/// Half of all texts have no escape that they need not have, so that byte searches have something to rule out.
fn spelling() -> impl Strategy<Value = u64> + Clone {
    prop_oneof![Just(0), any::<u64>()]
}

fn json() -> impl Strategy<Value = String> {
    let text = (prop::sample::select(WORDS.to_vec()), spelling())
        .prop_map(|(text, ways)| spelled(text, ways));
    let name = (prop::sample::select(NAMES.to_vec()), spelling())
        .prop_map(|(text, ways)| spelled(text, ways));
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        prop::sample::select(NUMBERS.to_vec()).prop_map(str::to_owned),
        text,
    ];
    leaf.prop_recursive(4, 30, 4, move |inner| {
        let space = prop::sample::select(vec!["", " ", "\n "]);
        prop_oneof![
            (prop::collection::vec(inner.clone(), 0..4), space.clone()).prop_map(
                |(items, space)| format!("[{space}{}]", items.join(&format!("{space},{space}")))
            ),
            (prop::collection::vec((name.clone(), inner), 0..4), space).prop_map(
                |(members, space)| {
                    let members: Vec<String> = members
                        .into_iter()
                        .map(|(name, value)| format!("{name}{space}:{space}{value}"))
                        .collect();
                    format!("{{{}}}", members.join(&format!(",{space}")))
                }
            ),
        ]
    })
}

fn bytes() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        1 => Just(None),
        8 => json().prop_map(Some),
        // Whatever is no JSON any more.
        1 => json().prop_map(|text| Some(format!("{text} x"))),
        1 => prop::sample::select(WORDS.to_vec()).prop_map(|text| Some(text.to_owned())),
    ]
}

fn record() -> impl Strategy<Value = Example> {
    let header = (prop::sample::select(vec!["h", "g"]), bytes());
    (
        bytes(),
        bytes(),
        prop::collection::vec(header, 0..3),
        0..3_i32,
        0..3_i64,
        any::<bool>(),
    )
        .prop_map(
            |(key, value, headers, partition, offset, aborted)| Example {
                name: String::new(),
                topic: "t".to_owned(),
                partition,
                offset,
                timestamp: 0,
                aborted,
                key,
                value,
                headers: headers
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect(),
            },
        )
}

fn expression() -> impl Strategy<Value = Expression> {
    let name = prop::sample::select(NAMES.to_vec()).prop_map(|name| Step::Name(name.to_owned()));
    let step = prop_oneof![
        4 => name,
        1 => Just(Step::AnyName),
        1 => Just(Step::AnyIndex),
        1 => (0..2_u32).prop_map(Step::Index),
    ];
    let path = prop::collection::vec(step, 0..3).prop_map(penstock_domain::json::Path);
    let field = prop_oneof![
        5 => path.clone().prop_map(Field::Value),
        1 => path.prop_map(Field::Key),
        1 => prop::option::of(Just("h".to_owned())).prop_map(Field::Header),
    ];
    let phrase = (
        prop::sample::select(WORDS.to_vec()),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(text, ignore_case)| Phrase {
            text: text.to_owned(),
            ignore_case,
        });
    let number = prop::sample::select(NUMBERS.to_vec())
        .prop_map(|number| Literal::Number(number.to_owned()));
    let literal = prop_oneof![
        3 => phrase.clone().prop_map(Literal::Text),
        2 => number.clone(),
        1 => any::<bool>().prop_map(Literal::Bool),
    ];
    let order = prop::sample::select(vec![
        Operator::Equal,
        Operator::Less,
        Operator::LessOrEqual,
        Operator::Greater,
        Operator::GreaterOrEqual,
    ]);
    let textual = prop::sample::select(vec![Operator::Begins, Operator::Ends, Operator::Contains]);
    let plain =
        prop::sample::select(WORDS.to_vec()).prop_map(|text| Literal::Text(Phrase::new(text)));
    let pattern = prop::sample::select(vec!["^a", "b$", "^(a|é)?$", "\\\\", ".", "^\"", "x.y"]);
    let compare = |field, operator, literal| Term::Compare {
        field,
        operator,
        literal,
    };
    let term = prop_oneof![
        2 => phrase.clone().prop_map(Term::Anywhere),
        4 => (field.clone(), literal.clone()).prop_map(move |(field, literal)| compare(field, Operator::Equal, literal)),
        3 => (field.clone(), order.clone(), prop_oneof![number.clone(), plain]).prop_map(move |(field, operator, literal)| compare(field, operator, literal)),
        3 => (field.clone(), textual, phrase).prop_map(move |(field, operator, phrase)| compare(field, operator, Literal::Text(phrase))),
        1 => (field.clone(), pattern).prop_map(move |(field, pattern)| compare(field, Operator::Matches, Literal::Text(Phrase::new(pattern)))),
        2 => (field.clone(), prop::collection::vec(prop_oneof![4 => literal, 1 => Just(Literal::Null)], 1..4)).prop_map(|(field, literals)| Term::In { field, literals }),
        2 => field.clone().prop_map(Term::Null),
        1 => field.prop_map(Term::Missing),
        1 => (prop::sample::select(vec![Field::Partition, Field::Offset]), order, number).prop_map(move |(field, operator, literal)| compare(field, operator, literal)),
        1 => prop::sample::select(Flag::ALL.to_vec()).prop_map(Term::Flag),
    ];
    term.prop_map(Expression::Term)
        .prop_recursive(3, 10, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..4).prop_map(Expression::And),
                prop::collection::vec(inner.clone(), 2..4).prop_map(Expression::Or),
                inner.prop_map(|one| Expression::Not(Box::new(one))),
            ]
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn slow_and_obvious_agrees(expression in expression(), records in prop::collection::vec(record(), 1..5)) {
        let expected: Vec<bool> = records.iter().map(|record| holds(&expression, record)).collect();
        let filter = Filter::from(expression);
        let matcher = Matcher::compile(&filter).unwrap();
        let bounds = matcher.bounds();
        let together: Vec<u8> = records.iter().flat_map(Example::bytes).collect();
        if expected.contains(&true) {
            prop_assert!(matcher.may_in(&together), "all at once: {} on {:?}", filter, records);
        }
        for (record, expected) in records.iter().zip(expected) {
            let (facts, view) = (record.facts(), record.view());
            prop_assert_eq!(matcher.test_precisely(&facts, &view), expected, "precisely: {} on {:?}", filter, record);
            prop_assert_eq!(matcher.test(&facts, &view), expected, "by bytes: {} on {:?}", filter, record);
            // What passes lies within the bounds.
            if expected {
                prop_assert!(bounds.partitions.as_ref().is_none_or(|set| set.contains(&record.partition)), "{}", filter);
                prop_assert!(bounds.offsets.0.is_none_or(|least| least <= record.offset), "{}", filter);
                prop_assert!(bounds.offsets.1.is_none_or(|most| most >= record.offset), "{}", filter);
            }
        }
    }
}
