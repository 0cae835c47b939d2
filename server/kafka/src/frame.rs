//! Frames: four bytes of length, then so many bytes. Pure over a buffer; the connection reads into it.
//!
//! A length is checked before anything is allocated for it, and the buffer grows only with bytes that have arrived.

use crate::error::NotKafkaHint;
use bytes::{Buf, Bytes, BytesMut};

/// Largest first answer of a connection. Kafka 4.3's is under one KiB.
pub(crate) const FIRST_FRAME_CAP: usize = 64 * 1024;
/// Largest answer on a connection for control traffic: metadata of 100 000 partitions is around 6 MiB.
pub(crate) const CONTROL_FRAME_CAP: usize = 64 * 1024 * 1024;
/// The buffer grows by at most this much ahead of arriving bytes.
const GROWTH: usize = 256 * 1024;

/// A frame that can't be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FrameError {
    /// Its length is negative or has no room for a correlation id.
    #[error("a frame of {0} bytes was announced")]
    Nonsense(i32),
    /// It is longer than allowed here.
    #[error("a frame of {length} bytes was announced; at most {cap} are taken")]
    TooLarge {
        /// As announced.
        length: usize,
        /// The limit.
        cap: usize,
    },
}

/// Bytes received and not yet handed on.
#[derive(Debug)]
pub(crate) struct FrameReader {
    buffer: BytesMut,
    cap: usize,
}

impl FrameReader {
    /// Starts empty.
    pub(crate) fn new(cap: usize) -> Self {
        Self {
            buffer: BytesMut::new(),
            cap,
        }
    }

    /// Changes the limit, once the first answer has shown who is there.
    pub(crate) fn set_cap(&mut self, cap: usize) {
        self.cap = cap;
    }

    /// The buffer to read into, with room.
    pub(crate) fn room(&mut self) -> &mut BytesMut {
        let missing = self
            .announced()
            .and_then(Result::ok)
            .map_or(0, |length| (length + 4).saturating_sub(self.buffer.len()));
        self.buffer.reserve(missing.clamp(4 * 1024, GROWTH));
        &mut self.buffer
    }

    /// The next whole frame, without its length.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>, FrameError> {
        let Some(length) = self.announced().transpose()? else {
            return Ok(None);
        };
        if self.buffer.len() < length + 4 {
            return Ok(None);
        }
        self.buffer.advance(4);
        Ok(Some(self.buffer.split_to(length).freeze()))
    }

    /// What was received so far, for guessing what the other end is.
    pub(crate) fn received(&self) -> &[u8] {
        &self.buffer
    }

    fn announced(&self) -> Option<Result<usize, FrameError>> {
        let head = self.buffer.first_chunk::<4>()?;
        let length = i32::from_be_bytes(*head);
        Some(match usize::try_from(length) {
            Ok(length) if length > self.cap => Err(FrameError::TooLarge {
                length,
                cap: self.cap,
            }),
            Ok(length) if length >= 4 => Ok(length),
            _ => Err(FrameError::Nonsense(length)),
        })
    }
}

/// What the first bytes of a connection look like, when they are no frame.
pub(crate) fn guess(first: &[u8]) -> NotKafkaHint {
    match first {
        // A TLS record: alert or handshake, version 3.x.
        [0x15 | 0x16, 0x03, ..] => NotKafkaHint::SpeaksTls,
        [b'H', b'T', b'T', b'P', ..] => NotKafkaHint::Http,
        [] => NotKafkaHint::ClosedAtOnce,
        [0, 0 | 1, ..] => NotKafkaHint::TooLarge,
        _ => NotKafkaHint::OtherBytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_are_checked_before_memory_is_taken() {
        let mut reader = FrameReader::new(100);
        reader.room().extend_from_slice(&101_i32.to_be_bytes());
        assert_eq!(
            reader.next(),
            Err(FrameError::TooLarge {
                length: 101,
                cap: 100
            })
        );
        for nonsense in [-1, i32::MIN, 0, 3] {
            let mut reader = FrameReader::new(100);
            reader.room().extend_from_slice(&nonsense.to_be_bytes());
            assert_eq!(reader.next(), Err(FrameError::Nonsense(nonsense)));
        }
        let mut reader = FrameReader::new(usize::MAX);
        reader.room().extend_from_slice(&i32::MAX.to_be_bytes());
        assert!(reader.room().capacity() <= 2 * GROWTH);
    }

    #[test]
    fn strangers_are_told_apart() {
        assert_eq!(guess(&[0x15, 3, 3, 0, 2]), NotKafkaHint::SpeaksTls);
        assert_eq!(guess(b"HTTP/1.1 400"), NotKafkaHint::Http);
        assert_eq!(guess(b""), NotKafkaHint::ClosedAtOnce);
        assert_eq!(guess(b"SSH-2.0"), NotKafkaHint::OtherBytes);
    }

    proptest! {
        #[test]
        fn frames_survive_any_cutting(frames in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 4..60), 0..8), cut in 1_usize..17) {
            let mut wire = Vec::new();
            for frame in &frames {
                wire.extend_from_slice(&i32::try_from(frame.len()).unwrap().to_be_bytes());
                wire.extend_from_slice(frame);
            }
            let mut reader = FrameReader::new(64);
            let mut seen = Vec::new();
            for piece in wire.chunks(cut) {
                reader.room().extend_from_slice(piece);
                while let Some(frame) = reader.next().unwrap() {
                    seen.push(frame.to_vec());
                }
            }
            prop_assert_eq!(seen, frames);
        }
    }
}
