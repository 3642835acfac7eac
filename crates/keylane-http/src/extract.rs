//! From a request to arguments. Whatever cannot be one becomes a problem here.

mod current;
mod id;
mod json;
mod place;

pub(crate) use current::SignedIn;
pub(crate) use id::Id;
pub(crate) use json::{JsonBody, declared_length, depth_is_sound, is_json};
pub(crate) use place::{At, Beginning, Context};
