//! Reading one configuration: settings are taken one by one; whatever is left must be harmless.

use std::ops::RangeInclusive;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::backend::Activation;
use crate::error::Error;
use crate::model_files::ModelFiles;

/// A configuration file of which every key must be accounted for.
#[derive(Debug)]
pub(super) struct Settings {
    file: String,
    values: Map<String, Value>,
}

impl Settings {
    pub(super) fn open(files: &ModelFiles, file: &str) -> Result<Self, Error> {
        let bytes = files.read(file)?;
        // Python writes infinities as bare words, which JSON does not have.
        let text = String::from_utf8_lossy(&bytes).replace(": -Infinity", ": \"-Infinity\"");
        let values = serde_json::from_str(&text)
            .map_err(|error| Error::Json { file: file.to_owned(), reason: error.to_string() })?;
        Ok(Self { file: file.to_owned(), values })
    }

    /// The class that wrote the file, `_class_name` or the first of `architectures`.
    pub(super) fn class(&self) -> Option<String> {
        let name =
            self.values.get("_class_name").or_else(|| self.values.get("architectures")?.get(0));
        name.and_then(Value::as_str).map(str::to_owned)
    }

    /// Takes a setting; absent or null gives nothing.
    pub(super) fn take<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<T>, Error> {
        match self.values.remove(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => serde_json::from_value(value).map(Some).map_err(|error| Error::Json {
                file: self.file.clone(),
                reason: format!("{key}: {error}"),
            }),
        }
    }

    /// Takes a setting as it stands, where null and absent differ.
    pub(super) fn take_raw(&mut self, key: &str) -> Option<Value> {
        self.values.remove(key)
    }

    /// Takes a setting that has a default.
    pub(super) fn take_or<T: DeserializeOwned>(
        &mut self,
        key: &str,
        default: T,
    ) -> Result<T, Error> {
        Ok(self.take(key)?.unwrap_or(default))
    }

    /// Takes a setting that has none.
    pub(super) fn require<T: DeserializeOwned>(&mut self, key: &str) -> Result<T, Error> {
        self.take(key)?.ok_or_else(|| self.unsupported(key, "nothing", "a value"))
    }

    /// Takes an activation by the names that diffusers and transformers use.
    pub(super) fn take_activation(
        &mut self,
        key: &str,
        default: &str,
    ) -> Result<Activation, Error> {
        let name = self.take_or(key, default.to_owned())?;
        match name.as_str() {
            "silu" | "swish" => Ok(Activation::Silu),
            "gelu" => Ok(Activation::Gelu),
            "quick_gelu" => Ok(Activation::QuickGelu),
            "gelu_new" | "gelu_pytorch_tanh" => Ok(Activation::GeluTanh),
            "relu" => Ok(Activation::Relu),
            _ => Err(self.unsupported(key, &name, "silu, swish, gelu, quick_gelu, gelu_new, relu")),
        }
    }

    /// A number or one number per level.
    pub(super) fn take_per_level(
        &mut self,
        key: &str,
        default: usize,
        n_levels: usize,
    ) -> Result<Vec<usize>, Error> {
        let value = self.take::<Value>(key)?.unwrap_or_else(|| Value::from(default));
        let found = value.to_string();
        let list = if value.is_array() {
            serde_json::from_value::<Vec<usize>>(value).ok()
        } else {
            serde_json::from_value::<usize>(value).ok().map(|number| vec![number; n_levels])
        };
        list.filter(|list| list.len() == n_levels && list.iter().all(|&number| number > 0))
            .ok_or_else(|| {
                self.unsupported(key, &found, &format!("a positive number, or {n_levels} of them"))
            })
    }

    /// Refuses a size that no model has, before anything is made of it.
    pub(super) fn check_size(
        &self,
        key: &str,
        found: usize,
        range: RangeInclusive<usize>,
    ) -> Result<(), Error> {
        match range.contains(&found) {
            true => Ok(()),
            false => {
                let supported = format!("{} to {}", range.start(), range.end());
                Err(self.unsupported(key, &found.to_string(), &supported))
            }
        }
    }

    /// Settings of which only these values make no difference to this engine.
    pub(super) fn accept_only(&mut self, accepted: &[(&str, &[Value])]) -> Result<(), Error> {
        for (key, values) in accepted {
            let Some(found) = self.values.remove(*key) else { continue };
            if !values.contains(&found) && !found.is_null() {
                let supported: Vec<String> = values.iter().map(Value::to_string).collect();
                return Err(self.unsupported(key, &found.to_string(), &supported.join(" or ")));
            }
        }
        Ok(())
    }

    /// Settings that never change what inference computes in f32.
    pub(super) fn ignore(&mut self, keys: &[&str]) {
        for key in keys {
            self.values.remove(*key);
        }
    }

    /// Anything still here is unknown: harmless if it is switched off, refused otherwise.
    pub(super) fn finish(self) -> Result<(), Error> {
        let left = self.values.iter().find(|(key, value)| {
            let is_off = value.is_null() || **value == Value::Bool(false);
            !key.starts_with('_') && !is_off
        });
        match left {
            None => Ok(()),
            Some((key, value)) => Err(self.unsupported(key, &value.to_string(), "not set")),
        }
    }

    pub(super) fn unsupported(&self, key: &str, found: &str, supported: &str) -> Error {
        Error::Unsupported {
            file: self.file.clone(),
            key: key.to_owned(),
            found: found.to_owned(),
            supported: supported.to_owned(),
        }
    }
}
