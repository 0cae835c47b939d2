//! From a schema's text to descriptors.

use super::Protobuf;
use protox::{
    Compiler, Error,
    file::{File, FileResolver, GoogleFileResolver},
};
use std::collections::HashMap;

/// Brackets within brackets that a schema may have; Protobuf allows messages 32 deep, options can add some.
const MOST_BRACKETS: usize = 100;

/// Files that Confluent's serializers bring along, besides Protobuf's own: schemas import them without a reference.
const BUILT_IN: &[(&str, &str)] = &[
    (
        "confluent/meta.proto",
        include_str!("files/confluent_meta.proto"),
    ),
    (
        "confluent/type/decimal.proto",
        include_str!("files/confluent_decimal.proto"),
    ),
    (
        "google/type/date.proto",
        include_str!("files/google_date.proto"),
    ),
    (
        "google/type/decimal.proto",
        include_str!("files/google_decimal.proto"),
    ),
    (
        "google/type/latlng.proto",
        include_str!("files/google_latlng.proto"),
    ),
    (
        "google/type/money.proto",
        include_str!("files/google_money.proto"),
    ),
    (
        "google/type/timeofday.proto",
        include_str!("files/google_timeofday.proto"),
    ),
];

/// Compiles a schema; `references` are the files that it may import, by the names it imports them by.
pub(crate) fn compile<'t>(
    text: &str,
    references: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> Result<Protobuf, String> {
    let mut files: HashMap<String, String> = references
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    for text in files.values().map(String::as_str).chain([text]) {
        if brackets(text) > MOST_BRACKETS {
            return Err(format!("it is nested deeper than {MOST_BRACKETS} levels"));
        }
    }
    let mut file = "schema.proto".to_owned();
    while files.contains_key(&file) {
        file.insert(0, '_');
    }
    files.insert(file.clone(), text.to_owned());
    let mut compiler = Compiler::with_file_resolver(Memory {
        files,
        google: GoogleFileResolver::new(),
    });
    compiler
        .include_imports(true)
        .open_file(&file)
        .map_err(|error| words(&error))?;
    Ok(Protobuf {
        pool: compiler.descriptor_pool(),
        file,
    })
}

/// What the parser says, with the place, which it tells only so; other errors name what they are about.
fn words(error: &Error) -> String {
    if error.is_parse() {
        format!("{error:?}")
    } else {
        error.to_string()
    }
}

/// Files that lie in memory.
struct Memory {
    files: HashMap<String, String>,
    google: GoogleFileResolver,
}

impl FileResolver for Memory {
    fn open_file(&self, name: &str) -> Result<File, Error> {
        if let Some(text) = self.files.get(name) {
            return File::from_source(name, text);
        }
        if let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
            return File::from_source(name, text);
        }
        self.google.open_file(name)
    }
}

/// How deep brackets are nested at most, outside of texts and comments. The parser follows them by recursion, so that a schema
/// of nothing but brackets must not reach it.
fn brackets(text: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    let mut rest = text.bytes().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'{' | b'[' | b'(' | b'<' => {
                depth += 1;
                most = most.max(depth);
            }
            b'}' | b']' | b')' | b'>' => depth = depth.saturating_sub(1),
            b'"' | b'\'' => {
                while let Some(inner) = rest.next() {
                    match inner {
                        b'\\' => {
                            rest.next();
                        }
                        // A text ends on its line: else the parser refuses it, and what follows counts.
                        b'\n' => break,
                        _ if inner == byte => break,
                        _ => {}
                    }
                }
            }
            b'/' if rest.peek() == Some(&b'/') => {
                while rest.next().is_some_and(|byte| byte != b'\n') {}
            }
            b'/' if rest.peek() == Some(&b'*') => {
                let mut last = 0;
                rest.next();
                for byte in rest.by_ref() {
                    if (last, byte) == (b'*', b'/') {
                        break;
                    }
                    last = byte;
                }
            }
            _ => {}
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_counted_where_they_count() {
        assert_eq!(
            brackets("message A { message B {} map<int32, int32> m = 1; }"),
            2
        );
        assert_eq!(
            brackets("// {{{{\n/* {{{ **/ option a = \"{{{\\\"{\"; {"),
            1
        );
        assert_eq!(brackets("'{{\n{{"), 2);
    }

    #[test]
    fn nothing_is_read_from_the_file_system() {
        for import in [
            "/etc/passwd",
            "Cargo.toml",
            "src/lib.rs",
            "../registry/Cargo.toml",
            "missing.proto",
        ] {
            let text = format!("syntax = \"proto3\"; import \"{import}\"; message A {{}}");
            // Whether the file exists or not makes no difference.
            assert!(compile(&text, []).is_err(), "{import}");
        }
    }

    #[test]
    fn what_confluent_and_protobuf_bring_along_is_there() {
        let imports: String = BUILT_IN
            .iter()
            .map(|(name, _)| *name)
            .chain([
                "google/protobuf/timestamp.proto",
                "google/protobuf/struct.proto",
            ])
            .map(|name| format!("import \"{name}\";"))
            .collect();
        let text = format!(
            "syntax = \"proto3\"; {imports} message A {{ confluent.type.Decimal d = 1 [(confluent.field_meta).doc = \"x\"]; google.type.Money m = 2; }}"
        );
        assert!(compile(&text, []).is_ok());
    }

    #[test]
    fn hostile_schemas_are_refused() {
        let deep = "message A {".repeat(100_000);
        assert!(compile(&deep, []).unwrap_err().contains("deeper"));
        let options = format!("message A {{ option (x) = {{ {} }}; }}", "a {".repeat(90));
        assert!(compile(&options, []).is_err());
        // A ring of imports.
        let error = compile(
            "import \"b.proto\";",
            [
                ("b.proto", "import \"c.proto\";"),
                ("c.proto", "import \"b.proto\";"),
            ],
        )
        .unwrap_err();
        assert!(!error.is_empty());
        for text in [
            "",
            "message",
            "message A { int32 a = 1; int32 b = 1; }",
            "\u{0}",
            "syntax = \"proto9\";",
        ] {
            let _ = compile(text, []);
        }
    }
}
