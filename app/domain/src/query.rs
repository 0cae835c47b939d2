//! What a list's URL asks for: filter, state, sort, page. One type for pages and API; the raw query string is parsed here,
//! because the router decodes twice and would turn `%2525` into `%` (decision 12).

use serde::{Deserialize, Serialize};

/// Rows per page unless asked otherwise.
pub const DEFAULT_PAGE_SIZE: u32 = 50;
/// Most rows that one page may have.
pub const MAX_PAGE_SIZE: u32 = 500;
/// Longest filter text that is looked at.
pub const MAX_FILTER_CHARS: usize = 500;

/// What a list shall show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ListQuery {
    /// Text that the name must contain, letter case aside.
    pub q: String,
    /// Only rows in this state; `None` is all.
    pub state: Option<String>,
    /// Column name, with `-` before it for descending.
    pub sort: Option<String>,
    /// Rows per page.
    pub size: Option<u32>,
    /// Cursor from the previous answer.
    pub after: Option<String>,
}

/// Order of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Column.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

impl ListQuery {
    /// Reads the raw query string of a request (without `?`); unknown keys are left to others, bad numbers fall back.
    pub fn parse(raw: &str) -> Self {
        let mut query = Self::default();
        for (key, value) in pairs(raw) {
            match key.as_str() {
                "q" => query.q = value.chars().take(MAX_FILTER_CHARS).collect(),
                "state" if !value.is_empty() => query.state = Some(value),
                "sort" if !value.is_empty() => query.sort = Some(value),
                "size" | "page[size]" => query.size = value.parse().ok(),
                "after" | "page[after]" if !value.is_empty() => query.after = Some(value),
                _ => {}
            }
        }
        query
    }

    /// Writes it back, leaving out what is default; begins without `?`.
    pub fn to_query_string(&self) -> String {
        let size = self.size.map(|size| size.to_string());
        let fields = [
            ("q", Some(self.q.as_str()).filter(|q| !q.is_empty())),
            ("state", self.state.as_deref()),
            ("sort", self.sort.as_deref()),
            ("size", size.as_deref()),
            ("after", self.after.as_deref()),
        ];
        let mut out = String::new();
        for (key, value) in fields {
            let Some(value) = value else { continue };
            if !out.is_empty() {
                out.push('&');
            }
            out.push_str(key);
            out.push('=');
            out.push_str(&encode(value));
        }
        out
    }

    /// Rows per page within bounds.
    pub fn page_size(&self) -> usize {
        self.size
            .unwrap_or(DEFAULT_PAGE_SIZE)
            .clamp(1, MAX_PAGE_SIZE) as usize
    }

    /// The sort column and direction, if one was asked for.
    pub fn sorting(&self) -> Option<Sort> {
        let sort = self.sort.as_deref()?;
        let (column, descending) = match sort.strip_prefix('-') {
            Some(column) => (column, true),
            None => (sort, false),
        };
        Some(Sort {
            column: column.to_owned(),
            descending,
        })
    }

    /// The same list from its first page.
    pub fn first_page(&self) -> Self {
        Self {
            after: None,
            ..self.clone()
        }
    }
}

/// The decoded pairs of a raw query string, in order.
pub fn pairs(raw: &str) -> impl Iterator<Item = (String, String)> + '_ {
    raw.split('&').filter(|part| !part.is_empty()).map(|part| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        (decode(key), decode(value))
    })
}

/// The first value of `key` in a raw query string.
pub fn value_of(raw: &str, key: &str) -> Option<String> {
    pairs(raw)
        .find(|(name, _)| name == key)
        .map(|(_, value)| value)
}

/// Percent-decodes once, `+` as a space; bytes that are no UTF-8 become the replacement character.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        let hex = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
        match (byte, hex(index + 1), hex(index + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                index += 3;
            }
            (b'+', _, _) => {
                out.push(b' ');
                index += 1;
            }
            _ => {
                out.push(byte);
                index += 1;
            }
        }
    }
    String::from_utf8(out)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Percent-encodes everything but unreserved characters (RFC 3986 §2.3): safe as a query value and as one path segment,
/// but for `.` and `..`, which no encoding makes safe in a path.
pub fn encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_both_spellings_of_pages() {
        let query = ListQuery::parse("q=a%20b&page[size]=10&sort=-size&state=drifted");
        assert_eq!(
            (query.q.as_str(), query.size, query.page_size()),
            ("a b", Some(10), 10)
        );
        assert_eq!(
            query.sorting(),
            Some(Sort {
                column: "size".into(),
                descending: true
            })
        );
        assert_eq!(ListQuery::parse("page%5Bsize%5D=0").page_size(), 1);
        assert_eq!(
            ListQuery::parse("size=many").page_size(),
            DEFAULT_PAGE_SIZE as usize
        );
    }

    #[test]
    fn decodes_once() {
        assert_eq!(decode("%2525"), "%25");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%zz%4"), "%zz%4");
    }

    proptest! {
        #[test]
        fn any_text_survives_the_url(q in "\\PC{0,60}", after in "\\PC{1,20}") {
            let query = ListQuery { q, after: Some(after), ..ListQuery::default() };
            prop_assert_eq!(ListQuery::parse(&query.to_query_string()), query);
        }
    }
}
