//! From pieces to meaning: recursive descent over [`lex`]'s pieces, bounded in depth and number.

mod value;

use super::{
    DEEPEST, Expression, Field, Filter, FilterError, Flag, LONGEST, Literal, MOST_TERMS, Operator,
    Phrase, Term, field,
    lex::{self, Kind, Lexeme},
    literal, nearest,
};

/// Words that are neither fields nor literals.
const KEYWORDS: [&str; 8] = ["and", "or", "not", "in", "is", "null", "missing", "exists"];

pub(super) fn filter(text: &str) -> Result<Filter, FilterError> {
    if text.len() > LONGEST {
        let mut from = LONGEST;
        while !text.is_char_boundary(from) {
            from -= 1;
        }
        return Err(FilterError::new(
            format!(
                "A filter has at most {LONGEST} bytes; this one has {}.",
                text.len()
            ),
            from,
            text.len(),
        ));
    }
    let lexemes = lex::lex(text);
    if lexemes.is_empty() {
        return Ok(Filter::default());
    }
    if is_free(text, &lexemes) {
        return Ok(Expression::Term(Term::Anywhere(Phrase::new(text.trim()))).into());
    }
    let mut parser = Parser {
        text,
        lexemes: &lexemes,
        at: 0,
        depth: 0,
        terms: 0,
        patterns: Vec::new(),
    };
    let expression = parser.either()?;
    if let Some(rest) = parser.peek() {
        return Err(parser.trailing(rest));
    }
    Ok(Filter {
        expression: Some(expression),
        patterns: parser.patterns,
    })
}

/// Whether the whole text is something to look for, and not a condition. In this order:
///
/// 1. What begins with `{`, `[`, or a quoted text with a colon behind it, is a piece of JSON: free text.
/// 2. What has an operator of comparison outside quotes, or a quoted text, is a condition.
/// 3. What begins with `key.`, `value.` or `header.` is a condition.
/// 4. What has a field with `is`, `in`, `not in` or `exists` behind it is a condition.
/// 5. What consists of flags, `and`, `or`, `not` and parentheses only is a condition.
/// 6. Everything else is free text.
pub(super) fn is_free(text: &str, lexemes: &[Lexeme]) -> bool {
    let trimmed = text.trim_start();
    let Some(first) = lexemes.first() else {
        return true;
    };
    if trimmed.starts_with(['{', '[']) {
        return true;
    }
    let behind = text.get(first.to..).unwrap_or_default();
    if matches!(first.kind, Kind::Text { closed: true, .. }) && behind.trim_start().starts_with(':')
    {
        return true;
    }
    let compares = |lexeme: &Lexeme| {
        lexeme.kind == Kind::Operator && lexeme.text(text).contains(['=', '<', '>', '~'])
    };
    let quotes = |lexeme: &Lexeme| matches!(lexeme.kind, Kind::Text { .. });
    if lexemes
        .iter()
        .any(|lexeme| compares(lexeme) || quotes(lexeme))
    {
        return false;
    }
    let word = first.text(text);
    let root = field::root(word);
    if matches!(root, "key" | "value" | "header" | "headers") && root.len() < word.len() {
        return false;
    }
    let is = |index: usize, word: &str| {
        lexemes
            .get(index)
            .is_some_and(|lexeme| is_word(text, *lexeme, word))
    };
    let asked = lexemes.iter().enumerate().any(|(index, lexeme)| {
        lexeme.kind == Kind::Word
            && field::ROOTS.contains(&field::root(lexeme.text(text)))
            && (["is", "in", "exists"]
                .iter()
                .any(|word| is(index + 1, word))
                || (is(index + 1, "not") && is(index + 2, "in")))
    });
    if asked {
        return false;
    }
    let flags = |lexeme: &&Lexeme| flag(lexeme.text(text)).is_some();
    let joins = |lexeme: &&Lexeme| {
        matches!(lexeme.kind, Kind::Open | Kind::Close)
            || ["and", "or", "not"]
                .iter()
                .any(|word| is_word(text, **lexeme, word))
    };
    let only = lexemes
        .iter()
        .all(|lexeme| flags(&lexeme) || joins(&lexeme));
    !(only && lexemes.iter().any(|lexeme| flags(&lexeme)))
}

