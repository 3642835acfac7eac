//! From a request to arguments. Whatever cannot be one becomes a problem here.

mod current;
mod id;
mod json;
mod place;

pub(crate) use current::SignedIn;
pub(crate) use id::Id;
pub(crate) use json::JsonBody;
pub(crate) use place::{At, Beginning, Context};
