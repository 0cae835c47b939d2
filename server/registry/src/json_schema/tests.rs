//! JSON Schema: what fits, what does not and where, and samples.

use super::*;

const INVOICE: &str = r##"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Invoice",
  "type": "object",
  "required": ["number", "state", "lines"],
  "additionalProperties": false,
  "properties": {
    "number": {"type": "integer", "minimum": 1},
    "state": {"enum": ["open", "paid", "overdue"]},
    "note": {"type": ["string", "null"], "maxLength": 3},
    "lines": {"type": "array", "minItems": 1, "items": {"$ref": "line.json"}},
    "due": {"type": "string", "format": "date"},
    "code": {"type": "string", "pattern": "^[A-Z]+$", "examples": ["AB"]},
    "parent": {"$ref": "#"}
  }
}"##;
const LINE: &str = r##"{"type": "object", "required": ["amount"], "properties": {"amount": {"type": "number", "exclusiveMinimum": 0}, "part": {"$ref": "#"}}}"##;

fn invoice() -> JsonSchema {
    compile(INVOICE, [("line.json", LINE)]).unwrap()
}

#[test]
fn what_fits_is_taken_and_the_rest_is_pointed_at() {
    let schema = invoice();
    assert_eq!(schema.title(), Some("Invoice"));
    let good = r#"{"number": 9007199254740993, "state": "open", "lines": [{"amount": 0.1}]}"#;
    assert_eq!(schema.check(good), Ok(()));
    let wrong = |text: &str| schema.check(text).unwrap_err();
    let error = wrong("{\"number\": 1, \"lines\": [{\"amount\": 1}],\n \"state\": \"opn\"}");
    assert_eq!(
        (error.line, error.column, error.hint.as_deref()),
        (2, 11, Some("Write \"open\""))
    );
    assert_eq!(
        error.message,
        "\"opn\" is not one of the values of state; the schema has open, paid, overdue."
    );
    assert!(
        wrong(r#"{"number": 1, "state": "open"}"#)
            .message
            .contains("Field \"lines\" is missing")
    );
    let error = wrong(r#"{"number": 1, "state": "open", "lines": [{"amount": 0}]}"#);
    assert!(
        error.message.starts_with("lines[0].amount does not fit"),
        "{error}"
    );
    let error = wrong(r#"{"number": 1, "state": "open", "lines": [{"amount": 1}], "totl": 1}"#);
    assert_eq!(
        (error.message.as_str(), error.column),
        ("The schema knows no field \"totl\" here.", 58)
    );
    assert!(
        wrong(r#"{"number": "1", "state": "open", "lines": [{"amount": 1}]}"#)
            .message
            .starts_with("number has the wrong type")
    );
    assert!(wrong("{").message.starts_with("This is not JSON"));
    assert!(
        wrong("7")
            .message
            .starts_with("The value has the wrong type")
    );
}

#[test]
fn nothing_is_fetched_from_elsewhere() {
    for reference in [
        "https://example.com/x.json",
        "file:///etc/passwd",
        "other.json",
        "../x",
    ] {
        let schema = compile(&format!("{{\"$ref\": \"{reference}\"}}"), []).unwrap();
        let error = schema.check("{}").unwrap_err();
        assert!(
            error.message.contains("can't be used for checking"),
            "{error}"
        );
        assert_eq!(schema.sample(), None);
    }
    let named = compile(
        r#"{"$ref": "https://example.com/x.json#/$defs/a"}"#,
        [(
            "https://example.com/x.json",
            r#"{"$defs": {"a": {"const": 7}}}"#,
        )],
    )
    .unwrap();
    assert!(named.check("7").is_ok() && named.check("8").is_err());
    assert_eq!(named.sample().as_deref(), Some("7"));
    let relative = compile(
        r#"{"$id": "https://example.com/dir/main.json", "$ref": "x.json"}"#,
        [("x.json", r#"{"type": "boolean"}"#)],
    )
    .unwrap();
    assert!(relative.check("true").is_ok() && relative.check("1").is_err());
}

#[test]
fn reading_keeps_the_text() {
    let text = r#"{"a": 1.10, "b": 12345678901234567890123, "a": 2}"#;
    assert_eq!(read(text.as_bytes(), 1_000).unwrap(), text);
    assert!(matches!(
        read(b"{", 1_000),
        Err(DecodeError::Malformed { .. })
    ));
    assert!(matches!(
        read(b"\"\xff\"", 1_000),
        Err(DecodeError::Malformed { at: 1, .. })
    ));
    assert!(matches!(
        read(b"[1,2]", 3),
        Err(DecodeError::TooLong { .. })
    ));
    assert!(read("[".repeat(1_000_000).as_bytes(), 10_000_000).is_err());
}

#[test]
fn samples_fit_or_are_not_given() {
    for (text, wanted) in [
        (INVOICE, None),
        (
            r#"{"type": "integer", "minimum": 5, "multipleOf": 4}"#,
            Some("8"),
        ),
        (
            r#"{"type": "number", "exclusiveMinimum": 1, "maximum": 2}"#,
            Some("1.5"),
        ),
        (r#"{"type": "string", "minLength": 6}"#, Some("\"textxx\"")),
        (
            r#"{"anyOf": [{"type": "null"}, {"type": "object", "required": ["a"], "properties": {"a": {"format": "uuid"}}}]}"#,
            None,
        ),
        (
            r#"{"allOf": [{"required": ["a"]}, {"properties": {"a": {"const": 1}}, "required": ["a", "b"]}]}"#,
            None,
        ),
        (
            r#"{"type": "array", "minItems": 3, "uniqueItems": true, "items": {"type": "string"}}"#,
            None,
        ),
        (
            r##"{"$defs": {"n": {"type": "object", "properties": {"n": {"$ref": "#/$defs/n"}}}}, "$ref": "#/$defs/n"}"##,
            None,
        ),
        ("true", Some("{}")),
    ] {
        let schema = compile(text, [("line.json", LINE)]).unwrap();
        let made = schema.sample().unwrap_or_else(|| panic!("{text}"));
        assert_eq!(schema.check(&made), Ok(()), "{made}");
        if let Some(wanted) = wanted {
            assert_eq!(made, wanted);
        }
    }
    // Nothing fits, or nobody could tell what.
    for text in [
        "false",
        r#"{"type": "string", "pattern": "^q{7}$"}"#,
        r##"{"type":"object","required":["a"],"properties":{"a":{"$ref":"#"}}}"##,
    ] {
        assert_eq!(compile(text, []).unwrap().sample(), None, "{text}");
    }
}

#[test]
fn costly_patterns_are_cut_short() {
    let schema = compile(r#"{"type": "string", "pattern": "^(a+)+(?=x)$"}"#, []).unwrap();
    // It would go back and forth for ever; what matters is that it ends, and does not pass.
    assert!(schema.check(&format!("\"{}\"", "a".repeat(200))).is_err());
    let huge = compile(
        r#"{"type": "string", "pattern": "((a{1000}){1000}){1000}"}"#,
        [],
    );
    assert!(huge.is_err() || huge.unwrap().check("\"a\"").is_err());
}
