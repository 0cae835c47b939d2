//! The walk over JSON text (RFC 8259): strict, iterative, without allocation, resumable at any event.

use std::fmt;

/// Containers inside one another, at most, unless asked otherwise. Deeper text is an error, not a stack overflow.
pub const DEEPEST: usize = 200;
/// What the walk can remember: one bit for each open container.
const WORDS: usize = 4;

/// Where and why text is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// The byte at which it was seen.
    pub at: usize,
    /// What was seen.
    pub fault: JsonFault,
}

/// Kinds of [`JsonError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonFault {
    /// The text ends too early.
    End,
    /// Something stands where it may not.
    Unexpected,
    /// A text holds a control character or an escape that there is not.
    Text,
    /// A number is not written as JSON writes it.
    Number,
    /// More containers inside one another than [`DEEPEST`].
    TooDeep,
    /// Bytes that are no UTF-8.
    NotUtf8,
    /// More nodes, or more bytes, than a tree takes.
    TooLarge,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.fault {
            JsonFault::End => "the text ends too early",
            JsonFault::Unexpected => "something stands here that may not",
            JsonFault::Text => "a text has a control character or an unknown escape",
            JsonFault::Number => "a number is not written as JSON writes it",
            JsonFault::TooDeep => "objects and lists are nested too deeply",
            JsonFault::NotUtf8 => "the bytes are not UTF-8",
            JsonFault::TooLarge => "there are too many parts",
        };
        write!(f, "Not JSON at byte {}: {what}.", self.at)
    }
}

impl std::error::Error for JsonError {}

/// One step of the walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What it is.
    pub kind: EventKind,
    /// Its first byte; of texts and names the opening quote.
    pub from: usize,
    /// The byte behind its last; of containers' beginnings and ends the byte behind the bracket.
    pub to: usize,
    /// Whether a text or a name contains escapes.
    pub escaped: bool,
}

/// Kinds of [`Event`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// `{`
    ObjectBegin,
    /// `}`
    ObjectEnd,
    /// `[`
    ArrayBegin,
    /// `]`
    ArrayEnd,
    /// A member's name, with its quotes.
    Name,
    /// A text, with its quotes.
    Text,
    /// A number.
    Number,
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A value must come.
    Value,
    /// A value or the end of the list just opened.
    FirstItem,
    /// A name must come.
    Name,
    /// A name or the end of the object just opened.
    FirstName,
    /// A value has ended.
    After,
}

/// Position in a JSON text. Holds no text: the same one is given to every call of [`Cursor::next`].
#[derive(Clone, Debug)]
pub struct Cursor {
    at: usize,
    state: State,
    depth: usize,
    /// A bit for each open container: whether it is an object.
    objects: [u64; WORDS],
}

impl Default for Cursor {
    fn default() -> Self {
        Self::new()
    }
}

impl Cursor {
    /// Before the first byte.
    pub const fn new() -> Self {
        Self {
            at: 0,
            state: State::Value,
            depth: 0,
            objects: [0; WORDS],
        }
    }

    /// How many containers are open.
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// How far the walk came, in bytes.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// The next event; `None` at the end of a whole JSON text. After an error the walk must not go on.
    #[inline]
    pub fn next(&mut self, bytes: &[u8]) -> Result<Option<Event>, JsonError> {
        loop {
            self.space(bytes);
            let Some(&byte) = bytes.get(self.at) else {
                return match self.state {
                    State::After if self.depth == 0 => Ok(None),
                    _ => Err(self.fault(JsonFault::End)),
                };
            };
            match self.state {
                State::FirstItem if byte == b']' => {
                    return Ok(Some(self.close(EventKind::ArrayEnd)));
                }
                State::Value | State::FirstItem => return self.value(bytes, byte).map(Some),
                State::FirstName if byte == b'}' => {
                    return Ok(Some(self.close(EventKind::ObjectEnd)));
                }
                State::Name | State::FirstName => {
                    if byte != b'"' {
                        return Err(self.fault(JsonFault::Unexpected));
                    }
                    let event = self.text(bytes, EventKind::Name)?;
                    self.space(bytes);
                    match bytes.get(self.at) {
                        Some(b':') => self.at += 1,
                        Some(_) => return Err(self.fault(JsonFault::Unexpected)),
                        None => return Err(self.fault(JsonFault::End)),
                    }
                    self.state = State::Value;
                    return Ok(Some(event));
                }
                State::After => {
                    let object = self.in_object();
                    match byte {
                        _ if self.depth == 0 => return Err(self.fault(JsonFault::Unexpected)),
                        b',' => {
                            self.at += 1;
                            self.state = if object { State::Name } else { State::Value };
                        }
                        b'}' if object => return Ok(Some(self.close(EventKind::ObjectEnd))),
                        b']' if !object => return Ok(Some(self.close(EventKind::ArrayEnd))),
                        _ => return Err(self.fault(JsonFault::Unexpected)),
                    }
                }
            }
        }
    }

    /// Goes behind the end of the innermost open container, checking what is in it; answers with that place.
    pub fn skip(&mut self, bytes: &[u8]) -> Result<usize, JsonError> {
        let around = self.depth.saturating_sub(1);
        while self.depth > around {
            self.next(bytes)?;
        }
        Ok(self.at)
    }

