//! Records as serializers write them, by hand: the frame with the schema's id, Avro's numbers and texts, Protobuf's fields.
//! The console's own decoders are on the other side, so that neither is tested with itself.

/// A version byte of 0 and the schema's id.
pub(super) fn framed(schema: u32, payload: &[u8]) -> Vec<u8> {
    [&[0][..], &schema.to_be_bytes(), payload].concat()
}

/// Avro's binary encoding.
#[derive(Default)]
pub(super) struct Avro(Vec<u8>);

impl Avro {
    /// An int, a long, the position of a symbol or of a union's branch.
    pub(super) fn long(mut self, value: i64) -> Self {
        varint(&mut self.0, ((value << 1) ^ (value >> 63)).cast_unsigned());
        self
    }

    /// Bytes with their length in front.
    pub(super) fn bytes(self, bytes: &[u8]) -> Self {
        let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        self.long(length).fixed(bytes)
    }

    /// Bytes whose number the schema says.
    pub(super) fn fixed(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// A text.
    pub(super) fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    /// A text in a union after null, or null.
    pub(super) fn maybe(self, text: Option<&str>) -> Self {
        match text {
            None => self.long(0),
            Some(text) => self.long(1).text(text),
        }
    }

    /// Items of an array or map, in one block.
    pub(super) fn block<T>(mut self, items: &[T], mut item: impl FnMut(Self, &T) -> Self) -> Self {
        if !items.is_empty() {
            self = self.long(i64::try_from(items.len()).unwrap_or(i64::MAX));
            for one in items {
                self = item(self, one);
            }
        }
        self.long(0)
    }

    /// A decimal: the unscaled number in as few bytes as hold it.
    pub(super) fn decimal(self, unscaled: i64) -> Self {
        let bytes = unscaled.to_be_bytes();
        let sign = if unscaled < 0 { 0xff } else { 0 };
        let spare = bytes
            .windows(2)
            .take_while(|pair| pair[0] == sign && (pair[1] ^ sign) & 0x80 == 0)
            .count();
        self.bytes(bytes.get(spare..).unwrap_or_default())
    }

    /// What was written.
    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Protobuf's fields.
#[derive(Default)]
pub(super) struct Proto(Vec<u8>);

impl Proto {
    /// A number.
    pub(super) fn number(mut self, field: u32, value: u64) -> Self {
        varint(&mut self.0, u64::from(field) << 3);
        varint(&mut self.0, value);
        self
    }

    /// A text, or a message.
    pub(super) fn bytes(mut self, field: u32, bytes: &[u8]) -> Self {
        varint(&mut self.0, u64::from(field) << 3 | 2);
        varint(&mut self.0, bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    /// A floating point number.
    pub(super) fn double(mut self, field: u32, value: f64) -> Self {
        varint(&mut self.0, u64::from(field) << 3 | 1);
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// What was written, with the indexes of the message in its file in front, as Confluent's serializers have them.
    pub(super) fn finish(self, indexes: &[i64]) -> Vec<u8> {
        let head = if indexes == [0] {
            Avro::default()
        } else {
            Avro::default().long(i64::try_from(indexes.len()).unwrap_or(0))
        };
        let head = indexes
            .iter()
            .fold(head, |head, index| head.long(*index))
            .finish();
        [head, self.0].concat()
    }

    /// What was written, to go into another message.
    pub(super) fn inner(self) -> Vec<u8> {
        self.0
    }
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_the_specifications_print_them() {
        let long = |value| Avro::default().long(value).finish();
        assert_eq!(
            [long(0), long(-1), long(1), long(-64), long(64)],
            [vec![0], vec![1], vec![2], vec![127], vec![128, 1]]
        );
        assert_eq!(Avro::default().text("foo").finish(), [6, b'f', b'o', b'o']);
        assert_eq!(Avro::default().decimal(1250).finish(), [4, 4, 0xe2]);
        assert_eq!(Avro::default().decimal(-1).finish(), [2, 0xff]);
        assert_eq!(Avro::default().decimal(128).finish(), [4, 0, 0x80]);
        assert_eq!(Proto::default().number(1, 150).inner(), [8, 0x96, 1]);
        assert_eq!(Proto::default().number(1, 1).finish(&[0]), [0, 8, 1]);
        assert_eq!(Proto::default().finish(&[0, 1]), [4, 0, 2]);
        assert_eq!(framed(258, b"x"), [0, 0, 0, 1, 2, b'x']);
    }
}
