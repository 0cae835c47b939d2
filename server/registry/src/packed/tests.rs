//! What the two specifications give as examples, and hostile bytes.

mod forms;

use super::*;
use proptest::prelude::*;

const LIMIT: usize = 1 << 20;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|c| c.to_digit(16)).collect();
    digits
        .chunks(2)
        .map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap())
        .collect()
}

fn from_cbor(hex: &str) -> Result<String, DecodeError> {
    cbor(&bytes(hex), LIMIT)
}

fn from_message_pack(hex: &str) -> Result<String, DecodeError> {
    message_pack(&bytes(hex), LIMIT)
}

/// RFC 8949, appendix A, in its order.
const RFC_8949: &[(&str, &str)] = &[
    ("00", "0"),
    ("01", "1"),
    ("0a", "10"),
    ("17", "23"),
    ("1818", "24"),
    ("1819", "25"),
    ("1864", "100"),
    ("1903e8", "1000"),
    ("1a000f4240", "1000000"),
    ("1b000000e8d4a51000", "1000000000000"),
    ("1bffffffffffffffff", "18446744073709551615"),
    ("c249010000000000000000", "18446744073709551616"),
    ("3bffffffffffffffff", "-18446744073709551616"),
    ("c349010000000000000000", "-18446744073709551617"),
    ("20", "-1"),
    ("29", "-10"),
    ("3863", "-100"),
    ("3903e7", "-1000"),
    ("f90000", "0.0"),
    ("f98000", "-0.0"),
    ("f93c00", "1.0"),
    ("fb3ff199999999999a", "1.1"),
    ("f93e00", "1.5"),
    ("f97bff", "65504.0"),
    ("fa47c35000", "100000.0"),
    ("fa7f7fffff", "3.4028235e38"),
    ("fb7e37e43c8800759c", "1e300"),
    ("f90001", "5.9604645e-8"),
    ("f90400", "6.1035156e-5"),
    ("f9c400", "-4.0"),
    ("fbc010666666666666", "-4.1"),
    ("f97c00", "\"Infinity\""),
    ("f97e00", "\"NaN\""),
    ("f9fc00", "\"-Infinity\""),
    ("fa7f800000", "\"Infinity\""),
    ("fa7fc00000", "\"NaN\""),
    ("faff800000", "\"-Infinity\""),
    ("fb7ff0000000000000", "\"Infinity\""),
    ("fb7ff8000000000000", "\"NaN\""),
    ("fbfff0000000000000", "\"-Infinity\""),
    ("f4", "false"),
    ("f5", "true"),
    ("f6", "null"),
    ("f7", "null"),
    ("f0", "\"simple(16)\""),
    ("f8ff", "\"simple(255)\""),
    (
        "c074323031332d30332d32315432303a30343a30305a",
        "\"2013-03-21T20:04:00Z\"",
    ),
    ("c11a514b67b0", "1363896240"),
    ("c1fb41d452d9ec200000", "1363896240.5"),
    ("d74401020304", "\"AQIDBA==\""),
    ("d818456449455446", "\"ZElFVEY=\""),
    (
        "d82076687474703a2f2f7777772e6578616d706c652e636f6d",
        "\"http://www.example.com\"",
    ),
    ("40", "\"\""),
    ("4401020304", "\"AQIDBA==\""),
    ("60", "\"\""),
    ("6161", "\"a\""),
    ("6449455446", "\"IETF\""),
    ("62225c", "\"\\\"\\\\\""),
    ("62c3bc", "\"\u{fc}\""),
    ("63e6b0b4", "\"\u{6c34}\""),
    ("64f0908591", "\"\u{10151}\""),
    ("80", "[]"),
    ("83010203", "[1,2,3]"),
    ("8301820203820405", "[1,[2,3],[4,5]]"),
    (
        "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
        "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25]",
    ),
    ("a0", "{}"),
    ("a201020304", "{\"1\":2,\"3\":4}"),
    ("a26161016162820203", "{\"a\":1,\"b\":[2,3]}"),
    ("826161a161626163", "[\"a\",{\"b\":\"c\"}]"),
    (
        "a56161614161626142616361436164614461656145",
        "{\"a\":\"A\",\"b\":\"B\",\"c\":\"C\",\"d\":\"D\",\"e\":\"E\"}",
    ),
    ("5f42010243030405ff", "\"AQIDBAU=\""),
    ("7f657374726561646d696e67ff", "\"streaming\""),
    ("9fff", "[]"),
    ("9f018202039f0405ffff", "[1,[2,3],[4,5]]"),
    ("9f01820203820405ff", "[1,[2,3],[4,5]]"),
    ("83018202039f0405ff", "[1,[2,3],[4,5]]"),
    ("83019f0203ff820405", "[1,[2,3],[4,5]]"),
    (
        "9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff",
        "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25]",
    ),
    ("bf61610161629f0203ffff", "{\"a\":1,\"b\":[2,3]}"),
    ("826161bf61626163ff", "[\"a\",{\"b\":\"c\"}]"),
    ("bf6346756ef563416d7421ff", "{\"Fun\":true,\"Amt\":-2}"),
];