    #[inline]
    fn space(&mut self, bytes: &[u8]) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
            self.at += 1;
        }
    }

    fn fault(&self, fault: JsonFault) -> JsonError {
        JsonError { at: self.at, fault }
    }

    fn in_object(&self) -> bool {
        let Some(top) = self.depth.checked_sub(1) else {
            return false;
        };
        self.objects
            .get(top / 64)
            .is_some_and(|word| word >> (top % 64) & 1 == 1)
    }

    fn open(&mut self, kind: EventKind) -> Result<Event, JsonError> {
        if self.depth >= DEEPEST {
            return Err(self.fault(JsonFault::TooDeep));
        }
        let bit = 1_u64 << (self.depth % 64);
        let object = kind == EventKind::ObjectBegin;
        if let Some(word) = self.objects.get_mut(self.depth / 64) {
            if object {
                *word |= bit;
            } else {
                *word &= !bit;
            }
        }
        self.depth += 1;
        self.state = if object {
            State::FirstName
        } else {
            State::FirstItem
        };
        Ok(self.one(kind))
    }

    fn close(&mut self, kind: EventKind) -> Event {
        self.depth = self.depth.saturating_sub(1);
        self.state = State::After;
        self.one(kind)
    }

    fn one(&mut self, kind: EventKind) -> Event {
        let from = self.at;
        self.at += 1;
        Event {
            kind,
            from,
            to: self.at,
            escaped: false,
        }
    }

    fn value(&mut self, bytes: &[u8], byte: u8) -> Result<Event, JsonError> {
        match byte {
            b'{' => return self.open(EventKind::ObjectBegin),
            b'[' => return self.open(EventKind::ArrayBegin),
            _ => {}
        }
        self.state = State::After;
        match byte {
            b'"' => self.text(bytes, EventKind::Text),
            b'-' | b'0'..=b'9' => self.number(bytes),
            b't' => self.word(bytes, b"true", EventKind::True),
            b'f' => self.word(bytes, b"false", EventKind::False),
            b'n' => self.word(bytes, b"null", EventKind::Null),
            _ => Err(self.fault(JsonFault::Unexpected)),
        }
    }

    fn word(&mut self, bytes: &[u8], word: &[u8], kind: EventKind) -> Result<Event, JsonError> {
        let from = self.at;
        let rest = bytes.get(from..).unwrap_or_default();
        if !rest.starts_with(word) {
            let fault = if word.starts_with(rest) {
                JsonFault::End
            } else {
                JsonFault::Unexpected
            };
            return Err(self.fault(fault));
        }
        self.at = from + word.len();
        Ok(Event {
            kind,
            from,
            to: self.at,
            escaped: false,
        })
    }

    fn number(&mut self, bytes: &[u8]) -> Result<Event, JsonError> {
        let from = self.at;
        match super::number::end(bytes, from) {
            Ok(to) => {
                self.at = to;
                Ok(Event {
                    kind: EventKind::Number,
                    from,
                    to,
                    escaped: false,
                })
            }
            Err(at) => Err(JsonError {
                at,
                fault: if at >= bytes.len() {
                    JsonFault::End
                } else {
                    JsonFault::Number
                },
            }),
        }
    }

    fn text(&mut self, bytes: &[u8], kind: EventKind) -> Result<Event, JsonError> {
        let from = self.at;
        let mut at = from + 1;
        let mut escaped = false;
        loop {
            at = plain(bytes, at);
            match bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(Event {
                        kind,
                        from,
                        to: self.at,
                        escaped,
                    });
                }
                Some(b'\\') => {
                    escaped = true;
                    at += escape(bytes, at).map_err(|fault| JsonError { at, fault })?;
                }
                Some(0..0x20) => {
                    return Err(JsonError {
                        at,
                        fault: JsonFault::Text,
                    });
                }
                Some(_) => at += 1,
                None => {
                    return Err(JsonError {
                        at,
                        fault: JsonFault::End,
                    });
                }
            }
        }
    }
}

/// Length of the escape at `at`.
fn escape(bytes: &[u8], at: usize) -> Result<usize, JsonFault> {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
        Some(b'u') => match bytes.get(at + 2..at + 6) {
            Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => Ok(6),
            Some(_) => Err(JsonFault::Text),
            None => Err(JsonFault::End),
        },
        Some(_) => Err(JsonFault::Text),
        None => Err(JsonFault::End),
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The first byte from `at` on that is a quote, a backslash or a control character, or fewer than eight bytes before the end.
/// Eight bytes at a time: in each mask the lowest marked byte is truly one, so the lowest of all is.
#[inline]
fn plain(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let zero = |word: u64| word.wrapping_sub(ONES) & !word;
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let marks = (zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5c)) | control) & HIGHS;
        if marks != 0 {
            return at + (marks.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at
}

/// Whether bytes are one JSON text, from the first to the last: UTF-8, no deeper than [`DEEPEST`].
pub fn validate(bytes: &[u8]) -> Result<(), JsonError> {
    std::str::from_utf8(bytes).map_err(|error| JsonError {
        at: error.valid_up_to(),
        fault: JsonFault::NotUtf8,
    })?;
    let mut cursor = Cursor::new();
    while cursor.next(bytes)?.is_some() {}
    Ok(())
}
