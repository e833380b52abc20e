//! The messages as they lie on the wire. `proto/obclip.proto` is their published text.

/// See `Request` in `proto/obclip.proto`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct RequestMessage {
    #[prost(uint32, tag = "1")]
    pub(crate) protocol_version: u32,
    #[prost(string, tag = "2")]
    pub(crate) catalogue_id: String,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) catalogue_sha256: Vec<u8>,
    #[prost(bytes = "vec", tag = "4")]
    pub(crate) pair_id: Vec<u8>,
    #[prost(string, tag = "5")]
    pub(crate) template: String,
    #[prost(message, repeated, tag = "6")]
    pub(crate) bundles: Vec<BundleMessage>,
    #[prost(string, tag = "7")]
    pub(crate) negative: String,
    #[prost(uint32, tag = "8")]
    pub(crate) steps: u32,
    #[prost(uint32, tag = "9")]
    pub(crate) cloud_steps: u32,
    #[prost(uint32, tag = "10")]
    pub(crate) guidance_milli: u32,
    #[prost(uint32, tag = "11")]
    pub(crate) width: u32,
    #[prost(uint32, tag = "12")]
    pub(crate) height: u32,
    #[prost(string, tag = "13")]
    pub(crate) sampler: String,
    #[prost(string, tag = "14")]
    pub(crate) plan: String,
    #[prost(bytes = "vec", tag = "15")]
    pub(crate) seed: Vec<u8>,
    #[prost(bytes = "vec", tag = "16")]
    pub(crate) padding: Vec<u8>,
    #[prost(string, repeated, tag = "17")]
    pub(crate) allowed: Vec<String>,
}

/// See `Bundle` in `proto/obclip.proto`.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct BundleMessage {
    #[prost(uint32, tag = "1")]
    pub(crate) axes: u32,
    #[prost(bool, tag = "2")]
    pub(crate) role: bool,
}

/// See `Reply` in `proto/obclip.proto`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct ReplyMessage {
    #[prost(uint32, tag = "1")]
    pub(crate) protocol_version: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) channels: u32,
    #[prost(uint32, tag = "3")]
    pub(crate) height: u32,
    #[prost(uint32, tag = "4")]
    pub(crate) width: u32,
    #[prost(bytes = "vec", repeated, tag = "5")]
    pub(crate) latents: Vec<Vec<u8>>,
}

/// See `Refusal` in `proto/obclip.proto`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct RefusalMessage {
    #[prost(string, tag = "1")]
    pub(crate) code: String,
    #[prost(string, tag = "2")]
    pub(crate) detail: String,
}

/// See `Event` in `proto/obclip.proto`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct EventMessage {
    #[prost(message, optional, tag = "1")]
    pub(crate) accepted: Option<AcceptedMessage>,
    #[prost(message, optional, tag = "2")]
    pub(crate) progress: Option<ProgressMessage>,
    #[prost(message, optional, tag = "3")]
    pub(crate) frame: Option<FrameMessage>,
}

/// See `Accepted` in `proto/obclip.proto`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct AcceptedMessage {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) request_sha256: Vec<u8>,
    #[prost(uint32, tag = "2")]
    pub(crate) n_latents: u32,
    #[prost(uint32, tag = "3")]
    pub(crate) channels: u32,
    #[prost(uint32, tag = "4")]
    pub(crate) height: u32,
    #[prost(uint32, tag = "5")]
    pub(crate) width: u32,
}

/// See `Progress` in `proto/obclip.proto`.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct ProgressMessage {
    #[prost(uint32, tag = "1")]
    pub(crate) phase: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) step: u32,
    #[prost(uint32, tag = "3")]
    pub(crate) steps: u32,
}

/// See `Frame` in `proto/obclip.proto`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct FrameMessage {
    #[prost(uint32, tag = "1")]
    pub(crate) member_idx: u32,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) latent: Vec<u8>,
}

/// See `CapabilitiesRequest` in `proto/obclip.proto`.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct CapabilitiesRequestMessage {
    #[prost(uint32, tag = "1")]
    pub(crate) protocol_version: u32,
}

