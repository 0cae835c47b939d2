//! Snappy: as Java's producers frame it (`xerial`, blocks with a length in front) and plain, as most others write it.

use super::{Limits, Scratch, corrupt};
use crate::batch::FaultKind;
use penstock_domain::record::Codec;

/// Before two version numbers of four bytes each (class `org.xerial.snappy.SnappyCodec`).
const MAGIC: [u8; 8] = *b"\x82SNAPPY\0";

pub(super) fn inflate(
    data: &[u8],
    scratch: &mut Scratch,
    limits: &Limits,
) -> Result<(), FaultKind> {
    let Some(framed) = data.strip_prefix(&MAGIC) else {
        return block(data, scratch, limits);
    };
    let cut = || corrupt(Codec::Snappy, "a block is cut short");
    let (_versions, mut rest) = framed.split_first_chunk::<8>().ok_or_else(cut)?;
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
        let length = i32::from_be_bytes(*length);
        let length = usize::try_from(length)
            .map_err(|_| corrupt(Codec::Snappy, "a block's length is negative"))?;
        let (data, after) = after.split_at_checked(length).ok_or_else(cut)?;
        block(data, scratch, limits)?;
        rest = after;
    }
    Ok(())
}

fn block(data: &[u8], scratch: &mut Scratch, limits: &Limits) -> Result<(), FaultKind> {
    let wrong = |error: snap::Error| corrupt(Codec::Snappy, error);
    let size = snap::raw::decompress_len(data).map_err(wrong)?;
    scratch.grow(scratch.filled.saturating_add(size), limits)?;
    let written = snap::raw::Decoder::new()
        .decompress(data, scratch.free())
        .map_err(wrong)?;
    scratch.filled += written;
    Ok(())
}
