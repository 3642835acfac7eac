//! Reading what a TPM has marshalled (TPM 2.0 Library, Part 2): numbers in big-endian order, and
//! buffers with their size in front.

/// Reads from the front; `None` when the input is too short.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(input: &'a [u8]) -> Self {
        Self { rest: input }
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*array)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// Passes over as many bytes.
    pub(super) fn skip(&mut self, bytes: usize) -> Option<()> {
        self.rest = self.rest.get(bytes..)?;
        Some(())
    }

    /// The content of a `TPM2B_…`, whose size stands in two bytes.
    pub(super) fn sized(&mut self) -> Option<&'a [u8]> {
        let size = usize::from(self.u16()?);
        let (content, rest) = self.rest.split_at_checked(size)?;
        self.rest = rest;
        Some(content)
    }

    /// Nothing may follow.
    pub(super) fn end(&self) -> Option<()> {
        self.rest.is_empty().then_some(())
    }
}