/// See `Capabilities` in `proto/obclip.proto`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct CapabilitiesMessage {
    #[prost(uint32, tag = "1")]
    pub(crate) protocol_version: u32,
    #[prost(message, repeated, tag = "2")]
    pub(crate) pairs: Vec<PairMessage>,
    #[prost(message, repeated, tag = "3")]
    pub(crate) catalogues: Vec<CatalogueVersionMessage>,
    #[prost(message, optional, tag = "4")]
    pub(crate) limits: Option<CloudLimitsMessage>,
    #[prost(string, repeated, tag = "5")]
    pub(crate) samplers: Vec<String>,
    #[prost(string, repeated, tag = "6")]
    pub(crate) plans: Vec<String>,
    #[prost(string, tag = "7")]
    pub(crate) software: String,
}

/// See `Pair` in `proto/obclip.proto`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct PairMessage {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) pair_id: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) weights_sha256: Vec<u8>,
    #[prost(uint32, tag = "3")]
    pub(crate) default_side: u32,
    #[prost(uint32, tag = "4")]
    pub(crate) size_multiple: u32,
}

/// See `CatalogueVersion` in `proto/obclip.proto`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct CatalogueVersionMessage {
    #[prost(string, tag = "1")]
    pub(crate) id: String,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) sha256: Vec<u8>,
}

/// See `CloudLimits` in `proto/obclip.proto`.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct CloudLimitsMessage {
    #[prost(uint32, tag = "1")]
    pub(crate) members: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) steps: u32,
    #[prost(uint64, tag = "3")]
    pub(crate) pixels: u64,
    #[prost(uint32, tag = "4")]
    pub(crate) request_bytes: u32,
    #[prost(uint64, tag = "5")]
    pub(crate) cost_units: u64,
}

/// See `CancelRequest` in `proto/obclip.proto`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct CancelRequestMessage {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) job_key: Vec<u8>,
}

/// See `Cancelled` in `proto/obclip.proto`.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct CancelledMessage {
    #[prost(bool, tag = "1")]
    pub(crate) found: bool,
}

#[cfg(test)]
mod tests {
    /// The published text and the derives name the same fields, types and numbers.
    #[test]
    fn the_published_proto_agrees_with_the_derives() {
        let proto = fields_of_proto(include_str!("../proto/obclip.proto"));
        let derives = fields_of_derives(include_str!("message.rs"));
        assert_eq!(proto.len(), 60, "every field was read");
        assert_eq!(proto, derives);
    }

    /// `message.field type number`, one per field.
    fn fields_of_proto(text: &str) -> Vec<String> {
        let mut message = String::new();
        let mut fields = Vec::new();
        for line in text.lines().map(str::trim) {
            if let Some(name) = line.strip_prefix("message ") {
                message = name.trim_end_matches(" {").to_owned();
            }
            let Some((left, number)) = line.split(';').next().and_then(|l| l.split_once(" = "))
            else {
                continue;
            };
            if line.starts_with("syntax") {
                continue;
            }
            let mut words: Vec<_> = left.split(' ').collect();
            let name = words.pop().expect("a field has a name");
            fields.push(format!("{message}.{name} {} {number}", words.join(" ")));
        }
        fields
    }

    fn fields_of_derives(text: &str) -> Vec<String> {
        let mut fields = Vec::new();
        let (mut message, mut kind, mut number) = (String::new(), String::new(), String::new());
        for line in text.split("#[cfg(test)]").next().expect("code").lines().map(str::trim) {
            if let Some(name) = line.strip_prefix("pub(crate) struct ") {
                message = name.trim_end_matches("Message {").to_owned();
            } else if let Some(inner) = line.strip_prefix("#[prost(") {
                let (left, tag) = inner.split_once(", tag = \"").expect("a tag");
                number = tag.trim_end_matches("\")]").to_owned();
                kind = match left {
                    "bytes = \"vec\"" => "bytes".to_owned(),
                    "bytes = \"vec\", repeated" => "repeated bytes".to_owned(),
                    "string, repeated" => "repeated string".to_owned(),
                    other => other.to_owned(),
                };
            } else if let Some(field) = line.strip_prefix("pub(crate) ") {
                let (name, rust_type) = field.split_once(": ").expect("a name and a type");
                if kind.starts_with("message") {
                    kind = message_kind(rust_type);
                }
                fields.push(format!("{message}.{name} {kind} {number}"));
            }
        }
        fields
    }

    /// `Vec<BundleMessage>,` is `repeated Bundle`, `Option<FrameMessage>,` is `Frame`.
    fn message_kind(rust_type: &str) -> String {
        let inner = rust_type.split(['<', '>']).nth(1).expect("a type in a container");
        let name = inner.trim_end_matches("Message");
        match rust_type.starts_with("Vec") {
            true => format!("repeated {name}"),
            false => name.to_owned(),
        }
    }
}
