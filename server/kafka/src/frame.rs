//! Frames: four bytes of length, then so many bytes.
//!
//! A length is checked before anything is allocated for it, and memory is taken only for bytes that have arrived. Connections
//! for much reading put large frames into buffers of their own, which scans use again (`pool`).

mod pool;

use crate::error::NotKafkaHint;
use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

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
    received: Received,
    cap: usize,
}

#[derive(Debug)]
enum Received {
    /// Whatever has come, for many small answers: one call of the system may bring several.
    Joined(BytesMut),
    /// One frame alone in a buffer of its own, for large answers: nothing is copied, and buffers are used again.
    Apart {
        /// A small frame, or the beginning of any.
        small: Vec<u8>,
        large: Option<pool::Buffer>,
        /// Where buffers are used again.
        pool: Option<pool::Membership>,
    },
}

impl FrameReader {
    /// Starts empty.
    pub(crate) fn new(cap: usize) -> Self {
        Self {
            received: Received::Joined(BytesMut::new()),
            cap,
        }
    }

    /// Changes the limit, once the first answer has shown who is there.
    pub(crate) fn set_cap(&mut self, cap: usize) {
        self.cap = cap;
    }

    /// From here on answers are large. `again`: they are let go of soon, so that their buffers can be used again.
    pub(crate) fn expect_large(&mut self, again: bool) {
        if let Received::Joined(buffer) = &self.received {
            self.received = Received::Apart {
                small: buffer.to_vec(),
                large: None,
                pool: again.then(pool::Membership::new),
            };
        }
    }

    /// Reads what has come, or waits for something; 0: the stream has ended. Nothing is lost when the future is dropped.
    pub(crate) async fn fill(
        &mut self,
        stream: &mut (impl AsyncRead + Unpin),
    ) -> std::io::Result<usize> {
        let whole = match self.announced() {
            Some(Ok(length)) => length + 4,
            _ => 4,
        };
        match &mut self.received {
            Received::Joined(buffer) => {
                let missing = whole.saturating_sub(buffer.len());
                buffer.reserve(missing.clamp(4 * 1024, GROWTH));
                stream.read_buf(buffer).await
            }
            Received::Apart { small, large, pool } => {
                if large.is_none() && whole > pool::SMALLEST {
                    let mut buffer = match pool {
                        Some(pool) => pool.take(whole)?,
                        None => pool::Buffer::new(whole)?,
                    };
                    // Only what was read before answers were expected to be large goes beyond a frame.
                    let next = small.split_off(small.len().min(whole));
                    buffer.append(small);
                    *small = next;
                    *large = Some(buffer);
                }
                match large {
                    Some(buffer) => buffer.fill(stream, whole).await,
                    None => {
                        let missing = whole.saturating_sub(small.len()).max(1);
                        small.reserve_exact(missing);
                        stream.read_buf(&mut (&mut *small).limit(missing)).await
                    }
                }
            }
        }
    }

