//! LZ4 frames, walked here so that blocks are inflated straight into the buffer (`lz4_Frame_format.md` of the LZ4 project).
//!
//! The frame's own checksums are passed over: the batch's checksum covers the same bytes.

use super::{Limits, Scratch, corrupt};
use crate::batch::FaultKind;
use lz4_flex::block::{DecompressError, decompress_into, decompress_into_with_dict};
use penstock_domain::record::Codec;

const MAGIC: u32 = 0x184D_2204;
/// Frames to be skipped have one of sixteen numbers.
const SKIPPED: u32 = 0x184D_2A50;
/// How far back a block may refer.
const WINDOW: usize = 64 * 1024;
/// A block's length says by this bit that it is stored as it is.
const STORED: u32 = 1 << 31;

pub(super) fn inflate(
    mut data: &[u8],
    scratch: &mut Scratch,
    limits: &Limits,
) -> Result<(), FaultKind> {
    // Good for most; grows in steps.
    scratch.grow(data.len().saturating_mul(4).min(limits.inflated), limits)?;
    if data.is_empty() {
        return Err(cut());
    }
    while !data.is_empty() {
        let magic = number(&mut data)?;
        if magic & !0xf == SKIPPED {
            let length = number(&mut data)?;
            skip(&mut data, length as usize)?;
        } else if magic == MAGIC {
            frame(&mut data, scratch, limits)?;
        } else {
            return Err(wrong("it is no LZ4 frame"));
        }
    }
    Ok(())
}

fn frame(data: &mut &[u8], scratch: &mut Scratch, limits: &Limits) -> Result<(), FaultKind> {
    let [flags, sizes] = *take::<2>(data)?;
    if flags >> 6 != 1 {
        return Err(wrong("the frame's version is unknown"));
    }
    let independent = flags & 1 << 5 != 0;
    let block_checksums = flags & 1 << 4 != 0;
    let content_size = flags & 1 << 3 != 0;
    let content_checksum = flags & 1 << 2 != 0;
    let dictionary = flags & 1 != 0;
    if dictionary {
        return Err(wrong("the frame needs a dictionary"));
    }
    let most = match sizes >> 4 & 7 {
        size @ 4..=7 => 1 << (8 + 2 * size),
        _ => return Err(wrong("the frame's block size is unknown")),
    };
    // Content size where it is given, and the checksum of this head.
    skip(data, if content_size { 9 } else { 1 })?;
    let began = scratch.filled;
    loop {
        let length = number(data)?;
        if length == 0 {
            break;
        }
        let stored = length & STORED != 0;
        let length = (length & !STORED) as usize;
        let (block, rest) = data.split_at_checked(length).ok_or_else(cut)?;
        *data = rest;
        if stored {
            if length > most {
                return Err(wrong("a block is larger than the frame allows"));
            }
            copy(block, scratch, limits)?;
        } else {
            let from = if independent { scratch.filled } else { began };
            inflate_block(block, from, most, scratch, limits)?;
        }
        if block_checksums {
            skip(data, 4)?;
        }
    }
    if content_checksum {
        skip(data, 4)?;
    }
    Ok(())
}

fn copy(block: &[u8], scratch: &mut Scratch, limits: &Limits) -> Result<(), FaultKind> {
    scratch.grow(scratch.filled.saturating_add(block.len()), limits)?;
    let room = scratch.free().get_mut(..block.len()).ok_or_else(cut)?;
    room.copy_from_slice(block);
    scratch.filled += block.len();
    Ok(())
}

/// Inflates one block that may refer to what was written since `from`, at most to `most` bytes.
fn inflate_block(
    block: &[u8],
    from: usize,
    most: usize,
    scratch: &mut Scratch,
    limits: &Limits,
) -> Result<(), FaultKind> {
    loop {
        let filled = scratch.filled;
        let (before, room) = scratch
            .buffer
            .split_at_mut_checked(filled)
            .ok_or_else(cut)?;
        let available = room.len().min(most);
        let room = room.get_mut(..available).ok_or_else(cut)?;
        let known = before
            .get(from.max(filled.saturating_sub(WINDOW))..)
            .unwrap_or_default();
        let result = if known.is_empty() {
            decompress_into(block, room)
        } else {
            decompress_into_with_dict(block, room, known)
        };
        match result {
            Ok(written) => {
                scratch.filled += written;
                return Ok(());
            }
            Err(DecompressError::OutputTooSmall { .. }) if available < most => {
                // The block fits into its frame's size, so this ends: with room for it, or at the limit.
                let wanted = filled.saturating_add(most).min(limits.inflated);
                if wanted <= filled.saturating_add(available) {
                    return Err(FaultKind::TooLarge {
                        limit: limits.inflated,
                    });
                }
                scratch.grow(wanted, limits)?;
            }
            Err(error) => return Err(wrong(error)),
        }
    }
}

fn wrong(cause: impl std::fmt::Display) -> FaultKind {
    corrupt(Codec::Lz4, cause)
}

fn cut() -> FaultKind {
    wrong("the frame is cut short")
}

fn take<'a, const N: usize>(data: &mut &'a [u8]) -> Result<&'a [u8; N], FaultKind> {
    let (taken, rest) = data.split_first_chunk::<N>().ok_or_else(cut)?;
    *data = rest;
    Ok(taken)
}

fn number(data: &mut &[u8]) -> Result<u32, FaultKind> {
    take::<4>(data).map(|bytes| u32::from_le_bytes(*bytes))
}

fn skip(data: &mut &[u8], length: usize) -> Result<(), FaultKind> {
    let (_, rest) = data.split_at_checked(length).ok_or_else(cut)?;
    *data = rest;
    Ok(())
}
