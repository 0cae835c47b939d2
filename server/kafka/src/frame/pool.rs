//! Buffers for large answers, used again and again. Fresh ones cost a page fault for every four KiB, which was a fifth of what a
//! scan took of the processor; a used one costs nothing.
//!
//! They are mapped, not allocated: memory that is not written to takes no room, whatever was announced, and what is given
//! back is the system's at once. (The allocator keeps freed blocks of this size, one lot for each thread.)
//!
//! One pool for the process, because all clusters' scans share its memory. It holds buffers only while there is a connection for
//! large answers; those close by themselves when they are idle.

use bytes::Bytes;
use memmap2::MmapMut;
use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::io::{AsyncRead, AsyncReadExt};

/// Bytes of buffers that wait to be used again, all together.
const MOST: usize = 8 * 1024 * 1024;
/// A larger one was for an unusual answer and is not kept.
const LARGEST: usize = 8 * 1024 * 1024;
/// Smaller answers are not worth a buffer of their own.
pub(super) const SMALLEST: usize = 64 * 1024;
/// Sizes are multiples of this, so that one buffer does for answers of about the same size.
const STEP: usize = 1024 * 1024;

static POOL: Pool = Pool {
    spare: Mutex::new(Spare {
        maps: Vec::new(),
        bytes: 0,
        users: 0,
    }),
};

struct Pool {
    spare: Mutex<Spare>,
}

struct Spare {
    maps: Vec<MmapMut>,
    bytes: usize,
    /// Connections that take from it.
    users: usize,
}

impl Pool {
    fn lock(&self) -> MutexGuard<'_, Spare> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to take buffers from the pool. When nobody has it any more, the pool is emptied.
#[derive(Debug)]
pub(super) struct Membership(());

impl Membership {
    pub(super) fn new() -> Self {
        POOL.lock().users += 1;
        Self(())
    }

    /// An empty buffer with room for so many bytes.
    pub(super) fn take(&self, bytes: usize) -> io::Result<Buffer> {
        let (used, dropped) = {
            let mut spare = POOL.lock();
            // The last that came back is the likeliest to be in the processor's cache.
            let place = spare.maps.iter().rposition(|map| map.len() >= bytes);
            let used = place.map(|place| spare.maps.remove(place));
            // Where none is large enough one goes, or small ones would stay for ever.
            let dropped = match used {
                Some(_) => None,
                None => spare.maps.pop(),
            };
            spare.bytes -= [&used, &dropped]
                .into_iter()
                .flatten()
                .map(|map| map.len())
                .sum::<usize>();
            (used, dropped)
        };
        // Unmapped without the lock.
        drop(dropped);
        let map = match used {
            Some(map) => map,
            None => {
                return Ok(Buffer {
                    again: true,
                    ..Buffer::new(bytes)?
                });
            }
        };
        Ok(Buffer {
            map,
            filled: 0,
            again: true,
        })
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        let mut spare = POOL.lock();
        spare.users -= 1;
        if spare.users == 0 {
            spare.bytes = 0;
            spare.maps = Vec::new();
        }
    }
}

/// A buffer that is being filled.
#[derive(Debug)]
pub(super) struct Buffer {
    map: MmapMut,
    filled: usize,
    /// Whether it goes to the pool in the end.
    again: bool,
}

impl Buffer {
    /// One for a single answer. For whoever keeps answers for long: a used buffer has all its pages, however little of it is
    /// filled, and would hold more than its answer is counted for.
    pub(super) fn new(bytes: usize) -> io::Result<Self> {
        Ok(Self {
            map: MmapMut::map_anon(bytes.next_multiple_of(STEP))?,
            filled: 0,
            again: false,
        })
    }

    /// What is in it.
    pub(super) fn filled(&self) -> &[u8] {
        self.map.get(..self.filled).unwrap_or_default()
    }

    /// Reads on, until it holds `whole` bytes at most.
    pub(super) async fn fill(
        &mut self,
        stream: &mut (impl AsyncRead + Unpin),
        whole: usize,
    ) -> io::Result<usize> {
        let room = self.map.get_mut(self.filled..whole).unwrap_or_default();
        let read = stream.read(room).await?;
        self.filled += read;
        Ok(read)
    }

    /// Puts in what was read already.
    pub(super) fn append(&mut self, bytes: &[u8]) {
        if let Some(room) = self.map.get_mut(self.filled..self.filled + bytes.len()) {
            room.copy_from_slice(bytes);
            self.filled += bytes.len();
        }
    }

    /// What is in it, as bytes; the buffer is free when nobody holds any part of them.
    pub(super) fn lend(self) -> Bytes {
        Bytes::from_owner(Lent {
            map: Some(self.map),
            filled: self.filled,
            again: self.again,
        })
    }
}

struct Lent {
    map: Option<MmapMut>,
    filled: usize,
    again: bool,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        self.map
            .as_ref()
            .and_then(|map| map.get(..self.filled))
            .unwrap_or_default()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let again = self.again;
        let Some(map) = self.map.take().filter(|map| again && map.len() <= LARGEST) else {
            return;
        };
        let mut spare = POOL.lock();
        if spare.users > 0 && spare.bytes + map.len() <= MOST {
            spare.bytes += map.len();
            spare.maps.push(map);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_is_bounded_and_shows_nothing_of_before() {
        let member = Membership::new();
        let lent: Vec<Bytes> = (0..20)
            .map(|_| {
                let mut buffer = member.take(4 << 20).unwrap();
                assert!(buffer.filled().is_empty());
                buffer.append(&[7; 100]);
                buffer.lend()
            })
            .collect();
        let slice = lent.first().unwrap().slice(10..20);
        drop(lent);
        assert_eq!(&slice[..], [7; 10]);
        drop(member.take(LARGEST + 1).unwrap().lend());
        {
            let spare = POOL.lock();
            assert!(spare.bytes <= MOST);
            let held: usize = spare.maps.iter().map(|map| map.len()).sum();
            assert_eq!(spare.bytes, held);
            assert!(spare.maps.iter().all(|map| map.len() <= LARGEST));
        }
        assert!(member.take(SMALLEST).unwrap().filled().is_empty());
    }
}