    /// The next whole frame, without its length.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>, FrameError> {
        let Some(length) = self.announced().transpose()? else {
            return Ok(None);
        };
        if self.received().len() < length + 4 {
            return Ok(None);
        }
        Ok(Some(match &mut self.received {
            Received::Joined(buffer) => {
                buffer.advance(4);
                buffer.split_to(length).freeze()
            }
            Received::Apart { small, large, .. } => {
                let mut frame = match large.take() {
                    Some(buffer) => buffer.lend(),
                    None => {
                        let next = small.split_off(length + 4);
                        Bytes::from(std::mem::replace(small, next))
                    }
                };
                frame.advance(4);
                frame
            }
        }))
    }

    /// What was received so far, for guessing what the other end is.
    pub(crate) fn received(&self) -> &[u8] {
        match &self.received {
            Received::Joined(buffer) => buffer,
            Received::Apart { small, large, .. } => match large {
                Some(buffer) => buffer.filled(),
                None => small,
            },
        }
    }

    fn announced(&self) -> Option<Result<usize, FrameError>> {
        let head = self.received().first_chunk::<4>()?;
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

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
    }

    fn reader(cap: usize, large: bool) -> FrameReader {
        let mut reader = FrameReader::new(cap);
        if large {
            reader.expect_large(true);
        }
        reader
    }

    async fn feed(reader: &mut FrameReader, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            reader.fill(&mut bytes).await.unwrap();
        }
    }

    fn capacity(reader: &FrameReader) -> usize {
        match &reader.received {
            Received::Joined(buffer) => buffer.capacity(),
            // A large one takes room for what was written.
            Received::Apart { small, large, .. } => {
                small.capacity() + large.as_ref().map_or(0, |buffer| buffer.filled().len())
            }
        }
    }

    #[tokio::test]
    async fn lengths_are_checked_before_memory_is_taken() {
        for large in [false, true] {
            let mut reader = self::reader(100, large);
            feed(&mut reader, &101_i32.to_be_bytes()).await;
            assert_eq!(
                reader.next(),
                Err(FrameError::TooLarge {
                    length: 101,
                    cap: 100
                })
            );
            for nonsense in [-1, i32::MIN, 0, 3] {
                let mut reader = self::reader(100, large);
                feed(&mut reader, &nonsense.to_be_bytes()).await;
                assert_eq!(reader.next(), Err(FrameError::Nonsense(nonsense)));
            }
            let mut reader = self::reader(usize::MAX, large);
            feed(&mut reader, &i32::MAX.to_be_bytes()).await;
            assert_eq!(reader.fill(&mut &[][..]).await.unwrap(), 0);
            assert!(capacity(&reader) <= 2 * GROWTH);
        }
    }

    #[tokio::test]
    async fn what_came_early_is_not_lost_when_answers_become_large() {
        let mut reader = FrameReader::new(100);
        feed(&mut reader, b"\0\0\0\x05first\0\0\0\x06sec").await;
        reader.expect_large(false);
        assert_eq!(reader.next().unwrap().as_deref(), Some(&b"first"[..]));
        assert_eq!(reader.next(), Ok(None));
        feed(&mut reader, b"ond").await;
        assert_eq!(reader.next().unwrap().as_deref(), Some(&b"second"[..]));
    }

    #[tokio::test]
    async fn large_frames_come_whole_one_after_the_other() {
        let mut reader = reader(1 << 20, true);
        let lengths = [100_000_usize, 5, 300_000, 65_536];
        let mut wire = Vec::new();
        for length in lengths {
            wire.extend_from_slice(&u32::try_from(length).unwrap().to_be_bytes());
            wire.extend((0..length).map(|at| at.to_le_bytes()[0]));
        }
        let mut seen = Vec::new();
        for mut piece in wire.chunks(70_001) {
            while !piece.is_empty() {
                reader.fill(&mut piece).await.unwrap();
                while let Some(frame) = reader.next().unwrap() {
                    assert!(
                        frame
                            .iter()
                            .enumerate()
                            .all(|(at, byte)| *byte == at.to_le_bytes()[0])
                    );
                    seen.push(frame.len());
                }
            }
        }
        assert_eq!(seen, lengths);
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
        fn frames_survive_any_cutting(frames in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 4..60), 0..8), cut in 1_usize..17, large in any::<bool>()) {
            let mut wire = Vec::new();
            for frame in &frames {
                wire.extend_from_slice(&i32::try_from(frame.len()).unwrap().to_be_bytes());
                wire.extend_from_slice(frame);
            }
            let seen = runtime().block_on(async {
                let mut reader = reader(64, large);
                let mut seen = Vec::new();
                for mut piece in wire.chunks(cut) {
                    while !piece.is_empty() {
                        reader.fill(&mut piece).await.unwrap();
                        while let Some(frame) = reader.next().unwrap() {
                            seen.push(frame.to_vec());
                        }
                    }
                }
                seen
            });
            prop_assert_eq!(seen, frames);
        }
    }
}
