//! gRPC's framing: one byte that says "not compressed", four of length (big-endian), the message.

/// One message as a frame.
pub fn frame(message: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(PREFIX_BYTES + message.len());
    frame.push(0);
    frame.extend((message.len() as u32).to_be_bytes());
    frame.extend(message);
    frame
}

/// Cuts a stream of bytes into messages, however the bytes were split on their way.
#[derive(Debug)]
pub struct GrpcFrames {
    pending: Vec<u8>,
    max_message_bytes: usize,
}

/// The stream is no sequence of frames that may come here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadFrame;

impl GrpcFrames {
    /// Refuses a message above `max_message_bytes` as soon as its length is known.
    pub fn new(max_message_bytes: usize) -> Self {
        Self { pending: Vec::new(), max_message_bytes }
    }

    /// Takes bytes as they come.
    pub fn push(&mut self, bytes: &[u8]) {
        self.pending.extend(bytes);
    }

    /// The next whole message, if it is here.
    pub fn next_message(&mut self) -> Result<Option<Vec<u8>>, BadFrame> {
        let Some((prefix, rest)) = self.pending.split_at_checked(PREFIX_BYTES) else {
            return Ok(None);
        };
        let n_bytes = u32::from_be_bytes([prefix[1], prefix[2], prefix[3], prefix[4]]) as usize;
        if prefix[0] != 0 || n_bytes > self.max_message_bytes {
            return Err(BadFrame);
        }
        if rest.len() < n_bytes {
            return Ok(None);
        }
        let message = rest[..n_bytes].to_vec();
        self.pending.drain(..PREFIX_BYTES + n_bytes);
        Ok(Some(message))
    }

    /// Whether the stream may end here: no message is cut off.
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }
}

const PREFIX_BYTES: usize = 5;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// However a stream is cut into chunks, the same messages come out.
        #[test]
        fn chunks_do_not_matter(
            messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..6),
            cut in 1_usize..20,
        ) {
            let stream: Vec<u8> = messages.iter().flat_map(|message| frame(message)).collect();
            let mut frames = GrpcFrames::new(40);
            let mut found = Vec::new();
            for chunk in stream.chunks(cut) {
                frames.push(chunk);
                while let Some(message) = frames.next_message().expect("frames") {
                    found.push(message);
                }
            }
            prop_assert_eq!(found, messages);
            prop_assert!(frames.is_empty());
        }
    }

    #[test]
    fn compressed_and_oversized_messages_are_refused_before_they_arrive() {
        for prefix in [[1, 0, 0, 0, 1], [0, 0, 0, 0, 41], [0, 0xff, 0xff, 0xff, 0xff]] {
            let mut frames = GrpcFrames::new(40);
            frames.push(&prefix);
            assert_eq!(frames.next_message(), Err(BadFrame));
        }
    }
}