/// Whether a piece is a keyword; their letter case is ignored.
pub(super) fn is_word(text: &str, lexeme: Lexeme, word: &str) -> bool {
    lexeme.kind == Kind::Word && lexeme.text(text).eq_ignore_ascii_case(word)
}

pub(super) fn flag(word: &str) -> Option<Flag> {
    Flag::ALL.into_iter().find(|flag| flag.name() == word)
}

struct Parser<'a> {
    text: &'a str,
    lexemes: &'a [Lexeme],
    at: usize,
    depth: usize,
    terms: usize,
    patterns: Vec<(usize, usize)>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<Lexeme> {
        self.lexemes.get(self.at).copied()
    }

    fn peek_word(&self, word: &str) -> bool {
        self.peek()
            .is_some_and(|lexeme| is_word(self.text, lexeme, word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.peek_word(word);
        self.at += usize::from(found);
        found
    }

    /// An error at what comes next, or at the end.
    fn error(&self, message: impl Into<String>) -> FilterError {
        match self.peek() {
            Some(lexeme) => FilterError::new(message, lexeme.from, lexeme.to),
            None => FilterError::new(message, self.text.len(), self.text.len()),
        }
    }

    fn word_of(&self, lexeme: Lexeme) -> String {
        nearest::short(lexeme.text(self.text))
    }

    fn either(&mut self) -> Result<Expression, FilterError> {
        let mut all = vec![self.both()?];
        while self.take_word("or") {
            all.push(self.both()?);
        }
        Ok(joined(all, Expression::Or))
    }

    fn both(&mut self) -> Result<Expression, FilterError> {
        let mut all = vec![self.one()?];
        while self.take_word("and") {
            all.push(self.one()?);
        }
        Ok(joined(all, Expression::And))
    }

    fn one(&mut self) -> Result<Expression, FilterError> {
        let Some(lexeme) = self.peek() else {
            return Err(self.error("A condition is missing at the end."));
        };
        match lexeme.kind {
            Kind::Open => {
                self.descend(lexeme)?;
                let inner = self.either()?;
                if self.peek().is_none_or(|next| next.kind != Kind::Close) {
                    return Err(match self.peek() {
                        Some(next) => self.trailing(next),
                        None => FilterError::new(
                            "This parenthesis is not closed.",
                            lexeme.from,
                            lexeme.to,
                        )
                        .replace(
                            self.text,
                            self.text.len(),
                            self.text.len(),
                            ")",
                        ),
                    });
                }
                self.at += 1;
                self.depth -= 1;
                Ok(inner)
            }
            Kind::Word if is_word(self.text, lexeme, "not") => {
                self.descend(lexeme)?;
                let inner = self.one()?;
                self.depth -= 1;
                Ok(Expression::Not(Box::new(inner)))
            }
            Kind::Text { .. } => {
                self.count(lexeme)?;
                let phrase = self.phrase(lexeme)?;
                if phrase.text.is_empty() {
                    return Err(FilterError::new(
                        "An empty text is everywhere; say what to look for.",
                        lexeme.from,
                        lexeme.to,
                    ));
                }
                self.at += 1;
                Ok(Expression::Term(Term::Anywhere(phrase)))
            }
            Kind::Word => match flag(lexeme.text(self.text)) {
                Some(flag) => {
                    self.count(lexeme)?;
                    self.at += 1;
                    Ok(Expression::Term(Term::Flag(flag)))
                }
                None => self.condition(lexeme),
            },
            _ => Err(self.no_condition(lexeme)),
        }
    }

    fn descend(&mut self, lexeme: Lexeme) -> Result<(), FilterError> {
        self.at += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(FilterError::new(
                format!("Parentheses and not are nested more than {DEEPEST} deep."),
                lexeme.from,
                lexeme.to,
            ));
        }
        Ok(())
    }

    fn count(&mut self, lexeme: Lexeme) -> Result<(), FilterError> {
        self.terms += 1;
        if self.terms > MOST_TERMS {
            return Err(FilterError::new(
                format!("A filter has at most {MOST_TERMS} conditions, values in lists included."),
                lexeme.from,
                lexeme.to,
            ));
        }
        Ok(())
    }

    /// What can't begin a condition.
    fn no_condition(&self, lexeme: Lexeme) -> FilterError {
        let word = lexeme.text(self.text);
        match (lexeme.kind, word) {
            (Kind::Operator, "!") => {
                self.error("Write not for the opposite.")
                    .replace(self.text, lexeme.from, lexeme.to, "not ")
            }
            (Kind::Close, _) => self.error("A condition is missing before this parenthesis."),
            (Kind::Number | Kind::Size, _) => self
                .error("A condition begins with a field; a text to look for stands in quotes.")
                .replace(self.text, lexeme.from, lexeme.to, &literal::quoted(word)),
            _ => self
                .error(format!(
                    "A condition begins with a field, not with {}; a text to look for stands in quotes.",
                    self.word_of(lexeme)
                ))
                .quoted(self.text),
        }
    }

    fn condition(&mut self, lexeme: Lexeme) -> Result<Expression, FilterError> {
        self.count(lexeme)?;
        let word = lexeme.text(self.text);
        if KEYWORDS
            .iter()
            .any(|keyword| word.eq_ignore_ascii_case(keyword))
        {
            return Err(self.error(format!(
                "A condition is missing before {}.",
                self.word_of(lexeme)
            )));
        }
        let field = self.field(lexeme)?;
        self.at += 1;
        let Some(next) = self.peek() else {
            return Err(self
                .error(format!(
                    "An operator is missing behind {}: =, !=, <, >, ^=, ~=, in, is null, exists …",
                    self.word_of(lexeme)
                ))
                .quoted(self.text));
        };
        if next.kind == Kind::Operator {
            return self.compare(field, next);
        }
        let negated = self.peek_word("not");
        if negated {
            self.at += 1;
        }
        if self.take_word("in") {
            let term = self.list(field)?;
            return Ok(not_if(negated, Expression::Term(term)));
        }
        if negated {
            return Err(self.error("Behind not, in is expected: value.x not in (…)."));
        }
        if self.take_word("is") {
            let negated = self.take_word("not");
            let term = self.nothing(field, next)?;
            return Ok(not_if(negated, Expression::Term(term)));
        }
        if self.peek_word("exists") {
            self.must_be_missable(&field, next, next)?;
            self.at += 1;
            return Ok(not_if(true, Expression::Term(Term::Missing(field))));
        }
        Err(self.no_operator(next))
    }

    /// The field, told by all of its word; an unknown one with what was probably meant.
    fn field(&self, lexeme: Lexeme) -> Result<Field, FilterError> {
        let word = lexeme.text(self.text);
        let next = self.lexemes.get(self.at + 1).copied();
        let compared = next.is_some_and(|next| {
            next.kind == Kind::Operator
                || ["is", "in", "not", "exists"]
                    .iter()
                    .any(|word| is_word(self.text, next, word))
        });
        field::read(self.text, word, lexeme.from).map_err(|mut error| {
            let root = field::root(word);
            if !field::ROOTS.contains(&root) && root != "headers" && root != "timestamp" {
                // `customr and …`: no condition at all, so a text without its quotes.
                let near_flag = nearest::nearest(word, &Flag::ALL.map(Flag::name));
                if let (Some(flag), false) = (near_flag, compared) {
                    error = error.replace(self.text, lexeme.from, lexeme.to, flag);
                } else if !compared {
                    let quoted = literal::quoted(word);
                    error = error.replace(self.text, lexeme.from, lexeme.to, &quoted);
                }
            }
            error
        })
    }

    fn no_operator(&self, next: Lexeme) -> FilterError {
        if next.text(self.text) == "[" {
            return self.error("An element is written [0], all elements [*].");
        }
        let error = self.error(format!(
            "Here an operator is expected, not {}: =, !=, <, >, ^=, ~=, in, is null, exists …",
            self.word_of(next)
        ));
        let word = next.text(self.text);
        let meant = match word.to_ascii_lowercase().as_str() {
            "equals" | "eq" | "equal" | ":" => Some("="),
            "contains" | "includes" => Some("*="),
            "like" | "matches" | "regex" => Some("~="),
            "startswith" | "begins" | "starts" => Some("^="),
            "endswith" | "ends" => Some("$="),
            "gt" => Some(">"),
            "lt" => Some("<"),
            _ if next.kind == Kind::Word => {
                nearest::nearest(word, &["in", "is", "exists", "not in"])
            }
            _ => None,
        };
        match meant {
            Some(meant) => error.replace(self.text, next.from, next.to, meant),
            None if matches!(next.kind, Kind::Text { .. } | Kind::Number) => {
                error.replace(self.text, next.from, next.from, "= ")
            }
            None => error.quoted(self.text),
        }
    }

    fn compare(&mut self, field: Field, lexeme: Lexeme) -> Result<Expression, FilterError> {
        let symbol = lexeme.text(self.text);
        let operator = match symbol {
            "=" | "!=" => Operator::Equal,
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterOrEqual,
            "~=" => Operator::Matches,
            "^=" => Operator::Begins,
            "$=" => Operator::Ends,
            "*=" => Operator::Contains,
            _ => {
                let (ours, what) = match symbol {
                    "==" | "===" => ("=", "“=” is equal"),
                    "!==" | "<>" => ("!=", "“!=” is not equal"),
                    "=~" | "~" => ("~=", "“~=” matches a pattern"),
                    "!~" => ("!=", "there is “not … ~=”"),
                    _ => ("=", "“and”, “or” and “not” are words"),
                };
                return Err(self
                    .error(format!(
                        "There is no operator {}; {what}.",
                        self.word_of(lexeme)
                    ))
                    .replace(self.text, lexeme.from, lexeme.to, ours));
            }
        };
        self.at += 1;
        let Some(next) = self.peek() else {
            return Err(self.error(format!(
                "Behind {symbol} a value is missing: \"text\", 42, true, null …"
            )));
        };
        let literal = self.literal(&field, Some(operator), next)?;
        let term = match literal {
            Literal::Null => {
                if operator != Operator::Equal {
                    return Err(FilterError::new(
                        format!(
                            "Null is neither greater nor smaller, and has no text: {field} is null."
                        ),
                        lexeme.from,
                        next.to,
                    )
                    .replace(self.text, lexeme.from, next.to, "is null"));
                }
                self.must_be_missable(&field, lexeme, next)?;
                Term::Null(field)
            }
            literal => Term::Compare {
                field,
                operator,
                literal,
            },
        };
        self.at += 1;
        Ok(not_if(symbol == "!=", Expression::Term(term)))
    }

    fn list(&mut self, field: Field) -> Result<Term, FilterError> {
        let Some(open) = self.peek().filter(|next| next.kind == Kind::Open) else {
            return Err(self.error("Behind in a list is expected: in (\"a\", \"b\")."));
        };
        self.at += 1;
        let mut literals = Vec::new();
        loop {
            let Some(next) = self.peek() else {
                return Err(
                    FilterError::new("This list is not closed.", open.from, open.to).replace(
                        self.text,
                        self.text.len(),
                        self.text.len(),
                        ")",
                    ),
                );
            };
            if !literals.is_empty() {
                match next.kind {
                    Kind::Close => {
                        self.at += 1;
                        return Ok(Term::In { field, literals });
                    }
                    Kind::Comma => self.at += 1,
                    _ => {
                        return Err(self
                            .error("Values of a list have a comma between them.")
                            .replace(self.text, next.from, next.from, ", "));
                    }
                }
            }
            let Some(next) = self.peek() else {
                return Err(self.error("A value is missing."));
            };
            if next.kind == Kind::Close {
                return Err(self.error("A value is missing before this parenthesis."));
            }
            self.count(next)?;
            let literal = self.literal(&field, None, next)?;
            if literal == Literal::Null {
                self.must_be_missable(&field, next, next)?;
            }
            literals.push(literal);
            self.at += 1;
        }
    }

    fn nothing(&mut self, field: Field, is: Lexeme) -> Result<Term, FilterError> {
        let null = self.peek_word("null");
        let Some(next) = self.peek().filter(|_| null || self.peek_word("missing")) else {
            let error = self.error("Behind is, null or missing is expected.");
            return Err(match self.peek() {
                Some(Lexeme {
                    kind: Kind::Text { .. } | Kind::Number,
                    ..
                }) => error.replace(self.text, is.from, is.to, "="),
                Some(next) if next.kind == Kind::Word => {
                    match nearest::nearest(next.text(self.text), &["null", "missing"]) {
                        Some(near) => error.replace(self.text, next.from, next.to, near),
                        None => error,
                    }
                }
                _ => error,
            });
        };
        self.must_be_missable(&field, is, next)?;
        self.at += 1;
        Ok(if null {
            Term::Null(field)
        } else {
            Term::Missing(field)
        })
    }

    fn must_be_missable(&self, field: &Field, from: Lexeme, to: Lexeme) -> Result<(), FilterError> {
        if field.can_be_missing() {
            return Ok(());
        }
        Err(FilterError::new(
            format!("Every record has {}; it is never null.", article(field)),
            from.from,
            to.to,
        ))
    }

    /// What stands where the filter, or a parenthesis, should end.
    fn trailing(&self, next: Lexeme) -> FilterError {
        let word = next.text(self.text);
        let with = |message: &str, by: &str| {
            self.error(message)
                .replace(self.text, next.from, next.to, by)
        };
        match (next.kind, word) {
            (Kind::Close, _) => with("No parenthesis is open here.", ""),
            (Kind::Operator, "&&" | "&") => with("Write and between conditions.", " and "),
            (Kind::Operator, "||" | "|") => with("Write or between conditions.", " or "),
            (Kind::Comma, _) => with("Between conditions stands and or or.", " and"),
            (Kind::Word, _)
                if nearest::nearest(word, &["and", "or"]).is_some()
                    && flag(word).is_none()
                    && !field::ROOTS.contains(&field::root(word)) =>
            {
                with(
                    "Between conditions stands and or or.",
                    nearest::nearest(word, &["and", "or"]).unwrap_or("and"),
                )
            }
            (Kind::Word | Kind::Text { .. } | Kind::Open, _) => self
                .error("Between conditions stands and or or.")
                .replace(self.text, next.from, next.from, "and "),
            _ => self
                .error(format!("{} has no place here.", self.word_of(next)))
                .quoted(self.text),
        }
    }
}

fn article(field: &Field) -> String {
    match field {
        Field::Offset => "an offset".to_owned(),
        field => format!("a {field}"),
    }
}

fn joined(mut all: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match all.pop() {
        Some(one) if all.is_empty() => one,
        Some(last) => {
            all.push(last);
            join(all)
        }
        None => join(all),
    }
}

fn not_if(negated: bool, expression: Expression) -> Expression {
    if negated {
        Expression::Not(Box::new(expression))
    } else {
        expression
    }
}
