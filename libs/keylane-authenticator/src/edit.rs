//! Changes that a caller leaves behind, to be made once when the thing to change exists.

type EditOnce<T> = dyn FnOnce(&mut T);

/// A change to a `T`, made once; to encoded bytes unless said otherwise.
pub(crate) struct Edit<T = Vec<u8>>(Option<Box<EditOnce<T>>>);

impl<T: 'static> Edit<T> {
    /// Makes this change after those that were set before.
    pub(crate) fn set(&mut self, edit: impl FnOnce(&mut T) + 'static) {
        let earlier = std::mem::take(self);
        self.0 = Some(Box::new(move |it| {
            earlier.apply(it);
            edit(it);
        }));
    }

    pub(crate) fn apply(self, it: &mut T) {
        if let Some(edit) = self.0 {
            edit(it);
        }
    }

    /// Makes the change and forgets it: only the first of several gets it.
    pub(crate) fn take_and_apply(&mut self, it: &mut T) {
        if let Some(edit) = self.0.take() {
            edit(it);
        }
    }
}

impl<T> Default for Edit<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> std::fmt::Debug for Edit<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Edit(set)" } else { "Edit(none)" })
    }
}