#[test]
fn the_examples_of_rfc_8949() {
    for (hex, json) in RFC_8949 {
        assert_eq!(from_cbor(hex).as_deref(), Ok(*json), "{hex}");
    }
}

#[test]
fn what_else_cbor_has() {
    for (hex, json) in [
        // Tags inside of one another, and one that only says that this is CBOR (RFC 8949 §3.4.6).
        ("d9d9f7a16161c101", "{\"a\":1}"),
        // Big numbers: zeros in front, nothing at all, in parts, and a tag that does not fit its value.
        ("c24400000100", "256"),
        ("c240", "0"),
        ("c340", "-1"),
        ("c35f4101420000ff", "-65537"),
        ("c26161", "\"a\""),
        // Keys of every kind.
        ("a1f6f5", "{\"null\":true}"),
        ("a14101f4", "{\"AQ==\":false}"),
        ("a1f93e0000", "{\"1.5\":0}"),
        ("a1f97e0000", "{\"NaN\":0}"),
        ("a182616101f6", "{\"[\\\"a\\\",1]\":null}"),
        (
            "a1a1a1010203f6",
            "{\"{\\\"{\\\\\\\"1\\\\\\\":2}\\\":3}\":null}",
        ),
        ("a17f61616162ff01", "{\"ab\":1}"),
        // Escapes at the borders of parts.
        ("7f6122615c60610aff", "\"\\\"\\\\\\n\""),
        ("7fff", "\"\""),
        ("5fff", "\"\""),
        ("bfff", "{}"),
    ] {
        assert_eq!(from_cbor(hex).as_deref(), Ok(json), "{hex}");
    }
}

/// RFC 8949, appendix F: what is not well-formed, each with the kind of its error.
#[test]
fn what_is_not_well_formed_is_refused() {
    let ends = "18 19 1a 1b 1901 1a0102 1b01020304050607 38 58 78 98 9a01ff00 b8 d8 f8 f900 fa0000 fb000000 41 61 \
        5affffffff00 5bffffffffffffffff010203 7affffffff00 7b7fffffffffffffff010203 81 818181818181818181 8200 a1 a20102 \
        a100 a2000000 c0 5f4100 7f6100 9f 9f0102 bf bf01020102 819f 9f8000 9f9f9f9f9fffffffff 9f819f819f9fffffff";
    for hex in ends.split_ascii_whitespace() {
        assert!(
            matches!(from_cbor(hex), Err(DecodeError::End { .. })),
            "{hex}: {:?}",
            from_cbor(hex)
        );
    }
    let wrong = "1c 1d 1e 3c 3d 3e 5c 5d 5e 7c 7d 7e 9c 9d 9e bc bd be dc dd de fc fd fe f800 f801 f818 f81f 5f00ff 5f21ff \
        5f6100ff 5f80ff 5fa0ff 5fc000ff 5fe0ff 7f4100ff 5f5f4100ffff 7f7f6100ffff ff 81ff 8200ff a1ff a1ff00 a100ff \
        a20000ff 9f81ff 9f829f819f9fffffffff bf00ff bf000000ff 1f 3f df";
    for hex in wrong.split_ascii_whitespace() {
        assert!(
            matches!(
                from_cbor(hex),
                Err(DecodeError::Malformed { .. } | DecodeError::End { .. })
            ),
            "{hex}: {:?}",
            from_cbor(hex)
        );
    }
}

