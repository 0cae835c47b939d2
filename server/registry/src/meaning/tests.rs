//! Meanings of schemas: small ones, each for a rule.

use super::*;
use penstock_domain::schema::difference::{ChangeKind, LineKind};

fn text(schema_type: SchemaType, text: &str) -> Text {
    Text {
        schema_type,
        text: text.into(),
        referred: Vec::new(),
    }
}

fn avro(schema: &str) -> Text {
    text(SchemaType::Avro, schema)
}

fn record(fields: &str) -> Text {
    avro(&format!(
        r#"{{"type":"record","name":"Task","namespace":"shop","fields":[{fields}]}}"#
    ))
}

fn why(reader: &Text, writer: &Text) -> Vec<(String, String)> {
    let obstacles = obstacles(reader, writer).unwrap();
    obstacles
        .into_iter()
        .map(|obstacle| (obstacle.path, obstacle.words))
        .collect()
}

fn paths(reader: &Text, writer: &Text) -> Vec<String> {
    why(reader, writer)
        .into_iter()
        .map(|(path, _)| path)
        .collect()
}

#[test]
fn avro_readers_read_by_the_rules_of_resolution() {
    let one = record(r#"{"name":"id","type":"long"}"#);
    let more = record(r#"{"name":"id","type":"long"},{"name":"note","type":"string"}"#);
    let with_default =
        record(r#"{"name":"id","type":"long"},{"name":"note","type":"string","default":""}"#);
    assert_eq!(paths(&one, &more), Vec::<String>::new());
    assert_eq!(paths(&more, &one), ["note"]);
    assert_eq!(paths(&with_default, &one), Vec::<String>::new());
    let renamed = record(r#"{"name":"number","aliases":["id"],"type":"double"}"#);
    assert_eq!(paths(&renamed, &one), Vec::<String>::new());
    assert_eq!(paths(&one, &renamed), ["id"]);
    let narrow = record(r#"{"name":"id","type":"int"}"#);
    assert_eq!(paths(&one, &narrow), Vec::<String>::new());
    assert_eq!(
        why(&narrow, &one),
        [(
            "id".to_owned(),
            "the writer sends long, and the reader expects int".to_owned()
        )]
    );
}

#[test]
fn avro_enums_and_unions_say_what_is_missing() {
    let priority = |symbols: &str, more: &str| {
        record(&format!(
            r#"{{"name":"priority","type":{{"type":"enum","name":"Priority","symbols":[{symbols}]{more}}}}}"#
        ))
    };
    let old = priority(r#""low","high""#, "");
    let new = priority(r#""low","high","urgent""#, "");
    assert!(why(&new, &old).is_empty());
    assert_eq!(
        why(&old, &new),
        [(
            "priority".to_owned(),
            "the writer may send urgent, which the reader’s enum Priority does not have; it has no default".to_owned()
        )]
    );
    assert!(why(&priority(r#""low","high""#, r#","default":"low""#), &new).is_empty());
    let maybe = record(r#"{"name":"due","type":["null","long"]}"#);
    let always = record(r#"{"name":"due","type":"long"}"#);
    assert!(why(&maybe, &always).is_empty());
    assert_eq!(paths(&always, &maybe), ["due"]);
    let other = record(r#"{"name":"due","type":["null","string"]}"#);
    assert_eq!(
        why(&maybe, &other),
        [(
            "due".to_owned(),
            "the writer may send string, and the reader takes null | long only".to_owned()
        )]
    );
}

#[test]
fn avro_types_within_themselves_have_an_end() {
    let list = |kind: &str| {
        avro(&format!(
            r#"{{"type":"record","name":"Node","fields":[{{"name":"value","type":"{kind}"}},{{"name":"next","type":["null","Node"]}}]}}"#
        ))
    };
    assert!(why(&list("long"), &list("int")).is_empty());
    assert_eq!(paths(&list("int"), &list("long")), ["value"]);
    assert_eq!(outline(&list("int")).unwrap().fields.len(), 2);
    assert_eq!(difference(&list("int"), &list("long")).changes.len(), 1);
}

#[test]
fn avro_changes_are_told_by_their_meaning() {
    let old = avro(
        r#"{"type":"record","name":"Task","doc":"A task","fields":[
            {"name":"id","type":"long"},
            {"name":"name","type":"string"},
            {"name":"gone","type":"int","default":1},
            {"name":"priority","type":{"type":"enum","name":"P","symbols":["low","high"]}},
            {"name":"money","type":{"type":"record","name":"Money","fields":[{"name":"cents","type":"int"}]}}]}"#,
    );
    let new = avro(
        r#"{"type":"record","name":"Task","doc":"A task, done","fields":[
            {"name":"title","aliases":["name"],"type":"string"},
            {"name":"id","type":"long","default":0},
            {"name":"priority","type":{"type":"enum","name":"P","symbols":["low","high","urgent"]}},
            {"name":"money","type":["null",{"type":"record","name":"Money","fields":[{"name":"cents","type":"long"}]}]},
            {"name":"due","type":["null","long"],"default":null}]}"#,
    );
    let changes = difference(&old, &new);
    let told: Vec<(ChangeKind, &str)> = changes
        .changes
        .iter()
        .map(|change| (change.kind, change.path.as_str()))
        .collect();
    for expected in [
        (ChangeKind::DocumentationChanged, ""),
        (ChangeKind::FieldRenamed, "title"),
        (ChangeKind::AliasChanged, "title"),
        (ChangeKind::DefaultChanged, "id"),
        (ChangeKind::SymbolAdded, "priority"),
        (ChangeKind::TypeChanged, "money"),
        (ChangeKind::TypeChanged, "money.cents"),
        (ChangeKind::FieldAdded, "due"),
        (ChangeKind::FieldRemoved, "gone"),
        (ChangeKind::OrderChanged, ""),
    ] {
        assert!(told.contains(&expected), "{expected:?} in {told:?}");
    }
    assert_eq!(told.len(), 10, "{told:?}");
    let due = changes
        .changes
        .iter()
        .find(|change| change.path == "due")
        .unwrap();
    assert_eq!(due.new.as_deref(), Some("null | long, default null"));
    assert!(
        changes
            .lines
            .iter()
            .any(|line| line.kind == LineKind::Added
                && line.pieces.iter().any(|piece| piece.changed))
    );
    assert!(difference(&old, &old).changes.is_empty());
    assert!(difference(&old, &old).lines.is_empty());
}

#[test]
fn json_schemas_are_compared_keyword_by_keyword() {
    let old = text(
        SchemaType::JsonSchema,
        r#"{"title":"I","type":"object","required":["n"],"properties":{"n":{"type":"integer","minimum":1},"s":{"enum":["a"]},"gone":{"type":"string"},
            "list":{"type":"array","items":{"type":"string"}}}}"#,
    );
    let new = text(
        SchemaType::JsonSchema,
        r#"{"title":"J","type":"object","required":["s"],"properties":{"n":{"type":"number","minimum":2,"default":3},"s":{"enum":["a","b"]},"new":true,
            "list":{"type":"array","items":{"type":"integer"}}},"additionalProperties":false}"#,
    );
    let told: Vec<(ChangeKind, String)> = difference(&old, &new)
        .changes
        .into_iter()
        .map(|change| (change.kind, change.path))
        .collect();
    for (kind, path) in [
        (ChangeKind::DocumentationChanged, ""),
        (ChangeKind::RequiredChanged, "n"),
        (ChangeKind::RequiredChanged, "s"),
        (ChangeKind::TypeChanged, "n"),
        (ChangeKind::ConstraintChanged, "n.minimum"),
        (ChangeKind::DefaultChanged, "n"),
        (ChangeKind::SymbolAdded, "s"),
        (ChangeKind::FieldAdded, "new"),
        (ChangeKind::FieldRemoved, "gone"),
        (ChangeKind::TypeChanged, "list[]"),
        (ChangeKind::ConstraintChanged, "additionalProperties"),
    ] {
        assert!(
            told.contains(&(kind, path.to_owned())),
            "{kind:?} {path} in {told:?}"
        );
    }
    let fields = outline(&new).unwrap().fields;
    let row = fields.iter().find(|row| row.path == "s").unwrap();
    assert_eq!(row.notes[0], "required");
    assert_eq!(
        name(SchemaType::JsonSchema, &new.text).as_deref(),
        Some("J")
    );
}

#[test]
fn protobuf_files_are_compared_by_numbers() {
    let file = |inside: &str| {
        text(
            SchemaType::Protobuf,
            &format!("syntax = \"proto3\";\npackage shop;\n{inside}"),
        )
    };
    let old = file(
        "message A { int32 a = 1; string b = 2; repeated string c = 3; map<string, int32> m = 6; }\nenum E { X = 0; }",
    );
    let new = file(
        "message A { int64 a = 1; string bb = 2; oneof o { string d = 4; } map<string, int32> m = 6; }\nmessage B {}\nenum E { X = 0; Y = 1; }",
    );
    let difference = difference(&old, &new);
    assert_eq!(difference.why, None);
    let told: Vec<(ChangeKind, String)> = difference
        .changes
        .into_iter()
        .map(|change| (change.kind, change.path))
        .collect();
    assert_eq!(
        told,
        [
            (ChangeKind::TypeChanged, "shop.A.a".to_owned()),
            (ChangeKind::FieldRenamed, "shop.A.bb".to_owned()),
            (ChangeKind::FieldAdded, "shop.A.d".to_owned()),
            (ChangeKind::FieldRemoved, "shop.A.c".to_owned()),
            (ChangeKind::FieldAdded, "shop.B".to_owned()),
            (ChangeKind::SymbolAdded, "shop.E".to_owned()),
        ]
    );
    assert_eq!(
        name(SchemaType::Protobuf, &new.text).as_deref(),
        Some("shop.A")
    );
    let fields = outline(&old).unwrap().fields;
    assert_eq!(fields[4].field_type, "map of string to int32");
    assert!(obstacles(&old, &new).is_none());
    assert!(matrix(&[(1, old), (2, new)]).why.is_some());
}

#[test]
fn a_finding_names_versions_and_the_first_reason() {
    let task = |symbols: &str| {
        record(&format!(
            r#"{{"name":"priority","type":{{"type":"enum","name":"Priority","symbols":[{symbols}]}}}}"#
        ))
    };
    let (old, new) = (task(r#""low""#), task(r#""low","urgent""#));
    let all = [
        (1, old.clone()),
        (2, old.clone()),
        (3, old.clone()),
        (4, new.clone()),
    ];
    assert_eq!(
        finding(&all).unwrap(),
        "v4 breaks readers of v1 to v3: priority: the writer may send urgent, which the reader’s enum Priority does not have; it has no default"
    );
    assert!(finding(&all[..3]).is_none() && finding(&all[..1]).is_none() && finding(&[]).is_none());
    assert!(
        finding(&[(1, new.clone()), (3, old.clone())])
            .unwrap()
            .starts_with("v3 can’t read records of v1: ")
    );
    let matrix = matrix(&all);
    assert_eq!((matrix.versions.len(), matrix.cells.len()), (4, 16));
    assert!(matrix.obstacles(4, 1).is_empty());
    assert_eq!(matrix.obstacles(1, 4)[0].path, "priority");
}

#[test]
fn mistakes_have_a_place() {
    let at = |schema_type, schema: &str| {
        let mistake = mistake(&text(schema_type, schema)).unwrap_or_else(|| panic!("{schema}"));
        (mistake.message, mistake.line, mistake.column)
    };
    let (message, line, column) = at(SchemaType::Avro, "{\n \"type\": ,}");
    assert!(message.contains("not JSON"), "{message}");
    assert_eq!((line, column), (Some(2), Some(10)));
    let (message, line, _) = at(
        SchemaType::Avro,
        "{\"type\":\"record\",\"name\":\"A\",\"fields\":[\n{\"name\":\"m\",\"type\":\"Mony\"}]}",
    );
    assert!(message.contains("Mony is not defined"), "{message}");
    assert_eq!(line, Some(2));
    let (message, line, _) = at(
        SchemaType::Protobuf,
        "syntax = \"proto3\";\nmessage A {\n  int32 a = ;\n}",
    );
    assert_eq!(line, Some(3), "{message}");
    let (message, ..) = at(SchemaType::JsonSchema, "{\"type\": \"objct\"}");
    assert!(!message.is_empty());
    assert!(at(SchemaType::Avro, " ").0.contains("no schema yet"));
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(!at(SchemaType::Avro, &deep).0.is_empty());
    assert!(mistake(&record("")).is_none());
    assert!(mistake(&avro("\"string\"")).is_none() && mistake(&avro("string")).is_none());
}
