//! Bytes that are nearly batches, and bytes that are nothing: whatever comes, the walk ends, tells offsets that can be, and stays
//! within its memory. The function is the one that the fuzz targets run.

use super::*;

#[path = "../../../../fuzz/survive.rs"]
mod survive;

use self::survive::survive;

proptest! {
    #[test]
    fn arbitrary_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        survive(&bytes);
    }

    #[test]
    fn mutated_batches_are_survived(
        written in proptest::collection::vec(batch(), 1..3),
        flips in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<proptest::sample::Index>(),
        reseal in any::<bool>(),
    ) {
        let mut bytes: Vec<u8> = Vec::new();
        for batch in &written {
            let mut encoded = batch.encode();
            let from = if reseal { 21 } else { 0 };
            for (at, byte) in &flips {
                let at = from + at.index(encoded.len() - from);
                encoded[at] ^= byte;
            }
            // With a right checksum the damage reaches the decompressors and the records.
            if reseal {
                seal(&mut encoded);
            }
            bytes.extend(encoded);
        }
        survive(&bytes);
        bytes.truncate(cut.index(bytes.len() + 1));
        survive(&bytes);
    }

    #[test]
    fn arbitrary_bytes_behind_a_good_head_are_survived(
        codec in proptest::sample::select(CODECS.to_vec()),
        data in proptest::collection::vec(any::<u8>(), 0..400),
        count in any::<i32>(),
        last_delta in any::<i32>(),
    ) {
        let batch = Batch { codec, count: Some(count), last_delta: Some(last_delta), ..Batch::default() };
        survive(&batch.with_records(&data));
    }
}
