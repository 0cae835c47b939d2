//! Which partition a key goes to, as Kafka's own clients have it (class `org.apache.kafka.clients.producer.internals.BuiltInPartitioner`):
//! murmur2 of the key's bytes, its sign bit cleared, modulo the number of partitions.

use penstock_domain::ids::PartitionId;

const SEED: u32 = 0x9747_b28c;
const MULTIPLIER: u32 = 0x5bd1_e995;

/// MurmurHash2 of 32 bits with Kafka's seed (method `org.apache.kafka.common.utils.Utils.murmur2`).
pub fn murmur2(bytes: &[u8]) -> u32 {
    // Java's lengths are 32 bits; a longer key does not exist.
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut hash = SEED ^ length;
    let mut words = bytes.chunks_exact(4);
    for word in &mut words {
        let word = word
            .iter()
            .rev()
            .fold(0_u32, |word, byte| word << 8 | u32::from(*byte))
            .wrapping_mul(MULTIPLIER);
        let word = (word ^ word >> 24).wrapping_mul(MULTIPLIER);
        hash = hash.wrapping_mul(MULTIPLIER) ^ word;
    }
    let rest = words.remainder();
    if !rest.is_empty() {
        let rest = rest
            .iter()
            .rev()
            .fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        hash = (hash ^ rest).wrapping_mul(MULTIPLIER);
    }
    hash = (hash ^ hash >> 13).wrapping_mul(MULTIPLIER);
    hash ^ hash >> 15
}

/// The partition of a key that is not null, in a topic of so many partitions; `None` where there are none.
pub fn partition_for_key(key: &[u8], partitions: usize) -> Option<PartitionId> {
    let partitions = u32::try_from(partitions).ok().filter(|count| *count > 0)?;
    let positive = murmur2(key) & 0x7fff_ffff;
    i32::try_from(positive % partitions).ok().map(PartitionId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_kafkas_own_class() {
        // From `UtilsTest.testMurmur2` of Apache Kafka and the unit test of librdkafka, which agree.
        for (key, hash) in [
            ("21", -973_932_308),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            (
                "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8",
                -58_897_971,
            ),
            ("abc", 479_470_107),
        ] {
            assert_eq!(murmur2(key.as_bytes()), hash as u32, "{key}");
        }
        for (key, hash) in [
            ("kafka", 0xd067_cf64),
            ("giberish123456789", 0x8f55_2b0c),
            ("1234", 0x9fc9_7b14),
            ("234", 0xe7c0_09ca),
            ("34", 0x8739_30da),
            ("4", 0x5a4b_5ca1),
            ("PreAmbleWillBeRemoved,ThePrePartThatIs", 0x7842_4f1c),
            ("", 0x106e_08d9),
        ] {
            assert_eq!(murmur2(key.as_bytes()), hash, "{key}");
        }
    }

    #[test]
    fn a_partition_always_exists_where_there_are_any() {
        for key in 0_u32..2000 {
            let partition = partition_for_key(&key.to_be_bytes(), 12).unwrap();
            assert!((0..12).contains(&partition.0));
        }
        assert_eq!(partition_for_key(b"a", 0), None);
        assert_eq!(partition_for_key(b"a", 1), Some(PartitionId(0)));
    }
}