#[test]
fn every_format_of_message_pack() {
    for (hex, json) in [
        ("00", "0"),
        ("7f", "127"),
        ("ff", "-1"),
        ("e0", "-32"),
        ("c0", "null"),
        ("c2", "false"),
        ("c3", "true"),
        ("ccff", "255"),
        ("cdffff", "65535"),
        ("ceffffffff", "4294967295"),
        ("cfffffffffffffffff", "18446744073709551615"),
        ("d080", "-128"),
        ("d07f", "127"),
        ("d18000", "-32768"),
        ("d280000000", "-2147483648"),
        ("d38000000000000000", "-9223372036854775808"),
        ("d37fffffffffffffff", "9223372036854775807"),
        ("ca3fc00000", "1.5"),
        ("ca3dcccccd", "0.1"),
        ("cb3fb999999999999a", "0.1"),
        ("ca7fc00000", "\"NaN\""),
        ("cbfff0000000000000", "\"-Infinity\""),
        ("a0", "\"\""),
        ("a3e6b0b4", "\"\u{6c34}\""),
        ("d90161", "\"a\""),
        ("da000161", "\"a\""),
        ("db0000000161", "\"a\""),
        ("c400", "\"\""),
        ("c40401020304", "\"AQIDBA==\""),
        ("c500020102", "\"AQI=\""),
        ("c60000000101", "\"AQ==\""),
        ("90", "[]"),
        ("9301a161c0", "[1,\"a\",null]"),
        ("dc00020102", "[1,2]"),
        ("dd0000000101", "[1]"),
        ("80", "{}"),
        // The example of msgpack.org.
        (
            "82a7636f6d70616374c3a6736368656d6100",
            "{\"compact\":true,\"schema\":0}",
        ),
        ("de0001a16101", "{\"a\":1}"),
        ("df00000001a16101", "{\"a\":1}"),
        // Keys that are no texts.
        ("8101c3", "{\"1\":true}"),
        ("81c0c3", "{\"null\":true}"),
        ("81920102c3", "{\"[1,2]\":true}"),
        ("81c40101c3", "{\"AQ==\":true}"),
        // Extensions.
        ("d40501", "{\"type\":5,\"data\":\"AQ==\"}"),
        ("d5800102", "{\"type\":-128,\"data\":\"AQI=\"}"),
        ("d60501020304", "{\"type\":5,\"data\":\"AQIDBA==\"}"),
        (
            "d8050102030405060708090a0b0c0d0e0f10",
            "{\"type\":5,\"data\":\"AQIDBAUGBwgJCgsMDQ4PEA==\"}",
        ),
        ("c70007", "{\"type\":7,\"data\":\"\"}"),
        ("c8000107ff", "{\"type\":7,\"data\":\"/w==\"}"),
        ("c90000000107ff", "{\"type\":7,\"data\":\"/w==\"}"),
    ] {
        assert_eq!(from_message_pack(hex).as_deref(), Ok(json), "{hex}");
    }
}

#[test]
fn timestamps_of_message_pack() {
    for (hex, json) in [
        ("d6ff00000000", "\"1970-01-01T00:00:00Z\""),
        ("d6ffffffffff", "\"2106-02-07T06:28:15Z\""),
        // 1.5 seconds: nanoseconds in the upper 30 bits.
        ("d7ff7735940000000001", "\"1970-01-01T00:00:01.5Z\""),
        ("d7ff0000000400000000", "\"1970-01-01T00:00:00.000000001Z\""),
        ("c70cff00000000ffffffffffffffff", "\"1969-12-31T23:59:59Z\""),
        (
            "c70cff3b9ac9ff0000000000000000",
            "\"1970-01-01T00:00:00.999999999Z\"",
        ),
        // Too many nanoseconds, beyond the calendar, of no known length.
        (
            "c70cff3b9aca000000000000000000",
            "{\"type\":-1,\"data\":\"O5rKAAAAAAAAAAAA\"}",
        ),
        (
            "c70cff000000007fffffffffffffff",
            "{\"type\":-1,\"data\":\"AAAAAH//////////\"}",
        ),
        ("d4ff00", "{\"type\":-1,\"data\":\"AA==\"}"),
        ("81d6ff00000000c0", "{\"1970-01-01T00:00:00Z\":null}"),
    ] {
        assert_eq!(from_message_pack(hex).as_deref(), Ok(json), "{hex}");
    }
}

#[test]
fn broken_message_pack_says_where() {
    for (hex, error) in [
        (
            "",
            DecodeError::End {
                what: "a value",
                at: 0,
            },
        ),
        (
            "92",
            DecodeError::End {
                what: "a list",
                at: 1,
            },
        ),
        (
            "9201",
            DecodeError::End {
                what: "a list",
                at: 1,
            },
        ),
        (
            "dfffffffff",
            DecodeError::End {
                what: "a map",
                at: 5,
            },
        ),
        (
            "8101",
            DecodeError::End {
                what: "a map",
                at: 1,
            },
        ),
        (
            "a361",
            DecodeError::End {
                what: "a text",
                at: 1,
            },
        ),
        (
            "dbffffffff",
            DecodeError::End {
                what: "a text",
                at: 5,
            },
        ),
        (
            "c6ffffffff00",
            DecodeError::End {
                what: "bytes",
                at: 5,
            },
        ),
        (
            "d7ff00",
            DecodeError::End {
                what: "an extension",
                at: 2,
            },
        ),
        (
            "cb00",
            DecodeError::End {
                what: "a number",
                at: 1,
            },
        ),
        ("0000", DecodeError::LeftOver { left: 1 }),
        (
            "91c1",
            malformed("the byte c1, which MessagePack never uses", 1),
        ),
        ("92a161a26180", malformed("a text that is not UTF-8", 5)),
    ] {
        assert_eq!(from_message_pack(hex), Err(error), "{hex}");
    }
    assert_eq!(
        from_cbor("8262c3bc6261ff"),
        Err(malformed("a text that is not UTF-8", 6))
    );
    // A character must not reach from one part into the next.
    assert_eq!(
        from_cbor("7f61c361bcff"),
        Err(malformed("a text that is not UTF-8", 2))
    );
}

