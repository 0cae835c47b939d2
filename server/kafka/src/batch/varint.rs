//! Zigzag numbers of variable length, as records carry their lengths and deltas (Kafka class `ByteUtils`).

/// Reads one from the front of `bytes` and moves it on; `None` where it is cut short or longer than ten bytes.
#[inline(always)]
pub(super) fn take(bytes: &mut &[u8]) -> Option<i64> {
    // Most lengths and deltas have one or two bytes.
    match **bytes {
        [one, ref rest @ ..] if one < 0x80 => {
            *bytes = rest;
            Some(unzigzag(u64::from(one)))
        }
        [one, two, ref rest @ ..] if two < 0x80 => {
            *bytes = rest;
            Some(unzigzag(u64::from(one & 0x7f) | u64::from(two) << 7))
        }
        _ => long(bytes),
    }
}

/// A length: -1 stands for null, anything below is nonsense.
#[inline(always)]
pub(super) fn take_length(bytes: &mut &[u8]) -> Option<Option<usize>> {
    match take(bytes)? {
        -1 => Some(None),
        length => usize::try_from(length).ok().map(Some),
    }
}

#[inline(never)]
fn long(bytes: &mut &[u8]) -> Option<i64> {
    let mut value = 0_u64;
    for (position, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f).checked_shl(7 * u32::try_from(position).ok()?)?;
        if byte & 0x80 == 0 {
            *bytes = bytes.get(position + 1..)?;
            return Some(unzigzag(value));
        }
    }
    None
}

#[inline(always)]
fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cut_and_endless_numbers_are_none() {
        for wrong in [&[][..], &[0x80], &[0xff, 0xff], &[0xff; 11]] {
            let mut rest = wrong;
            assert_eq!(take(&mut rest), None, "{wrong:?}");
        }
        let mut below = &[3_u8][..];
        assert_eq!(take_length(&mut below), None);
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(value in any::<i64>(), shift in 0_u32..64, tail in proptest::collection::vec(any::<u8>(), 0..4)) {
            let value = value >> shift;
            let mut bytes = Vec::new();
            super::super::encode::varint(&mut bytes, value);
            bytes.extend_from_slice(&tail);
            let mut rest = &bytes[..];
            prop_assert_eq!(take(&mut rest), Some(value));
            prop_assert_eq!(rest, &tail[..]);
        }
    }
}
