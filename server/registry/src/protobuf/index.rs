//! Message indexes: which message of a schema's file follows.

use crate::{MOST_DEPTH, error::DecodeError};

/// Reads the indexes before a message; how many bytes they took.
pub(crate) fn parse(bytes: &[u8]) -> Result<(Vec<usize>, usize), DecodeError> {
    let mut at = 0;
    let count = number(bytes, &mut at)?;
    // No index at all is the short form of the first message.
    if count == 0 {
        return Ok((vec![0], at));
    }
    if count > MOST_DEPTH {
        return Err(DecodeError::Malformed {
            what: format!("{count} message indexes"),
            at: 0,
        });
    }
    let indexes = (0..count)
        .map(|_| number(bytes, &mut at))
        .collect::<Result<_, _>>()?;
    Ok((indexes, at))
}

/// The bytes before a message.
pub(crate) fn bytes(indexes: &[usize]) -> Vec<u8> {
    let mut out = Vec::with_capacity(indexes.len() + 1);
    if indexes == [0] {
        push(&mut out, 0);
    } else {
        push(&mut out, indexes.len());
        for index in indexes {
            push(&mut out, *index);
        }
    }
    out
}

fn push(out: &mut Vec<u8>, number: usize) {
    // Zigzag, as Avro's numbers are, although there are no negative ones.
    let mut rest = (number as u64) << 1;
    while rest >= 0x80 {
        out.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
}

fn number(bytes: &[u8], at: &mut usize) -> Result<usize, DecodeError> {
    let mut value = 0_u64;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.get(*at).ok_or(DecodeError::End {
            what: "the message indexes",
            at: *at,
        })?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return match value & 1 {
                0 => Ok(usize::try_from(value >> 1).unwrap_or(usize::MAX)),
                _ => Err(DecodeError::Malformed {
                    what: "a negative message index".to_owned(),
                    at: *at,
                }),
            };
        }
    }
    Err(DecodeError::Malformed {
        what: "a message index of more than 32 bits".to_owned(),
        at: *at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn as_confluent_writes_them() {
        assert_eq!(bytes(&[0]), [0]);
        assert_eq!(bytes(&[1]), [2, 2]);
        assert_eq!(bytes(&[1, 0]), [4, 2, 0]);
        assert_eq!(parse(&[0, 9]), Ok((vec![0], 1)));
        assert_eq!(parse(&[4, 2, 0, 9]), Ok((vec![1, 0], 3)));
        for wrong in [
            &[][..],
            &[2],
            &[1],
            &[0xff; 12],
            &[0xfe, 0xff, 0xff, 0xff, 0x0f],
        ] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn they_read_back(indexes in proptest::collection::vec(0_usize..1_000, 1..20)) {
            let bytes = bytes(&indexes);
            prop_assert_eq!(parse(&bytes), Ok((indexes, bytes.len())));
        }

        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            if let Ok((_, taken)) = parse(&bytes) {
                prop_assert!(taken <= bytes.len());
            }
        }
    }
}