#[test]
fn nesting_has_a_bound() {
    type Read = fn(&[u8], usize) -> Result<String, DecodeError>;
    let nested = |read: Read, begin: u8, item: u8, end: &[u8], depth: usize| {
        let bytes = [vec![begin; depth], vec![item], end.repeat(depth)].concat();
        read(&bytes, LIMIT)
    };
    let lists: [(Read, u8, u8, &[u8]); 3] = [
        (message_pack, 0x91, 0xc0, &[]),
        (cbor, 0x81, 0xf6, &[]),
        (cbor, 0x9f, 0xf6, &[0xff]),
    ];
    for (read, begin, item, end) in lists {
        assert!(nested(read, begin, item, end, MOST_DEPTH).is_ok());
        for depth in [MOST_DEPTH + 1, 1 << 20] {
            assert_eq!(
                nested(read, begin, item, end, depth),
                Err(DecodeError::TooDeep { limit: MOST_DEPTH })
            );
        }
    }
    // Maps as keys of maps: what is quoted again and again doubles with every level, and ends at the bound of the text.
    let maps: [(Read, u8, u8, &[u8]); 3] = [
        (message_pack, 0x81, 0xc0, &[0xc0]),
        (cbor, 0xa1, 0xf6, &[0xf6]),
        (cbor, 0xbf, 0xf6, &[0xf6, 0xff]),
    ];
    for (read, begin, item, end) in maps {
        assert!(nested(read, begin, item, end, 8).is_ok());
        assert_eq!(
            nested(read, begin, item, end, MOST_DEPTH),
            Err(DecodeError::TooLong { limit: LIMIT })
        );
    }
    // Tags are not nesting.
    let mut tags = vec![0xc1; 1 << 20];
    tags.push(0x07);
    assert_eq!(cbor(&tags, LIMIT).as_deref(), Ok("7"));
}

#[test]
fn big_numbers_have_a_bound() {
    let number = |tag: u8, length: u16| {
        let mut bytes = vec![tag, 0x59];
        bytes.extend(length.to_be_bytes());
        bytes.extend(vec![0xff; usize::from(length)]);
        cbor(&bytes, LIMIT)
    };
    // 256 to the power of 1,023 has 2,464 digits.
    assert_eq!(number(0xc2, 1023).unwrap().len(), 2464);
    assert_eq!(number(0xc3, 1023).unwrap().len(), 2465);
    for tag in [0xc2, 0xc3] {
        assert!(matches!(
            number(tag, 1024),
            Err(DecodeError::Malformed { at: 1, .. })
        ));
    }
    assert_eq!(
        from_cbor("c250ffffffffffffffffffffffffffffffff").unwrap(),
        u128::MAX.to_string()
    );
}

proptest! {
    #[test]
    fn any_bytes_are_survived(mut bytes: Vec<u8>, first in prop::sample::select(vec![0x81, 0x82, 0x92, 0x9f, 0xa1, 0xbf, 0xc2, 0xdc, 0xdf]), limit in 0_usize..200) {
        for _ in 0..2 {
            for read in [message_pack, cbor] {
                match read(&bytes, limit) {
                    Ok(json) => {
                        prop_assert!(json.len() <= limit);
                        prop_assert!(penstock_domain::json::validate(json.as_bytes()).is_ok(), "{}", json);
                    }
                    Err(DecodeError::End { at, .. } | DecodeError::Malformed { at, .. }) => prop_assert!(at <= bytes.len()),
                    Err(DecodeError::LeftOver { left }) => prop_assert!(left < bytes.len()),
                    Err(DecodeError::TooDeep { .. } | DecodeError::TooLong { .. }) => {}
                }
            }
            // Something with parts in front, so that more of the bytes are looked at.
            bytes.insert(0, first);
        }
    }
}
