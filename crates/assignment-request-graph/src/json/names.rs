//! The names of members, and the search for duplicates (rule J2).

use std::borrow::Cow;
use std::hash::BuildHasher as _;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};
use jiter::Jiter;

/// The highest number of names of an object that are compared by their [`Marks`]; more are compared by their
/// [`Hashes`].
pub(super) const MANY_NAMES: usize = 16;

/// A member's name. Names with equal content are equal.
///
/// A name without escapes is stored as its content; a name with escapes, as text that begins with the name's quote. A
/// name without escapes contains no quote, so the first character shows which of the two it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'a>(&'a str);

impl<'a> Name<'a> {
    /// Returns a name with this content, which has no escapes.
    pub(super) const fn plain(content: &'a str) -> Self {
        Self(content)
    }

    /// Returns the name that begins with the quote at the start of `text`.
    pub(super) const fn escaped(text: &'a str) -> Self {
        Self(text)
    }

    #[inline]
    fn has_escapes(self) -> bool {
        self.0.starts_with('"')
    }

    /// Returns the name's content, with escapes decoded.
    #[inline]
    pub(super) fn content(self) -> Cow<'a, str> {
        if self.has_escapes() { Cow::Owned(unescaped(self.0)) } else { Cow::Borrowed(self.0) }
    }
}

impl PartialEq for Name<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        if self.has_escapes() || other.has_escapes() {
            self.content() == other.content()
        } else {
            self.0 == other.0
        }
    }
}

/// Returns the content of the string that `text` begins with.
#[cold]
fn unescaped(text: &str) -> String {
    // This string was read before, so reading it cannot fail.
    Jiter::new(text.as_bytes()).next_str().map(str::to_owned).unwrap_or_default()
}

/// The marks of names. Names with different marks are different. Most names in bodies of one kind have different marks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks(u64);

impl Marks {
    /// Notes the mark of a name. Returns whether the name, or another one with the same mark, was noted before.
    #[inline]
    pub(super) fn note(&mut self, name: Name<'_>) -> bool {
        let (first, last) = (name.0.bytes().next(), name.0.bytes().next_back());
        let ends = first.unwrap_or_default().wrapping_add(last.unwrap_or_default());
        // A name with escapes may equal any other.
        let mark = if name.has_escapes() { u64::MAX } else { 1 << ((name.0.len() + usize::from(ends)) % 64) };
        let is_noted = self.0 & mark != 0;
        self.0 |= mark;
        is_noted
    }
}

/// Hashes of names.
#[derive(Debug, Default)]
pub(super) struct Hashes {
    noted: HashTable<u64>,
    /// The seed is random, so no one can choose names with equal hashes.
    builder: DefaultHashBuilder,
}

impl Hashes {
    /// Makes room for this many more names.
    pub(super) fn reserve(&mut self, names: usize) {
        self.noted.reserve(names, |hash| *hash);
    }

    /// Notes the hash of a name in the object that begins at the offset `object`. Returns whether the name, or another
    /// one with the same hash, was noted before.
    #[inline]
    pub(super) fn note(&mut self, object: usize, name: Name<'_>) -> bool {
        // The same name in two objects has two hashes.
        let hash = self.builder.hash_one(&*name.content()) ^ object as u64;
        match self.noted.entry(hash, |noted| *noted == hash, |noted| *noted) {
            Entry::Occupied(_) => true,
            Entry::Vacant(place) => {
                place.insert(hash);
                false
            }
        }
    }
}
