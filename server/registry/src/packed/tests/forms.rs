//! Made-up values, written in every form that the formats have for them, and read back.

use super::LIMIT;
use crate::{
    error::DecodeError,
    packed::{cbor, message_pack},
};
use proptest::prelude::*;
use std::fmt::Write as _;

/// A value that both formats can hold.
#[derive(Clone, Debug)]
enum Sample {
    Null,
    Truth(bool),
    Whole(i64),
    Double(f64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Sample>),
    Map(Vec<(Sample, Sample)>),
}

fn sample() -> impl Strategy<Value = Sample> {
    let leaf = prop_oneof![
        Just(Sample::Null),
        any::<bool>().prop_map(Sample::Truth),
        any::<i64>().prop_map(Sample::Whole),
        (-40_i64..300).prop_map(Sample::Whole),
        any::<f64>().prop_map(Sample::Double),
        "\\PC{0,40}|[\\x00-\\x7f]{0,40}".prop_map(Sample::Text),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(Sample::Bytes),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..20).prop_map(Sample::List),
            prop::collection::vec((inner.clone(), inner), 0..20).prop_map(Sample::Map),
        ]
    })
}

/// The JSON that must come out.
fn json_of(sample: &Sample) -> String {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let joined = |parts: Vec<String>| parts.join(",");
    match sample {
        Sample::Null => "null".to_owned(),
        Sample::Truth(truth) => truth.to_string(),
        Sample::Whole(number) => number.to_string(),
        Sample::Double(number) if number.is_nan() => "\"NaN\"".to_owned(),
        Sample::Double(number) if number.is_infinite() => {
            format!("\"{}Infinity\"", if *number < 0.0 { "-" } else { "" })
        }
        Sample::Double(number) => format!("{number:?}"),
        Sample::Text(text) => quoted(text),
        Sample::Bytes(bytes) => format!("\"{}\"", BASE64_STANDARD.encode(bytes)),
        Sample::List(items) => format!("[{}]", joined(items.iter().map(json_of).collect())),
        Sample::Map(members) => {
            let member = |(key, value): &(Sample, Sample)| {
                let key = json_of(key);
                let key = if key.starts_with('"') {
                    key
                } else {
                    quoted(&key)
                };
                format!("{key}:{}", json_of(value))
            };
            format!("{{{}}}", joined(members.iter().map(member).collect()))
        }
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..' ' => write!(out, "\\u{:04x}", u32::from(c)).unwrap(),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Choices of the form that something is written in.
struct Forms(u64);

impl Forms {
    fn one_of(&mut self, count: u64) -> u64 {
        // The generator of Knuth's MMIX: any will do.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }
}

/// The last bytes of a number.
fn tail(number: u64, width: usize) -> Vec<u8> {
    number.to_be_bytes()[8 - width..].to_vec()
}

/// The head of an item with any width that holds the argument.
fn head(out: &mut Vec<u8>, forms: &mut Forms, major: u8, argument: u64) {
    let least = match argument {
        0..24 => 0,
        24..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xffff_ffff => 3,
        _ => 4,
    };
    match least + forms.one_of(5 - least) {
        0 => out.push(major << 5 | u8::try_from(argument).unwrap()),
        form => {
            let power = u8::try_from(form - 1).unwrap();
            out.push(major << 5 | (24 + power));
            out.extend(tail(argument, 1 << power));
        }
    }
}

fn length(items: usize) -> u64 {
    u64::try_from(items).unwrap()
}

fn write_cbor(out: &mut Vec<u8>, forms: &mut Forms, sample: &Sample) {
    if forms.one_of(8) == 0 {
        head(out, forms, 6, 55_799);
    }
    let in_parts = forms.one_of(3) == 0;
    match sample {
        Sample::Null => out.push(if in_parts { 0xf7 } else { 0xf6 }),
        Sample::Truth(truth) => out.push(0xf4 + u8::from(*truth)),
        Sample::Whole(number) if in_parts => {
            // As a big number.
            let (tag, bits) = match u64::try_from(*number) {
                Ok(bits) => (2, bits),
                Err(_) => (3, (!*number).cast_unsigned()),
            };
            head(out, forms, 6, tag);
            head(out, forms, 2, 8);
            out.extend(bits.to_be_bytes());
        }
        Sample::Whole(number) => match u64::try_from(*number) {
            Ok(bits) => head(out, forms, 0, bits),
            Err(_) => head(out, forms, 1, (!*number).cast_unsigned()),
        },
        Sample::Double(number) => {
            out.push(0xfb);
            out.extend(number.to_be_bytes());
        }
        Sample::Text(text) if in_parts => {
            out.push(0x7f);
            for c in text.chars() {
                let part = c.to_string();
                head(out, forms, 3, length(part.len()));
                out.extend(part.into_bytes());
            }
            out.push(0xff);
        }
        Sample::Text(text) => {
            head(out, forms, 3, length(text.len()));
            out.extend(text.bytes());
        }
        Sample::Bytes(bytes) if in_parts => {
            out.push(0x5f);
            for part in bytes.chunks(7) {
                head(out, forms, 2, length(part.len()));
                out.extend(part);
            }
            out.push(0xff);
        }
        Sample::Bytes(bytes) => {
            head(out, forms, 2, length(bytes.len()));
            out.extend(bytes);
        }
        Sample::List(items) => {
            if in_parts {
                out.push(0x9f);
            } else {
                head(out, forms, 4, length(items.len()));
            }
            for item in items {
                write_cbor(out, forms, item);
            }
            out.extend(in_parts.then_some(0xff));
        }
        Sample::Map(members) => {
            if in_parts {
                out.push(0xbf);
            } else {
                head(out, forms, 5, length(members.len()));
            }
            for (key, value) in members {
                write_cbor(out, forms, key);
                write_cbor(out, forms, value);
            }
            out.extend(in_parts.then_some(0xff));
        }
    }
}

/// Something with a length or count: in the first byte where it fits, or in one of the given widths behind a byte of its own.
fn sized(
    out: &mut Vec<u8>,
    forms: &mut Forms,
    count: usize,
    (base, most): (u8, usize),
    wide: &[(u8, usize)],
) {
    let fits: Vec<&(u8, usize)> = wide
        .iter()
        .filter(|(_, width)| count >> (8 * width).min(63) == 0)
        .collect();
    if count <= most && forms.one_of(2) == 0 {
        out.push(base | u8::try_from(count).unwrap());
        return;
    }
    let choice = usize::try_from(forms.one_of(length(fits.len()))).unwrap();
    out.push(fits[choice].0);
    out.extend(tail(length(count), fits[choice].1));
}

fn write_message_pack(out: &mut Vec<u8>, forms: &mut Forms, sample: &Sample) {
    match sample {
        Sample::Null => out.push(0xc0),
        Sample::Truth(truth) => out.push(0xc2 + u8::from(*truth)),
        Sample::Whole(number) => {
            let signed = |width: u32| {
                let half = 1_i128 << (8 * width - 1);
                (-half..half).contains(&i128::from(*number))
            };
            let widths = [(0xd0, 1), (0xd1, 2), (0xd2, 4), (0xd3, 8)];
            let unsigned = [(0xcc, 1), (0xcd, 2), (0xce, 4), (0xcf, 8)];
            let all: Vec<(u8, u32)> = widths
                .into_iter()
                .filter(|(_, width)| signed(*width))
                .chain(unsigned.into_iter().filter(|(_, width)| {
                    *number >= 0 && i128::from(*number) < 1_i128 << (8 * width)
                }))
                .collect();
            if (-32..128).contains(number) && forms.one_of(2) == 0 {
                out.push(i8::try_from(*number).unwrap().cast_unsigned());
                return;
            }
            let (byte, width) = all[usize::try_from(forms.one_of(length(all.len()))).unwrap()];
            out.push(byte);
            out.extend(tail(
                number.cast_unsigned(),
                usize::try_from(width).unwrap(),
            ));
        }
        Sample::Double(number) => {
            out.push(0xcb);
            out.extend(number.to_be_bytes());
        }
        Sample::Text(text) => {
            let wide = [(0xd9, 1), (0xda, 2), (0xdb, 4)];
            sized(out, forms, text.len(), (0xa0, 31), &wide);
            out.extend(text.bytes());
        }
        Sample::Bytes(bytes) => {
            let wide = [(0xc4, 1), (0xc5, 2), (0xc6, 4)];
            let choice = usize::try_from(forms.one_of(3)).unwrap();
            out.push(wide[choice].0);
            out.extend(tail(length(bytes.len()), wide[choice].1));
            out.extend(bytes);
        }
        Sample::List(items) => {
            sized(out, forms, items.len(), (0x90, 15), &[(0xdc, 2), (0xdd, 4)]);
            for item in items {
                write_message_pack(out, forms, item);
            }
        }
        Sample::Map(members) => {
            sized(
                out,
                forms,
                members.len(),
                (0x80, 15),
                &[(0xde, 2), (0xdf, 4)],
            );
            for (key, value) in members {
                write_message_pack(out, forms, key);
                write_message_pack(out, forms, value);
            }
        }
    }
}

proptest! {
    #[test]
    fn values_in_every_form(sample in sample(), seed: u64) {
        let (json, mut forms) = (json_of(&sample), Forms(seed));
        let mut bytes = Vec::new();
        write_cbor(&mut bytes, &mut forms, &sample);
        // Numbers ask for some room in advance.
        prop_assert_eq!(&cbor(&bytes, json.len() + 48), &Ok(json.clone()));
        bytes.push(0);
        prop_assert_eq!(cbor(&bytes, LIMIT), Err(DecodeError::LeftOver { left: 1 }));
        let mut bytes = Vec::new();
        write_message_pack(&mut bytes, &mut forms, &sample);
        prop_assert_eq!(&message_pack(&bytes, json.len() + 48), &Ok(json.clone()));
        prop_assert_eq!(
            message_pack(&bytes, json.len() - 1),
            Err(DecodeError::TooLong { limit: json.len() - 1 })
        );
        // Cut short anywhere it is not a value.
        for end in 0..bytes.len().min(200) {
            prop_assert!(message_pack(&bytes[..end], LIMIT).is_err());
        }
    }
}
