//! Decompression into one buffer that is used again and again, and never beyond a limit.
//!
//! Every codec writes straight into the buffer: no second copy, no window of its own that a hostile frame could make large.
//! Output is bounded by [`Limits::inflated`] and not by what a frame announces.

mod lz4;
mod snappy;

use super::FaultKind;
use penstock_domain::record::Codec;
use std::{fmt, io::Read};
use zstd::zstd_safe;

/// Most that is taken from a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that the records of one batch may inflate to. A broker's `message.max.bytes` is 1 MiB unless somebody raised it.
    pub inflated: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            inflated: 32 * 1024 * 1024,
        }
    }
}

/// A buffer that grew beyond this is given back once a batch fits into less.
const KEEP: usize = 2 * 1024 * 1024;
/// The buffer begins with this.
const LEAST: usize = 64 * 1024;

/// Where batches are inflated to: one per worker, used for one batch after the other.
#[derive(Default)]
pub struct Scratch {
    /// Written to its end at all times, so that it can be handed out as a slice.
    buffer: Vec<u8>,
    /// Bytes of the last batch.
    filled: usize,
    zstd: Option<zstd_safe::DCtx<'static>>,
}

impl Scratch {
    /// Takes no memory yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes that it holds on to.
    pub fn capacity(&self) -> usize {
        self.buffer.capacity()
    }

    /// Forgets the last batch, and gives back what only an unusually large one needed.
    fn begin(&mut self, limits: &Limits) {
        let too_long = self.buffer.len() > limits.inflated;
        if too_long || (self.buffer.len() > KEEP && self.filled <= KEEP) {
            self.buffer = Vec::new();
        }
        self.filled = 0;
    }

    /// Makes the buffer at least `wanted` long, in large steps, keeping what is filled.
    fn grow(&mut self, wanted: usize, limits: &Limits) -> Result<(), FaultKind> {
        let limit = limits.inflated;
        if wanted > limit {
            return Err(FaultKind::TooLarge { limit });
        }
        if self.buffer.len() < wanted {
            let length = wanted
                .max(self.buffer.len().saturating_mul(2))
                .max(LEAST)
                .min(limit);
            if self.filled == 0 {
                // Fresh pages, which take no memory before they are written.
                self.buffer = Vec::new();
                self.buffer = vec![0; length];
            } else {
                self.buffer.reserve_exact(length - self.buffer.len());
                self.buffer.resize(length, 0);
            }
        }
        Ok(())
    }

    fn free(&mut self) -> &mut [u8] {
        self.buffer.get_mut(self.filled..).unwrap_or_default()
    }
}

impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scratch")
            .field("capacity", &self.buffer.capacity())
            .finish_non_exhaustive()
    }
}

/// The records of a batch as they were before compression.
pub(super) fn inflate<'s>(
    codec: Codec,
    data: &'s [u8],
    scratch: &'s mut Scratch,
    limits: &Limits,
) -> Result<&'s [u8], FaultKind> {
    let unpack = match codec {
        Codec::None => return Ok(data),
        Codec::Gzip => gzip,
        Codec::Snappy => snappy::inflate,
        Codec::Lz4 => lz4::inflate,
        Codec::Zstd => zstd,
    };
    scratch.begin(limits);
    unpack(data, scratch, limits)?;
    Ok(scratch.buffer.get(..scratch.filled).unwrap_or_default())
}

fn corrupt(codec: Codec, cause: impl fmt::Display) -> FaultKind {
    FaultKind::Inflate {
        codec,
        cause: crate::error::tame(&cause.to_string()),
    }
}

fn gzip(data: &[u8], scratch: &mut Scratch, limits: &Limits) -> Result<(), FaultKind> {
    let mut decoder = flate2::bufread::MultiGzDecoder::new(data);
    scratch.grow(data.len().saturating_mul(4).min(limits.inflated), limits)?;
    loop {
        if scratch.free().is_empty() {
            // At the limit, one more byte tells whether there is more.
            let mut more = [0];
            if scratch.filled >= limits.inflated {
                return match decoder.read(&mut more) {
                    Ok(0) => Ok(()),
                    Ok(_) => Err(FaultKind::TooLarge {
                        limit: limits.inflated,
                    }),
                    Err(error) => Err(corrupt(Codec::Gzip, error)),
                };
            }
            scratch.grow(scratch.filled + 1, limits)?;
        }
        match decoder.read(scratch.free()) {
            Ok(0) => return Ok(()),
            Ok(read) => scratch.filled += read,
            Err(error) => return Err(corrupt(Codec::Gzip, error)),
        }
    }
}

/// Whole frames in one call, with a larger buffer where it did not fit: unlike the streaming decoder this needs no window, which
/// a frame may announce as large as it likes.
fn zstd(data: &[u8], scratch: &mut Scratch, limits: &Limits) -> Result<(), FaultKind> {
    /// `ZSTD_error_dstSize_tooSmall`, as the library returns it.
    const TOO_SMALL: usize = 0_usize.wrapping_sub(70);
    let too_large = FaultKind::TooLarge {
        limit: limits.inflated,
    };
    let first = match zstd_safe::get_frame_content_size(data) {
        Ok(Some(size)) => usize::try_from(size)
            .ok()
            .filter(|size| *size <= limits.inflated)
            .ok_or_else(|| too_large.clone())?,
        // Java's and librdkafka's producers write streams, which do not know their size when they begin.
        _ => data.len().saturating_mul(4).min(limits.inflated),
    };
    scratch.grow(first, limits)?;
    loop {
        let context = match &mut scratch.zstd {
            Some(context) => context,
            empty => empty.insert(
                zstd_safe::DCtx::try_create()
                    .ok_or_else(|| corrupt(Codec::Zstd, "there is no memory for it"))?,
            ),
        };
        match context.decompress(scratch.buffer.as_mut_slice(), data) {
            Ok(size) => {
                scratch.filled = size;
                return Ok(());
            }
            Err(TOO_SMALL) if scratch.buffer.len() >= limits.inflated => return Err(too_large),
            Err(TOO_SMALL) => scratch.grow(scratch.buffer.len() + 1, limits)?,
            Err(code) => return Err(corrupt(Codec::Zstd, zstd_safe::get_error_name(code))),
        }
    }
}
